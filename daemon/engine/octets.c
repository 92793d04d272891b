/* SPDX-License-Identifier: Apache-2.0 */
/* Between messages and octets: what is sent is encoded once and read back, what is heard is
 * decoded; either way the claim comes from the octets and says never more than they do. */
#include <string.h>

#include "engine/claims.h"
#include "engine/inside.h"

static int encode(struct engine *e, const struct emission *em, size_t *size,
                  struct fail *fail)
{
    return em->msg_type < MSG_ITS_FIRST
               ? codec_encode_message(e->codec, em->message, e->encoded, sizeof e->encoded,
                                      size, fail)
               : its_encode_any(e->its, em->message, e->encoded, sizeof e->encoded, size,
                                fail);
}

/* What octets say, into e->message, as far as we decode their type. false: they are not
 * what they say they are, and *error says why. */
static bool decode(struct engine *e, uint8_t msg_type, const uint8_t *octets, size_t size,
                   bool *decoded, const char **error)
{
    e->read_known = false;
    if (msg_type < MSG_ITS_FIRST) {
        bool ok = codec_decode_message(e->codec, octets, size, &e->message, &e->report);
        *decoded = e->report.decoded;
        *error = e->report.error;
        return ok;
    }
    bool ok = its_decode_any(e->its, octets, size, &e->message, &e->its_report);
    *decoded = e->its_report.decoded;
    *error = e->its_report.error;
    return ok;
}

/* A synthetic emission is put into octets and read back: a claim never knows more than the
 * air. */
int octets_sent(struct engine *e, struct emission *em, size_t *used, struct fail *fail)
{
    size_t size = 0;
    int code = encode(e, em, &size, fail);
    if (code < 0) {
        return fail_wrap(fail, "%s of %s", kinds_msg_type[em->msg_type],
                         engine_id(e, em->sender_idx));
    }
    if (*used + size > e->tick_octets_room) {
        return fail_set(fail, RESULT_WORLD, "more than %zu octets sent in one tick",
                        e->tick_octets_room);
    }
    uint8_t *octets = e->tick_octets + *used;
    memcpy(octets, e->encoded, size);
    *used += size;
    em->octets = octets;
    em->size = (uint16_t)size;
    bool decoded;
    const char *error;
    if (!decode(e, em->msg_type, octets, size, &decoded, &error)) {
        return fail_set(fail, RESULT_WORLD, "%s of %s does not read back: %s",
                        kinds_msg_type[em->msg_type], engine_id(e, em->sender_idx), error);
    }
    em->claim = claims_of(&e->message, em->t_tx, &e->origin);
    roads_sent(e, em, &e->message);
    return 0;
}

void octets_origin(struct engine *e, double lat_deg, double lon_deg, double elev_m)
{
    if (!e->origin_known && lat_deg > -89 && lat_deg < 89) {
        e->origin = geo_origin_init(lat_deg, lon_deg, elev_m);
        e->origin_known = true;
    }
}

/* Replay: SPAT and MAP say for which intersection they speak. */
static void key_by_intersection(struct emission *em, const struct message *m)
{
    if (m->type == MESSAGE_SPAT && m->spat.intersection_count > 0) {
        em->source_key = UINT64_C(1) << 40 |
                         (uint32_t)m->spat.intersections[0].region << 16 |
                         m->spat.intersections[0].id;
    } else if (m->type == MESSAGE_MAP && m->map.intersection_total > 0) {
        em->source_key = UINT64_C(1) << 40 | (uint32_t)m->map.region << 16 | m->map.id;
    }
}

void octets_heard(struct engine *e, struct emission *em)
{
    struct tai stamped = tai_add(em->t_heard, span_ns(-em->shift.ns));
    bool decoded;
    const char *error;
    bool ok = decode(e, em->msg_type, em->octets, em->size, &decoded, &error);
    em->claim = claims_of(&e->message, stamped, &e->origin);
    e->totals.undecodable += !ok;
    e->totals.carried += ok && !decoded;
    if (em->claim.known & CLAIM_POSITION) {
        octets_origin(e, em->claim.lat_deg, em->claim.lon_deg, em->claim.elev_m);
        geo_to_enu(&e->origin, em->claim.lat_deg, em->claim.lon_deg, &em->claim.x_m,
                   &em->claim.y_m);
    }
    if (!(em->claim.known & CLAIM_TIME) && em->has_signed_time) {
        em->claim.t_gen = em->t_signed;
        em->claim.known |= CLAIM_TIME;
    }
    em->claim.t_gen = tai_add(em->claim.t_gen, em->shift);
    em->t_gen = em->claim.known & CLAIM_TIME ? em->claim.t_gen : em->t_heard;
    key_by_intersection(em, &e->message);
}

/* Messages that a driver reads beyond their claim. */
static bool is_read(uint8_t msg_type)
{
    return msg_type == MSG_SPAT || msg_type == MSG_TIM || msg_type == MSG_RSA ||
           msg_type == MSG_SPATEM || msg_type == MSG_DENM;
}

bool octets_read(struct engine *e, const struct flight_message *m, uint64_t msg_uid)
{
    if (!is_read(m->msg_type) || !m->octets) {
        return false;
    }
    if (!e->read_known || e->read_uid != msg_uid) {
        bool decoded;
        const char *error;
        e->read_ok = decode(e, m->msg_type, m->octets, m->size, &decoded, &error);
        e->read_uid = msg_uid;
        e->read_known = true;
    }
    return e->read_ok;
}
