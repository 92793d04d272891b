/* SPDX-License-Identifier: Apache-2.0 */
/* Recovery step by step, see rebuild.h. */
#include "tools/v2x/rebuild.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/records.h"
#include "publish/mcap_recover.h"
#include "publish/parquet.h"
#include "tools/v2x/protorow.h"

static const char journal_name[] = "scenario.mcap";

static void path_of(const struct rebuild *r, const char *name, char path[FOLDER_PATH])
{
    (void)snprintf(path, FOLDER_PATH, "%s/%s", r->folder.path, name);
}

static size_t read_stream(void *context, void *data, size_t n, bool *broken)
{
    FILE *stream = context;
    size_t got = fread(data, 1, n, stream);
    *broken = ferror(stream) != 0;
    return got;
}

static int write_stream(void *context, const void *data, size_t n)
{
    return fwrite(data, 1, n, context) == n ? 0 : -1;
}

/* Ends writing a temporary file: it becomes `path`, or is removed if anything failed. */
static int settle(FILE *stream, const char *temporary, const char *path, int code,
                  struct fail *fail)
{
    bool good = fflush(stream) == 0 && fsync(fileno(stream)) == 0;
    good = fclose(stream) == 0 && good;
    if (code == 0 && good && rename(temporary, path) == 0) {
        return 0;
    }
    code = code < 0
               ? code
               : fail_set(fail, RESULT_WORLD, "cannot write %s: %s", path, strerror(errno));
    (void)unlink(temporary);
    return code;
}

static int write_file(const char *path, const void *data, size_t size, struct fail *fail)
{
    char temporary[FOLDER_PATH + 8];
    (void)snprintf(temporary, sizeof temporary, "%s.part", path);
    FILE *stream = fopen(temporary, "wb");
    if (!stream) {
        return fail_set(fail, RESULT_WORLD, "cannot write %s: %s", path, strerror(errno));
    }
    int code =
        fwrite(data, 1, size, stream) == size
            ? 0
            : fail_set(fail, RESULT_WORLD, "cannot write %s: %s", path, strerror(errno));
    return settle(stream, temporary, path, code, fail);
}

int rebuild_journal(struct rebuild *r, struct fail *fail)
{
    char path[FOLDER_PATH];
    char temporary[FOLDER_PATH + 8];
    path_of(r, journal_name, path);
    (void)snprintf(temporary, sizeof temporary, "%s.part", path);
    FILE *in = fopen(path, "rb");
    if (!in) {
        return errno == ENOENT
                   ? 0
                   : fail_set(fail, RESULT_WORLD, "%s: %s", path, strerror(errno));
    }
    FILE *out = fopen(temporary, "wb");
    if (!out) {
        (void)fclose(in);
        return fail_set(fail, RESULT_WORLD, "cannot write %s: %s", temporary,
                        strerror(errno));
    }
    struct mcap_source source = {.read = read_stream, .context = in};
    struct mcap_sink sink = {.write = write_stream, .context = out};
    int code = mcap_recover(source, sink, &r->journal, fail);
    (void)fclose(in);
    code = settle(out, temporary, path, code, fail);
    r->has_journal = code == 0;
    return code;
}

