/* SPDX-License-Identifier: Apache-2.0 */
/* The wheel of receptions and the store of their messages. */
#include "engine/flight.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "model/ports.h"

#define BUCKETS       4096 /* ticks of 10 ms: 41 s */
#define CHUNK_ENTRIES 32

struct chunk {
    struct chunk *next;
    uint32_t count;
    struct reception entries[CHUNK_ENTRIES];
};

struct bucket {
    struct chunk *first, *last;
};

struct flight {
    struct flight_limits limits;
    struct tai start;
    int64_t done; /* buckets up to this number are empty */
    struct bucket buckets[BUCKETS];
    struct chunk *spare;
    uint32_t chunks, chunks_most;
    size_t waiting;
    struct flight_message *messages;
    uint32_t *free_slots;
    uint32_t free_count;
    uint8_t *ring;
    uint64_t ring_end;
    uint64_t forgotten;
    struct reception *due;
    uint32_t *order, *scratch;
    struct reception *sorted;
    size_t due_room;
};

int flight_new(struct flight **out, const struct flight_limits *limits, struct tai start,
               struct fail *fail)
{
    struct flight *f = calloc(1, sizeof *f);
    if (!f) {
        return fail_set(fail, RESULT_MEMORY, "no memory for messages in flight");
    }
    f->limits = *limits;
    f->start = start;
    f->done = -1;
    /* one open chunk a bucket, and one while a bucket is emptied into others */
    f->chunks_most = limits->receptions_most / CHUNK_ENTRIES + BUCKETS + 1;
    f->messages = calloc(limits->messages_most, sizeof *f->messages);
    f->free_slots = calloc(limits->messages_most, sizeof *f->free_slots);
    f->ring = malloc(limits->octets_most);
    if (!f->messages || !f->free_slots || !f->ring) {
        flight_free(f);
        return fail_set(fail, RESULT_MEMORY, "no memory for %u messages in flight",
                        limits->messages_most);
    }
    for (uint32_t i = 0; i < limits->messages_most; i++) {
        f->free_slots[i] = limits->messages_most - 1 - i;
    }
    f->free_count = limits->messages_most;
    *out = f;
    return 0;
}

uint32_t flight_keep(struct flight *f, const struct emission *emission)
{
    if (f->free_count == 0) {
        return UINT32_MAX;
    }
    uint32_t slot = f->free_slots[--f->free_count];
    struct flight_message *m = &f->messages[slot];
    *m = (struct flight_message){.msg_uid = emission->msg_uid,
                                 .claim = emission->claim,
                                 .t_gen = emission->t_gen,
                                 .msg_type = emission->msg_type,
                                 .refs = 1,
                                 .size = emission->size};
    uint64_t at = f->ring_end;
    uint64_t room = f->limits.octets_most;
    if (emission->octets && emission->size <= room) {
        if (at % room + emission->size > room) {
            at += room - at % room; /* never split over the end */
        }
        memcpy(f->ring + at % room, emission->octets, emission->size);
        m->octets = f->ring + at % room;
        f->ring_end = at + emission->size;
        m->octets_end = f->ring_end;
    }
    return slot;
}

static struct chunk *chunk_take(struct flight *f)
{
    struct chunk *chunk = f->spare;
    if (chunk) {
        f->spare = chunk->next;
    } else if (f->chunks < f->chunks_most) {
        chunk = malloc(sizeof *chunk);
        f->chunks += chunk != NULL;
    }
    if (chunk) {
        chunk->next = NULL;
        chunk->count = 0;
    }
    return chunk;
}

static int64_t bucket_number(const struct flight *f, struct tai t)
{
    int64_t since = t.ns - f->start.ns;
    return since <= 0 ? 0 : (since + WORLD_TICK_NS - 1) / WORLD_TICK_NS;
}

static bool wheel_put(struct flight *f, const struct reception *reception)
{
    int64_t number = bucket_number(f, reception->t_avail);
    if (number <= f->done) {
        number = f->done + 1;
    } else if (number >= f->done + BUCKETS) {
        number = f->done + BUCKETS - 1; /* comes round again */
    }
    struct bucket *bucket = &f->buckets[number % BUCKETS];
    if (!bucket->last || bucket->last->count == CHUNK_ENTRIES) {
        struct chunk *chunk = chunk_take(f);
        if (!chunk) {
            return false;
        }
        if (bucket->last) {
            bucket->last->next = chunk;
        } else {
            bucket->first = chunk;
        }
        bucket->last = chunk;
    }
    bucket->last->entries[bucket->last->count++] = *reception;
    return true;
}

bool flight_wait(struct flight *f, const struct reception *reception, uint32_t slot)
{
    struct reception copy = *reception;
    copy.emission = slot;
    if (f->waiting >= f->limits.receptions_most || !wheel_put(f, &copy)) {
        return false;
    }
    f->messages[slot].refs++;
    f->waiting++;
    return true;
}

static void give_up(struct flight *f, uint32_t slot)
{
    assert(f->messages[slot].refs > 0);
    if (--f->messages[slot].refs == 0) {
        f->free_slots[f->free_count++] = slot;
    }
}

void flight_settle(struct flight *f, uint32_t slot)
{
    give_up(f, slot);
}

