/* SPDX-License-Identifier: Apache-2.0 */
/* The analytic 802.11p model against its authors' evaluation: 16 cases, every 25 m. */
#include "test_air_published.h"

#include "air/edca.h"

static struct edca model;

static void begin(const double *v, double sigma_db)
{
    struct edca_setup setup = edca_published(v[0], v[1], v[2], v[3], v[4]);
    struct fail fail;
    setup.sigma_db = sigma_db;
    assert_int_equal(edca_init(&model, &setup, &fail), 0);
}

static double off(const double *v, double *cbr)
{
    struct edca_result r = edca_at(&model, v[5]);
    assert_true(fabs(r.pdr + r.sensing + r.busy + r.propagation + r.collision - 1) < 1e-9);
    *cbr = model.cbr - v[11];
    return r.pdr - v[6];
}

static const struct published published = {
    SHARED_DATA "/channel/analytic/umh_80211p_analytic.csv", 5, 12, begin, off};

static void every_point_is_within_a_fifth_of_a_percentage_point(void **state)
{
    (void)state;
    published_holds(&published, 320);
}

static void a_planted_wrong_sigma_fails(void **state)
{
    (void)state;
    published_notices_a_wrong_sigma(&published);
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
