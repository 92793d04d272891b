/* SPDX-License-Identifier: Apache-2.0 */
/* Label columns and `labels` rows judged anew by another taxonomy.
 *
 *   tables  each row whose facts are recorded: with the rules it was made with it must give
 *           its recorded leaf, else it is left alone; then the other rules decide
 *   labels  rows of the same subjects follow; all of an axis that changed bear its version
 *
 * In: the dataset, the taxonomy. Out: part files and their facts, and what changed. */
#pragma once

#include <jansson.h>

#include "publish/canonical.h"
#include "tools/v2x/folder.h"
#include "tools/v2x/rerule.h"
#include "tools/v2x/tally.h"
#include "tools/v2x/taxfile.h"

enum { RELABEL_CHANGES_MOST = 512 };

/* From one leaf to another in one column, "receptions.com_tim" or "labels". */
struct relabel_change {
    const char *table, *column;
    uint16_t from, to;
    uint64_t rows;
};

struct relabel_subject {
    uint64_t key;
    struct label label; /* anew; leaf LEAF_NONE: it could not be judged, and stays */
};

struct relabel {
    struct folder from;
    const char *out;
    struct taxfile tax;
    struct relabel_change changes[RELABEL_CHANGES_MOST];
    size_t change_count;
    uint64_t judged, changed, left; /* label texts; left: rest on more than the row holds */
    uint64_t labels, labels_changed, labels_left;
    struct relabel_subject *subjects; /* changed or left, for `labels` */
    size_t subject_count, subject_room;
    json_t *tables; /* the new manifest's; owned */
    uint64_t left_of[AXIS_COUNT], judged_of[AXIS_COUNT];
};

/* Does any column of a table, or `labels`, have this axis' facts? */
bool relabel_can(int axis);

/* Every table into out/tables; those that nothing touches as they are. */
MUST_USE int relabel_tables(struct relabel *r, struct fail *fail);
void relabel_close(struct relabel *r);

/* A whole file of the new dataset. */
MUST_USE int relabel_write(const struct relabel *r, const char *name, const void *data,
                           size_t size, struct fail *fail);
