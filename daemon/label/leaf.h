/* SPDX-License-Identifier: Apache-2.0 */
/* The taxonomy as C: every axis, its leaves in the order of their rules, and the parameters
 * of the rules. Made at configure time from scenarios/taxonomy/ (label/taxonomy_table.h:
 * enum leaf LEAF_COM_TIM_LOST..., enum axis AXIS_COM_TIM..., PARAM_ constants). Pure
 * tables, nothing to fail. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "label/taxonomy_table.h"

struct leaf_info {
    uint16_t id;         /* enum leaf; never reused */
    uint16_t axis;       /* enum axis */
    uint16_t rule;       /* place in the decision list of the axis, from 1 */
    const char *code;    /* axis.group.leaf */
    const char *name;    /* the code without the axis, "late.l2" */
    const char *version; /* label_ver, major.minor */
    const char *rule_id; /* "com.tim/7" */
    const char *text;    /* the rule in words */
    bool implemented;    /* some rule of this build gives it */
};

struct axis_info {
    const char *code;       /* "com.tim" */
    const char *subject;    /* of one label: rx, slot, link, object, pair, agent, ... */
    const char *unit;       /* of the deciding quantity; "" if none */
    const char *params_sha; /* sha256 of its parameters, 64 hex digits */
    uint16_t first, count;  /* its leaves in leaf_table */
};

struct param_info {
    uint16_t axis;    /* enum axis */
    const char *name; /* as in the file */
    const char *unit;
};

/* The numbers of all rules, by enum param. Axis functions take the built-in ones (NULL) or
 * those of another release of the taxonomy. */
struct rules {
    double p[PARAM_COUNT];
};

extern const struct leaf_info leaf_table[LEAF_COUNT];
extern const struct axis_info leaf_axes[AXIS_COUNT];
extern const uint16_t leaf_places[LEAF_ID_MOST + 1]; /* place in leaf_table + 1, by id */
extern const struct param_info leaf_params[PARAM_COUNT];
extern const struct rules leaf_rules;
extern const char leaf_taxonomy_version[]; /* "1.0.0" */
extern const char leaf_taxonomy_sha256[];  /* of the file, 64 hex digits */

static inline double leaf_param(const struct rules *rules, enum param param)
{
    return (rules != NULL ? rules : &leaf_rules)->p[param];
}

/* NULL if there is no such leaf (0 is none). */
const struct leaf_info *leaf_find(uint16_t leaf);
const char *leaf_code(uint16_t leaf);    /* "com.tim.late.l2"; NULL for none */
const char *leaf_name(uint16_t leaf);    /* "late.l2"; NULL for none */
const char *leaf_version(uint16_t leaf); /* "1.0"; NULL for none */
int leaf_axis(uint16_t leaf);            /* enum axis, -1 for none */

/* The leaf with that code, 0 if none. */
uint16_t leaf_by_code(const char *code);
