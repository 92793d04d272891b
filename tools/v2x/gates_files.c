/* SPDX-License-Identifier: Apache-2.0 */
/* Gates on octets: each file as the manifest says, each table's logical content hashed
 * anew, the dataset's hash made of these, and the journal whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/records.h"
#include "publish/mcap_read.h"
#include "tools/v2x/gates.h"

/* Files whose content is part of the dataset's hash, in the order in which it is fed. */
static const char *const hashed_files[] = {"config.yaml", "map.geojson"};

struct file_tally {
    uint64_t files, octets, wrong;
    char first[GATE_TEXT - 100]; /* what is wrong first */
};

static void note(struct file_tally *t, const char *name, const char *what)
{
    if (t->wrong++ == 0) {
        (void)snprintf(t->first, sizeof t->first, "%.150s: %.140s", name, what);
    }
}

/* SHA-256 and size of a file, piece by piece: a journal may be larger than memory. */
static int sum_file(const struct folder *folder, const char *name,
                    char hex[DIGEST_HEX_SIZE], uint64_t *size, struct fail *fail)
{
    FILE *stream = folder_stream(folder, name, fail);
    struct digest digest;
    uint8_t sum[DIGEST_SIZE];
    char piece[1 << 14];
    size_t got;
    if (!stream) {
        return fail->code;
    }
    digest_init(&digest);
    *size = 0;
    while ((got = fread(piece, 1, sizeof piece, stream)) > 0) {
        digest_put(&digest, piece, got);
        *size += got;
    }
    bool bad = ferror(stream) != 0;
    (void)fclose(stream);
    digest_finish(&digest, sum);
    digest_hex(sum, hex);
    return bad ? fail_set(fail, RESULT_WORLD, "cannot be read") : 0;
}

static void check_file(const struct folder *folder, const char *name, const json_t *about,
                       struct file_tally *t)
{
    struct fail fail = {0};
    char hex[DIGEST_HEX_SIZE];
    uint64_t size = 0;
    const char *want = json_string_value(json_object_get(about, "sha256"));
    json_int_t octets = json_integer_value(json_object_get(about, "bytes"));
    t->files++;
    if (sum_file(folder, name, hex, &size, &fail) < 0) {
        note(t, name, fail.text);
    } else if ((json_int_t)size != octets) {
        note(t, name, "another size than the manifest says");
    } else if (!want || strcmp(hex, want) != 0) {
        note(t, name, "another SHA-256 than the manifest says");
    }
    t->octets += size;
}

static void gate_files(struct gates *gates, const struct folder *folder)
{
    struct file_tally t = {0};
    const char *name;
    json_t *about;
    json_object_foreach(json_object_get(folder->manifest, "files"), name, about)
    {
        check_file(folder, name, about, &t);
    }
    json_object_foreach(json_object_get(folder->manifest, "tables"), name, about)
    {
        size_t i;
        json_t *file;
        json_array_foreach(json_object_get(about, "files"), i, file)
        {
            const char *path = json_string_value(json_object_get(file, "path"));
            check_file(folder, path ? path : "", file, &t);
        }
    }
    (void)gates_count(gates, "files", t.wrong, "%llu files, %llu octets%s%s",
                      (unsigned long long)t.files, (unsigned long long)t.octets,
                      t.wrong ? "; " : "", t.first);
}

/* The rows and the logical hash of one table, from its part files. */
static int hash_table(const struct folder *folder, const json_t *about, uint64_t *rows,
                      uint8_t sum[DIGEST_SIZE], struct fail *fail)
{
    struct digest digest;
    size_t i;
    json_t *entry;
    int code = 0;
    digest_init(&digest);
    *rows = 0;
    json_array_foreach(json_object_get(about, "files"), i, entry)
    {
        struct bytes data = {0};
        struct parquet_file *file = NULL;
        const char *path = json_string_value(json_object_get(entry, "path"));
        code = folder_read(folder, path ? path : "", &data, fail);
        code = code < 0 ? code : parquet_file_open(&file, data.data, data.size, 0, fail);
        code = code < 0 ? code : parquet_file_hash(file, &digest, fail);
        *rows += code == 0 ? parquet_file_rows(file) : 0;
        if (file) {
            parquet_file_close(file);
        }
        bytes_close(&data);
        if (code < 0) {
            return fail_wrap(fail, "%.200s", path ? path : "a file without path");
        }
    }
    digest_finish(&digest, sum);
    return 0;
}

