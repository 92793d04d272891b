/* SPDX-License-Identifier: Apache-2.0 */
/* Rows to files. Each table has an open part in memory; a full part is written whole. Each
 * row goes to the journal too, as Protobuf, so that a killed run loses at most its last
 * second. */
#include "edge/sink_dataset.h"

#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmath.h"
#include "edge/files.h"
#include "edge/sink_frame.h"
#include "edge/sink_viewer.h"
#include "model/records.h"
#include "publish/canonical.h"
#include "publish/croissant.h"
#include "publish/mcap.h"
#include "publish/parquet.h"
#include "publish/proto.h"
#include "publish/schema.h"
#include "replay/pcapng.h"
#include "replay/wrap.h"

#define TABLES_MOST 32
#define PATH_MOST   1100
#define TIMES_MOST  4
#define HASHED_MOST 4

struct part {
    const struct table *table;
    struct parquet_part *part;
    struct digest digest;
    uint64_t rows;
    uint32_t files;
    uint16_t channel;
    const struct column *times[TIMES_MOST]; /* where the row says when it is of */
    json_t *file_list;
};

struct dataset {
    struct dataset_options options;
    char folder[900];
    struct part parts[TABLES_MOST];
    int part_count;
    struct files_log journal;
    struct mcap *mcap;
    struct viewer *viewer;
    struct files_log capture;
    struct bytes scratch;
    int64_t log_ns; /* newest time given to the journal */
    int64_t flushed_ns;
    json_t *files;
    struct hashed {
        char name[32];
        struct bytes data;
    } hashed[HASHED_MOST]; /* in order of their first coming, with their last content */
    int hashed_count;
    struct digest trajectory; /* where everybody truly was: diverging worlds show here */
    bool has_trajectory;
};

int dataset_outputs(const char *list, unsigned *outputs, struct fail *fail)
{
    static const struct {
        const char *word;
        unsigned bits;
    } words[] = {
        {"tables", DATASET_TABLES},
        {"mcap", DATASET_MCAP},
        {"pcapng", DATASET_PCAPNG},
        {"croissant", DATASET_CROISSANT},
        {"all", DATASET_TABLES | DATASET_MCAP | DATASET_PCAPNG | DATASET_CROISSANT}};
    *outputs = 0;
    for (const char *at = list; *at;) {
        size_t length = strcspn(at, ",");
        unsigned bits = 0;
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            if (strlen(words[i].word) == length &&
                strncmp(at, words[i].word, length) == 0) {
                bits = words[i].bits;
            }
        }
        if (bits == 0) {
            return fail_set(
                fail, RESULT_USAGE,
                "--outputs %s: '%.*s' is not one of tables, mcap, pcapng, croissant, "
                "all",
                list, (int)length, at);
        }
        *outputs |= bits;
        at += length + (at[length] == ',');
    }
    return *outputs ? 0 : fail_set(fail, RESULT_USAGE, "--outputs names nothing");
}

static const struct column *find_column(const struct table *table, const char *name)
{
    for (int i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, name) == 0) {
            return &table->columns[i];
        }
    }
    return NULL;
}

/* The journal's clock: the first of these that a row has. */
static void find_times(struct part *part)
{
    static const char *const names[] = {"t_avail_ns", "t_decide_ns", "t_ns",
                                        "t_tx_ns",    "t_mid_ns",    "t_to_ns",
                                        "t_obj_ns",   "t_start_ns",  "t_gen_ns"};
    int count = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && count < TIMES_MOST; i++) {
        const struct column *column = find_column(part->table, names[i]);
        if (column) {
            part->times[count++] = column;
        }
    }
}

static int64_t row_time(const struct part *part, const void *row, int64_t otherwise)
{
    uint64_t valid;
    memcpy(&valid, row, sizeof valid);
    for (int i = 0; i < TIMES_MOST && part->times[i]; i++) {
        const struct column *c = part->times[i];
        if (c->null_bit < 0 || (valid >> c->null_bit & 1)) {
            int64_t ns;
            memcpy(&ns, (const char *)row + c->offset, sizeof ns);
            return ns;
        }
    }
    return otherwise;
}

