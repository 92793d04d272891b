/* SPDX-License-Identifier: Apache-2.0 */
/* Every foreign clock that an ego hears, estimated: one estimator per (listener, sender,
 * message type), fed with what messages claim and when they arrived.
 *
 * What comes out is arrival minus claim along the lower hull: the clock's offset plus the
 * smallest delay of the path, which one way cannot be told apart. A message that claims a
 * later instant than its arrival is not fast; it says that its clock is ahead. An offset
 * that is a difference of time scales (5, 18, 19, 37 s, folded where the claim wraps) is a
 * clock-domain fault, not latency. Memory is taken at the start; when it is full, the clock
 * that was silent longest is forgotten, and counted. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "sync/estimator.h"

#define CLOCKS_POINTS 640 /* a minute at 10 Hz, and some */

enum clocks_fault {
    CLOCKS_FAULT_UNKNOWN, /* too little heard to say */
    CLOCKS_FAULT_NONE,
    CLOCKS_FAULT_LEAP,  /* near a difference of time scales */
    CLOCKS_FAULT_STEP,  /* jumped while heard */
    CLOCKS_FAULT_DRIFT, /* beyond any oscillator: over 200 ppm, by five sigmas */
};

struct clocks_heard {
    uint32_t listener, sender;
    uint8_t msg_type;
    int64_t modulus_ns; /* the claim wraps at it (a minute for DSecond); 0: it does not */
    struct rxtime stamp;
    struct tai arrival;
};

/* What is known of one clock; plain, for rows. */
struct clocks_estimate {
    uint32_t listener, sender;
    uint8_t msg_type;
    enum estimator_state state;
    uint64_t messages;
    uint32_t steps;     /* times the estimate began anew */
    uint32_t backward;  /* of these, jumps back by over a second */
    struct tai newest;  /* arrival */
    bool known;         /* offset, sigma, skew are there */
    struct span offset; /* arrival - stamp on the hull, at the newest stamp */
    struct span sigma;  /* of offset, without what the path's delay is */
    double skew_ppm, skew_sigma_ppm;
    struct span residuals[4]; /* quantiles 0.5, 0.95, 0.99, 1; clocks_next, if known */
    enum clocks_fault fault;
    int leap_s; /* of CLOCKS_FAULT_LEAP: 5, 18, 19, 37; negative: behind us */
};

struct clocks;

MUST_USE int clocks_new(struct clocks **clocks, uint32_t most, struct fail *fail);

/* Takes one message in; says what the clock's fault is by now. */
enum clocks_fault clocks_put(struct clocks *clocks, const struct clocks_heard *heard);

/* What is known of one clock now, without residuals; false: never heard. */
bool clocks_of(const struct clocks *clocks, uint32_t listener, uint32_t sender,
               uint8_t msg_type, struct clocks_estimate *out);

/* The estimates of clocks heard after `since`, one after the other in a fixed order;
 * *place starts at 0. False: no more. */
bool clocks_next(const struct clocks *clocks, struct tai since, size_t *place,
                 struct clocks_estimate *out);

uint64_t clocks_forgotten(const struct clocks *clocks);
size_t clocks_memory(const struct clocks *clocks);
void clocks_free(struct clocks *clocks);

/* Which difference of time scales an offset is near to; 0: none. Positive: the foreign
 * clock is ahead of ours. */
int clocks_leap(struct span offset, int64_t modulus_ns);
