/* SPDX-License-Identifier: Apache-2.0 */
/* The map from stopwatch to scenario, on a simulated stopwatch; the shared pace on the real
 * one, with generous deadlines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "edge/pacer.h"

static struct mono at(int64_t ns)
{
    return (struct mono){ns};
}

static struct tai t(int64_t ns)
{
    return (struct tai){ns};
}

static struct pace started(double speed, int64_t now_ns, int64_t t_ns)
{
    struct pace pace;
    assert_true(pace_init(&pace, speed));
    pace_start(&pace, at(now_ns), t(t_ns));
    return pace;
}

static void nothing_is_due_before_the_start(void **state)
{
    (void)state;
    struct pace pace;
    assert_true(pace_init(&pace, 1.0));
    assert_int_equal(pace_until(&pace, at(100)).ns, INT64_MIN);
    assert_int_equal(pace_deadline(&pace, t(0)).ns, INT64_MAX);
}

static void refuses_speeds_it_cannot_keep(void **state)
{
    (void)state;
    static const double bad[] = {-1.0, 0.0001, 1001.0, 1e300, -0.5};
    struct pace pace;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(pace_init(&pace, bad[i]));
    }
    double zero = 0.0;
    assert_false(pace_init(&pace, zero / zero));
}

/* A deadline is exact if its instant is due at it and not one nanosecond before. */
static void a_million_deadlines_do_not_drift(void **state)
{
    (void)state;
    static const double speeds[] = {1.0, 0.1, 3.0, 7.25, 0.333333, 1000.0, 0.001};
    for (size_t s = 0; s < sizeof speeds / sizeof speeds[0]; s++) {
        struct pace pace = started(speeds[s], 123456789, 694224032000000007);
        int64_t step = 10000019; /* a prime near 10 ms */
        for (int64_t k = 0; k <= 1000000; k += s == 0 ? 1 : 997) {
            struct tai due = t(694224032000000007 + k * step);
            struct mono deadline = pace_deadline(&pace, due);
            assert_true(pace_until(&pace, deadline).ns >= due.ns);
            assert_true(k == 0 || pace_until(&pace, at(deadline.ns - 1)).ns < due.ns);
        }
    }
    struct pace real = started(1.0, 5, 1000);
    assert_int_equal(pace_deadline(&real, t(1000 + 1000000 * INT64_C(10000000))).ns,
                     5 + 1000000 * INT64_C(10000000));
}

static void a_speed_change_does_not_jump(void **state)
{
    (void)state;
    struct pace pace = started(1.0, 0, 0);
    assert_int_equal(pace_until(&pace, at(1000)).ns, 1000);
    assert_true(pace_set_speed(&pace, at(1000), t(0), 2.0));
    assert_int_equal(pace_until(&pace, at(1000)).ns, 1000);
    assert_int_equal(pace_until(&pace, at(1500)).ns, 2000);
    assert_int_equal(pace_deadline(&pace, t(2000)).ns, 1500);
    assert_true(pace_set_speed(&pace, at(1500), t(0), 0.5));
    assert_int_equal(pace_until(&pace, at(2500)).ns, 2500);
    assert_false(pace_set_speed(&pace, at(2500), t(0), -2.0));
    assert_int_equal(pace_until(&pace, at(2500)).ns, 2500);
}

static void max_is_always_due_and_hands_over_where_the_run_stands(void **state)
{
    (void)state;
    struct pace pace = started(PACE_MAX, 0, 0);
    assert_int_equal(pace_until(&pace, at(1)).ns, INT64_MAX);
    assert_true(pace_set_speed(&pace, at(500), t(77000), 1.0));
    assert_int_equal(pace_until(&pace, at(500)).ns, 77000);
    assert_int_equal(pace_until(&pace, at(600)).ns, 77100);
    assert_true(pace_set_speed(&pace, at(600), t(0), PACE_MAX));
    assert_int_equal(pace_until(&pace, at(600)).ns, INT64_MAX);
}

static void a_pause_holds_the_instant(void **state)
{
    (void)state;
    struct pace pace = started(2.0, 0, 0);
    pace_pause(&pace, at(1000));
    assert_int_equal(pace_until(&pace, at(9000)).ns, 2000);
    assert_int_equal(pace_deadline(&pace, t(2001)).ns, INT64_MAX);
    pace_pause(&pace, at(9000));
    pace_resume(&pace, at(10000));
    assert_int_equal(pace_until(&pace, at(10000)).ns, 2000);
    assert_int_equal(pace_until(&pace, at(10500)).ns, 3000);
}

static void a_speed_change_while_paused_counts_from_the_resume(void **state)
{
    (void)state;
    struct pace pace = started(1.0, 0, 0);
    pace_pause(&pace, at(1000));
    assert_true(pace_set_speed(&pace, at(2000), t(0), 10.0));
    assert_int_equal(pace_until(&pace, at(3000)).ns, 1000);
    pace_resume(&pace, at(4000));
    assert_int_equal(pace_until(&pace, at(4100)).ns, 2000);
}

