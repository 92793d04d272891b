/* SPDX-License-Identifier: Apache-2.0 */
/* Reads our own Parquet parts back: the subset that parquet.h writes, nothing more.
 *
 * In: a whole part file in memory. Out: its columns, found by name, value by value. Every
 * length is checked against the file and against `limit`; what is not of our subset is
 * refused with the reason. Fuzz target: fuzz_parquet. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "publish/canonical.h"
#include "publish/parquet_column.h"

struct parquet_file;

/* A value; text and blob are borrowed until the file is closed. */
struct parquet_value {
    bool null;
    uint64_t bits; /* BOOLEAN, INT32 and INT64 (two's complement) */
    double number; /* FLOAT, DOUBLE */
    const uint8_t *data;
    uint32_t size;
};

struct parquet_about {
    const char *name;
    enum parquet_physical type;
    bool nullable;
    bool text;        /* BYTE_ARRAY that is UTF-8 */
    bool is_unsigned; /* INT64 that is a u64 */
};

/* data is borrowed until the file is closed. limit: most octets of one page; 0: 256 MiB.
 * RESULT_TORN: cut off or damaged; RESULT_USAGE: Parquet, but not of our subset;
 * RESULT_MEMORY. */
MUST_USE int parquet_file_open(struct parquet_file **file, const uint8_t *data, size_t size,
                               size_t limit, struct fail *fail);

uint32_t parquet_file_rows(const struct parquet_file *file);
size_t parquet_file_columns(const struct parquet_file *file);
const char *parquet_file_table(const struct parquet_file *file);
struct parquet_about parquet_file_about(const struct parquet_file *file, size_t column);
/* The place of a column; parquet_file_columns() if there is none of that name. */
size_t parquet_file_find(const struct parquet_file *file, const char *name);
/* The value of a key-value metadata pair, or NULL. */
const char *parquet_file_note(const struct parquet_file *file, const char *key);

/* Uncompresses a column, so that its values can be asked for. */
MUST_USE int parquet_file_load(struct parquet_file *file, size_t column, struct fail *fail);
/* Of a loaded column; row < parquet_file_rows. */
struct parquet_value parquet_file_value(const struct parquet_file *file, size_t column,
                                        uint32_t row);

/* Feeds the logical content of the file, as parquet_part_finish did when it was written. */
MUST_USE int parquet_file_hash(struct parquet_file *file, struct digest *hash,
                               struct fail *fail);
void parquet_file_close(struct parquet_file *file);
