/* SPDX-License-Identifier: Apache-2.0 */
/* Protobuf wire format, written by hand: rows by their table, and the few verbs that
 * messages with parts need.
 *
 * Protocol Buffers encoding, proto2: integers and booleans as varints (a negative one as
 * its 64-bit two's complement), float fixed32, double fixed64, texts, names and blobs
 * length-delimited; a null is absent. Names travel as strings. */
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "model/table.h"

enum {
    PROTO_KEYS = 1 << KNOW_KEY,
    PROTO_OBS = PROTO_KEYS | 1 << KNOW_OBS, /* what its holder could know */
    PROTO_ALL = PROTO_OBS | 1 << KNOW_GT | 1 << KNOW_INJ,
};

enum proto_wire {
    PROTO_VARINT = 0,
    PROTO_FIXED64 = 1,
    PROTO_LENGTH = 2,
    PROTO_FIXED32 = 5,
};

void proto_varint(struct bytes *out, uint64_t value);
void proto_tag(struct bytes *out, uint32_t number, enum proto_wire wire);

void proto_uint(struct bytes *out, uint32_t number, uint64_t value);
void proto_int(struct bytes *out, uint32_t number, int64_t value);
void proto_bool(struct bytes *out, uint32_t number, bool value);
void proto_float(struct bytes *out, uint32_t number, float value);
void proto_double(struct bytes *out, uint32_t number, double value);
void proto_fixed64(struct bytes *out, uint32_t number, uint64_t value);
void proto_octets(struct bytes *out, uint32_t number, const void *data, size_t n);
/* Octets that are not UTF-8 become U+FFFD, as Protobuf strings must be. */
void proto_text(struct bytes *out, uint32_t number, const char *text);

/* A sub-message: what is appended between open and close is its content. They nest. */
size_t proto_open(struct bytes *out, uint32_t number);
void proto_close(struct bytes *out, size_t opened);

/* Appends the fields of a row, those whose knowledge is in `knowledge` (PROTO_ALL,
 * PROTO_OBS). RESULT_USAGE: a value that must not be published; then nothing is appended.
 * Memory that runs out shows in out->failed. */
MUST_USE int proto_row(struct bytes *out, const struct table *table, const void *row,
                       unsigned knowledge, struct fail *fail);
/* The same as a sub-message, to be called once per element of a repeated field. */
MUST_USE int proto_row_in(struct bytes *out, uint32_t number, const struct table *table,
                          const void *row, unsigned knowledge, struct fail *fail);
