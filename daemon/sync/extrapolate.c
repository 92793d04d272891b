/* SPDX-License-Identifier: Apache-2.0 */
/* A claim at another instant. In: what a message says, an instant. Out: where its sender is
 * then, and how sure that is. */
#include "sync/extrapolate.h"

#include "base/fmath.h"

/* Turning and braking are believed for so long; a vehicle that was heard of five seconds
 * ago does not circle. */
#define HELD_MOST_S 2.0

/* Below this turn the closed form would cancel, and its series to the second order is good
 * to 1e-8 m at 60 m. */
#define STRAIGHT_RAD 1e-3

/* Speed assumed, as one sigma, of a sender that does not say how it moves. */
#define UNTOLD_SPEED_MPS 10.0

struct extrapolate_sigmas extrapolate_defaults(void)
{
    return (struct extrapolate_sigmas){
        .position_m = 2.5,
        .speed_mps = 0.3,
        .yaw_rad = FM_PI / 180,
        .accel_mps2 = 1.0,
        .yaw_rate_radps = 0.05,
        .clock_s = 0.001,
    };
}

/* Moves (x, y, yaw, v) by T with constant turn rate w and acceleration a, in closed form.
 */
static void arc(struct extrapolated *e, double a, double w, double t)
{
    double yaw = e->yaw_rad;
    double v = e->speed_mps;
    double turned = w * t;
    if (fm_abs(turned) < STRAIGHT_RAD) {
        double along = v * t + 0.5 * a * t * t - w * w * t * t * t * (v / 6 + a * t / 8);
        double across = w * t * t * (0.5 * v + a * t / 3);
        e->x_m += along * fm_cos(yaw) - across * fm_sin(yaw);
        e->y_m += along * fm_sin(yaw) + across * fm_cos(yaw);
    } else {
        double c0 = fm_cos(yaw);
        double s0 = fm_sin(yaw);
        double c1 = fm_cos(yaw + turned);
        double s1 = fm_sin(yaw + turned);
        double v1 = v + a * t;
        e->x_m += (v1 * s1 - v * s0) / w + a * (c1 - c0) / (w * w);
        e->y_m += (v * c0 - v1 * c1) / w + a * (s1 - s0) / (w * w);
    }
    e->yaw_rad = fm_wrap_angle(yaw + turned);
    e->speed_mps = v + a * t;
}

static void move(struct extrapolated *e, const struct claim *claim)
{
    double a = claim->known & CLAIM_ACCEL ? claim->accel_mps2 : 0;
    double w = claim->known & CLAIM_YAW_RATE ? claim->yaw_rate_radps : 0;
    double held = e->age_s;
    held = held > HELD_MOST_S ? HELD_MOST_S : held < -HELD_MOST_S ? -HELD_MOST_S : held;
    double rest = e->age_s - held;
    double v = e->speed_mps;
    if (a != 0 && v * (v + a * held) <= 0) { /* comes to a stand on the way */
        arc(e, a, w, -v / a);
        e->speed_mps = 0;
        return;
    }
    arc(e, a, w, held);
    e->x_m += e->speed_mps * rest * fm_cos(e->yaw_rad);
    e->y_m += e->speed_mps * rest * fm_sin(e->yaw_rad);
}

static double sum_of_squares(double a, double b, double c, double d)
{
    return fm_sqrt(a * a + b * b + c * c + d * d);
}

struct extrapolated extrapolate(const struct claim *claim, struct tai t,
                                const struct extrapolate_sigmas *sigmas)
{
    bool accurate = claim->known & CLAIM_ACCURACY;
    bool moving = (claim->known & CLAIM_SPEED) && (claim->known & CLAIM_YAW);
    double pos = accurate ? claim->sigma_m : sigmas->position_m;
    struct extrapolated e = {
        .age_known = claim->known & CLAIM_TIME,
        .x_m = claim->x_m,
        .y_m = claim->y_m,
        .yaw_rad = claim->known & CLAIM_YAW ? claim->yaw_rad : 0,
        .speed_mps = claim->known & CLAIM_SPEED ? claim->speed_mps : 0,
        .sigma_along_raw_m = pos,
        .sigma_across_raw_m = pos,
        .sigma_along_m = pos,
        .sigma_across_m = pos,
        .position_sigma_assumed = !accurate,
    };
    if (!e.age_known) {
        return e;
    }
    e.age_s = span_s(tai_since(t, claim->t_gen));
    double d = fm_abs(e.age_s);
    double v = fm_abs(e.speed_mps);
    e.shift_m = v * d;
    double by_clock = v * sigmas->clock_s;
    if (!moving) {
        double untold = claim->known & CLAIM_SPEED ? v : UNTOLD_SPEED_MPS;
        e.sigma_along_m = sum_of_squares(pos, untold * d, by_clock, 0);
        e.sigma_across_m = e.sigma_along_m;
        e.sigma_along_raw_m = e.sigma_along_m;
        e.sigma_across_raw_m = e.sigma_along_m;
        return e;
    }
    e.sigma_along_raw_m = sum_of_squares(pos, e.shift_m, by_clock, 0);
    e.sigma_along_m = sum_of_squares(pos, sigmas->speed_mps * d, by_clock,
                                     0.5 * sigmas->accel_mps2 * d * d);
    e.sigma_across_m = sum_of_squares(pos, v * d * sigmas->yaw_rad,
                                      0.5 * v * sigmas->yaw_rate_radps * d * d, 0);
    move(&e, claim);
    return e;
}
