/* SPDX-License-Identifier: Apache-2.0 */
/* Post-encroachment time of two moving boxes by the places they sweep: the least time from
 * one leaving a place to the other covering it. Bounded memory of 6.4 s: longer is no
 * encroachment. Boxes are taken at most 100 ms apart and moved linearly in between. Inside
 * label/ only. */
#pragma once

#include "base/time.h"
#include "label/boxes.h"

#define SWEPT_MOST 64 /* kept samples, 100 ms apart */

struct swept_sample {
    struct tai t;
    double x_m, y_m, yaw_rad;
};

/* Where one box was. Zero it, set the sizes. */
struct swept {
    double length_m, width_m;
    struct swept_sample ring[SWEPT_MOST];
    uint32_t count;           /* ever kept */
    struct swept_sample last; /* the newest, kept or not */
};

/* Where it is now; t rises. */
void swept_put(struct swept *s, const struct swept_sample *now);

/* Least time since the first left any place that the second covers on its way from one
 * sample to another; only where their directions differ by angle_rad or more. The first's
 * trail reaches to that instant. NO_CONFLICT: no such place. */
struct measure swept_pet(const struct swept *first, const struct swept *second,
                         const struct swept_sample *from, const struct swept_sample *to,
                         double angle_rad);
