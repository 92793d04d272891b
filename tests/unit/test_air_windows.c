/* SPDX-License-Identifier: Apache-2.0 */
/* What a window of impairment can do to a link: whom it acts on, the laws of its latency,
 * the chains of its losses. Expected figures are those of the laws. */
#include "tests/unit/test_air_world.h"

#include "air/impair.h"

#define LINKS 200
#define STEPS 1000

static struct impair *open_window(struct impairment window)
{
    struct air_config config = world_config(TIER_D0);
    struct impair *impair = malloc(sizeof *impair);
    struct fail fail = {0};
    window.to_s = 1e6;
    window.agent = AGENT_NONE;
    config.impairments[0] = window;
    config.impairment_count = 1;
    assert_non_null(impair);
    if (air_check(&config, &fail) != 0) {
        fail_msg("%s", fail.text);
    }
    assert_int_equal(impair_init(impair, &config, 11, (struct tai){0}, &fail), 0);
    return impair;
}

static void close_window(struct impair *impair)
{
    impair_close(impair);
    free(impair);
}

static struct impair_case message(uint32_t link, uint32_t n)
{
    return (struct impair_case){.link = draw_pair(link, link + 1000),
                                .message = (uint64_t)MSG_BSM << 32 | n,
                                .sender = link,
                                .receiver = link + 1000,
                                .class = LINK_V2V,
                                .tx_index = n,
                                .t_ns = n * INT64_C(100000000)};
}

/* lost[n] of one link after another. */
static bool *losses_of(struct impairment window)
{
    struct impair *impair = open_window(window);
    struct outage_span out = {0};
    bool *lost = calloc(LINKS * STEPS, sizeof *lost);
    assert_non_null(lost);
    for (uint32_t l = 0; l < LINKS; l++) {
        for (uint32_t n = 0; n < STEPS; n++) {
            struct impair_case c = message(l, n);
            enum cause cause = impair_judge(impair, &c, 1, &out).cause;
            assert_true(cause == CAUSE_NONE || cause == CAUSE_BURST);
            lost[l * STEPS + n] = cause != CAUSE_NONE;
        }
    }
    close_window(impair);
    return lost;
}

struct chain_facts {
    double loss, lost_after_lost, mean_burst;
};

static struct chain_facts facts_of(const bool *lost)
{
    double sum = 0;
    double pairs = 0;
    double bursts = 0;
    for (int l = 0; l < LINKS; l++) {
        for (int n = 0; n < STEPS; n++) {
            bool now = lost[l * STEPS + n];
            bool before = n > 0 && lost[l * STEPS + n - 1];
            sum += now;
            pairs += now && before;
            bursts += now && !before;
        }
    }
    return (struct chain_facts){sum / (LINKS * STEPS), pairs / sum, sum / bursts};
}

/* p14 = p32 = 0: loss p13 / (p13 + p31), bursts geometric with mean 1 / p31. */
static void four_states_without_isolated_losses_are_two(void **state)
{
    (void)state;
    bool *lost = losses_of((struct impairment){.states = {0.05, 0.25, 0, 1, 0}});
    struct chain_facts f = facts_of(lost);
    printf("  loss %.4f (%.4f), mean burst %.3f (4)\n", f.loss, 0.05 / 0.3, f.mean_burst);
    assert_true(fabs(f.loss - 0.05 / 0.3) < 0.004);
    assert_true(fabs(f.mean_burst - 4) < 0.1);
    /* chi-squared of burst lengths 1..12 against the geometric law, 99.9 % of 11 degrees */
    double counts[12] = {0};
    double total = 0;
    for (int l = 0; l < LINKS; l++) {
        int run = 0;
        bool whole = false; /* its beginning was seen */
        for (int n = 1; n < STEPS; n++) {
            bool now = lost[l * STEPS + n];
            whole = now && !lost[l * STEPS + n - 1] ? true : whole;
            run = now ? run + 1 : run;
            if (!now && run > 0) {
                counts[(run < 12 ? run : 12) - 1] += whole;
                total += whole;
                run = 0;
                whole = false;
            }
        }
    }
    double chi = 0;
    for (int i = 0; i < 12; i++) {
        double p = i < 11 ? 0.25 * pow(0.75, i) : pow(0.75, 11);
        chi += (counts[i] - total * p) * (counts[i] - total * p) / (total * p);
    }
    printf("  %.0f bursts, chi-squared %.1f (< 31.3)\n", total, chi);
    assert_true(chi < 31.3);
    free(lost);
}

