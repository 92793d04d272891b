/* SPDX-License-Identifier: Apache-2.0 */
/* The slice pool: work cut by index range, each worker writes only its own range, all
 * joined before the call returns. With one thread it is a plain loop, and gives the same
 * bytes. */
#pragma once

#include <stddef.h>

#include "base/result.h"

struct pool;

/* threads >= 1 counts the caller. */
MUST_USE int pool_new(struct pool **pool, int threads, struct fail *fail);

/* Calls work(context, first, last) for disjoint ranges that cover [0, count). */
void pool_run(struct pool *pool, size_t count,
              void (*work)(void *context, size_t first, size_t last), void *context);
int pool_threads(const struct pool *pool);
void pool_free(struct pool *pool);
