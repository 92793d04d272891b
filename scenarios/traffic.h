/* SPDX-License-Identifier: Apache-2.0 */
/* Many agents alike: `traffic` written out as agents, before anything is checked.
 *
 * In: a tree with its map taken in, a seed. Out: the same tree with more agents and without
 * `traffic`. A draw depends on the seed, the group's id, the number in the group and the
 * key alone. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "scenarios/scenario.h"
#include "scenarios/yaml.h"

#define TRAFFIC_HOPS_MOST 64

void traffic_expand(struct arena *arena, struct yaml_node *root, uint64_t seed,
                    struct scenario_problems *problems);
