/* SPDX-License-Identifier: Apache-2.0 */
/* The lower hull on generated delays, where the truth is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "base/draw.h"
#include "sync/estimator.h"

#define START (INT64_C(700000000) * TIME_NS_PER_S)
#define SEED  4242u

static struct estimator estimator;
static struct estimator_point ring[ESTIMATOR_POINTS_MOST];

/* 10 Hz, 4 ms path, exponential 15 ms queueing, 5 % spikes of 100 ms. */
static struct span delay(uint64_t seed, uint64_t k)
{
    uint64_t key = draw_key(seed, DRAW_AIR_LATENCY);
    double ms = 4 - 15 * log(draw_uniform(draw_bits(key, 1, k)));
    ms += draw_uniform(draw_bits(key, 2, k)) < 0.05 ? 100 : 0;
    return span_ns((int64_t)(ms * 1e6));
}

/* The foreign clock at true time t: offset behind, fast by ppm. */
static struct rxtime shown(int64_t t_ns, int64_t offset_ns, double ppm)
{
    return (struct rxtime){t_ns + offset_ns +
                           (int64_t)((double)(t_ns - START) * ppm * 1e-6)};
}

static void feed(uint64_t seed, int from, int to, int64_t offset_ns, double ppm)
{
    for (int k = from; k < to; k++) {
        int64_t t = START + (int64_t)k * 100 * TIME_NS_PER_MS;
        struct tai arrival = {t + delay(seed, (uint64_t)k).ns};
        estimator_put(&estimator, shown(t, offset_ns, ppm), arrival);
    }
}

static double error_ms(int64_t t_ns, int64_t offset_ns, double ppm)
{
    struct estimator_placed placed =
        estimator_place(&estimator, shown(t_ns, offset_ns, ppm));
    return (double)(placed.t.ns - t_ns) / 1e6;
}

static void is_unverified_before_the_first_point(void **state)
{
    (void)state;
    estimator_init(&estimator, ring, ESTIMATOR_POINTS_MOST, span_ns(0), span_ns(0));
    struct estimator_placed placed = estimator_place(&estimator, (struct rxtime){5});
    assert_int_equal(placed.state, ESTIMATOR_UNSYNC);
    assert_true(placed.sigma.ns < 0);
}

static void adds_a_stated_offset(void **state)
{
    (void)state;
    estimator_init_fixed(&estimator, span_ms(-18000), span_ms(1));
    struct estimator_placed placed = estimator_place(&estimator, (struct rxtime){START});
    assert_int_equal(placed.t.ns, START - 18 * TIME_NS_PER_S);
    assert_int_equal(placed.sigma.ns, TIME_NS_PER_MS);
}

static void
has_a_bias_under_a_tenth_of_a_millisecond_where_least_squares_has_twenty(void **state)
{
    (void)state;
    double sum = 0;
    double least_squares = 0;
    const int trials = 80;
    for (int i = 0; i < trials; i++) {
        uint64_t seed = SEED + (uint64_t)i;
        double ppm = -30 + 60.0 * i / trials;
        estimator_init(&estimator, ring, ESTIMATOR_POINTS_MOST, span_ms(4),
                       span_ns(100000));
        feed(seed, 0, 600, 250 * TIME_NS_PER_MS, ppm);
        assert_int_equal(estimator.state, ESTIMATOR_LOCKED);
        sum += error_ms(START + 30 * TIME_NS_PER_S, 250 * TIME_NS_PER_MS, ppm);
        for (int k = 0; k < 600; k++) { /* at the window's centre it is the mean */
            least_squares += ((double)delay(seed, (uint64_t)k).ns / 1e6 - 4) / 600;
        }
    }
    assert_true(fabs(sum / trials) <= 0.1);
    assert_true(least_squares / trials > 19);
}

static void holds_the_truth_within_three_bars(void **state)
{
    (void)state;
    int within = 0;
    for (int i = 0; i < 100; i++) {
        estimator_init(&estimator, ring, ESTIMATOR_POINTS_MOST, span_ms(4),
                       span_ns(100000));
        feed(900 + (uint64_t)i, 0, 600, 0, 12);
        struct tai t = {START + 60 * TIME_NS_PER_S};
        struct estimator_placed placed = estimator_place(&estimator, shown(t.ns, 0, 12));
        within += llabs(placed.t.ns - t.ns) <= 3 * placed.sigma.ns;
    }
    assert_true(within >= 98);
}

static void acquires_for_twenty_seconds_and_then_locks(void **state)
{
    (void)state;
    estimator_init(&estimator, ring, ESTIMATOR_POINTS_MOST, span_ms(4), span_ns(0));
    feed(SEED, 0, 150, 0, 0);
    assert_int_equal(estimator.state, ESTIMATOR_ACQUIRING);
    feed(SEED, 150, 250, 0, 0);
    assert_int_equal(estimator.state, ESTIMATOR_LOCKED);
}

static void widens_its_bar_in_holdover(void **state)
{
    (void)state;
    estimator_init(&estimator, ring, ESTIMATOR_POINTS_MOST, span_ms(4), span_ns(0));
    feed(SEED, 0, 600, 0, 0);
    struct rxtime soon = {START + 61 * TIME_NS_PER_S};
    struct rxtime later = {START + 600 * TIME_NS_PER_S};
    struct estimator_placed a = estimator_place(&estimator, soon);
    struct estimator_placed b = estimator_place(&estimator, later);
    assert_int_equal(a.state, ESTIMATOR_LOCKED);
    assert_int_equal(b.state, ESTIMATOR_HOLDOVER);
    assert_true(b.sigma.ns > 5 * a.sigma.ns);
}

static void notices_a_step_either_way_and_finds_the_new_offset(void **state)
{
    (void)state;
    static const int64_t steps_ns[] = {18 * TIME_NS_PER_S, -18 * TIME_NS_PER_S,
                                       500 * TIME_NS_PER_MS, -500 * TIME_NS_PER_MS};
    for (size_t i = 0; i < sizeof steps_ns / sizeof steps_ns[0]; i++) {
        estimator_init(&estimator, ring, ESTIMATOR_POINTS_MOST, span_ms(4), span_ns(0));
        feed(SEED, 0, 400, 0, 0);
        feed(SEED, 400, 1100, steps_ns[i], 0);
        assert_true(estimator.steps >= 1);
        double error = error_ms(START + 80 * TIME_NS_PER_S, steps_ns[i], 0);
        assert_true(fabs(error) < 1);
    }
}

static void sees_no_step_in_queueing_alone(void **state)
{
    (void)state;
    estimator_init(&estimator, ring, ESTIMATOR_POINTS_MOST, span_ms(4), span_ns(0));
    feed(SEED, 0, 3000, 0, 20);
    assert_int_equal(estimator.steps, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_unverified_before_the_first_point),
        cmocka_unit_test(adds_a_stated_offset),
        cmocka_unit_test(
            has_a_bias_under_a_tenth_of_a_millisecond_where_least_squares_has_twenty),
        cmocka_unit_test(holds_the_truth_within_three_bars),
        cmocka_unit_test(acquires_for_twenty_seconds_and_then_locks),
        cmocka_unit_test(widens_its_bar_in_holdover),
        cmocka_unit_test(notices_a_step_either_way_and_finds_the_new_offset),
        cmocka_unit_test(sees_no_step_in_queueing_alone),
    };
    return cmocka_run_group_tests_name("sync_estimator", tests, NULL, NULL);
}
