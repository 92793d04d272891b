/* SPDX-License-Identifier: Apache-2.0 */
/* The straight-line BSM core against asn1c on the same frames in the same run. Out: one
 * line each: name, ours and baseline in nanoseconds of CPU time. Best of several rounds,
 * interleaved. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <BasicSafetyMessage.h>

#include "asn1/bsm_fast.h"
#include "asn1/pdu.h"
#include "base/draw.h"

enum { FRAMES = 2000, ROUNDS = 9 };

static double cpu_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void fill(struct bsm_core *c, uint64_t i)
{
    uint64_t r = draw_bits(draw_key(1, DRAW_SAMPLE), 1, i);
    *c = (struct bsm_core){.msg_cnt = (uint8_t)(i & 127),
                           .id = (uint32_t)r,
                           .sec_mark = (uint16_t)(r % 60000),
                           .lat = (int32_t)(r % 1800000000) - 900000000,
                           .lon = (int32_t)(r % 1799999999),
                           .elev = (int32_t)(r % 6000),
                           .speed = (uint16_t)(r % 8191),
                           .heading = (uint16_t)(r % 28800),
                           .accel_long = (int16_t)(r % 2000),
                           .width = 185,
                           .length = 472};
}

static double decode_fast(uint8_t frames[][BSM_FRAME_SIZE], volatile int64_t *sum)
{
    double began = cpu_ns();
    for (int i = 0; i < FRAMES; i++) {
        struct bsm_core core;
        struct bsm_preamble preamble;
        size_t bad;
        size_t size;
        const uint8_t *body = bsm_fast_body(frames[i], BSM_FRAME_SIZE, &size);
        if (body && bsm_fast_decode(body, size, &core, &preamble, &bad)) {
            *sum += core.lat;
        }
    }
    return (cpu_ns() - began) / FRAMES;
}

static double decode_asn1c(uint8_t frames[][BSM_FRAME_SIZE], struct turn *turn,
                           volatile int64_t *sum)
{
    static struct trace trace;
    double began = cpu_ns();
    for (int i = 0; i < FRAMES; i++) {
        size_t consumed;
        size_t size;
        const uint8_t *body = bsm_fast_body(frames[i], BSM_FRAME_SIZE, &size);
        turn_begin(turn);
        trace_clear(&trace);
        turn->trace = &trace;
        BasicSafetyMessage_t *m =
            pdu_decode(&asn_DEF_BasicSafetyMessage, body, size, &trace, &consumed);
        *sum += m ? m->coreData.lat : 0;
        turn_end();
    }
    return (cpu_ns() - began) / FRAMES;
}

int main(void)
{
    static uint8_t frames[FRAMES][BSM_FRAME_SIZE];
    struct turn turn;
    volatile int64_t sum = 0;
    if (!turn_init(&turn, 1u << 20)) {
        return EXIT_FAILURE;
    }
    pdu_settle();
    for (int i = 0; i < FRAMES; i++) {
        struct bsm_core core;
        fill(&core, (uint64_t)i);
        if (!bsm_fast_encode(&core, frames[i])) {
            return EXIT_FAILURE;
        }
    }
    double fast = 1e9;
    double slow = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double a = decode_fast(frames, &sum);
        double b = decode_asn1c(frames, &turn, &sum);
        fast = a < fast ? a : fast;
        slow = b < slow ? b : slow;
    }
    turn_close(&turn);
    printf("bsm_decode %.2f %.2f ns\n", fast, slow);
    return EXIT_SUCCESS;
}
