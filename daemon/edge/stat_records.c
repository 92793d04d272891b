/* SPDX-License-Identifier: Apache-2.0 */
/* The column tables of hello, stat and end, made from the lists in stat_records.h. */
#include "edge/stat_records.h"

#include <stddef.h>

#define COLUMN_OF(row, ctype, field, bit, units, text)                                     \
    {.name = #field,                                                                       \
     .type = COLUMN_##ctype,                                                               \
     .offset = offsetof(struct row, field),                                                \
     .null_bit = bit,                                                                      \
     .knowledge = KNOW_KEY,                                                                \
     .unit = units,                                                                        \
     .number = (row##_##field) + 1,                                                        \
     .sentence = text},

/* A column's number is its place plus one. */
#define PLACE_hello(t, field, ...) row_hello_##field,
#define PLACE_stat(t, field, ...)  row_stat_##field,
#define PLACE_end(t, field, ...)   row_end_##field,
enum { STAT_HELLO_COLUMNS(PLACE_hello) row_hello_count };
enum { STAT_STAT_COLUMNS(PLACE_stat) row_stat_count };
enum { STAT_END_COLUMNS(PLACE_end) row_end_count };

#define COLUMN_hello(...) COLUMN_OF(row_hello, __VA_ARGS__)
#define COLUMN_stat(...)  COLUMN_OF(row_stat, __VA_ARGS__)
#define COLUMN_end(...)   COLUMN_OF(row_end, __VA_ARGS__)
static const struct column columns_hello[] = {STAT_HELLO_COLUMNS(COLUMN_hello)};
static const struct column columns_stat[] = {STAT_STAT_COLUMNS(COLUMN_stat)};
static const struct column columns_end[] = {STAT_END_COLUMNS(COLUMN_end)};

const struct table table_hello = {"hello",
                                  "Hello",
                                  columns_hello,
                                  row_hello_count,
                                  sizeof(struct row_hello),
                                  "each second: what a subscriber needs to read the rest"};
const struct table table_stat = {"stat",
                                 "Stat",
                                 columns_stat,
                                 row_stat_count,
                                 sizeof(struct row_stat),
                                 "each second: what the publisher did so far"};
const struct table table_end = {"end",
                                "End",
                                columns_end,
                                row_end_count,
                                sizeof(struct row_end),
                                "the last message of a run: its totals"};

const struct table *const stat_records_tables[] = {&table_hello, &table_stat, &table_end};
const int stat_records_table_count =
    sizeof stat_records_tables / sizeof stat_records_tables[0];
