/* SPDX-License-Identifier: Apache-2.0 */
/* How a record looks from outside: one column list behind Parquet, Protobuf, JSON and the
 * docs.
 *
 * A row is a C struct whose first member is `uint64_t valid`; a nullable column owns one
 * bit of it (clear = null). Adding a column is one line in a list; numbers are never
 * reused. */
#pragma once

#include <stdint.h>

enum column_type {
    COLUMN_BOOL,     /* bool */
    COLUMN_U8_NAME,  /* uint8_t, index into names */
    COLUMN_U16_NAME, /* uint16_t, index into names */
    COLUMN_I32,      /* int32_t */
    COLUMN_U32,      /* uint32_t; Parquet INT64 */
    COLUMN_I64,      /* int64_t */
    COLUMN_U64,      /* uint64_t; Parquet INT64 annotated UINT_64 */
    COLUMN_F32,      /* float */
    COLUMN_F64,      /* double */
    COLUMN_TEXT,     /* const char *, NULL = null */
    COLUMN_BLOB,     /* struct column_blob */
};

/* Who could know the value: the key of the row, its holder then, only the world, only v2xd.
 */
enum column_knowledge { KNOW_KEY, KNOW_OBS, KNOW_GT, KNOW_INJ };

struct column_blob {
    const uint8_t *data; /* NULL = null */
    uint32_t size;
};

struct column {
    const char *name;
    enum column_type type;
    uint16_t offset;
    int8_t null_bit; /* bit of `valid`, or -1: never null (TEXT, BLOB: null by pointer) */
    enum column_knowledge knowledge;
    const char *unit;         /* "" if none */
    double quantum;           /* 0: exact; else rounded to multiples before writing */
    uint16_t number;          /* Protobuf field number */
    const char *const *names; /* of U8_NAME, U16_NAME */
    uint16_t name_count;
    const char *sentence;
};

struct table {
    const char *name;   /* of the Parquet table, plural */
    const char *record; /* of the Protobuf message */
    const struct column *columns;
    uint16_t column_count;
    uint16_t row_size;
    const char *sentence;
};
