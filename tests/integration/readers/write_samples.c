/* SPDX-License-Identifier: Apache-2.0 */
/* Writes sample files for readers that others wrote. In: a directory. Out: N.parquet and
 * N.json (the same rows, printed by plain C) for several N, journal.mcap, rows.bin (one
 * Protobuf message), v2xd.proto and v2xd.desc. */
#include "tests/integration/readers/sample.h"

#include <inttypes.h>
#include <stdlib.h>

#include "publish/mcap.h"
#include "publish/parquet.h"
#include "publish/proto.h"
#include "publish/proto_descriptor.h"

static const struct proto_child sample_children[] = {{"rows", 1, true, "sample"},
                                                     {"first", 2, false, "sample"}};
static const struct proto_message sample_messages[] = {
    {NULL, &sample_table, NULL, 0, NULL},
    {"sample_batch", NULL, sample_children, 2, "several rows"},
};

static FILE *sample_open(const char *directory, const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "wb");
    if (!file) {
        (void)fprintf(stderr, "%s: cannot be written\n", path);
        exit(1);
    }
    return file;
}

static void sample_check(int rc, const struct fail *fail)
{
    if (rc < 0) {
        (void)fprintf(stderr, "%s\n", fail->text);
        exit(1);
    }
}

static void sample_save(const char *directory, const char *name, struct bytes *b)
{
    FILE *file = sample_open(directory, name);
    bool good = !b->failed && fwrite(b->data, 1, b->size, file) == b->size;
    if (fclose(file) != 0 || !good) {
        exit(1);
    }
    bytes_close(b);
}

/* One row as a JSON array of texts and nulls, in column order. */
static void sample_print(FILE *file, const struct row_sample *r)
{
    uint64_t v = r->valid;
#define SAMPLE_OR_NULL(bit, ...)                                                           \
    ((v >> (bit)&1) ? (void)fprintf(file, __VA_ARGS__) : (void)fprintf(file, ",null"))
    (void)fprintf(file, "[\"%s\",\"%" PRIu64 "\"", r->scenario_id, r->uid);
    SAMPLE_OR_NULL(0, ",\"%" PRId64 "\"", r->t_ns);
    SAMPLE_OR_NULL(1, ",\"%" PRId32 "\"", r->signed_value);
    SAMPLE_OR_NULL(2, ",\"%" PRIu32 "\"", r->count);
    SAMPLE_OR_NULL(3, ",\"%.9g\"", (double)r->ratio);
    SAMPLE_OR_NULL(4, ",\"%.1f\"", r->x_m);
    SAMPLE_OR_NULL(5, ",\"%s\"", r->flag ? "true" : "false");
    (void)fprintf(file, ",\"%s\"", sample_kinds[r->kind]);
    SAMPLE_OR_NULL(6, ",\"%s\"", sample_causes[r->cause]);
    (void)(r->label ? fprintf(file, ",\"%s\"", r->label) : fprintf(file, ",null"));
    if (r->payload.data) {
        (void)fprintf(file, ",\"");
        for (uint32_t i = 0; i < r->payload.size; i++) {
            (void)fprintf(file, "%02x", r->payload.data[i]);
        }
        (void)fprintf(file, "\"]");
    } else {
        (void)fprintf(file, ",null]");
    }
}

