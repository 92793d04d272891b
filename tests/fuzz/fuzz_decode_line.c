/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: what v2x decode and v2x encode do with a line. In: text. Out: each line as
 * hex to JSON, which must parse, and back to the same octets; and as JSON to octets, whose
 * GeoNetworking packet must hold them. */
#include <assert.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tools/v2x/decode_line.h"
#include "tools/v2x/encode_line.h"
#include "tools/v2x/encode_wrap.h"
#include "tools/v2x/hexlines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bench {
    struct decode_line *line;
    struct codec *codec;
    struct its *its;
    struct bytes text, message;
    struct frames_result walk;
};

static void try_line(struct bench *b, const struct hexlines *lines)
{
    struct decode_record record = {.octets = lines->octets.data,
                                   .size = lines->octets.size,
                                   .dlt = DECODE_BARE,
                                   .bad_text = lines->error,
                                   .bad_column = lines->error_at};
    struct fail fail;
    bytes_clear(&b->text);
    bool good = decode_line_put(b->line, &record, &b->text);
    json_t *json = json_loadb((const char *)b->text.data, b->text.size,
                              JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    assert(json && json_is_true(json_object_get(json, "ok")) == good);
    bytes_clear(&b->message);
    (void)!encode_message(b->codec, b->its, json, &b->message, &fail);
    json_decref(json);
}

static void must_hold(struct bench *b, const struct bytes *packet)
{
    bool good = frames_walk_payload(packet->data, packet->size, FRAMES_AT_GN, &b->walk);
    assert(good && b->walk.payload_size == b->message.size);
    assert(memcmp(b->walk.payload, b->message.data, b->message.size) == 0);
}

static void try_json(struct bench *b, const uint8_t *data, size_t size)
{
    struct fail fail;
    struct bytes packet = {0};
    json_t *json = json_loadb((const char *)data, size, JSON_ALLOW_NUL, NULL);
    bytes_clear(&b->message);
    if (json && encode_message(b->codec, b->its, json, &b->message, &fail) == 0) {
        for (int wrap = ENCODE_NONE; wrap <= ENCODE_FORWARD; wrap++) {
            struct utc utc;
            (void)encode_stamp(json, &utc);
            bytes_clear(&packet);
            if (encode_wrapped((enum encode_wrap)wrap, b->its, json, &b->message, utc,
                               &packet, &fail) == 0 &&
                wrap == ENCODE_GN) {
                must_hold(b, &packet);
            }
        }
    }
    bytes_close(&packet);
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench b; /* a codec is four MiB: made once */
    struct fail fail;
    if (size == 0) {
        return 0;
    }
    if (!b.line) {
        b.codec = codec_new();
        b.its = its_new();
        if (!b.codec || !b.its || decode_line_new(&b.line, &fail) < 0) {
            abort();
        }
    }
    try_json(&b, data, size);
    struct hexlines lines = {.stream = fmemopen((void *)data, size, "rb")};
    if (lines.stream) {
        while (hexlines_next(&lines, &fail) == 1) {
            try_line(&b, &lines);
        }
        (void)fclose(lines.stream);
    }
    hexlines_close(&lines);
    return 0;
}
