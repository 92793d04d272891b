/* SPDX-License-Identifier: Apache-2.0 */
/* Claims of messages: what is unavailable stays unknown, instants are those nearest to the
 * hearing (SAE J2735 DE_DSecond, DE_MinuteOfTheYear). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "engine/claims.h"

static struct tai tai_of(const char *iso)
{
    struct utc t;
    assert_true(time_parse_iso(iso, &t));
    return tai_from_utc(t);
}

static struct geo_origin origin(void)
{
    return geo_origin_init(42.299, -83.6989, 260);
}

static struct message bsm(uint32_t known)
{
    return (struct message){.type = MESSAGE_BSM,
                            .bsm = {.known = known,
                                    .id = 0xA1B2C3D4,
                                    .msg_cnt = 127,
                                    .dsecond_ms = 59900,
                                    .lat_deg = 42.3,
                                    .lon_deg = -83.6989,
                                    .speed_mps = 12.5,
                                    .heading_deg = 90,
                                    .yaw_rate_dps = 10,
                                    .length_m = 4.5,
                                    .width_m = 1.8}};
}

static struct claim claim(const struct message *m, const char *heard)
{
    struct geo_origin o = origin();
    return claims_of(m, tai_of(heard), &o);
}

static void what_is_unavailable_is_not_claimed(void **state)
{
    (void)state;
    struct message m = bsm(0);
    struct claim c = claim(&m, "2026-06-01T12:00:00Z");
    assert_int_equal(c.known, CLAIM_ID | CLAIM_MSG_CNT);
    assert_int_equal(c.station_id, 0xA1B2C3D4);
    assert_int_equal(c.msg_cnt, 127);
}

static void latitude_without_longitude_is_no_position(void **state)
{
    (void)state;
    struct message m = bsm(MESSAGE_LAT);
    assert_false(claim(&m, "2026-06-01T12:00:00Z").known & CLAIM_POSITION);
}

static void headings_turn_from_north_clockwise_to_east_counter_clockwise(void **state)
{
    (void)state;
    struct message m = bsm(MESSAGE_HEADING | MESSAGE_YAW_RATE | MESSAGE_SPEED);
    struct claim c = claim(&m, "2026-06-01T12:00:00Z");
    assert_true(fabs(c.yaw_rad) < 1e-12); /* 90 degrees is east */
    assert_true(fabs(c.yaw_rate_radps + 0.17453292519943295) < 1e-12);
    assert_true(c.speed_mps == 12.5);
}

static void a_thousandth_of_a_degree_north_is_111_m(void **state)
{
    (void)state;
    struct message m = bsm(MESSAGE_LAT | MESSAGE_LON);
    struct claim c = claim(&m, "2026-06-01T12:00:00Z");
    /* WGS 84 at 42.3 degrees: 111 072 m a degree of latitude */
    assert_true(fabs(c.x_m) < 0.01);
    assert_true(fabs(c.y_m - 111.07) < 0.05);
}

static void a_second_of_the_last_minute_is_resolved_backwards(void **state)
{
    (void)state;
    struct message m = bsm(MESSAGE_DSECOND);
    struct claim c = claim(&m, "2026-06-01T12:00:00.05Z");
    assert_true(c.known & CLAIM_TIME);
    assert_int_equal(c.t_gen.ns, tai_of("2026-06-01T11:59:59.9Z").ns);
    c = claim(&m, "2026-06-01T12:00:59.95Z");
    assert_int_equal(c.t_gen.ns, tai_of("2026-06-01T12:00:59.9Z").ns);
}

static struct claim spat(int32_t minute, uint16_t ms, const char *heard)
{
    static struct message_intersection one;
    struct message m = {.type = MESSAGE_SPAT};
    one = (struct message_intersection){.known = MESSAGE_MINUTE | MESSAGE_TIMESTAMP,
                                        .minute_of_year = minute,
                                        .timestamp_ms = ms};
    m.spat.intersections[0] = one;
    m.spat.intersection_count = 1;
    return claim(&m, heard);
}

static void a_minute_of_the_year_is_of_the_nearest_year(void **state)
{
    (void)state;
    /* 1 June is day 151 of 2026: 151 x 1440 + 720 minutes at noon */
    struct claim c = spat(151 * 1440 + 720, 250, "2026-06-01T12:00:01Z");
    assert_int_equal(c.t_gen.ns, tai_of("2026-06-01T12:00:00.25Z").ns);
    c = spat(525599, 59000, "2026-01-01T00:00:00.5Z");
    assert_int_equal(c.t_gen.ns, tai_of("2025-12-31T23:59:59Z").ns);
    c = spat(0, 100, "2025-12-31T23:59:59.9Z");
    assert_int_equal(c.t_gen.ns, tai_of("2026-01-01T00:00:00.1Z").ns);
}

static void a_leap_year_has_its_own_length(void **state)
{
    (void)state;
    struct claim c = spat(527039, 59000, "2025-01-01T00:00:00.5Z");
    assert_int_equal(c.t_gen.ns, tai_of("2024-12-31T23:59:59Z").ns);
    c = spat(0, 100, "2024-12-31T23:59:59.9Z");
    assert_int_equal(c.t_gen.ns, tai_of("2025-01-01T00:00:00.1Z").ns);
}

static void an_invalid_minute_is_no_time(void **state)
{
    (void)state;
    assert_false(spat(527040, 0, "2026-06-01T12:00:00Z").known & CLAIM_TIME);
    assert_false(spat(0, 65535, "2026-06-01T12:00:00Z").known & CLAIM_TIME);
}

static void a_denm_is_not_ordered_by_the_time_of_its_event(void **state)
{
    (void)state;
    struct message m = {
        .type = MESSAGE_ITS,
        .its = {.kind = ITS_DENM, .reference = tai_of("2026-06-01T12:00:00Z")}};
    struct claim c = claim(&m, "2026-06-01T12:00:09Z");
    assert_true(c.known & CLAIM_TIME);
    assert_false(claims_ordered(&c, MSG_DENM));
    assert_true(claims_ordered(&c, MSG_CAM));
    c.known = 0;
    assert_false(claims_ordered(&c, MSG_CAM));
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        cmocka_unit_test(a_denm_is_not_ordered_by_the_time_of_its_event),
        cmocka_unit_test(what_is_unavailable_is_not_claimed),
        cmocka_unit_test(latitude_without_longitude_is_no_position),
        cmocka_unit_test(headings_turn_from_north_clockwise_to_east_counter_clockwise),
        cmocka_unit_test(a_thousandth_of_a_degree_north_is_111_m),
        cmocka_unit_test(a_second_of_the_last_minute_is_resolved_backwards),
        cmocka_unit_test(a_minute_of_the_year_is_of_the_nearest_year),
        cmocka_unit_test(a_leap_year_has_its_own_length),
        cmocka_unit_test(an_invalid_minute_is_no_time),
    };
    return cmocka_run_group_tests_name("claims", claims, NULL, NULL);
}
