/* SPDX-License-Identifier: Apache-2.0 */
/* Signals ahead: what SPaT and MAP told each ego, matched to the lane it is on; what that
 * required and, on truth, what it did. In: SPAT and MAP as sent and as they became usable,
 * poses, true signals. Out: rows of advice each 100 ms of an approach, labels of v2i.cmp at
 * its end.
 *
 * Lanes come from the MAP itself: its ingress lanes, from the stop line outwards. A content
 * is kept once per message, whoever hears it. */
#include "engine/roads.h"

#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "engine/inside.h"
#include "label/axes_v2i.h"
#include "label/leaf.h"

#define LANE_WIDTH_M  3.5
#define ALONG_DEG     45.0 /* between the lane and whoever drives on it */
#define PAST_S        0.5  /* an end this long ago is one that the next SPaT will tell */
#define HAZARD_LIGHTS (1u << 0) /* SAE J2735 VehicleEventFlags */
#define DISABLED      (1u << 11)

struct roads {
    struct road all[ROADS_MOST];
    struct spat ring[SPATS_MOST]; /* newest contents, by count */
    uint64_t spat_count;
};

int roads_open(struct engine *e, struct fail *fail)
{
    e->roads = calloc(1, sizeof *e->roads);
    bool ok = e->roads != NULL;
    for (size_t i = 0; i < e->ego_count && ok; i++) {
        e->egos[i].told = calloc(ROADS_MOST, sizeof *e->egos[i].told);
        ok = e->egos[i].told != NULL;
    }
    return ok ? 0 : fail_set(fail, RESULT_MEMORY, "no memory for intersections");
}

void roads_close(struct engine *e)
{
    for (size_t i = 0; i < e->ego_count; i++) {
        free(e->egos[i].told);
    }
    free(e->roads);
}

/* The place of an intersection; -1: no room for a new one. */
static int place_of(struct roads *roads, uint16_t region, uint16_t id)
{
    for (int i = 0; i < ROADS_MOST; i++) {
        struct road *r = &roads->all[i];
        if (!r->used) {
            *r = (struct road){.used = true, .region = region, .id = id};
            return i;
        }
        if (r->region == region && r->id == id) {
            return i;
        }
    }
    return -1;
}

static void take_lane(struct road_lane *lane, const struct message_lane *m, double ref_x_m,
                      double ref_y_m)
{
    double x = ref_x_m, y = ref_y_m;
    *lane = (struct road_lane){.id = m->id};
    for (uint8_t i = 0; i < m->node_count; i++) {
        x += m->nodes[i].x_cm / 100.0;
        y += m->nodes[i].y_cm / 100.0;
        lane->points_m[lane->point_count][0] = x;
        lane->points_m[lane->point_count++][1] = y;
    }
    for (uint8_t i = 0; i < m->connection_count; i++) {
        const struct message_connection *c = &m->connections[i];
        bool straight = (c->known & MESSAGE_MANEUVERS) != 0 && (c->maneuvers & 1u) != 0;
        if ((c->known & MESSAGE_SIGNAL_GROUP) == 0) {
            continue;
        }
        lane->groups |= 1;
        /* The way straight on speaks for the lane; a way that turns, if there is none. */
        if (lane->group == 0 || straight) {
            lane->group = c->signal_group;
        }
    }
}

static void take_map(struct engine *e, const struct emission *em,
                     const struct message_map *m)
{
    int place = place_of(e->roads, m->region, m->id);
    if (place < 0 || (m->known & MESSAGE_LAT) == 0 || (m->known & MESSAGE_LON) == 0) {
        return;
    }
    struct road *r = &e->roads->all[place];
    double x, y;
    geo_to_enu(&e->origin, m->lat_deg, m->lon_deg, &x, &y);
    r->map_uid = em->msg_uid;
    r->revision = m->revision;
    r->limit_mps = m->known & MESSAGE_SPEED ? m->speed_mps : 0;
    r->width_m = m->known & MESSAGE_WIDTH ? m->width_m : LANE_WIDTH_M;
    r->lane_count = 0;
    for (uint8_t i = 0; i < m->lane_count; i++) {
        const struct message_lane *lane = &m->lanes[i];
        if (lane->type == MESSAGE_LANE_VEHICLE && (lane->direction & 1u) != 0 &&
            lane->node_count >= 2 && lane->connection_count > 0) {
            take_lane(&r->lanes[r->lane_count++], lane, x, y);
        }
    }
}