static void note_part(struct rebuild_table *t, const char *name, const struct bytes *data,
                      uint32_t rows)
{
    uint8_t sum[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    digest_block(data->data, data->size, sum);
    digest_hex(sum, hex);
    json_array_append_new(t->list, json_pack("{s:s, s:I, s:I, s:s}", "path", name, "bytes",
                                             (json_int_t)data->size, "rows",
                                             (json_int_t)rows, "sha256", hex));
    t->rows += rows;
    t->files++;
}

static void part_name(const struct table *table, uint32_t number, char name[96])
{
    (void)snprintf(name, 96, "tables/%s-%05u.parquet", table->name, number);
}

static void keep_id(char id[128], struct parquet_file *file, const char *column)
{
    size_t at = parquet_file_find(file, column);
    struct fail ignored;
    if (id[0] || at >= parquet_file_columns(file) || parquet_file_rows(file) == 0 ||
        parquet_file_load(file, at, &ignored) < 0) {
        return;
    }
    struct parquet_value value = parquet_file_value(file, at, 0);
    (void)snprintf(id, 128, "%.*s", (int)(value.size < 127 ? value.size : 127),
                   value.null ? "" : (const char *)value.data);
}

/* Part files that are whole, in order, up to the first that is missing or damaged. */
static int find_parts(struct rebuild *r, int place, struct fail *fail)
{
    struct rebuild_table *t = &r->tables[place];
    int code = 0;
    for (bool whole = true; whole && code == 0;) {
        char name[96];
        struct bytes data = {0};
        struct parquet_file *file = NULL;
        struct fail damage;
        struct digest before = t->digest;
        part_name(records_tables[place], t->files, name);
        whole = folder_read(&r->folder, name, &data, &damage) == 0 &&
                parquet_file_open(&file, data.data, data.size, 0, &damage) == 0 &&
                parquet_file_hash(file, &t->digest, &damage) == 0;
        if (whole && parquet_file_rows(file) > 0) {
            keep_id(r->scenario_id, file, "scenario_id");
            keep_id(r->world_id, file, "world_id");
        }
        if (whole) {
            note_part(t, name, &data, parquet_file_rows(file));
        } else {
            t->digest = before;
        }
        if (file) {
            parquet_file_close(file);
        }
        if (data.failed) {
            code = fail_set(fail, RESULT_MEMORY, "%s: out of memory", name);
        }
        bytes_close(&data);
    }
    return code;
}

/* What the pass over the journal carries. */
struct pass {
    struct rebuild *r;
    struct parquet_part *parts[REBUILD_TABLES];
    int table_of[65536]; /* place in records_tables plus one, by channel */
    struct protorow row;
    struct bytes file;
};

static int write_part(struct pass *p, int place, struct fail *fail)
{
    struct rebuild_table *t = &p->r->tables[place];
    char name[96];
    char path[FOLDER_PATH];
    part_name(records_tables[place], t->files, name);
    path_of(p->r, name, path);
    uint32_t rows = parquet_part_rows(p->parts[place]);
    bytes_clear(&p->file);
    int code = parquet_part_finish(p->parts[place], NULL, 0, &p->file, &t->digest, fail);
    code = code < 0 ? code : write_file(path, p->file.data, p->file.size, fail);
    if (code == 0) {
        note_part(t, name, &p->file, rows);
    }
    return code;
}

/* The run keys come first in every table (model/records.h). */
static void keep_row_ids(struct rebuild *r, const struct protorow *row,
                         const struct table *table)
{
    char *const ids[] = {r->scenario_id, r->world_id};
    for (int i = 0; i < 2; i++) {
        const char *text;
        memcpy(&text, row->row + table->columns[i].offset, sizeof text);
        if (!ids[i][0] && table->columns[i].type == COLUMN_TEXT && text) {
            (void)snprintf(ids[i], 128, "%s", text);
        }
    }
}

static int take_message(struct pass *p, const struct mcap_item *item, struct fail *fail)
{
    int place = p->table_of[item->id] - 1;
    struct rebuild_table *t = &p->r->tables[place];
    uint64_t have = t->rows + parquet_part_rows(p->parts[place]) + t->missing;
    if (item->sequence < have) {
        return 0;
    }
    t->missing += item->sequence - have;
    int code = protorow_read(&p->row, records_tables[place], item->data, item->size, fail);
    if (code == RESULT_TORN) {
        t->missing++;
        return 0;
    }
    if (code == 0) {
        keep_row_ids(p->r, &p->row, records_tables[place]);
    }
    if (code == 0 && parquet_part_full(p->parts[place])) {
        code = write_part(p, place, fail);
    }
    code = code < 0 ? code : parquet_part_add(p->parts[place], p->row.row, fail);
    t->rebuilt += code == 0;
    return code;
}

static int place_of_topic(struct mcap_text topic)
{
    for (int i = 0; i < records_table_count; i++) {
        char want[80];
        int n = snprintf(want, sizeof want, "/v2xd/%s", records_tables[i]->name);
        if ((uint32_t)n == topic.size && memcmp(want, topic.data, topic.size) == 0) {
            return i + 1;
        }
    }
    return 0;
}

static int walk_journal(struct pass *p, FILE *stream, struct fail *fail)
{
    struct mcap_reader *reader = NULL;
    struct mcap_source source = {.read = read_stream, .context = stream};
    struct mcap_item item;
    int code = mcap_reader_new(&reader, source, 0, fail);
    while (code >= 0 && (code = mcap_reader_next(reader, &item, fail)) == 1) {
        if (item.kind == MCAP_ITEM_CHANNEL) {
            p->table_of[item.id] = place_of_topic(item.name);
        } else if (item.kind == MCAP_ITEM_MESSAGE && p->table_of[item.id] > 0) {
            code = take_message(p, &item, fail);
        }
    }
    mcap_reader_free(reader);
    return code;
}

static int from_journal(struct pass *p, struct fail *fail)
{
    char path[FOLDER_PATH];
    path_of(p->r, journal_name, path);
    FILE *stream = fopen(path, "rb");
    int code = stream ? walk_journal(p, stream, fail)
                      : fail_set(fail, RESULT_WORLD, "%s: %s", path, strerror(errno));
    if (stream) {
        (void)fclose(stream);
    }
    return code;
}

int rebuild_tables(struct rebuild *r, struct fail *fail)
{
    struct pass *p = calloc(1, sizeof *p);
    int code = p ? 0 : fail_set(fail, RESULT_MEMORY, "out of memory");
    for (int i = 0; i < records_table_count && code == 0; i++) {
        p->r = r;
        r->tables[i].list = json_array();
        digest_init(&r->tables[i].digest);
        code = find_parts(r, i, fail);
        code = code < 0 ? code : parquet_part_new(&p->parts[i], records_tables[i], fail);
    }
    if (code == 0 && r->has_journal) {
        code = from_journal(p, fail);
    }
    for (int i = 0; i < records_table_count && code == 0; i++) {
        if (parquet_part_rows(p->parts[i]) > 0 || r->tables[i].files == 0) {
            code = write_part(p, i, fail);
        }
    }
    for (int i = 0; p && i < records_table_count; i++) {
        if (p->parts[i]) {
            parquet_part_free(p->parts[i]);
        }
    }
    if (p) {
        protorow_close(&p->row);
        bytes_close(&p->file);
    }
    free(p);
    return code;
}

/* A file beside the tables, if it is there; its content into `extra` (may be NULL). */
static int note_file(const struct rebuild *r, const char *name, json_t *files,
                     struct digest *extra, struct fail *fail)
{
    char path[FOLDER_PATH];
    struct bytes data = {0};
    path_of(r, name, path);
    if (access(path, F_OK) != 0) {
        return 0;
    }
    int code = folder_read(&r->folder, name, &data, fail);
    if (code == 0) {
        uint8_t sum[DIGEST_SIZE];
        char hex[DIGEST_HEX_SIZE];
        digest_block(data.data, data.size, sum);
        digest_hex(sum, hex);
        json_object_set_new(
            files, name,
            json_pack("{s:I, s:s}", "bytes", (json_int_t)data.size, "sha256", hex));
        if (extra) {
            digest_text(extra, name);
            digest_le(extra, data.size, 8);
            digest_put(extra, data.data, data.size);
        }
    }
    bytes_close(&data);
    return code;
}

static json_t *tables_json(struct rebuild *r, struct digest *all)
{
    json_t *tables = json_object();
    for (int i = 0; i < records_table_count; i++) {
        struct rebuild_table *t = &r->tables[i];
        uint8_t sum[DIGEST_SIZE];
        char hex[DIGEST_HEX_SIZE];
        digest_finish(&t->digest, sum);
        digest_hex(sum, hex);
        digest_text(all, records_tables[i]->name);
        digest_put(all, sum, sizeof sum);
        json_object_set_new(tables, records_tables[i]->name,
                            json_pack("{s:I, s:s, s:O}", "rows", (json_int_t)t->rows,
                                      "content_sha256", hex, "files", t->list));
    }
    return tables;
}

int rebuild_manifest(struct rebuild *r, struct fail *fail)
{
    static const char *const hashed[] = {"config.yaml", "map.geojson"};
    struct digest all;
    struct digest extra;
    uint8_t sum[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    char path[FOLDER_PATH];
    struct bytes text = {0};
    json_t *files = json_object();
    digest_init(&all);
    digest_init(&extra);
    json_t *tables = tables_json(r, &all);
    int code = 0;
    for (size_t i = 0; i < sizeof hashed / sizeof hashed[0] && code == 0; i++) {
        code = note_file(r, hashed[i], files, &extra, fail);
    }
    code = code < 0 ? code : note_file(r, journal_name, files, NULL, fail);
    code = code < 0 ? code : note_file(r, "capture.pcapng", files, NULL, fail);
    digest_finish(&extra, sum);
    digest_put(&all, sum, sizeof sum);
    digest_finish(&all, sum);
    digest_hex(sum, hex);
    json_t *manifest =
        json_pack("{s:i, s:b, s:s, s:s, s:s, s:o, s:o, s:s}", "schema", 1, "recovered", 1,
                  "name", r->scenario_id, "scenario_id", r->scenario_id, "world_id",
                  r->world_id, "tables", tables, "files", files, "dataset_sha256", hex);
    code = code < 0 ? code : canonical_json(&text, manifest, 2, fail);
    path_of(r, "manifest.json", path);
    code = code < 0 ? code : write_file(path, text.data, text.size, fail);
    json_decref(manifest);
    bytes_close(&text);
    return code;
}

void rebuild_close(struct rebuild *r)
{
    for (int i = 0; i < records_table_count; i++) {
        json_decref(r->tables[i].list);
        r->tables[i].list = NULL;
    }
}
