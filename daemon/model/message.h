/* SPDX-License-Identifier: Apache-2.0 */
/* What a message says, in SI units and degrees, free of any wire format.
 *
 * Open structs, filled by whoever declared them. A quantity that may be absent or
 * "unavailable" has a bit in its struct's `known`; without the bit its value is 0 and means
 * nothing. Sets of flags keep the bit numbers of the standard: bit n here is bit n of
 * J2735's bit string. Headings are degrees clockwise from north. Sources: SAE J2735 2024,
 * data frames of the same names. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/its_claim.h"

enum message_type {
    MESSAGE_NONE,
    MESSAGE_BSM,
    MESSAGE_PSM,
    MESSAGE_SPAT,
    MESSAGE_MAP,
    MESSAGE_TIM,
    MESSAGE_RSA,
    MESSAGE_ITS,    /* CAM, DENM or VAM: its.kind */
    MESSAGE_SPATEM, /* spat and map behind an ETSI header of station_id */
    MESSAGE_MAPEM,
};

/* Bits of `known`. Each struct names those it uses. */
enum message_known {
    MESSAGE_DSECOND = 1 << 0,
    MESSAGE_LAT = 1 << 1,
    MESSAGE_LON = 1 << 2,
    MESSAGE_ELEV = 1 << 3,
    MESSAGE_SEMI_MAJOR = 1 << 4,
    MESSAGE_SEMI_MINOR = 1 << 5,
    MESSAGE_ORIENTATION = 1 << 6,
    MESSAGE_SPEED = 1 << 7,
    MESSAGE_HEADING = 1 << 8,
    MESSAGE_STEERING = 1 << 9,
    MESSAGE_ACCEL_LONG = 1 << 10,
    MESSAGE_ACCEL_LAT = 1 << 11,
    MESSAGE_ACCEL_VERT = 1 << 12,
    MESSAGE_YAW_RATE = 1 << 13,
    MESSAGE_WIDTH = 1 << 14,
    MESSAGE_LENGTH = 1 << 15,
    MESSAGE_EVENTS = 1 << 16,
    MESSAGE_LIGHTS = 1 << 17,
    MESSAGE_PREDICTION = 1 << 18, /* path prediction */
    MESSAGE_CLASS = 1 << 19,
    MESSAGE_PROPULSION = 1 << 20,
    MESSAGE_USE_STATE = 1 << 21,
    MESSAGE_CROSS_REQUEST = 1 << 22,
    MESSAGE_CROSS_STATE = 1 << 23,
    MESSAGE_CLUSTER_SIZE = 1 << 24,
    MESSAGE_CLUSTER_RADIUS = 1 << 25,
    MESSAGE_MINUTE = 1 << 26, /* minute of the year */
    MESSAGE_TIMESTAMP = 1 << 27,
};

enum { MESSAGE_CRUMBS_MAX = 23 }; /* PathHistoryPointList */

/* Where the sender was: crumb = reference position minus offset, `age_s` ago. */
struct message_crumb {
    uint32_t known; /* LAT, LON, ELEV, SPEED, HEADING, TIMESTAMP (for age_s) */
    double lat_offset_deg, lon_offset_deg, elev_offset_m;
    double age_s;
    double speed_mps, heading_deg;
};

/* A circle ahead: positive radius curves to the right; straight has radius 0. */
struct message_prediction {
    bool straight;
    double radius_m;
    double confidence_percent; /* 0..100 */
};

/* TransmissionState */
enum message_transmission {
    MESSAGE_NEUTRAL,
    MESSAGE_PARK,
    MESSAGE_FORWARD,
    MESSAGE_REVERSE,
    MESSAGE_TRANSMISSION_UNAVAILABLE = 7,
};

/* VehicleEventFlags, bit numbers. */
enum message_event {
    MESSAGE_EVENT_HAZARD_LIGHTS = 0,
    MESSAGE_EVENT_STOP_LINE_VIOLATION = 1,
    MESSAGE_EVENT_ABS = 2,
    MESSAGE_EVENT_TRACTION_LOSS = 3,
    MESSAGE_EVENT_STABILITY = 4,
    MESSAGE_EVENT_HAZARDOUS_MATERIALS = 5,
    MESSAGE_EVENT_HARD_BRAKING = 7,
    MESSAGE_EVENT_LIGHTS_CHANGED = 8,
    MESSAGE_EVENT_WIPERS_CHANGED = 9,
    MESSAGE_EVENT_FLAT_TIRE = 10,
    MESSAGE_EVENT_DISABLED = 11,
    MESSAGE_EVENT_AIRBAG = 12,
    MESSAGE_EVENT_JACKKNIFE = 13,
};

