/* SPDX-License-Identifier: Apache-2.0 */
/* The turn arena: all memory of one decode or encode, taken in steps and given back at
 * once.
 *
 * The generated code's malloc, calloc, realloc and free are these functions, by compile
 * definition. They find their arena through one thread-local pointer, set for the length of
 * a call: turn_begin ... turn_end. Outside of that they give NULL. The budget is fixed, so
 * a hostile length cannot take more. Under the address sanitizer every block has a poisoned
 * zone behind it, and a freed block is poisoned. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dialect;

struct turn {
    uint8_t *block; /* owned */
    size_t size;
    size_t used;
    size_t last; /* where the newest block starts: it can grow in place */
    bool exhausted;
    void *trace; /* struct trace of the call under way (trace.h), or NULL */
    const struct dialect *dialect; /* of whoever owns the turn; NULL: J2735 (dialect.h) */
};

/* false: no memory. */
bool turn_init(struct turn *turn, size_t size);
void turn_close(struct turn *turn);

/* Makes `turn` the arena of this thread, empty. One at a time. */
void turn_begin(struct turn *turn);
void turn_end(void);
struct turn *turn_current(void);

void *turn_malloc(size_t size);
void *turn_calloc(size_t count, size_t size);
void *turn_realloc(void *old, size_t size);
void turn_free(void *block);
