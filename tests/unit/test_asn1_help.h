/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of asn1/ share: hex, a bit writer for hand-made encodings, a codec with
 * its outputs. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/codec.h"

struct bench {
    struct codec *codec;
    struct bytes jer, si, out;
    struct codec_report report;
    struct fail fail;
    uint8_t frame[8192];
    size_t size;
};

static inline size_t unhex(const char *text, uint8_t *out)
{
    size_t n = strlen(text) / 2;
    for (size_t i = 0; i < n; i++) {
        char pair[] = {text[2 * i], text[2 * i + 1], 0};
        out[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return n;
}

static inline int bench_open(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    b->codec = codec_new();
    *state = b;
    return b->codec ? 0 : -1;
}

static inline int bench_close(void **state)
{
    struct bench *b = *state;
    codec_free(b->codec);
    bytes_close(&b->jer);
    bytes_close(&b->si);
    bytes_close(&b->out);
    free(b);
    return 0;
}

/* Decodes from an exact-size heap block, so that the sanitizer sees a read past the end. */
static inline bool bench_decode(struct bench *b, const uint8_t *frame, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    memcpy(copy, frame, size);
    bytes_clear(&b->jer);
    bytes_clear(&b->si);
    bool ok = codec_decode_json(b->codec, copy, size, &b->jer, &b->si, &b->report);
    bytes_u8(&b->jer, 0);
    bytes_u8(&b->si, 0);
    free(copy);
    return ok;
}

static inline bool bench_decode_hex(struct bench *b, const char *hex)
{
    b->size = unhex(hex, b->frame);
    return bench_decode(b, b->frame, b->size);
}

static inline const char *bench_jer(const struct bench *b)
{
    return (const char *)b->jer.data;
}

static inline int bench_encode(struct bench *b, const char *json)
{
    bytes_clear(&b->out);
    return codec_encode_json(b->codec, json, &b->out, &b->fail);
}

/* Octets of `out` as hex text in a static buffer of the caller. */
static inline const char *bench_out_hex(const struct bench *b, char *text, size_t room)
{
    text[0] = 0;
    for (size_t i = 0; i < b->out.size && 2 * i + 3 < room; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", b->out.data[i]);
    }
    return text;
}

/* Bits by hand. */
struct pen {
    uint8_t data[4096];
    size_t at;
};

static inline void pen_put(struct pen *p, uint64_t value, unsigned count)
{
    for (; count > 0; count--, p->at++) {
        p->data[p->at / 8] |= (uint8_t)((value >> (count - 1) & 1) << (7 - p->at % 8));
    }
}

static inline size_t pen_octets(const struct pen *p)
{
    return (p->at + 7) / 8;
}

/* An open type: length determinant below 128, then the octets of `inner`. */
static inline void pen_open(struct pen *p, const struct pen *inner)
{
    size_t n = pen_octets(inner) ? pen_octets(inner) : 1;
    assert_true(n < 128);
    pen_put(p, n, 8);
    for (size_t i = 0; i < n; i++) {
        pen_put(p, inner->data[i], 8);
    }
}

/* A MessageFrame around a body; gives its size. */
static inline size_t pen_frame(const struct pen *body, unsigned id, uint8_t *frame)
{
    size_t n = pen_octets(body);
    size_t head = n < 128 ? 3 : 4;
    frame[0] = 0;
    frame[1] = (uint8_t)id;
    frame[2] = (uint8_t)(n < 128 ? n : 0x80 | n >> 8);
    frame[3] = (uint8_t)n;
    memcpy(frame + head, body->data, n);
    return head + n;
}

/* msgCnt 77, id a1b2c3d4, secMark 34567, lat 481234567, long 115678901, elev 5321, accuracy
 * 40/30/12345, forwardGears, speed 1389, heading 14400, angle -5, accel -120/35/-3/-250,
 * wheelBrakes 01010, traction on, abs engaged, scs off, boost off, aux reserved, width 185,
 * length 472. Agreed by three independent encoders. */
#define TYPICAL_BSM                                                                        \
    "00142513686cb0f521c1e929fbc3b917785a1264940f181ca2b6b840797587f37c7f0555ae5c8ec0"
#define LOWEST_BSM                                                                         \
    "00142500000000000000000000000000000000000000000000000000000000000000000000000000"
#define HIGHEST_BSM                                                                        \
    "0014251ffffffffffffff5a4e900eb49d2007ffffffffffffffff080fdfa1fa1fefffefff7fffff8"
/* The typical core, Part II {0: 01 02, 63: nothing} and regional {128: be ef}. */
#define NOISY_BSM                                                                          \
    "00142f73686cb0f521c1e929fbc3b917785a1264940f181ca2b6b840797587f37c7f0555ae5c8ec1000"  \
    "8040bf002000afbbc"
#define TYPICAL_CORE                                                                       \
    "{\"msgCnt\":77,\"id\":\"A1B2C3D4\",\"secMark\":34567,\"lat\":481234567,"              \
    "\"long\":115678901,\"elev\":5321,\"accuracy\":{\"semiMajor\":40,\"semiMinor\":30,"    \
    "\"orientation\":12345},\"transmission\":\"forwardGears\",\"speed\":1389,"             \
    "\"heading\":14400,\"angle\":-5,\"accelSet\":{\"long\":-120,\"lat\":35,\"vert\":-3,"   \
    "\"yaw\":-250},\"brakes\":{\"wheelBrakes\":\"50\",\"traction\":\"on\","                \
    "\"abs\":\"engaged\",\"scs\":\"off\",\"brakeBoost\":\"off\","                          \
    "\"auxBrakes\":\"reserved\"},\"size\":{\"width\":185,\"length\":472}}"
#define BSM_TEXT(rest)                                                                     \
    "{\"messageId\":20,\"value\":{\"BasicSafetyMessage\":{\"coreData\":" TYPICAL_CORE rest \
    "}}}"
