/* SPDX-License-Identifier: Apache-2.0 */
/* The gates of v2x verify, on a small dataset that the test writes itself: it passes as
 * written, and each damage fails the gate that is there for it. */
#define FOLDER BUILD_DIR "/tests/v2x_verify"
#include "test_v2x_rows.h"

static void flip_octet(const char *name, long from_end)
{
    char path[1000];
    (void)snprintf(path, sizeof path, "%s/%s", FOLDER, name);
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, -from_end, SEEK_END), 0);
    int c = getc(f);
    assert_int_equal(fseek(f, -from_end, SEEK_END), 0);
    assert_int_equal(putc(c ^ 0x40, f), c ^ 0x40);
    assert_int_equal(fclose(f), 0);
}

static void a_dataset_as_written_passes_every_gate(void **state)
{
    (void)state;
    char sha256[DIGEST_HEX_SIZE];
    write_dataset((struct spoil){0}, sha256);
    struct gates gates = judge();
    for (size_t i = 0; i < gates.count; i++) {
        if (gates.list[i].status != GATE_PASS) {
            fail_msg("%s: %s", gates.list[i].name, gates.list[i].text);
        }
    }
    assert_true(fabs(gates_find(&gates, "delivered_share")->value - 8.0 / 12) < 1e-12);
    assert_true(fabs(gates_find(&gates, "late_share")->value - 1.0 / 8) < 1e-12);
}

static void one_changed_octet_fails_the_files_gate(void **state)
{
    (void)state;
    char sha256[DIGEST_HEX_SIZE];
    for (long from_end = 1; from_end < 4000; from_end += 797) {
        write_dataset((struct spoil){0}, sha256);
        flip_octet("tables/receptions-00000.parquet", from_end);
        struct gates gates = judge();
        assert_int_equal(status_of(&gates, "files"), GATE_FAIL);
    }
    write_dataset((struct spoil){0}, sha256);
    flip_octet("config.yaml", 2);
    struct gates gates = judge();
    expect_failing(&gates, (const char *const[]){"files", "dataset_sha256", NULL});
}

static void a_journal_with_a_changed_octet_is_not_whole(void **state)
{
    (void)state;
    char sha256[DIGEST_HEX_SIZE];
    struct stat about;
    write_dataset((struct spoil){0}, sha256);
    assert_int_equal(stat(FOLDER "/scenario.mcap", &about), 0);
    flip_octet("scenario.mcap", about.st_size - 200); /* inside the chunk */
    struct gates gates = judge();
    assert_int_equal(status_of(&gates, "files"), GATE_FAIL);
    assert_int_equal(status_of(&gates, "mcap_whole"), GATE_FAIL);
    assert_int_equal(status_of(&gates, "content_sha256"), GATE_PASS);
}

static void a_pair_that_is_told_twice_fails(void **state)
{
    (void)state;
    char sha256[DIGEST_HEX_SIZE];
    write_dataset((struct spoil){.twice = true}, sha256);
    struct gates gates = judge();
    expect_failing(&gates, (const char *const[]){"ledger", "one_row_per_pair", NULL});
    assert_float_equal(gates_find(&gates, "one_row_per_pair")->value, 1, 0);
}

static void a_manifest_that_counts_otherwise_fails_the_ledger(void **state)
{
    (void)state;
    char sha256[DIGEST_HEX_SIZE];
    write_dataset((struct spoil){.ledger_delivered = 1}, sha256);
    struct gates gates = judge();
    expect_failing(&gates, (const char *const[]){"ledger", NULL});
}

static void stamps_that_run_back_fail_causality(void **state)
{
    (void)state;
    char sha256[DIGEST_HEX_SIZE];
    write_dataset((struct spoil){.back = true}, sha256);
    struct gates gates = judge();
    expect_failing(&gates, (const char *const[]){"causality", NULL});
    assert_float_equal(gates_find(&gates, "causality")->value, 8, 0);
}

static void a_row_known_before_it_was_available_fails(void **state)
{
    (void)state;
    char sha256[DIGEST_HEX_SIZE];
    write_dataset((struct spoil){.early = true}, sha256);
    struct gates gates = judge();
    expect_failing(&gates, (const char *const[]){"known_after_available", NULL});
}

static void a_label_outside_the_taxonomy_fails(void **state)
{
    (void)state;
    char sha256[DIGEST_HEX_SIZE];
    write_dataset((struct spoil){.unknown_label = true}, sha256);
    struct gates gates = judge();
    expect_failing(&gates, (const char *const[]){"labels", NULL});
}

static void a_frame_out_of_step_fails_the_sync_gate(void **state)
{
    (void)state;
    char sha256[DIGEST_HEX_SIZE];
    write_dataset((struct spoil){.sync_fails = true}, sha256);
    struct gates gates = judge();
    expect_failing(&gates, (const char *const[]){"sync", NULL});
}

static void limits_of_a_file_judge_the_figures(void **state)
{
    (void)state;
    char sha256[DIGEST_HEX_SIZE];
    struct fail fail;
    write_dataset((struct spoil){0}, sha256);
    struct gates gates = judge();
    json_t *limits =
        json_pack("{s:{s:f}, s:s}", "delivered_share", "min", 0.9, "late_share", "off");
    assert_int_equal(gates_limit(&gates, limits, &fail), 0);
    expect_failing(&gates, (const char *const[]){"delivered_share", NULL});
    assert_int_equal(status_of(&gates, "late_share"), GATE_NOT_APPLICABLE);
    json_decref(limits);
    limits = json_pack("{s:s}", "no_such_gate", "off");
    assert_int_equal(gates_limit(&gates, limits, &fail), RESULT_USAGE);
    json_decref(limits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dataset_as_written_passes_every_gate),
        cmocka_unit_test(one_changed_octet_fails_the_files_gate),
        cmocka_unit_test(a_journal_with_a_changed_octet_is_not_whole),
        cmocka_unit_test(a_pair_that_is_told_twice_fails),
        cmocka_unit_test(a_manifest_that_counts_otherwise_fails_the_ledger),
        cmocka_unit_test(stamps_that_run_back_fail_causality),
        cmocka_unit_test(a_row_known_before_it_was_available_fails),
        cmocka_unit_test(a_label_outside_the_taxonomy_fails),
        cmocka_unit_test(a_frame_out_of_step_fails_the_sync_gate),
        cmocka_unit_test(limits_of_a_file_judge_the_figures),
    };
    return cmocka_run_group_tests_name("v2x_verify", tests, NULL, NULL);
}
