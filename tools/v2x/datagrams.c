/* SPDX-License-Identifier: Apache-2.0 */
/* UDP out, see datagrams.h. */
#include "tools/v2x/datagrams.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct mono now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (struct mono){t.tv_sec * TIME_NS_PER_S + t.tv_nsec};
}

/* "HOST:PORT" cut at its last colon; brackets about an IPv6 address are left out. */
static int split(const char *to, char host[256], const char **port, struct fail *fail)
{
    const char *colon = strrchr(to, ':');
    size_t size = colon ? (size_t)(colon - to) : 0;
    const char *from = to;
    if (size >= 2 && to[0] == '[' && to[size - 1] == ']') {
        from++;
        size -= 2;
    }
    if (size == 0 || size > 255 || !colon[1]) {
        return fail_set(fail, RESULT_USAGE, "udp:%s: HOST:PORT is wanted", to);
    }
    memcpy(host, from, size);
    host[size] = 0;
    *port = colon + 1;
    return 0;
}

int datagrams_open(struct datagrams *d, const char *to, double speed, struct fail *fail)
{
    char host[256];
    const char *port = NULL;
    struct addrinfo *places = NULL;
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICSERV};
    *d = (struct datagrams){.socket = -1, .speed = speed};
    int code = split(to, host, &port, fail);
    if (code < 0) {
        return code;
    }
    code = getaddrinfo(host, port, &hints, &places);
    if (code != 0) {
        return fail_set(fail, RESULT_USAGE, "udp:%s: %s", to, gai_strerror(code));
    }
    int allow = 1;
    d->socket = socket(places->ai_family, SOCK_DGRAM, 0);
    bool good =
        d->socket >= 0 &&
        setsockopt(d->socket, SOL_SOCKET, SO_BROADCAST, &allow, sizeof allow) == 0 &&
        connect(d->socket, places->ai_addr, places->ai_addrlen) == 0;
    freeaddrinfo(places);
    if (!good) {
        code = fail_set(fail, RESULT_USAGE, "udp:%s: %s", to, strerror(errno));
        datagrams_close(d);
        return code;
    }
    return 0;
}

static void wait_for(struct datagrams *d, struct utc stamp)
{
    if (!d->started) {
        d->started = true;
        d->first = stamp;
        d->began = now();
        return;
    }
    double behind_ns = (double)(stamp.ns - d->first.ns) / d->speed;
    if (behind_ns <= 0) {
        return;
    }
    int64_t due = d->began.ns + (int64_t)behind_ns;
    struct timespec until = {.tv_sec = due / TIME_NS_PER_S,
                             .tv_nsec = (long)(due % TIME_NS_PER_S)};
    (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

int datagrams_send(struct datagrams *d, struct utc stamp, const struct bytes *packet,
                   struct fail *fail)
{
    if (d->speed > 0) {
        wait_for(d, stamp);
    }
    ssize_t n = -1;
    /* What comes back of an earlier datagram is told once, and hides the next one. */
    for (int attempt = 0; n < 0 && attempt < 2; attempt++) {
        n = send(d->socket, packet->data, packet->size, 0);
        d->unheard += n < 0 && errno == ECONNREFUSED;
        if (n < 0 && errno != ECONNREFUSED && errno != EINTR) {
            return fail_set(fail, errno == EMSGSIZE ? RESULT_USAGE : RESULT_WORLD,
                            "%zu octets: %s", packet->size, strerror(errno));
        }
    }
    d->sent += n >= 0;
    return 0;
}

void datagrams_close(struct datagrams *d)
{
    if (d->socket >= 0) {
        (void)close(d->socket);
        d->socket = -1;
    }
}
