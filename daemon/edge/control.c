/* SPDX-License-Identifier: Apache-2.0 */
/* ROUTER on the loop: a request in, a reply out, nothing kept between them. */
#include "edge/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zmq.h>

#include "edge/zwatch.h"

#define ENDPOINT_MOST 256
#define FRAMES_MOST   8   /* identities and delimiter before the request */
#define IDENTITY_MOST 255 /* ZMTP */
#define QUEUE_MOST    64
#define PORT_MOST     65535

struct frame {
    size_t size;
    uint8_t data[IDENTITY_MOST];
};

struct control {
    struct control_handlers handlers;
    void *socket;
    struct zwatch watch;
    char endpoint[ENDPOINT_MOST];
    bool closing;
};

static bool frames_follow(void *socket)
{
    int more = 0;
    size_t size = sizeof more;
    return zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size) == 0 && more != 0;
}

static int missing(const char *word, struct fail *fail)
{
    return fail_set(fail, RESULT_USAGE, "%s: not available in this run", word);
}

static int call_plain(int (*handler)(void *self, struct fail *fail),
                      const struct control *control, const char *word, struct fail *fail)
{
    return handler ? handler(control->handlers.self, fail) : missing(word, fail);
}

static int call_json(int (*handler)(void *self, struct bytes *json, struct fail *fail),
                     const struct control *control, const char *word, struct bytes *json,
                     struct fail *fail)
{
    return handler ? handler(control->handlers.self, json, fail) : missing(word, fail);
}

static int perform(const struct control *control, const struct control_request *request,
                   struct bytes *json, struct bytes *binary, struct fail *fail)
{
    const struct control_handlers *h = &control->handlers;
    const char *word = control_command_word(request->command);
    switch (request->command) {
    case CONTROL_STATUS:
        return call_json(h->status, control, word, json, fail);
    case CONTROL_MANIFEST:
        return call_json(h->manifest, control, word, json, fail);
    case CONTROL_PAUSE:
        return call_plain(h->pause, control, word, fail);
    case CONTROL_RESUME:
        return call_plain(h->resume, control, word, fail);
    case CONTROL_STOP:
        return call_plain(h->stop, control, word, fail);
    case CONTROL_SPEED:
        return h->speed ? h->speed(h->self, request->speed, fail) : missing(word, fail);
    case CONTROL_TIER:
        return h->tier ? h->tier(h->self, request->tier, fail) : missing(word, fail);
    case CONTROL_FAULT:
        return h->fault ? h->fault(h->self, request->text, fail) : missing(word, fail);
    case CONTROL_GAPS:
        return h->gaps ? h->gaps(h->self, request->text, request->missing, fail)
                       : missing(word, fail);
    case CONTROL_SCHEMA:
        return h->schema ? h->schema(h->self, json, binary, fail) : missing(word, fail);
    case CONTROL_COMMAND_COUNT:
    default:
        return missing(word, fail);
    }
}

/* {"ok":true,"cmd":"...", members of json}, or the error with the kind it is of. */
static void write_reply(struct bytes *reply, int result,
                        const struct control_request *request, const struct bytes *json,
                        const struct fail *fail)
{
    if (result != 0) {
        bytes_text(reply, "{\"ok\":false,\"kind\":");
        bytes_json_string(reply, result == RESULT_USAGE ? "usage" : "world");
        bytes_text(reply, ",\"error\":");
        bytes_json_string(reply, fail->text);
        bytes_text(reply, "}");
        return;
    }
    bytes_text(reply, "{\"ok\":true,\"cmd\":");
    bytes_json_string(reply, control_command_word(request->command));
    /* An object of at least one member: {"a":1 */
    if (json->size > 2 && json->data[0] == '{') {
        bytes_text(reply, ",");
        bytes_put(reply, json->data + 1, json->size - 1);
    } else {
        bytes_text(reply, "}");
    }
}

static void answer(struct control *control, const struct frame *frames, int count,
                   const uint8_t *data, size_t size)
{
    static const char no_memory[] =
        "{\"ok\":false,\"kind\":\"world\",\"error\":\"no memory\"}";
    struct control_request request;
    struct fail fail = {0};
    struct bytes json = {0}, binary = {0}, reply = {0};
    int result = control_request_parse(data, size, &request, &fail);
    if (result == 0) {
        result = perform(control, &request, &json, &binary, &fail);
    }
    write_reply(&reply, result, &request, &json, &fail);
    bool whole = !reply.failed && !json.failed && !binary.failed;
    bool two = whole && result == 0 && binary.size > 0;
    bool sent = true;
    for (int i = 0; sent && i < count; i++) {
        sent = zmq_send(control->socket, frames[i].data, frames[i].size,
                        ZMQ_DONTWAIT | ZMQ_SNDMORE) >= 0;
    }
    if (sent) {
        const void *text = whole ? (const void *)reply.data : no_memory;
        sent = zmq_send(control->socket, text, whole ? reply.size : sizeof no_memory - 1,
                        ZMQ_DONTWAIT | (two ? ZMQ_SNDMORE : 0)) >= 0;
    }
    if (sent && two) {
        (void)zmq_send(control->socket, binary.data, binary.size, ZMQ_DONTWAIT);
    }
    bytes_close(&json);
    bytes_close(&binary);
    bytes_close(&reply);
}

