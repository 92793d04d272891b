/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a frame. What decodes must encode; what was encoded must decode to the same
 * text and encode to the same octets; a torn one says where. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/codec.h"
#include "model/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct codec *codec;
    static struct message message;
    static struct codec_report report;
    static uint8_t out[65536];
    struct bytes jer = {0};
    struct bytes si = {0};
    struct bytes again = {0};
    struct bytes text = {0};
    struct fail fail;
    size_t made;
    codec = codec ? codec : codec_new();
    bool ok = codec_decode_json(codec, data, size, &jer, &si, &report);
    must(ok || (report.error[0] && report.offset <= size));
    if (ok) {
        must(report.consumed <= size);
        bytes_u8(&jer, 0);
        bytes_u8(&si, 0);
        must(codec_encode_json(codec, (const char *)jer.data, &again, &fail) == 0);
        must(codec_decode_json(codec, again.data, again.size, &text, NULL, &report));
        bytes_u8(&text, 0);
        must(report.unknown_count == 0);
        must(text.size == jer.size && memcmp(text.data, jer.data, jer.size) == 0);
        bytes_clear(&again);
        if (codec_encode_si(codec, (const char *)si.data, &again, &fail) == 0) {
            must(codec_decode_json(codec, again.data, again.size, NULL, NULL, &report));
        }
    }
    must(codec_decode_message(codec, data, size, &message, &report) == ok);
    /* Ours may hold less than theirs (a lane without nodes): a refusal is fine. */
    if (ok && message.type != MESSAGE_NONE &&
        codec_encode_message(codec, &message, out, sizeof out, &made, &fail) == 0) {
        must(codec_decode_message(codec, out, made, &message, &report));
    }
    bytes_close(&jer);
    bytes_close(&si);
    bytes_close(&again);
    bytes_close(&text);
    return 0;
}
