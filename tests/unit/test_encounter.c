/* SPDX-License-Identifier: Apache-2.0 */
/* Encounters of agents on prescribed ways, sampled each 100 ms (or 10), against hand
 * calculation. Cars are 4.6 m long and 1.85 m wide. */
#include "label/encounter.h"
#include "tests/unit/test_label_help.h"

#define HALF_L 2.3
#define HALF_W 0.925

/* Where one agent is at t_s; false: not there (any more). */
typedef bool way(double t_s, struct known_agent *out);

struct story {
    way *ways[4];
    size_t count, egos;
    int ticks, step_ms; /* 0: 100 ms */
    size_t pairs_most;
    uint64_t run_key;
    bool finish; /* the recording ends after the last tick */
};

struct ending {
    struct encounter all[8];
    struct encounter_level levels[64];
    size_t count, level_count, left_out;
};

static void take(struct encounters *e, struct ending *end)
{
    while (encounter_take(e, &end->all[end->count])) {
        end->count++;
        assert_true(end->count < 8);
    }
    while (encounter_take_level(e, &end->levels[end->level_count])) {
        end->level_count++;
        assert_true(end->level_count < 64);
    }
}

static struct ending tell(const struct story *story)
{
    struct ending end = {.count = 0};
    struct encounters *e;
    struct fail fail;
    size_t most = story->pairs_most > 0 ? story->pairs_most : 8;
    int step_ms = story->step_ms > 0 ? story->step_ms : 100;
    assert_int_equal(encounter_new(&e, most, story->run_key, &fail), 0);
    for (int tick = 0; tick <= story->ticks; tick++) {
        struct known_agent agents[4];
        uint32_t egos[4];
        size_t n = 0, ego_count = 0;
        for (size_t i = 0; i < story->count; i++) {
            struct known_agent a;
            if (!story->ways[i](tick * step_ms / 1000.0, &a)) {
                continue;
            }
            a.index = (uint32_t)i;
            if (i < story->egos) {
                egos[ego_count++] = (uint32_t)n;
            }
            agents[n++] = a;
        }
        encounter_step(e, at_ms(tick * step_ms), agents, n, egos, ego_count);
        take(e, &end);
    }
    if (story->finish) {
        encounter_finish(e);
        take(e, &end);
    }
    end.left_out = encounter_left_out(e);
    encounter_free(e);
    return end;
}

static struct ending pair_of(way *ego, way *other, int ticks, bool finish)
{
    struct story s = {
        .ways = {ego, other}, .count = 2, .egos = 1, .ticks = ticks, .finish = finish};
    return tell(&s);
}

static double ms_after_start(struct tai t)
{
    return (double)(t.ns - at_ms(0).ns) / 1e6;
}

static bool east_10(double t, struct known_agent *a)
{
    *a = an_agent(0, "ego", KIND_CAR, -30 + 10 * t, 0, 0, 10);
    return true;
}

/* Stands with its rear 10.37 m before the ego's front. */
static bool wall(double t, struct known_agent *a)
{
    *a = an_agent(0, "wall", KIND_CAR, -30 + 4.6 + 10.37, 0, 0, 0);
    return t < 3;
}

static void a_contact_is_found_between_ticks_with_its_impact_speed(void **state)
{
    (void)state;
    struct ending end = pair_of(east_10, wall, 40, false);
    assert_int_equal(end.count, 1);
    const struct encounter *e = &end.all[0];
    is_leaf(e->outcome.leaf, "enc.out.collision");
    assert_true(e->contact && !e->censored);
    near_to(ms_after_start(e->t_contact), 1037, 0.001);
    near_to(e->impact_mps, 10, 1e-9);
    near_to(e->min_clearance_m, 0, 0);
    is_leaf(e->evasive.leaf, "enc.evasive.none");
    const char *const ids[2] = {"ego", "wall"};
    struct row_encounter row;
    encounter_row(e, "s", "w", ids, &row);
    assert_string_equal(row.outcome, "enc.out.collision");
    assert_string_equal(row.other, "wall");
    near_to((double)(row.t_contact_ns - utc_from_tai(at_ms(0)).ns) / 1e6, 1037, 0.001);
    near_to(row.impact_speed_mps, 10, 1e-9);
    assert_false(ROW_HAS(&row, encounter, pet_s));
}

