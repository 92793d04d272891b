/* SPDX-License-Identifier: Apache-2.0 */
/* GeoNetworking and BTP: every header type, both envelopes, and packets written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test_frames_kit.h"

#include "replay/wrap.h"

static struct frames_result r;
static int message_id; /* read while the packet is still there */

/* Station type 5, MID 02:00:00:00:00:01, 123456789 ms, 52.52 N 13.405 E, accurate, 13.89
 * m/s, 270 degrees. */
#define SPV          "1400020000000001 075bcd15 1f4dea80 07fd70d0"
#define LPV          SPV "856d 0a8c"
#define PDU          "0202 00000001 0102030405060708090a" /* 16 octets */
#define BTP          "07d1 0000" PDU                      /* 20 octets */
#define AREA         "1f4dea81 f802 8f30 0064 0032 001e 0000"
#define SN           "0007 0000"
#define BASIC        "11 00 1a 01"
#define COMMON(type) "20" type "83 80 0014 0a 00"
#define SHB          COMMON("50") LPV "00000000" BTP

static void walk_gn(const char *hex)
{
    struct bytes f = kit(hex);
    (void)frames_walk_payload(f.data, f.size, FRAMES_AT_GN, &r);
    message_id = frames_message_id(&r);
    bytes_close(&f);
}

static void check_source(void)
{
    assert_true(r.gn.has_source);
    assert_int_equal(r.gn.source.address, UINT64_C(0x1400020000000001));
    assert_int_equal(r.gn.source.timestamp_ms, 123456789);
    assert_int_equal(r.gn.source.latitude, 525200000);
    assert_int_equal(r.gn.source.longitude, 134050000);
    assert_true(r.gn.source.accurate);
    assert_int_equal(r.gn.source.speed_cmps, 1389);
    assert_int_equal(r.gn.source.heading_ddeg, 2700);
}

static void every_type_that_carries_a_message_is_walked(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum gn_type type;
        uint8_t subtype;
        bool sequence, area, destination;
    } rows[] = {
        {BASIC COMMON("20") SN LPV SPV BTP, GN_GUC, 0, true, false, true},
        {BASIC COMMON("30") SN LPV AREA BTP, GN_GAC, 0, true, true, false},
        {BASIC COMMON("31") SN LPV AREA BTP, GN_GAC, 1, true, true, false},
        {BASIC COMMON("32") SN LPV AREA BTP, GN_GAC, 2, true, true, false},
        {BASIC COMMON("40") SN LPV AREA BTP, GN_GBC, 0, true, true, false},
        {BASIC COMMON("41") SN LPV AREA BTP, GN_GBC, 1, true, true, false},
        {BASIC COMMON("42") SN LPV AREA BTP, GN_GBC, 2, true, true, false},
        {BASIC SHB, GN_TSB, 0, false, false, false},
        {BASIC COMMON("51") SN LPV BTP, GN_TSB, 1, true, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        walk_gn(rows[i].hex);
        assert_true(r.ok);
        assert_string_equal(kit_layers(&r), "gn:btp:its");
        assert_int_equal(r.payload_size, 16);
        assert_int_equal(message_id, 2);
        assert_int_equal(r.gn.type, rows[i].type);
        assert_int_equal(r.gn.subtype, rows[i].subtype);
        assert_int_equal(r.gn.has_sequence, rows[i].sequence);
        assert_int_equal(r.gn.has_area, rows[i].area);
        assert_int_equal(r.gn.has_destination, rows[i].destination);
        assert_int_equal(r.gn.sequence, rows[i].sequence ? 7 : 0);
        assert_int_equal(r.gn.dst_port, 2001);
        assert_false(r.gn.btp_a);
        check_source();
        if (rows[i].area) {
            assert_int_equal(r.gn.area.latitude, 525200001);
            assert_int_equal(r.gn.area.longitude, (int32_t)0xf8028f30);
            assert_int_equal(r.gn.area.distance_a_m, 100);
            assert_int_equal(r.gn.area.distance_b_m, 50);
            assert_int_equal(r.gn.area.angle_deg, 30);
        }
        if (rows[i].destination) {
            assert_int_equal(r.gn.destination.latitude, 525200000);
        }
    }
}

static void basic_and_common_header_fields_are_kept(void **state)
{
    (void)state;
    walk_gn(BASIC SHB);
    assert_int_equal(r.gn.version, 1);
    assert_int_equal(r.gn.lifetime_ms, 60000); /* 6 times 10 s */
    assert_int_equal(r.gn.hop_limit, 1);
    assert_int_equal(r.gn.max_hop_limit, 10);
    assert_true(r.gn.store_carry_forward);
    assert_int_equal(r.gn.traffic_class, 3);
    assert_true(r.gn.mobile);
    assert_int_equal(r.gn.payload_length, 20);
}

