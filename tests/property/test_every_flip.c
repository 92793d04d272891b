/* SPDX-License-Identifier: Apache-2.0 */
/* Every truncation and every single flipped bit of every shared vector, of both families
 * and of the packets around them. Each gives a clean result: values, or an error with a
 * place inside the octets. Some of the results are also printed and encoded again.
 *
 * usage: test_every_flip [PART OF]     PART is 0 .. OF-1: processes share the work */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/codec.h"
#include "asn1/its/its.h"
#include "replay/frames.h"

enum { LINE_ROOM = 1 << 20, WHOLE_EVERY = 199, AT_LINK = 100 };

static unsigned part, parts = 1;

struct bench {
    struct codec *codec;
    struct its *its;
    struct codec_report report;
    struct its_report its_report;
    struct frames_result walk;
    struct bytes jer, si, out;
    uint64_t tried;
};

static int open_bench(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    b->codec = codec_new();
    b->its = its_new();
    *state = b;
    return b->codec && b->its ? 0 : -1;
}

static int close_bench(void **state)
{
    struct bench *b = *state;
    codec_free(b->codec);
    its_free(b->its);
    bytes_close(&b->jer);
    bytes_close(&b->si);
    bytes_close(&b->out);
    free(b);
    return 0;
}

/* Printing and encoding cost many times what decoding does: done for every so many-th. */
static void try_message(struct bench *b, const uint8_t *octets, size_t size, bool its)
{
    struct fail fail;
    bool whole = b->tried++ % WHOLE_EVERY == 0;
    struct bytes *jer = whole ? &b->jer : NULL;
    struct bytes *si = whole ? &b->si : NULL;
    bytes_clear(&b->jer);
    bytes_clear(&b->si);
    bytes_clear(&b->out);
    bool ok = its ? its_decode_json(b->its, octets, size, jer, si, &b->its_report)
                  : codec_decode_json(b->codec, octets, size, jer, si, &b->report);
    if (!ok) {
        assert_true(its ? b->its_report.error[0] : b->report.error[0]);
        assert_true((its ? b->its_report.offset : b->report.offset) <= size);
    } else if (whole && (its ? b->its_report.decoded : b->report.decoded)) {
        bytes_u8(&b->jer, 0);
        const char *text = (const char *)b->jer.data;
        int code = its ? its_encode_json(b->its, text, &b->out, &fail)
                       : codec_encode_json(b->codec, text, &b->out, &fail);
        if (code != 0) {
            fail_msg("decoded but not encodable: %s", fail.text);
        }
    }
}

static void try_octets(struct bench *b, const uint8_t *octets, size_t size, int start)
{
    if (start == FRAMES_AT_J2735 || start == FRAMES_AT_ITS) {
        try_message(b, octets, size, start == FRAMES_AT_ITS);
        return;
    }
    bool ok = start >= AT_LINK
                  ? frames_walk(octets, size, start - AT_LINK, &b->walk)
                  : frames_walk_payload(octets, size, (enum frames_start)start, &b->walk);
    if (!ok) {
        assert_true(b->walk.fault.reason != REASON_NONE);
        assert_true(b->walk.fault.offset <= size);
    } else if (b->walk.family != FRAMES_UNKNOWN) {
        try_message(b, b->walk.payload, b->walk.payload_size, b->walk.family == FRAMES_ITS);
    }
}

/* Blocks of exactly their size, so that a sanitizer sees a read past the end. */
static void try_vector(struct bench *b, const char *hex, int start)
{
    size_t size = strlen(hex) / 2;
    uint8_t *octets = malloc(size);
    assert_non_null(octets);
    for (size_t i = 0; i < size; i++) {
        octets[i] =
            (uint8_t)(bytes_hex_digit(hex[2 * i]) << 4 | bytes_hex_digit(hex[2 * i + 1]));
    }
    for (size_t cut = part; cut < size; cut += parts) {
        uint8_t *torn = malloc(cut ? cut : 1);
        assert_non_null(torn);
        memcpy(torn, octets, cut);
        try_octets(b, torn, cut, start);
        free(torn);
    }
    for (size_t bit = part; bit < size * 8; bit += parts) {
        octets[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        try_octets(b, octets, size, start);
        octets[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    }
    free(octets);
}

/* Where a vector of a kind begins; -1: it is no message. */
static int start_of(const char *kind)
{
    static const struct {
        const char *kind;
        int start;
    } starts[] = {{"uper-", FRAMES_AT_ITS},
                  {"gn-packet", FRAMES_AT_GN},
                  {"ethernet-frame", AT_LINK + LINK_ETHERNET},
                  {"radiotap-frame", AT_LINK + LINK_RADIOTAP},
                  {"ieee1609dot2-data", FRAMES_AT_DOT2},
                  {"wsmp-packet", FRAMES_AT_WSMP}};
    for (size_t i = 0; kind && i < sizeof starts / sizeof starts[0]; i++) {
        if (strncmp(kind, starts[i].kind, strlen(starts[i].kind)) == 0) {
            return starts[i].start;
        }
    }
    return kind ? -1 : FRAMES_AT_J2735;
}

static void try_file(struct bench *b, const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        skip();
    }
    char *line = malloc(LINE_ROOM);
    assert_non_null(line);
    while (fgets(line, LINE_ROOM, file)) {
        json_t *vector = json_loads(line, 0, NULL);
        int start = start_of(json_string_value(json_object_get(vector, "kind")));
        if (start >= 0) {
            try_vector(b, json_string_value(json_object_get(vector, "hex")), start);
        }
        json_decref(vector);
    }
    free(line);
    (void)fclose(file);
    assert_true(b->tried > 100000 / parts);
}

static void j2735_frames_give_a_clean_result(void **state)
{
    try_file(*state, SHARED_DATA "/j2735/vectors.jsonl");
}

static void etsi_messages_and_packets_give_a_clean_result(void **state)
{
    try_file(*state, SHARED_DATA "/etsi/vectors.jsonl");
}

#define BENCH(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)

int main(int argc, char **argv)
{
    if (argc == 3) {
        part = (unsigned)strtoul(argv[1], NULL, 10);
        parts = (unsigned)strtoul(argv[2], NULL, 10);
    }
    if (parts == 0 || part >= parts) {
        (void)fprintf(stderr, "usage: %s [PART OF]\n", argv[0]);
        return 2;
    }
    const struct CMUnitTest tests[] = {
        BENCH(j2735_frames_give_a_clean_result),
        BENCH(etsi_messages_and_packets_give_a_clean_result),
    };
    return cmocka_run_group_tests_name("every_flip", tests, NULL, NULL);
}
