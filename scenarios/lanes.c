/* SPDX-License-Identifier: Apache-2.0 */
/* Moves to the side and changes of lanes. In: states of the step before. Out: movers with
 * another lane, or on their way sideways. */
#include <stdlib.h>

#include "base/fmath.h"
#include "scenarios/motion.h"
#include "scenarios/warned.h"

#define BESIDE_END_M 15.0 /* lanes side by side begin and end that near to each other */
#define PERIOD_TICKS 100  /* a driver thinks about it once a second */
#define GAIN_MPS2    0.25 /* least gain */
#define POLITENESS   0.3
#define SAFE_MPS2    2.0 /* braking that a follower may be put to */
#define ROOM_M       4.0 /* least gap ahead and behind */
#define CHANGE_S     3.5
#define SLANT        0.5 /* sideways over along, at most */
#define SLOWEST_MPS  4.0

static bool near_points(const struct path_node *a, const struct path_node *b)
{
    return fm_hypot(a->x_m - b->x_m, a->y_m - b->y_m) < BESIDE_END_M;
}

/* -1: not beside; 0: b lies left of a; 1: right. */
static int side_of(const struct map_lane *a, const struct map_lane *b)
{
    const struct path *p = &a->path;
    const struct path *q = &b->path;
    double distance = 0;
    if (!near_points(&p->nodes[0], &q->nodes[0]) ||
        !near_points(&p->nodes[p->count - 1], &q->nodes[q->count - 1])) {
        return -1;
    }
    struct path_point here = path_at(p, 0.5 * p->length_m);
    struct path_point there = path_at(q, path_nearest(q, here.x_m, here.y_m, &distance));
    double wide = 0.5 * (a->width_m + b->width_m);
    if (distance < 0.6 * wide || distance > 1.4 * wide ||
        fm_abs(fm_wrap_angle(here.yaw_rad - there.yaw_rad)) > 0.2) {
        return -1;
    }
    double left = (there.y_m - here.y_m) * fm_cos(here.yaw_rad) -
                  (there.x_m - here.x_m) * fm_sin(here.yaw_rad);
    return left > 0 ? 0 : 1;
}

/* Where a lane begins, for those that begin near it. */
struct begin {
    double x_m;
    uint32_t lane;
};

static int by_x(const void *a, const void *b)
{
    const struct begin *p = a;
    const struct begin *q = b;
    return p->x_m != q->x_m ? (p->x_m < q->x_m ? -1 : 1) : (p->lane < q->lane ? -1 : 1);
}

/* Of several that lie on one side the last of the map is the one. */
static void set_beside(struct motion *m, uint32_t lane, uint32_t other)
{
    const struct map_lane *lanes = m->scenario->map->lanes;
    int side = side_of(&lanes[lane], &lanes[other]);
    uint32_t *beside = side >= 0 ? &m->beside[lane][side] : NULL;
    if (beside && (*beside == MAP_NONE || *beside < other)) {
        *beside = other;
    }
}

int lanes_init(struct motion *m, struct arena *arena, struct fail *fail)
{
    const struct map *map = m->scenario->map;
    m->beside = arena_take(arena, (map->lane_count + 1) * sizeof *m->beside);
    if (!m->beside) {
        return fail_set(fail, RESULT_MEMORY, "no memory for lanes");
    }
    for (uint32_t i = 0; i < map->lane_count; i++) {
        m->beside[i][0] = m->beside[i][1] = MAP_NONE;
    }
    struct begin *begins = malloc((map->lane_count + 1) * sizeof *begins);
    if (!begins) {
        return fail_set(fail, RESULT_MEMORY, "no memory for lanes");
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < map->lane_count; i++) {
        if (!map->lanes[i].connection && map->lanes[i].path.count >= 2) {
            begins[count++] = (struct begin){map->lanes[i].path.nodes[0].x_m, i};
        }
    }
    qsort(begins, count, sizeof *begins, by_x);
    for (uint32_t a = 0; a < count; a++) {
        for (uint32_t b = a + 1; b < count && begins[b].x_m - begins[a].x_m < BESIDE_END_M;
             b++) {
            set_beside(m, begins[a].lane, begins[b].lane);
            set_beside(m, begins[b].lane, begins[a].lane);
        }
    }
    free(begins);
    return 0;
}

void lanes_shift(struct motion_mover *v, double to_m, double over_s)
{
    v->d_from_m = v->d_m;
    v->d_to_m = to_m;
    v->shift_s = over_s;
    v->shift_t_s = 0;
}

/* Quintic from 0 to 1: no jump of sideways speed or acceleration at either end. */
static double ease(double u)
{
    return u * u * u * (10 + u * (6 * u - 15));
}

