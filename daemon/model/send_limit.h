/* SPDX-License-Identifier: Apache-2.0 */
/* What congestion control asks of a station's periodic messages: the way back from the air
 * to whoever sends. The air decides the interval; the sender keeps it with a pace per kind
 * of message, so that the mean interval is the one asked for although slots are fixed. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "model/kinds.h"

struct send_limit {
    float interval_ms; /* least mean between two messages of a kind; 0: none */
    bool urgent;       /* the next slot may be used whatever the interval */
};

/* When a kind of message of a station may go next. The lag is drawn once, 0 to one slot:
 * without it all stations would use and leave out the same of their slots. */
struct send_pace {
    int64_t due_ns, lag_ns;
};

/* SAE J2945/1, vRescheduleTh: so much before its time a message may go. */
#define SEND_EARLY_NS (25 * TIME_NS_PER_MS)

/* Infrastructure keeps its rates; event messages are not periodic. */
static inline bool send_limit_holds(uint8_t msg_type)
{
    return msg_type == MSG_BSM || msg_type == MSG_PSM || msg_type == MSG_CAM ||
           msg_type == MSG_VAM;
}

/* May a slot at t, of a stream with slots each slot_ns, be used? Then the pace moves on. */
static inline bool send_pace_ask(struct send_pace *pace, const struct send_limit *limit,
                                 int64_t t_ns, int64_t slot_ns)
{
    int64_t interval_ns = (int64_t)((double)limit->interval_ms * 1e6);
    if (!limit->urgent && interval_ns > slot_ns && t_ns + SEND_EARLY_NS < pace->due_ns) {
        return false;
    }
    int64_t from_ns = pace->due_ns > t_ns - slot_ns ? pace->due_ns : t_ns - pace->lag_ns;
    from_ns = limit->urgent || from_ns > t_ns + SEND_EARLY_NS ? t_ns : from_ns;
    pace->due_ns = from_ns + interval_ns;
    return true;
}
