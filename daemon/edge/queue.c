/* SPDX-License-Identifier: Apache-2.0 */
/* The bounded road between two threads: a ring of octets with one entry per message, a pool
 * of blocks for batches, and the topics with their sequence numbers. */
#include "edge/queue.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct topic {
    uint64_t next; /* sequence of the next message */
    uint64_t dropped;
    char name[QUEUE_TOPIC_MOST + 1];
};

/* In the ring, 8-aligned, followed by `size` octets of payload. span is the distance to the
 * next entry; an entry with topic QUEUE_NO_TOPIC only fills the end of the ring. */
struct entry {
    size_t span;
    uint64_t sequence;
    struct queue_stamp stamp;
    struct queue_block *block;
    size_t size;
    uint32_t topic;
};

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t room;
    struct queue_options options;
    uint8_t *ring;
    size_t size;
    uint64_t head, tail; /* octets ever taken, ever put; tail - head <= size */
    struct queue_block *blocks;
    struct queue_block *free_blocks;
    uint32_t free_count;
    struct topic *topics;
    uint32_t *slots; /* hash table of topic number + 1 */
    uint32_t slot_mask;
    struct queue_counts counts;
    bool finished, aborted;
};

static uint32_t text_hash(const char *text)
{
    uint32_t h = UINT32_C(2166136261); /* FNV-1a */
    for (; *text; text++) {
        h = (h ^ (uint8_t)*text) * UINT32_C(16777619);
    }
    return h;
}

static bool blocks_new(struct queue *q)
{
    q->blocks = calloc(q->options.blocks, sizeof *q->blocks);
    for (uint32_t i = 0; q->blocks && i < q->options.blocks; i++) {
        q->blocks[i].owner = q;
        q->blocks[i].next = q->free_blocks;
        q->free_blocks = &q->blocks[i];
        q->free_count++;
    }
    return q->blocks != NULL;
}

int queue_new(struct queue **queue, const struct queue_options *options, struct fail *fail)
{
    struct queue *q = calloc(1, sizeof *q);
    *queue = q;
    if (!q) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the queue");
    }
    q->options = *options;
    size_t bytes = options->bytes ? options->bytes : QUEUE_BYTES;
    q->size = (bytes + sizeof(struct entry) + 7) & ~(size_t)7;
    q->options.blocks = options->blocks ? options->blocks : QUEUE_BLOCKS;
    q->options.topics = options->topics ? options->topics : QUEUE_TOPICS;
    q->slot_mask = 1;
    while (q->slot_mask < 2 * q->options.topics) {
        q->slot_mask *= 2;
    }
    q->slot_mask--;
    q->ring = malloc(q->size);
    q->topics = calloc(q->options.topics, sizeof *q->topics);
    q->slots = calloc((size_t)q->slot_mask + 1, sizeof *q->slots);
    (void)pthread_mutex_init(&q->lock, NULL);
    (void)pthread_cond_init(&q->room, NULL);
    if (!q->ring || !q->topics || !q->slots || !blocks_new(q)) {
        queue_free(q);
        *queue = NULL;
        return fail_set(fail, RESULT_MEMORY, "no memory for a queue of %zu octets", bytes);
    }
    return 0;
}

void queue_set_wake(struct queue *q, void (*wake)(void *self), void *self)
{
    (void)pthread_mutex_lock(&q->lock);
    q->options.wake = wake;
    q->options.wake_self = self;
    (void)pthread_mutex_unlock(&q->lock);
}

/* The wake runs under the lock, so that none is on its way once queue_set_wake took it
 * away.
 */
static void unlock_and_wake(struct queue *q, bool wake)
{
    if (wake && q->options.wake) {
        q->options.wake(q->options.wake_self);
    }
    (void)pthread_mutex_unlock(&q->lock);
}

static uint32_t topic_add(struct queue *q, const char *name, size_t length, uint32_t slot)
{
    uint32_t topic = QUEUE_NO_TOPIC;
    (void)pthread_mutex_lock(&q->lock);
    if (q->counts.topics == q->options.topics || length > QUEUE_TOPIC_MOST) {
        q->counts.refused++;
    } else {
        topic = q->counts.topics++;
        memcpy(q->topics[topic].name, name, length + 1);
        q->slots[slot] = topic + 1;
    }
    (void)pthread_mutex_unlock(&q->lock);
    return topic;
}

