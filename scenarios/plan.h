/* SPDX-License-Identifier: Apache-2.0 */
/* What the lamps show: fixed plans, which are a pure function of time, and actuated ones,
 * whose controllers lengthen a stage while vehicles come.
 *
 * Exact to the nanosecond, so that a countdown never disagrees with the lamp. A controller
 * holds a stage for its least time, then until nobody has been on a detector of its green
 * lanes for gap_s (gap-out), at most for its most time (max-out). */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/result.h"
#include "scenarios/scenario.h"

#define PLAN_PAST 64 /* switches that a controller remembers */

struct plan_state {
    enum phase phase;
    int64_t since_ns;          /* scenario time */
    int64_t end_ns, latest_ns; /* earliest and latest end; one for a fixed plan */
};

struct plan_detector {
    uint32_t lane;   /* of the map */
    double at_m;     /* along it */
    uint64_t stages; /* bit per stage in which its lane may go */
};

struct plan_control {
    struct plan_detector *detectors;
    uint32_t detector_count;
    struct plan_switch {
        int64_t at_ns;
        uint32_t stage;
    } past[PLAN_PAST]; /* newest at (count - 1) % PLAN_PAST */
    uint32_t count;
    int64_t passed_ns; /* somebody was on a detector of the stage, or it began */
};

struct plans {
    const struct scenario *scenario;
    struct plan_control *controls; /* per controller */
    int64_t t_ns;                  /* what lies behind is known */
};

MUST_USE int plans_init(struct plans *plans, const struct scenario *scenario,
                        struct arena *arena, struct fail *fail);
void plans_rewind(struct plans *plans);

/* A detector of that controller has somebody on it, at the next plans_step. */
void plans_detect(struct plans *plans, uint32_t controller, uint32_t detector,
                  int64_t t_ns);
/* Ends stages that are due at t_ns. */
void plans_step(struct plans *plans, int64_t t_ns);

/* t_ns may be negative: a fixed plan has run for ever. What lies ahead of an actuated one
 * is told as if every stage stood for its least time. */
struct plan_state plan_at(const struct plans *plans, uint32_t signal, int64_t t_ns);
