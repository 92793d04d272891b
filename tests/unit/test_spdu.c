/* SPDX-License-Identifier: Apache-2.0 */
/* IEEE 1609.2 structures: every header field, signer and certificate shape, made by hand
 * from the schema's order of fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test_frames_kit.h"

#include "replay/wrap.h"

static struct frames_result r;

#define ZERO8     "0000000000000000"
#define ZERO32    ZERO8 ZERO8 ZERO8 ZERO8
#define POINT     "82" ZERO32
#define SIGNATURE "80 80" ZERO32 ZERO32
#define DIGEST    "80 0123456789abcdef"
#define OPENING   "0381 00 40 0380 28" KIT_BSM
#define HEADER    "40 0120 0002362db93ea078"

static void a_digest_signed_message_is_walked_to_its_end(void **state)
{
    (void)state;
    struct bytes f = kit(OPENING HEADER DIGEST SIGNATURE);
    assert_int_equal(f.size, 40 + 93); /* the known overhead of such a message */
    assert_true(frames_walk_payload(f.data, f.size, FRAMES_AUTO, &r));
    assert_string_equal(kit_layers(&r), "1609.2:j2735");
    assert_int_equal(r.payload_offset, 7);
    assert_int_equal(r.payload_size, 40);
    assert_int_equal(r.spdu.content, SPDU_SIGNED);
    assert_int_equal(r.spdu.signer, SPDU_SIGNER_DIGEST);
    assert_memory_equal(r.spdu.digest, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
    assert_int_equal(r.spdu.psid, 32);
    assert_true(r.spdu.has_generation_time);
    assert_false(r.spdu.has_expiry_time);
    assert_int_equal(r.spdu.generation_us, UINT64_C(0x0002362db93ea078));
    assert_int_equal(r.spdu.trailing, 0);
    bytes_close(&f);
}

/* All header fields at once, and extensions behind them: two slots, one filled. */
static void every_header_field_has_its_place(void **state)
{
    (void)state;
    struct bytes f = kit(OPENING "fe 03204097 0002362db93ea078 0002362db93ea079"
                                 "1936b6c0 ce1dd5f0 1770"
                                 "010203 00 010203 0007 80 00 80" POINT
                                 "02 06 40 02 aabb" DIGEST SIGNATURE "0102");
    assert_true(frames_walk_payload(f.data, f.size, FRAMES_AUTO, &r));
    assert_int_equal(r.spdu.psid, 0x204097);
    assert_int_equal(r.spdu.expiry_us - r.spdu.generation_us, 1);
    assert_true(r.spdu.has_location);
    assert_int_equal(r.spdu.latitude, 423016128);
    assert_int_equal(r.spdu.longitude, -836905488);
    assert_int_equal(r.spdu.elevation, 6000);
    assert_int_equal(r.spdu.trailing, 2);
    bytes_close(&f);
}

/* toBeSigned between preamble and key: id none, CRACA id, CRL series, start, 168 hours. */
#define VALIDITY "000001 0002 20000000 8400a8"
#define CERT(preamble, id, middle)                                                         \
    "81 01 01 00 03 01 80 0001020304050607" preamble id VALIDITY middle "81" POINT

static const struct {
    const char *what, *signer;
    int psids;
} certificates[] = {
    {"nothing optional", CERT("00", "83", ""), 0},
    {"linkage data", CERT("00", "80 00 0001 000000000000000000", ""), 0},
    {"linkage data with a group",
     CERT("00", "80 80 0001 000000000000000000 00000000 000000000000000000", ""), 0},
    {"name", CERT("00", "81 03 727375", ""), 0},
    {"binary id", CERT("00", "82 02 0102", ""), 0},
    {"circle", CERT("40", "83", "80 00000000 00000000 0064"), 0},
    {"rectangles", CERT("40", "83", "81 01 02" ZERO32), 0},
    {"polygon", CERT("40", "83", "82 01 03" ZERO8 ZERO8 ZERO8), 0},
    {"country", CERT("40", "83", "83 01 01 80 0348"), 0},
    {"country and regions", CERT("40", "83", "83 01 01 81 0348 01 03 010203"), 0},
    {"country, regions and subregions",
     CERT("40", "83", "83 01 01 82 0348 01 02 05 01 01 0001 06 01 02 0001 0002"), 0},
    {"assurance", CERT("20", "83", "e0"), 0},
    {"applications",
     CERT("10", "83", "01 03 00 0120 80 0126 80 01 ff 80 0183 81 03 020102"), 3},
    {"may issue", CERT("08", "83", "01 01 e0 80 01 01 00 0120 0101 0100 80"), 0},
    {"may issue all", CERT("08", "83", "01 01 00 81"), 0},
    {"may request ranges",
     CERT(
         "04", "83",
         "01 01 80 80 01 03 80 0120 80 01 02 01aa 01bb 80 0121 81 80 0122 82 02 0000 0102"),
     0},
    {"rollover", CERT("02", "83", ""), 0},
    {"encryption key", CERT("01", "83", "00 80" POINT), 0},
    {"explicit, with its own signature",
     "81 01 01 80 03 00 81 00 00 83" VALIDITY "80 80 84" ZERO32 ZERO32 SIGNATURE, 0},
    {"extensions behind the key",
     "81 01 01 00 03 01 80 0001020304050607 80 83" VALIDITY "81" POINT "02 04 80 01 ff", 0},
};

