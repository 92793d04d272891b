/* SPDX-License-Identifier: Apache-2.0 */
/* The synchronizer from inside: view.c decides when a view is due, view_make.c makes it.
 * Private to the room. */
#pragma once

#include "sync/associate.h"
#include "sync/stream.h"
#include "sync/view.h"

#define VIEW_POOL_OBJECTS 4096
#define VIEW_OBJECTS_MOST (SENSORS_PER_EGO_MOST * OBJECTS_PER_FRAME_MOST)

struct ego_sync {
    uint32_t agent;
    uint16_t stream_count;
    struct stream *streams;
    struct view_object *pool;
    uint64_t pool_written;
    struct tai last_anchor;
    /* the view that is due */
    uint16_t anchor_stream;
    uint32_t anchor_at; /* in its ring */
    struct tai t_frame;
};

struct synchronizer {
    struct ego_sync *egos;
    size_t ego_count;
    struct tai start;
    struct extrapolate_sigmas sigmas;
    struct view_counters counters;
    bool pending;
    size_t scan; /* ego whose view is due, or next to ask */
    struct tai scan_now;
    struct view_due due;
    struct view_track tracks[VIEW_TRACKS_MOST];
    struct view_object objects[VIEW_OBJECTS_MOST];
    struct associate association;
};
