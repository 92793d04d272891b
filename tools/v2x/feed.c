/* SPDX-License-Identifier: Apache-2.0 */
/* Sources of messages, see feed.h. */
#include "tools/v2x/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "replay/forward.h"
#include "replay/input.h"
#include "tools/v2x/hexlines.h"

enum {
    HEAD_OCTETS = 4096, /* of a file, to tell its kind */
    HEAD_PIPE_OCTETS =
        8, /* of a pipe: they must be put back; "Version=" is known by them */
    BLOCK_OCTETS = 16 << 20
};

struct feed {
    enum feed_from from; /* never AUTO */
    enum frames_start start;
    uint64_t index;
    bool is_file;
    struct hexlines lines;
    struct bytes block; /* FEED_BIN: everything */
    size_t at;
    struct input *input;
};

static bool is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

static bool capture_magic(const uint8_t *p, size_t n)
{
    static const uint8_t magic[][4] = {{0xd4, 0xc3, 0xb2, 0xa1}, {0xa1, 0xb2, 0xc3, 0xd4},
                                       {0x4d, 0x3c, 0xb2, 0xa1}, {0xa1, 0xb2, 0x3c, 0x4d},
                                       {0x34, 0xcd, 0xb2, 0xa1}, {0xa1, 0xb2, 0xcd, 0x34},
                                       {0x0a, 0x0d, 0x0d, 0x0a}};
    for (size_t i = 0; n >= 4 && i < sizeof magic / sizeof magic[0]; i++) {
        if (memcmp(p, magic[i], 4) == 0) {
            return true;
        }
    }
    return n >= 2 && p[0] == 0x1f && p[1] == 0x8b;
}

static bool is_text(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool blank = p[i] >= '\t' && p[i] <= '\r';
        if (!blank && (p[i] < ' ' || p[i] == 0x7f)) {
            return false;
        }
    }
    return true;
}

/* Everything of a stream; RESULT_USAGE beyond BLOCK_OCTETS. */
static int read_block(FILE *stream, const char *path, struct bytes *out, struct fail *fail)
{
    char piece[1 << 14];
    size_t got;
    while ((got = fread(piece, 1, sizeof piece, stream)) > 0) {
        bytes_put(out, piece, got);
        if (out->size > BLOCK_OCTETS) {
            return fail_set(fail, RESULT_USAGE, "%s: more than %d octets are no message",
                            path, BLOCK_OCTETS);
        }
    }
    if (out->failed) {
        return fail_set(fail, RESULT_MEMORY, "%s: out of memory", path);
    }
    return ferror(stream) ? fail_set(fail, errno == EISDIR ? RESULT_USAGE : RESULT_WORLD,
                                     "%s: %s", path, strerror(errno))
                          : 0;
}

static int open_stream(FILE **stream, const char *path, struct fail *fail)
{
    *stream = is_stdin(path) ? stdin : fopen(path, "rb");
    return *stream ? 0
                   : fail_set(fail, errno == ENOENT ? RESULT_USAGE : RESULT_WORLD, "%s: %s",
                              path, strerror(errno));
}

static void close_stream(FILE *stream)
{
    if (stream && stream != stdin) {
        (void)fclose(stream);
    }
}

static int read_file(const char *path, struct bytes *out, struct fail *fail)
{
    FILE *stream = NULL;
    int code = open_stream(&stream, path, fail);
    code = code < 0 ? code : read_block(stream, path, out, fail);
    close_stream(stream);
    return code;
}

/* A binary that is no capture: one message, or an OBU log without its gzip. */
static int tell_binary(struct feed *feed, const char *path, struct fail *fail)
{
    struct fail ignored;
    struct frames_result *walk = malloc(sizeof *walk);
    int code = walk ? read_file(path, &feed->block, fail)
                    : fail_set(fail, RESULT_MEMORY, "out of memory");
    feed->from = FEED_BIN;
    if (code == 0 && !is_stdin(path) &&
        (feed->block.size > CODEC_FRAME_MAX ||
         !frames_walk_payload(feed->block.data, feed->block.size, feed->start, walk)) &&
        input_open(&feed->input, path, NULL, &ignored) == 0) {
        feed->from = FEED_PCAP;
    }
    free(walk);
    return code;
}

/* The first octets of the path, without losing them. */
static int look(const char *path, uint8_t *head, size_t *size, struct fail *fail)
{
    if (is_stdin(path)) {
        int c = 0;
        /* A pcapng file begins with a newline; after four octets one ends a short text. */
        while (*size < HEAD_PIPE_OCTETS && !(*size > 4 && c == '\n') &&
               (c = getc(stdin)) != EOF) {
            head[(*size)++] = (uint8_t)c;
        }
        for (size_t i = *size; i > 0; i--) {
            (void)ungetc(head[i - 1], stdin);
        }
        return 0;
    }
    FILE *stream = NULL;
    int code = open_stream(&stream, path, fail);
    if (code < 0) {
        return code;
    }
    errno = 0;
    *size = fread(head, 1, HEAD_OCTETS, stream);
    if (ferror(stream)) {
        code = fail_set(fail, errno == EISDIR ? RESULT_USAGE : RESULT_WORLD, "%s: %s", path,
                        strerror(errno));
    }
    close_stream(stream);
    return code;
}

