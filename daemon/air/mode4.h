/* SPDX-License-Identifier: Apache-2.0 */
/* Analytic evaluation of LTE-V2X PC5 mode 4 (Gonzalez-Martin, Sepulcre, Molina-Masegosa,
 * Gozalvez, IEEE TVT 68(2) 2019): delivery and its four causes of loss over distance for
 * vehicles evenly spaced on a road. For curves and as a reference, not for the hot path. */
#pragma once

#include "air/disturb.h"
#include "air/propagation.h"
#include "base/result.h"

#define MODE4_REACH_M 1500 /* who is farther is not sensed */

struct mode4_setup {
    double density_per_m, rate_hz, power_dbm;
    int subchannels;         /* 4: QPSK 0.7, 10 RB; 2: QPSK 0.5, 12 RB (190 octets) */
    double sigma_db;         /* 3 */
    double sensing_dbm;      /* -90.5 */
    double noise_50rb_dbm;   /* -95: NF 9 dB */
    struct propagation path; /* WINNER+ B1 LOS, effective height 1.5 m, 5.91 GHz */
};

/* One step of resource selection. */
struct mode4_step {
    double sensing_dbm;
    double used; /* resources that are not available */
};

struct mode4 {
    struct mode4_setup setup;
    double resources, candidates;
    double cbr, alpha;
    double sensed;                         /* vehicles heard, both sides */
    double overlap[2 * MODE4_REACH_M + 1]; /* autocorrelation of the sensing ratio, by m */
    struct mode4_step step2, step3;
    struct disturb disturb;
};

struct mode4_result {
    double pdr, half_duplex, sensing, propagation, collision; /* shares, sum 1 */
};

/* The published parameters with the four that its cases vary. */
struct mode4_setup mode4_published(double density_per_m, double rate_hz, double power_dbm,
                                   int subchannels);

/* RESULT_USAGE if a parameter cannot be, or if the channel is beyond what the model knows
 * (more vehicles heard than resources). */
MUST_USE int mode4_init(struct mode4 *m, const struct mode4_setup *setup,
                        struct fail *fail);

struct mode4_result mode4_at(struct mode4 *m, double distance_m);
