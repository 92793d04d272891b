/* SPDX-License-Identifier: Apache-2.0 */
/* Pace is not an input: the shipped scenario pulled in random slices gives the same rows,
 * fates and octets, in the same order, with any number of threads. Prints its seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "engine/engine.h"
#include "model/records.h"
#include "publish/canonical.h"
#include "publish/proto.h"
#include "scenarios/world.h"

#define SHIPPED SOURCE_DIR "/scenarios/library/blind-crossing.yaml"

struct hashing {
    struct digest digest;
    struct bytes scratch;
    uint64_t rows, fates, heard, sent;
};

static int put_row(void *self, const struct table *table, const void *row,
                   struct fail *fail)
{
    struct hashing *h = self;
    bytes_clear(&h->scratch);
    int code = proto_row(&h->scratch, table, row, PROTO_ALL, fail);
    digest_text(&h->digest, table->name);
    digest_put(&h->digest, h->scratch.data, h->scratch.size);
    h->rows++;
    return code;
}

static int put_fates(void *self, const struct reception *receptions, size_t count,
                     struct fail *fail)
{
    struct hashing *h = self;
    (void)fail;
    for (size_t i = 0; i < count; i++) {
        digest_put(&h->digest, &receptions[i].fate, sizeof receptions[i].fate);
    }
    h->fates += count;
    return 0;
}

static int put_sent(void *self, const struct emission *em, struct fail *fail)
{
    struct hashing *h = self;
    (void)fail;
    digest_put(&h->digest, em->octets, em->octets ? em->size : 0);
    h->sent++;
    return 0;
}

static int put_heard(void *self, const struct hearing *hearing, struct fail *fail)
{
    struct hashing *h = self;
    (void)fail;
    assert_non_null(hearing->octets);
    digest_put(&h->digest, hearing->octets, hearing->size);
    h->heard++;
    return 0;
}

static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

struct outcome {
    uint8_t sum[DIGEST_SIZE];
    struct engine_totals totals;
    uint64_t rows, fates, heard;
};

static struct outcome pulled(const char *tier, uint64_t luck, int threads)
{
    char override[32];
    const char *const overrides[] = {override, "duration_s=8"};
    (void)snprintf(override, sizeof override, "air.tier=%s", tier);
    struct scenario_options options = {overrides, 2, NULL, NULL};
    struct scenario *scenario;
    struct world *world;
    struct fail fail = {0};
    struct hashing h = {0};
    digest_init(&h.digest);
    assert_int_equal(scenario_load(SHIPPED, &options, &scenario, NULL, &fail), 0);
    assert_int_equal(world_new(scenario, scenario->seed, &world, &fail), 0);
    struct engine_setup setup = {
        .source = world_source(world),
        .scenario_id = scenario->name,
        .world_id = world_id(world),
        .seed = scenario->seed,
        .origin = world_origin(world),
        .origin_known = true,
        .start = world_start(world),
        .walls = world_walls(world),
        .air = scenario->air,
        .threads = threads,
        .sinks[0] = {.self = &h,
                     .wants_receptions = true,
                     .row = put_row,
                     .fates = put_fates,
                     .sent = put_sent,
                     .heard = put_heard},
        .sink_count = 1,
    };
    setup.agents = world_agents(world, &setup.agent_count);
    setup.agents_most = (uint32_t)setup.agent_count;
    struct engine_ego egos[8];
    for (uint32_t i = 0; i < setup.agent_count; i++) {
        if (setup.agents[i].ego && setup.ego_count < 8) {
            struct engine_ego *ego = &egos[setup.ego_count++];
            ego->agent = i;
            ego->specs = world_sensors(world, i, &ego->spec_count);
        }
    }
    setup.egos = egos;
    struct engine *engine;
    assert_int_equal(engine_new(&engine, &setup, &fail), 0);
    struct tai end = tai_add(world_start(world), world_duration(world));
    int code = 1;
    while (code == 1 && engine_now(engine).ns < end.ns) {
        /* without luck a tick at a time; else from nothing at all to 1.3 s */
        luck = luck ? mix(luck) | 1 : 0;
        int64_t slice_ns = luck ? (int64_t)(luck % 1300000000) : WORLD_TICK_NS;
        struct tai until = tai_add(engine_now(engine), span_ns(slice_ns));
        until = until.ns > end.ns ? end : until;
        code = engine_slice(engine, until, &fail);
    }
    assert_true(code >= 0);
    assert_int_equal(engine_finish(engine, &fail), 0);
    struct outcome out = {.totals = engine_totals(engine),
                          .rows = h.rows,
                          .fates = h.fates,
                          .heard = h.heard};
    digest_finish(&h.digest, out.sum);
    bytes_close(&h.scratch);
    engine_free(engine);
    world_free(world);
    scenario_free(scenario);
    return out;
}

static void same(const struct outcome *a, const struct outcome *b)
{
    assert_int_equal(a->rows, b->rows);
    assert_int_equal(a->fates, b->fates);
    assert_memory_equal(a->sum, b->sum, DIGEST_SIZE);
}

static void random_slices_give_the_same_rows(void **state)
{
    (void)state;
    static const char *const tiers[] = {"d0", "d3", "d5"};
    for (int t = 0; t < 3; t++) {
        struct outcome by_tick = pulled(tiers[t], 0, 1);
        for (uint64_t seed = 1; seed <= 4; seed++) {
            print_message("tier %s, slices of seed %llu\n", tiers[t],
                          (unsigned long long)seed);
            struct outcome by_luck = pulled(tiers[t], seed, 1);
            same(&by_tick, &by_luck);
        }
    }
}

static void threads_give_the_same_rows(void **state)
{
    (void)state;
    struct outcome one = pulled("d4", 0, 1);
    for (int threads = 2; threads <= 5; threads += 3) {
        struct outcome more = pulled("d4", 17, threads);
        same(&one, &more);
    }
}

static void every_fate_is_handed_over_once_and_the_heard_are_the_delivered(void **state)
{
    (void)state;
    struct outcome out = pulled("d3", 5, 2);
    assert_int_equal(out.fates, out.totals.intended);
    assert_int_equal(out.heard, out.totals.delivered);
    assert_true(out.totals.delivered > 500);
}

int main(void)
{
    const struct CMUnitTest pace[] = {
        cmocka_unit_test(random_slices_give_the_same_rows),
        cmocka_unit_test(threads_give_the_same_rows),
        cmocka_unit_test(every_fate_is_handed_over_once_and_the_heard_are_the_delivered),
    };
    return cmocka_run_group_tests_name("pace_independence", pace, NULL, NULL);
}
