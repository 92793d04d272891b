/* SPDX-License-Identifier: Apache-2.0 */
/* BSM, PSM and SPAT out of what a station believes. SAE J2735 2024 for the members, J2945/1
 * for when the optional ones are there. */
#include "scenarios/compose.h"

#include "base/draw.h"
#include "base/fmath.h"

#define HARD_BRAKING_MPS2 3.92266 /* 0.4 g */
#define ABS_MPS2          7.0
#define STRAIGHT_1PM      (1.0 / 2500)
#define LATE_NS           (7 * TIME_NS_PER_S)    /* of a unit that shows a former phase */
#define AGAIN_MOST_NS     (1700 * TIME_NS_PER_S) /* a time mark tells half an hour apart */

static const uint32_t pose_known = MESSAGE_DSECOND | MESSAGE_LAT | MESSAGE_LON |
                                   MESSAGE_ELEV | MESSAGE_SEMI_MAJOR | MESSAGE_SEMI_MINOR |
                                   MESSAGE_ORIENTATION | MESSAGE_SPEED | MESSAGE_HEADING;

static uint8_t put_crumbs(const struct compose *c, struct message_crumb *crumbs)
{
    const struct station *s = c->station;
    const struct geo_origin *o = &c->scenario->origin;
    uint8_t count = 0;
    for (uint8_t i = 0; i < s->crumb_count; i++) {
        double age = span_s(tai_since(c->t_gen, s->crumbs[i].t));
        if (age < 0.01 || age > 600) {
            continue;
        }
        crumbs[count++] = (struct message_crumb){
            .known = MESSAGE_LAT | MESSAGE_LON | MESSAGE_ELEV | MESSAGE_TIMESTAMP,
            .lat_offset_deg = (c->pose.y_m - s->crumbs[i].y_m) / o->m_per_deg_lat,
            .lon_offset_deg = (c->pose.x_m - s->crumbs[i].x_m) / o->m_per_deg_lon,
            .age_s = age,
        };
    }
    return count;
}

static uint16_t events_of(const struct compose *c)
{
    unsigned events = c->hazard ? 1u << MESSAGE_EVENT_HAZARD_LIGHTS : 0;
    if (c->truth->accel_mps2 <= -HARD_BRAKING_MPS2) {
        events |= 1u << MESSAGE_EVENT_HARD_BRAKING;
    }
    if (c->truth->accel_mps2 <= -ABS_MPS2) {
        events |= 1u << MESSAGE_EVENT_ABS;
    }
    return (uint16_t)events;
}

static struct message_prediction predict(const struct state *truth)
{
    double curvature = truth->speed_mps > 1 ? truth->yaw_rate_radps / truth->speed_mps
                                            : 0; /* left positive */
    if (fm_abs(curvature) < STRAIGHT_1PM) {
        return (struct message_prediction){.straight = true, .confidence_percent = 100};
    }
    return (struct message_prediction){.radius_m = -1 / curvature,
                                       .confidence_percent = 50};
}

/* BasicVehicleClass as far as our kinds tell. */
static uint8_t class_of(enum sender_kind kind)
{
    static const uint8_t light_vehicle = 10, truck = 25, motorcycle = 40, transit = 50,
                         emergency = 60;
    return kind == KIND_TRUCK        ? truck
           : kind == KIND_MOTORCYCLE ? motorcycle
           : kind == KIND_BUS        ? transit
           : kind == KIND_EMERGENCY  ? emergency
                                     : light_vehicle;
}

