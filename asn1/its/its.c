/* SPDX-License-Identifier: Apache-2.0 */
/* PDUs to JSON and to plain values, and back. In: octets, text or a claim. Out: the other,
 * and a report. */
#include "asn1/its/its.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ItsCpmBare.h>

#include "asn1/its/its_state.h"
#include "asn1/jer.h"
#include "model/message.h"

/* As much as a codec of J2735 takes: a PDU is at most 64 KiB, and expands by less. */
enum { ITS_TURN_SIZE = 4 << 20 };

static void settle_all(void)
{
    const struct its_row *row;
    for (size_t i = 0; (row = its_row_at(i)); i++) {
        pdu_settle_type(row->type);
        if (row->variant) {
            pdu_settle_type(row->variant);
        }
    }
}

struct its *its_new(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct its *its = calloc(1, sizeof *its);
    if (!its || !turn_init(&its->turn, ITS_TURN_SIZE)) {
        free(its);
        return NULL;
    }
    /* J2735's types first, by its own rule: ours contain them. */
    turn_begin(&its->turn);
    pdu_settle();
    its->turn.dialect = &its_dialect;
    (void)pthread_once(&once, settle_all);
    turn_end();
    return its;
}

void its_free(struct its *its)
{
    if (its) {
        turn_close(&its->turn);
        free(its);
    }
}

bool its_describe(const uint8_t *octets, size_t size, struct its_info *info)
{
    *info = (struct its_info){.name = "", .edition = ""};
    if (size < ITS_HEADER_SIZE) {
        return false;
    }
    info->protocol_version = octets[0];
    info->message_id = octets[1];
    info->station_id = (uint32_t)octets[2] << 24 | (uint32_t)octets[3] << 16 |
                       (uint32_t)octets[4] << 8 | octets[5];
    info->name = its_name_of(info->message_id);
    const struct its_row *row = its_row_of(octets[0], octets[1]);
    if (row) {
        info->edition = row->edition;
        info->decodable = true;
    }
    return true;
}

static void report_clear(struct its_report *report)
{
    report->ok = false;
    report->decoded = false;
    report->consumed = 0;
    report->offset = 0;
    report->bit = 0;
    report->error[0] = 0;
    report->unknown_count = 0;
}

static void report_unknown(const struct trace *trace, struct its_report *report)
{
    report->unknown_count = trace->unknown_count;
    for (size_t i = 0; i < trace->unknown_count && i < CODEC_UNKNOWN_MAX; i++) {
        memcpy(report->unknown[i].path, trace->unknown[i].path, CODEC_PATH);
        report->unknown[i].size = trace->unknown[i].size;
    }
}

/* A PDU of that type to its last octet, or NULL and what the trace says. */
static void *decode_whole(struct its *its, asn_TYPE_descriptor_t *type,
                          const uint8_t *octets, size_t size, struct its_report *report)
{
    trace_clear(&its->trace);
    void *pdu = pdu_decode(type, octets, size, &its->trace, &report->consumed);
    if (pdu && report->consumed < size) {
        trace_fail(&its->trace, report->consumed * 8, "has %zu octets left over behind it",
                   size - report->consumed);
        return NULL;
    }
    return pdu;
}

/* The same octets read another way give something too often. So a variant is believed only
 * if each of its containers is of a kind we know, and nothing in it is unknown. */
static void *decode_variant(struct its *its, asn_TYPE_descriptor_t *type,
                            const uint8_t *octets, size_t size, struct its_report *report)
{
    ItsCpmBare_t *pdu = decode_whole(its, type, octets, size, report);
    bool plain = pdu && its->trace.unknown_count == 0 &&
                 its->trace.open_count == (size_t)pdu->payload.cpmContainers.list.count;
    return plain ? pdu : NULL;
}

void *its_open(struct its *its, const uint8_t *octets, size_t size,
               asn_TYPE_descriptor_t **type, struct its_report *report)
{
    report_clear(report);
    turn_begin(&its->turn);
    if (!its_describe(octets, size, &report->info) || size > ITS_PDU_MAX) {
        report->offset = size;
        (void)snprintf(report->error, sizeof report->error, "ItsPduHeader %s",
                       size > ITS_PDU_MAX ? "begins more than 65536 octets"
                                          : "ends inside");
        return NULL;
    }
    const struct its_row *row = its_row_of(octets[0], octets[1]);
    if (!row) {
        report->ok = true;
        return NULL;
    }
    *type = row->type;
    void *pdu = decode_whole(its, row->type, octets, size, report);
    if (!pdu && row->variant) {
        *type = row->variant;
        report->info.edition = row->variant_edition;
        pdu = decode_variant(its, row->variant, octets, size, report);
    }
    if (!pdu && row->variant) {
        /* Neither: tell what is wrong by the standard. */
        report->info.edition = row->edition;
        (void)decode_whole(its, row->type, octets, size, report);
    }
    report_unknown(&its->trace, report);
    report->ok = pdu != NULL;
    report->decoded = report->ok;
    if (!pdu) {
        report->offset = its->trace.bit / 8;
        report->bit = (int)(its->trace.bit % 8);
        (void)snprintf(report->error, sizeof report->error, "%s%s%s %s", report->info.name,
                       its->trace.path[0] ? "." : "", its->trace.path, its->trace.why);
    }
    return pdu;
}

