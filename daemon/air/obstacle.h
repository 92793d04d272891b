/* SPDX-License-Identifier: Apache-2.0 */
/* What stands between two antennas and what it costs: buildings by walls crossed and metres
 * inside (Sommer et al. 2011), capped by the NLOS law at the same distance; standing
 * vehicles as knife edges (ITU-R P.526). In: the walls near a sender, two points. Out:
 * decibels, the first polygon on the way, and the kind of sight. */
#pragma once

#include <stdint.h>

#include "base/result.h"
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

struct obstacle_found {
    uint8_t los;                    /* enum los */
    uint32_t blocker;               /* index in the whole set; FATE_U32_NULL: none */
    double building_db, vehicle_db; /* the building part is not capped yet */
};

/* a, b: x, y, z above ground. */
struct obstacle_found obstacle_between(const struct obstacle_near *near,
                                       const struct obstacle_law *law, const double a_m[3],
                                       const double b_m[3]);
