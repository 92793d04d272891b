/* SPDX-License-Identifier: Apache-2.0 */
/* Error rates by name, as a table over SINR ready for decisions: the exponent L with
 * P(lost) = 1 - exp(-L), which adds over the parts of a frame that have different SINR. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"

struct radio;

#define ERRORS_LEAST_DB (-20)
#define ERRORS_MOST_DB  60
#define ERRORS_PER_DB   20
#define ERRORS_PLACES   ((ERRORS_MOST_DB - ERRORS_LEAST_DB) * ERRORS_PER_DB + 1)

struct errors {
    float fixed[ERRORS_PLACES];   /* whatever the size */
    float per_bit[ERRORS_PLACES]; /* formulas; tables hold for their own size */
};

/* nist, yans: 802.11p formulas over AWGN, any rate and size (per.h). goubet: Goubet et al.
 * 2015, by Eb/N0. r1-160284-0.7, r1-160284-0.5: LTE-V QPSK, 190 octets. highway-los-11p,
 * highway-nlos-11p, highway-los-lte11, highway-los-lte7: Wu et al. 2022, ETSI channel
 * models, 350 octets. threshold: logistic, 0.3 dB, about radio.threshold_db. none.
 * Returns the table's own spelling; NULL: no such name. */
const char *errors_name(const char *name);

/* Does it contain the fading of a channel? */
bool errors_fade(const char *name);

void errors_init(struct errors *errors, const struct radio *radio);

/* The exponent at a SINR for a payload of so many bits (16 + 8 psdu + 6). */
static inline double errors_exponent(const struct errors *e, double sinr_db, double bits)
{
    double at = (sinr_db - ERRORS_LEAST_DB) * ERRORS_PER_DB;
    if (at < 0) {
        at = 0;
    }
    int i = (int)at;
    if (i >= ERRORS_PLACES - 1) {
        i = ERRORS_PLACES - 2;
        at = ERRORS_PLACES - 1;
    }
    double part = at - i;
    double fixed = e->fixed[i] + part * (e->fixed[i + 1] - e->fixed[i]);
    double each = e->per_bit[i] + part * (e->per_bit[i + 1] - e->per_bit[i]);
    return fixed + bits * each;
}

/* Is the frame lost: u < 1 - exp(-exponent)? */
bool errors_lose(double exponent, double u);
