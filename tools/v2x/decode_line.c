/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of octets to lines, see decode_line.h. */
#include "tools/v2x/decode_line.h"

#include <stdio.h>
#include <stdlib.h>

#include "asn1/its/its.h"
#include "tools/v2x/decode_facts.h"

struct decode_line {
    struct codec *codec;
    struct codec_report report;
    struct its *its;
    struct its_report its_report;
    struct frames_result walk;
    struct bytes jer, si; /* kept, so that a line allocates nothing */
};

int decode_line_new(struct decode_line **out, struct fail *fail)
{
    struct decode_line *line = calloc(1, sizeof *line);
    if (line) {
        line->codec = codec_new();
        line->its = its_new();
    }
    if (!line || !line->codec || !line->its) {
        decode_line_free(line);
        return fail_set(fail, RESULT_MEMORY, "out of memory for a decoder");
    }
    *out = line;
    return 0;
}

void decode_line_free(struct decode_line *line)
{
    if (line) {
        codec_free(line->codec);
        its_free(line->its);
        bytes_close(&line->jer);
        bytes_close(&line->si);
        free(line);
    }
}

static void put_key(struct bytes *out, const char *key)
{
    bytes_u8(out, ',');
    bytes_u8(out, '"');
    bytes_text(out, key);
    bytes_text(out, "\":");
}

static void put_layers(struct bytes *out, const struct frames_result *walk)
{
    put_key(out, "layers");
    bytes_u8(out, '[');
    for (uint8_t i = 0; i < walk->layer_count; i++) {
        bytes_text(out, i ? ",\"" : "\"");
        bytes_text(out, layer_name((enum layer)walk->layers[i]));
        bytes_u8(out, '"');
    }
    bytes_u8(out, ']');
}

static void put_name(struct bytes *out, const char *key, const char *name)
{
    put_key(out, key);
    if (name && name[0]) {
        bytes_json_string(out, name);
    } else {
        bytes_text(out, "null");
    }
}

static void put_hex(struct bytes *out, const uint8_t *octets, size_t size)
{
    put_key(out, "hex");
    bytes_u8(out, '"');
    bytes_hex(out, octets, size);
    bytes_u8(out, '"');
}

static void put_good_head(const struct decode_line *line,
                          const struct decode_record *record, struct bytes *out)
{
    const struct frames_result *walk = &line->walk;
    uint32_t psid = 0;
    bytes_text(out, "{\"ok\":true,\"index\":");
    bytes_json_uint(out, record->index);
    put_key(out, "t_ns");
    if (record->has_utc) {
        bytes_u8(out, '"');
        bytes_json_int(out, record->utc.ns);
        bytes_u8(out, '"');
    } else {
        bytes_text(out, "null");
    }
    put_key(out, "offset");
    bytes_json_uint(out, walk->payload_offset);
    put_key(out, "length");
    bytes_json_uint(out, walk->payload_size);
    put_layers(out, walk);
    put_key(out, "psid");
    if (decode_facts_psid(walk, &psid)) {
        bytes_json_uint(out, psid);
    } else {
        bytes_text(out, "null");
    }
}

static void put_bad(const struct frames_result *walk, const struct decode_record *record,
                    size_t offset, int bit, const char *error, struct bytes *out)
{
    bytes_text(out, "{\"ok\":false,\"index\":");
    bytes_json_uint(out, record->index);
    put_key(out, "offset");
    bytes_json_uint(out, offset);
    put_key(out, "bit");
    bytes_json_int(out, bit);
    put_layers(out, walk);
    put_key(out, "error");
    bytes_json_string(out, error);
    put_hex(out, record->octets, record->size);
    bytes_text(out, "}\n");
}

static void put_unknown(struct bytes *out, const struct codec_unknown *unknown,
                        size_t count)
{
    if (count == 0) {
        return;
    }
    put_key(out, "unknown_extensions");
    for (size_t i = 0; i < count && i < CODEC_UNKNOWN_MAX; i++) {
        bytes_text(out, i ? ",{\"path\":" : "[{\"path\":");
        bytes_json_string(out, unknown[i].path);
        put_key(out, "octets");
        bytes_json_uint(out, unknown[i].size);
        bytes_u8(out, '}');
    }
    bytes_u8(out, ']');
}

static void put_text(struct bytes *out, const char *key, const struct bytes *text)
{
    put_key(out, key);
    bytes_put(out, text->data, text->size);
}

/* Where octet `at` of the message stands in the block; inside a text, its hex digits. */
static size_t place_in_block(const struct frames_result *walk, size_t at)
{
    return walk->payload_offset + (walk->from_text ? 2 * at : at);
}

