/* SPDX-License-Identifier: Apache-2.0 */
/* Surrogate safety measures along one line: following, braking, reaction, meeting at a
 * point. Plain numbers in (m, m/s, m/s2, s), a value with a status out; never NaN, Inf or a
 * magic number: value is 0 unless the status is VALID. Formulas: standard kinematics;
 * DRAC after Cooper & Ferguson 1976, MTTC after Ozbay et al. 2008, in a root form that
 * needs no case split. */
#pragma once

#include <stdbool.h>

/* Nearer to never than this is NO_CONFLICT. */
#define MEASURES_TTC_MAX_S  60.0
#define MEASURES_A_MAX_MPS2 50.0 /* a required deceleration at this cap: unavoidable */

enum measure_status {
    MEASURE_VALID,
    MEASURE_NO_CONFLICT,
    MEASURE_OVERLAP,
    MEASURE_NOT_APPLICABLE,
    MEASURE_UNKNOWN,
};
extern const char *const measures_status_names[5]; /* "VALID", ... */

struct measure {
    double value;
    enum measure_status status;
};

static inline struct measure measure_of(double value)
{
    return (struct measure){value, MEASURE_VALID};
}
static inline struct measure measure_none(enum measure_status status)
{
    return (struct measure){0, status};
}

/* gap_m: rear of the leader minus front of the follower. Closing at most 0.01 m/s: none. */
struct measure measures_ttc(double gap_m, double follower_mps, double leader_mps);
struct measure measures_headway(double gap_m, double follower_mps);

/* Follower and leader on one line. */
struct following {
    double gap_m;
    double follower_mps, leader_mps;   /* >= 0 */
    double follower_mps2, leader_mps2; /* signed; a braking vehicle stops, never reverses */
};
struct measure measures_mttc(const struct following *f);

/* Deceleration the follower needs now against a leader of constant speed: dv^2 / (2 g). */
struct measure measures_drac(double gap_m, double follower_mps, double leader_mps);

/* The same after reaction_s of unchanged speed, and against a leader that brakes to a stop
 * (leader_mps2 < 0). At MEASURES_A_MAX_MPS2: unavoidable. */
struct measure measures_a_req(const struct following *f, double reaction_s);

/* SUMO's MDRAC: 0.5 dv / (TTC - PRT); NOT_APPLICABLE if TTC <= PRT. */
struct measure measures_mdrac(double gap_m, double follower_mps, double leader_mps,
                              double reaction_s);

/* A crossing as the second to enter sees it (distance to the area, exit time of the first).
 */
struct measure measures_drac_crossing(double distance_m, double speed_mps,
                                      double first_exit_s);

/* An obstacle in the lane of a braking ego: ahead by gap0 + rate * t while t is in
 * [from_s, to_s] (its box in the ego's swath). All of 1-D braking reduces to it. */
struct obstacle {
    double gap_m;        /* front bumper to its near side, now (extrapolated) */
    double rate_mps;     /* its speed along the ego's axis */
    double from_s, to_s; /* when it is in the swath; from <= to, cut at TTC_MAX */
};
/* Least constant deceleration, begun after reaction_s, that keeps the ego's front behind
 * it. */
struct measure measures_a_req_obstacle(const struct obstacle *o, double speed_mps,
                                       double reaction_s);
/* Latest start (s from now) of braking with decel_mps2, reaction_s before it included, that
 * still keeps behind; OVERLAP: too late already; NO_CONFLICT: never needed. */
struct measure measures_decide_by(const struct obstacle *o, double speed_mps,
                                  double reaction_s, double decel_mps2);

/* Age of a message in metres. */
double measures_shift_m(double speed_mps, double age_s);
struct age_input {
    double speed_mps, age_s, sigma_pos_m, sigma_speed_mps, sigma_time_s, sigma_accel_mps2;
    double sigma_yaw_rad, sigma_yaw_rate_radps;
};
double measures_sigma_along_m(const struct age_input *in);
double measures_sigma_across_m(const struct age_input *in);
/* What constant-speed extrapolation leaves at most: a D^2 / 2. */
double measures_extrapolation_bound_m(double accel_mps2, double age_s);
