/* SPDX-License-Identifier: Apache-2.0 */
/* The only door to ETSI ITS messages: a PDU in octets (what BTP carries) to JSON, to plain
 * values in SI units, and back.
 *
 * A PDU begins with protocol version, message id and station id (48 bits); the first two
 * choose the edition. It has no length of its own: whoever cuts it out of its packet gives
 * its exact size, and octets left over are an error. One `struct its` per thread. Octets
 * from the air never fail the program: the report says what was wrong and where. Octets,
 * texts and claims are borrowed for the call. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "asn1/codec.h"
#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

struct its;

enum { ITS_HEADER_SIZE = 6, ITS_PDU_MAX = 65536 };

/* What the header says. */
struct its_info {
    int protocol_version;
    int message_id;
    uint32_t station_id;
    const char *name;    /* CAM, DENM, ...; "" if the id is not assigned */
    const char *edition; /* the standard that we read it by; "" if none */
    bool decodable;      /* this version of this message is one of ours */
};

struct its_report {
    bool ok; /* the PDU is what its header says, to its last octet (or not one of ours) */
    bool decoded; /* the content was decoded, not only recognized */
    struct its_info info;
    size_t consumed;
    size_t offset; /* of the error: octet from the start of the PDU ... */
    int bit;       /* ... and bit in it, 0 first on the wire */
    char error[480];
    struct codec_unknown unknown[CODEC_UNKNOWN_MAX]; /* extension additions skipped */
    size_t unknown_count;                            /* may exceed what is kept */
};

/* NULL: out of memory. About four MiB, taken once. */
struct its *its_new(void);
void its_free(struct its *its);

/* false: fewer than six octets. */
bool its_describe(const uint8_t *octets, size_t size, struct its_info *info);

/* Appends the raw (jer) and the engineering (si) form; either may be NULL. Returns
 * report->ok. A message known but not decodable is ok, and appends nothing. */
bool its_decode_json(struct its *its, const uint8_t *octets, size_t size, struct bytes *jer,
                     struct bytes *si, struct its_report *report);

/* One PDU from its jer text, or from its si text; appended to out. The header in the text
 * chooses the edition. */
MUST_USE int its_encode_json(struct its *its, const char *jer, struct bytes *out,
                             struct fail *fail);
MUST_USE int its_encode_si(struct its *its, const char *si, struct bytes *out,
                           struct fail *fail);

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

/* A CAM, DENM or VAM as plain values. Returns report->ok; another message is ok with
 * claim->kind ITS_NONE. */
bool its_decode_message(struct its *its, const uint8_t *octets, size_t size,
                        struct its_claim *claim, struct its_report *report);

/* A PDU of the newest edition into out[room]; protocol_version is set by the kind. A
 * station of type 15 sends a CAM without movement. */
MUST_USE int its_encode_message(struct its *its, const struct its_claim *claim,
                                uint8_t *out, size_t room, size_t *size, struct fail *fail);

/* EN 302 637-2, Annex B: 16 bits of the milliseconds; back: the instant nearest to `near`
 * that has them. */
uint16_t its_generation_delta(struct tai t);
struct tai its_unfold(uint16_t generation_delta_ms, struct tai near);
