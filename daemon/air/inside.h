/* SPDX-License-Identifier: Apache-2.0 */
/* What the air's own files share; nobody else includes it. */
#pragma once

#include "air/air.h"
#include "air/blockers.h"
#include "air/channel.h"
#include "air/impair.h"
#include "air/nearby.h"
#include "air/obstacle.h"
#include "air/row.h"

#define AIR_BATCH        1024 /* messages counted at once when threads share them */
#define AIR_MESSAGE_BITS UINT64_C(0xFFFFFFFFFF) /* type and k of a msg_uid */

struct carrier;

/* What one thread works with. */
struct slot {
    struct nearby_scratch *scratch;
    struct obstacle_near near;
    struct air_ledger ledger;
};

struct air {
    struct impair impair;
    struct row_run run;
    struct row_clock clock;
    const struct channel *channel; /* NULL: a radio */
    void *channel_self;
    struct carrier *carrier;    /* of a radio */
    double intended_m, range_m; /* range: within it a pair can be intended or received */
    const struct walls *walls;
    uint32_t agents_most;
    int slot_count;
    struct slot *slots;
    struct nearby *nearby;
    struct blockers *blockers;   /* vehicles in the way */
    struct outage_span *outages; /* by agent; begins at the tick before */
    uint64_t *areas;             /* by agent: windows whose area it is in, by bit */
    struct air_stations stations;
    struct tai settled; /* no emission of the present tick is before */
    struct air_ledger ledger;
    /* What air_offer was given, when there is no radio. */
    struct air_work offered;
    const uint32_t *tickets;
    /* The batch at hand, when threads share it. */
    const struct air_work *work;
    struct reception *out;
    size_t batch_first, batch_count;
    size_t counts[AIR_BATCH], offsets[AIR_BATCH + 1];
};

/* All that the receivers of one message share. */
struct message {
    const struct emission *emission;
    struct row_message row;
    struct impair_case impaired;
    uint64_t windows;
    double antenna_m;
};

void message_init(const struct air *air, const struct emission *e, struct tai t,
                  struct message *m);

struct impair_case message_case(const struct message *m, uint32_t receiver, uint8_t kind);

/* The row of one pair once the radio has decided: tier and impairments on top. Returns
 * false if it is not intended: lost, and out of the intended range. */
bool message_row(const struct air *air, const struct message *m, uint32_t receiver,
                 double distance_m, const struct channel_verdict *radio,
                 struct reception *out);

void ledger_count(struct air_ledger *ledger, const struct fate *f);
