/* SPDX-License-Identifier: Apache-2.0 */
/* A foreign clock placed on ours: pairs (its stamp, our arrival) in, its offset and skew
 * with an error bar out.
 *
 * y = arrival - stamp over x = stamp within a window of 60 s; the estimate is the segment
 * of the lower convex hull over the middle of the window (Moon, Skelly and Towsley 1999;
 * Zhang, Liu and Xia 2002): queueing only ever adds delay, so the truth lies along the
 * bottom, and the bar from how densely points lie just above it. One way stamps cannot tell
 * a clock offset from the smallest delay of the path: what is found is the sum, and
 * path_min with its own sigma must be said by who knows it. estimator_place is one of the
 * five functions that cross between clocks. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"

#define ESTIMATOR_POINTS_MOST 2048
#define ESTIMATOR_WINDOW_S    60
#define ESTIMATOR_ACQUIRE_S   20 /* shorter spans are ACQUIRING */
#define ESTIMATOR_HOLDOVER_S  3  /* silence longer than this is HOLDOVER */
#define ESTIMATOR_LEAST       5  /* fewer points are no estimate */

enum estimator_state {
    ESTIMATOR_UNSYNC,    /* nothing known */
    ESTIMATOR_FIXED,     /* a stated offset, no estimate */
    ESTIMATOR_ACQUIRING, /* under 20 s of points */
    ESTIMATOR_LOCKED,
    ESTIMATOR_HOLDOVER, /* no points lately: the bar grows with the skew's */
};

struct estimator_point {
    int64_t x_ns; /* stamp */
    int64_t y_ns; /* arrival - stamp */
};

/* Declared by the caller, with room for the window's points (at most
 * ESTIMATOR_POINTS_MOST; with less room the window is shorter). No allocation. */
struct estimator {
    enum estimator_state state;
    struct span path_min, path_sigma; /* smallest delay of the path, as known beforehand */
    struct span fixed_offset, fixed_sigma;
    struct estimator_point *ring;
    uint32_t room, first, count;
    uint32_t unfitted;   /* points since the last fit; one in ten is enough */
    int64_t anchor_x_ns; /* of the fit */
    double offset_ns;    /* tai - stamp at anchor_x, path_min taken off */
    double skew;         /* d(offset)/d(stamp) */
    double sigma0_ns, sigma_skew;
    int64_t newest_x_ns;
    double mean_above_ns; /* of the window's points over the line */
    uint32_t below;       /* points in a row under the line: a step */
    uint32_t above;       /* and far above it ... */
    int64_t above_x_ns;   /* ... since then */
    uint32_t back;        /* stamps in a row that lie back by over a second: a step */
    uint32_t steps;       /* seen so far */
    uint32_t backward;    /* of these, jumps back */
};

struct estimator_placed {
    struct tai t;
    struct span sigma; /* < 0: unverified */
    enum estimator_state state;
};

void estimator_init(struct estimator *e, struct estimator_point *ring, uint32_t room,
                    struct span path_min, struct span path_sigma);

/* A stated offset (tai = stamp + offset) instead of an estimate. */
void estimator_init_fixed(struct estimator *e, struct span offset, struct span sigma);

/* A pair was seen; pairs come in order of arrival. */
void estimator_put(struct estimator *e, struct rxtime stamp, struct tai arrival);

struct estimator_placed estimator_place(const struct estimator *e, struct rxtime stamp);

/* How far the points of the window lie above the line: quantiles 0.5, 0.95, 0.99, 1.
 * False: no estimate. */
bool estimator_residuals(const struct estimator *e, struct span out[4]);
