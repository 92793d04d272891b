/* SPDX-License-Identifier: Apache-2.0 */
/* PersonalSafetyMessage in SI units. In: asn1c's structure or ours. Out: the other. */
#include <AccelerationSet4Way.h>
#include <PathHistory.h>
#include <PathPrediction.h>
#include <PropelledInformation.h>

#include "asn1/families.h"
#include "asn1/wire.h"

enum { PSM_USE_STATE_BITS = 9 };

enum {
    PSM_ACCEL =
        MESSAGE_ACCEL_LONG | MESSAGE_ACCEL_LAT | MESSAGE_ACCEL_VERT | MESSAGE_YAW_RATE
};

static void read_options(const PersonalSafetyMessage_t *pdu, struct message_psm *psm)
{
    uint32_t *known = &psm->known;
    if (pdu->accelSet) {
        const AccelerationSet4Way_t *a = pdu->accelSet;
        psm->accel_long_mps2 = wire_si(WIRE_ACCEL, a->Long, known, MESSAGE_ACCEL_LONG);
        psm->accel_lat_mps2 = wire_si(WIRE_ACCEL, a->lat, known, MESSAGE_ACCEL_LAT);
        psm->accel_vert_mps2 = wire_si(WIRE_ACCEL_VERT, a->vert, known, MESSAGE_ACCEL_VERT);
        psm->yaw_rate_dps = wire_si(WIRE_YAW_RATE, a->yaw, known, MESSAGE_YAW_RATE);
    }
    if (pdu->pathHistory) {
        psm->crumb_count = safety_read_history(pdu->pathHistory, psm->crumbs);
    }
    if (pdu->pathPrediction) {
        safety_read_prediction(pdu->pathPrediction, &psm->prediction);
        *known |= MESSAGE_PREDICTION;
    }
    if (pdu->propulsion) {
        psm->propelled = (uint8_t)(pdu->propulsion->present - 1);
        psm->propulsion = (uint8_t)pdu->propulsion->choice.human;
        *known |= MESSAGE_PROPULSION;
    }
    if (pdu->useState) {
        psm->use_state = (uint16_t)build_read_bits(pdu->useState);
        *known |= MESSAGE_USE_STATE;
    }
    if (pdu->crossRequest) {
        psm->cross_request = *pdu->crossRequest != 0;
        *known |= MESSAGE_CROSS_REQUEST;
    }
    if (pdu->crossState) {
        psm->cross_state = *pdu->crossState != 0;
        *known |= MESSAGE_CROSS_STATE;
    }
    if (pdu->clusterSize) {
        psm->cluster_size = (uint8_t)*pdu->clusterSize;
        *known |= MESSAGE_CLUSTER_SIZE;
    }
    if (pdu->clusterRadius) {
        psm->cluster_radius_m = (double)*pdu->clusterRadius;
        *known |= MESSAGE_CLUSTER_RADIUS;
    }
}

void psm_read(const PersonalSafetyMessage_t *pdu, struct message_psm *psm)
{
    uint32_t *known = &psm->known;
    psm->person = (uint8_t)pdu->basicType;
    psm->msg_cnt = (uint8_t)pdu->msgCnt;
    psm->id = build_read_octets(&pdu->id);
    if (pdu->secMark < 61000) {
        psm->dsecond_ms = (uint16_t)pdu->secMark;
        *known |= MESSAGE_DSECOND;
    }
    psm->lat_deg = wire_si(WIRE_LAT, pdu->position.lat, known, MESSAGE_LAT);
    psm->lon_deg = wire_si(WIRE_LON, pdu->position.Long, known, MESSAGE_LON);
    if (pdu->position.elevation) {
        psm->elev_m = wire_si(WIRE_ELEV, *pdu->position.elevation, known, MESSAGE_ELEV);
    }
    psm->semi_major_m =
        wire_si(WIRE_SEMI_AXIS, pdu->accuracy.semiMajor, known, MESSAGE_SEMI_MAJOR);
    psm->semi_minor_m =
        wire_si(WIRE_SEMI_AXIS, pdu->accuracy.semiMinor, known, MESSAGE_SEMI_MINOR);
    psm->orientation_deg =
        wire_si(WIRE_ORIENTATION, pdu->accuracy.orientation, known, MESSAGE_ORIENTATION);
    psm->speed_mps = wire_si(WIRE_SPEED, pdu->speed, known, MESSAGE_SPEED);
    psm->heading_deg = wire_heading_deg(pdu->heading, known, MESSAGE_HEADING);
    read_options(pdu, psm);
}

