/* SPDX-License-Identifier: Apache-2.0 */
/* A sensor's own numbers for the objects it sees: in order of appearance, kept while an
 * object is seen, new after it was lost. They tell nothing of the agent behind. A bounded
 * table; where it is full the object seen longest ago gives way and is new when it returns.
 */
#pragma once

#include <stdint.h>

#define TRACKER_SLOTS 1024 /* a power of two */

struct tracker {
    uint32_t last; /* number given last; the first is 1 */
    struct tracker_slot {
        uint32_t agent, number, seq;
    } slots[TRACKER_SLOTS];
};

void tracker_init(struct tracker *tracker);

/* The number of this agent in frame seq; lost if unseen for more than lost_after frames. */
uint32_t tracker_number(struct tracker *tracker, uint32_t agent, uint32_t seq,
                        double lost_after);