/* Removes what an earlier run of ours left, and nothing else. */
static int clear_folder(const char *folder, struct fail *fail)
{
    static const char *const names[] = {"manifest.json", "run.json",    "config.yaml",
                                        "scenario.mcap", "map.geojson", "capture.pcapng",
                                        "croissant.json"};
    char path[PATH_MOST];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof path, "%s/tables", folder);
    DIR *dir = opendir(path);
    struct dirent *entry;
    while (dir && (entry = readdir(dir)) != NULL) {
        if (strstr(entry->d_name, ".parquet")) {
            (void)snprintf(path, sizeof path, "%s/tables/%.255s", folder, entry->d_name);
            (void)unlink(path);
        }
    }
    if (dir) {
        (void)closedir(dir);
    }
    (void)fail;
    return 0;
}

static int open_journal(struct dataset *ds, struct fail *fail)
{
    char path[PATH_MOST];
    (void)snprintf(path, sizeof path, "%s/scenario.mcap", ds->folder);
    int code = files_log_open(&ds->journal, path, fail);
    if (code < 0) {
        return code;
    }
    struct mcap_sink sink = {.write = files_log_put, .context = &ds->journal};
    code = mcap_new(&ds->mcap, sink, "v2xd", ds->options.version, fail);
    struct bytes schema = {0};
    schema_descriptor_set(&schema, NULL, 0);
    for (int i = 0; i < ds->part_count && code == 0; i++) {
        char text[128];
        uint16_t id;
        (void)snprintf(text, sizeof text, "v2xd.%s", ds->parts[i].table->record);
        code = mcap_schema(ds->mcap, text, "protobuf", schema.data, schema.size, &id, fail);
        (void)snprintf(text, sizeof text, "/v2xd/%s", ds->parts[i].table->name);
        code = code < 0 ? code
                        : mcap_channel(ds->mcap, id, text, "protobuf", NULL, 0,
                                       &ds->parts[i].channel, fail);
    }
    bytes_close(&schema);
    return code < 0 ? code : viewer_new(&ds->viewer, ds->mcap, fail);
}

static int open_capture(struct dataset *ds, struct fail *fail)
{
    char path[PATH_MOST];
    (void)snprintf(path, sizeof path, "%s/capture.pcapng", ds->folder);
    int code = files_log_open(&ds->capture, path, fail);
    bytes_clear(&ds->scratch);
    pcapng_begin(&ds->scratch);
    pcapng_interface(&ds->scratch, LINK_ETHERNET, "v2xd");
    if (code == 0 && files_log_put(&ds->capture, ds->scratch.data, ds->scratch.size) < 0) {
        *fail = ds->capture.fail;
        code = fail->code;
    }
    return code;
}

int dataset_open(struct dataset **out, const struct dataset_options *options,
                 struct fail *fail)
{
    int occupied = files_occupied(options->folder, fail);
    if (occupied < 0) {
        return occupied;
    }
    if (occupied && !options->force) {
        return fail_set(fail, RESULT_USAGE,
                        "%s is not empty: name another folder, or --force to replace the "
                        "dataset in it",
                        options->folder);
    }
    struct dataset *ds = calloc(1, sizeof *ds);
    if (!ds) {
        return fail_set(fail, RESULT_MEMORY, "no memory for a dataset");
    }
    ds->options = *options;
    ds->journal.fd = ds->capture.fd = -1;
    (void)snprintf(ds->folder, sizeof ds->folder, "%s", options->folder);
    ds->files = json_object();
    digest_init(&ds->trajectory);
    char tables[PATH_MOST];
    (void)snprintf(tables, sizeof tables, "%s/tables", ds->folder);
    int code = files_folder(tables, fail);
    code = code < 0 || !occupied ? code : clear_folder(ds->folder, fail);
    for (int i = 0; i < records_table_count && code == 0; i++) {
        struct part *part = &ds->parts[ds->part_count++];
        part->table = records_tables[i];
        part->file_list = json_array();
        digest_init(&part->digest);
        find_times(part);
        code = parquet_part_new(&part->part, part->table, fail);
    }
    if (code == 0 && (options->outputs & DATASET_MCAP)) {
        code = open_journal(ds, fail);
    }
    if (code == 0 && (options->outputs & DATASET_PCAPNG)) {
        code = open_capture(ds, fail);
    }
    if (code < 0) {
        dataset_free(ds);
        return code;
    }
    *out = ds;
    return 0;
}

