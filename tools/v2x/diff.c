/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x diff`. */
#include "tools/v2x/diff.h"

#include <stdio.h>

#include "base/time.h"
#include "publish/canonical.h"
#include "tools/v2x/compare.h"
#include "tools/v2x/out.h"

enum { OPTION_JSON };

static json_t *whole(uint64_t n)
{
    return json_integer((json_int_t)n);
}

static json_t *as_json(const struct compare *c)
{
    char ns[24];
    (void)snprintf(ns, sizeof ns, "%lld", (long long)c->diverged_ns);
    json_t *object = json_pack(
        "{s:b, s:{s:o, s:o, s:o, s:o, s:o, s:o}, s:{s:o, s:o, s:o, s:o, s:o, s:o, s:o}}",
        "same_world", c->same_world, "opportunities", "only_a", whole(c->only_a), "only_b",
        whole(c->only_b), "sent_both", whole(c->sent_both), "sent_only_a", whole(c->sent_a),
        "sent_only_b", whole(c->sent_b), "sent_none", whole(c->sent_none), "pairs",
        "only_a", whole(c->pairs_only_a), "only_b", whole(c->pairs_only_b),
        "delivered_both", whole(c->both), "delivered_only_a", whole(c->delivered_a),
        "delivered_only_b", whole(c->delivered_b), "lost_same_cause", whole(c->lost_same),
        "lost_other_cause", whole(c->lost_other));
    json_object_set_new(
        object, "latency_difference_ms",
        c->has_latency ? json_pack("{s:f, s:f, s:f}", "mean", c->latency_mean_ms, "median",
                                   c->latency_median_ms, "p95", c->latency_p95_ms)
                       : json_null());
    json_object_set_new(
        object, "diverged",
        c->diverged ? json_pack("{s:s, s:s}", "t_ns", ns, "agent", c->diverged_agent)
                    : json_null());
    json_object_set_new(object, "agent_rows", whole(c->agent_rows));
    return object;
}

static void put_instant(struct bytes *out, int64_t ns)
{
    struct time_calendar t = time_calendar((struct utc){ns});
    bytes_format(out, "%04d-%02d-%02dT%02d:%02d:%02d.%09dZ", t.year, t.month, t.day, t.hour,
                 t.minute, t.second, (int)t.nanosecond);
}

static void put_page(struct bytes *out, const struct compare *c)
{
    bytes_format(out, "world          %s\n",
                 c->same_world ? "the same world_id" : "different world_ids");
    bytes_format(
        out,
        "opportunities  %llu only in A, %llu only in B; in both: %llu sent in both, "
        "%llu only in A, %llu only in B, %llu in neither\n",
        (unsigned long long)c->only_a, (unsigned long long)c->only_b,
        (unsigned long long)c->sent_both, (unsigned long long)c->sent_a,
        (unsigned long long)c->sent_b, (unsigned long long)c->sent_none);
    bytes_format(
        out,
        "pairs          %llu only in A, %llu only in B\n"
        "fate           %llu delivered in both, %llu only in A, %llu only in B; %llu "
        "lost by the same cause, %llu by another\n",
        (unsigned long long)c->pairs_only_a, (unsigned long long)c->pairs_only_b,
        (unsigned long long)c->both, (unsigned long long)c->delivered_a,
        (unsigned long long)c->delivered_b, (unsigned long long)c->lost_same,
        (unsigned long long)c->lost_other);
    if (c->has_latency) {
        bytes_format(
            out, "latency        B minus A: mean %+.3f ms, median %+.3f ms, p95 %+.3f ms\n",
            c->latency_mean_ms, c->latency_median_ms, c->latency_p95_ms);
    }
    bytes_text(out, "trajectories   ");
    if (c->diverged) {
        bytes_text(out, "diverge at ");
        put_instant(out, c->diverged_ns);
        bytes_format(out, ", first %s\n", c->diverged_agent);
    } else {
        bytes_format(out, "%s in %llu rows of agents\n",
                     c->agent_rows ? "the same" : "nothing to compare",
                     (unsigned long long)c->agent_rows);
    }
}

static int diff(const char *const paths[2], bool json, struct fail *fail)
{
    struct folder a = {0};
    struct folder b = {0};
    struct compare c;
    struct out out = {0};
    int code = folder_open(&a, paths[0], fail);
    code = code < 0 ? code : folder_open(&b, paths[1], fail);
    code = code < 0 ? code : compare_datasets(&a, &b, &c, fail);
    if (code == 0 && json) {
        json_t *object = as_json(&c);
        code = canonical_json(&out.text, object, 2, fail);
        json_decref(object);
    } else if (code == 0) {
        put_page(&out.text, &c);
    }
    code = code < 0 ? code : out_flush(&out, fail);
    folder_close(&a);
    folder_close(&b);
    out_close(&out);
    return code;
}

static int run(int argc, char **argv)
{
    struct fail fail = {0};
    const char *paths[2] = {NULL, NULL};
    int count = 0;
    bool json = false;
    struct args args = args_init(&diff_command, argc, argv);
    int code = 0;
    while (code >= 0) {
        const char *value;
        code = args_next(&args, &value, &fail);
        json = json || code == OPTION_JSON;
        if (code == ARGS_OPERAND && count == 2) {
            code = fail_set(&fail, RESULT_USAGE, "two datasets at a time: %s is too much",
                            value);
        } else if (code == ARGS_OPERAND) {
            paths[count++] = value;
            code = 0;
        }
    }
    if (code == ARGS_HELP) {
        args_help(&diff_command);
        return 0;
    }
    if (code == ARGS_END) {
        code = count == 2 ? diff(paths, json, &fail)
                          : fail_set(&fail, RESULT_USAGE,
                                     "two datasets are needed; see v2x diff --help");
    }
    return code < 0 ? args_failed(&diff_command, &fail) : 0;
}

static const struct args_option options[] = {
    [OPTION_JSON] = {"json", NULL, "the same as one JSON object"},
};

const struct args_command diff_command = {
    .name = "diff",
    .operands = "A B",
    .sentence = "two datasets of one world, opportunity by opportunity",
    .text = "Opportunities are joined by msg_uid, intended pairs by msg_uid and receiver.\n"
            "Says what was sent, delivered or lost in one and not in the other, how\n"
            "latencies differ, and from when on the agents' true ways differ.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .examples = "  v2x diff out/tier-d1 out/tier-d4\n",
    .run = run,
};
