/* SPDX-License-Identifier: Apache-2.0 */
/* The bounded road between engine and loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/queue.h"

static struct queue *make(size_t bytes, bool lossless)
{
    struct queue *queue;
    struct fail fail;
    struct queue_options options = {
        .bytes = bytes, .blocks = 2, .topics = 4, .lossless = lossless};
    assert_int_equal(queue_new(&queue, &options, &fail), 0);
    return queue;
}

static const struct queue_stamp stamp = {.t_event_ns = 5, .flags = 9};

static void gives_messages_in_order_with_a_sequence_per_topic(void **state)
{
    (void)state;
    struct queue *queue = make(4096, false);
    uint32_t a = queue_topic(queue, "rx.a.bsm");
    uint32_t b = queue_topic(queue, "rx.b.bsm");
    assert_true(queue_put(queue, a, &stamp, "one", 3));
    assert_true(queue_put(queue, b, &stamp, "two", 3));
    assert_true(queue_put(queue, a, &stamp, "", 0));
    static const struct {
        const char *topic, *payload;
        uint64_t sequence;
    } expected[] = {{"rx.a.bsm", "one", 0}, {"rx.b.bsm", "two", 0}, {"rx.a.bsm", "", 1}};
    for (size_t i = 0; i < 3; i++) {
        struct queue_message m;
        assert_true(queue_head(queue, &m));
        assert_string_equal(m.topic, expected[i].topic);
        assert_int_equal(m.sequence, expected[i].sequence);
        assert_int_equal(m.size, strlen(expected[i].payload));
        assert_memory_equal(m.payload, expected[i].payload, m.size);
        assert_int_equal(m.stamp.t_event_ns, 5);
        assert_int_equal(m.stamp.flags, 9);
        queue_pop(queue);
    }
    struct queue_message none;
    assert_false(queue_head(queue, &none));
    queue_free(queue);
}

static void the_same_text_is_the_same_topic_and_a_full_table_refuses(void **state)
{
    (void)state;
    struct queue *queue = make(4096, false);
    assert_int_equal(queue_topic(queue, "a.b.c"), queue_topic(queue, "a.b.c"));
    (void)queue_topic(queue, "1.b.c");
    (void)queue_topic(queue, "2.b.c");
    (void)queue_topic(queue, "3.b.c");
    uint32_t refused = queue_topic(queue, "4.b.c");
    assert_int_equal(refused, QUEUE_NO_TOPIC);
    assert_false(queue_put(queue, refused, &stamp, "x", 1));
    char longer[QUEUE_TOPIC_MOST + 2];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    assert_int_equal(queue_topic(queue, longer), QUEUE_NO_TOPIC);
    struct queue_counts counts;
    queue_count(queue, &counts);
    assert_int_equal(counts.refused, 3);
    assert_int_equal(counts.topics, 4);
    queue_free(queue);
}

static void a_drop_consumes_a_sequence_number(void **state)
{
    (void)state;
    struct queue *queue = make(1000, false);
    uint32_t topic = queue_topic(queue, "rx.a.bsm");
    uint8_t payload[300] = {0};
    int accepted = 0;
    for (int i = 0; i < 10; i++) {
        accepted += queue_put(queue, topic, &stamp, payload, sizeof payload);
    }
    assert_in_range(accepted, 1, 3);
    struct queue_message m;
    for (int i = 0; i < accepted; i++) {
        assert_true(queue_head(queue, &m));
        assert_int_equal(m.sequence, i);
        queue_pop(queue);
    }
    assert_true(queue_put(queue, topic, &stamp, payload, sizeof payload));
    assert_true(queue_head(queue, &m));
    assert_int_equal(m.sequence, 10);
    struct queue_counts counts;
    queue_count(queue, &counts);
    assert_int_equal(counts.put, 11);
    assert_int_equal(counts.dropped, 10 - accepted);
    assert_true(counts.bytes_most <= counts.bytes_limit);
    struct bytes json = {0};
    assert_int_equal(queue_topics_json(queue, &json), 11);
    bytes_u8(&json, 0);
    char expected[64];
    (void)snprintf(expected, sizeof expected, "\"rx.a.bsm\":[11,%d]", 10 - accepted);
    assert_string_equal((const char *)json.data, expected);
    bytes_close(&json);
    queue_free(queue);
}

/* Sizes from an arithmetic sequence, so that entries meet the end of the ring everywhere.
 */
