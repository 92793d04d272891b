/* SPDX-License-Identifier: Apache-2.0 */
/* SI to wire numbers and back, for the messages that the engine makes and hears.
 *
 * raw = si x div / mul, rounded half away from zero, held inside what means "that or more";
 * an unknown or non-finite value is the sentinel. Limits and sentinels: SAE J2735 data
 * elements. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum wire_quantity {
    WIRE_LAT,
    WIRE_LON,
    WIRE_ELEV,
    WIRE_SEMI_AXIS,
    WIRE_ORIENTATION,
    WIRE_SPEED,
    WIRE_STEERING,
    WIRE_ACCEL,
    WIRE_ACCEL_VERT,
    WIRE_YAW_RATE,
    WIRE_WIDTH,
    WIRE_LENGTH,
    WIRE_OFFSET_LL,
    WIRE_OFFSET_ELEV,
    WIRE_AGE,
    WIRE_RADIUS,
    WIRE_PERCENT,
    WIRE_CLUSTER_RADIUS,
    WIRE_ADVICE,
    WIRE_LANE_WIDTH,
};

long wire_raw(enum wire_quantity quantity, bool known, double si);

/* Sets `bit` in *known and gives the value; at the sentinel leaves the bit clear, gives 0.
 */
double wire_si(enum wire_quantity quantity, long raw, uint32_t *known, uint32_t bit);

/* Heading: degrees to steps of 0.0125, wrapped into 0..28799; 28800 unknown. */
long wire_heading(bool known, double deg);
double wire_heading_deg(long raw, uint32_t *known, uint32_t bit);

/* CoarseHeading: steps of 1.5 degrees, wrapped into 0..239; 240 unknown. */
long wire_coarse_heading(bool known, double deg);
double wire_coarse_heading_deg(long raw, uint32_t *known, uint32_t bit);
