/* SPDX-License-Identifier: Apache-2.0 */
/* SPATEM and MAPEM (TS 103 301) as messages in SI units: six octets of header, then the
 * SPAT or MAP of J2735. In: a message or a PDU. Out: the other.
 *
 * The header ends on an octet, and the bodies are the same bits but for one number: ETSI
 * counts longitudes from -1800000000, J2735 from -1799999999. So a reference point goes one
 * step east before J2735's encoder, and one back after its decoder. */
#include <string.h>

#include "asn1/families.h"
#include "asn1/its/its_state.h"

enum { ROADS_VERSION = 2, ROADS_SPATEM = 4, ROADS_MAPEM = 5, ROADS_EAST = 1 };

static void shift_reference(MapData_t *map, long steps)
{
    for (int i = 0; map->intersections && i < map->intersections->list.count; i++) {
        map->intersections->list.array[i]->refPoint.Long += steps;
    }
}

static int make_body(const struct message *message, const uint8_t **body, size_t *size,
                     struct fail *fail)
{
    int code;
    if (message->type == MESSAGE_SPATEM) {
        SPAT_t *spat = build_take(sizeof *spat);
        code = spat_make(&message->spat, spat, fail);
        return code ? code : pdu_encode(&asn_DEF_SPAT, spat, body, size, fail);
    }
    MapData_t *map = build_take(sizeof *map);
    code = mapdata_make(&message->map, map, fail);
    shift_reference(map, ROADS_EAST);
    return code ? code : pdu_encode(&asn_DEF_MapData, map, body, size, fail);
}

int its_roads_make(const struct message *message, uint8_t *out, size_t room, size_t *size,
                   struct fail *fail)
{
    const uint8_t *body = NULL;
    size_t got = 0;
    if (message->type != MESSAGE_SPATEM && message->type != MESSAGE_MAPEM) {
        return fail_set(fail, RESULT_USAGE, "message type %d has no ETSI encoding",
                        message->type);
    }
    int code = make_body(message, &body, &got, fail);
    if (!code && ITS_HEADER_SIZE + got > room) {
        code = fail_set(fail, RESULT_USAGE, "%zu octets, room for %zu",
                        ITS_HEADER_SIZE + got, room);
    }
    if (code) {
        return code;
    }
    out[0] = ROADS_VERSION;
    out[1] = message->type == MESSAGE_SPATEM ? ROADS_SPATEM : ROADS_MAPEM;
    for (int i = 0; i < 4; i++) {
        out[2 + i] = (uint8_t)(message->station_id >> (24 - 8 * i));
    }
    memcpy(out + ITS_HEADER_SIZE, body, got);
    *size = ITS_HEADER_SIZE + got;
    return 0;
}

bool its_roads_read(struct its *its, const uint8_t *pdu, size_t size,
                    struct message *message)
{
    size_t consumed;
    struct its_info info;
    if (!its_describe(pdu, size, &info) ||
        (info.message_id != ROADS_SPATEM && info.message_id != ROADS_MAPEM)) {
        return false;
    }
    trace_clear(&its->trace);
    bool spat = info.message_id == ROADS_SPATEM;
    void *body = pdu_decode(spat ? &asn_DEF_SPAT : &asn_DEF_MapData, pdu + ITS_HEADER_SIZE,
                            size - ITS_HEADER_SIZE, &its->trace, &consumed);
    if (!body) {
        return false;
    }
    message->station_id = info.station_id;
    if (spat) {
        message->type = MESSAGE_SPATEM;
        message->spat = (struct message_spat){0};
        spat_read(body, &message->spat);
    } else {
        shift_reference(body, -ROADS_EAST);
        message->type = MESSAGE_MAPEM;
        message->map = (struct message_map){0};
        mapdata_read(body, &message->map);
    }
    return true;
}
