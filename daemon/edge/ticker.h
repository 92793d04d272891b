/* SPDX-License-Identifier: Apache-2.0 */
/* A wake-up at an absolute reading of the stopwatch.
 *
 * In: a deadline. Out: the loop turns at it (timerfd: a median of 50 us late, where a libuv
 * timer counts whole milliseconds and drifts). Nothing is called: whoever arms it looks
 * again in its own turn. */
#pragma once

#include <uv.h>

#include "base/result.h"
#include "base/time.h"

struct ticker {
    uv_poll_t poll;
    int fd;
    int64_t armed_ns; /* INT64_MAX: not armed */
    void *self;
    void (*closed)(void *self);
};

MUST_USE int ticker_init(struct ticker *ticker, uv_loop_t *loop, struct fail *fail);
/* INT64_MAX: never. */
void ticker_arm(struct ticker *ticker, struct mono deadline);
void ticker_close(struct ticker *ticker);
