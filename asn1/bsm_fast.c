/* SPDX-License-Identifier: Apache-2.0 */
/* The BSM core in five 64-bit words. In: 37 octets or a struct of raw values. Out: the
 * other. Offsets are those of BasicSafetyMessage in UPER: extension, Part II and regional
 * bits, then the members of BSMcoreData in order, each lower bound subtracted. */
#include "asn1/bsm_fast.h"

#include <string.h>

enum { WORDS = 5 };

/* Big-endian octets to a word; compilers make it one load and a byte swap. */
static inline uint64_t load_be(const uint8_t *p)
{
    return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 |
           (uint64_t)p[3] << 32 | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
           (uint64_t)p[6] << 8 | (uint64_t)p[7];
}

/* Written out, so that compilers make it a byte swap and one store. */
static inline void store_be(uint8_t *p, uint64_t word)
{
    p[0] = (uint8_t)(word >> 56);
    p[1] = (uint8_t)(word >> 48);
    p[2] = (uint8_t)(word >> 40);
    p[3] = (uint8_t)(word >> 32);
    p[4] = (uint8_t)(word >> 24);
    p[5] = (uint8_t)(word >> 16);
    p[6] = (uint8_t)(word >> 8);
    p[7] = (uint8_t)word;
}

/* `count` bits at `at`; both constant at every call, so this is two shifts and a mask. */
static inline uint32_t bits_get(const uint64_t words[WORDS], unsigned at, unsigned count)
{
    unsigned word = at / 64;
    unsigned end = at % 64 + count;
    uint64_t value;
    if (end <= 64) {
        value = words[word] >> (64 - end);
    } else {
        value = words[word] << (end - 64) | words[word + 1] >> (128 - end);
    }
    return (uint32_t)(value & ((UINT64_C(1) << count) - 1));
}

static inline void bits_put(uint64_t words[WORDS], unsigned at, unsigned count,
                            uint32_t value)
{
    unsigned word = at / 64;
    unsigned end = at % 64 + count;
    if (end <= 64) {
        words[word] |= (uint64_t)value << (64 - end);
    } else {
        words[word] |= (uint64_t)value >> (end - 64);
        words[word + 1] |= (uint64_t)value << (128 - end);
    }
}

/* type, member, first bit, bits, lower bound, largest value minus lower bound */
/* clang-format off */
#define BSM_FIELDS(X)                                                 \
    X(uint8_t,  msg_cnt,        3,  7,           0,        127)       \
    X(uint32_t, id,            10, 32,           0, 4294967295)       \
    X(uint16_t, sec_mark,      42, 16,           0,      65535)       \
    X(int32_t,  lat,           58, 31,  -900000000, 1800000001)       \
    X(int32_t,  lon,           89, 32, -1799999999, 3600000000)       \
    X(int32_t,  elev,         121, 16,       -4096,      65535)       \
    X(uint8_t,  semi_major,   137,  8,           0,        255)       \
    X(uint8_t,  semi_minor,   145,  8,           0,        255)       \
    X(uint16_t, orientation,  153, 16,           0,      65535)       \
    X(uint8_t,  transmission, 169,  3,           0,          7)       \
    X(uint16_t, speed,        172, 13,           0,       8191)       \
    X(uint16_t, heading,      185, 15,           0,      28800)       \
    X(int8_t,   angle,        200,  8,        -126,        253)       \
    X(int16_t,  accel_long,   208, 12,       -2000,       4001)       \
    X(int16_t,  accel_lat,    220, 12,       -2000,       4001)       \
    X(int8_t,   accel_vert,   232,  8,        -127,        254)       \
    X(int16_t,  yaw,          240, 16,      -32767,      65534)       \
    X(uint8_t,  wheel_brakes, 256,  5,           0,         31)       \
    X(uint8_t,  traction,     261,  2,           0,          3)       \
    X(uint8_t,  abs,          263,  2,           0,          3)       \
    X(uint8_t,  scs,          265,  2,           0,          3)       \
    X(uint8_t,  brake_boost,  267,  2,           0,          2)       \
    X(uint8_t,  aux_brakes,   269,  2,           0,          3)       \
    X(uint16_t, width,        271, 10,           0,       1023)       \
    X(uint16_t, length,       281, 12,           0,       4095)
/* clang-format on */

const uint8_t *bsm_fast_body(const uint8_t *frame, size_t size, size_t *body_size)
{
    if (size < 3 || frame[0] != 0x00 || frame[1] != 0x14) {
        return NULL;
    }
    size_t length = frame[2];
    size_t start = 3;
    if (length >= 0x80) {
        if (length >= 0xC0 || size < 4) {
            return NULL;
        }
        length = (length & 0x3F) << 8 | frame[3];
        start = 4;
    }
    if (length > size - start) {
        return NULL;
    }
    *body_size = length;
    return frame + start;
}

