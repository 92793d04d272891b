/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as the JSON of a frame, raw or in SI. What encodes and decodes again must say
 * the same text twice. (Octets given as hex for a known id need not be such a message.) */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct codec *codec;
    static struct codec_report report;
    struct bytes out = {0};
    struct bytes jer = {0};
    struct bytes again = {0};
    struct bytes text_again = {0};
    struct fail fail;
    codec = codec ? codec : codec_new();
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = 0;
    for (int form = 0; form < 2; form++) {
        bytes_clear(&out);
        int code = form ? codec_encode_si(codec, text, &out, &fail)
                        : codec_encode_json(codec, text, &out, &fail);
        bytes_clear(&jer);
        if (code != 0 || out.size > CODEC_FRAME_MAX ||
            !codec_decode_json(codec, out.data, out.size, &jer, NULL, &report) ||
            report.unknown_count > 0) {
            continue;
        }
        bytes_u8(&jer, 0);
        bytes_clear(&again);
        if (codec_encode_json(codec, (const char *)jer.data, &again, &fail) != 0 ||
            !codec_decode_json(codec, again.data, again.size, &text_again, NULL, &report)) {
            abort();
        }
        bytes_u8(&text_again, 0);
        if (text_again.size != jer.size ||
            memcmp(text_again.data, jer.data, jer.size) != 0) {
            abort();
        }
        bytes_clear(&text_again);
    }
    free(text);
    bytes_close(&out);
    bytes_close(&jer);
    bytes_close(&again);
    bytes_close(&text_again);
    return 0;
}
