/* SPDX-License-Identifier: Apache-2.0 */
/* The stream from the queue to a subscriber over inproc, ipc and loopback. The loop runs in
 * a thread of its own; the test is the engine and the subscriber. Nothing sleeps: every
 * wait is a receive or a condition with a deadline. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

static int on_encode(void *self, const struct table *table, const void *row,
                     struct bytes *out)
{
    (void)self;
    bytes_text(out, table == &table_stat ? ((const struct row_stat *)row)->topics
                                         : ((const struct row_end *)row)->topics);
    return 0;
}

static void on_ready(void *self)
{
    ((struct rig *)self)->ready = true;
}

static void on_done(void *self)
{
    struct rig *rig = self;
    rig->done = true;
    if (rig->close_when_done) {
        stream_close(rig->stream);
    }
}

static void on_say(void *self, const char *text)
{
    assert_null(strchr(text, '\n'));
    ((struct rig *)self)->said++;
}

static void on_closed(void *self)
{
    loop_stop(((struct rig *)self)->loop);
}

static void on_woken(void *self)
{
    stream_close(((struct rig *)self)->stream);
}

static void *run(void *self)
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

static void rig_open(struct rig *rig, const struct setup *setup)
{
    struct fail fail = {0};
    memset(rig, 0, sizeof *rig);
    rig->close_when_done = !setup->stay;
    (void)snprintf(rig->directory, sizeof rig->directory, "/tmp/v2x-stream-XXXXXX");
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

static void rig_start(struct rig *rig)
{
    assert_int_equal(pthread_create(&rig->thread, NULL, run, rig), 0);
}

/* After every subscriber is closed. */
static void rig_close(struct rig *rig)
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

static void *subscriber(struct rig *rig, const char *topic, int hwm)
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

static void take(void *sub, struct message *m)
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
static void take_of(void *sub, const char *topic, struct message *m)
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

static struct queue_counts counts_of(struct rig *rig)
{
    struct queue_counts counts;
    queue_count(rig->queue, &counts);
    return counts;
}

static const struct queue_stamp now_stamp = {.release = {INT64_MIN}, .t_event_ns = 42};

/* From docs/stream.md, by hand: magic, 1, 0, sequence 7, 2026-06-01T12:00:00.1Z, .123456789
 * of the same second, octets 01 02 03 04 of the digest, flag 1. */
static const char worked_example[] = "56325831010000000700000000000000006130F23DF3B418"
                                     "154D96F33DF3B4180102030401000000";

static void the_envelope_is_the_worked_example(void **state)
{
    (void)state;
    const struct stream_envelope envelope = {
        .major = 1,
        .minor = 0,
        .sequence = 7,
        .t_event_ns = INT64_C(1780315200100000000),
        .t_publish_ns = INT64_C(1780315200123456789),
        .schema_id = 0x04030201,
        .flags = STREAM_RAW,
    };
    uint8_t octets[STREAM_ENVELOPE_SIZE];
    struct bytes hex = {0};
    stream_envelope_encode(&envelope, octets);
    bytes_hex(&hex, octets, sizeof octets);
    bytes_u8(&hex, 0);
    assert_string_equal((char *)hex.data, worked_example);
    bytes_close(&hex);
    struct stream_envelope back;
    assert_true(stream_envelope_decode(octets, sizeof octets, &back));
    assert_int_equal(back.sequence, envelope.sequence);
    assert_int_equal(back.t_event_ns, envelope.t_event_ns);
    assert_int_equal(back.t_publish_ns, envelope.t_publish_ns);
    assert_int_equal(back.schema_id, envelope.schema_id);
    assert_int_equal(back.flags, envelope.flags);
    assert_false(stream_envelope_decode(octets, sizeof octets - 1, &back));
    octets[4] = 2;
    assert_false(stream_envelope_decode(octets, sizeof octets, &back));
}

static void the_page_shows_the_worked_example(void **state)
{
    (void)state;
    static char page[65536], plain[65536];
    FILE *file = fopen(SOURCE_DIR "/docs/stream.md", "r");
    assert_non_null(file);
    size_t size = fread(page, 1, sizeof page - 1, file), n = 0;
    (void)fclose(file);
    for (size_t i = 0; i < size; i++) {
        if (page[i] != ' ' && page[i] != '\n') {
            plain[n++] = page[i];
        }
    }
    assert_non_null(strstr(plain, worked_example));
}

