/* SPDX-License-Identifier: Apache-2.0 */
/* A table of names: text in, the number it was given out; and ids that may stand in a
 * scenario made out of names that may not. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define NAMES_NONE    UINT32_MAX
#define NAMES_ID_MOST 64

struct names {
    struct names_slot {
        const char *text; /* NULL: free */
        uint32_t number;
    } * slots; /* a power of two; owned, names_close */
    uint32_t room, count;
};

/* The text is borrowed. false: no memory. A name put twice keeps its last number. */
bool names_put(struct names *names, const char *text, uint32_t number);
uint32_t names_find(const struct names *names, const char *text); /* or NAMES_NONE */
void names_close(struct names *names);

/* An id not given before: other characters than A-Z a-z 0-9 _ - become '_', and who would
 * be taken for another gets a number behind. NULL: no memory. */
const char *names_id(struct names *given, struct arena *arena, const char *name);
