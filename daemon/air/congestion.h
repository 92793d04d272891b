/* SPDX-License-Identifier: Apache-2.0 */
/* Congestion control as pure steps: SAE J2945/1 rate and power, ETSI reactive and adaptive
 * DCC (TS 102 687 V1.2.1), the limits of EN 302 571 and TS 103 574. In: what a station
 * measures (air_cbr, vehicles near, own tracking error). Out: when it may send, and how
 * loud. No state but what the caller holds. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* SAE J2945/1, each 100 ms. */
struct congestion_j2945 {
    double cbp;       /* smoothed busy percentage, 0..100 */
    double density;   /* smoothed count of vehicles within 100 m */
    double power_dbm; /* begins at 15 */
};
struct congestion_j2945 congestion_j2945_init(void);
/* busy: 0..1 over the last 100 ms; near: vehicles heard within 100 m. event: a critical
 * event or a tracking error called for the message. */
void congestion_j2945_step(struct congestion_j2945 *c, double busy, uint32_t near,
                           bool event);
double congestion_j2945_interval_ms(const struct congestion_j2945 *c); /* Max_ITT */
double congestion_j2945_power_dbm(double cbp);   /* before smoothing */
double congestion_j2945_error_p(double error_m); /* to send now, by tracking error */

/* ETSI reactive: five states, one step to a neighbour each 100 ms. */
enum congestion_state {
    CONGESTION_RELAXED,
    CONGESTION_ACTIVE_1,
    CONGESTION_ACTIVE_2,
    CONGESTION_ACTIVE_3,
    CONGESTION_RESTRICTIVE,
    CONGESTION_STATE_COUNT
};
/* short_frames: T_on <= 0.5 ms (table A.2), else <= 1 ms (A.1). */
enum congestion_state congestion_reactive_step(enum congestion_state state, double cbr,
                                               bool short_frames);
double congestion_reactive_off_ms(enum congestion_state state, bool short_frames);

/* ETSI adaptive (LIMERIC), each 200 ms. delta: share of time a station may be on. */
struct congestion_adaptive {
    double delta, cbr_its, cbr_before;
};
struct congestion_adaptive congestion_adaptive_init(void);
void congestion_adaptive_step(struct congestion_adaptive *c, double cbr);
/* Silence after a frame of t_on: 25 ms to 1 s. */
double congestion_adaptive_off_ms(const struct congestion_adaptive *c, double on_ms);

/* EN 302 571: least interval; 0 up to a busy ratio of 0.62. */
double congestion_limit_interval_ms(double cbr, double on_ms);

/* TS 103 574, PPPP 5: most channel occupancy of one station; 1: none. */
double congestion_limit_cr(double cbr);
