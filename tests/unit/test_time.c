/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks and calendar against dates computed by hand and by the standards' own examples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"

static struct utc at(const char *iso)
{
    struct utc t;
    assert_true(time_parse_iso(iso, &t));
    return t;
}

static void timestamp_its_counts_the_leap_second_of_2006(void **state)
{
    (void)state;
    /* ETSI TS 102 894-2, TimestampIts: 2007-01-01T00:00:00Z is 94 694 401 000 ms */
    assert_int_equal(tai_from_utc(at("2007-01-01T00:00:00Z")).ns / 1000000, 94694401000);
}

static void tai_runs_five_seconds_ahead_of_plain_counting_since_2017(void **state)
{
    (void)state;
    struct utc t = at("2026-06-01T12:00:00Z");
    assert_int_equal(tai_from_utc(t).ns,
                     t.ns - INT64_C(1072915200000000000) + INT64_C(5000000000));
    assert_int_equal(time_leap_seconds(t), 37);
}

static void the_border_is_crossed_back_to_the_same_instant(void **state)
{
    (void)state;
    const char *dates[] = {"2004-01-01T00:00:00Z", "2005-12-31T23:59:59Z",
                           "2006-01-01T00:00:00Z", "2016-12-31T23:59:59.999999999Z",
                           "2017-01-01T00:00:00Z", "2018-05-01T16:04:10.894Z",
                           "2000-02-29T12:00:00Z"};
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        struct utc t = at(dates[i]);
        assert_int_equal(utc_from_tai(tai_from_utc(t)).ns, t.ns);
    }
}

static void calendar_knows_leap_years_and_minutes_of_the_year(void **state)
{
    (void)state;
    struct time_calendar c = time_calendar(at("2024-12-31T23:59:59.5Z"));
    assert_int_equal(c.year, 2024);
    assert_int_equal(c.month, 12);
    assert_int_equal(c.day, 31);
    assert_int_equal(c.nanosecond, 500000000);
    assert_int_equal(c.minute_of_year, 366 * 1440 - 1);
    assert_int_equal(time_calendar(at("2025-03-01T00:01:00Z")).minute_of_year,
                     59 * 1440 + 1);
}

static void impossible_dates_are_refused(void **state)
{
    (void)state;
    struct utc t;
    const char *bad[] = {"2025-02-29T00:00:00Z",
                         "2025-13-01T00:00:00Z",
                         "2025-01-01T24:00:00Z",
                         "2025-01-01T00:00:00",
                         "yesterday",
                         "",
                         "2025-04-31T00:00:00Z"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(time_parse_iso(bad[i], &t));
    }
}

static void dsecond_is_resolved_to_the_nearest_minute(void **state)
{
    (void)state;
    struct utc out;
    struct utc near = at("2025-12-31T23:59:59.950Z");
    assert_true(time_resolve_dsecond(59900, near, &out));
    assert_int_equal(near.ns - out.ns, 50 * TIME_NS_PER_MS);
    near = at("2026-01-01T00:00:00.050Z"); /* across minute, hour and year */
    assert_true(time_resolve_dsecond(59900, near, &out));
    assert_int_equal(near.ns - out.ns, 150 * TIME_NS_PER_MS);
    assert_true(time_resolve_dsecond(60500, near, &out)); /* leap second form */
    assert_false(time_resolve_dsecond(61000, near, &out));
    assert_false(time_resolve_dsecond(65535, near, &out));
    assert_int_equal(time_dsecond(at("2026-01-01T00:01:02.345Z")), 2345);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timestamp_its_counts_the_leap_second_of_2006),
        cmocka_unit_test(tai_runs_five_seconds_ahead_of_plain_counting_since_2017),
        cmocka_unit_test(the_border_is_crossed_back_to_the_same_instant),
        cmocka_unit_test(calendar_knows_leap_years_and_minutes_of_the_year),
        cmocka_unit_test(impossible_dates_are_refused),
        cmocka_unit_test(dsecond_is_resolved_to_the_nearest_minute),
    };
    return cmocka_run_group_tests_name("time", tests, NULL, NULL);
}
