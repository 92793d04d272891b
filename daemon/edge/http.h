/* SPDX-License-Identifier: Apache-2.0 */
/* A small HTTP server on the loop, for eyes and monitors: GET and HEAD of fixed paths, and
 * one path whose answer goes on as server-sent events.
 *
 * In: a listening address, a function that answers paths. Out: replies; each closes its
 * connection. Bounded: HTTP_CLIENTS_MOST connections (more are closed at once), a head of 8
 * KiB that has to come within 10 s; a watcher that holds more than 1 MiB unread loses
 * events until it reads. Nothing a client sends changes anything. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/result.h"
#include "edge/loop.h"

#define HTTP_CLIENTS_MOST 64

struct http;

struct http_reply {
    int status;       /* 200 unless said otherwise */
    const char *type; /* of the body; text/plain */
    struct bytes body;
    bool events; /* the body begins a stream of events; http_push goes on with it */
};

struct http_calls {
    void *self;
    /* Fills the reply; false: there is no such path. */
    bool (*get)(void *self, const char *path, struct http_reply *reply);
    void (*closed)(void *self);
};

/* "127.0.0.1:8080", "[::1]:8080"; port 0: any free one. RESULT_USAGE: no such address;
 * RESULT_WORLD: in use. */
MUST_USE int http_new(struct http **http, struct loop *loop, const char *address,
                      const struct http_calls *calls, struct fail *fail);
const char *http_address(const struct http *http); /* with the port that it got */

size_t http_watchers(const struct http *http); /* connections that take events */
/* One event of one line, to all that watch. */
void http_push(struct http *http, const void *line, size_t size);

void http_close(struct http *http); /* asynchronous: `closed` */
void http_free(struct http *http);