enum { MANY = 20000 };

static void *produce(void *self)
{
    struct rig *rig = self;
    uint8_t payload[300] = {0};
    uint32_t topics[2] = {queue_topic(rig->queue, "rx.a.bsm"),
                          queue_topic(rig->queue, "rx.b.bsm")};
    for (uint32_t i = 0; i < MANY; i++) {
        memcpy(payload, &i, sizeof i);
        (void)queue_put(rig->queue, topics[i & 1], &now_stamp, payload, sizeof payload);
    }
    queue_finish(rig->queue);
    return NULL;
}

static void lossless_over_ipc_a_slow_reader_misses_nothing(void **state)
{
    (void)state;
    static struct message m;
    struct rig rig;
    pthread_t producer;
    const struct setup setup = {.transport = "ipc",
                                .lossless = true,
                                .speed = -1,
                                .wait_subscribers = 1,
                                .queue_bytes = 65536,
                                .subscriber_bytes = 1};
    rig_open(&rig, &setup);
    void *sub = subscriber(&rig, "", 4);
    rig_start(&rig);
    assert_int_equal(pthread_create(&producer, NULL, produce, &rig), 0);
    WAIT_FOR(counts_of(&rig).waits > 0); /* the engine stands still until we read */
    uint64_t next[2] = {0, 0};
    for (;;) {
        take(sub, &m);
        if (strncmp(m.topic, "rx.", 3) == 0) {
            size_t which = m.topic[3] == 'b';
            assert_int_equal(m.envelope.sequence, next[which]);
            uint32_t value;
            memcpy(&value, m.payload, sizeof value);
            assert_int_equal(value, 2 * next[which] + which);
            next[which]++;
        } else if (strncmp(m.topic, "end.", 4) == 0) {
            break;
        }
    }
    assert_int_equal(next[0] + next[1], MANY);
    assert_non_null(strstr((char *)m.payload, "\"rx.a.bsm\":[10000,0]"));
    assert_non_null(strstr((char *)m.payload, "\"rx.b.bsm\":[10000,0]"));
    (void)pthread_join(producer, NULL);
    (void)zmq_close(sub);
    rig_close(&rig);
}

/* What a reader proves: received + gaps = the sequence end that stat tells. */
static void live_a_stopped_reader_costs_only_itself(void **state)
{
    (void)state;
    static struct message m;
    struct rig rig;
    const struct setup setup = {.transport = "ipc",
                                .speed = -1,
                                .wait_subscribers = 2,
                                .stay = true,
                                .queue_bytes = 8 << 20,
                                .subscriber_bytes = 1};
    rig_open(&rig, &setup);
    void *stopped = subscriber(&rig, "", 4);
    void *healthy = subscriber(&rig, "rx.", 0);
    rig_start(&rig);
    WAIT_FOR(rig.ready);
    uint32_t topic = queue_topic(rig.queue, "rx.a.bsm");
    uint8_t payload[8192] = {0};
    uint64_t got = 0;
    enum { COUNT = 4000 };
    int64_t longest_ns = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        int64_t before_ns = pacer_now().ns;
        (void)queue_put(rig.queue, topic, &now_stamp, payload, sizeof payload);
        int64_t took_ns = pacer_now().ns - before_ns;
        longest_ns = took_ns > longest_ns ? took_ns : longest_ns;
        if (i % 8 == 7) { /* the healthy one keeps up */
            while (got <= i) {
                take(healthy, &m);
                assert_int_equal(m.envelope.sequence, got);
                got++;
            }
        }
    }
    assert_true(longest_ns < 2 * TIME_NS_PER_S);
    struct queue_counts counts = counts_of(&rig);
    assert_int_equal(counts.dropped, 0);
    assert_true(counts.bytes_most <= counts.bytes_limit);
    /* Now the stopped one reads: a prefix, a gap, and the rest is told by stat. */
    uint64_t received = 0, missing = 0, next = 0;
    char told[64];
    (void)snprintf(told, sizeof told, "\"rx.a.bsm\":[%d,0]", COUNT);
    for (;;) {
        take(stopped, &m);
        if (strcmp(m.topic, "rx.a.bsm") == 0) {
            assert_true(m.envelope.sequence >= next);
            missing += m.envelope.sequence - next;
            next = m.envelope.sequence + 1;
            received++;
        } else if (strncmp(m.topic, "stat.", 5) == 0 && strstr((char *)m.payload, told)) {
            break;
        }
    }
    missing += COUNT - next;
    assert_true(missing > 0);
    assert_int_equal(received + missing, COUNT);
    (void)zmq_close(stopped);
    (void)zmq_close(healthy);
    rig_close(&rig);
}

