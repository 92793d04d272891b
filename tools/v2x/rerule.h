/* SPDX-License-Identifier: Apache-2.0 */
/* The leaf of a label column once more, from the facts that stand beside it in the row.
 *
 * In: a row's facts, the numbers of the rules, and by how many sigmas the deciding number
 * is to be moved. Out: the label. A column whose facts are not recorded has no entry. A row
 * whose recorded leaf does not come out again with the rules it was made with rests on more
 * than the row holds (a state, a neighbour): nobody should judge it by this. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "label/label.h"
#include "publish/parquet_read.h"

enum { RERULE_FACTS_MOST = 8 };

struct rerule_column {
    const char *table, *column;
    uint16_t axis;                            /* enum axis */
    const char *facts[RERULE_FACTS_MOST + 1]; /* columns; ended by NULL */
    /* Columns that name the same subject here and in `labels`, if its labels stand there
     * too; both ended by NULL. */
    const char *key_here[3], *key_labels[3];
    const char *provenance; /* of those rows of `labels`; NULL: any */
    bool has_sigma;         /* the row says how sure the deciding number is */
    struct label (*label)(const struct parquet_value *facts, const struct rules *rules,
                          double sigmas);
};

extern const struct rerule_column rerule_columns[];
extern const size_t rerule_column_count;

/* The leaf that a text of that column means: its code, or its name within the axis. 0:
 * none.
 */
uint16_t rerule_leaf(uint16_t axis, const struct parquet_value *text);

/* The axis with that code, -1 if there is none. */
int rerule_axis(const char *code);
