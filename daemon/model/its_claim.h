/* SPDX-License-Identifier: Apache-2.0 */
/* What a CAM, DENM or VAM says, in SI units and degrees, free of any wire format: the ETSI
 * counterpart of the structs of model/message.h, with ETSI's signs. Sources: EN 302 637-2,
 * EN 302 637-3, TS 103 300-3, TS 102 894-2. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

enum its_kind { ITS_NONE, ITS_CAM, ITS_DENM, ITS_VAM };

/* Bits of `known`. */
enum its_known {
    ITS_LAT = 1 << 0,
    ITS_LON = 1 << 1,
    ITS_ELEV = 1 << 2,
    ITS_SEMI_MAJOR = 1 << 3,
    ITS_SEMI_MINOR = 1 << 4,
    ITS_ORIENTATION = 1 << 5,
    ITS_SPEED = 1 << 6,
    ITS_HEADING = 1 << 7,
    ITS_ACCEL_LONG = 1 << 8,
    ITS_ACCEL_LAT = 1 << 9,
    ITS_YAW_RATE = 1 << 10,
    ITS_LENGTH = 1 << 11,
    ITS_WIDTH = 1 << 12,
    ITS_CURVATURE = 1 << 13,
    ITS_STEERING = 1 << 14,
    ITS_REVERSE = 1 << 15, /* it is known whether the vehicle moves backward */
    ITS_LIGHTS = 1 << 16,  /* low-frequency container: lights, role, crumbs */
    ITS_PROFILE = 1 << 17,
    ITS_SIZE_CLASS = 1 << 18,
    ITS_DEVICE_USAGE = 1 << 19,
    ITS_EVENT = 1 << 20,       /* DENM situation: cause, sub-cause, quality */
    ITS_TERMINATION = 1 << 21, /* DENM */
    ITS_CLUSTER = 1 << 22,     /* VAM of a cluster leader */
    ITS_AGE = 1 << 23,         /* of a crumb */
};

enum { ITS_CRUMBS_MAX = 40 };

/* Each crumb is an offset from the one before it, the first from the position. */
struct its_crumb {
    uint32_t known; /* LAT, LON, ELEV, AGE */
    double lat_offset_deg, lon_offset_deg, elev_offset_m;
    double age_s; /* time between it and the one before */
};

enum its_profile { ITS_PEDESTRIAN, ITS_BICYCLIST, ITS_MOTORCYCLIST, ITS_ANIMAL };

/* What a CAM, DENM or VAM claims. A quantity without its bit in `known` is 0 and means
 * nothing. Signs are ETSI's: yaw rate, curvature and steering positive to the left, lateral
 * acceleration positive to the left. Headings are degrees clockwise from north. */
struct its_claim {
    enum its_kind kind;
    uint8_t protocol_version;
    uint32_t station_id;
    uint8_t station_type; /* 5 passenger car, 1 pedestrian, 15 road side unit, ... */
    uint16_t generation_delta_ms; /* CAM, VAM: TAI ms since 2004, modulo 65536 */
    uint32_t known;
    double lat_deg, lon_deg, elev_m;                    /* DENM: of the event */
    double semi_major_m, semi_minor_m, orientation_deg; /* 95 % ellipse */
    double speed_mps, heading_deg;                      /* DENM: of the event */
    bool reverse;
    double accel_long_mps2, accel_lat_mps2, yaw_rate_dps;
    double curvature_per_m, steering_deg;
    double length_m, width_m;
    uint8_t role;    /* CAM: VehicleRole */
    uint16_t lights; /* bit n is bit n of the standard's string */
    uint8_t crumb_count;
    struct its_crumb crumbs[ITS_CRUMBS_MAX];
    /* VAM */
    uint8_t profile, subprofile; /* enum its_profile; 0..15 */
    uint8_t size_class, device_usage;
    uint8_t cluster_size;
    /* DENM */
    uint32_t originating_station;
    uint16_t sequence;
    struct tai detection, reference; /* whole milliseconds */
    uint32_t validity_s;
    bool negation; /* termination: by another station */
    uint8_t cause, sub_cause, quality;
};