static void a_speed_backwards_is_negative(void **state)
{
    (void)state;
    walk_gn(BASIC COMMON("50") SPV "7fff 0000"
                                   "00000000" BTP);
    assert_true(r.ok);
    assert_int_equal(r.gn.source.speed_cmps, -1);
    assert_false(r.gn.source.accurate);
}

static void packets_without_a_message_are_named_and_their_facts_kept(void **state)
{
    (void)state;
    static const char *const rows[] = {
        BASIC "00 10 00 80 0000 01 00" LPV,
        BASIC "00 60 00 80 0000 01 00" SN LPV "1400020000000009",
        BASIC "00 61 00 80 0000 01 00" SN LPV SPV,
    };
    for (size_t i = 0; i < 3; i++) {
        walk_gn(rows[i]);
        assert_false(r.ok);
        assert_int_equal(r.fault.reason, REASON_GN_CONTROL);
        assert_int_equal(r.gn.type, i == 0 ? GN_BEACON : GN_LS);
        check_source();
    }
}

static void btp_a_names_its_source_port(void **state)
{
    (void)state;
    walk_gn(BASIC "10 50 00 80 0014 01 00" LPV "00000000 07d2 07d1" PDU);
    assert_true(r.ok);
    assert_true(r.gn.btp_a);
    assert_int_equal(r.gn.dst_port, 2002);
    assert_int_equal(r.gn.port_info, 2001);
}

static void the_payload_ends_where_its_own_length_says(void **state)
{
    (void)state;
    walk_gn(BASIC SHB "01020304");
    assert_true(r.ok);
    assert_int_equal(r.payload_size, 16);
    assert_int_equal(r.gn.trailing, 4);
}

#define ZERO32    "00000000000000000000000000000000 00000000000000000000000000000000"
#define SIGNATURE "80 80" ZERO32 ZERO32
#define BASIC_S   "12 00 1a 01"

static void the_newer_envelope_is_unwrapped(void **state)
{
    (void)state;
    struct bytes f = kit(BASIC_S "0381 00 40 0380 38" SHB "40 0124 0002362db93ea078"
                                 "80 0123456789abcdef" SIGNATURE "01020304");
    assert_true(frames_walk_payload(f.data, f.size, FRAMES_AT_GN, &r));
    assert_string_equal(kit_layers(&r), "gn:1609.2:btp:its");
    assert_int_equal(r.gn.envelope, GN_DOT2);
    assert_int_equal(r.spdu.psid, 36);
    assert_int_equal(r.spdu.trailing, 4);
    assert_int_equal(r.payload_size, 16);
    for (size_t n = 0; n < f.size - 4; n++) {
        assert_false(kit_walk_exact(f.data, n, -1, &r));
    }
    /* The same envelope by itself, as a log or a person hands it over. */
    assert_true(frames_walk_payload(f.data + 4, f.size - 4, FRAMES_AUTO, &r));
    assert_string_equal(kit_layers(&r), "1609.2:gn:btp:its");
    bytes_close(&f);
}

static void the_older_envelope_is_unwrapped(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum reason reason;
    } rows[] = {
        {BASIC_S "02 05 0102030405 01 38" SHB "03 010203", REASON_NONE},
        {BASIC_S "02 8005 0102030405 00 8038" SHB "00 01020304", REASON_NONE},
        {BASIC_S "02 00 02 02 0102 00", REASON_ENCRYPTED},
        {BASIC_S "02 00 03 00 00", REASON_NO_PAYLOAD},
        {BASIC_S "02 00 07 00 00", REASON_OLD_ENVELOPE},
        {BASIC_S "02 f8", REASON_OLD_ENVELOPE},
        {BASIC_S "02 05 0102", REASON_TRUNCATED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        walk_gn(rows[i].hex);
        assert_int_equal(r.fault.reason, rows[i].reason);
        if (r.ok) {
            assert_string_equal(kit_layers(&r), "gn:ts103097:btp:its");
            assert_int_equal(r.payload_size, 16);
        }
    }
}

