/* SPDX-License-Identifier: Apache-2.0 */
/* Tiers by name or file. In: YAML. Out: struct tier, or why such a profile cannot be. */
#include "scenarios/profile.h"

#include <stdio.h>
#include <string.h>

#include "profile_texts.h"
#include "scenarios/check.h"

static const struct {
    const char *name, *text;
} shipped[] = {
#define X(name) {#name, profile_text_##name},
    PROFILE_TEXTS(X)
#undef X
};

const char *profile_text(const char *name)
{
    for (size_t i = 0; i < sizeof shipped / sizeof shipped[0]; i++) {
        if (strcmp(shipped[i].name, name) == 0) {
            return shipped[i].text;
        }
    }
    return NULL;
}

static void judge(const struct yaml_node *root, const struct tier *t,
                  struct scenario_problems *problems)
{
    if (t->loss_p > 0 && t->loss_r == 0) {
        check_problem(
            problems, root,
            "loss_r = 0: above 0 expected where loss_p is (a link would never recover)");
    }
    if (t->latency_median_ms == 0 && t->latency_sigma > 0) {
        check_problem(problems, root,
                      "latency_sigma = %g: needs a latency_median_ms above 0",
                      t->latency_sigma);
    }
    if (t->outage_gap_mean_s > 0 && t->outage_max_s == 0) {
        check_problem(problems, root, "outage_s: missing; needed with outage_gap_mean_s");
    }
}

void profile_read(const struct yaml_node *root, struct tier *tier,
                  struct scenario_problems *problems)
{
    double pair[2] = {0, 0};
    const char *name = value_text(root, "profile", "name");
    *tier = (struct tier){0};
    if (strlen(name) >= sizeof tier->name) {
        check_problem(problems, yaml_get(root, "name"), "name = %s: at most 15 characters",
                      name);
    }
    snprintf(tier->name, sizeof tier->name, "%s", name);
    tier->latency_median_ms = value_number(root, "profile", "latency_median_ms");
    tier->latency_sigma = value_number(root, "profile", "latency_sigma");
    tier->loss_p = value_number(root, "profile", "loss_p");
    tier->loss_r = value_number(root, "profile", "loss_r");
    tier->outage_gap_mean_s = value_number(root, "profile", "outage_gap_mean_s");
    if (value_pair(root, "outage_s", pair)) {
        tier->outage_min_s = pair[0];
        tier->outage_max_s = pair[1];
    }
    if (value_pair(root, "interval_ms", pair)) {
        tier->interval_min_ms = pair[0];
        tier->interval_max_ms = pair[1];
    }
    if (value_pair(root, "position_sigma_m", pair)) {
        tier->position_sigma_min_m = pair[0];
        tier->position_sigma_max_m = pair[1];
    }
    tier->heading_sigma_deg = value_number(root, "profile", "heading_sigma_deg");
    tier->gnss_tau_s = value_number(root, "profile", "gnss_tau_s");
    tier->clock_sigma_ms = value_number(root, "profile", "clock_sigma_ms");
    tier->clock_fault_share = value_number(root, "profile", "clock_fault_share");
    tier->equipped_share = value_number(root, "profile", "equipped_share");
    tier->fault_share = value_number(root, "profile", "fault_share");
    judge(root, tier, problems);
}

int profile_parse(const char *file, const char *text, size_t size, struct tier *tier,
                  struct fail *fail)
{
    struct arena arena = {.limit = (size_t)64 << 20};
    struct scenario_problems problems = {0};
    struct yaml_node *root = NULL;
    int result = yaml_parse(&arena, file, text, size, &root, fail);
    if (result == 0) {
        check_tree(root, "profile", &problems);
        if (problems.total == 0) {
            profile_read(root, tier, &problems);
        }
        if (problems.total > 0) {
            result = fail_set(fail, RESULT_USAGE, "%s",
                              problems.count ? problems.all[0].text : "out of memory");
        }
    }
    scenario_problems_close(&problems);
    arena_close(&arena);
    return result;
}

static void put_pair(struct bytes *out, const char *key, double from, double to)
{
    bytes_format(out, ", %s: [", key);
    bytes_json_double(out, from);
    bytes_text(out, ", ");
    bytes_json_double(out, to);
    bytes_text(out, "]");
}

void profile_line(const struct tier *t, struct bytes *out)
{
    const struct {
        const char *key;
        double value;
    } numbers[] = {{"latency_median_ms", t->latency_median_ms},
                   {"latency_sigma", t->latency_sigma},
                   {"loss_p", t->loss_p},
                   {"loss_r", t->loss_r},
                   {"outage_gap_mean_s", t->outage_gap_mean_s},
                   {"heading_sigma_deg", t->heading_sigma_deg},
                   {"gnss_tau_s", t->gnss_tau_s},
                   {"clock_sigma_ms", t->clock_sigma_ms},
                   {"clock_fault_share", t->clock_fault_share},
                   {"equipped_share", t->equipped_share},
                   {"fault_share", t->fault_share}};
    bytes_format(out, "{schema: 1, name: %s", t->name);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        bytes_format(out, ", %s: ", numbers[i].key);
        bytes_json_double(out, numbers[i].value);
    }
    put_pair(out, "outage_s", t->outage_min_s, t->outage_max_s);
    put_pair(out, "interval_ms", t->interval_min_ms, t->interval_max_ms);
    put_pair(out, "position_sigma_m", t->position_sigma_min_m, t->position_sigma_max_m);
    bytes_text(out, "}");
}

static int read_file(const char *path, struct tier *tier, struct fail *fail)
{
    struct bytes text = {0};
    int result = scenario_read_file(NULL, path, &text, fail);
    if (result == 0) {
        result = profile_parse(path, (const char *)text.data, text.size, tier, fail);
    }
    bytes_close(&text);
    return result;
}

int profile_tier(const char *name_or_path, struct tier *tier, uint8_t *index,
                 struct fail *fail)
{
    const char *text = profile_text(name_or_path);
    if (index) {
        int at = kinds_find(kinds_tier, TIER_COUNT, name_or_path);
        *index = at < 0 ? TIER_CUSTOM : (uint8_t)at;
    }
    return text ? profile_parse(name_or_path, text, strlen(text), tier, fail)
                : read_file(name_or_path, tier, fail);
}
