/* SPDX-License-Identifier: Apache-2.0 */
/* A radio technology at work: messages wait for the medium, frames are on it, and once no
 * later frame can overlap one its receivers get their rows. In: the tick's emissions. Out:
 * rows of all frames that end within the tick, whenever their message was offered. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"

struct air;
struct air_setup;
struct carrier;
struct emission;
struct pool;
struct reception;
struct send_limit;

/* Links and tables; *reach_m: beyond it nobody needs to be asked. */
MUST_USE int carrier_new(struct carrier **carrier, const struct air_setup *setup,
                         double *reach_m, struct fail *fail);

/* The rest, once the air stands. air is borrowed. */
MUST_USE int carrier_open(struct carrier *carrier, struct air *air, struct fail *fail);
void carrier_free(struct carrier *carrier);

/* The air's stations have been placed. */
void carrier_tick(struct carrier *carrier);

/* RESULT_MEMORY if more messages wait than there is room for. */
MUST_USE int carrier_offer(struct carrier *carrier, const struct emission *emissions,
                           size_t count, const uint32_t *tickets, struct fail *fail);

size_t carrier_take(struct carrier *carrier, struct pool *pool, struct reception *out,
                    size_t room, bool *more);

/* Tickets of messages whose rows have all been taken; forgotten by the next call of
 * carrier_tick. */
const uint32_t *carrier_through(const struct carrier *carrier, size_t *count);

/* Messages that still have rows to come. */
size_t carrier_waiting(const struct carrier *carrier);

/* By agent; NULL: no congestion control. */
const struct send_limit *carrier_limits(const struct carrier *carrier);

/* Share of the last 100 ms that a station found the medium busy. */
double carrier_cbr(const struct carrier *carrier, uint32_t agent);