/* 90 things 40 us late, 9 things 900 us late, one 30 s late: by hand, p50 and p90 lie in
 * "at most 50 us", p99 in "at most 1 ms", the largest in none. */
static void tells_how_late_things_were(void **state)
{
    (void)state;
    struct pace pace = started(1.0, 0, 0);
    for (int i = 0; i < 100; i++) {
        int64_t late = i < 90 ? 40000 : i < 99 ? 900000 : INT64_C(30000000000);
        pace_done(&pace, at(i * 1000 + late), t(i * 1000));
    }
    assert_int_equal(pace.lateness.total, 100);
    assert_int_equal(pace.lateness.count[PACE_BUCKET_50], 90);
    assert_int_equal(pace.lateness.count[PACE_BUCKET_OVER], 1);
    assert_true(pace_quantile_ms(&pace.lateness, 0.5) == 0.05);
    assert_true(pace_quantile_ms(&pace.lateness, 0.9) == 0.05);
    assert_true(pace_quantile_ms(&pace.lateness, 0.99) == 1.0);
    assert_true(pace_quantile_ms(&pace.lateness, 1.0) == 30000.0);
    struct bytes json = {0};
    pace_lateness_json(&pace.lateness, &json);
    bytes_u8(&json, 0);
    assert_non_null(strstr((char *)json.data, "\"count\":100,\"p50_ms\":0.05,"));
    assert_non_null(strstr((char *)json.data, "\"inf\":1}}"));
    bytes_close(&json);
}

static void nothing_is_late_at_max(void **state)
{
    (void)state;
    struct pace pace = started(PACE_MAX, 0, 0);
    pace_done(&pace, at(1000000), t(0));
    assert_int_equal(pace.lateness.total, 0);
}

static void the_engine_is_let_run_at_most_a_tenth_of_a_second_ahead(void **state)
{
    (void)state;
    struct pacer *pacer;
    struct fail fail;
    assert_int_equal(pacer_new(&pacer, 1.0, &fail), 0);
    struct mono before = pacer_now();
    pacer_start(pacer, t(0));
    assert_true(pacer_wait(pacer, t(PACER_AHEAD_MS * TIME_NS_PER_MS)));
    assert_true(pacer_wait(pacer, t((PACER_AHEAD_MS + 30) * TIME_NS_PER_MS)));
    assert_true(pacer_now().ns - before.ns >= 30 * TIME_NS_PER_MS);
    assert_false(pacer_due(pacer, t(3600 * TIME_NS_PER_S)));
    struct pacer_state s;
    pacer_read(pacer, &s);
    assert_int_equal(s.pulled.ns, (PACER_AHEAD_MS + 30) * TIME_NS_PER_MS);
    pacer_free(pacer);
}

static void *wait_for_ever(void *self)
{
    return pacer_wait(self, t(3600 * TIME_NS_PER_S)) ? self : NULL;
}

static void a_command_reaches_a_waiting_engine(void **state)
{
    (void)state;
    struct pacer *pacer;
    struct fail fail;
    pthread_t thread;
    void *went;
    assert_int_equal(pacer_new(&pacer, 1.0, &fail), 0);
    pacer_start(pacer, t(0));
    assert_int_equal(pthread_create(&thread, NULL, wait_for_ever, pacer), 0);
    assert_int_equal(pacer_set_speed(pacer, PACE_MAX, &fail), 0);
    assert_int_equal(pthread_join(thread, &went), 0);
    assert_ptr_equal(went, pacer);
    pacer_pause(pacer);
    assert_int_equal(pthread_create(&thread, NULL, wait_for_ever, pacer), 0);
    pacer_stop(pacer);
    assert_int_equal(pthread_join(thread, &went), 0);
    assert_null(went);
    assert_int_equal(pacer_set_speed(pacer, 5000.0, &fail), RESULT_USAGE);
    pacer_free(pacer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_due_before_the_start),
        cmocka_unit_test(refuses_speeds_it_cannot_keep),
        cmocka_unit_test(a_million_deadlines_do_not_drift),
        cmocka_unit_test(a_speed_change_does_not_jump),
        cmocka_unit_test(max_is_always_due_and_hands_over_where_the_run_stands),
        cmocka_unit_test(a_pause_holds_the_instant),
        cmocka_unit_test(a_speed_change_while_paused_counts_from_the_resume),
        cmocka_unit_test(tells_how_late_things_were),
        cmocka_unit_test(nothing_is_late_at_max),
        cmocka_unit_test(the_engine_is_let_run_at_most_a_tenth_of_a_second_ahead),
        cmocka_unit_test(a_command_reaches_a_waiting_engine),
    };
    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
