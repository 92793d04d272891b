/* SPDX-License-Identifier: Apache-2.0 */
/* Messages to claims: BSM, PSM, CAM and VAM speak of a moving sender, a DENM of an event's
 * place, SPAT and MAP of a place and a time. */
#include "engine/claims.h"

#include "base/fmath.h"

#define RAD_PER_DEG (FM_PI / 180)

static void claim_instant(struct claim *c, uint16_t dsecond_ms, struct tai heard)
{
    struct utc t;
    if (time_resolve_dsecond(dsecond_ms, utc_from_tai(heard), &t)) {
        c->t_gen = tai_from_utc(t);
        c->known |= CLAIM_TIME;
    }
}

static void claim_place(struct claim *c, uint32_t known, double lat_deg, double lon_deg,
                        double elev_m, const struct geo_origin *origin)
{
    if ((known & MESSAGE_LAT) && (known & MESSAGE_LON)) {
        c->lat_deg = lat_deg;
        c->lon_deg = lon_deg;
        c->known |= CLAIM_POSITION;
        geo_to_enu(origin, lat_deg, lon_deg, &c->x_m, &c->y_m);
    }
    if (known & MESSAGE_ELEV) {
        c->elev_m = elev_m;
        c->known |= CLAIM_ELEVATION;
    }
}

/* The motion that BSM and PSM share. */
static void claim_motion(struct claim *c, uint32_t known, double speed_mps,
                         double heading_deg, double accel_mps2, double yaw_rate_dps,
                         double semi_major_m)
{
    if (known & MESSAGE_SPEED) {
        c->speed_mps = speed_mps;
        c->known |= CLAIM_SPEED;
    }
    if (known & MESSAGE_HEADING) {
        c->yaw_rad = geo_yaw_from_heading(heading_deg);
        c->known |= CLAIM_YAW;
    }
    if (known & MESSAGE_ACCEL_LONG) {
        c->accel_mps2 = accel_mps2;
        c->known |= CLAIM_ACCEL;
    }
    if (known & MESSAGE_YAW_RATE) {
        c->yaw_rate_radps =
            -yaw_rate_dps * RAD_PER_DEG; /* theirs is positive to the right */
        c->known |= CLAIM_YAW_RATE;
    }
    if (known & MESSAGE_SEMI_MAJOR) {
        c->sigma_m = semi_major_m;
        c->known |= CLAIM_ACCURACY;
    }
}

/* TS 102 894-2 DE_StationType; a VAM says it finer by its profile. */
static uint8_t its_kind_of(const struct its_claim *m)
{
    static const uint8_t kinds[16] = {
        [1] = KIND_PEDESTRIAN, [2] = KIND_CYCLIST, [3] = KIND_ESCOOTER,
        [4] = KIND_MOTORCYCLE, [5] = KIND_CAR,     [6] = KIND_BUS,
        [7] = KIND_VAN,        [8] = KIND_TRUCK,   [9] = KIND_TRAILER,
        [10] = KIND_EMERGENCY, [11] = KIND_RAIL,   [15] = KIND_RSU};
    if (m->kind == ITS_VAM && (m->known & ITS_PROFILE)) {
        static const uint8_t profiles[] = {KIND_PEDESTRIAN, KIND_CYCLIST, KIND_MOTORCYCLE,
                                           KIND_ANIMAL};
        return m->profile < 4 ? profiles[m->profile] : KIND_PEDESTRIAN;
    }
    return m->station_type < 16 ? kinds[m->station_type] : KIND_UNKNOWN;
}

