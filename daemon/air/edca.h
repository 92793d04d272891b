/* SPDX-License-Identifier: Apache-2.0 */
/* Analytic evaluation of 802.11p broadcast (Sepulcre et al., IEEE TVT 2021): delivery and
 * its four causes of loss over distance, and the busy ratio, for vehicles evenly spaced on
 * a road: hidden terminals, same-slot ties, busy receivers. For curves and as a reference,
 * not for the hot path. */
#pragma once

#include "air/disturb.h"
#include "air/propagation.h"
#include "base/result.h"

#define EDCA_REACH_M 1500 /* who is farther is not sensed */

struct edca_setup {
    double density_per_m, rate_hz, power_dbm;
    double payload_octets, mbps;
    double sigma_db;         /* 3 */
    double sensing_dbm;      /* -85 */
    double noise_dbm;        /* -95: NF 9 dB */
    struct propagation path; /* WINNER+ B1 LOS, effective height 1.0 m, 5.89 GHz */
};

struct edca {
    struct edca_setup setup;
    double airtime_s, cbr;
    double overlap[2 * EDCA_REACH_M + 1]; /* autocorrelation of the sensing ratio, by m */
    struct disturb disturb;
};

struct edca_result {
    double pdr, sensing, busy, propagation, collision; /* shares, sum 1 */
};

/* The published parameters with the five that its cases vary. */
struct edca_setup edca_published(double density_per_m, double rate_hz, double power_dbm,
                                 double payload_octets, double mbps);

/* RESULT_USAGE if a parameter cannot be, or if the offered load is beyond the fit of the
 * busy ratio (1.84). */
MUST_USE int edca_init(struct edca *e, const struct edca_setup *setup, struct fail *fail);

struct edca_result edca_at(struct edca *e, double distance_m);
