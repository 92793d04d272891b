/* SPDX-License-Identifier: Apache-2.0 */
/* A stream with its queue and its loop, and subscribers. The loop runs in a thread of its
 * own; the test is the engine and the subscriber. Nothing sleeps: every wait is a receive
 * or a condition with a deadline. After cmocka.h. */
#pragma once

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zmq.h>

#include "edge/stream.h"

enum { DEADLINE_MS = 20000, PAYLOAD_MOST = 128 * 1024 };

struct rig {
    struct loop *loop;
    struct queue *queue;
    struct stream *stream;
    struct pacer *pacer;
    pthread_t thread;
    void *zmq;
    char directory[64], endpoint[128];
    atomic_bool ready, done;
    atomic_int said;
    bool close_when_done;
};

static inline int on_encode(void *self, const struct table *table, const void *row,
                            struct bytes *out)
{
    (void)self;
    bytes_text(out, table == &table_stat ? ((const struct row_stat *)row)->topics
                                         : ((const struct row_end *)row)->topics);
    return 0;
}

static inline void on_ready(void *self)
{
    ((struct rig *)self)->ready = true;
}

static inline void on_done(void *self)
{
    struct rig *rig = self;
    rig->done = true;
    if (rig->close_when_done) {
        stream_close(rig->stream);
    }
}

static inline void on_say(void *self, const char *text)
{
    assert_null(strchr(text, '\n'));
    ((struct rig *)self)->said++;
}

static inline void on_closed(void *self)
{
    loop_stop(((struct rig *)self)->loop);
}

static inline void on_woken(void *self)
{
    stream_close(((struct rig *)self)->stream);
}

static inline void *run(void *self)
{
    struct rig *rig = self;
    struct fail fail;
    assert_int_equal(loop_run(rig->loop, &fail), 0);
    return NULL;
}

struct setup {
    const char *transport; /* "ipc", "tcp", "inproc" */
    bool lossless, stay;
    double lossless_timeout_s, speed; /* speed < 0: no pacer */
    unsigned wait_subscribers;
    size_t queue_bytes, subscriber_bytes;
};

static inline void rig_open(struct rig *rig, const struct setup *setup)
{
    struct fail fail = {0};
    memset(rig, 0, sizeof *rig);
    rig->close_when_done = !setup->stay;
    (void)snprintf(rig->directory, sizeof rig->directory, "v2x-stream-XXXXXX");
    assert_non_null(mkdtemp(rig->directory));
    if (strcmp(setup->transport, "ipc") == 0) {
        (void)snprintf(rig->endpoint, sizeof rig->endpoint, "ipc://%s/s", rig->directory);
    } else if (strcmp(setup->transport, "tcp") == 0) {
        (void)snprintf(rig->endpoint, sizeof rig->endpoint, "tcp://127.0.0.1:*");
    } else {
        (void)snprintf(rig->endpoint, sizeof rig->endpoint, "inproc://stream");
    }
    const struct loop_calls calls = {.self = rig, .woken = on_woken};
    assert_int_equal(loop_new(&rig->loop, &calls, &fail), 0);
    const struct queue_options queue = {
        .bytes = setup->queue_bytes, .blocks = 4, .lossless = setup->lossless};
    assert_int_equal(queue_new(&rig->queue, &queue, &fail), 0);
    if (setup->speed >= 0) {
        assert_int_equal(pacer_new(&rig->pacer, setup->speed, &fail), 0);
    }
    const char *endpoints[] = {rig->endpoint};
    const struct stream_options options = {
        .endpoints = endpoints,
        .endpoint_count = 1,
        .lossless = setup->lossless,
        .lossless_timeout_s = setup->lossless_timeout_s,
        .wait_subscribers = setup->wait_subscribers,
        .schema_id = 0x04030201,
        .run_epoch = "epoch",
        .subscriber_bytes = setup->subscriber_bytes,
        .queue = rig->queue,
        .pacer = rig->pacer,
        .calls = {.self = rig,
                  .encode = on_encode,
                  .ready = on_ready,
                  .done = on_done,
                  .say = on_say,
                  .closed = on_closed},
    };
    assert_int_equal(stream_new(&rig->stream, rig->loop, &options, &fail), 0);
    assert_int_equal(stream_set_hello(rig->stream, "hello", 5), 0);
    (void)snprintf(rig->endpoint, sizeof rig->endpoint, "%s",
                   stream_endpoint(rig->stream, 0));
    rig->zmq =
        strcmp(setup->transport, "inproc") == 0 ? loop_zmq(rig->loop) : zmq_ctx_new();
}

