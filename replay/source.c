/* SPDX-License-Identifier: Apache-2.0 */
/* The merge of captures into ticks.
 *
 * Each input holds its next frame; a tick takes, over and over, the input with the oldest
 * next stamp until none is left at or before the tick's end. Octets of the tick's messages
 * are copied into one block, so that they live until the next tick. */
#include "replay/source.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/geo.h"
#include "replay/frames.h"
#include "replay/input.h"
#include "replay/tracks.h"

#define OCTETS_MOST (REPLAY_TICK_MOST * 2048)
#define NAME_MOST   64

struct stream {
    struct input *input;
    char station[NAME_MOST];
    char description[160];
    uint32_t agent;
    struct input_frame next;
    bool has_next;
    struct utc newest; /* stamp so far, to count those that run back */
    struct utc first;  /* of the file */
    bool begun;
};

struct replay {
    struct stream streams[REPLAY_INPUTS_MOST];
    size_t stream_count, station_count;
    struct tracks *tracks;
    struct replay_counts counts;
    struct tai first;      /* of the first frame of all, as stamped */
    struct tai start, end; /* window, as stamped; end INT64_MAX: none */
    struct span shift;     /* what is added to stamps now */
    struct tai t;          /* end of the last tick, shifted */
    struct tai heard;      /* end of the last tick that brought a frame, shifted */
    struct tai last_stamp; /* newest stamp seen in this loop */
    struct tai keep_first, keep_last; /* first > last: nothing */
    uint32_t loops;
    bool ended;
    struct fail torn; /* told once everything good was given */
    uint64_t sequence;
    struct frames_result walked;
    struct emission emissions[REPLAY_TICK_MOST];
    size_t emission_count;
    struct own_pose poses[REPLAY_TICK_MOST];
    size_t pose_count;
    uint8_t octets[OCTETS_MOST];
    size_t octets_used;
};

static bool name_ok(const char *name)
{
    for (const char *p = name; *p; p++) {
        bool word = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                    (*p >= '0' && *p <= '9') || *p == '_' || *p == '-';
        if (!word) {
            return false;
        }
    }
    return *name && strlen(name) < NAME_MOST;
}

/* The file's name without folder and ending, foreign characters as '_'. */
static void name_from_path(const char *path, char *name)
{
    const char *base = strrchr(path, '/');
    base = base ? base + 1 : path;
    size_t n = 0;
    for (; base[n] && base[n] != '.' && n < NAME_MOST - 1; n++) {
        char c[2] = {base[n], 0};
        name[n] = name_ok(c) ? base[n] : '_';
    }
    name[n] = 0;
    if (n == 0 || strcmp(name, "-") == 0) {
        (void)snprintf(name, NAME_MOST, "stdin");
    }
}

static int advance(struct replay *r, struct stream *s, struct fail *fail)
{
    int got = input_next(s->input, &s->next, fail);
    s->has_next = got == 1;
    if (got < 0) {
        if (got != RESULT_TORN && got != RESULT_USAGE) {
            return got;
        }
        if (r->torn.code == 0) {
            r->torn = *fail;
            r->torn.code = RESULT_TORN;
        }
    }
    if (s->has_next && !s->begun) {
        s->begun = true;
        s->first = s->next.utc;
    }
    if (s->has_next && s->next.utc.ns < s->newest.ns) {
        r->counts.stamps_back++;
    } else if (s->has_next) {
        s->newest = s->next.utc;
    }
    return 0;
}

static int open_input(struct replay *r, const struct replay_input *in, const char *filter,
                      struct fail *fail)
{
    struct stream *s = &r->streams[r->stream_count];
    if (in->station && !name_ok(in->station)) {
        return fail_set(fail, RESULT_USAGE,
                        "%s@%s: a station is named by letters, digits, '_' and '-'",
                        in->path, in->station);
    }
    int code = input_open(&s->input, in->path, filter, fail);
    if (code < 0) {
        return code;
    }
    r->stream_count++;
    input_describe(s->input, s->description, sizeof s->description);
    if (in->station) {
        (void)snprintf(s->station, sizeof s->station, "%s", in->station);
    } else {
        name_from_path(in->path, s->station);
    }
    for (size_t i = 0; i + 1 < r->stream_count; i++) {
        if (strcmp(r->streams[i].station, s->station) == 0) {
            s->agent = r->streams[i].agent;
            return advance(r, s, fail);
        }
    }
    code = tracks_station(r->tracks, s->station, &s->agent, fail);
    r->station_count++;
    return code < 0 ? code : advance(r, s, fail);
}

