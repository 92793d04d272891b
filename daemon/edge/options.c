/* SPDX-License-Identifier: Apache-2.0 */
/* Command line by one table: name, argument, sentence, and what it sets. In: argv. Out:
 * options, or one sentence on what is wrong. */
#include "edge/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum kind { FLAG, TEXT, LIST, NUMBER, SPECIAL };

enum special {
    S_NONE,
    S_SEED,
    S_LATENCY,
    S_LOSS,
    S_SPEED,
    S_LOOP,
    S_RESTAMP,
    S_THREADS,
    S_WAIT,
    S_PUBLISH,
    S_CLOCK_MAP,
    S_SET,
    S_VERBOSE,
    S_QUIET,
};

struct option {
    const char *name, *letter, *argument;
    enum kind kind;
    enum special special;
    size_t offset;     /* of FLAG (bool), TEXT (const char *), NUMBER (double, >= 0) */
    unsigned commands; /* bit per command; 0: run and replay */
    const char *sentence;
};

#define AT(field)   offsetof(struct options, field)
#define ONLY_RUN    (1u << OPTIONS_RUN)
#define ONLY_REPLAY (1u << OPTIONS_REPLAY)

// clang-format off
static const struct option table[] = {
    {"--out", NULL, "DIR", TEXT, S_NONE, AT(out), 0, "write the dataset there"},
    {"--force", NULL, NULL, FLAG, S_NONE, AT(force), 0, "replace the dataset in a folder that is not empty"},
    {"--outputs", NULL, "LIST", TEXT, S_NONE, AT(outputs), 0, "tables,mcap (default), pcapng, croissant, all"},
    {"--publish", NULL, "ENDPOINT", LIST, S_PUBLISH, 0, 0, "ZeroMQ endpoint of the stream, repeatable (tcp://127.0.0.1:5556, ipc://v2xd.sock)"},
    {"--control", NULL, "ENDPOINT", TEXT, S_NONE, AT(control), 0, "control socket; default: the next port after --publish, or .ctl"},
    {"--http", NULL, "ADDR:PORT", TEXT, S_NONE, AT(http), 0, "viewer, /metrics, /healthz; off unless given"},
    {"--seed", NULL, "N", SPECIAL, S_SEED, 0, 0, "seed of everything random (default: the file's, else 1)"},
    {"--tier", NULL, "d0..d5", TEXT, S_NONE, AT(tier), 0, "degradation tier"},
    {"--air", NULL, "FILE.yaml", TEXT, S_NONE, AT(air), 0, "degradation profile of your own"},
    {"--latency", NULL, "MS[+-MS]", SPECIAL, S_LATENCY, 0, 0, "add a fixed latency, with one sigma of jitter (also MS\xC2\xB1MS)"},
    {"--loss", NULL, "P", SPECIAL, S_LOSS, 0, 0, "lose each message with probability P (0..1)"},
    {"--technology", NULL, "NAME", TEXT, S_NONE, AT(technology), 0, "ideal (default: range cut only)"},
    {"--ego", NULL, "ID,...|all", TEXT, S_NONE, AT(egos), 0, "whose sensors, frames and decisions are made"},
    {"--receivers", NULL, "ID,...|all", TEXT, S_NONE, AT(receivers), 0, "whose receptions are recorded and published (default all)"},
    {"--sensors", NULL, "FILE.csv", TEXT, S_NONE, AT(sensors), 0, "recorded sensor frames"},
    {"--objects", NULL, "FILE.csv", TEXT, S_NONE, AT(objects), 0, "recorded objects"},
    {"--poses", NULL, "FILE.csv", TEXT, S_NONE, AT(poses), 0, "recorded ego poses"},
    {"--clock-map", NULL, "STREAM=NS+-NS", LIST, S_CLOCK_MAP, 0, 0, "offset of a stream's clock and its one sigma, repeatable"},
    {"--speed", NULL, "1|X|max", SPECIAL, S_SPEED, 0, 0, "pace; default max without --publish, else 1"},
    {"--start", NULL, "S", NUMBER, S_NONE, AT(start_s), ONLY_REPLAY, "skip so many seconds of the capture"},
    {"--duration", NULL, "S", NUMBER, S_NONE, AT(duration_s), 0, "stop after so many seconds"},
    {"--loop", NULL, "N", SPECIAL, S_LOOP, 0, ONLY_REPLAY, "play so many times; time goes on"},
    {"--restamp", NULL, "keep|now", SPECIAL, S_RESTAMP, 0, ONLY_REPLAY, "message times as captured, or moved to now"},
    {"--filter", NULL, "BPF", TEXT, S_NONE, AT(filter), ONLY_REPLAY, "capture filter"},
    {"--threads", NULL, "N", SPECIAL, S_THREADS, 0, 0, "threads of the air (never changes a byte)"},
    {"--wait-subscribers", NULL, "N", SPECIAL, S_WAIT, 0, 0, "start when so many are there"},
    {"--lossless", NULL, NULL, FLAG, S_NONE, AT(lossless), 0, "back-pressure instead of dropping"},
    {"--lossless-timeout", NULL, "S", NUMBER, S_NONE, AT(lossless_timeout_s), 0, "pass a stuck subscriber by after so long"},
    {"--no-truth", NULL, NULL, FLAG, S_NONE, AT(no_truth), 0, "withhold truth and injected values from the stream"},
    {"--set", NULL, "a.b.c=VALUE", LIST, S_SET, 0, ONLY_RUN | 1u << OPTIONS_CHECK, "override a key of the scenario, repeatable; .+ adds to a list"},
    {"--summary", NULL, "FILE", TEXT, S_NONE, AT(summary), 0, "summary as JSON"},
    {"--log-json", NULL, NULL, FLAG, S_NONE, AT(log_json), 0, "log lines as JSON"},
    {"--no-progress", NULL, NULL, FLAG, S_NONE, AT(no_progress), 0, "no progress line on a terminal"},
    {"--explain-memory", NULL, NULL, FLAG, S_NONE, AT(explain_memory), 0, "print what each room takes at the start"},
    {"--interface", "-i", "IFACE", TEXT, S_NONE, AT(interface), ONLY_REPLAY, "live capture"},
    {"--verbose", "-v", NULL, SPECIAL, S_VERBOSE, 0, 0, "more on stderr"},
    {"--quiet", "-q", NULL, SPECIAL, S_QUIET, 0, 0, "nothing on stderr but errors"},
};
// clang-format on
#define TABLE_COUNT (sizeof table / sizeof table[0])

