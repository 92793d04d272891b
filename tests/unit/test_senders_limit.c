/* SPDX-License-Identifier: Apache-2.0 */
/* Congestion control at the sender: slots that it leaves out are suppressed opportunities,
 * counters go on over them, infrastructure keeps its rates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "model/message.h"
#include "scenarios/world.h"

static int from_memory(void *self, const char *path, struct bytes *text, struct fail *fail)
{
    (void)path;
    (void)fail;
    bytes_text(text, self);
    return 0;
}

static void slots_left_out_are_suppressed_opportunities(void **state)
{
    (void)state;
    char text[] = "schema: 1\nname: t\norigin: {lat_deg: 42, lon_deg: -83}\n"
                  "duration_s: 20\n"
                  "agents: [{id: v0, path_m: [[0, 0], [300, 0]], speed_mps: 10}]\n";
    struct scenario_reader reader = {text, from_memory};
    uint64_t seed = 5;
    struct scenario_options options = {NULL, 0, &seed};
    struct scenario *scenario = NULL;
    struct world *world = NULL;
    struct fail fail = {0};
    assert_int_equal(
        scenario_load_from(&reader, "t.yaml", &options, &scenario, NULL, &fail), 0);
    assert_int_equal(world_new(scenario, seed, &world, &fail), 0);
    struct source source = world_source(world);
    struct source_tick tick;
    struct send_limit limit = {250, false};
    uint32_t sent = 0;
    uint32_t held = 0;
    uint8_t count = 0;
    while (source.tick(source.self, &tick, &fail) == 1) {
        for (size_t i = 0; i < tick.emission_count; i++) {
            const struct emission *e = &tick.emissions[i];
            assert_int_equal(e->k, sent + held);
            if (e->suppressed_by != SUPPRESSED_NONE) {
                assert_int_equal(e->suppressed_by, SUPPRESSED_CONGESTION_CONTROL);
                held++;
                continue;
            }
            assert_int_equal(e->tx_index, sent);
            assert_true(sent == 0 || e->message->bsm.msg_cnt == ((count + 1) & 127));
            count = e->message->bsm.msg_cnt;
            sent++;
        }
        source.limit(source.self, &limit);
    }
    /* 200 slots in 20 s, each 250 ms one: 80, but for the ends */
    assert_int_equal(sent + held, 200);
    assert_in_range(sent, 79, 82);
    world_free(world);
    scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_left_out_are_suppressed_opportunities),
    };
    return cmocka_run_group_tests_name("senders_limit", tests, NULL, NULL);
}