/* Writes the open part as a file; the digest sees its rows either way. */
static int write_part(struct dataset *ds, struct part *part, struct fail *fail)
{
    char name[96];
    char path[PATH_MOST];
    (void)snprintf(name, sizeof name, "tables/%s-%05u.parquet", part->table->name,
                   part->files);
    (void)snprintf(path, sizeof path, "%s/%s", ds->folder, name);
    struct parquet_note notes[] = {{"v2xd.version", ds->options.version}};
    uint32_t rows = parquet_part_rows(part->part);
    bytes_clear(&ds->scratch);
    int code = parquet_part_finish(part->part, notes, 1, &ds->scratch, &part->digest, fail);
    part->files++;
    if (code < 0 || !(ds->options.outputs & DATASET_TABLES)) {
        return code;
    }
    code = files_write(path, ds->scratch.data, ds->scratch.size, fail);
    if (code == 0) {
        uint8_t sum[DIGEST_SIZE];
        char hex[DIGEST_HEX_SIZE];
        digest_block(ds->scratch.data, ds->scratch.size, sum);
        digest_hex(sum, hex);
        json_array_append_new(part->file_list,
                              json_pack("{s:s, s:I, s:I, s:s}", "path", name, "bytes",
                                        (json_int_t)ds->scratch.size, "rows",
                                        (json_int_t)rows, "sha256", hex));
    }
    return code;
}

static int journal_row(struct dataset *ds, const struct part *part, const void *row,
                       struct fail *fail)
{
    bytes_clear(&ds->scratch);
    int code = proto_row(&ds->scratch, part->table, row, PROTO_ALL, fail);
    if (code < 0) {
        return code;
    }
    int64_t ns = row_time(part, row, ds->log_ns);
    ds->log_ns = ns > ds->log_ns ? ns : ds->log_ns;
    struct mcap_message message = {.channel = part->channel,
                                   .sequence = (uint32_t)part->rows,
                                   .log_time_ns = (uint64_t)ds->log_ns,
                                   .publish_time_ns = (uint64_t)ns,
                                   .data = ds->scratch.data,
                                   .size = ds->scratch.size};
    code = mcap_message(ds->mcap, &message, fail);
    if (code == 0 && part->table == &table_agent) {
        code = viewer_agent(ds->viewer, row, fail);
    }
    if (code < 0 && ds->journal.fail.code < 0) {
        *fail = ds->journal.fail;
    }
    return code;
}

static void note_trajectory(struct dataset *ds, const struct row_agent *row)
{
    if (!ROW_HAS(row, agent, gt_x_m)) {
        return;
    }
    const double values[] = {row->gt_x_m, row->gt_y_m, row->gt_yaw_rad, row->gt_speed_mps};
    ds->has_trajectory = true;
    digest_le(&ds->trajectory, (uint64_t)row->t_ns, 8);
    digest_text(&ds->trajectory, row->agent);
    for (int i = 0; i < 4;
         i++) { /* to 0.1 mm and 0.1 mrad: what the files could tell apart */
        digest_le(&ds->trajectory, (uint64_t)(int64_t)fm_round(values[i] * 1e4), 8);
    }
}

static int put_row(void *self, const struct table *table, const void *row,
                   struct fail *fail)
{
    struct dataset *ds = self;
    struct part *part = NULL;
    for (int i = 0; i < ds->part_count && !part; i++) {
        part = ds->parts[i].table == table ? &ds->parts[i] : NULL;
    }
    if (!part) {
        return 0;
    }
    int code = 0;
    if (parquet_part_full(part->part)) {
        code = write_part(ds, part, fail);
    }
    if (table == &table_agent) {
        note_trajectory(ds, row);
    }
    code = code < 0 ? code : parquet_part_add(part->part, row, fail);
    if (code < 0) {
        return fail_wrap(fail, "table %s", table->name);
    }
    if (ds->mcap) {
        code = journal_row(ds, part, row, fail);
    }
    part->rows++;
    return code;
}

static int put_sent(void *self, const struct emission *em, struct fail *fail)
{
    struct dataset *ds = self;
    if (ds->capture.fd < 0 || !em->octets) {
        return 0;
    }
    bytes_clear(&ds->scratch);
    struct bytes frame = {0};
    int code = 0;
    if (sink_frame_put(&frame, em)) {
        pcapng_packet(&ds->scratch, 0, utc_from_tai(em->t_tx), frame.data, frame.size,
                      NULL);
        if (files_log_put(&ds->capture, ds->scratch.data, ds->scratch.size) < 0) {
            *fail = ds->capture.fail;
            code = fail->code;
        }
    }
    bytes_close(&frame);
    return code;
}

