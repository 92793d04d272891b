/* SPDX-License-Identifier: Apache-2.0 */
/* Every known-good frame of the shared vectors: decoded to the stated values, and encoded
 * again from its own JSON to the same octets. Without the shared data the tests are
 * skipped; test_asn1_codec stands alone. */
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
#include "model/message.h"

enum { LINE_MAX_OCTETS = 1 << 20, FRAME_MAX = 4096 };

struct vectors {
    FILE *file;
    char *line;
    struct codec *codec;
    struct bytes jer, si, again;
    struct codec_report report;
};

static size_t unhex(const char *text, uint8_t *out)
{
    size_t n = strlen(text) / 2;
    for (size_t i = 0; i < n; i++) {
        unsigned octet = 0;
        assert_int_equal(sscanf(text + 2 * i, "%2x", &octet), 1);
        out[i] = (uint8_t)octet;
    }
    return n;
}

static json_t *next(struct vectors *v)
{
    return v->file && fgets(v->line, LINE_MAX_OCTETS, v->file)
               ? json_loads(v->line, 0, NULL)
               : NULL;
}

static int open_vectors(void **state)
{
    struct vectors *v = calloc(1, sizeof *v);
    v->file = fopen(SHARED_DATA "/j2735/vectors.jsonl", "r");
    v->line = malloc(LINE_MAX_OCTETS);
    v->codec = codec_new();
    *state = v;
    return v->codec ? 0 : -1;
}

static int close_vectors(void **state)
{
    struct vectors *v = *state;
    if (v->file) {
        (void)fclose(v->file);
    }
    bytes_close(&v->jer);
    bytes_close(&v->si);
    bytes_close(&v->again);
    codec_free(v->codec);
    free(v->line);
    free(v);
    return 0;
}

/* Decodes one line; the JSON texts are NUL-terminated afterwards. */
static bool decode(struct vectors *v, const json_t *vector, uint8_t *frame, size_t *size)
{
    *size = unhex(json_string_value(json_object_get(vector, "hex")), frame);
    bytes_clear(&v->jer);
    bytes_clear(&v->si);
    bytes_clear(&v->again);
    bool ok = codec_decode_json(v->codec, frame, *size, &v->jer, &v->si, &v->report);
    bytes_u8(&v->jer, 0);
    bytes_u8(&v->si, 0);
    return ok;
}

static void decodes_every_vector_to_its_stated_values(void **state)
{
    struct vectors *v = *state;
    int seen = 0;
    for (json_t *vector; (vector = next(v)) != NULL; json_decref(vector)) {
        uint8_t frame[FRAME_MAX];
        size_t size;
        const char *id = json_string_value(json_object_get(vector, "id"));
        if (!decode(v, vector, frame, &size)) {
            fail_msg("%s: octet %zu bit %d: %s", id, v->report.offset, v->report.bit,
                     v->report.error);
        }
        assert_int_equal(v->report.consumed, size);
        seen++;
        if (!v->report.decoded) {
            /* Known by name: RoadWeatherMessage, CooperativeControlMessage, TestMessage00.
             */
            int named = v->report.info.message_id;
            assert_true(v->report.info.known && !v->report.info.decodable);
            assert_true(named == 34 || named == 40 || named == 240);
            continue;
        }
        json_t *got = json_loads((const char *)v->jer.data, 0, NULL);
        if (!got || !json_equal(got, json_object_get(vector, "decoded"))) {
            fail_msg("%s: got %.2000s", id, v->jer.data);
        }
        json_decref(got);
    }
    if (seen == 0) {
        skip();
    }
    assert_true(seen >= 241);
}

static void tells_the_oldest_edition_that_has_it_all(void **state)
{
    struct vectors *v = *state;
    int seen = 0;
    for (json_t *vector; (vector = next(v)) != NULL; json_decref(vector)) {
        uint8_t frame[FRAME_MAX];
        size_t size;
        assert_true(decode(v, vector, frame, &size));
        const json_t *editions = json_object_get(vector, "editions");
        int oldest = atoi(json_string_value(json_array_get(editions, 0)));
        if (v->report.decoded && v->report.edition != oldest) {
            fail_msg("%s: %d instead of %d",
                     json_string_value(json_object_get(vector, "id")), v->report.edition,
                     oldest);
        }
        seen++;
    }
    if (seen == 0) {
        skip();
    }
}

static void encodes_what_it_decoded_to_the_same_octets(void **state)
{
    struct vectors *v = *state;
    int seen = 0;
    for (json_t *vector; (vector = next(v)) != NULL; json_decref(vector)) {
        uint8_t frame[FRAME_MAX];
        size_t size;
        struct fail fail = {0};
        assert_true(decode(v, vector, frame, &size));
        const char *id = json_string_value(json_object_get(vector, "id"));
        if (codec_encode_json(v->codec, (const char *)v->jer.data, &v->again, &fail) != 0) {
            fail_msg("%s: %s", id, fail.text);
        }
        if (v->again.size != size || memcmp(v->again.data, frame, size) != 0) {
            fail_msg("%s: encoded differently", id);
        }
        seen++;
    }
    if (seen == 0) {
        skip();
    }
}

