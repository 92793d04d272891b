/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x relabel`. In: a dataset and a taxonomy file. Out: another dataset whose
 * labels are those that the file's numbers give, the file itself, and relabel.json: which
 * labels changed, by which rule. The journal is left out: it tells what was said then. */
#include "tools/v2x/relabel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/records.h"
#include "publish/canonical.h"
#include "tools/v2x/out.h"
#include "tools/v2x/relabel_tables.h"

enum { OPTION_TAXONOMY, OPTION_OUT, OPTION_JSON };

#define TAXONOMY_MOST ((size_t)8 << 20)

static const char *const hashed[] = {"config.yaml", "map.geojson"};

static int read_taxonomy(struct taxfile *t, const char *path, struct bytes *text,
                         struct fail *fail)
{
    FILE *f = fopen(path, "rb");
    char piece[1 << 14];
    size_t got;
    if (!f) {
        return fail_set(fail, RESULT_USAGE, "%s: %s", path, strerror(errno));
    }
    while ((got = fread(piece, 1, sizeof piece, f)) > 0 && text->size <= TAXONOMY_MOST) {
        bytes_put(text, piece, got);
    }
    (void)fclose(f);
    if (text->size > TAXONOMY_MOST || text->failed) {
        return fail_set(fail, RESULT_USAGE, "%s: too large", path);
    }
    int code = taxfile_read(t, (const char *)text->data, text->size, fail);
    return code < 0 ? fail_wrap(fail, "%s", path) : 0;
}

static int make_folder(const char *out, struct fail *fail)
{
    char path[FOLDER_PATH];
    (void)snprintf(path, sizeof path, "%s/manifest.json", out);
    if (access(path, F_OK) == 0) {
        return fail_set(fail, RESULT_USAGE, "%s: a dataset is there already", out);
    }
    (void)snprintf(path, sizeof path, "%s/tables", out);
    if ((mkdir(out, 0777) < 0 && errno != EEXIST) ||
        (mkdir(path, 0777) < 0 && errno != EEXIST)) {
        return fail_set(fail, RESULT_WORLD, "cannot make %s: %s", path, strerror(errno));
    }
    return 0;
}

static json_t *about(const struct bytes *data)
{
    uint8_t sum[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    digest_block(data->data, data->size, sum);
    digest_hex(sum, hex);
    return json_pack("{s:I, s:s}", "bytes", (json_int_t)data->size, "sha256", hex);
}

/* Configuration and map as they were; both are in the dataset's hash. */
static int copy_files(const struct relabel *r, json_t *files, uint8_t sum[DIGEST_SIZE],
                      struct fail *fail)
{
    const json_t *had = json_object_get(r->from.manifest, "files");
    struct digest extra;
    int code = 0;
    digest_init(&extra);
    for (size_t i = 0; i < sizeof hashed / sizeof hashed[0] && code == 0; i++) {
        struct bytes data = {0};
        if (!json_object_get(had, hashed[i])) {
            continue;
        }
        code = folder_read(&r->from, hashed[i], &data, fail);
        code = code < 0 ? code : relabel_write(r, hashed[i], data.data, data.size, fail);
        digest_text(&extra, hashed[i]);
        digest_le(&extra, data.size, 8);
        digest_put(&extra, data.data, data.size);
        json_object_set_new(files, hashed[i], about(&data));
        bytes_close(&data);
    }
    digest_finish(&extra, sum);
    return code;
}

static int dataset_hash(const struct relabel *r, const uint8_t extra[DIGEST_SIZE],
                        char hex[DIGEST_HEX_SIZE], struct fail *fail)
{
    struct digest all;
    uint8_t sum[DIGEST_SIZE];
    digest_init(&all);
    for (int i = 0; i < records_table_count; i++) {
        const json_t *table = json_object_get(r->tables, records_tables[i]->name);
        const char *content = json_string_value(json_object_get(table, "content_sha256"));
        size_t size = 0;
        if (!table) {
            continue;
        }
        if (!content || sodium_hex2bin(sum, sizeof sum, content, strlen(content), NULL,
                                       &size, NULL) != 0) {
            return fail_set(fail, RESULT_USAGE, "the manifest has no content_sha256 of %s",
                            records_tables[i]->name);
        }
        digest_text(&all, records_tables[i]->name);
        digest_put(&all, sum, sizeof sum);
    }
    digest_put(&all, extra, DIGEST_SIZE);
    digest_finish(&all, sum);
    digest_hex(sum, hex);
    return 0;
}

static json_t *changes_json(const struct relabel *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->change_count; i++) {
        const struct relabel_change *c = &r->changes[i];
        const struct leaf_info *to = leaf_find(c->to);
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s}", "table", c->table,
                            "column", c->column, "from", leaf_code(c->from), "to", to->code,
                            "rows", (json_int_t)c->rows, "rule", to->rule_id, "why",
                            r->tax.axes[to->axis].why));
    }
    return list;
}

static json_t *report_json(const struct relabel *r)
{
    json_t *axes = json_array();
    for (int i = 0; i < AXIS_COUNT; i++) {
        const struct taxfile_axis *a = &r->tax.axes[i];
        if (a->changed) {
            json_array_append_new(
                axes, json_pack("{s:s, s:s, s:s, s:b, s:b, s:I, s:I}", "axis",
                                leaf_axes[i].code, "why", a->why, "label_ver",
                                relabel_can(i) ? a->version
                                               : leaf_table[leaf_axes[i].first].version,
                                "siblings_bumped_here", a->bumped, "recomputed",
                                relabel_can(i), "judged", (json_int_t)r->judged_of[i],
                                "left", (json_int_t)r->left_of[i]));
        }
    }
    return json_pack("{s:s, s:s, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I}", "from",
                     leaf_taxonomy_version, "to", r->tax.version, "axes", axes, "changes",
                     changes_json(r), "judged", (json_int_t)r->judged, "changed",
                     (json_int_t)r->changed, "left", (json_int_t)r->left, "labels",
                     (json_int_t)r->labels, "labels_changed", (json_int_t)r->labels_changed,
                     "labels_left", (json_int_t)r->labels_left);
}

static int write_manifest(const struct relabel *r, const struct bytes *taxonomy,
                          const struct bytes *changes, struct fail *fail)
{
    struct bytes text = {0};
    uint8_t extra[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    json_t *files = json_object();
    json_t *manifest = json_deep_copy(r->from.manifest);
    int code = copy_files(r, files, extra, fail);
    code = code < 0 ? code : dataset_hash(r, extra, hex, fail);
    if (code == 0) {
        json_t *parent = json_pack("[{s:O?, s:s}]", "dataset_sha256",
                                   json_object_get(r->from.manifest, "dataset_sha256"),
                                   "operation", "relabelled");
        json_object_set_new(files, "taxonomy.json", about(taxonomy));
        json_object_set_new(files, "relabel.json", about(changes));
        json_object_set(manifest, "files", files);
        json_object_set(manifest, "tables", r->tables);
        json_object_set_new(manifest, "parents", parent);
        json_object_set_new(manifest, "dataset_sha256", json_string(hex));
        json_object_set_new(
            manifest, "taxonomy",
            json_pack("{s:s, s:s}", "version", r->tax.version, "sha256", r->tax.sha256));
        code = canonical_json(&text, manifest, 2, fail);
    }
    code = code < 0 ? code : relabel_write(r, "manifest.json", text.data, text.size, fail);
    json_decref(files);
    json_decref(manifest);
    bytes_close(&text);
    return code;
}

static void put_page(struct bytes *out, const struct relabel *r)
{
    bytes_format(out, "taxonomy %s -> %s\n", leaf_taxonomy_version, r->tax.version);
    for (int i = 0; i < AXIS_COUNT; i++) {
        const struct taxfile_axis *a = &r->tax.axes[i];
        if (a->changed && relabel_can(i)) {
            bytes_format(out, "%-12s %s; label_ver %s%s; %llu judged, %llu left alone\n",
                         leaf_axes[i].code, a->why, a->version,
                         a->bumped ? " (siblings bumped here)" : "",
                         (unsigned long long)r->judged_of[i],
                         (unsigned long long)r->left_of[i]);
        } else if (a->changed) {
            bytes_format(out,
                         "%-12s %s; its facts are not recorded: labels stay as they "
                         "were, under their version\n",
                         leaf_axes[i].code, a->why);
        }
    }
    for (size_t i = 0; i < r->change_count; i++) {
        const struct relabel_change *c = &r->changes[i];
        bytes_format(out, "%9llu  %s.%s  %s -> %s  by %s\n", (unsigned long long)c->rows,
                     c->table, c->column, leaf_code(c->from), leaf_code(c->to),
                     leaf_find(c->to)->rule_id);
    }
    bytes_format(
        out,
        "%llu label texts judged, %llu changed, %llu left alone; labels: %llu rows "
        "of changed axes, %llu changed, %llu left alone\n",
        (unsigned long long)r->judged, (unsigned long long)r->changed,
        (unsigned long long)r->left, (unsigned long long)r->labels,
        (unsigned long long)r->labels_changed, (unsigned long long)r->labels_left);
}

static int same_taxonomy(const struct relabel *r, const char *path, struct fail *fail)
{
    const json_t *taxonomy = json_object_get(r->from.manifest, "taxonomy");
    const char *sha = json_string_value(json_object_get(taxonomy, "sha256"));
    const char *version = json_string_value(json_object_get(taxonomy, "version"));
    if (sha && strcmp(sha, leaf_taxonomy_sha256) == 0) {
        return 0;
    }
    return fail_set(
        fail, RESULT_USAGE,
        "%s was labelled by taxonomy %s (sha256 %.12s), whose rules this program "
        "(taxonomy %s, sha256 %.12s) does not have; relabel it with the program "
        "that made it",
        path, version ? version : "(not said)", sha ? sha : "not said",
        leaf_taxonomy_version, leaf_taxonomy_sha256);
}

static int relabel(const char *path, const char *taxonomy, const char *to, bool json,
                   struct fail *fail)
{
    struct relabel *r = calloc(1, sizeof *r);
    struct bytes text = {0};
    struct bytes changes = {0};
    struct out out = {0};
    if (!r) {
        return fail_set(fail, RESULT_MEMORY, "out of memory");
    }
    r->out = to;
    int code = folder_open(&r->from, path, fail);
    code = code < 0 ? code : same_taxonomy(r, path, fail);
    code = code < 0 ? code : read_taxonomy(&r->tax, taxonomy, &text, fail);
    code = code < 0 ? code : make_folder(to, fail);
    code = code < 0 ? code : relabel_tables(r, fail);
    if (code == 0) {
        json_t *report = report_json(r);
        code = canonical_json(&changes, report, 2, fail);
        json_decref(report);
    }
    code = code < 0 ? code
                    : relabel_write(r, "relabel.json", changes.data, changes.size, fail);
    code = code < 0 ? code : relabel_write(r, "taxonomy.json", text.data, text.size, fail);
    code = code < 0 ? code : write_manifest(r, &text, &changes, fail);
    if (code == 0) {
        if (json) {
            bytes_put(&out.text, changes.data, changes.size);
        } else {
            put_page(&out.text, r);
        }
        code = out_flush(&out, fail);
    }
    out_close(&out);
    bytes_close(&text);
    bytes_close(&changes);
    relabel_close(r);
    free(r);
    return code;
}

static int run(int argc, char **argv)
{
    struct fail fail = {0};
    const char *path = NULL;
    const char *taxonomy = NULL;
    const char *out = NULL;
    bool json = false;
    struct args args = args_init(&relabel_command, argc, argv);
    int code = 0;
    while (code >= 0) {
        const char *value;
        code = args_next(&args, &value, &fail);
        taxonomy = code == OPTION_TAXONOMY ? value : taxonomy;
        out = code == OPTION_OUT ? value : out;
        json = json || code == OPTION_JSON;
        if (code == ARGS_OPERAND) {
            code = path ? fail_set(&fail, RESULT_USAGE,
                                   "one dataset at a time: %s is too much", value)
                        : 0;
            path = path ? path : value;
        }
    }
    if (code == ARGS_HELP) {
        args_help(&relabel_command);
        return 0;
    }
    if (code == ARGS_END) {
        code = path && taxonomy && out
                   ? relabel(path, taxonomy, out, json, &fail)
                   : fail_set(&fail, RESULT_USAGE,
                              "a dataset, --taxonomy and --out are needed; see v2x relabel "
                              "--help");
    }
    return code < 0 ? args_failed(&relabel_command, &fail) : 0;
}

static const struct args_option options[] = {
    [OPTION_TAXONOMY] =
        {"taxonomy", "FILE",
         "as scenarios/taxonomy/ has it, with other numbers, causes, words"},
    [OPTION_OUT] = {"out", "DIR", "the new dataset"},
    [OPTION_JSON] = {"json", NULL, "what changed as JSON, as in relabel.json"},
};

const struct args_command relabel_command = {
    .name = "relabel",
    .operands = "DATASET",
    .sentence = "labels anew by another taxonomy, from recorded facts alone",
    .text =
        "A row is judged anew only if the rules it was made with give its recorded leaf\n"
        "from what stands beside it. Says which labels changed and by which rule; an axis\n"
        "whose facts are not recorded stays as it was, under its version.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .examples = "  v2x relabel out/demo --taxonomy mine.json --out out/mine\n"
                "  v2x diff out/demo out/mine\n",
    .run = run,
};
