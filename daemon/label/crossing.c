/* SPDX-License-Identifier: Apache-2.0 */
/* Two boxes on straight paths in; where the paths cross, when each occupies the crossing,
 * and whether that overlaps out. */
#include "base/fmath.h"
#include "label/boxes.h"

#define MOVING_LEAST_MPS 0.1
#define SIN_15_DEG       0.25881904510252076 /* flatter: following or oncoming */

/* Direction of travel: the velocity if it moves, else the heading. */
static void direction(const struct box *box, double *ux, double *uy, double *speed_mps)
{
    *speed_mps = fm_hypot(box->vx_mps, box->vy_mps);
    *ux = box->cos_yaw;
    *uy = box->sin_yaw;
    if (*speed_mps > MOVING_LEAST_MPS) {
        *ux = box->vx_mps / *speed_mps;
        *uy = box->vy_mps / *speed_mps;
    }
}

/* One side of the crossing: entry and exit as seen over the other's width. */
static struct measure occupation(double d_m, double length_m, double other_half_m,
                                 double sin_theta, double speed_mps, double widen_s,
                                 double *in_s, double *out_s)
{
    if (speed_mps <= MOVING_LEAST_MPS) {
        *in_s = *out_s = 0;
        return measure_none(MEASURE_NO_CONFLICT);
    }
    double half = other_half_m / sin_theta;
    *in_s = (d_m - half) / speed_mps - widen_s;
    *out_s = (d_m + length_m + half) / speed_mps + widen_s;
    double ttcp = d_m / speed_mps;
    if (*out_s < 0 || ttcp > MEASURES_TTC_MAX_S) {
        return measure_none(MEASURE_NO_CONFLICT);
    }
    return measure_of(ttcp > 0 ? ttcp : 0);
}

struct crossing boxes_crossing(const struct box *a, double sigma_a_m, const struct box *b,
                               double sigma_b_m, double k)
{
    struct crossing x = {.status = MEASURE_NOT_APPLICABLE,
                         .ttcp_a = {0, MEASURE_NOT_APPLICABLE},
                         .ttcp_b = {0, MEASURE_NOT_APPLICABLE}};
    double ax, ay, bx, by, va, vb;
    direction(a, &ax, &ay, &va);
    direction(b, &bx, &by, &vb);
    double cross = ax * by - ay * bx;
    double sine = fm_abs(cross);
    if (sine < SIN_15_DEG) {
        return x;
    }
    double dx = b->x_m - a->x_m, dy = b->y_m - a->y_m;
    double along_a = (dx * by - dy * bx) / cross;
    double along_b = (dx * ay - dy * ax) / cross;
    x.theta_rad = fm_asin(sine < 1 ? sine : 1);
    x.x_m = a->x_m + along_a * ax;
    x.y_m = a->y_m + along_a * ay;
    x.d_a_m = along_a - a->half_length_m;
    x.d_b_m = along_b - b->half_length_m;
    double widen_a = va > MOVING_LEAST_MPS ? k * sigma_a_m / va : 0;
    double widen_b = vb > MOVING_LEAST_MPS ? k * sigma_b_m / vb : 0;
    x.ttcp_a = occupation(x.d_a_m, 2 * a->half_length_m, b->half_width_m, sine, va, widen_a,
                          &x.in_a_s, &x.out_a_s);
    x.ttcp_b = occupation(x.d_b_m, 2 * b->half_length_m, a->half_width_m, sine, vb, widen_b,
                          &x.in_b_s, &x.out_b_s);
    x.status = MEASURE_NO_CONFLICT;
    if (x.ttcp_a.status == MEASURE_VALID && x.ttcp_b.status == MEASURE_VALID) {
        x.status = MEASURE_VALID;
        x.conflict = x.in_a_s <= x.out_b_s && x.in_b_s <= x.out_a_s;
        x.gap_s = x.in_a_s <= x.in_b_s ? x.in_b_s - x.out_a_s : x.in_a_s - x.out_b_s;
    }
    return x;
}
