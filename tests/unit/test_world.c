/* SPDX-License-Identifier: Apache-2.0 */
/* The world of the shipped scenario: same seed same world, tiers share it, what it shows is
 * what it promises, and it is quick. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/message.h"
#include "scenarios/world.h"

#define SHIPPED SOURCE_DIR "/scenarios/library/blind-crossing.yaml"

struct fixture {
    struct scenario *scenario;
    struct world *world;
    struct source source;
};

static struct fixture open_world(const char *tier, uint64_t seed)
{
    char override[64];
    const char *const overrides[] = {override};
    struct fixture f = {0};
    struct fail fail = {0};
    struct scenario_options options = {overrides, tier ? 1 : 0, &seed, NULL};
    snprintf(override, sizeof override, "air.tier=%s", tier ? tier : "");
    assert_int_equal(scenario_load(SHIPPED, &options, &f.scenario, NULL, &fail), 0);
    assert_int_equal(world_new(f.scenario, seed, &f.world, &fail), 0);
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

static bool same_state(const struct state *a, const struct state *b)
{
    return a->x_m == b->x_m && a->y_m == b->y_m && a->yaw_rad == b->yaw_rad &&
           a->speed_mps == b->speed_mps && a->accel_mps2 == b->accel_mps2 &&
           a->present == b->present;
}

static void the_same_seed_gives_the_same_emissions(void **state)
{
    (void)state;
    struct fixture a = open_world("d5", 11);
    struct fixture b = open_world("d5", 11);
    struct source_tick p, q;
    uint64_t sequence = 0;
    int64_t last_ns = 0;
    while (pull(&a, &p) == 1) {
        assert_int_equal(pull(&b, &q), 1);
        assert_int_equal(p.emission_count, q.emission_count);
        for (size_t i = 0; i < p.emission_count; i++) {
            const struct emission *e = &p.emissions[i];
            const struct emission *o = &q.emissions[i];
            assert_true(e->msg_uid == o->msg_uid && e->t_gen.ns == o->t_gen.ns);
            assert_true(e->t_gen_stamped.ns == o->t_gen_stamped.ns);
            assert_int_equal(e->suppressed_by, o->suppressed_by);
            assert_true(e->sequence == sequence++ && e->t_tx.ns >= last_ns);
            assert_true(e->t_tx.ns > p.t.ns - WORLD_TICK_NS && e->t_tx.ns <= p.t.ns);
            last_ns = e->t_tx.ns;
            if (e->message && e->message->type == MESSAGE_BSM) {
                assert_memory_equal(&e->message->bsm.lat_deg, &o->message->bsm.lat_deg, 16);
                assert_int_equal(e->message->bsm.id, o->message->bsm.id);
                assert_int_equal(e->message->bsm.msg_cnt, o->message->bsm.msg_cnt);
            }
        }
    }
    assert_int_equal(pull(&b, &q), 0);
    close_world(&a);
    close_world(&b);
}

static void tiers_share_truth_and_slots(void **state)
{
    (void)state;
    struct fixture a = open_world("d0", 7);
    struct fixture b = open_world("d5", 7);
    struct source_tick p, q;
    assert_string_equal(world_id(a.world), world_id(b.world));
    while (pull(&a, &p) == 1) {
        assert_int_equal(pull(&b, &q), 1);
        for (size_t i = 0; i < p.agent_count; i++) {
            assert_true(same_state(&p.truth[i], &q.truth[i]));
        }
        assert_int_equal(p.emission_count, q.emission_count);
        for (size_t i = 0; i < p.emission_count; i++) {
            assert_true(p.emissions[i].msg_uid == q.emissions[i].msg_uid);
            assert_true(p.emissions[i].t_gen.ns == q.emissions[i].t_gen.ns);
            assert_true(same_state(&p.emissions[i].truth, &q.emissions[i].truth));
        }
    }
    close_world(&a);
    close_world(&b);
}

static void another_seed_or_key_is_another_world(void **state)
{
    (void)state;
    static const char *const overrides[] = {"agents.ego.speed_mps=12.5"};
    struct fixture a = open_world(NULL, 7);
    struct fixture b = open_world(NULL, 8);
    struct scenario_options options = {overrides, 1, NULL, NULL};
    struct scenario *s = NULL;
    struct fail fail = {0};
    char id[33];
    assert_string_not_equal(world_id(a.world), world_id(b.world));
    assert_int_equal(scenario_load(SHIPPED, &options, &s, NULL, &fail), 0);
    scenario_world_id(s, 7, id);
    assert_string_not_equal(world_id(a.world), id);
    scenario_free(s);
    close_world(&a);
    close_world(&b);
}

static void equipped_shares_are_nested_and_egos_always_equipped(void **state)
{
    (void)state;
    static const char *const tiers[] = {"d5", "d4", "d3", "d2", "d1", "d0"};
    bool before[32] = {false};
    for (size_t t = 0; t < 6; t++) {
        struct fixture f = open_world(tiers[t], 3);
        size_t n;
        const struct agent *agents = world_agents(f.world, &n);
        for (size_t i = 0; i < n; i++) {
            assert_true(agents[i].receives || !before[i]);
            assert_true(agents[i].receives || !agents[i].ego);
            before[i] = agents[i].receives;
        }
        close_world(&f);
    }
}

/* Corners and axes of the boxes of two agents: time to contact at constant velocity by
 * separating axes, 0 when they overlap, 99 when they never meet. */
