/* SPDX-License-Identifier: Apache-2.0 */
/* The BSM core by straight-line code: 290 bits at fixed places (SAE J2735, BSMcoreData), no
 * allocation, every range checked. Raw wire units throughout.
 *
 * A "body" is the content of the frame's open type. Its first 37 octets hold the preamble
 * and the core whether or not Part II follows, so the core of any BSM is read without
 * touching the rest. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BSM_FRAME_SIZE = 40, BSM_BODY_SIZE = 37, BSM_CORE_BITS = 293 };

struct bsm_core {
    uint8_t msg_cnt;      /* 0..127 */
    uint32_t id;          /* the four octets, big endian */
    uint16_t sec_mark;    /* 1 ms */
    int32_t lat;          /* -900000000..900000001, 1e-7 degree */
    int32_t lon;          /* -1799999999..1800000001 */
    int32_t elev;         /* -4096..61439, 0.1 m */
    uint8_t semi_major;   /* 0.05 m */
    uint8_t semi_minor;   /* 0.05 m */
    uint16_t orientation; /* 360/65535 degree */
    uint8_t transmission; /* 0..7 */
    uint16_t speed;       /* 0..8191, 0.02 m/s */
    uint16_t heading;     /* 0..28800, 0.0125 degree */
    int8_t angle;         /* -126..127, 1.5 degree */
    int16_t accel_long;   /* -2000..2001, 0.01 m/s2 */
    int16_t accel_lat;    /* -2000..2001 */
    int8_t accel_vert;    /* -127..127, 0.02 G */
    int16_t yaw;          /* -32767..32767, 0.01 degree/s */
    uint8_t wheel_brakes; /* 5 bits, the first on the wire is bit 4 */
    uint8_t traction;     /* 0..3 */
    uint8_t abs;          /* 0..3 */
    uint8_t scs;          /* 0..3 */
    uint8_t brake_boost;  /* 0..2 */
    uint8_t aux_brakes;   /* 0..3 */
    uint16_t width;       /* 0..1023, 1 cm */
    uint16_t length;      /* 0..4095, 1 cm */
};

/* What follows the core. */
struct bsm_preamble {
    bool extended, part_ii, regional;
};

/* What Part II id 0 says, found by lengths alone. */
struct bsm_events {
    bool present;   /* VehicleSafetyExtensions has events */
    uint8_t length; /* bits: 13, or what the sender extended it to */
    uint16_t flags; /* bit n is J2735's bit n (7: hard braking); bits beyond 15 dropped */
    bool path_history; /* present */
    bool path_prediction;
    bool lights;
};

/* The body inside a BSM frame (00 14, length, body), or NULL if it is not one or is torn.
 * Octets behind the frame are allowed. */
const uint8_t *bsm_fast_body(const uint8_t *frame, size_t size, size_t *body_size);

/* false: torn, or a value out of range; *bad_bit is the bit in the body. Does not look
 * behind bit 293. */
bool bsm_fast_decode(const uint8_t *body, size_t size, struct bsm_core *core,
                     struct bsm_preamble *preamble, size_t *bad_bit);

/* A whole frame without Part II. false: a value out of range, nothing written. */
bool bsm_fast_encode(const struct bsm_core *core, uint8_t frame[BSM_FRAME_SIZE]);

/* The first item of Part II with id 0. false: Part II is torn. */
bool bsm_fast_events(const uint8_t *body, size_t size, struct bsm_events *events);
