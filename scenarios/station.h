/* SPDX-License-Identifier: Apache-2.0 */
/* One station: what its tier makes of it (equipped, clock, errors, fault), its temporary
 * id, and what it believes of itself at an instant. Keyed draws only. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/emission.h"
#include "model/message.h"
#include "scenarios/scenario.h"

#define STATION_ID_LIFE_S 300.0 /* SAE J2945/1: the identifier changes every 5 minutes */
#define STATION_CRUMBS    15
#define STATION_DRIFT     1000 /* a drifting clock gains one part in that many */

struct station_crumb {
    double x_m, y_m; /* as claimed then */
    struct tai t;
};

struct station {
    const struct scenario_agent *who;
    uint32_t index;
    bool fixed; /* infrastructure */
    bool equipped;
    double stretch_ms; /* 0: nominal interval */
    double position_sigma_m, heading_sigma_rad, clock_sigma_s, tau_s;
    int64_t clock_ns;            /* constant offset */
    int64_t step_ns, step_at_ns; /* of a clock that steps, from that run time on */
    enum sender_fault fault;
    int64_t fault_from_ns; /* run time from which it holds */
    uint64_t fault_bits;
    double frozen_m[2];
    bool frozen;
    double unit[3]; /* Gauss-Markov states: east, north, heading */
    int64_t unit_ns;
    bool unit_known;
    uint64_t id_epoch;
    uint32_t id;
    uint32_t tx_count;
    struct station_crumb crumbs[STATION_CRUMBS]; /* newest first */
    uint8_t crumb_count;
    double crumb_truth_m[2], crumb_yaw_rad;
};

/* What a station believes. */
struct station_pose {
    double x_m, y_m, yaw_rad, speed_mps;
};

void station_init(struct station *station, const struct scenario *scenario, uint64_t seed,
                  uint32_t index);
/* Own clock at a true instant. */
struct rxtime station_clock(const struct station *station, struct tai t, int64_t run_ns);
/* Steps the errors to slot k at run time run_ns and gives the claimed pose. */
struct station_pose station_pose(struct station *station, uint64_t seed, uint64_t k,
                                 int64_t run_ns, const struct state *truth);
/* Changes the temporary id of a moving station when it is due; id_epoch counts. */
void station_rotate(struct station *station, uint64_t seed, int64_t run_ns);
/* Lays a crumb when the truth has moved or turned enough. */
void station_crumb(struct station *station, const struct station_pose *pose,
                   const struct state *truth, struct tai t);
