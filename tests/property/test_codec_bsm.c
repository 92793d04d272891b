/* SPDX-License-Identifier: Apache-2.0 */
/* The fast BSM path against asn1c, which knows nothing of it: random cores both ways, every
 * bit flipped, every cut. Prints its seed by name: draws are keyed. */
#include "../unit/test_asn1_help.h"

#include "asn1/bsm_fast.h"
#include "base/draw.h"

enum { ROUNDS = 2000, SEED = 20735 };

static uint64_t draw(uint64_t round, uint64_t which)
{
    return draw_bits(draw_key(SEED, 0), round, which);
}

/* Uniform in low..high; the ends come more often. */
static int64_t between(uint64_t bits, int64_t low, int64_t high)
{
    uint64_t span = (uint64_t)(high - low) + 1;
    switch (bits >> 61) {
    case 0:
        return low;
    case 1:
        return high;
    default:
        return low + (int64_t)((bits & 0x1FFFFFFFFFFFFF) % span);
    }
}

static struct bsm_core random_core(uint64_t round)
{
    struct bsm_core c;
    uint64_t n = 0;
#define DRAW(member, type, low, high) c.member = (type)between(draw(round, n++), low, high)
    DRAW(msg_cnt, uint8_t, 0, 127);
    DRAW(id, uint32_t, 0, 0xFFFFFFFF);
    DRAW(sec_mark, uint16_t, 0, 65535);
    DRAW(lat, int32_t, -900000000, 900000001);
    DRAW(lon, int32_t, -1799999999, 1800000001);
    DRAW(elev, int32_t, -4096, 61439);
    DRAW(semi_major, uint8_t, 0, 255);
    DRAW(semi_minor, uint8_t, 0, 255);
    DRAW(orientation, uint16_t, 0, 65535);
    DRAW(transmission, uint8_t, 0, 7);
    DRAW(speed, uint16_t, 0, 8191);
    DRAW(heading, uint16_t, 0, 28800);
    DRAW(angle, int8_t, -126, 127);
    DRAW(accel_long, int16_t, -2000, 2001);
    DRAW(accel_lat, int16_t, -2000, 2001);
    DRAW(accel_vert, int8_t, -127, 127);
    DRAW(yaw, int16_t, -32767, 32767);
    DRAW(wheel_brakes, uint8_t, 0, 31);
    DRAW(traction, uint8_t, 0, 3);
    DRAW(abs, uint8_t, 0, 3);
    DRAW(scs, uint8_t, 0, 3);
    DRAW(brake_boost, uint8_t, 0, 2);
    DRAW(aux_brakes, uint8_t, 0, 3);
    DRAW(width, uint16_t, 0, 1023);
    DRAW(length, uint16_t, 0, 4095);
#undef DRAW
    return c;
}

/* The core as asn1c's side spells it. */
static void core_text(const struct bsm_core *c, char *text, size_t room)
{
    static const char *const gear[] = {"neutral",      "park",       "forwardGears",
                                       "reverseGears", "reserved1",  "reserved2",
                                       "reserved3",    "unavailable"};
    static const char *const system[] = {"unavailable", "off", "on", "engaged"};
    static const char *const aux[] = {"unavailable", "off", "on", "reserved"};
    (void)snprintf(
        text, room,
        "{\"messageId\":20,\"value\":{\"BasicSafetyMessage\":{\"coreData\":{\"msgCnt\":%d,"
        "\"id\":\"%08X\",\"secMark\":%d,\"lat\":%d,\"long\":%d,\"elev\":%d,\"accuracy\":{"
        "\"semiMajor\":%d,\"semiMinor\":%d,\"orientation\":%d},\"transmission\":\"%s\","
        "\"speed\":%d,\"heading\":%d,\"angle\":%d,\"accelSet\":{\"long\":%d,\"lat\":%d,"
        "\"vert\":%d,\"yaw\":%d},\"brakes\":{\"wheelBrakes\":\"%02X\",\"traction\":\"%s\","
        "\"abs\":\"%s\",\"scs\":\"%s\",\"brakeBoost\":\"%s\",\"auxBrakes\":\"%s\"},"
        "\"size\":{\"width\":%d,\"length\":%d}}}}}",
        c->msg_cnt, (unsigned)c->id, c->sec_mark, c->lat, c->lon, c->elev, c->semi_major,
        c->semi_minor, c->orientation, gear[c->transmission], c->speed, c->heading,
        c->angle, c->accel_long, c->accel_lat, c->accel_vert, c->yaw, c->wheel_brakes << 3,
        system[c->traction], system[c->abs], system[c->scs], system[c->brake_boost],
        aux[c->aux_brakes], c->width, c->length);
}

