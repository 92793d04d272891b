/* SPDX-License-Identifier: Apache-2.0 */
/* A station's own clock: true time in, what that station believes out. Offset, drift from
 * the start, and a few steps. A plain value; rxclock_read is one of the five functions that
 * cross between clocks. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

#define RXCLOCK_STEPS_MOST 4

struct rxclock {
    struct tai start;   /* drift counts from here */
    struct span offset; /* at start; positive: the clock is ahead */
    double drift_ppm;   /* positive: the clock runs fast; |drift| <= 1000 */
    struct rxclock_step {
        struct tai at;  /* from this instant on ... */
        struct span by; /* ... the clock shows this much more */
    } steps[RXCLOCK_STEPS_MOST];
    uint8_t step_count;
};

/* A clock by keyed draws (seed, station): offset ~ N(0, offset_sigma), drift ~ N(0,
 * drift_sigma). The same station has the same luck in every run of the seed. */
struct rxclock rxclock_draw(uint64_t seed, uint32_t station_idx, struct tai start,
                            struct span offset_sigma, double drift_sigma_ppm);

/* Adds a step; false if there are RXCLOCK_STEPS_MOST already. */
bool rxclock_step(struct rxclock *clock, struct tai at, struct span by);

/* What the station's clock shows at t. */
struct rxtime rxclock_read(const struct rxclock *clock, struct tai t);
