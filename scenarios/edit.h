/* SPDX-License-Identifier: Apache-2.0 */
/* Changes to a tree before it is judged: overrides ("a.b.c=VALUE") and drawn samples. Paths
 * go by key, and in lists by index, by the id of the item, or by + for one more:
 * agents.ego.speed_mps, air.impairments.+. */
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

/* One rule: `row` has the path as its key and the rule as its value, `prefix` is the row of
 * the table under which `root` stands. false: a problem was told. */
bool edit_draw(struct arena *arena, struct yaml_node *root, const char *prefix,
               const struct yaml_node *row, uint64_t bits,
               struct scenario_problems *problems);

/* The bits of a path. */
uint64_t edit_key(uint64_t seed, const char *path);

/* Adds a step to the number at the path that is the row's key (0 if absent); false: there
 * is no place, or no number. */
bool edit_add(struct arena *arena, struct yaml_node *root, const char *prefix,
              const struct yaml_node *row, double step);