static const char *const command_words[] = {"run", "replay", "check", "explain"};

static bool read_number(const char *text, double *out, const char **end)
{
    char *stop;
    errno = 0;
    *out = strtod(text, &stop);
    *end = stop;
    return stop != text && errno == 0 && *out == *out && *out < 1e15 && *out > -1e15;
}

static int bad_value(struct fail *fail, const struct option *o, const char *value,
                     const char *allowed)
{
    return fail_set(fail, RESULT_USAGE, "%s %s: %s", o->name, value, allowed);
}

static int set_whole(struct fail *fail, const struct option *o, const char *value,
                     double least, double most, double *out)
{
    const char *end;
    if (!read_number(value, out, &end) || *end || *out < least || *out > most ||
        *out != (double)(int64_t)*out) {
        char allowed[80];
        struct fail scratch;
        (void)fail_set(&scratch, 0, "a whole number from %.0f to %.0f", least, most);
        (void)strncpy(allowed, scratch.text, sizeof allowed - 1);
        allowed[sizeof allowed - 1] = 0;
        return bad_value(fail, o, value, allowed);
    }
    return 0;
}

static int set_latency(struct options *options, const struct option *o, const char *value,
                       struct fail *fail)
{
    const char *end;
    bool ok = read_number(value, &options->latency_ms, &end);
    if (ok && *end) {
        size_t sign =
            strncmp(end, "\xC2\xB1", 2) == 0 || strncmp(end, "+-", 2) == 0 ? 2 : 0;
        ok = sign && read_number(end + sign, &options->latency_jitter_ms, &end) && !*end;
    }
    if (!ok || options->latency_ms < 0 || options->latency_ms > 60000 ||
        options->latency_jitter_ms < 0 || options->latency_jitter_ms > 60000) {
        return bad_value(fail, o, value, "milliseconds from 0 to 60000, as 100 or 100+-20");
    }
    options->has_latency = true;
    return 0;
}

static int set_seed(struct options *options, const struct option *o, const char *value,
                    struct fail *fail)
{
    char *end;
    errno = 0;
    options->seed = strtoull(value, &end, 10);
    if (errno || *end || value[0] < '0' || value[0] > '9') {
        return bad_value(fail, o, value, "a whole number from 0 to 18446744073709551615");
    }
    options->has_seed = true;
    return 0;
}

