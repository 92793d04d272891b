/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x info`. Facts are gathered as one JSON object, which is printed as it is
 * or as a page of text. */
#include "tools/v2x/info.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "publish/canonical.h"
#include "tools/v2x/feed.h"
#include "tools/v2x/folder.h"
#include "tools/v2x/out.h"
#include "tools/v2x/survey.h"

enum { OPTION_JSON };

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "?";
}

static long long number_of(const json_t *object, const char *key)
{
    return (long long)json_integer_value(json_object_get(object, key));
}

static double real_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void put_instant(struct bytes *out, const char *label, const char *ns)
{
    long long value = 0;
    if (sscanf(ns, "%lld", &value) != 1) {
        return;
    }
    struct time_calendar c = time_calendar((struct utc){value});
    bytes_format(out, "%-10s %04d-%02d-%02dT%02d:%02d:%02d.%09dZ\n", label, c.year, c.month,
                 c.day, c.hour, c.minute, c.second, (int)c.nanosecond);
}

static void put_counts(struct bytes *out, const char *label, const json_t *counts)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)counts, key, value)
    {
        bytes_format(out, "%-10s %-24s %lld\n", label, key,
                     (long long)json_integer_value(value));
        label = "";
    }
}

/* The busiest; all of them are in the JSON. */
static void put_senders(struct bytes *out, const json_t *senders)
{
    enum { SHOWN = 20 };
    size_t i;
    json_t *row;
    if (json_array_size(senders) == 0) {
        return;
    }
    bytes_format(out, "\n%-18s %-8s %-10s %-22s %9s %10s\n", "sender", "type", "link",
                 "security", "messages", "per second");
    json_array_foreach(senders, i, row)
    {
        if (i == SHOWN) {
            bytes_format(out, "and %zu more, see --json\n", json_array_size(senders) - i);
            break;
        }
        bytes_format(out, "%-18s %-8s %-10s %-22s %9lld ", text_of(row, "id"),
                     text_of(row, "type"), text_of(row, "link"), text_of(row, "security"),
                     number_of(row, "messages"));
        if (json_is_number(json_object_get(row, "rate_hz"))) {
            bytes_format(out, "%10.2f\n", real_of(row, "rate_hz"));
        } else {
            bytes_format(out, "%10s\n", "-");
        }
    }
}

static void put_capture(struct bytes *out, const json_t *facts)
{
    size_t i;
    json_t *row;
    bytes_format(out, "frames     %lld, of these messages %lld\n",
                 number_of(facts, "frames"), number_of(facts, "messages"));
    put_counts(out, "skipped", json_object_get(facts, "skipped"));
    if (json_is_string(json_object_get(facts, "t_first_ns"))) {
        put_instant(out, "first", text_of(facts, "t_first_ns"));
        put_instant(out, "last", text_of(facts, "t_last_ns"));
        bytes_format(out, "span       %.3f s, longest silence %.3f s, stamps back %lld\n",
                     real_of(facts, "span_s"), real_of(facts, "longest_silence_s"),
                     number_of(facts, "stamps_back"));
    }
    const json_t *gaps = json_object_get(facts, "gaps");
    bytes_format(out, "gaps       %lld counter jumps, %lld BSMs missed\n",
                 number_of(gaps, "jumps"), number_of(gaps, "missed"));
    bytes_format(out, "\n%-8s %-10s %-22s %9s %10s %8s\n", "type", "link", "security",
                 "messages", "per second", "senders");
    json_array_foreach(json_object_get(facts, "rows"), i, row)
    {
        bytes_format(out, "%-8s %-10s %-22s %9lld %10.2f %8lld\n", text_of(row, "type"),
                     text_of(row, "link"), text_of(row, "security"),
                     number_of(row, "messages"), real_of(row, "rate_hz"),
                     number_of(row, "senders"));
    }
    put_senders(out, json_object_get(facts, "senders"));
    json_array_foreach(json_object_get(facts, "clocks"), i, row)
    {
        const char *doubt = json_string_value(json_object_get(row, "suspicion"));
        bytes_format(out, "%sclock      capture minus %s: ", i ? "" : "\n",
                     text_of(row, "source"));
        if (json_is_number(json_object_get(row, "modal_s"))) {
            bytes_format(out, "%+.2f s in %.0f %%", real_of(row, "modal_s"),
                         100 * real_of(row, "share"));
        }
        bytes_format(out, "%s%s\n", doubt ? " suspicious: " : "", doubt ? doubt : "");
    }
    if (json_object_get(facts, "torn")) {
        bytes_format(out, "torn       %s\n", text_of(facts, "torn"));
    }
}

static void put_dataset(struct bytes *out, const json_t *m)
{
    const char *name;
    json_t *table;
    const json_t *air = json_object_get(m, "air");
    const json_t *time = json_object_get(m, "time");
    const json_t *ledger = json_object_get(m, "ledger");
    bytes_format(out, "dataset    %s (%s)%s\n", text_of(m, "name"), text_of(m, "kind"),
                 json_is_true(json_object_get(m, "recovered")) ? ", recovered" : "");
    bytes_format(out, "scenario   %s, world %s, seed %s\n", text_of(m, "scenario_id"),
                 text_of(m, "world_id"), text_of(m, "seed"));
    bytes_format(out, "air        technology %s, tier %s\n", text_of(air, "technology"),
                 text_of(air, "tier"));
    put_instant(out, "start", text_of(time, "start_ns"));
    put_instant(out, "end", text_of(time, "end_ns"));
    bytes_format(out,
                 "ledger     %lld opportunities, %lld transmitted; %lld intended, %lld "
                 "delivered (%lld late)\n",
                 number_of(ledger, "opportunities"), number_of(ledger, "transmitted"),
                 number_of(ledger, "intended"), number_of(ledger, "delivered"),
                 number_of(ledger, "late"));
    put_counts(out, "lost", json_object_get(ledger, "lost"));
    put_counts(out, "suppressed", json_object_get(ledger, "suppressed"));
    bytes_format(out, "\n%-16s %10s %6s  %s\n", "table", "rows", "files", "content_sha256");
    json_object_foreach(json_object_get(m, "tables"), name, table)
    {
        bytes_format(out, "%-16s %10lld %6zu  %s\n", name, number_of(table, "rows"),
                     json_array_size(json_object_get(table, "files")),
                     text_of(table, "content_sha256"));
    }
    bytes_format(out, "\ndataset_sha256 %s\n", text_of(m, "dataset_sha256"));
}

/* Reads to the end; what broke off is told in the facts, not lost. */
static int survey_feed(struct survey *survey, struct feed *feed, json_t **facts,
                       struct fail *fail)
{
    struct decode_record record;
    int code = 1;
    while (code == 1 && !args_interrupted()) {
        code = feed_next(feed, &record, fail);
        if (code == 1) {
            survey_take(survey, &record);
        }
    }
    *facts = survey_json(survey);
    if (!*facts) {
        return fail_set(fail, RESULT_MEMORY, "out of memory");
    }
    if (code < 0) {
        json_object_set_new(*facts, "torn", json_string(fail->text));
    }
    return code < 0 ? code : 0;
}

static int capture_facts(const char *path, json_t **facts, struct fail *fail)
{
    struct feed *feed = NULL;
    struct survey *survey = NULL;
    int code = feed_open(&feed, path, FEED_AUTO, FRAMES_AUTO, fail);
    code = code < 0 ? code : survey_new(&survey, fail);
    code = code < 0 ? code : survey_feed(survey, feed, facts, fail);
    survey_free(survey);
    feed_free(feed);
    return code;
}

static int tell(const char *path, bool json, struct fail *fail)
{
    bool dataset = folder_is(path);
    struct folder folder = {0};
    json_t *facts = NULL;
    struct out out = {0};
    int code =
        dataset ? folder_open(&folder, path, fail) : capture_facts(path, &facts, fail);
    if (dataset && code == 0) {
        facts = json_incref(folder.manifest);
    }
    struct fail later = {0};
    int printed = 0;
    if (facts && json) {
        json_object_set_new(facts, "path", json_string(path));
        json_object_set_new(facts, "content", json_string(dataset ? "dataset" : "capture"));
        printed = canonical_json(&out.text, facts, 2, &later);
    } else if (facts) {
        (dataset ? put_dataset : put_capture)(&out.text, facts);
    }
    printed = printed < 0 ? printed : out_flush(&out, &later);
    if (code == 0 && printed < 0) {
        *fail = later;
        code = printed;
    }
    json_decref(facts);
    folder_close(&folder);
    out_close(&out);
    return code;
}

static int run(int argc, char **argv)
{
    struct fail fail = {0};
    const char *path = NULL;
    bool json = false;
    struct args args = args_init(&info_command, argc, argv);
    int code = 0;
    while (code >= 0) {
        const char *value;
        code = args_next(&args, &value, &fail);
        json = json || code == OPTION_JSON;
        if (code == ARGS_OPERAND) {
            code = path ? fail_set(&fail, RESULT_USAGE,
                                   "one path at a time: %s is too much", value)
                        : 0;
            path = path ? path : value;
        }
    }
    if (code == ARGS_HELP) {
        args_help(&info_command);
        return 0;
    }
    if (code == ARGS_END && !path) {
        code =
            fail_set(&fail, RESULT_USAGE, "which capture or dataset? see v2x info --help");
    }
    args_catch();
    code = code == ARGS_END ? tell(path, json, &fail) : code;
    if (args_interrupted()) {
        return ARGS_EXIT_INTERRUPTED;
    }
    return code < 0 ? args_failed(&info_command, &fail) : 0;
}

static const struct args_option options[] = {
    [OPTION_JSON] = {"json", NULL, "the same as one JSON object"},
};

const struct args_command info_command = {
    .name = "info",
    .operands = "PATH",
    .sentence = "what is in a capture or a dataset",
    .text = "A capture: messages by type, link, security and sender, their rates, what\n"
            "was skipped and why, gaps, and whether clocks differ by 5, 18, 19 or 37 s.\n"
            "A dataset: its lineage, ledger, rows and hashes.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .examples = "  v2x info drive.pcapng\n  v2x info --json out/demo | jq .ledger\n",
    .run = run,
};