void roads_sent(struct engine *e, const struct emission *em, const struct message *m)
{
    notices_sent(e, em, m);
    if (m->type == MESSAGE_MAP || m->type == MESSAGE_MAPEM) {
        take_map(e, em, &m->map);
    }
    bool spat = m->type == MESSAGE_SPAT || m->type == MESSAGE_SPATEM;
    for (uint8_t i = 0; spat && i < m->spat.intersection_count; i++) {
        const struct message_intersection *x = &m->spat.intersections[i];
        int place = place_of(e->roads, x->region, x->id);
        if (place < 0) {
            continue;
        }
        struct spat *s = &e->roads->ring[e->roads->spat_count++ % SPATS_MOST];
        *s = (struct spat){.msg_uid = em->msg_uid,
                           .road = (uint8_t)place,
                           .revision = x->revision,
                           .count = x->movement_count};
        memcpy(s->movements, x->movements, x->movement_count * sizeof s->movements[0]);
    }
}

void roads_heard(struct engine *e, const struct reception *r, uint8_t msg_type)
{
    struct ego *ego = sight_ego(e, r->fate.receiver_idx);
    struct roads *roads = e->roads;
    bool map = msg_type == MSG_MAP || msg_type == MSG_MAPEM;
    bool spat = msg_type == MSG_SPAT || msg_type == MSG_SPATEM;
    notices_heard(e, ego, r, msg_type);
    if (!ego || (!map && !spat)) {
        return;
    }
    for (int i = 0; map && i < ROADS_MOST; i++) {
        if (roads->all[i].used && emission_uid_sender(roads->all[i].map_uid) ==
                                      emission_uid_sender(r->fate.msg_uid)) {
            ego->told[i].map = true;
            ego->told[i].map_revision = roads->all[i].revision;
        }
    }
    uint64_t oldest = roads->spat_count > SPATS_MOST ? roads->spat_count - SPATS_MOST : 0;
    for (uint64_t i = roads->spat_count; spat && i > oldest; i--) {
        const struct spat *s = &roads->ring[(i - 1) % SPATS_MOST];
        struct told *told = &ego->told[s->road];
        bool newer = !told->spat || told->msg.msg_uid <= s->msg_uid;
        if (s->msg_uid == r->fate.msg_uid && newer) {
            told->spat = true;
            told->msg = *s;
            told->t_gen = r->t_gen;
            told->t_avail = r->t_avail;
        }
    }
}

/* The lane somebody drives on towards its stop line. */
struct matched {
    int road, lane; /* road < 0: none */
    double distance_m;
};

/* Along one lane: front to the line, and how far aside; false: not on it. */
static bool on_lane(const struct road *r, const struct road_lane *lane,
                    const struct known_agent *a, double *distance_m, double *aside_m)
{
    double along = 0;
    bool found = false;
    double cos_yaw = fm_cos(a->yaw_rad), sin_yaw = fm_sin(a->yaw_rad);
    double front = a->length_m / 2;
    *aside_m = r->width_m / 2;
    for (uint8_t i = 0; i + 1 < lane->point_count; i++) {
        const double *p = lane->points_m[i], *q = lane->points_m[i + 1];
        double ux = q[0] - p[0], uy = q[1] - p[1];
        double length = fm_hypot(ux, uy);
        if (length <= 0) {
            continue;
        }
        ux /= length;
        uy /= length;
        double dx = a->x_m - p[0], dy = a->y_m - p[1];
        double s = dx * ux + dy * uy, side = fm_abs(dy * ux - dx * uy);
        /* The lane is told outwards: who drives in comes against it. */
        bool towards = -(ux * cos_yaw + uy * sin_yaw) > fm_cos(ALONG_DEG * FM_PI / 180);
        bool beside = s <= length && (s >= 0 || (i == 0 && s >= -front));
        if (towards && beside && side < *aside_m) {
            *aside_m = side;
            *distance_m = along + s - front;
            found = true;
        }
        along += length;
    }
    return found && *distance_m > -0.5 &&
           *distance_m <= leaf_param(NULL, PARAM_V2I_SIG_APPROACH_M);
}

