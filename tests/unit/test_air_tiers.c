/* SPDX-License-Identifier: Apache-2.0 */
/* Achieved against requested, tier by tier, on what air_decide gives: loss, bursts, their
 * distribution and correlation, latency. Bounds are four standard errors of the estimate;
 * the seed is fixed. The figures are printed: docs/air.md shows them. */
#include "tests/unit/test_air_world.h"

#define LINKS    200
#define MESSAGES 2000
#define COUNTED  1500 /* bursts that begin before this are followed to their end */
#define SEED     20260601
#define BINS     8 /* burst lengths 1..7, 8 and more */

struct heard {
    bool lost[LINKS][MESSAGES];
    uint32_t burst_id[LINKS][MESSAGES];
    uint16_t burst_pos[LINKS][MESSAGES];
    uint8_t cause[LINKS][MESSAGES];
    double latency_ms[LINKS][MESSAGES]; /* of the delivered */
    double sorted[LINKS * MESSAGES];
    size_t delivered;
};

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Station 0 sends every 100 ms to 200 others that stand still. */
static struct heard *listen(const struct tier *tier, uint8_t index)
{
    struct heard *h = calloc(1, sizeof *h);
    struct world *w = world_new(LINKS + 1);
    struct air_config config = world_config(TIER_D0);
    static struct reception out[LINKS];
    assert_non_null(h);
    config.tier = *tier;
    config.tier_index = index;
    struct air *air = world_air(w, &config, SEED, 1);
    for (uint32_t k = 0; k < MESSAGES; k++) {
        struct emission e = world_emission(w, 0, k, 0.1 * k);
        assert_int_equal(world_say(air, w, &e, 0.1 * k, out, LINKS), LINKS);
        for (size_t i = 0; i < LINKS; i++) {
            const struct fate *f = &out[i].fate;
            size_t link = f->receiver_idx - 1;
            h->lost[link][k] = f->cause == CAUSE_BURST;
            h->cause[link][k] = f->cause;
            h->burst_id[link][k] = f->burst_id;
            h->burst_pos[link][k] = f->burst_pos;
            if (f->fate == FATE_DELIVERED) {
                double ms = (double)(f->t_rx_ns - f->t_tx_ns) * 1e-6;
                h->latency_ms[link][k] = ms;
                h->sorted[h->delivered++] = ms;
            }
        }
    }
    assert_int_equal(air_ledger(air)->intended, LINKS * MESSAGES);
    qsort(h->sorted, h->delivered, sizeof h->sorted[0], compare_doubles);
    air_free(air);
    free(w);
    return h;
}

static void within(const char *what, double achieved, double requested, double bound)
{
    if (!(fabs(achieved - requested) <= bound)) {
        fail_msg("%s: %g achieved, %g requested, bound %g", what, achieved, requested,
                 bound);
    }
}

static void check_loss(const struct heard *h, const struct tier *tier)
{
    double p = tier->loss_p;
    double r = tier->loss_r;
    double memory = 1 - p - r;
    double share = p / (p + r);
    double n = LINKS * MESSAGES;
    double lost = 0;
    double both = 0;
    for (size_t i = 0; i < LINKS; i++) {
        for (size_t k = 0; k < MESSAGES; k++) {
            lost += h->lost[i][k];
            both += k > 0 && h->lost[i][k] && h->lost[i][k - 1];
        }
    }
    double rate = lost / n;
    double pairs = LINKS * (MESSAGES - 1);
    double lag1 = (both / pairs - rate * rate) / (rate * (1 - rate));
    printf("  loss %.4f (requested %.4f), lag-1 correlation %.4f (%.4f)\n", rate, share,
           lag1, memory);
    within("loss", rate, share,
           4 * sqrt(share * (1 - share) / n * (1 + memory) / (1 - memory)));
    within("lag-1 correlation", lag1, memory,
           4 * sqrt((1 + 4 * fabs(memory)) / (n * share)) + 4 / sqrt(n));
}

