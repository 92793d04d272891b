/* SPDX-License-Identifier: Apache-2.0 */
/* Kinematics of all agents. In: a scenario, then time. Out: states, 10 ms apart. */
#include "scenarios/motion.h"

#include <string.h>

#include "base/fmath.h"
#include "scenarios/glosa.h"
#include "scenarios/warned.h"

#define SMOOTH_LEAST_MPS 0.3 /* slower, a direction is noise */

struct motion_limits motion_limits(enum sender_kind kind)
{
    static const struct motion_limits car = {1.8, 2.0, 8.0, 4.0, 20.0};
    static const struct motion_limits heavy = {1.0, 1.5, 6.0, 3.0, 12.0};
    static const struct motion_limits two = {2.5, 2.0, 8.0, 5.0, 20.0};
    static const struct motion_limits cycle = {1.0, 1.5, 5.0, 5.0, 15.0};
    static const struct motion_limits foot = {1.5, 1.5, 3.0, 20.0, 20.0};
    switch (kind) {
    case KIND_TRUCK:
    case KIND_BUS:
    case KIND_TRAILER:
    case KIND_RAIL:
        return heavy;
    case KIND_MOTORCYCLE:
        return two;
    case KIND_CYCLIST:
    case KIND_EBIKE:
    case KIND_ESCOOTER:
        return cycle;
    case KIND_PEDESTRIAN:
    case KIND_CHILD:
    case KIND_ROAD_WORKER:
    case KIND_WHEELCHAIR:
    case KIND_ANIMAL:
        return foot;
    case KIND_UNKNOWN:
    case KIND_CAR:
    case KIND_VAN:
    case KIND_EMERGENCY:
    case KIND_RSU:
    case KIND_CENTRE:
    case KIND_STATION:
    case KIND_COUNT:
        break;
    }
    return car;
}

/* Speeds that later legs force upon earlier ones; a person stops at the end, a vehicle
 * drives out of the world. */
static void set_ends(struct motion_leg *legs, uint32_t count, bool stops)
{
    double begin = 0;
    for (uint32_t i = 0; i < count; i++) {
        legs[i].begin_m = begin;
        begin += legs[i].path->length_m;
    }
    double end = stops ? 0 : 500;
    for (uint32_t i = count; i-- > 0;) {
        legs[i].end_mps = end;
        double reach = fm_sqrt(end * end + 2 * PATH_BRAKE_MPS2 * legs[i].path->length_m);
        double first = legs[i].path->nodes[0].speed_mps;
        end = first < reach ? first : reach;
    }
}

static int add_course(struct motion *m, struct motion_mover *v, struct arena *arena,
                      struct fail *fail)
{
    const struct scenario_agent *who = v->who;
    bool route = who->course == COURSE_ROUTE;
    bool vru = kinds_is_vru(who->kind);
    v->leg_count = route ? who->route_count : who->course == COURSE_PATH ? 1 : 0;
    if (who->course == COURSE_TOWED) {
        const struct motion_mover *tow = &m->movers[who->towed_by];
        v->legs = tow->legs;
        v->leg_count = tow->leg_count;
        if (tow->leg_count == 0 ||
            tow->who->start_m <
                0.5 * (tow->who->length_m + who->length_m) + MOTION_HITCH_M) {
            return fail_set(fail, RESULT_USAGE,
                            "towed_by: %s needs a route or path_m and a start_m that "
                            "leaves room behind it",
                            tow->who->id);
        }
        return 0;
    }
    if (v->leg_count == 0) {
        return 0;
    }
    struct motion_leg *legs = arena_take(arena, v->leg_count * sizeof *legs);
    struct path *own = route ? NULL : arena_take(arena, sizeof *own);
    if (!legs || (!route && !own)) {
        return fail_set(fail, RESULT_MEMORY, "%s: no memory for its course", who->id);
    }
    if (own) {
        int result =
            path_new(own, arena, who->points_m, who->point_count, vru ? 0 : 4, fail);
        if (result != 0) {
            return result;
        }
        if (vru) { /* on foot a corner is no bend to slow down for */
            for (uint32_t i = 0; i < own->count; i++) {
                own->nodes[i].speed_mps = 500;
            }
        }
        legs[0] = (struct motion_leg){.path = own, .lane = MAP_NONE};
    }
    for (uint32_t i = 0; route && i < v->leg_count; i++) {
        legs[i].lane = who->route[i];
        legs[i].path = &m->scenario->map->lanes[who->route[i]].path;
    }
    set_ends(legs, v->leg_count, vru);
    v->legs = legs;
    return 0;
}

