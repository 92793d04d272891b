/* SPDX-License-Identifier: Apache-2.0 */
/* What else is done with a dataset: it comes back from its journal after a kill, two are
 * joined pair by pair, a table becomes CSV, and a row its message and back. */
#define FOLDER BUILD_DIR "/tests/v2x_dataset"
#include "test_v2x_rows.h"
#include "tools/v2x/compare.h"
#include "tools/v2x/export_csv.h"
#include "tools/v2x/protorow.h"

static void remove_file(const char *name)
{
    char path[1000];
    (void)snprintf(path, sizeof path, "%s/%s", FOLDER, name);
    assert_int_equal(unlink(path), 0);
}

static void recover_folder(void)
{
    struct rebuild *r = calloc(1, sizeof *r);
    struct fail fail = {0};
    assert_non_null(r);
    (void)snprintf(r->folder.path, sizeof r->folder.path, "%s", FOLDER);
    int code = rebuild_journal(r, &fail);
    code = code < 0 ? code : rebuild_tables(r, &fail);
    code = code < 0 ? code : rebuild_manifest(r, &fail);
    if (code < 0) {
        fail_msg("%s", fail.text);
    }
    rebuild_close(r);
    free(r);
}

static void what_the_journal_has_comes_back_with_the_same_hash(void **state)
{
    (void)state;
    char sha256[DIGEST_HEX_SIZE];
    struct folder folder;
    struct fail fail;
    write_dataset((struct spoil){0}, sha256);
    remove_file("manifest.json");
    for (int i = 0; i < records_table_count; i++) {
        char name[96];
        (void)snprintf(name, sizeof name, "tables/%s-00000.parquet",
                       records_tables[i]->name);
        if (i % 2) {
            remove_file(name); /* the others stand and are kept */
        }
    }
    recover_folder();
    assert_int_equal(folder_open(&folder, FOLDER, &fail), 0);
    assert_true(json_is_true(json_object_get(folder.manifest, "recovered")));
    assert_string_equal(
        json_string_value(json_object_get(folder.manifest, "dataset_sha256")), sha256);
    assert_string_equal(json_string_value(json_object_get(folder.manifest, "world_id")),
                        "w");
    folder_close(&folder);
    struct gates gates = judge();
    expect_failing(&gates, (const char *const[]){NULL});
    assert_int_equal(status_of(&gates, "ledger"), GATE_UNVERIFIED);
}

static void a_torn_journal_gives_a_dataset_that_verifies(void **state)
{
    (void)state;
    char sha256[DIGEST_HEX_SIZE];
    struct stat about;
    write_dataset((struct spoil){0}, sha256);
    remove_file("manifest.json");
    remove_file("tables/receptions-00000.parquet");
    assert_int_equal(stat(FOLDER "/scenario.mcap", &about), 0);
    assert_int_equal(truncate(FOLDER "/scenario.mcap", about.st_size - 100), 0);
    recover_folder();
    struct gates gates = judge();
    expect_failing(&gates, (const char *const[]){NULL});
    assert_int_equal(status_of(&gates, "mcap_whole"), GATE_PASS);
}

static void two_datasets_are_joined_pair_by_pair(void **state)
{
    (void)state;
    char sha256[DIGEST_HEX_SIZE];
    struct folder a;
    struct folder b;
    struct fail fail;
    struct compare c;
    char old[1000];
    (void)snprintf(old, sizeof old, "rm -rf '%s_a'", FOLDER);
    assert_int_equal(system(old), 0);
    write_dataset((struct spoil){0}, sha256);
    assert_int_equal(rename(FOLDER, FOLDER "_a"), 0);
    write_dataset((struct spoil){.only_first = true}, sha256);
    assert_int_equal(folder_open(&a, FOLDER "_a", &fail), 0);
    assert_int_equal(folder_open(&b, FOLDER, &fail), 0);
    assert_int_equal(compare_datasets(&a, &b, &c, &fail), 0);
    /* By hand: 4 of 5 opportunities sent; receiver a hears all in both, b in A alone, c
     * nothing, by the same cause. */
    assert_int_equal(c.sent_both, 4);
    assert_int_equal(c.sent_none, 1);
    assert_int_equal(c.only_a + c.only_b + c.pairs_only_a + c.pairs_only_b, 0);
    assert_int_equal(c.both, 4);
    assert_int_equal(c.delivered_a, 4);
    assert_int_equal(c.delivered_b, 0);
    assert_int_equal(c.lost_same, 4);
    assert_int_equal(c.lost_other, 0);
    assert_true(c.has_latency && c.latency_mean_ms == 0 && !c.diverged);
    folder_close(&a);
    folder_close(&b);
}

