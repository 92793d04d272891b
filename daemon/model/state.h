/* SPDX-License-Identifier: Apache-2.0 */
/* Where an agent truly is and how it moves, and what the world knows of it beforehand. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "model/kinds.h"

#define AGENT_NONE UINT32_MAX /* no agent, no receiver, no blocker */

/* Truth at one instant: ENU metres about the origin, position = centre of the box. */
struct state {
    double x_m, y_m, z_m;  /* z: ground below the box, above the origin */
    double yaw_rad;        /* counter-clockwise from east */
    double speed_mps;      /* along yaw; negative = reversing */
    double accel_mps2;     /* along yaw */
    double yaw_rate_radps; /* counter-clockwise */
    bool present;          /* false: not in the world (yet, any more) */
};

/* One agent of the run; index in the run's array is its sender_idx and receiver_idx. */
struct agent {
    const char *id; /* [A-Za-z0-9_-]+, lives as long as the run */
    enum sender_kind kind;
    double length_m, width_m, height_m, mass_kg;
    bool ego;              /* its sensors, frames and decisions are made */
    bool receives;         /* equipped with a receiver that is on */
    bool responsive;       /* behaviour: v2x_responsive */
    uint32_t technologies; /* bit per enum technology */
    double antenna_height_m;
};

/* Linear between two instants (angles the short way); t between ta and tb, clamped. */
struct state state_between(const struct state *a, struct tai ta, const struct state *b,
                           struct tai tb, struct tai t);