static void sample_parquet(const char *directory, uint32_t rows)
{
    struct fail fail = {0};
    struct parquet_part *part = NULL;
    struct bytes file = {0};
    struct digest hash;
    uint8_t sum[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    char name[64];
    const struct parquet_note notes[] = {{"v2xd.schema", "1"}};
    sample_check(parquet_part_new(&part, &sample_table, &fail), &fail);
    (void)snprintf(name, sizeof name, "%u.json", rows);
    FILE *json = sample_open(directory, name);
    (void)fprintf(json, "{\"rows\":[");
    for (uint32_t i = 0; i < rows; i++) {
        struct row_sample row;
        sample_row(&row, i);
        sample_check(parquet_part_add(part, &row, &fail), &fail);
        (void)fputs(i > 0 ? ",\n" : "\n", json);
        sample_print(json, &row);
    }
    digest_init(&hash);
    sample_check(parquet_part_finish(part, notes, 1, &file, &hash, &fail), &fail);
    digest_finish(&hash, sum);
    digest_hex(sum, hex);
    (void)fprintf(json, "],\"rows_sha256\":\"%s\"}\n", hex);
    if (fclose(json) != 0) {
        exit(1);
    }
    (void)snprintf(name, sizeof name, "%u.parquet", rows);
    sample_save(directory, name, &file);
    parquet_part_free(part);
}

static int sample_put(void *context, const void *data, size_t n)
{
    bytes_put(context, data, n);
    return ((struct bytes *)context)->failed;
}

/* 300 rows in 100 ms steps on two channels: one Protobuf, one JSON. */
static void sample_mcap(const char *directory)
{
    struct fail fail = {0};
    struct mcap *mcap = NULL;
    struct bytes file = {0};
    struct bytes set = {0};
    uint16_t schema = 0;
    uint16_t channels[2];
    const struct mcap_pair pairs[] = {{"a", "1"}, {"b", "2"}};
    const char json_schema[] = "{\"type\":\"object\"}";
    struct mcap_sink sink = {sample_put, &file};
    sample_check(mcap_new(&mcap, sink, "v2xd", "v2xd test", &fail), &fail);
    proto_descriptor_set(&set, sample_messages, 2);
    sample_check(
        mcap_schema(mcap, "v2xd.Sample", "protobuf", set.data, set.size, &schema, &fail),
        &fail);
    sample_check(
        mcap_channel(mcap, schema, "/sample", "protobuf", pairs, 2, &channels[0], &fail),
        &fail);
    sample_check(mcap_schema(mcap, "foxglove.Log", "jsonschema", json_schema,
                             sizeof json_schema - 1, &schema, &fail),
                 &fail);
    sample_check(mcap_channel(mcap, schema, "/log", "json", NULL, 0, &channels[1], &fail),
                 &fail);
    for (uint32_t i = 0; i < 300; i++) {
        struct row_sample row;
        struct bytes message = {0};
        sample_row(&row, i);
        if (i % 2 == 0) {
            sample_check(proto_row(&message, &sample_table, &row, PROTO_ALL, &fail), &fail);
        } else {
            bytes_format(&message, "{\"i\":%u}", i);
        }
        struct mcap_message m = {.channel = channels[i % 2],
                                 .sequence = i / 2,
                                 .log_time_ns = (uint64_t)row.t_ns,
                                 .publish_time_ns = (uint64_t)row.t_ns - 20000000,
                                 .data = message.data,
                                 .size = message.size};
        sample_check(mcap_message(mcap, &m, &fail), &fail);
        bytes_close(&message);
    }
    sample_check(mcap_metadata(mcap, "v2xd.manifest", pairs, 2, &fail), &fail);
    sample_check(
        mcap_attachment(mcap, "taxonomy.json", "application/json", 1, "{}", 2, &fail),
        &fail);
    sample_check(mcap_finish(mcap, &fail), &fail);
    mcap_free(mcap);
    sample_save(directory, "journal.mcap", &file);
    bytes_close(&set);
}

static void sample_proto(const char *directory)
{
    struct fail fail = {0};
    struct bytes b = {0};
    for (uint32_t i = 0; i < 1000; i++) {
        struct row_sample row;
        sample_row(&row, i);
        sample_check(proto_row_in(&b, 1, &sample_table, &row, PROTO_ALL, &fail), &fail);
    }
    sample_save(directory, "rows.bin", &b);
    proto_descriptor_set(&b, sample_messages, 2);
    sample_save(directory, "v2xd.desc", &b);
    proto_file_text(&b, sample_messages, 2);
    sample_save(directory, "v2xd.proto", &b);
}

int main(int argc, char **argv)
{
    static const uint32_t sizes[] = {0, 1, 7, 1000, PARQUET_ROWS};
    if (argc != 2) {
        (void)fprintf(stderr, "usage: write_samples DIRECTORY\n");
        return 2;
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        sample_parquet(argv[1], sizes[i]);
    }
    sample_mcap(argv[1]);
    sample_proto(argv[1]);
    return 0;
}
