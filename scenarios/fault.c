/* SPDX-License-Identifier: Apache-2.0 */
/* Delayed, replayed and Sybil senders (names as in VeReMi). In: a message to be composed.
 * Out: the same with another content. */
#include "scenarios/fault.h"

#include "base/draw.h"
#include "base/fmath.h"

/* Where another agent is, as if it were our own place: the next one that is there. */
static void take_from_other(struct compose *c, const struct motion *m)
{
    uint32_t own = c->station->index;
    for (uint32_t i = 1; i < m->count; i++) {
        uint32_t other = (own + i) % m->count;
        const struct state *s = &m->now[other];
        if (s->present && !kinds_is_infrastructure(m->movers[other].who->kind)) {
            c->pose = (struct station_pose){s->x_m, s->y_m, s->yaw_rad, s->speed_mps};
            c->truth = s;
            return;
        }
    }
}

void fault_apply(struct compose *c, struct fault_past *past, const struct motion *m,
                 uint64_t slot, uint64_t seed)
{
    if (c->station->fault == FAULT_DELAYED && past && past->count >= FAULT_DELAY_SLOTS) {
        const struct fault_moment *old = &past->ring[past->count % FAULT_DELAY_SLOTS];
        past->truth = old->truth;
        c->pose = old->pose;
        c->truth = &past->truth;
        c->stamped = old->stamped;
    } else if (c->station->fault == FAULT_REPLAYED) {
        take_from_other(c, m);
    } else if (c->station->fault == FAULT_SYBIL) {
        uint64_t ghost = slot % FAULT_GHOSTS;
        c->id = (uint32_t)(draw_bits(draw_key(seed, DRAW_TEMPORARY_ID),
                                     c->station->index + ((ghost + 1) << 32),
                                     c->station->id_epoch) >>
                           32);
        c->pose.x_m -= (double)ghost * FAULT_GHOST_M * fm_cos(c->pose.yaw_rad);
        c->pose.y_m -= (double)ghost * FAULT_GHOST_M * fm_sin(c->pose.yaw_rad);
    }
}

void fault_remember(struct fault_past *past, const struct fault_moment *moment)
{
    if (past) {
        past->ring[past->count % FAULT_DELAY_SLOTS] = *moment;
        past->count++;
    }
}
