/* SPDX-License-Identifier: Apache-2.0 */
/* What agents do beyond following: stops with a margin, moves to the side, changes of
 * lanes, trailers, sight, speed advice, traffic written out, and faults of messages on
 * request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/message.h"
#include "scenarios/glosa.h"
#include "scenarios/map.h"
#include "scenarios/motion.h"
#include "scenarios/world.h"

struct fixture {
    struct scenario *scenario;
    struct world *world;
    struct source source;
};

static int from_memory(void *self, const char *path, struct bytes *text, struct fail *fail)
{
    (void)path;
    (void)fail;
    bytes_text(text, (const char *)self);
    return 0;
}

static int load(const char *text, struct scenario **scenario, struct fail *fail)
{
    static const char head[] = "schema: 1\nname: t\norigin: {lat_deg: 42, lon_deg: -83}\n";
    char whole[4000];
    snprintf(whole, sizeof whole, "%s%s", head, text);
    struct scenario_reader reader = {whole, from_memory};
    return scenario_load_from(&reader, "t.yaml", NULL, scenario, NULL, fail);
}

static struct fixture open_text(const char *text)
{
    struct fixture f = {0};
    struct fail fail = {0};
    int result = load(text, &f.scenario, &fail);
    if (result == 0) {
        result = world_new(f.scenario, 1, &f.world, &fail);
    }
    if (result != 0) {
        print_error("%s\n", fail.text);
    }
    assert_int_equal(result, 0);
    f.source = world_source(f.world);
    return f;
}

static void close_world(struct fixture *f)
{
    world_free(f->world);
    scenario_free(f->scenario);
}

static int pull(struct fixture *f, struct source_tick *tick)
{
    struct fail fail = {0};
    return f->source.tick(f->source.self, tick, &fail);
}

#define ROAD                                                                               \
    "map:\n  lanes:\n"                                                                     \
    "    - {id: r, points_m: [[0, 0], [2000, 0]], speed_mps: 30}\n"                        \
    "    - {id: l, points_m: [[0, 3.5], [2000, 3.5]], speed_mps: 30}\n"

static void a_stop_leaves_its_margin_before_the_way_of_the_other(void **state)
{
    (void)state;
    struct fixture f =
        open_text("duration_s: 20\n" ROAD "agents:\n"
                  "  - {id: a, ego: true, route: [r], start_m: 100, speed_mps: 12, "
                  "actions: [{do: stop, "
                  "when: {time_s: 2}, before: p, margin_m: 1.5, hold_s: 60}]}\n"
                  "  - {id: p, kind: pedestrian, path_m: [[160, -8], [160, 8]]}\n");
    struct source_tick t;
    double least = 0;
    while (pull(&f, &t) == 1) {
        least = fmin(least, t.truth[0].accel_mps2);
    }
    /* half the width of a pedestrian (0.3) and the margin before x = 160 */
    assert_true(fabs(t.truth[0].x_m + t.agents[0].length_m / 2 - (160 - 0.3 - 1.5)) < 0.15);
    assert_true(t.truth[0].speed_mps < 0.05);
    /* v^2 / 2d from 100 + 24 + 2.3 m at 12 m/s, plus what the build-up costs */
    assert_true(least < -2.2 && least > -2.8);
    close_world(&f);
}

static void a_shift_ends_at_its_offset_without_a_jump(void **state)
{
    (void)state;
    struct fixture f = open_text(
        "duration_s: 10\n" ROAD "agents: [{id: a, route: [r], start_m: 100, speed_mps: 20, "
        "actions: [{do: shift, when: {time_s: 2}, to_m: -1.5, "
        "over_s: 3}]}]\n");
    struct source_tick t;
    double before = 0;
    double most = 0;
    for (int k = 1; pull(&f, &t) == 1; k++) {
        double rate = (t.truth[0].y_m - before) / 0.01;
        assert_true(t.truth[0].y_m <= 1e-9 && t.truth[0].y_m >= -1.5 - 1e-9);
        most = fmax(most, fabs(rate));
        before = t.truth[0].y_m;
    }
    /* the quintic's steepest slope is 15/8 of the mean */
    assert_true(fabs(most - 1.875 * 1.5 / 3) < 0.01);
    assert_true(fabs(before + 1.5) < 1e-9 && fabs(t.truth[0].yaw_rad) < 1e-9);
    close_world(&f);
}

