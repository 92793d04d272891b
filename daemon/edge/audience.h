/* SPDX-License-Identifier: Apache-2.0 */
/* Who listens: connections and subscriptions of one XPUB socket.
 *
 * In: the socket's own subscription messages and libzmq's monitor events. Out: counts, and
 * whether as many subscribers are there as were asked for. A subscriber is a connection;
 * over inproc, which has no connection events, it is a subscription. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "edge/parting.h"
#include "edge/zwatch.h"

#define AUDIENCE_FD_MOST 4096

struct audience {
    struct zwatch monitor;
    uint32_t connections;
    uint32_t subscriptions;
    bool inproc; /* an endpoint gives no connection events */
    void *self;
    void (*closed)(void *self);
    uint8_t connected[AUDIENCE_FD_MOST / 8];
    void *xpub;
};

/* Before xpub is bound: from now on connections are counted. */
MUST_USE int audience_open(struct audience *audience, void *zmq, void *xpub,
                           struct fail *fail);
/* Onto the loop. self and closed are the caller's: audience_close answers through them. */
MUST_USE int audience_watch(struct audience *audience, uv_loop_t *loop, struct fail *fail);
/* Reads at most ZWATCH_TURN subscription messages; true if a new subscription covers the
 * given topic, or is contained in it. */
bool audience_read(struct audience *audience, const char *topic, bool *any);
/* Are n subscribers there, each with a subscription? */
bool audience_there(const struct audience *audience, unsigned n);
/* Before the socket is closed: every connection there is now is held by parting. */
void audience_part(struct audience *audience, struct parting *parting);
void audience_close(struct audience *audience);
