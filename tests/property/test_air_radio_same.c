/* SPDX-License-Identifier: Apache-2.0 */
/* Random worlds on every radio: one row per intended pair and no more, a ledger that
 * closes, and the same rows whatever the threads and the room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/air.h"
#include "air/radio.h"
#include "base/draw.h"

#define WORLDS    40
#define MOST      120
#define TICKS     60
#define QUIET     40 /* ticks without messages, so that everything gets out */
#define ROWS_MOST 400000

struct world {
    uint64_t seed;
    size_t count;
    struct air_config config;
    struct radio radio;
    struct tai start;
    double x_m[MOST], y_m[MOST], still[MOST], antenna_m[MOST];
    uint8_t kinds[MOST];
    struct air_box boxes[MOST];
    bool boxed;
    bool receives[MOST];
};

static uint64_t roll(const struct world *w, uint64_t who, uint64_t k)
{
    return draw_bits(draw_key(w->seed, 99), who, k) >> 8;
}

/* Up to three windows of whatever a window can do. */
static void add_impairments(struct world *w)
{
    w->config.impairment_count = (int)(roll(w, 2, 0) % 4);
    for (int i = 0; i < w->config.impairment_count; i++) {
        struct impairment *im = &w->config.impairments[i];
        uint64_t dice = roll(w, 2, 1 + (uint64_t)i);
        *im = (struct impairment){.from_s = (double)(dice % 3) * 0.1,
                                  .to_s = 0.4 + (double)(dice % 5) * 0.1,
                                  .link = (enum link_class)(dice / 5 % LINK_CLASS_COUNT),
                                  .dropout = dice / 20 % 5 == 0,
                                  .loss = dice / 100 % 3 == 0 ? 0.2 : 0,
                                  .agent = dice / 300 % 3 == 0 ? 1 : AGENT_NONE,
                                  .latency_ms = 12,
                                  .latency_shape = 2,
                                  .latency_sigma = 0.4,
                                  .latency_law = (enum latency_law)(dice / 900 % 3),
                                  .latency_correlation = dice / 2700 % 2 == 0 ? 0.5 : 0};
        if (dice / 5400 % 2 == 0) {
            im->burst_p = 0.1;
            im->burst_r = 0.3;
        } else {
            im->states[0] = 0.05;
            im->states[1] = im->states[3] = 0.4;
            im->states[4] = 0.02;
        }
        if (dice / 10800 % 2 == 0) {
            memcpy(im->area_m, (double[3][2]){{0, 0}, {800, 0}, {0, 600}},
                   3 * sizeof im->area_m[0]);
            im->area_count = 3;
        }
    }
}

static void make(struct world *w, uint64_t seed)
{
    static const enum technology all[] = {TECH_DSRC,   TECH_ITS_G5, TECH_LTE_V2X,
                                          TECH_NR_V2X, TECH_UU,     TECH_IDEAL};
    *w = (struct world){.seed = seed, .start = {INT64_C(700000000) * TIME_NS_PER_S}};
    w->count = 2 + roll(w, 1, 0) % (MOST - 2);
    double side_m = 50 + (double)(roll(w, 1, 1) % 3000);
    w->config = (struct air_config){.technology = all[seed % 6],
                                    .tier_index = TIER_CUSTOM,
                                    .intended_range_m = 100 + (double)(roll(w, 1, 2) % 400),
                                    .deadline_ms = 100};
    if (roll(w, 1, 3) % 2 == 0) {
        w->config.tier = (struct tier){.latency_median_ms = 30,
                                       .latency_sigma = 0.5,
                                       .loss_p = 0.05,
                                       .loss_r = 0.4,
                                       .outage_gap_mean_s = 0.3,
                                       .outage_min_s = 0.1,
                                       .outage_max_s = 0.2};
    }
    if (w->config.technology != TECH_IDEAL) {
        assert_true(radio_profile(w->config.technology, &w->radio));
        if (w->radio.access == RADIO_SPS) {
            w->radio.copies = roll(w, 1, 4) % 2 == 0;
            w->radio.shadow_m = roll(w, 1, 5) % 2 == 0 ? 0 : 25;
        }
        w->radio.cell_m = w->radio.access == RADIO_CELL ? 200 : 0;
        w->radio.coverage_share = 0.8;
    }
    add_impairments(w);
    w->boxed = roll(w, 1, 6) % 2 == 0;
    for (size_t i = 0; i < w->count; i++) {
        w->x_m[i] = side_m * draw_uniform(draw_bits(draw_key(seed, 3), i, 0));
        w->y_m[i] = side_m / 4 * draw_uniform(draw_bits(draw_key(seed, 3), i, 1));
        w->antenna_m[i] = 1.5;
        w->kinds[i] = roll(w, 4, i) % 4 == 0 ? KIND_PEDESTRIAN : KIND_CAR;
        w->receives[i] = roll(w, 5, i) % 10 != 0;
        w->boxes[i] = (struct air_box){4.5F, 1.8F, i % 5 == 0 ? 3.5F : 1.5F, 1, 0, true};
    }
}

