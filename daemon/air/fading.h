/* SPDX-License-Identifier: Apache-2.0 */
/* Small-scale fading: Nakagami-m, that is a power gain of Gamma(m, 1/m) with mean 1 (m = 1:
 * Rayleigh), drawn by the inverse distribution function from a table. It belongs on top of
 * an AWGN error rate (per.h) and nowhere else: tables of fading channels contain it. */
#pragma once

#include <stdint.h>

#include "base/result.h"

/* Quantiles at 64 places per octave of u below one half, and of 1 - u above. */
#define FADING_OCTAVES 40
#define FADING_PLACES  64

struct fading {
    double m;
    double quantiles[2][FADING_OCTAVES * FADING_PLACES + 1];
};

/* Fills the table. RESULT_USAGE unless 0.5 <= m <= 50. */
MUST_USE int fading_init(struct fading *fading, double m, struct fail *fail);

/* Power gain for a uniform 0 < u < 1; relative error below 2e-4, u below 2^-41 of either
 * end is taken as 2^-41. */
double fading_gain(const struct fading *fading, double u);

/* P(gain <= x). Exact evaluation, not for the hot path. */
double fading_cdf(double m, double gain);
