/* SPDX-License-Identifier: Apache-2.0 */
/* OBU logs, see obulog.h. Fuzz target: fuzz_obulog. */
#include "replay/obulog.h"

#include "replay/frames.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct layout {
    bool first, status, newline;
};

/* In the order of preference if more than one fits. */
static const struct layout layouts[] = {
    {true, true, true},   {true, true, false},  {false, true, true},
    {false, true, false}, {false, false, true}, {false, false, false},
};
enum { LAYOUTS = sizeof layouts / sizeof layouts[0] };

enum ending { END_CLEAN, END_CUT, END_BAD };

struct scan {
    uint64_t records;
    size_t stop; /* first octet that is not part of a good record */
    enum ending ending;
};

struct obulog {
    struct bytes octets;
    struct layout layout;
    enum obulog_kind kind;
    bool kind_guessed, ambiguous, torn;
    struct scan scan;
    size_t at;
    uint64_t number;
    char name[200];
};

/* Ranges of J2735 values; an uninitialised unit writes zeros. */
static bool plausible(const struct obulog_record *r, unsigned msec, bool text)
{
    if (r->latitude < -900000001 || r->latitude > 900000001 || r->longitude < -1800000001 ||
        r->longitude > 1800000001 || r->elevation < -4096 || r->elevation > 61439 ||
        r->speed > 16383 || r->heading > 28800 || msec > 999 || r->first > 3) {
        return false;
    }
    for (size_t i = 0; text && i < r->payload_size; i++) {
        if (r->payload[i] < 0x20 || r->payload[i] > 0x7e) {
            return false;
        }
    }
    return r->payload_size > 0;
}

static enum ending take_record(struct cursor *c, struct layout l, struct obulog_record *r)
{
    *r = (struct obulog_record){
        .offset = c->at, .has_first = l.first, .has_status = l.status};
    r->first = l.first ? cursor_u8(c) : 0;
    r->latitude = (int32_t)cursor_le32(c);
    r->longitude = (int32_t)cursor_le32(c);
    r->elevation = (int32_t)cursor_le32(c);
    r->speed = cursor_le16(c);
    r->heading = cursor_le16(c);
    uint32_t s = cursor_le32(c);
    uint16_t msec = cursor_le16(c);
    if (l.status) {
        r->status = (int8_t)cursor_u8(c);
    }
    r->payload_size = cursor_le16(c);
    r->payload = cursor_take(c, r->payload_size);
    if (c->torn) {
        return END_CUT;
    }
    r->utc.ns = s * TIME_NS_PER_S + msec * TIME_NS_PER_MS;
    /* The last of several newlines may be missing. */
    bool newline =
        !l.newline || (cursor_left(c) == 0 && r->offset > 0) || cursor_u8(c) == '\n';
    return newline && plausible(r, msec, !l.status) ? END_CLEAN : END_BAD;
}

static struct scan scan_layout(const struct bytes *octets, struct layout l)
{
    struct cursor c = cursor_init(octets->data, octets->size);
    struct scan scan = {.ending = END_CLEAN};
    struct obulog_record r;
    while (scan.ending == END_CLEAN && cursor_left(&c) > 0) {
        scan.ending = take_record(&c, l, &r);
        if (scan.ending == END_CLEAN) {
            scan.records++;
            scan.stop = c.at;
        }
    }
    return scan;
}

/* Whole beats part, then reach decides. A part counts if it ends in a record cut short or
 * holds more records than chance would give. */
static bool better(const struct scan *a, const struct scan *b)
{
    if ((a->ending == END_CLEAN) != (b->ending == END_CLEAN)) {
        return a->ending == END_CLEAN;
    }
    return a->stop > b->stop;
}

static bool choose_layout(struct obulog *log)
{
    bool found = false;
    for (int i = 0; i < LAYOUTS; i++) {
        struct scan scan = scan_layout(&log->octets, layouts[i]);
        bool sound = scan.records > 0 && (scan.ending != END_BAD || scan.records > 1);
        if (!sound) {
            continue;
        }
        if (found && scan.ending == END_CLEAN && log->scan.ending == END_CLEAN) {
            log->ambiguous = true;
        }
        if (!found || better(&scan, &log->scan)) {
            log->scan = scan;
            log->layout = layouts[i];
            found = true;
        }
    }
    return found;
}

static const char *base_name(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash ? slash + 1 : name;
}

/* Own and received logs look alike. A unit's own logs hold basic safety messages only and
 * know two directions. */
static enum obulog_kind guess_kind(struct obulog *log)
{
    struct cursor c = cursor_init(log->octets.data, log->scan.stop);
    struct obulog_record r;
    struct frames_result walked;
    while (cursor_left(&c) > 0 && take_record(&c, log->layout, &r) == END_CLEAN) {
        if (r.first > 1) {
            return OBULOG_RECEIVED;
        }
        bool good = frames_walk_payload(r.payload, r.payload_size, FRAMES_AUTO, &walked);
        if (good && frames_message_id(&walked) != 20) {
            return OBULOG_RECEIVED;
        }
    }
    return OBULOG_OWN;
}

static void choose_kind(struct obulog *log)
{
    const char *base = base_name(log->name);
    if (!log->layout.status) {
        log->kind = OBULOG_ALERT;
    } else if (!log->layout.first) {
        log->kind = OBULOG_DISTRESS;
    } else if (strncmp(base, "bsm", 3) == 0) {
        log->kind = OBULOG_OWN;
    } else if (strncmp(base, "rxMsg", 5) == 0) {
        log->kind = OBULOG_RECEIVED;
    } else {
        log->kind = guess_kind(log);
        log->kind_guessed = true;
    }
}

