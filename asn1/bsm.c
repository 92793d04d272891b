/* SPDX-License-Identifier: Apache-2.0 */
/* BasicSafetyMessage in SI units. In: the raw core and Part II. Out: struct message_bsm,
 * and back to a frame. The core goes the fast way; asn1c makes only the items of Part II.
 */
#include <string.h>

#include <SupplementalVehicleExtensions.h>
#include <VehicleSafetyExtensions.h>

#include "asn1/bsm_fast.h"
#include "asn1/families.h"
#include "asn1/open_types.h"
#include "asn1/wire.h"

enum {
    BSM_EVENT_BITS = 13,
    BSM_LIGHT_BITS = 9,
    BSM_ITEMS_MAX = 2,
    BSM_BODY_MAX = 1024,
    /* 23 crumbs with everything take about 300 */
};

/* Five wire bits, first one highest, to bit n = J2735's bit n, and back. */
static uint8_t mirror5(uint8_t bits)
{
    uint8_t out = 0;
    for (int i = 0; i < 5; i++) {
        out |= (uint8_t)((bits >> (4 - i) & 1) << i);
    }
    return out;
}

void bsm_from_core(const struct bsm_core *core, struct message_bsm *bsm)
{
    uint32_t *known = &bsm->known;
    *known |= core->sec_mark < 61000 ? MESSAGE_DSECOND : 0;
    bsm->msg_cnt = core->msg_cnt;
    bsm->id = core->id;
    bsm->dsecond_ms = core->sec_mark < 61000 ? core->sec_mark : 0;
    bsm->lat_deg = wire_si(WIRE_LAT, core->lat, known, MESSAGE_LAT);
    bsm->lon_deg = wire_si(WIRE_LON, core->lon, known, MESSAGE_LON);
    bsm->elev_m = wire_si(WIRE_ELEV, core->elev, known, MESSAGE_ELEV);
    bsm->semi_major_m =
        wire_si(WIRE_SEMI_AXIS, core->semi_major, known, MESSAGE_SEMI_MAJOR);
    bsm->semi_minor_m =
        wire_si(WIRE_SEMI_AXIS, core->semi_minor, known, MESSAGE_SEMI_MINOR);
    bsm->orientation_deg =
        wire_si(WIRE_ORIENTATION, core->orientation, known, MESSAGE_ORIENTATION);
    bsm->transmission = core->transmission;
    bsm->speed_mps = wire_si(WIRE_SPEED, core->speed, known, MESSAGE_SPEED);
    bsm->heading_deg = wire_heading_deg(core->heading, known, MESSAGE_HEADING);
    bsm->steering_deg = wire_si(WIRE_STEERING, core->angle, known, MESSAGE_STEERING);
    bsm->accel_long_mps2 = wire_si(WIRE_ACCEL, core->accel_long, known, MESSAGE_ACCEL_LONG);
    bsm->accel_lat_mps2 = wire_si(WIRE_ACCEL, core->accel_lat, known, MESSAGE_ACCEL_LAT);
    bsm->accel_vert_mps2 =
        wire_si(WIRE_ACCEL_VERT, core->accel_vert, known, MESSAGE_ACCEL_VERT);
    bsm->yaw_rate_dps = wire_si(WIRE_YAW_RATE, core->yaw, known, MESSAGE_YAW_RATE);
    bsm->wheel_brakes = mirror5(core->wheel_brakes);
    bsm->traction = core->traction;
    bsm->abs = core->abs;
    bsm->scs = core->scs;
    bsm->brake_boost = core->brake_boost;
    bsm->aux_brakes = core->aux_brakes;
    bsm->width_m = wire_si(WIRE_WIDTH, core->width, known, MESSAGE_WIDTH);
    bsm->length_m = wire_si(WIRE_LENGTH, core->length, known, MESSAGE_LENGTH);
}

