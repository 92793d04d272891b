/* SPDX-License-Identifier: Apache-2.0 */
/* JSON lines to octets, see encode_line.h. */
#include "tools/v2x/encode_line.h"

#include <errno.h>
#include <stdlib.h>

static int from_hex(const char *hex, struct bytes *out, struct fail *fail)
{
    for (size_t i = 0; hex[i]; i += 2) {
        int high = bytes_hex_digit(hex[i]);
        int low = high < 0 ? -1 : bytes_hex_digit(hex[i + 1]);
        if (low < 0) {
            return fail_set(fail, RESULT_USAGE, "\"hex\" is no hex at digit %zu", i + 1);
        }
        bytes_u8(out, (uint8_t)(high << 4 | low));
    }
    return 0;
}

/* A J2735 frame says messageId at its top, an ETSI message has a header there. */
static bool is_frame(const json_t *tree)
{
    return json_is_object(tree) && json_object_get(tree, "messageId");
}

static bool is_pdu(const json_t *tree)
{
    return json_is_object(json_object_get(tree, "header"));
}

static int from_tree(struct codec *codec, struct its *its, const json_t *tree, bool si,
                     struct bytes *out, struct fail *fail)
{
    char *text = json_dumps(tree, JSON_COMPACT | JSON_REAL_PRECISION(17));
    if (!text) {
        return fail_set(fail, RESULT_MEMORY, "out of memory");
    }
    int code;
    if (is_frame(tree)) {
        code = si ? codec_encode_si(codec, text, out, fail)
                  : codec_encode_json(codec, text, out, fail);
    } else {
        code = si ? its_encode_si(its, text, out, fail)
                  : its_encode_json(its, text, out, fail);
    }
    free(text);
    return code < 0 ? fail_wrap(fail, "%s", si ? "si" : "jer") : 0;
}

int encode_message(struct codec *codec, struct its *its, const json_t *line,
                   struct bytes *message, struct fail *fail)
{
    if (!json_is_object(line)) {
        return fail_set(fail, RESULT_USAGE, "not a JSON object");
    }
    const json_t *jer = json_object_get(line, "jer");
    const json_t *si = json_object_get(line, "si");
    const char *hex = json_string_value(json_object_get(line, "hex"));
    if (is_frame(jer) || is_pdu(jer)) {
        return from_tree(codec, its, jer, false, message, fail);
    }
    if (is_frame(si) || is_pdu(si)) {
        return from_tree(codec, its, si, true, message, fail);
    }
    if (is_frame(line) || is_pdu(line)) {
        return from_tree(codec, its, line, false, message, fail);
    }
    if (json_is_false(json_object_get(line, "ok"))) {
        return fail_set(fail, RESULT_USAGE, "a message that did not decode");
    }
    if (hex && !jer && !si) {
        return from_hex(hex, message, fail);
    }
    return fail_set(fail, RESULT_USAGE,
                    jer || si ? "neither messageId nor header at the top of jer and si"
                              : "neither jer, si nor hex");
}

bool encode_stamp(const json_t *line, struct utc *utc)
{
    const json_t *stamp = json_object_get(line, "t_ns");
    const char *text = json_string_value(stamp);
    char *end = NULL;
    utc->ns = 0;
    if (json_is_integer(stamp)) {
        utc->ns = json_integer_value(stamp);
        return true;
    }
    errno = 0;
    long long ns = text ? strtoll(text, &end, 10) : 0;
    if (!text || !*text || *end || errno) {
        return false;
    }
    utc->ns = ns;
    return true;
}
