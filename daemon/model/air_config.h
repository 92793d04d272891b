/* SPDX-License-Identifier: Apache-2.0 */
/* What the air is asked to be: the tier, the technology, and impairments on top. Plain
 * values, filled from profiles and scenario files, read by the air and by the senders. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/kinds.h"

/* One degradation tier. Latency is log-normal; loss is Gilbert-Elliott with all lost in the
 * bad state (p = P(good -> bad), r = P(bad -> good) per transmitted message of a link). */
struct tier {
    char name[16];
    double latency_median_ms,
        latency_sigma;                 /* 0 median: none; sigma of the underlying normal */
    double loss_p, loss_r;             /* p = 0: none */
    double outage_gap_mean_s;          /* 0: none; exponential between outages */
    double outage_min_s, outage_max_s; /* uniform length; per receiver */
    double interval_min_ms, interval_max_ms; /* 0: as nominal; uniform per sender */
    double position_sigma_min_m, position_sigma_max_m; /* per axis; uniform per sender */
    double heading_sigma_deg;
    double gnss_tau_s;        /* Gauss-Markov correlation time */
    double clock_sigma_ms;    /* constant offset per sender, normal */
    double clock_fault_share; /* senders whose clock is off by 5, 18 or 37 s, or steps */
    double equipped_share;    /* 0..1, nested by sender over tiers */
    double fault_share;       /* senders with an injected fault */
};

/* How added latency is distributed. */
#define LATENCY_LAW_TABLE(X)                                                               \
    X(NORMAL, "normal") /* latency_ms, one sigma latency_jitter_ms, cut at 3 and at 0 */   \
    X(LOG_NORMAL, "log-normal") /* median latency_ms, latency_sigma */                     \
    X(GAMMA, "gamma")           /* mean latency_ms, latency_shape */                       \
    X(EMPIRICAL, "empirical")   /* latency_points_ms */

enum latency_law {
#define X(name, text) LATENCY_##name,
    LATENCY_LAW_TABLE(X)
#undef X
};

#define IMPAIR_POINTS_MOST 32
#define IMPAIR_AREA_MOST   16
#define IMPAIR_STATES      5 /* p13, p31, p32, p23, p14 */

/* One impairment on top, for a time window and a class of link. Times in scenario seconds.
 */
struct impairment {
    double from_s, to_s;
    enum link_class link;
    bool dropout;
    double loss; /* independent probability, 0..1 */
    double latency_ms,
        latency_jitter_ms; /* added; jitter = one sigma of a truncated normal */
    uint32_t agent;        /* AGENT_NONE: any; else either end */
    uint32_t technologies; /* bits of enum technology; 0: any */
    /* Loss in bursts, Gilbert-Elliott: p 0: none. While bad `pass` passes, while good
     * `gap_loss` is lost. */
    double burst_p, burst_r, burst_pass, burst_gap_loss;
    double states[IMPAIR_STATES]; /* four-state loss as netem has it; all 0: none */
    enum latency_law latency_law;
    double latency_sigma, latency_shape;
    double latency_points_ms[IMPAIR_POINTS_MOST]; /* quantiles, evenly spaced, rising */
    int latency_point_count;
    double latency_correlation; /* of one message of a link and the next, 0 to 0.9 */
    double area_m[IMPAIR_AREA_MOST]
                 [2]; /* an end is inside; fewer than 3 points: anywhere */
    int area_count;
};

#define AIR_IMPAIRMENTS_MOST 64

/* Who steers intervals and power by what a station finds on the medium. */
#define CONGESTION_TABLE(X)                                                                \
    X(OFF, "off")                                                                          \
    X(J2945, "j2945")                                                                      \
    X(ETSI_REACTIVE, "etsi-reactive")                                                      \
    X(ETSI_ADAPTIVE, "etsi-adaptive")                                                      \
    X(CR_LIMIT, "cr-limit")

enum congestion_control {
#define X(name, text) CONGESTION_##name,
    CONGESTION_TABLE(X)
#undef X
};

/* A parameter of the radio by name, as text: air/radio.h knows which there are. */
struct air_radio_set {
    char key[24], value[40];
};

#define AIR_RADIO_SETS_MOST 48

struct air_config {
    enum technology technology;
    uint8_t tier_index; /* enum tier_index or TIER_CUSTOM */
    struct tier tier;
    double intended_range_m; /* default 300 */
    double deadline_ms;      /* default 100: later is late */
    struct impairment impairments[AIR_IMPAIRMENTS_MOST];
    int impairment_count;
    enum congestion_control congestion;
    struct air_radio_set radio_sets[AIR_RADIO_SETS_MOST]; /* over the profile, in order */
    int radio_set_count;
};
