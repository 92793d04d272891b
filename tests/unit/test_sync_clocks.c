/* SPDX-License-Identifier: Apache-2.0 */
/* Foreign clocks by their messages: leaps of time scales, steps, drift, and what a full
 * bank does. Offsets are by hand: arrival minus claim. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "base/draw.h"
#include "sync/clocks.h"

#define START  (INT64_C(700000000) * TIME_NS_PER_S)
#define MINUTE (60 * TIME_NS_PER_S)

static struct clocks *clocks;

static int set_up(void **state)
{
    struct fail fail;
    (void)state;
    return clocks_new(&clocks, 4, &fail);
}

static int tear_down(void **state)
{
    (void)state;
    clocks_free(clocks);
    return 0;
}

/* What a receiver makes of a claim of which only the place in the minute is told. */
static int64_t folded(int64_t claim_ns, int64_t near_ns)
{
    int64_t off = (claim_ns - near_ns) % MINUTE;
    off += off < -MINUTE / 2 ? MINUTE : 0;
    off -= off > MINUTE / 2 ? MINUTE : 0;
    return near_ns + off;
}

/* 10 Hz over a path of 8 ms and up to 20 ms of queue; the clock is ahead by ahead_ns at the
 * start and gains ppm. */
static enum clocks_fault hear(uint32_t sender, int from, int to, int64_t ahead_ns,
                              double ppm)
{
    enum clocks_fault fault = CLOCKS_FAULT_UNKNOWN;
    for (int k = from; k < to; k++) {
        int64_t t = START + (int64_t)k * 100 * TIME_NS_PER_MS;
        double queue = draw_uniform(draw_bits(77, sender, (uint64_t)k));
        int64_t arrival = t + (int64_t)((8 + 20 * queue) * 1e6);
        int64_t claim = t + ahead_ns + (int64_t)((double)(t - START) * ppm * 1e-6);
        struct clocks_heard heard = {.listener = 1,
                                     .sender = sender,
                                     .msg_type = 20,
                                     .modulus_ns = MINUTE,
                                     .stamp = {folded(claim, arrival)},
                                     .arrival = {arrival}};
        fault = clocks_put(clocks, &heard);
    }
    return fault;
}

static struct clocks_estimate known(uint32_t sender)
{
    struct clocks_estimate c;
    assert_true(clocks_of(clocks, 1, sender, 20, &c));
    return c;
}

static void a_good_clock_has_the_smallest_delay_as_its_offset_and_no_fault(void **state)
{
    (void)state;
    assert_int_equal(hear(7, 0, 3, 0, 0), CLOCKS_FAULT_UNKNOWN);
    assert_int_equal(hear(7, 3, 400, 0, 3), CLOCKS_FAULT_NONE);
    struct clocks_estimate c = known(7);
    assert_true(c.known);
    assert_int_equal(c.state, ESTIMATOR_LOCKED);
    assert_true(fabs((double)c.offset.ns / 1e6 - 8) <= 2.6 * (double)c.sigma.ns / 1e6);
    assert_true(c.sigma.ns < TIME_NS_PER_MS);
    assert_int_equal(c.messages, 400);
}

static void differences_of_time_scales_are_recognised_on_either_side(void **state)
{
    static const int leaps_s[] = {5, 18, 19, 37, -5, -18, -19, -37};
    (void)state;
    for (uint32_t i = 0; i < sizeof leaps_s / sizeof leaps_s[0]; i++) {
        int64_t ahead = leaps_s[i] * TIME_NS_PER_S;
        assert_int_equal(hear(100 + i, 0, 60, ahead, 0), CLOCKS_FAULT_LEAP);
        assert_int_equal(known(100 + i).leap_s, leaps_s[i]);
        tear_down(NULL);
        assert_int_equal(set_up(NULL), 0);
    }
}

