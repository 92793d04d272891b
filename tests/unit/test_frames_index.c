/* SPDX-License-Identifier: Apache-2.0 */
/* Field logs and captures against a list that an independent parser wrote: every record's
 * outer fields, and identity, length and CRC-32 of the message inside. Skipped where the
 * shared captures are not at hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "replay/input.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAPTURES SHARED_DATA "/captures"

static uint32_t crc32_of(const uint8_t *data, size_t size)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc & 1 ? crc >> 1 ^ UINT32_C(0xedb88320) : crc >> 1;
        }
    }
    return ~crc;
}

static char where[300];

#define SAME(json, key, ours)                                                              \
    do {                                                                                   \
        json_t *value = json_object_get(json, key);                                        \
        if (value && json_integer_value(value) != (json_int_t)(ours)) {                    \
            fail_msg("%s: %s is %lld, walked %lld", where, key,                            \
                     (long long)json_integer_value(value), (long long)(ours));             \
        }                                                                                  \
    } while (0)

static void check_spdu(const json_t *want, const struct frames_result *r)
{
    if (!want) {
        return;
    }
    if (json_is_null(want)) {
        assert_false(r->has_spdu);
        return;
    }
    assert_true(r->has_spdu);
    const char *content = json_string_value(json_object_get(want, "content"));
    assert_int_equal(r->spdu.content,
                     strcmp(content, "signed") == 0 ? SPDU_SIGNED : SPDU_UNSECURED);
    SAME(want, "trailing", r->spdu.trailing);
    SAME(want, "psid", r->spdu.psid);
    SAME(want, "generationTime", r->spdu.generation_us);
    SAME(want, "expiryTime", r->spdu.expiry_us);
    assert_int_equal(r->spdu.has_generation_time,
                     json_object_get(want, "generationTime") != NULL);
    assert_int_equal(r->spdu.has_expiry_time, json_object_get(want, "expiryTime") != NULL);
    assert_int_equal(r->spdu.has_location,
                     json_is_true(json_object_get(want, "generationLocation")));
    const char *signer = json_string_value(json_object_get(want, "signer"));
    if (signer && strcmp(signer, "digest") == 0) {
        char hex[17];
        for (int i = 0; i < 8; i++) {
            (void)snprintf(hex + 2 * i, 3, "%02x", r->spdu.digest[i]);
        }
        assert_int_equal(r->spdu.signer, SPDU_SIGNER_DIGEST);
        assert_string_equal(hex, json_string_value(json_object_get(want, "digest")));
    } else if (signer) {
        assert_int_equal(r->spdu.signer, SPDU_SIGNER_CERTIFICATE);
        assert_int_equal(r->spdu.certificate_count, 1);
        assert_true(r->spdu.certificate.implicit ==
                    (strcmp(json_string_value(json_object_get(want, "certificateType")),
                            "implicit") == 0));
        const json_t *psids = json_object_get(want, "certPsids");
        assert_int_equal(r->spdu.certificate.psid_count, json_array_size(psids));
        for (size_t i = 0; i < json_array_size(psids); i++) {
            assert_int_equal(r->spdu.certificate.psids[i],
                             json_integer_value(json_array_get(psids, i)));
        }
    }
}

static void check_extensions(const json_t *want, const struct wsmp_facts *w)
{
    const json_t *list = json_object_get(want, "nExt");
    assert_int_equal(w->extension_count, json_array_size(list));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *pair = json_array_get(list, i);
        json_int_t id = json_integer_value(json_array_get(pair, 0));
        long value = strtol(json_string_value(json_array_get(pair, 1)), NULL, 16);
        assert_int_equal(value, id == 4    ? w->power_dbm + 128
                                : id == 15 ? w->channel
                                           : w->rate_500k);
    }
}

static void check_message(const json_t *want, const struct frames_result *r)
{
    assert_true(r->ok);
    assert_int_equal(r->family, FRAMES_J2735);
    SAME(want, "messageId", frames_message_id(r));
    SAME(want, "frameBytes", r->payload_size);
    unsigned long crc =
        strtoul(json_string_value(json_object_get(want, "frameCrc32")), NULL, 16);
    assert_int_equal(crc, crc32_of(r->payload, r->payload_size));
}

static void check_record(const json_t *want, const struct input_frame *f)
{
    SAME(want, "record", f->number - 1);
    SAME(want, "offset", f->offset);
    SAME(want, "payloadBytes", f->size);
    SAME(want, "utc", f->utc.ns / 1000000000);
    SAME(want, "msec", f->utc.ns / 1000000 % 1000);
    SAME(want, "status", f->status);
    assert_int_equal(f->has_status, json_object_get(want, "status") != NULL);
    double lat = (double)json_integer_value(json_object_get(want, "lat"));
    double lon = (double)json_integer_value(json_object_get(want, "lon"));
    assert_int_equal(f->own.has_position, lat != 0);
    assert_true(f->own.lat_deg * 1e7 - lat < 0.01 && f->own.lat_deg * 1e7 - lat > -0.01);
    assert_true(f->own.lon_deg * 1e7 - lon < 0.01 && f->own.lon_deg * 1e7 - lon > -0.01);
    const char *text = json_string_value(json_object_get(want, "text"));
    if (text) {
        assert_int_equal(f->direction, INPUT_SHOWN);
        assert_memory_equal(f->octets, text, f->size);
    }
}

static void check_packet(const json_t *want, const struct input_frame *f,
                         const struct frames_result *r)
{
    SAME(want, "frame", f->number);
    SAME(want, "link", f->dlt);
    char stamp[40];
    (void)snprintf(stamp, sizeof stamp, "%lld.%06lld", (long long)(f->utc.ns / 1000000000),
                   (long long)(f->utc.ns / 1000 % 1000000));
    assert_string_equal(stamp, json_string_value(json_object_get(want, "ts")));
    const char *sa = json_string_value(json_object_get(want, "sa"));
    if (sa) {
        char mac[18];
        const uint8_t *m = r->link.src;
        (void)snprintf(mac, sizeof mac, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2],
                       m[3], m[4], m[5]);
        assert_string_equal(mac, sa);
    }
    const char *llc = json_string_value(json_object_get(want, "llc"));
    if (llc) {
        assert_true(frames_has(r, strcmp(llc, "epd") == 0 ? LAYER_EPD : LAYER_LLC));
    }
    if (json_object_get(want, "ethertype")) {
        assert_int_equal(r->link.ethertype, LINK_TYPE_WSMP);
    }
    const json_t *udp = json_object_get(want, "udp");
    if (udp) {
        assert_int_equal(r->ip.src_port, json_integer_value(json_array_get(udp, 0)));
        assert_int_equal(r->ip.dst_port, json_integer_value(json_array_get(udp, 1)));
    }
    const json_t *text = json_object_get(want, "ifm");
    assert_int_equal(r->has_forward, text != NULL);
    if (text) {
        assert_string_equal(r->forward.type,
                            json_string_value(json_object_get(text, "Type")));
        assert_int_equal(
            r->forward.channel,
            strtol(json_string_value(json_object_get(text, "TxChannel")), NULL, 10));
        const char *psid = json_string_value(json_object_get(text, "PSID"));
        unsigned long on_air = strtoul(psid, NULL, 16);
        unsigned long plain = on_air >= 0xe0000000 ? on_air - 0xe0000000 + 0x204080
                              : on_air >= 0x8000   ? on_air - 0x8000 + 0x80
                                                   : on_air;
        assert_int_equal(r->forward.psid, plain);
    }
}

static void check_line(const json_t *want, const struct input_frame *f)
{
    static struct frames_result r;
    bool ok = input_walk(f, &r);
    if (json_object_get(want, "record")) {
        check_record(want, f);
    } else {
        check_packet(want, f, &r);
    }
    const json_t *wsmp = json_object_get(want, "wsmp");
    assert_int_equal(r.has_wsmp, wsmp != NULL);
    if (wsmp) {
        SAME(wsmp, "psid", r.wsmp.psid);
        SAME(wsmp, "psidBytes", r.wsmp.psid_octets);
        SAME(wsmp, "length", r.wsmp.length);
        SAME(wsmp, "trailing", r.wsmp.trailing);
        check_extensions(wsmp, &r.wsmp);
    }
    check_spdu(json_object_get(want, "spdu"), &r);
    if (json_object_get(want, "messageId")) {
        check_message(want, &r);
    } else {
        assert_false(ok);
    }
}

static void every_line_of_the_index_is_walked(void **state)
{
    (void)state;
    FILE *index = fopen(CAPTURES "/index.jsonl", "r");
    if (!index) {
        skip();
    }
    static char line[65536], current[200];
    struct input *in = NULL;
    struct input_frame frame;
    struct fail fail = {0};
    size_t lines = 0;
    while (fgets(line, sizeof line, index)) {
        json_t *want = json_loads(line, 0, NULL);
        const char *file = json_string_value(json_object_get(want, "file"));
        if (strcmp(file, current) != 0) {
            char path[400];
            if (in) {
                assert_int_equal(input_next(in, &frame, &fail), 0);
                input_close(in);
            }
            (void)snprintf(current, sizeof current, "%s", file);
            (void)snprintf(path, sizeof path, "%s/%s", CAPTURES, file);
            assert_int_equal(input_open(&in, path, NULL, &fail), 0);
        }
        lines++;
        (void)snprintf(where, sizeof where, "%s line %zu", file, lines);
        assert_int_equal(input_next(in, &frame, &fail), 1);
        check_line(want, &frame);
        json_decref(want);
    }
    assert_int_equal(input_next(in, &frame, &fail), 0);
    input_close(in);
    (void)fclose(index);
    assert_int_equal(lines, 2765);
}

static void a_log_is_read_twice_the_same_after_a_rewind(void **state)
{
    (void)state;
    static const char *const files[] = {"/obu-logs/bsmTx.gz",
                                        "/synthetic/eth_88dc_wsmp.pcap"};
    for (int i = 0; i < 2; i++) {
        char path[400];
        struct input *in;
        struct fail fail = {0};
        struct input_frame f;
        uint32_t sums[2] = {0};
        (void)snprintf(path, sizeof path, "%s%s", CAPTURES, files[i]);
        FILE *there = fopen(path, "rb");
        if (!there) {
            skip();
        }
        (void)fclose(there);
        assert_int_equal(input_open(&in, path, NULL, &fail), 0);
        for (int round = 0; round < 2; round++) {
            while (input_next(in, &f, &fail) == 1) {
                sums[round] = sums[round] * 31 + crc32_of(f.octets, f.size);
            }
            assert_int_equal(input_rewind(in, &fail), 0);
        }
        input_close(in);
        assert_int_equal(sums[0], sums[1]);
        assert_int_not_equal(sums[0], 0);
    }
}

static bool load(const char *name, uint8_t *data, size_t room, size_t *size)
{
    char path[400];
    (void)snprintf(path, sizeof path, "%s/%s", CAPTURES, name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        return false;
    }
    *size = fread(data, 1, room, file);
    (void)fclose(file);
    return true;
}

/* Expected values: the same packets' rows in the index, and the notes beside the files. */
static void single_packets_of_the_air_are_walked(void **state)
{
    (void)state;
    static struct frames_result r;
    uint8_t data[1024];
    size_t size;
    if (!load("packets/udp.bin", data, sizeof data, &size)) {
        skip();
    }
    assert_true(frames_walk_payload(data, size, FRAMES_AUTO, &r));
    assert_int_equal(r.wsmp.psid, 130);
    assert_int_equal(r.wsmp.power_dbm, 19);
    assert_int_equal(r.wsmp.channel, 180);
    assert_int_equal(r.wsmp.rate_500k, 12);
    assert_true(r.spdu.has_location);
    assert_int_equal(r.spdu.signer, SPDU_SIGNER_CERTIFICATE);
    assert_int_equal(frames_message_id(&r), 19);

    assert_true(load("packets/udp2.bin", data, sizeof data, &size));
    assert_true(frames_walk_payload(data, size, FRAMES_AUTO, &r));
    assert_int_equal(r.wsmp.psid, 32);
    assert_int_equal(r.spdu.signer, SPDU_SIGNER_DIGEST);

    assert_true(load("packets/gdot.bin", data, sizeof data, &size));
    assert_true(frames_walk_payload(data, size, FRAMES_AUTO, &r));
    assert_false(r.has_spdu);
    assert_int_equal(r.payload_size, 176);
    assert_int_equal(r.wsmp.trailing, 200);
    assert_int_equal(r.wsmp.power_dbm, 24);

    assert_true(
        load("spdu/Ieee1609Dot2Data.unsecuredData.Bsm.coer", data, sizeof data, &size));
    assert_true(frames_walk_payload(data, size, FRAMES_AUTO, &r));
    assert_int_equal(r.spdu.content, SPDU_SIGNED);
    assert_int_equal(r.spdu.trailing, 0);
    assert_int_equal(frames_message_id(&r), 20);

    assert_true(load("spdu/Ieee1609Dot2Data.per", data, sizeof data, &size));
    assert_false(frames_walk_payload(data, size, FRAMES_AUTO, &r));
    assert_false(frames_walk_payload(data, size, FRAMES_AT_DOT2, &r));
    assert_int_equal(r.fault.reason, REASON_BAD_SPDU);
    assert_int_equal(r.fault.offset, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_of_the_index_is_walked),
        cmocka_unit_test(a_log_is_read_twice_the_same_after_a_rewind),
        cmocka_unit_test(single_packets_of_the_air_are_walked),
    };
    return cmocka_run_group_tests_name("frames_index", tests, NULL, NULL);
}
