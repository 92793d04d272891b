/* SPDX-License-Identifier: Apache-2.0 */
/* What stands still and blocks sight: buildings, parked vehicles, walls. Filled once while
 * the scenario is read, then only asked. Polygons are simple, closed implicitly, ENU
 * metres. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/result.h"

struct wall {
    const char *id;
    double height_m; /* above ground */
    const double (*points_m)[2];
    uint32_t point_count; /* 3..WALL_POINTS_MOST */
    bool vehicle;         /* a parked vehicle, not a building */
    double x_min_m, x_max_m, y_min_m, y_max_m;
};

#define WALL_POINTS_MOST 256
#define WALLS_MOST       4096

struct walls {
    struct wall *all;
    uint32_t count;
};

/* Copies id and points into the arena, sets the bounds. RESULT_USAGE if it is no polygon.
 */
MUST_USE int walls_add(struct walls *walls, struct arena *arena, const char *id,
                       double height_m, const double (*points_m)[2], uint32_t count,
                       bool vehicle, struct fail *fail);

/* Index of the first wall (in order of distance from a) that cuts the straight line from a
 * to b (x, y, z above ground), or -1. A line that only touches an edge passes. */
int walls_blocker(const struct walls *walls, const double a_m[3], const double b_m[3]);

/* Does the point lie inside any wall's polygon? */
bool walls_inside(const struct walls *walls, double x_m, double y_m);