double lanes_advance(struct motion_mover *v, double speed)
{
    v->d_rate_mps = 0;
    if (v->shift_s > 0) {
        double left = v->shift_s - v->shift_t_s;
        double dt = MOTION_STEP_S < left ? MOTION_STEP_S : left;
        double reach = v->d_to_m - v->d_from_m;
        double d = v->d_from_m + reach * ease((v->shift_t_s + dt) / v->shift_s);
        double most = SLANT * speed * MOTION_STEP_S;
        double way = fm_abs(d - v->d_m);
        if (way > most) { /* too slow to move sideways as planned */
            dt *= most / way;
            d = v->d_from_m + reach * ease((v->shift_t_s + dt) / v->shift_s);
            d = fm_abs(d - v->d_m) > most ? v->d_m + (d > v->d_m ? most : -most) : d;
        }
        v->shift_t_s += dt;
        if (v->shift_t_s >= v->shift_s - 1e-9) {
            v->shift_s = 0;
            d = v->d_to_m;
        }
        v->d_rate_mps = (d - v->d_m) / MOTION_STEP_S;
        v->d_m = d;
    }
    if (v->d_m == 0 && v->d_rate_mps == 0) {
        return speed;
    }
    const struct path *path = v->legs[v->leg].path;
    double curvature = path_at(path, v->s_m).curvature_1pm;
    double along = fm_sqrt(speed * speed > v->d_rate_mps * v->d_rate_mps
                               ? speed * speed - v->d_rate_mps * v->d_rate_mps
                               : 0);
    double stretch = 1 - curvature * v->d_m;
    return along / (stretch > 0.3 ? stretch : 0.3);
}

bool lanes_change(struct motion *m, uint32_t agent, uint32_t lane, double over_s)
{
    struct motion_mover *v = &m->movers[agent];
    struct motion_leg *leg = &v->legs[v->leg];
    if (leg->lane == MAP_NONE || v->leg + 1 != v->leg_count ||
        (m->beside[leg->lane][0] != lane && m->beside[leg->lane][1] != lane)) {
        return false;
    }
    const struct state *s = &m->now[agent];
    const struct path *path = &m->scenario->map->lanes[lane].path;
    double distance = 0;
    double at = path_nearest(path, s->x_m, s->y_m, &distance);
    struct path_point p = path_at(path, at);
    for (int pass = 0; pass < 3; pass++) { /* to the foot of the perpendicular */
        at += (s->x_m - p.x_m) * fm_cos(p.yaw_rad) + (s->y_m - p.y_m) * fm_sin(p.yaw_rad);
        at = at < 0 ? 0 : at > path->length_m ? path->length_m : at;
        p = path_at(path, at);
    }
    leg->lane = lane;
    leg->path = path;
    v->s_m = at;
    v->d_m = (s->y_m - p.y_m) * fm_cos(p.yaw_rad) - (s->x_m - p.x_m) * fm_sin(p.yaw_rad);
    lanes_shift(v, 0, over_s);
    return true;
}