static void make_options(const struct message_psm *psm, PersonalSafetyMessage_t *pdu)
{
    uint32_t known = psm->known;
    if (known & PSM_ACCEL) {
        AccelerationSet4Way_t *a = build_take(sizeof *a);
        a->Long = wire_raw(WIRE_ACCEL, known & MESSAGE_ACCEL_LONG, psm->accel_long_mps2);
        a->lat = wire_raw(WIRE_ACCEL, known & MESSAGE_ACCEL_LAT, psm->accel_lat_mps2);
        a->vert =
            wire_raw(WIRE_ACCEL_VERT, known & MESSAGE_ACCEL_VERT, psm->accel_vert_mps2);
        a->yaw = wire_raw(WIRE_YAW_RATE, known & MESSAGE_YAW_RATE, psm->yaw_rate_dps);
        pdu->accelSet = a;
    }
    if (psm->crumb_count > 0) {
        pdu->pathHistory = safety_make_history(psm->crumb_count, psm->crumbs);
    }
    if (known & MESSAGE_PREDICTION) {
        pdu->pathPrediction = safety_make_prediction(&psm->prediction);
    }
    if (known & MESSAGE_PROPULSION) {
        pdu->propulsion = build_take(sizeof *pdu->propulsion);
        pdu->propulsion->present = psm->propelled + 1;
        pdu->propulsion->choice.human = psm->propulsion;
    }
    if (known & MESSAGE_USE_STATE) {
        pdu->useState = build_take(sizeof *pdu->useState);
        build_bits(pdu->useState, psm->use_state, PSM_USE_STATE_BITS);
    }
    if (known & MESSAGE_CROSS_REQUEST) {
        pdu->crossRequest = build_take(sizeof *pdu->crossRequest);
        *pdu->crossRequest = psm->cross_request;
    }
    if (known & MESSAGE_CROSS_STATE) {
        pdu->crossState = build_take(sizeof *pdu->crossState);
        *pdu->crossState = psm->cross_state;
    }
    if (known & MESSAGE_CLUSTER_SIZE) {
        pdu->clusterSize = build_long(psm->cluster_size);
    }
    if (known & MESSAGE_CLUSTER_RADIUS) {
        pdu->clusterRadius =
            build_long(wire_raw(WIRE_CLUSTER_RADIUS, true, psm->cluster_radius_m));
    }
}

int psm_make(const struct message_psm *psm, PersonalSafetyMessage_t *pdu, struct fail *fail)
{
    uint32_t known = psm->known;
    if (psm->msg_cnt > 127 || psm->person > MESSAGE_ANIMAL || psm->cluster_size > 3 ||
        psm->propelled > MESSAGE_BY_MOTOR ||
        psm->propulsion > (psm->propelled == MESSAGE_BY_ANIMAL ? 3 : 5)) {
        return fail_set(
            fail, RESULT_USAGE,
            "PSM: msgCnt %u, person %u, cluster %u, propulsion %u/%u: a value is "
            "out of range",
            psm->msg_cnt, psm->person, psm->cluster_size, psm->propelled, psm->propulsion);
    }
    pdu->basicType = psm->person;
    pdu->secMark = known & MESSAGE_DSECOND ? psm->dsecond_ms : 65535;
    pdu->msgCnt = psm->msg_cnt;
    build_octets(&pdu->id, psm->id);
    pdu->position.lat = wire_raw(WIRE_LAT, known & MESSAGE_LAT, psm->lat_deg);
    pdu->position.Long = wire_raw(WIRE_LON, known & MESSAGE_LON, psm->lon_deg);
    if (known & MESSAGE_ELEV) {
        pdu->position.elevation = build_long(wire_raw(WIRE_ELEV, true, psm->elev_m));
    }
    pdu->accuracy.semiMajor =
        wire_raw(WIRE_SEMI_AXIS, known & MESSAGE_SEMI_MAJOR, psm->semi_major_m);
    pdu->accuracy.semiMinor =
        wire_raw(WIRE_SEMI_AXIS, known & MESSAGE_SEMI_MINOR, psm->semi_minor_m);
    pdu->accuracy.orientation =
        wire_raw(WIRE_ORIENTATION, known & MESSAGE_ORIENTATION, psm->orientation_deg);
    pdu->speed = wire_raw(WIRE_SPEED, known & MESSAGE_SPEED, psm->speed_mps);
    pdu->heading = wire_heading(known & MESSAGE_HEADING, psm->heading_deg);
    make_options(psm, pdu);
    return 0;
}
