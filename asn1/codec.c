/* SPDX-License-Identifier: Apache-2.0 */
/* Frames to JSON and back. In: octets or text. Out: the other, and a report. */
#include "asn1/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/codec_state.h"
#include "asn1/jer.h"
#include "asn1/names.h"
#include "asn1/open_types.h"

/* Enough for any frame of 64 KiB met so far many times over; a hostile one is refused. */
enum { CODEC_TURN_SIZE = 4 << 20 };

struct codec *codec_new(void)
{
    struct codec *codec = calloc(1, sizeof *codec);
    if (codec && !turn_init(&codec->turn, CODEC_TURN_SIZE)) {
        free(codec);
        codec = NULL;
    }
    if (codec) {
        turn_begin(&codec->turn);
        pdu_settle();
        turn_end();
    }
    return codec;
}

void codec_free(struct codec *codec)
{
    if (codec) {
        turn_close(&codec->turn);
        free(codec);
    }
}

bool codec_describe(const uint8_t *octets, size_t size, struct codec_info *info)
{
    *info = (struct codec_info){.type = "", .name = ""};
    if (size < 2) {
        return false;
    }
    bool extended = octets[0] & 0x80;
    info->message_id = (octets[0] & 0x7F) << 8 | octets[1];
    const struct message_name *name = names_of_id(info->message_id);
    if (name) {
        info->type = name->type;
        info->name = name->name;
        info->known = true;
        info->decodable = name->decodable;
    }
    if (!extended && size >= 3 && octets[2] < 0x80) {
        info->length = 3 + (size_t)octets[2];
    } else if (!extended && size >= 4 && octets[2] < 0xC0) {
        info->length = 4 + ((size_t)(octets[2] & 0x3F) << 8 | octets[3]);
    }
    return true;
}

static void report_failure(const struct trace *trace, struct codec_report *report)
{
    report->offset = trace->bit / 8;
    report->bit = (int)(trace->bit % 8);
    (void)snprintf(report->error, sizeof report->error, "%s %s",
                   trace->path[0] ? trace->path : "MessageFrame", trace->why);
}

static void report_unknown(const struct trace *trace, struct codec_report *report)
{
    report->unknown_count = trace->unknown_count;
    for (size_t i = 0; i < trace->unknown_count && i < CODEC_UNKNOWN_MAX; i++) {
        memcpy(report->unknown[i].path, trace->unknown[i].path, CODEC_PATH);
        report->unknown[i].size = trace->unknown[i].size;
    }
}

/* The editions are wire-compatible: a message is as new as its newest part. */
static int oldest_edition(const struct codec_report *report, const struct trace *trace)
{
    enum { FIRST_ID_2024 = 33, LAST_ID_2024 = 50 };
    if (!report->decoded || report->unknown_count > 0) {
        return 0;
    }
    if (report->info.message_id >= FIRST_ID_2024 &&
        report->info.message_id <= LAST_ID_2024) {
        return 2024;
    }
    return trace->edition ? trace->edition : 2016;
}

const MessageFrame_t *codec_open(struct codec *codec, const uint8_t *octets, size_t size,
                                 struct codec_report *report)
{
    report->ok = false;
    report->decoded = false;
    report->edition = 0;
    report->consumed = 0;
    report->extra = 0;
    report->offset = 0;
    report->bit = 0;
    report->error[0] = 0;
    report->unknown_count = 0;
    if (!codec_describe(octets, size, &report->info) || size > CODEC_FRAME_MAX) {
        report->offset = size;
        (void)snprintf(report->error, sizeof report->error, "MessageFrame %s",
                       size < 2 ? "ends inside" : "is longer than 65536 octets");
        return NULL;
    }
    trace_clear(&codec->trace);
    turn_begin(&codec->turn);
    const MessageFrame_t *frame =
        pdu_decode(&asn_DEF_MessageFrame, octets, size, &codec->trace, &report->consumed);
    turn_end();
    report_unknown(&codec->trace, report);
    if (!frame) {
        report_failure(&codec->trace, report);
        return NULL;
    }
    report->ok = true;
    report->decoded = open_type_find(&codec->trace, &frame->value) != NULL;
    report->extra = size - report->consumed;
    report->edition = oldest_edition(report, &codec->trace);
    return frame;
}

bool codec_decode_json(struct codec *codec, const uint8_t *octets, size_t size,
                       struct bytes *jer, struct bytes *si, struct codec_report *report)
{
    const MessageFrame_t *frame = codec_open(codec, octets, size, report);
    if (frame && jer) {
        jer_print(jer, &asn_DEF_MessageFrame, frame, &codec->trace, JER_RAW, &codec->kept);
    }
    if (frame && si) {
        jer_print(si, &asn_DEF_MessageFrame, frame, &codec->trace, JER_SI, &codec->kept);
    }
    return report->ok;
}

static int encode_text(struct codec *codec, const char *text, enum jer_form form,
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
    turn_begin(&codec->turn);
    void *frame = jer_build(&asn_DEF_MessageFrame, json, form, fail);
    if (frame) {
        code = pdu_encode(&asn_DEF_MessageFrame, frame, &octets, &size, fail);
    }
    turn_end();
    json_decref(json);
    if (!code) {
        bytes_put(out, octets, size);
    }
    return code;
}

int codec_encode_json(struct codec *codec, const char *jer, struct bytes *out,
                      struct fail *fail)
{
    return encode_text(codec, jer, JER_RAW, out, fail);
}

int codec_encode_si(struct codec *codec, const char *si, struct bytes *out,
                    struct fail *fail)
{
    return encode_text(codec, si, JER_SI, out, fail);
}
