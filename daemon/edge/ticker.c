/* SPDX-License-Identifier: Apache-2.0 */
/* timerfd with absolute deadlines behind a uv_poll. */
#include "edge/ticker.h"

#include <errno.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

static void ticked(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events;
    struct ticker *ticker = poll->data;
    uint64_t count;
    if (read(ticker->fd, &count, sizeof count) == (ssize_t)sizeof count) {
        ticker->armed_ns = INT64_MAX;
    }
}

int ticker_init(struct ticker *ticker, uv_loop_t *loop, struct fail *fail)
{
    ticker->armed_ns = INT64_MAX;
    ticker->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (ticker->fd < 0) {
        return fail_set(fail, RESULT_WORLD, "timerfd: %s", strerror(errno));
    }
    int error = uv_poll_init(loop, &ticker->poll, ticker->fd);
    if (error != 0) {
        (void)close(ticker->fd);
        ticker->fd = -1;
        return fail_set(fail, RESULT_WORLD, "timerfd: %s", uv_strerror(error));
    }
    ticker->poll.data = ticker;
    (void)uv_poll_start(&ticker->poll, UV_READABLE, ticked);
    return 0;
}

void ticker_arm(struct ticker *ticker, struct mono deadline)
{
    if (deadline.ns == ticker->armed_ns) {
        return;
    }
    struct itimerspec when = {0};
    if (deadline.ns != INT64_MAX) {
        int64_t ns = deadline.ns > 0 ? deadline.ns : 1; /* zero would disarm */
        when.it_value.tv_sec = (time_t)(ns / TIME_NS_PER_S);
        when.it_value.tv_nsec = (long)(ns % TIME_NS_PER_S);
    }
    (void)timerfd_settime(ticker->fd, TFD_TIMER_ABSTIME, &when, NULL);
    ticker->armed_ns = deadline.ns;
}

static void handle_closed(uv_handle_t *handle)
{
    struct ticker *ticker = handle->data;
    (void)close(ticker->fd);
    ticker->closed(ticker->self);
}

void ticker_close(struct ticker *ticker)
{
    if (ticker->fd < 0) {
        ticker->closed(ticker->self);
        return;
    }
    uv_close((uv_handle_t *)&ticker->poll, handle_closed);
}
