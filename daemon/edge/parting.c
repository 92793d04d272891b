/* SPDX-License-Identifier: Apache-2.0 */
/* Second descriptors, looked at every few milliseconds. */
#include "edge/parting.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edge/pacer.h"

#define LOOK_MS 2

void parting_init(struct parting *parting, uv_loop_t *loop)
{
    (void)uv_timer_init(loop, &parting->timer);
    parting->timer.data = parting;
}

void parting_hold(struct parting *parting, int fd)
{
    if (parting->count == parting->room) {
        size_t room = parting->room ? 2 * parting->room : 16;
        struct parting_held *held = realloc(parting->held, room * sizeof *held);
        if (!held) {
            return;
        }
        parting->held = held;
        parting->room = room;
    }
    struct stat at;
    if (fstat(fd, &at) != 0 || !S_ISSOCK(at.st_mode)) {
        return; /* it went away before its event was read */
    }
    int second = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (second >= 0) {
        parting->held[parting->count++] = (struct parting_held){fd, second};
    }
}

/* A socket's inode is its own for as long as a descriptor of it is open, and ours is. */
static bool is_libzmqs(const struct parting_held *held)
{
    struct stat theirs, ours;
    return fstat(held->fd, &theirs) == 0 && fstat(held->second, &ours) == 0 &&
           theirs.st_ino == ours.st_ino && theirs.st_dev == ours.st_dev;
}

static bool has_unread(const struct parting_held *held)
{
    struct pollfd at = {.fd = held->second};
    int octets = 0;
    if (poll(&at, 1, 0) > 0 && (at.revents & (POLLHUP | POLLERR)) != 0) {
        return false; /* nobody is left to read */
    }
    return ioctl(held->second, SIOCOUTQ, &octets) == 0 && octets > 0;
}

static void timer_closed(uv_handle_t *timer)
{
    struct parting *parting = timer->data;
    parting->closed(parting->self);
}

static void look(uv_timer_t *timer)
{
    struct parting *parting = timer->data;
    bool over = pacer_now().ns >= parting->give_up_ns;
    size_t left = 0, unread = 0;
    for (size_t i = 0; i < parting->count; i++) {
        struct parting_held *held = &parting->held[i];
        bool keep = is_libzmqs(held) || has_unread(held);
        if (keep && !over) {
            parting->held[left++] = *held;
            continue;
        }
        unread += keep;
        (void)close(held->second);
    }
    parting->count = left;
    if (left > 0) {
        return;
    }
    free(parting->held);
    parting->held = NULL;
    parting->room = 0;
    (void)uv_timer_stop(timer);
    parting->parted(parting->self, unread);
    uv_close((uv_handle_t *)timer, timer_closed);
}

void parting_start(struct parting *parting, int64_t most_ms)
{
    parting->give_up_ns = pacer_now().ns + most_ms * TIME_NS_PER_MS;
    (void)uv_timer_start(&parting->timer, look, 0, LOOK_MS);
}