static int set_speed(struct options *options, const struct option *o, const char *value,
                     struct fail *fail)
{
    const char *end = "";
    options->has_speed = true;
    options->speed = 0;
    if (strcmp(value, "max") == 0) {
        return 0;
    }
    if (!read_number(value, &options->speed, &end) || *end || options->speed < 0.001 ||
        options->speed > 1000) {
        return bad_value(fail, o, value, "max, or a factor from 0.001 to 1000");
    }
    return 0;
}

static int set_list(struct options *options, const struct option *o, const char *value,
                    struct fail *fail)
{
    const char **list = options->sets;
    size_t *count = &options->set_count;
    size_t most = OPTIONS_LIST_MOST;
    if (o->special == S_PUBLISH) {
        list = options->publish;
        count = &options->publish_count;
        most = sizeof options->publish / sizeof options->publish[0];
    } else if (o->special == S_CLOCK_MAP) {
        list = options->clock_maps;
        count = &options->clock_map_count;
    }
    if (*count == most) {
        return fail_set(fail, RESULT_USAGE, "%s: more than %zu of them", o->name, most);
    }
    list[(*count)++] = value;
    return 0;
}

static int set_special(struct options *options, const struct option *o, const char *value,
                       struct fail *fail)
{
    double number = 0;
    const char *end;
    int code = 0;
    switch (o->special) {
    case S_SEED:
        return set_seed(options, o, value, fail);
    case S_LATENCY:
        return set_latency(options, o, value, fail);
    case S_SPEED:
        return set_speed(options, o, value, fail);
    case S_LOSS:
        options->has_loss = true;
        if (!read_number(value, &options->loss, &end) || *end || options->loss < 0 ||
            options->loss > 1) {
            return bad_value(fail, o, value, "a probability from 0 to 1");
        }
        return 0;
    case S_LOOP:
        code = set_whole(fail, o, value, 1, 1e6, &number);
        options->loops = (uint32_t)number;
        return code;
    case S_THREADS:
        code = set_whole(fail, o, value, 1, 64, &number);
        options->threads = (int)number;
        return code;
    case S_WAIT:
        code = set_whole(fail, o, value, 0, 1000, &number);
        options->wait_subscribers = (unsigned)number;
        return code;
    case S_RESTAMP:
        options->restamp_now = strcmp(value, "now") == 0;
        return options->restamp_now || strcmp(value, "keep") == 0
                   ? 0
                   : bad_value(fail, o, value, "keep or now");
    case S_VERBOSE:
        options->verbose++;
        return 0;
    case S_QUIET:
        options->verbose = -1;
        return 0;
    case S_NONE:
    case S_PUBLISH:
    case S_CLOCK_MAP:
    case S_SET:
        break;
    }
    return 0;
}

static int set_option(struct options *options, const struct option *o, const char *value,
                      struct fail *fail)
{
    char *at = (char *)options + o->offset;
    const char *end;
    double number;
    switch (o->kind) {
    case FLAG:
        *(bool *)at = true;
        return 0;
    case TEXT:
        *(const char **)at = value;
        return 0;
    case NUMBER:
        if (!read_number(value, &number, &end) || *end || number < 0) {
            return bad_value(fail, o, value, "seconds, 0 or more");
        }
        *(double *)at = number;
        return 0;
    case LIST:
        return set_list(options, o, value, fail);
    case SPECIAL:
        return set_special(options, o, value, fail);
    }
    return 0;
}

static const struct option *find_option(const char *word, size_t length)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        const struct option *o = &table[i];
        bool named = strlen(o->name) == length && strncmp(o->name, word, length) == 0;
        if (named || (o->letter && strcmp(o->letter, word) == 0)) {
            return o;
        }
    }
    return NULL;
}

static int parse_command(const char *word, enum options_command *command, struct fail *fail)
{
    for (int i = 0; i < 4; i++) {
        if (strcmp(word, command_words[i]) == 0) {
            *command = (enum options_command)i;
            return 0;
        }
    }
    return fail_set(fail, RESULT_USAGE,
                    "'%s' is not a command: run, replay, check, explain (see v2xd --help)",
                    word);
}

static bool has_argument(const struct option *o)
{
    return o->argument != NULL;
}

