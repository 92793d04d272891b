/* SPDX-License-Identifier: Apache-2.0 */
/* A station's own clock. In: true time. Out: what its clock shows. */
#include "receiver/rxclock.h"

#include "base/draw.h"
#include "base/fmath.h"

struct rxclock rxclock_draw(uint64_t seed, uint32_t station_idx, struct tai start,
                            struct span offset_sigma, double drift_sigma_ppm)
{
    uint64_t key = draw_key(seed, DRAW_RXCLOCK);
    double offset = draw_normal(draw_bits(key, station_idx, 0)) * (double)offset_sigma.ns;
    return (struct rxclock){
        .start = start,
        .offset = span_ns((int64_t)fm_round(offset)),
        .drift_ppm = draw_normal(draw_bits(key, station_idx, 1)) * drift_sigma_ppm,
    };
}

bool rxclock_step(struct rxclock *clock, struct tai at, struct span by)
{
    if (clock->step_count == RXCLOCK_STEPS_MOST) {
        return false;
    }
    clock->steps[clock->step_count++] = (struct rxclock_step){.at = at, .by = by};
    return true;
}

struct rxtime rxclock_read(const struct rxclock *clock, struct tai t)
{
    /* Drift is split at the millisecond, so that days of nanoseconds keep their last bit.
     */
    int64_t since = tai_since(t, clock->start).ns;
    int64_t ms = since / TIME_NS_PER_MS;
    double drift = (double)ms * clock->drift_ppm +
                   (double)(since % TIME_NS_PER_MS) * clock->drift_ppm * 1e-6;
    struct rxtime shown = {t.ns + clock->offset.ns + (int64_t)fm_round(drift)};
    for (uint8_t i = 0; i < clock->step_count; i++) {
        if (!tai_before(t, clock->steps[i].at)) {
            shown = rxtime_add(shown, clock->steps[i].by);
        }
    }
    return shown;
}
