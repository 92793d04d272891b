/* SPDX-License-Identifier: Apache-2.0 */
/* One run of the daemon: what the command line asks for, put together and carried through.
 *
 * In: options. Out: a dataset, a stream, a summary, an exit code. The loop thread keeps
 * sockets and signals; the engine thread pulls slices, as fast as the pace and its sinks
 * allow. */
#pragma once

#include "base/result.h"
#include "edge/options.h"

/* 0, or a RESULT_ code with its sentence; *interrupted if SIGINT ended it (flushed all the
 * same). */
MUST_USE int run_main(const struct options *options, bool *interrupted, struct fail *fail);

/* `check` and `explain`; text goes to stdout. */
MUST_USE int run_check(const struct options *options, struct fail *fail);
MUST_USE int run_explain(const struct options *options, struct fail *fail);
