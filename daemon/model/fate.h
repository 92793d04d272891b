/* SPDX-License-Identifier: Apache-2.0 */
/* Reception: what the air did to one message at one receiver, delivered or lost, and why.
 *
 * struct fate is the 128-byte record of the stream, little-endian on the wire
 * (docs/stream.md); the engine carries it as it is, so that publishing is a copy. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/time.h"

enum fate_flag {
    FATE_REORDERED = 1 << 0,
    FATE_DUPLICATE = 1 << 1,
    FATE_LATE = 1 << 2,
    FATE_ALTERED = 1 << 3,
    FATE_CLOCK_UNVERIFIED = 1 << 4,
    FATE_DISTANCE_FROM_CLAIMS = 1 << 5,
    FATE_WITHIN_RANGE = 1 << 6,
};

enum fate_valid {
    FATE_HAS_ACCESS = 1 << 0,
    FATE_HAS_INJECTED = 1 << 1,
    FATE_HAS_DISTANCE = 1 << 2,
    FATE_HAS_RSSI = 1 << 3,
    FATE_HAS_SINR = 1 << 4,
    FATE_HAS_CBR = 1 << 5,
    FATE_HAS_SPEED = 1 << 6,
    FATE_HAS_SHIFT = 1 << 7,
    FATE_HAS_SHIFT_TRUE = 1 << 8,
    FATE_HAS_SIGMA_ALONG = 1 << 9,
    FATE_HAS_SIGMA_ACROSS = 1 << 10,
    FATE_HAS_CLAIMED_ERROR = 1 << 11,
    FATE_HAS_T_GEN = 1 << 12,
    FATE_HAS_T_TX = 1 << 13,
    FATE_HAS_T_RX = 1 << 14,
    FATE_HAS_T_AVAIL = 1 << 15,
};

#define FATE_U32_NULL UINT32_MAX

/* Stamps are Unix UTC nanoseconds of true time. Invalid = 0 with its valid bit clear. */
struct fate {
    uint64_t msg_uid;
    int64_t t_gen_ns, t_tx_ns, t_rx_ns, t_avail_ns;
    uint32_t sender_idx, receiver_idx, blocker_idx, burst_id;
    float access_ms, injected_ms, distance_m, rssi_dbm, sinr_db, cbr, sender_speed_mps;
    float shift_m;      /* sender speed x age, raw */
    float shift_true_m; /* how far the sender truly moved between t_gen and t_avail */
    float sigma_along_m, sigma_across_m; /* after extrapolation to t_avail */
    float claimed_error_m;               /* claimed against true position at t_gen */
    uint16_t burst_pos, seq_gap;
    uint16_t com_tim, com_ord, com_fate; /* leaf ids */
    uint16_t flags;                      /* enum fate_flag */
    uint16_t scenario_idx;
    uint8_t sender_kind, msg_type, technology, tier, fate, cause, los, copies;
    uint16_t valid; /* enum fate_valid */
};

_Static_assert(sizeof(struct fate) == 128, "the wire format is 128 octets");
_Static_assert(offsetof(struct fate, sender_idx) == 40, "layout");
_Static_assert(offsetof(struct fate, access_ms) == 56, "layout");
_Static_assert(offsetof(struct fate, claimed_error_m) == 100, "layout");
_Static_assert(offsetof(struct fate, burst_pos) == 104, "layout");
_Static_assert(offsetof(struct fate, com_tim) == 108, "layout");
_Static_assert(offsetof(struct fate, flags) == 114, "layout");
_Static_assert(offsetof(struct fate, sender_kind) == 118, "layout");
_Static_assert(offsetof(struct fate, valid) == 126, "layout");

/* A reception inside the engine: the record, and its instants on the daemon's clock. */
struct reception {
    struct fate fate;
    uint32_t emission; /* index into the tick's emissions; after the tick, the message ring
                          slot */
    struct tai t_gen, t_tx, t_rx, t_avail; /* t_rx, t_avail only if delivered */
};
