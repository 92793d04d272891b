/* SPDX-License-Identifier: Apache-2.0 */
/* Path loss, obstacles, error rates and air time against hand calculation with the C
 * library's functions (1e-9) and against published tables where they stand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/per.h"
#include "air/propagation.h"

#define F  5.9
#define PI 3.14159265358979323846

static void near(const char *what, double got, double expected, double bound)
{
    if (!(fabs(got - expected) <= bound)) {
        fail_msg("%s: %.12g, expected %.12g", what, got, expected);
    }
}

static double loss(enum propagation_law law, double height_m, double d)
{
    struct propagation p = {
        .law = law, .frequency_ghz = F, .h_tx_m = height_m, .h_rx_m = height_m};
    struct fail fail;
    assert_int_equal(propagation_check(&p, &fail), 0);
    return propagation_loss_db(&p, d);
}

static void laws_equal_their_formulas_to_1e_9(void **state)
{
    (void)state;
    static const double distances[] = {3, 17, 79, 200, 333, 1500};
    for (size_t i = 0; i < sizeof distances / sizeof distances[0]; i++) {
        double d = distances[i];
        double l = log10(d);
        double f = log10(F);
        near("free space", loss(PROPAGATION_FREE_SPACE, 0, d),
             20 * log10(4 * PI * d * F * 1e9 / 299792458.0), 1e-9);
        near("highway", loss(PROPAGATION_HIGHWAY_LOS, 0, d), 32.4 + 20 * l + 20 * f, 1e-9);
        near("urban", loss(PROPAGATION_URBAN_LOS, 0, d), 38.77 + 16.7 * l + 18.2 * f, 1e-9);
        near("nlos", loss(PROPAGATION_URBAN_NLOS, 0, d), 36.85 + 30 * l + 18.9 * f, 1e-9);
        near("winner nlos", loss(PROPAGATION_WINNER_B1_NLOS, 5, d),
             (44.9 - 6.55 * log10(5)) * l + 5.83 * log10(5) + 18.38 + 23 * f, 1e-9);
    }
}

static void winner_b1_without_its_height_is_16_db_apart(void **state)
{
    (void)state;
    /* at 200 m, 5.9 GHz, effective heights 1.5, 1.0 and 0.5 m */
    near("1.5", loss(PROPAGATION_WINNER_B1_LOS, 1.5, 200), 95.6, 0.05);
    near("1.0", loss(PROPAGATION_WINNER_B1_LOS, 1.0, 200), 101.7, 0.05);
    near("0.5", loss(PROPAGATION_WINNER_B1_LOS, 0.5, 200), 112.1, 0.05);
    near("floored at 3 m", loss(PROPAGATION_WINNER_B1_LOS, 1.5, 1),
         20 * log10(3) + 46.4 + 20 * log10(F / 5), 1e-9);
}

static void the_manhattan_law_takes_the_better_way_round(void **state)
{
    (void)state;
    struct propagation los = {
        .law = PROPAGATION_WINNER_B1_LOS, .frequency_ghz = F, .h_tx_m = 1.5, .h_rx_m = 1.5};
    /* d1 = 50, d2 = 100; n(50) = 2.68, n(100) = 2.56 */
    double one =
        propagation_loss_db(&los, 50) + 17.3 - 12.5 * 2.68 + 26.8 * 2 + 3 * log10(F);
    double other = propagation_loss_db(&los, 100) + 17.3 - 12.5 * 2.56 + 25.6 * log10(50) +
                   3 * log10(F);
    near("manhattan", propagation_manhattan_db(&los, 50, 100), fmin(one, other), 1e-9);
}

/* The columns of the reference table, four decimals each. */
static double column(int c, double d)
{
    static const char *const slopes[] = {"abbas-los-highway", "abbas-los-urban",
                                         "abbas-olos-urban", "three-log"};
    struct propagation_corner corner = {.frequency_ghz = F,
                                        .tx_m = 30,
                                        .rx_m = d,
                                        .tx_wall_m = 10,
                                        .rx_street_m = 20,
                                        .breakpoint_m = 180};
    switch (c) {
    case 1:
        return loss(PROPAGATION_FREE_SPACE, 0, d);
    case 2:
        return loss(PROPAGATION_WINNER_B1_LOS, 1.5, d);
    case 3:
        return loss(PROPAGATION_WINNER_B1_LOS, 1.0, d);
    case 4:
        return loss(PROPAGATION_WINNER_B1_LOS, 0.5, d);
    case 5:
        return loss(PROPAGATION_HIGHWAY_LOS, 0, d);
    case 6:
        return loss(PROPAGATION_URBAN_LOS, 0, d);
    case 7:
        return loss(PROPAGATION_URBAN_NLOS, 0, d);
    case 8:
        return loss(PROPAGATION_TWO_RAY, 1.5, d);
    case 9:
    case 10:
    case 11:
    case 12:
        return propagation_loss_db(propagation_preset(slopes[c - 9]), d);
    case 13:
        return propagation_corner_db(&corner);
    case 14:
        return propagation_los_highway(d);
    case 15:
        return propagation_los_urban(d);
    case 16:
        return propagation_blockage_mean_db(d, true);
    default:
        return propagation_blockage_mean_db(d, false);
    }
}

