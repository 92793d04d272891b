/* SPDX-License-Identifier: Apache-2.0 */
/* The air: what becomes of each transmitted message at each receiver that should hear it.
 *
 * In: the stations of a tick and its emissions. Out: one reception per intended pair,
 * delivered with its stamps or lost with its cause. A pair is intended if the receiver's
 * radio is on, it is not the sender, and it is within air_config.intended_range_m of the
 * sender (horizontally, at t_tx), or got the message although it is farther.
 *
 * Every draw is keyed by (seed, purpose, sender, receiver, message): no call order, split
 * or number of threads can change a row. Models, formulas and sources: docs/air.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "base/result.h"
#include "base/time.h"
#include "model/air_config.h"
#include "model/emission.h"
#include "model/fate.h"
#include "model/kinds.h"
#include "model/walls.h"

struct air;
struct radio;
struct send_limit;

/* What is fixed for a run. Everything pointed at is borrowed and outlives the air. */
struct air_setup {
    const struct air_config *config; /* copied */
    uint64_t seed;
    uint32_t agents_most;      /* most stations ever; indexes below it */
    int threads_most;          /* most threads of the pool given to air_decide; >= 1 */
    struct tai start;          /* scenario second 0: windows and outages count from it */
    const struct walls *walls; /* what stands in the way; NULL: `los` stays unknown */
    double reach_m; /* technology ideal carries this far; 0: the intended range */
    uint16_t scenario_idx;
    const struct radio *radio; /* NULL: the profile (radio.h) and config's sets; copied */
};

/* What a station's own box does to others' lines of sight. */
struct air_box {
    float length_m, width_m, height_m; /* above ground */
    float cos_yaw, sin_yaw;            /* counter-clockwise from East */
    bool there;                        /* in the world, with or without a radio */
};

/* Every station at the end of a tick, struct-of-arrays, index = agent index. */
struct air_stations {
    struct tai t;
    size_t count;
    const double *x_m, *y_m;       /* ENU */
    const double *vx_mps, *vy_mps; /* to move a station back to t_tx */
    const double *antenna_m;       /* height above ground */
    const uint8_t *kinds;          /* enum sender_kind */
    const bool *receives;          /* in the world, equipped, and on */
    const struct air_box *boxes;   /* NULL: nobody is in anybody's way */
};

/* A run of the tick's emissions, ordered as the engine holds them; [first, last) is
 * decided. reception.emission is the index into `emissions`. Suppressed ones give no row.
 */
struct air_work {
    const struct emission *emissions;
    size_t first, last;
};

/* Rows by fate since air_new. intended == delivered + the sum of lost, always. */
struct air_ledger {
    uint64_t intended, delivered, late;
    uint64_t lost[CAUSE_COUNT]; /* by enum cause; [CAUSE_NONE] stays 0 */
};

/* One-sigma errors that a receiver reckons with when it extrapolates what a message says
 * and the message does not tell them (docs/air.md, "Age in metres"). */
#define AIR_SIGMA_SPEED_MPS      0.28 /* SAE J2945/1 speed accuracy */
#define AIR_SIGMA_ACCEL_MPS2     1.0
#define AIR_SIGMA_YAW_RATE_RADPS 0.05

/* In fate.blocker_idx an agent has this bit; without it the index is one of setup.walls. */
#define AIR_BLOCKER_AGENT 0x80000000u

/* Is the configuration possible? RESULT_USAGE with the key, the value and the reason:
 * not finite, probability outside 0..1, negative latency, a technology that is not there.
 */
MUST_USE int air_check(const struct air_config *config, struct fail *fail);

/* air_check, then everything the air will ever need is taken. Give to air_free. */
MUST_USE int air_new(struct air **air, const struct air_setup *setup, struct fail *fail);

/* Begins a tick: places the stations (borrowed until the next air_tick). Ticks go forward;
 * stations->count <= agents_most. */
void air_tick(struct air *air, const struct air_stations *stations);

/* The tick's emissions, all of them, once a tick after air_tick; t_tx within the tick.
 * tickets[i] is what rows of emissions[i] carry in reception.emission (NULL: i). Both are
 * borrowed until the tick's last air_take; a radio copies what it keeps. RESULT_MEMORY if
 * more messages wait for the medium than there is room for. */
MUST_USE int air_offer(struct air *air, const struct emission *emissions, size_t count,
                       const uint32_t *tickets, struct fail *fail);

/* Rows of every message whose fate became final in this tick: with technology `ideal` and
 * `uu` those offered in it, with a radio those whose frame ended in it, whenever offered.
 * Call while *more; with nothing offered too. A room of at least the number of receivers
 * always makes progress. The pool may be NULL. */
size_t air_take(struct air *air, struct pool *pool, struct reception *out, size_t room,
                bool *more);

/* After the tick's last air_take: tickets of the messages that have no rows to come.
 * Without a radio the tickets of suppressed emissions are among them. Borrowed until the
 * next air_tick. */
const uint32_t *air_through(const struct air *air, size_t *count);

/* Messages that still have rows to come: at the end of a run (and before another air takes
 * over) tick on with nothing offered until it is 0, at most a few hundred milliseconds. */
size_t air_waiting(const struct air *air);

/* What congestion control asks of each station now, by agent index; NULL: nothing. Valid
 * until the next air_tick. */
const struct send_limit *air_limits(const struct air *air);

/* Share of the last 100 ms that a station found the medium busy; 0 without a radio. */
double air_cbr(const struct air *air, uint32_t agent);

/* Most rows that air_decide can give for this work on the present tick. */
size_t air_bound(const struct air *air, const struct air_work *work);

/* Without a radio (and with `uu`) only: decides work on the present tick. Rows are ordered
 * by emission, then receiver index. Emissions whose rows no longer fit into `room` are
 * left: *done is the index of the first emission not decided (work->last if all were), so
 * the caller hands the rows on and calls again from there. A room of at least the number of
 * receivers always makes progress. Returns the number of rows. The pool may be NULL (one
 * thread). */
size_t air_decide(struct air *air, const struct air_work *work, struct pool *pool,
                  struct reception *out, size_t room, size_t *done);

/* Replay: `receiver` heard this at emission->t_heard; what the tier and the impairments do
 * to it. Intended at any distance; t_tx is null; t_rx = t_heard + injected. distance_m:
 * from claims, NULL if unknown. out->emission is left to the caller. Needs no air_tick;
 * with one, the receiver's kind is known and windows by link class hold for it. One thread
 * only. */
void air_decide_heard(struct air *air, const struct emission *emission, uint32_t receiver,
                      const double *distance_m, struct reception *out);

/* Borrowed; asserts that it closes. */
const struct air_ledger *air_ledger(const struct air *air);

void air_free(struct air *air);
