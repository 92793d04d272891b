/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x encode`. A bad line is said on standard error and left out; the exit
 * code is then 2, after all others were done. A line is sent before the next one is read,
 * so that it works as one end of a pipe. */
#include "tools/v2x/encode.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay/pcapng.h"
#include "tools/v2x/datagrams.h"
#include "tools/v2x/encode_line.h"
#include "tools/v2x/encode_wrap.h"
#include "tools/v2x/out.h"

enum { OPTION_WRAP, OPTION_TO, OPTION_SPEED };
enum { TO_HEX, TO_PCAPNG, TO_UDP };

struct encode {
    int wrap; /* enum encode_wrap */
    int to;
    const char *address; /* of TO_UDP */
    double speed;        /* 0: nothing waits */
    struct datagrams datagrams;
    FILE *stream;
    struct codec *codec;
    struct its *its;
    struct bytes message, packet, frame;
    struct out out;
    uint64_t line, bad;
};

static int put_packet(struct encode *e, struct utc utc, struct fail *fail)
{
    if (e->to == TO_HEX) {
        bytes_hex(&e->out.text, e->packet.data, e->packet.size);
        bytes_u8(&e->out.text, '\n');
        return 0;
    }
    if (e->to == TO_UDP) {
        return datagrams_send(&e->datagrams, utc, &e->packet, fail);
    }
    bytes_clear(&e->frame);
    int code = encode_frame((enum encode_wrap)e->wrap, &e->packet, &e->frame, fail);
    if (code == 0) {
        pcapng_packet(&e->out.text, 0, utc, e->frame.data, e->frame.size, NULL);
    }
    return code;
}

static int encode_text(struct encode *e, const char *text, size_t size, struct fail *fail)
{
    json_error_t error;
    json_t *line = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (!line) {
        return fail_set(fail, RESULT_USAGE, "column %d: %s", error.column, error.text);
    }
    struct utc utc;
    (void)encode_stamp(line, &utc);
    bytes_clear(&e->message);
    bytes_clear(&e->packet);
    int code = encode_message(e->codec, e->its, line, &e->message, fail);
    if (code == 0) {
        code = encode_wrapped((enum encode_wrap)e->wrap, e->its, line, &e->message, utc,
                              &e->packet, fail);
    }
    json_decref(line);
    return code < 0 ? code : put_packet(e, utc, fail);
}

static bool blank(const char *text, size_t size)
{
    return strspn(text, " \t\r\n") >= size;
}

static int encode_all(struct encode *e, struct fail *fail)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t size;
    int code = 0;
    if (e->to == TO_PCAPNG) {
        pcapng_begin(&e->out.text);
        pcapng_interface(&e->out.text, encode_link_type((enum encode_wrap)e->wrap), "v2x");
    }
    while (code == 0 && !args_interrupted() &&
           (size = getline(&text, &room, e->stream)) >= 0) {
        struct fail why = {0};
        e->line++;
        code = blank(text, (size_t)size) ? 0 : encode_text(e, text, (size_t)size, &why);
        if (code < 0 && result_exit_code(code) == result_exit_code(RESULT_USAGE)) {
            e->bad++;
            (void)fprintf(stderr, "v2x encode: line %llu: %s\n",
                          (unsigned long long)e->line, why.text);
            code = 0;
        }
        code = code < 0 ? fail_set(fail, code, "line %llu: %s", (unsigned long long)e->line,
                                   why.text)
                        : out_turn(&e->out, fail);
    }
    if (code == 0 && ferror(e->stream) && !args_interrupted()) {
        code = fail_set(fail, errno == EISDIR ? RESULT_USAGE : RESULT_WORLD,
                        "line %llu: %s", (unsigned long long)e->line + 1, strerror(errno));
    }
    free(text);
    struct fail later;
    int rest = out_flush(&e->out, code < 0 ? &later : fail);
    return code < 0 ? code : rest;
}

static int parse_to(struct encode *e, const char *value, struct fail *fail)
{
    static const char *const tos[] = {"hex", "pcapng", "udp:HOST:PORT", NULL};
    if (strncmp(value, "udp:", 4) == 0) {
        e->to = TO_UDP;
        e->address = value + 4;
        return 0;
    }
    return args_word("to", value, tos, &e->to, fail);
}

static int parse_speed(struct encode *e, const char *value, struct fail *fail)
{
    char *end = NULL;
    e->speed = strcmp(value, "max") == 0 ? 0 : strtod(value, &end);
    return !end || (*end == 0 && end != value && e->speed >= 1e-3 && e->speed <= 1e6)
               ? 0
               : fail_set(fail, RESULT_USAGE, "--speed %s: 0.001 to 1000000, or max",
                          value);
}

static int parse(struct args *args, const char **path, struct encode *e, struct fail *fail)
{
    static const char *const wraps[] = {"none", "1609dot2", "wsmp", "gn",
                                        "pc5",  "forward",  NULL};
    for (;;) {
        const char *value;
        int option = args_next(args, &value, fail);
        int code = 0;
        if (option == OPTION_WRAP) {
            code = args_word("wrap", value, wraps, &e->wrap, fail);
        } else if (option == OPTION_TO) {
            code = parse_to(e, value, fail);
        } else if (option == OPTION_SPEED) {
            code = parse_speed(e, value, fail);
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

static int open_input(struct encode *e, const char *path, struct fail *fail)
{
    bool piped = !path || strcmp(path, "-") == 0;
    e->stream = piped ? stdin : fopen(path, "rb");
    e->out.at_once = piped;
    if (!e->stream) {
        return fail_set(fail, errno == ENOENT ? RESULT_USAGE : RESULT_WORLD, "%s: %s", path,
                        strerror(errno));
    }
    e->codec = codec_new();
    e->its = its_new();
    if (!e->codec || !e->its) {
        return fail_set(fail, RESULT_MEMORY, "out of memory for an encoder");
    }
    return e->to == TO_UDP ? datagrams_open(&e->datagrams, e->address, e->speed, fail) : 0;
}

static int run(int argc, char **argv)
{
    struct fail fail = {0};
    struct encode e = {.datagrams = {.socket = -1}};
    const char *path = NULL;
    struct args args = args_init(&encode_command, argc, argv);
    int code = parse(&args, &path, &e, &fail);
    if (code == ARGS_HELP) {
        args_help(&encode_command);
        return 0;
    }
    if (code != ARGS_END) {
        return args_failed(&encode_command, &fail);
    }
    args_catch();
    code = open_input(&e, path, &fail);
    code = code < 0 ? code : encode_all(&e, &fail);
    if (e.stream && e.stream != stdin) {
        (void)fclose(e.stream);
    }
    codec_free(e.codec);
    its_free(e.its);
    bytes_close(&e.message);
    bytes_close(&e.packet);
    bytes_close(&e.frame);
    datagrams_close(&e.datagrams);
    out_close(&e.out);
    if (args_interrupted()) {
        return ARGS_EXIT_INTERRUPTED;
    }
    if (code < 0) {
        return args_failed(&encode_command, &fail);
    }
    return e.bad ? result_exit_code(RESULT_USAGE) : 0;
}

static const struct args_option options[] = {
    [OPTION_WRAP] = {"wrap", "KIND",
                     "envelope around each message: none (default), 1609dot2\n"
                     "(unsecured), wsmp (holds such a 1609.2 one), gn (holds BTP-B),\n"
                     "pc5 (C-V2X: family octet, then wsmp or gn), forward (the text\n"
                     "that a road-side unit takes); nothing is signed"},
    [OPTION_TO] = {"to", "hex|pcapng|udp:HOST:PORT",
                   "\nhex: a line each (default); pcapng: a capture, Ethernet, or for\n"
                   "none and 1609dot2 the user's link type 147; udp: a datagram each"},
    [OPTION_SPEED] = {"speed", "X|max",
                      "with udp: follow the stamps X times as fast, 1 as they were;\n"
                      "max (default) does not wait"},
};

const struct args_command encode_command = {
    .name = "encode",
    .operands = "[FILE|-]",
    .sentence = "JSON lines to messages: hex, or a capture",
    .text = "A line is what decode prints; of it `jer` suffices, else `si`, else `hex`. "
            "t_ns\nis the packet's stamp (0 if missing); psid, wsmp, gn and forward go "
            "into the\n"
            "headers, and what they do not say follows from the message.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .examples =
        "  v2x decode drive.pcapng | v2x encode\n"
        "  v2x encode --wrap wsmp --to pcapng messages.jsonl > messages.pcapng\n"
        "  v2x decode drive.pcapng | v2x encode --to udp:10.0.0.5:46800 --speed 1\n",
    .run = run,
};
