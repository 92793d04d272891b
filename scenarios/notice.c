/* SPDX-License-Identifier: Apache-2.0 */
/* Notices as messages. In: a stretch of lanes. Out: TIM, RSA, DENM. */
#include "scenarios/notice.h"

#include "base/fmath.h"
#include "scenarios/compose_its.h"

#define LOOK_M       5.0   /* aim of the spacing at which a way is looked at */
#define STEP_MOST_M  300.0 /* below the 327.67 m of Node-XY-32b */
#define CLOSE_M      0.25  /* a way leaves its nodes' chords by at most that */
#define CRUMB_M      50.0  /* between the points that lead to a DENM's event */
#define FOR_EVER_S   86400
#define FOR_EVER_MIN 32000
#define SLICE_DEG    22.5
#define EXTENT_MOST  7 /* useFor5000meters */

/* ITIS codes (SAE J2540-2) by what a notice is about: the event, then advice. */
static const struct {
    uint16_t event, advice[2];
    uint8_t content, mutcd, priority;
    uint8_t cause; /* TS 102 894-2, DE_CauseCode */
} rules[] = {
    /* road construction; ahead, reduce your speed */
    [ABOUT_WORK_ZONE] = {1025, {13569, 7443}, MESSAGE_WORK_ZONE, 3, 5, 3},
    /* reduce your speed; around a curve */
    [ABOUT_CURVE] = {7443, {7942, 0}, MESSAGE_ADVISORY, 2, 4, 96},
    /* traffic congestion; ahead, be prepared to stop */
    [ABOUT_QUEUE] = {263, {13569, 7201}, MESSAGE_ADVISORY, 2, 6, 27},
    /* incident; ahead, be prepared to stop */
    [ABOUT_STALLED] = {531, {13569, 7201}, MESSAGE_ADVISORY, 2, 6, 94},
};

uint32_t notice_count(const struct scenario *s, uint32_t station)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->notice_count; i++) {
        count += s->notices[i].by == station;
    }
    return count;
}

const struct scenario_notice *notice_at(const struct scenario *s, uint32_t station,
                                        uint32_t i)
{
    const struct scenario_notice *n = s->notices;
    while (n->by != station || i-- > 0) {
        n++;
    }
    return n;
}

bool notice_holds(const struct scenario_notice *n, int64_t scenario_ns)
{
    return scenario_ns >= span_from_s(n->begin_s).ns &&
           scenario_ns < span_from_s(n->end_s).ns;
}

bool notice_is_over(const struct scenario_notice *n, int64_t scenario_ns)
{
    int64_t end = span_from_s(n->end_s).ns;
    return scenario_ns >= end && scenario_ns < end + TIME_NS_PER_S;
}

static const struct map_lane *lane_of(const struct compose *c,
                                      const struct scenario_notice *n, uint32_t i)
{
    return &c->scenario->map->lanes[n->lanes[i]];
}

static struct path_point begin_of(const struct compose *c, const struct scenario_notice *n)
{
    return path_at(&lane_of(c, n, 0)->path, n->from_m);
}

/* The bit of HeadingSlice in which a direction lies. */
static uint16_t slice_of(double yaw_rad)
{
    return (uint16_t)(1u << ((int)(geo_heading_from_yaw(yaw_rad) / SLICE_DEG) & 15));
}

/* Does the way between two places stay within `close_m` of the chord? */
static bool is_straight(const struct path *path, double from_m, double to_m, double close_m)
{
    struct path_point a = path_at(path, from_m);
    struct path_point b = path_at(path, to_m);
    double length = fm_hypot(b.x_m - a.x_m, b.y_m - a.y_m);
    for (double s = from_m + LOOK_M; s < to_m; s += LOOK_M) {
        struct path_point p = path_at(path, s);
        double off = (p.x_m - a.x_m) * (b.y_m - a.y_m) - (p.y_m - a.y_m) * (b.x_m - a.x_m);
        if (length < 0.1 || fm_abs(off) > close_m * length) {
            return false;
        }
    }
    return true;
}

/* The way from one place to another as few points; 0 if it needs more than there is room.
 */
