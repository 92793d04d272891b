/* SPDX-License-Identifier: Apache-2.0 */
/* What each recorded ego knows of each sender: the last messages that speak of a position,
 * asked as of an instant ("which of them were available by then").
 *
 * In: delivered messages, in any order. Out: per sender the message with the newest claimed
 * instant among those with t_avail <= t_decide. Only egos have memory; per ego at most
 * senders_most senders (the one heard longest ago is forgotten, counted), per sender the
 * last KNOWLEDGE_DEPTH messages. All memory is taken at the start. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "model/emission.h"
#include "model/fate.h"

#define KNOWLEDGE_DEPTH 16

struct knowledge_config {
    const uint32_t *egos; /* agent indexes, distinct; borrowed for the call */
    size_t ego_count;
    uint32_t agents_most;  /* sender indexes are below */
    uint32_t senders_most; /* per ego, at most agents_most; about 3 KiB each */
};

/* One message that an ego had. */
struct known {
    uint32_t sender_idx;
    uint8_t msg_type;
    uint64_t msg_uid;
    struct tai t_avail;
    struct claim claim;
    uint32_t heard; /* position messages of this sender so far (at any t_avail) */
};

struct knowledge;

MUST_USE int knowledge_new(struct knowledge **k, const struct knowledge_config *config,
                           struct fail *fail);

/* BSM, PSM, CAM and VAM say where their sender is. */
bool knowledge_makes_track(uint8_t msg_type);

/* Takes in a delivered message if its receiver is an ego, its type makes a track and its
 * claim has a position; else does nothing. The claim is copied. */
void knowledge_put(struct knowledge *k, const struct reception *reception,
                   const struct claim *claim, uint8_t msg_type);

/* Fills out[] with the newest message of each sender known to the ego by t_decide, in order
 * of the sender's index; returns how many (at most `most`; the rest is left out). 0 for an
 * agent that is no ego. Asked at most about KNOWLEDGE_DEPTH messages late. */
size_t knowledge_as_of(const struct knowledge *k, uint32_t ego, struct tai t_decide,
                       struct known *out, size_t most);

/* Senders forgotten because senders_most was full. */
uint64_t knowledge_forgotten(const struct knowledge *k);
size_t knowledge_memory(const struct knowledge *k);
void knowledge_free(struct knowledge *k);
