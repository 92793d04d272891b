/* SPDX-License-Identifier: Apache-2.0 */
/* What an ego's sensors gave: streams, frames and detected objects, simulated or recorded.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "model/kinds.h"
#include "model/state.h"

#define SENSORS_PER_EGO_MOST   16
#define OBJECTS_PER_FRAME_MOST 256

/* What cameras see by. */
enum light { LIGHT_DAY, LIGHT_DUSK, LIGHT_NIGHT, LIGHT_COUNT };

/* One sensor of one ego. */
struct sensor_spec {
    const char *name; /* stream id */
    enum modality modality;
    double rate_hz, range_m, fov_deg;                      /* fov centred on mount_yaw */
    double mount_yaw_rad, mount_x_m, mount_y_m, mount_z_m; /* in the ego frame (ISO 8855) */
    double latency_ms;                                     /* t_mid to available */
};

/* One measured object, in the ENU frame about the origin. */
struct detection {
    uint32_t track;    /* the sensor's own track id */
    uint32_t gt_agent; /* whose it truly is; AGENT_NONE: ghost or unknown (recorded) */
    enum sender_kind kind;
    double x_m, y_m, yaw_rad, vx_mps, vy_mps, length_m, width_m, height_m;
    double sigma_x_m, sigma_y_m;
    struct tai t;  /* of the measurement of this object */
    float visible; /* share of the object not occluded, 0..1; < 0 unknown */
};

/* One frame of one stream. `t_mid` is the reference for association. */
struct sensor_frame {
    uint32_t ego;    /* agent index */
    uint16_t stream; /* index among the ego's streams */
    uint32_t seq;
    struct tai t_start, t_mid, t_end; /* true time, corrected */
    struct tai t_avail;
    struct rxtime t_stamp; /* as the sensor stamped it */
    double sigma_ns;       /* of t_mid; < 0: unverified */
    bool dropped;          /* expected, never came */
    const char *uri;       /* the user's own data, or NULL */
    const struct detection *detections;
    uint32_t detection_count;
};