static void core_from_bsm(const struct message_bsm *bsm, struct bsm_core *core)
{
    uint32_t known = bsm->known;
    core->msg_cnt = bsm->msg_cnt;
    core->id = bsm->id;
    core->sec_mark = known & MESSAGE_DSECOND ? bsm->dsecond_ms : 65535;
    core->lat = (int32_t)wire_raw(WIRE_LAT, known & MESSAGE_LAT, bsm->lat_deg);
    core->lon = (int32_t)wire_raw(WIRE_LON, known & MESSAGE_LON, bsm->lon_deg);
    core->elev = (int32_t)wire_raw(WIRE_ELEV, known & MESSAGE_ELEV, bsm->elev_m);
    core->semi_major =
        (uint8_t)wire_raw(WIRE_SEMI_AXIS, known & MESSAGE_SEMI_MAJOR, bsm->semi_major_m);
    core->semi_minor =
        (uint8_t)wire_raw(WIRE_SEMI_AXIS, known & MESSAGE_SEMI_MINOR, bsm->semi_minor_m);
    core->orientation = (uint16_t)wire_raw(WIRE_ORIENTATION, known & MESSAGE_ORIENTATION,
                                           bsm->orientation_deg);
    core->transmission = bsm->transmission;
    core->speed = (uint16_t)wire_raw(WIRE_SPEED, known & MESSAGE_SPEED, bsm->speed_mps);
    core->heading = (uint16_t)wire_heading(known & MESSAGE_HEADING, bsm->heading_deg);
    core->angle =
        (int8_t)wire_raw(WIRE_STEERING, known & MESSAGE_STEERING, bsm->steering_deg);
    core->accel_long =
        (int16_t)wire_raw(WIRE_ACCEL, known & MESSAGE_ACCEL_LONG, bsm->accel_long_mps2);
    core->accel_lat =
        (int16_t)wire_raw(WIRE_ACCEL, known & MESSAGE_ACCEL_LAT, bsm->accel_lat_mps2);
    core->accel_vert =
        (int8_t)wire_raw(WIRE_ACCEL_VERT, known & MESSAGE_ACCEL_VERT, bsm->accel_vert_mps2);
    core->yaw =
        (int16_t)wire_raw(WIRE_YAW_RATE, known & MESSAGE_YAW_RATE, bsm->yaw_rate_dps);
    core->wheel_brakes = bsm->wheel_brakes < 32 ? mirror5(bsm->wheel_brakes) : 32;
    core->traction = bsm->traction;
    core->abs = bsm->abs;
    core->scs = bsm->scs;
    core->brake_boost = bsm->brake_boost;
    core->aux_brakes = bsm->aux_brakes;
    core->width = (uint16_t)wire_raw(WIRE_WIDTH, known & MESSAGE_WIDTH, bsm->width_m);
    core->length = (uint16_t)wire_raw(WIRE_LENGTH, known & MESSAGE_LENGTH, bsm->length_m);
}

static void read_safety(const struct VehicleSafetyExtensions *pdu, struct message_bsm *bsm)
{
    if (pdu->events) {
        bsm->events = (uint16_t)build_read_bits(pdu->events);
        bsm->known |= MESSAGE_EVENTS;
    }
    if (pdu->lights) {
        bsm->lights = (uint16_t)build_read_bits(pdu->lights);
        bsm->known |= MESSAGE_LIGHTS;
    }
    if (pdu->pathHistory) {
        bsm->crumb_count = safety_read_history(pdu->pathHistory, bsm->crumbs);
    }
    if (pdu->pathPrediction) {
        safety_read_prediction(pdu->pathPrediction, &bsm->prediction);
        bsm->known |= MESSAGE_PREDICTION;
    }
}

void bsm_from_part_ii(const BasicSafetyMessage_t *pdu, const struct trace *trace,
                      struct message_bsm *bsm)
{
    for (int i = 0; pdu->partII && i < pdu->partII->list.count; i++) {
        const struct trace_open *open =
            open_type_find(trace, &pdu->partII->list.array[i]->partII_Value);
        if (open && open->td == &asn_DEF_VehicleSafetyExtensions) {
            read_safety(open->value, bsm);
        } else if (open && open->td == &asn_DEF_SupplementalVehicleExtensions) {
            const struct SupplementalVehicleExtensions *more = open->value;
            if (more->classification) {
                bsm->vehicle_class = (uint8_t)*more->classification;
                bsm->known |= MESSAGE_CLASS;
            }
        }
    }
}

/* An encoded item of Part II. */
struct item {
    unsigned id;
    const uint8_t *octets;
    size_t size;
};