static size_t first_bad(const uint64_t words[WORDS])
{
#define X(type, member, at, count, low, span)                                              \
    if (bits_get(words, at, count) > UINT32_C(span)) {                                     \
        return at;                                                                         \
    }
    BSM_FIELDS(X)
#undef X
    return 0;
}

bool bsm_fast_decode(const uint8_t *body, size_t size, struct bsm_core *core,
                     struct bsm_preamble *preamble, size_t *bad_bit)
{
    if (size < BSM_BODY_SIZE) {
        *bad_bit = size * 8;
        return false;
    }
    uint64_t w[WORDS] = {load_be(body), load_be(body + 8), load_be(body + 16),
                         load_be(body + 24), load_be(body + 29) << 24};
    unsigned bad = 0;
#define X(type, member, at, count, low, span)                                              \
    {                                                                                      \
        uint32_t value = bits_get(w, at, count);                                           \
        bad |= value > UINT32_C(span);                                                     \
        core->member = (type)((int64_t)value + (low));                                     \
    }
    BSM_FIELDS(X)
#undef X
    *preamble = (struct bsm_preamble){
        .extended = w[0] >> 63 & 1, .part_ii = w[0] >> 62 & 1, .regional = w[0] >> 61 & 1};
    if (bad) {
        *bad_bit = first_bad(w);
        return false;
    }
    return true;
}

bool bsm_fast_encode(const struct bsm_core *core, uint8_t frame[BSM_FRAME_SIZE])
{
    uint64_t w[WORDS] = {0};
    unsigned bad = 0;
#define X(type, member, at, count, low, span)                                              \
    {                                                                                      \
        uint64_t value = (uint64_t)((int64_t)core->member - (low));                        \
        bad |= value > UINT64_C(span);                                                     \
        bits_put(w, at, count, (uint32_t)value);                                           \
    }
    BSM_FIELDS(X)
#undef X
    if (bad) {
        return false;
    }
    uint8_t *body = frame + 3;
    memcpy(frame, (const uint8_t[]){0x00, 0x14, BSM_BODY_SIZE}, 3);
    store_be(body, w[0]);
    store_be(body + 8, w[1]);
    store_be(body + 16, w[2]);
    /* The last store first: the one before it overlaps and mends the three octets. */
    store_be(body + 29, w[4] >> 24);
    store_be(body + 24, w[3]);
    return true;
}

/* A bit reader for the little that follows the core; a read past the end gives 0 and
 * `torn`. */
struct bit_reader {
    const uint8_t *data;
    size_t at, end; /* bits */
    bool torn;
};

static uint32_t read_bits(struct bit_reader *r, unsigned count)
{
    uint32_t value = 0;
    if (r->torn || count > r->end - r->at) {
        r->torn = true;
        return 0;
    }
    for (; count > 0; count--, r->at++) {
        value = value << 1 | (r->data[r->at / 8] >> (7 - r->at % 8) & 1);
    }
    return value;
}

static size_t read_length(struct bit_reader *r)
{
    size_t length = read_bits(r, 8);
    if (length >= 0xC0) {
        r->torn = true;
        return 0;
    }
    return length < 0x80 ? length : (length & 0x3F) << 8 | read_bits(r, 8);
}

/* VehicleSafetyExtensions: extension bit, four presence bits, then events if present. */
static void read_safety(struct bit_reader *r, struct bsm_events *events)
{
    (void)read_bits(r, 1);
    events->present = read_bits(r, 1);
    events->path_history = read_bits(r, 1);
    events->path_prediction = read_bits(r, 1);
    events->lights = read_bits(r, 1);
    if (!events->present) {
        return;
    }
    size_t length = read_bits(r, 1) ? read_length(r) : 13;
    events->length = (uint8_t)(length < 255 ? length : 255);
    for (unsigned i = 0; i < length && !r->torn; i++) {
        uint32_t bit = read_bits(r, 1);
        events->flags |= (uint16_t)(i < 16 ? bit << i : 0);
    }
}

bool bsm_fast_events(const uint8_t *body, size_t size, struct bsm_events *events)
{
    *events = (struct bsm_events){0};
    if (size < BSM_BODY_SIZE) {
        return false;
    }
    if (!(body[0] >> 6 & 1)) {
        return true;
    }
    struct bit_reader r = {.data = body, .at = BSM_CORE_BITS, .end = size * 8};
    uint32_t items = read_bits(&r, 3) + 1;
    for (uint32_t i = 0; i < items && !r.torn; i++) {
        uint32_t id = read_bits(&r, 6);
        size_t length = read_length(&r);
        if (r.torn || length * 8 > r.end - r.at) {
            return false;
        }
        if (id == 0) {
            struct bit_reader inner = {.data = body, .at = r.at, .end = r.at + length * 8};
            read_safety(&inner, events);
            return !inner.torn;
        }
        r.at += length * 8;
    }
    return !r.torn;
}