static void who_gains_changes_the_lane_and_passes(void **state)
{
    (void)state;
    static const char text[] =
        "duration_s: 50\n" ROAD "agents:\n"
        "  - {id: fast, route: [r], start_m: 100, speed_mps: 28, lane_change: %s}\n"
        "  - {id: slow, kind: truck, route: [r], start_m: 200, speed_mps: 18}\n";
    for (int free = 0; free < 2; free++) {
        char whole[600];
        snprintf(whole, sizeof whole, text, free ? "true" : "false");
        struct fixture f = open_text(whole);
        struct source_tick t;
        while (pull(&f, &t) == 1) {
            bool along = fabs(t.truth[0].x_m - t.truth[1].x_m) < 7.3;
            assert_false(along && fabs(t.truth[0].y_m - t.truth[1].y_m) < 2.17);
        }
        assert_int_equal(t.truth[0].x_m > t.truth[1].x_m, free);
        assert_true(fabs(t.truth[0].y_m - (free ? 3.5 : 0)) < 1e-6);
        close_world(&f);
    }
}

static void nobody_changes_into_somebody_beside(void **state)
{
    (void)state;
    struct fixture f = open_text(
        "duration_s: 20\n" ROAD "agents:\n"
        "  - {id: fast, route: [r], start_m: 100, speed_mps: 20, lane_change: true}\n"
        "  - {id: slow, kind: truck, route: [r], start_m: 140, speed_mps: 18}\n"
        "  - {id: beside, route: [l], start_m: 98, speed_mps: 19}\n"
        "  - {id: blocks, route: [l], start_m: 125, speed_mps: 18}\n");
    struct source_tick t;
    while (pull(&f, &t) == 1) {
        assert_true(t.truth[0].y_m < 1e-9);
    }
    close_world(&f);
}

static void a_trailer_follows_its_tow(void **state)
{
    (void)state;
    struct fixture f =
        open_text("duration_s: 10\nmap:\n  lanes:\n    - {id: l, points_m: [[0, 0], [100, "
                  "0], [170, 40], "
                  "[200, 120]]}\nagents:\n"
                  "  - {id: t, kind: truck, route: [l], start_m: 60, speed_mps: 8}\n"
                  "  - {id: u, kind: trailer, towed_by: t}\n"
                  "  - {id: c, route: [l], start_m: 15, speed_mps: 14}\n");
    struct source_tick t;
    while (pull(&f, &t) == 1) {
        double apart =
            hypot(t.truth[0].x_m - t.truth[1].x_m, t.truth[0].y_m - t.truth[1].y_m);
        /* half of both lengths and the hitch, less where the road bends */
        assert_true(apart <= 11.6 + 1e-6 && apart > 11.0);
        assert_true(
            hypot(t.truth[2].x_m - t.truth[1].x_m, t.truth[2].y_m - t.truth[1].y_m) > 8.5);
    }
    close_world(&f);
}

static void a_driver_sees_only_what_nothing_hides(void **state)
{
    (void)state;
    static const char text[] =
        "duration_s: 12\n" ROAD "%s"
        "agents:\n"
        "  - {id: a, ego: true, route: [r], start_m: 100, speed_mps: 10, reaction_s: 0.5, "
        "actions: [{do: brake, when: {sees: p}, decel_mps2: 4, hold_s: 60}]}\n"
        "  - {id: p, kind: child, path_m: [[200, -5.4], [200, 8]], speed_mps: 1, "
        "start_when: "
        "{time_s: 4}}\n";
    double began[2] = {0, 0};
    for (int hidden = 0; hidden < 2; hidden++) {
        char whole[1000];
        snprintf(whole, sizeof whole, text,
                 hidden ? "parked: [{id: van, kind: van, at_m: [196, -4]}]\n" : "");
        struct fixture f = open_text(whole);
        struct source_tick t;
        for (int k = 1; pull(&f, &t) == 1; k++) {
            began[hidden] =
                began[hidden] == 0 && t.truth[0].accel_mps2 < -1 ? k * 0.01 : began[hidden];
        }
        close_world(&f);
    }
    /* it moves at 4 s (0.3 m/s after 0.2 s), the reaction takes 0.5 s */
    assert_true(began[0] > 4.5 && began[0] < 4.9);
    /* behind the van's corner at (199, -3) it shows from y = -3.1 on, 2.3 m of walk later
     */
    assert_true(began[1] > began[0] + 1.8 && began[1] < began[0] + 2.6);
}

