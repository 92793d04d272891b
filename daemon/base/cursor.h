/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing octets that we did not make: bounds are checked here and nowhere
 * else.
 *
 * A read past the end gives zero and sets a sticky error with the offset; the caller asks
 * once, at the end of a header. Reader and writer are two types. Nothing is cast onto
 * packet memory. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cursor {
    const uint8_t *data;
    size_t size;
    size_t at;       /* next octet to read, <= size */
    size_t error_at; /* where the first failed read stood; valid if torn */
    bool torn;
};

static inline struct cursor cursor_init(const uint8_t *data, size_t size)
{
    return (struct cursor){.data = data, .size = size};
}

static inline size_t cursor_left(const struct cursor *c)
{
    return c->size - c->at;
}

/* Borrowed pointer to the next n octets, or NULL (and torn). n == 0 gives a valid pointer.
 */
static inline const uint8_t *cursor_take(struct cursor *c, size_t n)
{
    if (c->torn || n > c->size - c->at) {
        if (!c->torn) {
            c->torn = true;
            c->error_at = c->at;
        }
        return NULL;
    }
    const uint8_t *here = c->data + c->at;
    c->at += n;
    return here;
}

static inline void cursor_skip(struct cursor *c, size_t n)
{
    (void)cursor_take(c, n);
}

static inline uint64_t cursor_be(struct cursor *c, size_t n)
{
    const uint8_t *p = cursor_take(c, n);
    uint64_t value = 0;
    for (size_t i = 0; p && i < n; i++) {
        value = value << 8 | p[i];
    }
    return value;
}

static inline uint64_t cursor_le(struct cursor *c, size_t n)
{
    const uint8_t *p = cursor_take(c, n);
    uint64_t value = 0;
    for (size_t i = 0; p && i < n; i++) {
        value |= (uint64_t)p[i] << (8 * i);
    }
    return value;
}

static inline uint8_t cursor_u8(struct cursor *c)
{
    return (uint8_t)cursor_be(c, 1);
}

static inline uint16_t cursor_be16(struct cursor *c)
{
    return (uint16_t)cursor_be(c, 2);
}

static inline uint32_t cursor_be32(struct cursor *c)
{
    return (uint32_t)cursor_be(c, 4);
}

static inline uint16_t cursor_le16(struct cursor *c)
{
    return (uint16_t)cursor_le(c, 2);
}

static inline uint32_t cursor_le32(struct cursor *c)
{
    return (uint32_t)cursor_le(c, 4);
}

/* The next octet without moving; 0 at the end. */
static inline uint8_t cursor_peek(const struct cursor *c, size_t ahead)
{
    return !c->torn && ahead < c->size - c->at ? c->data[c->at + ahead] : 0;
}

/* A writer into a fixed block: too much sets full and writes nothing more. */
struct writer {
    uint8_t *data;
    size_t size;
    size_t at;
    bool full;
};

static inline struct writer writer_init(uint8_t *data, size_t size)
{
    return (struct writer){.data = data, .size = size};
}

static inline void writer_put(struct writer *w, const void *data, size_t n)
{
    if (w->full || n > w->size - w->at) {
        w->full = true;
        return;
    }
    if (n > 0) {
        memcpy(w->data + w->at, data, n);
    }
    w->at += n;
}

static inline void writer_be(struct writer *w, uint64_t value, size_t n)
{
    uint8_t octets[8];
    for (size_t i = 0; i < n && i < sizeof octets; i++) {
        octets[i] = (uint8_t)(value >> (8 * (n - 1 - i)));
    }
    writer_put(w, octets, n);
}

static inline void writer_le(struct writer *w, uint64_t value, size_t n)
{
    uint8_t octets[8];
    for (size_t i = 0; i < n && i < sizeof octets; i++) {
        octets[i] = (uint8_t)(value >> (8 * i));
    }
    writer_put(w, octets, n);
}

static inline void writer_u8(struct writer *w, uint8_t value)
{
    writer_put(w, &value, 1);
}
