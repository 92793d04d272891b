/* SPDX-License-Identifier: Apache-2.0 */
/* When a receiver hears nothing at all: an alternating sequence of gaps (exponential) and
 * outages (uniform length) per receiver, in equilibrium from scenario second 0, so that the
 * share of time that is out is the same at any time. Each gap and length is a keyed draw by
 * (receiver, number): a cursor only remembers where the sum stands. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct outage {
    uint64_t key;
    double gap_mean_s, length_min_s, length_max_s; /* gap_mean_s 0: never out */
};

/* Outage number `index` of one receiver, nanoseconds of scenario time, [from, to), and
 * where the one before ended: nothing has to be sought again for an instant in between. */
struct outage_span {
    uint32_t index;
    int64_t from_ns, to_ns, since_ns;
};

struct outage outage_init(double gap_mean_s, double min_s, double max_s, uint64_t seed);

/* The first outage of a receiver; it may have begun before second 0. */
struct outage_span outage_first(const struct outage *o, uint32_t receiver);
struct outage_span outage_next(const struct outage *o, uint32_t receiver,
                               struct outage_span before);

/* Moves the cursor to the first outage that ends after t (forward or back). Afterwards the
 * receiver is out at t if span->from_ns <= t. */
void outage_seek(const struct outage *o, uint32_t receiver, struct outage_span *span,
                 int64_t t_ns);