/* From 64 hex digits; false if it is none. */
static bool sum_of_hex(const char *hex, uint8_t sum[DIGEST_SIZE])
{
    size_t size = 0;
    return hex && strlen(hex) == (size_t)DIGEST_SIZE * 2 &&
           sodium_hex2bin(sum, DIGEST_SIZE, hex, (size_t)DIGEST_SIZE * 2, NULL, &size,
                          NULL) == 0 &&
           size == DIGEST_SIZE;
}

struct contents {
    struct file_tally rows, hashes;
    uint64_t tables, total, absent; /* absent: rows, but no part files */
};

static void check_table(const struct folder *folder, const struct table *table,
                        struct contents *c, struct digest *all)
{
    const json_t *about = folder_table(folder, table->name);
    const char *want = json_string_value(json_object_get(about, "content_sha256"));
    uint8_t sum[DIGEST_SIZE];
    uint64_t rows = 0;
    char hex[DIGEST_HEX_SIZE] = "";
    struct fail fail = {0};
    if (!about) {
        return;
    }
    c->tables++;
    c->total += folder_rows(folder, table->name);
    digest_text(all, table->name);
    if (json_array_size(json_object_get(about, "files")) == 0) {
        c->absent++;
        if (sum_of_hex(want, sum)) {
            digest_put(all, sum, sizeof sum);
        }
        return;
    }
    if (hash_table(folder, about, &rows, sum, &fail) < 0) {
        note(&c->rows, table->name, fail.text);
        note(&c->hashes, table->name, fail.text);
        return;
    }
    digest_hex(sum, hex);
    digest_put(all, sum, sizeof sum);
    if (rows != folder_rows(folder, table->name)) {
        note(&c->rows, table->name, "another number of rows than the manifest says");
    }
    if (!want || strcmp(want, hex) != 0) {
        note(&c->hashes, table->name, "another content_sha256 than the manifest says");
    }
}

static int hash_extra(const struct folder *folder, uint8_t sum[DIGEST_SIZE],
                      struct fail *fail)
{
    struct digest extra;
    digest_init(&extra);
    for (size_t i = 0; i < sizeof hashed_files / sizeof hashed_files[0]; i++) {
        struct bytes data = {0};
        if (!json_object_get(json_object_get(folder->manifest, "files"), hashed_files[i])) {
            continue;
        }
        int code = folder_read(folder, hashed_files[i], &data, fail);
        digest_text(&extra, hashed_files[i]);
        digest_le(&extra, data.size, 8);
        digest_put(&extra, data.data, data.size);
        bytes_close(&data);
        if (code < 0) {
            return code;
        }
    }
    digest_finish(&extra, sum);
    return 0;
}

static void gate_dataset(struct gates *gates, const struct folder *folder,
                         struct digest *all, const struct contents *c)
{
    uint8_t sum[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    struct fail fail = {0};
    const char *want =
        json_string_value(json_object_get(folder->manifest, "dataset_sha256"));
    if (hash_extra(folder, sum, &fail) < 0) {
        gates_unread(gates, "dataset_sha256", &fail);
        return;
    }
    digest_put(all, sum, sizeof sum);
    digest_finish(all, sum);
    digest_hex(sum, hex);
    bool same = want && strcmp(want, hex) == 0;
    struct gate *gate = gates_count(gates, "dataset_sha256", !same, "%s%s", hex,
                                    same ? "" : ", the manifest says otherwise");
    if (same && c->absent > 0) {
        gate->status = GATE_UNVERIFIED;
        (void)snprintf(gate->text, sizeof gate->text,
                       "%s, but %llu tables have no files to hash", hex,
                       (unsigned long long)c->absent);
    }
}

static void gate_tables(struct gates *gates, const struct folder *folder)
{
    struct contents c = {0};
    struct digest all;
    digest_init(&all);
    for (int i = 0; i < records_table_count; i++) {
        check_table(folder, records_tables[i], &c, &all);
    }
    bool nothing = c.tables == c.absent;
    if (nothing) {
        (void)gates_add(gates, "rows", GATE_UNVERIFIED, "no table has files");
        (void)gates_add(gates, "content_sha256", GATE_UNVERIFIED, "no table has files");
    } else {
        (void)gates_count(gates, "rows", c.rows.wrong, "%llu rows in %llu tables%s%s",
                          (unsigned long long)c.total, (unsigned long long)c.tables,
                          c.rows.wrong ? "; " : "", c.rows.first);
        (void)gates_count(gates, "content_sha256", c.hashes.wrong, "%llu tables%s%s",
                          (unsigned long long)(c.tables - c.absent),
                          c.hashes.wrong ? "; " : "", c.hashes.first);
    }
    gate_dataset(gates, folder, &all, &c);
}

struct journal {

