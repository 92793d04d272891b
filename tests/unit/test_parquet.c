/* SPDX-License-Identifier: Apache-2.0 */
/* Parquet parts and canonical forms. Expected octets are from Parquet's Encodings.md, the
 * Thrift compact protocol, FIPS 180-4 and hand calculation; whole files are read by others
 * in tests/integration/readers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "publish/parquet.h"
#include "publish/parquet_encode.h"
#include "tests/integration/readers/sample.h"

static void packs_eight_values_of_three_bits_as_the_format_shows(void **state)
{
    /* Encodings.md: 0..7 in 3 bits are 10001000 11000110 11111010. */
    static const uint32_t values[] = {0, 1, 2, 3, 4, 5, 6, 7};
    static const uint8_t expected[] = {0x03, 0x88, 0xC6, 0xFA};
    struct bytes out = {0};
    (void)state;
    parquet_hybrid(&out, values, 8, 3);
    assert_int_equal(out.size, sizeof expected);
    assert_memory_equal(out.data, expected, sizeof expected);
    bytes_close(&out);
}

static void writes_a_long_run_as_its_length_and_value(void **state)
{
    uint32_t values[300];
    static const uint8_t expected[] = {0xD8, 0x04, 0x01}; /* 300 << 1, then the value */
    struct bytes out = {0};
    (void)state;
    for (size_t i = 0; i < 300; i++) {
        values[i] = 1;
    }
    parquet_hybrid(&out, values, 300, 1);
    assert_int_equal(out.size, sizeof expected);
    assert_memory_equal(out.data, expected, sizeof expected);
    bytes_close(&out);
}

/* The hybrid read back by the rule of the format, bit by bit. */
static size_t unhybrid(const struct bytes *b, unsigned width, uint32_t *values,
                       size_t count)
{
    size_t at = 0;
    size_t n = 0;
    while (n < count) {
        uint64_t head = 0;
        unsigned shift = 0;
        do {
            head |= (uint64_t)(b->data[at] & 0x7F) << shift;
            shift += 7;
        } while (b->data[at++] & 0x80);
        uint32_t same = 0;
        if (!(head & 1)) {
            for (unsigned k = 0; k < (width + 7) / 8; k++) {
                same |= (uint32_t)b->data[at++] << (8 * k);
            }
        }
        size_t many = head & 1 ? (size_t)(head >> 1) * 8 : (size_t)(head >> 1);
        for (size_t i = 0; i < many; i++) {
            uint32_t value = same;
            for (unsigned k = 0; head & 1 && k < width; k++) {
                size_t bit = i * width + k;
                value |= (uint32_t)(b->data[at + bit / 8] >> (bit % 8) & 1) << k;
            }
            if (n < count) {
                values[n++] = value;
            }
        }
        at += head & 1 ? (size_t)(head >> 1) * width : 0;
    }
    return at;
}

static void mixed_runs_and_packed_groups_read_back(void **state)
{
    enum { COUNT = 5000 };
    uint32_t *values = malloc(COUNT * sizeof *values);
    uint32_t *back = malloc(COUNT * sizeof *back);
    (void)state;
    assert_non_null(values);
    assert_non_null(back);
    for (unsigned width = 1; width <= 20; width++) {
        for (uint32_t count = COUNT - 9; count <= COUNT; count++) {
            struct bytes out = {0};
            for (uint32_t i = 0; i < count; i++) {
                uint32_t burst = i / 37 % 3;
                values[i] =
                    (burst ? i * 2654435761U >> 7 : burst + width) & ((1U << width) - 1);
            }
            parquet_hybrid(&out, values, count, width);
            assert_int_equal(unhybrid(&out, width, back, count), out.size);
            assert_memory_equal(back, values, count * sizeof *values);
            bytes_close(&out);
        }
    }
    free(values);
    free(back);
}

static void thrift_fields_are_deltas_and_zigzags(void **state)
{
    /* Compact protocol: field 1 i32 -1 (15, 01), field 17 far away (type, zigzag id,
     * value). */
    static const uint8_t expected[] = {0x15, 0x01, 0x06, 0x22, 0xE8, 0x07, 0x00};
    struct bytes out = {0};
    (void)state;
    struct parquet_thrift t = parquet_thrift_init(&out);
    parquet_thrift_i32(&t, 1, -1);
    parquet_thrift_i64(&t, 17, 500);
    bytes_u8(&out, 0);
    assert_int_equal(out.size, sizeof expected);
    assert_memory_equal(out.data, expected, sizeof expected);
    bytes_close(&out);
}