void compose_bsm(const struct compose *c, struct message *message)
{
    const struct station *s = c->station;
    struct message_bsm *b = &message->bsm;
    double a = c->truth->accel_mps2;
    message->type = MESSAGE_BSM;
    *b = (struct message_bsm){
        .known = pose_known | MESSAGE_ACCEL_LONG | MESSAGE_ACCEL_LAT | MESSAGE_YAW_RATE |
                 MESSAGE_WIDTH | MESSAGE_LENGTH | MESSAGE_PREDICTION | MESSAGE_CLASS,
        .msg_cnt = c->msg_cnt,
        .id = c->id,
        .dsecond_ms = time_dsecond(utc_from_tai(c->stamped)),
        .elev_m = c->scenario->origin.elev_m + c->truth->z_m,
        .semi_major_m = s->position_sigma_m,
        .semi_minor_m = s->position_sigma_m,
        .transmission = c->pose.speed_mps < 0 ? MESSAGE_REVERSE : MESSAGE_FORWARD,
        .speed_mps = fm_abs(c->pose.speed_mps),
        .heading_deg = geo_heading_from_yaw(c->pose.yaw_rad),
        .accel_long_mps2 = a,
        .accel_lat_mps2 = -c->truth->speed_mps * c->truth->yaw_rate_radps,
        .yaw_rate_dps = -c->truth->yaw_rate_radps * 180 / FM_PI,
        .wheel_brakes = a < -0.5 ? 0x1E : 0,
        .traction = 2,
        .abs = a <= -ABS_MPS2 ? 3 : 2,
        .scs = 2,
        .brake_boost = 1,
        .aux_brakes = 1,
        .width_m = s->who->width_m,
        .length_m = s->who->length_m,
        .events = events_of(c),
        .vehicle_class = class_of(s->who->kind),
        .prediction = predict(c->truth),
    };
    b->known |= b->events ? MESSAGE_EVENTS : 0;
    geo_from_enu(&c->scenario->origin, c->pose.x_m, c->pose.y_m, &b->lat_deg, &b->lon_deg);
    b->crumb_count = put_crumbs(c, b->crumbs);
}

static uint8_t person_of(enum sender_kind kind)
{
    if (kind == KIND_CYCLIST || kind == KIND_EBIKE || kind == KIND_ESCOOTER) {
        return MESSAGE_PEDALCYCLIST;
    }
    return kind == KIND_ROAD_WORKER ? MESSAGE_SAFETY_WORKER
           : kind == KIND_ANIMAL    ? MESSAGE_ANIMAL
                                    : MESSAGE_PEDESTRIAN;
}

void compose_psm(const struct compose *c, struct message *message)
{
    const struct station *s = c->station;
    struct message_psm *p = &message->psm;
    message->type = MESSAGE_PSM;
    *p = (struct message_psm){
        .known = pose_known,
        .person = person_of(s->who->kind),
        .msg_cnt = c->msg_cnt,
        .id = c->id,
        .dsecond_ms = time_dsecond(utc_from_tai(c->stamped)),
        .elev_m = c->scenario->origin.elev_m + c->truth->z_m,
        .semi_major_m = s->position_sigma_m,
        .semi_minor_m = s->position_sigma_m,
        .speed_mps = fm_abs(c->pose.speed_mps),
        .heading_deg = geo_heading_from_yaw(c->pose.yaw_rad),
    };
    geo_from_enu(&c->scenario->origin, c->pose.x_m, c->pose.y_m, &p->lat_deg, &p->lon_deg);
}

/* Seconds into the UTC hour of a scenario instant, by the station's clock. */
static double into_hour(const struct compose *c, int64_t scenario_ns)
{
    struct tai t = {c->stamped.ns + scenario_ns - c->scenario_ns};
    int64_t hour = 3600 * TIME_NS_PER_S;
    int64_t ns = utc_from_tai(t).ns % hour;
    return (double)(ns < 0 ? ns + hour : ns) / 1e9;
}

