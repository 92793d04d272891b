/* SPDX-License-Identifier: Apache-2.0 */
/* When something begins. In: states of the step before. Out: started agents, begun actions.
 */
#include "base/fmath.h"
#include "scenarios/motion.h"

#define EYE_M    1.2 /* of a driver */
#define BIG_M    2.0 /* a vehicle that nobody looks over */
#define SEEN_MPS 0.3 /* who stands is not yet a matter of concern */

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

/* Where the front of an agent shall stand, along its course; < 0: nowhere on it. */
static double stop_place(const struct motion *m, uint32_t agent,
                         const struct scenario_action *action)
{
    const struct motion_mover *v = &m->movers[agent];
    if (action->before != AGENT_NONE) {
        const struct motion_mover *other = &m->movers[action->before];
        double at = crossing(other, v, &m->now[action->before]);
        return at < 0 ? at : at - action->margin_m - 0.5 * other->who->width_m;
    }
    double least = 20;
    double at = -1;
    for (uint32_t i = 0; i < v->leg_count; i++) {
        double distance = 0;
        double s = path_nearest(v->legs[i].path, action->place_m[0], action->place_m[1],
                                &distance);
        if (distance < least) {
            least = distance;
            at = v->legs[i].begin_m + s;
        }
    }
    return at < 0 ? at : at - action->margin_m;
}

static int init_stops(struct motion *m, uint32_t agent, struct arena *arena,
                      struct fail *fail)
{
    struct motion_mover *v = &m->movers[agent];
    double *stop = arena_take(arena, (v->who->action_count + 1) * sizeof *stop);
    v->seen_s = arena_take(arena, (v->who->action_count + 1) * sizeof *v->seen_s);
    if (!stop || !v->seen_s) {
        return fail_set(fail, RESULT_MEMORY, "no memory for triggers");
    }
    v->stop_m = stop;
    v->seen_s[v->who->action_count] = -1;
    for (uint32_t n = 0; n < v->who->action_count; n++) {
        const struct scenario_action *action = &v->who->actions[n];
        v->seen_s[n] = -1;
        stop[n] = action->what == DO_STOP ? stop_place(m, agent, action) : 0;
        if (action->what == DO_STOP && stop[n] < 0) {
            return fail_set(fail, RESULT_USAGE, "%s: stop: that is not on its way",
                            v->who->id);
        }
    }
    return 0;
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
        int result = init_stops(m, i, arena, fail);
        if (result != 0) {
            return result;
        }
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

/* Does a big vehicle's box cut the line of sight? */
static bool hidden_by_vehicle(const struct motion *m, uint32_t a, uint32_t b)
{
    const struct state *p = &m->now[a];
    const struct state *q = &m->now[b];
    for (uint32_t i = 0; i < m->count; i++) {
        const struct scenario_agent *who = m->movers[i].who;
        const struct state *s = &m->now[i];
        if (i == a || i == b || !s->present || who->height_m < BIG_M) {
            continue;
        }
        double c = fm_cos(s->yaw_rad);
        double d = fm_sin(s->yaw_rad);
        double low = 0;
        double high = 1;
        double from[2] = {(p->x_m - s->x_m) * c + (p->y_m - s->y_m) * d,
                          (p->y_m - s->y_m) * c - (p->x_m - s->x_m) * d};
        double to[2] = {(q->x_m - s->x_m) * c + (q->y_m - s->y_m) * d,
                        (q->y_m - s->y_m) * c - (q->x_m - s->x_m) * d};
        double half[2] = {0.5 * who->length_m, 0.5 * who->width_m};
        for (int axis = 0; axis < 2; axis++) {
            double way = to[axis] - from[axis];
            double t0 = way != 0                          ? (-half[axis] - from[axis]) / way
                        : fm_abs(from[axis]) < half[axis] ? -1
                                                          : 2;
            double t1 = way != 0 ? (half[axis] - from[axis]) / way : -t0;
            low = fm_abs(low) > 1             ? low
                  : (t0 < t1 ? t0 : t1) > low ? (t0 < t1 ? t0 : t1)
                                              : low;
            high = (t0 < t1 ? t1 : t0) < high ? (t0 < t1 ? t1 : t0) : high;
        }
        if (low < high) {
            return true;
        }
    }
    return false;
}

static bool sees(const struct motion *m, uint32_t agent, uint32_t other)
{
    const struct state *p = &m->now[agent];
    const struct state *q = &m->now[other];
    const double eye[3] = {p->x_m, p->y_m, EYE_M};
    const double there[3] = {q->x_m, q->y_m, 0.6 * m->movers[other].who->height_m};
    return p->present && q->present && q->speed_mps > SEEN_MPS &&
           fm_hypot(p->x_m - q->x_m, p->y_m - q->y_m) < MOTION_LOOK_M &&
           walls_blocker(&m->scenario->walls, eye, there) < 0 &&
           !hidden_by_vehicle(m, agent, other);
}

/* Gap between the boxes as if they stood in line, over the present approach. */
static bool is_near(const struct motion *m, uint32_t agent, uint32_t other, double ttc_s)
{
    const struct state *p = &m->now[agent];
    const struct state *q = &m->now[other];
    double dx = q->x_m - p->x_m;
    double dy = q->y_m - p->y_m;
    double distance = fm_hypot(dx, dy);
    double vx = q->speed_mps * fm_cos(q->yaw_rad) - p->speed_mps * fm_cos(p->yaw_rad);
    double vy = q->speed_mps * fm_sin(q->yaw_rad) - p->speed_mps * fm_sin(p->yaw_rad);
    double gap =
        distance - 0.5 * (m->movers[agent].who->length_m + m->movers[other].who->length_m);
    double closing = distance > 0.1 ? -(dx * vx + dy * vy) / distance : 0;
    return p->present && q->present && closing > 0.3 && gap <= ttc_s * closing;
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
    case WHEN_TTC:
        return is_near(m, agent, t->agent, t->ttc_s);
    case WHEN_SEES: {
        double *seen = &m->movers[agent].seen_s[n];
        double t_s = (double)m->t_ns / 1e9;
        if (*seen < 0 && sees(m, agent, t->agent)) {
            *seen = t_s;
        }
        return *seen >= 0 && t_s - *seen >= m->movers[agent].who->reaction_s;
    }
    case WHEN_EGO_TTC: {
        double way = w->legs[w->leg].begin_m + w->s_m + 0.5 * w->who->length_m;
        double left = m->movers[agent].cross_m[n] - way;
        return m->now[t->agent].present && left >= 0 && w->speed_mps > 0.1 &&
               left <= t->ttc_s * w->speed_mps;
    }
    }
    return false;
}

static void begin(struct motion *m, uint32_t agent, uint32_t n)
{
    struct motion_mover *v = &m->movers[agent];
    const struct scenario_action *action = &v->who->actions[n];
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
    case DO_STOP:
        v->stopping = true;
        v->stop_at_m = v->stop_m[n];
        v->hold_s = action->hold_s;
        v->hold_until_s = -1;
        break;
    case DO_SHIFT:
        lanes_shift(v, action->to_m, action->over_s);
        break;
    case DO_LANE:
        (void)lanes_change(m, agent, action->lane, action->over_s);
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
            begin(m, agent, n);
        }
    }
}
