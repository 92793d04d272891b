/* SPDX-License-Identifier: Apache-2.0 */
/* Keyed randomness: a draw is a pure function of (seed, purpose, who, k), never a stream.
 * Adding an agent does not change the luck of the others, any draw can be recomputed alone,
 * and the number of threads cannot matter. The mix is the SplitMix64 finaliser (Steele,
 * Lea, Flood 2014). */
#pragma once

#include <stdint.h>

static inline uint64_t draw_mix(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xBF58476D1CE4E5B9ULL;
    x ^= x >> 27;
    x *= 0x94D049BB133111EBULL;
    x ^= x >> 31;
    return x;
}

/* A key for one (seed, purpose): hoist it out of loops. Purposes are the enum below. */
static inline uint64_t draw_key(uint64_t seed, uint32_t purpose)
{
    return draw_mix(seed + 0x9E3779B97F4A7C15ULL * (purpose + 1ULL));
}

/* 64 uniform bits for (who, k) under a key, in two steps for many k of one `who`. */
static inline uint64_t draw_row(uint64_t key, uint64_t who)
{
    return draw_mix(key ^ (who * 0xD6E8FEB86659FD93ULL));
}
static inline uint64_t draw_in_row(uint64_t row, uint64_t k)
{
    return draw_mix(row + k * 0x9E3779B97F4A7C15ULL);
}
static inline uint64_t draw_bits(uint64_t key, uint64_t who, uint64_t k)
{
    return draw_in_row(draw_row(key, who), k);
}

/* Uniform on the open interval (0, 1), 53 bits. */
static inline double draw_uniform(uint64_t bits)
{
    return ((double)(bits >> 11) + 0.5) * 0x1p-53;
}

/* Joins two indexes (a < 2^32, b < 2^32) into one `who`, order kept. */
static inline uint64_t draw_pair(uint64_t a, uint64_t b)
{
    return a << 32 | b;
}

/* Standard normal; see fm_normal_quantile. */
double draw_normal(uint64_t bits);

/* One purpose per random quantity; appended, never renumbered (that would change every
 * dataset). */
enum draw_purpose {
    DRAW_SAMPLE = 1,   /* scenario parameter families: who = hash of the path */
    DRAW_EQUIPPED,     /* is this agent equipped: who = agent */
    DRAW_STRETCH,      /* interval stretch of a sender */
    DRAW_PHASE,        /* first generation instant of a sender and type */
    DRAW_JITTER,       /* generation jitter of one opportunity */
    DRAW_POSE_X,       /* unit pose error, east */
    DRAW_POSE_Y,       /* unit pose error, north */
    DRAW_HEADING,      /* unit heading error */
    DRAW_SPEED,        /* unit speed error */
    DRAW_CLOCK,        /* station clock */
    DRAW_FAULT,        /* sender faults */
    DRAW_TEMPORARY_ID, /* station id and its rotation */
    DRAW_MSG_CNT,      /* first message count of a sender */
    DRAW_AIR_LATENCY,  /* who = (sender, receiver), k */
    DRAW_AIR_LOSS,
    DRAW_AIR_STATE, /* Gilbert-Elliott regeneration */
    DRAW_AIR_STATE_VALUE,
    DRAW_AIR_OUTAGE,
    DRAW_SENSOR_PHASE,
    DRAW_SENSOR_DETECT,
    DRAW_SENSOR_NOISE,
    DRAW_SENSOR_LATENCY,
    DRAW_RXCLOCK,
    DRAW_BEHAVIOUR,
    DRAW_AIR_SHADOW,
    DRAW_AIR_FADING,
    DRAW_AIR_MAC,
    DRAW_TIER_POSITION_SIGMA,
    DRAW_AIR_CONTROL, /* congestion control's assumptions: who = station and which */
    DRAW_PHONE,       /* a phone's GNSS and clock: who = agent */
};