static bool small_east(double t, struct known_agent *a)
{
    *a = an_agent(0, "ego", KIND_CAR, -42 + 40 * t, 0, 0, 40);
    a->length_m = a->width_m = 0.5;
    return t < 2;
}
static bool small_north(double t, struct known_agent *a)
{
    *a = an_agent(0, "b", KIND_CAR, 0, -42 + 40 * t, PI / 2, 40);
    a->length_m = a->width_m = 0.5;
    return t < 2;
}

/* At 1.0 s both are 2 m before the crossing, at 1.1 s 2 m behind it. */
static void who_passes_through_another_between_two_ticks_has_touched_it(void **state)
{
    (void)state;
    struct ending end = pair_of(small_east, small_north, 25, false);
    assert_int_equal(end.count, 1);
    is_leaf(end.all[0].outcome.leaf, "enc.out.collision");
    near_to(ms_after_start(end.all[0].t_contact), 1037.5, 0.001);
    near_to(end.all[0].impact_mps, 40 * sqrt(2), 1e-9);
}

/* The ego's rear leaves the shared square at 3.3225 s; the other's front comes later. */
static double after_s;
static bool north_after(double t, struct known_agent *a)
{
    double y0 = -HALF_W - HALF_L - 10 * (3.3225 + after_s);
    *a = an_agent(0, "b", KIND_CAR, 0, y0 + 10 * t, PI / 2, 10);
    return true;
}

