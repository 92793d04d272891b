/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x decode`.
 *
 * Records are gathered into batches; each thread turns its part of a batch into text; the
 * texts are written in order. A source that may wait (a pipe) has batches of one, so that
 * a line appears as soon as its message does. */
#include "tools/v2x/decode.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/pool.h"
#include "tools/v2x/feed.h"
#include "tools/v2x/out.h"

enum { BATCH_RECORDS = 1024, BATCH_OCTETS = 1 << 20, THREADS_MOST = 8 };

struct worker {
    struct decode_line *line;
    struct bytes text;
};

struct decode {
    struct feed *feed;
    struct pool *pool;
    int threads;
    struct worker workers[THREADS_MOST];
    struct decode_record records[BATCH_RECORDS];
    size_t starts[BATCH_RECORDS]; /* of a record's octets in `octets` */
    size_t count;
    struct bytes octets;
    struct out out;
};

static void decode_part(void *context, size_t first, size_t last)
{
    struct decode *d = context;
    for (size_t w = first; w < last; w++) {
        struct worker *worker = &d->workers[w];
        size_t from = d->count * w / (size_t)d->threads;
        size_t to = d->count * (w + 1) / (size_t)d->threads;
        for (size_t i = from; i < to; i++) {
            struct decode_record record = d->records[i];
            record.octets = d->octets.data + d->starts[i];
            (void)decode_line_put(worker->line, &record, &worker->text);
        }
    }
}

static int write_batch(struct decode *d, struct fail *fail)
{
    if (d->octets.failed) {
        return fail_set(fail, RESULT_MEMORY, "out of memory for a batch of messages");
    }
    pool_run(d->pool, (size_t)d->threads, decode_part, d);
    for (int w = 0; w < d->threads; w++) {
        struct bytes *text = &d->workers[w].text;
        bytes_put(&d->out.text, text->data, text->size);
        d->out.text.failed = d->out.text.failed || text->failed;
        bytes_clear(text);
    }
    d->count = 0;
    bytes_clear(&d->octets);
    return out_turn(&d->out, fail);
}

static void gather(struct decode *d, const struct decode_record *record)
{
    d->records[d->count] = *record;
    d->starts[d->count++] = d->octets.size;
    bytes_put(&d->octets, record->octets, record->size);
}

static int decode_all(struct decode *d, struct fail *fail)
{
    size_t most = feed_is_file(d->feed) ? BATCH_RECORDS : 1;
    struct decode_record record;
    struct fail later;
    int code = 1;
    int ended = 1;
    while (code >= 0 && ended == 1 && !args_interrupted()) {
        ended = feed_next(d->feed, &record, fail);
        if (ended == 1) {
            gather(d, &record);
        }
        if (d->count == most || d->octets.size > BATCH_OCTETS) {
            code = write_batch(d, fail);
        }
    }
    /* What was good is written even if the input broke. */
    int rest = code < 0 ? code : write_batch(d, ended < 0 ? &later : fail);
    rest = rest < 0 ? rest : out_flush(&d->out, ended < 0 ? &later : fail);
    return ended < 0 ? ended : rest;
}

static int begin(struct decode *d, struct fail *fail)
{
    long processors = feed_is_file(d->feed) ? sysconf(_SC_NPROCESSORS_ONLN) : 1;
    d->threads = processors < 1              ? 1
                 : processors > THREADS_MOST ? THREADS_MOST
                                             : (int)processors;
    d->out.at_once = !feed_is_file(d->feed);
    bytes_u8(&d->octets, 0); /* so that an empty record has an address, too */
    bytes_clear(&d->octets);
    int code = pool_new(&d->pool, d->threads, fail);
    for (int w = 0; w < d->threads && code == 0; w++) {
        code = decode_line_new(&d->workers[w].line, fail);
    }
    return code;
}

static void end(struct decode *d)
{
    for (int w = 0; w < THREADS_MOST; w++) {
        decode_line_free(d->workers[w].line);
        bytes_close(&d->workers[w].text);
    }
    if (d->pool) {
        pool_free(d->pool);
    }
    feed_free(d->feed);
    bytes_close(&d->octets);
    out_close(&d->out);
}

enum { OPTION_FROM, OPTION_AS };

static int parse(struct args *args, const char **path, int *from, int *as,
                 struct fail *fail)
{
    static const char *const froms[] = {"auto", "hex", "bin", "pcap", NULL};
    static const char *const starts[] = {"auto", "j2735", "its", "1609dot2",
                                         "wsmp", "gn",    NULL};
    for (;;) {
        const char *value;
        int option = args_next(args, &value, fail);
        int code = 0;
        if (option == OPTION_FROM) {
            code = args_word("from", value, froms, from, fail);
        } else if (option == OPTION_AS) {
            code = args_word("as", value, starts, as, fail);
        } else if (option == ARGS_OPERAND && !*path) {
            *path = value;
        } else if (option == ARGS_OPERAND) {
            code =
                fail_set(fail, RESULT_USAGE, "one input at a time: %s is too much", value);
        } else {
            return option;
        }
        if (code < 0) {
            return code;
        }
    }
}

static int run(int argc, char **argv)
{
    struct fail fail = {0};
    const char *path = NULL;
    int from = FEED_AUTO;
    int as = FRAMES_AUTO;
    struct args args = args_init(&decode_command, argc, argv);
    int code = parse(&args, &path, &from, &as, &fail);
    if (code == ARGS_HELP) {
        args_help(&decode_command);
        return 0;
    }
    if (code != ARGS_END) {
        return args_failed(&decode_command, &fail);
    }
    struct decode *d = calloc(1, sizeof *d);
    if (!d) {
        (void)fail_set(&fail, RESULT_MEMORY, "out of memory");
        return args_failed(&decode_command, &fail);
    }
    args_catch();
    code = feed_open(&d->feed, path ? path : "-", (enum feed_from)from,
                     (enum frames_start)as, &fail);
    code = code < 0 ? code : begin(d, &fail);
    code = code < 0 ? code : decode_all(d, &fail);
    end(d);
    free(d);
    if (args_interrupted()) {
        return ARGS_EXIT_INTERRUPTED;
    }
    return code < 0 ? args_failed(&decode_command, &fail) : 0;
}

static const struct args_option options[] = {
    [OPTION_FROM] = {"from", "hex|bin|pcap",
                     "what the input is; default: told by its content.\n"
                     "hex: a message a line, # begins a comment; bin: octets;\n"
                     "pcap: pcap, pcapng (gzip too) and OBU logs"},
    [OPTION_AS] = {"as", "KIND",
                   "where bare octets begin: auto (default, by content), j2735,\n"
                   "its, 1609dot2, wsmp, gn; captures know it by themselves"},
};

const struct args_command decode_command = {
    .name = "decode",
    .operands = "[FILE|-]",
    .sentence = "what is in a message: one JSON object a line",
    .text =
        "Good lines: ok, index, t_ns, offset, length, layers, psid, standard, type,\n"
        "message_id, hex, jer (raw wire values), si (engineering units), edition (the\n"
        "oldest that has it all), then facts of the layers. Bad ones: ok (false), index, "
        "offset, bit, layers, error, hex; they\n"
        "never end the run. A type that is known but not decoded has \"decoded\":false.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .examples = "  v2x decode drive.pcapng\n"
                "  echo 001425... | v2x decode\n"
                "  v2x decode --as 1609dot2 spdu.bin\n",
    .run = run,
};
