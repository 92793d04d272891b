/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings as a driver has them. In: TIM, RSA, DENM. Out: speeds, closed lanes. */
#include "scenarios/warned.h"

#include "base/fmath.h"
#include "scenarios/notice.h"

#define SAME_M  1.0
#define ASIDE_M 6.0   /* a place further to the side is on another road */
#define EVENT_M 300.0 /* how far before a DENM's event it matters */
#define KMPH    (1 / 3.6)

/* The speed that the codes name, m/s; < 0: none. */
static double speed_of(const uint16_t *codes, uint8_t count)
{
    for (uint8_t i = 0; i + 2 < count; i++) {
        int number = codes[i + 1] - NOTICE_NUMBER_ZERO;
        if (codes[i] == NOTICE_SPEED_LIMIT && number > 0 && number < 256) {
            return codes[i + 2] == NOTICE_MPH    ? number * NOTICE_MPS_PER_MPH
                   : codes[i + 2] == NOTICE_KMPH ? number * KMPH
                                                 : -1;
        }
    }
    return -1;
}

static bool says(const uint16_t *codes, uint8_t count, uint16_t code)
{
    for (uint8_t i = 0; i < count; i++) {
        if (codes[i] == code) {
            return true;
        }
    }
    return false;
}

static bool is_fresh(const struct motion *m, int64_t heard_ns)
{
    return m->t_ns - heard_ns <= span_from_s(WARNED_MEMORY_S).ns;
}

/* The same region heard before, or the next place in turn. */
static struct warned_region *region_for(struct warned *w, double x_m, double y_m,
                                        const struct warned_region *like)
{
    uint32_t known = w->region_count < WARNED_REGIONS ? w->region_count : WARNED_REGIONS;
    for (uint32_t i = 0; i < known; i++) {
        struct warned_region *r = &w->regions[i];
        if (fm_hypot(r->points_m[0][0] - x_m, r->points_m[0][1] - y_m) < SAME_M &&
            r->count == like->count && r->closed == like->closed &&
            r->speed_mps == like->speed_mps) {
            return r;
        }
    }
    return &w->regions[w->region_count++ % WARNED_REGIONS];
}

static void hear_tim(const struct motion *m, struct warned *w,
                     const struct message_tim *tim)
{
    const struct geo_origin *o = &m->scenario->origin;
    for (uint8_t i = 0; i < tim->region_count; i++) {
        const struct message_region *said = &tim->regions[i];
        struct warned_region region = {.count = said->node_count,
                                       .width_m = said->width_m,
                                       .speed_mps = speed_of(tim->itis, tim->itis_count),
                                       .closed =
                                           says(tim->itis, tim->itis_count, NOTICE_CLOSED),
                                       .heard_ns = m->t_ns};
        double x, y;
        if (said->node_count < 2 || !(said->known & MESSAGE_LAT) ||
            !(said->known & MESSAGE_LON)) {
            continue;
        }
        geo_to_enu(o, said->lat_deg, said->lon_deg, &x, &y);
        for (uint8_t n = 0; n < said->node_count; n++) {
            x += 0.01 * said->nodes[n].x_cm;
            y += 0.01 * said->nodes[n].y_cm;
            region.points_m[n][0] = x;
            region.points_m[n][1] = y;
        }
        *region_for(w, region.points_m[0][0], region.points_m[0][1], &region) = region;
    }
}

static void hear_place(struct warned *w, const struct warned_place *place, bool over)
{
    uint32_t known = w->place_count < WARNED_PLACES ? w->place_count : WARNED_PLACES;
    for (uint32_t i = 0; i < known; i++) {
        if (w->places[i].key == place->key) {
            w->places[i] = *place;
            w->places[i].reach_m = over ? 0 : place->reach_m;
            return;
        }
    }
    if (!over) {
        w->places[w->place_count++ % WARNED_PLACES] = *place;
    }
}

static void hear_rsa(const struct motion *m, struct warned *w, uint32_t sender,
                     const struct message_rsa *rsa)
{
    struct warned_place place = {.key = (uint64_t)sender << 16 | rsa->event,
                                 .reach_m = notice_reach_m(rsa->extent),
                                 .speed_mps = speed_of(rsa->itis, rsa->itis_count),
                                 .heard_ns = m->t_ns};
    if ((rsa->known & MESSAGE_LAT) && (rsa->known & MESSAGE_LON)) {
        geo_to_enu(&m->scenario->origin, rsa->lat_deg, rsa->lon_deg, &place.x_m,
                   &place.y_m);
        hear_place(w, &place, false);
    }
}