static void quanta_round_half_away_from_zero_to_the_nearest_decimal(void **state)
{
    (void)state;
    assert_true(canonical_quantum(0.3, 0.1) == 0.3);
    assert_true(canonical_quantum(0.25, 0.1) == 0.3);
    assert_true(canonical_quantum(-0.25, 0.1) == -0.3);
    assert_true(canonical_quantum(1.2345678949, 1e-7) == 1.2345679);
    assert_true(canonical_quantum(7.0, 5.0) == 5.0);
    assert_true(canonical_quantum(7.5, 5.0) == 10.0);
    assert_true(canonical_quantum(1e300, 0.1) == 1e300);
    assert_true(canonical_quantum(3.25, 0) == 3.25);
    assert_false(signbit(canonical_quantum(-0.001, 0.1)));
    assert_false(signbit(canonical_quantum(-0.0, 0)));
}

static struct parquet_part *part_new(void)
{
    struct fail fail = {0};
    struct parquet_part *part = NULL;
    assert_int_equal(parquet_part_new(&part, &sample_table, &fail), 0);
    return part;
}

static void what_is_not_a_number_is_refused_and_the_row_left_out(void **state)
{
    struct parquet_part *part = part_new();
    struct row_sample row;
    struct fail fail = {0};
    (void)state;
    sample_row(&row, 0);
    row.valid = 0x7F;
    row.x_m = NAN;
    assert_int_equal(parquet_part_add(part, &row, &fail), RESULT_USAGE);
    assert_string_equal(fail.text, "samples: x_m: not a finite number");
    row.x_m = 1;
    row.ratio = (float)INFINITY;
    assert_int_equal(parquet_part_add(part, &row, &fail), RESULT_USAGE);
    row.ratio = 1;
    row.kind = 3;
    assert_int_equal(parquet_part_add(part, &row, &fail), RESULT_USAGE);
    assert_string_equal(fail.text, "samples: kind: name 3 of 3");
    assert_int_equal(parquet_part_rows(part), 0);
    row.kind = 2;
    row.ratio = (float)NAN;
    row.valid &= ~(uint64_t)(1 << 3); /* null: what stands there does not count */
    assert_int_equal(parquet_part_add(part, &row, &fail), 0);
    assert_int_equal(parquet_part_rows(part), 1);
    parquet_part_free(part);
}

static void part_file(struct parquet_part *part, uint32_t first, uint32_t rows,
                      struct bytes *file, uint8_t sum[DIGEST_SIZE])
{
    struct fail fail = {0};
    struct digest hash;
    struct row_sample row;
    for (uint32_t i = first; i < first + rows; i++) {
        sample_row(&row, i);
        assert_int_equal(parquet_part_add(part, &row, &fail), 0);
    }
    digest_init(&hash);
    assert_int_equal(parquet_part_finish(part, NULL, 0, file, &hash, &fail), 0);
    digest_finish(&hash, sum);
    assert_int_equal(parquet_part_rows(part), 0);
    assert_memory_equal(file->data, "PAR1", 4);
    assert_memory_equal(file->data + file->size - 4, "PAR1", 4);
}

static void the_same_rows_give_the_same_octets_also_in_a_used_part(void **state)
{
    struct parquet_part *part = part_new();
    struct bytes files[3] = {{0}, {0}, {0}};
    uint8_t sums[3][DIGEST_SIZE];
    (void)state;
    part_file(part, 0, 500, &files[0], sums[0]);
    part_file(part, 500, 700, &files[1], sums[1]);
    part_file(part, 0, 500, &files[2], sums[2]);
    assert_int_equal(files[0].size, files[2].size);
    assert_memory_equal(files[0].data, files[2].data, files[0].size);
    assert_memory_equal(sums[0], sums[2], DIGEST_SIZE);
    assert_memory_not_equal(sums[0], sums[1], DIGEST_SIZE);
    for (size_t i = 0; i < 3; i++) {
        bytes_close(&files[i]);
    }
    parquet_part_free(part);
}

static void a_part_holds_65536_rows_and_refuses_one_more(void **state)
{
    struct parquet_part *part = part_new();
    struct row_sample row;
    struct fail fail = {0};
    struct bytes file = {0};
    (void)state;
    sample_row(&row, 1);
    for (uint32_t i = 0; i < PARQUET_ROWS; i++) {
        assert_false(parquet_part_full(part));
        assert_int_equal(parquet_part_add(part, &row, &fail), 0);
    }
    assert_true(parquet_part_full(part));
    assert_int_equal(parquet_part_add(part, &row, &fail), RESULT_USAGE);
    assert_int_equal(parquet_part_finish(part, NULL, 0, &file, NULL, &fail), 0);
    assert_true(file.size < 8000); /* one value each: all runs */
    bytes_close(&file);
    parquet_part_free(part);
}

static const struct column one_columns[] = {
    {"a", COLUMN_I32, 8, 0, KNOW_OBS, "", 0, 1, NULL, 0, ""},
    {"t", COLUMN_TEXT, 16, -1, KNOW_OBS, "", 0, 2, NULL, 0, ""},
};
static const struct table one_table = {"one", "one", one_columns, 2, 24, ""};

struct row_one {
    uint64_t valid;
    int32_t a;
    const char *t;
};

