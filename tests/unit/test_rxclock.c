/* SPDX-License-Identifier: Apache-2.0 */
/* A station's own clock, by hand calculation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "receiver/rxclock.h"

#define START (INT64_C(700000000) * TIME_NS_PER_S)

static void shows_true_time_when_it_has_no_error(void **state)
{
    (void)state;
    struct rxclock clock = {.start = {START}};
    assert_int_equal(rxclock_read(&clock, (struct tai){START + 123}).ns, START + 123);
}

static void is_ahead_by_its_offset_at_the_start(void **state)
{
    (void)state;
    struct rxclock clock = {.start = {START}, .offset = {-2500000}};
    assert_int_equal(rxclock_read(&clock, (struct tai){START}).ns, START - 2500000);
}

static void gains_forty_microseconds_a_second_at_40_ppm(void **state)
{
    (void)state;
    struct rxclock clock = {.start = {START}, .drift_ppm = 40};
    struct tai after = {START + 10 * TIME_NS_PER_S};
    assert_int_equal(rxclock_read(&clock, after).ns, after.ns + 400000);
    struct tai before = {START - TIME_NS_PER_S};
    assert_int_equal(rxclock_read(&clock, before).ns, before.ns - 40000);
}

static void keeps_the_last_nanosecond_after_ten_days_of_drift(void **state)
{
    (void)state;
    struct rxclock clock = {.start = {START}, .drift_ppm = 20};
    /* 864000 s at 20 ppm: 17.28 s exactly */
    struct tai t = {START + 864000 * TIME_NS_PER_S};
    assert_int_equal(rxclock_read(&clock, t).ns, t.ns + INT64_C(17280000000));
}

static void steps_at_the_instant_and_not_before(void **state)
{
    (void)state;
    struct rxclock clock = {.start = {START}};
    assert_true(rxclock_step(&clock, (struct tai){START + 100}, span_ms(-18000)));
    assert_int_equal(rxclock_read(&clock, (struct tai){START + 99}).ns, START + 99);
    assert_int_equal(rxclock_read(&clock, (struct tai){START + 100}).ns,
                     START + 100 - 18 * TIME_NS_PER_S);
}

static void refuses_a_step_too_many(void **state)
{
    (void)state;
    struct rxclock clock = {.start = {START}};
    for (int i = 0; i < RXCLOCK_STEPS_MOST; i++) {
        assert_true(rxclock_step(&clock, (struct tai){START}, span_ms(1)));
    }
    assert_false(rxclock_step(&clock, (struct tai){START}, span_ms(1)));
}

static void draws_the_same_luck_for_the_same_station(void **state)
{
    (void)state;
    struct rxclock a = rxclock_draw(7, 3, (struct tai){START}, span_ms(1), 20);
    struct rxclock b = rxclock_draw(7, 3, (struct tai){START}, span_ms(1), 20);
    struct rxclock c = rxclock_draw(7, 4, (struct tai){START}, span_ms(1), 20);
    assert_int_equal(a.offset.ns, b.offset.ns);
    assert_true(a.offset.ns != c.offset.ns);
}

static void draws_offsets_with_the_sigma_that_was_asked_for(void **state)
{
    (void)state;
    double squares = 0;
    for (uint32_t i = 0; i < 4000; i++) {
        struct rxclock clock = rxclock_draw(11, i, (struct tai){START}, span_ms(10), 20);
        double ms = (double)clock.offset.ns / 1e6;
        squares += ms * ms;
    }
    /* the variance of 4000 normals of sigma 10 stays within 4 sigma = 9 % of 100 */
    assert_true(squares / 4000 > 91 && squares / 4000 < 109);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_true_time_when_it_has_no_error),
        cmocka_unit_test(is_ahead_by_its_offset_at_the_start),
        cmocka_unit_test(gains_forty_microseconds_a_second_at_40_ppm),
        cmocka_unit_test(keeps_the_last_nanosecond_after_ten_days_of_drift),
        cmocka_unit_test(steps_at_the_instant_and_not_before),
        cmocka_unit_test(refuses_a_step_too_many),
        cmocka_unit_test(draws_the_same_luck_for_the_same_station),
        cmocka_unit_test(draws_offsets_with_the_sigma_that_was_asked_for),
    };
    return cmocka_run_group_tests_name("rxclock", tests, NULL, NULL);
}
