/* SPDX-License-Identifier: Apache-2.0 */
/* Cursor, writer, growing bytes, error texts, arena. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/cursor.h"
#include "base/result.h"

static void a_read_past_the_end_gives_zero_and_sticks_at_its_offset(void **state)
{
    (void)state;
    const uint8_t data[] = {1, 2, 3};
    struct cursor c = cursor_init(data, sizeof data);
    assert_int_equal(cursor_be16(&c), 0x0102);
    assert_int_equal(cursor_be32(&c), 0);
    assert_true(c.torn);
    assert_int_equal(c.error_at, 2);
    assert_int_equal(cursor_u8(&c), 0); /* the octet is there, but the error sticks */
    assert_int_equal(c.error_at, 2);
}

static void both_byte_orders_are_read_and_written(void **state)
{
    (void)state;
    uint8_t data[8];
    struct writer w = writer_init(data, sizeof data);
    writer_be(&w, 0x11223344, 4);
    writer_le(&w, 0x11223344, 4);
    assert_memory_equal(data, "\x11\x22\x33\x44\x44\x33\x22\x11", 8);
    writer_u8(&w, 1);
    assert_true(w.full);
    struct cursor c = cursor_init(data, sizeof data);
    assert_int_equal(cursor_be32(&c), 0x11223344);
    assert_int_equal(cursor_le32(&c), 0x11223344);
}

static void json_text_survives_quotes_controls_and_locales(void **state)
{
    (void)state;
    (void)setlocale(LC_ALL, "de_DE.UTF-8");
    struct bytes b = {0};
    bytes_json_string(&b, "a\"\\\n");
    bytes_json_double(&b, 0.1);
    bytes_u8(&b, ' ');
    bytes_json_double(&b, -12345.678);
    bytes_u8(&b, ' ');
    bytes_json_int(&b, INT64_MIN);
    bytes_u8(&b, 0);
    assert_string_equal((char *)b.data,
                        "\"a\\\"\\\\\\u000a\"0.1 -12345.678 -9223372036854775808");
    bytes_close(&b);
    (void)setlocale(LC_ALL, "C");
}

static void an_error_is_completed_on_the_way_up(void **state)
{
    (void)state;
    struct fail fail;
    assert_int_equal(fail_set(&fail, RESULT_USAGE, "speed_mps = %d: at most %d", 900, 83),
                     RESULT_USAGE);
    assert_int_equal(fail_wrap(&fail, "city.yaml:%d:%d", 12, 7), RESULT_USAGE);
    assert_string_equal(fail.text, "city.yaml:12:7: speed_mps = 900: at most 83");
    assert_int_equal(result_exit_code(RESULT_USAGE), 2);
    assert_int_equal(result_exit_code(RESULT_WORLD), 1);
    assert_int_equal(result_exit_code(RESULT_GATE), 3);
    assert_int_equal(result_exit_code(0), 0);
}

static void an_arena_refuses_what_is_over_its_limit(void **state)
{
    (void)state;
    struct arena arena = {.limit = 1000};
    assert_non_null(arena_take(&arena, 600));
    assert_null(arena_take(&arena, 600));
    assert_null(arena_take(&arena, SIZE_MAX));
    assert_string_equal(arena_text(&arena, "id"), "id");
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_read_past_the_end_gives_zero_and_sticks_at_its_offset),
        cmocka_unit_test(both_byte_orders_are_read_and_written),
        cmocka_unit_test(json_text_survives_quotes_controls_and_locales),
        cmocka_unit_test(an_error_is_completed_on_the_way_up),
        cmocka_unit_test(an_arena_refuses_what_is_over_its_limit),
    };
    return cmocka_run_group_tests_name("octets", tests, NULL, NULL);
}
