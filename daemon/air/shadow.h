/* SPDX-License-Identifier: Apache-2.0 */
/* Shadowing of a link: a standard normal that changes with the way both ends have gone,
 * correlation exp(-way / d_corr) (Gudmundson 1991), symmetric in the two ends, and a pure
 * function of (seed, link, way): any link at any place in any order.
 *
 * The field is the Ornstein-Uhlenbeck process, drawn exactly at knots 4 d_corr apart, then
 * halved seven times by its exact law at the midpoint between two known values, then
 * straight between points d_corr / 32 apart (which smooths: correlations of short ways are
 * too high by 0.015 at most). */
#pragma once

#include <stdint.h>

#include "air/fast.h"

#define SHADOW_LEVELS 7

struct shadow {
    const struct fast *fast; /* borrowed */
    uint64_t key;
    double spacing_m; /* of the knots */
    double coarse;    /* correlation of neighbouring knots */
    double scale;     /* of a knot, so that its variance is 1 */
    double fine;      /* correlation of neighbouring points in the end */
    double weight[SHADOW_LEVELS], spread[SHADOW_LEVELS];
};

/* d_corr_m > 0: 25 on a freeway, 10 in town (3GPP TR 36.885). */
struct shadow shadow_init(double d_corr_m, uint64_t seed, const struct fast *fast);

/* a, b: the two agents, in any order. way_m >= 0: the sum of what both have travelled. */
double shadow_value(const struct shadow *s, uint32_t a, uint32_t b, double way_m);
