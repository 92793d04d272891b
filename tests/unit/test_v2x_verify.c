/* SPDX-License-Identifier: Apache-2.0 */
/* The gates of v2x verify, on a small dataset that the test writes itself: it passes as
 * written, and each damage fails the gate that is there for it. Then recovery: the dataset
 * without its manifest and tables comes back from its journal with the same hash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "label/leaf.h"
#include "model/records.h"
#include "publish/mcap.h"
#include "publish/parquet.h"
#include "publish/proto.h"
#include "tools/v2x/compare.h"
#include "tools/v2x/export_csv.h"
#include "tools/v2x/gates.h"
#include "tools/v2x/protorow.h"
#include "tools/v2x/rebuild.h"

#define FOLDER BUILD_DIR "/tests/v2x_verify"
#define MS     INT64_C(1000000)

enum { SENT = 4, RECEIVERS = 3 };

static const int64_t start_ns = INT64_C(1780315200000000000);

/* What a test may spoil before the dataset is written. */
struct spoil {
    bool twice, back, early, unknown_label, sync_fails;
    bool only_first;      /* receiver b loses everything, too */
    int ledger_delivered; /* added to the manifest's count */
};

struct kit {
    struct spoil spoil;
    struct parquet_part *parts[REBUILD_TABLES];
    uint64_t rows[REBUILD_TABLES];
    uint16_t channels[REBUILD_TABLES];
    struct digest digests[REBUILD_TABLES];
    struct mcap *mcap;
    struct bytes journal;
    json_t *tables, *files;
    char sha256[DIGEST_HEX_SIZE];
};

