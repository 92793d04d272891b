/* SPDX-License-Identifier: Apache-2.0 */
/* A trial of a radio: vehicles evenly spaced on a straight road, each sending at a rate, on
 * the very path that the daemon uses. In: a road and a radio. Out: delivery and causes by
 * distance, busy ratio, latency. For `v2x air` and the comparison with published curves. */
#pragma once

#include <stdint.h>

#include "air/radio.h"
#include "base/result.h"
#include "model/kinds.h"

#define TRIAL_BINS_MOST 128

struct trial_setup {
    struct radio radio;
    uint32_t vehicles;
    double length_m;           /* vehicles stand at (i + 1/2) length / vehicles */
    double rate_hz, jitter_ms; /* jitter: uniform, both ways */
    uint32_t octets;           /* of a message; radio.size_overhead comes on top */
    double speed_mps;          /* every other one the other way */
    double warm_s, count_s;
    double from_m, to_m; /* senders within are counted */
    double bin_m;
    int bins; /* distances from 0 to bins * bin_m */
    enum congestion_control congestion;
    bool boxes; /* vehicles stand in each other's way */
    uint64_t seed;
    int lanes; /* across the road, 4 m apart */
};

struct trial_bin {
    uint64_t expected, delivered;
    uint64_t lost[CAUSE_COUNT];
};

struct trial_result {
    struct trial_bin bins[TRIAL_BINS_MOST];
    double cbr;           /* mean over counted stations and ticks */
    double latency_ms[4]; /* 50, 90, 99 %, most; of what was delivered */
    uint64_t rows;
    uint64_t sent; /* messages that count */ /* all, counted or not */
};

/* RESULT_USAGE for an impossible radio, RESULT_MEMORY. */
MUST_USE int trial_run(const struct trial_setup *setup, struct trial_result *result,
                       struct fail *fail);

/* Share of pairs at a distance that were lost for a cause (CAUSE_NONE: delivered), straight
 * between the middles of the nearest bins that hold any; -1: none does. */
double trial_at(const struct trial_setup *setup, const struct trial_result *result,
                double distance_m, enum cause cause);