/* told NULL: on truth, whatever MAP was ever sent. */
static struct matched match(const struct engine *e, const struct known_agent *a,
                            const struct told *told)
{
    struct matched best = {.road = -1};
    double nearest = 1e9;
    for (int i = 0; i < ROADS_MOST; i++) {
        const struct road *r = &e->roads->all[i];
        for (uint16_t k = 0; r->used && (!told || told[i].map) && k < r->lane_count; k++) {
            double distance_m, aside_m;
            if (r->lanes[k].groups && on_lane(r, &r->lanes[k], a, &distance_m, &aside_m) &&
                aside_m < nearest) {
                nearest = aside_m;
                best = (struct matched){i, k, distance_m};
            }
        }
    }
    return best;
}

/* Seconds left of a TimeMark that counts from the full hour. */
static double left_s(struct tai now, double mark_s)
{
    int64_t hour_ns = 3600 * TIME_NS_PER_S;
    double into_s = (double)(engine_utc(now) % hour_ns) / 1e9;
    double left = mark_s - into_s;
    return left < -60 ? left + 3600 : left;
}

static struct v2i_approach approach(const struct road *r, const struct known_agent *a,
                                    double distance_m)
{
    return (struct v2i_approach){
        .least_left_s = -1,
        .most_left_s = -1,
        .distance_m = distance_m,
        .speed_mps = fm_hypot(a->vx_mps, a->vy_mps),
        .braking =
            a->accel_known && a->accel_mps2 <= leaf_param(NULL, PARAM_V2I_CMP_BEGIN_MPS2),
        .limit_mps = r->limit_mps,
        .clear_m = leaf_param(NULL, PARAM_V2I_SIG_JUNCTION_M) + a->length_m,
    };
}

static const struct message_movement *movement_of(const struct spat *s, uint8_t group)
{
    for (uint8_t i = 0; i < s->count; i++) {
        if (s->movements[i].signal_group == group) {
            return &s->movements[i];
        }
    }
    return NULL;
}

/* As the ego knows it. */
static struct v2i_approach known_approach(const struct engine *e, const struct told *told,
                                          const struct road *r,
                                          const struct road_lane *lane,
                                          const struct known_agent *self, double distance_m)
{
    struct v2i_approach a = approach(r, self, distance_m);
    const struct message_movement *m =
        told->spat ? movement_of(&told->msg, lane->group) : NULL;
    a.data = m != NULL;
    if (!m) {
        return a;
    }
    a.phase = (enum phase)m->phase;
    a.valid =
        told->msg.revision == told->map_revision &&
        span_s(tai_since(e->now, told->t_gen)) <= leaf_param(NULL, PARAM_V2I_SIG_STALE_S);
    if (m->known & MESSAGE_MIN_END) {
        double left = left_s(e->now, m->min_end_s);
        a.valid = a.valid && left > -PAST_S;
        a.least_left_s = left > 0 ? left : 0;
    }
    if (m->known & MESSAGE_MAX_END) {
        double left = left_s(e->now, m->max_end_s);
        a.most_left_s = left > 0 ? left : 0;
    }
    return a;
}

static struct v2i_approach true_approach(const struct source_tick *tick,
                                         const struct road *r, const struct road_lane *lane,
                                         const struct known_agent *self, double distance_m)
{
    struct v2i_approach a = approach(r, self, distance_m);
    for (size_t i = 0; i < tick->signal_count; i++) {
        if (tick->signals[i].signal_group == lane->group) {
            a.data = a.valid = true;
            a.phase = tick->signals[i].phase;
            a.least_left_s = tick->signals[i].min_end_s;
            a.most_left_s = tick->signals[i].max_end_s;
        }
    }
    return a;
}

/* SPaT's own advice, else what its end times come to. */
static struct v2i_spd_subject speed_advice(const struct v2i_approach *a,
                                           const struct message_movement *m)
{
    struct v2i_spd_subject s = {.speed_mps = a->speed_mps, .distance_m = a->distance_m};
    struct measure glosa = v2i_glosa_mps(a);
    if (m && (m->known & MESSAGE_ADVICE) && a->valid) {
        s.advice = true;
        s.advice_mps = m->advice_mps;
    } else if (glosa.status != MEASURE_UNKNOWN) {
        s.advice = true;
        s.advice_mps = glosa.value; /* 0: a stop */
    }
    return s;
}

static void take_worse(struct label *worst, const char **because, struct label label,
                       const char *name)
{
    /* none stands first in the taxonomy, then from worst to mildest */
    if (worst->leaf == LEAF_V2I_HAZ_NONE || label.leaf < worst->leaf) {
        *worst = label;
        *because = name;
    }
}