uint32_t queue_topic(struct queue *q, const char *name)
{
    uint32_t slot = text_hash(name) & q->slot_mask;
    while (q->slots[slot] != 0) {
        uint32_t topic = q->slots[slot] - 1;
        if (strcmp(q->topics[topic].name, name) == 0) {
            return topic;
        }
        slot = (slot + 1) & q->slot_mask;
    }
    return topic_add(q, name, strlen(name), slot);
}

/* Octets that an entry of `span` takes from the tail on, end of the ring included. */
static size_t needed(const struct queue *q, size_t span)
{
    size_t to_end = q->size - (size_t)(q->tail % q->size);
    return span <= to_end ? span : to_end + span;
}

static bool fits(const struct queue *q, size_t span)
{
    return needed(q, span) <= q->size - (size_t)(q->tail - q->head);
}

static void skip_to_start(struct queue *q, size_t span)
{
    size_t to_end = q->size - (size_t)(q->tail % q->size);
    if (span <= to_end) {
        return;
    }
    if (to_end >= sizeof(struct entry)) {
        struct entry filler = {.span = to_end, .topic = QUEUE_NO_TOPIC};
        memcpy(q->ring + q->tail % q->size, &filler, sizeof filler);
    }
    q->tail += to_end;
}

static void ring_put(struct queue *q, const struct entry *entry, const void *payload)
{
    skip_to_start(q, entry->span);
    uint8_t *here = q->ring + q->tail % q->size;
    memcpy(here, entry, sizeof *entry);
    if (payload && entry->size > 0) {
        memcpy(here + sizeof *entry, payload, entry->size);
    }
    q->tail += entry->span;
    size_t waiting = (size_t)(q->tail - q->head);
    if (waiting > q->counts.bytes_most) {
        q->counts.bytes_most = waiting;
    }
}

/* The whole of a put, block or copy. Locked inside. */
static bool put(struct queue *q, uint32_t topic, struct entry *entry, const void *payload)
{
    if (topic == QUEUE_NO_TOPIC) {
        (void)pthread_mutex_lock(&q->lock);
        q->counts.refused++;
        (void)pthread_mutex_unlock(&q->lock);
        return false;
    }
    size_t inside = payload ? entry->size : 0;
    bool possible = inside <= q->size - 2 * sizeof *entry;
    entry->span = possible ? (sizeof *entry + inside + 7) & ~(size_t)7 : 0;
    entry->topic = topic;
    (void)pthread_mutex_lock(&q->lock);
    entry->sequence = q->topics[topic].next++;
    q->counts.put++;
    possible = possible && entry->span <= q->size;
    while (possible && q->options.lossless && !q->aborted && !fits(q, entry->span)) {
        q->counts.waits++;
        (void)pthread_cond_wait(&q->room, &q->lock);
    }
    bool accepted = possible && !q->aborted && fits(q, entry->span);
    bool was_empty = q->head == q->tail;
    if (accepted) {
        ring_put(q, entry, payload);
    } else {
        q->counts.dropped++;
        q->topics[topic].dropped++;
    }
    unlock_and_wake(q, accepted && was_empty);
    return accepted;
}

bool queue_put(struct queue *q, uint32_t topic, const struct queue_stamp *stamp,
               const void *payload, size_t size)
{
    struct entry entry = {.stamp = *stamp, .size = size};
    return put(q, topic, &entry, payload ? payload : "");
}

struct queue_block *queue_block_take(struct queue *q)
{
    (void)pthread_mutex_lock(&q->lock);
    while (!q->free_blocks && q->options.lossless && !q->aborted) {
        q->counts.waits++;
        (void)pthread_cond_wait(&q->room, &q->lock);
    }
    struct queue_block *block = q->free_blocks;
    if (block) {
        q->free_blocks = block->next;
        q->free_count--;
    }
    (void)pthread_mutex_unlock(&q->lock);
    return block;
}

bool queue_put_block(struct queue *q, uint32_t topic, const struct queue_stamp *stamp,
                     struct queue_block *block, size_t size)
{
    assert(size <= QUEUE_BLOCK_SIZE);
    struct entry entry = {.stamp = *stamp, .size = size, .block = block};
    bool accepted = put(q, topic, &entry, NULL);
    if (!accepted) {
        queue_block_give(block);
    }
    return accepted;
}