static int put_tick(void *self, struct tai t, struct fail *fail)
{
    struct dataset *ds = self;
    int64_t ns = utc_from_tai(t).ns;
    if (!ds->mcap || ns - ds->flushed_ns < TIME_NS_PER_S) {
        return 0;
    }
    ds->flushed_ns = ns - ns % TIME_NS_PER_S;
    int code = mcap_flush_chunk(ds->mcap, fail);
    if (code < 0 && ds->journal.fail.code < 0) {
        *fail = ds->journal.fail;
    }
    return code;
}

struct sink dataset_sink(struct dataset *dataset)
{
    return (struct sink){.self = dataset,
                         .wants_receptions = true,
                         .row = put_row,
                         .sent = put_sent,
                         .tick = put_tick};
}

/* The hash of the dataset is taken at its end, over what then stands in the files. */
static int keep_hashed(struct dataset *ds, const char *name, const void *data, size_t size,
                       struct fail *fail)
{
    int i = 0;
    while (i < ds->hashed_count && strcmp(ds->hashed[i].name, name) != 0) {
        i++;
    }
    assert(i < HASHED_MOST && strlen(name) < sizeof ds->hashed[0].name);
    struct hashed *kept = &ds->hashed[i];
    if (i == ds->hashed_count) {
        ds->hashed_count++;
        (void)snprintf(kept->name, sizeof kept->name, "%s", name);
    }
    bytes_clear(&kept->data);
    bytes_put(&kept->data, data, size);
    return kept->data.failed ? fail_set(fail, RESULT_MEMORY, "%s: no memory", name) : 0;
}

static void hash_files(const struct dataset *ds, uint8_t sum[DIGEST_SIZE])
{
    struct digest digest;
    digest_init(&digest);
    for (int i = 0; i < ds->hashed_count; i++) {
        const struct hashed *kept = &ds->hashed[i];
        digest_text(&digest, kept->name);
        digest_le(&digest, kept->data.size, 8);
        digest_put(&digest, kept->data.data, kept->data.size);
    }
    digest_finish(&digest, sum);
}

int dataset_file(struct dataset *ds, const char *name, const void *data, size_t size,
                 bool hashed, struct fail *fail)
{
    char path[PATH_MOST];
    (void)snprintf(path, sizeof path, "%s/%s", ds->folder, name);
    int code = hashed ? keep_hashed(ds, name, data, size, fail) : 0;
    code = code < 0 ? code : files_write(path, data, size, fail);
    if (code == 0) {
        uint8_t sum[DIGEST_SIZE];
        char hex[DIGEST_HEX_SIZE];
        digest_block(data, size, sum);
        digest_hex(sum, hex);
        json_object_set_new(
            ds->files, name,
            json_pack("{s:I, s:s}", "bytes", (json_int_t)size, "sha256", hex));
    }
    return code;
}

static int note_log(struct dataset *ds, struct files_log *log, const char *name,
                    struct fail *fail)
{
    int code = files_log_close(log, fail);
    char hex[65];
    unsigned long long size = 0;
    code = code < 0 ? code : files_sha256(log->path, hex, &size, fail);
    if (code == 0) {
        json_object_set_new(
            ds->files, name,
            json_pack("{s:I, s:s}", "bytes", (json_int_t)size, "sha256", hex));
    }
    return code;
}

static int close_journal(struct dataset *ds, const char *manifest, struct fail *fail)
{
    struct mcap_pair pair = {"manifest", manifest};
    int code = viewer_finish(ds->viewer, fail);
    code = code < 0 ? code : mcap_metadata(ds->mcap, "v2xd.manifest", &pair, 1, fail);
    code = code < 0 ? code : mcap_finish(ds->mcap, fail);
    if (code < 0) {
        *fail = ds->journal.fail.code < 0 ? ds->journal.fail : *fail;
        return code;
    }
    return note_log(ds, &ds->journal, "scenario.mcap", fail);
}

