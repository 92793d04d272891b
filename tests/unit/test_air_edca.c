/* SPDX-License-Identifier: Apache-2.0 */
/* The analytic 802.11p model against its authors' evaluation: 16 cases, every 25 m. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "air/edca.h"

#define VALUES 12

/* Worst difference of the delivery ratio in percentage points; sigma_db 3 is right. */
static double worst_pp(double sigma_db, int most_rows, int *rows, double *worst_cbr)
{
    static struct edca m;
    FILE *file = fopen(SHARED_DATA "/channel/analytic/umh_80211p_analytic.csv", "r");
    if (!file) {
        return -1;
    }
    char line[256];
    double worst = 0;
    double last[5] = {0};
    assert_non_null(fgets(line, sizeof line, file));
    while (*rows < most_rows && fgets(line, sizeof line, file)) {
        double v[VALUES];
        char *at = line;
        for (int i = 0; i < VALUES; i++) {
            v[i] = strtod(at, &at);
            at++;
        }
        if (v[0] != last[0] || v[1] != last[1] || v[2] != last[2] || v[3] != last[3] ||
            v[4] != last[4]) {
            struct edca_setup setup = edca_published(v[0], v[1], v[2], v[3], v[4]);
            struct fail fail;
            setup.sigma_db = sigma_db;
            assert_int_equal(edca_init(&m, &setup, &fail), 0);
            for (int i = 0; i < 5; i++) {
                last[i] = v[i];
            }
        }
        struct edca_result r = edca_at(&m, v[5]);
        assert_true(fabs(r.pdr + r.sensing + r.busy + r.propagation + r.collision - 1) <
                    1e-9);
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
    assert_true(rows >= 320);
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

static void what_the_model_cannot_know_is_refused(void **state)
{
    (void)state;
    static struct edca e;
    struct fail fail;
    struct edca_setup setup = edca_published(NAN, 10, 23, 190, 6);
    assert_int_equal(edca_init(&e, &setup, &fail), RESULT_USAGE);
    setup = edca_published(1, 50, 33, 1000, 3);
    assert_int_equal(edca_init(&e, &setup, &fail), RESULT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_point_is_within_a_fifth_of_a_percentage_point),
        cmocka_unit_test(a_planted_wrong_sigma_fails),
        cmocka_unit_test(what_the_model_cannot_know_is_refused),
    };
    return cmocka_run_group_tests_name("air_edca", tests, NULL, NULL);
}
