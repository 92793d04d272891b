/* SPDX-License-Identifier: Apache-2.0 */
/* WSMP version 3 headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test_frames_kit.h"

#include "replay/wrap.h"

static struct frames_result r;

/* Pairs from the standard's own examples and from captures. */
static void psids_are_p_encoded(void **state)
{
    (void)state;
    static const struct {
        uint32_t psid;
        const char *hex;
    } rows[] = {
        {0, "00"},
        {0x20, "20"},
        {127, "7f"},
        {128, "8000"},
        {130, "8002"},
        {131, "8003"},
        {0x90, "8010"},
        {256, "8080"},
        {16511, "bfff"},
        {16512, "c00000"},
        {2113663, "dfffff"},
        {2113664, "e0000000"},
        {0x204097, "e0000017"},
        {270549118, "effffffe"},
        {270549119, "efffffff"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bytes want = kit(rows[i].hex);
        uint8_t octets[4], used = 0;
        uint32_t psid = 0;
        assert_int_equal(wsmp_put_psid(rows[i].psid, octets), want.size);
        assert_memory_equal(octets, want.data, want.size);
        struct cursor c = cursor_init(want.data, want.size);
        assert_true(wsmp_take_psid(&c, &psid, &used));
        assert_int_equal(psid, rows[i].psid);
        assert_int_equal(used, want.size);
        bytes_close(&want);
    }
    uint8_t octets[4];
    assert_int_equal(wsmp_put_psid(270549120, octets), 0);
}

/* The order of elements is free; powers are offset by 128, so 0x98 is 24 dBm. */
static void extensions_give_power_channel_and_rate(void **state)
{
    (void)state;
    struct bytes f =
        kit("0b 04 0f01b4 10010c 040198 63020102 00 8002 2b" KIT_UNSECURED "00");
    assert_true(frames_walk_payload(f.data, f.size, FRAMES_AT_WSMP, &r));
    assert_int_equal(r.wsmp.power_dbm, 24);
    assert_int_equal(r.wsmp.channel, 180);
    assert_int_equal(r.wsmp.rate_500k, 12);
    assert_int_equal(r.wsmp.extension_count, 4);
    assert_int_equal(r.wsmp.psid, 130);
    assert_int_equal(r.wsmp.psid_octets, 2);
    assert_int_equal(r.wsmp.length, 43);
    assert_int_equal(r.wsmp.trailing, 1);
    bytes_close(&f);
}

static void a_bare_message_needs_no_envelope(void **state)
{
    (void)state;
    struct bytes f = kit("03 01 01 630100 20 28" KIT_BSM);
    struct bytes g = kit("03 01 20 01 630100 28" KIT_BSM);
    assert_false(frames_walk_payload(f.data, f.size, FRAMES_AT_WSMP, &r));
    assert_true(frames_walk_payload(g.data, g.size, FRAMES_AT_WSMP, &r));
    assert_string_equal(kit_layers(&r), "wsmp:j2735");
    bytes_close(&f);
    bytes_close(&g);
}

static void a_payload_of_no_known_kind_is_kept_as_unknown(void **state)
{
    (void)state;
    struct bytes f = kit("03 00 8007 04 deadbeef");
    assert_true(frames_walk_payload(f.data, f.size, FRAMES_AT_WSMP, &r));
    assert_int_equal(r.family, FRAMES_UNKNOWN);
    assert_int_equal(frames_message_id(&r), -1);
    assert_int_equal(r.payload_size, 4);
    bytes_close(&f);
}

static void malformed_headers_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum reason reason;
        size_t offset;
    } rows[] = {
        {"02 00 20 0100", REASON_WSMP_VERSION, 0},
        {"13 00 20 0100", REASON_WSMP_HEADER, 0},    /* subtype 1 */
        {"03 02 20 0100", REASON_WSMP_TPID, 1},      /* TPID 1 */
        {"03 00 f0 0100", REASON_WSMP_HEADER, 2},    /* no such PSID */
        {"03 00 20 c001 00", REASON_WSMP_HEADER, 3}, /* fragmented length */
        {"03 00 20 05 00", REASON_TRUNCATED, 5},
        {"0b 01 04 05 00", REASON_TRUNCATED, 5},
        {"0b 7f", REASON_TRUNCATED, 2},
        {"03 00 e0 00", REASON_TRUNCATED, 4},
        {"", REASON_TRUNCATED, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bytes f = kit(rows[i].hex);
        assert_false(frames_walk_payload(f.data, f.size, FRAMES_AT_WSMP, &r));
        assert_int_equal(r.fault.reason, rows[i].reason);
        assert_int_equal(r.fault.offset, rows[i].offset);
        bytes_close(&f);
    }
}

/* Octets worked out from the layout table of IEEE 1609.3. */
static void what_is_wrapped_is_written_as_the_standard_lays_it_out(void **state)
{
    (void)state;
    struct bytes out = {0}, want = kit("0b 03 040193 0f01b4 10010c 00 8002 02 abcd");
    struct wrap_wsmp_facts facts = {.psid = 130,
                                    .has_power = true,
                                    .has_channel = true,
                                    .has_rate = true,
                                    .power_dbm = 19,
                                    .channel = 180,
                                    .rate_500k = 12};
    assert_true(wrap_wsmp(&out, &facts, (const uint8_t *)"\xab\xcd", 2));
    assert_int_equal(out.size, want.size);
    assert_memory_equal(out.data, want.data, want.size);
    uint8_t long_data[200] = {0};
    bytes_clear(&out);
    facts = (struct wrap_wsmp_facts){.psid = 0x20};
    assert_true(wrap_wsmp(&out, &facts, long_data, sizeof long_data));
    assert_memory_equal(out.data, "\x03\x00\x20\x80\xc8", 5);
    facts.psid = UINT32_MAX;
    assert_false(wrap_wsmp(&out, &facts, long_data, 1));
    facts = (struct wrap_wsmp_facts){.has_power = true, .power_dbm = 128};
    assert_false(wrap_wsmp(&out, &facts, long_data, 1));
    bytes_close(&out);
    bytes_close(&want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(psids_are_p_encoded),
        cmocka_unit_test(extensions_give_power_channel_and_rate),
        cmocka_unit_test(a_bare_message_needs_no_envelope),
        cmocka_unit_test(a_payload_of_no_known_kind_is_kept_as_unknown),
        cmocka_unit_test(malformed_headers_are_named),
        cmocka_unit_test(what_is_wrapped_is_written_as_the_standard_lays_it_out),
    };
    return cmocka_run_group_tests_name("wsmp", tests, NULL, NULL);
}