void queue_miss(struct queue *q, uint32_t topic)
{
    (void)pthread_mutex_lock(&q->lock);
    if (topic == QUEUE_NO_TOPIC) {
        q->counts.refused++;
    } else {
        q->counts.put++;
        q->counts.dropped++;
        q->topics[topic].next++;
        q->topics[topic].dropped++;
    }
    (void)pthread_mutex_unlock(&q->lock);
}

void queue_finish(struct queue *q)
{
    (void)pthread_mutex_lock(&q->lock);
    q->finished = true;
    unlock_and_wake(q, true);
}

bool queue_finished(struct queue *q)
{
    (void)pthread_mutex_lock(&q->lock);
    bool finished = q->finished;
    (void)pthread_mutex_unlock(&q->lock);
    return finished;
}

/* Steps over what only fills the end of the ring. */
static bool entry_at_head(struct queue *q, struct entry *entry)
{
    while (q->head != q->tail) {
        size_t to_end = q->size - (size_t)(q->head % q->size);
        if (to_end < sizeof *entry) {
            q->head += to_end;
            continue;
        }
        memcpy(entry, q->ring + q->head % q->size, sizeof *entry);
        if (entry->topic != QUEUE_NO_TOPIC) {
            return true;
        }
        q->head += entry->span;
    }
    return false;
}

bool queue_head(struct queue *q, struct queue_message *message)
{
    struct entry entry;
    (void)pthread_mutex_lock(&q->lock);
    bool some = entry_at_head(q, &entry);
    if (some) {
        const uint8_t *here = q->ring + q->head % q->size;
        *message = (struct queue_message){
            .topic = q->topics[entry.topic].name,
            .topic_id = entry.topic,
            .sequence = entry.sequence,
            .stamp = entry.stamp,
            .payload = entry.block ? entry.block->data : here + sizeof entry,
            .size = entry.size,
            .block = entry.block,
        };
    }
    (void)pthread_mutex_unlock(&q->lock);
    return some;
}

void queue_pop(struct queue *q)
{
    struct entry entry;
    (void)pthread_mutex_lock(&q->lock);
    if (entry_at_head(q, &entry)) {
        q->head += entry.span;
        q->counts.taken++;
        (void)pthread_cond_signal(&q->room);
    }
    (void)pthread_mutex_unlock(&q->lock);
}

void queue_block_give(struct queue_block *block)
{
    struct queue *q = block->owner;
    (void)pthread_mutex_lock(&q->lock);
    block->next = q->free_blocks;
    q->free_blocks = block;
    q->free_count++;
    (void)pthread_cond_signal(&q->room);
    (void)pthread_mutex_unlock(&q->lock);
}

void queue_abort(struct queue *q)
{
    (void)pthread_mutex_lock(&q->lock);
    q->aborted = true;
    (void)pthread_cond_broadcast(&q->room);
    (void)pthread_mutex_unlock(&q->lock);
}

void queue_count(struct queue *q, struct queue_counts *counts)
{
    (void)pthread_mutex_lock(&q->lock);
    *counts = q->counts;
    counts->bytes = (size_t)(q->tail - q->head);
    counts->bytes_limit = q->size;
    counts->blocks = q->options.blocks;
    counts->blocks_free = q->free_count;
    (void)pthread_mutex_unlock(&q->lock);
}

uint64_t queue_topics_json(struct queue *q, struct bytes *json)
{
    uint64_t sum = 0;
    (void)pthread_mutex_lock(&q->lock);
    for (uint32_t i = 0; i < q->counts.topics; i++) {
        const struct topic *topic = &q->topics[i];
        bytes_text(json, i ? "," : "");
        bytes_json_string(json, topic->name);
        bytes_text(json, ":[");
        bytes_json_uint(json, topic->next);
        bytes_text(json, ",");
        bytes_json_uint(json, topic->dropped);
        bytes_text(json, "]");
        sum += topic->next;
    }
    (void)pthread_mutex_unlock(&q->lock);
    return sum;
}

void queue_free(struct queue *q)
{
    if (!q) {
        return;
    }
    assert(q->free_count == (q->blocks ? q->options.blocks : 0));
    (void)pthread_cond_destroy(&q->room);
    (void)pthread_mutex_destroy(&q->lock);
    free(q->blocks);
    free(q->ring);
    free(q->topics);
    free(q->slots);
    free(q);
}
