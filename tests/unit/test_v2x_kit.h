/* SPDX-License-Identifier: Apache-2.0 */
/* A small dataset, whole in every way, whose rows the test puts itself. The includer says
 * where it goes: #define FOLDER. */
#pragma once

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
#include "tools/v2x/gates.h"
#include "tools/v2x/rebuild.h"

#define MS INT64_C(1000000)

static const int64_t start_ns = INT64_C(1780315200000000000);

struct kit {
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

static void end(struct kit *kit, json_t *ledger)
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
    json_t *manifest = json_pack(
        "{s:s, s:o, s:o, s:s, s:o*, s:{s:s, s:s}}", "kind", "synthetic", "tables",
        kit->tables, "files", kit->files, "dataset_sha256", kit->sha256, "ledger", ledger,
        "taxonomy", "version", leaf_taxonomy_version, "sha256", leaf_taxonomy_sha256);
    char *text = json_dumps(manifest, 0);
    write_file("manifest.json", text, strlen(text));
    free(text);
    json_decref(manifest);
    bytes_close(&kit->journal);
}

/* Writes the dataset; ledger (given away) may be NULL. */
static inline void kit_write(void (*fill)(struct kit *kit, const void *context),
                             const void *context, json_t *ledger,
                             char sha256[DIGEST_HEX_SIZE])
{
    struct kit *kit = calloc(1, sizeof *kit);
    assert_non_null(kit);
    (void)mkdir(FOLDER, 0777);
    (void)mkdir(FOLDER "/tables", 0777);
    begin(kit);
    fill(kit, context);
    end(kit, ledger);
    memcpy(sha256, kit->sha256, sizeof kit->sha256);
    free(kit);
}

static inline enum gate_status status_of(const struct gates *gates, const char *name)
{
    const struct gate *gate = gates_find(gates, name);
    assert_non_null(gate);
    return gate->status;
}
