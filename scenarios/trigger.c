/* SPDX-License-Identifier: Apache-2.0 */
/* When something begins. In: states of the step before. Out: started agents, begun actions.
 */
#include "base/fmath.h"
#include "scenarios/motion.h"

/* First crossing of two courses along that of `watched`; < 0: none. */
static double crossing(const struct motion_mover *own, const struct motion_mover *watched,
                       const struct state *own_state)
{
    for (uint32_t i = 0; i < watched->leg_count; i++) {
        const struct motion_leg *leg = &watched->legs[i];
        double here, there;
        for (uint32_t j = 0; j < own->leg_count; j++) {
            if (path_crossing(leg->path, own->legs[j].path, &here, &there)) {
                return leg->begin_m + here;
            }
        }
        if (own->leg_count == 0) {
            here = path_nearest(leg->path, own_state->x_m, own_state->y_m, &there);
            if (there < 20) {
                return leg->begin_m + here;
            }
        }
    }
    return -1;
}

static const struct scenario_trigger *trigger_of(const struct scenario_agent *a, uint32_t n)
{
    return n == 0 ? &a->start : &a->actions[n - 1].trigger;
}

int trigger_init(struct motion *m, struct arena *arena, struct fail *fail)
{
    for (uint32_t i = 0; i < m->count; i++) {
        const struct scenario_agent *a = m->movers[i].who;
        double *cross = arena_take(arena, (a->action_count + 1) * sizeof *cross);
        if (!cross) {
            return fail_set(fail, RESULT_MEMORY, "no memory for triggers");
        }
        m->movers[i].cross_m = cross;
        for (uint32_t n = 0; n <= a->action_count; n++) {
            const struct scenario_trigger *t = trigger_of(a, n);
            cross[n] = -1;
            if (t->when != WHEN_EGO_TTC) {
                continue;
            }
            cross[n] = crossing(&m->movers[i], &m->movers[t->agent], &m->now[i]);
            if (cross[n] < 0) {
                return fail_set(fail, RESULT_USAGE,
                                "%s: ego_ttc_s: its way and that of %s never cross", a->id,
                                m->movers[t->agent].who->id);
            }
        }
    }
    return 0;
}

static bool fires(const struct motion *m, uint32_t agent, uint32_t n)
{
    const struct scenario_trigger *t = trigger_of(m->movers[agent].who, n);
    const struct motion_mover *w = &m->movers[t->agent];
    switch (t->when) {
    case WHEN_START:
        return true;
    case WHEN_TIME:
        return m->t_ns >= span_from_s(t->time_s).ns;
    case WHEN_PLACE:
        return m->now[t->agent].present &&
               fm_hypot(m->now[t->agent].x_m - t->at_m[0],
                        m->now[t->agent].y_m - t->at_m[1]) <= t->within_m;
    case WHEN_EGO_TTC: {
        double way = w->legs[w->leg].begin_m + w->s_m + 0.5 * w->who->length_m;
        double left = m->movers[agent].cross_m[n] - way;
        return m->now[t->agent].present && left >= 0 && w->speed_mps > 0.1 &&
               left <= t->ttc_s * w->speed_mps;
    }
    }
    return false;
}

static void begin(struct motion_mover *v, const struct scenario_action *action)
{
    switch (action->what) {
    case DO_BRAKE:
        v->braking = true;
        v->brake_mps2 = action->decel_mps2;
        v->brake_to_mps = action->to_mps;
        v->hold_s = action->hold_s;
        v->hold_until_s = -1;
        break;
    case DO_SPEED:
        v->wish_mps = action->to_mps;
        break;
    case DO_HAZARD:
        v->hazard = true;
        break;
    }
}

void trigger_step(struct motion *m, uint32_t agent)
{
    struct motion_mover *v = &m->movers[agent];
    if (!v->started && fires(m, agent, 0)) {
        v->started = true;
        v->speed_mps = v->who->initial_mps;
    }
    for (uint32_t n = 0; n < v->who->action_count; n++) {
        if (!(v->fired & 1u << n) && v->started && fires(m, agent, n + 1)) {
            v->fired |= 1u << n;
            begin(v, &v->who->actions[n]);
        }
    }
}