static void every_payload_survives_the_end_of_the_ring(void **state)
{
    (void)state;
    struct queue *queue = make(1009, false);
    uint32_t topic = queue_topic(queue, "rx.a.bsm");
    uint8_t payload[400];
    for (unsigned i = 0; i < 20000; i++) {
        size_t size = i * 37 % 401;
        memset(payload, (int)(i & 0xff), size);
        assert_true(queue_put(queue, topic, &stamp, payload, size));
        struct queue_message m;
        assert_true(queue_head(queue, &m));
        assert_int_equal(m.sequence, i);
        assert_int_equal(m.size, size);
        assert_true(size == 0 ||
                    (m.payload[0] == (i & 0xff) && m.payload[size - 1] == (i & 0xff)));
        queue_pop(queue);
    }
    queue_free(queue);
}

static void what_can_never_fit_is_dropped_even_lossless(void **state)
{
    (void)state;
    struct queue *queue = make(1000, true);
    uint32_t topic = queue_topic(queue, "rx.a.bsm");
    static const uint8_t payload[5000];
    assert_false(queue_put(queue, topic, &stamp, payload, sizeof payload));
    queue_free(queue);
}

static void a_live_producer_without_blocks_misses_and_counts(void **state)
{
    (void)state;
    struct queue *queue = make(1000, false);
    uint32_t topic = queue_topic(queue, "fate.all.batch");
    struct queue_block *first = queue_block_take(queue);
    struct queue_block *second = queue_block_take(queue);
    assert_non_null(first);
    assert_non_null(second);
    assert_null(queue_block_take(queue));
    queue_miss(queue, topic);
    memset(first->data, 7, 128);
    assert_true(queue_put_block(queue, topic, &stamp, first, 128));
    struct queue_message m;
    assert_true(queue_head(queue, &m));
    assert_int_equal(m.sequence, 1);
    assert_ptr_equal(m.payload, first->data);
    queue_pop(queue);
    queue_block_give(m.block);
    queue_block_give(second);
    queue_free(queue);
}

enum { MANY = 20000 };

static void *produce(void *self)
{
    struct queue *queue = self;
    uint32_t topic = queue_topic(queue, "rx.a.bsm");
    for (uint32_t i = 0; i < MANY; i++) {
        if (!queue_put(queue, topic, &stamp, &i, sizeof i)) {
            break;
        }
    }
    queue_finish(queue);
    return NULL;
}

static void a_lossless_producer_waits_and_nothing_is_missing(void **state)
{
    (void)state;
    struct queue *queue = make(600, true);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, produce, queue), 0);
    uint32_t got = 0;
    struct queue_message m;
    for (;;) {
        bool finished = queue_finished(queue);
        if (queue_head(queue, &m)) {
            uint32_t value;
            memcpy(&value, m.payload, sizeof value);
            assert_int_equal(value, got);
            assert_int_equal(m.sequence, got);
            got++;
            queue_pop(queue);
        } else if (finished) {
            break;
        }
    }
    (void)pthread_join(thread, NULL);
    assert_int_equal(got, MANY);
    struct queue_counts counts;
    queue_count(queue, &counts);
    assert_int_equal(counts.dropped, 0);
    assert_true(counts.waits > 0);
    queue_free(queue);
}

static void an_abort_frees_a_waiting_producer(void **state)
{
    (void)state;
    struct queue *queue = make(600, true);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, produce, queue), 0);
    struct queue_counts counts;
    do {
        queue_count(queue, &counts);
    } while (counts.waits == 0);
    queue_abort(queue);
    (void)pthread_join(thread, NULL);
    queue_free(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_messages_in_order_with_a_sequence_per_topic),
        cmocka_unit_test(the_same_text_is_the_same_topic_and_a_full_table_refuses),
        cmocka_unit_test(a_drop_consumes_a_sequence_number),
        cmocka_unit_test(every_payload_survives_the_end_of_the_ring),
        cmocka_unit_test(what_can_never_fit_is_dropped_even_lossless),
        cmocka_unit_test(a_live_producer_without_blocks_misses_and_counts),
        cmocka_unit_test(a_lossless_producer_waits_and_nothing_is_missing),
        cmocka_unit_test(an_abort_frees_a_waiting_producer),
    };
    return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