/* Tables, their rows and logical hashes; the hash of it all. */
static json_t *table_facts(struct dataset *ds, char sha256[65])
{
    json_t *tables = json_object();
    struct digest all;
    digest_init(&all);
    for (int i = 0; i < ds->part_count; i++) {
        struct part *part = &ds->parts[i];
        uint8_t sum[DIGEST_SIZE];
        char hex[DIGEST_HEX_SIZE];
        struct digest digest = part->digest;
        digest_finish(&digest, sum);
        digest_hex(sum, hex);
        digest_text(&all, part->table->name);
        digest_put(&all, sum, sizeof sum);
        json_object_set_new(tables, part->table->name,
                            json_pack("{s:I, s:s, s:O}", "rows", (json_int_t)part->rows,
                                      "content_sha256", hex, "files", part->file_list));
    }
    uint8_t sum[DIGEST_SIZE];
    hash_files(ds, sum);
    digest_put(&all, sum, sizeof sum);
    digest_finish(&all, sum);
    digest_hex(sum, sha256);
    return tables;
}

static json_t *trajectory_fact(const struct dataset *ds)
{
    if (!ds->has_trajectory) {
        return json_null();
    }
    struct digest digest = ds->trajectory;
    uint8_t sum[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    digest_finish(&digest, sum);
    digest_hex(sum, hex);
    return json_string(hex);
}

static int write_json(struct dataset *ds, const char *name, json_t *value,
                      struct fail *fail)
{
    char path[PATH_MOST];
    (void)snprintf(path, sizeof path, "%s/%s", ds->folder, name);
    bytes_clear(&ds->scratch);
    int code = canonical_json(&ds->scratch, value, 2, fail);
    return code < 0 ? code : files_write(path, ds->scratch.data, ds->scratch.size, fail);
}

int dataset_finish(struct dataset *ds, json_t *facts, json_t *volatile_facts,
                   char sha256[65], struct fail *fail)
{
    int code = 0;
    for (int i = 0; i < ds->part_count && code == 0; i++) {
        struct part *part = &ds->parts[i];
        if (parquet_part_rows(part->part) > 0 || part->files == 0) {
            code = write_part(ds, part, fail);
        }
    }
    if (code < 0) {
        return code;
    }
    json_t *manifest = json_deep_copy(facts);
    json_object_set_new(manifest, "tables", table_facts(ds, sha256));
    json_object_set_new(manifest, "dataset_sha256", json_string(sha256));
    json_object_set_new(manifest, "trajectory_sha256", trajectory_fact(ds));
    if (ds->mcap) {
        struct bytes text = {0};
        code = canonical_json(&text, manifest, 0, fail);
        bytes_u8(&text, 0);
        code = code < 0 ? code : close_journal(ds, (const char *)text.data, fail);
        bytes_close(&text);
    }
    if (code == 0 && ds->capture.fd >= 0) {
        code = note_log(ds, &ds->capture, "capture.pcapng", fail);
    }
    json_object_set(manifest, "files", ds->files);
    if (code == 0 && (ds->options.outputs & DATASET_CROISSANT)) {
        struct bytes text = {0};
        code = croissant_json(manifest, &text, fail);
        code = code < 0
                   ? code
                   : dataset_file(ds, "croissant.json", text.data, text.size, false, fail);
        bytes_close(&text);
    }
    code = code < 0 ? code : write_json(ds, "manifest.json", manifest, fail);
    code = code < 0 ? code : write_json(ds, "run.json", volatile_facts, fail);
    json_decref(manifest);
    return code;
}

uint64_t dataset_rows(const struct dataset *ds)
{
    uint64_t rows = 0;
    for (int i = 0; i < ds->part_count; i++) {
        rows += ds->parts[i].rows;
    }
    return rows;
}

void dataset_free(struct dataset *ds)
{
    if (!ds) {
        return;
    }
    for (int i = 0; i < ds->part_count; i++) {
        parquet_part_free(ds->parts[i].part);
        json_decref(ds->parts[i].file_list);
    }
    struct fail ignored;
    viewer_free(ds->viewer);
    mcap_free(ds->mcap);
    (void)!files_log_close(&ds->journal, &ignored);
    (void)!files_log_close(&ds->capture, &ignored);
    bytes_close(&ds->scratch);
    for (int i = 0; i < ds->hashed_count; i++) {
        bytes_close(&ds->hashed[i].data);
    }
    json_decref(ds->files);
    free(ds);
}
