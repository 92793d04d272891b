/* SPDX-License-Identifier: Apache-2.0 */
/* Names of layers and reasons, and the bookkeeping of a walk. */
#include "replay/layer.h"

static const char *const layer_names[] = {
#define X(name, text) text,
    LAYER_TABLE(X)
#undef X
};

static const char *const reason_keys[] = {
#define X(name, key, sentence) key,
    REASON_TABLE(X)
#undef X
};

static const char *const reason_sentences[] = {
#define X(name, key, sentence) sentence,
    REASON_TABLE(X)
#undef X
};

const char *layer_name(enum layer layer)
{
    return layer_names[layer];
}

const char *reason_key(enum reason reason)
{
    return reason_keys[reason];
}

const char *reason_sentence(enum reason reason)
{
    return reason_sentences[reason];
}

bool walk_fail(struct walk *w, enum reason reason, size_t offset)
{
    w->fault.reason = reason;
    w->fault.layer = w->layer_count > 0 ? (enum layer)w->layers[w->layer_count - 1] : 0;
    w->fault.offset = offset;
    w->fault.bit = 0;
    return false;
}

bool walk_enter(struct walk *w, enum layer layer)
{
    if (w->layer_count == WALK_LAYERS_MAX) {
        return walk_fail(w, REASON_TOO_DEEP, w->c.at);
    }
    w->layers[w->layer_count++] = (uint8_t)layer;
    return true;
}

bool walk_whole(struct walk *w)
{
    return !w->c.torn || walk_fail(w, REASON_TRUNCATED, w->c.size);
}

bool walk_cut(struct walk *w, size_t n, size_t *tail)
{
    if (!walk_whole(w)) {
        return false;
    }
    size_t left = cursor_left(&w->c);
    if (n > left) {
        return walk_fail(w, REASON_TRUNCATED, w->c.size);
    }
    if (tail) {
        *tail = left - n;
    }
    w->c.size = w->c.at + n;
    return true;
}