static void drops_of_the_own_queue_are_gaps_that_stat_counts(void **state)
{
    (void)state;
    static struct message m;
    struct rig rig;
    const struct setup setup = {
        .transport = "tcp", .speed = -1, .wait_subscribers = 1, .queue_bytes = 4096};
    rig_open(&rig, &setup);
    uint32_t topic = queue_topic(rig.queue, "rx.a.bsm");
    uint8_t payload[100] = {0};
    uint64_t accepted = 0;
    for (int i = 0; i < 1000; i++) { /* nobody takes: the loop does not run yet */
        accepted += queue_put(rig.queue, topic, &now_stamp, payload, sizeof payload);
    }
    void *sub = subscriber(&rig, "", 0);
    rig_start(&rig);
    WAIT_FOR(rig.ready);
    WAIT_FOR(queue_put(rig.queue, topic, &now_stamp, "last", 4));
    queue_finish(rig.queue);
    uint64_t received = 0, last = 0;
    for (;;) {
        take(sub, &m);
        if (strncmp(m.topic, "end.", 4) == 0) {
            break;
        }
        if (strncmp(m.topic, "rx.", 3) == 0) {
            received++;
            last = m.envelope.sequence;
        }
    }
    struct queue_counts counts = counts_of(&rig);
    assert_int_equal(received, accepted + 1);
    assert_int_equal(last + 1, counts.put);
    assert_int_equal(last + 1 - received, counts.dropped);
    char told[64];
    (void)snprintf(told, sizeof told, "\"rx.a.bsm\":[%llu,%llu]",
                   (unsigned long long)counts.put, (unsigned long long)counts.dropped);
    assert_non_null(strstr((char *)m.payload, told));
    (void)zmq_close(sub);
    rig_close(&rig);
}

static void hello_comes_at_once_stat_each_second_and_end_last(void **state)
{
    (void)state;
    static struct message m;
    struct rig rig;
    const struct setup setup = {.transport = "tcp", .speed = -1};
    rig_open(&rig, &setup);
    rig_start(&rig);
    WAIT_FOR(rig.ready);
    void *all = subscriber(&rig, "", 0);
    int64_t start_ns = pacer_now().ns;
    take_of(all, STREAM_HELLO_TOPIC, &m);
    assert_true(pacer_now().ns - start_ns < 900 * TIME_NS_PER_MS);
    assert_string_equal((char *)m.payload, "hello");
    assert_int_equal(m.envelope.schema_id, 0x04030201);
    uint64_t hello = m.envelope.sequence;
    take_of(all, STREAM_STAT_TOPIC, &m);
    uint64_t stat = m.envelope.sequence;
    int64_t first_ns = m.envelope.t_publish_ns;
    take_of(all, STREAM_HELLO_TOPIC, &m);
    assert_in_range(m.envelope.sequence, hello + 1,
                    hello + 2); /* one came before the stat */
    take_of(all, STREAM_STAT_TOPIC, &m);
    assert_int_equal(m.envelope.sequence, stat + 1);
    int64_t between_ns = m.envelope.t_publish_ns - first_ns;
    assert_in_range(between_ns, 500 * TIME_NS_PER_MS, 5 * TIME_NS_PER_S);
    uint32_t topic = queue_topic(rig.queue, "event.ego.collision");
    const struct queue_stamp late = {.release = {INT64_MIN}, .t_event_ns = 1234};
    assert_true(queue_put(rig.queue, topic, &late, "x", 1));
    queue_finish(rig.queue);
    take_of(all, "event.", &m);
    assert_int_equal(m.envelope.t_event_ns, 1234);
    do {
        take(all, &m);
    } while (strncmp(m.topic, "end.", 4) != 0);
    assert_string_equal(m.topic, STREAM_END_TOPIC);
    assert_int_equal(m.envelope.sequence, 0);
    assert_int_equal(m.envelope.t_event_ns, 1234);
    assert_non_null(strstr((char *)m.payload, "\"event.ego.collision\":[1,0]"));
    (void)zmq_close(all);
    rig_close(&rig);
}