/* All five: the stationary law by iteration of the matrix, and the chance that a loss
 * follows a loss. */
static void four_states_have_their_stationary_law(void **state)
{
    (void)state;
    static const double p[] = {0.03, 0.2, 0.3, 0.4, 0.02};
    const double matrix[4][4] = {{1 - p[0] - p[4], 0, p[0], p[4]},
                                 {0, 1 - p[3], p[3], 0},
                                 {p[1], p[2], 1 - p[1] - p[2], 0},
                                 {1, 0, 0, 0}};
    double law[4] = {1, 0, 0, 0};
    for (int i = 0; i < 2000; i++) {
        double next[4] = {0};
        for (int a = 0; a < 4; a++) {
            for (int b = 0; b < 4; b++) {
                next[b] += law[a] * matrix[a][b];
            }
        }
        memcpy(law, next, sizeof law);
    }
    double loss = law[2] + law[3];
    double after = (law[2] * matrix[2][2] + law[3] * (matrix[3][2] + matrix[3][3])) / loss;
    bool *lost = losses_of((struct impairment){.states = {p[0], p[1], p[2], p[3], p[4]}});
    struct chain_facts f = facts_of(lost);
    printf("  loss %.4f (%.4f), after a loss %.4f (%.4f)\n", f.loss, loss,
           f.lost_after_lost, after);
    assert_true(fabs(f.loss - loss) < 0.006);
    assert_true(fabs(f.lost_after_lost - after) < 0.015);
    free(lost);
}

