/* SPDX-License-Identifier: Apache-2.0 */
/* Any distribution drawn by its inverse: a table of quantiles that is dense where the tails
 * are, straight between its places. The value rises with the bits, so draws of several
 * distributions by the same bits are comonotone. */
#pragma once

#include <stdint.h>

/* 64 places per octave of the tail: P(<= value) below one half, P(> value) above. */
#define QUANTILE_OCTAVES 40
#define QUANTILE_PLACES  64

struct quantile {
    double at[2][QUANTILE_OCTAVES * QUANTILE_PLACES + 2];
};

/* The value with P(<= value) = tail (side 0), or P(> value) = tail (side 1). */
typedef double quantile_of(const void *law, double tail, int side);

void quantile_init(struct quantile *q, quantile_of *of, const void *law);

/* The value for 64 random bits, as for the uniform of draw_uniform; a tail below 2^-41 is
 * taken as 2^-41. */
static inline double quantile_at(const struct quantile *q, uint64_t bits)
{
    uint64_t v = bits >> 11;
    uint64_t side = v >> 52;
    /* Twice the tail in units of 2^-54: odd, below 2^53. */
    uint64_t tail = (side ? (UINT64_C(1) << 53) - 1 - v : v) << 1 | 1;
    int octave = __builtin_clzll(tail) - 11;
    if (octave >= QUANTILE_OCTAVES) {
        return q->at[side][QUANTILE_OCTAVES * QUANTILE_PLACES];
    }
    /* Places fall from the top of the octave. */
    uint64_t fallen = 0 - (tail << (11 + octave));
    double at = (double)(fallen >> 11) * (0x1p-52 * QUANTILE_PLACES);
    int place = (int)at;
    const double *p = &q->at[side][octave * QUANTILE_PLACES + place];
    return p[0] + (at - place) * (p[1] - p[0]);
}
