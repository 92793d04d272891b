/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x verify`: runs the gates, tells each, and exits 3 if one failed. */
#include "tools/v2x/verify.h"

#include <stdio.h>
#include <string.h>

#include "tools/v2x/gates.h"
#include "tools/v2x/out.h"

enum { OPTION_JSON, OPTION_STRICT, OPTION_GATES, OPTION_LEAVES };

struct verify {
    const char *path, *limits;
    bool json, strict, leaves;
};

static int parse(struct args *args, struct verify *v, struct fail *fail)
{
    for (;;) {
        const char *value;
        int option = args_next(args, &value, fail);
        if (option == OPTION_JSON) {
            v->json = true;
        } else if (option == OPTION_STRICT) {
            v->strict = true;
        } else if (option == OPTION_GATES) {
            v->limits = value;
        } else if (option == OPTION_LEAVES) {
            v->leaves = true;
        } else if (option == ARGS_OPERAND && !v->path) {
            v->path = value;
        } else if (option == ARGS_OPERAND) {
            return fail_set(fail, RESULT_USAGE, "one dataset at a time: %s is too much",
                            value);
        } else if (option == ARGS_END && !v->path) {
            return fail_set(fail, RESULT_USAGE, "which dataset? see v2x verify --help");
        } else {
            return option;
        }
    }
}

static void put_gate(struct bytes *out, const struct gate *gate, bool json)
{
    if (!json) {
        bytes_format(out, "%-14s  %-22s  %s\n", gates_status_text(gate->status), gate->name,
                     gate->text);
        return;
    }
    bytes_text(out, "{\"gate\":");
    bytes_json_string(out, gate->name);
    bytes_text(out, ",\"status\":");
    bytes_json_string(out, gates_status_text(gate->status));
    bytes_text(out, ",\"value\":");
    if (gate->has_value) {
        bytes_json_double(out, gate->value);
    } else {
        bytes_text(out, "null");
    }
    bytes_text(out, ",\"figure\":");
    bytes_json_string(out, gate->text);
    bytes_text(out, "}\n");
}

/* A line per leaf and source, with the Wilson interval of its share. */
static void put_leaves(struct bytes *out, struct quality *q, bool json)
{
    for (size_t i = 0; i < q->source_count; i++) {
        struct quality_source *s = &q->sources[i];
        for (uint16_t k = 0; k < leaf_axes[s->axis].count; k++) {
            struct quality_leaf *leaf = &s->leaves[k];
            struct tally_share share = tally_wilson(leaf->count, s->total);
            double flips = leaf->trials ? (double)leaf->flips / (double)leaf->trials : -1;
            const char *code = quality_leaf_info(s->axis, k)->code;
            if (json) {
                bytes_format(
                    out,
                    "{\"leaf\":\"%s\",\"source\":\"%s\",\"count\":%llu,\"share\":"
                    "%.6f,\"low\":%.6f,\"high\":%.6f,\"worlds\":%zu,\"agents\":%zu",
                    code, s->name, (unsigned long long)leaf->count, share.share, share.low,
                    share.high, leaf->worlds.count, leaf->agents.count);
                if (leaf->values.count > 0) {
                    bytes_format(out, ",\"q1\":%.6g,\"median\":%.6g,\"q3\":%.6g",
                                 tally_quantile(&leaf->values, 0.25),
                                 tally_quantile(&leaf->values, 0.5),
                                 tally_quantile(&leaf->values, 0.75));
                }
                if (flips >= 0) {
                    bytes_format(out, ",\"flip_rate\":%.6f", flips);
                }
                bytes_format(out, ",\"boundary\":%llu,\"seconds\":%.3f}\n",
                             (unsigned long long)leaf->boundary, leaf->seconds);
            } else {
                bytes_format(out,
                             "%-30s %-24s %9llu  %7.3f %% [%7.3f, %7.3f]  %zu worlds "
                             "%zu agents",
                             code, s->name, (unsigned long long)leaf->count,
                             100 * share.share, 100 * share.low, 100 * share.high,
                             leaf->worlds.count, leaf->agents.count);
                if (flips >= 0) {
                    bytes_format(out, "  %.4f flip", flips);
                }
                bytes_text(out, "\n");
            }
        }
    }
}

/* 0, or RESULT_GATE if one failed (strict: or is unverified). quality may be NULL. */
static int tell(const struct gates *gates, struct quality *quality, const struct verify *v,
                struct fail *fail)
{
    struct out out = {0};
    size_t failed = 0;
    size_t unverified = 0;
    for (size_t i = 0; i < gates->count; i++) {
        put_gate(&out.text, &gates->list[i], v->json);
        failed += gates->list[i].status == GATE_FAIL;
        unverified += gates->list[i].status == GATE_UNVERIFIED;
    }
    if (v->leaves && quality) {
        put_leaves(&out.text, quality, v->json);
    }
    int code = out_flush(&out, fail);
    out_close(&out);
    if (code == 0 && (failed > 0 || (v->strict && unverified > 0))) {
        code = fail_set(fail, RESULT_GATE, "%s: %zu gates failed, %zu unverified", v->path,
                        failed, unverified);
    }
    return code;
}

static int apply_limits(struct gates *gates, const char *path, struct fail *fail)
{
    json_error_t error;
    json_t *limits = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!limits) {
        return error.line < 0 ? fail_set(fail, RESULT_USAGE, "%s: %s", path, error.text)
                              : fail_set(fail, RESULT_USAGE, "%s:%d:%d: %s", path,
                                         error.line, error.column, error.text);
    }
    int code = gates_limit(gates, limits, fail);
    json_decref(limits);
    return code < 0 ? fail_wrap(fail, "%s", path) : 0;
}

static int verify(const struct verify *v, struct fail *fail)
{
    struct gates gates = {0};
    struct folder folder;
    struct fail why = {0};
    if (!folder_is(v->path)) {
        return fail_set(fail, RESULT_USAGE, "%s: no directory", v->path);
    }
    if (folder_open(&folder, v->path, &why) < 0) {
        gates_unread(&gates, "manifest", &why);
        return tell(&gates, NULL, v, fail);
    }
    struct quality *quality = NULL;
    bool unread = quality_new(&quality, &folder, &why) < 0;
    gates_all(&gates, &folder, quality);
    if (unread) {
        gates_unread(&gates, "mece", &why);
    }
    folder_close(&folder);
    int code = v->limits ? apply_limits(&gates, v->limits, fail) : 0;
    code = code < 0 ? code : tell(&gates, quality, v, fail);
    quality_free(quality);
    return code;
}

static int run(int argc, char **argv)
{
    struct fail fail = {0};
    struct verify v = {0};
    struct args args = args_init(&verify_command, argc, argv);
    int code = parse(&args, &v, &fail);
    if (code == ARGS_HELP) {
        args_help(&verify_command);
        return 0;
    }
    if (code == ARGS_END) {
        code = verify(&v, &fail);
    }
    return code < 0 ? args_failed(&verify_command, &fail) : 0;
}

static const struct args_option options[] = {
    [OPTION_JSON] = {"json", NULL, "a JSON object per gate: gate, status, value, figure"},
    [OPTION_STRICT] = {"strict", NULL, "unverified counts as failed"},
    [OPTION_GATES] = {"gates", "FILE",
                      "limits on figures, JSON: {\"delivered_share\":{\"min\":0.9},\n"
                      "\"late_share\":{\"max\":0.1},\"sync\":\"off\"}"},
    [OPTION_LEAVES] = {"leaves", NULL,
                       "then a line per leaf and source: count, share with its Wilson\n"
                       "95 % interval, worlds, agents, flip rate under one sigma"},
};

const struct args_command verify_command = {
    .name = "verify",
    .operands = "DATASET",
    .sentence = "a dataset against its promises, gate by gate",
    .text =
        "Each gate is pass, fail, unverified or not_applicable, with its figure:\n"
        "manifest, files, rows, content_sha256, dataset_sha256, mcap_whole, mcap_counts,\n"
        "ledger, one_row_per_pair, causality, known_after_available, delivered_share,\n"
        "late_share, no_nan, labels, sync, sync_streams, no_future, mece, unknown_share, "
        "balance,\n"
        "stability, a rule_* for each rule against truth or what was injected, leakage.\n"
        "Exit code 3 if one failed.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .examples = "  v2x verify out/demo\n  v2x verify --json --strict out/demo | jq .\n",
    .run = run,
};
