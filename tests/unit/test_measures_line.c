/* SPDX-License-Identifier: Apache-2.0 */
/* Measures along one line on thousands of random pairs against a plain integrator of two
 * vehicles that brake to a stop and stay there; and the age of a message in metres. */
#include "base/draw.h"
#include "label/measures.h"
#include "tests/unit/test_label_help.h"

#define KMH_100 (100 / 3.6)

static void same(struct measure m, double value, double slack)
{
    assert_int_equal(m.status, MEASURE_VALID);
    near_to(m.value, value, slack);
}

static void none(struct measure m, enum measure_status status)
{
    assert_int_equal(m.status, status);
    assert_true(m.value == 0);
}

static double luck(uint64_t k, uint64_t which, double least, double most)
{
    return least +
           (most - least) * draw_uniform(draw_bits(draw_key(11, DRAW_SAMPLE), which, k));
}

/* Way of a vehicle that stops when it brakes. */
static double way_m(double v, double a, double t)
{
    if (a < 0 && t > v / -a) {
        t = v / -a;
    }
    return v * t + a * t * t / 2;
}

static double gap_after_m(const struct following *f, double t)
{
    return f->gap_m + way_m(f->leader_mps, f->leader_mps2, t) -
           way_m(f->follower_mps, f->follower_mps2, t);
}

static void a_stopping_leader_does_not_reverse(void **state)
{
    (void)state;
    /* It stands after 2 s and 10 m, so 30 m away: 3 s; a reversing one gave 2.83 s. */
    const struct following steady = {20, 10, 10, 0, -5};
    same(measures_mttc(&steady), 3, 1e-9);
    /* Both brake, contact while both move: t^2 = 5. */
    const struct following moving = {5, 20, 20, -6, -8};
    same(measures_mttc(&moving), 2.2360679775, 1e-9);
    /* The leader stands at 33 m: 20 t - 3 t^2 = 33. */
    const struct following standing = {8, 20, 20, -6, -8};
    same(measures_mttc(&standing), 3, 1e-9);
    /* Stops after 33.33 m, the leader stands at 34 m. */
    const struct following enough = {9, 20, 20, -6, -8};
    none(measures_mttc(&enough), MEASURE_NO_CONFLICT);
}

static void modified_ttc_tends_to_ttc_without_acceleration(void **state)
{
    (void)state;
    for (double a = 1; a > 1e-15; a /= 10) {
        const struct following f = {30, 20, 10, a * 1e-6, 0};
        same(measures_mttc(&f), 3, 1e-5 * a);
    }
}

static void modified_ttc_is_the_first_zero_of_the_integrated_gap(void **state)
{
    (void)state;
    int hits = 0, misses = 0;
    for (uint64_t k = 0; k < 3000; k++) {
        struct following f = {luck(k, 10, 0.5, 60), luck(k, 11, 0, 40), luck(k, 12, 0, 40),
                              luck(k, 13, -9, 3), luck(k, 14, -9, 3)};
        struct measure m = measures_mttc(&f);
        double until = m.status == MEASURE_VALID ? m.value : 60;
        for (double t = 0; t < until - 0.01; t += 0.01) {
            assert_true(gap_after_m(&f, t) > -1e-6);
        }
        if (m.status == MEASURE_VALID) {
            near_to(gap_after_m(&f, m.value), 0, 1e-6);
        }
        hits += m.status == MEASURE_VALID;
        misses += m.status == MEASURE_NO_CONFLICT;
    }
    assert_int_equal(hits + misses, 3000);
    assert_true(hits > 500 && misses > 500);
}

static void required_deceleration_just_avoids_contact_and_less_does_not(void **state)
{
    (void)state;
    int tight = 0;
    for (uint64_t k = 0; k < 2000; k++) {
        struct following f = {luck(k, 20, 3, 60), luck(k, 21, 5, 40), luck(k, 22, 0, 40), 0,
                              k % 2 ? luck(k, 23, -9, -0.5) : 0};
        struct measure a = measures_a_req(&f, 0);
        if (a.status != MEASURE_VALID || a.value >= MEASURES_A_MAX_MPS2) {
            continue;
        }
        double least = 1e9, weak = 1e9;
        struct following with = f, less = f;
        with.follower_mps2 = -a.value * 1.001;
        less.follower_mps2 = -a.value * 0.98;
        for (double t = 0; t < 90; t += 0.005) {
            least = fmin(least, gap_after_m(&with, t));
            weak = fmin(weak, gap_after_m(&less, t));
        }
        assert_true(least > -1e-3);
        tight += weak < 0;
    }
    assert_true(tight > 1000);
}

static void a_leader_not_yet_slower_needs_the_room_of_its_stop(void **state)
{
    (void)state;
    const struct following slower = {20, 10, 15, 0, -5}; /* it will stand 42.5 m ahead */
    same(measures_a_req(&slower, 0), 100 / 85.0, 1e-9);
    const struct following faster = {20, 10, 15, 0, 0};
    none(measures_a_req(&faster, 0), MEASURE_NO_CONFLICT);
}

static void reaction_time_eats_the_gap_first(void **state)
{
    (void)state;
    const struct following f = {30, 20, 10, 0, 0};
    same(measures_a_req(&f, 1), 2.5, 1e-12);                 /* 100 / (2 * 20) */
    same(measures_a_req(&f, 3), MEASURES_A_MAX_MPS2, 1e-12); /* unavoidable */
}

