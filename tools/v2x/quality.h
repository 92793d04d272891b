/* SPDX-License-Identifier: Apache-2.0 */
/* What the labels of a dataset are worth, leaf by leaf.
 *
 * In: an open dataset. Out, per label column and per axis and provenance of `labels`: how
 * many of each leaf, from how many worlds and agents, with which values; per pair of a
 * label as it could be known and the same on truth: the confusion matrix; per column whose
 * rule is sure of its number only so far: how often the leaf flips under one sigma. */
#pragma once

#include "label/leaf.h"
#include "tools/v2x/folder.h"
#include "tools/v2x/tally.h"

enum {
    QUALITY_SOURCES_MOST = 128,
    QUALITY_MATRICES_MOST = 24,
    QUALITY_LEAVES_MOST = 40, /* of one axis */
    QUALITY_SEEDS = 5,
    QUALITY_NAME = 64,
};

struct quality_leaf {
    uint64_t count;
    uint64_t boundary; /* within 10 % of a threshold */
    double seconds;
    struct tally values;
    struct tally_keys worlds, agents; /* distinct ones, once it is made */
    uint64_t trials, flips;           /* under one sigma */
};

/* One label column, "receptions.com_tim", or one axis of `labels`, "labels:rule_gt". */
struct quality_source {
    char name[QUALITY_NAME];
    uint16_t axis;
    bool truth;       /* tells the world, not what could be known */
    uint64_t total;   /* rows that bear a label */
    uint64_t odd;     /* rows whose text is no leaf of the axis */
    uint64_t missing; /* rows that should bear one and do not */
    uint64_t rows;    /* of the table; labels: total */
    struct quality_leaf leaves[QUALITY_LEAVES_MOST]; /* by place in the axis */
};

/* n[truth][seen], by place in the axis. */
struct quality_matrix {
    char name[QUALITY_NAME];
    char gate[32];
    uint16_t axis;
    bool injected; /* truth is what was injected: a rule's precision and recall */
    uint64_t total;
    uint64_t n[QUALITY_LEAVES_MOST][QUALITY_LEAVES_MOST];
};

struct quality {
    struct quality_source sources[QUALITY_SOURCES_MOST];
    size_t source_count;
    struct quality_matrix matrices[QUALITY_MATRICES_MOST];
    size_t matrix_count;
    struct tally_keys uids;
    uint64_t uids_twice; /* subjects with two leaves of one axis */
    struct tally_keys worlds;
};

/* Large: on the heap, by quality_free. RESULT_MEMORY, or what a table's file says. */
MUST_USE int quality_new(struct quality **quality, const struct folder *folder,
                         struct fail *fail);
void quality_free(struct quality *quality);

/* quality_injected.c: rules against what was injected; appends matrices. */
MUST_USE int quality_injected(struct quality *quality, const struct folder *folder,
                              struct fail *fail);

/* Of one leaf of a matrix; false: neither truth nor rule ever gave it. */
struct quality_score {
    uint64_t true_count, seen_count, both;
    double precision, recall, f1;
};
bool quality_score(const struct quality_matrix *m, uint16_t place,
                   struct quality_score *out);
/* Cohen's kappa; 1 if there is but one leaf. */
double quality_kappa(const struct quality_matrix *m);
/* Mean F1 over the leaves that truth has, and the place of the worst of them. */
double quality_macro(const struct quality_matrix *m, uint16_t *worst);

static inline const struct leaf_info *quality_leaf_info(uint16_t axis, uint16_t place)
{
    return &leaf_table[leaf_axes[axis].first + place];
}
