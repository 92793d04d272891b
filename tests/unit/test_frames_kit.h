/* SPDX-License-Identifier: Apache-2.0 */
/* Frames for tests, put together from hex by hand: blanks are ignored. */
#pragma once

#include "base/bytes.h"
#include "replay/frames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A BSM frame of 40 octets whose body nobody here looks into, and a wrap of each kind. */
#define KIT_BSM                                                                            \
    "001425 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18"    \
    "19 1a 1b 1c 1d 1e 1f 20 21 22 23 24"
#define KIT_UNSECURED "0380 28" KIT_BSM /* 43 octets */
#define KIT_WSMP      "03 00 20 2b" KIT_UNSECURED
#define KIT_SNAP      "aaaa03 000000 88dc"
#define KIT_DOT11                                                                          \
    "8800 0000 ffffffffffff 020000000001 ffffffffffff 0000 2500" /* QoS, priority 5 */

/* Puts hex text behind what is there. */
static inline void kit_hex(struct bytes *out, const char *text)
{
    unsigned octet = 0, digits = 0;
    for (; *text; text++) {
        const char *at = strchr("0123456789abcdef", *text);
        if (!at) {
            continue;
        }
        octet = octet << 4 | (unsigned)(at - "0123456789abcdef");
        if (++digits % 2 == 0) {
            bytes_u8(out, (uint8_t)octet);
        }
    }
}

static inline struct bytes kit(const char *text)
{
    struct bytes out = {0};
    kit_hex(&out, text);
    return out;
}

/* The layers of a walk as "a:b:c". */
static inline const char *kit_layers(const struct frames_result *r)
{
    static char text[400];
    size_t at = 0;
    text[0] = 0;
    for (int i = 0; i < r->layer_count; i++) {
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", i ? ":" : "",
                               layer_name((enum layer)r->layers[i]));
    }
    return text;
}

/* Walks a copy of exactly its size, so that a sanitizer sees a read past the end. The
 * result's payload is not to be followed. */
static inline bool kit_walk_exact(const uint8_t *octets, size_t size, int dlt,
                                  struct frames_result *r)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    if (size > 0) {
        memcpy(copy, octets, size);
    }
    bool ok = dlt < 0 ? frames_walk_payload(copy, size, FRAMES_AUTO, r)
                      : frames_walk(copy, size, dlt, r);
    free(copy);
    return ok;
}
