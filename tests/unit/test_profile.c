/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped tiers against the table of tiers, and profiles that cannot be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "scenarios/profile.h"

static struct tier load(const char *name)
{
    struct tier tier;
    struct fail fail = {0};
    assert_int_equal(profile_tier(name, &tier, NULL, &fail), 0);
    return tier;
}

/* Requested parameters: median and p95 of the latency in ms, loss share, mean burst. */
static void shipped_tiers_have_the_stated_statistics(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double median, p95, loss, burst, equipped, faults, heading;
    } rows[] = {
        {"d0", 0, 0, 0, 0, 1, 0, 0},
        {"d1", 20, 50, 0.01, 1.05, 1, 0, 0.2},
        {"d2", 50, 100, 0.05, 2, 0.7, 0.01, 0.5},
        {"d3", 100, 200, 0.15, 3, 0.5, 0.02, 1},
        {"d4", 200, 400, 0.30, 5, 0.3, 0.05, 2},
        {"d5", 400, 1000, 0.70, 10, 0.1, 0.1, 5},
    };
    for (size_t i = 0; i < 6; i++) {
        struct tier t = load(rows[i].name);
        assert_string_equal(t.name, rows[i].name);
        assert_true(t.latency_median_ms == rows[i].median);
        if (rows[i].median > 0) {
            double p95 = t.latency_median_ms * exp(1.6448536 * t.latency_sigma);
            assert_true(fabs(p95 / rows[i].p95 - 1) < 0.01);
            assert_true(fabs(t.loss_p / (t.loss_p + t.loss_r) - rows[i].loss) < 0.002);
            assert_true(fabs(1 / t.loss_r - rows[i].burst) < 0.01);
        }
        assert_true(t.equipped_share == rows[i].equipped);
        assert_true(t.fault_share == rows[i].faults);
        assert_true(t.heading_sigma_deg == rows[i].heading);
    }
    struct tier d5 = load("d5");
    assert_true(d5.outage_gap_mean_s == 30 && d5.outage_min_s == 2 &&
                d5.outage_max_s == 10);
    assert_true(d5.interval_min_ms == 600 && d5.interval_max_ms == 1000);
    assert_true(d5.position_sigma_min_m == 3 && d5.position_sigma_max_m == 10);
    assert_true(d5.gnss_tau_s == 60 && d5.clock_fault_share > 0);
    struct tier d3 = load("d3");
    assert_true(d3.interval_min_ms == 100 && d3.interval_max_ms == 300);
    assert_true(d3.clock_sigma_ms == 10 && d3.position_sigma_min_m == 1);
}

static void impossible_profiles_are_refused_with_key_and_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"name: x\nloss_p: 1.5\nloss_r: 0.5\n",
         "p.yaml:2:9: error: loss_p = 1.5: at most 1"},
        {"name: x\nlatency_median_ms: -1\n", "latency_median_ms = -1: at least 0 ms"},
        {"name: x\nlatency_median_ms: .nan\n", "a number expected"},
        {"name: x\nloss_p: 0.1\n", "never recover"},
        {"name: x\nlatency_sigma: 0.4\n", "needs a latency_median_ms"},
        {"name: x\noutage_gap_mean_s: 30\n", "outage_s: missing"},
        {"name: x\noutage_s: [10, 2]\n", "from <= to"},
        {"name: abcdefghijklmnop\n", "at most 15 characters"},
        {"name: x\nequiped_share: 1\n", "did you mean equipped_share?"},
        {"loss_p: 0\n", "name: missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tier tier;
        struct fail fail = {0};
        assert_int_equal(
            profile_parse("p.yaml", cases[i].text, strlen(cases[i].text), &tier, &fail),
            RESULT_USAGE);
        if (!strstr(fail.text, cases[i].words)) {
            print_error("%s\n", fail.text);
        }
        assert_non_null(strstr(fail.text, cases[i].words));
    }
}

static void a_name_gives_its_index_and_a_file_is_custom(void **state)
{
    (void)state;
    struct tier tier;
    struct fail fail = {0};
    uint8_t index = 0;
    assert_int_equal(profile_tier("d4", &tier, &index, &fail), 0);
    assert_int_equal(index, TIER_D4);
    assert_int_equal(
        profile_tier(SOURCE_DIR "/scenarios/profiles/d2.yaml", &tier, &index, &fail), 0);
    assert_int_equal(index, TIER_CUSTOM);
    assert_true(tier.latency_median_ms == 50);
    assert_int_equal(profile_tier("d6", &tier, &index, &fail), RESULT_USAGE);
}

static void a_profile_in_one_line_reads_back_to_the_last_bit(void **state)
{
    (void)state;
    static const char *const names[] = {"d0", "d1", "d2", "d3", "d4", "d5"};
    for (size_t i = 0; i < 6; i++) {
        struct tier tier = load(names[i]);
        tier.loss_r += tier.loss_p / 3; /* no short decimal */
        struct tier back;
        struct bytes line = {0};
        struct fail fail = {0};
        profile_line(&tier, &line);
        assert_int_equal(
            profile_parse("line", (const char *)line.data, line.size, &back, &fail), 0);
        assert_memory_equal(&back, &tier, sizeof tier);
        bytes_close(&line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_tiers_have_the_stated_statistics),
        cmocka_unit_test(impossible_profiles_are_refused_with_key_and_reason),
        cmocka_unit_test(a_name_gives_its_index_and_a_file_is_custom),
        cmocka_unit_test(a_profile_in_one_line_reads_back_to_the_last_bit),
    };
    return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
