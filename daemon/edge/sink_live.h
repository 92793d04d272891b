/* SPDX-License-Identifier: Apache-2.0 */
/* The scene as it goes on, for eyes: each 100 ms one line of JSON with agents, signals,
 * decisions and what was heard and lost by the egos.
 *
 * In: rows and fates (the engine's thread). Out: lines, when their instant has come (the
 * loop's thread). Made only while somebody watches; of LIVE_LINES waiting lines the oldest
 * gives way. */
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "edge/pacer.h"
#include "model/ports.h"

#define LIVE_LINES 16

struct live;
struct engine;

struct live_options {
    bool no_truth; /* claimed positions, no fates, no signals, no truth in decisions */
    struct pacer *pacer; /* borrowed */
    struct tai start;
};

MUST_USE int live_new(struct live **live, const struct live_options *options,
                      struct fail *fail);
void live_engine(struct live *live, const struct engine *engine);
struct sink live_sink(struct live *live);

/* Loop thread. */
void live_watch(struct live *live, bool watched);
/* The next line that is due; false: none. */
bool live_take(struct live *live, struct bytes *line);
void live_free(struct live *live);
