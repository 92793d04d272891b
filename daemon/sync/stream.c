/* SPDX-License-Identifier: Apache-2.0 */
/* One stream's ring. In: frames. Out: the one that belongs to an anchor, or why none does.
 */
#include "sync/stream.h"

#include <string.h>

#include "sync/view.h"

static bool frame_before(const struct stream_frame *a, const struct stream_frame *b)
{
    return a->t_mid.ns != b->t_mid.ns ? a->t_mid.ns < b->t_mid.ns : a->seq < b->seq;
}

uint32_t stream_put(struct stream *s, const struct stream_frame *frame)
{
    uint32_t lost = 0;
    if (s->count == STREAM_DEPTH) {
        lost = !s->ring[0].used && !s->ring[0].dropped;
        memmove(&s->ring[0], &s->ring[1], (STREAM_DEPTH - 1) * sizeof s->ring[0]);
        s->count--;
    }
    uint32_t at = s->count;
    while (at > 0 && frame_before(frame, &s->ring[at - 1])) {
        at--;
    }
    memmove(&s->ring[at + 1], &s->ring[at], (s->count - at) * sizeof s->ring[0]);
    s->ring[at] = *frame;
    s->count++;
    return lost;
}

void stream_hear(struct stream *s, struct tai now, struct tai since)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const struct stream_frame *f = &s->ring[i];
        bool useful =
            !f->dropped && !tai_before(f->t_mid, since) && !tai_before(now, f->t_avail);
        if (useful && tai_before(s->alive, f->t_avail)) {
            s->alive = f->t_avail;
        }
    }
}

bool stream_idle(const struct stream *s, struct tai now)
{
    return tai_since(now, s->alive).ns > VIEW_IDLE_PERIODS * s->period.ns;
}

bool stream_pending(const struct stream *s, struct tai anchor, struct tai now,
                    struct tai deadline)
{
    int64_t half = (s->period.ns + 1) / 2;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct stream_frame *f = &s->ring[i];
        int64_t off = tai_since(f->t_mid, anchor).ns;
        if (off >= -half && off <= half && tai_before(now, f->t_avail) &&
            !tai_before(deadline, f->t_avail)) {
            return true;
        }
    }
    return false;
}

bool stream_passed(const struct stream *s, struct tai anchor, struct tai now)
{
    int64_t beyond = s->period.ns / 2 + s->period.ns;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct stream_frame *f = &s->ring[i];
        if (!tai_before(now, f->t_avail) && tai_since(f->t_mid, anchor).ns >= beyond) {
            return true;
        }
    }
    return false;
}

uint32_t stream_first_after(const struct stream *s, struct tai after)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const struct stream_frame *f = &s->ring[i];
        bool hopeless =
            tai_since(f->t_avail, f->t_mid).ns > STREAM_LATE_MOST_MS * TIME_NS_PER_MS;
        if (!f->used && !hopeless && tai_before(after, f->t_mid)) {
            return i;
        }
    }
    return STREAM_NONE;
}

struct stream_match stream_match(const struct stream *s, struct tai anchor,
                                 struct tai deadline)
{
    struct stream_match match = {.at = STREAM_NONE};
    int64_t half = (s->period.ns + 1) / 2;
    int64_t nearest = half + 1;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct stream_frame *f = &s->ring[i];
        int64_t off = tai_since(f->t_mid, anchor).ns;
        off = off < 0 ? -off : off;
        if (f->used || off > half) {
            continue;
        }
        if (f->dropped) {
            match.dropped = true;
        } else if (tai_before(deadline, f->t_avail)) {
            match.late = true;
        } else if (off < nearest) { /* equal: the earlier one stands */
            nearest = off;
            match.at = i;
        }
    }
    return match;
}

void stream_prune(struct stream *s, struct tai anchor)
{
    uint32_t gone = 0;
    while (gone < s->count &&
           tai_since(anchor, s->ring[gone].t_mid).ns > 2 * s->period.ns) {
        gone++;
    }
    memmove(&s->ring[0], &s->ring[gone], (s->count - gone) * sizeof s->ring[0]);
    s->count -= gone;
}