/* An emergency vehicle is no place to slow down for. */
static void hear_denm(const struct motion *m, struct warned *w,
                      const struct its_claim *denm)
{
    enum { EMERGENCY_VEHICLE = 95 };
    struct warned_place place = {.key = UINT64_C(1) << 63 |
                                        (uint64_t)denm->originating_station << 16 |
                                        denm->sequence,
                                 .reach_m = EVENT_M,
                                 .speed_mps = -1,
                                 .heard_ns = m->t_ns};
    if ((denm->known & ITS_LAT) && (denm->known & ITS_LON) &&
        denm->cause != EMERGENCY_VEHICLE) {
        geo_to_enu(&m->scenario->origin, denm->lat_deg, denm->lon_deg, &place.x_m,
                   &place.y_m);
        hear_place(w, &place, (denm->known & ITS_TERMINATION) != 0);
    }
}

void warned_hear(struct motion *m, const struct percept *p)
{
    struct warned *w = m->movers[p->receiver_idx].warned;
    if (!w || !p->message) {
        return;
    }
    if (p->message->type == MESSAGE_TIM) {
        hear_tim(m, w, &p->message->tim);
    } else if (p->message->type == MESSAGE_RSA) {
        hear_rsa(m, w, p->sender_idx, &p->message->rsa);
    } else if (p->message->type == MESSAGE_ITS && p->message->its.kind == ITS_DENM) {
        hear_denm(m, w, &p->message->its);
    }
}

/* Is a point that moves in that direction inside a region? */
static bool is_inside(const struct warned_region *r, double x_m, double y_m, double yaw_rad)
{
    for (uint8_t i = 0; i + 1 < r->count; i++) {
        double dx = r->points_m[i + 1][0] - r->points_m[i][0];
        double dy = r->points_m[i + 1][1] - r->points_m[i][1];
        double length = fm_hypot(dx, dy);
        if (length < 0.01) {
            continue;
        }
        double along =
            ((x_m - r->points_m[i][0]) * dx + (y_m - r->points_m[i][1]) * dy) / length;
        double aside =
            ((y_m - r->points_m[i][1]) * dx - (x_m - r->points_m[i][0]) * dy) / length;
        if (along >= 0 && along <= length && fm_abs(aside) <= 0.5 * r->width_m &&
            fm_abs(fm_wrap_angle(fm_atan2(dy, dx) - yaw_rad)) < FM_PI / 4) {
            return true;
        }
    }
    return false;
}

static bool comes_towards(const struct warned_place *place, const struct state *me)
{
    double cosine = fm_cos(me->yaw_rad);
    double sine = fm_sin(me->yaw_rad);
    double dx = place->x_m - me->x_m;
    double dy = place->y_m - me->y_m;
    double ahead = dx * cosine + dy * sine;
    return ahead > 0 && ahead < place->reach_m && fm_abs(dy * cosine - dx * sine) < ASIDE_M;
}

double warned_speed(const struct motion *m, uint32_t agent)
{
    const struct motion_mover *v = &m->movers[agent];
    const struct warned *w = v->warned;
    const struct state *me = &m->now[agent];
    double least = -1;
    if (!w) {
        return -1;
    }
    for (uint32_t i = 0; i < WARNED_REGIONS && i < w->region_count; i++) {
        const struct warned_region *r = &w->regions[i];
        double speed = r->speed_mps > 0 ? r->speed_mps : WARNED_SHARE * v->wish_mps;
        if (is_fresh(m, r->heard_ns) && (least < 0 || speed < least) &&
            is_inside(r, me->x_m, me->y_m, me->yaw_rad)) {
            least = speed;
        }
    }
    for (uint32_t i = 0; i < WARNED_PLACES && i < w->place_count; i++) {
        const struct warned_place *place = &w->places[i];
        double speed = place->speed_mps > 0 ? place->speed_mps : WARNED_SHARE * v->wish_mps;
        if (is_fresh(m, place->heard_ns) && (least < 0 || speed < least) &&
            comes_towards(place, me)) {
            least = speed;
        }
    }
    return least;
}

bool warned_of_closed(const struct motion *m, uint32_t agent)
{
    const struct warned *w = m->movers[agent].warned;
    for (uint32_t i = 0; w && i < WARNED_REGIONS && i < w->region_count; i++) {
        if (w->regions[i].closed && is_fresh(m, w->regions[i].heard_ns)) {
            return true;
        }
    }
    return false;
}

bool warned_is_closed(const struct motion *m, uint32_t agent, double x_m, double y_m,
                      double yaw_rad)
{
    const struct warned *w = m->movers[agent].warned;
    for (uint32_t i = 0; w && i < WARNED_REGIONS && i < w->region_count; i++) {
        const struct warned_region *r = &w->regions[i];
        if (r->closed && is_fresh(m, r->heard_ns) && is_inside(r, x_m, y_m, yaw_rad)) {
            return true;
        }
    }
    return false;
}
