/* SPDX-License-Identifier: Apache-2.0 */
/* One ZeroMQ socket on the libuv loop, fairly.
 *
 * In: a socket. Out: `drain` once per loop turn, which reads a bounded number of messages
 * and says nothing; the loop does not sleep while messages wait or `more` says so.
 *
 * The file descriptor of a socket is edge-like and only tells that something may have
 * changed, so it serves to wake up and nothing else: before the loop sleeps, `prepare`
 * looks at ZMQ_EVENTS and starts an idle handle if anything is pending; `check` drains. */
#pragma once

#include <stdbool.h>

#include <uv.h>

#include "base/result.h"

#define ZWATCH_TURN 64 /* most messages to read in one drain */

struct zwatch {
    void *socket;
    void *self;
    void (*drain)(void *self);
    bool (*more)(void *self); /* work is left that waits for nothing; may be NULL */
    void (*closed)(void *self);
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t idle;
    uv_poll_t poll;
    int open; /* handles not closed yet */
};

/* Socket, self and callbacks are set by the caller. */
MUST_USE int zwatch_init(struct zwatch *watch, uv_loop_t *loop, struct fail *fail);
/* Asynchronous: `closed` is called when the last handle has closed. The socket may be
 * closed at once. Never opened: closed is called at once. */
void zwatch_close(struct zwatch *watch);

/* Binds with the errors of the house; `bound` gets the endpoint as bound. An ipc path that
 * somebody answers on is taken, not stolen, and is made private to the user. */
MUST_USE int zwatch_bind(void *socket, const char *endpoint, char *bound, size_t size,
                         struct fail *fail);
