/* SPDX-License-Identifier: Apache-2.0 */
/* Actuated signals: a green ends for want of vehicles, or because it may last no longer,
 * and what is told of its end is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/plan.h"
#include "scenarios/world.h"

/* Two streets that cross, limit 10 m/s: the detectors lie 20 m before the stop lines. */
#define WORLD                                                                              \
    "schema: 1\nname: t\norigin: {lat_deg: 48, lon_deg: 11}\n"                             \
    "map:\n  lanes:\n"                                                                     \
    "    - {id: a, speed_mps: 10, points_m: [[-900, 0], [-10, 0]]}\n"                      \
    "    - {id: b, speed_mps: 10, points_m: [[10, 0], [900, 0]]}\n"                        \
    "    - {id: c, speed_mps: 10, points_m: [[0, -300], [0, -10]]}\n"                      \
    "    - {id: d, speed_mps: 10, points_m: [[0, 10], [0, 300]]}\n"                        \
    "  connections: [{from: a, to: b, signal: m}, {from: c, to: d, signal: n}]\n"          \
    "signals: [{id: m, plan: actuated}, {id: n, plan: actuated}]\n"
#define CONTROLLER                                                                         \
    "controllers:\n  - id: x\n    signals: [m, n]\n    gap_s: 3\n    stages:\n"            \
    "      - {green: [m], min_s: 5, max_s: 30}\n"                                          \
    "      - {yellow: [m], min_s: 3}\n"                                                    \
    "      - {permissive: [n], min_s: 6, max_s: 20}\n"                                     \
    "      - {yellow: [n], min_s: 4}\n"

struct fixture {
    struct scenario *scenario;
    struct world *world;
    struct source source;
};

static int from_memory(void *self, const char *path, struct bytes *text, struct fail *fail)
{
    (void)path;
    (void)fail;
    bytes_text(text, self);
    return 0;
}

static int load(const char *text, struct scenario **s, struct fail *fail)
{
    char copy[4000];
    snprintf(copy, sizeof copy, "%s", text);
    struct scenario_reader reader = {copy, from_memory};
    return scenario_load_from(&reader, "t.yaml", NULL, s, NULL, fail);
}

static struct fixture open_text(const char *text)
{
    struct fixture f = {0};
    struct fail fail = {0};
    if (load(text, &f.scenario, &fail) != 0) {
        print_error("%s\n", fail.text);
    }
    assert_non_null(f.scenario);
    assert_int_equal(world_new(f.scenario, 1, &f.world, &fail), 0);
    f.source = world_source(f.world);
    return f;
}

static void close_world(struct fixture *f)
{
    world_free(f->world);
    scenario_free(f->scenario);
}

/* Seconds at which signal 0 (m) turns from green, and back to it. */
static uint32_t turns_of(struct fixture *f, double *at, uint32_t most)
{
    struct source_tick t;
    struct fail fail = {0};
    uint32_t count = 0;
    uint8_t before = PHASE_PROTECTED_MOVEMENT;
    for (int k = 1; f->source.tick(f->source.self, &t, &fail) == 1; k++) {
        bool was = before == PHASE_PROTECTED_MOVEMENT;
        bool is = t.signals[0].phase == PHASE_PROTECTED_MOVEMENT;
        if (was != is && count < most) {
            at[count++] = k * 0.01;
        }
        before = (uint8_t)t.signals[0].phase;
    }
    return count;
}

static void without_vehicles_every_stage_has_its_least_time(void **state)
{
    (void)state;
    struct fixture f =
        open_text(WORLD CONTROLLER "duration_s: 60\nagents: [{id: e, kind: car, ego: true, "
                                   "at_m: [50, 50]}]\n");
    double at[8];
    /* 5 green, 3 yellow, 6 and 4 for the other street: a cycle of 18 s */
    const double wanted[] = {5, 18, 23, 36, 41, 54, 59};
    assert_int_equal(turns_of(&f, at, 8), 7);
    for (int i = 0; i < 7; i++) {
        assert_true(fabs(at[i] - wanted[i]) < 1e-9);
    }
    close_world(&f);
}