static bool put_j2735(struct decode_line *line, const struct decode_record *record,
                      struct bytes *out)
{
    const struct frames_result *walk = &line->walk;
    struct codec_report *report = &line->report;
    bytes_clear(&line->jer);
    bytes_clear(&line->si);
    bool ok = codec_decode_json(line->codec, walk->payload, walk->payload_size, &line->jer,
                                &line->si, report);
    if (ok && report->extra > 0) {
        ok = false;
        report->offset = report->consumed;
        report->bit = 0;
        (void)snprintf(report->error, sizeof report->error,
                       "%zu octets are left over behind the MessageFrame", report->extra);
    }
    if (!ok) {
        put_bad(walk, record, place_in_block(walk, report->offset), report->bit,
                report->error, out);
        return false;
    }
    put_good_head(line, record, out);
    put_name(out, "standard", "SAE J2735");
    put_name(out, "type", report->info.name);
    put_key(out, "message_id");
    bytes_json_int(out, report->info.message_id);
    put_hex(out, walk->payload, walk->payload_size);
    if (!report->decoded) {
        bytes_text(out, ",\"decoded\":false");
    }
    if (line->jer.size > 0) {
        put_text(out, "jer", &line->jer);
    }
    if (report->decoded) {
        put_text(out, "si", &line->si);
    }
    put_unknown(out, report->unknown, report->unknown_count);
    if (report->decoded) {
        char year[12];
        (void)snprintf(year, sizeof year, "%d", report->edition);
        put_name(out, "edition", report->edition ? year : NULL);
    }
    return true;
}

static bool put_its(struct decode_line *line, const struct decode_record *record,
                    struct bytes *out)
{
    const struct frames_result *walk = &line->walk;
    struct its_report *report = &line->its_report;
    bytes_clear(&line->jer);
    bytes_clear(&line->si);
    if (!its_decode_json(line->its, walk->payload, walk->payload_size, &line->jer,
                         &line->si, report)) {
        put_bad(walk, record, place_in_block(walk, report->offset), report->bit,
                report->error, out);
        return false;
    }
    put_good_head(line, record, out);
    put_name(out, "standard", "ETSI ITS");
    put_name(out, "type", report->info.name);
    put_key(out, "message_id");
    bytes_json_int(out, report->info.message_id);
    put_hex(out, walk->payload, walk->payload_size);
    if (report->decoded) {
        put_text(out, "jer", &line->jer);
        put_text(out, "si", &line->si);
        put_unknown(out, report->unknown, report->unknown_count);
        put_name(out, "edition", report->info.edition);
    } else {
        bytes_text(out, ",\"decoded\":false");
    }
    put_key(out, "protocol_version");
    bytes_json_int(out, report->info.protocol_version);
    return true;
}

/* The layers are sound, but no header says what they carry. */
static bool put_unknown_payload(struct decode_line *line,
                                const struct decode_record *record, struct bytes *out)
{
    const struct frames_result *walk = &line->walk;
    put_good_head(line, record, out);
    bytes_text(out, ",\"standard\":null,\"type\":null,\"message_id\":null");
    put_hex(out, walk->payload, walk->payload_size);
    bytes_text(out, ",\"decoded\":false");
    return true;
}

static bool put_walked(struct decode_line *line, const struct decode_record *record,
                       struct bytes *out)
{
    bool good = false;
    switch (line->walk.family) {
    case FRAMES_J2735:
        good = put_j2735(line, record, out);
        break;
    case FRAMES_ITS:
        good = put_its(line, record, out);
        break;
    case FRAMES_UNKNOWN:
        good = put_unknown_payload(line, record, out);
        break;
    }
    if (good) {
        decode_facts_put(&line->walk, out);
        bytes_text(out, "}\n");
    }
    return good;
}

bool decode_line_put(struct decode_line *line, const struct decode_record *record,
                     struct bytes *out)
{
    struct frames_result *walk = &line->walk;
    if (record->bad_text) {
        char error[120];
        (void)frames_refuse(record->size, REASON_FOREIGN_CONTENT, walk);
        (void)snprintf(error, sizeof error, "column %zu: %s", record->bad_column,
                       record->bad_text);
        put_bad(walk, record, record->size, 0, error, out);
        return false;
    }
    bool walked = false;
    if (record->refused != REASON_NONE) {
        walked = frames_refuse(record->size, record->refused, walk);
    } else if (record->dlt == DECODE_BARE) {
        walked = frames_walk_payload(record->octets, record->size, record->start, walk);
    } else {
        walked = frames_walk(record->octets, record->size, record->dlt, walk);
    }
    if (walked) {
        return put_walked(line, record, out);
    }
    size_t offset = walk->fault.offset;
    if (walk->from_text) {
        offset = walk->forward.hex_offset + 2 * offset;
    }
    put_bad(walk, record, offset, walk->fault.bit, reason_sentence(walk->fault.reason),
            out);
    return false;
}
