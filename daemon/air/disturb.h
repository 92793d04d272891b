/* SPDX-License-Identifier: Apache-2.0 */
/* Mean frame error rate of a shadowed signal over noise, and over noise and one shadowed
 * interferer, by quadrature: what the analytic models share. The signal is a normal in dBm,
 * cut at the sensing threshold; the interferer a normal, not cut. Not for the hot path. */
#pragma once

#define DISTURB_LEVELS 8000
#define DISTURB_POWERS 2048
#define DISTURB_SPREAD 200

struct disturb {
    double (*error)(const void *context, double snr_db); /* of a frame, by SNR */
    const void *context;
    double sigma_db, sensing_dbm, noise_dbm;
    double spread[DISTURB_SPREAD], spread_weight[DISTURB_SPREAD]; /* linear */
    /* At the mean power at hand: weights of the powers above the threshold, and the error
     * rate by level of interference and noise (< 0: not asked yet). */
    int powers;
    double power_weight[DISTURB_POWERS], power_weights;
    double by_noise;
    double levels[DISTURB_LEVELS];
};

/* error, context, sigma_db, sensing_dbm and noise_dbm are set. */
void disturb_init(struct disturb *d);

/* The questions that follow are about a signal of this mean power. */
void disturb_signal(struct disturb *d, double mean_dbm);
double disturb_by_noise(const struct disturb *d);
double disturb_by_other(struct disturb *d, double other_dbm);

/* (by_other - by_noise) / (1 - by_noise): what the interferer adds, 0 at least. */
double disturb_harm(struct disturb *d, double other_dbm);
