/* SPDX-License-Identifier: Apache-2.0 */
/* The road from the engine thread to the loop thread: bounded in octets, one producer, one
 * consumer.
 *
 * In: topic, instants and payload of one stream message. Out: the same, with the topic's
 * next sequence number. Sequences are given when a message is put, also to one that finds
 * the queue full: a drop of ours is a gap that a subscriber can see. A full queue drops and
 * counts (live) or makes the producer wait (lossless). Memory is taken once, in queue_new.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

#define QUEUE_TOPIC_MOST 128         /* octets of a topic, without the final zero */
#define QUEUE_BLOCK_SIZE (64 * 1024) /* one batch of 512 fate records */
#define QUEUE_BYTES      ((size_t)64 << 20)
#define QUEUE_BLOCKS     64
#define QUEUE_TOPICS     65536
#define QUEUE_NO_TOPIC   UINT32_MAX

/* Due at once, whatever the pace. */
#define QUEUE_NOW ((struct tai){INT64_MIN})

struct queue;

/* One batch that travels without a copy: taken empty, filled by the engine, put, and given
 * back by whoever sent it. */
struct queue_block {
    uint8_t data[QUEUE_BLOCK_SIZE];
    struct queue *owner;
    struct queue_block *next;
};

struct queue_options {
    size_t bytes;    /* of waiting messages; 0: QUEUE_BYTES */
    uint32_t blocks; /* 0: QUEUE_BLOCKS */
    uint32_t topics; /* 0: QUEUE_TOPICS */
    bool lossless;
    /* Called by the producer's thread, under the queue's lock, when the queue was empty:
     * may not call the queue. */
    void (*wake)(void *self);
    void *wake_self;
};

/* What a producer gives with the payload. */
struct queue_stamp {
    struct tai release; /* not sent before this instant of the scenario; QUEUE_NOW: at once.
                           Meant to be non-decreasing; one that goes back goes with its
                           predecessor */
    int64_t t_event_ns; /* Unix UTC, for the envelope */
    uint32_t flags;     /* for the envelope */
};

/* A message at the head; everything it points to lives until queue_pop. */
struct queue_message {
    const char *topic;
    uint32_t topic_id;
    uint64_t sequence;
    struct queue_stamp stamp;
    const uint8_t *payload;
    size_t size;
    struct queue_block *block; /* not NULL: payload is block->data, and from queue_pop on
                                  the block is the taker's, until queue_block_give */
};

struct queue_counts {
    uint64_t put;      /* accepted or dropped: what consumed a sequence number */
    uint64_t dropped;  /* of these, not accepted */
    uint64_t taken;    /* popped by the consumer */
    uint64_t refused;  /* no topic could be given: table of topics full, name too long */
    uint64_t waits;    /* lossless: how often the producer had to wait */
    size_t bytes;      /* waiting now */
    size_t bytes_most; /* most that ever waited */
    size_t bytes_limit;
    uint32_t blocks,
        blocks_free; /* not free: with the producer, in the queue, with libzmq */
    uint32_t topics;
};

MUST_USE int queue_new(struct queue **queue, const struct queue_options *options,
                       struct fail *fail);
void queue_set_wake(struct queue *queue, void (*wake)(void *self), void *self);

/* The number of a topic ("rx.veh-3.bsm"), the same for the same text; QUEUE_NO_TOPIC if the
 * table is full or the text too long (counted). Producer's thread only. */
uint32_t queue_topic(struct queue *queue, const char *topic);

/* Copies the payload in. False: dropped or refused, and counted. Lossless: waits for room;
 * false only after queue_abort, or if it could never fit. */
bool queue_put(struct queue *queue, uint32_t topic, const struct queue_stamp *stamp,
               const void *payload, size_t size);

/* An empty block; NULL: none left (lossless: waits; NULL only after queue_abort). */
struct queue_block *queue_block_take(struct queue *queue);
/* Hands a filled block over, size <= QUEUE_BLOCK_SIZE. The queue has it afterwards, also if
 * it says false. */
bool queue_put_block(struct queue *queue, uint32_t topic, const struct queue_stamp *stamp,
                     struct queue_block *block, size_t size);
/* A batch that could not be made because queue_block_take gave NULL: consumes a sequence
 * number and counts as dropped. */
void queue_miss(struct queue *queue, uint32_t topic);
/* Nothing more comes from the producer. */
void queue_finish(struct queue *queue);
bool queue_finished(struct queue *queue);

/* Consumer's thread: the oldest message, without taking it; false: empty. */
bool queue_head(struct queue *queue, struct queue_message *message);
void queue_pop(struct queue *queue);

/* Any thread. */
void queue_block_give(struct queue_block *block);
void queue_abort(struct queue *queue); /* a waiting producer goes on; later puts drop */
void queue_count(struct queue *queue, struct queue_counts *counts);
/* Members of a JSON object, without its braces: "topic":[sequence end, dropped],... of
 * every topic so far. Gives the sum of the sequence ends. */
uint64_t queue_topics_json(struct queue *queue, struct bytes *json);

/* The blocks must be back (zmq_ctx_term gives the last ones). */
void queue_free(struct queue *queue);
