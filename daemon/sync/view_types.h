/* SPDX-License-Identifier: Apache-2.0 */
/* The synchronized view as plain values: one anchor instant of one ego, the sensor frames
 * that belong to it, what they measured, and what V2X had told by the instant of deciding.
 * No truth is in it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "model/emission.h"
#include "model/frame.h"
#include "model/state.h"
#include "sync/extrapolate.h"

#define VIEW_STREAM_GRID  255 /* anchor_stream of the 100 ms grid */
#define VIEW_TRACKS_MOST  1024
#define VIEW_GATE_D2      13.8 /* chi-square, 2 degrees of freedom, 99.9 % */
#define VIEW_DEADLINE_MS  250
#define VIEW_GRID_MS      100
#define VIEW_IDLE_PERIODS 3

/* frame_uid = ego (24 bits) | stream (8) | sequence (32). */
static inline uint64_t view_frame_uid(uint32_t ego, uint32_t stream, uint32_t seq)
{
    return (uint64_t)(ego & 0xFFFFFFu) << 40 | (uint64_t)(stream & 0xFFu) << 32 | seq;
}

struct view_stream {
    enum modality modality;
    double rate_hz; /* > 0 */
};

struct view_ego {
    uint32_t agent;
    const struct view_stream *streams; /* by frame.stream; copied */
    uint16_t stream_count;             /* at most SENSORS_PER_EGO_MOST; 0: grid only */
};

struct view_config {
    const struct view_ego *egos; /* copied */
    size_t ego_count;
    struct tai start; /* grid and idleness count from here */
    struct extrapolate_sigmas sigmas;
};

enum view_status { VIEW_OK, VIEW_MISSING };
enum view_cause { VIEW_CAUSE_NONE, VIEW_CAUSE_IDLE, VIEW_CAUSE_DROPPED, VIEW_CAUSE_LATE };
/* syn.q, from the uncertainty of the stamps: ok <= 1 ms, degraded <= 5 ms, fail above,
 * unverified without a common reference. A missing member is at best degraded. */
enum view_quality { VIEW_Q_OK, VIEW_Q_DEGRADED, VIEW_Q_FAIL, VIEW_Q_UNVERIFIED };

extern const char *const view_status_names[2];  /* ok, missing */
extern const char *const view_cause_names[4];   /* "", idle, dropped, late */
extern const char *const view_quality_names[4]; /* ok, degraded, fail, unverified */

/* One stream in a view; the anchor's own stream is a member too (delta 0). */
struct view_member {
    uint16_t stream;
    enum view_status status;
    enum view_cause cause;
    enum view_quality quality; /* of this pair; meaningless if missing */
    uint32_t seq;              /* unless missing */
    struct tai t_mid;          /* unless missing */
    int64_t delta_ns;          /* member t_mid - t_frame */
    double sigma_ns;           /* one sigma of delta; < 0: unverified */
    int64_t bound_ns;          /* largest |delta| that free-running streams allow: T/2 */
    uint32_t object_first, object_count; /* in view.objects */
};

/* A measured object of a member, moved to t_frame by its own velocity. */
struct view_object {
    uint16_t stream;
    uint16_t index; /* in the frame's detections */
    uint32_t seq, track;
    enum sender_kind kind;
    struct tai t; /* measured */
    double x_m, y_m, yaw_rad, vx_mps, vy_mps, length_m, width_m;
    double sigma_x_m, sigma_y_m;
    uint32_t track_index; /* V2X track it was associated with; UINT32_MAX: none */
    double d2;            /* of that pair */
};

/* What the ego knew of one sender by V2X. */
struct view_track {
    uint32_t sender_idx, station_id;
    enum sender_kind kind; /* as claimed */
    uint8_t msg_type;
    uint64_t msg_uid;
    struct claim claim;     /* of the newest message available at t_decide */
    struct tai t_avail;     /* of that message: the last good one */
    struct extrapolated at; /* at t_frame: age (aoi), moved position, error bars */
    double offset_ns, offset_sigma_ns; /* t_gen claimed - t_frame, both clocks; age_known */
    double distance_m;     /* own measured pose to moved position; < 0 unknown */
    bool sensed;           /* an object of this frame set is the same */
    uint32_t object_index; /* the nearest such object (smallest d2) */
    double sensed_x_m, sensed_y_m, d2;
};

struct view {
    uint32_t ego;
    uint64_t frame_uid;
    uint16_t anchor_stream; /* or VIEW_STREAM_GRID */
    uint32_t anchor_seq;
    bool anchor_missing; /* the anchor frame itself was dropped: its expected instant stands
                          */
    struct tai t_frame, t_decide;
    double sigma_ns; /* of t_frame; < 0 unverified */
    enum view_quality quality;
    bool pose_known;
    struct state pose; /* as the ego measures itself, at t_frame */
    double pose_sigma_m;
    struct view_member members[SENSORS_PER_EGO_MOST];
    uint16_t member_count;
    const struct view_track *tracks; /* by sender_idx */
    uint32_t track_count;
    const struct view_object *objects; /* by stream, index */
    uint32_t object_count;
};
