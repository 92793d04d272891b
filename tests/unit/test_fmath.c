/* SPDX-License-Identifier: Apache-2.0 */
/* Our elementary functions against the C library, to the accuracy their header states. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/draw.h"
#include "base/fmath.h"

static double sweep(int i, double least, double most)
{
    return least + (most - least) * draw_uniform(draw_bits(draw_key(7, 1), 1, (uint64_t)i));
}

static void exp_and_log_are_within_1e14(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        double x = sweep(i, -600, 600);
        assert_true(fabs(fm_exp(x) / exp(x) - 1) < 1e-14);
        double y = exp(sweep(i, -200, 200));
        assert_true(fabs(fm_log(y) - log(y)) <= 1e-14 * fmax(1, fabs(log(y))));
        assert_true(fabs(fm_log10(y) - log10(y)) <= 2e-14 * fmax(1, fabs(log10(y))));
    }
    assert_true(fm_log(1) == 0 && fm_exp(0) == 1);
}

static void trigonometry_is_within_1e12(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        double x = sweep(i, -1000, 1000);
        assert_true(fabs(fm_sin(x) - sin(x)) < 1e-12);
        assert_true(fabs(fm_cos(x) - cos(x)) < 1e-12);
        double y = sweep(i + 50000, -3, 3);
        assert_true(fabs(fm_atan2(y, x / 300) - atan2(y, x / 300)) < 1e-14);
    }
    assert_true(fm_atan2(0, -1) == FM_PI);
    assert_true(fm_atan2(0, 0) == 0);
}

static void erf_is_within_1e12(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        double x = sweep(i, -7, 7);
        assert_true(fabs(fm_erf(x) - erf(x)) < 1e-12);
    }
}

static void normal_quantile_inverts_the_distribution(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        double p = sweep(i, 1e-9, 1 - 1e-9);
        double x = fm_normal_quantile(p);
        assert_true(fabs(0.5 * erfc(-x / sqrt(2)) - p) < 2e-9);
    }
    /* tables: the 97.5 % point */
    assert_true(fabs(fm_normal_quantile(0.975) - 1.959963984540054) < 1e-8);
}

static void rounding_is_half_away_from_zero(void **state)
{
    (void)state;
    assert_true(fm_round(2.5) == 3 && fm_round(-2.5) == -3 && fm_round(0.49) == 0);
    assert_true(fm_floor(-0.5) == -1 && fm_floor(3) == 3);
}

static void angles_fold_into_the_half_open_turn(void **state)
{
    (void)state;
    assert_true(fabs(fm_wrap_angle(3 * FM_PI) - FM_PI) < 1e-12);
    assert_true(fabs(fm_wrap_angle(-FM_PI / 2 - 4 * FM_PI) + FM_PI / 2) < 1e-12);
    for (int i = 0; i < 1000; i++) {
        double a = fm_wrap_angle(sweep(i, -100, 100));
        assert_true(a > -FM_PI && a <= FM_PI);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_and_log_are_within_1e14),
        cmocka_unit_test(trigonometry_is_within_1e12),
        cmocka_unit_test(erf_is_within_1e12),
        cmocka_unit_test(normal_quantile_inverts_the_distribution),
        cmocka_unit_test(rounding_is_half_away_from_zero),
        cmocka_unit_test(angles_fold_into_the_half_open_turn),
    };
    return cmocka_run_group_tests_name("fmath", tests, NULL, NULL);
}
