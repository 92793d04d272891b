/* SPDX-License-Identifier: Apache-2.0 */
/* One block of memory handed out from front to back. In: sizes. Out: aligned memory that
 * lives until the next turn_begin. */
#include "asn1/turn.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define TURN_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TURN_ASAN 1
#endif
#endif

#ifdef TURN_ASAN
#include <sanitizer/asan_interface.h>
#define TURN_POISON(at, size)   ASAN_POISON_MEMORY_REGION(at, size)
#define TURN_UNPOISON(at, size) ASAN_UNPOISON_MEMORY_REGION(at, size)
enum { TURN_RED_ZONE = 16 };
#else
#define TURN_POISON(at, size)   ((void)(at), (void)(size))
#define TURN_UNPOISON(at, size) ((void)(at), (void)(size))
enum { TURN_RED_ZONE = 0 };
#endif

enum { TURN_ALIGN = 16 };

/* The one thread-local of the room: asn1c's allocation calls carry no context. */
static _Thread_local struct turn *current;

bool turn_init(struct turn *turn, size_t size)
{
    *turn = (struct turn){.block = malloc(size), .size = size};
    return turn->block != NULL;
}

void turn_close(struct turn *turn)
{
    if (turn->block) {
        TURN_UNPOISON(turn->block, turn->size);
    }
    free(turn->block);
    *turn = (struct turn){0};
}

void turn_begin(struct turn *turn)
{
    assert(!current);
    current = turn;
    turn->used = 0;
    turn->last = 0;
    turn->exhausted = false;
    TURN_POISON(turn->block, turn->size);
}

void turn_end(void)
{
    current = NULL;
}

struct turn *turn_current(void)
{
    return current;
}

/* A block is: its size in the first TURN_ALIGN octets, the payload, a red zone. */
static size_t turn_span(size_t size)
{
    return TURN_ALIGN + (size + TURN_ALIGN - 1) / TURN_ALIGN * TURN_ALIGN + TURN_RED_ZONE;
}

static size_t turn_block_size(const void *payload)
{
    size_t size;
    memcpy(&size, (const uint8_t *)payload - TURN_ALIGN, sizeof size);
    return size;
}

static void turn_mark(uint8_t *block, size_t size)
{
    TURN_UNPOISON(block, TURN_ALIGN + size);
    memcpy(block, &size, sizeof size);
}

void *turn_malloc(size_t size)
{
    struct turn *turn = current;
    if (!turn) {
        return NULL;
    }
    if (size > turn->size || turn_span(size) > turn->size - turn->used) {
        turn->exhausted = true;
        return NULL;
    }
    uint8_t *block = turn->block + turn->used;
    turn->last = turn->used;
    turn->used += turn_span(size);
    turn_mark(block, size);
    return block + TURN_ALIGN;
}

void *turn_calloc(size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    void *block = turn_malloc(count * size);
    if (block) {
        memset(block, 0, count * size);
    }
    return block;
}

void *turn_realloc(void *old, size_t size)
{
    struct turn *turn = current;
    if (!old || !turn) {
        return turn_malloc(size);
    }
    size_t had = turn_block_size(old);
    if (size <= had) {
        return old;
    }
    uint8_t *block = (uint8_t *)old - TURN_ALIGN;
    if (block == turn->block + turn->last && size <= turn->size &&
        turn_span(size) <= turn->size - turn->last) {
        turn->used = turn->last + turn_span(size);
        turn_mark(block, size);
        return old;
    }
    void *fresh = turn_malloc(size);
    if (fresh) {
        memcpy(fresh, old, had);
        turn_free(old);
    }
    return fresh;
}

void turn_free(void *block)
{
    if (block && current) {
        TURN_POISON(block, turn_block_size(block));
    }
}
