/* SPDX-License-Identifier: Apache-2.0 */
/* Packets sent as UDP datagrams, at once or at the moments that their stamps say. */
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

struct datagrams {
    int socket;   /* -1: closed */
    double speed; /* stamps are followed so many times as fast; 0: nothing waits */
    bool started;
    struct utc first;       /* stamp of the first packet ... */
    struct mono began;      /* ... and when it went out */
    uint64_t sent, unheard; /* unheard: the host said that nobody listens */
};

/* to: "HOST:PORT", "[IPv6]:PORT". RESULT_USAGE: no such place. */
MUST_USE int datagrams_open(struct datagrams *d, const char *to, double speed,
                            struct fail *fail);

/* Waits for the stamp if a speed says so (a signal ends the wait), then sends. Nobody
 * listening is no failure. RESULT_USAGE: too long for a datagram; RESULT_WORLD. */
MUST_USE int datagrams_send(struct datagrams *d, struct utc stamp,
                            const struct bytes *packet, struct fail *fail);

void datagrams_close(struct datagrams *d);
