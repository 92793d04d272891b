/* SPDX-License-Identifier: Apache-2.0 */
/* Changes to a tree before it is judged: overrides ("a.b.c=VALUE") and drawn samples. Paths
 * go by key, and in lists by index or by the id of the item: agents.ego.speed_mps. */
#pragma once

#include <stdint.h>

#include "scenarios/scenario.h"
#include "scenarios/yaml.h"

/* Applies one override; problems are told without a place in a file. */
void edit_override(struct arena *arena, struct yaml_node *root, const char *override,
                   struct scenario_problems *problems);

/* Sets a top-level scalar. */
void edit_set(struct arena *arena, struct yaml_node *root, const char *key,
              const char *text);

/* Draws every row of `sample` with the seed and takes the section away. A draw is keyed by
 * the path's text alone, so rows do not disturb each other. */
void edit_sample(struct arena *arena, struct yaml_node *root, uint64_t seed,
                 struct scenario_problems *problems);
