/* SPDX-License-Identifier: Apache-2.0 */
/* A taxonomy file beside the one this program was built with: the same axes, leaves and
 * rules, with other numbers, other causes, other words.
 *
 * In: the JSON of scenarios/taxonomy/. Out: the numbers of all rules, the leaf of each
 * cause, and per axis whether any of that decides otherwise than here. A rule itself is
 * code: an axis, leaf or parameter that this program does not know, or lacks, is refused.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/result.h"
#include "label/leaf.h"
#include "model/kinds.h"

enum { TAXFILE_VERSION = 24, TAXFILE_SHA = 65, TAXFILE_LEAF_VERSION = 16 };

struct taxfile_axis {
    bool changed;  /* a number or a cause decides otherwise */
    char why[200]; /* "LATE_L1_S 0.1 -> 0.15" */
    char params_sha[TAXFILE_SHA];
    /* label_ver of all its leaves: the file's, or the next major if the file forgot that
     * a changed rule bumps its siblings */
    char version[TAXFILE_LEAF_VERSION];
    bool bumped; /* the file forgot */
};

struct taxfile {
    char version[TAXFILE_VERSION];
    char sha256[TAXFILE_SHA];
    struct rules rules;
    uint16_t cause_leaf[CAUSE_COUNT]; /* of com.fate */
    struct taxfile_axis axes[AXIS_COUNT];
    bool any; /* an axis changed */
};

/* RESULT_USAGE: what is wrong, with its axis. text is the whole file. */
MUST_USE int taxfile_read(struct taxfile *t, const char *text, size_t size,
                          struct fail *fail);