static void place(const struct motion_mover *v, struct state *s)
{
    if (v->leg_count == 0) {
        s->x_m = v->who->at_m[0];
        s->y_m = v->who->at_m[1];
        s->yaw_rad = v->who->yaw_rad;
        return;
    }
    struct path_point p = path_at(v->legs[v->leg].path, v->s_m);
    s->speed_mps = v->speed_mps;
    s->accel_mps2 = v->accel_mps2;
    s->x_m = p.x_m;
    s->y_m = p.y_m;
    if (v->d_m == 0 && v->shift_s == 0) {
        s->yaw_rad = fm_wrap_angle(p.yaw_rad);
        s->yaw_rate_radps = v->speed_mps * p.curvature_1pm;
        return;
    }
    s->x_m -= v->d_m * fm_sin(p.yaw_rad);
    s->y_m += v->d_m * fm_cos(p.yaw_rad);
    double yaw = s->yaw_rad;
    double slant = v->speed_mps > 0.05 ? fm_asin(v->d_rate_mps / v->speed_mps) : 0;
    s->yaw_rad = fm_wrap_angle(p.yaw_rad + slant);
    s->yaw_rate_radps = fm_wrap_angle(s->yaw_rad - yaw) / MOTION_STEP_S;
}

/* A trailer stands where its tow stood a length before. */
static void place_towed(struct motion *m, uint32_t i)
{
    struct motion_mover *v = &m->movers[i];
    const struct motion_mover *tow = &m->movers[v->who->towed_by];
    double s = tow->s_m - 0.5 * (tow->who->length_m + v->who->length_m) - MOTION_HITCH_M;
    uint32_t leg = tow->leg;
    while (s < 0 && leg > 0) {
        s += v->legs[--leg].path->length_m;
    }
    v->leg = leg;
    v->s_m = s;
    v->d_m = tow->d_m;
    v->d_rate_mps = tow->d_rate_mps;
    v->shift_s = tow->shift_s;
    v->speed_mps = tow->speed_mps;
    v->accel_mps2 = tow->accel_mps2;
    v->started = tow->started;
    v->gone = tow->gone;
}

/* Velocity at a row: the mean over both neighbours. */
static void row_velocity(const struct scenario_agent *who, uint32_t i, double v[2])
{
    uint32_t a = i > 0 ? i - 1 : i;
    uint32_t b = i + 1 < who->point_count ? i + 1 : i;
    for (int axis = 0; axis < 2; axis++) {
        v[axis] = (who->points_m[b][axis] - who->points_m[a][axis]) /
                  (who->times_s[b] - who->times_s[a]);
    }
}

