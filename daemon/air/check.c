/* SPDX-License-Identifier: Apache-2.0 */
/* The limits of a profile. In: a configuration. Out: nothing, or the first key that cannot
 * be, with its value and the reason. */
#include "air/check.h"

#include <stddef.h>

#include "air/channel.h"
#include "air/radio.h"

struct limit {
    const char *key;
    size_t offset;
    double least, most;
    const char *reason;
};

#define CHECK_PROBABILITY "a probability is 0 to 1"
#define CHECK_SHARE       "a share is 0 to 1"
#define CHECK_MS          "milliseconds are 0 to 60000"
#define CHECK_SECONDS     "seconds are 0 to 86400"
#define CHECK_METRES      "metres are 0 to 1000"

#define TIER_LIMIT(field, least, most, reason)                                             \
    {                                                                                      \
        "air.tier." #field, offsetof(struct tier, field), least, most, reason              \
    }
#define WINDOW_LIMIT(field, least, most, reason)                                           \
    {                                                                                      \
#field, offsetof(struct impairment, field), least, most, reason                    \
    }

static const struct limit tier_limits[] = {
    TIER_LIMIT(latency_median_ms, 0, 60000, CHECK_MS),
    TIER_LIMIT(latency_sigma, 0, 2, "the sigma of a log-normal is 0 to 2"),
    TIER_LIMIT(loss_p, 0, 1, CHECK_PROBABILITY),
    TIER_LIMIT(loss_r, 0, 1, CHECK_PROBABILITY),
    TIER_LIMIT(outage_gap_mean_s, 0, 86400, CHECK_SECONDS),
    TIER_LIMIT(outage_min_s, 0, 86400, CHECK_SECONDS),
    TIER_LIMIT(outage_max_s, 0, 86400, CHECK_SECONDS),
    TIER_LIMIT(interval_min_ms, 0, 60000, CHECK_MS),
    TIER_LIMIT(interval_max_ms, 0, 60000, CHECK_MS),
    TIER_LIMIT(position_sigma_min_m, 0, 1000, CHECK_METRES),
    TIER_LIMIT(position_sigma_max_m, 0, 1000, CHECK_METRES),
    TIER_LIMIT(heading_sigma_deg, 0, 180, "degrees are 0 to 180"),
    TIER_LIMIT(gnss_tau_s, 0, 86400, CHECK_SECONDS),
    TIER_LIMIT(clock_sigma_ms, 0, 60000, CHECK_MS),
    TIER_LIMIT(clock_fault_share, 0, 1, CHECK_SHARE),
    TIER_LIMIT(equipped_share, 0, 1, CHECK_SHARE),
    TIER_LIMIT(fault_share, 0, 1, CHECK_SHARE),
};

static const struct limit window_limits[] = {
    WINDOW_LIMIT(from_s, 0, 1e9, "scenario seconds are 0 to 1e9"),
    WINDOW_LIMIT(to_s, 0, 1e9, "scenario seconds are 0 to 1e9"),
    WINDOW_LIMIT(loss, 0, 1, CHECK_PROBABILITY),
    WINDOW_LIMIT(latency_ms, 0, 60000, CHECK_MS),
    WINDOW_LIMIT(latency_jitter_ms, 0, 60000, CHECK_MS),
    WINDOW_LIMIT(latency_sigma, 0, 2, "the sigma of a log-normal is 0 to 2"),
    WINDOW_LIMIT(latency_correlation, 0, 0.9, "a correlation is 0 to 0.9"),
    WINDOW_LIMIT(burst_p, 0, 1, CHECK_PROBABILITY),
    WINDOW_LIMIT(burst_r, 0, 1, CHECK_PROBABILITY),
    WINDOW_LIMIT(burst_pass, 0, 1, CHECK_SHARE),
    WINDOW_LIMIT(burst_gap_loss, 0, 1, CHECK_PROBABILITY),
    WINDOW_LIMIT(states[0], 0, 1, CHECK_PROBABILITY),
    WINDOW_LIMIT(states[1], 0, 1, CHECK_PROBABILITY),
    WINDOW_LIMIT(states[2], 0, 1, CHECK_PROBABILITY),
    WINDOW_LIMIT(states[3], 0, 1, CHECK_PROBABILITY),
    WINDOW_LIMIT(states[4], 0, 1, CHECK_PROBABILITY),
};

