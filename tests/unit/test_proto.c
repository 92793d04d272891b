/* SPDX-License-Identifier: Apache-2.0 */
/* Protobuf on the wire. Expected octets are from the encoding guide of Protocol Buffers and
 * by hand; python3-protobuf and protoc judge whole messages in tests/integration/readers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "publish/proto.h"
#include "publish/proto_descriptor.h"
#include "tests/integration/readers/sample.h"

static void expect(struct bytes *b, const void *octets, size_t n)
{
    assert_false(b->failed);
    assert_int_equal(b->size, n);
    assert_memory_equal(b->data, octets, n);
    bytes_clear(b);
}

static void scalars_are_as_in_the_encoding_guide(void **state)
{
    struct bytes b = {0};
    (void)state;
    proto_uint(&b, 1, 150);
    expect(&b, "\x08\x96\x01", 3);
    proto_text(&b, 2, "testing");
    expect(&b, "\x12\x07testing", 9);
    proto_int(&b, 1, -2);
    expect(&b, "\x08\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 11);
    proto_uint(&b, 1, UINT64_MAX);
    expect(&b, "\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 11);
    proto_float(&b, 4, 1.0F);
    expect(&b, "\x25\x00\x00\x80\x3F", 5);
    proto_double(&b, 4, -2.0);
    expect(&b, "\x21\x00\x00\x00\x00\x00\x00\x00\xC0", 9);
    proto_bool(&b, 16, true);
    expect(&b, "\x80\x01\x01", 3);
    bytes_close(&b);
}

static void parts_nest_and_their_lengths_fit(void **state)
{
    struct bytes b = {0};
    (void)state;
    size_t outer = proto_open(&b, 3);
    proto_uint(&b, 1, 150);
    size_t inner = proto_open(&b, 2);
    proto_close(&b, inner);
    proto_close(&b, outer);
    expect(&b, "\x1A\x05\x08\x96\x01\x12\x00", 7);
    static const size_t sizes[] = {127, 128, 16383, 16384, 70000};
    for (size_t i = 0; i < 5; i++) {
        struct bytes plain = {0};
        uint8_t *data = malloc(sizes[i]);
        assert_non_null(data);
        for (size_t k = 0; k < sizes[i]; k++) {
            data[k] = (uint8_t)(k * 31);
        }
        size_t part = proto_open(&b, 7);
        bytes_put(&b, data, sizes[i]);
        proto_close(&b, part);
        proto_octets(&plain, 7, data, sizes[i]);
        expect(&b, plain.data, plain.size);
        bytes_close(&plain);
        free(data);
    }
    bytes_close(&b);
}

static void a_null_is_absent_and_a_name_is_a_string(void **state)
{
    static const uint8_t expected[] = {0x0A, 0x01, 's', 0x10, 0x01,
                                       0x4A, 0x03, 'b', 'u',  's'};
    struct bytes b = {0};
    struct fail fail = {0};
    struct row_sample row = {.scenario_id = "s", .uid = 1, .kind = 2};
    (void)state;
    assert_int_equal(proto_row(&b, &sample_table, &row, PROTO_ALL, &fail), 0);
    expect(&b, expected, sizeof expected);
    bytes_close(&b);
}

static void truth_is_withheld_unless_asked_for(void **state)
{
    struct bytes all = {0};
    struct bytes observed = {0};
    struct fail fail = {0};
    struct row_sample row = {.valid = 0x78, .scenario_id = "s", .flag = true, .x_m = 1};
    (void)state;
    assert_int_equal(proto_row(&all, &sample_table, &row, PROTO_ALL, &fail), 0);
    assert_int_equal(proto_row(&observed, &sample_table, &row, PROTO_OBS, &fail), 0);
    /* ratio 5, x_m 9, flag 2, cause "none" 7 octets. */
    assert_int_equal(all.size - observed.size, 5 + 9 + 2 + 7);
    bytes_close(&all);
    bytes_close(&observed);
}

static void a_refused_row_leaves_nothing_behind(void **state)
{
    struct bytes b = {0};
    struct fail fail = {0};
    struct row_sample row = {.valid = 0x7F, .scenario_id = "s", .x_m = NAN};
    (void)state;
    proto_uint(&b, 1, 150);
    assert_int_equal(proto_row_in(&b, 2, &sample_table, &row, PROTO_ALL, &fail),
                     RESULT_USAGE);
    assert_string_equal(fail.text, "samples: x_m: not a finite number");
    expect(&b, "\x08\x96\x01", 3);
    bytes_close(&b);
}

static void long_texts_and_octets_pass_whole(void **state)
{
    static const size_t sizes[] = {0, 1, 470, 480, 490, 500, 505, 512, 513, 3000};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct bytes got = {0};
        struct bytes expected = {0};
        struct fail fail = {0};
        char *text = malloc(sizes[i] + 1);
        assert_non_null(text);
        memset(text, 'x', sizes[i]);
        text[sizes[i]] = '\0';
        struct row_sample row = {.scenario_id = text, .uid = 1, .label = "\xFF"};
        row.payload.data = (const uint8_t *)text;
        row.payload.size = (uint32_t)sizes[i];
        assert_int_equal(proto_row(&got, &sample_table, &row, PROTO_ALL, &fail), 0);
        proto_text(&expected, 1, text);
        proto_uint(&expected, 2, 1);
        proto_text(&expected, 9, "car");
        proto_text(&expected, 17, "\xEF\xBF\xBD");
        proto_octets(&expected, 300, text, sizes[i]);
        expect(&got, expected.data, expected.size);
        bytes_close(&got);
        bytes_close(&expected);
        free(text);
    }
}

static void a_message_name_has_a_capital_for_every_word(void **state)
{
    struct bytes b = {0};
    (void)state;
    proto_message_name(&b, "sequence_message");
    expect(&b, "SequenceMessage", 15);
    bytes_close(&b);
}

static void the_text_tells_type_number_knowledge_and_unit(void **state)
{
    static const struct column columns[] = {
        {"x_m", COLUMN_F64, 8, 0, KNOW_GT, "m", 0.1, 7, NULL, 0, "where it is"}};
    static const struct table table = {"things", "thing", columns, 1, 16, "a thing"};
    static const struct proto_message messages[] = {{NULL, &table, NULL, 0, NULL}};
    struct bytes b = {0};
    (void)state;
    proto_file_text(&b, messages, 1);
    bytes_u8(&b, 0);
    assert_non_null(strstr((const char *)b.data, "syntax = \"proto2\";\npackage v2xd;\n"));
    assert_non_null(strstr((const char *)b.data, "// a thing\n"
                                                 "message Thing {\n"
                                                 "  // where it is\n"
                                                 "  optional double x_m = 7;  // gt; m\n"
                                                 "}\n"));
    bytes_close(&b);
}

int main(void)
{
    const struct CMUnitTest proto[] = {
        cmocka_unit_test(scalars_are_as_in_the_encoding_guide),
        cmocka_unit_test(parts_nest_and_their_lengths_fit),
        cmocka_unit_test(a_null_is_absent_and_a_name_is_a_string),
        cmocka_unit_test(truth_is_withheld_unless_asked_for),
        cmocka_unit_test(a_refused_row_leaves_nothing_behind),
        cmocka_unit_test(long_texts_and_octets_pass_whole),
        cmocka_unit_test(a_message_name_has_a_capital_for_every_word),
        cmocka_unit_test(the_text_tells_type_number_knowledge_and_unit),
    };
    return cmocka_run_group_tests(proto, NULL, NULL);
}