/* Cubic between two rows (Hermite): position, velocity and acceleration belong together. */
static void follow_smoothly(const struct scenario_agent *who, uint32_t low, double dt,
                            double f, struct state *s)
{
    double v0[2], v1[2], p[2], v[2], a[2];
    row_velocity(who, low, v0);
    row_velocity(who, low + 1, v1);
    for (int axis = 0; axis < 2; axis++) {
        double from = who->points_m[low][axis];
        double way = who->points_m[low + 1][axis] - from;
        double m0 = v0[axis] * dt;
        double m1 = v1[axis] * dt;
        double c = 3 * way - 2 * m0 - m1;
        double d = m0 + m1 - 2 * way;
        p[axis] = from + f * (m0 + f * (c + f * d));
        v[axis] = (m0 + f * (2 * c + f * 3 * d)) / dt;
        a[axis] = (2 * c + f * 6 * d) / (dt * dt);
    }
    double speed = fm_hypot(v[0], v[1]);
    s->x_m = p[0];
    s->y_m = p[1];
    s->speed_mps = speed;
    if (speed > SMOOTH_LEAST_MPS) {
        s->yaw_rad = fm_atan2(v[1], v[0]);
        s->accel_mps2 = (a[0] * v[0] + a[1] * v[1]) / speed;
        s->yaw_rate_radps = (v[0] * a[1] - v[1] * a[0]) / (speed * speed);
    } else { /* who creeps keeps looking where it looked */
        s->accel_mps2 = s->yaw_rate_radps = 0;
    }
}

/* Where it looks before it moves: to the first row that is elsewhere. */
static double first_yaw(const struct scenario_agent *who)
{
    for (uint32_t i = 1; i < who->point_count; i++) {
        double dx = who->points_m[i][0] - who->points_m[0][0];
        double dy = who->points_m[i][1] - who->points_m[0][1];
        if (fm_hypot(dx, dy) > 0.5) {
            return fm_atan2(dy, dx);
        }
    }
    return 0;
}

/* Rows of [t, x, y]: straight between them, or smoothly. */
static void follow(const struct scenario_agent *who, double t_s, struct state *s)
{
    const double *t = who->times_s;
    uint32_t n = who->point_count;
    uint32_t low = 0;
    uint32_t high = n - 1;
    s->present = t_s >= t[0] && t_s <= t[n - 1];
    while (high - low > 1) {
        uint32_t middle = (low + high) / 2;
        *(t[middle] <= t_s ? &low : &high) = middle;
    }
    double dt = t[high] - t[low];
    double f = (t_s - t[low]) / dt;
    f = f < 0 ? 0 : f > 1 ? 1 : f;
    double dx = who->points_m[high][0] - who->points_m[low][0];
    double dy = who->points_m[high][1] - who->points_m[low][1];
    double before = s->speed_mps;
    if (who->smooth) {
        if (s->speed_mps == 0 && s->x_m == 0 && s->y_m == 0) { /* the very first */
            s->yaw_rad = first_yaw(who);
        }
        follow_smoothly(who, low, dt, f, s);
        return;
    }
    s->x_m = who->points_m[low][0] + f * dx;
    s->y_m = who->points_m[low][1] + f * dy;
    s->speed_mps = fm_hypot(dx, dy) / dt;
    s->yaw_rad = dx == 0 && dy == 0 ? s->yaw_rad : fm_atan2(dy, dx);
    s->accel_mps2 = (s->speed_mps - before) / MOTION_STEP_S;
}

/* The mover as it stands before the first step. */
static void first_state(struct motion *m, uint32_t i)
{
    struct motion_mover *v = &m->movers[i];
    struct state *s = &m->now[i];
    *v = (struct motion_mover){.who = v->who,
                               .limits = v->limits,
                               .legs = v->legs,
                               .leg_count = v->leg_count,
                               .cross_m = v->cross_m,
                               .stop_m = v->stop_m,
                               .seen_s = v->seen_s,
                               .d_m = v->who->offset_m,
                               .told = v->told,
                               .warned = v->warned,
                               .s_m = v->who->start_m};
    if (v->told) {
        memset(v->told, 0, m->scenario->signal_count * sizeof *v->told);
    }
    if (v->warned) {
        *v->warned = (struct warned){.region_count = 0};
    }
    for (uint32_t n = 0; v->seen_s && n <= v->who->action_count; n++) {
        v->seen_s[n] = -1;
    }
    if (v->who->course == COURSE_ROUTE) { /* where it was before it changed lanes */
        uint32_t lane = v->who->route[v->leg_count - 1];
        v->legs[v->leg_count - 1].lane = lane;
        v->legs[v->leg_count - 1].path = &m->scenario->map->lanes[lane].path;
    }
    if (v->who->course == COURSE_TOWED) {
        place_towed(m, i);
    }
    while (v->leg + 1 < v->leg_count && v->s_m >= v->legs[v->leg].path->length_m) {
        v->s_m -= v->legs[v->leg++].path->length_m;
    }
    *s = (struct state){0};
    bool waits = v->who->start.when != WHEN_START;
    v->started = !waits;
    v->wish_mps = v->who->speed_mps;
    v->speed_mps = waits ? 0 : v->who->initial_mps;
    s->present = !(waits && v->who->appears_on_trigger);
    if (v->who->course == COURSE_TRAJECTORY) {
        follow(v->who, 0, s);
        s->accel_mps2 = v->who->smooth ? s->accel_mps2 : 0;
    } else {
        place(v, s);
        s->yaw_rate_radps = v->d_m == 0 ? s->yaw_rate_radps : 0;
    }
}

