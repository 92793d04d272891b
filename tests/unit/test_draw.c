/* SPDX-License-Identifier: Apache-2.0 */
/* Keyed draws: pure, uniform, independent of each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "base/draw.h"

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void uniforms_pass_a_kolmogorov_smirnov_test(void **state)
{
    (void)state;
    enum { N = 100000 };
    double *u = malloc(N * sizeof *u);
    assert_non_null(u);
    for (int i = 0; i < N; i++) {
        u[i] = draw_uniform(
            draw_bits(draw_key(1, DRAW_AIR_LOSS), draw_pair(3, 9), (uint64_t)i));
    }
    qsort(u, N, sizeof *u, by_value);
    double worst = 0;
    for (int i = 0; i < N; i++) {
        worst =
            fmax(worst, fmax(fabs(u[i] - (double)i / N), fabs(u[i] - (double)(i + 1) / N)));
    }
    free(u);
    assert_true(worst < 1.95 / sqrt(N)); /* 99.9 % point of the Kolmogorov distribution */
}

static void neighbours_in_who_and_k_are_uncorrelated(void **state)
{
    (void)state;
    enum { N = 100000 };
    double sum_who = 0, sum_k = 0, sum_purpose = 0;
    for (int i = 0; i < N; i++) {
        uint64_t key = draw_key(42, DRAW_POSE_X);
        double a = draw_uniform(draw_bits(key, (uint64_t)i, 5)) - 0.5;
        sum_who += a * (draw_uniform(draw_bits(key, (uint64_t)i + 1, 5)) - 0.5);
        sum_k += a * (draw_uniform(draw_bits(key, (uint64_t)i, 6)) - 0.5);
        sum_purpose +=
            a * (draw_uniform(draw_bits(draw_key(42, DRAW_POSE_Y), (uint64_t)i, 5)) - 0.5);
    }
    double bound = 4.0 / 12 / sqrt(N); /* four sigma */
    assert_true(fabs(sum_who / N) < bound && fabs(sum_k / N) < bound &&
                fabs(sum_purpose / N) < bound);
}

static void normals_have_unit_moments(void **state)
{
    (void)state;
    enum { N = 200000 };
    double sum = 0, squares = 0, fourth = 0;
    for (int i = 0; i < N; i++) {
        double z = draw_normal(draw_bits(draw_key(9, DRAW_SPEED), 1, (uint64_t)i));
        sum += z;
        squares += z * z;
        fourth += z * z * z * z;
    }
    assert_true(fabs(sum / N) < 4 / sqrt(N));
    assert_true(fabs(squares / N - 1) < 4 * sqrt(2.0 / N));
    assert_true(fabs(fourth / N - 3) < 4 * sqrt(96.0 / N));
}

static void a_draw_is_a_function_of_its_key_alone(void **state)
{
    (void)state;
    uint64_t first = draw_bits(draw_key(1, 2), 3, 4);
    for (int i = 0; i < 10; i++) {
        (void)draw_bits(draw_key(1, 2), (uint64_t)i, 4);
    }
    assert_true(draw_bits(draw_key(1, 2), 3, 4) == first);
    assert_true(draw_bits(draw_key(2, 2), 3, 4) != first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uniforms_pass_a_kolmogorov_smirnov_test),
        cmocka_unit_test(neighbours_in_who_and_k_are_uncorrelated),
        cmocka_unit_test(normals_have_unit_moments),
        cmocka_unit_test(a_draw_is_a_function_of_its_key_alone),
    };
    return cmocka_run_group_tests_name("draw", tests, NULL, NULL);
}
