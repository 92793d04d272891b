/* SPDX-License-Identifier: Apache-2.0 */
/* The command line as values: what is taken, and that what is refused names option, value
 * and what is allowed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "edge/options.h"

static struct options parsed;
static struct fail fail;

#define PARSE(...) parse((const char *[]){"v2xd", __VA_ARGS__, NULL})

static int parse(const char *const *words)
{
    int count = 0;
    while (words[count]) {
        count++;
    }
    fail = (struct fail){0};
    return options_parse(count, (char **)(uintptr_t)words, &parsed, &fail);
}

static void a_bare_run_has_the_defaults_of_the_contract(void **state)
{
    (void)state;
    assert_int_equal(PARSE("run", "world.yaml"), 0);
    assert_int_equal(parsed.command, OPTIONS_RUN);
    assert_string_equal(parsed.files[0], "world.yaml");
    assert_string_equal(parsed.outputs, "tables,mcap");
    assert_int_equal(parsed.threads, 1);
    assert_int_equal(parsed.loops, 1);
    assert_false(parsed.has_seed || parsed.has_speed || parsed.force || parsed.lossless);
}

static void values_come_after_a_space_or_an_equals_sign(void **state)
{
    (void)state;
    assert_int_equal(PARSE("run", "w", "--tier=d3", "--out", "x", "--seed=5"), 0);
    assert_string_equal(parsed.tier, "d3");
    assert_string_equal(parsed.out, "x");
    assert_int_equal(parsed.seed, 5);
}

static void latency_has_an_optional_jitter_in_both_spellings(void **state)
{
    (void)state;
    assert_int_equal(PARSE("run", "w", "--latency", "120"), 0);
    assert_true(parsed.latency_ms == 120 && parsed.latency_jitter_ms == 0);
    assert_int_equal(PARSE("run", "w", "--latency", "120+-15.5"), 0);
    assert_true(parsed.latency_ms == 120 && parsed.latency_jitter_ms == 15.5);
    assert_int_equal(PARSE("run", "w", "--latency",
                           "80\xC2\xB1"
                           "8"),
                     0);
    assert_true(parsed.latency_ms == 80 && parsed.latency_jitter_ms == 8);
}

static void the_whole_range_of_seeds_is_taken(void **state)
{
    (void)state;
    assert_int_equal(PARSE("run", "w", "--seed", "18446744073709551615"), 0);
    assert_true(parsed.seed == UINT64_MAX);
    assert_int_equal(PARSE("run", "w", "--seed", "18446744073709551616"), RESULT_USAGE);
    assert_int_equal(PARSE("run", "w", "--seed", "-1"), RESULT_USAGE);
}

static void max_and_a_factor_are_speeds(void **state)
{
    (void)state;
    assert_int_equal(PARSE("run", "w", "--speed", "max"), 0);
    assert_true(parsed.has_speed && parsed.speed == 0);
    assert_int_equal(PARSE("run", "w", "--speed", "2.5"), 0);
    assert_true(parsed.speed == 2.5);
    assert_int_equal(PARSE("run", "w", "--speed", "0"), RESULT_USAGE);
}

static void what_is_refused_names_option_value_and_limits(void **state)
{
    (void)state;
    assert_int_equal(PARSE("run", "w", "--loss", "1.5"), RESULT_USAGE);
    assert_non_null(strstr(fail.text, "--loss 1.5"));
    assert_non_null(strstr(fail.text, "0 to 1"));
    assert_int_equal(PARSE("run", "w", "--threads", "65"), RESULT_USAGE);
    assert_non_null(strstr(fail.text, "from 1 to 64"));
    assert_int_equal(PARSE("run", "w", "--loss", "nan"), RESULT_USAGE);
    assert_int_equal(PARSE("run", "w", "--latency", "1e99"), RESULT_USAGE);
    assert_int_equal(PARSE("run", "w", "--duration", "-1"), RESULT_USAGE);
}

static void an_option_belongs_to_its_command(void **state)
{
    (void)state;
    assert_int_equal(PARSE("replay", "a.pcap", "--loop", "3"), 0);
    assert_int_equal(parsed.loops, 3);
    assert_int_equal(PARSE("run", "w", "--loop", "3"), RESULT_USAGE);
    assert_int_equal(PARSE("replay", "a.pcap", "b.pcap"), 0);
    assert_int_equal(parsed.file_count, 2);
    assert_int_equal(PARSE("run", "a", "b"), RESULT_USAGE);
    assert_int_equal(PARSE("run"), RESULT_USAGE);
}

static void a_missing_value_and_a_value_too_many_are_refused(void **state)
{
    (void)state;
    assert_int_equal(PARSE("run", "w", "--out"), RESULT_USAGE);
    assert_non_null(strstr(fail.text, "--out needs DIR"));
    assert_int_equal(PARSE("run", "w", "--force=yes"), RESULT_USAGE);
    assert_int_equal(PARSE("run", "w", "--tie", "d1"), RESULT_USAGE);
    assert_int_equal(PARSE("run", "w", "--tier1", "d1"), RESULT_USAGE);
}

static void words_after_two_dashes_are_files(void **state)
{
    (void)state;
    assert_int_equal(PARSE("run", "--", "--strange-name"), 0);
    assert_string_equal(parsed.files[0], "--strange-name");
}

static void lists_are_bounded(void **state)
{
    (void)state;
    const char *words[3 + 2 * 9 + 1] = {"v2xd", "run", "w"};
    for (int i = 0; i < 9; i++) {
        words[3 + 2 * i] = "--publish";
        words[4 + 2 * i] = "tcp://127.0.0.1:1";
    }
    assert_int_equal(parse(words), RESULT_USAGE);
    words[3 + 2 * 8] = NULL;
    assert_int_equal(parse(words), 0);
    assert_int_equal(parsed.publish_count, 8);
}

static void help_lists_every_option_that_its_command_takes(void **state)
{
    (void)state;
    struct bytes text = {0};
    assert_int_equal(PARSE("replay", "--help"), 0);
    assert_int_equal(parsed.command, OPTIONS_HELP);
    options_help(&parsed, &text);
    bytes_u8(&text, 0);
    assert_non_null(strstr((const char *)text.data, "--restamp keep|now"));
    assert_null(strstr((const char *)text.data, "--set"));
    bytes_close(&text);
}

int main(void)
{
    const struct CMUnitTest options[] = {
        cmocka_unit_test(a_bare_run_has_the_defaults_of_the_contract),
        cmocka_unit_test(values_come_after_a_space_or_an_equals_sign),
        cmocka_unit_test(latency_has_an_optional_jitter_in_both_spellings),
        cmocka_unit_test(the_whole_range_of_seeds_is_taken),
        cmocka_unit_test(max_and_a_factor_are_speeds),
        cmocka_unit_test(what_is_refused_names_option_value_and_limits),
        cmocka_unit_test(an_option_belongs_to_its_command),
        cmocka_unit_test(a_missing_value_and_a_value_too_many_are_refused),
        cmocka_unit_test(words_after_two_dashes_are_files),
        cmocka_unit_test(lists_are_bounded),
        cmocka_unit_test(help_lists_every_option_that_its_command_takes),
    };
    return cmocka_run_group_tests_name("options", options, NULL, NULL);
}
