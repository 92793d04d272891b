/* SPDX-License-Identifier: Apache-2.0 */
/* The pace under a lock, with a condition for the engine to wait on. */
#include "edge/pacer.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define AHEAD_NS (PACER_AHEAD_MS * TIME_NS_PER_MS)

struct pacer {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* on CLOCK_MONOTONIC */
    struct pace pace;
    struct tai released, pulled;
    bool stopped;
};

struct mono pacer_now(void)
{
    struct timespec ts;
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (struct mono){(int64_t)ts.tv_sec * TIME_NS_PER_S + ts.tv_nsec};
}

int pacer_new(struct pacer **pacer, double speed, struct fail *fail)
{
    struct pacer *p = calloc(1, sizeof *p);
    *pacer = p;
    if (!p) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the pace");
    }
    if (!pace_init(&p->pace, speed)) {
        free(p);
        *pacer = NULL;
        return fail_set(fail, RESULT_USAGE, "speed = %g: %g to %g, or max", speed,
                        PACE_SPEED_LEAST, PACE_SPEED_MOST);
    }
    p->released = p->pulled = (struct tai){INT64_MIN};
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&p->changed, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    (void)pthread_mutex_init(&p->lock, NULL);
    return 0;
}

static void lock(struct pacer *p)
{
    (void)pthread_mutex_lock(&p->lock);
}

static void unlock_changed(struct pacer *p)
{
    (void)pthread_cond_broadcast(&p->changed);
    (void)pthread_mutex_unlock(&p->lock);
}

void pacer_start(struct pacer *p, struct tai t)
{
    lock(p);
    pace_start(&p->pace, pacer_now(), t);
    p->pulled = t;
    unlock_changed(p);
}

/* When the engine may pull up to t; INT64_MAX: not known yet. */
static int64_t may_pull_at(const struct pacer *p, struct tai t)
{
    if (!p->pace.started || p->pace.paused) {
        return INT64_MAX;
    }
    int64_t deadline = pace_deadline(&p->pace, t).ns;
    return deadline < INT64_MIN + AHEAD_NS ? INT64_MIN : deadline - AHEAD_NS;
}

bool pacer_wait(struct pacer *p, struct tai t)
{
    lock(p);
    while (!p->stopped) {
        int64_t at = may_pull_at(p, t);
        if (at == INT64_MAX || at == INT64_MAX - AHEAD_NS) {
            (void)pthread_cond_wait(&p->changed, &p->lock);
            continue;
        }
        if (at <= pacer_now().ns) {
            break;
        }
        struct timespec until = {.tv_sec = (time_t)(at / TIME_NS_PER_S),
                                 .tv_nsec = (long)(at % TIME_NS_PER_S)};
        (void)pthread_cond_timedwait(&p->changed, &p->lock, &until);
    }
    bool go = !p->stopped;
    if (go && p->pulled.ns < t.ns) {
        p->pulled = t;
    }
    (void)pthread_mutex_unlock(&p->lock);
    return go;
}

void pacer_stop(struct pacer *p)
{
    lock(p);
    p->stopped = true;
    unlock_changed(p);
}

bool pacer_stopped(struct pacer *p)
{
    lock(p);
    bool stopped = p->stopped;
    (void)pthread_mutex_unlock(&p->lock);
    return stopped;
}

void pacer_pause(struct pacer *p)
{
    lock(p);
    pace_pause(&p->pace, pacer_now());
    unlock_changed(p);
}

void pacer_resume(struct pacer *p)
{
    lock(p);
    pace_resume(&p->pace, pacer_now());
    unlock_changed(p);
}

int pacer_set_speed(struct pacer *p, double speed, struct fail *fail)
{
    lock(p);
    bool good = pace_set_speed(&p->pace, pacer_now(), p->pulled, speed);
    unlock_changed(p);
    return good ? 0
                : fail_set(fail, RESULT_USAGE, "speed = %g: %g to %g, or max", speed,
                           PACE_SPEED_LEAST, PACE_SPEED_MOST);
}

bool pacer_due(struct pacer *p, struct tai t)
{
    if (t.ns == INT64_MIN) {
        return true;
    }
    lock(p);
    bool due = t.ns <= pace_until(&p->pace, pacer_now()).ns;
    /* What was pulled is let out when the run is stopped, whatever its time. */
    due = due || p->stopped;
    (void)pthread_mutex_unlock(&p->lock);
    return due;
}

struct mono pacer_deadline(struct pacer *p, struct tai t)
{
    lock(p);
    struct mono deadline = pace_deadline(&p->pace, t);
    (void)pthread_mutex_unlock(&p->lock);
    return deadline;
}

void pacer_done(struct pacer *p, struct tai t)
{
    if (t.ns == INT64_MIN) {
        return;
    }
    lock(p);
    if (!p->stopped) {
        pace_done(&p->pace, pacer_now(), t);
    }
    if (t.ns > p->released.ns) {
        p->released = t;
    }
    (void)pthread_mutex_unlock(&p->lock);
}

void pacer_read(struct pacer *p, struct pacer_state *state)
{
    lock(p);
    *state = (struct pacer_state){
        .speed = pace_speed(&p->pace),
        .started = p->pace.started,
        .paused = p->pace.paused,
        .stopped = p->stopped,
        .released = p->released,
        .pulled = p->pulled,
        .lateness = p->pace.lateness,
    };
    (void)pthread_mutex_unlock(&p->lock);
}

void pacer_free(struct pacer *p)
{
    if (p) {
        (void)pthread_cond_destroy(&p->changed);
        (void)pthread_mutex_destroy(&p->lock);
        free(p);
    }
}
