/* SPDX-License-Identifier: Apache-2.0 */
/* Simulated sensors of the egos: truth in, frames of measured objects out.
 *
 *   simulated_next -> (ego, stream, t_mid)      which measurement comes next, in order of
 *   caller: truth of all agents at t_mid         (t_mid, ego, stream)
 *   simulated_make -> struct sensor_frame       and the stream moves on
 *
 * Trigger instants are start + phase + k / rate, exact to the nanosecond for ever; the
 * phase is a keyed draw per stream. Camera: t_mid = trigger + exposure / 2. LiDAR: one scan
 * per period, t_mid = start + period / 2, each object at its own azimuth's instant. Radar:
 * one dwell, t_mid in its middle. An object is seen by the share of its silhouette (nine
 * rays) that no wall and no other agent hides, then by a keyed draw. Positions stand on the
 * ego's own measured pose, so its error is in them. Ghosts, dropped frames and latency are
 * keyed draws too: the same seed gives the same frames, whatever else happens. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "model/frame.h"
#include "model/state.h"
#include "model/walls.h"

struct simulated_ego {
    uint32_t agent; /* index, < 2^23 */
    const struct sensor_spec *specs;
    uint16_t spec_count; /* at most SENSORS_PER_EGO_MOST */
};

struct simulated_config {
    uint64_t seed;
    struct tai start;
    enum light light;            /* day, unless said */
    uint32_t agents_most;        /* agents with an index beyond are not seen */
    double drop_probability;     /* of a frame */
    double ghost_probability;    /* of one ghost in a frame */
    double clock_sigma_ns;       /* left in t_mid after correction, per stream */
    double pose_sigma_m;         /* ego's own position, one sigma per axis */
    double pose_sigma_yaw_rad;   /* ego's own heading */
    double pose_sigma_speed_mps; /* ego's own speed */
};

/* drop 0.002, ghost 0.002, clock 0.1 ms, pose 0.3 m, 0.3 degrees, 0.05 m/s. */
struct simulated_config simulated_defaults(uint64_t seed, struct tai start,
                                           uint32_t agents_most);

struct simulated_due {
    uint32_t ego; /* agent index */
    uint16_t stream;
    struct tai t_mid; /* true instant: interpolate truth to this */
};

struct simulated;

/* Specs, their names and walls are borrowed until simulated_free; walls may be NULL. */
MUST_USE int simulated_new(struct simulated **sim, const struct simulated_ego *egos,
                           size_t ego_count, const struct walls *walls,
                           const struct simulated_config *config, struct fail *fail);

/* The next measurement; false if there is no sensor at all. */
bool simulated_next(const struct simulated *sim, struct simulated_due *due);

/* Makes that frame from truth at due.t_mid and moves its stream on. out->detections lives
 * until the next call. frame.t_mid is the corrected stamp: truth plus the stream's residual
 * clock error, whose bar is sigma_ns. An ego that is not present gives a dropped frame. */
void simulated_make(struct simulated *sim, const struct agent *agents,
                    const struct state *states, size_t agent_count,
                    struct sensor_frame *out);

/* The ego's pose as it measures it itself at t (GNSS and IMU: an error that wanders over
 * ten seconds); sigma_m is its one sigma per axis. Pure. */
struct state simulated_pose(const struct simulated *sim, uint32_t ego, struct tai t,
                            const struct state *truth, double *sigma_m);

/* What simulated stamps mean: camera trigger, LiDAR start, radar mid. */
enum convention simulated_convention(enum modality modality);

size_t simulated_memory(const struct simulated *sim);
void simulated_free(struct simulated *sim);