static double box_ttc(const struct agent *p, const struct state *a, const struct agent *q,
                      const struct state *b)
{
    double t_in = 0, t_out = 1e9;
    double dx = b->x_m - a->x_m, dy = b->y_m - a->y_m;
    double vx = b->speed_mps * cos(b->yaw_rad) - a->speed_mps * cos(a->yaw_rad);
    double vy = b->speed_mps * sin(b->yaw_rad) - a->speed_mps * sin(a->yaw_rad);
    for (int axis = 0; axis < 4; axis++) {
        double yaw = (axis < 2 ? a->yaw_rad : b->yaw_rad) + (axis % 2) * acos(-1) / 2;
        double ux = cos(yaw), uy = sin(yaw);
        double r = p->length_m / 2 * fabs(ux * cos(a->yaw_rad) + uy * sin(a->yaw_rad)) +
                   p->width_m / 2 * fabs(uy * cos(a->yaw_rad) - ux * sin(a->yaw_rad)) +
                   q->length_m / 2 * fabs(ux * cos(b->yaw_rad) + uy * sin(b->yaw_rad)) +
                   q->width_m / 2 * fabs(uy * cos(b->yaw_rad) - ux * sin(b->yaw_rad));
        double d = ux * dx + uy * dy, w = ux * vx + uy * vy;
        if (fabs(w) < 1e-9) {
            if (fabs(d) > r) {
                return 99;
            }
            continue;
        }
        double ta = (-r - d) / w, tb = (r - d) / w;
        t_in = fmax(t_in, fmin(ta, tb));
        t_out = fmin(t_out, fmax(ta, tb));
    }
    return t_in > t_out || t_out < 0 ? 99 : t_in;
}

static void the_shipped_scenario_ends_as_it_expects(void **state)
{
    (void)state;
    struct fixture f = open_world("d0", 7);
    struct source_tick t;
    uint32_t ped = scenario_agent_index(f.scenario, "ped-1");
    double least = 99;
    while (pull(&f, &t) == 1) {
        for (size_t i = 0; i < t.agent_count; i++) {
            for (size_t j = i + 1; j < t.agent_count; j++) {
                double ttc =
                    t.truth[i].present && t.truth[j].present
                        ? box_ttc(&t.agents[i], &t.truth[i], &t.agents[j], &t.truth[j])
                        : 99;
                if (ttc == 0) {
                    print_error("%s touches %s at (%g, %g)\n", t.agents[i].id,
                                t.agents[j].id, t.truth[i].x_m, t.truth[i].y_m);
                }
                assert_true(ttc > 0); /* nobody touches anybody */
                least = i == 0 && j == ped ? fmin(least, ttc) : least;
            }
        }
    }
    assert_string_equal(f.scenario->expect_outcome, "NEAR_MISS_SEVERE");
    print_message("least TTC of ego and pedestrian: %.3f s\n", least);
    assert_true(least <= 0.5);
    close_world(&f);
}

static void walls_hide_the_crossing_and_the_pedestrian(void **state)
{
    (void)state;
    struct fixture f = open_world("d0", 7);
    const struct walls *walls = world_walls(f.world);
    const double ego[3] = {-40, -1.75, 1.5};
    const double cross[3] = {1.75, -50, 1.5};
    const double ped[3] = {38.2, -6.2, 1.0};
    const double near_ego[3] = {10, -1.75, 1.5};
    const double out[3] = {38.2, -3.0, 1.0};
    int corner = walls_blocker(walls, ego, cross);
    int van = walls_blocker(walls, near_ego, ped);
    assert_true(corner >= 0 && strcmp(walls->all[corner].id, "school") == 0);
    assert_true(van >= 0 && strcmp(walls->all[van].id, "van-parked") == 0);
    assert_true(walls->all[van].vehicle);
    assert_int_equal(walls_blocker(walls, near_ego, out), -1);
    close_world(&f);
}