/* A comparison with NaN is false, so "not within" also refuses NaN and Inf. */
static int check_limits(const void *object, const struct limit *limits, size_t count,
                        struct fail *fail)
{
    for (size_t i = 0; i < count; i++) {
        double value = *(const double *)((const char *)object + limits[i].offset);
        if (!(value >= limits[i].least && value <= limits[i].most)) {
            return fail_set(fail, RESULT_USAGE, "%s = %g: %s", limits[i].key, value,
                            limits[i].reason);
        }
    }
    return 0;
}

static int check_order(const char *key, double least, double most, struct fail *fail)
{
    if (least > most) {
        return fail_set(fail, RESULT_USAGE, "%s = %g to %g: the range is empty", key, least,
                        most);
    }
    return 0;
}

static int check_tier(const struct tier *tier, struct fail *fail)
{
    int rc =
        check_limits(tier, tier_limits, sizeof tier_limits / sizeof tier_limits[0], fail);
    if (rc == 0) {
        rc = check_order("air.tier.interval_ms", tier->interval_min_ms,
                         tier->interval_max_ms, fail);
    }
    if (rc == 0) {
        rc = check_order("air.tier.position_sigma_m", tier->position_sigma_min_m,
                         tier->position_sigma_max_m, fail);
    }
    if (rc == 0) {
        rc = check_order("air.tier.outage_s", tier->outage_min_s, tier->outage_max_s, fail);
    }
    if (rc != 0) {
        return rc;
    }
    if (tier->loss_p > 0 && tier->loss_r == 0) {
        return fail_set(fail, RESULT_USAGE,
                        "air.tier.loss_r = 0: with loss_p > 0 a burst would never end; use "
                        "a dropout window");
    }
    if (tier->outage_gap_mean_s > 0 &&
        !(tier->outage_gap_mean_s >= 0.01 && tier->outage_max_s >= 0.01)) {
        return fail_set(fail, RESULT_USAGE,
                        "air.tier.outage_gap_mean_s = %g: gaps and outages shorter than "
                        "0.01 s are losses, not outages",
                        tier->outage_gap_mean_s);
    }
    return 0;
}

static int check_points(const struct impairment *w, struct fail *fail)
{
    if (w->latency_point_count < 2 || w->latency_point_count > IMPAIR_POINTS_MOST) {
        return fail_set(fail, RESULT_USAGE, "latency_points_ms: 2 to %d quantiles",
                        IMPAIR_POINTS_MOST);
    }
    double before = 0;
    for (int i = 0; i < w->latency_point_count; i++) {
        double ms = w->latency_points_ms[i];
        if (!(ms >= before && ms <= 60000)) {
            return fail_set(fail, RESULT_USAGE,
                            "latency_points_ms[%d] = %g: rising, 0 to 60000", i, ms);
        }
        before = ms;
    }
    return 0;
}

static int check_latency(const struct impairment *w, struct fail *fail)
{
    switch (w->latency_law) {
    case LATENCY_NORMAL:
        return 0;
    case LATENCY_LOG_NORMAL:
        return w->latency_ms > 0 && w->latency_sigma > 0
                   ? 0
                   : fail_set(fail, RESULT_USAGE,
                              "latency = log-normal: needs latency_ms (median) and "
                              "latency_sigma above 0");
    case LATENCY_GAMMA:
        return w->latency_ms > 0 && w->latency_shape >= 0.5 && w->latency_shape <= 50
                   ? 0
                   : fail_set(fail, RESULT_USAGE,
                              "latency = gamma: needs latency_ms (mean) above 0 and "
                              "latency_shape of 0.5 to 50, not %g",
                              w->latency_shape);
    case LATENCY_EMPIRICAL:
        return check_points(w, fail);
    }
    return fail_set(fail, RESULT_USAGE, "latency = %d: no such law", (int)w->latency_law);
}

static int check_chains(const struct impairment *w, struct fail *fail)
{
    const double *p = w->states;
    if (w->burst_p > 0 && w->burst_r == 0) {
        return fail_set(fail, RESULT_USAGE,
                        "burst_r = 0: with burst_p > 0 a burst would never end; use "
                        "dropout");
    }
    if (p[0] + p[4] > 1 || p[1] + p[2] > 1) {
        return fail_set(fail, RESULT_USAGE,
                        "loss_states: p13 + p14 = %g, p31 + p32 = %g: at most 1 each",
                        p[0] + p[4], p[1] + p[2]);
    }
    if (p[0] > 0 && p[1] == 0) {
        return fail_set(fail, RESULT_USAGE,
                        "loss_states: p31 = 0: with p13 > 0 a burst would never end; use "
                        "dropout");
    }
    if (p[2] > 0 && p[3] == 0) {
        return fail_set(fail, RESULT_USAGE,
                        "loss_states: p23 = 0: with p32 > 0 nothing leaves state 2");
    }
    return 0;
}

