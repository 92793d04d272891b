/* SPDX-License-Identifier: Apache-2.0 */
/* Vehicles in each other's way: the boxes of a tick, found by the cells that a line
 * crosses. In: every station's box at the end of a tick. Out: the vehicles across a line,
 * into obstacle_found. People and what stands at the roadside are no obstacles. */
#pragma once

#include <stdint.h>

#include "air/obstacle.h"
#include "base/result.h"

struct air_stations;
struct blockers;

MUST_USE int blockers_new(struct blockers **blockers, uint32_t agents_most,
                          struct fail *fail);
void blockers_free(struct blockers *blockers);

/* stations->boxes NULL: nobody is in the way. Copies all it needs. */
void blockers_place(struct blockers *blockers, const struct air_stations *stations);

/* False: no line needs to be asked about. */
bool blockers_any(const struct blockers *blockers);

/* Adds the vehicles across the line; any thread. */
void blockers_find(const struct blockers *blockers, const struct obstacle_line *line,
                   struct obstacle_found *found);
