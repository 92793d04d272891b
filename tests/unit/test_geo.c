/* SPDX-License-Identifier: Apache-2.0 */
/* Local plane against distances known from WGS-84 tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/fmath.h"
#include "base/geo.h"

static void a_degree_has_the_length_of_the_wgs84_tables(void **state)
{
    (void)state;
    /* length of a degree at 45 degrees latitude: 111131.78 m north, 78846.8 m east */
    struct geo_origin o = geo_origin_init(45, 7, 0);
    assert_true(fabs(o.m_per_deg_lat - 111131.779) < 0.01);
    assert_true(fabs(o.m_per_deg_lon - 78846.835) < 0.01);
}

static void the_way_back_gives_the_same_point_in_every_hemisphere(void **state)
{
    (void)state;
    const double origins[][2] = {
        {42.2990, -83.6989}, {-33.86, 151.21}, {-22.9, -43.2}, {0, 179.9999}};
    for (int i = 0; i < 4; i++) {
        struct geo_origin o = geo_origin_init(origins[i][0], origins[i][1], 260);
        double lat, lon, x, y;
        geo_from_enu(&o, 123.4, -567.8, &lat, &lon);
        geo_to_enu(&o, lat, lon, &x, &y);
        assert_true(fabs(x - 123.4) < 1e-6 && fabs(y + 567.8) < 1e-6);
        assert_true(lon <= 180 && lon >= -180);
    }
}

static void headings_turn_clockwise_from_north_and_yaw_against_it_from_east(void **state)
{
    (void)state;
    assert_true(fabs(geo_yaw_from_heading(0) - FM_PI / 2) < 1e-12);
    assert_true(fabs(geo_yaw_from_heading(90)) < 1e-12);
    assert_true(fabs(geo_heading_from_yaw(FM_PI) - 270) < 1e-9);
    assert_true(fabs(geo_heading_from_yaw(geo_yaw_from_heading(359.9875)) - 359.9875) <
                1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_degree_has_the_length_of_the_wgs84_tables),
        cmocka_unit_test(the_way_back_gives_the_same_point_in_every_hemisphere),
        cmocka_unit_test(headings_turn_clockwise_from_north_and_yaw_against_it_from_east),
    };
    return cmocka_run_group_tests_name("geo", tests, NULL, NULL);
}