void motion_rewind(struct motion *m)
{
    m->t_ns = 0;
    m->on_lanes = 0;
    plans_rewind(&m->plans);
    for (uint32_t i = 0; i < m->count; i++) {
        first_state(m, i);
        m->next[i] = m->now[i];
        const struct scenario_agent *who = m->movers[i].who;
        const struct scenario_agent *tow =
            who->course == COURSE_TOWED ? m->movers[who->towed_by].who : who;
        if (tow->course == COURSE_ROUTE) {
            m->order[m->on_lanes++] = i;
        }
    }
}

/* What a responsive driver hears is kept. */
static int add_memory(struct motion *m, struct motion_mover *v, struct arena *arena,
                      struct fail *fail)
{
    if (v->who->behaviour == BEHAVE_RESPONSIVE) {
        v->told = arena_take(arena, (m->scenario->signal_count + 1) * sizeof *v->told);
        v->warned = arena_take(arena, sizeof *v->warned);
        if (!v->told || !v->warned) {
            return fail_set(fail, RESULT_MEMORY, "no memory for what it hears");
        }
    }
    return 0;
}

int motion_init(struct motion *m, const struct scenario *scenario, struct arena *arena,
                struct fail *fail)
{
    uint32_t n = scenario->agent_count;
    uint32_t lanes = scenario->map->lane_count + 1;
    *m = (struct motion){.scenario = scenario, .count = n};
    m->movers = arena_take(arena, n * sizeof *m->movers);
    m->now = arena_take(arena, n * sizeof *m->now);
    m->next = arena_take(arena, n * sizeof *m->next);
    m->wish = arena_take(arena, n * sizeof *m->wish);
    m->order = arena_take(arena, n * sizeof *m->order);
    m->slot = arena_take(arena, n * sizeof *m->slot);
    m->lane_first = arena_take(arena, lanes * sizeof *m->lane_first);
    m->lane_count = arena_take(arena, lanes * sizeof *m->lane_count);
    if (!m->movers || !m->now || !m->next || !m->wish || !m->order || !m->slot ||
        !m->lane_first || !m->lane_count) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %u agents", n);
    }
    int result = plans_init(&m->plans, scenario, arena, fail);
    if (result != 0) {
        return result;
    }
    for (uint32_t i = 0; i < n; i++) {
        m->movers[i].who = &scenario->agents[i];
        m->movers[i].limits = motion_limits(scenario->agents[i].kind);
        result = add_course(m, &m->movers[i], arena, fail);
        result = result != 0 ? result : add_memory(m, &m->movers[i], arena, fail);
        if (result != 0) {
            return fail_wrap(fail, "%s", scenario->agents[i].id);
        }
    }
    motion_rewind(m);
    result = lanes_init(m, arena, fail);
    return result != 0 ? result : trigger_init(m, arena, fail);
}

/* Acceleration moves towards the wish no faster than the jerk allows, and speed stops at 0.
 */
