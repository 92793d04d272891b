/* SPDX-License-Identifier: Apache-2.0 */
/* The few COER shapes (ITU-T X.696) that IEEE 1609.2 is made of, read from a cursor. A
 * malformed length tears the cursor where it stands: `bad` tells it from a short frame. */
#pragma once

#include "base/cursor.h"

struct coer {
    struct cursor c;
    bool bad; /* the octets contradict the encoding rules or the schema */
    size_t bad_at;
};

static inline bool coer_good(const struct coer *r)
{
    return !r->bad && !r->c.torn;
}

static inline void coer_bad(struct coer *r, size_t at)
{
    if (coer_good(r)) {
        r->bad = true;
        r->bad_at = at;
    }
}

/* Length: 0..127 in one octet, else 0x81..0x84 and that many octets. */
static inline size_t coer_length(struct coer *r)
{
    size_t at = r->c.at;
    uint8_t first = cursor_u8(&r->c);
    if (first < 0x80) {
        return first;
    }
    size_t n = first & 0x7f;
    if (n == 0 || n > 4) {
        coer_bad(r, at);
        return 0;
    }
    return (size_t)cursor_be(&r->c, n);
}

/* Length and that many octets: an octet string, an open type, an unbounded integer. */
static inline const uint8_t *coer_string(struct coer *r, size_t *size)
{
    *size = coer_length(r);
    return coer_good(r) ? cursor_take(&r->c, *size) : NULL;
}

static inline void coer_skip_string(struct coer *r)
{
    size_t size;
    (void)coer_string(r, &size);
}

/* An unsigned integer without upper bound, as far as 64 bits hold it. */
static inline uint64_t coer_uint(struct coer *r)
{
    size_t at = r->c.at, size;
    const uint8_t *p = coer_string(r, &size);
    uint64_t value = 0;
    if (p && (size == 0 || size > 8)) {
        coer_bad(r, at);
        return 0;
    }
    for (size_t i = 0; p && i < size; i++) {
        value = value << 8 | p[i];
    }
    return value;
}

/* Items of a list. Every item takes an octet at least, so a count beyond what is left is
 * a lie and is refused before anyone loops over it. */
static inline size_t coer_count(struct coer *r)
{
    uint64_t count = coer_uint(r);
    if (coer_good(r) && count > cursor_left(&r->c)) {
        cursor_skip(&r->c, cursor_left(&r->c) + 1);
    }
    return coer_good(r) ? (size_t)count : 0;
}

/* Extension additions after the root: a bitmap, then an open type for each bit set. */
static inline void coer_skip_extensions(struct coer *r)
{
    size_t at = r->c.at, size;
    const uint8_t *bitmap = coer_string(r, &size);
    if (!bitmap) {
        return;
    }
    if (size < 2 || bitmap[0] > 7) {
        coer_bad(r, at);
        return;
    }
    size_t bits = (size - 1) * 8 - bitmap[0];
    for (size_t i = 0; i < bits && coer_good(r); i++) {
        if (bitmap[1 + i / 8] & 0x80 >> i % 8) {
            coer_skip_string(r);
        }
    }
}
