/* SPDX-License-Identifier: Apache-2.0 */
/* The analytic mode 4 model against its authors' evaluation: 12 cases, every 25 m. */
#include "test_air_published.h"

#include "air/mode4.h"

static struct mode4 model;

static void begin(const double *v, double sigma_db)
{
    struct mode4_setup setup = mode4_published(v[0], v[1], v[2], (int)v[3]);
    struct fail fail;
    setup.sigma_db = sigma_db;
    assert_int_equal(mode4_init(&model, &setup, &fail), 0);
}

static double off(const double *v, double *cbr)
{
    struct mode4_result r = mode4_at(&model, v[5]);
    assert_true(fabs(r.half_duplex - v[1] / 1000) < 1e-12);
    assert_true(fabs(r.pdr + r.half_duplex + r.sensing + r.propagation + r.collision - 1) <
                1e-9);
    *cbr = model.cbr - v[11];
    return r.pdr - v[6];
}

static const struct published published = {
    SHARED_DATA "/channel/analytic/umh_cv2x_mode4_analytic.csv", 4, 13, begin, off};

static void every_point_is_within_a_fifth_of_a_percentage_point(void **state)
{
    (void)state;
    published_holds(&published, 240);
}

static void a_planted_wrong_sigma_fails(void **state)
{
    (void)state;
    published_notices_a_wrong_sigma(&published);
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
