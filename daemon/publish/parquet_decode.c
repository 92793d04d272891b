/* SPDX-License-Identifier: Apache-2.0 */
/* Thrift and hybrid, read. In: a cursor on octets of unknown origin. Out: values, or a torn
 * cursor. */
#include "publish/parquet_decode.h"

static void decode_tear(struct cursor *c)
{
    c->torn = true;
    c->error_at = c->at;
}

uint64_t parquet_varint(struct cursor *c)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t octet = cursor_u8(c);
        value |= (uint64_t)(octet & 0x7F) << shift;
        if (!(octet & 0x80)) {
            return c->torn ? 0 : value;
        }
    }
    decode_tear(c);
    return 0;
}

int64_t parquet_zigzag(struct cursor *c)
{
    uint64_t bits = parquet_varint(c);
    uint64_t value = bits >> 1 ^ (0 - (bits & 1));
    return (int64_t)value;
}

bool parquet_field(struct cursor *c, int64_t *last, unsigned *type)
{
    uint8_t head = cursor_u8(c);
    if (c->torn || head == 0) {
        return false;
    }
    int64_t id = head >> 4 ? *last + (head >> 4) : parquet_zigzag(c);
    if (id <= 0 || id > INT16_MAX) {
        decode_tear(c);
        return false;
    }
    *last = id;
    *type = head & 15;
    return !c->torn;
}

uint64_t parquet_list(struct cursor *c, unsigned *type)
{
    uint8_t head = cursor_u8(c);
    uint64_t count = head >> 4 < 15 ? head >> 4 : parquet_varint(c);
    *type = head & 15;
    if (count > cursor_left(c) && count > 0) { /* an element takes an octet at least */
        decode_tear(c);
    }
    return c->torn ? 0 : count;
}

void parquet_skip(struct cursor *c, unsigned type, int depth)
{
    unsigned of = 0;
    int64_t last = 0;
    if (depth > PARQUET_DECODE_DEPTH) {
        decode_tear(c);
    }
    if (c->torn) {
        return;
    }
    switch (type) {
    case 1:
    case 2:
        return;
    case 3:
        cursor_skip(c, 1);
        return;
    case 4:
    case 5:
    case 6:
        (void)parquet_varint(c);
        return;
    case 7:
        cursor_skip(c, 8);
        return;
    case 8: {
        uint64_t size = parquet_varint(c);
        cursor_skip(c, size > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)size);
        return;
    }
    case 9:
        for (uint64_t left = parquet_list(c, &of); left > 0 && !c->torn; left--) {
            if (of == 1 || of == 2) {
                cursor_skip(c, 1); /* booleans in a list take an octet */
            } else {
                parquet_skip(c, of, depth + 1);
            }
        }
        return;
    case 12:
        while (parquet_field(c, &last, &of)) {
            parquet_skip(c, of, depth + 1);
        }
        return;
    default:
        decode_tear(c);
    }
}

static void unhybrid_packed(const uint8_t *packed, unsigned width, uint32_t *out,
                            uint32_t count)
{
    uint64_t held = 0;
    unsigned bits = 0;
    for (uint32_t i = 0; i < count; i++) {
        while (bits < width) {
            held |= (uint64_t)*packed++ << bits;
            bits += 8;
        }
        out[i] = (uint32_t)(held & ((UINT64_C(1) << width) - 1));
        held >>= width;
        bits -= width;
    }
}

bool parquet_unhybrid(struct cursor *c, unsigned width, uint32_t *out, uint32_t count)
{
    uint32_t done = 0;
    while (done < count) {
        uint64_t head = parquet_varint(c);
        uint64_t many = head & 1 ? (head >> 1) * 8 : head >> 1;
        if (c->torn || many == 0 || head >> 1 > UINT32_MAX) {
            return false;
        }
        uint32_t take = many < count - done ? (uint32_t)many : count - done;
        if (head & 1) {
            const uint8_t *packed = cursor_take(c, (size_t)(head >> 1) * width);
            if (!packed) {
                return false;
            }
            unhybrid_packed(packed, width, out + done, take);
        } else {
            uint32_t value = (uint32_t)cursor_le(c, (width + 7) / 8);
            if (width < 32 && value >> width != 0) {
                return false;
            }
            for (uint32_t i = 0; i < take; i++) {
                out[done + i] = value;
            }
        }
        if (c->torn) {
            return false;
        }
        done += take;
    }
    return true;
}