static bool due_reserve(struct flight *f, size_t count)
{
    if (count <= f->due_room) {
        return true;
    }
    size_t room = f->due_room ? f->due_room : 1024;
    while (room < count) {
        room *= 2;
    }
    struct reception *due = realloc(f->due, room * sizeof *due);
    f->due = due ? due : f->due;
    struct reception *sorted = realloc(f->sorted, room * sizeof *sorted);
    f->sorted = sorted ? sorted : f->sorted;
    uint32_t *order = realloc(f->order, room * sizeof *order);
    f->order = order ? order : f->order;
    uint32_t *scratch = realloc(f->scratch, room * sizeof *scratch);
    f->scratch = scratch ? scratch : f->scratch;
    if (!due || !sorted || !order || !scratch) {
        return false;
    }
    f->due_room = room;
    return true;
}

/* Takes a bucket's entries that are due; those that only passed by go back. */
static size_t empty_bucket(struct flight *f, struct bucket *bucket, struct tai until,
                           size_t count)
{
    struct chunk *chunk = bucket->first;
    *bucket = (struct bucket){0};
    while (chunk) {
        struct chunk *next = chunk->next;
        for (uint32_t i = 0; i < chunk->count; i++) {
            if (chunk->entries[i].t_avail.ns <= until.ns) {
                bool reserved = due_reserve(f, count + 1);
                assert(reserved);
                f->due[count++] = chunk->entries[i];
            } else {
                bool put = wheel_put(f, &chunk->entries[i]);
                assert(put);
            }
        }
        chunk->next = f->spare;
        f->spare = chunk;
        chunk = next;
    }
    return count;
}

/* Stable radix sort of indexes by 40 bits of nanoseconds after the oldest. */
static void sort_due(struct flight *f, size_t count)
{
    int64_t oldest = INT64_MAX;
    int64_t newest = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        f->order[i] = (uint32_t)i;
        oldest = f->due[i].t_avail.ns < oldest ? f->due[i].t_avail.ns : oldest;
        newest = f->due[i].t_avail.ns > newest ? f->due[i].t_avail.ns : newest;
    }
    uint64_t range = count > 0 ? (uint64_t)(newest - oldest) : 0;
    for (int shift = 0; shift < 64 && range >> shift > 0; shift += 8) {
        size_t starts[257] = {0};
        for (size_t i = 0; i < count; i++) {
            uint64_t key = (uint64_t)(f->due[i].t_avail.ns - oldest) >> shift & 255;
            starts[key + 1]++;
        }
        for (int b = 0; b < 256; b++) {
            starts[b + 1] += starts[b];
        }
        for (size_t i = 0; i < count; i++) {
            uint32_t index = f->order[i];
            uint64_t key = (uint64_t)(f->due[index].t_avail.ns - oldest) >> shift & 255;
            f->scratch[starts[key]++] = index;
        }
        uint32_t *swap = f->order;
        f->order = f->scratch;
        f->scratch = swap;
    }
    for (size_t i = 0; i < count; i++) {
        f->sorted[i] = f->due[f->order[i]];
    }
}

const struct reception *flight_due(struct flight *f, struct tai until, size_t *out_count)
{
    size_t count = 0;
    int64_t last = until.ns == INT64_MAX ? f->done + BUCKETS : bucket_number(f, until);
    for (int64_t number = f->done + 1; number <= last && number <= f->done + BUCKETS;
         number++) {
        struct bucket *bucket = &f->buckets[number % BUCKETS];
        if (bucket->first) {
            int64_t done = f->done;
            f->done = last > number ? last : number; /* what only passed by lands behind */
            count = empty_bucket(f, bucket, until, count);
            f->done = done;
        }
    }
    if (until.ns != INT64_MAX && last > f->done) {
        f->done = last;
    }
    sort_due(f, count);
    f->waiting -= count;
    *out_count = count;
    return f->sorted;
}

void flight_landed(struct flight *f, const struct reception *reception)
{
    give_up(f, reception->emission);
}

const struct flight_message *flight_message(struct flight *f, uint32_t slot)
{
    struct flight_message *m = &f->messages[slot];
    if (m->octets && f->ring_end - m->octets_end + m->size > f->limits.octets_most) {
        m->octets = NULL; /* overwritten since */
        f->forgotten++;
    }
    return m;
}

size_t flight_waiting(const struct flight *f)
{
    return f->waiting;
}

uint64_t flight_forgotten(const struct flight *f)
{
    return f->forgotten;
}

size_t flight_memory(const struct flight *f)
{
    return sizeof *f + f->limits.octets_most +
           f->limits.messages_most * sizeof *f->messages +
           (size_t)f->chunks_most * sizeof(struct chunk);
}

void flight_free(struct flight *f)
{
    if (!f) {
        return;
    }
    for (size_t i = 0; i < BUCKETS; i++) {
        while (f->buckets[i].first) {
            struct chunk *next = f->buckets[i].first->next;
            free(f->buckets[i].first);
            f->buckets[i].first = next;
        }
    }
    while (f->spare) {
        struct chunk *next = f->spare->next;
        free(f->spare);
        f->spare = next;
    }
    free(f->messages);
    free(f->free_slots);
    free(f->ring);
    free(f->due);
    free(f->sorted);
    free(f->order);
    free(f->scratch);
    free(f);
}
