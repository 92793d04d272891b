/* SPDX-License-Identifier: Apache-2.0 */
/* The link budget on the hot path: power of a transmission at a receiver, from tables.
 *
 *   P = P_t + G_t + G_r - PL(d) - obstacles + shadowing + fading
 *
 * Shadowing belongs to the pair (symmetric, correlated over the way both have gone) or, if
 * radio.shadow_m is 0, to the message at that receiver. A pair that is farther than near_m
 * and could never be heard (four sigma too weak) only disturbs others: it draws anew. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "air/fading.h"
#include "air/fast.h"
#include "air/obstacle.h"
#include "air/radio.h"
#include "air/shadow.h"
#include "base/result.h"

#define LINK_OCTAVES 34 /* of squared metres: up to 131 km */
#define LINK_PLACES  128

struct link {
    struct radio radio;
    struct fast fast;
    struct shadow shadow;
    struct fading *fading; /* NULL: none */
    struct obstacle_law obstacles;
    double power_dbm; /* P_t + G_t + G_r */
    double noise_dbm; /* of the whole channel */
    double reach_m;   /* beyond it nobody is asked */
    double near_m;    /* within it shadowing is correlated however weak; set by the owner */
    double hear_m;    /* beyond it nobody can receive: out_of_range */
    uint64_t message_key, fading_key, error_key;
    double loss[LINK_OCTAVES * LINK_PLACES + 1], nlos[LINK_OCTAVES * LINK_PLACES + 1];
};

/* Power at one receiver, decibels over one milliwatt over the whole channel. */
struct link_power {
    float dbm;        /* with everything */
    float mean_dbm;   /* without shadowing and fading */
    float blocked_db; /* what obstacles cost */
    uint32_t blocker;
    uint8_t los;
};

/* One end to another. */
struct link_ends {
    uint32_t sender, receiver;
    uint64_t message;
    double distance_m;
    double power_db; /* against the profile's */
    double way_m;    /* gone by both together */
};

MUST_USE int link_init(struct link *link, const struct radio *radio, uint64_t seed,
                       struct fail *fail);
void link_close(struct link *link);

/* Path loss from the table: within 0.001 dB of the law. */
double link_loss_db(const struct link *link, double distance_m);

/* Without vehicles in between. found: the walls; NULL: not known. */
void link_power(const struct link *link, const struct link_ends *ends,
                const struct obstacle_found *found, struct link_power *power);

/* Takes decibels off for what else stands in between. */
static inline void link_block(struct link_power *power, double db)
{
    power->dbm -= (float)db;
    power->mean_dbm -= (float)db;
    power->blocked_db += (float)db;
}

/* The uniform of a pair and message that error rates are compared with. */
double link_uniform(const struct link *link, uint32_t sender, uint32_t receiver,
                    uint64_t message);