static void every_shape_of_certificate_is_stepped_over_exactly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof certificates / sizeof certificates[0]; i++) {
        struct bytes f = kit(OPENING HEADER);
        size_t at = f.size + 3;
        kit_hex(&f, certificates[i].signer);
        size_t end = f.size;
        kit_hex(&f, SIGNATURE);
        if (!frames_walk_payload(f.data, f.size, FRAMES_AUTO, &r)) {
            fail_msg("%s: %s at %zu", certificates[i].what, reason_key(r.fault.reason),
                     r.fault.offset);
        }
        assert_int_equal(r.spdu.signer, SPDU_SIGNER_CERTIFICATE);
        assert_int_equal(r.spdu.trailing, 0);
        assert_int_equal(r.spdu.certificate_offset, at);
        assert_int_equal(r.spdu.certificate_size, end - at);
        assert_int_equal(r.spdu.certificate.psid_count, certificates[i].psids);
        assert_int_equal(r.spdu.certificate.implicit,
                         i + 2 != sizeof certificates / sizeof certificates[0]);
        for (size_t n = 0; n < f.size; n++) {
            assert_false(kit_walk_exact(f.data, n, -1, &r));
        }
        bytes_close(&f);
    }
}

static const struct certificate_facts *certificate_of(const char *signer)
{
    struct bytes f = kit(OPENING HEADER);
    kit_hex(&f, signer);
    kit_hex(&f, SIGNATURE);
    assert_true(frames_walk_payload(f.data, f.size, FRAMES_AUTO, &r));
    bytes_close(&f);
    return &r.spdu.certificate;
}

static void a_certificate_tells_whose_it_is_and_when_and_where_it_holds(void **state)
{
    (void)state;
    const struct certificate_facts *c =
        certificate_of(CERT("60", "81 03 727375", "80 00000000 00000000 0064 e0"));
    assert_true(c->implicit);
    assert_int_equal(c->issuer, CERTIFICATE_BY_DIGEST);
    assert_memory_equal(c->issuer_digest, "\0\1\2\3\4\5\6\7", 8);
    assert_int_equal(c->id, CERTIFICATE_NAME);
    assert_int_equal(c->id_size, 3);
    assert_memory_equal(c->id_octets, "rsu", 3);
    assert_int_equal(c->start_s, 0x20000000);
    assert_true(c->valid_s == 168 * 3600);
    assert_int_equal(c->region, CERTIFICATE_CIRCLE);
    assert_true(c->has_assurance && c->assurance == 0xe0);
    assert_false(c->may_issue || c->may_request || c->has_encryption_key);
    assert_int_equal(c->key, CERTIFICATE_KEY_RECONSTRUCTION);
    c = certificate_of(CERT("00", "80 00 0102 0a0b0c0d0e0f101112", ""));
    assert_int_equal(c->id, CERTIFICATE_LINKAGE);
    assert_int_equal(c->linkage_period, 0x0102);
    assert_memory_equal(c->id_octets, "\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12", 9);
    assert_int_equal(c->region, CERTIFICATE_ANYWHERE);
    c = certificate_of("81 01 01 80 03 00 81 00 08 83 000001 0002 00000001 860003"
                       "01 01 00 81 80 81" POINT SIGNATURE);
    assert_false(c->implicit);
    assert_int_equal(c->issuer, CERTIFICATE_BY_SELF);
    assert_int_equal(c->id, CERTIFICATE_NONE);
    assert_true(c->valid_s == 3.0 * 31556952);
    assert_true(c->may_issue);
    assert_int_equal(c->key, CERTIFICATE_KEY_BRAINPOOL);
}

