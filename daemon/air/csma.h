/* SPDX-License-Identifier: Apache-2.0 */
/* Access of 802.11p stations to the medium, event by event (IEEE 802.11-2020, 10.23.2:
 * EDCA, broadcast outside a BSS): carrier sense per station, AIFS, slots, backoff that
 * freezes. Hidden terminals, ties in a slot, busy and deaf receivers come out of the
 * geometry; nothing is assumed about them.
 *
 * A station notices a frame if it is idle and the power is above the sensing threshold; it
 * then stays with it to its end. What it does not follow keeps the medium busy only above
 * the energy threshold. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "air/medium.h"
#include "base/result.h"

struct csma;

#define CSMA_QUEUE_MOST 8 /* messages that a station keeps waiting */

/* A message that a station wants to send. */
struct csma_request {
    uint32_t sender, message; /* message: index of the pending message */
    int64_t t_ns;
    double x_m, y_m, antenna_m;
    struct tai t_tx;
    double psdu_octets;
    double power_db; /* against the profile's */
    uint64_t key;    /* of its draws */
};

MUST_USE int csma_new(struct csma **csma, struct medium *medium, uint64_t seed,
                      struct fail *fail);
void csma_free(struct csma *csma);

/* Runs up to (and with) t. requests [*taken, count) are in order of t_ns. Returns true when
 * t is reached; false when the medium has no room: let frames be decided, then call again.
 */
bool csma_run(struct csma *csma, const struct csma_request *requests, size_t count,
              size_t *taken, int64_t t_ns);

/* Everything before this instant has happened. */
int64_t csma_now(const struct csma *csma);