static void write_file(const char *name, const void *data, size_t size)
{
    char path[1000];
    (void)snprintf(path, sizeof path, "%s/%s", FOLDER, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

static int put_journal(void *context, const void *data, size_t n)
{
    bytes_put(context, data, n);
    return 0;
}

static void put_row(struct kit *kit, const struct table *table, const void *row)
{
    struct fail fail;
    struct bytes message = {0};
    int i = 0;
    while (records_tables[i] != table) {
        i++;
    }
    assert_int_equal(parquet_part_add(kit->parts[i], row, &fail), 0);
    assert_int_equal(proto_row(&message, table, row, PROTO_ALL, &fail), 0);
    struct mcap_message m = {.channel = kit->channels[i],
                             .sequence = (uint32_t)kit->rows[i]++,
                             .log_time_ns = (uint64_t)start_ns,
                             .publish_time_ns = (uint64_t)start_ns,
                             .data = message.data,
                             .size = message.size};
    assert_int_equal(mcap_message(kit->mcap, &m, &fail), 0);
    bytes_close(&message);
}

static void put_transmissions(struct kit *kit)
{
    for (uint32_t k = 0; k <= SENT; k++) {
        struct row_transmission row = {.scenario_id = "s",
                                       .world_id = "w",
                                       .msg_uid = 1000 + k,
                                       .sender_id = "car",
                                       .sender_kind = KIND_CAR,
                                       .msg_type = MSG_BSM,
                                       .k = k,
                                       .t_gen_ns = start_ns + k * 100 * MS};
        if (k == SENT) {
            ROW_SET(&row, transmission, suppressed_by, SUPPRESSED_INTERVAL);
        } else {
            ROW_SET(&row, transmission, t_tx_ns, row.t_gen_ns + MS);
            ROW_SET(&row, transmission, lat_deg, 42.5);
        }
        put_row(kit, &table_transmission, &row);
    }
}

/* The third receiver loses everything; one delivery is late. */
static void put_reception(struct kit *kit, uint32_t k, uint32_t r)
{
    static const char *const names[RECEIVERS] = {"a", "b", "c"};
    bool delivered = r < (kit->spoil.only_first ? 1 : 2);
    int64_t gen = start_ns + k * 100 * MS;
    int64_t rx = gen + (k == 1 && r == 0 ? 150 : 20) * MS;
    struct row_reception row = {.scenario_id = "s",
                                .world_id = "w",
                                .msg_uid = 1000 + k,
                                .sender = "car",
                                .receiver = names[r],
                                .msg_type = MSG_BSM,
                                .fate = delivered ? FATE_DELIVERED : FATE_LOST,
                                .cause = delivered ? CAUSE_NONE : CAUSE_RANDOM,
                                .late = k == 1 && r == 0,
                                .t_known_ns = rx + 2 * MS,
                                .com_tim = "com.tim.fresh",
                                .com_ord = "com.ord.in_order",
                                .com_fate = "com.fate.delivered"};
    ROW_SET(&row, reception, t_gen_ns, gen);
    ROW_SET(&row, reception, t_tx_ns, gen + MS);
    if (delivered) {
        ROW_SET(&row, reception, t_rx_ns, kit->spoil.back ? gen : rx);
        ROW_SET(&row, reception, t_avail_ns, rx + MS + (kit->spoil.early ? 2 * MS : 0));
        ROW_SET(&row, reception, latency_ms, (double)(rx - gen - MS) / 1e6);
    }
    put_row(kit, &table_reception, &row);
}

static void put_others(struct kit *kit)
{
    struct row_frame frame = {.scenario_id = "s",
                              .world_id = "w",
                              .ego = "a",
                              .stream = "front",
                              .t_mid_ns = start_ns,
                              .sync_quality = kit->spoil.sync_fails ? "fail" : "ok"};
    const struct leaf_info *leaf = &leaf_table[0];
    struct row_label label = {.scenario_id = "s",
                              .world_id = "w",
                              .label_id = leaf->id,
                              .code =
                                  kit->spoil.unknown_label ? "no.such.leaf" : leaf->code,
                              .label_ver = leaf->version,
                              .tax_ver = leaf_taxonomy_version,
                              .subject = "rx",
                              .t_start_ns = start_ns,
                              .t_end_ns = start_ns + MS,
                              .t_known_ns = start_ns,
                              .provenance = "rule_gt",
                              .rule_id = leaf->rule_id,
                              .params_sha = ""};
    put_row(kit, &table_frame, &frame);
    put_row(kit, &table_label, &label);
}

static void begin(struct kit *kit)
{
    struct fail fail;
    struct mcap_sink sink = {put_journal, &kit->journal};
    kit->tables = json_object();
    kit->files = json_object();
    assert_int_equal(mcap_new(&kit->mcap, sink, "v2xd", "test", &fail), 0);
    for (int i = 0; i < records_table_count; i++) {
        char topic[80];
        (void)snprintf(topic, sizeof topic, "/v2xd/%s", records_tables[i]->name);
        assert_int_equal(mcap_channel(kit->mcap, 0, topic, "protobuf", NULL, 0,
                                      &kit->channels[i], &fail),
                         0);
        digest_init(&kit->digests[i]);
        assert_int_equal(parquet_part_new(&kit->parts[i], records_tables[i], &fail), 0);
    }
}

static json_t *about_file(const void *data, size_t size)
{
    uint8_t sum[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    digest_block(data, size, sum);
    digest_hex(sum, hex);
    return json_pack("{s:I, s:s}", "bytes", (json_int_t)size, "sha256", hex);
}

static void end_tables(struct kit *kit, struct digest *all)
{
    struct fail fail;
    for (int i = 0; i < records_table_count; i++) {
        const char *table = records_tables[i]->name;
        struct bytes file = {0};
        uint8_t sum[DIGEST_SIZE];
        char hex[DIGEST_HEX_SIZE];
        char name[96];
        (void)snprintf(name, sizeof name, "tables/%s-00000.parquet", table);
        assert_int_equal(
            parquet_part_finish(kit->parts[i], NULL, 0, &file, &kit->digests[i], &fail), 0);
        write_file(name, file.data, file.size);
        json_t *about = about_file(file.data, file.size);
        json_object_set_new(about, "path", json_string(name));
        digest_finish(&kit->digests[i], sum);
        digest_hex(sum, hex);
        digest_text(all, table);
        digest_put(all, sum, sizeof sum);
        json_object_set_new(kit->tables, table,
                            json_pack("{s:I, s:s, s:[o]}", "rows", (json_int_t)kit->rows[i],
                                      "content_sha256", hex, "files", about));
        bytes_close(&file);
        parquet_part_free(kit->parts[i]);
    }
}

static void end(struct kit *kit)
{
    static const char config[] = "schema: 1\n";
    struct fail fail;
    struct digest all;
    struct digest extra;
    uint8_t sum[DIGEST_SIZE];
    digest_init(&all);
    digest_init(&extra);
    end_tables(kit, &all);
    assert_int_equal(mcap_finish(kit->mcap, &fail), 0);
    mcap_free(kit->mcap);
    write_file("scenario.mcap", kit->journal.data, kit->journal.size);
    write_file("config.yaml", config, sizeof config - 1);
    json_object_set_new(kit->files, "scenario.mcap",
                        about_file(kit->journal.data, kit->journal.size));
    json_object_set_new(kit->files, "config.yaml", about_file(config, sizeof config - 1));
    digest_text(&extra, "config.yaml");
    digest_le(&extra, sizeof config - 1, 8);
    digest_put(&extra, config, sizeof config - 1);
    digest_finish(&extra, sum);
    digest_put(&all, sum, sizeof sum);
    digest_finish(&all, sum);
    digest_hex(sum, kit->sha256);
    /* By hand: 4 sent to 3 receivers, the third hears nothing, one is late. */
    json_t *manifest = json_pack(
        "{s:o, s:o, s:s, s:{s:i, s:i, s:{s:i}, s:i, s:i, s:{s:i}, s:i}}", "tables",
        kit->tables, "files", kit->files, "dataset_sha256", kit->sha256, "ledger",
        "opportunities", 5, "transmitted", 4, "suppressed", "interval", 1, "intended", 12,
        "delivered", 8 + kit->spoil.ledger_delivered, "lost", "random", 4, "late", 1);
    char *text = json_dumps(manifest, 0);
    write_file("manifest.json", text, strlen(text));
    free(text);
    json_decref(manifest);
    bytes_close(&kit->journal);
}

static void write_dataset(struct spoil spoil, char sha256[DIGEST_HEX_SIZE])
{
    struct kit *kit = calloc(1, sizeof *kit);
    assert_non_null(kit);
    (void)mkdir(FOLDER, 0777);
    (void)mkdir(FOLDER "/tables", 0777);
    kit->spoil = spoil;
    begin(kit);
    put_transmissions(kit);
    for (uint32_t k = 0; k < SENT; k++) {
        for (uint32_t r = 0; r < RECEIVERS; r++) {
            put_reception(kit, k, r);
        }
    }
    if (spoil.twice) {
        put_reception(kit, 0, 0);
    }
    put_others(kit);
    end(kit);
    memcpy(sha256, kit->sha256, sizeof kit->sha256);
    free(kit);
}

static struct gates judge(void)
{
    static struct gates gates;
    struct folder folder;
    struct fail fail;
    memset(&gates, 0, sizeof gates);
    assert_int_equal(folder_open(&folder, FOLDER, &fail), 0);
    gates_files(&gates, &folder);
    gates_rows(&gates, &folder);
    folder_close(&folder);
    return gates;
}

static enum gate_status status_of(const struct gates *gates, const char *name)
{
    const struct gate *gate = gates_find(gates, name);
    assert_non_null(gate);
    return gate->status;
}

/* Exactly the named gates fail. */
static void expect_failing(const struct gates *gates, const char *const *names)
{
    for (size_t i = 0; i < gates->count; i++) {
        bool wanted = false;
        for (int k = 0; names[k]; k++) {
            wanted = wanted || strcmp(names[k], gates->list[i].name) == 0;
        }
        bool fails = gates->list[i].status == GATE_FAIL;
        if (fails != wanted) {
            fail_msg("%s: %s (%s)", gates->list[i].name,
                     gates_status_text(gates->list[i].status), gates->list[i].text);
        }
    }
}

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
        cmocka_unit_test(what_the_journal_has_comes_back_with_the_same_hash),
        cmocka_unit_test(a_torn_journal_gives_a_dataset_that_verifies),
        cmocka_unit_test(two_datasets_are_joined_pair_by_pair),
        cmocka_unit_test(csv_has_a_header_and_empty_nulls),
        cmocka_unit_test(a_message_cut_anywhere_is_refused_or_a_row),
    };
    return cmocka_run_group_tests_name("v2x_verify", tests, NULL, NULL);
}