static void post_encroachment_time_is_last_out_to_first_in(void **state)
{
    (void)state;
    static const struct {
        double pet_s;
        const char *outcome;
    } rows[] = {{0.4, "enc.out.near_miss_severe"},
                {0.8, "enc.out.near_miss"},
                {1.5, "enc.out.conflict"},
                {3.0, "enc.out.interaction"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        after_s = rows[i].pet_s;
        struct ending end = pair_of(east_10, north_after, 300, false);
        assert_int_equal(end.count, 1);
        assert_int_equal(end.all[0].pet.status, MEASURE_VALID);
        near_to(end.all[0].pet.value, rows[i].pet_s, 0.011); /* places each 10 ms */
        is_leaf(end.all[0].outcome.leaf, rows[i].outcome);
        near_to(end.all[0].outcome.value, end.all[0].pet.value, 0);
        struct story fine = {.ways = {east_10, north_after},
                             .count = 2,
                             .egos = 1,
                             .ticks = 1500,
                             .step_ms = 10,
                             .finish = true};
        end = tell(&fine);
        near_to(end.all[0].pet.value, rows[i].pet_s, 0.011);
    }
}

/* Comes up the ramp at 30 degrees, is on the axis at 3 s and follows the ego, which was
 * there at 1 s. */
static bool ahead_10(double t, struct known_agent *a)
{
    *a = an_agent(0, "ego", KIND_CAR, -10 + 10 * t, 0, 0, 10);
    return true;
}
static bool merging(double t, struct known_agent *a)
{
    double s = 10 * (t - 3), yaw = s < -1e-9 ? PI / 6 : 0;
    *a = an_agent(0, "b", KIND_CAR, s * cos(yaw), s * sin(yaw), yaw, 10);
    return true;
}

/* The merging front-right corner reaches the ego's swath at 2.745 s, 0.247 m behind the
 * origin; the ego's rear left that place at 1.2547 s. */
static void a_merge_has_a_post_encroachment_time_where_the_ways_cross(void **state)
{
    (void)state;
    struct ending end = pair_of(ahead_10, merging, 60, true);
    assert_int_equal(end.count, 1);
    assert_int_equal(end.all[0].pet.status, MEASURE_VALID);
    near_to(end.all[0].pet.value, 1.490, 0.011);
}

static bool lead_10(double t, struct known_agent *a)
{
    *a = an_agent(0, "lead", KIND_CAR, -5 + 10 * t, 0, 0, 10);
    return t <= 4;
}

static void following_has_no_post_encroachment_time(void **state)
{
    (void)state;
    struct ending end = pair_of(east_10, lead_10, 50, false);
    assert_int_equal(end.count, 1);
    assert_int_equal(end.all[0].pet.status, MEASURE_NOT_APPLICABLE);
    assert_int_equal(end.all[0].min_ttc.status, MEASURE_NO_CONFLICT);
    is_leaf(end.all[0].outcome.leaf, "enc.out.interaction"); /* headway 2.04 s */
    assert_false(end.all[0].censored); /* the lead left, the recording went on */
    near_to(ms_after_start(end.all[0].t_end), 4000, 1e-6);
}

/* 20 m/s, brakes with 5 m/s2 to a stand 5 m before the wall. */
static bool brakes(double t, struct known_agent *a)
{
    double u = t < 4 ? t : 4;
    *a = an_agent(0, "ego", KIND_CAR, 20 * u - 2.5 * u * u, 0, 0, 20 - 5 * u);
    a->accel_mps2 = t < 4 ? -5 : 0;
    return true;
}
static bool far_wall(double t, struct known_agent *a)
{
    *a = an_agent(0, "wall", KIND_CAR, 49.6, 0, 0, 0);
    return t < 9;
}

static void braking_is_the_evasion_before_the_minimum(void **state)
{
    (void)state;
    struct ending end = pair_of(brakes, far_wall, 100, false);
    assert_int_equal(end.count, 1);
    const struct encounter *e = &end.all[0];
    /* (45 - 20 t + 2.5 t^2) / (20 - 5 t) is least at 4 - sqrt(2): sqrt(2) s. */
    near_to(e->min_ttc.value, sqrt(2), 0.001);
    near_to(ms_after_start(e->t_min_ttc), 2600, 1e-6);
    near_to(e->max_a_req.value, 400 / 90.0, 1e-9);
    near_to(e->min_clearance_m, 5, 1e-9);
    is_leaf(e->outcome.leaf, "enc.out.near_miss");
    is_leaf(e->evasive.leaf, "enc.evasive.ego");
}

static bool aside(double t, struct known_agent *a)
{
    *a = an_agent(0, "p", KIND_CAR, 10, 10, 0, 0);
    (void)t;
    return true;
}

static void an_encounter_cut_by_the_end_is_censored(void **state)
{
    (void)state;
    struct ending end = pair_of(east_10, aside, 20, true); /* 8.15 m aside, never due */
    assert_int_equal(end.count, 1);
    is_leaf(end.all[0].outcome.leaf, "enc.out.censored");
    assert_true(end.all[0].censored);
    end = pair_of(brakes, far_wall, 20, true); /* 45 m at 20 m/s have been 2.25 s */
    is_leaf(end.all[0].outcome.leaf, "enc.out.conflict");
    assert_true(end.all[0].censored);
    end = pair_of(east_10, wall, 20, true); /* they touched before it ended */
    is_leaf(end.all[0].outcome.leaf, "enc.out.collision");
}

/* Passes 30 m to the side of the ego, towards it, and goes on. */
static bool opposite(double t, struct known_agent *a)
{
    *a = an_agent(0, "b", KIND_CAR, 30 - 10 * t, 30, PI, 10);
    return true;
}

static void it_ends_5_s_after_the_two_were_near(void **state)
{
    (void)state;
    struct ending end = pair_of(east_10, opposite, 300, false);
    assert_int_equal(end.count, 1);
    is_leaf(end.all[0].outcome.leaf, "enc.out.none");
    /* Near within 50 m: 30 - 1.85 sideways leaves 41.32 + 4.6 m along, so 3 s +- 2.296 s.
     */
    near_to(ms_after_start(end.all[0].t_start), 800, 1e-6);
    near_to(ms_after_start(end.all[0].t_end), 5200 + 5000, 1e-6);
    near_to(end.all[0].min_clearance_m, 30 - 1.85, 1e-9);
}

static bool parked(double t, struct known_agent *a)
{
    *a = an_agent(0, "p", KIND_CAR, -10, 8, 0, 0);
    (void)t;
    return true;
}

static void two_egos_are_one_encounter_of_the_lower_index(void **state)
{
    (void)state;
    struct story s = {.ways = {east_10, wall, parked},
                      .count = 3,
                      .egos = 2,
                      .ticks = 20,
                      .finish = true};
    struct ending end = tell(&s);
    assert_int_equal(end.count, 3); /* 0-1 once, 0-2, 1-2 */
    for (size_t i = 0; i < end.count; i++) {
        assert_true(end.all[i].ego < end.all[i].other);
        for (size_t k = 0; k < i; k++) {
            assert_true(end.all[k].enc_id < end.all[i].enc_id);
        }
    }
}

static void an_id_is_the_same_again_and_another_in_another_run(void **state)
{
    (void)state;
    struct story s = {.ways = {east_10, wall},
                      .count = 2,
                      .egos = 1,
                      .ticks = 20,
                      .run_key = 5,
                      .finish = true};
    struct ending once = tell(&s), again = tell(&s);
    s.run_key = 6;
    struct ending other = tell(&s);
    assert_memory_equal(&once.all[0].enc_id, &again.all[0].enc_id, 8);
    assert_true(once.all[0].enc_id != other.all[0].enc_id);
    assert_int_equal(once.level_count, again.level_count);
}

static void pairs_beyond_the_room_are_counted_once_however_long_they_stay(void **state)
{
    (void)state;
    struct story s = {.ways = {east_10, parked, parked, parked},
                      .count = 4,
                      .egos = 1,
                      .ticks = 30,
                      .pairs_most = 2,
                      .finish = true};
    struct ending end = tell(&s);
    assert_int_equal(end.count, 2);
    assert_int_equal(end.left_out, 1);
}

/* Closing with TTC 1.0 s for three ticks, then as fast as the lead. */
static bool threat(double t, struct known_agent *a)
{
    *a = an_agent(0, "ego", KIND_CAR, 0, 0, 0, t < 0.25 ? 20 : 10);
    return true;
}
static bool steady_lead(double t, struct known_agent *a)
{
    (void)t;
    *a = an_agent(0, "lead", KIND_CAR, 14.6, 0, 0, 10);
    return true;
}

static void the_running_level_rises_at_once_and_falls_after_0_3_s(void **state)
{
    (void)state;
    struct ending end = pair_of(threat, steady_lead, 10, false);
    assert_int_equal(end.level_count, 2);
    assert_int_equal(end.levels[0].before, LEAF_ENC_OUT_NONE);
    is_leaf(end.levels[0].leaf, "enc.out.near_miss");
    near_to(ms_after_start(end.levels[0].t), 0, 1e-6);
    assert_int_equal(end.levels[1].before, LEAF_ENC_OUT_NEAR_MISS);
    is_leaf(end.levels[1].leaf, "enc.out.interaction");
    near_to(ms_after_start(end.levels[1].t), 500, 1e-6); /* last held at 200 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contact_is_found_between_ticks_with_its_impact_speed),
        cmocka_unit_test(who_passes_through_another_between_two_ticks_has_touched_it),
        cmocka_unit_test(post_encroachment_time_is_last_out_to_first_in),
        cmocka_unit_test(a_merge_has_a_post_encroachment_time_where_the_ways_cross),
        cmocka_unit_test(following_has_no_post_encroachment_time),
        cmocka_unit_test(braking_is_the_evasion_before_the_minimum),
        cmocka_unit_test(an_encounter_cut_by_the_end_is_censored),
        cmocka_unit_test(it_ends_5_s_after_the_two_were_near),
        cmocka_unit_test(two_egos_are_one_encounter_of_the_lower_index),
        cmocka_unit_test(an_id_is_the_same_again_and_another_in_another_run),
        cmocka_unit_test(pairs_beyond_the_room_are_counted_once_however_long_they_stay),
        cmocka_unit_test(the_running_level_rises_at_once_and_falls_after_0_3_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
