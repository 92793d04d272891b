/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of a scene: pattern, sentence and JSON, made from pairs and decisions alone, so
 * the same scene always reads the same. Inside label/ only. */
#pragma once

#include "label/scene.h"

/* An ego's pairs, contiguous in the scene. */
struct scene_view {
    const struct scene_ego *ego;
    const struct scene_decision *decision;
    const struct scene_pair *pairs;
    size_t count;
};

/* How pressing a pair is: smaller is more. */
struct scene_pressure {
    double time_s, clearance_m;
    const char *id;
};
struct scene_pressure scene_text_pressure(const struct scene_pair *pair, bool truth);
int scene_text_compare(const struct scene_pressure *a, const struct scene_pressure *b);

/* Places of the most pressing pairs, in the order of the pattern; at most
 * SCENE_PATTERN_MOST. */
size_t scene_text_pick(const struct scene_view *view, bool truth,
                       size_t picked[SCENE_PATTERN_MOST]);

/* Each appends, without a final 0. */
void scene_text_pattern(struct bytes *out, const struct scene_view *view, bool truth);
void scene_text_caption(struct bytes *out, const struct scene_view *views, size_t count,
                        size_t leading);
void scene_text_egos(struct bytes *out, const struct scene_view *views, size_t count);
void scene_text_gt_pairs(struct bytes *out, const struct scene_pair *pairs, size_t count);
