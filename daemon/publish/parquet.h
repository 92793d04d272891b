/* SPDX-License-Identifier: Apache-2.0 */
/* Parquet part files, built in memory from rows that a table describes.
 *
 * A part is one row group of at most PARQUET_ROWS rows: flat columns, PLAIN values or
 * RLE_DICTIONARY for texts, OPTIONAL by RLE definition levels, one data page v1 per column,
 * zstd. Stamps are plain INT64 (a TIMESTAMP of nanoseconds loses digits in common readers);
 * u64 carries UINT_64, u32 is a plain INT64. The key-value metadata holds `v2xd.table`,
 * what the caller adds, and per column `knowledge.NAME` (obs, gt, inj), `unit.NAME`,
 * `quantum.NAME`, `doc.NAME`.
 *
 * The caller writes the block to a temporary name and renames it: a torn Parquet file is
 * unreadable, so a part must appear whole. Apache Parquet format 2.x, parquet.thrift. */
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "model/table.h"
#include "publish/canonical.h"
#include "publish/parquet_column.h"

enum { PARQUET_OCTETS = 192 << 20 }; /* a part is full beyond this much content */

/* A pair of the file's key-value metadata; borrowed for the call. */
struct parquet_note {
    const char *key;
    const char *value;
};

struct parquet_part;

/* The table is borrowed until the part is freed. */
MUST_USE int parquet_part_new(struct parquet_part **part, const struct table *table,
                              struct fail *fail);

/* Appends a row; texts and blobs are copied, octets of a text that are not UTF-8 become
 * U+FFFD. RESULT_USAGE, and the row is left out: a number that is not finite, a name index
 * out of range, or the part is full. */
MUST_USE int parquet_part_add(struct parquet_part *part, const void *row,
                              struct fail *fail);

uint32_t parquet_part_rows(const struct parquet_part *part);
/* No further row fits: finish and go on. */
bool parquet_part_full(const struct parquet_part *part);

/* Appends the whole file to `file` (which must be empty) and the rows' logical content to
 * `hash` (may be NULL), then empties the part for the next one. 0 rows give a file without
 * row group. The hash sees: table name, u64 rows, u32 columns, then each column (see
 * parquet_column.c); it does not depend on encoding or compressor. */
MUST_USE int parquet_part_finish(struct parquet_part *part,
                                 const struct parquet_note *notes, size_t note_count,
                                 struct bytes *file, struct digest *hash,
                                 struct fail *fail);

void parquet_part_free(struct parquet_part *part);
