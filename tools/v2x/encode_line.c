/* SPDX-License-Identifier: Apache-2.0 */
/* JSON lines to octets, see encode_line.h. */
#include "tools/v2x/encode_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "replay/wrap.h"

enum { ITS_HEADER = 6 };

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

static bool is_its(const json_t *line, const struct bytes *message)
{
    const char *standard = json_string_value(json_object_get(line, "standard"));
    return message->size > ITS_HEADER && message->data[0] > 0 &&
           (!standard || strcmp(standard, "ETSI ITS") == 0);
}

static int wrap_in_wsmp(const json_t *line, const struct bytes *message, struct bytes *out,
                        struct fail *fail)
{
    struct codec_info info = {0};
    struct wrap_wsmp_facts facts = {0};
    const json_t *psid = json_object_get(line, "psid");
    const json_t *wsmp = json_object_get(line, "wsmp");
    if (json_is_integer(psid) && json_integer_value(psid) >= 0 &&
        json_integer_value(psid) <= UINT32_MAX) {
        facts.psid = (uint32_t)json_integer_value(psid);
    } else if (!codec_describe(message->data, message->size, &info) ||
               !wrap_psid(info.message_id, &facts.psid)) {
        return fail_set(fail, RESULT_USAGE,
                        "message id %d has no usual PSID: give one as \"psid\"",
                        info.message_id);
    }
    json_int_t power = json_integer_value(json_object_get(wsmp, "power_dbm"));
    json_int_t channel = json_integer_value(json_object_get(wsmp, "channel"));
    json_int_t rate = json_integer_value(json_object_get(wsmp, "rate_kbps")) / 500;
    facts.has_power = json_object_get(wsmp, "power_dbm") && power >= -128 && power <= 127;
    facts.has_channel = channel > 0 && channel <= UINT8_MAX;
    facts.has_rate = rate > 0 && rate <= UINT8_MAX;
    facts.power_dbm = facts.has_power ? (int16_t)power : 0;
    facts.channel = facts.has_channel ? (uint8_t)channel : 0;
    facts.rate_500k = facts.has_rate ? (uint8_t)rate : 0;
    struct bytes inside = {0};
    bool good = wrap_dot2(&inside, message->data, message->size) &&
                wrap_wsmp(out, &facts, inside.data, inside.size);
    bytes_close(&inside);
    return good ? 0
                : fail_set(fail, RESULT_USAGE, "%zu octets under PSID %lu do not fit WSMP",
                           message->size, (unsigned long)facts.psid);
}

/* The first object with a latitude and a longitude: where the sender says that it is. */
static const json_t *find_position(const json_t *tree)
{
    const char *key;
    json_t *value;
    if (!json_is_object(tree)) {
        return NULL;
    }
    if (json_object_get(tree, "latitude") && json_object_get(tree, "longitude")) {
        return tree;
    }
    json_object_foreach((json_t *)tree, key, value)
    {
        const json_t *found = find_position(value);
        if (found) {
            return found;
        }
    }
    return NULL;
}

static int wrap_in_gn(const json_t *line, const struct bytes *message, struct utc utc,
                      struct bytes *out, struct fail *fail)
{
    if (!is_its(line, message)) {
        return fail_set(fail, RESULT_USAGE,
                        "GeoNetworking carries ETSI messages; J2735 goes into WSMP");
    }
    enum { LIFETIME_MS = 1000, PASSENGER_CAR = 5 };
    uint16_t port = wrap_btp_port(message->data[1]);
    uint8_t mac[6] = {2, 0};
    memcpy(mac + 2, message->data + 2, 4); /* the station id */
    const json_t *position = find_position(json_object_get(line, "jer"));
    json_int_t lat = json_integer_value(json_object_get(position, "latitude"));
    json_int_t lon = json_integer_value(json_object_get(position, "longitude"));
    bool inside =
        lat >= -900000000 && lat <= 900000000 && lon >= -1800000000 && lon <= 1800000000;
    struct wrap_gn_facts facts = {
        .source = {.address = wrap_gn_address(PASSENGER_CAR, mac),
                   .timestamp_ms = (uint32_t)(tai_from_utc(utc).ns / TIME_NS_PER_MS),
                   .latitude = inside ? (int32_t)lat : 0,
                   .longitude = inside ? (int32_t)lon : 0},
        .mobile = true,
        .traffic_class = 2,
        .lifetime_ms = LIFETIME_MS};
    struct bytes btp = {0};
    bool good = port != 0 && wrap_btp(&btp, port, 0, message->data, message->size) &&
                wrap_gn(out, &facts, btp.data, btp.size);
    bytes_close(&btp);
    return good ? 0
                : fail_set(fail, RESULT_USAGE,
                           "messageID %d of %zu octets has no BTP port "
                           "or does not fit",
                           message->data[1], message->size);
}

int encode_wrapped(enum encode_wrap wrap, const json_t *line, const struct bytes *message,
                   struct utc utc, struct bytes *out, struct fail *fail)
{
    switch (wrap) {
    case ENCODE_DOT2:
        return wrap_dot2(out, message->data, message->size)
                   ? 0
                   : fail_set(fail, RESULT_USAGE, "%zu octets do not fit 1609.2",
                              message->size);
    case ENCODE_WSMP:
        return wrap_in_wsmp(line, message, out, fail);
    case ENCODE_GN:
        return wrap_in_gn(line, message, utc, out, fail);
    case ENCODE_NONE:
        break;
    }
    bytes_put(out, message->data, message->size);
    return 0;
}

/* Without a header that an EtherType names, the user's own link type says "look inside". */
int encode_link_type(enum encode_wrap wrap)
{
    return wrap == ENCODE_WSMP || wrap == ENCODE_GN ? LINK_ETHERNET : LINK_USER0;
}

int encode_frame(enum encode_wrap wrap, const struct bytes *packet, struct bytes *frame,
                 struct fail *fail)
{
    struct link_facts facts = {
        .has_src = true,
        .src = {2, 0, 0, 0, 0, 1}, /* locally administered */
        .ethertype = wrap == ENCODE_GN ? LINK_TYPE_GN : LINK_TYPE_WSMP,
    };
    if (encode_link_type(wrap) == LINK_USER0) {
        bytes_put(frame, packet->data, packet->size);
        return 0;
    }
    return wrap_link(frame, LINK_ETHERNET, &facts, packet->data, packet->size)
               ? 0
               : fail_set(fail, RESULT_USAGE, "%zu octets do not fit a frame",
                          packet->size);
}