static void a_gap_of_three_seconds_ends_a_green(void **state)
{
    (void)state;
    /* At 10 m/s from s = 800 the middle of a car of 4 m is over the detector (s = 870) at
     * 7 s: its box leaves it at 7.2 s, and 3 s later it is red. It entered at 6.8 s, 1.8 s
     * after the least time: a gap of 6.8 s would have ended the green at 5 s, so another
     * car is over it from 2.8 to 3.2 s, and one from 4.8 to 5.2 s. */
    struct fixture f =
        open_text(WORLD CONTROLLER
                  "duration_s: 20\nagents:\n"
                  "  - {id: p, kind: car, behaviour: blind, route: [a, b], start_m: 840, "
                  "length_m: 4, speed_mps: 10}\n"
                  "  - {id: q, kind: car, behaviour: blind, route: [a, b], start_m: 820, "
                  "length_m: 4, speed_mps: 10}\n"
                  "  - {id: r, kind: car, behaviour: blind, route: [a, b], start_m: 800, "
                  "length_m: 4, speed_mps: 10}\n");
    double at[2];
    assert_true(turns_of(&f, at, 2) >= 1);
    assert_true(fabs(at[0] - 10.2) < 0.025);
    close_world(&f);
}

static void a_green_lasts_no_longer_than_its_most(void **state)
{
    (void)state;
    /* a car every two seconds, for ever */
    struct fixture f = open_text(
        WORLD CONTROLLER "duration_s: 40\nagents: [{id: e, kind: car, at_m: [50, 50]}]\n"
                         "traffic: [{id: t, count: 40, agent: {kind: car, behaviour: "
                         "blind, route: [a, b], start_m: 50, length_m: 4, speed_mps: 10}, "
                         "step: {start_m: 20.5}}]\n");
    double at[2];
    assert_int_equal(turns_of(&f, at, 2), 1);
    assert_true(fabs(at[0] - 30) < 1e-9);
    close_world(&f);
}

static void who_waits_at_red_holds_no_green_of_others(void **state)
{
    (void)state;
    struct fixture f = open_text(
        WORLD CONTROLLER "duration_s: 16\nagents: [{id: e, kind: car, route: [c, d], "
                         "start_m: 285, speed_mps: 10, initial_mps: 0}]\n");
    double at[2];
    assert_int_equal(turns_of(&f, at, 2), 1);
    assert_true(fabs(at[0] - 5) < 1e-9); /* m's green, which nobody uses */
    close_world(&f);
}

/* What was said of the end of a phase holds: it came no sooner and no later. */
static void ends_that_were_told_are_kept(void **state)
{
    (void)state;
    struct fixture f = open_text(
        WORLD CONTROLLER "duration_s: 120\nagents: [{id: e, kind: car, at_m: [50, 50]}]\n"
                         "traffic: [{id: t, count: 25, agent: {kind: car, route: [a, b], "
                         "speed_mps: 10}, step: {start_m: 33}}]\n");
    struct source_tick t;
    struct fail fail = {0};
    double least[2] = {0, 0}, most[2] = {1e9, 1e9};
    enum phase before[2] = {PHASE_PROTECTED_MOVEMENT, PHASE_STOP_AND_REMAIN};
    uint32_t turns = 0, wide = 0;
    for (int k = 1; f.source.tick(f.source.self, &t, &fail) == 1; k++) {
        double now = k * 0.01;
        for (int i = 0; i < 2; i++) {
            const struct signal_state *s = &t.signals[i];
            if (s->phase != before[i]) {
                assert_true(now > least[i] - 1e-6 && now < most[i] + 1e-6);
                before[i] = s->phase;
                turns++;
                least[i] = 0;
                most[i] = 1e9;
            }
            least[i] = fmax(least[i], now + s->min_end_s);
            most[i] = fmin(most[i], now + s->max_end_s);
            wide += s->max_end_s > s->min_end_s;
        }
    }
    assert_true(turns > 12 && wide > 1000);
    close_world(&f);
}

