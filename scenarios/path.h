/* SPDX-License-Identifier: Apache-2.0 */
/* A way through the plane, parametrised by arc length: evenly spaced nodes with direction,
 * curvature and the speed at which the bend is comfortable.
 *
 * In: a polyline. Out: position, direction and curvature at any s in [0, length]. Immutable
 * after path_new; memory is the arena's. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/result.h"

#define PATH_STEP_M       0.5 /* aim of the spacing of nodes */
#define PATH_NODES_MOST   20000
#define PATH_LATERAL_MPS2 2.5 /* comfortable sideways acceleration in a bend */
#define PATH_BRAKE_MPS2   1.5 /* comfortable braking before one */

struct path_node {
    double x_m, y_m;
    double yaw_rad;       /* unwrapped: continuous along the path */
    double curvature_1pm; /* positive: left */
    double speed_mps;     /* comfortable here, with what follows on this path in mind */
};

struct path {
    struct path_node *nodes;
    uint32_t count; /* >= 2 */
    double step_m;
    double length_m;
    double curvature_most_1pm;
};

struct path_point {
    double x_m, y_m, yaw_rad, curvature_1pm, speed_mps;
};

/* Corners are rounded until no bend is tighter than radius_m (0: corners stay). A polyline
 * shorter than 0.1 m is refused with RESULT_USAGE. */
MUST_USE int path_new(struct path *path, struct arena *arena, const double (*points_m)[2],
                      uint32_t count, double radius_m, struct fail *fail);

/* A smooth curve that leaves `a` in direction a_yaw and arrives at `b` in direction b_yaw,
 * as `count` points (cubic Bezier). */
void path_curve(const double a_m[2], double a_yaw_rad, const double b_m[2],
                double b_yaw_rad, double (*points_m)[2], uint32_t count);

/* s is clamped to the path. */
struct path_point path_at(const struct path *path, double s_m);

/* Arc lengths of the first crossing of two paths, along `a`; false if they do not cross. */
bool path_crossing(const struct path *a, const struct path *b, double *sa_m, double *sb_m);

/* Arc length of the node nearest to a point, and its distance. */
double path_nearest(const struct path *path, double x_m, double y_m, double *distance_m);
