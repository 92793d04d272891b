/* SPDX-License-Identifier: Apache-2.0 */
/* Shadowing and fading draws against their laws. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/fading.h"
#include "air/shadow.h"
#include "base/draw.h"

static const struct fast *test_fast(void)
{
    static struct fast fast;
    fast_init(&fast);
    return &fast;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void shadowing_is_standard_normal(void **state)
{
    (void)state;
    enum { N = 40000 };
    double *values = calloc(N, sizeof *values);
    struct shadow s = shadow_init(25, 1, test_fast());
    for (uint32_t i = 0; i < N; i++) {
        values[i] = shadow_value(&s, i, i + 7, 3.7 * i); /* everywhere between the points */
    }
    qsort(values, N, sizeof *values, compare_doubles);
    double distance = 0;
    for (size_t i = 0; i < N; i++) {
        double f = 0.5 * erfc(-values[i] / sqrt(2));
        distance = fmax(distance, fabs(f - (double)i / N));
    }
    printf("  KS D sqrt(n) %.2f (limit 1.95)\n", distance * sqrt(N));
    assert_true(distance * sqrt(N) < 1.95);
    free(values);
}

static void shadowing_forgets_exponentially_with_the_way(void **state)
{
    (void)state;
    static const double ways[] = {0.02, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5};
    enum { N = 200000 };
    double d_corr_m = 10;
    struct shadow s = shadow_init(d_corr_m, 5, test_fast());
    for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++) {
        double sum = 0;
        for (uint32_t i = 0; i < N; i++) {
            double from_m = 1000 * draw_uniform(draw_bits(99, i, w));
            sum += shadow_value(&s, 2 * i, 2 * i + 1, from_m) *
                   shadow_value(&s, 2 * i, 2 * i + 1, from_m + ways[w] * d_corr_m);
        }
        printf("  way %.2f d_corr: correlation %.4f (%.4f)\n", ways[w], sum / N,
               exp(-ways[w]));
        assert_true(fabs(sum / N - exp(-ways[w])) < 0.02);
    }
}

static void shadowing_is_the_same_from_both_ends_and_continuous(void **state)
{
    (void)state;
    struct shadow s = shadow_init(25, 1, test_fast());
    double before = shadow_value(&s, 3, 9, 0);
    for (int i = 1; i < 200000; i++) {
        double way_m = 0.005 * i;
        double now = shadow_value(&s, 9, 3, way_m);
        assert_true(now == shadow_value(&s, 3, 9, way_m));
        assert_true(fabs(now - before) < 0.02);
        before = now;
    }
}

static void the_gamma_distribution_is_right(void **state)
{
    (void)state;
    for (double x = 0.01; x < 12; x *= 1.3) {
        /* m = 1: 1 - e^-x; m = 3: 1 - e^-3x (1 + 3x + 9x^2/2); m = 1/2: erf(sqrt(x/2)) */
        assert_true(fabs(fading_cdf(1, x) + expm1(-x)) < 1e-12);
        assert_true(fabs(fading_cdf(3, x) - (1 - exp(-3 * x) * (1 + 3 * x + 4.5 * x * x))) <
                    1e-13);
        assert_true(fabs(fading_cdf(0.5, x) - erf(sqrt(x / 2))) < 1e-12);
    }
}

/* The bits whose uniform is u. */
static uint64_t bits_at(double u)
{
    return (uint64_t)(u * 0x1p53) << 11;
}

static void quantiles_are_within_2e_4(void **state)
{
    (void)state;
    static struct fading rayleigh;
    struct fail fail;
    assert_int_equal(fading_init(&rayleigh, 1, &fail), 0);
    for (double u = 1e-10; u < 1; u *= 1.01) {
        double exact = -log1p(-u);
        assert_true(fabs(fading_gain(&rayleigh, bits_at(u)) / exact - 1) < 2e-4);
    }
    for (double rest = 1e-10; rest < 0.5; rest *= 1.01) {
        assert_true(fabs(fading_gain(&rayleigh, bits_at(1 - rest)) / -log(rest) - 1) <
                    2e-4);
    }
}

static void draws_pass_the_test_of_kolmogorov_and_smirnov(void **state)
{
    (void)state;
    static const double ms[] = {0.5, 0.75, 1, 1.5, 3, 5};
    static struct fading fading;
    enum { N = 100000 };
    double *gains = calloc(N, sizeof *gains);
    struct fail fail;
    for (size_t k = 0; k < sizeof ms / sizeof ms[0]; k++) {
        assert_int_equal(fading_init(&fading, ms[k], &fail), 0);
        double sum = 0;
        for (uint32_t i = 0; i < N; i++) {
            gains[i] = fading_gain(&fading, draw_bits(7, i, k));
            sum += gains[i];
        }
        qsort(gains, N, sizeof *gains, compare_doubles);
        double distance = 0;
        for (size_t i = 0; i < N; i++) {
            distance = fmax(distance, fabs(fading_cdf(ms[k], gains[i]) - (double)i / N));
        }
        printf("  m %.2f: mean %.4f, KS D sqrt(n) %.2f (limit 1.95)\n", ms[k], sum / N,
               distance * sqrt(N));
        assert_true(distance * sqrt(N) < 1.95);
        assert_true(fabs(sum / N - 1) < 4 / sqrt(N * ms[k]));
    }
    free(gains);
}

static void an_impossible_m_is_refused(void **state)
{
    (void)state;
    static struct fading fading;
    struct fail fail;
    assert_int_equal(fading_init(&fading, 0.4, &fail), RESULT_USAGE);
    assert_int_equal(fading_init(&fading, NAN, &fail), RESULT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shadowing_is_standard_normal),
        cmocka_unit_test(shadowing_forgets_exponentially_with_the_way),
        cmocka_unit_test(shadowing_is_the_same_from_both_ends_and_continuous),
        cmocka_unit_test(the_gamma_distribution_is_right),
        cmocka_unit_test(quantiles_are_within_2e_4),
        cmocka_unit_test(draws_pass_the_test_of_kolmogorov_and_smirnov),
        cmocka_unit_test(an_impossible_m_is_refused),
    };
    return cmocka_run_group_tests_name("air_fading", tests, NULL, NULL);
}
