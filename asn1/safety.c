/* SPDX-License-Identifier: Apache-2.0 */
/* Path history and path prediction, shared by BSM and PSM. In: asn1c's or our structures.
 * Out: the other. */
#include <PathHistory.h>
#include <PathPrediction.h>

#include "asn1/families.h"
#include "asn1/wire.h"

struct PathHistory *safety_make_history(uint8_t count, const struct message_crumb *crumbs)
{
    struct PathHistory *history = build_take(sizeof *history);
    for (uint8_t i = 0; i < count && i < MESSAGE_CRUMBS_MAX; i++) {
        const struct message_crumb *c = &crumbs[i];
        struct PathHistoryPoint *point = build_take(sizeof *point);
        point->latOffset =
            wire_raw(WIRE_OFFSET_LL, c->known & MESSAGE_LAT, c->lat_offset_deg);
        point->lonOffset =
            wire_raw(WIRE_OFFSET_LL, c->known & MESSAGE_LON, c->lon_offset_deg);
        point->elevationOffset =
            wire_raw(WIRE_OFFSET_ELEV, c->known & MESSAGE_ELEV, c->elev_offset_m);
        point->timeOffset = wire_raw(WIRE_AGE, c->known & MESSAGE_TIMESTAMP, c->age_s);
        if (c->known & MESSAGE_SPEED) {
            point->speed = build_long(wire_raw(WIRE_SPEED, true, c->speed_mps));
        }
        if (c->known & MESSAGE_HEADING) {
            point->heading = build_long(wire_coarse_heading(true, c->heading_deg));
        }
        build_add(&history->crumbData, point);
    }
    return history;
}

uint8_t safety_read_history(const struct PathHistory *pdu, struct message_crumb *crumbs)
{
    uint8_t count = 0;
    for (; count < pdu->crumbData.list.count && count < MESSAGE_CRUMBS_MAX; count++) {
        const struct PathHistoryPoint *point = pdu->crumbData.list.array[count];
        struct message_crumb *c = &crumbs[count];
        *c = (struct message_crumb){0};
        c->lat_offset_deg =
            wire_si(WIRE_OFFSET_LL, point->latOffset, &c->known, MESSAGE_LAT);
        c->lon_offset_deg =
            wire_si(WIRE_OFFSET_LL, point->lonOffset, &c->known, MESSAGE_LON);
        c->elev_offset_m =
            wire_si(WIRE_OFFSET_ELEV, point->elevationOffset, &c->known, MESSAGE_ELEV);
        c->age_s = wire_si(WIRE_AGE, point->timeOffset, &c->known, MESSAGE_TIMESTAMP);
        if (point->speed) {
            c->speed_mps = wire_si(WIRE_SPEED, *point->speed, &c->known, MESSAGE_SPEED);
        }
        if (point->heading) {
            c->heading_deg =
                wire_coarse_heading_deg(*point->heading, &c->known, MESSAGE_HEADING);
        }
    }
    return count;
}

struct PathPrediction *safety_make_prediction(const struct message_prediction *prediction)
{
    struct PathPrediction *pdu = build_take(sizeof *pdu);
    pdu->radiusOfCurve = wire_raw(WIRE_RADIUS, !prediction->straight, prediction->radius_m);
    pdu->confidence = wire_raw(WIRE_PERCENT, true, prediction->confidence_percent);
    return pdu;
}

void safety_read_prediction(const struct PathPrediction *pdu,
                            struct message_prediction *prediction)
{
    uint32_t known = 0;
    prediction->radius_m = wire_si(WIRE_RADIUS, pdu->radiusOfCurve, &known, 1);
    prediction->straight = known == 0;
    prediction->confidence_percent = (double)pdu->confidence / 2;
}
