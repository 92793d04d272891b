/* SPDX-License-Identifier: Apache-2.0 */
/* One sensor stream as the synchronizer holds it: a small ring of frames in order of their
 * corrected instants, its watermark, and whether it has fallen silent. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "model/frame.h"

#define STREAM_DEPTH 64
#define STREAM_NONE  UINT32_MAX

/* A frame that comes later after its instant than this is of no use to anyone. */
#define STREAM_LATE_MOST_MS 1000

struct stream_frame {
    uint32_t seq;
    struct tai t_mid, t_avail;
    double sigma_ns;
    bool dropped;
    bool used;
    uint64_t object_at; /* place in the ego's object pool */
    uint32_t object_count;
};

struct stream {
    enum modality modality;
    struct span period;
    uint16_t index;
    uint32_t count;
    struct stream_frame ring[STREAM_DEPTH];
    struct tai alive; /* last useful arrival; the start before that */
};

/* Inserts by (t_mid, seq); returns frames pushed out unused because the ring was full. */
uint32_t stream_put(struct stream *s, const struct stream_frame *frame);

/* Notes arrivals up to now of frames that are not older than `since`. */
void stream_hear(struct stream *s, struct tai now, struct tai since);

/* Nothing arrived for three periods. */
bool stream_idle(const struct stream *s, struct tai now);

/* Arrived frames reach a period beyond anchor + T/2: what belongs to the anchor has come.
 */
bool stream_passed(const struct stream *s, struct tai anchor, struct tai now);

/* A frame that belongs to the anchor is on its way and will come by the deadline. */
bool stream_pending(const struct stream *s, struct tai anchor, struct tai now,
                    struct tai deadline);

/* Ring index of the first unused frame after `after`, or STREAM_NONE. */
uint32_t stream_first_after(const struct stream *s, struct tai after);

/* The member for an anchor: nearest unused frame within T/2 that came by the deadline. If
 * none: STREAM_NONE, and whether a marker of a dropped or a late frame lies there. */
struct stream_match {
    uint32_t at;
    bool dropped, late;
};
struct stream_match stream_match(const struct stream *s, struct tai anchor,
                                 struct tai deadline);

/* Forgets frames that no later anchor can use. */
void stream_prune(struct stream *s, struct tai anchor);
