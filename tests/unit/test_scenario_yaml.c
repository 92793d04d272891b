/* SPDX-License-Identifier: Apache-2.0 */
/* The bounded YAML tree: places, limits, hostile files, numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/yaml.h"

static int parse(const char *text, struct arena *arena, struct yaml_node **root,
                 struct fail *fail)
{
    return yaml_parse(arena, "t.yaml", text, strlen(text), root, fail);
}

static void refused(const char *text, const char *message)
{
    struct arena arena = {0};
    struct fail fail = {0};
    struct yaml_node *root = NULL;
    assert_int_equal(parse(text, &arena, &root, &fail), RESULT_USAGE);
    assert_null(root);
    if (!strstr(fail.text, message)) {
        print_error("%s: %s\n", text, fail.text);
    }
    assert_non_null(strstr(fail.text, message));
    arena_close(&arena);
}

static void every_node_knows_its_place(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct fail fail = {0};
    struct yaml_node *root = NULL;
    assert_int_equal(parse("a: 1\nbb:\n  - x\n  - {c: 'q'}\n", &arena, &root, &fail), 0);
    struct yaml_node *bb = yaml_get(root, "bb");
    assert_int_equal(yaml_get(root, "a")->line, 1);
    assert_int_equal(yaml_get(root, "a")->column, 4);
    assert_int_equal(bb->key_line, 2);
    assert_int_equal(bb->first->line, 3);
    assert_int_equal(bb->first->column, 5);
    struct yaml_node *c = yaml_get(bb->last, "c");
    assert_int_equal(c->line, 4);
    assert_int_equal(c->column, 9);
    assert_true(c->quoted);
    arena_close(&arena);
}

static void refuses_what_is_no_plain_tree(void **state)
{
    (void)state;
    refused("", "t.yaml:1:1: error: the file is empty");
    refused("a: 1\na: 2\n", "t.yaml:2:1: error: a: key given twice");
    refused("a: &x 1\nb: *x\n", "anchors and tags are not allowed");
    refused("a: *x\n", "t.yaml:1:4: error: aliases are not allowed");
    refused("a: !!int 1\n", "anchors and tags");
    refused("a: 1\n---\nb: 2\n", "more than one document");
    refused("a: [1, 2\n", "t.yaml:2:1");
    refused("? [a]\n: 1\n", "a key must be a plain word");
    refused("a: \"x\\0y\"\n", "NUL");
    refused("a:\t- b\n\t\tc\n", "t.yaml:");
    refused("\xff\xfe\xfd", "t.yaml:1:1");
}

static void refuses_deep_nesting_at_once(void **state)
{
    (void)state;
    static char bomb[200001];
    memset(bomb, '[', sizeof bomb - 1);
    refused(bomb, "t.yaml:1:33: error: nesting deeper than 32");
}

static void refuses_an_alias_bomb(void **state)
{
    (void)state;
    refused("a: [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "t.yaml:2:4: error: anchors");
}

static void refuses_too_many_keys_and_too_large_files(void **state)
{
    (void)state;
    struct bytes text = {0};
    struct arena arena = {0};
    struct fail fail = {0};
    struct yaml_node *root = NULL;
    for (int i = 0; i < 513; i++) {
        bytes_format(&text, "k%d: 1\n", i);
    }
    bytes_u8(&text, 0);
    refused((const char *)text.data, "t.yaml:513:1: error: more than 512 keys");
    assert_int_equal(yaml_parse(&arena, "t.yaml", (const char *)text.data,
                                YAML_SIZE_MOST + 1, &root, &fail),
                     RESULT_USAGE);
    assert_non_null(strstr(fail.text, "16 MiB"));
    bytes_close(&text);
    arena_close(&arena);
}

static void prints_a_tree_that_reads_back_the_same(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "a: 1\nb: [1, [2, x]]\nc: {d: 'a: b', e: []}\nf: {}\n",
        "l:\n  - {id: a, p: [[1, 2], [3, 4]]}\n  - id: b\n    q:\n    - {z: 1}\n    - []\n",
        "t: \"line\\nbreak \\\"q\\\" \\\\\"\nu: '#no comment'\nv: '-'\nw: ''\nx: '- a'\n",
        "[[{a: 1}], [], {b: [{}]}]\n",
        "plain\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena arena = {0};
        struct fail fail = {0};
        struct yaml_node *root = NULL;
        struct bytes once = {0};
        struct bytes twice = {0};
        assert_int_equal(parse(texts[i], &arena, &root, &fail), 0);
        yaml_print(root, &once);
        int result =
            yaml_parse(&arena, "t.yaml", (const char *)once.data, once.size, &root, &fail);
        if (result != 0) {
            print_error("%.*s\n%s\n", (int)once.size, (const char *)once.data, fail.text);
        }
        assert_int_equal(result, 0);
        yaml_print(root, &twice);
        assert_int_equal(once.size, twice.size);
        assert_memory_equal(once.data, twice.data, once.size);
        bytes_close(&once);
        bytes_close(&twice);
        arena_close(&arena);
    }
}

static void numbers_are_plain_decimals_only(void **state)
{
    (void)state;
    static const char *const bad[] = {"nan",   ".inf", "inf",   "0x10", "010",
                                      "1_000", "1.",   ".5",    "1e",   "",
                                      "-",     "1 2",  "1e999", "--1",  "1,5"};
    double v = 7;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(yaml_number(bad[i], &v));
    }
    assert_true(yaml_number("-12.5e-1", &v) && v == -1.25);
    assert_true(yaml_number("0.1", &v) && v == 0.1);
    uint64_t u = 0;
    assert_true(yaml_unsigned("18446744073709551615", &u) && u == UINT64_MAX);
    assert_false(yaml_unsigned("18446744073709551616", &u));
    assert_false(yaml_unsigned("-1", &u));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_node_knows_its_place),
        cmocka_unit_test(refuses_what_is_no_plain_tree),
        cmocka_unit_test(refuses_deep_nesting_at_once),
        cmocka_unit_test(refuses_an_alias_bomb),
        cmocka_unit_test(refuses_too_many_keys_and_too_large_files),
        cmocka_unit_test(prints_a_tree_that_reads_back_the_same),
        cmocka_unit_test(numbers_are_plain_decimals_only),
    };
    return cmocka_run_group_tests_name("scenario_yaml", tests, NULL, NULL);
}
