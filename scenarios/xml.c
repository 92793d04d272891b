/* SPDX-License-Identifier: Apache-2.0 */
/* Expat with our manners. In: octets. Out: elements, or one problem with its place. */
#include "scenarios/xml.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>

#include "base/fmath.h"
#include "scenarios/yaml.h"

#define PIECE 65536

void xml_refuse(struct xml *x, const char *why, const char *what)
{
    if (x->why[0] == '\0') {
        snprintf(x->why, sizeof x->why, "%s%.80s", why, what);
        x->line = XML_GetCurrentLineNumber(x->parser);
        x->column = XML_GetCurrentColumnNumber(x->parser) + 1;
        (void)XML_StopParser(x->parser, XML_FALSE);
    }
}

int xml_line(const struct xml *x)
{
    return (int)XML_GetCurrentLineNumber(x->parser);
}

const char *xml_value(xml_attributes attributes, const char *name)
{
    for (; attributes[0]; attributes += 2) {
        if (strcmp(attributes[0], name) == 0) {
            return attributes[1];
        }
    }
    return NULL;
}

bool xml_number(struct xml *x, xml_attributes attributes, const char *name, double *value)
{
    const char *text = xml_value(attributes, name);
    if (!text || !yaml_number(text, value) || fm_abs(*value) > 1e9) {
        xml_refuse(x, "a number expected: ", name);
        return false;
    }
    return true;
}

static bool is_word_of(const char *words, const char *name)
{
    while (*words) {
        size_t n = strcspn(words, " ");
        if (strlen(name) == n && strncmp(words, name, n) == 0) {
            return true;
        }
        words += n + (words[n] == ' ');
    }
    return false;
}

static void XMLCALL on_start(void *self, const XML_Char *name, const XML_Char **attributes)
{
    struct xml *x = self;
    if (x->why[0] != '\0') { /* what was in hand when it was stopped */
        return;
    }
    if (x->known_root) {
        x->start(x->self, name, (xml_attributes)attributes);
        return;
    }
    x->known_root = is_word_of(x->root, name);
    if (!x->known_root) {
        char expected[64];
        snprintf(expected, sizeof expected, "%.*s expected, not ",
                 (int)strcspn(x->root, " "), x->root);
        xml_refuse(x, expected, name);
    }
}

static void XMLCALL on_end(void *self, const XML_Char *name)
{
    struct xml *x = self;
    if (x->end && x->why[0] == '\0') {
        x->end(x->self, name);
    }
}

static void XMLCALL on_doctype(void *self, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public, int internal)
{
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    xml_refuse(self, "a document type is not accepted", "");
}

int xml_open(struct xml *x, struct fail *fail)
{
    x->parser = XML_ParserCreate(NULL);
    if (!x->parser) {
        return fail_set(fail, RESULT_MEMORY, "%.300s: no memory", x->file);
    }
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, on_start, on_end);
    XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
    return 0;
}

int xml_feed(struct xml *x, const void *octets, size_t size, bool last, struct fail *fail)
{
    const char *at = octets;
    enum XML_Status status = XML_STATUS_OK;
    do {
        size_t part = size < PIECE ? size : PIECE;
        size -= part;
        status = XML_Parse(x->parser, part ? at : "", (int)part, last && size == 0);
        at = part ? at + part : at;
    } while (status == XML_STATUS_OK && size > 0);
    if (status == XML_STATUS_OK) {
        return 0;
    }
    if (x->why[0] == '\0') {
        x->line = XML_GetCurrentLineNumber(x->parser);
        x->column = XML_GetCurrentColumnNumber(x->parser) + 1;
        snprintf(x->why, sizeof x->why, "%s", XML_ErrorString(XML_GetErrorCode(x->parser)));
    }
    return fail_set(fail, RESULT_USAGE, "%.150s:%lu:%lu: error: %s", x->file, x->line,
                    x->column, x->why);
}

void xml_close(struct xml *x)
{
    if (x->parser) {
        XML_ParserFree(x->parser);
        x->parser = NULL;
    }
}
