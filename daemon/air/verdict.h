/* SPDX-License-Identifier: Apache-2.0 */
/* What became of a frame at each receiver that can have a row: noise first, interference
 * after, by one uniform. In: a frame of the medium, whose overlapping frames are all known.
 * Out: a cause (or none) per row, in the order of the hits.
 *
 * A frame is cut where interferers begin and end; the exponents of the error rate add over
 * the pieces. Order of causes: 802.11p: too weak, sending, with another frame, noise,
 * interference; PC5: sending, too weak, noise, interference. Too weak or lost to noise is
 * `obstruction` if it would have passed without what stands between, else `fading` if it
 * passes on its mean power (above the sensing threshold, error rate below one half), else
 * `sensitivity`, and `out_of_range` where no draw could have helped. */
#pragma once

#include "air/channel.h"
#include "air/errors.h"
#include "air/medium.h"

#define VERDICT_STRONG_MOST 6

/* Somebody else's frame during part of ours. */
struct verdict_other {
    const struct frame *frame;
    double coupling_db; /* of its power into our band */
    double from, to;    /* of our frame, 0..1 */
};

struct verdict_strong {
    float ratio; /* over noise */
    uint16_t other;
};

struct verdict_scratch {
    float *steady; /* weak interference over noise, averaged over the frame */
    uint8_t *strong_count;
    struct verdict_strong (*strong)[VERDICT_STRONG_MOST];
    struct channel_verdict *verdicts;
    uint32_t *hits; /* index of the hit per row */
};

struct verdict_law {
    const struct medium *medium;
    const struct errors *errors;
    bool csma;
    int64_t slot_ns;
};

MUST_USE int verdict_scratch_init(struct verdict_scratch *scratch, uint32_t agents_most,
                                  struct fail *fail);
void verdict_scratch_close(struct verdict_scratch *scratch);

/* Fills scratch->verdicts and scratch->hits for the frame's row_count rows. */
void verdict_frame(const struct verdict_law *law, uint64_t number,
                   struct verdict_scratch *scratch);