    uint64_t of_table[64];
    int table_of[65536]; /* place in records_tables plus one, by channel */
};

/* "/v2xd/NAME" to the table's place plus one; 0: another topic. */
static int table_of_topic(struct mcap_text topic)
{
    static const char prefix[] = "/v2xd/";
    size_t skip = sizeof prefix - 1;
    for (int i = 0; i < records_table_count; i++) {
        const char *name = records_tables[i]->name;
        if (topic.size == skip + strlen(name) && memcmp(topic.data, prefix, skip) == 0 &&
            memcmp(topic.data + skip, name, strlen(name)) == 0) {
            return i + 1;
        }
    }
    return 0;
}

static int read_journal(struct mcap_reader *reader, struct journal *j, struct fail *fail)
{
    struct mcap_item item;
    int code;
    while ((code = mcap_reader_next(reader, &item, fail)) == 1) {
        if (item.kind == MCAP_ITEM_CHANNEL) {
            j->table_of[item.id] = table_of_topic(item.name);
        } else if (item.kind == MCAP_ITEM_MESSAGE && j->table_of[item.id] > 0) {
            j->of_table[j->table_of[item.id] - 1]++;
        }
    }
    return code;
}

static void judge_journal(struct gates *gates, const struct folder *folder,
                          const struct mcap_end *end, const struct journal *j)
{
    struct file_tally t = {0};
    uint64_t fewer = 0;
    for (int i = 0; i < records_table_count; i++) {
        const char *name = records_tables[i]->name;
        fewer += j->of_table[i] < folder_rows(folder, name);
        if (j->of_table[i] != folder_rows(folder, name)) {
            char what[100];
            (void)snprintf(what, sizeof what, "%llu messages for %llu rows",
                           (unsigned long long)j->of_table[i],
                           (unsigned long long)folder_rows(folder, name));
            note(&t, name, what);
        }
    }
    (void)gates_count(
        gates, "mcap_whole", !end->whole, "%llu messages, %u chunks, %llu octets%s%s",
        (unsigned long long)end->messages, end->chunks, (unsigned long long)end->octets,
        end->whole ? "" : "; ", end->whole ? "" : end->reason);
    struct gate *gate =
        gates_count(gates, "mcap_counts", t.wrong, "a message for each row%s%s",
                    t.wrong ? ", but " : "", t.first);
    /* After a kill a finished part may hold rows whose chunk of the journal is lost. */
    if (t.wrong > 0 && fewer == t.wrong &&
        json_is_true(json_object_get(folder->manifest, "recovered"))) {
        gate->status = GATE_UNVERIFIED;
    }
}

static size_t read_stream(void *context, void *data, size_t n, bool *broken)
{
    size_t got = fread(data, 1, n, context);
    *broken = ferror((FILE *)context) != 0;
    return got;
}

static void gate_journal(struct gates *gates, const struct folder *folder)
{
    static const char name[] = "scenario.mcap";
    struct fail fail = {0};
    struct mcap_reader *reader = NULL;
    if (!json_object_get(json_object_get(folder->manifest, "files"), name)) {
        (void)gates_add(gates, "mcap_whole", GATE_NOT_APPLICABLE, "no journal");
        (void)gates_add(gates, "mcap_counts", GATE_NOT_APPLICABLE, "no journal");
        return;
    }
    FILE *stream = folder_stream(folder, name, &fail);
    struct journal *j = calloc(1, sizeof *j);
    struct mcap_source source = {.read = read_stream, .context = stream};
    int code = !stream ? fail.code
               : !j    ? fail_set(&fail, RESULT_MEMORY, "out of memory")
                       : mcap_reader_new(&reader, source, 0, &fail);
    code = code < 0 ? code : read_journal(reader, j, &fail);
    if (code < 0) {
        gates_unread(gates, "mcap_whole", &fail);
        gates_unread(gates, "mcap_counts", &fail);
    } else {
        judge_journal(gates, folder, mcap_reader_end(reader), j);
    }
    mcap_reader_free(reader);
    free(j);
    if (stream) {
        (void)fclose(stream);
    }
}

void gates_files(struct gates *gates, const struct folder *folder)
{
    gate_files(gates, folder);
    gate_tables(gates, folder);
    gate_journal(gates, folder);
}
