/* SPDX-License-Identifier: Apache-2.0 */
/* What every receiver can tell of a delivered message from the messages before it: order,
 * duplicates, gaps, change of the temporary id. One bank holds all receivers.
 *
 * A flow is (receiver, sender, message type): the message count runs per sender and type
 * (SAE J2735 DE_MsgCount). Flows are kept in a bounded table; when it is full the flow that
 * was silent longest is forgotten, and counted. Messages of one receiver are put in order
 * of (t_avail, sequence). All memory is taken at the start.
 *
 * Threads: the bank is cut into RECEIVER_SHARDS by receiver index; two threads may put at
 * the same time if the shards of their receivers differ. The cut does not depend on the
 * number of threads, so neither do the results. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "model/emission.h"
#include "model/fate.h"

#define RECEIVER_SHARDS 64

struct receiver_config {
    uint32_t flows_most; /* over all receivers; at least RECEIVER_SHARDS, 150 octets each */
};

/* The leaves of com.ord, in the order in which the first that holds wins. */
enum receiver_order {
    RECEIVER_DUPLICATE,    /* same flow, count and claimed instant, among the last 8 */
    RECEIVER_OUT_OF_ORDER, /* claimed instant older than the newest that was available */
    RECEIVER_GAP_BEFORE,   /* the count jumped, modulo 128 */
    RECEIVER_IN_ORDER,
    RECEIVER_UNKNOWN, /* no count in the message, and it is not older */
};

struct receiver_heard {
    enum receiver_order order;
    bool first;         /* first message of this flow */
    bool reordered;     /* -> FATE_REORDERED */
    bool duplicate;     /* -> FATE_DUPLICATE */
    bool id_changed;    /* new temporary id; the count starts anew, no gap */
    bool restarted;     /* the sender's clock went back by over 1 s: its time starts anew */
    bool seq_gap_known; /* a count was there before and is there now, same id */
    uint16_t seq_gap;   /* messages missing before this one, 0..127; 0 unless GAP_BEFORE */
    bool gap_resolved;  /* false: so much time passed that 128 or more may be missing */
    struct tai t_before; /* t_avail of the newest message before this one; unless first */
    uint8_t cnt_before;  /* its count, if seq_gap_known */
    uint32_t messages;   /* of this flow, this one included, duplicates not */
};

struct receiver_counters {
    uint64_t messages, duplicates, out_of_order, gaps, missed, id_changes;
    uint64_t flows;     /* known now */
    uint64_t forgotten; /* flows given up because the table was full */
};

struct receiver;

MUST_USE int receiver_new(struct receiver **bank, const struct receiver_config *config,
                          struct fail *fail);

/* Takes in one delivered message (reception->fate.sender_idx and receiver_idx < 2^23, and
 * t_avail are read; the claim is what the octets say) and judges it. */
enum receiver_order receiver_put(struct receiver *bank, const struct reception *reception,
                                 const struct claim *claim, uint8_t msg_type,
                                 struct receiver_heard *out);

/* The shard of a receiver, 0..RECEIVER_SHARDS-1. */
unsigned receiver_shard(uint32_t receiver_idx);

/* Nominal interval of a message type in ms: 100 or 1000 (SAE J2945/1; MAP, TIM, RSA: 1 s).
 */
uint32_t receiver_interval_ms(uint8_t msg_type);

/* Sums over all shards; not while another thread puts. */
struct receiver_counters receiver_counters(const struct receiver *bank);

/* Octets taken at the start. */
size_t receiver_memory(const struct receiver *bank);

void receiver_free(struct receiver *bank);