/* J2735 BasicVehicleClass by its tens; PropelledInformation for people. */
uint8_t claims_kind(const struct message *message)
{
    if (message->type == MESSAGE_BSM) {
        const struct message_bsm *bsm = &message->bsm;
        if (!(bsm->known & MESSAGE_CLASS)) {
            return bsm->length_m > 8 ? KIND_TRUCK : KIND_CAR;
        }
        switch (bsm->vehicle_class / 10) {
        case 2:
            return bsm->vehicle_class < 25 ? KIND_CAR : KIND_TRUCK;
        case 3:
            return KIND_TRUCK;
        case 4:
            return KIND_MOTORCYCLE;
        case 5:
            return KIND_BUS;
        case 6:
            return KIND_EMERGENCY;
        default:
            return KIND_CAR;
        }
    }
    if (message->type == MESSAGE_PSM) {
        const struct message_psm *psm = &message->psm;
        if ((psm->known & MESSAGE_PROPULSION) && psm->propelled == MESSAGE_BY_MOTOR) {
            static const uint8_t motor[] = {KIND_ESCOOTER, KIND_ESCOOTER, KIND_WHEELCHAIR,
                                            KIND_EBIKE,    KIND_ESCOOTER, KIND_ESCOOTER};
            return psm->propulsion < 6 ? motor[psm->propulsion] : KIND_ESCOOTER;
        }
        if ((psm->known & MESSAGE_PROPULSION) && psm->propelled == MESSAGE_BY_HUMAN) {
            if (psm->propulsion == 4) {
                return KIND_ESCOOTER;
            }
            if (psm->propulsion == 5) {
                return KIND_WHEELCHAIR;
            }
        }
        static const uint8_t people[] = {KIND_PEDESTRIAN, KIND_PEDESTRIAN, KIND_CYCLIST,
                                         KIND_ROAD_WORKER, KIND_ANIMAL};
        return psm->person < 5 ? people[psm->person] : KIND_PEDESTRIAN;
    }
    if (message->type == MESSAGE_ITS) {
        return its_kind_of(&message->its);
    }
    return message->type == MESSAGE_NONE ? KIND_UNKNOWN : KIND_RSU;
}

static void claim_bsm(struct claim *c, const struct message_bsm *m, struct tai heard,
                      const struct geo_origin *origin)
{
    claim_place(c, m->known, m->lat_deg, m->lon_deg, m->elev_m, origin);
    claim_motion(c, m->known, m->speed_mps, m->heading_deg, m->accel_long_mps2,
                 m->yaw_rate_dps, m->semi_major_m);
    if (m->known & MESSAGE_DSECOND) {
        claim_instant(c, m->dsecond_ms, heard);
    }
    if ((m->known & MESSAGE_LENGTH) && (m->known & MESSAGE_WIDTH)) {
        c->length_m = m->length_m;
        c->width_m = m->width_m;
        c->known |= CLAIM_SIZE;
    }
    if (m->known & MESSAGE_EVENTS) {
        c->event_flags = m->events;
        c->known |= CLAIM_EVENTS;
    }
    c->station_id = m->id;
    c->msg_cnt = m->msg_cnt;
    c->known |= CLAIM_ID | CLAIM_MSG_CNT;
}

static void claim_psm(struct claim *c, const struct message_psm *m, struct tai heard,
                      const struct geo_origin *origin)
{
    claim_place(c, m->known, m->lat_deg, m->lon_deg, m->elev_m, origin);
    claim_motion(c, m->known, m->speed_mps, m->heading_deg, m->accel_long_mps2,
                 m->yaw_rate_dps, m->semi_major_m);
    if (m->known & MESSAGE_DSECOND) {
        claim_instant(c, m->dsecond_ms, heard);
    }
    c->station_id = m->id;
    c->msg_cnt = m->msg_cnt;
    c->known |= CLAIM_ID | CLAIM_MSG_CNT;
}

static int64_t year_ns(int year)
{
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return INT64_C(86400) * (leap ? 366 : 365) * TIME_NS_PER_S;
}

/* MinuteOfTheYear has no year: the one nearest to the hearing. */
static void claim_minute(struct claim *c, int32_t minute_of_year, uint16_t ms,
                         struct tai heard)
{
    struct utc near = utc_from_tai(heard);
    struct time_calendar now = time_calendar(near);
    int64_t year_start_ns = near.ns - near.ns % (60 * TIME_NS_PER_S) -
                            (int64_t)now.minute_of_year * 60 * TIME_NS_PER_S;
    int64_t ns =
        year_start_ns + (int64_t)minute_of_year * 60 * TIME_NS_PER_S + ms * TIME_NS_PER_MS;
    int64_t half_year_ns = INT64_C(183) * 86400 * TIME_NS_PER_S;
    if (ns - near.ns > half_year_ns) {
        ns -= year_ns(now.year - 1);
    } else if (near.ns - ns > half_year_ns) {
        ns += year_ns(now.year);
    }
    c->t_gen = tai_from_utc((struct utc){ns});
    c->known |= CLAIM_TIME;
}

