/* SPDX-License-Identifier: Apache-2.0 */
/* Small-scale fading: Nakagami-m, that is a power gain of Gamma(m, 1/m) with mean 1 (m = 1:
 * Rayleigh), drawn by the inverse distribution function from a table. It belongs on top of
 * an AWGN error rate (per.h) and nowhere else: tables of fading channels contain it. */
#pragma once

#include <stdint.h>

#include "air/quantile.h"
#include "base/result.h"

struct fading {
    double m;
    struct quantile gains;
};

/* Fills the table. RESULT_USAGE unless 0.5 <= m <= 50. */
MUST_USE int fading_init(struct fading *fading, double m, struct fail *fail);

/* Power gain for 64 random bits; relative error below 2e-4. */
static inline double fading_gain(const struct fading *fading, uint64_t bits)
{
    return quantile_at(&fading->gains, bits);
}

/* The gain with P(<= gain) = tail (side 0) or P(> gain) = tail (side 1). Exact, slow. */
double fading_quantile(double m, double tail, int side);

/* P(gain <= x). Exact evaluation, not for the hot path. */
double fading_cdf(double m, double gain);