static void laws_equal_the_reference_table(void **state)
{
    (void)state;
    FILE *file = fopen(SHARED_DATA "/channel/formulas/pathloss_reference_5.9GHz.csv", "r");
    if (!file) {
        skip();
    }
    char line[1024];
    int rows = 0;
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file)) {
        char *at = line;
        double d = strtod(at, &at);
        for (int c = 1; c <= 17; c++) {
            double expected = strtod(at + 1, &at);
            char what[64];
            (void)snprintf(what, sizeof what, "column %d at %g m", c, d);
            near(what, column(c, d), expected, 5.1e-5);
        }
        rows++;
    }
    (void)fclose(file);
    printf("  %d distances, 17 columns\n", rows);
    assert_true(rows >= 40);
}

static void the_knife_edge_has_its_known_points(void **state)
{
    (void)state;
    near("grazing", propagation_edge_db(0), 6.9 + 20 * log10(sqrt(1.01) - 0.1), 1e-9);
    near("grazing", propagation_edge_db(0), 6.03, 0.01);
    near("far below", propagation_edge_db(-0.7), 0, 0);
    /* one metre into the middle of a 40 m link at 5.9 GHz */
    double v = propagation_edge_v(1, 20, 20, F);
    near("v", v, sqrt(2) / sqrt(299792458.0 / 5.9e9 * 10), 1e-9);
    near("v", v, 1.98, 0.01);
    near("loss", propagation_edge_db(v), 19.0, 0.05);
}

/* By hand (P.526, wavelength 50.8 mm): edges at 20 and 40 m of 60 m. */
static void several_edges_add_as_a_rope_touches_them(void **state)
{
    (void)state;
    static const struct propagation_edge one[] = {{20, 2.5}};
    static const struct propagation_edge two[] = {{20, 2.5}, {40, 2.5}};
    static const struct propagation_edge low[] = {{20, 2.5}, {30, 1.9}, {40, 2.5}};
    static const struct propagation_edge row[] = {{10, 1.5}, {20, 1.5}, {40, 1.5}};
    double lambda = 299792458.0 / (F * 1e9);
    near("alone", propagation_edges_db(one, 1, 1.5, 1.5, 40, F),
         propagation_edge_db(propagation_edge_v(1, 20, 20, F)), 1e-9);
    /* Each of two stands half a metre over the line from its antenna to the other edge. */
    double v = sqrt(2) * 0.5 / sqrt(lambda * 20 * 20 / 40);
    double each = 6.9 + 20 * log10(sqrt((v - 0.1) * (v - 0.1) + 1) + v - 0.1);
    double spacing = -10 * log10(20.0 * 20 * 20 * 60 / ((40.0 * 40) * 20 * 20));
    near("spacing", spacing, 1.249, 0.001);
    near("two", propagation_edges_db(two, 2, 1.5, 1.5, 60, F), 2 * each + spacing, 1e-9);
    near("two", propagation_edges_db(two, 2, 1.5, 1.5, 60, F), 28.99, 0.02);
    /* A low one between them, 0.6 m under the rope: v = -3.8, nothing. */
    near("low", propagation_edges_db(low, 3, 1.5, 1.5, 60, F), 2 * each + spacing, 1e-9);
    /* A row as high as both antennas grazes once. */
    near("row", propagation_edges_db(row, 3, 1.5, 1.5, 60, F), propagation_edge_db(0),
         1e-9);
}

static void buildings_cost_walls_and_metres_up_to_the_nlos_law(void **state)
{
    (void)state;
    near("two walls, 10 m", propagation_walls_db(9, 0.4, 2, 10, 80, 120), 22, 1e-12);
    near("capped", propagation_walls_db(9, 0.4, 6, 90, 80, 120), 40, 1e-12);
    near("no gain", propagation_walls_db(9, 0.4, 6, 90, 100, 90), 0, 0);
}

static void air_time_is_preamble_and_whole_symbols(void **state)
{
    (void)state;
    assert_int_equal(per_airtime_ns(PER_RATE_6, 338), 496000);
    /* 16 + 8 * 100 + 6 = 822 bits: 35 symbols of 24, 4 of 216 */
    assert_int_equal(per_airtime_ns(PER_RATE_3, 100), 40000 + 35 * 8000);
    assert_int_equal(per_airtime_ns(PER_RATE_27, 100), 40000 + 4 * 8000);
}