static void a_cap_stands_for_the_impossible(void **state)
{
    (void)state;
    same(measures_drac(20, 20, 10), 2.5, 1e-12);
    none(measures_drac(20, 10, 10), MEASURE_NO_CONFLICT);
    same(measures_drac(0.001, 40, 0), MEASURES_A_MAX_MPS2, 0); /* not 800,000 */
}

static void sumo_mdrac_is_undefined_within_the_reaction(void **state)
{
    (void)state;
    same(measures_mdrac(30, 20, 10, 1), 2.5, 1e-12); /* 0.5 * 10 / (3 - 1) */
    none(measures_mdrac(10, 20, 10, 1), MEASURE_NOT_APPLICABLE);
    none(measures_mdrac(10, 10, 10, 1), MEASURE_NO_CONFLICT);
}

static void crossing_drac_needs_an_entry_before_the_first_has_left(void **state)
{
    (void)state;
    same(measures_drac_crossing(20, 10, 3), 20 / 9.0, 1e-12); /* 2 (10 - 20/3) / 3 */
    none(measures_drac_crossing(40, 10, 3), MEASURE_NO_CONFLICT);
}

static void an_obstacle_needs_what_its_window_needs(void **state)
{
    (void)state;
    const struct obstacle leaves = {30, 0, 1, 2}; /* at 2 s at most 30 m: 40 - 2 a */
    same(measures_a_req_obstacle(&leaves, 20, 0), 5, 1e-9);
    const struct obstacle later = {90, 0, 1, 2};
    none(measures_a_req_obstacle(&later, 20, 0), MEASURE_NO_CONFLICT);
    const struct obstacle oncoming = {100, -20, 0, 60};
    same(measures_a_req_obstacle(&oncoming, 20, 0), MEASURES_A_MAX_MPS2, 0);
    const struct obstacle close = {20, 0, 0, 60}; /* 20^2 / 12 = 33 m: too late */
    none(measures_decide_by(&close, 20, 0.3, 6), MEASURE_OVERLAP);
}

/* 100 km/h; raw, after extrapolation under 8 m/s2, across at 1 degree of heading. */
static void age_in_metres_is_the_published_table(void **state)
{
    (void)state;
    static const struct {
        double age_s, shift_m, left_m, across_m, shift_slack_m, left_slack_m;
    } rows[] = {
        {0.05, 1.39, 0.01, 0.02, 0.005, 0.005}, {0.1, 2.78, 0.04, 0.05, 0.005, 0.005},
        {0.2, 5.56, 0.16, 0.10, 0.005, 0.005},  {0.3, 8.33, 0.36, 0.15, 0.005, 0.005},
        {0.5, 13.9, 1.0, 0.24, 0.05, 0.05},     {1.0, 27.8, 4.0, 0.48, 0.05, 0.05}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct age_input in = {
            .speed_mps = KMH_100, .age_s = rows[i].age_s, .sigma_yaw_rad = PI / 180};
        near_to(measures_shift_m(KMH_100, rows[i].age_s), rows[i].shift_m,
                rows[i].shift_slack_m);
        near_to(measures_extrapolation_bound_m(8, rows[i].age_s), rows[i].left_m,
                rows[i].left_slack_m);
        near_to(measures_sigma_across_m(&in), rows[i].across_m, 0.005);
    }
    assert_true(measures_extrapolation_bound_m(-8, 0.2) <= 0.2);
}

static void a_clock_error_is_a_position_error(void **state)
{
    (void)state;
    struct age_input in = {.speed_mps = KMH_100, .age_s = 0.2, .sigma_time_s = 0.001};
    near_to(measures_sigma_along_m(&in), 0.0278, 5e-5);
    in.sigma_pos_m = 1;
    in.sigma_speed_mps = 0.5;
    in.sigma_accel_mps2 = 2;
    /* 1 + 0.1^2 + 0.02778^2 + 0.04^2 */
    near_to(measures_sigma_along_m(&in), sqrt(1.0123716), 1e-6);
    in.sigma_yaw_rate_radps = 0.1; /* 0.5 * 27.78 * 0.1 * 0.04 */
    near_to(measures_sigma_across_m(&in), sqrt(1 + 0.00308642), 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stopping_leader_does_not_reverse),
        cmocka_unit_test(modified_ttc_tends_to_ttc_without_acceleration),
        cmocka_unit_test(modified_ttc_is_the_first_zero_of_the_integrated_gap),
        cmocka_unit_test(required_deceleration_just_avoids_contact_and_less_does_not),
        cmocka_unit_test(a_leader_not_yet_slower_needs_the_room_of_its_stop),
        cmocka_unit_test(reaction_time_eats_the_gap_first),
        cmocka_unit_test(a_cap_stands_for_the_impossible),
        cmocka_unit_test(sumo_mdrac_is_undefined_within_the_reaction),
        cmocka_unit_test(crossing_drac_needs_an_entry_before_the_first_has_left),
        cmocka_unit_test(an_obstacle_needs_what_its_window_needs),
        cmocka_unit_test(age_in_metres_is_the_published_table),
        cmocka_unit_test(a_clock_error_is_a_position_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
