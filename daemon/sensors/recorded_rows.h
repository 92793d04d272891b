/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the three texts as read, before any clock is understood: what recorded_rows.c
 * gives and recorded.c orders. Private to the room. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sensors/recorded.h"

#define ROWS_TIME_MOST_NS INT64_C(4000000000000000000) /* 126 years either way */
#define ROWS_URI_NONE     SIZE_MAX

struct row_frame {
    uint16_t stream; /* index into streams */
    uint16_t epoch;  /* of its stream */
    uint32_t seq;
    int64_t t_ns;
    int64_t exposure_ns, period_ns;
    size_t uri; /* offset into texts */
    uint32_t order;
};

struct row_object {
    uint16_t stream;
    uint32_t seq, order;
    bool enu, t_known;
    int64_t t_ns;
    struct detection d; /* positions in the row's own frame; t not set */
    double sigma_x_m, sigma_y_m;
};

struct row_pose {
    uint16_t ego;
    enum clock_kind clock;
    int64_t t_ns;
    uint32_t order;
    double x_m, y_m, yaw_rad, speed_mps, sigma_m;
};

struct rows {
    char (*egos)[RECORDED_NAME_MOST + 1];
    size_t ego_count;
    struct recorded_stream *streams;
    char (*names)[RECORDED_NAME_MOST + 1]; /* of streams */
    size_t stream_count;
    struct row_frame *frames;
    size_t frame_count, frame_room;
    struct row_object *objects;
    size_t object_count, object_room;
    struct row_pose *poses;
    size_t pose_count, pose_room;
    char *texts;
    size_t text_count, text_room;
    uint64_t orphans; /* objects of a stream that has no frames */
};

MUST_USE int rows_read(struct rows *rows, const struct recorded_config *config,
                       struct fail *fail);
void rows_close(struct rows *rows);

/* Makes room for one more item; false without memory. */
bool rows_grow(void **items, size_t count, size_t *room, size_t item_size);
