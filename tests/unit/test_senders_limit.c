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

struct counts {
    uint32_t sent, held, other; /* other: left out by the rules of the message itself */
};

/* Twenty seconds of one car at 10 m/s under a limit of its mean interval. */
static struct counts counts_of(const char *standard, float limit_ms)
{
    char text[512];
    (void)snprintf(text, sizeof text,
                   "schema: 1\nname: t\norigin: {lat_deg: 42, lon_deg: -83}\n"
                   "duration_s: 20\nstandard: %s\n"
                   "agents: [{id: v0, path_m: [[0, 0], [300, 0]], speed_mps: 10}]\n",
                   standard);
    struct scenario_reader reader = {text, from_memory};
    uint64_t seed = 5;
    struct scenario_options options = {NULL, 0, &seed, NULL};
    struct scenario *scenario = NULL;
    struct world *world = NULL;
    struct fail fail = {0};
    assert_int_equal(
        scenario_load_from(&reader, "t.yaml", &options, &scenario, NULL, &fail), 0);
    assert_int_equal(world_new(scenario, seed, &world, &fail), 0);
    struct source source = world_source(world);
    struct source_tick tick;
    struct send_limit limit = {limit_ms, false};
    struct counts n = {0};
    uint8_t count = 0;
    while (source.tick(source.self, &tick, &fail) == 1) {
        for (size_t i = 0; i < tick.emission_count; i++) {
            const struct emission *e = &tick.emissions[i];
            assert_int_equal(e->k, n.sent + n.held + n.other);
            if (e->suppressed_by != SUPPRESSED_NONE) {
                n.held += e->suppressed_by == SUPPRESSED_CONGESTION_CONTROL;
                n.other += e->suppressed_by != SUPPRESSED_CONGESTION_CONTROL;
                continue;
            }
            assert_int_equal(e->tx_index, n.sent);
            if (e->msg_type == MSG_BSM) {
                assert_true(n.sent == 0 || e->message->bsm.msg_cnt == ((count + 1) & 127));
                count = e->message->bsm.msg_cnt;
            }
            n.sent++;
        }
        source.limit(source.self, &limit);
    }
    world_free(world);
    scenario_free(scenario);
    return n;
}

static void slots_left_out_are_suppressed_opportunities(void **state)
{
    (void)state;
    struct counts n = counts_of("sae", 250);
    /* 200 slots in 20 s, each 250 ms one: 80, but for the ends */
    assert_int_equal(n.sent + n.held, 200);
    assert_in_range(n.sent, 79, 82);
}

/* EN 302 637-2, 6.1.3: at 10 m/s the place has moved by more than 4 m after 0.4 s or, asked
 * each 100 ms, 0.5 s, which no limit of 250 ms holds back: what the rules leave out is
 * theirs. */
static void a_limit_below_what_the_rules_ask_for_holds_no_cam_back(void **state)
{
    (void)state;
    struct counts n = counts_of("etsi", 250);
    assert_int_equal(n.held, 0);
    assert_in_range(n.sent, 39, 51);
    assert_true(n.other > 0);
}

static void a_limit_above_it_does_and_is_told_apart(void **state)
{
    (void)state;
    struct counts n = counts_of("etsi", 1000);
    assert_in_range(n.sent, 19, 22);
    assert_true(n.held > 0 && n.other > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_left_out_are_suppressed_opportunities),
        cmocka_unit_test(a_limit_below_what_the_rules_ask_for_holds_no_cam_back),
        cmocka_unit_test(a_limit_above_it_does_and_is_told_apart),
    };
    return cmocka_run_group_tests_name("senders_limit", tests, NULL, NULL);
}
