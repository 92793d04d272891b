/* SPDX-License-Identifier: Apache-2.0 */
/* The encodings inside a Parquet file: Thrift's compact protocol, Parquet's hybrid of runs
 * and packed bits, and a dictionary of octet strings.
 *
 * Apache Parquet format, Encodings.md and parquet.thrift; Apache Thrift compact protocol.
 */
#pragma once

#include "base/bytes.h"

/* --- Thrift, compact protocol. Fields must be written in ascending order of id. --- */

enum parquet_thrift_type {
    PARQUET_THRIFT_TRUE = 1,
    PARQUET_THRIFT_FALSE = 2,
    PARQUET_THRIFT_I8 = 3,
    PARQUET_THRIFT_I32 = 5,
    PARQUET_THRIFT_I64 = 6,
    PARQUET_THRIFT_TEXT = 8,
    PARQUET_THRIFT_LIST = 9,
    PARQUET_THRIFT_STRUCT = 12,
};

enum { PARQUET_THRIFT_DEPTH = 8 };

struct parquet_thrift {
    struct bytes *out;
    int16_t last[PARQUET_THRIFT_DEPTH]; /* the last field id written, per open struct */
    int depth;
};

struct parquet_thrift parquet_thrift_init(struct bytes *out);
void parquet_thrift_i32(struct parquet_thrift *t, int16_t id, int32_t value);
void parquet_thrift_i64(struct parquet_thrift *t, int16_t id, int64_t value);
void parquet_thrift_i8(struct parquet_thrift *t, int16_t id, int8_t value);
void parquet_thrift_bool(struct parquet_thrift *t, int16_t id, bool value);
void parquet_thrift_text(struct parquet_thrift *t, int16_t id, const char *text);
void parquet_thrift_octets(struct parquet_thrift *t, int16_t id, const void *data,
                           size_t n);
/* A list header; then `count` elements follow: parquet_thrift_item_* or open(0)/close. */
void parquet_thrift_list(struct parquet_thrift *t, int16_t id, enum parquet_thrift_type of,
                         size_t count);
void parquet_thrift_item_i32(struct parquet_thrift *t, int32_t value);
void parquet_thrift_item_text(struct parquet_thrift *t, const char *text);
/* A struct field, or with id 0 a struct as the element of a list. */
void parquet_thrift_open(struct parquet_thrift *t, int16_t id);
void parquet_thrift_close(struct parquet_thrift *t);

/* --- Runs and packed bits. --- */

/* Fewest bits that hold value; 0 for 0. */
unsigned parquet_bits(uint32_t value);
/* Appends values as the RLE/bit-packed hybrid of that width (1..32), without the length
 * before it. */
void parquet_hybrid(struct bytes *out, const uint32_t *values, size_t count,
                    unsigned width);

/* --- A dictionary: distinct octet strings in order of first appearance. --- */

struct parquet_dictionary {
    struct bytes entries; /* u32 length and octets, one after another */
    uint32_t count;
    uint32_t *indexes; /* one a value */
    uint32_t *slots;   /* hash table of index + 1 */
    size_t *starts;    /* where an entry's length stands in entries */
};

/* Builds it from values in Parquet's PLAIN form (u32 length, octets), `count` of them.
 * False when out of memory. */
bool parquet_dictionary_build(struct parquet_dictionary *d, const struct bytes *plain,
                              uint32_t count);
void parquet_dictionary_close(struct parquet_dictionary *d);
