/* SPDX-License-Identifier: Apache-2.0 */
/* What a decision needs of mathematics, from tables: normal quantiles, decibels to
 * milliwatts and back. Built with base/fmath.h, so that every machine has the same bits. */
#pragma once

#include <stdint.h>
#include <string.h>

#define FAST_DB_PER_OCTAVE 3.01029995663981195214 /* 10 log10(2) */

#define FAST_OCTAVES 40
#define FAST_PLACES  64
#define FAST_POWERS  512

struct fast {
    double normal[FAST_OCTAVES * FAST_PLACES + 1]; /* by octave of the tail, downwards */
    double power[FAST_POWERS + 1];                 /* 2^(i / FAST_POWERS) */
    double logarithm[FAST_POWERS + 1];             /* 10 log10(1 + i / FAST_POWERS) */
};

void fast_init(struct fast *fast);

/* Standard normal of 64 random bits; absolute error below 2e-4, cut at 7.2. */
static inline double fast_normal(const struct fast *fast, uint64_t bits)
{
    /* The lowest bit is the sign, the others the tail: one half minus a share of it. */
    uint64_t v = bits | 1;
    int o = __builtin_clzll(v);
    o = o < FAST_OCTAVES ? o : FAST_OCTAVES - 1;
    uint64_t rest = ~(v << o << 1); /* places fall from the top of the octave */
    uint64_t place = rest >> 58;
    double at = (double)((rest >> 26) & UINT32_MAX) * 0x1p-32;
    const double *q = &fast->normal[(uint64_t)o * FAST_PLACES + place];
    double value = q[0] + at * (q[1] - q[0]);
    /* A branch here would be guessed wrong every other time. */
    uint64_t raw;
    memcpy(&raw, &value, sizeof raw);
    raw ^= bits << 63;
    memcpy(&value, &raw, sizeof value);
    return value;
}

/* 10^(db / 10), |db| < 300; relative error below 3e-7. */
static inline double fast_linear(const struct fast *fast, double db)
{
    double x = db / FAST_DB_PER_OCTAVE + 1024;
    int whole = (int)x;
    double at = (x - whole) * FAST_POWERS;
    int i = (int)at;
    double mantissa = fast->power[i] + (at - i) * (fast->power[i + 1] - fast->power[i]);
    uint64_t bits = (uint64_t)(whole - 1024 + 1023) << 52;
    double scale;
    memcpy(&scale, &bits, sizeof scale);
    return scale * mantissa;
}

/* 10 log10(x), x > 1e-60; absolute error below 3e-6 dB. */
static inline double fast_db(const struct fast *fast, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int octaves = (int)(bits >> 52) - 1023;
    double at = (double)(bits & ((UINT64_C(1) << 52) - 1)) * 0x1p-52 * FAST_POWERS;
    int i = (int)at;
    double rest =
        fast->logarithm[i] + (at - i) * (fast->logarithm[i + 1] - fast->logarithm[i]);
    return octaves * FAST_DB_PER_OCTAVE + rest;
}
