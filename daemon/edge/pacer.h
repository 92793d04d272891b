/* SPDX-License-Identifier: Apache-2.0 */
/* The pace shared by two threads: the engine waits until it may run on, the loop releases
 * what is due, commands change it.
 *
 * In: scenario instants. Out: permission to go on. Reads CLOCK_MONOTONIC. The engine is let
 * run at most PACER_AHEAD_MS of stopwatch time ahead of what is due. */
#pragma once

#include "base/result.h"
#include "edge/pace.h"

#define PACER_AHEAD_MS 100

struct pacer;

MUST_USE int pacer_new(struct pacer **pacer, double speed, struct fail *fail);
struct mono pacer_now(void);

/* From any thread: scenario instant t is now. Until then pacer_wait waits at any speed. */
void pacer_start(struct pacer *pacer, struct tai t);

/* Engine thread: returns true when the slice that ends at t may be pulled (at once at max,
 * unless paused), false once pacer_stop was called. */
bool pacer_wait(struct pacer *pacer, struct tai t);
void pacer_stop(struct pacer *pacer); /* for good: wakes pacer_wait */
bool pacer_stopped(struct pacer *pacer);

void pacer_pause(struct pacer *pacer);
void pacer_resume(struct pacer *pacer);
MUST_USE int pacer_set_speed(struct pacer *pacer, double speed, struct fail *fail);

/* Loop thread. */
bool pacer_due(struct pacer *pacer, struct tai t); /* QUEUE_NOW is always due */
struct mono pacer_deadline(struct pacer *pacer, struct tai t);
void pacer_done(struct pacer *pacer, struct tai t);

struct pacer_state {
    double speed; /* PACE_MAX: as fast as possible */
    bool started, paused, stopped;
    struct tai released; /* newest instant told to pacer_done */
    struct tai pulled;   /* newest instant that pacer_wait let through */
    struct pace_lateness lateness;
};
void pacer_read(struct pacer *pacer, struct pacer_state *state);
void pacer_free(struct pacer *pacer);
