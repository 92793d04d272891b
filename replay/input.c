/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded traffic of any kind, see input.h. */
#include "replay/input.h"

#include "base/bytes.h"
#include "replay/capture.h"
#include "replay/obulog.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define INPUT_PATH_MAX 4096

struct input {
    enum input_kind kind;
    struct capture *capture;
    struct obulog *log;
    struct bytes unpacked; /* a gzipped capture */
    char *filter;          /* kept for rewinding */
    char path[INPUT_PATH_MAX];
};

/* pcap in either byte order and resolution, the modified kinds, pcapng. */
static bool capture_magic(const uint8_t *p, size_t size)
{
    static const uint8_t magic[][4] = {{0xd4, 0xc3, 0xb2, 0xa1}, {0xa1, 0xb2, 0xc3, 0xd4},
                                       {0x4d, 0x3c, 0xb2, 0xa1}, {0xa1, 0xb2, 0x3c, 0x4d},
                                       {0x34, 0xcd, 0xb2, 0xa1}, {0xa1, 0xb2, 0xcd, 0x34},
                                       {0x0a, 0x0d, 0x0d, 0x0a}};
    for (size_t i = 0; size >= 4 && i < sizeof magic / sizeof magic[0]; i++) {
        if (memcmp(p, magic[i], 4) == 0) {
            return true;
        }
    }
    return false;
}

static int open_unpacked(struct input *in, struct fail *fail)
{
    FILE *stream = fmemopen(in->unpacked.data, in->unpacked.size, "rb");
    if (!stream) {
        return fail_set(fail, RESULT_MEMORY, "%s: out of memory", in->path);
    }
    return capture_open_stream(&in->capture, stream, in->path, in->filter, fail);
}

static int open_log(struct input *in, struct fail *fail)
{
    struct bytes octets = {0};
    bool torn = false;
    int code = obulog_read(in->path, &octets, &torn, fail);
    if (code != 0) {
        bytes_close(&octets);
        return code;
    }
    if (capture_magic(octets.data, octets.size)) {
        in->kind = INPUT_CAPTURE;
        in->unpacked = octets;
        return open_unpacked(in, fail);
    }
    if (in->filter) {
        bytes_close(&octets);
        return fail_set(fail, RESULT_USAGE, "%s: a capture filter does not apply to a log",
                        in->path);
    }
    in->kind = INPUT_LOG;
    return obulog_open(&in->log, &octets, in->path, torn, fail);
}

/* The first octets of a file; of standard input the first octet only, which is put back. */
static int sniff(const char *path, bool *capture, struct fail *fail)
{
    uint8_t head[4] = {0};
    if (strcmp(path, "-") == 0) {
        int first = getc(stdin);
        (void)ungetc(first, stdin);
        *capture = first == 0xd4 || first == 0xa1 || first == 0x4d || first == 0x34 ||
                   first == 0x0a;
        return 0;
    }
    FILE *file = fopen(path, "rb");
    if (!file) {
        return fail_set(fail, errno == ENOENT ? RESULT_USAGE : RESULT_WORLD, "%s: %s", path,
                        strerror(errno));
    }
    size_t got = fread(head, 1, sizeof head, file);
    bool failed = ferror(file) != 0;
    int why = errno;
    (void)fclose(file);
    *capture = capture_magic(head, got);
    return failed ? fail_set(fail, why == EISDIR ? RESULT_USAGE : RESULT_WORLD, "%s: %s",
                             path, strerror(why))
                  : 0;
}

static int open_kind(struct input *in, struct fail *fail)
{
    bool capture = false;
    int code = sniff(in->path, &capture, fail);
    if (code != 0) {
        return code;
    }
    if (!capture) {
        return open_log(in, fail);
    }
    in->kind = INPUT_CAPTURE;
    return capture_open(&in->capture, in->path, in->filter, fail);
}

int input_open(struct input **out, const char *path, const char *filter, struct fail *fail)
{
    struct input *in = calloc(1, sizeof *in);
    bool filtered = filter && filter[0];
    if (in && filtered) {
        in->filter = malloc(strlen(filter) + 1);
    }
    if (!in || (filtered && !in->filter)) {
        input_close(in);
        return fail_set(fail, RESULT_MEMORY, "%s: out of memory", path);
    }
    if (filtered) {
        memcpy(in->filter, filter, strlen(filter) + 1);
    }
    int written = snprintf(in->path, sizeof in->path, "%s", path);
    int code = written >= (int)sizeof in->path
                   ? fail_set(fail, RESULT_USAGE, "the path of the input is too long")
                   : open_kind(in, fail);
    if (code != 0) {
        input_close(in);
        return code;
    }
    *out = in;
    return 0;
}

