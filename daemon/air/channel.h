/* SPDX-License-Identifier: Apache-2.0 */
/* The channel socket: what the air asks of a radio technology. One row per technology in
 * channel.c; a new one is a file channel_<name>.c, its row, and a test of its physics
 * (docs/howto/channel-model.md). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "model/emission.h"
#include "model/fate.h"
#include "model/kinds.h"

struct air_setup;
struct air_stations;

/* One transmission at one receiver. */
struct channel_pair {
    const struct emission *emission;
    uint32_t receiver;
    double distance_m; /* horizontal, at t_tx */
};

/* What the radio alone does to it. valid: FATE_HAS_RSSI, _SINR, _CBR as far as they mean
 * something for the technology. */
struct channel_verdict {
    enum cause cause;   /* CAUSE_NONE: received */
    int64_t access_ns;  /* waiting for the medium */
    int64_t airtime_ns; /* then until the end of the frame at the receiver */
    uint16_t valid;
    float rssi_dbm, sinr_db, cbr;
    uint32_t blocker; /* FATE_U32_NULL: none */
    uint8_t los;      /* enum los */
};

struct channel {
    enum technology technology;
    MUST_USE int (*open)(void **self, const struct air_setup *setup, struct fail *fail);
    /* Beyond this no pair can be received. */
    double (*reach_m)(const void *self);
    /* The stations have been placed; NULL: nothing to do. */
    void (*tick)(void *self, const struct air_stations *stations);
    /* Pure; called from any thread. */
    void (*judge)(const void *self, const struct channel_pair *pair,
                  struct channel_verdict *verdict);
    void (*close)(void *self);
};

/* NULL: no such channel: a radio with a medium (carrier.h), or nothing. */
const struct channel *channel_of(enum technology technology);

/* channel_ideal.c: received up to setup.reach_m, out_of_range beyond. */
extern const struct channel channel_ideal;
/* channel_cell.c: by the cellular network. */
extern const struct channel channel_cell;
