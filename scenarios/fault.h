/* SPDX-License-Identifier: Apache-2.0 */
/* Faults that need more than one message: sent late, another's data, many that are one. In:
 * what a station is about to say. Out: what it says instead. */
#pragma once

#include "scenarios/compose.h"
#include "scenarios/motion.h"

#define FAULT_DELAY_SLOTS 8   /* a delayed message is that many slots old */
#define FAULT_GHOSTS      5   /* identities of a Sybil sender */
#define FAULT_GHOST_M     9.0 /* one behind the other */

struct fault_moment {
    struct station_pose pose;
    struct state truth;
    struct tai stamped;
};

struct fault_past {
    struct fault_moment ring[FAULT_DELAY_SLOTS];
    struct state truth; /* lives while a message is composed */
    uint32_t count;
};

/* past may be NULL. Nothing changes for faults of a single message (station.c). */
void fault_apply(struct compose *c, struct fault_past *past, const struct motion *motion,
                 uint64_t slot, uint64_t seed);
void fault_remember(struct fault_past *past, const struct fault_moment *moment);