/* What V2X warns of ahead: the worst of what stands or comes there. */
static struct label hazard_of(const struct engine *e, const struct ego *ego,
                              const struct known_agent *self, const char **because)
{
    struct label worst = v2i_haz(HAZARD_NONE, false);
    double range = leaf_param(NULL, PARAM_V2I_HAZ_RANGE_M);
    double cos_yaw = fm_cos(self->yaw_rad), sin_yaw = fm_sin(self->yaw_rad);
    *because = NULL;
    for (size_t i = 0; i < ego->seen_count; i++) {
        const struct seen_object *s = &ego->seen[i];
        double dx = s->agent.x_m - self->x_m, dy = s->agent.y_m - self->y_m;
        double ahead = dx * cos_yaw + dy * sin_yaw, aside = dy * cos_yaw - dx * sin_yaw;
        bool recent = span_s(tai_since(e->now, s->t)) <= 1;
        if (!s->v2x || !recent || (s->agent.events & (HAZARD_LIGHTS | DISABLED)) == 0 ||
            ahead <= 0 || fm_hypot(dx, dy) > range) {
            continue;
        }
        bool stands = fm_hypot(s->agent.vx_mps, s->agent.vy_mps) <
                      leaf_param(NULL, PARAM_V2I_HAZ_STANDING_MPS);
        bool near_way = fm_abs(aside) < 3 * LANE_WIDTH_M / 2;
        struct label label = v2i_haz(!near_way ? HAZARD_OTHER
                                     : stands  ? HAZARD_OBSTACLE
                                               : HAZARD_SLOW,
                                     fm_abs(aside) < LANE_WIDTH_M / 2);
        take_worse(&worst, because, label, s->agent.id);
    }
    for (uint32_t i = 0; i < ego->notice_count; i++) {
        double aside;
        if (notices_ahead_m(e, &ego->notices[i], self, &aside) > 0) {
            struct label label =
                v2i_haz((enum v2i_hazard)ego->notices[i].hazard, aside < LANE_WIDTH_M / 2);
            take_worse(&worst, because, label, "notice");
        }
    }
    return worst;
}

/* What it did about a required stop, from tick to tick. */
static void follow(struct response *p, const struct engine *e, const struct v2i_approach *a,
                   uint16_t leaf, double accel_mps2)
{
    bool required = v2i_sig_stops(leaf);
    p->distance_m = a->distance_m;
    p->speed_mps = a->speed_mps;
    p->required = required;
    if (required && !p->due) {
        p->due = true;
        p->t_due = e->now;
        p->speed_due_mps = a->speed_mps;
        p->impossible = leaf == LEAF_V2I_SIG_STOP_IMPOSSIBLE;
        p->decide_by_s = v2i_decide_by_s(a);
    }
    if (!p->due) {
        return;
    }
    double since_s = span_s(tai_since(e->now, p->t_due));
    bool stands = a->speed_mps < 0.3;
    if (!p->began && (accel_mps2 <= leaf_param(NULL, PARAM_V2I_CMP_BEGIN_MPS2) || stands)) {
        p->began = true;
        p->reaction_s = since_s;
    }
    p->stopped = p->stopped || stands;
    if (!required && !p->stopped) {
        /* The light let it go: either it had slowed down, or it was not yet asked to. */
        p->stopped = p->began;
        p->due = p->began || since_s > p->decide_by_s;
    }
}

static int end_response(struct engine *e, struct ego *ego, bool crossed, struct fail *fail)
{
    struct response p = ego->response;
    ego->response = (struct response){.road = -1};
    if (p.road < 0 || (!crossed && !p.stopped)) {
        return 0;
    }
    bool through = p.required && p.speed_mps >= 0.3;
    double reduced = p.speed_due_mps > 0 ? 1 - p.speed_mps / p.speed_due_mps : 0;
    struct v2i_cmp_subject s = {.due = p.due,
                                .impossible = p.impossible,
                                .stopped = p.stopped && !through,
                                .began = p.began,
                                .reaction_s = p.reaction_s,
                                .spare_s = p.decide_by_s - p.reaction_s,
                                .reduced = reduced};
    struct label label = v2i_cmp(&s);
    struct label_key key =
        sight_key(e, engine_id(e, ego->agent), NULL, p.due ? p.t_due : p.t_begin, e->now);
    key.t_start = key.t_start.ns < e->now.ns ? key.t_start : p.t_begin;
    key.subject_key = label_subject(ego->agent, (uint64_t)p.t_begin.ns);
    key.has_signal = true;
    key.signal_group = p.group;
    key.provenance = PROVENANCE_RULE_GT;
    key.t_avail = e->now;
    return sight_label(e, &label, &key, fail);
}