static void a_reader_that_comes_back_sees_its_gap(void **state)
{
    (void)state;
    static struct message m;
    struct rig rig;
    const struct setup setup = {.transport = "ipc", .speed = -1, .stay = true};
    rig_open(&rig, &setup);
    rig_start(&rig);
    uint32_t topic = queue_topic(rig.queue, "tx.a.bsm");
    uint64_t next = 0;
    for (int round = 0; round < 20; round++) {
        void *sub = subscriber(&rig, "", 0);
        take_of(sub, STREAM_HELLO_TOPIC, &m); /* the subscription is in force */
        uint64_t from = counts_of(&rig).put;
        assert_true(queue_put(rig.queue, topic, &now_stamp, "x", 1));
        take_of(sub, "tx.", &m);
        assert_int_equal(m.envelope.sequence, from);
        assert_int_equal(m.envelope.sequence - next, round > 0);
        next = m.envelope.sequence + 1;
        (void)zmq_close(sub);
        assert_true(queue_put(rig.queue, topic, &now_stamp, "missed", 6));
        WAIT_FOR(counts_of(&rig).taken == counts_of(&rig).put);
    }
    rig_close(&rig);
}

static void two_equal_subscriptions_count_as_two(void **state)
{
    (void)state;
    static struct message m;
    struct rig rig;
    const struct setup setup = {.transport = "inproc", .speed = -1, .wait_subscribers = 2};
    rig_open(&rig, &setup);
    uint32_t topic = queue_topic(rig.queue, "tx.a.bsm");
    void *first = subscriber(&rig, "", 0);
    rig_start(&rig);
    take_of(first, STREAM_STAT_TOPIC, &m);
    assert_true(queue_put(rig.queue, topic, &now_stamp, "x", 1));
    take_of(first, STREAM_STAT_TOPIC, &m); /* a second later: still waiting */
    assert_false(rig.ready);
    void *second = subscriber(&rig, "", 0);
    take_of(second, "tx.", &m);
    assert_true(rig.ready);
    assert_int_equal(m.envelope.sequence, 0);
    take_of(first, "tx.", &m);
    queue_finish(rig.queue);
    take_of(first, "end.", &m);
    take_of(second, "end.", &m);
    (void)zmq_close(first);
    (void)zmq_close(second);
    rig_close(&rig);
}

static void one_subscriber_with_two_topics_is_one(void **state)
{
    (void)state;
    static struct message m;
    struct rig rig;
    const struct setup setup = {.transport = "tcp", .speed = -1, .wait_subscribers = 2};
    rig_open(&rig, &setup);
    void *first = subscriber(&rig, "", 0);
    (void)zmq_setsockopt(first, ZMQ_SUBSCRIBE, "tx.", 3);
    (void)zmq_setsockopt(first, ZMQ_SUBSCRIBE, "rx.", 3);
    rig_start(&rig);
    take_of(first, STREAM_STAT_TOPIC, &m);
    take_of(first, STREAM_STAT_TOPIC, &m);
    assert_false(rig.ready);
    void *second = subscriber(&rig, "", 0);
    WAIT_FOR(rig.ready);
    queue_finish(rig.queue);
    take_of(second, "end.", &m);
    (void)zmq_close(first);
    (void)zmq_close(second);
    rig_close(&rig);
}

static void a_stuck_reader_is_passed_by_after_its_time(void **state)
{
    (void)state;
    static struct message m;
    struct rig rig;
    pthread_t producer;
    /* long enough that a busy machine does not make the healthy reader a stuck one */
    const struct setup setup = {.transport = "ipc",
                                .lossless = true,
                                .lossless_timeout_s = 2,
                                .speed = -1,
                                .wait_subscribers = 2,
                                .queue_bytes = 65536,
                                .subscriber_bytes = 1};
    rig_open(&rig, &setup);
    void *stuck = subscriber(&rig, "", 4);
    void *healthy = subscriber(&rig, "", 4);
    rig_start(&rig);
    assert_int_equal(pthread_create(&producer, NULL, produce, &rig), 0);
    uint64_t got = 0;
    for (;;) {
        take(healthy, &m);
        if (strncmp(m.topic, "end.", 4) == 0) {
            break;
        }
        got += strncmp(m.topic, "rx.", 3) == 0;
    }
    assert_int_equal(got, MANY);
    assert_true(rig.said > 0);
    (void)pthread_join(producer, NULL);
    (void)zmq_close(stuck);
    (void)zmq_close(healthy);
    rig_close(&rig);
}