static int tell_kind(struct feed *feed, const char *path, struct fail *fail)
{
    uint8_t head[HEAD_OCTETS];
    size_t size = 0;
    int code = look(path, head, &size, fail);
    if (code < 0) {
        return code;
    }
    if (capture_magic(head, size)) {
        feed->from = FEED_PCAP;
    } else if (forward_looks(head, size)) {
        feed->from = FEED_BIN;
    } else if (is_text(head, size)) {
        feed->from = FEED_HEX;
    } else {
        return tell_binary(feed, path, fail);
    }
    return 0;
}

static bool regular(const char *path)
{
    struct stat about;
    int code = is_stdin(path) ? fstat(fileno(stdin), &about) : stat(path, &about);
    return code == 0 && S_ISREG(about.st_mode);
}

int feed_open(struct feed **out, const char *path, enum feed_from from,
              enum frames_start start, struct fail *fail)
{
    struct feed *feed = calloc(1, sizeof *feed);
    if (!feed) {
        return fail_set(fail, RESULT_MEMORY, "out of memory");
    }
    feed->from = from;
    feed->start = start;
    feed->is_file = regular(path);
    int code = from == FEED_AUTO ? tell_kind(feed, path, fail) : 0;
    if (code == 0 && feed->from == FEED_HEX) {
        code = open_stream(&feed->lines.stream, path, fail);
    } else if (code == 0 && feed->from == FEED_BIN && from == FEED_BIN) {
        code = read_file(path, &feed->block, fail);
    } else if (code == 0 && feed->from == FEED_BIN && feed->block.size == 0) {
        code = read_file(path, &feed->block, fail);
    } else if (code == 0 && feed->from == FEED_PCAP && !feed->input) {
        code = input_open(&feed->input, path, NULL, fail);
    }
    if (code < 0) {
        feed_free(feed);
        return code;
    }
    *out = feed;
    return 0;
}

static int next_line(struct feed *feed, struct decode_record *record, struct fail *fail)
{
    int code = hexlines_next(&feed->lines, fail);
    if (code == 1) {
        *record = (struct decode_record){.octets = feed->lines.octets.data,
                                         .size = feed->lines.octets.size,
                                         .dlt = DECODE_BARE,
                                         .start = feed->start,
                                         .bad_text = feed->lines.error,
                                         .bad_column = feed->lines.error_at};
    }
    return code;
}

/* Length of the frame at p if frames follow each other to the very end, else everything. */
static size_t first_frame(const uint8_t *p, size_t size)
{
    struct codec_info info;
    size_t first = 0;
    for (size_t at = 0; at < size;) {
        if (!codec_describe(p + at, size - at, &info) || !info.known || info.length == 0 ||
            info.length > size - at) {
            return size;
        }
        first = first ? first : info.length;
        at += info.length;
    }
    return first;
}

static int next_block(struct feed *feed, struct decode_record *record)
{
    size_t left = feed->block.size - feed->at;
    if (left == 0) {
        return 0;
    }
    const uint8_t *p = feed->block.data + feed->at;
    bool frames = feed->start == FRAMES_AUTO || feed->start == FRAMES_AT_J2735;
    size_t size = frames ? first_frame(p, left) : left;
    feed->at += size;
    *record = (struct decode_record){
        .octets = p, .size = size, .dlt = DECODE_BARE, .start = feed->start};
    return 1;
}

static int next_frame(struct feed *feed, struct decode_record *record, struct fail *fail)
{
    struct input_frame frame;
    int code = input_next(feed->input, &frame, fail);
    if (code == 1) {
        *record = (struct decode_record){
            .has_utc = true,
            .utc = frame.utc,
            .octets = frame.octets,
            .size = frame.size,
            .dlt = frame.dlt == INPUT_OBULOG ? DECODE_BARE : frame.dlt,
            .start = feed->start,
            .refused = frame.direction == INPUT_SHOWN ? REASON_DRIVER_ALERT : REASON_NONE};
    }
    return code;
}

int feed_next(struct feed *feed, struct decode_record *record, struct fail *fail)
{
    int code = feed->from == FEED_HEX   ? next_line(feed, record, fail)
               : feed->from == FEED_BIN ? next_block(feed, record)
                                        : next_frame(feed, record, fail);
    if (code == 1) {
        record->index = feed->index++;
    }
    return code;
}

bool feed_is_file(const struct feed *feed)
{
    return feed->is_file;
}

void feed_free(struct feed *feed)
{
    if (feed) {
        close_stream(feed->lines.stream);
        hexlines_close(&feed->lines);
        bytes_close(&feed->block);
        input_close(feed->input);
        free(feed);
    }
}
