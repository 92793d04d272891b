/* SPDX-License-Identifier: Apache-2.0 */
/* A table as CSV (RFC 4180): a header of column names, then a line per row; null is empty,
 * octets are hex, booleans are true and false, numbers are the shortest that read back. */
#pragma once

#include <stdio.h>

#include "model/table.h"
#include "tools/v2x/folder.h"

/* RESULT_WORLD: the stream; else as folder_scan_next. */
MUST_USE int export_csv(const struct folder *folder, const struct table *table,
                        FILE *stream, uint64_t *rows, struct fail *fail);
