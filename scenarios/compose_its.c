/* SPDX-License-Identifier: Apache-2.0 */
/* CAM, VAM and DENM out of what a station believes: EN 302 637-2, TS 103 300-3, EN 302
 * 637-3; numbers of TS 102 894-2. */
#include "scenarios/compose_its.h"

#include "base/fmath.h"

#define ELLIPSE_95 2.45 /* sigmas of a two-dimensional normal that hold 95 % */

/* TimestampIts modulo 65536: milliseconds of TAI since 2004. */
static uint16_t generation_delta(struct tai t)
{
    return (uint16_t)(t.ns / TIME_NS_PER_MS);
}

static uint8_t put_crumbs(const struct compose *c, struct its_crumb *crumbs)
{
    const struct station *s = c->station;
    const struct geo_origin *o = &c->scenario->origin;
    double x_m = c->pose.x_m;
    double y_m = c->pose.y_m;
    struct tai t = c->t_gen;
    uint8_t count = 0;
    for (uint8_t i = 0; i < s->crumb_count && count < ITS_CRUMBS_MAX; i++) {
        double age = span_s(tai_since(t, s->crumbs[i].t));
        if (age < 0.01 || age > 600) {
            continue;
        }
        crumbs[count++] = (struct its_crumb){
            .known = ITS_LAT | ITS_LON | ITS_ELEV | ITS_AGE,
            .lat_offset_deg = (s->crumbs[i].y_m - y_m) / o->m_per_deg_lat,
            .lon_offset_deg = (s->crumbs[i].x_m - x_m) / o->m_per_deg_lon,
            .age_s = age};
        x_m = s->crumbs[i].x_m;
        y_m = s->crumbs[i].y_m;
        t = s->crumbs[i].t;
    }
    return count;
}

/* What CAM and VAM share. */
static struct its_claim claim_of(const struct compose *c, enum its_kind kind)
{
    const struct station *s = c->station;
    double speed = c->truth->speed_mps;
    struct its_claim m = {
        .kind = kind,
        .station_id = c->id,
        .station_type = kinds_station_type(s->who->kind),
        .generation_delta_ms = generation_delta(c->stamped),
        .known = ITS_LAT | ITS_LON | ITS_ELEV | ITS_SEMI_MAJOR | ITS_SEMI_MINOR |
                 ITS_ORIENTATION,
        .elev_m = c->scenario->origin.elev_m + c->truth->z_m,
        .semi_major_m = ELLIPSE_95 * s->position_sigma_m,
        .semi_minor_m = ELLIPSE_95 * s->position_sigma_m,
    };
    geo_from_enu(&c->scenario->origin, c->pose.x_m, c->pose.y_m, &m.lat_deg, &m.lon_deg);
    if (s->fixed) {
        return m;
    }
    m.known |= ITS_SPEED | ITS_HEADING | ITS_REVERSE | ITS_ACCEL_LONG | ITS_ACCEL_LAT |
               ITS_YAW_RATE | ITS_CURVATURE;
    m.speed_mps = fm_abs(c->pose.speed_mps);
    m.heading_deg = geo_heading_from_yaw(c->pose.yaw_rad);
    m.reverse = c->pose.speed_mps < 0;
    m.accel_long_mps2 = c->truth->accel_mps2;
    m.accel_lat_mps2 = speed * c->truth->yaw_rate_radps;
    m.yaw_rate_dps = c->truth->yaw_rate_radps * 180 / FM_PI;
    m.curvature_per_m = speed > 1 ? c->truth->yaw_rate_radps / speed : 0;
    return m;
}

/* DE_VehicleRole */
static uint8_t role_of(enum sender_kind kind)
{
    return kind == KIND_BUS ? 1 : kind == KIND_EMERGENCY ? 6 : 0;
}