static size_t send(const struct world *w, uint32_t tick, struct emission *out)
{
    size_t n = 0;
    for (uint32_t i = 0; tick < TICKS && i < w->count; i++) {
        uint64_t dice = roll(w, 100 + i, tick);
        if (dice % 6 != 0) {
            continue;
        }
        struct tai t = tai_add(w->start, span_ns((int64_t)tick * 10000000 + 1 +
                                                 (int64_t)(dice / 6 % 9999999)));
        uint8_t type = dice / 7 % 3 == 0 ? MSG_SPAT : MSG_BSM;
        out[n++] = (struct emission){
            .msg_uid = emission_uid(i, type, tick),
            .sender_idx = i,
            .k = tick,
            .tx_index = tick,
            .msg_type = type,
            .sender_kind = w->kinds[i],
            .suppressed_by = dice / 11 % 9 == 0 ? SUPPRESSED_OFF : SUPPRESSED_NONE,
            .truth_known = true,
            .t_gen = t,
            .t_tx = t,
            .truth = {.x_m = w->x_m[i], .y_m = w->y_m[i], .present = true},
            .size = (uint16_t)(40 + dice / 13 % 900),
            .heard_by = AGENT_NONE};
    }
    for (size_t i = 1; i < n; i++) {
        struct emission e = out[i];
        size_t j = i;
        for (; j > 0 && out[j - 1].t_tx.ns > e.t_tx.ns; j--) {
            out[j] = out[j - 1];
        }
        out[j] = e;
    }
    return n;
}

static size_t expected_pairs(const struct world *w, const struct emission *e)
{
    size_t pairs = 0;
    for (size_t i = 0; i < w->count; i++) {
        double dx = w->x_m[i] - e->truth.x_m;
        double dy = w->y_m[i] - e->truth.y_m;
        pairs +=
            i != e->sender_idx && w->receives[i] &&
            dx * dx + dy * dy <= w->config.intended_range_m * w->config.intended_range_m;
    }
    return pairs;
}

struct outcome {
    size_t rows, within_expected, within_got, through, sent;
    struct air_ledger ledger;
};

static struct outcome run(const struct world *w, int threads, size_t room,
                          struct reception *rows)
{
    struct outcome o = {0};
    struct fail fail = {0};
    struct air *air = NULL;
    struct pool *pool = NULL;
    static struct emission emissions[MOST];
    static uint32_t tickets[MOST];
    struct air_setup setup = {.config = &w->config,
                              .seed = w->seed,
                              .agents_most = (uint32_t)w->count,
                              .threads_most = threads,
                              .start = w->start,
                              .radio =
                                  w->config.technology == TECH_IDEAL ? NULL : &w->radio};
    if (air_new(&air, &setup, &fail) != 0) {
        fail_msg("seed %llu: %s", (unsigned long long)w->seed, fail.text);
    }
    assert_int_equal(pool_new(&pool, threads, &fail), 0);
    for (uint32_t tick = 0; tick < TICKS + QUIET; tick++) {
        struct tai end = tai_add(w->start, span_ms(10 * ((int64_t)tick + 1)));
        struct air_stations stations = {.t = end,
                                        .count = w->count,
                                        .x_m = w->x_m,
                                        .y_m = w->y_m,
                                        .vx_mps = w->still,
                                        .vy_mps = w->still,
                                        .antenna_m = w->antenna_m,
                                        .kinds = w->kinds,
                                        .receives = w->receives,
                                        .boxes = w->boxed ? w->boxes : NULL};
        size_t n = send(w, tick, emissions);
        for (size_t i = 0; i < n; i++) {
            bool sent = emissions[i].suppressed_by == SUPPRESSED_NONE;
            tickets[i] = sent ? 1000 + tick : UINT32_MAX;
            o.sent += sent;
            o.within_expected += sent ? expected_pairs(w, &emissions[i]) : 0;
        }
        air_tick(air, &stations);
        assert_int_equal(air_offer(air, emissions, n, tickets, &fail), 0);
        for (bool more = true; more;) {
            size_t got = air_take(air, pool, rows + o.rows, room, &more);
            for (size_t i = 0; i < got; i++) {
                const struct reception *r = &rows[o.rows + i];
                o.within_got += (r->fate.flags & FATE_WITHIN_RANGE) != 0;
                assert_true(r->emission >= 1000 && r->emission <= 1000 + tick);
                if (r->fate.fate == FATE_DELIVERED) {
                    assert_true(tai_since(r->t_rx, r->t_tx).ns >= 0);
                }
            }
            o.rows += got;
            assert_true(o.rows + MOST < ROWS_MOST);
        }
        size_t through = 0;
        const uint32_t *done = air_through(air, &through);
        for (size_t i = 0; i < through; i++) {
            o.through += done[i] != UINT32_MAX;
        }
    }
    assert_int_equal(air_waiting(air), 0);
    o.ledger = *air_ledger(air);
    air_free(air);
    pool_free(pool);
    return o;
}

static void rows_do_not_depend_on_threads_or_room(void **state)
{
    (void)state;
    struct reception *a = calloc(ROWS_MOST, sizeof *a);
    struct reception *b = calloc(ROWS_MOST, sizeof *b);
    assert_non_null(a);
    assert_non_null(b);
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        static struct world w;
        make(&w, seed);
        struct outcome one = run(&w, 1, 65536, a);
        struct outcome two = run(&w, 3, w.count, b);
        if (one.rows != two.rows || memcmp(a, b, one.rows * sizeof *a) != 0 ||
            one.within_got != one.within_expected || one.through != one.sent) {
            fail_msg("seed %llu technology %s: rows %zu and %zu, pairs %zu of %zu, through "
                     "%zu of %zu",
                     (unsigned long long)seed, kinds_technology[w.config.technology],
                     one.rows, two.rows, one.within_got, one.within_expected, one.through,
                     one.sent);
        }
        assert_int_equal(one.ledger.intended, one.rows);
        assert_memory_equal(&one.ledger, &two.ledger, sizeof one.ledger);
    }
    free(a);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_do_not_depend_on_threads_or_room),
    };
    return cmocka_run_group_tests_name("air_radio_same", tests, NULL, NULL);
}
