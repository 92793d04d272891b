/* SPDX-License-Identifier: Apache-2.0 */
/* Emission: somebody transmitted (or had the opportunity and did not). The first noun of
 * the road.
 *
 * A synthetic source fills `message`, the engine encodes it; a replay source fills
 * `octets`, the engine decodes them. Either way `claim` is what the octets say, so that
 * nobody downstream sees more than the air carried. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "model/kinds.h"
#include "model/state.h"

/* msg_uid = sender index (23 bits) | type (8) | k (32); the top bit is 0. */
static inline uint64_t emission_uid(uint32_t sender_idx, uint8_t msg_type, uint32_t k)
{
    return (uint64_t)(sender_idx & 0x7FFFFFu) << 40 | (uint64_t)msg_type << 32 | k;
}
static inline uint32_t emission_uid_sender(uint64_t uid)
{
    return (uint32_t)(uid >> 40);
}
static inline uint8_t emission_uid_type(uint64_t uid)
{
    return (uint8_t)(uid >> 32);
}
static inline uint32_t emission_uid_k(uint64_t uid)
{
    return (uint32_t)uid;
}

enum claim_known {
    CLAIM_POSITION = 1 << 0,
    CLAIM_SPEED = 1 << 1,
    CLAIM_YAW = 1 << 2,
    CLAIM_ACCEL = 1 << 3,
    CLAIM_YAW_RATE = 1 << 4,
    CLAIM_SIZE = 1 << 5,
    CLAIM_ACCURACY = 1 << 6,
    CLAIM_ID = 1 << 7,
    CLAIM_MSG_CNT = 1 << 8,
    CLAIM_TIME = 1 << 9,
    CLAIM_EVENTS = 1 << 10,
    CLAIM_ELEVATION = 1 << 11,
};

/* What a message says about its sender, in SI units and our frame. */
struct claim {
    uint32_t known; /* CLAIM_ bits */
    double lat_deg, lon_deg, elev_m;
    double x_m, y_m; /* of lat, lon about the run's origin */
    double speed_mps;
    double yaw_rad;
    double accel_mps2;
    double yaw_rate_radps;
    double length_m, width_m;
    double sigma_m;       /* claimed 1-sigma semi-major axis */
    struct tai t_gen;     /* the claimed instant, resolved near the hearing */
    uint32_t station_id;  /* temporary id (J2735) or stationID (ETSI) */
    uint8_t msg_cnt;      /* 0..127 */
    uint16_t event_flags; /* J2735 VehicleEventFlags, bit i = 1 << i */
    uint8_t kind;         /* enum sender_kind as far as the message tells */
};

struct message;

/* Where a sender believes to be: what the headers around its message say. */
struct own_state {
    double lat_deg, lon_deg, speed_mps, yaw_rad;
};

struct emission {
    uint64_t msg_uid;
    uint64_t sequence; /* order of creation, breaks ties of time */
    uint32_t sender_idx;
    uint32_t k;            /* opportunity number of (sender, type) */
    uint32_t tx_index;     /* transmitted messages of this sender before this one */
    uint8_t msg_type;      /* enum msg_type */
    uint8_t sender_kind;   /* enum sender_kind */
    uint8_t technology;    /* enum technology */
    uint8_t suppressed_by; /* SUPPRESSED_NONE: transmitted */
    uint8_t fault;         /* enum sender_fault, injected at the sender */
    bool truth_known;      /* false in replay */
    bool altered;          /* octets are not what was captured */
    struct tai t_gen; /* measurement valid (truth); in replay as claimed, else as heard */
    struct tai t_tx;  /* handed to the radio */
    struct rxtime t_gen_stamped; /* t_gen by the sender's own clock */
    struct state truth;          /* of the sender at t_gen */
    double position_sigma_m, heading_sigma_rad, clock_sigma_s; /* injected, one sigma */
    struct own_state own;                                      /* synthetic */
    const struct message *message; /* synthetic: to encode; lives until the next tick */
    const uint8_t *octets;         /* the message frame; lives until the next tick */
    uint16_t size;
    uint32_t psid;
    struct claim claim;
    /* replay only */
    uint32_t heard_by;    /* receiver index, AGENT_NONE: a sender-side record */
    struct tai t_heard;   /* capture stamp */
    uint64_t input_frame; /* frame or record number */
    struct span shift;    /* t_heard minus the stamp in the file (loops, restamping) */
    uint64_t source_key; /* who sent it, where the message does not say (address, signer) */
    uint32_t sent_by;    /* sender-side record: the station; else AGENT_NONE */
    bool has_signed_time; /* IEEE 1609.2 generationTime, as claimed (not shifted) */
    struct tai t_signed;
    char signer[17]; /* of a signed message: digest in hex, "certificate", "self" */
    bool has_rssi;
    float rssi_dbm;
    bool repeated; /* another record of a transmission already numbered */
};