static void integrate(struct motion_mover *v, double wish)
{
    const struct motion_limits *l = &v->limits;
    wish = wish > l->accel_mps2 ? l->accel_mps2 : wish;
    wish = wish < -l->brake_mps2 ? -l->brake_mps2 : wish;
    bool hard = v->braking || wish < -1.5 * l->comfort_mps2 ||
                v->accel_mps2 < -1.5 * l->comfort_mps2;
    double most = (hard ? l->hard_jerk_mps3 : l->jerk_mps3) * MOTION_STEP_S;
    double change = wish - v->accel_mps2;
    change = change > most ? most : change < -most ? -most : change;
    double a = v->accel_mps2 + change;
    double speed = v->speed_mps + a * MOTION_STEP_S;
    if (speed <= 0) {
        speed = 0;
        a = a < 0 ? 0 : a;
    }
    v->s_m += lanes_advance(v, 0.5 * (v->speed_mps + speed)) * MOTION_STEP_S;
    v->accel_mps2 = a;
    v->speed_mps = speed;
}

/* Goes over to the next leg; at the end a vehicle leaves, a person stands. */
static void advance(struct motion_mover *v)
{
    while (v->s_m >= v->legs[v->leg].path->length_m) {
        if (v->leg + 1 == v->leg_count) {
            v->gone = !kinds_is_vru(v->who->kind);
            v->s_m = v->legs[v->leg].path->length_m;
            v->speed_mps = v->accel_mps2 = 0;
            return;
        }
        v->s_m -= v->legs[v->leg].path->length_m;
        v->leg++;
        v->committed = false;
    }
}

static void step_agent(struct motion *m, uint32_t i, double t_s)
{
    struct motion_mover *v = &m->movers[i];
    struct state *s = &m->next[i];
    *s = m->now[i];
    if (v->who->course == COURSE_TRAJECTORY) {
        follow(v->who, t_s, s);
        return;
    }
    if (v->leg_count == 0) {
        s->present = v->started || !v->who->appears_on_trigger;
        return;
    }
    if (v->who->course == COURSE_TOWED) { /* its tow has a lower number: it has moved */
        place_towed(m, i);
        place(v, s);
        s->present = m->next[v->who->towed_by].present;
        return;
    }
    if (!v->started || v->gone) {
        s->present = !v->gone && !v->who->appears_on_trigger;
        return;
    }
    s->present = true;
    integrate(v, m->wish[i]);
    advance(v);
    place(v, s);
    s->present = !v->gone;
}

/* Whoever has his box on a detector. */
static void step_plans(struct motion *m)
{
    for (uint32_t c = 0; c < m->scenario->controller_count; c++) {
        const struct plan_control *control = &m->plans.controls[c];
        for (uint32_t d = 0; d < control->detector_count; d++) {
            const struct plan_detector *at = &control->detectors[d];
            for (uint32_t i = 0; i < m->lane_count[at->lane]; i++) {
                uint32_t agent = m->order[m->lane_first[at->lane] + i];
                const struct motion_mover *v = &m->movers[agent];
                double away = at->at_m - v->s_m;
                if (m->now[agent].present && v->legs[v->leg].lane == at->lane &&
                    fm_abs(away) <= 0.5 * v->who->length_m) {
                    plans_detect(&m->plans, c, d, m->t_ns);
                }
            }
        }
    }
    plans_step(&m->plans, m->t_ns);
}

void motion_step(struct motion *m)
{
    driver_sort(m);
    for (uint32_t i = 0; i < m->count; i++) {
        trigger_step(m, i);
    }
    lanes_step(m);
    for (uint32_t i = 0; i < m->count; i++) {
        const struct motion_mover *v = &m->movers[i];
        bool drives =
            v->leg_count > 0 && v->started && !v->gone && v->who->course != COURSE_TOWED;
        m->wish[i] = drives ? driver_wish(m, i) : 0;
    }
    m->t_ns += WORLD_TICK_NS;
    double t_s = (double)m->t_ns / 1e9;
    for (uint32_t i = 0; i < m->count; i++) {
        step_agent(m, i, t_s);
    }
    struct state *done = m->next;
    m->next = m->now;
    m->now = done;
    step_plans(m);
}

