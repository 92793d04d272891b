/* SPDX-License-Identifier: Apache-2.0 */
/* XML of others, read as it comes: elements in, calls out, the first problem with its
 * place.
 *
 * Octets may come in any pieces. A document type, and with it every entity, is refused; a
 * handler that does not like what it sees calls xml_refuse and is not called again. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/result.h"

typedef const char *const *xml_attributes; /* name, value, ..., NULL */

struct xml {
    void *self;
    void (*start)(void *self, const char *name, xml_attributes attributes);
    void (*end)(void *self, const char *name); /* may be NULL */
    const char *file;
    const char *root; /* what the outermost element may be called, a word each */
    struct XML_ParserStruct *parser;
    bool known_root;
    char why[160];              /* empty: no problem yet */
    unsigned long line, column; /* of the problem */
};

/* Callbacks, file and root are set by the caller; xml_close takes the parser back. */
MUST_USE int xml_open(struct xml *xml, struct fail *fail);
/* RESULT_USAGE with "file:line:column: error: ..."; `last` with the end of the octets. */
MUST_USE int xml_feed(struct xml *xml, const void *octets, size_t size, bool last,
                      struct fail *fail);
void xml_close(struct xml *xml);

/* For handlers. */
void xml_refuse(struct xml *xml, const char *why, const char *what);
int xml_line(const struct xml *xml);
const char *xml_value(xml_attributes attributes, const char *name); /* or NULL */
/* A plain number of at most 1e9, or refused. */
bool xml_number(struct xml *xml, xml_attributes attributes, const char *name,
                double *value);
