/* SPDX-License-Identifier: Apache-2.0 */
/* How agents move: no leaps, bounded acceleration and jerk, the driver model's equilibrium,
 * stop lines, yielding, triggers, and what V2X changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fmath.h"
#include "scenarios/motion.h"
#include "scenarios/world.h"

#define SHIPPED SOURCE_DIR "/scenarios/library/blind-crossing.yaml"

struct fixture {
    struct scenario *scenario;
    struct world *world;
    struct source source;
};

struct memory {
    const char *text;
};

static int from_memory(void *self, const char *path, struct bytes *text, struct fail *fail)
{
    (void)path;
    (void)fail;
    bytes_text(text, ((const struct memory *)self)->text);
    return 0;
}

static struct fixture open_text(const char *text)
{
    static const char head[] = "schema: 1\nname: t\norigin: {lat_deg: 42, lon_deg: -83}\n";
    struct fixture f = {0};
    struct fail fail = {0};
    char whole[4000];
    snprintf(whole, sizeof whole, "%s%s", head, text);
    struct memory memory = {whole};
    struct scenario_reader reader = {&memory, from_memory};
    int result = scenario_load_from(&reader, "t.yaml", NULL, &f.scenario, NULL, &fail);
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

static void nobody_leaps_and_acceleration_and_jerk_stay_in_their_limits(void **state)
{
    (void)state;
    struct fixture f = {0};
    struct fail fail = {0};
    struct source_tick t;
    struct state before[32];
    size_t n;
    assert_int_equal(scenario_load(SHIPPED, NULL, &f.scenario, NULL, &fail), 0);
    assert_int_equal(world_new(f.scenario, 7, &f.world, &fail), 0);
    f.source = world_source(f.world);
    (void)world_agents(f.world, &n);
    memcpy(before, world_truth_now(f.world), n * sizeof *before);
    while (pull(&f, &t) == 1) {
        for (size_t i = 0; i < n; i++) {
            const struct state *a = &before[i];
            const struct state *b = &t.truth[i];
            struct motion_limits l = motion_limits(t.agents[i].kind);
            if (!a->present || !b->present) {
                continue;
            }
            double v = fmax(a->speed_mps, b->speed_mps);
            assert_true(hypot(b->x_m - a->x_m, b->y_m - a->y_m) <= v * 0.01 + 1e-9);
            assert_true(b->accel_mps2 <= l.accel_mps2 + 1e-9);
            assert_true(b->accel_mps2 >= -l.brake_mps2 - 1e-9);
            assert_true(fabs(b->speed_mps - a->speed_mps) <= l.brake_mps2 * 0.01 + 1e-9);
            if (b->speed_mps >
                0) { /* where it comes to rest the braking force ends at once */
                assert_true(fabs(b->accel_mps2 - a->accel_mps2) <=
                            l.hard_jerk_mps3 * 0.01 + 1e-9);
            }
            if (!kinds_is_vru(t.agents[i].kind)) {
                assert_true(fabs(b->yaw_rate_radps * b->speed_mps) <
                            4); /* sideways, m/s2 */
            }
        }
        memcpy(before, t.truth, n * sizeof *before);
    }
    close_world(&f);
}

static void followers_settle_at_the_equilibrium_gap(void **state)
{
    (void)state;
    struct fixture f =
        open_text("duration_s: 120\nmap:\n  lanes:\n"
                  "    - {id: l, points_m: [[0, 0], [4000, 0]]}\n"
                  "agents:\n"
                  "  - {id: lead, route: [l], start_m: 200, speed_mps: 20}\n"
                  "  - {id: own, route: [l], start_m: 100, speed_mps: 30}\n");
    struct source_tick t;
    double gap = 0;
    double speed = 0;
    while (pull(&f, &t) == 1) {
        gap = t.truth[0].x_m - t.truth[1].x_m - t.agents[0].length_m;
        speed = t.truth[1].speed_mps;
    }
    /* Treiber et al. 2000, eq. 5: s_e = (s0 + v T) / sqrt(1 - (v/v0)^4) */
    double expected = (2 + 20 * 1.5) / sqrt(1 - pow(20.0 / 30, 4));
    assert_true(fabs(speed - 20) < 0.02);
    assert_true(fabs(gap - expected) < 0.2);
    close_world(&f);
}