static void egos_have_their_sensors_and_others_none(void **state)
{
    (void)state;
    static const char *const overrides[] = {"agents.lead.ego=true"};
    struct scenario_options options = {overrides, 1, NULL, NULL};
    struct scenario *s = NULL;
    struct world *w = NULL;
    struct fail fail = {0};
    uint32_t n = 0;
    assert_int_equal(scenario_load(SHIPPED, &options, &s, NULL, &fail), 0);
    assert_int_equal(world_new(s, 7, &w, &fail), 0);
    const struct sensor_spec *own = world_sensors(w, 0, &n);
    assert_int_equal(n, 3);
    assert_string_equal(own[1].name, "top-lidar");
    const struct sensor_spec *suite = world_sensors(w, scenario_agent_index(s, "lead"), &n);
    assert_int_equal(n, 3);
    assert_true(suite[0].rate_hz == 30 && suite[1].rate_hz == 10 && suite[2].rate_hz == 20);
    (void)world_sensors(w, scenario_agent_index(s, "turner"), &n);
    assert_int_equal(n, 0);
    world_free(w);
    scenario_free(s);
}

static void a_loop_goes_on_in_time_from_the_start(void **state)
{
    (void)state;
    struct fixture f = open_world("d1", 7);
    struct source_tick t;
    struct fail fail = {0};
    struct state first[32];
    int64_t last_ns = world_start(f.world).ns;
    uint32_t last_k = 0;
    for (int loop = 0; loop < 2; loop++) {
        int ticks = 0;
        while (pull(&f, &t) == 1) {
            assert_true(t.t.ns == last_ns + WORLD_TICK_NS);
            last_ns = t.t.ns;
            if (ticks++ == 0 && loop == 0) {
                memcpy(first, t.truth, t.agent_count * sizeof *first);
            } else if (ticks == 1) {
                for (size_t i = 0; i < t.agent_count; i++) {
                    assert_true(same_state(&first[i], &t.truth[i]));
                }
            }
            for (size_t i = 0; i < t.emission_count; i++) {
                if (t.emissions[i].sender_idx == 0) {
                    assert_true(t.emissions[i].k == 0 || t.emissions[i].k > last_k);
                    last_k = t.emissions[i].k;
                }
            }
        }
        assert_int_equal(ticks, 2000);
        assert_int_equal(f.source.rewind(f.source.self, &fail), 0);
    }
    assert_true(last_k >= 398);
    close_world(&f);
}

static void a_thousand_agents_move_for_a_minute(void **state)
{
    (void)state;
    struct bytes text = {0};
    bytes_text(&text,
               "schema: 1\nname: t\norigin: {lat_deg: 42, lon_deg: 8}\nduration_s: 60\n"
               "map:\n  lanes:\n");
    for (int lane = 0; lane < 3; lane++) {
        bytes_format(&text, "    - {id: l%d, points_m: [[0, %g], [9500, %g]]}\n", lane,
                     3.5 * lane, 3.5 * lane);
    }
    bytes_text(&text, "agents:\n");
    for (int i = 0; i < 1000; i++) {
        bytes_format(&text, "  - {id: v%d, route: [l%d], start_m: %d, speed_mps: %g}\n", i,
                     i % 3, 10 + i / 3 * 20, 25 + (i * 7 % 10) * 0.5);
    }
    FILE *file = fopen(BUILD_DIR "/thousand.yaml", "wb");
    assert_non_null(file);
    fwrite(text.data, 1, text.size, file);
    fclose(file);
    bytes_close(&text);
    struct scenario *s = NULL;
    struct world *w = NULL;
    struct fail fail = {0};
    assert_int_equal(scenario_load(BUILD_DIR "/thousand.yaml", NULL, &s, NULL, &fail), 0);
    assert_int_equal(world_new(s, 1, &w, &fail), 0);
    struct source source = world_source(w);
    struct source_tick t;
    size_t emissions = 0;
    while (source.tick(source.self, &t, &fail) == 1) {
        emissions += t.emission_count;
    }
    assert_true(emissions > 500000);
    world_free(w);
    scenario_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_emissions),
        cmocka_unit_test(tiers_share_truth_and_slots),
        cmocka_unit_test(another_seed_or_key_is_another_world),
        cmocka_unit_test(equipped_shares_are_nested_and_egos_always_equipped),
        cmocka_unit_test(the_shipped_scenario_ends_as_it_expects),
        cmocka_unit_test(walls_hide_the_crossing_and_the_pedestrian),
        cmocka_unit_test(egos_have_their_sensors_and_others_none),
        cmocka_unit_test(a_loop_goes_on_in_time_from_the_start),
        cmocka_unit_test(a_thousand_agents_move_for_a_minute),
    };
    return cmocka_run_group_tests_name("world", tests, NULL, NULL);
}
