/* SPDX-License-Identifier: Apache-2.0 */
/* What is on the air: frames in order of their start, each with the power at everybody
 * within reach, worked out once; and how busy each station has found the medium in the last
 * 100 ms. Frames stay as long as an undecided frame can overlap them.
 *
 * Bounded: frames_most frames, hits_most hits; who puts a frame asks medium_has_room first
 * and lets frames be decided and retired when it has not. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "air/link.h"
#include "air/nearby.h"
#include "base/result.h"
#include "base/time.h"

struct air_stations;

enum hit_flag {
    HIT_ROW = 1 << 0,    /* can give a row: intended, or strong enough */
    HIT_WITHIN = 1 << 1, /* within the intended range */
    HIT_LOCKED = 1 << 2, /* the receiver noticed this frame and stayed with it */
    HIT_SENDS = 1 << 3,  /* the receiver transmitted during it */
    HIT_BUSY = 1 << 4,   /* the receiver was with an earlier frame */
    HIT_TIED = 1 << 5,   /* ... that began in the same slot */
};

/* A frame at one station within reach. */
struct hit {
    uint32_t agent;
    float distance_m;
    struct link_power power; /* of the whole frame */
    uint8_t flags;
};

struct frame {
    int64_t start_ns, end_ns;
    struct tai t_tx;  /* of its message */
    uint64_t key;     /* of its draws */
    uint32_t message; /* index of the pending message */
    uint32_t sender;
    double x_m, y_m; /* of the sender at t_tx */
    uint8_t copy;    /* 0: the first transmission */
    bool last_copy;  /* its message is decided with this one */
    bool decided, given_up;
    int16_t first_sub, sub_count;     /* PC5 */
    double power_db;                  /* of the sender, against the profile's */
    double noise_dbm, power_shift_db; /* PC5: noise in its blocks, power against link's */
    double bits;                      /* 16 + 8 psdu + 6 */
    uint32_t row_count;               /* hits with HIT_ROW */
    uint32_t hit_count;
    uint64_t first_hit; /* in the endless ring */
};

#define MEDIUM_BINS 10

/* What the medium borrows. */
struct medium_setup {
    struct link *link;
    const struct nearby *near;
    const struct blockers *blockers;
    const struct walls *walls; /* NULL: none */
    double intended_m;
    uint32_t agents_most;
};

struct medium {
    struct link *link;
    const struct nearby *near;
    const struct blockers *blockers;
    const struct walls *walls; /* NULL: none */
    double follow_dbm;         /* weaker frames nobody receives or waits for */
    double intended_m;
    const struct air_stations *stations; /* of the tick */
    uint32_t agents_most;
    float *way_m; /* by agent: gone so far */
    struct nearby_scratch *scratch;
    struct obstacle_near obstacles;
    struct frame *frames;
    uint32_t frames_most;            /* a power of two */
    uint64_t first, undecided, last; /* endless numbers */
    struct hit *hits;
    uint64_t hits_most, hits_first, hits_last;
    uint64_t cut; /* hits left out because everything was full */
    /* busy time by station */
    float *cbr;
    float (*bins_ms)[MEDIUM_BINS];
    int bin;
    int bins_filled;
};

MUST_USE int medium_init(struct medium *medium, const struct medium_setup *setup,
                         struct fail *fail);
void medium_close(struct medium *medium);

/* A tick begins (its stations stay where they are): moves the odometers, the CBR of
 * everybody is that of the last ten ticks. */
void medium_tick(struct medium *medium, const struct air_stations *stations);

bool medium_has_room(const struct medium *medium);

static inline struct frame *medium_frame(const struct medium *m, uint64_t number)
{
    return &m->frames[number & (m->frames_most - 1)];
}
static inline struct hit *medium_hits(const struct medium *m, const struct frame *f)
{
    return &m->hits[f->first_hit % m->hits_most];
}

/* Puts a frame (all but its hits is set) sent from (x, y); works out its hits. */
struct frame *medium_put(struct medium *medium, const struct frame *frame, double x_m,
                         double y_m, double antenna_m);

/* Looks for walls around a sender, before medium_power. */
void medium_gather(struct medium *medium, double x_m, double y_m);

/* Power of a sender at `to`, everything in between included: buildings on every link,
 * vehicles where a row can come of it or somebody could follow the frame, and no building
 * stands in the way already. from: x, y, z of the sender at t_tx. */
void medium_power(const struct medium *medium, const struct link_ends *ends,
                  const double from_m[3], const double to_m[2], struct tai t_tx,
                  struct link_power *power);

/* The hit of an agent, or NULL. */
struct hit *medium_hit(const struct medium *medium, const struct frame *frame,
                       uint32_t agent);

static inline void medium_busy(struct medium *m, uint32_t agent, double ms)
{
    m->bins_ms[agent][m->bin] += (float)ms;
}

/* Forgets decided frames that end before every undecided one starts and before now. */
void medium_retire(struct medium *medium, int64_t now_ns);
