/* SPDX-License-Identifier: Apache-2.0 */
/* Shipped scenarios, spoiled in one place at a time: every key misspelled, every value made
 * a list of lists. Each is refused at its line, and no word about it is empty. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/scenario.h"
#include "scenarios/yaml.h"

#define LIBRARY SOURCE_DIR "/scenarios/library/"
#define SPOILED LIBRARY "spoiled.yaml" /* never on disk; its maps are */

static int from_memory(void *self, const char *path, struct bytes *text, struct fail *fail)
{
    if (strcmp(path, SPOILED) != 0) {
        return scenario_read_file(NULL, path, text, fail);
    }
    bytes_text(text, self);
    return 0;
}

/* Octet of a line and column, both from 1. */
static size_t place_of(const char *text, int line, int column)
{
    const char *at = text;
    for (int i = 1; i < line; i++) {
        at = strchr(at, '\n') + 1;
    }
    return (size_t)(at - text) + (size_t)column - 1;
}

struct counts {
    int tried, wrong;
};

/* `cut` octets at a place give way to other text; a problem is due there. */
static void try(const char *text, int line, int column, size_t cut, const char *other,
                struct counts *counts)
{
    struct bytes spoiled = {0};
    struct scenario *s = NULL;
    struct scenario_problems problems = {0};
    struct fail fail = {0};
    size_t at = place_of(text, line, column);
    bytes_put(&spoiled, text, at);
    bytes_text(&spoiled, other);
    bytes_text(&spoiled, text + at + cut);
    bytes_u8(&spoiled, 0);
    /* a value that is drawn does not matter as it stands: nothing is drawn here */
    static const char *const overrides[] = {"sample={}"};
    struct scenario_options options = {.overrides = overrides, .override_count = 1};
    struct scenario_reader reader = {spoiled.data, from_memory};
    int result = scenario_load_from(&reader, SPOILED, &options, &s, &problems, &fail);
    bool told = false;
    for (uint32_t i = 0; i < problems.count; i++) {
        told = told || (problems.all[i].line == line && problems.all[i].column == column &&
                        strstr(problems.all[i].text, ": error: "));
    }
    counts->tried++;
    if (result != RESULT_USAGE || s || !told) {
        counts->wrong++;
        print_error("%d:%d with %s: %s\n", line, column, other,
                    result == 0 ? "accepted" : fail.text);
    }
    scenario_free(s);
    scenario_problems_close(&problems);
    bytes_close(&spoiled);
}

/* What is judged elsewhere than by the table has tests of its own. */
static bool is_free(const char *key)
{
    return strcmp(key, "sample") == 0 || strcmp(key, "traffic") == 0;
}

static void spoil(const char *text, const struct yaml_node *node, bool names_are_free,
                  struct counts *counts)
{
    for (const struct yaml_node *n = node->first; n; n = n->next) {
        if (n->key && is_free(n->key)) {
            continue;
        }
        if (n->key && !names_are_free) {
            try(text, n->key_line, n->key_column, 0, "zz_", counts);
        }
        if (n->key && n->kind == YAML_SCALAR && !n->quoted) {
            try(text, n->line, n->column, strlen(n->text), "[[]]", counts);
        }
        if (n->kind != YAML_SCALAR) {
            spoil(text, n, n->key && strcmp(n->key, "sensors") == 0, counts);
        }
    }
}

static void every_key_and_value_is_refused_where_it_is_spoiled(void **state)
{
    (void)state;
    static const char *const files[] = {"blind-crossing.yaml", "rlvw.yaml", "cpnco.yaml",
                                        "glosa-corridor.yaml", "dooring.yaml"};
    struct counts counts = {0, 0};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct arena arena = {0};
        struct bytes text = {0};
        struct fail fail = {0};
        struct yaml_node *root = NULL;
        char path[500];
        snprintf(path, sizeof path, LIBRARY "%s", files[i]);
        assert_int_equal(scenario_read_file(NULL, path, &text, &fail), 0);
        assert_int_equal(
            yaml_parse(&arena, path, (const char *)text.data, text.size, &root, &fail), 0);
        bytes_u8(&text, 0);
        spoil((const char *)text.data, root, false, &counts);
        bytes_close(&text);
        arena_close(&arena);
    }
    print_message("%d mutated files\n", counts.tried);
    assert_int_equal(counts.wrong, 0);
    assert_true(counts.tried >= 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_and_value_is_refused_where_it_is_spoiled),
    };
    return cmocka_run_group_tests_name("scenario_mutated", tests, NULL, NULL);
}
