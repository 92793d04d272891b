/* SPDX-License-Identifier: Apache-2.0 */
/* What a driver was warned of by TIM, RSA and DENM, and what it does about it: slower, or
 * another lane.
 *
 * In: messages as received. Out: a speed, whether the lane is closed here. A warning is
 * believed for WARNED_MEMORY_S after it was last heard. Bounded: the oldest is forgotten.
 */
#pragma once

#include "scenarios/motion.h"

#define WARNED_MEMORY_S 10.0
#define WARNED_SHARE    0.7 /* of the wish, where a warning names no speed */
#define WARNED_REGIONS  32
#define WARNED_PLACES   16

/* A region of a TIM. */
struct warned_region {
    double points_m[MESSAGE_TIM_NODES_MAX][2];
    uint8_t count;
    double width_m, speed_mps; /* speed < 0: not named */
    bool closed;
    int64_t heard_ns;
};

/* A place of an RSA or a DENM; it matters to who comes towards it. */
struct warned_place {
    uint64_t key; /* of its event */
    double x_m, y_m, reach_m, speed_mps;
    int64_t heard_ns;
};

struct warned {
    struct warned_region regions[WARNED_REGIONS];
    struct warned_place places[WARNED_PLACES];
    uint32_t region_count, place_count;
};

void warned_hear(struct motion *motion, const struct percept *percept);

/* The speed that it keeps for what it was warned of; < 0: its own. */
double warned_speed(const struct motion *motion, uint32_t agent);

/* Does it believe of any lane that it is closed? */
bool warned_of_closed(const struct motion *motion, uint32_t agent);

/* Was it told that a lane is closed where that point of it is? */
bool warned_is_closed(const struct motion *motion, uint32_t agent, double x_m, double y_m,
                      double yaw_rad);
