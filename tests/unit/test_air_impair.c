/* SPDX-License-Identifier: Apache-2.0 */
/* Windows, classes of link, independent loss, jitter, outages, and configurations that
 * cannot be. */
#include "tests/unit/test_air_world.h"

#include "air/gilbert.h"
#include "air/outage.h"

#define ROOM 256

/* Cause at each receiver of one message from station 0 at t_s. */
static void say(struct air_config *config, const struct world *w, uint32_t k, double t_s,
                struct reception *out)
{
    struct air *air = world_air(w, config, 3, 1);
    struct emission e = world_emission(w, 0, k, t_s);
    assert_int_equal(world_say(air, w, &e, t_s, out, ROOM), w->count - 1);
    air_free(air);
}

static void a_window_acts_on_its_class_of_link_while_it_is_open(void **state)
{
    (void)state;
    static const struct {
        double t_s;
        bool open;
    } moments[] = {{11.999, false}, {12, true}, {13.999, true}, {14, false}};
    struct world *w = world_new(5);
    w->kinds[2] = KIND_RSU;
    w->kinds[3] = KIND_PEDESTRIAN;
    w->kinds[4] = KIND_CYCLIST;
    struct air_config config = world_config(TIER_D0);
    config.impairments[0] = (struct impairment){
        .from_s = 12, .to_s = 14, .link = LINK_V2P, .dropout = true, .agent = AGENT_NONE};
    config.impairment_count = 1;
    struct reception out[ROOM];
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        say(&config, w, 0, moments[i].t_s, out);
        assert_int_equal(out[0].fate.cause, CAUSE_NONE); /* car */
        assert_int_equal(out[1].fate.cause, CAUSE_NONE); /* RSU */
        int expected = moments[i].open ? CAUSE_DROPOUT : CAUSE_NONE;
        assert_int_equal(out[2].fate.cause, expected);
        assert_int_equal(out[3].fate.cause, expected);
    }
    config.impairments[0].link = LINK_V2I;
    say(&config, w, 0, 13, out);
    assert_int_equal(out[0].fate.cause, CAUSE_NONE);
    assert_int_equal(out[1].fate.cause, CAUSE_DROPOUT);
    assert_int_equal(out[2].fate.cause, CAUSE_NONE);
    config.impairments[0].link = LINK_V2V;
    say(&config, w, 0, 13, out);
    assert_int_equal(out[0].fate.cause, CAUSE_DROPOUT);
    assert_int_equal(out[1].fate.cause, CAUSE_NONE);
    free(w);
}

static void a_window_of_an_agent_acts_on_either_end(void **state)
{
    (void)state;
    struct world *w = world_new(4);
    struct air_config config = world_config(TIER_D0);
    config.impairments[0] = (struct impairment){.to_s = 10, .dropout = true, .agent = 2};
    config.impairment_count = 1;
    struct reception out[ROOM];
    say(&config, w, 0, 1, out);
    assert_int_equal(out[0].fate.cause, CAUSE_NONE);
    assert_int_equal(out[1].fate.cause, CAUSE_DROPOUT);
    assert_int_equal(out[2].fate.cause, CAUSE_NONE);
    config.impairments[0].agent = 0;
    say(&config, w, 0, 1, out);
    assert_int_equal(out[0].fate.cause, CAUSE_DROPOUT);
    assert_int_equal(out[2].fate.cause, CAUSE_DROPOUT);
    free(w);
}

