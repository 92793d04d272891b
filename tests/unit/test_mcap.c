/* SPDX-License-Identifier: Apache-2.0 */
/* MCAP written, torn, read and recovered. Opcodes and layouts are the MCAP specification's;
 * @mcap/core reads the same writer's files in tests/integration/readers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "publish/mcap.h"
#include "publish/mcap_read.h"
#include "publish/mcap_recover.h"

enum { MESSAGES = 50, PER_CHUNK = 5, STEP_NS = 200000000 };

static int put(void *context, const void *data, size_t n)
{
    bytes_put(context, data, n);
    return ((struct bytes *)context)->failed;
}

static struct mcap *begin(struct bytes *file, uint16_t channels[2])
{
    struct fail fail = {0};
    struct mcap *mcap = NULL;
    const struct mcap_pair pairs[] = {{"knowledge", "obs"}};
    uint16_t schema = 0;
    struct mcap_sink sink = {put, file};
    assert_int_equal(mcap_new(&mcap, sink, "v2xd", "test", &fail), 0);
    assert_int_equal(mcap_schema(mcap, "a.B", "protobuf", "\x0A", 1, &schema, &fail), 0);
    assert_int_equal(
        mcap_channel(mcap, schema, "/a", "protobuf", pairs, 1, &channels[0], &fail), 0);
    assert_int_equal(mcap_channel(mcap, 0, "/b", "json", NULL, 0, &channels[1], &fail), 0);
    return mcap;
}

static void send(struct mcap *mcap, uint16_t channel, uint32_t i, uint64_t t)
{
    struct fail fail = {0};
    uint8_t data[64];
    memset(data, (int)(i & 0xFF), sizeof data);
    struct mcap_message m = {.channel = channel,
                             .sequence = i,
                             .log_time_ns = t,
                             .publish_time_ns = t - 1,
                             .data = data,
                             .size = i % sizeof data};
    assert_int_equal(mcap_message(mcap, &m, &fail), 0);
}

/* MESSAGES every 200 ms, so that a chunk has five; *last is where the last chunk starts. */
static void whole(struct bytes *file, bool finish, size_t *last)
{
    struct fail fail = {0};
    uint16_t channels[2];
    struct mcap *mcap = begin(file, channels);
    const struct mcap_pair pairs[] = {{"seed", "1"}};
    assert_int_equal(mcap_metadata(mcap, "v2xd.run", pairs, 1, &fail), 0);
    for (uint32_t i = 0; i < MESSAGES; i++) {
        if (i == MESSAGES - PER_CHUNK + 1) {
            *last = file->size;
        }
        send(mcap, channels[i % 2], i, 1000000000000ULL + (uint64_t)i * STEP_NS);
    }
    assert_int_equal(mcap_flush_chunk(mcap, &fail), 0);
    if (finish) {
        assert_int_equal(mcap_attachment(mcap, "x", "text/plain", 5, "hi", 2, &fail), 0);
        assert_int_equal(mcap_finish(mcap, &fail), 0);
    }
    assert_int_equal(mcap_octets(mcap), file->size);
    assert_int_equal(mcap_messages(mcap), MESSAGES);
    mcap_free(mcap);
}

/* Reads all; checks that the messages are the first ones sent, in order. */
static struct mcap_end read_all(const uint8_t *data, size_t size, size_t limit)
{
    struct fail fail = {0};
    struct mcap_memory memory = {.data = data, .size = size};
    struct mcap_reader *reader = NULL;
    struct mcap_item item;
    uint32_t next = 0;
    int rc = 0;
    assert_int_equal(mcap_reader_new(&reader, mcap_memory_source(&memory), limit, &fail),
                     0);
    while ((rc = mcap_reader_next(reader, &item, &fail)) == 1) {
        if (item.kind == MCAP_ITEM_MESSAGE) {
            assert_int_equal(item.sequence, next);
            assert_int_equal(item.size, next % 64);
            next++;
        }
    }
    assert_int_equal(rc, 0);
    struct mcap_end end = *mcap_reader_end(reader);
    assert_int_equal(end.messages, next);
    mcap_reader_free(reader);
    return end;
}

static void a_chunk_is_cut_after_a_second_of_log_time(void **state)
{
    struct bytes file = {0};
    size_t last = 0;
    (void)state;
    whole(&file, true, &last);
    struct mcap_end end = read_all(file.data, file.size, 0);
    assert_true(end.whole);
    assert_string_equal(end.reason, "");
    assert_int_equal(end.messages, MESSAGES);
    assert_int_equal(end.chunks, MESSAGES / PER_CHUNK);
    assert_int_equal(end.good_octets, file.size);
    bytes_close(&file);
}