#define S TIME_NS_PER_S

static void advice_reaches_the_line_on_green(void **state)
{
    (void)state;
    /* red until 20 s, comes again at 43 s: green and yellow are between */
    const struct glosa_told red = {true,   true,  MESSAGE_PHASE_STOP_AND_REMAIN, 0, 20 * S,
                                   20 * S, 43 * S};
    /* 200 m: a second into green is 21 s away */
    assert_true(fabs(glosa_speed(&red, 0, 200, 14) - 200 / 21.0) < 1e-9);
    /* 300 m at 12 m/s: 25 s, on green */
    assert_true(glosa_speed(&red, 0, 300, 12) == 12);
    /* 500 m at 12 m/s: 41.7 s, on yellow; nothing is known of the time after */
    assert_true(glosa_speed(&red, 0, 500, 12) < 0);
    /* 60 m: slower than anybody would creep */
    assert_true(glosa_speed(&red, 0, 60, 14) < 0);
    /* at 35 s green until 40 s, again at 63 s; 150 m at 10 m/s */
    const struct glosa_told green = {
        true, true, MESSAGE_PHASE_PROTECTED_MOVEMENT, 35 * S, 40 * S, 40 * S, 63 * S};
    assert_true(fabs(glosa_speed(&green, 35 * S, 150, 10) - 150 / 29.0) < 1e-9);
    assert_true(glosa_speed(&green, 35 * S, 30, 10) == 10);
    /* nobody said when it comes again */
    const struct glosa_told once = {
        true, false, MESSAGE_PHASE_PROTECTED_MOVEMENT, 35 * S, 40 * S, 40 * S, 0};
    assert_true(glosa_speed(&once, 35 * S, 150, 10) < 0);
}

static void traffic_is_written_out_as_agents(void **state)
{
    (void)state;
    struct scenario *s = NULL;
    struct fail fail = {0};
    assert_int_equal(
        load("duration_s: 1\n" ROAD
             "traffic:\n  - {id: c, count: 5, agent: {route: [r], start_m: 20}, "
             "vary: {speed_mps: {uniform: [10, 20]}}, step: {start_m: 30}}\n",
             &s, &fail),
        0);
    assert_int_equal(s->agent_count, 5);
    for (uint32_t i = 0; i < 5; i++) {
        assert_true(s->agents[i].start_m == 20 + 30 * i);
        assert_true(s->agents[i].speed_mps > 10 && s->agents[i].speed_mps < 20);
        assert_true(i == 0 || s->agents[i].speed_mps != s->agents[i - 1].speed_mps);
    }
    assert_string_equal(s->agents[4].id, "c-4");
    scenario_free(s);
    assert_int_equal(load("duration_s: 1\n" ROAD "traffic:\n  - {id: c, count: 5, agent: "
                          "{route: [r]}, vary: {sped_mps: {uniform: [1, 2]}}}\n",
                          &s, &fail),
                     RESULT_USAGE);
    assert_non_null(strstr(fail.text, "speed_mps"));
    assert_null(s);
}

/* Emissions of agent 0 with a fault asked for from 2 s on, judged by `check`. */
static void with_fault(const char *fault,
                       void (*check)(const struct emission *e, const struct state *other,
                                     double t_s, int *hits))
{
    char text[900];
    snprintf(text, sizeof text,
             "duration_s: 6\n" ROAD "agents:\n"
             "  - {id: a, route: [r], start_m: 100, speed_mps: 20, fault: {is: %s, from_s: "
             "2}}\n  - {id: b, route: [l], start_m: 400, speed_mps: 10}\n",
             fault);
    struct fixture f = open_text(text);
    struct source_tick t;
    int hits = 0;
    for (int k = 1; pull(&f, &t) == 1; k++) {
        for (size_t i = 0; i < t.emission_count; i++) {
            const struct emission *e = &t.emissions[i];
            double s = span_s(tai_since(e->t_tx, world_start(f.world)));
            if (e->sender_idx != 0 || !e->message) {
                continue;
            }
            assert_int_equal(e->fault != FAULT_NONE, s >= 2);
            if (s > 3) {
                check(e, &t.truth[1], s, &hits);
            }
        }
    }
    assert_true(hits >= 20);
    close_world(&f);
}

