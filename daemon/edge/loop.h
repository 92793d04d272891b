/* SPDX-License-Identifier: Apache-2.0 */
/* The one libuv loop of the daemon, its ZeroMQ context and its signals.
 *
 * In: callbacks. Out: loop_run, which returns when loop_stop was called and every handle is
 * closed. Only edge/ includes uv.h and zmq.h; main sees this. */
#pragma once

#include "base/result.h"

struct loop;
struct uv_loop_s;

struct loop_calls {
    void *self;
    /* SIGINT, SIGTERM or SIGHUP (numbers of <signal.h>); `times` counts INT and TERM so
     * far: 1 asks to finish, 2 means now. */
    void (*signal)(void *self, int signum, int times);
    void (*woken)(void *self); /* after loop_wake; several wakes may be one call */
    void (*tick)(void *self);  /* each 100 ms; may be NULL */
};

MUST_USE int loop_new(struct loop **loop, const struct loop_calls *calls,
                      struct fail *fail);
MUST_USE int loop_run(struct loop *loop, struct fail *fail);
void loop_wake(struct loop *loop); /* any thread */
/* Closes the loop's own handles; loop_run returns when the others (stream, control) are
 * closed too. */
void loop_stop(struct loop *loop);
struct uv_loop_s *loop_uv(struct loop *loop);
void *loop_zmq(struct loop *loop);
/* Terminates the ZeroMQ context: waits at most the linger of its sockets. */
void loop_free(struct loop *loop);
