/* SPDX-License-Identifier: Apache-2.0 */
/* The age of a message in metres: a claim moved to another instant, with its error bars.
 *
 * Constant turn rate and acceleration, both held for at most 2 s, never through standstill
 * into reverse; then straight on at constant speed. With D = t - t_gen, speed v:
 *   raw:    along^2  = pos^2 + (v D)^2 + (v t)^2             across^2 = pos^2
 *   moved:  along^2  = pos^2 + (sv D)^2 + (v st)^2 + (sa D^2 / 2)^2
 *           across^2 = pos^2 + (v D spsi)^2 + (v somega D^2 / 2)^2 */
#pragma once

#include <stdbool.h>

#include "base/time.h"
#include "model/emission.h"

/* One sigma of what messages do not state. */
struct extrapolate_sigmas {
    double position_m; /* where the claim has no accuracy */
    double speed_mps, yaw_rad, accel_mps2, yaw_rate_radps;
    double clock_s; /* sender's clock */
};

/* 2.5 m, 0.3 m/s, 1 degree, 1 m/s2, 0.05 rad/s, 1 ms. */
struct extrapolate_sigmas extrapolate_defaults(void);

struct extrapolated {
    bool age_known; /* false: the claim has no instant; nothing was moved */
    double age_s;   /* t - t_gen claimed; negative: the claim is newer than t */
    double x_m, y_m, yaw_rad, speed_mps;
    double shift_m; /* claimed speed times |age| */
    double sigma_along_raw_m, sigma_across_raw_m;
    double sigma_along_m, sigma_across_m;
    bool position_sigma_assumed;
};

struct extrapolated extrapolate(const struct claim *claim, struct tai t,
                                const struct extrapolate_sigmas *sigmas);