/* The input whose next frame is the oldest; ties by order of the inputs. */
static struct stream *oldest(struct replay *r)
{
    struct stream *best = NULL;
    for (size_t i = 0; i < r->stream_count; i++) {
        struct stream *s = &r->streams[i];
        if (s->has_next && (!best || s->next.utc.ns < best->next.utc.ns)) {
            best = s;
        }
    }
    return best;
}

int replay_new(struct replay **out, const struct replay_options *options, struct fail *fail)
{
    if (options->input_count == 0 || options->input_count > REPLAY_INPUTS_MOST) {
        return fail_set(fail, RESULT_USAGE, "replay takes 1 to %d captures, not %zu",
                        REPLAY_INPUTS_MOST, options->input_count);
    }
    struct replay *r = calloc(1, sizeof *r);
    if (!r) {
        return fail_set(fail, RESULT_MEMORY, "no memory for a replay");
    }
    int code = tracks_new(&r->tracks, fail);
    for (size_t i = 0; code == 0 && i < options->input_count; i++) {
        code = open_input(r, &options->inputs[i], options->filter, fail);
    }
    if (code < 0) {
        replay_free(r);
        return code;
    }
    const struct stream *first = oldest(r);
    r->first = first ? tai_from_utc(first->next.utc) : tai_from_utc((struct utc){0});
    r->start = tai_add(r->first, span_from_s(options->start_s));
    r->end = options->duration_s > 0 ? tai_add(r->start, span_from_s(options->duration_s))
                                     : (struct tai){INT64_MAX};
    if (options->restamp_now) {
        r->shift = tai_since(tai_from_utc(options->restamp_at), r->start);
    }
    r->loops = options->loops ? options->loops : 1;
    r->t = r->heard = tai_add(r->start, r->shift);
    r->last_stamp = r->start;
    r->keep_first = (struct tai){INT64_MAX};
    r->keep_last = (struct tai){INT64_MIN};
    *out = r;
    return 0;
}

static uint64_t octets_hash(const uint8_t *octets, size_t size)
{
    uint64_t hash = size;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ octets[i]) * UINT64_C(0x100000001B3);
    }
    return draw_mix(hash);
}

/* Who sent it where the message does not say: signer, else hardware address, else nobody.
 */
static uint64_t source_key(const struct frames_result *w)
{
    if (w->has_link && w->link.has_src) {
        return octets_hash(w->link.src, sizeof w->link.src);
    }
    if (w->has_spdu && w->spdu.signer == SPDU_SIGNER_DIGEST) {
        return octets_hash(w->spdu.digest, sizeof w->spdu.digest);
    }
    return 1;
}

static void note_pose(struct replay *r, const struct stream *s, struct tai t)
{
    const struct input_own *own = &s->next.own;
    bool fixed = own->has_position && (own->lat_deg != 0 || own->lon_deg != 0);
    if (!fixed || own->lat_deg > 89 || own->lat_deg < -89) {
        return;
    }
    struct own_pose *pose = &r->poses[r->pose_count++];
    *pose = (struct own_pose){.agent = s->agent,
                              .t = t,
                              .lat_deg = own->lat_deg,
                              .lon_deg = own->lon_deg,
                              .elev_m = own->has_elevation ? own->elev_m : 0,
                              .has_yaw = own->has_heading,
                              .has_speed = own->has_speed,
                              .speed_mps = own->speed_mps};
    pose->yaw_rad = geo_yaw_from_heading(own->heading_deg);
}

static void name_signer(const struct frames_result *w, char signer[17])
{
    switch (w->has_spdu ? w->spdu.signer : SPDU_SIGNER_NONE) {
    case SPDU_SIGNER_DIGEST:
        for (size_t i = 0; i < sizeof w->spdu.digest; i++) {
            (void)snprintf(signer + 2 * i, 3, "%02X", w->spdu.digest[i]);
        }
        break;
    case SPDU_SIGNER_CERTIFICATE:
        (void)snprintf(signer, 17, "certificate");
        break;
    case SPDU_SIGNER_SELF:
        (void)snprintf(signer, 17, "self");
        break;
    case SPDU_SIGNER_NONE:
        break;
    }
}