static void a_chunk_is_cut_before_it_exceeds_a_mebibyte(void **state)
{
    struct bytes file = {0};
    struct fail fail = {0};
    uint16_t channels[2];
    uint8_t *data = calloc(1, 400000);
    (void)state;
    assert_non_null(data);
    struct mcap *mcap = begin(&file, channels);
    for (uint32_t i = 0; i < 6; i++) {
        struct mcap_message m = {.channel = channels[1],
                                 .sequence = i,
                                 .log_time_ns = 7,
                                 .data = data,
                                 .size = 400000};
        assert_int_equal(mcap_message(mcap, &m, &fail), 0);
    }
    assert_int_equal(mcap_finish(mcap, &fail), 0);
    mcap_free(mcap);
    struct mcap_memory memory = {.data = file.data, .size = file.size};
    struct mcap_reader *reader = NULL;
    struct mcap_item item;
    uint32_t chunks = 0;
    assert_int_equal(mcap_reader_new(&reader, mcap_memory_source(&memory), 0, &fail), 0);
    while (mcap_reader_next(reader, &item, &fail) == 1) {
        if (item.kind == MCAP_ITEM_CHUNK) {
            assert_true(item.plain_size <= MCAP_CHUNK_OCTETS);
            chunks++;
        }
    }
    assert_int_equal(chunks, 3);
    mcap_reader_free(reader);
    bytes_close(&file);
    free(data);
}

static void a_reader_gets_every_whole_chunk_wherever_the_file_is_torn(void **state)
{
    struct bytes file = {0};
    size_t last = 0;
    (void)state;
    whole(&file, false, &last);
    assert_in_range(last, 1, file.size - 1);
    for (size_t size = last; size <= file.size; size++) {
        uint8_t *copy = malloc(size);
        assert_non_null(copy);
        memcpy(copy, file.data, size);
        struct mcap_end end = read_all(copy, size, 0);
        /* What of the last chunk's record and its two indexes is there. */
        uint64_t length = 0;
        for (size_t i = 0; i < 8; i++) {
            length |= (uint64_t)file.data[last + 1 + i] << (8 * i);
        }
        bool chunk = size >= last + 9 + length;
        assert_int_equal(end.messages, chunk ? MESSAGES : MESSAGES - PER_CHUNK);
        assert_false(end.whole);
        assert_true(end.good_octets <= size && end.good_octets >= last);
        assert_true(end.reason_at <= size);
        assert_string_not_equal(end.reason, "");
        free(copy);
    }
    bytes_close(&file);
}

static void recovery_of_a_torn_file_ends_it_as_the_writer_would_have(void **state)
{
    struct bytes file = {0};
    struct bytes torn = {0};
    struct bytes repaired = {0};
    struct bytes again = {0};
    struct fail fail = {0};
    struct mcap_end end;
    size_t last = 0;
    (void)state;
    whole(&torn, false, &last);
    for (size_t size = last; size <= torn.size; size += 3) {
        struct mcap_memory memory = {.data = torn.data, .size = size};
        struct mcap_sink sink = {put, &repaired};
        bytes_clear(&repaired);
        assert_int_equal(mcap_recover(mcap_memory_source(&memory), sink, &end, &fail), 0);
        assert_false(end.whole);
        struct mcap_end after = read_all(repaired.data, repaired.size, 0);
        assert_true(after.whole);
        assert_int_equal(after.messages, end.messages);
    }
    whole(&file, true, &last);
    struct mcap_memory memory = {.data = file.data, .size = file.size};
    struct mcap_sink sink = {put, &again};
    assert_int_equal(mcap_recover(mcap_memory_source(&memory), sink, &end, &fail), 0);
    assert_true(end.whole);
    assert_int_equal(again.size, file.size);
    assert_memory_equal(again.data, file.data, file.size);
    bytes_close(&file);
    bytes_close(&torn);
    bytes_close(&repaired);
    bytes_close(&again);
}

static void a_damaged_octet_is_found_by_a_checksum_and_never_crashes(void **state)
{
    struct bytes file = {0};
    size_t last = 0;
    size_t unnoticed = 0;
    (void)state;
    whole(&file, true, &last);
    for (size_t at = 0; at < file.size; at++) {
        struct fail fail = {0};
        struct mcap_item item;
        struct mcap_reader *reader = NULL;
        uint8_t *copy = malloc(file.size);
        assert_non_null(copy);
        memcpy(copy, file.data, file.size);
        copy[at] ^= 0x55;
        struct mcap_memory memory = {.data = copy, .size = file.size};
        assert_int_equal(mcap_reader_new(&reader, mcap_memory_source(&memory), 0, &fail),
                         0);
        int rc = 0;
        while ((rc = mcap_reader_next(reader, &item, &fail)) == 1) {
        }
        unnoticed += rc == 0 && mcap_reader_end(reader)->whole;
        mcap_reader_free(reader);
        free(copy);
    }
    assert_int_equal(unnoticed, 0);
    bytes_close(&file);
}

