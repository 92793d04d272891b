/* SPDX-License-Identifier: Apache-2.0 */
/* Names by hash (FNV-1a), open addressing. In: texts. Out: numbers, ids. */
#include "scenarios/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t hash(const char *text)
{
    uint32_t h = 2166136261u;
    for (; *text; text++) {
        h = (h ^ (unsigned char)*text) * 16777619u;
    }
    return h;
}

/* The slot of a text, or the free one where it belongs; there is always a free one. */
static struct names_slot *slot_of(const struct names *n, const char *text)
{
    uint32_t at = hash(text) & (n->room - 1);
    while (n->slots[at].text && strcmp(n->slots[at].text, text) != 0) {
        at = (at + 1) & (n->room - 1);
    }
    return &n->slots[at];
}

static bool widen(struct names *n)
{
    struct names more = {.room = n->room ? 2 * n->room : 64, .count = n->count};
    more.slots = calloc(more.room, sizeof *more.slots);
    if (!more.slots) {
        return false;
    }
    for (uint32_t i = 0; i < n->room; i++) {
        if (n->slots[i].text) {
            *slot_of(&more, n->slots[i].text) = n->slots[i];
        }
    }
    free(n->slots);
    *n = more;
    return true;
}

bool names_put(struct names *n, const char *text, uint32_t number)
{
    if (2 * n->count >= n->room && !widen(n)) {
        return false;
    }
    struct names_slot *slot = slot_of(n, text);
    n->count += slot->text == NULL;
    *slot = (struct names_slot){text, number};
    return true;
}

uint32_t names_find(const struct names *n, const char *text)
{
    const struct names_slot *slot = n->room ? slot_of(n, text) : NULL;
    return slot && slot->text ? slot->number : NAMES_NONE;
}

void names_close(struct names *n)
{
    free(n->slots);
    *n = (struct names){0};
}

const char *names_id(struct names *given, struct arena *arena, const char *name)
{
    char id[NAMES_ID_MOST + 1];
    size_t most = NAMES_ID_MOST - 12; /* room for a number */
    size_t length = 0;
    for (; name[length] && length < most; length++) {
        char c = name[length];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || c == '-' || c == '_';
        id[length] = good ? c : '_';
    }
    id[length] = '\0';
    for (uint32_t more = given->count; id[0] == '\0' || names_find(given, id) != NAMES_NONE;
         more++) {
        snprintf(id + length, sizeof id - length, "_%u", more);
    }
    const char *kept = arena_text(arena, id);
    return kept && names_put(given, kept, given->count) ? kept : NULL;
}