static void alert(struct motion_mover *v, double t_s, double decel_mps2, double hold_s)
{
    v->alert_mps2 =
        t_s < v->alert_until_s && v->alert_mps2 > decel_mps2 ? v->alert_mps2 : decel_mps2;
    v->alert_until_s = t_s + hold_s;
}

/* Which of its responses a message asks for; ETSI's are those of SAE's counterparts. */
static uint32_t responds_of(uint8_t msg_type)
{
    switch (msg_type) {
    case MSG_BSM:
    case MSG_CAM:
        return RESPONDS_BSM;
    case MSG_PSM:
    case MSG_VAM:
        return RESPONDS_PSM;
    case MSG_SPAT:
    case MSG_SPATEM:
        return RESPONDS_SPAT;
    case MSG_TIM:
        return RESPONDS_TIM;
    case MSG_RSA:
        return RESPONDS_RSA;
    case MSG_DENM:
        return RESPONDS_DENM;
    default:
        return 0;
    }
}

/* A hard braking sender ahead, or anybody whose course comes within 3 m (a vehicle: 6 m)
 * of ours in the next 4 s, both at constant velocity. */
void motion_percept(struct motion *m, const struct percept *p)
{
    static const uint32_t needed = CLAIM_POSITION | CLAIM_SPEED | CLAIM_YAW;
    const struct claim *c = p->claim;
    if (p->receiver_idx >= m->count ||
        m->movers[p->receiver_idx].who->behaviour != BEHAVE_RESPONSIVE ||
        !(m->movers[p->receiver_idx].who->responds & responds_of(p->msg_type))) {
        return;
    }
    if (p->msg_type == MSG_SPAT || p->msg_type == MSG_SPATEM) {
        glosa_hear(m, p);
        return;
    }
    if (p->msg_type == MSG_TIM || p->msg_type == MSG_RSA || p->msg_type == MSG_DENM) {
        warned_hear(m, p);
        return;
    }
    if ((c->known & needed) != needed) {
        return;
    }
    struct motion_mover *v = &m->movers[p->receiver_idx];
    const struct state *me = &m->now[p->receiver_idx];
    double t_s = (double)m->t_ns / 1e9;
    double cosine = fm_cos(me->yaw_rad);
    double sine = fm_sin(me->yaw_rad);
    double dx = c->x_m - me->x_m;
    double dy = c->y_m - me->y_m;
    double ahead = dx * cosine + dy * sine;
    double aside = dy * cosine - dx * sine;
    double turn = fm_abs(fm_wrap_angle(c->yaw_rad - me->yaw_rad));
    bool hard =
        (c->known & CLAIM_EVENTS) && (c->event_flags & 1u << MESSAGE_EVENT_HARD_BRAKING);
    if (hard && ahead > 0 && ahead < 120 && fm_abs(aside) < 3 && turn < FM_PI / 4) {
        alert(v, t_s, 4, 1.0);
        return;
    }
    double vx = c->speed_mps * fm_cos(c->yaw_rad) - me->speed_mps * cosine;
    double vy = c->speed_mps * fm_sin(c->yaw_rad) - me->speed_mps * sine;
    double vv = vx * vx + vy * vy;
    double tcpa = vv > 0.25 ? -(dx * vx + dy * vy) / vv : -1;
    bool crossing = (turn > FM_PI / 4 && turn < 3 * FM_PI / 4) || kinds_is_vru(c->kind);
    double near = kinds_is_vru(c->kind) ? 3 : 6; /* between the middles of the boxes */
    if (crossing && tcpa > 0 && tcpa < 4 &&
        fm_hypot(dx + vx * tcpa, dy + vy * tcpa) < near) {
        alert(v, t_s, 3, 0.5);
    }
}