static double claimed_x(const struct emission *e)
{
    struct geo_origin o = geo_origin_init(42, -83, 0);
    double x = 0;
    double y = 0;
    geo_to_enu(&o, e->message->bsm.lat_deg, e->message->bsm.lon_deg, &x, &y);
    return x;
}

static void is_late(const struct emission *e, const struct state *other, double t_s,
                    int *hits)
{
    (void)other;
    (void)t_s;
    double behind = e->truth.x_m - claimed_x(e); /* 0.8 s at 20 m/s */
    assert_true(behind > 13 && behind < 19);
    ++*hits;
}

static void is_of_other(const struct emission *e, const struct state *other, double t_s,
                        int *hits)
{
    (void)t_s;
    assert_true(fabs(claimed_x(e) - other->x_m) < 1);
    ++*hits;
}

static void is_a_ghost(const struct emission *e, const struct state *other, double t_s,
                       int *hits)
{
    (void)other;
    (void)t_s;
    double behind = e->truth.x_m - claimed_x(e);
    assert_true(fabs(remainder(behind, 9)) < 0.1 && behind > -0.1 && behind < 36.1);
    *hits += behind > 8;
}

static void drifts(const struct emission *e, const struct state *other, double t_s,
                   int *hits)
{
    (void)other;
    double ahead_s = 1e-9 * (double)(e->t_gen_stamped.ns - e->t_gen.ns);
    assert_true(fabs(ahead_s - 1e-3 * (t_s - 2)) < 1e-6);
    ++*hits;
}

static double own_x(const struct emission *e)
{
    return e->truth.x_m - claimed_x(e);
}

static double claimed_y(const struct emission *e)
{
    struct geo_origin o = geo_origin_init(42, -83, 0);
    double x, y;
    geo_to_enu(&o, e->message->bsm.lat_deg, e->message->bsm.lon_deg, &x, &y);
    return y;
}

/* The first one of a run is remembered, so that the next can be compared with it. */
static double first_x, first_y;

static void is_off_by_the_same(const struct emission *e, const struct state *other,
                               double t_s, int *hits)
{
    (void)other;
    (void)t_s;
    double x = own_x(e);
    double y = e->truth.y_m - claimed_y(e);
    first_x = *hits == 0 ? x : first_x;
    first_y = *hits == 0 ? y : first_y;
    assert_true(fabs(x - first_x) < 0.05 && fabs(y - first_y) < 0.05);
    assert_true(hypot(x, y) > 1 && fabs(x) <= 50.1 && fabs(y) <= 50.1);
    ++*hits;
}

static void is_off_anew(const struct emission *e, const struct state *other, double t_s,
                        int *hits)
{
    (void)other;
    (void)t_s;
    assert_true(fabs(own_x(e)) <= 30.1);
    *hits += fabs(own_x(e) - first_x) > 0.1;
    first_x = own_x(e);
}

static void stands_where_it_was(const struct emission *e, const struct state *other,
                                double t_s, int *hits)
{
    (void)other;
    first_x = *hits == 0 ? claimed_x(e) : first_x;
    assert_true(fabs(claimed_x(e) - first_x) < 0.05);
    assert_true(own_x(e) > 20 * (t_s - 2) - 3); /* frozen at 2 s, at 20 m/s */
    ++*hits;
}

static void is_half_or_half_as_much_again(const struct emission *e,
                                          const struct state *other, double t_s, int *hits)
{
    (void)other;
    (void)t_s;
    double ratio = e->message->bsm.speed_mps / e->truth.speed_mps;
    assert_true(fabs(ratio - 0.5) < 0.01 || fabs(ratio - 1.5) < 0.01);
    ++*hits;
}