static void records_leave_at_their_time(void **state)
{
    (void)state;
    static struct message m;
    struct rig rig;
    enum { COUNT = 40, STEP_MS = 5 };
    const struct setup setup = {.transport = "ipc", .speed = 2.0, .wait_subscribers = 1};
    rig_open(&rig, &setup);
    void *sub = subscriber(&rig, "rx.", 0);
    rig_start(&rig);
    WAIT_FOR(rig.ready);
    uint32_t topic = queue_topic(rig.queue, "rx.a.bsm");
    const int64_t t0 = INT64_C(700000000000000000);
    for (int i = 0; i < COUNT; i++) {
        struct queue_stamp stamp = {.release = {t0 + i * STEP_MS * TIME_NS_PER_MS}};
        assert_true(queue_put(rig.queue, topic, &stamp, "x", 1));
    }
    int64_t start_ns = pacer_now().ns;
    pacer_start(rig.pacer, (struct tai){t0});
    queue_finish(rig.queue); /* wakes the loop, as the engine's first record would */
    for (int i = 0; i < COUNT; i++) {
        take(sub, &m);
        assert_int_equal(m.envelope.sequence, i);
        assert_true(pacer_now().ns - start_ns >= i * STEP_MS * TIME_NS_PER_MS / 2);
    }
    struct pacer_state pace;
    pacer_read(rig.pacer, &pace);
    assert_int_equal(pace.lateness.total, COUNT);
    assert_int_equal(pace.released.ns, t0 + (COUNT - 1) * STEP_MS * TIME_NS_PER_MS);
    (void)zmq_close(sub);
    rig_close(&rig);
}

static void batches_travel_whole_and_come_back(void **state)
{
    (void)state;
    static struct message m;
    struct rig rig;
    enum { COUNT = 200 };
    const struct setup setup = {
        .transport = "ipc", .lossless = true, .speed = -1, .wait_subscribers = 1};
    rig_open(&rig, &setup);
    void *sub = subscriber(&rig, "fate.", 0);
    rig_start(&rig);
    uint32_t topic = queue_topic(rig.queue, "fate.all.batch");
    const struct queue_stamp raw = {.release = {INT64_MIN}, .flags = STREAM_RAW};
    for (int i = 0; i < COUNT; i++) { /* 4 blocks: taken, sent and given back many times */
        struct queue_block *block = queue_block_take(rig.queue);
        assert_non_null(block);
        memset(block->data, i, QUEUE_BLOCK_SIZE);
        assert_true(queue_put_block(rig.queue, topic, &raw, block, QUEUE_BLOCK_SIZE));
        if (i % 4 == 3) {
            for (int k = i - 3; k <= i; k++) {
                take(sub, &m);
                assert_int_equal(m.envelope.sequence, k);
                assert_int_equal(m.envelope.flags, STREAM_RAW);
                assert_int_equal(m.size, QUEUE_BLOCK_SIZE);
                assert_int_equal(m.payload[0], k);
                assert_int_equal(m.payload[QUEUE_BLOCK_SIZE - 1], k);
            }
        }
    }
    queue_finish(rig.queue);
    (void)zmq_close(sub);
    rig_close(&rig);
}

static void a_slow_reader_cannot_keep_the_blocks_from_others(void **state)
{
    (void)state;
    static struct message m;
    struct rig rig;
    enum { COUNT = 60 };
    const struct setup setup = {
        .transport = "ipc", .lossless = true, .speed = -1, .wait_subscribers = 2};
    rig_open(&rig, &setup);
    void *slow = subscriber(&rig, "fate.", 1);
    void *healthy = subscriber(&rig, "fate.", 0);
    rig_start(&rig);
    uint32_t topic = queue_topic(rig.queue, "fate.all.batch");
    for (int i = 0; i < COUNT; i++) {
        struct queue_block *block = queue_block_take(rig.queue);
        assert_non_null(block);
        memset(block->data, i, QUEUE_BLOCK_SIZE);
        assert_true(queue_put_block(rig.queue, topic, &now_stamp, block, QUEUE_BLOCK_SIZE));
    }
    for (int i = 0; i < COUNT; i++) {
        take(healthy, &m);
        assert_int_equal(m.envelope.sequence, i);
    }
    for (int i = 0; i < COUNT; i++) {
        take(slow, &m);
        assert_int_equal(m.payload[1000], i);
    }
    queue_finish(rig.queue);
    (void)zmq_close(slow);
    (void)zmq_close(healthy);
    rig_close(&rig);
}

