/* SPDX-License-Identifier: Apache-2.0 */
/* What a driver wants: keep the wish speed, follow, stop at red, yield, obey its triggers.
 * In: states of the step before. Out: an acceleration. */
#include "base/fmath.h"
#include "scenarios/glosa.h"
#include "scenarios/motion.h"
#include "scenarios/warned.h"

#define BLOCKED_MPS 2.0 /* slower than that, somebody on the crossing keeps others out */
#define SIDE_M      0.3 /* beside which a driver passes somebody without slowing down */

static bool before(const struct motion *m, uint32_t a, uint32_t b)
{
    const struct motion_mover *p = &m->movers[a];
    const struct motion_mover *q = &m->movers[b];
    uint32_t lane_p = p->legs[p->leg].lane;
    uint32_t lane_q = q->legs[q->leg].lane;
    if (lane_p != lane_q) {
        return lane_p < lane_q;
    }
    return p->s_m != q->s_m ? p->s_m < q->s_m : a < b;
}

/* Insertion sort: the order is nearly right already, so a step costs about one pass. */
void driver_sort(struct motion *m)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < m->on_lanes;
         i++) { /* who has left the world leaves the order */
        uint32_t agent = m->order[i];
        if (!m->movers[agent].gone) {
            m->order[kept++] = agent;
        }
    }
    m->on_lanes = kept;
    for (uint32_t i = 1; i < kept; i++) {
        uint32_t agent = m->order[i];
        uint32_t j = i;
        for (; j > 0 && before(m, agent, m->order[j - 1]); j--) {
            m->order[j] = m->order[j - 1];
        }
        m->order[j] = agent;
    }
    for (uint32_t i = 0; i < m->scenario->map->lane_count; i++) {
        m->lane_count[i] = 0;
    }
    for (uint32_t i = 0; i < kept; i++) {
        const struct motion_mover *v = &m->movers[m->order[i]];
        uint32_t lane = v->legs[v->leg].lane;
        m->slot[m->order[i]] = i;
        if (m->lane_count[lane]++ == 0) {
            m->lane_first[lane] = i;
        }
    }
}

double driver_idm(const struct motion_limits *limits, double headway_s, double v, double v0,
                  double gap, double approach, double standing)
{
    double a = limits->accel_mps2;
    double free = a;
    if (v > v0) {
        free = (v0 - v) / 0.6;
        free = free < -limits->comfort_mps2 ? -limits->comfort_mps2 : free;
    } else if (v0 > 0) {
        double r = v / v0;
        free = a * (1 - r * r * r * r);
    }
    if (gap < 0) {
        return free;
    }
    double wanted = v * headway_s + v * approach / (2 * fm_sqrt(a * limits->comfort_mps2));
    wanted = standing + (wanted > 0 ? wanted : 0);
    double ratio = wanted / (gap > 0.1 ? gap : 0.1);
    double follow = free - a * ratio * ratio;
    return follow;
}

/* Is the other's box in the way of this one's, sideways? */
static bool in_way(const struct motion *m, const struct motion_mover *v, uint32_t other)
{
    const struct motion_mover *o = &m->movers[other];
    return m->now[other].present &&
           fm_abs(v->d_m - o->d_m) < 0.5 * (v->who->width_m + o->who->width_m) + SIDE_M;
}

uint32_t driver_leader(const struct motion *m, uint32_t agent, double *gap, double *speed)
{
    const struct motion_mover *v = &m->movers[agent];
    uint32_t ahead = AGENT_NONE;
    uint32_t slot = m->slot[agent] + 1;
    uint32_t lane = v->legs[v->leg].lane;
    double distance = -v->s_m;
    if (lane == MAP_NONE) {
        return AGENT_NONE;
    }
    uint32_t end = m->lane_first[lane] + m->lane_count[lane];
    while (slot < end && (!in_way(m, v, m->order[slot]) ||
                          m->movers[m->order[slot]].who->towed_by == agent)) {
        slot++;
    }
    if (slot < end) {
        ahead = m->order[slot];
    }
    for (uint32_t leg = v->leg; ahead == AGENT_NONE && leg + 1 < v->leg_count; leg++) {
        distance += v->legs[leg].path->length_m;
        if (distance > MOTION_LOOK_M) {
            return AGENT_NONE;
        }
        lane = v->legs[leg + 1].lane;
        for (uint32_t i = 0; i < m->lane_count[lane] && ahead == AGENT_NONE; i++) {
            uint32_t other = m->order[m->lane_first[lane] + i];
            ahead = in_way(m, v, other) ? other : AGENT_NONE;
        }
    }
    if (ahead == AGENT_NONE) {
        return AGENT_NONE;
    }
    const struct motion_mover *o = &m->movers[ahead];
    *gap = distance + o->s_m - 0.5 * (v->who->length_m + o->who->length_m);
    *speed = o->speed_mps;
    return *gap < MOTION_LOOK_M ? ahead : AGENT_NONE;
}