static void the_logical_hash_is_of_the_rows_as_documented(void **state)
{
    /* Rows (null, "x"), (-2, "y"), (5, "x"), written out by hand. */
    static const char content[] = "\x03\0\0\0one"
                                  "\x03\0\0\0\0\0\0\0"
                                  "\x02\0\0\0"
                                  "\x01\0\0\0"
                                  "ai\x01\x06"
                                  "\xFE\xFF\xFF\xFF"
                                  "\x05\0\0\0"
                                  "\x01\0\0\0"
                                  "tt\x01\x07"
                                  "\x02\0\0\0"
                                  "\x01\0\0\0x"
                                  "\x01\0\0\0y"
                                  "\0\0\0\0\x01\0\0\0\0\0\0\0";
    const struct row_one rows[] = {{0, 99, "x"}, {1, -2, "y"}, {1, 5, "x"}};
    struct parquet_part *part = NULL;
    struct bytes file = {0};
    struct digest hash;
    struct fail fail = {0};
    uint8_t got[DIGEST_SIZE];
    uint8_t expected[DIGEST_SIZE];
    (void)state;
    assert_int_equal(parquet_part_new(&part, &one_table, &fail), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(parquet_part_add(part, &rows[i], &fail), 0);
    }
    digest_init(&hash);
    assert_int_equal(parquet_part_finish(part, NULL, 0, &file, &hash, &fail), 0);
    digest_finish(&hash, got);
    digest_block(content, sizeof content - 1, expected);
    assert_memory_equal(got, expected, DIGEST_SIZE);
    bytes_close(&file);
    parquet_part_free(part);
}

static void octets_that_are_not_utf8_become_the_replacement_character(void **state)
{
    /* The Unicode Standard, table 3-7: overlong, surrogate, beyond U+10FFFF, cut off. */
    static const char *const bad[] = {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                      "\xE2\x82"};
    static const size_t replaced[] = {2, 3, 4, 2};
    struct bytes out = {0};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        bytes_clear(&out);
        assert_int_equal(canonical_utf8_valid(bad[i], strlen(bad[i])), 0);
        canonical_utf8(&out, bad[i], strlen(bad[i]));
        assert_int_equal(out.size, 3 * replaced[i]);
        assert_memory_equal(out.data, "\xEF\xBF\xBD", 3);
    }
    const char *good = "a\xC3\xBC\xE2\x82\xAC\xF0\x9F\x9A\xB2";
    assert_int_equal(canonical_utf8_valid(good, strlen(good)), strlen(good));
    bytes_close(&out);
}

static void canonical_json_sorts_keys_and_depends_on_nothing_else(void **state)
{
    struct bytes out = {0};
    struct fail fail = {0};
    json_error_t error;
    (void)state;
    json_t *value =
        json_loads("{\"b\":[1,2.5,true,null,{}],\"a\":\"\\u00fc\",\"B\":-9007199254740993}",
                   0, &error);
    assert_non_null(value);
    assert_int_equal(canonical_json(&out, value, 0, &fail), 0);
    bytes_u8(&out, 0);
    assert_string_equal(
        (const char *)out.data,
        "{\"B\":-9007199254740993,\"a\":\"\xC3\xBC\",\"b\":[1,2.5,true,null,{}]}");
    bytes_clear(&out);
    assert_int_equal(canonical_json(&out, value, 2, &fail), 0);
    bytes_u8(&out, 0);
    assert_string_equal(
        (const char *)out.data,
        "{\n  \"B\": -9007199254740993,\n  \"a\": \"\xC3\xBC\",\n  \"b\": [\n"
        "    1,\n    2.5,\n    true,\n    null,\n    {}\n  ]\n}\n");
    json_decref(value);
    bytes_close(&out);
}

static void sha256_is_that_of_the_standard(void **state)
{
    uint8_t sum[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    (void)state;
    digest_block("abc", 3, sum);
    digest_hex(sum, hex);
    assert_string_equal(hex,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void)
{
    const struct CMUnitTest parquet[] = {
        cmocka_unit_test(packs_eight_values_of_three_bits_as_the_format_shows),
        cmocka_unit_test(writes_a_long_run_as_its_length_and_value),
        cmocka_unit_test(mixed_runs_and_packed_groups_read_back),
        cmocka_unit_test(thrift_fields_are_deltas_and_zigzags),
        cmocka_unit_test(quanta_round_half_away_from_zero_to_the_nearest_decimal),
        cmocka_unit_test(what_is_not_a_number_is_refused_and_the_row_left_out),
        cmocka_unit_test(the_same_rows_give_the_same_octets_also_in_a_used_part),
        cmocka_unit_test(a_part_holds_65536_rows_and_refuses_one_more),
        cmocka_unit_test(the_logical_hash_is_of_the_rows_as_documented),
        cmocka_unit_test(octets_that_are_not_utf8_become_the_replacement_character),
        cmocka_unit_test(canonical_json_sorts_keys_and_depends_on_nothing_else),
        cmocka_unit_test(sha256_is_that_of_the_standard),
    };
    return cmocka_run_group_tests(parquet, NULL, NULL);
}
