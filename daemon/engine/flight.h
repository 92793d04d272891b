/* SPDX-License-Identifier: Apache-2.0 */
/* What is in flight: messages that somebody will still receive, and receptions that wait
 * for the instant at which they become usable.
 *
 * In: emissions of a tick, their delivered receptions. Out: receptions in order of t_avail
 * (ties in the order in which they were put). A timing wheel of world ticks; a reception
 * further ahead than the wheel goes round again. Bounded: messages_most messages,
 * receptions_most receptions; octets of messages live in a ring of octets_most and are
 * forgotten (counted) when it comes round. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "model/emission.h"
#include "model/fate.h"

struct flight;

struct flight_limits {
    uint32_t messages_most;
    uint32_t receptions_most;
    uint32_t octets_most;
};

/* A message as long as it is needed. */
struct flight_message {
    uint64_t msg_uid;
    struct claim claim;
    struct tai t_gen;
    const uint8_t *octets; /* NULL: forgotten */
    uint16_t size;
    uint8_t msg_type;
    uint32_t refs;       /* receptions that wait */
    uint64_t octets_end; /* where in the endless ring they end */
};

MUST_USE int flight_new(struct flight **flight, const struct flight_limits *limits,
                        struct tai start, struct fail *fail);

/* Keeps a message (octets and claim are copied). Returns its slot, UINT32_MAX when full. */
uint32_t flight_keep(struct flight *flight, const struct emission *emission);

/* Lets a reception of that slot wait until its t_avail. False when full. */
bool flight_wait(struct flight *flight, const struct reception *reception, uint32_t slot);

/* A message nobody waits for is given up. Call once per flight_keep, after its receptions.
 */
void flight_settle(struct flight *flight, uint32_t slot);

/* The receptions with t_avail <= until, sorted; valid until the next call. Each must then
 * be given to flight_landed. */
const struct reception *flight_due(struct flight *flight, struct tai until, size_t *count);
void flight_landed(struct flight *flight, const struct reception *reception);

const struct flight_message *flight_message(struct flight *flight, uint32_t slot);
size_t flight_waiting(const struct flight *flight);
uint64_t flight_forgotten(const struct flight *flight);
size_t flight_memory(const struct flight *flight); /* bound, octets */
void flight_free(struct flight *flight);