static void the_second_signal_frees_a_stuck_run(void **state)
{
    (void)state;
    struct rig rig;
    pthread_t producer;
    const struct setup setup = {.transport = "ipc",
                                .lossless = true,
                                .stay = true,
                                .speed = -1,
                                .wait_subscribers = 1,
                                .queue_bytes = 65536,
                                .subscriber_bytes = 1};
    rig_open(&rig, &setup);
    void *stuck = subscriber(&rig, "", 4);
    rig_start(&rig);
    assert_int_equal(pthread_create(&producer, NULL, produce, &rig), 0);
    WAIT_FOR(counts_of(&rig).waits > 0);
    queue_abort(rig.queue); /* what main does; then the loop closes the stream */
    (void)pthread_join(producer, NULL);
    assert_true(counts_of(&rig).dropped > 0);
    (void)zmq_close(stuck);
    rig_close(&rig);
}

static void bad_endpoints_are_told_apart_from_taken_ones(void **state)
{
    (void)state;
    struct rig rig;
    struct fail fail;
    struct stream *second;
    const struct setup setup = {.transport = "ipc", .speed = -1, .stay = true};
    rig_open(&rig, &setup);
    static const char *const bad[] = {"nonsense", "tcp://", "tcp://127.0.0.1:99999",
                                      "carrier-pigeon://x", "tcp://nowhere"};
    struct stream_options options = {.endpoint_count = 1, .queue = rig.queue};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        options.endpoints = &bad[i];
        assert_int_not_equal(stream_new(&second, rig.loop, &options, &fail), 0);
        assert_null(second);
        assert_non_null(strstr(fail.text, bad[i]));
    }
    options.endpoints = &bad[0];
    assert_int_equal(stream_new(&second, rig.loop, &options, &fail), RESULT_USAGE);
    const char *taken = rig.endpoint;
    options.endpoints = &taken;
    rig_start(&rig);
    void *sub = subscriber(&rig, "", 0);
    static struct message m;
    take_of(sub, STREAM_HELLO_TOPIC, &m);
    (void)zmq_close(sub);
    struct loop *other;
    const struct loop_calls none = {0};
    assert_int_equal(loop_new(&other, &none, &fail), 0);
    assert_int_equal(stream_new(&second, other, &options, &fail), RESULT_WORLD);
    assert_non_null(strstr(fail.text, "in use"));
    loop_stop(other);
    assert_int_equal(loop_run(other, &fail), 0);
    loop_free(other);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_envelope_is_the_worked_example),
        cmocka_unit_test(the_page_shows_the_worked_example),
        cmocka_unit_test(lossless_over_ipc_a_slow_reader_misses_nothing),
        cmocka_unit_test(live_a_stopped_reader_costs_only_itself),
        cmocka_unit_test(drops_of_the_own_queue_are_gaps_that_stat_counts),
        cmocka_unit_test(hello_comes_at_once_stat_each_second_and_end_last),
        cmocka_unit_test(a_reader_that_comes_back_sees_its_gap),
        cmocka_unit_test(two_equal_subscriptions_count_as_two),
        cmocka_unit_test(one_subscriber_with_two_topics_is_one),
        cmocka_unit_test(a_stuck_reader_is_passed_by_after_its_time),
        cmocka_unit_test(records_leave_at_their_time),
        cmocka_unit_test(batches_travel_whole_and_come_back),
        cmocka_unit_test(a_slow_reader_cannot_keep_the_blocks_from_others),
        cmocka_unit_test(the_second_signal_frees_a_stuck_run),
        cmocka_unit_test(bad_endpoints_are_told_apart_from_taken_ones),
    };
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
