/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded frames as recorded_make.c leaves them and recorded.c gives them out. Private to
 * the room. */
#pragma once

#include "sensors/recorded.h"
#include "sensors/recorded_clock.h"
#include "sensors/recorded_rows.h"

struct rec_frame {
    uint16_t stream;
    bool dropped;
    uint32_t seq;
    struct tai t_start, t_mid, t_end, t_avail;
    struct tai t_stamped; /* the stamped instant, corrected */
    int64_t t_ns;         /* the stamp as written */
    double sigma_ns;
    size_t uri;
    size_t object_first;
    uint32_t object_count;
};

struct rec_pose {
    struct tai t;
    uint32_t order;
    uint16_t ego;
    double x_m, y_m, yaw_rad, speed_mps, sigma_m;
};

struct recorded {
    struct rows rows;
    struct recorded_placing placings[RECORDED_STREAMS_MOST];
    struct rec_frame *frames;
    size_t frame_count, frame_room;
    struct rec_pose *poses;
    size_t pose_count;
    uint32_t agents[RECORDED_EGOS_MOST];
    size_t next;
    uint64_t unplaced;
    struct detection detections[OBJECTS_PER_FRAME_MOST];
};
