/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of asn1c structures in the turn arena. In: plain values. Out: numbers, lists, bit
 * and octet strings as asn1c holds them. */
#include <assert.h>

#include "asn1/families.h"

void *build_take(size_t size)
{
    void *block = turn_calloc(1, size);
    assert(block);
    return block;
}

long *build_long(long value)
{
    long *place = build_take(sizeof *place);
    *place = value;
    return place;
}

void build_add(void *list, void *item)
{
    int code = asn_set_add(list, item);
    assert(code == 0);
    (void)code;
}

void build_bits(BIT_STRING_t *bits, uint32_t flags, size_t length)
{
    bits->size = (int)((length + 7) / 8);
    bits->bits_unused = bits->size * 8 - (int)length;
    bits->buf = build_take((size_t)bits->size);
    for (size_t i = 0; i < length; i++) {
        bits->buf[i / 8] |= (uint8_t)((flags >> i & 1) << (7 - i % 8));
    }
}

uint32_t build_read_bits(const BIT_STRING_t *bits)
{
    uint32_t flags = 0;
    int length = bits->size * 8 - bits->bits_unused;
    for (int i = 0; i < length && i < 32; i++) {
        flags |= (uint32_t)(bits->buf[i / 8] >> (7 - i % 8) & 1) << i;
    }
    return flags;
}

void build_octets(OCTET_STRING_t *octets, uint32_t value)
{
    octets->size = 4;
    octets->buf = build_take(4);
    for (int i = 0; i < 4; i++) {
        octets->buf[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

uint32_t build_read_octets(const OCTET_STRING_t *octets)
{
    uint32_t value = 0;
    for (int i = 0; i < octets->size && i < 4; i++) {
        value = value << 8 | octets->buf[i];
    }
    return value;
}