/* BasicSafetyMessage. Path history is present if crumb_count > 0. */
struct message_bsm {
    uint32_t known;  /* DSECOND to LENGTH, EVENTS, LIGHTS, PREDICTION, CLASS */
    uint8_t msg_cnt; /* 0..127 */
    uint32_t id;     /* the four octets of TemporaryID, big endian */
    uint16_t dsecond_ms;
    double lat_deg, lon_deg, elev_m;
    double semi_major_m, semi_minor_m; /* one sigma */
    double orientation_deg;            /* of the major axis, clockwise from north */
    uint8_t transmission;              /* enum message_transmission; 4..6 reserved */
    double speed_mps, heading_deg;
    double steering_deg; /* steering wheel, positive right */
    double accel_long_mps2, accel_lat_mps2, accel_vert_mps2; /* J2735 signs */
    double yaw_rate_dps;                                     /* positive right */
    uint8_t wheel_brakes; /* bit 0 unavailable, 1 left front, 2 left rear, 3 and 4 right */
    uint8_t traction, abs, scs; /* 0 unavailable, 1 off, 2 on, 3 engaged */
    uint8_t brake_boost;        /* 0 unavailable, 1 off, 2 on */
    uint8_t aux_brakes;         /* 0 unavailable, 1 off, 2 on, 3 reserved */
    double width_m, length_m;
    uint16_t events;       /* bits of enum message_event */
    uint16_t lights;       /* ExteriorLights: 0 low beam, 2 left, 3 right, 4 hazard, ... */
    uint8_t vehicle_class; /* BasicVehicleClass */
    struct message_prediction prediction;
    uint8_t crumb_count;
    struct message_crumb crumbs[MESSAGE_CRUMBS_MAX];
};

/* PersonalDeviceUserType */
enum message_person {
    MESSAGE_PERSON_UNAVAILABLE,
    MESSAGE_PEDESTRIAN,
    MESSAGE_PEDALCYCLIST,
    MESSAGE_SAFETY_WORKER,
    MESSAGE_ANIMAL,
};

/* PropelledInformation: which list `propulsion` counts in. */
enum message_propelled { MESSAGE_BY_HUMAN, MESSAGE_BY_ANIMAL, MESSAGE_BY_MOTOR };

/* PersonalSafetyMessage. The acceleration set is there if any of its four bits is known. */
struct message_psm {
    uint32_t known; /* DSECOND to HEADING, ACCEL_*, YAW_RATE, PREDICTION, PROPULSION to
                       CLUSTER_RADIUS */
    uint8_t person; /* enum message_person */
    uint8_t msg_cnt;
    uint32_t id;
    uint16_t dsecond_ms;
    double lat_deg, lon_deg, elev_m;
    double semi_major_m, semi_minor_m, orientation_deg;
    double speed_mps, heading_deg;
    double accel_long_mps2, accel_lat_mps2, accel_vert_mps2, yaw_rate_dps;
    uint8_t propelled;  /* enum message_propelled */
    uint8_t propulsion; /* value of Human-, Animal- or MotorizedPropelledType */
    uint16_t use_state; /* PersonalDeviceUsageState bits: 3 audio, 4 typing, 5 calling */
    bool cross_request, cross_state;
    uint8_t cluster_size; /* NumberOfParticipantsInCluster: 1 small, 2 medium, 3 large */
    double cluster_radius_m;
    struct message_prediction prediction;
    uint8_t crumb_count;
    struct message_crumb crumbs[MESSAGE_CRUMBS_MAX];
};

