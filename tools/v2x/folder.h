/* SPDX-License-Identifier: Apache-2.0 */
/* A dataset directory as it was left: its manifest, its files, the rows of its tables.
 *
 * In: a path. Out: the manifest as JSON, whole files in memory, and rows, column by name.
 * Paths in a manifest are taken only if they stay inside the directory. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/bytes.h"
#include "publish/parquet_read.h"

enum { FOLDER_PATH = 1200, FOLDER_COLUMNS_MOST = 64 };

struct folder {
    char path[FOLDER_PATH - 200];
    json_t *manifest; /* owned; NULL until folder_open */
};

/* RESULT_USAGE: no directory, or no manifest.json that is JSON. */
MUST_USE int folder_open(struct folder *folder, const char *path, struct fail *fail);
void folder_close(struct folder *folder);

/* True if path is a directory. */
bool folder_is(const char *path);

/* An open file of the directory, to be closed by the caller; NULL: as folder_read. */
FILE *folder_stream(const struct folder *folder, const char *name, struct fail *fail);

/* A whole file of the directory, appended. RESULT_USAGE: the name leads outside;
 * RESULT_WORLD: it cannot be read. */
MUST_USE int folder_read(const struct folder *folder, const char *name, struct bytes *out,
                         struct fail *fail);

/* The manifest's facts about a table; NULL if it has none. */
const json_t *folder_table(const struct folder *folder, const char *table);
uint64_t folder_rows(const struct folder *folder, const char *table);

/* Walks the rows of a table over its part files. */
struct folder_scan {
    const struct folder *folder;
    const json_t *files; /* borrowed from the manifest */
    size_t file;         /* the next one */
    struct bytes data;
    struct parquet_file *part;
    const char *const *names; /* borrowed; ended by NULL */
    size_t columns[FOLDER_COLUMNS_MOST];
    size_t column_count;
    uint32_t row, rows;
};

/* A table that the dataset does not have is empty. */
void folder_scan_open(struct folder_scan *scan, const struct folder *folder,
                      const char *table, const char *const *names);
/* 1 a row, 0 the end, negative. */
MUST_USE int folder_scan_next(struct folder_scan *scan, struct fail *fail);
/* Value of names[place] in the present row; null if the part has no such column. Borrowed
 * until the next call. */
struct parquet_value folder_scan_value(const struct folder_scan *scan, size_t place);
void folder_scan_close(struct folder_scan *scan);

/* Small helpers on values: texts compared, and integers. */
bool folder_text_is(const struct parquet_value *value, const char *text);
static inline int64_t folder_int(const struct parquet_value *value)
{
    return (int64_t)value->bits;
}