/* J2735 units and sentinels: elevation -4096, speed 8191, heading 28800 are unavailable; a
 * unit without a fix writes zeros for its position. */
static struct input_own own_state(const struct obulog_record *r)
{
    struct input_own own = {
        .has_position = (r->latitude != 0 || r->longitude != 0) &&
                        r->latitude <= 900000000 && r->latitude >= -900000000 &&
                        r->longitude <= 1800000000 && r->longitude >= -1800000000,
        .lat_deg = r->latitude / 1e7,
        .lon_deg = r->longitude / 1e7,
        .elev_m = r->elevation / 10.0,
        .speed_mps = r->speed * 0.02,
        .heading_deg = r->heading * 0.0125,
    };
    own.has_elevation = own.has_position && r->elevation != -4096;
    own.has_speed = own.has_position && r->speed < 8191;
    own.has_heading = own.has_position && r->heading < 28800;
    return own;
}

static void from_record(const struct input *in, const struct obulog_record *r,
                        struct input_frame *out)
{
    enum obulog_kind kind = obulog_kind(in->log);
    *out = (struct input_frame){
        .number = r->number,
        .offset = r->offset,
        .utc = r->utc,
        .dlt = INPUT_OBULOG,
        .octets = r->payload,
        .size = r->payload_size,
        .original_size = r->payload_size,
        .source = -1,
        .has_status = r->has_status,
        .status = r->status,
        .own = own_state(r),
    };
    switch (kind) {
    case OBULOG_OWN:
        out->direction = r->first == 0 ? INPUT_SENT : INPUT_HEARD;
        break;
    case OBULOG_DISTRESS:
        out->direction = INPUT_SENT;
        break;
    case OBULOG_ALERT:
        out->direction = INPUT_SHOWN;
        break;
    case OBULOG_RECEIVED:
    default:
        out->source = (int8_t)r->first;
        break;
    }
}

int input_next(struct input *in, struct input_frame *out, struct fail *fail)
{
    if (in->kind == INPUT_LOG) {
        struct obulog_record record;
        int code = obulog_next(in->log, &record, fail);
        if (code == 1) {
            from_record(in, &record, out);
        }
        return code;
    }
    struct capture_frame frame;
    int code = capture_next(in->capture, &frame, fail);
    if (code == 1) {
        *out = (struct input_frame){.number = frame.number,
                                    .utc = frame.utc,
                                    .dlt = frame.dlt,
                                    .octets = frame.octets,
                                    .size = frame.size,
                                    .original_size = frame.original_size,
                                    .source = -1};
    }
    return code;
}

int input_rewind(struct input *in, struct fail *fail)
{
    if (in->kind == INPUT_LOG) {
        obulog_rewind(in->log);
        return 0;
    }
    bool packed = in->unpacked.size > 0;
    if (!packed && strcmp(in->path, "-") == 0) {
        return fail_set(fail, RESULT_USAGE, "standard input cannot be read again");
    }
    capture_close(in->capture);
    in->capture = NULL;
    return packed ? open_unpacked(in, fail)
                  : capture_open(&in->capture, in->path, in->filter, fail);
}

enum input_kind input_kind(const struct input *in)
{
    return in->kind;
}

void input_describe(const struct input *in, char *text, size_t size)
{
    static const char *const kinds[] = {
        [OBULOG_OWN] = "own and nearby transmissions",
        [OBULOG_RECEIVED] = "received messages",
        [OBULOG_DISTRESS] = "distress messages",
        [OBULOG_ALERT] = "driver alerts",
    };
    if (in->kind == INPUT_CAPTURE) {
        (void)snprintf(text, size, "capture, link type %d (%s)", capture_dlt(in->capture),
                       capture_dlt_name(in->capture));
        return;
    }
    (void)snprintf(text, size, "OBU log, %s%s%s", kinds[obulog_kind(in->log)],
                   obulog_kind_guessed(in->log) ? " (concluded from its records)" : "",
                   obulog_ambiguous(in->log) ? ", more than one layout fits" : "");
}

void input_close(struct input *in)
{
    if (in) {
        capture_close(in->capture);
        obulog_close(in->log);
        bytes_close(&in->unpacked);
        free(in->filter);
        free(in);
    }
}

bool input_walk(const struct input_frame *frame, struct frames_result *out)
{
    if (frame->dlt != INPUT_OBULOG) {
        return frames_walk(frame->octets, frame->size, frame->dlt, out);
    }
    if (frame->direction == INPUT_SHOWN) {
        return frames_refuse(frame->size, REASON_DRIVER_ALERT, out);
    }
    return frames_walk_payload(frame->octets, frame->size, FRAMES_AUTO, out);
}
