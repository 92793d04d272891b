/* SPDX-License-Identifier: Apache-2.0 */
/* RoadSideAlert in SI units. In: asn1c's structure or ours. Out: the other. */
#include <FullPositionVector.h>

#include "asn1/families.h"
#include "asn1/wire.h"

enum { RSA_SLICES = 16, RSA_PRIORITY_SHIFT = 5, RSA_FOREVER = 15 };

static void read_place(const FullPositionVector_t *p, struct message_rsa *rsa)
{
    rsa->lat_deg = wire_si(WIRE_LAT, p->lat, &rsa->known, MESSAGE_LAT);
    rsa->lon_deg = wire_si(WIRE_LON, p->Long, &rsa->known, MESSAGE_LON);
    if (p->elevation) {
        rsa->elev_m = wire_si(WIRE_ELEV, *p->elevation, &rsa->known, MESSAGE_ELEV);
    }
    if (p->heading) {
        rsa->heading_deg = wire_heading_deg(*p->heading, &rsa->known, MESSAGE_HEADING);
    }
}

void rsa_read(const RoadSideAlert_t *pdu, struct message_rsa *rsa)
{
    rsa->msg_cnt = (uint8_t)pdu->msgCnt;
    if (pdu->timeStamp && *pdu->timeStamp < 527040) {
        rsa->minute_of_year = (int32_t)*pdu->timeStamp;
        rsa->known |= MESSAGE_MINUTE;
    }
    rsa->event = (uint16_t)pdu->typeEvent;
    for (int i = 0; pdu->description && i < pdu->description->list.count; i++) {
        rsa->itis[rsa->itis_count++] = (uint16_t)*pdu->description->list.array[i];
    }
    if (pdu->priority) {
        rsa->priority = (uint8_t)(pdu->priority->buf[0] >> RSA_PRIORITY_SHIFT);
    }
    rsa->direction = pdu->heading ? (uint16_t)build_read_bits(pdu->heading) : 0;
    rsa->extent = pdu->extent ? (uint8_t)*pdu->extent : 0;
    if (pdu->position) {
        read_place(pdu->position, rsa);
    }
}

static FullPositionVector_t *make_place(const struct message_rsa *rsa)
{
    FullPositionVector_t *p = build_take(sizeof *p);
    p->lat = wire_raw(WIRE_LAT, true, rsa->lat_deg);
    p->Long = wire_raw(WIRE_LON, true, rsa->lon_deg);
    if (rsa->known & MESSAGE_ELEV) {
        p->elevation = build_long(wire_raw(WIRE_ELEV, true, rsa->elev_m));
    }
    if (rsa->known & MESSAGE_HEADING) {
        p->heading = build_long(wire_heading(true, rsa->heading_deg));
    }
    return p;
}

int rsa_make(const struct message_rsa *rsa, RoadSideAlert_t *pdu, struct fail *fail)
{
    if (rsa->msg_cnt > 127 || rsa->priority > 7 || rsa->extent > RSA_FOREVER ||
        rsa->itis_count > sizeof rsa->itis / sizeof rsa->itis[0] ||
        ((rsa->known & MESSAGE_MINUTE) &&
         (rsa->minute_of_year < 0 || rsa->minute_of_year > 527040))) {
        return fail_set(
            fail, RESULT_USAGE,
            "RSA: needs a count of at most 127, a priority of at most 7, at most 8 "
            "codes, an extent of at most 15 and a minute of the year");
    }
    pdu->msgCnt = rsa->msg_cnt;
    pdu->timeStamp = rsa->known & MESSAGE_MINUTE ? build_long(rsa->minute_of_year) : NULL;
    pdu->typeEvent = rsa->event;
    for (uint8_t i = 0; i < rsa->itis_count; i++) {
        pdu->description =
            pdu->description ? pdu->description : build_take(sizeof *pdu->description);
        build_add(pdu->description, build_long(rsa->itis[i]));
    }
    pdu->priority = build_take(sizeof *pdu->priority);
    pdu->priority->size = 1;
    pdu->priority->buf = build_take(1);
    pdu->priority->buf[0] = (uint8_t)(rsa->priority << RSA_PRIORITY_SHIFT);
    pdu->heading = build_take(sizeof *pdu->heading);
    build_bits(pdu->heading, rsa->direction, RSA_SLICES);
    pdu->extent = build_long(rsa->extent);
    if ((rsa->known & MESSAGE_LAT) && (rsa->known & MESSAGE_LON)) {
        pdu->position = make_place(rsa);
    }
    return 0;
}
