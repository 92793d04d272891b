/* SPDX-License-Identifier: Apache-2.0 */
/* What a decision needs of mathematics, from tables: normal quantiles, decibels to
 * milliwatts and back. Built with base/fmath.h, so that every machine has the same bits. */
#pragma once

#include <stdint.h>

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
double fast_normal(const struct fast *fast, uint64_t bits);

/* 10^(db / 10), |db| < 300; relative error below 3e-7. */
double fast_linear(const struct fast *fast, double db);

/* 10 log10(x), x > 1e-60; absolute error below 3e-6 dB. */
double fast_db(const struct fast *fast, double x);
