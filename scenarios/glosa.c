/* SPDX-License-Identifier: Apache-2.0 */
/* Speed advice. In: signal plans. Out: speeds. */
#include "scenarios/glosa.h"

#define LOOK_NS  (120 * TIME_NS_PER_S)
#define AFTER_NS TIME_NS_PER_S /* the line is reached that long after green begins */

static bool is_green(enum phase phase)
{
    return phase == PHASE_PERMISSIVE_MOVEMENT || phase == PHASE_PROTECTED_MOVEMENT;
}

double glosa_speed(const struct plans *plans, uint32_t signal, int64_t t_ns,
                   double distance_m, double wish_mps)
{
    int64_t reach_ns =
        t_ns + (int64_t)(1e9 * distance_m / (wish_mps > 0.1 ? wish_mps : 0.1));
    int64_t at_ns = t_ns;
    while (at_ns < t_ns + LOOK_NS) {
        struct plan_state plan = plan_at(plans, signal, at_ns);
        if (is_green(plan.phase) && reach_ns < plan.end_ns - AFTER_NS) {
            int64_t open_ns = plan.since_ns > t_ns ? plan.since_ns + AFTER_NS : t_ns;
            if (reach_ns >= open_ns) {
                return wish_mps;
            }
            double speed = distance_m / ((double)(open_ns - t_ns) / 1e9);
            return speed >= GLOSA_LEAST * wish_mps ? speed : -1;
        }
        if (plan.end_ns <= at_ns) {
            return -1;
        }
        at_ns = plan.end_ns;
    }
    return -1;
}

bool glosa_arrives_on_green(const struct motion *m, const struct motion_mover *v,
                            uint32_t signal, double in_s)
{
    if ((double)m->t_ns / 1e9 > v->told_until_s || !(in_s < 120)) {
        return false;
    }
    int64_t at_ns = m->t_ns + (int64_t)(1e9 * in_s);
    struct plan_state plan = plan_at(&m->plans, signal, at_ns);
    return is_green(plan.phase) && at_ns - plan.since_ns > AFTER_NS / 4;
}

double glosa_advice(const struct motion *m, uint32_t agent)
{
    const struct motion_mover *v = &m->movers[agent];
    const struct map *map = m->scenario->map;
    uint32_t lane = v->legs[v->leg].lane;
    if ((double)m->t_ns / 1e9 > v->told_until_s || lane == MAP_NONE ||
        v->leg + 1 == v->leg_count || map->lanes[lane].stop_m < 0) {
        return -1;
    }
    int signal = map->lanes[v->legs[v->leg + 1].lane].signal;
    double left = map->lanes[lane].stop_m - v->s_m - 0.5 * v->who->length_m;
    if (signal < 0 || left < 1) {
        return -1;
    }
    return glosa_speed(&m->plans, (uint32_t)signal, m->t_ns, left, v->wish_mps);
}
