/* SPDX-License-Identifier: Apache-2.0 */
/* The age of a message in metres, by hand calculation and against small steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "sync/extrapolate.h"

#define KMH_100 (100 / 3.6)

static const struct tai then = {INT64_C(700000000) * TIME_NS_PER_S};

static struct tai later_ms(int64_t ms)
{
    return tai_add(then, span_ms(ms));
}

static struct claim claim_of(double speed_mps, double yaw_rad, double accel_mps2,
                             double yaw_rate_radps)
{
    return (struct claim){
        .known = CLAIM_POSITION | CLAIM_SPEED | CLAIM_YAW | CLAIM_ACCEL | CLAIM_YAW_RATE |
                 CLAIM_TIME | CLAIM_ACCURACY,
        .x_m = 10,
        .y_m = 20,
        .speed_mps = speed_mps,
        .yaw_rad = yaw_rad,
        .accel_mps2 = accel_mps2,
        .yaw_rate_radps = yaw_rate_radps,
        .sigma_m = 1,
        .t_gen = then,
    };
}

static struct extrapolated at(const struct claim *claim, int64_t ms)
{
    struct extrapolate_sigmas sigmas = extrapolate_defaults();
    return extrapolate(claim, later_ms(ms), &sigmas);
}

static void shifts_5_56_m_at_100_kmh_and_200_ms(void **state)
{
    (void)state;
    struct claim claim = claim_of(KMH_100, 0, 0, 0);
    struct extrapolated e = at(&claim, 200);
    assert_true(fabs(e.shift_m - 5.5556) < 1e-3);
    assert_true(e.age_s == 0.2);
}

static void leaves_16_cm_of_it_when_the_sender_brakes_with_8_mps2_meanwhile(void **state)
{
    (void)state;
    double truth = 10 + KMH_100 * 0.2 - 0.5 * 8 * 0.04;
    struct claim silent = claim_of(KMH_100, 0, 0, 0); /* sent just before it braked */
    assert_true(fabs(fabs(at(&silent, 200).x_m - truth) - 0.16) < 1e-9);
    struct claim braking = claim_of(KMH_100, 0, -8, 0);
    assert_true(fabs(at(&braking, 200).x_m - truth) < 1e-9);
    assert_true(fabs(at(&braking, 200).speed_mps - (KMH_100 - 1.6)) < 1e-9);
}

static void moves_backward_to_a_frame_before_the_message(void **state)
{
    (void)state;
    struct claim claim = claim_of(20, 0, 0, 0);
    struct extrapolated e = at(&claim, -50);
    assert_true(fabs(e.x_m - 9) < 1e-9);
    assert_true(fabs(e.age_s + 0.05) < 1e-12);
    assert_true(fabs(e.shift_m - 1) < 1e-9);
}

static void comes_to_a_stand_and_does_not_reverse(void **state)
{
    (void)state;
    struct claim claim = claim_of(4, 0, -8, 0); /* stands after 0.5 s and 1 m */
    struct extrapolated e = at(&claim, 3000);
    assert_true(fabs(e.x_m - 11) < 1e-9);
    assert_true(e.speed_mps == 0);
}

static void follows_the_arc_that_small_steps_follow(void **state)
{
    (void)state;
    static const double turns[] = {0.6, -0.3, 0.01, 1e-5};
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
        struct claim claim = claim_of(15, 2.9, -1.5, turns[i]);
        struct extrapolated e = at(&claim, 1000);
        double x = 10;
        double y = 20;
        const int steps = 200000;
        for (int k = 0; k < steps; k++) {
            double t = (k + 0.5) / steps;
            x += (15 - 1.5 * t) * cos(2.9 + turns[i] * t) / steps;
            y += (15 - 1.5 * t) * sin(2.9 + turns[i] * t) / steps;
        }
        assert_true(hypot(e.x_m - x, e.y_m - y) < 1e-6);
    }
}

static void believes_a_turn_for_two_seconds_only(void **state)
{
    (void)state;
    struct claim claim = claim_of(10, 0, 0, 0.5);
    struct extrapolated two = at(&claim, 2000);
    struct extrapolated five = at(&claim, 5000);
    assert_true(fabs(five.yaw_rad - two.yaw_rad) < 1e-12);
    assert_true(fabs(hypot(five.x_m - two.x_m, five.y_m - two.y_m) - 30) < 1e-9);
}

static void grows_its_error_bars_by_the_published_terms(void **state)
{
    (void)state;
    struct claim claim = claim_of(20, 0, 0, 0);
    struct extrapolate_sigmas s = {.speed_mps = 0.5,
                                   .yaw_rad = 0.02,
                                   .accel_mps2 = 2,
                                   .yaw_rate_radps = 0.1,
                                   .clock_s = 0.01};
    struct extrapolated e = extrapolate(&claim, later_ms(500), &s);
    /* along: 1, 0.5*0.5, 20*0.01, 0.5*2*0.25; across: 1, 20*0.5*0.02, 0.5*20*0.1*0.25 */
    double along = sqrt(1 + 0.0625 + 0.04 + 0.0625);
    double across = sqrt(1 + 0.04 + 0.0625);
    assert_true(fabs(e.sigma_along_m - along) < 1e-9);
    assert_true(fabs(e.sigma_across_m - across) < 1e-9);
    assert_true(fabs(e.sigma_along_raw_m - sqrt(1 + 100 + 0.04)) < 1e-9);
    assert_true(e.sigma_across_raw_m == 1);
}

static void assumes_an_accuracy_where_the_message_has_none(void **state)
{
    (void)state;
    struct claim claim = claim_of(0, 0, 0, 0);
    claim.known &= ~(uint32_t)CLAIM_ACCURACY; /* J2735 255: unavailable */
    claim.sigma_m = 12.75;
    struct extrapolated e = at(&claim, 0);
    assert_true(e.position_sigma_assumed);
    assert_true(e.sigma_along_m == 2.5);
}

static void moves_nothing_where_the_instant_is_unavailable(void **state)
{
    (void)state;
    struct claim claim = claim_of(20, 0, 0, 0);
    claim.known &= ~(uint32_t)CLAIM_TIME; /* DSecond 65535 */
    struct extrapolated e = at(&claim, 500);
    assert_false(e.age_known);
    assert_true(e.x_m == 10 && e.shift_m == 0);
}

static void widens_its_bars_when_it_cannot_tell_where_the_sender_goes(void **state)
{
    (void)state;
    struct claim claim = claim_of(20, 0, 0, 0);
    claim.known &= ~(uint32_t)CLAIM_YAW;
    struct extrapolated e = at(&claim, 500);
    assert_true(e.x_m == 10);
    assert_true(e.sigma_along_m > 10 && e.sigma_across_m > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shifts_5_56_m_at_100_kmh_and_200_ms),
        cmocka_unit_test(leaves_16_cm_of_it_when_the_sender_brakes_with_8_mps2_meanwhile),
        cmocka_unit_test(moves_backward_to_a_frame_before_the_message),
        cmocka_unit_test(comes_to_a_stand_and_does_not_reverse),
        cmocka_unit_test(follows_the_arc_that_small_steps_follow),
        cmocka_unit_test(believes_a_turn_for_two_seconds_only),
        cmocka_unit_test(grows_its_error_bars_by_the_published_terms),
        cmocka_unit_test(assumes_an_accuracy_where_the_message_has_none),
        cmocka_unit_test(moves_nothing_where_the_instant_is_unavailable),
        cmocka_unit_test(widens_its_bars_when_it_cannot_tell_where_the_sender_goes),
    };
    return cmocka_run_group_tests_name("sync_extrapolate", tests, NULL, NULL);
}