static void a_length_beyond_the_file_takes_no_memory(void **state)
{
    static const uint8_t hostile[] = {0x89, 'M',  'C',  'A',  'P', 0x30, '\r', '\n', 0x06,
                                      0xFF, 0xFF, 0xFF, 0x0F, 0,   0,    0,    0};
    (void)state;
    struct mcap_end end = read_all(hostile, sizeof hostile, 0);
    assert_string_equal(end.reason, "torn inside a record");
    assert_int_equal(end.reason_at, 8);
    end = read_all(hostile, sizeof hostile, 1000);
    assert_string_equal(end.reason, "a record is longer than the limit");
}

static void what_is_no_mcap_is_refused(void **state)
{
    struct fail fail = {0};
    struct mcap_item item;
    struct mcap_memory memory = {.data = (const uint8_t *)"PAR1PAR1PAR1", .size = 12};
    struct mcap_reader *reader = NULL;
    (void)state;
    assert_int_equal(mcap_reader_new(&reader, mcap_memory_source(&memory), 0, &fail), 0);
    assert_int_equal(mcap_reader_next(reader, &item, &fail), RESULT_USAGE);
    assert_int_equal(mcap_reader_next(reader, &item, &fail), 0);
    mcap_reader_free(reader);
}

struct short_disk {
    size_t left;
};

static int put_until_full(void *context, const void *data, size_t n)
{
    struct short_disk *disk = context;
    (void)data;
    if (n > disk->left) {
        return -1;
    }
    disk->left -= n;
    return 0;
}

static void a_full_disk_is_told_and_stays_told(void **state)
{
    struct short_disk disk = {.left = 100};
    struct mcap_sink sink = {put_until_full, &disk};
    struct mcap *mcap = NULL;
    struct fail fail = {0};
    uint16_t channel = 0;
    (void)state;
    assert_int_equal(mcap_new(&mcap, sink, "", "", &fail), 0);
    assert_int_equal(mcap_channel(mcap, 0, "/a", "json", NULL, 0, &channel, &fail), 0);
    struct mcap_message m = {.channel = channel, .data = (const uint8_t *)"{}", .size = 2};
    assert_int_equal(mcap_message(mcap, &m, &fail), 0);
    assert_int_equal(mcap_flush_chunk(mcap, &fail), RESULT_WORLD);
    disk.left = 10000;
    assert_int_equal(mcap_finish(mcap, &fail), RESULT_WORLD);
    m.channel = 9;
    assert_int_equal(mcap_message(mcap, &m, &fail), RESULT_USAGE);
    mcap_free(mcap);
}

static void the_map_of_a_channel_reads_back(void **state)
{
    struct bytes file = {0};
    struct fail fail = {0};
    struct mcap_item item;
    struct mcap_reader *reader = NULL;
    size_t last = 0;
    size_t pairs = 0;
    (void)state;
    whole(&file, true, &last);
    struct mcap_memory memory = {.data = file.data, .size = file.size};
    assert_int_equal(mcap_reader_new(&reader, mcap_memory_source(&memory), 0, &fail), 0);
    while (mcap_reader_next(reader, &item, &fail) == 1) {
        struct mcap_text key;
        struct mcap_text value;
        size_t at = 0;
        if (item.kind != MCAP_ITEM_CHANNEL && item.kind != MCAP_ITEM_METADATA) {
            continue;
        }
        while (mcap_map_next(&item, &at, &key, &value)) {
            bool channel = item.kind == MCAP_ITEM_CHANNEL;
            assert_memory_equal(key.data, channel ? "knowledge" : "seed", key.size);
            assert_memory_equal(value.data, channel ? "obs" : "1", value.size);
            pairs++;
        }
    }
    assert_int_equal(pairs, 2);
    mcap_reader_free(reader);
    bytes_close(&file);
}

int main(void)
{
    const struct CMUnitTest mcap[] = {
        cmocka_unit_test(a_chunk_is_cut_after_a_second_of_log_time),
        cmocka_unit_test(a_chunk_is_cut_before_it_exceeds_a_mebibyte),
        cmocka_unit_test(a_reader_gets_every_whole_chunk_wherever_the_file_is_torn),
        cmocka_unit_test(recovery_of_a_torn_file_ends_it_as_the_writer_would_have),
        cmocka_unit_test(a_damaged_octet_is_found_by_a_checksum_and_never_crashes),
        cmocka_unit_test(a_length_beyond_the_file_takes_no_memory),
        cmocka_unit_test(what_is_no_mcap_is_refused),
        cmocka_unit_test(a_full_disk_is_told_and_stays_told),
        cmocka_unit_test(the_map_of_a_channel_reads_back),
    };
    return cmocka_run_group_tests(mcap, NULL, NULL);
}
