/* SPDX-License-Identifier: Apache-2.0 */
/* The stream from the queue to a subscriber over inproc, ipc and loopback: its envelope,
 * its own messages, its pace, whom it waits for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test_stream_rig.h"

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
        cmocka_unit_test(hello_comes_at_once_stat_each_second_and_end_last),
        cmocka_unit_test(two_equal_subscriptions_count_as_two),
        cmocka_unit_test(one_subscriber_with_two_topics_is_one),
        cmocka_unit_test(records_leave_at_their_time),
        cmocka_unit_test(batches_travel_whole_and_come_back),
        cmocka_unit_test(bad_endpoints_are_told_apart_from_taken_ones),
    };
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
