/* SPDX-License-Identifier: Apache-2.0 */
/* A scene: each 100 ms, all egos together, their relations as they know them and as they
 * truly are, and each one's decision. A scene is the set of its relations, not a name.
 *
 * In: per ego its own state and its lists of others (on both sources, on sensors alone, on
 * V2X alone), and the truth. Out: pairs, decisions, the pattern of the most pressing
 * agents, one sentence, and the texts of row_scene. Memory is taken once, by scene_new;
 * whoever does not fit is left out and counted. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/result.h"
#include "label/axes_app.h"
#include "label/axes_dec.h"
#include "label/axes_rel.h"
#include "model/records.h"

#define SCENE_PATTERN_MOST 4 /* agents in a pattern */

enum scene_model { SCENE_FUSED, SCENE_SENSORS, SCENE_V2X, SCENE_MODELS };

struct scene_ego {
    struct known_agent self;                        /* by its own sensors */
    const struct known_agent *others[SCENE_MODELS]; /* NULL: this model does not exist */
    size_t count[SCENE_MODELS];
    uint16_t int_mode;    /* LEAF_INT_MODE_..., 0 unknown */
    struct app_host host; /* its own lane and way */
};

struct scene_input {
    struct tai t;
    uint32_t index;
    const char *scenario_id, *world_id;
    const struct scene_ego *egos;
    size_t ego_count;
    const struct known_agent *truth; /* all agents present, egos included; NULL in replay */
    size_t truth_count;
    double range_m;      /* others further from the ego than this are no pair; 0: 150 */
    double lane_width_m; /* 0: 3.5 */
};

struct scene_pair {
    uint32_t ego, other; /* agent indexes; other AGENT_NONE: unknown object */
    const char *ego_id;
    const char *other_id;    /* as the ego calls it; NULL: it knows nothing of it */
    const char *gt_other_id; /* who it truly is; NULL: nobody, or not known */
    uint16_t act, gt_act;    /* LEAF_ACT_LON_ of the other as known and truly, or 0 */
    enum sender_kind kind;   /* of the other, as known; as it is if only that exists */
    bool has_obs, has_gt;    /* which of the two relations exists */
    struct relation obs, gt;
    struct app_labels app, gt_app;
};

struct scene_decision {
    uint32_t ego;
    const char *ego_id;
    struct decision gt, by[SCENE_MODELS];
    struct label basis;
    struct label lane, hold, degrade; /* on both sources */
    struct label gt_lane, gt_hold;
};

struct scene; /* opaque: buffers of one scene */

MUST_USE int scene_new(struct scene **scene, size_t egos_most, size_t pairs_most,
                       struct fail *fail);
/* Everything below is of the last made scene and lives until the next. */
void scene_make(struct scene *scene, const struct scene_input *in);
const struct scene_pair *scene_pairs(const struct scene *scene, size_t *count);
const struct scene_decision *scene_decisions(const struct scene *scene, size_t *count);
const char *scene_pattern(const struct scene *scene);
const char *scene_gt_pattern(const struct scene *scene);
const char *scene_caption(const struct scene *scene);
struct label scene_n_conflicts(const struct scene *scene); /* on observed states */
size_t scene_left_out(const struct scene *scene);          /* pairs that did not fit */
void scene_row(const struct scene *scene, struct row_scene *row);
void scene_row_pair(const struct scene *scene, const struct scene_pair *pair,
                    struct row_pair *row);
void scene_row_decision(const struct scene *scene, const struct scene_decision *decision,
                        struct row_decision *row);
void scene_free(struct scene *scene);
