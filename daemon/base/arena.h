/* SPDX-License-Identifier: Apache-2.0 */
/* A run arena: memory that lives until the run ends, taken while configuration and scenario
 * are read. Never used once the engine runs. Owned by whoever declared it. */
#pragma once

#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks;
    size_t used;  /* octets handed out, for --explain-memory */
    size_t limit; /* 0: none; else arena_take gives NULL beyond it */
};

/* Zeroed memory, aligned for any type; NULL when the limit or the machine is exhausted. */
void *arena_take(struct arena *arena, size_t size);
char *arena_text(struct arena *arena, const char *text);
void arena_close(struct arena *arena);