#define CROSSING                                                                           \
    "map:\n  lanes:\n"                                                                     \
    "    - {id: w, points_m: [[-300, 0], [-10, 0]], stop_m: 2}\n"                          \
    "    - {id: e, points_m: [[10, 0], [300, 0]]}\n"                                       \
    "    - {id: i, points_m: [[300, 4], [10, 4]]}\n"                                       \
    "    - {id: o, points_m: [[-10, 4], [-300, 4]]}\n"                                     \
    "    - {id: n, points_m: [[4, 14], [4, 300]]}\n"                                       \
    "  connections:\n"                                                                     \
    "    - {from: w, to: e, signal: s}\n"                                                  \
    "    - {from: i, to: o}\n"                                                             \
    "    - {from: w, to: n, turn: left, yields_to: [i-o]}\n"

static void stops_before_the_line_at_red_and_goes_after_green_and_reaction(void **state)
{
    (void)state;
    struct fixture f = open_text(
        "duration_s: 60\n" CROSSING
        "signals: [{id: s, phases: [{phase: red, duration_s: 40}, "
        "{phase: green, duration_s: 100}]}]\n"
        "agents: [{id: a, route: [w, e], start_m: 50, speed_mps: 13, reaction_s: 1.2}]\n");
    struct source_tick t;
    double moved_at = 0;
    for (int k = 1; pull(&f, &t) == 1; k++) {
        double front = t.truth[0].x_m + t.agents[0].length_m / 2;
        if (k == 3900) {
            assert_true(t.truth[0].speed_mps < 0.05);
            assert_true(front < -12 && front > -14.5); /* the line is at -12 */
        }
        if (k <= 4000) {
            assert_true(front < -12);
        } else if (moved_at == 0 && t.truth[0].speed_mps > 0.2) {
            moved_at = k * 0.01;
        }
    }
    assert_true(moved_at > 41.2 && moved_at < 41.6);
    assert_true(t.truth[0].x_m > 60);
    close_world(&f);
}

static void runs_the_red_light_only_if_told(void **state)
{
    (void)state;
    struct fixture f =
        open_text("duration_s: 30\n" CROSSING
                  "signals: [{id: s, phases: [{phase: red, duration_s: 90}]}]\n"
                  "agents: [{id: a, route: [w, e], start_m: 50, speed_mps: 13, behaviour: "
                  "runs_red}]\n");
    struct source_tick t;
    while (pull(&f, &t) == 1) {
    }
    assert_true(t.truth[0].x_m > 60 && t.truth[0].speed_mps > 12);
    close_world(&f);
}

static void a_left_turner_waits_for_oncoming_traffic(void **state)
{
    (void)state;
    struct fixture f =
        open_text("duration_s: 40\n" CROSSING
                  "signals: [{id: s, phases: [{phase: green, duration_s: 90}]}]\n"
                  "agents:\n"
                  "  - {id: left, route: [w, n], start_m: 150, speed_mps: 12}\n"
                  "  - {id: o1, route: [i, o], start_m: 150, speed_mps: 12}\n"
                  "  - {id: o2, route: [i, o], start_m: 115, speed_mps: 12}\n"
                  "  - {id: o3, route: [i, o], start_m: 80, speed_mps: 12}\n");
    struct source_tick t;
    double o3_passed = 0;
    double turned = 0;
    for (int k = 1; pull(&f, &t) == 1; k++) {
        o3_passed = o3_passed == 0 && t.truth[3].x_m < 2 ? k * 0.01 : o3_passed;
        turned = turned == 0 && t.truth[0].y_m > 2 ? k * 0.01 : turned;
    }
    assert_true(o3_passed > 0 && turned > o3_passed);
    close_world(&f);
}