static void malformed_packets_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum reason reason;
        size_t offset;
    } rows[] = {
        {"21 00 1a 01" SHB, REASON_GN_VERSION, 0},
        {"00 10 00 00 00000000", REASON_GN_LEGACY, 0},
        {"10 00 1a 01" SHB, REASON_GN_HEADER, 0},
        {"13 00 1a 01" SHB, REASON_GN_HEADER, 0},
        {BASIC COMMON("70") LPV, REASON_GN_TYPE, 5},
        {BASIC "30 50 00 80 0014 01 00" LPV "00000000" BTP, REASON_GN_UPPER, 4},
        {BASIC "20 50 00 80 0015 01 00" LPV "00000000" BTP, REASON_TRUNCATED, 60},
        {BASIC "20 50 00 80 0003 01 00" LPV "00000000 07d100", REASON_TRUNCATED, 43},
        {BASIC "20 50 00 80 0006 01 00" LPV "00000000 07d10000 0202", REASON_SHORT_PDU, 44},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        walk_gn(rows[i].hex);
        assert_int_equal(r.fault.reason, rows[i].reason);
        assert_int_equal(r.fault.offset, rows[i].offset);
    }
}

static void version_zero_with_a_basic_header_is_still_read(void **state)
{
    (void)state;
    walk_gn("01 00 1a 01" SHB);
    assert_true(r.ok);
    assert_int_equal(r.gn.version, 0);
}

static const struct gn_position here = {.address = UINT64_C(0x1400020000000001),
                                        .timestamp_ms = 123456789,
                                        .latitude = 525200000,
                                        .longitude = 134050000,
                                        .accurate = true,
                                        .speed_cmps = 1389,
                                        .heading_ddeg = 2700};

static void a_single_hop_packet_is_written_octet_for_octet(void **state)
{
    (void)state;
    struct bytes out = {0}, btp = {0}, pdu = kit(PDU);
    struct bytes want = kit("11 00 1a 01 20 50 03 80 0014 01 00" LPV "00000000" BTP);
    struct wrap_gn_facts facts = {
        .source = here, .mobile = true, .traffic_class = 3, .lifetime_ms = 60000};
    uint8_t mac[6] = {2, 0, 0, 0, 0, 1};
    assert_int_equal(wrap_gn_address(5, mac), here.address);
    assert_int_equal(wrap_btp_port(2), 2001);
    assert_true(wrap_btp(&btp, 2001, 0, pdu.data, pdu.size));
    assert_true(wrap_gn(&out, &facts, btp.data, btp.size));
    want.data[2] = 60 << 2 | 1; /* 60 times 1 s is as exact, in a finer base */
    assert_int_equal(out.size, want.size);
    assert_memory_equal(out.data, want.data, want.size);
    bytes_close(&out);
    bytes_close(&btp);
    bytes_close(&pdu);
    bytes_close(&want);
}

static void an_area_packet_is_written_octet_for_octet(void **state)
{
    (void)state;
    struct bytes out = {0}, btp = kit(BTP);
    struct bytes want = kit("11 00 50 0a 20 41 01 00 0014 0a 00" SN LPV AREA BTP);
    struct wrap_gn_facts facts = {.source = here,
                                  .traffic_class = 1,
                                  .lifetime_ms = 1000,
                                  .area_given = true,
                                  .shape = 1,
                                  .hop_limit = 10,
                                  .sequence = 7,
                                  .area = {525200001, (int32_t)0xf8028f30, 100, 50, 30}};
    assert_true(wrap_gn(&out, &facts, btp.data, btp.size));
    assert_int_equal(out.size, want.size);
    assert_memory_equal(out.data, want.data, want.size);
    facts.shape = 3;
    assert_false(wrap_gn(&out, &facts, btp.data, btp.size));
    bytes_close(&out);
    bytes_close(&btp);
    bytes_close(&want);
}

static void a_packet_of_another_length_is_not_taken_for_geonetworking(void **state)
{
    (void)state;
    struct bytes f = kit(BASIC SHB);
    assert_true(gn_looks_whole(f.data, f.size));
    assert_false(gn_looks_whole(f.data, f.size - 1));
    f.data[5] = 0x55;
    assert_false(gn_looks_whole(f.data, f.size));
    bytes_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_that_carries_a_message_is_walked),
        cmocka_unit_test(basic_and_common_header_fields_are_kept),
        cmocka_unit_test(a_speed_backwards_is_negative),
        cmocka_unit_test(packets_without_a_message_are_named_and_their_facts_kept),
        cmocka_unit_test(btp_a_names_its_source_port),
        cmocka_unit_test(the_payload_ends_where_its_own_length_says),
        cmocka_unit_test(the_newer_envelope_is_unwrapped),
        cmocka_unit_test(the_older_envelope_is_unwrapped),
        cmocka_unit_test(malformed_packets_are_named),
        cmocka_unit_test(version_zero_with_a_basic_header_is_still_read),
        cmocka_unit_test(a_single_hop_packet_is_written_octet_for_octet),
        cmocka_unit_test(an_area_packet_is_written_octet_for_octet),
        cmocka_unit_test(a_packet_of_another_length_is_not_taken_for_geonetworking),
    };
    return cmocka_run_group_tests_name("gn", tests, NULL, NULL);
}