static void check_bursts(const struct heard *h, const struct tier *tier)
{
    double r = tier->loss_r;
    double bins[BINS] = {0};
    double bursts = 0;
    double sum = 0;
    for (size_t i = 0; i < LINKS; i++) {
        uint32_t began = 0;
        for (uint32_t k = 0; k < MESSAGES; k++) {
            if (!h->lost[i][k]) {
                continue;
            }
            bool first = k == 0 || !h->lost[i][k - 1];
            began = first ? k : began;
            assert_int_equal(h->burst_id[i][k], began);
            assert_int_equal(h->burst_pos[i][k], k - began);
            bool last = k + 1 < MESSAGES && !h->lost[i][k + 1];
            if (last && began > 0 && began < COUNTED) {
                uint32_t length = k + 1 - began;
                bins[length < BINS ? length - 1 : BINS - 1]++;
                bursts++;
                sum += length;
            }
        }
    }
    double chi2 = 0;
    double tail = 1;
    for (int b = 0; b < BINS; b++) {
        double share = b < BINS - 1 ? tail * r : tail;
        tail -= b < BINS - 1 ? share : 0;
        double expected = share * bursts;
        chi2 += expected > 5 ? (bins[b] - expected) * (bins[b] - expected) / expected : 0;
    }
    printf("  mean burst %.3f (requested %.3f), geometric: chi2 %.1f on %d\n", sum / bursts,
           1 / r, chi2, BINS - 1);
    within("mean burst", sum / bursts, 1 / r, 4 * sqrt((1 - r) / bursts) / r + 1e-9);
    assert_true(chi2 < 24.32); /* 99.9 % of chi-squared with 7 degrees of freedom */
}

static double normal_cdf(double z)
{
    return 0.5 * erfc(-z / sqrt(2));
}

static void check_latency(const struct heard *h, const struct tier *tier)
{
    static const struct {
        double q, z;
    } quantiles[] = {{0.5, 0}, {0.95, 1.6448536}, {0.99, 2.3263479}};
    double n = (double)h->delivered;
    for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++) {
        double q = quantiles[i].q;
        double z = quantiles[i].z;
        double asked = tier->latency_median_ms * exp(tier->latency_sigma * z);
        double got = h->sorted[(size_t)(q * n)];
        double density = exp(-z * z / 2) / sqrt(2 * 3.14159265358979) / tier->latency_sigma;
        printf("  latency p%.0f %.2f ms (requested %.2f)\n", 100 * q, got, asked);
        within("latency quantile, logarithm", log(got / asked), 0,
               4 * sqrt(q * (1 - q) / n) / density);
    }
    double distance = 0;
    for (size_t i = 0; i < h->delivered; i++) {
        double z = log(h->sorted[i] / tier->latency_median_ms) / tier->latency_sigma;
        double f = normal_cdf(z);
        distance = fmax(distance, fabs(f - (double)i / n));
        distance = fmax(distance, fabs(f - (double)(i + 1) / n));
    }
    printf("  Kolmogorov-Smirnov D sqrt(n) %.2f (limit 1.95), n %.0f\n", distance * sqrt(n),
           n);
    assert_true(distance * sqrt(n) < 1.95); /* 99.9 % */
}

static void check_tier(int index)
{
    const struct tier *tier = &air_tiers[index];
    printf("%s\n", tier->name);
    struct heard *h = listen(tier, (uint8_t)index);
    check_loss(h, tier);
    check_bursts(h, tier);
    check_latency(h, tier);
    free(h);
}

static void d0_loses_nothing_and_adds_no_latency(void **state)
{
    (void)state;
    struct heard *h = listen(&air_tiers[TIER_D0], TIER_D0);
    assert_int_equal(h->delivered, LINKS * MESSAGES);
    assert_true(h->sorted[h->delivered - 1] == 0);
    free(h);
}

static void d1_gives_what_it_asks_for(void **state)
{
    (void)state;
    check_tier(TIER_D1);
}
static void d2_gives_what_it_asks_for(void **state)
{
    (void)state;
    check_tier(TIER_D2);
}
static void d3_gives_what_it_asks_for(void **state)
{
    (void)state;
    check_tier(TIER_D3);
}
static void d4_gives_what_it_asks_for(void **state)
{
    (void)state;
    check_tier(TIER_D4);
}
static void d5_gives_what_it_asks_for(void **state)
{
    (void)state;
    check_tier(TIER_D5);
}

