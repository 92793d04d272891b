/* SPDX-License-Identifier: Apache-2.0 */
/* The stream as a sink: rows become Protobuf payloads under their topics, fates become
 * batches.
 *
 * In: rows of the engine (its thread). Out: messages in the queue, released at their tick's
 * time. Topics: docs/stream.md. Fates are flushed every slice, 20 ms or 64 KiB, whichever
 * is first. */
#pragma once

#include "base/result.h"
#include "edge/queue.h"
#include "model/ports.h"

struct streamer;

struct streamer_options {
    struct queue *queue;
    bool no_truth;
    const struct engine *engine; /* for the ids behind indexes; set before the first row */
};

MUST_USE int streamer_new(struct streamer **streamer,
                          const struct streamer_options *options, struct fail *fail);
void streamer_engine(struct streamer *streamer, const struct engine *engine);
struct sink streamer_sink(struct streamer *streamer);
/* Hands over what waits for a full batch. */
void streamer_flush(struct streamer *streamer);
void streamer_free(struct streamer *streamer);