/* Loss (p (1-h) + r (1-k)) / (p + r). */
static void a_burst_can_let_some_pass_and_a_gap_lose_some(void **state)
{
    (void)state;
    bool *lost = losses_of((struct impairment){
        .burst_p = 0.05, .burst_r = 0.2, .burst_pass = 0.3, .burst_gap_loss = 0.02});
    struct chain_facts f = facts_of(lost);
    double expected = (0.05 * 0.7 + 0.2 * 0.02) / 0.25;
    printf("  loss %.4f (%.4f)\n", f.loss, expected);
    assert_true(fabs(f.loss - expected) < 0.004);
    free(lost);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorted milliseconds of one message on each of many links. */
static double *latencies_of(struct impairment window, int count)
{
    struct impair *impair = open_window(window);
    double *ms = calloc((size_t)count, sizeof *ms);
    assert_non_null(ms);
    for (int i = 0; i < count; i++) {
        struct impair_case c = message((uint32_t)i, 3);
        ms[i] = (double)impair_latency_ns(impair, &c, 1) * 1e-6;
    }
    qsort(ms, (size_t)count, sizeof *ms, compare);
    close_window(impair);
    return ms;
}

/* Kolmogorov-Smirnov distance times sqrt(n); 99.9 %: 1.95. */
static double distance(const double *sorted, int count, double (*cdf)(double))
{
    double most = 0;
    for (int i = 0; i < count; i++) {
        most = fmax(most, fabs(cdf(sorted[i]) - (double)i / count));
    }
    return most * sqrt(count);
}

static double log_normal_cdf(double ms) /* median 30, sigma 0.8 */
{
    return 0.5 * erfc(-log(ms / 30) / 0.8 / sqrt(2));
}

static double gamma_cdf(double ms) /* mean 60, shape 3: three exponentials of 20 */
{
    double x = ms / 20;
    return 1 - exp(-x) * (1 + x + x * x / 2);
}

static double empirical_cdf(double ms) /* 10, 20, 80: half below 20 */
{
    return ms < 20 ? (ms - 10) / 20 : 0.5 + (ms - 20) / 120;
}

static void latencies_follow_their_laws(void **state)
{
    (void)state;
    enum { N = 50000 };
    const struct {
        const char *name;
        struct impairment window;
        double (*cdf)(double);
    } laws[] = {
        {"log-normal",
         {.latency_law = LATENCY_LOG_NORMAL, .latency_ms = 30, .latency_sigma = 0.8},
         log_normal_cdf},
        {"gamma",
         {.latency_law = LATENCY_GAMMA, .latency_ms = 60, .latency_shape = 3},
         gamma_cdf},
        {"empirical",
         {.latency_law = LATENCY_EMPIRICAL,
          .latency_points_ms = {10, 20, 80},
          .latency_point_count = 3},
         empirical_cdf},
    };
    for (size_t i = 0; i < sizeof laws / sizeof laws[0]; i++) {
        double *ms = latencies_of(laws[i].window, N);
        double ks = distance(ms, N, laws[i].cdf);
        printf("  %s: %.1f / %.1f / %.1f ms, KS D sqrt(n) %.2f (< 1.95)\n", laws[i].name,
               ms[N / 2], ms[N * 9 / 10], ms[N * 99 / 100], ks);
        assert_true(ks < 1.95);
        assert_true(ms[0] >= 0);
        free(ms);
    }
}

/* Correlation of the underlying normal is rho^lag; the law itself stays. */
static void jitter_can_be_correlated(void **state)
{
    (void)state;
    struct impairment window = {.latency_law = LATENCY_LOG_NORMAL,
                                .latency_ms = 30,
                                .latency_sigma = 0.8,
                                .latency_correlation = 0.7};
    struct impair *impair = open_window(window);
    double sums[4] = {0};
    double *all = calloc(LINKS, sizeof *all);
    for (uint32_t l = 0; l < LINKS; l++) {
        double z[203];
        for (uint32_t n = 0; n < 203; n++) {
            struct impair_case c = message(l, n);
            z[n] = log((double)impair_latency_ns(impair, &c, 1) * 1e-6 / 30) / 0.8;
        }
        for (int lag = 0; lag < 4; lag++) {
            for (int n = 0; n < 200; n++) {
                sums[lag] += z[n] * z[n + lag];
            }
        }
        all[l] = 30 * exp(0.8 * z[100]);
    }
    for (int lag = 0; lag < 4; lag++) {
        double rho = sums[lag] / (LINKS * 200.0);
        printf("  lag %d: %.3f (%.3f)\n", lag, rho, pow(0.7, lag));
        assert_true(fabs(rho - pow(0.7, lag)) < 0.04);
    }
    qsort(all, LINKS, sizeof *all, compare);
    assert_true(distance(all, LINKS, log_normal_cdf) < 1.95);
    free(all);
    close_window(impair);
}

static enum cause cause_at(const struct air_config *config, const struct world *w,
                           uint32_t receiver)
{
    struct reception out[16];
    struct air *air = world_air(w, config, 3, 1);
    struct emission e = world_emission(w, 0, 1, 1);
    size_t rows = world_say(air, w, &e, 1, out, 16);
    air_free(air);
    for (size_t i = 0; i < rows; i++) {
        if (out[i].fate.receiver_idx == receiver) {
            return (enum cause)out[i].fate.cause;
        }
    }
    fail_msg("no row");
    return CAUSE_COUNT;
}

static void an_area_acts_on_links_with_an_end_inside(void **state)
{
    (void)state;
    struct world *w = world_new(3);
    struct air_config config = world_config(TIER_D0);
    w->x_m[1] = 50;
    w->x_m[2] = 100;
    config.impairments[0] =
        (struct impairment){.to_s = 10,
                            .dropout = true,
                            .agent = AGENT_NONE,
                            .area_m = {{40, -10}, {60, -10}, {60, 10}, {40, 10}},
                            .area_count = 4};
    config.impairment_count = 1;
    assert_int_equal(cause_at(&config, w, 1), CAUSE_DROPOUT);
    assert_int_equal(cause_at(&config, w, 2), CAUSE_NONE);
    for (int i = 0; i < 4; i++) {
        config.impairments[0].area_m[i][0] -= 50; /* about the sender */
    }
    assert_int_equal(cause_at(&config, w, 2), CAUSE_DROPOUT);
    for (int i = 0; i < 4; i++) {
        config.impairments[0].area_m[i][0] -= 500;
    }
    assert_int_equal(cause_at(&config, w, 2), CAUSE_NONE);
    free(w);
}

static void a_shadow_of_coverage_is_a_cause_of_its_own(void **state)
{
    (void)state;
    struct world *w = world_new(2);
    struct air_config config = world_config(TIER_D0);
    config.technology = TECH_UU;
    config.impairments[0] = (struct impairment){.to_s = 10,
                                                .dropout = true,
                                                .agent = AGENT_NONE,
                                                .area_m = {{-10, -10}, {10, -10}, {0, 10}},
                                                .area_count = 3};
    config.impairment_count = 1;
    assert_int_equal(cause_at(&config, w, 1), CAUSE_COVERAGE);
    config.impairments[0].technologies = 1u << TECH_DSRC;
    assert_int_equal(cause_at(&config, w, 1), CAUSE_NONE);
    config.impairments[0].technologies = 1u << TECH_DSRC | 1u << TECH_UU;
    assert_int_equal(cause_at(&config, w, 1), CAUSE_COVERAGE);
    free(w);
}

static void refuse(struct impairment window, const char *what)
{
    struct air_config config = world_config(TIER_D0);
    struct fail fail = {0};
    window.to_s = 1;
    window.agent = AGENT_NONE;
    config.impairments[0] = window;
    config.impairment_count = 1;
    assert_int_equal(air_check(&config, &fail), RESULT_USAGE);
    if (!strstr(fail.text, what) || !strstr(fail.text, "air.impairments[0]")) {
        fail_msg("\"%s\" does not say \"%s\"", fail.text, what);
    }
}

static void windows_that_cannot_be_are_refused(void **state)
{
    (void)state;
    refuse((struct impairment){.burst_p = 0.1}, "burst_r = 0");
    refuse((struct impairment){.burst_p = 1.1, .burst_r = 1}, "burst_p = 1.1");
    refuse((struct impairment){.states = {0.6, 0.5, 0, 1, 0.6}}, "p13 + p14");
    refuse((struct impairment){.states = {0.1, 0, 0, 1, 0}}, "p31 = 0");
    refuse((struct impairment){.states = {0.1, 0.5, 0.2, 0, 0}}, "p23 = 0");
    refuse((struct impairment){.states = {NAN, 0.5, 0, 1, 0}}, "states[0]");
    refuse((struct impairment){.latency_law = LATENCY_LOG_NORMAL, .latency_ms = 10},
           "latency_sigma");
    refuse((struct impairment){.latency_law = LATENCY_GAMMA, .latency_ms = 10},
           "latency_shape");
    refuse((struct impairment){.latency_law = LATENCY_EMPIRICAL,
                               .latency_points_ms = {5, 4},
                               .latency_point_count = 2},
           "latency_points_ms[1] = 4");
    refuse((struct impairment){.latency_law = LATENCY_EMPIRICAL}, "2 to 32 quantiles");
    refuse((struct impairment){.latency_correlation = 0.95}, "latency_correlation");
    refuse((struct impairment){.area_count = 2}, "area_m");
    refuse((struct impairment){.area_m = {{0, 0}, {1, NAN}, {1, 1}}, .area_count = 3},
           "area_m[1]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_states_without_isolated_losses_are_two),
        cmocka_unit_test(four_states_have_their_stationary_law),
        cmocka_unit_test(a_burst_can_let_some_pass_and_a_gap_lose_some),
        cmocka_unit_test(latencies_follow_their_laws),
        cmocka_unit_test(jitter_can_be_correlated),
        cmocka_unit_test(an_area_acts_on_links_with_an_end_inside),
        cmocka_unit_test(a_shadow_of_coverage_is_a_cause_of_its_own),
        cmocka_unit_test(windows_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests_name("air_windows", tests, NULL, NULL);
}