static int make_safety(const struct message_bsm *bsm, struct item *item, struct fail *fail)
{
    struct VehicleSafetyExtensions *pdu = build_take(sizeof *pdu);
    if (bsm->known & MESSAGE_EVENTS) {
        /* The 2024 edition's jackknife is bit 13, beyond the root size. */
        bool jackknife = bsm->events >> MESSAGE_EVENT_JACKKNIFE & 1;
        pdu->events = build_take(sizeof *pdu->events);
        build_bits(pdu->events, bsm->events, BSM_EVENT_BITS + jackknife);
    }
    if (bsm->crumb_count > 0) {
        pdu->pathHistory = safety_make_history(bsm->crumb_count, bsm->crumbs);
    }
    if (bsm->known & MESSAGE_PREDICTION) {
        pdu->pathPrediction = safety_make_prediction(&bsm->prediction);
    }
    if (bsm->known & MESSAGE_LIGHTS) {
        pdu->lights = build_take(sizeof *pdu->lights);
        build_bits(pdu->lights, bsm->lights, BSM_LIGHT_BITS);
    }
    item->id = 0;
    return pdu_encode(&asn_DEF_VehicleSafetyExtensions, pdu, &item->octets, &item->size,
                      fail);
}

static int make_supplemental(const struct message_bsm *bsm, struct item *item,
                             struct fail *fail)
{
    struct SupplementalVehicleExtensions *pdu = build_take(sizeof *pdu);
    pdu->classification = build_long(bsm->vehicle_class);
    item->id = 2;
    return pdu_encode(&asn_DEF_SupplementalVehicleExtensions, pdu, &item->octets,
                      &item->size, fail);
}

static void put_bits(uint8_t *body, size_t *at, uint32_t value, unsigned count)
{
    for (; count > 0; count--, (*at)++) {
        body[*at / 8] |= (uint8_t)((value >> (count - 1) & 1) << (7 - *at % 8));
    }
}

/* Part II behind the core: the preamble's bit, the count, then id, length and octets each.
 */
static void put_items(uint8_t *body, const struct item *items, unsigned count, size_t *at)
{
    *at = BSM_CORE_BITS;
    body[0] |= 0x40;
    put_bits(body, at, count - 1, 3);
    for (unsigned i = 0; i < count; i++) {
        put_bits(body, at, items[i].id, 6);
        if (items[i].size < 128) {
            put_bits(body, at, (uint32_t)items[i].size, 8);
        } else {
            put_bits(body, at, 0x8000 | (uint32_t)items[i].size, 16);
        }
        for (size_t n = 0; n < items[i].size; n++) {
            put_bits(body, at, items[i].octets[n], 8);
        }
    }
}

/* The items of Part II that this BSM needs, encoded; none for a plain one. */
static int make_items(const struct message_bsm *bsm, struct item items[BSM_ITEMS_MAX],
                      unsigned *count, struct fail *fail)
{
    int code = 0;
    *count = 0;
    if (bsm->known & (MESSAGE_EVENTS | MESSAGE_LIGHTS | MESSAGE_PREDICTION) ||
        bsm->crumb_count > 0) {
        code = make_safety(bsm, &items[(*count)++], fail);
    }
    if (!code && bsm->known & MESSAGE_CLASS) {
        code = make_supplemental(bsm, &items[(*count)++], fail);
    }
    return code;
}

int bsm_encode(const struct message_bsm *bsm, uint8_t *out, size_t room, size_t *size,
               struct fail *fail)
{
    struct bsm_core core;
    struct item items[BSM_ITEMS_MAX];
    unsigned count;
    uint8_t frame[BSM_FRAME_SIZE];
    core_from_bsm(bsm, &core);
    if (!bsm_fast_encode(&core, frame)) {
        return fail_set(
            fail, RESULT_USAGE,
            "BSM: msgCnt %u, transmission %u, brakes %u: a value is out of range",
            bsm->msg_cnt, bsm->transmission, bsm->wheel_brakes);
    }
    int code = make_items(bsm, items, &count, fail);
    if (code) {
        return code;
    }
    uint8_t body[BSM_BODY_MAX];
    size_t octets = BSM_BODY_SIZE;
    if (count > 0) {
        size_t bits;
        memset(body, 0, sizeof body);
        memcpy(body, frame + 3, BSM_BODY_SIZE);
        put_items(body, items, count, &bits);
        octets = (bits + 7) / 8;
    }
    size_t head = octets < 128 ? 3 : 4;
    *size = head + octets;
    if (*size > room) {
        return fail_set(fail, RESULT_USAGE, "BSM: %zu octets, room for %zu", *size, room);
    }
    memcpy(out, frame, sizeof frame);
    if (count > 0) {
        out[2] = (uint8_t)(octets < 128 ? octets : 0x80 | octets >> 8);
        out[3] = (uint8_t)octets;
        memcpy(out + head, body, octets);
    }
    return 0;
}
