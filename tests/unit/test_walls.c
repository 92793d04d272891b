/* SPDX-License-Identifier: Apache-2.0 */
/* Sight lines against a corner building, drawn by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/walls.h"

static struct walls corner(struct arena *arena)
{
    struct walls walls = {0};
    struct fail fail;
    const double shop[][2] = {{8, 8}, {30, 8}, {30, 30}, {8, 30}};
    const double van[][2] = {{2, -3}, {7, -3}, {7, -1}, {2, -1}};
    assert_int_equal(walls_add(&walls, arena, "shop", 8, shop, 4, false, &fail), 0);
    assert_int_equal(walls_add(&walls, arena, "van", 2.5, van, 4, true, &fail), 0);
    return walls;
}

static void the_corner_hides_what_is_around_it(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct walls walls = corner(&arena);
    const double ego[3] = {40, 2, 1.5};
    const double around[3] = {2, 40, 1.5};
    const double ahead[3] = {-40, 2, 1.5};
    assert_int_equal(walls_blocker(&walls, ego, around), 0);
    assert_int_equal(walls_blocker(&walls, around, ego), 0);
    assert_int_equal(walls_blocker(&walls, ego, ahead), -1);
    arena_close(&arena);
}

static void a_line_above_the_roof_passes(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct walls walls = corner(&arena);
    const double low[3] = {0, -2, 1.0};
    const double across[3] = {10, -2, 1.0};
    const double mast[3] = {10, -2, 8.0};
    assert_int_equal(walls_blocker(&walls, low, across), 1);
    const double high[3] = {0, -2, 6.0};
    assert_int_equal(walls_blocker(&walls, high, mast), -1);
    arena_close(&arena);
}

static void the_first_of_two_is_named(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct walls walls = corner(&arena);
    const double south[3] = {4, -10, 1};
    const double north[3] = {20, 40, 1};
    assert_int_equal(walls_blocker(&walls, south, north), 1);
    assert_int_equal(walls_blocker(&walls, north, south), 0);
    assert_true(walls_inside(&walls, 10, 10));
    assert_false(walls_inside(&walls, 7.9, 10));
    arena_close(&arena);
}

static void fewer_than_three_points_are_refused(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct walls walls = {0};
    struct fail fail;
    const double line[][2] = {{0, 0}, {1, 1}};
    assert_int_equal(walls_add(&walls, &arena, "line", 3, line, 2, false, &fail),
                     RESULT_USAGE);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corner_hides_what_is_around_it),
        cmocka_unit_test(a_line_above_the_roof_passes),
        cmocka_unit_test(the_first_of_two_is_named),
        cmocka_unit_test(fewer_than_three_points_are_refused),
    };
    return cmocka_run_group_tests_name("walls", tests, NULL, NULL);
}