/* Reads to the end, or to one block beyond the limit. False on a read error. */
static bool read_all(FILE *file, struct bytes *out)
{
    enum { BLOCK = 65536 };
    uint8_t *block = malloc(BLOCK);
    size_t got = block ? 1 : 0;
    while (got > 0 && out->size <= OBULOG_SIZE_MAX) {
        got = fread(block, 1, BLOCK, file);
        bytes_put(out, block, got);
    }
    out->failed = out->failed || !block;
    free(block);
    return ferror(file) == 0;
}

static bool gzip_magic(const uint8_t *p, size_t size)
{
    return size >= 2 && p[0] == 0x1f && p[1] == 0x8b;
}

/* Unpacks all members of a gzip file; what follows them is ignored. Z_STREAM_END if it was
 * whole; what came before a fault is kept. */
static int unpack(const struct bytes *packed, struct bytes *out)
{
    enum { BLOCK = 65536 };
    z_stream z = {.next_in = packed->data, .avail_in = (uInt)packed->size};
    uint8_t *block = malloc(BLOCK);
    int state = block ? inflateInit2(&z, 15 + 16) : Z_MEM_ERROR;
    if (state != Z_OK) {
        free(block);
        return state;
    }
    while (state == Z_OK && out->size <= OBULOG_SIZE_MAX && !out->failed) {
        z.next_out = block;
        z.avail_out = BLOCK;
        state = inflate(&z, Z_NO_FLUSH);
        bytes_put(out, block, BLOCK - z.avail_out);
        if (state == Z_STREAM_END && gzip_magic(z.next_in, z.avail_in)) {
            state = inflateReset(&z);
        }
    }
    (void)inflateEnd(&z);
    free(block);
    return state;
}

static int too_large(const char *path, struct fail *fail)
{
    return fail_set(fail, RESULT_USAGE, "%s: more than %u MiB of log", path,
                    OBULOG_SIZE_MAX >> 20);
}

static int unpack_file(struct bytes *out, const char *path, bool *torn, struct fail *fail)
{
    struct bytes packed = *out;
    *out = (struct bytes){0};
    int state = unpack(&packed, out);
    bytes_close(&packed);
    if (out->size > OBULOG_SIZE_MAX) {
        return too_large(path, fail);
    }
    *torn = state != Z_STREAM_END;
    if (state == Z_MEM_ERROR) {
        return fail_set(fail, RESULT_MEMORY, "%s: out of memory", path);
    }
    return *torn && out->size == 0
               ? fail_set(fail, RESULT_USAGE, "%s: a gzip file that cannot be read", path)
               : 0;
}

int obulog_read(const char *path, struct bytes *out, bool *torn, struct fail *fail)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "rb");
    *torn = false;
    if (!file) {
        return fail_set(fail, errno == ENOENT ? RESULT_USAGE : RESULT_WORLD, "%s: %s", path,
                        strerror(errno));
    }
    bool good = read_all(file, out);
    int why = errno;
    if (!standard) {
        (void)fclose(file);
    }
    if (!good) {
        return fail_set(fail, RESULT_WORLD, "%s: %s", path, strerror(why));
    }
    if (out->size > OBULOG_SIZE_MAX) {
        return too_large(path, fail);
    }
    int code = gzip_magic(out->data, out->size) ? unpack_file(out, path, torn, fail) : 0;
    return out->failed ? fail_set(fail, RESULT_MEMORY, "%s: out of memory", path) : code;
}

int obulog_open(struct obulog **out, struct bytes *octets, const char *name, bool torn,
                struct fail *fail)
{
    struct obulog *log = calloc(1, sizeof *log);
    if (!log) {
        bytes_close(octets);
        return fail_set(fail, RESULT_MEMORY, "%s: out of memory", name);
    }
    log->octets = *octets;
    *octets = (struct bytes){0};
    log->torn = torn;
    (void)snprintf(log->name, sizeof log->name, "%s", name);
    if (log->octets.size == 0 || !choose_layout(log)) {
        bool empty = log->octets.size == 0;
        obulog_close(log);
        return fail_set(fail, RESULT_USAGE, "%s: %s", name,
                        empty ? "empty file"
                              : "neither a pcap or pcapng capture nor an OBU log");
    }
    choose_kind(log);
    *out = log;
    return 0;
}

int obulog_next(struct obulog *log, struct obulog_record *out, struct fail *fail)
{
    struct cursor c = cursor_init(log->octets.data, log->octets.size);
    c.at = log->at;
    if (log->at < log->scan.stop) {
        enum ending ending = take_record(&c, log->layout, out);
        if (ending == END_CLEAN) {
            log->at = c.at;
            out->number = ++log->number;
            return 1;
        }
    }
    if (log->scan.ending == END_CLEAN && !log->torn) {
        return 0;
    }
    const char *why = log->scan.ending == END_BAD ? "no record that makes sense"
                      : log->torn                 ? "the gzip stream breaks off"
                                                  : "the record breaks off";
    return fail_set(fail, RESULT_TORN, "%s: record %llu, octet %zu: %s", log->name,
                    (unsigned long long)log->number + 1, log->scan.stop, why);
}

void obulog_rewind(struct obulog *log)
{
    log->at = 0;
    log->number = 0;
}

enum obulog_kind obulog_kind(const struct obulog *log)
{
    return log->kind;
}

bool obulog_kind_guessed(const struct obulog *log)
{
    return log->kind_guessed;
}

bool obulog_ambiguous(const struct obulog *log)
{
    return log->ambiguous;
}

void obulog_close(struct obulog *log)
{
    if (log) {
        bytes_close(&log->octets);
        free(log);
    }
}