/* Sentinels survive as null, units are exact multiples: nothing is lost in SI. */
static void encodes_the_si_form_to_the_same_octets(void **state)
{
    struct vectors *v = *state;
    int seen = 0;
    for (json_t *vector; (vector = next(v)) != NULL; json_decref(vector)) {
        uint8_t frame[FRAME_MAX];
        size_t size;
        struct fail fail = {0};
        assert_true(decode(v, vector, frame, &size));
        const char *id = json_string_value(json_object_get(vector, "id"));
        if (codec_encode_si(v->codec, (const char *)v->si.data, &v->again, &fail) != 0) {
            fail_msg("%s: %s", id, fail.text);
        }
        seen++;
        if (v->again.size != size || memcmp(v->again.data, frame, size) != 0) {
            fail_msg("%s: encoded differently: %.3000s", id, v->si.data);
        }
    }
    if (seen == 0) {
        skip();
    }
}

/* What our plain messages hold survives encoding; a BSM that is only its core comes back to
 * the octet. A map with a lane that has no nodes of its own may be refused. */
static void keeps_what_plain_messages_hold(void **state)
{
    struct vectors *v = *state;
    static struct message message;
    static uint8_t once[65536], twice[65536];
    int seen = 0;
    for (json_t *vector; (vector = next(v)) != NULL; json_decref(vector)) {
        uint8_t frame[FRAME_MAX];
        size_t n1;
        size_t n2;
        struct fail fail = {0};
        size_t size = unhex(json_string_value(json_object_get(vector, "hex")), frame);
        assert_true(codec_decode_message(v->codec, frame, size, &message, &v->report));
        if (message.type == MESSAGE_NONE ||
            codec_encode_message(v->codec, &message, once, sizeof once, &n1, &fail) != 0) {
            continue;
        }
        seen++;
        if (message.type == MESSAGE_BSM && size == 40 && message.bsm.dsecond_ms > 0) {
            assert_int_equal(n1, size);
            assert_memory_equal(once, frame, size);
        }
        assert_true(codec_decode_message(v->codec, once, n1, &message, &v->report));
        assert_int_equal(
            codec_encode_message(v->codec, &message, twice, sizeof twice, &n2, &fail), 0);
        assert_int_equal(n1, n2);
        assert_memory_equal(once, twice, n1);
    }
    if (!v->file) {
        skip();
    }
    assert_true(seen >= 120);
}

/* The codes of the first data frame, as the stated values have them. */
static void same_codes(const char *id, const json_t *stated, const struct message_tim *tim)
{
    const json_t *body =
        json_object_get(json_object_get(stated, "value"), "TravelerInformation");
    const json_t *frame = json_array_get(json_object_get(body, "dataFrames"), 0);
    json_t *content = json_object_get(frame, "content");
    const json_t *items = json_object_iter_value(json_object_iter(content));
    size_t codes = 0;
    for (size_t i = 0; i < json_array_size(items) && codes < MESSAGE_ITIS_MAX; i++) {
        const json_t *item = json_object_get(json_array_get(items, i), "item");
        const json_t *itis = json_object_get(item, "itis");
        if (itis && tim->itis[codes++] != json_integer_value(itis)) {
            fail_msg("%s: code %zu", id, i);
        }
    }
    assert_int_equal(tim->itis_count, codes);
    assert_int_equal(tim->frame_total,
                     json_array_size(json_object_get(body, "dataFrames")));
}

static void reads_the_codes_of_traveler_information(void **state)
{
    struct vectors *v = *state;
    struct message *message = malloc(sizeof *message);
    int seen = 0;
    for (json_t *vector; (vector = next(v)) != NULL; json_decref(vector)) {
        uint8_t frame[FRAME_MAX];
        size_t size = unhex(json_string_value(json_object_get(vector, "hex")), frame);
        assert_true(codec_decode_message(v->codec, frame, size, message, &v->report));
        if (message->type == MESSAGE_TIM) {
            same_codes(json_string_value(json_object_get(vector, "id")),
                       json_object_get(vector, "decoded"), &message->tim);
            seen++;
        }
    }
    free(message);
    if (seen == 0) {
        skip();
    }
    assert_true(seen >= 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(decodes_every_vector_to_its_stated_values,
                                        open_vectors, close_vectors),
        cmocka_unit_test_setup_teardown(tells_the_oldest_edition_that_has_it_all,
                                        open_vectors, close_vectors),
        cmocka_unit_test_setup_teardown(encodes_what_it_decoded_to_the_same_octets,
                                        open_vectors, close_vectors),
        cmocka_unit_test_setup_teardown(keeps_what_plain_messages_hold, open_vectors,
                                        close_vectors),
        cmocka_unit_test_setup_teardown(reads_the_codes_of_traveler_information,
                                        open_vectors, close_vectors),
        cmocka_unit_test_setup_teardown(encodes_the_si_form_to_the_same_octets,
                                        open_vectors, close_vectors),
    };
    return cmocka_run_group_tests_name("asn1_vectors", tests, NULL, NULL);
}