static void independent_losses_combine_and_nest(void **state)
{
    (void)state;
    struct world *w = world_new(201);
    struct air_config less = world_config(TIER_D0);
    less.impairments[0] =
        (struct impairment){.to_s = 1e6, .loss = 0.2, .agent = AGENT_NONE};
    less.impairment_count = 1;
    struct air_config more = less;
    more.impairments[1] =
        (struct impairment){.to_s = 1e6, .loss = 0.1, .agent = AGENT_NONE};
    more.impairment_count = 2;
    double lost_less = 0;
    double lost_more = 0;
    double n = 0;
    struct reception a[ROOM];
    struct reception b[ROOM];
    for (uint32_t k = 0; k < 500; k++) {
        say(&less, w, k, 0.1 * k, a);
        say(&more, w, k, 0.1 * k, b);
        for (size_t i = 0; i < 200; i++) {
            bool lost_a = a[i].fate.cause == CAUSE_RANDOM;
            bool lost_b = b[i].fate.cause == CAUSE_RANDOM;
            assert_true(!lost_a || lost_b);
            lost_less += lost_a;
            lost_more += lost_b;
            n++;
        }
    }
    /* 1 - 0.8 * 0.9 = 0.28; four standard errors */
    assert_true(fabs(lost_less / n - 0.20) < 4 * sqrt(0.2 * 0.8 / n));
    assert_true(fabs(lost_more / n - 0.28) < 4 * sqrt(0.28 * 0.72 / n));
    free(w);
}

static void jitter_is_a_normal_cut_at_three_sigmas(void **state)
{
    (void)state;
    struct world *w = world_new(201);
    struct air_config config = world_config(TIER_D0);
    config.impairments[0] = (struct impairment){
        .to_s = 1e6, .latency_ms = 100, .latency_jitter_ms = 10, .agent = AGENT_NONE};
    config.impairment_count = 1;
    double n = 0;
    double sum = 0;
    double squares = 0;
    struct reception out[ROOM];
    for (uint32_t k = 0; k < 500; k++) {
        say(&config, w, k, 0.1 * k, out);
        for (size_t i = 0; i < 200; i++) {
            double ms = (double)(out[i].fate.t_rx_ns - out[i].fate.t_tx_ns) * 1e-6;
            assert_true(ms >= 70 && ms <= 130);
            sum += ms;
            squares += (ms - 100) * (ms - 100);
            n++;
        }
    }
    /* variance of a standard normal cut at +-3: 1 - 2*3*phi(3)/(2 Phi(3) - 1) = 0.97334 */
    assert_true(fabs(sum / n - 100) < 4 * 9.866 / sqrt(n));
    assert_true(fabs(sqrt(squares / n) - 9.866) < 4 * 9.866 / sqrt(2 * n));
    free(w);
}