static void known_columns(const struct engine *e, struct row_advice *row,
                          const struct told *told, const struct v2i_approach *a,
                          uint8_t group)
{
    const struct message_movement *m = told->spat ? movement_of(&told->msg, group) : NULL;
    struct v2i_spd_subject spd = speed_advice(a, m);
    struct measure glosa = v2i_glosa_mps(a);
    row->v2i_sig = leaf_code(v2i_sig(a).leaf);
    row->v2i_spd = leaf_code(v2i_spd(&spd).leaf);
    row->app_rlvw = leaf_code(app_rlvw(a).leaf);
    row->app_glosa = leaf_code(app_glosa(a).leaf);
    row->app_csw = leaf_code(app_csw(&spd).leaf);
    ROW_SET(row, advice, signal_group, group);
    ROW_SET(row, advice, distance_m, a->distance_m);
    ROW_SET(row, advice, stop_mps2, v2i_stop_mps2(a));
    if (a->data) {
        ROW_SET(row, advice, phase, (uint8_t)a->phase);
        ROW_SET(row, advice, spat_msg_uid, told->msg.msg_uid);
        ROW_SET(row, advice, spat_age_ms, span_s(tai_since(e->now, told->t_gen)) * 1e3);
    }
    if (a->least_left_s >= 0) {
        ROW_SET(row, advice, min_left_s, a->least_left_s);
    }
    if (a->most_left_s >= 0) {
        ROW_SET(row, advice, max_left_s, a->most_left_s);
    }
    if (spd.advice) {
        ROW_SET(row, advice, advice_mps, spd.advice_mps);
    }
    row->glosa_status = measures_status_names[glosa.status];
}

static void true_columns(struct row_advice *row, const struct v2i_approach *a,
                         uint8_t group, struct label sig, const struct known_agent *self)
{
    struct v2i_spd_subject spd = speed_advice(a, NULL);
    row->gt_v2i_sig = leaf_code(sig.leaf);
    row->gt_v2i_spd = leaf_code(v2i_spd(&spd).leaf);
    row->gt_app_rlvw = leaf_code(app_rlvw(a).leaf);
    row->gt_app_glosa = leaf_code(app_glosa(a).leaf);
    row->gt_act_lon = leaf_code(self->act);
    ROW_SET(row, advice, gt_signal_group, group);
    ROW_SET(row, advice, gt_distance_m, a->distance_m);
    ROW_SET(row, advice, gt_phase, (uint8_t)a->phase);
    ROW_SET(row, advice, gt_speed_mps, a->speed_mps);
    ROW_SET(row, advice, gt_accel_mps2, self->accel_mps2);
    ROW_SET(row, advice, gt_stop_mps2, v2i_stop_mps2(a));
}

static int on_truth(struct engine *e, struct ego *ego, const struct source_tick *tick,
                    struct row_advice *row, bool *found, struct fail *fail)
{
    struct known_agent self = scenes_true_agent(e, ego->agent);
    bool here = e->truth[ego->agent].present;
    struct matched m = {.road = -1};
    if (here) {
        m = match(e, &self, NULL);
    }
    struct response *p = &ego->response;
    bool other = m.road < 0 || m.road != p->road ||
                 e->roads->all[m.road].lanes[m.lane].group != p->group;
    int code = 0;
    if (p->open && other) {
        p->open = false;
        code = end_response(e, ego, p->distance_m < p->speed_mps * 0.2 + 1, fail);
    }
    if (m.road < 0 || code < 0) {
        return code;
    }
    const struct road *r = &e->roads->all[m.road];
    const struct road_lane *lane = &r->lanes[m.lane];
    struct v2i_approach a = true_approach(tick, r, lane, &self, m.distance_m);
    struct label sig = v2i_sig(&a);
    if (!p->open) {
        *p = (struct response){
            .open = true, .road = m.road, .group = lane->group, .t_begin = e->now};
    }
    follow(p, e, &a, sig.leaf, self.accel_mps2);
    true_columns(row, &a, lane->group, sig, &self);
    *found = true;
    return 0;
}

