/* SPDX-License-Identifier: Apache-2.0 */
/* The straight-line BSM core: known encodings, refusals, and what it reads of Part II. */
#include "test_asn1_help.h"

#include "asn1/bsm_fast.h"

static const struct bsm_core typical = {
    .msg_cnt = 77,
    .id = 0xA1B2C3D4,
    .sec_mark = 34567,
    .lat = 481234567,
    .lon = 115678901,
    .elev = 5321,
    .semi_major = 40,
    .semi_minor = 30,
    .orientation = 12345,
    .transmission = 2,
    .speed = 1389,
    .heading = 14400,
    .angle = -5,
    .accel_long = -120,
    .accel_lat = 35,
    .accel_vert = -3,
    .yaw = -250,
    .wheel_brakes = 10,
    .traction = 2,
    .abs = 3,
    .scs = 1,
    .brake_boost = 1,
    .aux_brakes = 3,
    .width = 185,
    .length = 472,
};

static void encodes_the_typical_core(void **state)
{
    uint8_t expected[64];
    uint8_t frame[BSM_FRAME_SIZE];
    (void)state;
    unhex(TYPICAL_BSM, expected);
    assert_true(bsm_fast_encode(&typical, frame));
    assert_memory_equal(frame, expected, BSM_FRAME_SIZE);
}

static void decodes_the_typical_core(void **state)
{
    uint8_t frame[64];
    struct bsm_core core;
    struct bsm_preamble preamble;
    size_t size;
    size_t bad;
    (void)state;
    size_t total = unhex(TYPICAL_BSM, frame);
    const uint8_t *body = bsm_fast_body(frame, total, &size);
    assert_ptr_equal(body, frame + 3);
    assert_int_equal(size, 37);
    assert_true(bsm_fast_decode(body, size, &core, &preamble, &bad));
    assert_false(preamble.extended || preamble.part_ii || preamble.regional);
    uint8_t again[BSM_FRAME_SIZE];
    assert_true(bsm_fast_encode(&core, again));
    assert_memory_equal(again, frame, BSM_FRAME_SIZE);
    assert_int_equal(core.lat, 481234567);
    assert_int_equal(core.lon, 115678901);
    assert_int_equal(core.yaw, -250);
    assert_int_equal(core.wheel_brakes, 10);
    assert_int_equal(core.length, 472);
}

static void decodes_the_ends_of_every_range(void **state)
{
    uint8_t frame[64];
    struct bsm_core core;
    struct bsm_preamble preamble;
    size_t bad;
    (void)state;
    unhex(LOWEST_BSM, frame);
    assert_true(bsm_fast_decode(frame + 3, 37, &core, &preamble, &bad));
    assert_int_equal(core.lat, -900000000);
    assert_int_equal(core.lon, -1799999999);
    assert_int_equal(core.elev, -4096);
    assert_int_equal(core.angle, -126);
    assert_int_equal(core.yaw, -32767);
    unhex(HIGHEST_BSM, frame);
    assert_true(bsm_fast_decode(frame + 3, 37, &core, &preamble, &bad));
    assert_int_equal(core.lat, 900000001);
    assert_int_equal(core.lon, 1800000001);
    assert_int_equal(core.elev, 61439);
    assert_int_equal(core.heading, 28800);
    assert_int_equal(core.accel_long, 2001);
    assert_int_equal(core.brake_boost, 2);
    assert_int_equal(core.length, 4095);
}

static void refuses_to_encode_a_value_out_of_range(void **state)
{
    uint8_t frame[BSM_FRAME_SIZE] = {0xEE};
    struct bsm_core core;
    (void)state;
#define REFUSED(member, value)                                                             \
    core = typical;                                                                        \
    core.member = (value);                                                                 \
    assert_false(bsm_fast_encode(&core, frame));
    REFUSED(msg_cnt, 128)
    REFUSED(lat, 900000002)
    REFUSED(lat, -900000001)
    REFUSED(lon, 1800000002)
    REFUSED(lon, -1800000000)
    REFUSED(elev, 61440)
    REFUSED(elev, -4097)
    REFUSED(transmission, 8)
    REFUSED(speed, 8192)
    REFUSED(heading, 28801)
    REFUSED(angle, -127)
    REFUSED(accel_long, 2002)
    REFUSED(accel_lat, -2001)
    REFUSED(accel_vert, -128)
    REFUSED(yaw, -32768)
    REFUSED(wheel_brakes, 32)
    REFUSED(brake_boost, 3)
    REFUSED(width, 1024)
    REFUSED(length, 4096)
#undef REFUSED
    assert_int_equal(frame[0], 0xEE);
}