static void jitter_never_makes_a_latency_negative(void **state)
{
    (void)state;
    struct world *w = world_new(201);
    struct air_config config = world_config(TIER_D0);
    config.impairments[0] = (struct impairment){
        .to_s = 1e6, .latency_ms = 1, .latency_jitter_ms = 10, .agent = AGENT_NONE};
    config.impairment_count = 1;
    struct reception out[ROOM];
    for (uint32_t k = 0; k < 50; k++) {
        say(&config, w, k, 0.1 * k, out);
        for (size_t i = 0; i < 200; i++) {
            assert_true(out[i].fate.t_rx_ns >= out[i].fate.t_tx_ns);
        }
    }
    free(w);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void outages_are_uniform_and_gaps_exponential(void **state)
{
    (void)state;
    enum { RECEIVERS = 500, EACH = 40, N = RECEIVERS * EACH };
    double *lengths = calloc(N, sizeof *lengths);
    double *gaps = calloc(N, sizeof *gaps);
    struct outage o = outage_init(30, 2, 10, 11);
    size_t n = 0;
    for (uint32_t r = 0; r < RECEIVERS; r++) {
        struct outage_span span = outage_first(&o, r);
        for (int i = 0; i < EACH; i++) {
            struct outage_span next = outage_next(&o, r, span);
            gaps[n] = (double)(next.from_ns - span.to_ns) * 1e-9;
            lengths[n++] = (double)(next.to_ns - next.from_ns) * 1e-9;
            span = next;
        }
    }
    qsort(lengths, N, sizeof *lengths, compare_doubles);
    qsort(gaps, N, sizeof *gaps, compare_doubles);
    double d_lengths = 0;
    double d_gaps = 0;
    for (size_t i = 0; i < N; i++) {
        double at = (double)i / N;
        d_lengths = fmax(d_lengths, fabs((lengths[i] - 2) / 8 - at));
        d_gaps = fmax(d_gaps, fabs(1 - exp(-gaps[i] / 30) - at));
    }
    printf("  KS D sqrt(n): lengths %.2f, gaps %.2f (limit 1.95)\n", d_lengths * sqrt(N),
           d_gaps * sqrt(N));
    assert_true(d_lengths * sqrt(N) < 1.95);
    assert_true(d_gaps * sqrt(N) < 1.95);
    free(lengths);
    free(gaps);
}

static void the_share_that_is_out_is_the_same_at_any_time(void **state)
{
    (void)state;
    static const double moments_s[] = {0, 1, 5, 60};
    enum { RECEIVERS = 20000 };
    struct outage o = outage_init(30, 2, 10, 5);
    double share = 6.0 / 36;
    for (size_t m = 0; m < sizeof moments_s / sizeof moments_s[0]; m++) {
        double out = 0;
        for (uint32_t r = 0; r < RECEIVERS; r++) {
            struct outage_span span = outage_first(&o, r);
            int64_t t_ns = (int64_t)(moments_s[m] * 1e9);
            outage_seek(&o, r, &span, t_ns);
            out += span.from_ns <= t_ns;
        }
        printf("  out at %g s: %.4f (expected %.4f)\n", moments_s[m], out / RECEIVERS,
               share);
        assert_true(fabs(out / RECEIVERS - share) <
                    4 * sqrt(share * (1 - share) / RECEIVERS));
    }
}

static void an_outage_is_found_from_anywhere(void **state)
{
    (void)state;
    struct outage o = outage_init(3, 2, 10, 5);
    struct outage_span forward = outage_first(&o, 9);
    for (int64_t t_s = 0; t_s < 300; t_s++) {
        int64_t t_ns = t_s * TIME_NS_PER_S;
        outage_seek(&o, 9, &forward, t_ns);
        struct outage_span from_late = outage_first(&o, 9);
        outage_seek(&o, 9, &from_late, 1000 * TIME_NS_PER_S);
        outage_seek(&o, 9, &from_late, t_ns);
        struct outage_span from_start = outage_first(&o, 9);
        outage_seek(&o, 9, &from_start, t_ns);
        assert_int_equal(forward.from_ns, from_start.from_ns);
        bool out_late = from_late.from_ns <= t_ns && t_ns < from_late.to_ns;
        bool out_start = from_start.from_ns <= t_ns && t_ns < from_start.to_ns;
        assert_int_equal(out_late, out_start);
    }
}

static void slow_chains_stay_exact_over_the_epochs(void **state)
{
    (void)state;
    enum { RUN = 200000, LINKS = 20 };
    double p = 0.001;
    double r = 0.003; /* memory of 250 messages on average */
    struct gilbert g = gilbert_init(p, r, 77);
    double bad = 0;
    double changes = 0;
    for (uint64_t link = 0; link < LINKS; link++) {
        bool before = gilbert_is_bad(&g, link, 0);
        for (uint32_t n = 1; n < RUN; n++) {
            bool now = gilbert_is_bad(&g, link, n);
            bad += now;
            changes += !before && now;
            before = now;
        }
    }
    double n = (double)RUN * LINKS;
    double memory = 1 - p - r;
    printf("  share %.4f (0.25), entered per good message %.6f (0.001)\n", bad / n,
           changes / (n - bad));
    assert_true(fabs(bad / n - 0.25) <
                4 * sqrt(0.25 * 0.75 / n * (1 + memory) / (1 - memory)));
    /* An epoch's forced forgetting adds one entry in 4096 * 0.25 at most. */
    assert_true(fabs(changes / (n - bad) - p) < 4 * sqrt(p / (n - bad)) + 0.25 / 4096);
}

static void expect_refused(const struct air_config *config, const char *key,
                           const char *reason)
{
    struct fail fail = {0};
    struct air *air = NULL;
    struct air_setup setup = {.config = config, .agents_most = 4, .threads_most = 1};
    assert_int_equal(air_check(config, &fail), RESULT_USAGE);
    assert_int_equal(air_new(&air, &setup, &fail), RESULT_USAGE);
    assert_null(air);
    if (!strstr(fail.text, key) || !strstr(fail.text, reason)) {
        fail_msg("\"%s\" lacks \"%s\" or \"%s\"", fail.text, key, reason);
    }
}

static void what_cannot_be_is_refused_with_key_and_reason(void **state)
{
    (void)state;
    struct air_config config = world_config(TIER_D5);
    struct fail fail;
    assert_int_equal(air_check(&config, &fail), 0);

    struct air_config c = config;
    c.tier.loss_p = 1.5;
    expect_refused(&c, "air.tier.loss_p = 1.5", "probability");
    c = config;
    c.tier.loss_p = NAN;
    expect_refused(&c, "air.tier.loss_p", "probability");
    c = config;
    c.tier.latency_median_ms = -1;
    expect_refused(&c, "air.tier.latency_median_ms = -1", "milliseconds");
    c = config;
    c.tier.latency_median_ms = INFINITY;
    expect_refused(&c, "air.tier.latency_median_ms", "milliseconds");
    c = config;
    c.tier.latency_sigma = 9;
    expect_refused(&c, "air.tier.latency_sigma", "log-normal");
    c = config;
    c.tier.loss_r = 0;
    expect_refused(&c, "air.tier.loss_r = 0", "never end");
    c = config;
    c.tier.outage_min_s = 20;
    expect_refused(&c, "air.tier.outage_s", "empty");
    c = config;
    c.tier.outage_min_s = c.tier.outage_max_s = 0;
    expect_refused(&c, "air.tier.outage_gap_mean_s", "outages");
    c = config;
    c.tier.equipped_share = 1.1;
    expect_refused(&c, "air.tier.equipped_share", "share");
    c = config;
    c.intended_range_m = 0;
    expect_refused(&c, "air.intended_range_m", "above 0");
    c = config;
    c.deadline_ms = NAN;
    expect_refused(&c, "air.deadline_ms", "milliseconds");
    c = config;
    c.technology = TECH_COUNT;
    expect_refused(&c, "air.technology", "no such");
    c = config;
    c.impairment_count = AIR_IMPAIRMENTS_MOST + 1;
    expect_refused(&c, "air.impairments", "at most 64");
    c = config;
    c.impairment_count = 2;
    c.impairments[0] = (struct impairment){.to_s = 1, .agent = AGENT_NONE};
    c.impairments[1] = (struct impairment){.to_s = 1, .loss = -0.1, .agent = AGENT_NONE};
    expect_refused(&c, "air.impairments[1]: loss = -0.1", "probability");
    c.impairments[1] = (struct impairment){.from_s = 2, .to_s = 1, .agent = AGENT_NONE};
    expect_refused(&c, "air.impairments[1]: when_s", "empty");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_acts_on_its_class_of_link_while_it_is_open),
        cmocka_unit_test(a_window_of_an_agent_acts_on_either_end),
        cmocka_unit_test(independent_losses_combine_and_nest),
        cmocka_unit_test(jitter_is_a_normal_cut_at_three_sigmas),
        cmocka_unit_test(jitter_never_makes_a_latency_negative),
        cmocka_unit_test(outages_are_uniform_and_gaps_exponential),
        cmocka_unit_test(the_share_that_is_out_is_the_same_at_any_time),
        cmocka_unit_test(an_outage_is_found_from_anywhere),
        cmocka_unit_test(slow_chains_stay_exact_over_the_epochs),
        cmocka_unit_test(what_cannot_be_is_refused_with_key_and_reason),
    };
    return cmocka_run_group_tests_name("air_impair", tests, NULL, NULL);
}