static void a_chain_that_alternates_is_exact_too(void **state)
{
    (void)state;
    struct tier tier = {.loss_p = 0.9, .loss_r = 0.8};
    struct heard *h = listen(&tier, TIER_CUSTOM);
    check_loss(h, &tier);
    check_bursts(h, &tier);
    free(h);
}

static void certain_loss_and_strict_alternation_work(void **state)
{
    (void)state;
    struct tier tier = {.loss_p = 1, .loss_r = 1};
    struct heard *h = listen(&tier, TIER_CUSTOM);
    for (size_t i = 0; i < LINKS; i++) {
        for (size_t k = 1; k < MESSAGES; k++) {
            assert_true(h->lost[i][k] != h->lost[i][k - 1]);
        }
    }
    free(h);
}

static void tiers_share_their_luck(void **state)
{
    (void)state;
    struct heard *d2 = listen(&air_tiers[TIER_D2], TIER_D2);
    struct heard *d3 = listen(&air_tiers[TIER_D3], TIER_D3);
    double lost2 = 0;
    double lost3 = 0;
    double both = 0;
    for (size_t i = 0; i < LINKS; i++) {
        for (size_t k = 0; k < MESSAGES; k++) {
            lost2 += d2->lost[i][k];
            lost3 += d3->lost[i][k];
            both += d2->lost[i][k] && d3->lost[i][k];
            if (d2->latency_ms[i][k] > 0 && d3->latency_ms[i][k] > 0) {
                /* equal sigma, median 50 and 100 */
                within("latency ratio", d3->latency_ms[i][k] / d2->latency_ms[i][k], 2,
                       1e-4);
            }
        }
    }
    printf("  of the messages lost in d2, %.3f are lost in d3 (unconditional %.3f)\n",
           both / lost2, lost3 / (LINKS * MESSAGES));
    assert_true(both / lost2 > 0.6);
    free(d2);
    free(d3);
}

static void more_loss_of_the_same_memory_only_adds_losses(void **state)
{
    (void)state;
    struct tier less = {.loss_p = 0.1, .loss_r = 0.4};
    struct tier more = {.loss_p = 0.2, .loss_r = 0.3};
    struct heard *a = listen(&less, TIER_CUSTOM);
    struct heard *b = listen(&more, TIER_CUSTOM);
    for (size_t i = 0; i < LINKS; i++) {
        for (size_t k = 0; k < MESSAGES; k++) {
            assert_true(!a->lost[i][k] || b->lost[i][k]);
        }
    }
    free(a);
    free(b);
}

static void outages_silence_a_receiver_for_all_senders(void **state)
{
    (void)state;
    struct heard *h = listen(&air_tiers[TIER_D5], TIER_D5);
    double left = 0;
    double dropped = 0;
    for (size_t i = 0; i < LINKS; i++) {
        for (size_t k = 0; k < MESSAGES; k++) {
            left += !h->lost[i][k];
            dropped += h->cause[i][k] == CAUSE_DROPOUT;
        }
    }
    printf("  outage share of what bursts left %.4f (requested %.4f)\n", dropped / left,
           6.0 / 36);
    /* 200 s per receiver hold 5.6 outages on average: about 1100 of them in all */
    within("outage share", dropped / left, 6.0 / 36, 4 * (6.0 / 36) / sqrt(1100.0) * 1.2);
    free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(d0_loses_nothing_and_adds_no_latency),
        cmocka_unit_test(d1_gives_what_it_asks_for),
        cmocka_unit_test(d2_gives_what_it_asks_for),
        cmocka_unit_test(d3_gives_what_it_asks_for),
        cmocka_unit_test(d4_gives_what_it_asks_for),
        cmocka_unit_test(d5_gives_what_it_asks_for),
        cmocka_unit_test(a_chain_that_alternates_is_exact_too),
        cmocka_unit_test(certain_loss_and_strict_alternation_work),
        cmocka_unit_test(tiers_share_their_luck),
        cmocka_unit_test(more_loss_of_the_same_memory_only_adds_losses),
        cmocka_unit_test(outages_silence_a_receiver_for_all_senders),
    };
    return cmocka_run_group_tests_name("air_tiers", tests, NULL, NULL);
}
