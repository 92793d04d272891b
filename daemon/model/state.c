/* SPDX-License-Identifier: Apache-2.0 */
/* Truth between two world ticks. In: two states and an instant. Out: the state there. */
#include "model/state.h"

#include "base/fmath.h"

struct state state_between(const struct state *a, struct tai ta, const struct state *b,
                           struct tai tb, struct tai t)
{
    if (!a->present || t.ns >= tb.ns || tb.ns <= ta.ns) {
        return *b;
    }
    if (!b->present || t.ns <= ta.ns) {
        return *a;
    }
    double f = (double)(t.ns - ta.ns) / (double)(tb.ns - ta.ns);
    struct state s = {.present = true};
    s.x_m = a->x_m + f * (b->x_m - a->x_m);
    s.y_m = a->y_m + f * (b->y_m - a->y_m);
    s.z_m = a->z_m + f * (b->z_m - a->z_m);
    s.yaw_rad = fm_wrap_angle(a->yaw_rad + f * fm_wrap_angle(b->yaw_rad - a->yaw_rad));
    s.speed_mps = a->speed_mps + f * (b->speed_mps - a->speed_mps);
    s.accel_mps2 = b->accel_mps2;
    s.yaw_rate_radps = b->yaw_rate_radps;
    return s;
}