static void what_was_shown_is_remembered(void **state)
{
    (void)state;
    struct fixture f =
        open_text(WORLD CONTROLLER "duration_s: 9\nagents: [{id: e, kind: car, ego: true, "
                                   "at_m: [50, 50]}]\n");
    struct plans p;
    struct arena arena = {0};
    struct fail fail = {0};
    assert_int_equal(plans_init(&p, f.scenario, &arena, &fail), 0);
    for (int64_t t = 0; t <= 9 * TIME_NS_PER_S; t += WORLD_TICK_NS) {
        plans_step(&p, t);
    }
    assert_int_equal(plan_at(&p, 0, 0).phase, PHASE_PROTECTED_MOVEMENT);
    assert_int_equal(plan_at(&p, 0, 4999999999).phase, PHASE_PROTECTED_MOVEMENT);
    assert_int_equal(plan_at(&p, 0, 5 * TIME_NS_PER_S).phase, PHASE_PROTECTED_CLEARANCE);
    assert_int_equal(plan_at(&p, 0, 9 * TIME_NS_PER_S).phase, PHASE_STOP_AND_REMAIN);
    assert_int_equal(plan_at(&p, 1, 9 * TIME_NS_PER_S).phase, PHASE_PERMISSIVE_MOVEMENT);
    /* ahead: every stage for its least time: green again at 18 s */
    assert_int_equal(plan_at(&p, 0, 17999999999).phase, PHASE_STOP_AND_REMAIN);
    assert_int_equal(plan_at(&p, 0, 18 * TIME_NS_PER_S).phase, PHASE_PROTECTED_MOVEMENT);
    /* red since 8 s, for 6 + 4 s at least and 20 + 4 at most */
    struct plan_state red = plan_at(&p, 0, 9 * TIME_NS_PER_S);
    assert_int_equal(red.since_ns, 8 * TIME_NS_PER_S);
    assert_int_equal(red.end_ns, 18 * TIME_NS_PER_S);
    assert_int_equal(red.latest_ns, 32 * TIME_NS_PER_S);
    arena_close(&arena);
    close_world(&f);
}

static void a_controller_that_fits_no_signals_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } cases[] = {
        {WORLD, "signals: m: no controller rules it"},
        {WORLD "controllers: [{id: x, signals: [m, n], stages: []}]\n",
         "1 to 64 stages expected"},
        {WORLD "controllers: [{id: x, signals: [m, q], stages: [{min_s: 1}]}]\n",
         "signals = q: no signal with plan: actuated"},
        {WORLD "controllers: [{id: x, signals: [m, n], stages: [{min_s: 5, max_s: 2}]}]\n",
         "max_s: at least min_s"},
        {WORLD "controllers: [{id: x, signals: [m], stages: [{min_s: 5, green: [n]}]}]\n",
         "green = n: not a signal of this controller"},
        {WORLD "controllers: [{id: x, signals: [m, n], stages: [{min_s: 5, green: [n], "
               "yellow: [n]}]}]\n",
         "yellow = n: shows something else"},
        {WORLD "controllers: [{id: x, signals: [m, m], stages: [{min_s: 5}]}]\n",
         "signals = m: has a controller already"},
        {WORLD CONTROLLER "  - {id: x, signals: [m], stages: [{min_s: 5}]}\n",
         "id = x: given twice"},
    };
    char text[4000];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scenario *s = NULL;
        struct fail fail = {0};
        snprintf(text, sizeof text, "%sduration_s: 1\nagents: [{id: e, at_m: [0, 50]}]\n",
                 cases[i].text);
        assert_int_equal(load(text, &s, &fail), RESULT_USAGE);
        if (!strstr(fail.text, cases[i].why)) {
            print_error("wanted %s, got %s\n", cases[i].why, fail.text);
        }
        assert_non_null(strstr(fail.text, cases[i].why));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_vehicles_every_stage_has_its_least_time),
        cmocka_unit_test(a_gap_of_three_seconds_ends_a_green),
        cmocka_unit_test(a_green_lasts_no_longer_than_its_most),
        cmocka_unit_test(who_waits_at_red_holds_no_green_of_others),
        cmocka_unit_test(ends_that_were_told_are_kept),
        cmocka_unit_test(what_was_shown_is_remembered),
        cmocka_unit_test(a_controller_that_fits_no_signals_is_refused),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