/* MovementPhaseState */
enum message_phase {
    MESSAGE_PHASE_UNAVAILABLE,
    MESSAGE_PHASE_DARK,
    MESSAGE_PHASE_STOP_THEN_PROCEED,
    MESSAGE_PHASE_STOP_AND_REMAIN,
    MESSAGE_PHASE_PRE_MOVEMENT,
    MESSAGE_PHASE_PERMISSIVE_MOVEMENT,
    MESSAGE_PHASE_PROTECTED_MOVEMENT,
    MESSAGE_PHASE_PERMISSIVE_CLEARANCE,
    MESSAGE_PHASE_PROTECTED_CLEARANCE,
    MESSAGE_PHASE_CAUTION,
};

/* Bits of `known` of a movement. */
enum message_timing {
    MESSAGE_START = 1 << 0,
    MESSAGE_MIN_END = 1 << 1,
    MESSAGE_MAX_END = 1 << 2,
    MESSAGE_LIKELY = 1 << 3,
    MESSAGE_NEXT = 1 << 4,
    MESSAGE_CONFIDENCE = 1 << 5,
    MESSAGE_ADVICE = 1 << 6,
    MESSAGE_TIMING = 1 << 7, /* the timing is there, even if all its times are unknown */
};

/* The current event of one signal group. Times are seconds into the UTC hour; one earlier
 * than now means the next hour. */
struct message_movement {
    uint8_t known; /* enum message_timing */
    uint8_t signal_group;
    uint8_t phase; /* enum message_phase */
    double start_s, min_end_s, max_end_s, likely_s, next_s;
    double confidence_percent;
    double advice_mps; /* of the first advisory speed */
};

enum { MESSAGE_MOVEMENTS_MAX = 32, MESSAGE_INTERSECTIONS_MAX = 4 };

struct message_intersection {
    uint32_t known;      /* MINUTE, TIMESTAMP */
    uint16_t region, id; /* region 0: not given */
    uint8_t revision;
    uint16_t status; /* IntersectionStatusObject bits */
    int32_t minute_of_year;
    uint16_t timestamp_ms;  /* in the minute */
    uint8_t movement_count; /* kept */
    uint8_t movement_total; /* in the message */
    struct message_movement movements[MESSAGE_MOVEMENTS_MAX];
};

struct message_spat {
    uint32_t known; /* MINUTE */
    int32_t minute_of_year;
    uint8_t intersection_count; /* kept */
    uint8_t intersection_total; /* in the message */
    struct message_intersection intersections[MESSAGE_INTERSECTIONS_MAX];
};

/* LaneTypeAttributes */
enum message_lane_type {
    MESSAGE_LANE_VEHICLE,
    MESSAGE_LANE_CROSSWALK,
    MESSAGE_LANE_BIKE,
    MESSAGE_LANE_SIDEWALK,
    MESSAGE_LANE_MEDIAN,
    MESSAGE_LANE_STRIPING,
    MESSAGE_LANE_TRACKED,
    MESSAGE_LANE_PARKING,
};

enum {
    MESSAGE_LANES_MAX = 64,
    MESSAGE_NODES_MAX = 63, /* NodeSetXY */
    MESSAGE_CONNECTIONS_MAX = 16,
};

/* A step from the node before (the first: from the reference point), x east, y north. */
struct message_node {
    int32_t x_cm, y_cm;
};

/* Bits of `known` of lanes and connections. */
enum message_lane_known {
    MESSAGE_INGRESS = 1 << 0,
    MESSAGE_EGRESS = 1 << 1,
    MESSAGE_MANEUVERS = 1 << 2,
    MESSAGE_SIGNAL_GROUP = 1 << 3,
    MESSAGE_CONNECTION_ID = 1 << 4,
    MESSAGE_REMOTE = 1 << 5,   /* the connection leads to another intersection */
    MESSAGE_COMPUTED = 1 << 6, /* the nodes were computed from a reference lane */
};

struct message_connection {
    uint8_t known; /* MANEUVERS, SIGNAL_GROUP, CONNECTION_ID, REMOTE */
    uint8_t lane;
    uint16_t maneuvers; /* AllowedManeuvers bits: 0 straight, 1 left, 2 right, 3 u-turn */
    uint8_t signal_group;
    uint8_t connection_id;
    uint16_t remote_region, remote_id;
};