static void csv_has_a_header_and_empty_nulls(void **state)
{
    (void)state;
    char sha256[DIGEST_HEX_SIZE];
    struct folder folder;
    struct fail fail;
    uint64_t rows = 0;
    char text[4000] = "";
    FILE *stream = tmpfile();
    assert_non_null(stream);
    write_dataset((struct spoil){0}, sha256);
    assert_int_equal(folder_open(&folder, FOLDER, &fail), 0);
    assert_int_equal(export_csv(&folder, &table_sync, stream, &rows, &fail), 0);
    assert_int_equal(export_csv(&folder, &table_label, stream, &rows, &fail), 0);
    assert_int_equal(rows, 1);
    rewind(stream);
    size_t n = fread(text, 1, sizeof text - 1, stream);
    text[n] = 0;
    assert_non_null(strstr(text,
                           "scenario_id,world_id,frame_uid,ego,stream,member_uid,"
                           "delta_ns,sigma_ms,bound_ms,status,quality\nscenario_id,"));
    assert_non_null(strstr(text, "\ns,w,0,"));
    assert_non_null(strstr(
        text, ",rx,,,,,,,1780315200000000000,1780315200001000000,1780315200000000000,"));
    (void)fclose(stream);
    folder_close(&folder);
}

static void a_message_cut_anywhere_is_refused_or_a_row(void **state)
{
    (void)state;
    struct fail fail;
    struct bytes message = {0};
    struct protorow *reader = calloc(1, sizeof *reader);
    struct row_reception row = {.scenario_id = "s",
                                .world_id = "w",
                                .msg_uid = UINT64_MAX,
                                .sender = "\xc3\xa9",
                                .receiver = "a",
                                .cause = CAUSE_SECURITY,
                                .com_tim = "",
                                .com_ord = "x",
                                .com_fate = "y"};
    ROW_SET(&row, reception, t_rx_ns, -5);
    ROW_SET(&row, reception, distance_m, 12.5f);
    assert_non_null(reader);
    assert_int_equal(proto_row(&message, &table_reception, &row, PROTO_ALL, &fail), 0);
    for (size_t n = 0; n < message.size; n++) {
        uint8_t *copy = malloc(n + 1);
        memcpy(copy, message.data, n);
        (void)!protorow_read(reader, &table_reception, copy, n, &fail);
        free(copy);
    }
    assert_int_equal(
        protorow_read(reader, &table_reception, message.data, message.size, &fail), 0);
    const struct row_reception *got = (const void *)reader->row;
    assert_true(got->msg_uid == UINT64_MAX && got->t_rx_ns == -5 &&
                got->distance_m == 12.5f);
    assert_true(ROW_HAS(got, reception, t_rx_ns) && !ROW_HAS(got, reception, t_avail_ns));
    assert_int_equal(got->cause, CAUSE_SECURITY);
    assert_string_equal(got->sender, "\xc3\xa9");
    assert_null(got->blocker);
    protorow_close(reader);
    free(reader);
    bytes_close(&message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_journal_has_comes_back_with_the_same_hash),
        cmocka_unit_test(a_torn_journal_gives_a_dataset_that_verifies),
        cmocka_unit_test(two_datasets_are_joined_pair_by_pair),
        cmocka_unit_test(csv_has_a_header_and_empty_nulls),
        cmocka_unit_test(a_message_cut_anywhere_is_refused_or_a_row),
    };
    return cmocka_run_group_tests_name("v2x_dataset", tests, NULL, NULL);
}
