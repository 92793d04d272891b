/* SPDX-License-Identifier: Apache-2.0 */
/* A CSV text read row by row: bounded lines, a header that names the columns in any order,
 * numbers without a locale, errors as NAME:LINE:COLUMN.
 *
 * Fields may stand in double quotes ("" is a quote). Empty lines are skipped. Nothing is
 * allocated. Fuzz target: fuzz_sensor_csv. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/result.h"

#define CSV_LINE_MOST    4096
#define CSV_COLUMNS_MOST 32
#define CSV_ABSENT       255

struct csv_text {
    const char *name;
    FILE *file; /* or, if NULL: */
    const char *data;
    size_t size;
};

struct csv_column {
    const char *name;
    bool required; /* the column must be there; its fields may still be empty */
};

struct csv {
    struct csv_text source;
    const struct csv_column *columns;
    unsigned column_count;
    size_t at;
    uint64_t line;
    char text[CSV_LINE_MOST + 2];
    uint16_t field_at[CSV_COLUMNS_MOST];     /* in text; each ends with a zero */
    uint16_t field_column[CSV_COLUMNS_MOST]; /* 1-based character of the line */
    unsigned field_count, header_count;
    uint8_t where[CSV_COLUMNS_MOST]; /* column -> field, CSV_ABSENT */
};

/* Reads the header. columns lives as long as the reader; at most CSV_COLUMNS_MOST. */
MUST_USE int csv_init(struct csv *csv, const struct csv_text *source,
                      const struct csv_column *columns, unsigned column_count,
                      struct fail *fail);

/* 1: a row; 0: the end; negative: RESULT_USAGE. */
int csv_next(struct csv *csv, struct fail *fail);

/* The field of a column in this row; "" if empty or absent. Lives until the next row. */
const char *csv_text(const struct csv *csv, unsigned column);

/* RESULT_USAGE with "name:line:column: field = value: message". */
int csv_fail(const struct csv *csv, unsigned column, struct fail *fail,
             const char *message);

/* A column that holds a number within [least, most]. */
struct csv_whole {
    unsigned column;
    int64_t least, most;
};
struct csv_decimal {
    unsigned column;
    double least, most;
};

/* That number. Empty: *known = false and *out unchanged; known NULL: a missing number is an
 * error. */
MUST_USE int csv_i64(const struct csv *csv, struct csv_whole want, int64_t *out,
                     bool *known, struct fail *fail);
MUST_USE int csv_f64(const struct csv *csv, struct csv_decimal want, double *out,
                     bool *known, struct fail *fail);

/* Digits with an optional sign; false if anything else or too large. */
bool csv_parse_i64(const char *text, int64_t *out);
/* Decimal with optional fraction and exponent, up to 1e300; no inf, nan or hex. */
bool csv_parse_f64(const char *text, double *out);