static int check_area(const struct impairment *w, struct fail *fail)
{
    if (w->area_count != 0 && (w->area_count < 3 || w->area_count > IMPAIR_AREA_MOST)) {
        return fail_set(fail, RESULT_USAGE, "area_m: 3 to %d points", IMPAIR_AREA_MOST);
    }
    for (int i = 0; i < w->area_count; i++) {
        double x = w->area_m[i][0];
        double y = w->area_m[i][1];
        if (!(x >= -1e7 && x <= 1e7 && y >= -1e7 && y <= 1e7)) {
            return fail_set(fail, RESULT_USAGE, "area_m[%d] = %g, %g: no place", i, x, y);
        }
    }
    return 0;
}

static int check_window(const struct impairment *window, int index, struct fail *fail)
{
    int rc = check_limits(window, window_limits,
                          sizeof window_limits / sizeof window_limits[0], fail);
    if (rc == 0) {
        rc = check_order("when_s", window->from_s, window->to_s, fail);
    }
    if (rc == 0 && (int)window->link >= LINK_CLASS_COUNT) {
        rc = fail_set(fail, RESULT_USAGE, "link = %d: no such class of link",
                      (int)window->link);
    }
    rc = rc == 0 ? check_latency(window, fail) : rc;
    rc = rc == 0 ? check_chains(window, fail) : rc;
    rc = rc == 0 ? check_area(window, fail) : rc;
    if (rc != 0) {
        (void)fail_wrap(fail, "air.impairments[%d]", index);
    }
    return rc;
}

static int check_radio(const struct air_config *config, struct fail *fail)
{
    struct radio radio;
    bool known = radio_profile(config->technology, &radio);
    if (config->radio_set_count < 0 || config->radio_set_count > AIR_RADIO_SETS_MOST) {
        return fail_set(fail, RESULT_USAGE, "air.radio: %d parameters, at most %d",
                        config->radio_set_count, AIR_RADIO_SETS_MOST);
    }
    if (config->radio_set_count > 0) {
        int rc = radio_of_config(config, NULL, &radio, fail);
        if (rc != 0) {
            return rc;
        }
    }
    if (config->congestion == CONGESTION_OFF) {
        return 0;
    }
    if (!known || radio.access == RADIO_CELL) {
        return fail_set(fail, RESULT_USAGE,
                        "air.congestion: technology %s has no shared medium to control",
                        kinds_technology[config->technology]);
    }
    if (config->congestion == CONGESTION_CR_LIMIT && radio.access != RADIO_SPS) {
        return fail_set(fail, RESULT_USAGE,
                        "air.congestion = cr-limit: of sub-channels, so lte-v2x or nr-v2x");
    }
    return 0;
}

int check_config(const struct air_config *config, struct fail *fail)
{
    struct radio radio;
    if (!channel_of(config->technology) && !radio_profile(config->technology, &radio)) {
        bool named = (unsigned)config->technology < TECH_COUNT;
        return fail_set(fail, RESULT_USAGE, "air.technology = %s: no such channel here",
                        named ? kinds_technology[config->technology] : "?");
    }
    if (!(config->intended_range_m > 0 && config->intended_range_m <= 1e5)) {
        return fail_set(fail, RESULT_USAGE,
                        "air.intended_range_m = %g: metres are above 0, at most 100000",
                        config->intended_range_m);
    }
    if (!(config->deadline_ms >= 0 && config->deadline_ms <= 3.6e6)) {
        return fail_set(fail, RESULT_USAGE,
                        "air.deadline_ms = %g: milliseconds are 0 to 3600000",
                        config->deadline_ms);
    }
    if (config->impairment_count < 0 || config->impairment_count > AIR_IMPAIRMENTS_MOST) {
        return fail_set(fail, RESULT_USAGE, "air.impairments: %d of them, at most %d",
                        config->impairment_count, AIR_IMPAIRMENTS_MOST);
    }
    int rc = check_radio(config, fail);
    rc = rc == 0 ? check_tier(&config->tier, fail) : rc;
    for (int i = 0; rc == 0 && i < config->impairment_count; i++) {
        rc = check_window(&config->impairments[i], i, fail);
    }
    return rc;
}