static int parse_option(int argc, char **argv, int *i, struct options *options,
                        struct fail *fail)
{
    const char *word = argv[*i];
    const char *equals = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
    size_t length = equals ? (size_t)(equals - word) : strlen(word);
    const struct option *o = find_option(word, length);
    unsigned commands = o && o->commands ? o->commands : ONLY_RUN | ONLY_REPLAY;
    if (!o || !(commands >> options->command & 1)) {
        return fail_set(fail, RESULT_USAGE,
                        "v2xd %s has no option %.*s (see v2xd %s --help)",
                        command_words[options->command], (int)length, word,
                        command_words[options->command]);
    }
    const char *value = equals ? equals + 1 : NULL;
    if (has_argument(o) && !value) {
        if (*i + 1 >= argc) {
            return fail_set(fail, RESULT_USAGE, "%s needs %s", o->name, o->argument);
        }
        value = argv[++*i];
    } else if (!has_argument(o) && value) {
        return fail_set(fail, RESULT_USAGE, "%s takes no value", o->name);
    }
    return set_option(options, o, value, fail);
}

static int check_files(const struct options *options, struct fail *fail)
{
    size_t count = options->file_count + (options->interface != NULL);
    const char *word = command_words[options->command];
    if (count == 0) {
        return fail_set(fail, RESULT_USAGE, "v2xd %s needs %s (see v2xd %s --help)", word,
                        options->command == OPTIONS_REPLAY    ? "a capture"
                        : options->command == OPTIONS_EXPLAIN ? "a key, or --list"
                                                              : "a scenario file",
                        word);
    }
    if (options->command != OPTIONS_REPLAY && count > 1) {
        return fail_set(fail, RESULT_USAGE, "v2xd %s takes one argument, not %zu", word,
                        count);
    }
    return 0;
}

int options_parse(int argc, char **argv, struct options *options, struct fail *fail)
{
    *options = (struct options){.threads = 1, .loops = 1, .outputs = "tables,mcap"};
    if (argc < 2) {
        options->command = OPTIONS_HELP;
        return fail_set(fail, RESULT_USAGE,
                        "a command is missing: run, replay, check, explain");
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        options->command = OPTIONS_HELP;
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        options->command = OPTIONS_VERSION;
        return 0;
    }
    int code = parse_command(argv[1], &options->command, fail);
    bool plain = false;
    for (int i = 2; i < argc && code == 0; i++) {
        const char *word = argv[i];
        if (!plain && strcmp(word, "--") == 0) {
            plain = true;
        } else if (!plain && strcmp(word, "--help") == 0) {
            options->help_for = options->command;
            options->has_help_for = true;
            options->command = OPTIONS_HELP;
            return 0;
        } else if (!plain && word[0] == '-' && word[1] &&
                   !(options->command == OPTIONS_EXPLAIN && strcmp(word, "--list") == 0)) {
            code = parse_option(argc, argv, &i, options, fail);
        } else if (options->file_count == OPTIONS_LIST_MOST) {
            code = fail_set(fail, RESULT_USAGE, "more than %d files", OPTIONS_LIST_MOST);
        } else {
            options->files[options->file_count++] = word;
        }
    }
    return code < 0 ? code : check_files(options, fail);
}

void options_help(const struct options *options, struct bytes *out)
{
    if (!options->has_help_for) {
        bytes_text(
            out,
            "v2xd: replays or synthesizes V2X traffic, passes every message through the "
            "air, and labels\nwhat each receiver knew against the truth.\n\n"
            "  v2xd run scenarios/library/blind-crossing.yaml --tier d3 --out out/d3\n"
            "  v2xd replay drive.pcapng@car-1 --tier d2 --out out/replayed\n"
            "  v2xd run FILE.yaml --publish tcp://127.0.0.1:5556\n\n"
            "commands:\n"
            "  run FILE.yaml               a world from a scenario\n"
            "  replay CAPTURE[@STATION]... pcap, pcapng, OBU log (gz); several captures "
            "of one traffic\n"
            "  check FILE.yaml             validate only; every problem with its place\n"
            "  explain KEY|--list          what a configuration key means\n\n"
            "v2xd COMMAND --help lists its options. Exit codes: 0 done, 1 something "
            "outside failed midway,\n2 usage or bad input, 3 a quality gate failed, 130 "
            "interrupted.\n");
        return;
    }
    bytes_format(out, "v2xd %s:\n", command_words[options->help_for]);
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        const struct option *o = &table[i];
        unsigned commands = o->commands ? o->commands : ONLY_RUN | ONLY_REPLAY;
        if (commands >> options->help_for & 1) {
            char left[64];
            struct fail text;
            (void)fail_set(&text, 0, "%s%s%s %s", o->letter ? o->letter : "",
                           o->letter ? ", " : "", o->name, o->argument ? o->argument : "");
            (void)strncpy(left, text.text, sizeof left - 1);
            left[sizeof left - 1] = 0;
            bytes_format(out, "  %-32s %s\n", left, o->sentence);
        }
    }
}