static void looks_back(const struct emission *e, const struct state *other, double t_s,
                       int *hits)
{
    (void)other;
    (void)t_s;
    double true_deg = geo_heading_from_yaw(e->truth.yaw_rad);
    double off = fmod(e->message->bsm.heading_deg - true_deg + 720, 360);
    assert_true(fabs(off - 180) < 0.1);
    ++*hits;
}

static double off_s(const struct emission *e)
{
    return 1e-9 * (double)(e->t_gen_stamped.ns - e->t_gen.ns);
}

static void leaps(const struct emission *e, const struct state *other, double t_s,
                  int *hits)
{
    (void)other;
    (void)t_s;
    assert_true(fabs(off_s(e) - 5) < 1e-6 || fabs(off_s(e) - 18) < 1e-6 ||
                fabs(off_s(e) - 37) < 1e-6);
    ++*hits;
}

static void steps(const struct emission *e, const struct state *other, double t_s,
                  int *hits)
{
    (void)other;
    (void)t_s;
    assert_true(fabs(fabs(off_s(e)) - 1) < 1e-6);
    ++*hits;
}

static void any(const struct emission *e, const struct state *other, double t_s, int *hits)
{
    (void)e;
    (void)other;
    (void)t_s;
    ++*hits;
}

static void faults_on_request_say_something_else_from_their_time_on(void **state)
{
    (void)state;
    static void (*const checks[])(const struct emission *, const struct state *, double,
                                  int *) = {
        [FAULT_CONST_OFFSET] = is_off_by_the_same,
        [FAULT_RANDOM_OFFSET] = is_off_anew,
        [FAULT_FROZEN] = stands_where_it_was,
        [FAULT_SPEED_SCALE] = is_half_or_half_as_much_again,
        [FAULT_MIRRORED_HEADING] = looks_back,
        [FAULT_REPLAYED] = is_of_other,
        [FAULT_DELAYED] = is_late,
        [FAULT_SYBIL] = is_a_ghost,
        [FAULT_DOS] = any,
        [FAULT_CLOCK_LEAP] = leaps,
        [FAULT_CLOCK_DRIFT] = drifts,
        [FAULT_CLOCK_STEP] = steps,
    };
#define X(name, text) +1
    assert_int_equal(sizeof checks / sizeof checks[0], SENDER_FAULT_TABLE(X));
#undef X
    for (size_t fault = FAULT_CONST_OFFSET; fault < sizeof checks / sizeof checks[0];
         fault++) {
        first_x = first_y = 0;
        with_fault(kinds_fault[fault], checks[fault]);
    }
}

static void a_flooding_sender_is_ten_times_as_fast(void **state)
{
    (void)state;
    struct fixture f = open_text(
        "duration_s: 4\n" ROAD
        "agents: [{id: a, route: [r], start_m: 100, fault: {is: dos, from_s: 2}}]\n");
    struct source_tick t;
    int before = 0;
    int after = 0;
    for (int k = 1; pull(&f, &t) == 1; k++) {
        for (size_t i = 0; i < t.emission_count; i++) {
            *(k <= 200 ? &before : &after) += t.emissions[i].message != NULL;
        }
    }
    assert_true(before >= 19 && before <= 21 && after >= 199 && after <= 201);
    close_world(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stop_leaves_its_margin_before_the_way_of_the_other),
        cmocka_unit_test(a_shift_ends_at_its_offset_without_a_jump),
        cmocka_unit_test(who_gains_changes_the_lane_and_passes),
        cmocka_unit_test(nobody_changes_into_somebody_beside),
        cmocka_unit_test(a_trailer_follows_its_tow),
        cmocka_unit_test(a_driver_sees_only_what_nothing_hides),
        cmocka_unit_test(advice_reaches_the_line_on_green),
        cmocka_unit_test(traffic_is_written_out_as_agents),
        cmocka_unit_test(faults_on_request_say_something_else_from_their_time_on),
        cmocka_unit_test(a_flooding_sender_is_ten_times_as_fast),
    };
    return cmocka_run_group_tests_name("behaviour", tests, NULL, NULL);
}