static uint8_t points_of(const struct path *path, double from_m, double to_m,
                         double close_m, double (*points)[2], uint8_t room)
{
    uint8_t count = 0;
    double s = from_m;
    for (;;) {
        struct path_point p = path_at(path, s);
        if (count == room) {
            return 0;
        }
        points[count][0] = p.x_m;
        points[count++][1] = p.y_m;
        if (s >= to_m) {
            return count;
        }
        double next = s + LOOK_M < to_m ? s + LOOK_M : to_m;
        while (next < to_m && next + LOOK_M - s <= STEP_MOST_M &&
               is_straight(path, s, next + LOOK_M < to_m ? next + LOOK_M : to_m, close_m)) {
            next = next + LOOK_M < to_m ? next + LOOK_M : to_m;
        }
        s = next;
    }
}

static uint16_t slices_of(const struct path *path, double from_m, double to_m)
{
    uint16_t slices = slice_of(path_at(path, to_m).yaw_rad);
    for (double s = from_m; s < to_m; s += LOOK_M) {
        slices |= slice_of(path_at(path, s).yaw_rad);
    }
    return slices;
}

static void put_region(const struct compose *c, const struct scenario_notice *n, uint32_t i,
                       struct message_region *region)
{
    const struct map_lane *lane = lane_of(c, n, i);
    const struct geo_origin *o = &c->scenario->origin;
    double points[MESSAGE_TIM_NODES_MAX][2];
    double to_m = n->to_m < 0 ? lane->path.length_m : n->to_m;
    double from_m = n->from_m > n->lead_m ? n->from_m - n->lead_m : 0;
    double longest_m = (MESSAGE_TIM_NODES_MAX - 1) * (STEP_MOST_M - LOOK_M);
    from_m = to_m - from_m > longest_m ? to_m - longest_m : from_m;
    uint8_t count = 0;
    for (double close_m = CLOSE_M; count == 0; close_m *= 2) {
        count =
            points_of(&lane->path, from_m, to_m, close_m, points, MESSAGE_TIM_NODES_MAX);
    }
    *region = (struct message_region){.known = MESSAGE_LAT | MESSAGE_LON | MESSAGE_ELEV |
                                               MESSAGE_WIDTH,
                                      .elev_m = o->elev_m,
                                      .width_m = lane->width_m,
                                      .directionality = 1,
                                      .direction = slices_of(&lane->path, from_m, to_m),
                                      .node_count = count};
    geo_from_enu(o, points[0][0], points[0][1], &region->lat_deg, &region->lon_deg);
    int32_t x_cm = 0;
    int32_t y_cm = 0;
    for (uint8_t p = 0; p < count; p++) { /* between rounded places, as in a MAP */
        int32_t x = (int32_t)fm_round((points[p][0] - points[0][0]) * 100);
        int32_t y = (int32_t)fm_round((points[p][1] - points[0][1]) * 100);
        region->nodes[p] = (struct message_node){x - x_cm, y - y_cm};
        x_cm = x;
        y_cm = y;
    }
}

/* Advice of a notice as ITIS codes; its count. */
static uint8_t codes_of(const struct scenario_notice *n, uint16_t codes[8])
{
    uint8_t count = 0;
    for (int i = 0; i < 2 && rules[n->about].advice[i] != 0; i++) {
        codes[count++] = rules[n->about].advice[i];
    }
    if (n->closed) {
        codes[count++] = NOTICE_CLOSED;
    }
    if (n->speed_mps > 0) {
        codes[count++] = NOTICE_SPEED_LIMIT;
        codes[count++] = (uint16_t)(NOTICE_NUMBER_ZERO +
                                    (int)fm_floor(n->speed_mps / NOTICE_MPS_PER_MPH));
        codes[count++] = NOTICE_MPH;
    }
    return count;
}

void notice_tim(const struct compose *c, const struct scenario_notice *n,
                struct message *message)
{
    struct path_point begin = begin_of(c, n);
    struct utc now = utc_from_tai(c->stamped);
    struct utc start = {now.ns - c->scenario_ns + span_from_s(n->begin_s).ns};
    double minutes = (n->end_s - n->begin_s) / 60;
    uint16_t codes[8];
    uint8_t count = codes_of(n, codes);
    struct message_tim *t = &message->tim;
    message->type = MESSAGE_TIM;
    *t = (struct message_tim){
        .known = MESSAGE_MINUTE | MESSAGE_LAT | MESSAGE_LON | MESSAGE_ELEV,
        .minute_of_year = time_calendar(now).minute_of_year,
        .frame_total = 1,
        .frame_type = 1,
        .elev_m = c->scenario->origin.elev_m,
        .view_angle = slice_of(begin.yaw_rad),
        .mutcd = rules[n->about].mutcd,
        .year = (uint16_t)time_calendar(start).year,
        .start_minute = time_calendar(start).minute_of_year,
        .duration_min =
            n->end_s >= FOR_EVER_S ? FOR_EVER_MIN : (uint16_t)(fm_floor(minutes) + 1),
        .priority = rules[n->about].priority,
        .content = rules[n->about].content,
        .itis_count = (uint8_t)(count + 1),
        .itis = {rules[n->about].event},
        .region_count = (uint8_t)n->lane_count,
    };
    geo_from_enu(&c->scenario->origin, begin.x_m, begin.y_m, &t->lat_deg, &t->lon_deg);
    for (uint8_t i = 0; i < count; i++) {
        t->itis[i + 1] = codes[i];
    }
    for (uint32_t i = 0; i < n->lane_count; i++) {
        put_region(c, n, i, &t->regions[i]);
    }
}

