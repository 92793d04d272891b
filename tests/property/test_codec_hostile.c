/* SPDX-License-Identifier: Apache-2.0 */
/* Damaged frames of every message type: cut at every octet, one bit flipped at a time. Each
 * gives a clean result: an error with a place inside the frame, or values that encode
 * again. The frames are the shared vectors, and one built-in frame when those are absent.
 */
#include "../unit/test_asn1_help.h"

#include "model/message.h"

enum { LINE_ROOM = 1 << 20, FLIP_MAX_OCTETS = 400 };

static void expect_clean(struct bench *b, const uint8_t *frame, size_t size)
{
    static struct message message;
    struct codec_report report;
    bool ok = bench_decode(b, frame, size);
    if (!ok) {
        assert_true(b->report.error[0]);
        assert_true(b->report.offset <= size);
    } else {
        assert_true(b->report.consumed <= size);
        if (b->report.unknown_count == 0 && bench_encode(b, bench_jer(b)) != 0) {
            fail_msg("decoded but not encodable: %s", b->fail.text);
        }
    }
    assert_int_equal(codec_decode_message(b->codec, frame, size, &message, &report), ok);
}

static void try_frame(struct bench *b, uint8_t *frame, size_t size, bool flips)
{
    for (size_t cut = 0; cut < size; cut++) {
        assert_false(bench_decode(b, frame, cut));
        assert_true(b->report.error[0]);
    }
    for (size_t bit = 0; flips && bit < size * 8; bit++) {
        frame[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        expect_clean(b, frame, size);
        frame[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    }
}

static void gives_a_clean_result_for_any_cut_or_flip(void **state)
{
    struct bench *b = *state;
    b->size = unhex(TYPICAL_BSM, b->frame);
    try_frame(b, b->frame, b->size, true);
    FILE *file = fopen(SHARED_DATA "/j2735/vectors.jsonl", "r");
    char *line = malloc(LINE_ROOM);
    int seen[64] = {0};
    while (file && fgets(line, LINE_ROOM, file)) {
        json_t *vector = json_loads(line, 0, NULL);
        b->size = unhex(json_string_value(json_object_get(vector, "hex")), b->frame);
        json_decref(vector);
        /* All cuts of every vector that is not long; flips of a few of each type. */
        unsigned id = b->frame[1];
        if (b->size <= FLIP_MAX_OCTETS) {
            try_frame(b, b->frame, b->size, id >= 64 || seen[id]++ < 4);
        }
    }
    if (file) {
        (void)fclose(file);
    }
    free(line);
}

#define BENCH(test) cmocka_unit_test_setup_teardown(test, bench_open, bench_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH(gives_a_clean_result_for_any_cut_or_flip),
    };
    return cmocka_run_group_tests_name("codec_hostile", tests, NULL, NULL);
}
