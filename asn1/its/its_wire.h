/* SPDX-License-Identifier: Apache-2.0 */
/* SI to wire numbers and back, for CAM, DENM and VAM.
 *
 * raw = si x div / mul, rounded half away from zero and held inside the limits; an unknown
 * or non-finite value is the sentinel. Limits and sentinels: TS 102 894-2. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum its_quantity {
    ITS_WIRE_LAT,
    ITS_WIRE_LON,
    ITS_WIRE_ALTITUDE,
    ITS_WIRE_SEMI_AXIS,
    ITS_WIRE_SPEED,
    ITS_WIRE_ACCEL,
    ITS_WIRE_YAW_RATE,
    ITS_WIRE_CURVATURE,
    ITS_WIRE_CURVATURE_V1,
    ITS_WIRE_STEERING,
    ITS_WIRE_LENGTH,
    ITS_WIRE_WIDTH,
    ITS_WIRE_DELTA_LL,
    ITS_WIRE_DELTA_ALTITUDE,
    ITS_WIRE_PATH_TIME, /* has no sentinel: absent if unknown */
};

long its_wire_raw(enum its_quantity quantity, bool known, double si);

/* Sets `bit` in *known and gives the value; at the sentinel leaves the bit clear, gives 0.
 */
double its_wire_si(enum its_quantity quantity, long raw, uint32_t *known, uint32_t bit);

/* Angles from north: tenths of a degree, wrapped into 0..3599; 3601 unknown. */
long its_wire_angle(bool known, double deg);
double its_wire_angle_deg(long raw, uint32_t *known, uint32_t bit);
