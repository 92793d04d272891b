/* SPDX-License-Identifier: Apache-2.0 */
/* The tables that were made against the file they were made from, read here by another JSON
 * library; and what the tool does with changed and broken copies of it. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "label/leaf.h"
#include "tests/unit/test_label_help.h"

#define FILE_NAME SOURCE_DIR "/scenarios/taxonomy/v2xd-1.0.0.json"
#define TOOL      "python3 " SOURCE_DIR "/tools/taxonomy.py "
#define COPY      BUILD_DIR "/tests/taxonomy-copy"

static json_t *taxonomy(void)
{
    json_error_t error;
    json_t *root = json_load_file(FILE_NAME, 0, &error);
    assert_non_null(root);
    return root;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    assert_non_null(text);
    return text;
}

static char *file_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    assert_true(size > 0);
    rewind(file);
    char *text = calloc(1, (size_t)size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)size, file), size);
    fclose(file);
    return text;
}

/* COM_TIM_LATE_L2 of com.tim.late.l2. */
static void upper(char *out, const char *code)
{
    for (; *code != 0; code++, out++) {
        bool letter = *code >= 'a' && *code <= 'z';
        bool digit = *code >= '0' && *code <= '9';
        *out = letter ? (char)(*code - 'a' + 'A') : digit ? *code : '_';
    }
    *out = 0;
}

static void every_leaf_of_the_file_stands_in_the_table_in_its_order(void **state)
{
    (void)state;
    json_t *root = taxonomy(), *axis, *leaf;
    char *header = file_text(BUILD_DIR "/taxonomy/label/taxonomy_table.h");
    size_t a, i, total = 0, place = 0;
    json_array_foreach(json_object_get(root, "axes"), a, axis)
    {
        const struct axis_info *info = &leaf_axes[a];
        bool active = strcmp(text_of(axis, "status"), "active") == 0;
        assert_string_equal(info->code, text_of(axis, "code"));
        assert_string_equal(info->subject, text_of(axis, "subject"));
        assert_int_equal(info->first, place);
        assert_int_equal(info->count, json_array_size(json_object_get(axis, "leaves")));
        json_array_foreach(json_object_get(axis, "leaves"), i, leaf)
        {
            const struct leaf_info *l = &leaf_table[place++];
            char code[128], name[128], line[200];
            snprintf(code, sizeof code, "%s.%s", info->code, text_of(leaf, "leaf"));
            assert_int_equal(l->id, json_integer_value(json_object_get(leaf, "id")));
            assert_string_equal(l->code, code);
            assert_string_equal(l->name, text_of(leaf, "leaf"));
            assert_string_equal(l->version, text_of(leaf, "label_ver"));
            assert_int_equal(l->axis, a);
            assert_int_equal(l->rule, i + 1);
            assert_int_equal(l->implemented, active);
            upper(name, code);
            snprintf(line, sizeof line, "    LEAF_%s = %d,\n", name, l->id);
            assert_non_null(strstr(header, line));
            total++;
        }
    }
    assert_int_equal(a, AXIS_COUNT);
    assert_int_equal(total, LEAF_COUNT);
    assert_string_equal(leaf_taxonomy_version, text_of(root, "version"));
    free(header);
    json_decref(root);
}

static void ids_and_codes_are_unique_and_found_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEAF_COUNT; i++) {
        const struct leaf_info *l = &leaf_table[i];
        assert_ptr_equal(leaf_find(l->id), l);
        assert_int_equal(leaf_by_code(l->code), l->id);
        assert_int_equal(leaf_axis(l->id), l->axis);
        for (size_t k = 0; k < i; k++) {
            assert_int_not_equal(leaf_table[k].id, l->id);
            assert_string_not_equal(leaf_table[k].code, l->code);
        }
    }
}

/* A table by id stays small only if they are dense: each axis counts on from its hundred.
 */
static void ids_are_dense_within_each_axis(void **state)
{
    (void)state;
    for (size_t a = 0; a < AXIS_COUNT; a++) {
        const struct leaf_info *first = &leaf_table[leaf_axes[a].first];
        assert_int_equal(first->id % 100, 1);
        for (uint16_t i = 0; i < leaf_axes[a].count; i++) {
            assert_int_equal(first[i].id, first->id + i);
        }
    }
    assert_true(LEAF_ID_MOST < 20 * LEAF_COUNT);
}

static void what_is_no_leaf_is_not_found(void **state)
{
    (void)state;
    assert_null(leaf_find(LEAF_NONE));
    assert_null(leaf_find(100));
    assert_null(leaf_find(UINT16_MAX));
    assert_null(leaf_code(LEAF_NONE));
    assert_null(leaf_version(99));
    assert_int_equal(leaf_axis(LEAF_NONE), -1);
    assert_int_equal(leaf_by_code("com.tim"), LEAF_NONE);
    assert_int_equal(leaf_by_code(""), LEAF_NONE);
}