/* In a minute 37 s ahead looks like 23 s behind; a full stamp says 37. */
static void a_claim_that_wraps_is_folded_before_it_is_compared(void **state)
{
    (void)state;
    assert_int_equal(clocks_leap(span_ns(23 * TIME_NS_PER_S), MINUTE), 37);
    assert_int_equal(clocks_leap(span_ns(23 * TIME_NS_PER_S), 0), 0);
    assert_int_equal(clocks_leap(span_ns(-37 * TIME_NS_PER_S), 0), 37);
    /* generationDeltaTime: 65.536 - 37 = 28.536 s */
    assert_int_equal(clocks_leap(span_ms(28536), 65536 * TIME_NS_PER_MS), 37);
    assert_int_equal(clocks_leap(span_ms(-4700), MINUTE), 5);
    assert_int_equal(clocks_leap(span_ms(-4200), MINUTE), 0);
    assert_int_equal(clocks_leap(span_ms(-18600), MINUTE), 19);
    assert_int_equal(clocks_leap(span_ms(300), MINUTE), 0);
}

static void a_step_is_told_from_a_leap_and_a_drift_from_both(void **state)
{
    (void)state;
    assert_int_equal(hear(1, 0, 200, 0, 0), CLOCKS_FAULT_NONE);
    assert_int_equal(hear(1, 200, 300, TIME_NS_PER_S, 0), CLOCKS_FAULT_STEP);
    assert_int_equal(known(1).steps, 1);
    assert_int_equal(hear(2, 0, 300, 0, 1000), CLOCKS_FAULT_DRIFT);
    assert_true(fabs(known(2).skew_ppm + 1000) < 50); /* arrivals fall behind claims */
    assert_int_equal(known(2).steps, 0);
}

static void a_jump_back_is_counted(void **state)
{
    (void)state;
    (void)hear(1, 0, 200, 0, 0);
    (void)hear(1, 200, 300, -4 * TIME_NS_PER_S, 0);
    assert_int_equal(known(1).backward, 1);
    assert_int_equal(known(1).steps, 1);
}

static void one_message_that_comes_very_late_is_no_jump_back(void **state)
{
    (void)state;
    (void)hear(1, 0, 200, 0, 0);
    struct clocks_heard late = {.listener = 1,
                                .sender = 1,
                                .msg_type = 20,
                                .modulus_ns = MINUTE,
                                .stamp = {START + 18 * TIME_NS_PER_S},
                                .arrival = {START + 20 * TIME_NS_PER_S}};
    assert_int_equal(clocks_put(clocks, &late), CLOCKS_FAULT_NONE);
    assert_int_equal(hear(1, 201, 300, 0, 0), CLOCKS_FAULT_NONE);
    assert_int_equal(known(1).backward, 0);
}

static void a_full_bank_forgets_the_clock_that_was_silent_longest(void **state)
{
    struct clocks_estimate c;
    (void)state;
    for (uint32_t sender = 0; sender < 4; sender++) {
        (void)hear(sender, (int)(10 * sender), (int)(10 * sender) + 10, 0, 0);
    }
    (void)hear(0, 50, 60, 0, 0);
    (void)hear(9, 60, 70, 0, 0);
    assert_int_equal(clocks_forgotten(clocks), 1);
    assert_false(clocks_of(clocks, 1, 1, 20, &c));
    assert_true(clocks_of(clocks, 1, 0, 20, &c));
    assert_true(clocks_of(clocks, 1, 9, 20, &c));
}

static void only_clocks_heard_lately_are_told(void **state)
{
    struct clocks_estimate c;
    size_t place = 0;
    (void)state;
    (void)hear(1, 0, 10, 0, 0);
    (void)hear(2, 0, 40, 0, 0);
    struct tai since = {START + 2 * TIME_NS_PER_S};
    assert_true(clocks_next(clocks, since, &place, &c));
    assert_int_equal(c.sender, 2);
    assert_true(c.residuals[0].ns <= c.residuals[3].ns);
    assert_false(clocks_next(clocks, since, &place, &c));
}

#define CLOCK_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLOCK_TEST(a_good_clock_has_the_smallest_delay_as_its_offset_and_no_fault),
        CLOCK_TEST(differences_of_time_scales_are_recognised_on_either_side),
        CLOCK_TEST(a_claim_that_wraps_is_folded_before_it_is_compared),
        CLOCK_TEST(a_step_is_told_from_a_leap_and_a_drift_from_both),
        CLOCK_TEST(a_jump_back_is_counted),
        CLOCK_TEST(one_message_that_comes_very_late_is_no_jump_back),
        CLOCK_TEST(a_full_bank_forgets_the_clock_that_was_silent_longest),
        CLOCK_TEST(only_clocks_heard_lately_are_told),
    };
    return cmocka_run_group_tests_name("sync_clocks", tests, NULL, NULL);
}
