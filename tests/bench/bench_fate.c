/* SPDX-License-Identifier: Apache-2.0 */
/* How many complete fate records a core decides per second. In: nothing. Out: one line per
 * set-up (stations, tier): decisions per second of CPU time, nanoseconds each, and the mix
 * of causes. Every station sends each 100 ms; a tick is 10 ms. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "air/air.h"
#include "base/draw.h"
#include "tests/air_tiers.h"

struct fleet {
    size_t count;
    double *x_m, *y_m, *vx_mps, *vy_mps, *antenna_m;
    uint8_t *kinds;
    bool *receives;
    struct emission *emissions;
};

static void place(struct fleet *f, double length_m)
{
    uint64_t key = draw_key(1, DRAW_SAMPLE);
    for (size_t i = 0; i < f->count; i++) {
        f->x_m[i] = length_m * draw_uniform(draw_bits(key, i, 0));
        f->y_m[i] = 3.5 * (double)(i % 6);
        f->vx_mps[i] = i % 6 < 3 ? 30 : -30;
        f->antenna_m[i] = 1.5;
        f->kinds[i] = KIND_CAR;
        f->receives[i] = true;
    }
}

/* The tenth of the fleet whose turn it is. */
static size_t send(struct fleet *f, uint32_t tick, struct tai t)
{
    size_t n = 0;
    for (size_t i = tick % 10; i < f->count; i += 10) {
        uint32_t k = tick / 10;
        struct tai t_gen = {t.ns - 5 * TIME_NS_PER_MS};
        f->emissions[n++] = (struct emission){
            .msg_uid = emission_uid((uint32_t)i, MSG_BSM, k),
            .sender_idx = (uint32_t)i,
            .k = k,
            .tx_index = k,
            .msg_type = MSG_BSM,
            .sender_kind = KIND_CAR,
            .truth_known = true,
            .t_gen = t_gen,
            .t_tx = t_gen,
            .truth = {.x_m = f->x_m[i],
                      .y_m = f->y_m[i],
                      .speed_mps = 30,
                      .yaw_rad = f->vx_mps[i] > 0 ? 0 : 3.14159265358979,
                      .present = true},
            .claim = {.known = CLAIM_POSITION | CLAIM_SPEED | CLAIM_TIME | CLAIM_ACCURACY,
                      .x_m = f->x_m[i] + 0.5,
                      .y_m = f->y_m[i],
                      .speed_mps = 30,
                      .sigma_m = 1,
                      .t_gen = t_gen},
        };
    }
    return n;
}

static double cpu_s(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void run(struct fleet *f, const struct tier *tier, uint8_t index, uint32_t ticks)
{
    struct air_config config = {.technology = TECH_IDEAL,
                                .tier_index = index,
                                .tier = *tier,
                                .intended_range_m = 300,
                                .deadline_ms = 100};
    struct tai start = {INT64_C(700000000) * TIME_NS_PER_S};
    struct air_setup setup = {.config = &config,
                              .seed = 1,
                              .start = start,
                              .agents_most = (uint32_t)f->count,
                              .threads_most = 1};
    struct air *air = NULL;
    struct fail fail;
    size_t room = 1u << 14; /* the engine hands rows on in batches of this kind */
    struct reception *out = calloc(room, sizeof *out);
    if (!out || air_new(&air, &setup, &fail) != 0) {
        exit(EXIT_FAILURE);
    }
    uint64_t check = 0;
    double spent_s = 0;
    for (uint32_t tick = 0; tick < ticks; tick++) {
        struct air_stations stations = {
            .t = tai_add(start, span_ms(10 * ((int64_t)tick + 1))),
            .count = f->count,
            .x_m = f->x_m,
            .y_m = f->y_m,
            .vx_mps = f->vx_mps,
            .vy_mps = f->vy_mps,
            .antenna_m = f->antenna_m,
            .kinds = f->kinds,
            .receives = f->receives};
        struct air_work work = {f->emissions, 0, send(f, tick, stations.t)};
        double began_s = cpu_s();
        air_tick(air, &stations);
        while (work.first < work.last) {
            size_t rows = air_decide(air, &work, NULL, out, room, &work.first);
            check += rows > 0 ? (uint64_t)out[rows - 1].fate.t_rx_ns : 0;
        }
        spent_s += cpu_s() - began_s;
    }
    const struct air_ledger *l = air_ledger(air);
    printf("%5zu stations  %s  %8.2f M decisions/s  %6.1f ns  delivered %5.2f %%  burst "
           "%5.2f %%  dropout %4.2f %%  (%llu rows, %016llx)\n",
           f->count, tier->name, (double)l->intended / spent_s * 1e-6,
           spent_s / (double)l->intended * 1e9,
           100 * (double)l->delivered / (double)l->intended,
           100 * (double)l->lost[CAUSE_BURST] / (double)l->intended,
           100 * (double)l->lost[CAUSE_DROPOUT] / (double)l->intended,
           (unsigned long long)l->intended, (unsigned long long)check);
    air_free(air);
    free(out);
}

int main(void)
{
    static const struct {
        size_t count;
        double length_m;
        uint32_t ticks;
    } cases[] = {{200, 300, 600}, {1000, 10000, 600}, {10000, 100000, 60}};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        size_t n = cases[c].count;
        struct fleet f = {.count = n,
                          .x_m = calloc(n, sizeof(double)),
                          .y_m = calloc(n, sizeof(double)),
                          .vx_mps = calloc(n, sizeof(double)),
                          .vy_mps = calloc(n, sizeof(double)),
                          .antenna_m = calloc(n, sizeof(double)),
                          .kinds = calloc(n, 1),
                          .receives = calloc(n, sizeof(bool)),
                          .emissions = calloc(n, sizeof(struct emission))};
        place(&f, cases[c].length_m);
        for (uint8_t tier = 0; tier < TIER_COUNT; tier++) {
            run(&f, &air_tiers[tier], tier, cases[c].ticks);
        }
        free(f.x_m);
        free(f.y_m);
        free(f.vx_mps);
        free(f.vy_mps);
        free(f.antenna_m);
        free(f.kinds);
        free(f.receives);
        free(f.emissions);
    }
    return EXIT_SUCCESS;
}