void compose_cam(const struct compose *c, bool low_frequency, struct message *message)
{
    static const uint16_t both_indicators = 1u << 2 | 1u << 3; /* DE_ExteriorLights */
    message->type = MESSAGE_ITS;
    message->its = claim_of(c, ITS_CAM);
    if (c->station->fixed) {
        return;
    }
    struct its_claim *m = &message->its;
    m->known |= ITS_LENGTH | ITS_WIDTH;
    m->length_m = c->station->who->length_m;
    m->width_m = c->station->who->width_m;
    if (low_frequency) {
        m->known |= ITS_LIGHTS;
        m->role = role_of(c->station->who->kind);
        m->lights = c->hazard ? both_indicators : 0;
        m->crumb_count = put_crumbs(c, m->crumbs);
    }
}

/* DF_VruProfileAndSubprofile */
static void put_profile(enum sender_kind kind, struct its_claim *m)
{
    enum { ORDINARY = 1, ROAD_WORKER = 2 };
    enum { BICYCLIST = 1, WHEELCHAIR = 2, ESCOOTER = 5, PEDELEC = 7 };
    enum { LOW = 1, MEDIUM = 2 };
    bool rides = kind == KIND_CYCLIST || kind == KIND_EBIKE || kind == KIND_ESCOOTER ||
                 kind == KIND_WHEELCHAIR;
    m->known |= ITS_PROFILE | ITS_SIZE_CLASS;
    m->profile = kind == KIND_ANIMAL ? ITS_ANIMAL : rides ? ITS_BICYCLIST : ITS_PEDESTRIAN;
    m->subprofile = kind == KIND_ANIMAL        ? 0
                    : kind == KIND_EBIKE       ? PEDELEC
                    : kind == KIND_ESCOOTER    ? ESCOOTER
                    : kind == KIND_WHEELCHAIR  ? WHEELCHAIR
                    : rides                    ? BICYCLIST
                    : kind == KIND_ROAD_WORKER ? ROAD_WORKER
                                               : ORDINARY;
    m->size_class = kind == KIND_CHILD || kind == KIND_ANIMAL ? LOW : MEDIUM;
}

void compose_vam(const struct compose *c, bool low_frequency, struct message *message)
{
    message->type = MESSAGE_ITS;
    message->its = claim_of(c, ITS_VAM);
    message->its.known &= ~(uint32_t)ITS_REVERSE; /* a VAM has no place for it */
    if (low_frequency) {
        put_profile(c->station->who->kind, &message->its);
    }
}

void compose_denm(const struct compose *now, const struct alarm_told *told,
                  struct message *message)
{
    struct compose then = *now;
    const struct compose *c = told->moves ? now : &then;
    then.pose = (struct station_pose){told->pose.x_m, told->pose.y_m, told->pose.yaw_rad,
                                      told->pose.speed_mps};
    then.t_gen = told->t;
    message->type = MESSAGE_ITS;
    struct its_claim *m = &message->its;
    *m = claim_of(c, ITS_DENM);
    m->known &= ITS_LAT | ITS_LON | ITS_ELEV | ITS_SEMI_MAJOR | ITS_SEMI_MINOR |
                ITS_ORIENTATION | ITS_SPEED | ITS_HEADING;
    m->known |= ITS_EVENT;
    m->originating_station = told->station_id;
    m->sequence = told->sequence;
    m->detection = told->detected;
    m->reference = told->cancels || told->moves ? now->stamped : told->detected;
    m->validity_s = told->validity_s;
    m->cause = told->cause;
    m->sub_cause = told->sub_cause;
    m->quality = told->quality;
    if (told->cancels) { /* a termination has neither situation nor location */
        m->known =
            (m->known & ~(uint32_t)(ITS_EVENT | ITS_SPEED | ITS_HEADING)) | ITS_TERMINATION;
        return;
    }
    m->crumb_count = c->station->fixed ? 0 : put_crumbs(c, m->crumbs);
}

void compose_roads_em(const struct compose *c, struct message *message)
{
    message->type = message->type == MESSAGE_SPAT ? MESSAGE_SPATEM : MESSAGE_MAPEM;
    message->station_id = c->id;
}