/* Ids are never reused: these stand in published datasets. */
static void published_ids_stay(void **state)
{
    (void)state;
    static const struct {
        uint16_t id;
        const char *code;
    } rows[] = {{101, "com.tim.lost"},
                {108, "com.tim.ontime"},
                {204, "com.ord.gap_before"},
                {303, "com.fate.delivered"},
                {405, "com.link.dropout"},
                {605, "int.src.sensor_only_dropout"},
                {804, "int.mode.sensor_only"},
                {1510, "rel.pos.ahead"},
                {2002, "dec.basis.misled_by_v2x"},
                {2801, "enc.out.collision"},
                {3204, "seq.out.censored"},
                {5103, "app.glosa.inactive"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(leaf_code(rows[i].id), rows[i].code);
    }
}

static void every_parameter_of_the_file_has_its_value(void **state)
{
    (void)state;
    json_t *root = taxonomy(), *axis, *param;
    size_t a, i, n = 0;
    json_array_foreach(json_object_get(root, "axes"), a, axis)
    {
        json_array_foreach(json_object_get(axis, "params"), i, param)
        {
            assert_int_equal(leaf_params[n].axis, a);
            assert_string_equal(leaf_params[n].name, text_of(param, "name"));
            assert_string_equal(leaf_params[n].unit, text_of(param, "unit"));
            assert_true(leaf_rules.p[n] ==
                        json_number_value(json_object_get(param, "value")));
            n++;
        }
    }
    assert_int_equal(n, PARAM_COUNT);
    json_decref(root);
}

/* Replaces the first `old` after `after`; the copy's tables go to COPY.h and COPY.c. */
static int make_copy(const char *after, const char *old, const char *new)
{
    char *text = file_text(FILE_NAME);
    char *place = strstr(text, after);
    assert_non_null(place);
    place = strstr(place, old);
    assert_non_null(place);
    FILE *out = fopen(COPY ".json", "wb");
    assert_non_null(out);
    fprintf(out, "%.*s%s%s", (int)(place - text), text, new, place + strlen(old));
    fclose(out);
    free(text);
    return system(TOOL COPY ".json --header " COPY ".h --source " COPY ".c 2> " COPY
                            ".err");
}

static void a_changed_parameter_changes_the_sha_of_its_axis_alone(void **state)
{
    (void)state;
    assert_int_equal(make_copy("\"LATE_L1_S\"", "0.1", "0.12"), 0);
    char *source = file_text(COPY ".c");
    for (size_t a = 0; a < AXIS_COUNT; a++) {
        char row[200];
        snprintf(row, sizeof row, "{\"%s\", \"%s\", \"%s\", \"%s\"", leaf_axes[a].code,
                 leaf_axes[a].subject, leaf_axes[a].unit, leaf_axes[a].params_sha);
        assert_int_equal(strstr(source, row) != NULL, a != AXIS_COM_TIM);
    }
    assert_null(strstr(source, leaf_taxonomy_sha256));
    assert_non_null(strstr(source, "    0.12,\n"));
    free(source);
}

static void a_broken_file_is_refused_with_one_line(void **state)
{
    (void)state;
    static const struct {
        const char *after, *old, *new, *says;
    } rows[] = {{"\"id\": 102", "102", "101", "id 101 twice"},
                {"\"leaf\": \"late.l2\"", "late.l2", "late.l3", "com.tim.late.l3: twice"},
                {"\"leaf\": \"ontime\"", "otherwise", "D is small", "catch-all"},
                {"\"id\": 102", "\"id\"", "\"idd\"", "unknown key"},
                {"\"code\": \"com.tim\"", "\"rx\"", "\"radio\"", "subject radio"},
                {"\"id\": 102", "102", "70000", "out of u16"},
                {"{", "{", "{{", "taxonomy-copy.json"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int status = make_copy(rows[i].after, rows[i].old, rows[i].new);
        char *said = file_text(COPY ".err");
        assert_int_equal(status, 2 << 8); /* exit code 2 */
        assert_non_null(strstr(said, rows[i].says));
        assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
        free(said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_leaf_of_the_file_stands_in_the_table_in_its_order),
        cmocka_unit_test(ids_and_codes_are_unique_and_found_again),
        cmocka_unit_test(ids_are_dense_within_each_axis),
        cmocka_unit_test(what_is_no_leaf_is_not_found),
        cmocka_unit_test(published_ids_stay),
        cmocka_unit_test(every_parameter_of_the_file_has_its_value),
        cmocka_unit_test(a_changed_parameter_changes_the_sha_of_its_axis_alone),
        cmocka_unit_test(a_broken_file_is_refused_with_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
