/* SPDX-License-Identifier: Apache-2.0 */
/* Reading CSV: headers, quotes, numbers, and errors that say where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "sensors/csv.h"

static const struct csv_column columns[] = {{"a", true}, {"b", true}, {"c", false}};

static struct csv csv;
static struct fail fail;

static int start(const char *text)
{
    struct csv_text source = {.name = "x.csv", .data = text, .size = strlen(text)};
    return csv_init(&csv, &source, columns, 3, &fail);
}

static void finds_columns_in_any_order(void **state)
{
    (void)state;
    assert_int_equal(start("b,a\n1,2\n"), 0);
    assert_int_equal(csv_next(&csv, &fail), 1);
    assert_string_equal(csv_text(&csv, 0), "2");
    assert_string_equal(csv_text(&csv, 1), "1");
    assert_string_equal(csv_text(&csv, 2), "");
    assert_int_equal(csv_next(&csv, &fail), 0);
}

static void names_the_column_that_the_header_lacks(void **state)
{
    (void)state;
    assert_int_equal(start("a,c\n"), RESULT_USAGE);
    assert_string_equal(fail.text, "x.csv:1:1: the header lacks column \"b\"");
}

static void refuses_a_column_that_it_does_not_know(void **state)
{
    (void)state;
    assert_int_equal(start("a,b,sped\n"), RESULT_USAGE);
    assert_string_equal(fail.text, "x.csv:1:5: column \"sped\": not one of this file's");
    assert_int_equal(start("a,b,a\n"), RESULT_USAGE);
    assert_int_equal(start(""), RESULT_USAGE);
}

static void reads_quotes_crlf_a_bom_and_empty_lines(void **state)
{
    (void)state;
    assert_int_equal(start("\xEF\xBB\xBF"
                           "a,b,c\r\n\r\n\"x,\"\"y\"\"\",,z"),
                     0);
    assert_int_equal(csv_next(&csv, &fail), 1);
    assert_string_equal(csv_text(&csv, 0), "x,\"y\"");
    assert_string_equal(csv_text(&csv, 1), "");
    assert_string_equal(csv_text(&csv, 2), "z");
}

static void says_line_and_column_of_a_bad_number(void **state)
{
    (void)state;
    int64_t value;
    assert_int_equal(start("a,b\n1,2\n34,5x\n"), 0);
    assert_int_equal(csv_next(&csv, &fail), 1);
    assert_int_equal(csv_next(&csv, &fail), 1);
    assert_int_equal(csv_i64(&csv, (struct csv_whole){1, 0, 9}, &value, NULL, &fail),
                     RESULT_USAGE);
    assert_string_equal(fail.text, "x.csv:3:4: b = \"5x\": not a whole number");
    assert_int_equal(csv_i64(&csv, (struct csv_whole){0, 0, 9}, &value, NULL, &fail),
                     RESULT_USAGE);
    assert_string_equal(fail.text, "x.csv:3:1: a = \"34\": from 0 to 9");
}

static void refuses_rows_of_another_width_and_open_quotes(void **state)
{
    (void)state;
    assert_int_equal(start("a,b\n1\n"), 0);
    assert_int_equal(csv_next(&csv, &fail), RESULT_USAGE);
    assert_string_equal(fail.text, "x.csv:2:1: 1 fields where the header has 2");
    assert_int_equal(start("a,b\n1,\"2\n"), 0);
    assert_int_equal(csv_next(&csv, &fail), RESULT_USAGE);
}

static void refuses_a_line_without_end(void **state)
{
    (void)state;
    static char text[6000];
    memset(text, 'a', sizeof text - 1);
    memcpy(text, "a,b\n", 4);
    assert_int_equal(start(text), 0);
    assert_int_equal(csv_next(&csv, &fail), RESULT_USAGE);
    assert_string_equal(fail.text, "x.csv:2:4097: the line is longer than 4096 octets");
}

static void reads_whole_numbers_to_their_last_digit(void **state)
{
    (void)state;
    int64_t v;
    assert_true(csv_parse_i64("9223372036854775807", &v) && v == INT64_MAX);
    assert_true(csv_parse_i64("-1780315200000000001", &v));
    assert_int_equal(v, INT64_C(-1780315200000000001));
    assert_false(csv_parse_i64("9223372036854775808", &v));
    assert_false(csv_parse_i64("99999999999999999999", &v));
    assert_false(csv_parse_i64("", &v) || csv_parse_i64("-", &v) ||
                 csv_parse_i64("1.0", &v) || csv_parse_i64("0x1", &v));
}

static void reads_decimals_as_the_c_library_does(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "0",   "-0.5",   "42.2990",       "-83.6989",
        "1e3", "2.5E-4", "123456.789012", ".5",
        "7.",  "1e-22",  "+3.25",         "1.7976931348623e299"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double v;
        assert_true(csv_parse_f64(texts[i], &v));
        double want = strtod(texts[i], NULL);
        double off = v - want;
        double scale = want < 0 ? -want : want;
        assert_true(off <= 1e-15 * scale && off >= -1e-15 * scale);
    }
    double v;
    assert_false(csv_parse_f64("nan", &v) || csv_parse_f64("inf", &v) ||
                 csv_parse_f64("", &v) || csv_parse_f64(".", &v) ||
                 csv_parse_f64("1e", &v) || csv_parse_f64("1e999", &v) ||
                 csv_parse_f64("0x10", &v) || csv_parse_f64("1,5", &v));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_columns_in_any_order),
        cmocka_unit_test(names_the_column_that_the_header_lacks),
        cmocka_unit_test(refuses_a_column_that_it_does_not_know),
        cmocka_unit_test(reads_quotes_crlf_a_bom_and_empty_lines),
        cmocka_unit_test(says_line_and_column_of_a_bad_number),
        cmocka_unit_test(refuses_rows_of_another_width_and_open_quotes),
        cmocka_unit_test(refuses_a_line_without_end),
        cmocka_unit_test(reads_whole_numbers_to_their_last_digit),
        cmocka_unit_test(reads_decimals_as_the_c_library_does),
    };
    return cmocka_run_group_tests_name("sensors_csv", tests, NULL, NULL);
}