static void take_frame(struct replay *r, struct stream *s)
{
    const struct input_frame *frame = &s->next;
    struct tai heard = tai_add(tai_from_utc(frame->utc), r->shift);
    r->counts.frames++;
    note_pose(r, s, heard);
    if (frame->direction == INPUT_SHOWN) {
        r->counts.skipped[REASON_DRIVER_ALERT]++;
        return;
    }
    struct frames_result *w = &r->walked;
    if (!input_walk(frame, w)) {
        r->counts.skipped[w->fault.reason]++;
        return;
    }
    int id = frames_message_id(w);
    bool sae = w->family == FRAMES_J2735;
    if (w->payload_size > UINT16_MAX || r->octets_used + w->payload_size > OCTETS_MOST) {
        r->counts.skipped[REASON_FOREIGN_CONTENT]++;
        return;
    }
    uint8_t *octets = r->octets + r->octets_used;
    memcpy(octets, w->payload, w->payload_size);
    r->octets_used += w->payload_size;
    bool sent = frame->direction == INPUT_SENT;
    struct emission *e = &r->emissions[r->emission_count++];
    *e = (struct emission){
        .sequence = r->sequence++,
        .sender_idx = AGENT_NONE,
        .msg_type = (uint8_t)(sae ? (id >= 0 && id < 128 ? id : 0) : 128 + (id & 127)),
        .technology = TECH_CAPTURED,
        .octets = octets,
        .size = (uint16_t)w->payload_size,
        .psid = w->has_wsmp ? w->wsmp.psid : 0,
        .heard_by = sent ? AGENT_NONE : s->agent,
        .sent_by = sent ? s->agent : AGENT_NONE,
        .t_heard = heard,
        .t_gen = heard,
        .t_tx = heard,
        .input_frame = frame->number,
        .shift = r->shift,
        .source_key = source_key(w),
        .has_rssi = w->has_link && w->link.has_rssi,
        .rssi_dbm = w->has_link ? (float)w->link.rssi_dbm : 0,
    };
    name_signer(w, e->signer);
    e->has_signed_time = w->has_spdu && w->spdu.has_generation_time &&
                         spdu_time(w->spdu.generation_us, &e->t_signed);
    r->counts.messages++;
}

static int restart(struct replay *r, struct fail *fail)
{
    r->counts.loops++;
    if (r->counts.loops >= r->loops || r->torn.code < 0) {
        r->ended = true;
        return 0;
    }
    for (size_t i = 0; i < r->stream_count; i++) {
        struct stream *s = &r->streams[i];
        int code = input_rewind(s->input, fail);
        s->newest = (struct utc){INT64_MIN};
        code = code < 0 ? code : advance(r, s, fail);
        if (code < 0) {
            return code;
        }
    }
    /* the next loop begins one period after the last frame */
    r->shift.ns += tai_since(r->last_stamp, r->start).ns + 100 * TIME_NS_PER_MS;
    tracks_restart(r->tracks);
    return 0;
}

static int rewind_source(void *self, struct fail *fail)
{
    return restart(self, fail);
}

/* Frames before the window are read over; the next frame inside it, or NULL at the end. */
static int next_inside(struct replay *r, struct stream **out, struct fail *fail)
{
    for (;;) {
        struct stream *s = oldest(r);
        if (!s) {
            *out = NULL;
            return 0;
        }
        struct tai stamp = tai_from_utc(s->next.utc);
        bool before = tai_before(stamp, r->start) && s->newest.ns == s->next.utc.ns;
        if (!before && stamp.ns < r->end.ns) {
            *out = s;
            return 0;
        }
        r->counts.outside++;
        int code = advance(r, s, fail);
        if (code < 0) {
            return code;
        }
    }
}

void replay_keep(struct replay *r, struct tai first, struct tai last)
{
    r->keep_first = first;
    r->keep_last = last;
}

/* After REPLAY_IDLE_S without a frame the clock goes on right before the next one, unless
 * that is near anyway. What was in flight and what grows stale has had its time by then. */
static struct span leave_out(struct replay *r, struct tai next)
{
    if (tai_before(r->t, r->keep_last) && tai_before(r->keep_first, next)) {
        next = r->keep_first;
    }
    int64_t ahead_ns = next.ns - r->t.ns;
    if (r->t.ns - r->heard.ns < REPLAY_IDLE_S * TIME_NS_PER_S || ahead_ns < TIME_NS_PER_S) {
        return span_ns(0);
    }
    struct span skipped = span_ns((ahead_ns - 1) / WORLD_TICK_NS * WORLD_TICK_NS);
    r->counts.idle_skips++;
    r->counts.idle.ns += skipped.ns;
    r->t = r->heard = tai_add(r->t, skipped);
    return skipped;
}

