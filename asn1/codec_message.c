/* SPDX-License-Identifier: Apache-2.0 */
/* Frames to messages in SI units and back. In: octets or a struct message. Out: the other.
 * A BSM without Part II never meets asn1c. */
#include <assert.h>
#include <string.h>

#include "asn1/bsm_fast.h"
#include "asn1/codec_state.h"
#include "asn1/families.h"
#include "asn1/names.h"
#include "asn1/open_types.h"

/* A BSM that is nothing but its core, in a frame of its exact size. */
static bool decode_plain_bsm(const uint8_t *octets, size_t size, struct message *message,
                             struct codec_report *report)
{
    struct bsm_core core;
    struct bsm_preamble preamble;
    size_t body_size;
    size_t bad;
    const uint8_t *body = bsm_fast_body(octets, size, &body_size);
    if (!body || body_size != BSM_BODY_SIZE ||
        !bsm_fast_decode(body, body_size, &core, &preamble, &bad) || preamble.extended ||
        preamble.part_ii || preamble.regional) {
        return false;
    }
    size_t length = (size_t)(body - octets) + body_size;
    (void)codec_describe(octets, size, &report->info);
    report->ok = true;
    report->decoded = true;
    report->consumed = length;
    report->extra = size - length;
    report->offset = 0;
    report->bit = 0;
    report->error[0] = 0;
    report->unknown_count = 0;
    message->type = MESSAGE_BSM;
    message->bsm = (struct message_bsm){0};
    bsm_from_core(&core, &message->bsm);
    return true;
}

/* The core of a BSM that asn1c has already accepted. */
static void read_core(const OCTET_STRING_t *body, struct message_bsm *bsm)
{
    struct bsm_core core;
    struct bsm_preamble preamble;
    size_t bad;
    if (bsm_fast_decode(body->buf, (size_t)body->size, &core, &preamble, &bad)) {
        bsm_from_core(&core, bsm);
    }
}

bool codec_decode_message(struct codec *codec, const uint8_t *octets, size_t size,
                          struct message *message, struct codec_report *report)
{
    message->type = MESSAGE_NONE;
    if (decode_plain_bsm(octets, size, message, report)) {
        return true;
    }
    const MessageFrame_t *frame = codec_open(codec, octets, size, report);
    const struct trace_open *open =
        frame ? open_type_find(&codec->trace, &frame->value) : NULL;
    if (!open) {
        return report->ok;
    }
    if (open->td == &asn_DEF_BasicSafetyMessage) {
        message->type = MESSAGE_BSM;
        message->bsm = (struct message_bsm){0};
        read_core(&frame->value, &message->bsm);
        bsm_from_part_ii(open->value, &codec->trace, &message->bsm);
    } else if (open->td == &asn_DEF_PersonalSafetyMessage) {
        message->type = MESSAGE_PSM;
        message->psm = (struct message_psm){0};
        psm_read(open->value, &message->psm);
    } else if (open->td == &asn_DEF_SPAT) {
        message->type = MESSAGE_SPAT;
        message->spat = (struct message_spat){0};
        spat_read(open->value, &message->spat);
    } else if (open->td == &asn_DEF_MapData) {
        message->type = MESSAGE_MAP;
        message->map = (struct message_map){0};
        mapdata_read(open->value, &message->map);
    } else if (open->td == &asn_DEF_TravelerInformation) {
        message->type = MESSAGE_TIM;
        message->tim = (struct message_tim){0};
        tim_read(open->value, &message->tim);
    } else if (open->td == &asn_DEF_RoadSideAlert) {
        message->type = MESSAGE_RSA;
        message->rsa = (struct message_rsa){0};
        rsa_read(open->value, &message->rsa);
    }
    return true;
}

/* The content, in the turn arena. */
static int encode_content(const struct message *message, const uint8_t **octets,
                          size_t *size, int *id, struct fail *fail)
{
    int code;
    if (message->type == MESSAGE_PSM) {
        PersonalSafetyMessage_t *pdu = build_take(sizeof *pdu);
        *id = 32;
        code = psm_make(&message->psm, pdu, fail);
        return code ? code
                    : pdu_encode(&asn_DEF_PersonalSafetyMessage, pdu, octets, size, fail);
    }
    if (message->type == MESSAGE_SPAT) {
        SPAT_t *pdu = build_take(sizeof *pdu);
        *id = 19;
        code = spat_make(&message->spat, pdu, fail);
        return code ? code : pdu_encode(&asn_DEF_SPAT, pdu, octets, size, fail);
    }
    if (message->type == MESSAGE_MAP) {
        MapData_t *pdu = build_take(sizeof *pdu);
        *id = 18;
        code = mapdata_make(&message->map, pdu, fail);
        return code ? code : pdu_encode(&asn_DEF_MapData, pdu, octets, size, fail);
    }
    if (message->type == MESSAGE_TIM) {
        TravelerInformation_t *pdu = build_take(sizeof *pdu);
        *id = 31;
        code = tim_make(&message->tim, pdu, fail);
        return code ? code
                    : pdu_encode(&asn_DEF_TravelerInformation, pdu, octets, size, fail);
    }
    if (message->type == MESSAGE_RSA) {
        RoadSideAlert_t *pdu = build_take(sizeof *pdu);
        *id = 27;
        code = rsa_make(&message->rsa, pdu, fail);
        return code ? code : pdu_encode(&asn_DEF_RoadSideAlert, pdu, octets, size, fail);
    }
    return fail_set(fail, RESULT_USAGE, "message type %d has no encoding", message->type);
}

/* MessageFrame around a content of less than 16384 octets: id, length determinant, octets.
 */
static int put_frame(int id, const uint8_t *octets, size_t size, uint8_t *out, size_t room,
                     size_t *total, struct fail *fail)
{
    size_t head = size < 128 ? 3 : 4;
    if (size >= 16384 || head + size > room) {
        return fail_set(fail, RESULT_USAGE, "%s: %zu octets, room for %zu",
                        names_of_id(id)->name, head + size, room);
    }
    assert(octets);
    out[0] = 0;
    out[1] = (uint8_t)id;
    out[2] = (uint8_t)(size < 128 ? size : 0x80 | size >> 8);
    if (size >= 128) {
        out[3] = (uint8_t)size;
    }
    memcpy(out + head, octets, size);
    *total = head + size;
    return 0;
}

int codec_encode_message(struct codec *codec, const struct message *message, uint8_t *out,
                         size_t room, size_t *size, struct fail *fail)
{
    const uint8_t *octets = NULL;
    size_t content = 0;
    int id = 0;
    int code;
    turn_begin(&codec->turn);
    if (message->type == MESSAGE_BSM) {
        code = bsm_encode(&message->bsm, out, room, size, fail);
    } else {
        code = encode_content(message, &octets, &content, &id, fail);
        code = code ? code : put_frame(id, octets, content, out, room, size, fail);
    }
    turn_end();
    return code;
}