double notice_reach_m(uint8_t extent)
{
    static const double reaches_m[] = {0, 3, 10, 50, 100, 500, 1000, 5000};
    return reaches_m[extent < EXTENT_MOST ? extent : EXTENT_MOST];
}

/* The least of Extent that reaches over the lead. */
static uint8_t extent_of(double lead_m)
{
    uint8_t extent = 0;
    while (extent < EXTENT_MOST && notice_reach_m(extent) < lead_m) {
        extent++;
    }
    return extent;
}

void notice_rsa(const struct compose *c, const struct scenario_notice *n,
                struct message *message)
{
    struct path_point begin = begin_of(c, n);
    double from_m = n->from_m > n->lead_m ? n->from_m - n->lead_m : 0;
    struct message_rsa *r = &message->rsa;
    message->type = MESSAGE_RSA;
    *r = (struct message_rsa){
        .known =
            MESSAGE_MINUTE | MESSAGE_LAT | MESSAGE_LON | MESSAGE_ELEV | MESSAGE_HEADING,
        .minute_of_year = time_calendar(utc_from_tai(c->stamped)).minute_of_year,
        .event = rules[n->about].event,
        .priority = rules[n->about].priority,
        .direction = slices_of(&lane_of(c, n, 0)->path, from_m, n->from_m),
        .extent = extent_of(n->lead_m),
        .elev_m = c->scenario->origin.elev_m,
        .heading_deg = geo_heading_from_yaw(begin.yaw_rad),
    };
    r->itis_count = codes_of(n, r->itis);
    geo_from_enu(&c->scenario->origin, begin.x_m, begin.y_m, &r->lat_deg, &r->lon_deg);
}

/* The way that leads to the event, from it backwards. */
static void put_trace(const struct compose *c, const struct scenario_notice *n,
                      struct its_claim *m)
{
    const struct path *path = &lane_of(c, n, 0)->path;
    const struct geo_origin *o = &c->scenario->origin;
    struct path_point last = begin_of(c, n);
    double first_m = n->from_m > n->lead_m ? n->from_m - n->lead_m : 0;
    for (double s = n->from_m - CRUMB_M; s >= first_m && m->crumb_count < ITS_CRUMBS_MAX;
         s -= CRUMB_M) {
        struct path_point p = path_at(path, s);
        m->crumbs[m->crumb_count++] =
            (struct its_crumb){.known = ITS_LAT | ITS_LON,
                               .lat_offset_deg = (p.y_m - last.y_m) / o->m_per_deg_lat,
                               .lon_offset_deg = (p.x_m - last.x_m) / o->m_per_deg_lon};
        last = p;
    }
}

void notice_denm(const struct compose *c, const struct scenario_notice *n,
                 struct message *message)
{
    struct path_point begin = begin_of(c, n);
    double lasts_s = n->end_s - n->begin_s;
    struct alarm_told told = {
        .station_id = c->id,
        .sequence = (uint16_t)(n - c->scenario->notices),
        .t = c->t_gen,
        .detected = {c->stamped.ns - c->scenario_ns + span_from_s(n->begin_s).ns},
        .pose = {begin.x_m, begin.y_m, begin.yaw_rad, 0},
        .validity_s =
            lasts_s >= FOR_EVER_S ? FOR_EVER_S : (uint32_t)(fm_floor(lasts_s) + 1),
        .cause = rules[n->about].cause,
        .quality = 3,
        .cancels = notice_is_over(n, c->scenario_ns)};
    compose_denm(c, &told, message);
    if (told.cancels) {
        return;
    }
    message->its.known |= ITS_HEADING;
    message->its.heading_deg = geo_heading_from_yaw(begin.yaw_rad);
    put_trace(c, n, &message->its);
}