static void claim_spat(struct claim *c, const struct message_spat *m, struct tai heard)
{
    if (m->intersection_count == 0) {
        return;
    }
    const struct message_intersection *i = &m->intersections[0];
    int32_t minute = i->known & MESSAGE_MINUTE ? i->minute_of_year : m->minute_of_year;
    bool has_minute = (i->known | m->known) & MESSAGE_MINUTE;
    if (has_minute && (i->known & MESSAGE_TIMESTAMP) && minute < 527040 &&
        i->timestamp_ms < 61000) {
        claim_minute(c, minute, i->timestamp_ms, heard);
    }
    c->msg_cnt = i->revision;
}

static void claim_its(struct claim *c, const struct its_claim *m, struct tai heard,
                      const struct geo_origin *origin)
{
    c->station_id = m->station_id;
    c->known |= CLAIM_ID | CLAIM_TIME;
    uint32_t known = (m->known & ITS_LAT ? MESSAGE_LAT : 0) |
                     (m->known & ITS_LON ? MESSAGE_LON : 0) |
                     (m->known & ITS_ELEV ? MESSAGE_ELEV : 0) |
                     (m->known & ITS_SPEED ? MESSAGE_SPEED : 0) |
                     (m->known & ITS_HEADING ? MESSAGE_HEADING : 0) |
                     (m->known & ITS_ACCEL_LONG ? MESSAGE_ACCEL_LONG : 0) |
                     (m->known & ITS_YAW_RATE ? MESSAGE_YAW_RATE : 0) |
                     (m->known & ITS_SEMI_MAJOR ? MESSAGE_SEMI_MAJOR : 0);
    claim_place(c, known, m->lat_deg, m->lon_deg, m->elev_m, origin);
    if (m->kind == ITS_DENM) {
        c->t_gen = m->reference; /* the event's position is not the sender's motion */
        return;
    }
    c->t_gen = its_unfold(m->generation_delta_ms, heard);
    /* their ellipse is 95 %: 2.45 sigma of a two-dimensional normal; yaw positive to the
     * left */
    claim_motion(c, known, m->speed_mps, m->heading_deg, m->accel_long_mps2,
                 -m->yaw_rate_dps, m->semi_major_m / 2.45);
    if ((m->known & ITS_LENGTH) && (m->known & ITS_WIDTH)) {
        c->length_m = m->length_m;
        c->width_m = m->width_m;
        c->known |= CLAIM_SIZE;
    }
}

bool claims_ordered(const struct claim *claim, uint8_t msg_type)
{
    return msg_type != MSG_DENM && (claim->known & (CLAIM_MSG_CNT | CLAIM_TIME));
}

struct claim claims_of(const struct message *message, struct tai heard,
                       const struct geo_origin *origin)
{
    struct claim c = {.kind = claims_kind(message)};
    switch (message->type) {
    case MESSAGE_BSM:
        claim_bsm(&c, &message->bsm, heard, origin);
        break;
    case MESSAGE_PSM:
        claim_psm(&c, &message->psm, heard, origin);
        break;
    case MESSAGE_SPATEM:
        c.station_id = message->station_id;
        c.known |= CLAIM_ID;
        claim_spat(&c, &message->spat, heard);
        break;
    case MESSAGE_SPAT:
        claim_spat(&c, &message->spat, heard);
        break;
    case MESSAGE_MAPEM:
        c.station_id = message->station_id;
        c.known |= CLAIM_ID;
        claim_place(&c, message->map.known, message->map.lat_deg, message->map.lon_deg,
                    message->map.elev_m, origin);
        break;
    case MESSAGE_ITS:
        claim_its(&c, &message->its, heard, origin);
        break;
    case MESSAGE_MAP:
        claim_place(&c, message->map.known, message->map.lat_deg, message->map.lon_deg,
                    message->map.elev_m, origin);
        break;
    case MESSAGE_TIM: /* their count is one of contents, their minute too coarse */
    case MESSAGE_RSA:
    case MESSAGE_NONE:
        break;
    }
    return c;
}