static void a_pedestrian_starts_when_the_ego_is_so_many_seconds_away(void **state)
{
    (void)state;
    struct fixture f = open_text(
        "duration_s: 30\nmap:\n  lanes:\n    - {id: l, points_m: [[-200, 0], [200, 0]]}\n"
        "agents:\n"
        "  - {id: ego, ego: true, route: [l], start_m: 50, speed_mps: 12}\n"
        "  - {id: ped, kind: pedestrian, path_m: [[10, -8], [10, 8]], "
        "start_when: {ego_ttc_s: 3}}\n");
    struct source_tick t;
    double started = 0;
    double ttc = 0;
    for (int k = 1; pull(&f, &t) == 1; k++) {
        if (started == 0 && t.truth[1].speed_mps > 0) {
            started = k * 0.01;
            ttc = (10 - (t.truth[0].x_m + t.agents[0].length_m / 2)) / t.truth[0].speed_mps;
        }
    }
    /* front bumper at -150 + 2.3 at 12 m/s: 3 s before x = 10 at t = (157.7 - 36) / 12 */
    assert_true(fabs(started - 10.14) < 0.05);
    assert_true(fabs(ttc - 3) < 0.03);
    assert_true(fabs(t.truth[1].y_m - 8) < 0.1 && t.truth[1].speed_mps < 0.05);
    close_world(&f);
}

static void triggers_fire_by_time_and_place_and_brakes_hold(void **state)
{
    (void)state;
    struct fixture f = open_text(
        "duration_s: 20\nmap:\n  lanes:\n    - {id: l, points_m: [[0, 0], [900, 0]]}\n"
        "agents:\n"
        "  - {id: a, route: [l], start_m: 300, speed_mps: 20, actions: [{do: brake, when: "
        "{time_s: 2}, decel_mps2: 6, to_mps: 5, hold_s: 2}]}\n"
        "  - {id: b, route: [l], start_m: 10, speed_mps: 10, actions: [{do: hazard, when: "
        "{at: "
        "[50, 0], within_m: 2}}]}\n");
    struct source_tick t;
    double least_accel = 0;
    for (int k = 1; pull(&f, &t) == 1; k++) {
        least_accel = fmin(least_accel, t.truth[0].accel_mps2);
        if (k < 200) {
            assert_true(fabs(t.truth[0].speed_mps - 20) < 0.1);
        }
        if (k == 600) { /* 2 s + 15/6 s + build-up of 0.3 s: it holds until 7 s */
            assert_true(fabs(t.truth[0].speed_mps - 5) < 0.2);
        }
        for (size_t i = 0; i < t.emission_count; i++) {
            if (t.emissions[i].sender_idx == 1) {
                assert_int_equal((t.emissions[i].message->bsm.events & 1) != 0,
                                 t.emissions[i].truth.x_m >= 48.0);
            }
        }
    }
    assert_true(fabs(least_accel + 6) < 1e-6);
    assert_true(t.truth[0].speed_mps > 10); /* and then goes on */
    close_world(&f);
}