bool its_decode_json(struct its *its, const uint8_t *octets, size_t size, struct bytes *jer,
                     struct bytes *si, struct its_report *report)
{
    asn_TYPE_descriptor_t *type = NULL;
    void *pdu = its_open(its, octets, size, &type, report);
    if (pdu && jer) {
        jer_print(jer, type, pdu, &its->trace, JER_RAW, &its->kept);
    }
    if (pdu && si) {
        jer_print(si, type, pdu, &its->trace, JER_SI, &its->kept);
    }
    turn_end();
    return report->ok;
}

bool its_decode_message(struct its *its, const uint8_t *octets, size_t size,
                        struct its_claim *claim, struct its_report *report)
{
    *claim = (struct its_claim){.kind = ITS_NONE};
    asn_TYPE_descriptor_t *type = NULL;
    void *pdu = its_open(its, octets, size, &type, report);
    if (pdu) {
        its_read(type, pdu, claim);
    }
    turn_end();
    return report->ok;
}

/* The row that the header of a JSON PDU asks for. */
static const struct its_row *row_of_json(const json_t *json, struct fail *fail)
{
    const json_t *header = json_object_get(json, "header");
    const json_t *version = json_object_get(header, "protocolVersion");
    const json_t *id = json_object_get(header, "messageID");
    if (!id) {
        id = json_object_get(header, "messageId");
    }
    if (!json_is_integer(version) || !json_is_integer(id)) {
        (void)fail_set(fail, RESULT_USAGE,
                       "header.protocolVersion and header.messageID must be integers");
        return NULL;
    }
    json_int_t v = json_integer_value(version);
    json_int_t m = json_integer_value(id);
    const struct its_row *row =
        v >= 0 && v <= 255 && m >= 0 && m <= 255 ? its_row_of((int)v, (int)m) : NULL;
    if (!row) {
        (void)fail_set(fail, RESULT_USAGE,
                       "header: no message of protocol version %lld and id %lld",
                       (long long)v, (long long)m);
    }
    return row;
}

static int encode_text(struct its *its, const char *text, enum jer_form form,
                       struct bytes *out, struct fail *fail)
{
    json_error_t error;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (!json) {
        return fail_set(fail, RESULT_USAGE, "JSON, line %d column %d: %s", error.line,
                        error.column, error.text);
    }
    const uint8_t *octets = NULL;
    size_t size = 0;
    int code = RESULT_USAGE;
    turn_begin(&its->turn);
    const struct its_row *row = row_of_json(json, fail);
    void *pdu = row ? jer_build(row->type, json, form, fail) : NULL;
    if (pdu) {
        code = pdu_encode(row->type, pdu, &octets, &size, fail);
    }
    if (!code) {
        bytes_put(out, octets, size);
    }
    turn_end();
    json_decref(json);
    return code;
}

int its_encode_json(struct its *its, const char *jer, struct bytes *out, struct fail *fail)
{
    return encode_text(its, jer, JER_RAW, out, fail);
}

int its_encode_si(struct its *its, const char *si, struct bytes *out, struct fail *fail)
{
    return encode_text(its, si, JER_SI, out, fail);
}

int its_encode_message(struct its *its, const struct its_claim *claim, uint8_t *out,
                       size_t room, size_t *size, struct fail *fail)
{
    asn_TYPE_descriptor_t *type = NULL;
    void *pdu = NULL;
    const uint8_t *octets = NULL;
    size_t got = 0;
    turn_begin(&its->turn);
    int code = its_make(claim, &type, &pdu, fail);
    if (!code) {
        code = pdu_encode(type, pdu, &octets, &got, fail);
    }
    if (!code && got > room) {
        code = fail_set(fail, RESULT_USAGE, "%s: %zu octets, room for %zu", type->name, got,
                        room);
    }
    if (!code) {
        memcpy(out, octets, got);
        *size = got;
    }
    turn_end();
    return code;
}

int its_encode_any(struct its *its, const struct message *message, uint8_t *out,
                   size_t room, size_t *size, struct fail *fail)
{
    if (message->type == MESSAGE_ITS) {
        return its_encode_message(its, &message->its, out, room, size, fail);
    }
    turn_begin(&its->turn);
    int code = its_roads_make(message, out, room, size, fail);
    turn_end();
    return code;
}

bool its_decode_any(struct its *its, const uint8_t *octets, size_t size,
                    struct message *message, struct its_report *report)
{
    asn_TYPE_descriptor_t *type = NULL;
    void *pdu = its_open(its, octets, size, &type, report);
    message->type = MESSAGE_NONE;
    if (pdu && !its_roads_read(its, octets, size, message)) {
        message->its = (struct its_claim){.kind = ITS_NONE};
        its_read(type, pdu, &message->its);
        message->type = message->its.kind == ITS_NONE ? MESSAGE_NONE : MESSAGE_ITS;
    }
    turn_end();
    return report->ok;
}

uint16_t its_generation_delta(struct tai t)
{
    int64_t ms = t.ns / TIME_NS_PER_MS - (t.ns % TIME_NS_PER_MS < 0);
    return (uint16_t)((uint64_t)ms & 0xffff);
}

struct tai its_unfold(uint16_t generation_delta_ms, struct tai near)
{
    int64_t ms = near.ns / TIME_NS_PER_MS - (near.ns % TIME_NS_PER_MS < 0);
    int64_t ahead = (int64_t)((uint64_t)(generation_delta_ms - ms) & 0xffff);
    if (ahead >= 0x8000) {
        ahead -= 0x10000;
    }
    return (struct tai){(ms + ahead) * TIME_NS_PER_MS};
}
