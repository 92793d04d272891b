/* SPDX-License-Identifier: Apache-2.0 */
/* What the map says of the place where an agent is: its lane and its way through the next
 * junction, or for those without a lane how far the carriageway is. */
#pragma once

#include "base/arena.h"
#include "base/result.h"
#include "model/ports.h"
#include "scenarios/motion.h"

struct ground_map; /* bounds of lanes, in the arena */

MUST_USE int ground_new(struct ground_map **ground, const struct map *map,
                        struct arena *arena, struct fail *fail);
struct ground ground_of(const struct ground_map *ground, const struct motion *motion,
                        uint32_t agent);