static int advise(struct engine *e, struct ego *ego, const struct source_tick *tick,
                  struct fail *fail)
{
    struct row_advice row = {.scenario_id = e->setup.scenario_id,
                             .world_id = e->setup.world_id,
                             .t_ns = engine_utc(e->now),
                             .ego = engine_id(e, ego->agent),
                             .v2i_sig = leaf_code(LEAF_V2I_SIG_NO_DATA),
                             .v2i_spd = leaf_code(LEAF_V2I_SPD_NONE),
                             .app_rlvw = leaf_code(LEAF_APP_RLVW_NOT_APPLICABLE),
                             .app_glosa = leaf_code(LEAF_APP_GLOSA_NOT_APPLICABLE),
                             .app_csw = leaf_code(LEAF_APP_CSW_NOT_APPLICABLE),
                             .glosa_status = measures_status_names[MEASURE_UNKNOWN]};
    bool found = false;
    int code = e->truth ? on_truth(e, ego, tick, &row, &found, fail) : 0;
    struct known_agent self;
    if (code < 0 || !scenes_own_state(e, ego, &self)) {
        return code;
    }
    struct matched m = match(e, &self, ego->told);
    if (m.road >= 0) {
        const struct road *r = &e->roads->all[m.road];
        const struct road_lane *lane = &r->lanes[m.lane];
        struct v2i_approach a =
            known_approach(e, &ego->told[m.road], r, lane, &self, m.distance_m);
        known_columns(e, &row, &ego->told[m.road], &a, lane->group);
    }
    ROW_SET(&row, advice, speed_mps, fm_hypot(self.vx_mps, self.vy_mps));
    struct v2i_spd_subject notice = notices_advice(e, ego, &self);
    if (notice.advice) {
        row.v2i_spd = leaf_code(v2i_spd(&notice).leaf);
        row.app_csw = leaf_code(app_csw(&notice).leaf);
        ROW_SET(&row, advice, advice_mps, notice.advice_mps);
    }
    struct label hazard = hazard_of(e, ego, &self, &row.hazard_of);
    row.v2i_haz = leaf_code(hazard.leaf);
    found = found || m.road >= 0 || notice.advice || hazard.leaf != LEAF_V2I_HAZ_NONE;
    return found ? engine_row(e, &table_advice, &row, fail) : 0;
}

/* Near enough to the line to have crossed it since the last tick. */
static void left_line(struct engine *e, struct act_more *more)
{
    if (more->near_line && more->at_red && more->line_m < more->line_mps * 0.2 + 0.5 &&
        more->line_mps > 1) {
        more->ran_red = true;
        more->t_red = e->now;
    }
    more->near_line = false;
}

void roads_watch(struct engine *e, const struct source_tick *tick)
{
    for (uint32_t i = 0; e->truth && tick->signal_count > 0 && i < e->agent_count; i++) {
        struct act_more *more = &e->act_more[i];
        if (!e->truth[i].present || kinds_is_vru(e->agents[i].kind)) {
            continue;
        }
        struct known_agent self = scenes_true_agent(e, i);
        struct matched m = match(e, &self, NULL);
        if (m.road < 0) {
            left_line(e, more);
            continue;
        }
        const struct road *r = &e->roads->all[m.road];
        struct v2i_approach a =
            true_approach(tick, r, &r->lanes[m.lane], &self, m.distance_m);
        more->near_line = more->had_signal = true;
        more->at_red = a.data && a.phase == PHASE_STOP_AND_REMAIN;
        more->line_m = m.distance_m;
        more->line_mps = a.speed_mps;
        more->t_signal = e->now;
    }
}

int roads_tick(struct engine *e, const struct source_tick *tick, struct fail *fail)
{
    int code = 0;
    for (size_t i = 0; i < e->ego_count && code == 0; i++) {
        code = advise(e, &e->egos[i], tick, fail);
    }
    return code;
}

int roads_finish(struct engine *e, struct fail *fail)
{
    int code = 0;
    for (size_t i = 0; i < e->ego_count && code == 0; i++) {
        if (e->egos[i].response.open) {
            code = end_response(e, &e->egos[i], false, fail);
        }
    }
    return code;
}