static void error_rates_have_their_known_points(void **state)
{
    (void)state;
    /* SINR of 50 % and 10 % frame errors, 6 Mb/s, 300 octets */
    near("NIST 50 %", per_frame(PER_NIST, PER_RATE_6, 5.96, 300), 0.5, 0.03);
    near("NIST 10 %", per_frame(PER_NIST, PER_RATE_6, 6.53, 300), 0.1, 0.01);
    near("YANS 50 %", per_frame(PER_YANS, PER_RATE_6, 2.18, 300), 0.5, 0.03);
    near("YANS 10 %", per_frame(PER_YANS, PER_RATE_6, 3.12, 300), 0.1, 0.01);
    near("hopeless", per_frame(PER_NIST, PER_RATE_27, -20, 1000), 1, 0);
    near("certain", per_frame(PER_NIST, PER_RATE_3, 60, 1000), 0, 0);
}

static void error_rates_equal_the_reference_grid_to_1e_6(void **state)
{
    (void)state;
    FILE *file = fopen(SHARED_DATA "/channel/ns3/ns3_per_vs_snr_nist_yans.csv", "r");
    if (!file) {
        skip();
    }
    char line[256];
    int rows = 0;
    double worst = 0;
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file)) {
        char *at = strchr(line, ',');
        assert_non_null(at);
        enum per_model model = line[0] == 'n' ? PER_NIST : PER_YANS;
        double mbps = strtod(at + 1, &at);
        uint32_t octets = (uint32_t)strtod(at + 1, &at);
        double snr_db = strtod(at + 1, &at);
        double payload = strtod(at + 1, &at);
        double frame = strtod(at + 1, &at);
        int rate = per_rate_find(mbps);
        assert_true(rate >= 0);
        double a = per_payload(model, (enum per_rate)rate, snr_db, octets);
        double b = per_frame(model, (enum per_rate)rate, snr_db, octets);
        worst = fmax(worst, fmax(fabs(a - payload), fabs(b - frame)));
        near(line, a, payload, 1e-6);
        near(line, b, frame, 1e-6);
        rows++;
    }
    (void)fclose(file);
    printf("  %d points, worst %.2g\n", rows, worst);
    assert_true(rows > 7000);
}

static void a_planted_wrong_constant_is_noticed(void **state)
{
    (void)state;
    struct propagation right = *propagation_preset("three-log");
    struct propagation wrong = right;
    wrong.exponent[1] = 3.7;
    assert_true(fabs(propagation_loss_db(&right, 400) - propagation_loss_db(&wrong, 400)) >
                0.1);
    assert_true(fabs(per_frame(PER_NIST, PER_RATE_6, 6, 300) -
                     per_frame(PER_NIST, PER_RATE_6, 6.05, 300)) > 1e-3);
}

static void laws_that_cannot_be_are_refused(void **state)
{
    (void)state;
    struct fail fail;
    struct propagation p = {.law = PROPAGATION_WINNER_B1_LOS, .frequency_ghz = F};
    assert_int_equal(propagation_check(&p, &fail), RESULT_USAGE);
    assert_non_null(strstr(fail.text, "heights"));
    p = (struct propagation){.law = PROPAGATION_FREE_SPACE, .frequency_ghz = NAN};
    assert_int_equal(propagation_check(&p, &fail), RESULT_USAGE);
    p = *propagation_preset("three-log");
    p.from_m[1] = 0.5;
    assert_int_equal(propagation_check(&p, &fail), RESULT_USAGE);
    assert_null(propagation_preset("no such law"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(laws_equal_their_formulas_to_1e_9),
        cmocka_unit_test(winner_b1_without_its_height_is_16_db_apart),
        cmocka_unit_test(the_manhattan_law_takes_the_better_way_round),
        cmocka_unit_test(laws_equal_the_reference_table),
        cmocka_unit_test(the_knife_edge_has_its_known_points),
        cmocka_unit_test(several_edges_add_as_a_rope_touches_them),
        cmocka_unit_test(buildings_cost_walls_and_metres_up_to_the_nlos_law),
        cmocka_unit_test(air_time_is_preamble_and_whole_symbols),
        cmocka_unit_test(error_rates_have_their_known_points),
        cmocka_unit_test(error_rates_equal_the_reference_grid_to_1e_6),
        cmocka_unit_test(a_planted_wrong_constant_is_noticed),
        cmocka_unit_test(laws_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests_name("air_propagation", tests, NULL, NULL);
}