static inline void rig_start(struct rig *rig)
{
    assert_int_equal(pthread_create(&rig->thread, NULL, run, rig), 0);
}

/* After every subscriber is closed. */
static inline void rig_close(struct rig *rig)
{
    if (!rig->close_when_done) {
        loop_wake(rig->loop);
    }
    (void)pthread_join(rig->thread, NULL);
    if (rig->zmq != loop_zmq(rig->loop)) {
        (void)zmq_ctx_term(rig->zmq);
    }
    stream_free(rig->stream);
    loop_free(rig->loop);
    queue_free(rig->queue);
    pacer_free(rig->pacer);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/s", rig->directory);
    (void)unlink(path);
    (void)rmdir(rig->directory);
}

struct message {
    char topic[QUEUE_TOPIC_MOST + 1];
    struct stream_envelope envelope;
    size_t size;
    uint8_t payload[PAYLOAD_MOST];
};

static inline void *subscriber(struct rig *rig, const char *topic, int hwm)
{
    void *sub = zmq_socket(rig->zmq, ZMQ_SUB);
    int timeout_ms = DEADLINE_MS, none = 0;
    (void)zmq_setsockopt(sub, ZMQ_RCVHWM, &hwm, sizeof hwm);
    (void)zmq_setsockopt(sub, ZMQ_RCVTIMEO, &timeout_ms, sizeof timeout_ms);
    (void)zmq_setsockopt(sub, ZMQ_LINGER, &none, sizeof none);
    (void)zmq_setsockopt(sub, ZMQ_SUBSCRIBE, topic, strlen(topic));
    assert_int_equal(zmq_connect(sub, rig->endpoint), 0);
    return sub;
}

static inline void take(void *sub, struct message *m)
{
    uint8_t octets[64];
    int n = zmq_recv(sub, m->topic, QUEUE_TOPIC_MOST, 0);
    assert_in_range(n, 1, QUEUE_TOPIC_MOST);
    m->topic[n] = 0;
    n = zmq_recv(sub, octets, sizeof octets, 0);
    assert_int_equal(n, STREAM_ENVELOPE_SIZE);
    assert_true(stream_envelope_decode(octets, (size_t)n, &m->envelope));
    n = zmq_recv(sub, m->payload, sizeof m->payload - 1, 0);
    assert_in_range(n, 0, sizeof m->payload - 1);
    m->size = (size_t)n;
    m->payload[n] = 0;
    int more = 0;
    size_t size = sizeof more;
    (void)zmq_getsockopt(sub, ZMQ_RCVMORE, &more, &size);
    assert_int_equal(more, 0);
}

/* The next message whose topic starts so. */
static inline void take_of(void *sub, const char *topic, struct message *m)
{
    do {
        take(sub, m);
    } while (strncmp(m->topic, topic, strlen(topic)) != 0);
}

#define WAIT_FOR(condition)                                                                \
    do {                                                                                   \
        int64_t give_up_ns = pacer_now().ns + DEADLINE_MS * TIME_NS_PER_MS;                \
        while (!(condition)) {                                                             \
            assert_true(pacer_now().ns < give_up_ns);                                      \
            (void)sched_yield();                                                           \
        }                                                                                  \
    } while (0)

static inline struct queue_counts counts_of(struct rig *rig)
{
    struct queue_counts counts;
    queue_count(rig->queue, &counts);
    return counts;
}

static const struct queue_stamp now_stamp = {.release = {INT64_MIN}, .t_event_ns = 42};
