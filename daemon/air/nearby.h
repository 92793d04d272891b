/* SPDX-License-Identifier: Apache-2.0 */
/* Who is near: the receivers of a tick on a uniform grid, and the question which of them
 * are within a range of a sender at the instant it transmits. Answers are in ascending
 * order of the agent index, and the same whether the grid is asked or everybody. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"

struct air_stations;

#define NEARBY_CELLS_MOST 128 /* per side; cells grow to cover a larger world */

struct nearby;

/* One receiver as found: its place in the list, its agent, and where it is then. */
struct nearby_hit {
    uint32_t agent;
    double x_m, y_m, distance_m;
};

/* Where one thread keeps what it found. */
struct nearby_scratch;

MUST_USE int nearby_new(struct nearby **nearby, uint32_t agents_most, double range_m,
                        struct fail *fail);
MUST_USE int nearby_scratch_new(struct nearby_scratch **scratch, uint32_t agents_most,
                                struct fail *fail);

/* Takes the receivers of the stations; copies all it needs. */
void nearby_place(struct nearby *nearby, const struct air_stations *stations);
size_t nearby_count(const struct nearby *nearby);

/* Receivers within the range of (x, y) at t, but for `except`. *hits lives until the next
 * question with the same scratch. */
size_t nearby_find(const struct nearby *nearby, struct nearby_scratch *scratch, double x_m,
                   double y_m, struct tai t, uint32_t except,
                   const struct nearby_hit **hits);

void nearby_scratch_free(struct nearby_scratch *scratch);
void nearby_free(struct nearby *nearby);
