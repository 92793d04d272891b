/* SPDX-License-Identifier: Apache-2.0 */
/* Who sees how much of whom, on scenes that can be checked with a ruler. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fmath.h"
#include "sensors/measure.h"
#include "sensors/sight.h"

static const struct sight_from sensor = {
    .z_m = 1.6, .yaw_rad = 0, .fov_rad = 2.0944, .range_m = 120}; /* 120 degrees */

static struct sight_box box(double x_m, double y_m, double yaw_rad, double length_m,
                            double width_m, double height_m)
{
    struct agent agent = {.length_m = length_m, .width_m = width_m, .height_m = height_m};
    struct state at = {.x_m = x_m, .y_m = y_m, .yaw_rad = yaw_rad, .present = true};
    return sight_box(&agent, 0, &at);
}

static struct walls corner(struct arena *arena, double x0, double y0, double x1, double y1,
                           double height_m)
{
    struct walls walls = {0};
    struct fail fail;
    const double points[4][2] = {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}};
    assert_int_equal(walls_add(&walls, arena, "house", height_m, points, 4, false, &fail),
                     0);
    return walls;
}

static void sees_all_of_a_free_object(void **state)
{
    (void)state;
    struct sight_box boxes[] = {box(30, 0, 0, 4.5, 1.8, 1.5)};
    assert_true(sight_visible(&sensor, NULL, boxes, 1, 0) == 1);
}

static void does_not_see_an_object_behind_the_corner_of_a_building(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct walls walls = corner(&arena, 8, 4, 30, 30, 8);
    struct sight_box boxes[] = {box(20, 35, 0, 4.5, 1.8, 1.5)};
    struct sight_from from = sensor;
    from.fov_rad = 7;
    assert_true(sight_visible(&from, &walls, boxes, 1, 0) == 0);
    arena_close(&arena);
}

static void sees_half_of_an_object_that_a_building_half_hides(void **state)
{
    (void)state;
    struct arena arena = {0};
    /* the edge of the house lies on the straight line to the middle of the object */
    struct walls walls = corner(&arena, 10, 0, 20, 10, 8);
    struct sight_box boxes[] = {box(40, 0, FM_PI / 2, 4.5, 1.8, 1.5)};
    double visible = sight_visible(&sensor, &walls, boxes, 1, 0);
    assert_true(visible >= 0.4 && visible <= 0.6);
    arena_close(&arena);
}

static void sees_half_of_an_object_that_another_half_hides(void **state)
{
    (void)state;
    struct sight_box boxes[] = {box(40, 0, FM_PI / 2, 4.5, 1.8, 1.5),
                                box(20, 1.25, 0, 4.5, 2.5, 3)};
    double visible = sight_visible(&sensor, NULL, boxes, 2, 0);
    assert_true(visible >= 0.4 && visible <= 0.6);
    assert_true(sight_visible(&sensor, NULL, boxes, 2, 1) == 1);
}

static void sees_over_what_is_low(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct walls hedge = corner(&arena, 10, -5, 11, 5, 0.5);
    struct sight_box boxes[] = {box(40, 0, 0, 4.5, 1.8, 1.5)};
    assert_true(sight_visible(&sensor, &hedge, boxes, 1, 0) == 1);
    struct sight_box low[] = {boxes[0], box(20, 0, 0, 2, 4, 0.8)};
    assert_true(sight_visible(&sensor, NULL, low, 2, 0) == 1);
    arena_close(&arena);
}

static void does_not_see_a_child_behind_a_van(void **state)
{
    (void)state;
    struct sight_box boxes[] = {box(24, 0, 0, 0.4, 0.4, 1.2), box(20, 0, 0, 5, 2, 2.2)};
    assert_true(sight_visible(&sensor, NULL, boxes, 2, 0) == 0);
}

static void sees_half_of_an_object_that_leaves_the_field_of_view(void **state)
{
    (void)state;
    struct sight_from from = sensor;
    from.fov_rad = FM_PI / 2; /* up to 45 degrees */
    struct sight_box boxes[] = {box(30, 30, 3 * FM_PI / 4, 4, 1, 1.5)};
    double visible = sight_visible(&from, NULL, boxes, 1, 0);
    assert_true(visible >= 0.4 && visible <= 0.6);
}

static void does_not_see_beyond_its_range(void **state)
{
    (void)state;
    struct sight_box boxes[] = {box(130, 0, 0, 4.5, 1.8, 1.5)};
    assert_true(sight_visible(&sensor, NULL, boxes, 1, 0) == 0);
}

static void measures_distance_to_the_nearest_point_of_a_box(void **state)
{
    (void)state;
    struct sight_box ahead = box(10, 0, 0, 4, 2, 1.5);
    assert_true(fm_abs(sight_distance(&sensor, &ahead) - 8) < 1e-12);
    struct sight_box beside = box(0, 6, FM_PI / 2, 4, 2, 1.5);
    assert_true(fm_abs(sight_distance(&sensor, &beside) - 4) < 1e-12);
    struct sight_box around = box(0.5, 0, 0, 4, 2, 1.5);
    assert_true(sight_distance(&sensor, &around) == 0);
}

static void counts_a_box_around_the_sensor_as_seen(void **state)
{
    (void)state;
    struct sight_box boxes[] = {box(0.5, 0, 0, 4, 2, 1.5)};
    assert_true(sight_visible(&sensor, NULL, boxes, 1, 0) == 1);
}

static void notices_less_what_is_far_or_half_hidden(void **state)
{
    (void)state;
    const struct measure_traits *lidar = measure_traits(MODALITY_LIDAR);
    double near = measure_notice(lidar, 1, 20, 100, KIND_CAR);
    assert_true(fm_abs(near - 0.98) < 1e-12);
    assert_true(fm_abs(measure_notice(lidar, 0.3, 20, 100, KIND_CAR) - 0.49) < 1e-12);
    assert_true(fm_abs(measure_notice(lidar, 1, 100, 100, KIND_CAR) - 0.392) < 1e-12);
    assert_true(measure_notice(lidar, 0.05, 20, 100, KIND_CAR) == 0);
    assert_true(measure_notice(lidar, 1, 20, 100, KIND_CHILD) < near);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sees_all_of_a_free_object),
        cmocka_unit_test(does_not_see_an_object_behind_the_corner_of_a_building),
        cmocka_unit_test(sees_half_of_an_object_that_a_building_half_hides),
        cmocka_unit_test(sees_half_of_an_object_that_another_half_hides),
        cmocka_unit_test(sees_over_what_is_low),
        cmocka_unit_test(does_not_see_a_child_behind_a_van),
        cmocka_unit_test(sees_half_of_an_object_that_leaves_the_field_of_view),
        cmocka_unit_test(does_not_see_beyond_its_range),
        cmocka_unit_test(measures_distance_to_the_nearest_point_of_a_box),
        cmocka_unit_test(counts_a_box_around_the_sensor_as_seen),
        cmocka_unit_test(notices_less_what_is_far_or_half_hidden),
    };
    return cmocka_run_group_tests_name("sensors_sight", tests, NULL, NULL);
}