/* Does somebody with priority reach the meeting point within the gap that we would take? */
static bool must_yield(const struct motion *m, const struct motion_mover *v,
                       const struct map_lane *connection)
{
    const struct map *map = m->scenario->map;
    for (uint32_t y = 0; y < connection->yield_count; y++) {
        uint32_t lanes[2] = {connection->yields[y].lane,
                             map->lanes[connection->yields[y].lane].from};
        double distance = connection->yields[y].there_m;
        for (int part = 0; part < 2; part++) {
            uint32_t lane = lanes[part];
            distance += part == 1 ? map->lanes[lane].path.length_m : 0;
            for (uint32_t i = m->lane_count[lane]; i-- > 0;) {
                uint32_t other = m->order[m->lane_first[lane] + i];
                const struct motion_mover *o = &m->movers[other];
                double left = distance - o->s_m + 0.5 * o->who->length_m;
                double pace = o->speed_mps > 0.5 ? o->speed_mps : 0.5;
                if (o->speed_mps < 0.7 * o->wish_mps) { /* it will come faster than it is */
                    pace += 0.5 * o->limits.accel_mps2 * v->who->accept_gap_s;
                }
                bool comes = part == 0 || (o->leg + 1 < o->leg_count &&
                                           o->legs[o->leg + 1].lane == lanes[0]);
                if (left > v->who->accept_gap_s * 40) {
                    break;
                }
                if (m->now[other].present && comes && left > 0 &&
                    left < pace * v->who->accept_gap_s) {
                    return true;
                }
            }
        }
    }
    return false;
}

/* Is there no room behind the crossing? Who would come to stand on it waits before it. */
static bool is_blocked(const struct motion *m, const struct motion_mover *v,
                       const struct map_lane *connection)
{
    uint32_t lane = (uint32_t)(connection - m->scenario->map->lanes);
    uint32_t lanes[2] = {lane, connection->to};
    double room = v->who->length_m + MOTION_GAP_M + 0.5;
    for (int part = 0; part < 2; part++) {
        for (uint32_t i = 0; i < m->lane_count[lanes[part]]; i++) {
            uint32_t other = m->order[m->lane_first[lanes[part]] + i];
            const struct motion_mover *o = &m->movers[other];
            if (!m->now[other].present || o->speed_mps > BLOCKED_MPS) {
                continue;
            }
            if (part == 0 || o->s_m - 0.5 * o->who->length_m < room) {
                return true;
            }
        }
    }
    return false;
}

static bool must_stop(const struct motion *m, const struct motion_mover *v,
                      const struct map_lane *connection, double needed_mps2)
{
    if (connection->signal >= 0 && v->who->behaviour == BEHAVE_RESPONSIVE &&
        glosa_arrives_on_green(m, v, (uint32_t)connection->signal,
                               0.5 * v->speed_mps / needed_mps2)) {
        return false;
    }
    if (connection->signal >= 0 && needed_mps2 < v->limits.comfort_mps2 &&
        glosa_prepares_to_stop(m, v, (uint32_t)connection->signal,
                               0.5 * v->speed_mps * v->speed_mps / needed_mps2)) {
        return true;
    }
    if (connection->signal >= 0 && v->who->behaviour != BEHAVE_RUNS_RED) {
        int64_t seen = m->t_ns - span_from_s(v->who->reaction_s).ns;
        switch (plan_at(&m->plans, (uint32_t)connection->signal, seen).phase) {
        case PHASE_STOP_AND_REMAIN:
        case PHASE_STOP_THEN_PROCEED:
        case PHASE_PRE_MOVEMENT:
            return needed_mps2 < 0.9 * v->limits.brake_mps2;
        case PHASE_PERMISSIVE_CLEARANCE:
        case PHASE_PROTECTED_CLEARANCE:
            if (needed_mps2 < 1.5 * v->limits.comfort_mps2) {
                return true;
            }
            break;
        case PHASE_UNAVAILABLE:
        case PHASE_DARK:
        case PHASE_PERMISSIVE_MOVEMENT:
        case PHASE_PROTECTED_MOVEMENT:
        case PHASE_CAUTION:
        case PHASE_COUNT:
            break;
        }
    }
    if (connection->signal >= 0 && needed_mps2 < 1.5 * v->limits.comfort_mps2 &&
        v->who->behaviour != BEHAVE_RUNS_RED && is_blocked(m, v, connection)) {
        return true;
    }
    return connection->yield_count > 0 && needed_mps2 < 1.5 * v->limits.comfort_mps2 &&
           must_yield(m, v, connection);
}