static void a_responsive_agent_brakes_for_what_it_hears(void **state)
{
    (void)state;
    static const char text[] =
        "duration_s: 6\nmap:\n  lanes:\n    - {id: l, points_m: [[0, 0], [900, 0]]}\n"
        "agents:\n"
        "  - {id: a, route: [l], start_m: 100, speed_mps: 20, behaviour: v2x_responsive}\n"
        "  - {id: b, route: [l], start_m: 10, speed_mps: 20}\n";
    struct claim claim = {.known = CLAIM_POSITION | CLAIM_SPEED | CLAIM_YAW | CLAIM_EVENTS,
                          .x_m = 190,
                          .y_m = 0,
                          .speed_mps = 10,
                          .event_flags = 1 << 7};
    struct claim beside = claim;
    beside.y_m = 40;
    const struct percept heard[] = {{0, 2, MSG_BSM, {0}, &claim, NULL},
                                    {1, 2, MSG_BSM, {0}, &claim, NULL}};
    const struct percept other[] = {{0, 2, MSG_BSM, {0}, &beside, NULL}};
    for (int told = 0; told < 3; told++) {
        struct fixture f = open_text(text);
        struct source_tick t;
        for (int k = 1; pull(&f, &t) == 1; k++) {
            if (k == 100 && told > 0) {
                f.source.percept(f.source.self, told == 1 ? heard : other,
                                 told == 1 ? 2 : 1);
            }
            if (k == 200) {
                assert_true(told == 1 ? t.truth[0].speed_mps < 17.5
                                      : fabs(t.truth[0].speed_mps - 20) < 0.1);
            }
        }
        close_world(&f);
    }
}

static void a_crossing_pedestrian_heard_in_time_makes_a_responsive_agent_brake(void **state)
{
    (void)state;
    struct fixture f = open_text(
        "duration_s: 3\nmap:\n  lanes:\n    - {id: l, points_m: [[0, 0], [900, 0]]}\n"
        "agents: [{id: a, route: [l], start_m: 100, speed_mps: 15, behaviour: "
        "v2x_responsive}]\n");
    struct claim claim = {.known = CLAIM_POSITION | CLAIM_SPEED | CLAIM_YAW,
                          .x_m = 145,
                          .y_m = -3,
                          .speed_mps = 1.2,
                          .yaw_rad = FM_PI / 2,
                          .kind = KIND_PEDESTRIAN};
    const struct percept heard = {0, 1, MSG_PSM, {0}, &claim, NULL};
    struct source_tick t;
    for (int k = 1; pull(&f, &t) == 1; k++) {
        f.source.percept(f.source.self, &heard, k == 50);
    }
    assert_true(t.truth[0].speed_mps < 14.8);
    close_world(&f);
}

static void trajectories_are_followed_exactly(void **state)
{
    (void)state;
    struct fixture f = open_text("duration_s: 5\nagents: [{id: a, trajectory: [[1, 0, 0], "
                                 "[2, 10, 0], [4, 10, 10]]}]\n");
    struct source_tick t;
    for (int k = 1; pull(&f, &t) == 1; k++) {
        assert_int_equal(t.truth[0].present, k >= 100 && k <= 400);
        if (k == 150) {
            assert_true(fabs(t.truth[0].x_m - 5) < 1e-9 &&
                        fabs(t.truth[0].speed_mps - 10) < 1e-9);
        }
        if (k == 300) {
            assert_true(fabs(t.truth[0].y_m - 5) < 1e-9);
            assert_true(fabs(t.truth[0].yaw_rad - FM_PI / 2) < 1e-9);
        }
    }
    close_world(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_leaps_and_acceleration_and_jerk_stay_in_their_limits),
        cmocka_unit_test(followers_settle_at_the_equilibrium_gap),
        cmocka_unit_test(stops_before_the_line_at_red_and_goes_after_green_and_reaction),
        cmocka_unit_test(runs_the_red_light_only_if_told),
        cmocka_unit_test(a_left_turner_waits_for_oncoming_traffic),
        cmocka_unit_test(a_pedestrian_starts_when_the_ego_is_so_many_seconds_away),
        cmocka_unit_test(triggers_fire_by_time_and_place_and_brakes_hold),
        cmocka_unit_test(a_responsive_agent_brakes_for_what_it_hears),
        cmocka_unit_test(
            a_crossing_pedestrian_heard_in_time_makes_a_responsive_agent_brake),
        cmocka_unit_test(trajectories_are_followed_exactly),
    };
    return cmocka_run_group_tests_name("world_physics", tests, NULL, NULL);
}