/* Identity, what a REQ peer puts before (an empty frame), the request. Anything longer is
 * read to its end and answered by nothing. False: nothing there. */
static bool serve_one(struct control *control)
{
    struct frame frames[FRAMES_MOST];
    int count = 0;
    bool good = true;
    zmq_msg_t message;
    (void)zmq_msg_init(&message);
    bool some = zmq_msg_recv(&message, control->socket, ZMQ_DONTWAIT) >= 0;
    while (some && frames_follow(control->socket)) {
        size_t size = zmq_msg_size(&message);
        good = good && count < FRAMES_MOST && size <= IDENTITY_MOST &&
               (count == 0 || size == 0);
        if (good) {
            frames[count].size = size;
            memcpy(frames[count++].data, zmq_msg_data(&message), size);
        }
        if (zmq_msg_recv(&message, control->socket, ZMQ_DONTWAIT) < 0) {
            good = false;
            break;
        }
    }
    if (some && good && count > 0) {
        answer(control, frames, count, zmq_msg_data(&message), zmq_msg_size(&message));
    }
    (void)zmq_msg_close(&message);
    return some;
}

static void drain(void *self)
{
    struct control *control = self;
    for (int i = 0; i < ZWATCH_TURN && !control->closing && serve_one(control); i++) {
    }
}

static void watch_closed(void *self)
{
    struct control *control = self;
    if (control->handlers.closed) {
        control->handlers.closed(control->handlers.self);
    }
}

static void set_int(void *socket, int option, int value)
{
    (void)zmq_setsockopt(socket, option, &value, sizeof value);
}

int control_new(struct control **out, struct loop *loop, const char *endpoint,
                const struct control_handlers *handlers, struct fail *fail)
{
    *out = NULL;
    struct control *control = calloc(1, sizeof *control);
    if (!control) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the control socket");
    }
    control->handlers = *handlers;
    control->socket = zmq_socket(loop_zmq(loop), ZMQ_ROUTER);
    if (!control->socket) {
        free(control);
        return fail_set(fail, RESULT_WORLD, "ZeroMQ: %s", zmq_strerror(zmq_errno()));
    }
    int64_t most = CONTROL_REQUEST_MOST; /* a larger frame costs the peer its connection */
    (void)zmq_setsockopt(control->socket, ZMQ_MAXMSGSIZE, &most, sizeof most);
    set_int(control->socket, ZMQ_RCVHWM, QUEUE_MOST);
    set_int(control->socket, ZMQ_SNDHWM, QUEUE_MOST);
    set_int(control->socket, ZMQ_LINGER, 0);
    control->watch.socket = control->socket;
    control->watch.self = control;
    control->watch.drain = drain;
    control->watch.closed = watch_closed;
    int result =
        zwatch_bind(control->socket, endpoint, control->endpoint, ENDPOINT_MOST, fail);
    if (result == 0) {
        result = zwatch_init(&control->watch, loop_uv(loop), fail);
    }
    if (result != 0) {
        (void)zmq_close(control->socket);
        free(control);
        return result;
    }
    *out = control;
    return 0;
}

const char *control_endpoint(const struct control *control)
{
    return control->endpoint;
}

void control_close(struct control *control)
{
    if (control->closing) {
        return;
    }
    control->closing = true;
    set_int(control->socket, ZMQ_LINGER, 500); /* the answer to `stop` still goes out */
    zwatch_close(&control->watch);
    (void)zmq_close(control->socket);
    control->socket = NULL;
}

void control_free(struct control *control)
{
    free(control);
}

bool control_beside(const char *publish, char *endpoint, size_t size)
{
    bool plain =
        strncmp(publish, "ipc://", 6) == 0 || strncmp(publish, "inproc://", 9) == 0;
    int written = -1;
    if (plain && publish[strlen(publish) - 1] != '*') {
        written = snprintf(endpoint, size, "%s.ctl", publish);
    } else if (strncmp(publish, "tcp://", 6) == 0) {
        const char *colon = strrchr(publish, ':');
        unsigned port = 0;
        const char *digit = colon + 1;
        while (*digit >= '0' && *digit <= '9' && port <= PORT_MOST) {
            port = port * 10 + (unsigned)(*digit++ - '0');
        }
        if (*digit == 0 && port > 0 && port < PORT_MOST) {
            written = snprintf(endpoint, size, "%.*s:%u", (int)(colon - publish), publish,
                               port + 1);
        }
    }
    return written > 0 && (size_t)written < size;
}
