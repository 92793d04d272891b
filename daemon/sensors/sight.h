/* SPDX-License-Identifier: Apache-2.0 */
/* Who sees how much of whom: a sensor's place, boxes and walls in, the visible share of a
 * box out.
 *
 * The silhouette of a box is the chord between its two outermost corners as seen from the
 * sensor; SIGHT_RAYS points lie evenly on it, at three quarters of the box's height. A ray
 * is cut by a wall, or by another box below whose top it passes. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "model/state.h"
#include "model/walls.h"

#define SIGHT_RAYS 9

struct sight_box {
    double x_m, y_m, cos_yaw, sin_yaw;
    double half_length_m, half_width_m, height_m;
    double radius_m; /* of the circle around it */
    uint32_t agent;
};

struct sight_from {
    double x_m, y_m, z_m; /* z above ground */
    double yaw_rad;       /* middle of the field of view */
    double fov_rad;       /* > 2 pi: all around */
    double range_m;
};

struct sight_box sight_box(const struct agent *agent, uint32_t index,
                           const struct state *state);

/* Distance from the sensor to the nearest point of the box; 0 inside. */
double sight_distance(const struct sight_from *from, const struct sight_box *box);

/* Bearing of a point from the middle of the field of view, (-pi, pi]. */
double sight_bearing(const struct sight_from *from, double x_m, double y_m);

/* Share (0..1 in ninths) of boxes[target] that is in range, in view and not hidden. Walls
 * may be NULL. */
double sight_visible(const struct sight_from *from, const struct walls *walls,
                     const struct sight_box *boxes, size_t count, size_t target);
