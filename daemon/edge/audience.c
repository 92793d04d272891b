/* SPDX-License-Identifier: Apache-2.0 */
/* Counting those who listen. */
#include "edge/audience.h"

#include <stdio.h>
#include <string.h>

#include <zmq.h>

#include "edge/pacer.h"

static void set_connected(struct audience *audience, uint32_t fd, bool now)
{
    if (fd >= AUDIENCE_FD_MOST) {
        return;
    }
    uint8_t bit = (uint8_t)(1u << (fd % 8));
    bool before = (audience->connected[fd / 8] & bit) != 0;
    if (now && !before) {
        audience->connected[fd / 8] |= bit;
        audience->connections++;
    } else if (!now && before) {
        audience->connected[fd / 8] &= (uint8_t)~bit;
        audience->connections--;
    }
}

/* Two frames: u16 event and u32 value in host order; the endpoint. Of the two events the
 * value is the file descriptor (of a finished handshake it would be 0). */
static void drain_monitor(void *self)
{
    struct audience *audience = self;
    for (int i = 0; i < ZWATCH_TURN; i++) {
        uint8_t frame[6];
        char endpoint[256];
        if (zmq_recv(audience->monitor.socket, frame, sizeof frame, ZMQ_DONTWAIT) < 6) {
            return;
        }
        (void)zmq_recv(audience->monitor.socket, endpoint, sizeof endpoint, ZMQ_DONTWAIT);
        uint16_t event;
        uint32_t value;
        memcpy(&event, frame, sizeof event);
        memcpy(&value, frame + 2, sizeof value);
        set_connected(audience, value, event == ZMQ_EVENT_ACCEPTED);
    }
}

static void monitor_closed(void *self)
{
    struct audience *audience = self;
    audience->closed(audience->self);
}

int audience_open(struct audience *audience, void *zmq, void *xpub, struct fail *fail)
{
    /* The address alone is not enough: a socket that was just closed may have had it, and
     * its monitor goes a moment later. */
    char endpoint[64];
    (void)snprintf(endpoint, sizeof endpoint, "inproc://monitor-%p-%lld", xpub,
                   (long long)pacer_now().ns);
    audience->xpub = xpub;
    audience->monitor.self = audience;
    audience->monitor.drain = drain_monitor;
    audience->monitor.closed = monitor_closed;
    if (zmq_socket_monitor(xpub, endpoint, ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED) !=
        0) {
        return fail_set(fail, RESULT_WORLD, "monitor: %s", zmq_strerror(zmq_errno()));
    }
    audience->monitor.socket = zmq_socket(zmq, ZMQ_PAIR);
    if (!audience->monitor.socket || zmq_connect(audience->monitor.socket, endpoint) != 0) {
        return fail_set(fail, RESULT_WORLD, "monitor: %s", zmq_strerror(zmq_errno()));
    }
    return 0;
}

int audience_watch(struct audience *audience, uv_loop_t *loop, struct fail *fail)
{
    return zwatch_init(&audience->monitor, loop, fail);
}

/* Reads one subscription message; false: none left. */
static bool read_one(struct audience *audience, const char *topic, bool *covers, bool *any)
{
    zmq_msg_t message;
    (void)zmq_msg_init(&message);
    if (zmq_msg_recv(&message, audience->xpub, ZMQ_DONTWAIT) < 0) {
        (void)zmq_msg_close(&message);
        return false;
    }
    const uint8_t *data = zmq_msg_data(&message);
    size_t size = zmq_msg_size(&message);
    if (size > 0 && data[0] == 1) {
        size_t length = strlen(topic);
        size_t common = size - 1 < length ? size - 1 : length;
        audience->subscriptions++;
        *any = true;
        *covers = *covers || memcmp(data + 1, topic, common) == 0;
    } else if (size > 0 && data[0] == 0 && audience->subscriptions > 0) {
        audience->subscriptions--;
    }
    (void)zmq_msg_close(&message);
    return true;
}

bool audience_read(struct audience *audience, const char *topic, bool *any)
{
    bool covers = false;
    *any = false;
    for (int i = 0; i < ZWATCH_TURN && read_one(audience, topic, &covers, any); i++) {
    }
    return covers;
}

bool audience_there(const struct audience *audience, unsigned n)
{
    return audience->subscriptions >= n && (audience->inproc || audience->connections >= n);
}

void audience_part(struct audience *audience, struct parting *parting)
{
    drain_monitor(audience);
    for (int fd = 0; fd < AUDIENCE_FD_MOST; fd++) {
        if ((audience->connected[fd / 8] >> (fd % 8) & 1) != 0) {
            parting_hold(parting, fd);
        }
    }
}

void audience_close(struct audience *audience)
{
    if (audience->monitor.socket) {
        (void)zmq_socket_monitor(audience->xpub, NULL, 0);
    }
    zwatch_close(&audience->monitor);
    if (audience->monitor.socket) {
        int none = 0;
        (void)zmq_setsockopt(audience->monitor.socket, ZMQ_LINGER, &none, sizeof none);
        (void)zmq_close(audience->monitor.socket);
        audience->monitor.socket = NULL;
    }
}
