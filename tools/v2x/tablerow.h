/* SPDX-License-Identifier: Apache-2.0 */
/* A row of a table back from its Parquet part (the inverse of publish/parquet.h).
 *
 * In: a scan over all columns of the table, at a row. Out: the row's struct; its texts live
 * in the reader until the next row, its blobs in the scan. A column that the part does not
 * have is null or zero. */
#pragma once

#include "model/table.h"
#include "tools/v2x/folder.h"
#include "tools/v2x/protorow.h"

struct tablerow {
    alignas(16) unsigned char row[PROTOROW_SIZE];
    struct bytes texts;
    const char *names[FOLDER_COLUMNS_MOST + 1]; /* for folder_scan_open */
};

void tablerow_init(struct tablerow *reader, const struct table *table);
/* RESULT_TORN: a name that the list does not have. RESULT_MEMORY. */
MUST_USE int tablerow_read(struct tablerow *reader, const struct table *table,
                           const struct folder_scan *scan, struct fail *fail);
void tablerow_close(struct tablerow *reader);

/* Puts a text that lives as long as the row does not change. */
void tablerow_text(struct tablerow *reader, const struct table *table, const char *column,
                   const char *text);
