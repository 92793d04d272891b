/* SPDX-License-Identifier: Apache-2.0 */
/* Parquet's inner encodings. In: numbers, texts, levels, indexes. Out: the octets of pages
 * and footers. */
#include "publish/parquet_encode.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void thrift_varint(struct bytes *out, uint64_t value)
{
    while (value >= 0x80) {
        bytes_u8(out, (uint8_t)(value | 0x80));
        value >>= 7;
    }
    bytes_u8(out, (uint8_t)value);
}

static void thrift_zigzag(struct bytes *out, int64_t value)
{
    uint64_t bits = (uint64_t)value << 1;
    thrift_varint(out, value < 0 ? ~bits : bits);
}

static void thrift_field(struct parquet_thrift *t, int16_t id,
                         enum parquet_thrift_type type)
{
    int16_t *last = &t->last[t->depth];
    int step = id - *last;
    assert(step > 0);
    if (step <= 15) {
        bytes_u8(t->out, (uint8_t)(step << 4 | (int)type));
    } else {
        bytes_u8(t->out, (uint8_t)type);
        thrift_zigzag(t->out, id);
    }
    *last = id;
}

struct parquet_thrift parquet_thrift_init(struct bytes *out)
{
    return (struct parquet_thrift){.out = out};
}

void parquet_thrift_i32(struct parquet_thrift *t, int16_t id, int32_t value)
{
    thrift_field(t, id, PARQUET_THRIFT_I32);
    thrift_zigzag(t->out, value);
}

void parquet_thrift_i64(struct parquet_thrift *t, int16_t id, int64_t value)
{
    thrift_field(t, id, PARQUET_THRIFT_I64);
    thrift_zigzag(t->out, value);
}

void parquet_thrift_i8(struct parquet_thrift *t, int16_t id, int8_t value)
{
    thrift_field(t, id, PARQUET_THRIFT_I8);
    bytes_u8(t->out, (uint8_t)value);
}

void parquet_thrift_bool(struct parquet_thrift *t, int16_t id, bool value)
{
    thrift_field(t, id, value ? PARQUET_THRIFT_TRUE : PARQUET_THRIFT_FALSE);
}

void parquet_thrift_item_text(struct parquet_thrift *t, const char *text)
{
    size_t n = strlen(text);
    thrift_varint(t->out, n);
    bytes_put(t->out, text, n);
}

void parquet_thrift_text(struct parquet_thrift *t, int16_t id, const char *text)
{
    thrift_field(t, id, PARQUET_THRIFT_TEXT);
    parquet_thrift_item_text(t, text);
}

void parquet_thrift_octets(struct parquet_thrift *t, int16_t id, const void *data, size_t n)
{
    thrift_field(t, id, PARQUET_THRIFT_TEXT);
    thrift_varint(t->out, n);
    bytes_put(t->out, data, n);
}

void parquet_thrift_list(struct parquet_thrift *t, int16_t id, enum parquet_thrift_type of,
                         size_t count)
{
    thrift_field(t, id, PARQUET_THRIFT_LIST);
    if (count < 15) {
        bytes_u8(t->out, (uint8_t)(count << 4 | (size_t)of));
    } else {
        bytes_u8(t->out, (uint8_t)(0xF0 | (int)of));
        thrift_varint(t->out, count);
    }
}

void parquet_thrift_item_i32(struct parquet_thrift *t, int32_t value)
{
    thrift_zigzag(t->out, value);
}

void parquet_thrift_open(struct parquet_thrift *t, int16_t id)
{
    if (id != 0) {
        thrift_field(t, id, PARQUET_THRIFT_STRUCT);
    }
    assert(t->depth + 1 < PARQUET_THRIFT_DEPTH);
    t->last[++t->depth] = 0;
}

void parquet_thrift_close(struct parquet_thrift *t)
{
    bytes_u8(t->out, 0);
    t->depth--;
}

unsigned parquet_bits(uint32_t value)
{
    unsigned bits = 0;
    while (value) {
        bits++;
        value >>= 1;
    }
    return bits;
}

static size_t hybrid_run(const uint32_t *values, size_t count)
{
    size_t n = 1;
    while (n < count && values[n] == values[0]) {
        n++;
    }
    return n;
}

/* A whole number of groups of eight; values beyond count are zero. */
static void hybrid_packed(struct bytes *out, const uint32_t *values, size_t count,
                          unsigned width)
{
    size_t groups = (count + 7) / 8;
    uint64_t held = 0;
    unsigned bits = 0;
    thrift_varint(out, groups << 1 | 1);
    for (size_t i = 0; i < groups * 8; i++) {
        held |= (uint64_t)(i < count ? values[i] : 0) << bits;
        bits += width;
        while (bits >= 8) {
            bytes_u8(out, (uint8_t)held);
            held >>= 8;
            bits -= 8;
        }
    }
}

void parquet_hybrid(struct bytes *out, const uint32_t *values, size_t count, unsigned width)
{
    size_t at = 0;
    while (at < count) {
        size_t run = hybrid_run(values + at, count - at);
        if (run >= 8) {
            thrift_varint(out, run << 1);
            bytes_le(out, values[at], (width + 7) / 8);
            at += run;
            continue;
        }
        /* Groups of eight until one starts a run long enough to be worth its own header. */
        size_t end = at;
        while (end < count && hybrid_run(values + end, count - end) < 8) {
            end += count - end < 8 ? count - end : 8;
        }
        hybrid_packed(out, values + at, end - at, width);
        at = end;
    }
}

static uint32_t dictionary_hash(const uint8_t *data, size_t n)
{
    uint32_t hash = 2166136261U; /* FNV-1a, 32 bits */
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ data[i]) * 16777619U;
    }
    return hash ^ hash >> 15;
}

static uint32_t dictionary_length(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

static uint32_t dictionary_index(struct parquet_dictionary *d, const uint8_t *value,
                                 size_t n, size_t mask)
{
    size_t slot = dictionary_hash(value, n) & mask;
    for (; d->slots[slot]; slot = (slot + 1) & mask) {
        uint32_t index = d->slots[slot] - 1;
        /* Lengths stand in front, so equal octets are equal values. */
        if (d->starts[index] + n <= d->entries.size &&
            memcmp(d->entries.data + d->starts[index], value, n) == 0) {
            return index;
        }
    }
    d->starts[d->count] = d->entries.size;
    d->slots[slot] = d->count + 1;
    bytes_put(&d->entries, value, n);
    return d->count++;
}

bool parquet_dictionary_build(struct parquet_dictionary *d, const struct bytes *plain,
                              uint32_t count)
{
    size_t room = 16;
    while (room < (size_t)count * 2) {
        room *= 2;
    }
    *d = (struct parquet_dictionary){0};
    d->indexes = malloc(((size_t)count + 1) * sizeof *d->indexes);
    d->starts = malloc(((size_t)count + 1) * sizeof *d->starts);
    d->slots = calloc(room, sizeof *d->slots);
    if (!d->indexes || !d->starts || !d->slots) {
        parquet_dictionary_close(d);
        return false;
    }
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        size_t n = 4 + (size_t)dictionary_length(plain->data + at);
        d->indexes[i] = dictionary_index(d, plain->data + at, n, room - 1);
        if (d->entries.failed) {
            parquet_dictionary_close(d);
            return false;
        }
        at += n;
    }
    return true;
}

void parquet_dictionary_close(struct parquet_dictionary *d)
{
    bytes_close(&d->entries);
    free(d->indexes);
    free(d->starts);
    free(d->slots);
    *d = (struct parquet_dictionary){0};
}
