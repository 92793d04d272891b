/* SPDX-License-Identifier: Apache-2.0 */
/* The synchronizer: sensor frames in as they come, one synchronized view per anchor out,
 * with what V2X had told the ego by the instant of deciding.
 *
 *   view_put    frames of all streams, any order within a second
 *   view_due    which view is complete by `now`: (ego, t_frame, t_decide)
 *   caller      asks the receiver's knowledge as of t_decide, and the ego's own pose
 *   view_make   the view, as plain values
 *
 * Anchors: t_mid of the LiDAR, if it is idle of the radar, else of the camera, else a grid
 * of 100 ms. A view is complete when every stream that is not idle has passed anchor + T/2,
 * at the latest 250 ms after the anchor. Idle: nothing arrived for three periods. Members:
 * of each other stream the frame nearest to the anchor within T/2, each used once, ties to
 * the earlier; else MISSING with its cause. V2X never holds a view back.
 *
 * Memory is bounded and taken at the start; what does not fit is counted. Only event times,
 * sequence numbers and configuration decide. `now` moves in world ticks. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "model/emission.h"
#include "model/frame.h"
#include "model/state.h"
#include "sync/extrapolate.h"
#include "sync/view_types.h"

/* A message the ego had by t_decide (newest of its sender). */
struct view_message {
    uint32_t sender_idx;
    uint8_t msg_type;
    uint64_t msg_uid;
    struct tai t_avail;
    const struct claim *claim; /* its instant on our clock, as far as that is known */
    double clock_sigma_s; /* of its clock, where more is known than the common 1 ms; 0 */
};

struct view_due {
    uint32_t ego;
    struct tai t_frame, t_decide;
};

struct view_counters {
    uint64_t views, frames, grid_views;
    uint64_t overrun; /* frames pushed out of a full ring before they were used */
    uint64_t unknown; /* frames of no known ego or stream */
    uint64_t tracks_cut, objects_cut, pairs_cut; /* beyond the bounds */
};

struct synchronizer;

MUST_USE int view_new(struct synchronizer **sync, const struct view_config *config,
                      struct fail *fail);

/* Copies the frame (not the truth in it). Frames may be put before they are available:
 * t_avail decides when they count. */
void view_put(struct synchronizer *sync, const struct sensor_frame *frame);

/* The next complete view at `now`, in order of (ego as configured, t_frame); false: none
 * yet. Asking again without view_make gives the same. */
bool view_due(struct synchronizer *sync, struct tai now, struct view_due *due);

/* Makes that view and moves on. messages: newest per sender as of due.t_decide, in order of
 * sender_idx; pose NULL: unknown. out's arrays live until the next view_make. */
void view_make(struct synchronizer *sync, const struct view_message *messages,
               size_t message_count, const struct state *pose, double pose_sigma_m,
               struct view *out);

struct view_counters view_counters(const struct synchronizer *sync);
size_t view_memory(const struct synchronizer *sync);
void view_free(struct synchronizer *sync);