static int tick_source(void *self, struct source_tick *tick, struct fail *fail)
{
    struct replay *r = self;
    *tick = (struct source_tick){.emissions = r->emissions, .poses = r->poses};
    r->emission_count = 0;
    r->pose_count = 0;
    r->octets_used = 0;
    struct stream *s = NULL;
    int code = 0;
    while (code == 0 && !r->ended) {
        code = next_inside(r, &s, fail);
        if (code == 0 && s) {
            break;
        }
        code = code < 0 ? code : restart(r, fail);
    }
    if (code < 0) {
        return code;
    }
    if (r->ended) {
        if (r->torn.code < 0) {
            *fail = r->torn;
            return fail->code;
        }
        return 0;
    }
    tick->skipped = leave_out(r, tai_add(tai_from_utc(s->next.utc), r->shift));
    if (tick->skipped.ns == 0) {
        r->t.ns += WORLD_TICK_NS;
    }
    while (s && tick->skipped.ns == 0) {
        struct tai stamp = tai_from_utc(s->next.utc);
        if (tai_add(stamp, r->shift).ns > r->t.ns) {
            break;
        }
        if (r->emission_count == REPLAY_TICK_MOST || r->octets_used > OCTETS_MOST - 65536) {
            r->t.ns -= WORLD_TICK_NS; /* the rest comes with the same t */
            break;
        }
        take_frame(r, s);
        r->heard = r->t;
        if (tai_before(r->last_stamp, stamp)) {
            r->last_stamp = stamp;
        }
        code = advance(r, s, fail);
        code = code < 0 ? code : next_inside(r, &s, fail);
        if (code < 0) {
            return code;
        }
    }
    tick->t = r->t;
    tick->agents = tracks_agents(r->tracks, &tick->agent_count);
    tick->emission_count = r->emission_count;
    tick->pose_count = r->pose_count;
    return 1;
}

static void identify(void *self, struct emission *e)
{
    struct replay *r = self;
    struct tracks_sighting sighting = {
        .msg_type = e->msg_type,
        .heard_by = e->heard_by,
        .t_heard = e->t_heard,
        .claim = &e->claim,
        .key = e->source_key,
        .fingerprint = octets_hash(e->octets, e->size),
        .own_station = e->sent_by,
    };
    struct tracks_verdict verdict = tracks_sight(r->tracks, &sighting);
    r->counts.refused = tracks_refused(r->tracks);
    e->sender_idx = verdict.agent;
    e->k = verdict.k;
    e->tx_index = verdict.tx_index;
    e->repeated = verdict.repeated;
    if (verdict.agent != AGENT_NONE) {
        size_t count;
        e->sender_kind = (uint8_t)tracks_agents(r->tracks, &count)[verdict.agent].kind;
        e->msg_uid = emission_uid(verdict.agent, e->msg_type, verdict.k);
    }
}

/* A station listens from its first frame to its last. */
static bool listened(void *self, uint32_t station, struct tai t)
{
    const struct replay *r = self;
    struct tai stamp = tai_add(t, span_ns(-r->shift.ns));
    for (size_t i = 0; i < r->stream_count; i++) {
        const struct stream *s = &r->streams[i];
        bool begun = s->begun && s->first.ns <= utc_from_tai(stamp).ns;
        bool goes_on = s->newest.ns >= utc_from_tai(stamp).ns;
        if (s->agent == station && begun && goes_on) {
            return true;
        }
    }
    return false;
}

struct source replay_source(struct replay *replay)
{
    return (struct source){.self = replay,
                           .tick = tick_source,
                           .identify = identify,
                           .listened = listened,
                           .rewind = rewind_source};
}

const struct agent *replay_agents(const struct replay *replay, size_t *count)
{
    return tracks_agents(replay->tracks, count);
}

const char *replay_station(const struct replay *replay, size_t input)
{
    return replay->streams[input].station;
}

size_t replay_station_count(const struct replay *replay)
{
    return replay->station_count;
}

struct tai replay_start(const struct replay *replay)
{
    return tai_add(replay->start, replay->counts.loops == 0 ? replay->shift : span_ns(0));
}

const struct replay_counts *replay_counts(const struct replay *replay)
{
    return &replay->counts;
}

const char *replay_describe(const struct replay *replay, size_t input)
{
    return replay->streams[input].description;
}

void replay_free(struct replay *r)
{
    for (size_t i = 0; r && i < r->stream_count; i++) {
        input_close(r->streams[i].input);
    }
    if (r) {
        tracks_free(r->tracks);
    }
    free(r);
}