static void other_signers_and_contents_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum reason reason;
        size_t offset;
    } rows[] = {
        {OPENING HEADER "82" SIGNATURE, REASON_NONE, 0},
        {OPENING HEADER DIGEST "81 80" ZERO32 ZERO32, REASON_NONE, 0}, /* Brainpool */
        {OPENING HEADER DIGEST "82 03 000000", REASON_NONE, 0},        /* by its length */
        {"0380 00", REASON_NO_PAYLOAD, 3},
        {"0382 0000", REASON_ENCRYPTED, 1},
        {"0383 0000", REASON_CERTIFICATE_REQUEST, 1},
        {"0384 0000", REASON_CERTIFICATE_REQUEST, 1},
        {"0385 0000", REASON_BAD_SPDU, 1},
        {"0281 0000", REASON_BAD_SPDU, 0},
        {"0381 00 20 80" ZERO32 HEADER DIGEST SIGNATURE, REASON_NO_PAYLOAD, 2},
        {"0381 00 40 0382 00", REASON_BAD_SPDU, 4},
        {OPENING "40 00", REASON_BAD_SPDU, 48}, /* a PSID of no octets */
        {OPENING HEADER "8f" SIGNATURE, REASON_BAD_SPDU, 0},
        {OPENING HEADER DIGEST "80 85" ZERO32 ZERO32, REASON_BAD_SPDU, 0},
        {"0380 85 00", REASON_BAD_SPDU, 2}, /* length of five octets */
        {"0380 80 00", REASON_BAD_SPDU, 2}, /* indefinite length */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bytes f = kit(rows[i].hex);
        bool ok = frames_walk_payload(f.data, f.size, FRAMES_AT_DOT2, &r);
        assert_int_equal(ok, rows[i].reason == REASON_NONE);
        if (!ok && i != 12) {
            assert_int_equal(r.fault.reason, rows[i].reason);
        }
        if (rows[i].offset > 0) {
            assert_int_equal(r.fault.offset, rows[i].offset);
        }
        bytes_close(&f);
    }
}

/* 2007-01-01T00:00:00Z is 94 694 401 s of TAI after the epoch (data dictionary). */
static void claimed_times_are_our_own_clock(void **state)
{
    (void)state;
    struct tai t;
    assert_true(spdu_time(UINT64_C(94694401000000), &t));
    assert_int_equal(utc_from_tai(t).ns, INT64_C(1167609600) * TIME_NS_PER_S);
    assert_false(spdu_time(UINT64_MAX, &t));
}

static void an_unsecured_envelope_is_written_with_the_shortest_length(void **state)
{
    (void)state;
    static uint8_t data[70000];
    static const struct {
        size_t size;
        const char *head;
    } rows[] = {{3, "0380 03"}, {127, "0380 7f"}, {128, "0380 8180"}, {256, "0380 820100"}};
    data[1] = 0x14;
    for (size_t i = 0; i < 4; i++) {
        struct bytes out = {0}, head = kit(rows[i].head);
        assert_true(wrap_dot2(&out, data, rows[i].size));
        assert_memory_equal(out.data, head.data, head.size);
        assert_int_equal(out.size, head.size + rows[i].size);
        assert_true(frames_walk_payload(out.data, out.size, FRAMES_AT_DOT2, &r));
        assert_int_equal(r.payload_size, rows[i].size);
        bytes_close(&out);
        bytes_close(&head);
    }
    struct bytes out = {0};
    assert_false(wrap_dot2(&out, data, sizeof data));
    bytes_close(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_digest_signed_message_is_walked_to_its_end),
        cmocka_unit_test(every_header_field_has_its_place),
        cmocka_unit_test(every_shape_of_certificate_is_stepped_over_exactly),
        cmocka_unit_test(a_certificate_tells_whose_it_is_and_when_and_where_it_holds),
        cmocka_unit_test(other_signers_and_contents_are_told_apart),
        cmocka_unit_test(claimed_times_are_our_own_clock),
        cmocka_unit_test(an_unsecured_envelope_is_written_with_the_shortest_length),
    };
    return cmocka_run_group_tests_name("spdu", tests, NULL, NULL);
}
