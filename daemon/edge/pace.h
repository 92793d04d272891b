/* SPDX-License-Identifier: Apache-2.0 */
/* Pace: which instant of the scenario the stopwatch has reached. Pure: no clock is read
 * here.
 *
 * In: readings of a monotonic stopwatch. Out: the scenario instant that is due, the
 * stopwatch reading at which an instant is due, and how late things were. The map is linear
 * from an anchor with a rational speed (millionths), so no deadline drifts: t is due at
 * anchor + ceil((t - anchor_t) / speed), to the nanosecond, after any number of deadlines.
 * Speed changes and pauses move the anchor to "here and now": scenario time never jumps. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/time.h"

#define PACE_SPEED_LEAST 0.001
#define PACE_SPEED_MOST  1000.0
#define PACE_MAX         0.0 /* as fast as possible: everything is due */

/* Lateness classes, upper bounds in microseconds. */
// clang-format off
#define PACE_BUCKETS(X) \
    X(10) X(20) X(50) X(100) X(200) X(500) X(1000) X(2000) X(5000) X(10000) X(20000) \
    X(50000) X(100000) X(200000) X(500000) X(1000000) X(10000000)
// clang-format on
enum {
#define X(us) PACE_BUCKET_##us,
    PACE_BUCKETS(X)
#undef X
        PACE_BUCKET_OVER,
    PACE_BUCKET_COUNT
};

struct pace_lateness {
    uint64_t count[PACE_BUCKET_COUNT]; /* late by at most the bound; last: more */
    uint64_t total;
    int64_t most_ns;
};

struct pace {
    struct mono anchor;
    struct tai anchor_t;
    int64_t speed_ppm; /* millionths; 0: as fast as possible */
    bool started, paused;
    struct pace_lateness lateness;
};

/* speed PACE_MAX or PACE_SPEED_LEAST..MOST; false (and nothing changed) if it is neither.
 */
bool pace_init(struct pace *pace, double speed);
/* t is due now; before this nothing is (at max: everything is). */
void pace_start(struct pace *pace, struct mono now, struct tai t);

/* The last instant that is due; INT64_MIN before the start, INT64_MAX at max. One of the
 * five functions that cross from a clock to another. */
struct tai pace_until(const struct pace *pace, struct mono now);
/* When t becomes due: INT64_MAX while paused or not started; at max: INT64_MIN. */
struct mono pace_deadline(const struct pace *pace, struct tai t);

void pace_pause(struct pace *pace, struct mono now);
void pace_resume(struct pace *pace, struct mono now);
/* `at` is where the scenario stands if the pace was max until now (the last instant that
 * was released): from max the map has nothing else to start from. */
bool pace_set_speed(struct pace *pace, struct mono now, struct tai at, double speed);
double pace_speed(const struct pace *pace); /* PACE_MAX at max */

/* Something due at `t` is done now. Nothing is counted at max or while paused. */
void pace_done(struct pace *pace, struct mono now, struct tai t);

/* The bound in milliseconds under which a share q (0..1) of the lateness lies; the largest
 * lateness for the class above all bounds; 0 if nothing was counted. */
double pace_quantile_ms(const struct pace_lateness *lateness, double q);
/* {"count":..,"p50_ms":..,"p90_ms":..,"p99_ms":..,"most_ms":..,"le_us":{"10":n,...,"inf":n}}
 */
void pace_lateness_json(const struct pace_lateness *lateness, struct bytes *json);
