/* SPDX-License-Identifier: Apache-2.0 */
/* The parting from readers: a connection stays open until its reader has read it empty.
 *
 * libzmq closes a connection as soon as its last octet is in the kernel. A reader that
 * stands at its own high-water mark at that moment sees the hang-up first and throws away
 * what it had not read from the kernel yet: the last records and `end`. So a second
 * descriptor of each connection is held here, which keeps the hang-up away, until libzmq
 * has let go of its own and the kernel holds nothing any more, the reader is gone, or the
 * time is over. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "base/result.h"

struct parting_held {
    int fd;     /* as libzmq knows it */
    int second; /* ours, of the same connection */
};

struct parting {
    uv_timer_t timer;
    struct parting_held *held;
    size_t count, room;
    int64_t give_up_ns; /* monotonic */
    void *self;
    /* All are released; unread: connections whose reader still had octets to read. */
    void (*parted)(void *self, size_t unread);
    void (*closed)(void *self);
};

void parting_init(struct parting *parting, uv_loop_t *loop);
/* Holds the connection; fewer than all are held if descriptors or memory run out. */
void parting_hold(struct parting *parting, int fd);
/* After zmq_close: releases each when its time has come, then parted, then closed. */
void parting_start(struct parting *parting, int64_t most_ms);
