/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x report`. In: a dataset. Out: report.html, which needs nothing but itself
 * (no script, no font, no network), and quality.json with the figures behind it. Both say
 * nothing of when or where they were made. */
#include "tools/v2x/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "publish/canonical.h"
#include "tools/v2x/gates.h"
#include "tools/v2x/out.h"
#include "tools/v2x/plot.h"
#include "tools/v2x/report_air.h"

enum { OPTION_OUT };

static const char style[] =
    "body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:1180px;padding:0 "
    "1em;color:#1a1a1a}h1{font-size:1.5em}h2{margin-top:1.6em;border-bottom:1px solid "
    "#ccc}.p{display:grid;grid-template-columns:repeat(auto-fill,minmax(520px,1fr));gap:"
    "12px}figure{margin:0;border:1px solid #e3e3e3;border-radius:6px}svg{width:100%;"
    "display:block}svg text{font:11px system-ui,sans-serif;fill:#333}.t{font-weight:600;"
    "font-size:13px}.m{text-anchor:middle}.e{text-anchor:end}.g{stroke:#e8e8e8}table{"
    "border-collapse:collapse;font-size:13px;margin:.6em 0}td,th{border:1px solid #ddd;"
    "padding:2px 7px;text-align:right;vertical-align:top}td:first-child,th:first-child{"
    "text-align:left}.s td{text-align:left}.pass{color:#00694b}.fail{color:#a33b00;"
    "font-weight:700}.unverified{color:#8a5a00}.not_applicable{color:#777}code{font-size:"
    ".95em}.w{overflow-x:auto}";

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "?";
}

static void put_head(struct bytes *out, const json_t *m)
{
    const json_t *air = json_object_get(m, "air");
    bytes_text(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width\"><title>");
    plot_text(out, text_of(m, "scenario_id"));
    bytes_format(out, "</title><style>%s</style></head><body>\n<h1>", style);
    plot_text(out, text_of(m, "scenario_id"));
    bytes_text(out, "</h1>\n<p>world <code>");
    plot_text(out, text_of(m, "world_id"));
    bytes_text(out, "</code>, seed ");
    plot_text(out, text_of(m, "seed"));
    bytes_text(out, ", technology ");
    plot_text(out, text_of(air, "technology"));
    bytes_text(out, ", tier ");
    plot_text(out, text_of(air, "tier"));
    bytes_text(out, "<br>dataset <code>");
    plot_text(out, text_of(m, "dataset_sha256"));
    bytes_text(out, "</code></p>\n");
}

static void put_gates(struct bytes *out, const struct gates *gates)
{
    bytes_text(out, "<h2>Gates</h2>\n<div class=\"w\"><table class=\"s\">\n");
    for (size_t i = 0; i < gates->count; i++) {
        const char *status = gates_status_text(gates->list[i].status);
        bytes_format(out, "<tr><td class=\"%s\">%s</td><td>", status, status);
        plot_text(out, gates->list[i].name);
        bytes_text(out, "</td><td>");
        plot_text(out, gates->list[i].text);
        bytes_text(out, "</td></tr>\n");
    }
    bytes_text(out, "</table></div>\n");
}

/* One row of truth against what was seen; leaves that neither has are left out. */
static void put_matrix(struct bytes *out, const struct quality_matrix *m)
{
    struct quality_score s, column;
    uint16_t worst;
    uint16_t count = leaf_axes[m->axis].count;
    double macro = quality_macro(m, &worst);
    bytes_text(out, "<h3>");
    plot_text(out, m->name);
    bytes_format(out, "</h3>\n<p>%llu rows, kappa %.3f, macro F1 %.3f; worst leaf <b>",
                 (unsigned long long)m->total, quality_kappa(m), macro);
    plot_text(out, quality_leaf_info(m->axis, worst)->name);
    bytes_text(out, "</b></p>\n<div class=\"w\"><table><tr><th>truth \\ seen</th>");
    for (uint16_t i = 0; i < count; i++) {
        if (quality_score(m, i, &s)) {
            bytes_text(out, "<th>");
            plot_text(out, quality_leaf_info(m->axis, i)->name);
            bytes_text(out, "</th>");
        }
    }
    bytes_text(out, "<th>precision</th><th>recall</th><th>F1</th></tr>\n");
    for (uint16_t i = 0; i < count; i++) {
        if (!quality_score(m, i, &s)) {
            continue;
        }
        bytes_text(out, "<tr><td>");
        plot_text(out, quality_leaf_info(m->axis, i)->name);
        bytes_text(out, "</td>");
        for (uint16_t k = 0; k < count; k++) {
            char number[24];
            char tip[120];
            if (!quality_score(m, k, &column)) {
                continue;
            }
            double share = s.true_count ? (double)m->n[i][k] / (double)s.true_count : 0;
            (void)snprintf(number, sizeof number, "%llu", (unsigned long long)m->n[i][k]);
            (void)snprintf(tip, sizeof tip, "%.2f %% of %s seen as %s", 100 * share,
                           quality_leaf_info(m->axis, i)->name,
                           quality_leaf_info(m->axis, k)->name);
            plot_cell(out, share, number, tip);
        }
        bytes_format(out, "<td>%.3f</td><td>%.3f</td><td>%.3f</td></tr>\n", s.precision,
                     s.recall, s.f1);
    }
    bytes_text(out, "</table></div>\n");
}

/* Every leaf of every source: how often, in colour by its logarithm. */
static void put_balance(struct bytes *out, const struct quality *q)
{
    bytes_text(out,
               "<h2>Balance</h2>\n<p>Samples of each leaf; deeper is more (by the "
               "logarithm), empty cells are findings. Hover for shares and Wilson 95 % "
               "intervals.</p>\n<div class=\"w\"><table>\n");
    for (size_t i = 0; i < q->source_count; i++) {
        const struct quality_source *s = &q->sources[i];
        bytes_text(out, "<tr><td>");
        plot_text(out, leaf_axes[s->axis].code);
        bytes_text(out, "<br><small>");
        plot_text(out, s->name);
        bytes_text(out, "</small></td>");
        for (uint16_t k = 0; k < leaf_axes[s->axis].count; k++) {
            const struct quality_leaf *leaf = &s->leaves[k];
            struct tally_share share = tally_wilson(leaf->count, s->total);
            char text[80];
            char tip[200];
            double depth =
                leaf->count ? log1p((double)leaf->count) / log1p((double)s->total) : -0.07;
            (void)snprintf(text, sizeof text, "%s %llu",
                           quality_leaf_info(s->axis, k)->name,
                           (unsigned long long)leaf->count);
            (void)snprintf(tip, sizeof tip, "%.3f %% [%.3f, %.3f], %zu worlds, %zu agents",
                           100 * share.share, 100 * share.low, 100 * share.high,
                           leaf->worlds.count, leaf->agents.count);
            plot_cell(out, depth, text, tip);
        }
        bytes_text(out, "</tr>\n");
    }
    bytes_text(out, "</table></div>\n");
}

static void put_flips(struct bytes *out, const struct quality *q)
{
    bool any = false;
    for (size_t i = 0; i < q->source_count; i++) {
        const struct quality_source *s = &q->sources[i];
        for (uint16_t k = 0; k < leaf_axes[s->axis].count; k++) {
            const struct quality_leaf *leaf = &s->leaves[k];
            if (leaf->flips == 0) {
                continue;
            }
            bytes_text(out, any ? ""
                                : "<h2>Stability</h2>\n<p>Leaves that flip when their "
                                  "inputs are moved by one sigma.</p>\n<table><tr><th>leaf"
                                  "</th><th>source</th><th>flips</th></tr>\n");
            any = true;
            bytes_text(out, "<tr><td>");
            plot_text(out, quality_leaf_info(s->axis, k)->code);
            bytes_text(out, "</td><td>");
            plot_text(out, s->name);
            bytes_format(out, "</td><td>%.2f %%</td></tr>\n",
                         100 * (double)leaf->flips / (double)leaf->trials);
        }
    }
    bytes_text(out, any ? "</table>\n" : "");
}

static void put_worst(struct bytes *out, const struct quality *q)
{
    bytes_text(out, "<h2>Worst leaves</h2>\n<table><tr><th>rule</th><th>leaf</th><th>"
                    "precision</th><th>recall</th><th>F1</th><th>of</th><th>macro F1</th>"
                    "<th>kappa</th></tr>\n");
    for (size_t i = 0; i < q->matrix_count; i++) {
        const struct quality_matrix *m = &q->matrices[i];
        struct quality_score s;
        uint16_t worst;
        double macro = quality_macro(m, &worst);
        (void)quality_score(m, worst, &s);
        bytes_text(out, "<tr><td>");
        plot_text(out, m->name);
        bytes_text(out, "</td><td>");
        plot_text(out, quality_leaf_info(m->axis, worst)->name);
        bytes_format(out,
                     "</td><td>%.3f</td><td>%.3f</td><td>%.3f</td><td>%llu</td><td>%.3f"
                     "</td><td>%.3f</td></tr>\n",
                     s.precision, s.recall, s.f1, (unsigned long long)s.true_count, macro,
                     quality_kappa(m));
    }
    bytes_text(out, "</table>\n");
}

static int put_page(struct bytes *out, const struct folder *folder,
                    const struct gates *gates, const struct quality *q, struct fail *fail)
{
    put_head(out, folder->manifest);
    put_gates(out, gates);
    int code = report_receptions(out, folder, fail);
    code = code < 0 ? code : report_aoi(out, folder, fail);
    code = code < 0 ? code : report_sync(out, folder, fail);
    put_worst(out, q);
    bytes_text(out, "<h2>Confusion</h2>\n");
    for (size_t i = 0; i < q->matrix_count; i++) {
        put_matrix(out, &q->matrices[i]);
    }
    put_flips(out, q);
    put_balance(out, q);
    bytes_text(out, "</body></html>\n");
    return code;
}

static json_t *leaf_json(const struct quality_source *s, struct quality_leaf *leaf,
                         uint16_t place)
{
    struct tally_share share = tally_wilson(leaf->count, s->total);
    json_t *object =
        json_pack("{s:s, s:I, s:f, s:f, s:f, s:I, s:I, s:I, s:f}", "leaf",
                  quality_leaf_info(s->axis, place)->code, "count", (json_int_t)leaf->count,
                  "share", share.share, "low", share.low, "high", share.high, "worlds",
                  (json_int_t)leaf->worlds.count, "agents", (json_int_t)leaf->agents.count,
                  "boundary", (json_int_t)leaf->boundary, "seconds", leaf->seconds);
    if (leaf->values.count > 0) {
        json_object_set_new(object, "value",
                            json_pack("{s:f, s:f, s:f}", "q1",
                                      tally_quantile(&leaf->values, 0.25), "median",
                                      tally_quantile(&leaf->values, 0.5), "q3",
                                      tally_quantile(&leaf->values, 0.75)));
    }
    if (leaf->trials > 0) {
        json_object_set_new(object, "flip_rate",
                            json_real((double)leaf->flips / (double)leaf->trials));
    }
    return object;
}

static json_t *matrix_json(const struct quality_matrix *m)
{
    uint16_t worst;
    struct quality_score s;
    double macro = quality_macro(m, &worst);
    json_t *leaves = json_array();
    for (uint16_t i = 0; i < leaf_axes[m->axis].count; i++) {
        if (quality_score(m, i, &s)) {
            json_array_append_new(leaves,
                                  json_pack("{s:s, s:I, s:I, s:f, s:f, s:f}", "leaf",
                                            quality_leaf_info(m->axis, i)->code, "true",
                                            (json_int_t)s.true_count, "seen",
                                            (json_int_t)s.seen_count, "precision",
                                            s.precision, "recall", s.recall, "f1", s.f1));
        }
    }
    return json_pack("{s:s, s:I, s:f, s:f, s:s, s:o}", "rule", m->name, "rows",
                     (json_int_t)m->total, "kappa", quality_kappa(m), "macro_f1", macro,
                     "worst", quality_leaf_info(m->axis, worst)->code, "leaves", leaves);
}

static int put_quality(struct bytes *out, const struct gates *gates, struct quality *q,
                       struct fail *fail)
{
    json_t *all = json_pack("{s:s, s:s}", "taxonomy", leaf_taxonomy_version,
                            "taxonomy_sha256", leaf_taxonomy_sha256);
    json_t *list = json_array();
    for (size_t i = 0; i < gates->count; i++) {
        const struct gate *g = &gates->list[i];
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:o}", "gate", g->name, "status",
                            gates_status_text(g->status), "figure", g->text, "value",
                            g->has_value ? json_real(g->value) : json_null()));
    }
    json_object_set_new(all, "gates", list);
    list = json_array();
    for (size_t i = 0; i < q->source_count; i++) {
        struct quality_source *s = &q->sources[i];
        json_t *leaves = json_array();
        for (uint16_t k = 0; k < leaf_axes[s->axis].count; k++) {
            json_array_append_new(leaves, leaf_json(s, &s->leaves[k], k));
        }
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:I, s:o}", "axis",
                                        leaf_axes[s->axis].code, "source", s->name, "total",
                                        (json_int_t)s->total, "leaves", leaves));
    }
    json_object_set_new(all, "labels", list);
    list = json_array();
    for (size_t i = 0; i < q->matrix_count; i++) {
        json_array_append_new(list, matrix_json(&q->matrices[i]));
    }
    json_object_set_new(all, "rules", list);
    int code = canonical_json(out, all, 2, fail);
    json_decref(all);
    return code;
}

static int write_file(const char *folder, const char *name, const struct bytes *text,
                      struct fail *fail)
{
    char path[FOLDER_PATH];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    if (text->failed) {
        return fail_set(fail, RESULT_MEMORY, "out of memory");
    }
    FILE *f = fopen(path, "wb");
    bool good = f && fwrite(text->data, 1, text->size, f) == text->size;
    good = f && fclose(f) == 0 && good;
    return good ? 0 : fail_set(fail, RESULT_WORLD, "%s: cannot be written", path);
}

static int report(const char *path, const char *to, struct fail *fail)
{
    struct folder folder = {0};
    struct gates gates = {0};
    struct quality *quality = NULL;
    struct bytes page = {0};
    struct bytes json = {0};
    int code = folder_open(&folder, path, fail);
    code = code < 0 ? code : quality_new(&quality, &folder, fail);
    if (code == 0) {
        gates_all(&gates, &folder, quality);
        code = put_page(&page, &folder, &gates, quality, fail);
        code = code < 0 ? code : put_quality(&json, &gates, quality, fail);
        code = code < 0 ? code : write_file(to ? to : path, "report.html", &page, fail);
        code = code < 0 ? code : write_file(to ? to : path, "quality.json", &json, fail);
    }
    bytes_close(&page);
    bytes_close(&json);
    quality_free(quality);
    folder_close(&folder);
    return code;
}

static int run(int argc, char **argv)
{
    struct fail fail = {0};
    const char *path = NULL;
    const char *to = NULL;
    struct args args = args_init(&report_command, argc, argv);
    int code = 0;
    while (code >= 0) {
        const char *value;
        code = args_next(&args, &value, &fail);
        if (code == OPTION_OUT) {
            to = value;
        } else if (code == ARGS_OPERAND) {
            code = path ? fail_set(&fail, RESULT_USAGE,
                                   "one dataset at a time: %s is too much", value)
                        : 0;
            path = path ? path : value;
        }
    }
    if (code == ARGS_HELP) {
        args_help(&report_command);
        return 0;
    }
    if (code == ARGS_END) {
        code = path ? report(path, to, &fail)
                    : fail_set(&fail, RESULT_USAGE, "which dataset? see v2x report --help");
    }
    return code < 0 ? args_failed(&report_command, &fail) : 0;
}

static const struct args_option options[] = {
    [OPTION_OUT] = {"out", "DIR", "write there instead of into the dataset"},
};

const struct args_command report_command = {
    .name = "report",
    .operands = "DATASET",
    .sentence = "a dataset drawn: report.html, and quality.json with its figures",
    .text = "Writes a page that needs nothing but itself: gates, delivery and causes over\n"
            "distance, latency and age, age of information over time, synchronization,\n"
            "confusion of each rule, worst leaves, stability, balance.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .examples = "  v2x report out/demo && xdg-open out/demo/report.html\n",
    .run = run,
};
