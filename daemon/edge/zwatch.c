/* SPDX-License-Identifier: Apache-2.0 */
/* Prepare, check, idle and poll around one ZeroMQ socket; and its bind. */
#include "edge/zwatch.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <zmq.h>

static void idle_ran(uv_idle_t *idle)
{
    (void)idle; /* it only keeps the loop from sleeping */
}

static void polled(uv_poll_t *poll, int status, int events)
{
    (void)poll, (void)status, (void)events; /* it only wakes the loop */
}

static bool pending(struct zwatch *watch)
{
    int events = 0;
    size_t size = sizeof events;
    if (zmq_getsockopt(watch->socket, ZMQ_EVENTS, &events, &size) != 0) {
        return false;
    }
    return (events & ZMQ_POLLIN) != 0;
}

static void before_sleep(uv_prepare_t *prepare)
{
    struct zwatch *watch = prepare->data;
    bool now = pending(watch); /* also lets libzmq see what readers have taken */
    if ((watch->more && watch->more(watch->self)) || now) {
        (void)uv_idle_start(&watch->idle, idle_ran);
    } else {
        (void)uv_idle_stop(&watch->idle);
    }
}

static void after_sleep(uv_check_t *check)
{
    struct zwatch *watch = check->data;
    watch->drain(watch->self);
}

int zwatch_init(struct zwatch *watch, uv_loop_t *loop, struct fail *fail)
{
    int fd = -1;
    size_t size = sizeof fd;
    watch->open = 0;
    if (zmq_getsockopt(watch->socket, ZMQ_FD, &fd, &size) != 0) {
        return fail_set(fail, RESULT_WORLD, "ZMQ_FD: %s", zmq_strerror(zmq_errno()));
    }
    int error = uv_poll_init(loop, &watch->poll, fd);
    if (error != 0) {
        return fail_set(fail, RESULT_WORLD, "poll: %s", uv_strerror(error));
    }
    (void)uv_prepare_init(loop, &watch->prepare);
    (void)uv_check_init(loop, &watch->check);
    (void)uv_idle_init(loop, &watch->idle);
    watch->open = 4;
    watch->prepare.data = watch->check.data = watch->idle.data = watch->poll.data = watch;
    (void)uv_prepare_start(&watch->prepare, before_sleep);
    (void)uv_check_start(&watch->check, after_sleep);
    (void)uv_poll_start(&watch->poll, UV_READABLE, polled);
    return 0;
}

static void handle_closed(uv_handle_t *handle)
{
    struct zwatch *watch = handle->data;
    if (--watch->open == 0) {
        watch->closed(watch->self);
    }
}

void zwatch_close(struct zwatch *watch)
{
    if (watch->open == 0) {
        watch->closed(watch->self);
        return;
    }
    uv_close((uv_handle_t *)&watch->prepare, handle_closed);
    uv_close((uv_handle_t *)&watch->check, handle_closed);
    uv_close((uv_handle_t *)&watch->idle, handle_closed);
    uv_close((uv_handle_t *)&watch->poll, handle_closed);
}

/* The path of an ipc endpoint that lives in the file system, or NULL. */
static const char *ipc_path(const char *endpoint)
{
    static const char scheme[] = "ipc://";
    if (strncmp(endpoint, scheme, sizeof scheme - 1) != 0) {
        return NULL;
    }
    const char *path = endpoint + sizeof scheme - 1;
    return *path == '@' || *path == '*' || *path == 0 ? NULL : path;
}

/* libzmq unlinks an existing path before it binds: it would take a living daemon's place.
 */
static bool somebody_listens(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        return false;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0) {
        return false;
    }
    bool taken = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    (void)close(fd);
    return taken;
}

/* libzmq takes the low 16 bits of any number for a port. */
static bool port_is_sound(const char *endpoint)
{
    const char *colon = strrchr(endpoint, ':');
    if (strncmp(endpoint, "tcp://", 6) != 0 || colon[1] == '*') {
        return true;
    }
    long port = 0;
    const char *digit = colon + 1;
    while (*digit >= '0' && *digit <= '9' && port <= UINT16_MAX) {
        port = port * 10 + (*digit++ - '0');
    }
    return *digit == 0 && digit != colon + 1 && port <= UINT16_MAX;
}

int zwatch_bind(void *socket_, const char *endpoint, char *bound, size_t size,
                struct fail *fail)
{
    const char *path = ipc_path(endpoint);
    if (!port_is_sound(endpoint)) {
        return fail_set(fail, RESULT_USAGE, "%s: needs a port of 1 to 65535, or *",
                        endpoint);
    }
    struct stat there;
    if (path && stat(path, &there) == 0 && !S_ISSOCK(there.st_mode)) {
        return fail_set(fail, RESULT_USAGE, "%s: there is a file that is no socket",
                        endpoint);
    }
    if (path && somebody_listens(path)) {
        return fail_set(fail, RESULT_WORLD, "%s: address in use", endpoint);
    }
    if (zmq_bind(socket_, endpoint) != 0) {
        int error = zmq_errno();
        bool usage = error == EINVAL || error == EPROTONOSUPPORT || error == ENODEV ||
                     error == ENAMETOOLONG || error == ENOCOMPATPROTO;
        return fail_set(fail, usage ? RESULT_USAGE : RESULT_WORLD, "%s: %s", endpoint,
                        error == EINVAL ? "not an endpoint (tcp://ADDR:PORT or ipc://PATH)"
                                        : zmq_strerror(error));
    }
    if (path) {
        (void)chmod(path, S_IRUSR | S_IWUSR);
    }
    if (zmq_getsockopt(socket_, ZMQ_LAST_ENDPOINT, bound, &size) != 0) {
        return fail_set(fail, RESULT_WORLD, "%s: %s", endpoint, zmq_strerror(zmq_errno()));
    }
    return 0;
}
