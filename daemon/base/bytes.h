/* SPDX-License-Identifier: Apache-2.0 */
/* A growing block of octets for rooms that build files and texts (never on the hot path).
 * Owned by whoever declared it; bytes_close gives the memory back. Growth that fails sets
 * `failed`, and later puts do nothing: ask once at the end. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    uint8_t *data;
    size_t size;
    size_t room;
    bool failed;
};

/* Room for `more` octets, or false (and failed). */
bool bytes_reserve(struct bytes *b, size_t more);

/* Inline: texts are made of very many short puts. */
static inline void bytes_put(struct bytes *b, const void *data, size_t n)
{
    bool fits = n <= b->room - b->size && !b->failed;
    if (n > 0 && (fits || bytes_reserve(b, n))) {
        memcpy(b->data + b->size, data, n);
        b->size += n;
    }
}

static inline void bytes_u8(struct bytes *b, uint8_t value)
{
    bool fits = b->size < b->room && !b->failed;
    if (fits || bytes_reserve(b, 1)) {
        b->data[b->size++] = value;
    }
}

void bytes_le(struct bytes *b, uint64_t value, size_t n);
static inline void bytes_text(struct bytes *b, const char *text)
{
    bytes_put(b, text, strlen(text));
}

void bytes_format(struct bytes *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void bytes_clear(struct bytes *b);
void bytes_close(struct bytes *b);

/* JSON text, independent of the locale: a quoted and escaped string; the shortest decimal
 * text that reads back as the same double (null if not finite); integers. */
void bytes_json_string(struct bytes *b, const char *text);
void bytes_json_double(struct bytes *b, double value);
void bytes_json_int(struct bytes *b, int64_t value);
void bytes_json_uint(struct bytes *b, uint64_t value);

/* Upper-case hex of n octets, without quotes. */
void bytes_hex(struct bytes *b, const uint8_t *data, size_t n);

/* The value of a hex digit of either case, or -1. */
static inline int bytes_hex_digit(int c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