struct message_lane {
    uint8_t known; /* INGRESS, EGRESS, MANEUVERS, COMPUTED */
    uint8_t id;
    uint8_t ingress_approach, egress_approach;
    uint8_t direction;    /* LaneDirection bits: 0 ingress path, 1 egress path */
    uint16_t shared_with; /* LaneSharing bits */
    uint8_t type;         /* enum message_lane_type */
    uint16_t attributes;  /* bits of that type's attributes */
    uint16_t maneuvers;
    uint8_t node_count, connection_count;
    struct message_node nodes[MESSAGE_NODES_MAX];
    struct message_connection connections[MESSAGE_CONNECTIONS_MAX];
};

/* MapData: its first intersection. */
struct message_map {
    uint32_t known; /* MINUTE, LAT, LON, ELEV, WIDTH (lane width), SPEED (limit) */
    uint8_t msg_revision;
    int32_t minute_of_year;
    uint16_t region, id; /* region 0: not given */
    uint8_t revision;
    double lat_deg, lon_deg, elev_m; /* reference point */
    double width_m;                  /* default lane width */
    double speed_mps;                /* vehicleMaxSpeed limit */
    uint8_t intersection_total;      /* in the message */
    uint8_t lane_count;              /* kept */
    uint8_t lane_total;              /* in the message */
    struct message_lane lanes[MESSAGE_LANES_MAX];
};

enum {
    MESSAGE_ITIS_MAX = 16, /* WorkZone and the like; an advisory may have 100 */
    MESSAGE_REGIONS_MAX = 16,
    MESSAGE_TIM_NODES_MAX = 24, /* kept of the 63 of NodeSetXY */
};

/* Which list of ITIS codes a data frame has. */
enum message_content {
    MESSAGE_ADVISORY,
    MESSAGE_WORK_ZONE,
    MESSAGE_GENERIC_SIGN,
    MESSAGE_SPEED_LIMIT,
    MESSAGE_EXIT_SERVICE,
};

/* GeographicalPath: a way of some width from an anchor on, x east, y north. */
struct message_region {
    uint32_t known; /* LAT, LON, ELEV of the anchor, WIDTH */
    double lat_deg, lon_deg, elev_m, width_m;
    uint8_t directionality; /* DirectionOfUse: 1 forward, 2 reverse, 3 both */
    uint16_t direction;     /* HeadingSlice: bit n is 22.5 n to 22.5 (n + 1) degrees */
    uint8_t node_count;     /* of a path in XY offsets; 0: another description */
    struct message_node nodes[MESSAGE_TIM_NODES_MAX];
};

/* TravelerInformation: its first data frame. Texts are skipped. */
struct message_tim {
    uint32_t known;  /* MINUTE; LAT, LON, ELEV of the sign */
    uint8_t msg_cnt; /* 0..127 */
    int32_t minute_of_year;
    uint8_t frame_total; /* in the message */
    uint8_t frame_type;  /* TravelerInfoType: 1 advisory, 2 road sign */
    double lat_deg, lon_deg, elev_m;
    uint16_t view_angle; /* HeadingSlice */
    uint8_t mutcd;       /* MUTCDCode: 2 warning, 3 maintenance */
    uint16_t year;       /* 0: not given */
    int32_t start_minute;
    uint16_t duration_min; /* 32000: for ever */
    uint8_t priority;      /* 0..7 */
    uint8_t content;       /* enum message_content */
    uint8_t itis_count, region_count;
    uint16_t itis[MESSAGE_ITIS_MAX];
    struct message_region regions[MESSAGE_REGIONS_MAX];
};

/* RoadSideAlert. */
struct message_rsa {
    uint32_t known; /* MINUTE, LAT, LON, ELEV, HEADING */
    uint8_t msg_cnt;
    int32_t minute_of_year;
    uint16_t event; /* ITIS code */
    uint8_t itis_count;
    uint16_t itis[8];
    uint8_t priority;   /* 0..7, in the upper three bits of the octet */
    uint16_t direction; /* HeadingSlice */
    uint8_t extent;     /* Extent: 4 100 m, 5 500 m, 6 1000 m */
    double lat_deg, lon_deg, elev_m, heading_deg;
};

struct message {
    enum message_type type;
    uint32_t station_id; /* of SPATEM and MAPEM */
    union {
        struct message_bsm bsm;
        struct message_psm psm;
        struct message_spat spat;
        struct message_map map;
        struct message_tim tim;
        struct message_rsa rsa;
        struct its_claim its;
    };
};
