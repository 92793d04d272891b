/* SPDX-License-Identifier: Apache-2.0 */
/* Who is close to a VRU. In: states. Out: a short list of agents. */
#include "scenarios/intruders.h"

#include "base/fmath.h"
#include "scenarios/its_when.h"

struct intruders intruders_of(const struct motion *m, uint32_t self)
{
    struct intruders now = {.count = 0};
    const struct state *me = &m->now[self];
    double cosine = fm_cos(me->yaw_rad);
    double sine = fm_sin(me->yaw_rad);
    for (uint32_t i = 0; i < m->count && now.count < INTRUDERS_KEPT; i++) {
        const struct state *s = &m->now[i];
        double dx = s->x_m - me->x_m;
        double dy = s->y_m - me->y_m;
        if (i != self && s->present && !kinds_is_infrastructure(m->movers[i].who->kind) &&
            its_is_close(dx * cosine + dy * sine, dy * cosine - dx * sine, me->speed_mps)) {
            now.who[now.count++] = i;
        }
    }
    return now;
}

bool intruders_any_new(const struct intruders *before, const struct intruders *now)
{
    for (uint8_t i = 0; i < now->count; i++) {
        uint8_t j = 0;
        while (j < before->count && before->who[j] != now->who[i]) {
            j++;
        }
        if (j == before->count && before->count < INTRUDERS_KEPT) {
            return true;
        }
    }
    return false;
}
