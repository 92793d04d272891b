/* SPDX-License-Identifier: Apache-2.0 */
/* How a camera, a LiDAR and a radar measure an object: whether they notice it, and with
 * what noise. Figures are of the order that makers and papers give for automotive sensors;
 * they are one table, so that a study may state them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/frame.h"
#include "model/state.h"
#include "sensors/sight.h"

struct measure_traits {
    double exposure_s;         /* camera exposure, radar dwell; 0: the whole period */
    double range_sigma_m;      /* along the ray, at the sensor */
    double range_sigma_per_m;  /* and per metre of distance */
    double across_sigma_m;     /* across the ray, at the sensor */
    double across_sigma_per_m; /* and per metre of distance */
    double speed_sigma_mps;    /* per axis */
    double yaw_sigma_rad;
    double size_sigma;    /* of each dimension, relative */
    double notice_most;   /* probability for an object near and fully visible */
    double notice_vru;    /* factor for people and light vehicles */
    double visible_least; /* less of it is never noticed */
    double notice_light[LIGHT_COUNT][2]; /* factor for vehicles, for people and the like */
    bool tells_kind;
};

const struct measure_traits *measure_traits(enum modality modality);

/* Probability that an object with this visible share at this distance is noticed: linear in
 * the share up to 0.6, flat up to 60 % of the range, then falling to 40 % of it. */
double measure_notice(const struct measure_traits *traits, double visible,
                      double distance_m, double range_m, enum sender_kind kind);

/* Factor on that by the light: lamps of vehicles show at night, people do not. */
double measure_light(const struct measure_traits *traits, enum light light,
                     enum sender_kind kind);

/* The ego's measured minus its true pose, and its one sigma. */
struct measure_pose_error {
    double x_m, y_m, yaw_rad;
    double sigma_m, sigma_yaw_rad;
};

/* Noise is draw_bits(key, who, k) to k + 7. */
struct measure_luck {
    uint64_t key, who, k;
};

/* What the sensor reports of an object whose truth at the instant of its measurement is
 * given; track, gt_agent, t and visible are left to the caller. */
struct detection measure_object(const struct measure_traits *traits,
                                const struct sight_from *from, const struct agent *agent,
                                const struct state *truth,
                                const struct measure_pose_error *pose_error,
                                struct measure_luck luck);