static void names_the_bit_of_a_value_out_of_range(void **state)
{
    uint8_t frame[64];
    struct bsm_core core;
    struct bsm_preamble preamble;
    size_t bad = 0;
    (void)state;
    unhex(TYPICAL_BSM, frame);
    frame[3 + 267 / 8] |= 0x18; /* bits 267 and 268: brakeBoost 3 */
    assert_false(bsm_fast_decode(frame + 3, 37, &core, &preamble, &bad));
    assert_int_equal(bad, 267);
    assert_false(bsm_fast_decode(frame + 3, 36, &core, &preamble, &bad));
    assert_int_equal(bad, 36 * 8);
}

static void finds_no_body_in_other_frames(void **state)
{
    (void)state;
    size_t size;
    uint8_t frame[64];
    size_t total = unhex(TYPICAL_BSM, frame);
    for (size_t cut = 0; cut < total; cut++) {
        assert_null(bsm_fast_body(frame, cut, &size));
    }
    frame[1] = 0x13;
    assert_null(bsm_fast_body(frame, total, &size));
}

/* Part II of two items: id 2 with three octets, then id 0. */
static size_t with_events(uint8_t *body, bool hard_braking)
{
    struct pen p = {0};
    struct pen safety = {0};
    uint8_t frame[64];
    unhex(TYPICAL_BSM, frame);
    memcpy(p.data, frame + 3, 37);
    p.data[0] |= 0x40;
    p.at = 293;
    pen_put(&p, 2 - 1, 3);
    pen_put(&p, 2, 6);
    pen_put(&p, 3, 8);
    pen_put(&p, 0xFFFFFF, 24);
    pen_put(&p, 0, 6);
    pen_put(&safety, 0, 1);
    pen_put(&safety, 0xE, 4); /* events, path history, prediction, no lights */
    pen_put(&safety, 0, 1);
    pen_put(&safety, hard_braking ? 1u << (12 - 7) : 0, 13);
    pen_open(&p, &safety);
    memcpy(body, p.data, pen_octets(&p));
    return pen_octets(&p);
}

static void reads_hard_braking_without_decoding_part_ii(void **state)
{
    uint8_t body[128];
    struct bsm_events events;
    (void)state;
    size_t size = with_events(body, true);
    assert_true(bsm_fast_events(body, size, &events));
    assert_true(events.present && events.path_history && events.path_prediction);
    assert_false(events.lights);
    assert_int_equal(events.length, 13);
    assert_int_equal(events.flags, 1 << 7);
    size = with_events(body, false);
    assert_true(bsm_fast_events(body, size, &events));
    assert_int_equal(events.flags, 0);
}

static void reads_the_core_of_a_bsm_with_part_ii(void **state)
{
    uint8_t body[128];
    struct bsm_core core;
    struct bsm_preamble preamble;
    size_t bad;
    (void)state;
    size_t size = with_events(body, true);
    assert_true(bsm_fast_decode(body, size, &core, &preamble, &bad));
    assert_true(preamble.part_ii);
    assert_int_equal(core.lat, typical.lat);
}

/* asn1c's side refuses this Part II; the core does not depend on it. */
static void reads_the_core_whatever_follows_it(void **state)
{
    uint8_t frame[64];
    struct bsm_core core;
    struct bsm_preamble preamble;
    size_t size;
    size_t bad;
    (void)state;
    size_t total = unhex(NOISY_BSM, frame);
    const uint8_t *body = bsm_fast_body(frame, total, &size);
    assert_non_null(body);
    assert_true(bsm_fast_decode(body, size, &core, &preamble, &bad));
    assert_true(preamble.part_ii && preamble.regional && !preamble.extended);
    assert_int_equal(core.msg_cnt, 77);
    assert_int_equal(core.id, 0xA1B2C3D4);
    assert_int_equal(core.length, 472);
}

static void notices_a_torn_part_ii(void **state)
{
    uint8_t body[128];
    struct bsm_events events;
    (void)state;
    size_t size = with_events(body, true);
    for (size_t cut = 0; cut < size - 1; cut++) {
        uint8_t *copy = malloc(cut + 1);
        memcpy(copy, body, cut);
        assert_false(bsm_fast_events(copy, cut, &events));
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes_the_typical_core),
        cmocka_unit_test(decodes_the_typical_core),
        cmocka_unit_test(decodes_the_ends_of_every_range),
        cmocka_unit_test(refuses_to_encode_a_value_out_of_range),
        cmocka_unit_test(names_the_bit_of_a_value_out_of_range),
        cmocka_unit_test(finds_no_body_in_other_frames),
        cmocka_unit_test(reads_hard_braking_without_decoding_part_ii),
        cmocka_unit_test(reads_the_core_of_a_bsm_with_part_ii),
        cmocka_unit_test(reads_the_core_whatever_follows_it),
        cmocka_unit_test(notices_a_torn_part_ii),
    };
    return cmocka_run_group_tests_name("bsm_fast", tests, NULL, NULL);
}
