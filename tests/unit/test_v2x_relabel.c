/* SPDX-License-Identifier: Apache-2.0 */
/* A taxonomy file read beside the built-in one: its digests, what it changes, and what is
 * refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/kinds.h"
#include "tools/v2x/taxfile.h"

static json_t *shipped(void)
{
    json_t *root =
        json_load_file(SOURCE_DIR "/scenarios/taxonomy/v2xd-1.0.0.json", 0, NULL);
    assert_non_null(root);
    return root;
}

static json_t *axis_of(json_t *root, const char *code)
{
    size_t i;
    json_t *axis;
    json_array_foreach(json_object_get(root, "axes"), i, axis)
    {
        if (strcmp(json_string_value(json_object_get(axis, "code")), code) == 0) {
            return axis;
        }
    }
    fail_msg("no %s", code);
    return NULL;
}

static void set_param(json_t *root, const char *axis, const char *name, double value)
{
    size_t i;
    json_t *param;
    json_array_foreach(json_object_get(axis_of(root, axis), "params"), i, param)
    {
        if (strcmp(json_string_value(json_object_get(param, "name")), name) == 0) {
            json_object_set_new(param, "value", json_real(value));
            return;
        }
    }
    fail_msg("no %s", name);
}

static int read_root(json_t *root, struct taxfile *t, struct fail *fail)
{
    char *text = json_dumps(root, 0);
    int code = taxfile_read(t, text, strlen(text), fail);
    free(text);
    json_decref(root);
    return code;
}

/* The digests of parameters are those that tools/taxonomy.py put into the tables. */
static void the_shipped_file_changes_nothing_and_has_the_built_in_digests(void **state)
{
    (void)state;
    struct taxfile t;
    struct fail fail;
    assert_int_equal(read_root(shipped(), &t, &fail), 0);
    assert_false(t.any);
    assert_string_equal(t.version, leaf_taxonomy_version);
    for (int i = 0; i < AXIS_COUNT; i++) {
        assert_string_equal(t.axes[i].params_sha, leaf_axes[i].params_sha);
        assert_string_equal(t.axes[i].version, leaf_table[leaf_axes[i].first].version);
    }
}

static void a_changed_number_bumps_all_leaves_of_its_axis_and_no_other(void **state)
{
    (void)state;
    struct taxfile t;
    struct fail fail;
    json_t *root = shipped();
    set_param(root, "com.tim", "LATE_L1_S", 0.15);
    json_object_set_new(root, "version", json_string("1.1.0"));
    assert_int_equal(read_root(root, &t, &fail), 0);
    assert_true(t.axes[AXIS_COM_TIM].changed && t.axes[AXIS_COM_TIM].bumped);
    assert_string_equal(t.axes[AXIS_COM_TIM].version, "2.0");
    assert_string_equal(t.axes[AXIS_COM_TIM].why, "LATE_L1_S 0.1 -> 0.15");
    assert_true(t.rules.p[PARAM_COM_TIM_LATE_L1_S] == 0.15);
    assert_false(t.axes[AXIS_COM_ORD].changed);
    assert_string_equal(t.axes[AXIS_COM_ORD].version, "1.0");
}

static void a_bump_of_one_leaf_in_the_file_is_the_version_of_its_siblings(void **state)
{
    (void)state;
    struct taxfile t;
    struct fail fail;
    json_t *root = shipped();
    set_param(root, "com.tim", "STALE_S", 0.6);
    json_t *leaf = json_array_get(json_object_get(axis_of(root, "com.tim"), "leaves"), 3);
    json_object_set_new(leaf, "label_ver", json_string("3.0"));
    json_object_set_new(root, "version", json_string("2.0.0"));
    assert_int_equal(read_root(root, &t, &fail), 0);
    assert_false(t.axes[AXIS_COM_TIM].bumped);
    assert_string_equal(t.axes[AXIS_COM_TIM].version, "3.0");
}

static void a_cause_that_moves_to_another_leaf_is_a_change_of_com_fate(void **state)
{
    (void)state;
    struct taxfile t;
    struct fail fail;
    json_t *root = shipped();
    size_t i;
    json_t *leaf;
    json_array_foreach(json_object_get(axis_of(root, "com.fate"), "leaves"), i, leaf)
    {
        const char *name = json_string_value(json_object_get(leaf, "leaf"));
        if (strcmp(name, "lost_burst") == 0) {
            json_object_set_new(leaf, "causes", json_pack("[s]", "DROPOUT"));
        } else if (strcmp(name, "lost_random") == 0) {
            json_array_append_new(json_object_get(leaf, "causes"), json_string("BURST"));
        }
    }
    json_object_set_new(root, "version", json_string("1.1.0"));
    assert_int_equal(read_root(root, &t, &fail), 0);
    assert_true(t.axes[AXIS_COM_FATE].changed);
    assert_int_equal(t.cause_leaf[CAUSE_BURST], LEAF_COM_FATE_LOST_RANDOM);
    assert_int_equal(t.cause_leaf[CAUSE_DROPOUT], LEAF_COM_FATE_LOST_BURST);
}

static void refuse(json_t *root, const char *says)
{
    struct taxfile t;
    struct fail fail;
    assert_int_equal(read_root(root, &t, &fail), RESULT_USAGE);
    if (!strstr(fail.text, says)) {
        fail_msg("%s", fail.text);
    }
}

static void what_this_program_has_no_rule_for_is_refused(void **state)
{
    (void)state;
    struct taxfile t;
    struct fail fail;
    json_t *root = shipped();
    set_param(root, "com.tim", "LATE_L1_S", 0.15);
    refuse(root, "give the file a version of its own");
    root = shipped();
    json_object_set_new(axis_of(root, "com.tim"), "code", json_string("com.new"));
    refuse(root, "axis com.new: no rule of this program gives it");
    root = shipped();
    (void)json_array_remove(json_object_get(root, "axes"), 2);
    refuse(root, "axis com.fate is missing");
    root = shipped();
    (void)json_array_remove(json_object_get(axis_of(root, "com.tim"), "leaves"), 1);
    refuse(root, "com.tim: 7 leaves where this program has 8");
    root = shipped();
    (void)json_array_remove(json_object_get(axis_of(root, "com.tim"), "params"), 0);
    refuse(root, "com.tim: parameter L_MAX_S is missing");
    root = shipped();
    json_t *params = json_object_get(axis_of(root, "com.tim"), "params");
    json_object_set_new(json_array_get(params, 0), "value", json_string("1"));
    refuse(root, "com.tim: parameter L_MAX_S: its value is no number");
    assert_int_equal(taxfile_read(&t, "{\n  ]", 5, &fail), RESULT_USAGE);
    assert_non_null(strstr(fail.text, "2:"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_file_changes_nothing_and_has_the_built_in_digests),
        cmocka_unit_test(a_changed_number_bumps_all_leaves_of_its_axis_and_no_other),
        cmocka_unit_test(a_bump_of_one_leaf_in_the_file_is_the_version_of_its_siblings),
        cmocka_unit_test(a_cause_that_moves_to_another_leaf_is_a_change_of_com_fate),
        cmocka_unit_test(what_this_program_has_no_rule_for_is_refused),
    };
    return cmocka_run_group_tests_name("v2x_relabel", tests, NULL, NULL);
}
