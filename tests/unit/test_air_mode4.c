/* SPDX-License-Identifier: Apache-2.0 */
/* The analytic mode 4 model against its authors' evaluation: 12 cases, every 25 m. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "air/mode4.h"

#define VALUES 13

/* Worst difference of the delivery ratio in percentage points; sigma_db 3 is right. */
static double worst_pp(double sigma_db, int most_rows, int *rows, double *worst_cbr)
{
    static struct mode4 m;
    FILE *file = fopen(SHARED_DATA "/channel/analytic/umh_cv2x_mode4_analytic.csv", "r");
    if (!file) {
        return -1;
    }
    char line[256];
    double worst = 0;
    double last[4] = {0};
    assert_non_null(fgets(line, sizeof line, file));
    while (*rows < most_rows && fgets(line, sizeof line, file)) {
        double v[VALUES];
        char *at = line;
        for (int i = 0; i < VALUES; i++) {
            v[i] = strtod(at, &at);
            at++;
        }
        if (v[0] != last[0] || v[1] != last[1] || v[2] != last[2] || v[3] != last[3]) {
            struct mode4_setup setup = mode4_published(v[0], v[1], v[2], (int)v[3]);
            struct fail fail;
            setup.sigma_db = sigma_db;
            assert_int_equal(mode4_init(&m, &setup, &fail), 0);
            for (int i = 0; i < 4; i++) {
                last[i] = v[i];
            }
        }
        struct mode4_result r = mode4_at(&m, v[5]);
        assert_true(fabs(r.half_duplex - v[1] / 1000) < 1e-12);
        assert_true(fabs(r.pdr + r.half_duplex + r.sensing + r.propagation + r.collision -
                         1) < 1e-9);
        worst = fmax(worst, 100 * fabs(r.pdr - v[6]));
        *worst_cbr = fmax(*worst_cbr, fabs(m.cbr - v[11]));
        (*rows)++;
    }
    (void)fclose(file);
    return worst;
}

static void every_point_is_within_a_fifth_of_a_percentage_point(void **state)
{
    (void)state;
    int rows = 0;
    double cbr = 0;
    double worst = worst_pp(3, 1000, &rows, &cbr);
    if (worst < 0) {
        skip();
    }
    printf("  %d points, worst %.3f pp, busy ratio within %.1e\n", rows, worst, cbr);
    assert_true(rows >= 240);
    assert_true(worst < 0.2);
    assert_true(cbr < 1e-4);
}

static void a_planted_wrong_sigma_fails(void **state)
{
    (void)state;
    int rows = 0;
    double cbr = 0;
    double worst = worst_pp(4, 21, &rows, &cbr);
    if (worst < 0) {
        skip();
    }
    assert_true(worst > 0.2);
}

static void delivery_falls_with_distance_and_density(void **state)
{
    (void)state;
    static struct mode4 thin;
    static struct mode4 thick;
    struct fail fail;
    struct mode4_setup a = mode4_published(0.1, 10, 20, 4);
    struct mode4_setup b = mode4_published(0.3, 10, 20, 4);
    assert_int_equal(mode4_init(&thin, &a, &fail), 0);
    assert_int_equal(mode4_init(&thick, &b, &fail), 0);
    double before = 1;
    for (double d = 50; d <= 500; d += 150) {
        double pdr = mode4_at(&thin, d).pdr;
        assert_true(pdr < before);
        assert_true(mode4_at(&thick, d).pdr < pdr);
        before = pdr;
    }
}

static void what_the_model_cannot_know_is_refused(void **state)
{
    (void)state;
    static struct mode4 m;
    struct fail fail;
    struct mode4_setup setup = mode4_published(0.1, 10, 20, 3);
    assert_int_equal(mode4_init(&m, &setup, &fail), RESULT_USAGE);
    setup = mode4_published(NAN, 10, 20, 4);
    assert_int_equal(mode4_init(&m, &setup, &fail), RESULT_USAGE);
    setup = mode4_published(1, 50, 33, 2);
    assert_int_equal(mode4_init(&m, &setup, &fail), RESULT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_point_is_within_a_fifth_of_a_percentage_point),
        cmocka_unit_test(a_planted_wrong_sigma_fails),
        cmocka_unit_test(delivery_falls_with_distance_and_density),
        cmocka_unit_test(what_the_model_cannot_know_is_refused),
    };
    return cmocka_run_group_tests_name("air_mode4", tests, NULL, NULL);
}