/* What the unit says of a signal: the plan, or what its fault makes of it. */
static struct plan_state announced(const struct compose *c, uint32_t index)
{
    const struct scenario_signal *signal = &c->scenario->signals[index];
    struct plan_state plan = plan_at(c->plans, index, c->scenario_ns);
    switch (c->station->who->mast_fault) {
    case MAST_SOUND:
    case MAST_REVISION_MISMATCH:
        break;
    case MAST_FROZEN_COUNTDOWN: /* always as much time left as the phase began with */
        plan.end_ns += c->scenario_ns - plan.since_ns;
        plan.latest_ns += c->scenario_ns - plan.since_ns;
        break;
    case MAST_WRONG_PHASE:
        plan = plan_at(c->plans, index, c->scenario_ns - LATE_NS);
        plan.end_ns += LATE_NS;
        plan.latest_ns += LATE_NS;
        break;
    case MAST_JITTERING_END: {
        uint64_t second = (uint64_t)(c->scenario_ns / TIME_NS_PER_S);
        double u =
            draw_uniform(draw_bits(draw_key(c->scenario->seed, DRAW_FAULT),
                                   draw_pair(c->station->index, signal->group), second));
        int64_t end = plan.end_ns + (int64_t)fm_floor((2 * u - 1) * 4e9);
        plan.end_ns = end > c->scenario_ns ? end : c->scenario_ns;
        plan.latest_ns =
            signal->actuated && plan.latest_ns > plan.end_ns ? plan.latest_ns : plan.end_ns;
        break;
    }
    }
    return plan;
}

/* When the phase that stands at a time comes again, as far as can be told; < 0: never. */
static int64_t comes_again(const struct compose *c, uint32_t index, int64_t at_ns)
{
    struct plan_state now = plan_at(c->plans, index, at_ns);
    struct plan_state ahead = now;
    for (int i = 0; i < 64; i++) {
        ahead = plan_at(c->plans, index, ahead.end_ns);
        if (ahead.phase == now.phase) {
            return ahead.since_ns;
        }
    }
    return -1;
}

void compose_spat(const struct compose *c, struct message *message)
{
    const struct scenario *sc = c->scenario;
    struct message_spat *spat = &message->spat;
    struct utc now = utc_from_tai(c->stamped);
    message->type = MESSAGE_SPAT;
    *spat = (struct message_spat){.known = MESSAGE_MINUTE,
                                  .minute_of_year = time_calendar(now).minute_of_year,
                                  .intersection_count = 1,
                                  .intersection_total = 1};
    struct message_intersection *x = &spat->intersections[0];
    x->known = MESSAGE_MINUTE | MESSAGE_TIMESTAMP;
    x->id = sc->map->intersection_id;
    x->revision = c->station->who->mast_fault == MAST_REVISION_MISMATCH; /* MAP: 0 */
    /* fixedTimeOperation, or trafficDependentOperation */
    x->status = (uint16_t)(sc->controller_count > 0 ? 1u << 6 : 1u << 5);
    x->minute_of_year = spat->minute_of_year;
    x->timestamp_ms = time_dsecond(now);
    for (uint32_t i = 0; i < sc->signal_count; i++) {
        int64_t late_ns = c->station->who->mast_fault == MAST_WRONG_PHASE ? LATE_NS : 0;
        struct plan_state plan = announced(c, i);
        int64_t again_ns = comes_again(c, i, c->scenario_ns - late_ns) + late_ns;
        bool again = again_ns > plan.end_ns && again_ns - plan.end_ns < AGAIN_MOST_NS;
        x->movement_total++;
        if (x->movement_count == MESSAGE_MOVEMENTS_MAX) {
            continue;
        }
        x->movements[x->movement_count++] = (struct message_movement){
            .known = (uint8_t)(MESSAGE_TIMING | MESSAGE_MIN_END | MESSAGE_MAX_END |
                               (again ? MESSAGE_NEXT : 0)),
            .signal_group = sc->signals[i].group,
            .phase = (uint8_t)plan.phase,
            .min_end_s = into_hour(c, plan.end_ns),
            .max_end_s = into_hour(c, plan.latest_ns),
            .next_s = again ? into_hour(c, again_ns) : 0,
        };
    }
}
