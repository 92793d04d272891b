/* SPDX-License-Identifier: Apache-2.0 */
/* The loop, its wake-up, its three signals and its tick. */
#include "edge/loop.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include <uv.h>
#include <zmq.h>

#define TICK_MS 100

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { SIGNAL_COUNT = sizeof signals / sizeof signals[0] };

struct loop {
    uv_loop_t uv;
    uv_async_t async;
    uv_timer_t timer;
    uv_signal_t signals[SIGNAL_COUNT];
    void *zmq;
    struct loop_calls calls;
    int times;
    bool stopped;
};

static void on_async(uv_async_t *async)
{
    struct loop *loop = async->data;
    if (loop->calls.woken) {
        loop->calls.woken(loop->calls.self);
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct loop *loop = timer->data;
    loop->calls.tick(loop->calls.self);
}

static void on_signal(uv_signal_t *handle, int signum)
{
    struct loop *loop = handle->data;
    if (signum != SIGHUP) {
        loop->times++;
    }
    if (loop->calls.signal) {
        loop->calls.signal(loop->calls.self, signum, loop->times);
    }
}

static int handles_init(struct loop *loop)
{
    int error = uv_async_init(&loop->uv, &loop->async, on_async);
    if (error != 0) {
        return error;
    }
    loop->async.data = loop;
    (void)uv_timer_init(&loop->uv, &loop->timer);
    loop->timer.data = loop;
    if (loop->calls.tick) {
        (void)uv_timer_start(&loop->timer, on_timer, TICK_MS, TICK_MS);
    }
    for (int i = 0; i < SIGNAL_COUNT; i++) {
        (void)uv_signal_init(&loop->uv, &loop->signals[i]);
        loop->signals[i].data = loop;
        int refused = uv_signal_start(&loop->signals[i], on_signal, signals[i]);
        error = error ? error : refused;
    }
    return error;
}

int loop_new(struct loop **out, const struct loop_calls *calls, struct fail *fail)
{
    struct loop *loop = calloc(1, sizeof *loop);
    *out = NULL;
    if (!loop) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the loop");
    }
    loop->calls = *calls;
    int error = uv_loop_init(&loop->uv);
    if (error != 0) {
        free(loop);
        return fail_set(fail, RESULT_WORLD, "loop: %s", uv_strerror(error));
    }
    loop->zmq = zmq_ctx_new();
    error = loop->zmq ? handles_init(loop) : UV_ENOMEM;
    if (error != 0) {
        (void)fail_set(fail, RESULT_WORLD, "loop: %s", uv_strerror(error));
        /* Closing needs turns of the loop; after a failed async there is nothing to close.
         */
        if (loop->async.data) {
            loop_stop(loop);
            (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
        }
        loop_free(loop);
        return fail->code;
    }
    *out = loop;
    return 0;
}

int loop_run(struct loop *loop, struct fail *fail)
{
    int left = uv_run(&loop->uv, UV_RUN_DEFAULT);
    return left == 0 ? 0 : fail_set(fail, RESULT_WORLD, "the loop ended with open handles");
}

void loop_wake(struct loop *loop)
{
    (void)uv_async_send(&loop->async);
}

void loop_stop(struct loop *loop)
{
    if (loop->stopped) {
        return;
    }
    loop->stopped = true;
    uv_close((uv_handle_t *)&loop->async, NULL);
    uv_close((uv_handle_t *)&loop->timer, NULL);
    for (int i = 0; i < SIGNAL_COUNT; i++) {
        uv_close((uv_handle_t *)&loop->signals[i], NULL);
    }
}

struct uv_loop_s *loop_uv(struct loop *loop)
{
    return &loop->uv;
}

void *loop_zmq(struct loop *loop)
{
    return loop->zmq;
}

void loop_free(struct loop *loop)
{
    if (!loop) {
        return;
    }
    if (loop->zmq) {
        (void)zmq_ctx_term(loop->zmq);
    }
    (void)uv_loop_close(&loop->uv);
    free(loop);
}