/* Distance from the front bumper to the first line it has to stop at; < 0: none. */
static double stop_distance(const struct motion *m, struct motion_mover *v)
{
    const struct map *map = m->scenario->map;
    double begin = -v->s_m - 0.5 * v->who->length_m; /* of the leg, from the front */
    for (uint32_t i = v->leg; i + 1 < v->leg_count && begin < MOTION_LOOK_M; i++) {
        const struct motion_leg *leg = &v->legs[i];
        bool here = i == v->leg;
        if (leg->lane != MAP_NONE && map->lanes[leg->lane].stop_m >= 0 &&
            !(here && v->committed)) {
            double left = begin + map->lanes[leg->lane].stop_m;
            if (here && left < -0.5) {
                v->committed = true;
            } else if (left <= MOTION_LOOK_M) {
                left = left > 0 ? left : 0;
                double needed =
                    v->speed_mps * v->speed_mps / (2 * (left > 0.1 ? left : 0.1));
                if (must_stop(m, v, &map->lanes[v->legs[i + 1].lane], needed)) {
                    return left;
                }
            }
        }
        begin += leg->path->length_m;
    }
    return -1;
}

/* Coming to rest at a place: the braking that just reaches it. */
static double stop_wish(struct motion_mover *v, double t_s, double otherwise)
{
    double front = v->legs[v->leg].begin_m + v->s_m + 0.5 * v->who->length_m;
    double left = v->stop_at_m - front;
    if (v->speed_mps > 0.02) {
        double needed = v->speed_mps * v->speed_mps / (2 * (left > 0.05 ? left : 0.05));
        return -needed < otherwise ? -needed : otherwise;
    }
    if (v->hold_until_s < 0) {
        v->hold_until_s = t_s + v->hold_s;
    }
    v->stopping = t_s < v->hold_until_s;
    return otherwise < 0 ? otherwise : -0.5;
}

/* Braking by an action: to its speed, then held. */
static double action_wish(struct motion_mover *v, double t_s, double otherwise)
{
    if (!v->braking) {
        return otherwise;
    }
    if (v->speed_mps > v->brake_to_mps + 0.05) {
        /* Let go in time, so that the jerk limit does not carry it below that speed. */
        double over = v->speed_mps - v->brake_to_mps;
        double ease = fm_sqrt(1.6 * v->limits.hard_jerk_mps3 * over);
        return v->brake_to_mps > 0 && ease < v->brake_mps2 ? -ease : -v->brake_mps2;
    }
    if (v->hold_until_s < 0) {
        v->hold_until_s = t_s + v->hold_s;
    }
    v->braking = t_s < v->hold_until_s;
    return otherwise < 0 ? otherwise : 0;
}

double driver_wish(struct motion *m, uint32_t agent)
{
    struct motion_mover *v = &m->movers[agent];
    const struct motion_leg *leg = &v->legs[v->leg];
    double t_s = (double)m->t_ns / 1e9;
    double left = leg->path->length_m - v->s_m;
    double reach = fm_sqrt(leg->end_mps * leg->end_mps + 2 * PATH_BRAKE_MPS2 * left);
    double node = v->s_m / leg->path->step_m;
    uint32_t at = node >= leg->path->count - 1 ? leg->path->count - 1 : (uint32_t)node;
    double bend = leg->path->nodes[at].speed_mps;
    double v0 = v->wish_mps < reach ? v->wish_mps : reach;
    v0 = v0 < bend ? v0 : bend;
    if (v->who->behaviour == BEHAVE_RESPONSIVE) {
        double advice = glosa_advice(m, agent);
        double warned = warned_speed(m, agent);
        v0 = advice >= 0 && advice < v0 ? advice : v0;
        v0 = warned >= 0 && warned < v0 ? warned : v0;
    }
    double gap = -1;
    double speed = 0;
    bool blind = v->who->behaviour == BEHAVE_BLIND || kinds_is_vru(v->who->kind);
    bool leads = blind || driver_leader(m, agent, &gap, &speed) == AGENT_NONE;
    double wish = driver_idm(&v->limits, v->who->headway_s, v->speed_mps, v0,
                             leads     ? -1
                             : gap > 0 ? gap
                                       : 0,
                             v->speed_mps - speed, MOTION_GAP_M);
    double line = blind ? -1 : stop_distance(m, v);
    if (line >= 0) {
        double stop = driver_idm(&v->limits, 0.5, v->speed_mps, v0, line, v->speed_mps,
                                 MOTION_STOP_GAP_M);
        wish = stop < wish ? stop : wish;
    }
    if (leg->end_mps == 0) { /* a person comes to rest where the way ends */
        double needed = v->speed_mps * v->speed_mps / (2 * (left > 1e-3 ? left : 1e-3));
        wish = needed > 0.5 * v->limits.comfort_mps2 && -needed < wish ? -needed : wish;
    }
    wish = v->stopping ? stop_wish(v, t_s, wish) : action_wish(v, t_s, wish);
    if (t_s < v->alert_until_s && wish > -v->alert_mps2) {
        wish = -v->alert_mps2;
    }
    return wish;
}
