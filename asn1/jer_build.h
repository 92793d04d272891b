/* SPDX-License-Identifier: Apache-2.0 */
/* What the two halves of the JSON reader share: where it stands, and how it says no. */
#pragma once

#include "asn1/jer.h"

enum { JER_PATH = 320 };

struct build {
    enum jer_form form;
    struct fail *fail;
    char path[JER_PATH];
};

int jer_fail(struct build *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int jer_memory(struct build *b);

/* Hex text to octets in the turn arena; one octet more is taken, so that none is not NULL.
 */
int jer_hex(struct build *b, const json_t *json, uint8_t **octets, size_t *size);

/* Items, octets, bits or characters within the bounds of the type. */
int jer_size(struct build *b, const asn_TYPE_descriptor_t *td, size_t size,
             const char *unit);

/* A value without members, by kind. */
int jer_primitive(struct build *b, const asn_TYPE_descriptor_t *td, const json_t *json,
                  void *at);
