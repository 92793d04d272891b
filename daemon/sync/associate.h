/* SPDX-License-Identifier: Apache-2.0 */
/* Which V2X track and which sensor object are the same thing: gated nearest neighbours.
 *
 * d2 = r' S^-1 r with S the sum of both covariances (the track's along and across its
 * heading, the object's along the axes). Within one stream each track and each object is
 * taken once, smallest d2 first, ties by track, then by object. A track takes its sensed
 * position from the stream with the smallest d2. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "sync/view.h"

#define ASSOCIATE_PAIRS_MOST 8192
#define ASSOCIATE_NONE       UINT32_MAX

struct associate_pair {
    double d2;
    uint32_t track, object;
};

/* Room for the pairs of one stream; owned by the caller. */
struct associate {
    struct associate_pair pairs[ASSOCIATE_PAIRS_MOST];
    uint64_t cut; /* pairs beyond the room */
};

/* Squared Mahalanobis distance of the pair. */
double associate_d2(const struct view_track *track, const struct view_object *object);

/* Sets track_index and d2 of objects [first, first + count) and the sensed fields of
 * tracks. All objects are of one stream. */
void associate_stream(struct associate *room, struct view_track *tracks,
                      uint32_t track_count, struct view_object *objects, uint32_t first,
                      uint32_t count);
