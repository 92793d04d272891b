/* SPDX-License-Identifier: Apache-2.0 */
/* Correlated shadowing without state. In: a link and how far its ends have gone. Out: a
 * standard normal; times sigma it is decibels. */
#include "air/shadow.h"

#include "base/draw.h"
#include "base/fmath.h"

#define SHADOW_KNOT_LENGTHS 4.0 /* knots are this many d_corr apart */

struct shadow shadow_init(double d_corr_m, uint64_t seed, const struct fast *fast)
{
    struct shadow s = {.fast = fast,
                       .key = draw_key(seed, DRAW_AIR_SHADOW),
                       .spacing_m = SHADOW_KNOT_LENGTHS * d_corr_m,
                       .coarse = fm_exp(-SHADOW_KNOT_LENGTHS)};
    /* Between values l apart the midpoint is N(w (left + right), q^2) with r = exp(-l / 2
     * d_corr), w = r / (1 + r^2), q^2 = (1 - r^2) / (1 + r^2). */
    double half = SHADOW_KNOT_LENGTHS / 2;
    for (int level = 0; level < SHADOW_LEVELS; level++) {
        double r = fm_exp(-half);
        s.weight[level] = r / (1 + r * r);
        s.spread[level] = fm_sqrt((1 - r * r) / (1 + r * r));
        half /= 2;
    }
    s.scale = 1 / fm_sqrt(1 + s.coarse * s.coarse * (1 + s.coarse * s.coarse));
    s.fine = fm_exp(-2 * half);
    return s;
}

/* The value at a knot from its own draw and the two before: an autoregression whose memory
 * (0.018 per knot) is cut after two steps. */
static double knot(const struct shadow *s, const double draws[3])
{
    double c = s->coarse;
    return (draws[0] + c * (draws[1] + c * draws[2])) * s->scale;
}

/* The points that the halving will ask for follow from the way alone, so all are drawn
 * first: nothing has to wait for anything. A number for each: knots are multiples of 2^7,
 * midpoints what lies between. */
double shadow_value(const struct shadow *s, uint32_t a, uint32_t b, double way_m)
{
    uint64_t link = draw_row(s->key, a < b ? draw_pair(a, b) : draw_pair(b, a));
    double whole = fm_floor(way_m / s->spacing_m);
    double rest = way_m / s->spacing_m - whole; /* 0..1 between two knots */
    /* Two knots are added so that the first has two before it. */
    uint64_t first = ((uint64_t)whole + 2) << SHADOW_LEVELS;
    uint64_t stride = UINT64_C(1) << SHADOW_LEVELS;
    double draws[4 + SHADOW_LEVELS];
    /* The highest bits of the rest say which half is taken at each level. */
    uint64_t halves = (uint64_t)(rest * (double)stride);
    rest = rest * (double)stride - (double)halves;
    for (uint64_t i = 0; i < 4; i++) {
        draws[i] = fast_normal(s->fast, draw_in_row(link, first + stride - i * stride));
    }
    for (int level = 0; level < SHADOW_LEVELS; level++) {
        uint64_t half = stride >> (level + 1);
        uint64_t taken = halves & ~(2 * half - 1);
        draws[4 + level] = fast_normal(s->fast, draw_in_row(link, first + taken + half));
    }
    double right = knot(s, draws);
    double left = knot(s, draws + 1);
    for (int level = 0; level < SHADOW_LEVELS; level++) {
        double middle =
            s->weight[level] * (left + right) + s->spread[level] * draws[4 + level];
        /* Without branches: which half it is can not be guessed. */
        uint64_t upper = halves >> (SHADOW_LEVELS - 1 - level) & 1;
        double ends[3] = {left, middle, right};
        left = ends[upper];
        right = ends[upper + 1];
    }
    /* A straight line between neighbours of correlation `fine` has less variance than they
     * have: put it back. */
    double lost = 2 * rest * (1 - rest) * (1 - s->fine);
    return (left + rest * (right - left)) / fm_sqrt(1 - lost);
}
