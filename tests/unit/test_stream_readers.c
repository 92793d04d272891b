/* SPDX-License-Identifier: Apache-2.0 */
/* Readers that are slow, stuck, late, gone or back: what each of them gets and what it
 * costs the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>

#include "test_stream_rig.h"

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

enum { FEW = 400 };

/* Few enough for the kernel to hold, too many for a reader that takes one at a time. */
static void put_few(struct rig *rig)
{
    uint32_t topic = queue_topic(rig->queue, "rx.a.bsm");
    uint8_t payload[100] = {0};
    for (int i = 0; i < FEW; i++) {
        assert_true(queue_put(rig->queue, topic, &now_stamp, payload, sizeof payload));
    }
    queue_finish(rig->queue);
}

/* All is sent and the stream closes while the reader has not begun: a hang-up now would
 * cost it what it has not read yet. The pause gives a hang-up the time to come. */
static void a_reader_that_begins_after_the_end_gets_all(void **state)
{
    (void)state;
    static struct message m;
    struct rig rig;
    const struct setup setup = {
        .transport = "ipc", .lossless = true, .speed = -1, .wait_subscribers = 1};
    rig_open(&rig, &setup);
    void *sub = subscriber(&rig, "", 1);
    rig_start(&rig);
    WAIT_FOR(rig.ready);
    put_few(&rig);
    WAIT_FOR(rig.done);
    (void)poll(NULL, 0, 300);
    uint64_t next = 0;
    do {
        take(sub, &m);
        if (strcmp(m.topic, "rx.a.bsm") == 0) {
            assert_int_equal(m.envelope.sequence, next++);
        }
    } while (strcmp(m.topic, STREAM_END_TOPIC) != 0);
    assert_int_equal(next, FEW);
    (void)zmq_close(sub);
    rig_close(&rig);
    assert_int_equal(rig.said, 0);
}

static void a_reader_that_never_reads_is_left_with_a_word(void **state)
{
    (void)state;
    struct rig rig;
    const struct setup setup = {.transport = "ipc", .speed = -1, .wait_subscribers = 1};
    rig_open(&rig, &setup);
    void *sub = subscriber(&rig, "", 1);
    rig_start(&rig);
    WAIT_FOR(rig.ready);
    put_few(&rig);
    WAIT_FOR(rig.said > 0);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lossless_over_ipc_a_slow_reader_misses_nothing),
        cmocka_unit_test(a_reader_that_begins_after_the_end_gets_all),
        cmocka_unit_test(a_reader_that_never_reads_is_left_with_a_word),
        cmocka_unit_test(live_a_stopped_reader_costs_only_itself),
        cmocka_unit_test(drops_of_the_own_queue_are_gaps_that_stat_counts),
        cmocka_unit_test(a_reader_that_comes_back_sees_its_gap),
        cmocka_unit_test(a_stuck_reader_is_passed_by_after_its_time),
        cmocka_unit_test(a_slow_reader_cannot_keep_the_blocks_from_others),
        cmocka_unit_test(the_second_signal_frees_a_stuck_run),
    };
    return cmocka_run_group_tests_name("stream_readers", tests, NULL, NULL);
}