/* The first on a lane at or after s, as a place in `order`; the lane's end if none. */
static uint32_t first_after(const struct motion *m, uint32_t lane, double s_m)
{
    uint32_t low = m->lane_first[lane];
    uint32_t high = low + m->lane_count[lane];
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (m->movers[m->order[middle]].s_m < s_m) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The acceleration of a driver behind another (NULL: nobody). */
static double wish_behind(const struct motion_mover *v, double v0,
                          const struct motion_mover *ahead, double gap)
{
    double closing = ahead ? v->speed_mps - ahead->speed_mps : 0;
    return driver_idm(&v->limits, v->who->headway_s, v->speed_mps, v0,
                      !ahead      ? -1
                      : gap > 0.1 ? gap
                                  : 0.1,
                      closing, MOTION_GAP_M);
}

/* Is somebody who moves sideways, or stands at the lane's edge, on `lane` near s? */
static bool busy(const struct motion *m, uint32_t lane, double s_m)
{
    if (lane == MAP_NONE || m->lane_count[lane] == 0) {
        return false;
    }
    uint32_t end = m->lane_first[lane] + m->lane_count[lane];
    for (uint32_t i = first_after(m, lane, s_m - 40); i < end; i++) {
        const struct motion_mover *o = &m->movers[m->order[i]];
        if (o->s_m > s_m + 40) {
            return false;
        }
        if (o->shift_s > 0 || o->d_m != 0) {
            return true;
        }
    }
    return false;
}

/* Who would be ahead and behind on another lane, and how far. */
struct room {
    const struct motion_mover *ahead, *behind; /* NULL: nobody */
    double gap_ahead_m, gap_behind_m;
};

/* false: there is no room for one more. */
static bool look_beside(const struct motion *m, const struct motion_mover *v, uint32_t lane,
                        struct room *room)
{
    *room = (struct room){.ahead = NULL};
    if (busy(m, lane, v->s_m) || busy(m, m->beside[lane][0], v->s_m) ||
        busy(m, m->beside[lane][1], v->s_m)) {
        return false;
    }
    uint32_t at = first_after(m, lane, v->s_m);
    uint32_t first = m->lane_first[lane];
    uint32_t end = first + m->lane_count[lane];
    if (m->lane_count[lane] > 0 && at < end) {
        room->ahead = &m->movers[m->order[at]];
        room->gap_ahead_m = room->ahead->s_m - v->s_m -
                            0.5 * (room->ahead->who->length_m + v->who->length_m);
    }
    if (m->lane_count[lane] > 0 && at > first) {
        room->behind = &m->movers[m->order[at - 1]];
        room->gap_behind_m = v->s_m - room->behind->s_m -
                             0.5 * (room->behind->who->length_m + v->who->length_m);
    }
    return !(room->ahead && room->gap_ahead_m < ROOM_M + 0.5 * v->speed_mps) &&
           !(room->behind && room->gap_behind_m < ROOM_M + 0.3 * room->behind->speed_mps);
}

/* How the one behind would have to brake, and how the driver itself. */
static bool is_safe(const struct motion_mover *v, const struct room *room)
{
    return wish_behind(v, v->wish_mps, room->ahead, room->gap_ahead_m) >= -SAFE_MPS2 &&
           (!room->behind || wish_behind(room->behind, room->behind->wish_mps, v,
                                         room->gap_behind_m) >= -SAFE_MPS2);
}

/* What going over to a lane gains by MOBIL, m/s2; < 0: nothing, or not safe. */
static double gain(const struct motion *m, uint32_t agent, uint32_t lane)
{
    const struct motion_mover *v = &m->movers[agent];
    struct room room;
    double gap = -1;
    double speed = 0;
    uint32_t leader = driver_leader(m, agent, &gap, &speed);
    if (leader == AGENT_NONE || gap < ROOM_M + 2 * (v->speed_mps - speed) ||
        !look_beside(m, v, lane, &room) || !is_safe(v, &room)) {
        return -1;
    }
    double here = wish_behind(v, v->wish_mps, &m->movers[leader], gap);
    double there = wish_behind(v, v->wish_mps, room.ahead, room.gap_ahead_m);
    double loss = 0;
    if (room.behind) {
        double put_to =
            wish_behind(room.behind, room.behind->wish_mps, v, room.gap_behind_m);
        double between = room.gap_ahead_m + room.gap_behind_m + v->who->length_m;
        loss =
            wish_behind(room.behind, room.behind->wish_mps, room.ahead, between) - put_to;
    }
    return there - here - POLITENESS * loss;
}

/* Is the driver told that the lane beside is closed at its own height? */
static bool is_told_closed(const struct motion *m, uint32_t agent, uint32_t lane)
{
    const struct state *s = &m->now[agent];
    const struct path *path = &m->scenario->map->lanes[lane].path;
    double distance = 0;
    if (!warned_of_closed(m, agent)) {
        return false;
    }
    struct path_point p = path_at(path, path_nearest(path, s->x_m, s->y_m, &distance));
    return warned_is_closed(m, agent, p.x_m, p.y_m, p.yaw_rad);
}

/* Off a lane that is said to be closed: for safety, whatever it gains. */
static bool leaves_closed(const struct motion *m, uint32_t agent, uint32_t lane)
{
    const struct motion_mover *v = &m->movers[agent];
    const struct state *s = &m->now[agent];
    struct room room;
    return warned_is_closed(m, agent, s->x_m, s->y_m, s->yaw_rad) &&
           !is_told_closed(m, agent, lane) && look_beside(m, v, lane, &room) &&
           is_safe(v, &room);
}

void lanes_step(struct motion *m)
{
    uint32_t turn = (uint32_t)(m->t_ns / WORLD_TICK_NS % PERIOD_TICKS);
    for (uint32_t i = turn; i < m->count; i += PERIOD_TICKS) {
        const struct motion_mover *v = &m->movers[i];
        if ((!v->who->changes_lanes && !v->warned) || !v->started || v->gone ||
            v->leg_count == 0 || v->leg + 1 != v->leg_count || v->shift_s > 0 ||
            v->d_m != 0 || v->speed_mps < SLOWEST_MPS || v->braking || v->stopping) {
            continue;
        }
        uint32_t lane = v->legs[v->leg].lane;
        for (int side = 0; lane != MAP_NONE && side < 2; side++) {
            uint32_t beside = m->beside[lane][side];
            if (beside != MAP_NONE &&
                ((v->who->changes_lanes && !is_told_closed(m, i, beside) &&
                  gain(m, i, beside) > GAIN_MPS2) ||
                 leaves_closed(m, i, beside))) {
                (void)lanes_change(m, i, beside, CHANGE_S);
                return; /* the next may not know of it yet */
            }
        }
    }
}
