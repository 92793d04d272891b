/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of stat and end, from the counters of queue, pace and stream.
 *
 * In: borrowed counters. Out: the payload that the caller's encoder makes of the row; no
 * encoder: nothing. False: it could not be made. */
#pragma once

#include "edge/stream.h"

struct stream_rows {
    struct queue *queue;
    struct pacer *pacer; /* NULL: as fast as possible */
    const struct stream_calls *calls;
    const struct stream_totals *totals;
    const char *run_epoch;
    bool lossless;
    uint64_t hello_end, stat_end; /* sequence ends of our own topics */
};

bool stream_rows_stat(const struct stream_rows *rows, struct bytes *out);
/* reason NULL: done; summary may be NULL. */
bool stream_rows_end(const struct stream_rows *rows, const char *reason,
                     const char *summary, struct bytes *out);
