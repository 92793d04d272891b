/* SPDX-License-Identifier: Apache-2.0 */
/* Track numbers. In: who is seen in which frame. Out: the sensor's own number for it. */
#include "sensors/tracker.h"

#include <stddef.h>

#include "base/draw.h"
#include "model/state.h"

#define PROBES 8

void tracker_init(struct tracker *tracker)
{
    tracker->last = 0;
    for (uint32_t i = 0; i < TRACKER_SLOTS; i++) {
        tracker->slots[i] = (struct tracker_slot){.agent = AGENT_NONE};
    }
}

uint32_t tracker_number(struct tracker *tracker, uint32_t agent, uint32_t seq,
                        double lost_after)
{
    uint64_t hash = draw_mix(agent + 1ULL);
    struct tracker_slot *slot = NULL;
    for (uint64_t i = 0; i < PROBES; i++) {
        struct tracker_slot *at = &tracker->slots[(hash + i) % TRACKER_SLOTS];
        if (at->agent == agent || at->agent == AGENT_NONE) {
            slot = at; /* an empty place ends the search: nothing is ever taken out */
            break;
        }
        if (!slot || at->seq < slot->seq) {
            slot = at;
        }
    }
    if (slot->agent != agent || (double)(seq - slot->seq) > lost_after) {
        *slot = (struct tracker_slot){.agent = agent, .number = ++tracker->last};
    }
    slot->seq = seq;
    return slot->number;
}
