/* SPDX-License-Identifier: Apache-2.0 */
/* Everybody's motion in steps of 10 ms: along courses of known curvature, with bounded
 * acceleration and jerk, never by a leap.
 *
 * In: a scenario, then time. Out: a state per agent. Drivers follow the intelligent driver
 * model (Treiber, Hennecke, Helbing 2000), stop at red, yield, brake on triggers; they do
 * not evade, so collisions may happen. A step reads the states of the step before only:
 * order does not matter. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/ports.h"
#include "scenarios/map.h"
#include "scenarios/plan.h"
#include "scenarios/scenario.h"

#define MOTION_STEP_S     0.01
#define MOTION_LOOK_M     150.0 /* how far ahead a driver looks for a leader */
#define MOTION_GAP_M      2.0   /* standing gap of the driver model */
#define MOTION_HITCH_M    0.6   /* between a tow and its trailer */
#define MOTION_STOP_GAP_M 1.0   /* standing gap to a stop line */

/* What a kind of agent can do; m, s. `jerk` in normal driving, `snap` braking hard. */
struct motion_limits {
    double accel_mps2, comfort_mps2, brake_mps2, jerk_mps3, hard_jerk_mps3;
};
struct motion_limits motion_limits(enum sender_kind kind);

/* One piece of a course. */
struct motion_leg {
    const struct path *path;
    uint32_t lane;  /* MAP_NONE: a way of its own */
    double begin_m; /* of the leg along the course */
    double end_mps; /* speed that the next leg allows */
};

struct motion_mover {
    const struct scenario_agent *who;
    struct motion_limits limits;
    struct motion_leg *legs; /* the last one changes with the lane */
    uint32_t leg_count, leg;
    double s_m; /* centre of the box, along the leg */
    double speed_mps, accel_mps2, wish_mps;
    double d_m, d_rate_mps;                      /* sideways of the way, left positive */
    double d_from_m, d_to_m, shift_s, shift_t_s; /* a move to the side; shift_s 0: none */
    bool started, gone, hazard;
    bool committed; /* passed the point where it could still stop for the next leg */
    uint32_t fired; /* bit per action */
    bool braking;   /* an action brakes */
    double brake_mps2, brake_to_mps, hold_s, hold_until_s;
    bool stopping;
    double stop_at_m;                 /* of the front, along the course */
    double alert_mps2, alert_until_s; /* braking for what V2X told */
    struct glosa_told *told;          /* by SPAT, per signal; NULL: does not respond */
    struct warned *warned;            /* by TIM, RSA, DENM; NULL: does not respond */
    double *seen_s;                   /* per trigger: first seen; < 0: not yet */
    const double *stop_m;             /* per action: where it stops, along the course */
    const double
        *cross_m; /* per trigger (0 the start, then actions): where the watched agent's
                     course is crossed, along that course; < 0: not asked */
};

/* Memory is public to driver.c, trigger.c and world.c alone. */
struct motion {
    const struct scenario *scenario;
    struct plans plans;
    struct motion_mover *movers;
    struct state *now, *next;
    double *wish; /* acceleration per agent, scratch of a step */
    uint32_t count;
    int64_t t_ns;           /* scenario time of `now` */
    uint32_t *order, *slot; /* agents on lanes by (lane, s); place of each in it */
    uint32_t on_lanes;
    uint32_t *lane_first, *lane_count; /* per lane of the map: its part of `order` */
    uint32_t (*beside)[2];             /* per lane: the lane to its left and right */
};

MUST_USE int motion_init(struct motion *motion, const struct scenario *scenario,
                         struct arena *arena, struct fail *fail);
/* 10 ms; `now` and `next` change places: then `next` holds the step before. */
void motion_step(struct motion *motion);
/* Everybody back to the start; the memory stays. */
void motion_rewind(struct motion *motion);
/* The way back: an agent learned something. */
void motion_percept(struct motion *motion, const struct percept *percept);

/* driver.c: the acceleration that the driver of a mover wants, m/s2. */
double driver_wish(struct motion *motion, uint32_t agent);
/* Rebuilds who is on which lane in which order. */
void driver_sort(struct motion *motion);
/* The driver model's acceleration at speed v, wish v0, gap and approach rate to a leader
 * (gap < 0: none). */
double driver_idm(const struct motion_limits *limits, double headway_s, double v_mps,
                  double v0_mps, double gap_m, double approach_mps, double standing_m);

/* Gap, speed and number of the next one ahead on the course whose box is in the way, or
 * AGENT_NONE. */
uint32_t driver_leader(const struct motion *motion, uint32_t agent, double *gap_m,
                       double *speed_mps);

/* lanes.c: which lanes lie side by side; moves to the side; changes of lanes as MOBIL has
 * them (Kesting, Treiber, Helbing 2007), at most one in a step. */
MUST_USE int lanes_init(struct motion *motion, struct arena *arena, struct fail *fail);
void lanes_shift(struct motion_mover *mover, double to_m, double over_s);
/* false: it is not on the last lane of its route, or not beside. */
bool lanes_change(struct motion *motion, uint32_t agent, uint32_t lane, double over_s);
void lanes_step(struct motion *motion);
/* One step of a move to the side at that speed; the rest of the speed, along the way. */
double lanes_advance(struct motion_mover *mover, double speed_mps);

/* trigger.c */
MUST_USE int trigger_init(struct motion *motion, struct arena *arena, struct fail *fail);
void trigger_step(struct motion *motion, uint32_t agent);