static void agrees_with_asn1c_on_random_cores_both_ways(void **state)
{
    struct bench *b = *state;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct bsm_core core = random_core(round);
        uint8_t frame[BSM_FRAME_SIZE];
        char text[1024];
        core_text(&core, text, sizeof text);
        assert_true(bsm_fast_encode(&core, frame));
        assert_int_equal(bench_encode(b, text), 0);
        assert_int_equal(b->out.size, BSM_FRAME_SIZE);
        assert_memory_equal(b->out.data, frame, BSM_FRAME_SIZE);
        assert_true(bench_decode(b, frame, BSM_FRAME_SIZE));
        assert_string_equal(bench_jer(b), text);
        struct bsm_core again;
        struct bsm_preamble preamble;
        size_t bad;
        assert_true(bsm_fast_decode(frame + 3, 37, &again, &preamble, &bad));
        uint8_t frame_again[BSM_FRAME_SIZE];
        assert_true(bsm_fast_encode(&again, frame_again));
        assert_memory_equal(frame_again, frame, BSM_FRAME_SIZE);
    }
}

/* A flip of bits 3 to 292 gives another value or one out of range; both sides agree which.
 */
static void agrees_with_asn1c_on_every_bit_flip(void **state)
{
    struct bench *b = *state;
    for (uint64_t round = 0; round < 20; round++) {
        struct bsm_core core = random_core(round);
        for (size_t bit = 0; bit < BSM_CORE_BITS; bit++) {
            uint8_t frame[BSM_FRAME_SIZE];
            struct bsm_core got;
            struct bsm_preamble preamble;
            size_t bad = 0;
            assert_true(bsm_fast_encode(&core, frame));
            frame[3 + bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
            bool theirs = bench_decode(b, frame, sizeof frame);
            bool ours = bsm_fast_decode(frame + 3, 37, &got, &preamble, &bad);
            if (bit < 3) {
                assert_false(theirs); /* announces what is not there */
                continue;
            }
            assert_int_equal(ours, theirs);
            if (!ours) {
                assert_int_equal(24 + bad, b->report.offset * 8 + (size_t)b->report.bit);
                continue;
            }
            char text[1024];
            core_text(&got, text, sizeof text);
            assert_string_equal(bench_jer(b), text);
        }
    }
}

static void refuses_every_cut_as_asn1c_does(void **state)
{
    struct bench *b = *state;
    struct bsm_core core = random_core(1);
    uint8_t frame[BSM_FRAME_SIZE];
    assert_true(bsm_fast_encode(&core, frame));
    for (size_t cut = 0; cut < BSM_FRAME_SIZE; cut++) {
        size_t size;
        assert_false(bench_decode(b, frame, cut));
        assert_null(bsm_fast_body(frame, cut, &size));
    }
}

#define BENCH(test) cmocka_unit_test_setup_teardown(test, bench_open, bench_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH(agrees_with_asn1c_on_random_cores_both_ways),
        BENCH(agrees_with_asn1c_on_every_bit_flip),
        BENCH(refuses_every_cut_as_asn1c_does),
    };
    return cmocka_run_group_tests_name("codec_bsm", tests, NULL, NULL);
}
