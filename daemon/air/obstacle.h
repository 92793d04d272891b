/* SPDX-License-Identifier: Apache-2.0 */
/* What stands between two antennas and what it costs: buildings by walls crossed and metres
 * inside (Sommer et al. 2011), capped by the NLOS law at the same distance; vehicles,
 * standing or driving, as knife edges (ITU-R P.526). In: the walls near a sender, the boxes
 * of the tick, two points. Out: decibels, the first thing on the way, and the kind of
 * sight. */
#pragma once

#include <stdint.h>

#include "air/propagation.h"
#include "base/result.h"
#include "model/fate.h"
#include "model/kinds.h"
#include "model/walls.h"

/* The walls that can matter to one message, and their indexes in the whole set. */
struct obstacle_near {
    struct walls walls;
    uint32_t *names;
};

MUST_USE int obstacle_near_init(struct obstacle_near *near, const struct walls *all,
                                struct fail *fail);
void obstacle_near_close(struct obstacle_near *near);

/* Takes those within range_m of (x, y). all NULL: none. */
void obstacle_gather(struct obstacle_near *near, const struct walls *all, double x_m,
                     double y_m, double range_m);

struct obstacle_law {
    double per_wall_db, per_metre_db, frequency_ghz;
};

/* A line between two antennas: x, y, z above ground. */
struct obstacle_line {
    double a_m[3], b_m[3];
    double length_m; /* horizontal */
    uint32_t a, b;   /* agents whose own boxes do not count */
    double back_s;   /* boxes are moved back by so much from the end of the tick */
};

struct obstacle_found {
    uint8_t los;        /* enum los */
    uint32_t blocker;   /* as in fate.blocker_idx; FATE_U32_NULL: none */
    double nearest;     /* share of the way to it; 2: none */
    double building_db; /* not capped yet */
    int edge_count;     /* vehicles, in order of their place on the line */
    struct propagation_edge edges[PROPAGATION_EDGES_MOST];
};

/* Nothing stands in the way. */
static inline void obstacle_clear(struct obstacle_found *found)
{
    found->los = LOS_CLEAR;
    found->blocker = FATE_U32_NULL;
    found->nearest = 2;
    found->building_db = 0;
    found->edge_count = 0;
}

/* Adds the walls that the line cuts. */
void obstacle_walls(const struct obstacle_near *near, const struct obstacle_law *law,
                    const struct obstacle_line *line, struct obstacle_found *found);

/* Adds one vehicle, its top across the line at a share of the way. A full list keeps those
 * that stand highest over the line. */
void obstacle_vehicle(struct obstacle_found *found, const struct obstacle_line *line,
                      double share, double height_m, uint32_t name);

/* What the vehicles cost. */
double obstacle_vehicles_db(const struct obstacle_found *found,
                            const struct obstacle_law *law,
                            const struct obstacle_line *line);
