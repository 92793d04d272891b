/* SPDX-License-Identifier: Apache-2.0 */
/* When an ETSI station sends: CAM (EN 302 637-2, 6.1.3), VAM (TS 103 300-3, table 17) and
 * the repetition of DENM (EN 302 637-3). Pure: the caller owns the memory of each service
 * and asks at least every 100 ms.
 *
 * In: a pose and a time that rises. Out: send now or not, and whether the low-frequency
 * container goes along. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

#define ITS_CAM_MIN_NS  (100 * TIME_NS_PER_MS)
#define ITS_CAM_MAX_NS  (1000 * TIME_NS_PER_MS)
#define ITS_CAM_REPEATS 3 /* N_GenCam: so many at the pace of the last movement */
#define ITS_CAM_LOW_NS  (500 * TIME_NS_PER_MS)
#define ITS_VAM_MAX_NS  (5000 * TIME_NS_PER_MS)
#define ITS_VAM_LOW_NS  (2000 * TIME_NS_PER_MS)
#define ITS_MOVED_M     4.0
#define ITS_FASTER_MPS  0.5
#define ITS_TURNED_RAD  (4 * 3.14159265358979323846 / 180)
#define ITS_SAFE_LEFT_M 2.0 /* sideways safe distance of a VRU */
#define ITS_SAFE_S      5.0 /* lengthwise: speed times that */

struct its_pose {
    double x_m, y_m, yaw_rad, speed_mps;
};

/* Zero-initialised: nothing sent yet. */
struct its_when {
    struct its_pose last;
    int64_t last_ns, low_ns, interval_ns;
    uint32_t repeats;
    bool sent;
};

struct its_due {
    bool send, low_frequency;
};

/* dcc_ns: least interval that congestion control allows, taken as 100 to 1000 ms. */
struct its_due its_cam_due(struct its_when *when, const struct its_pose *pose, int64_t t_ns,
                           int64_t dcc_ns);
/* intruded: somebody is inside the safe distances (its_is_close). dcc_ns: 100 to 5000 ms.
 */
struct its_due its_vam_due(struct its_when *when, const struct its_pose *pose,
                           bool intruded, int64_t t_ns, int64_t dcc_ns);
/* Is the other inside the safe distances of a VRU, of which it is (ahead, left) away? */
bool its_is_close(double ahead_m, double left_m, double speed_mps);

/* One event of a DENM service. */
struct its_event {
    int64_t detected_ns, validity_ns; /* 0: 600 s */
    int64_t interval_ns;              /* 0: told once, and once an update */
    int64_t duration_ns;              /* of the repetition */
    int64_t next_ns;
    bool told, ended;
};
/* true: a DENM goes out now. An event that is over is told no more. */
bool its_denm_due(struct its_event *event, int64_t t_ns);
