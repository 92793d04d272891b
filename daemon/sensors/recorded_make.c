/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded frames made from rows. In: three texts. Out: frames in order of time, each with
 * its objects' rows, and poses in order of time.
 *
 * rows (as written) -> epochs per stream -> clocks placed -> frames with the missing ones
 * filled in, sorted by (t_mid, stream, seq); poses sorted by (ego, t). */
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "sensors/recorded_inner.h"

#define RESTART_NS      TIME_NS_PER_S /* a clock that goes back further starts anew */
#define RATE_UNKNOWN_HZ 10.0
#define RATE_SAMPLES    1001

static int order_of(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int by_stream_and_time(const void *pa, const void *pb)
{
    const struct row_frame *a = pa;
    const struct row_frame *b = pb;
    int c = order_of(a->stream, b->stream);
    c = c ? c : order_of(a->epoch, b->epoch);
    c = c ? c : order_of(a->t_ns, b->t_ns);
    c = c ? c : order_of(a->seq, b->seq);
    return c ? c : order_of(a->order, b->order);
}

static int by_mid(const void *pa, const void *pb)
{
    const struct rec_frame *a = pa;
    const struct rec_frame *b = pb;
    int c = order_of(a->t_mid.ns, b->t_mid.ns);
    c = c ? c : order_of(a->stream, b->stream); /* streams are numbered as they appear */
    c = c ? c : order_of(a->seq, b->seq);
    return c ? c : order_of(a->t_ns, b->t_ns);
}

static int by_frame(const void *pa, const void *pb)
{
    const struct row_object *a = pa;
    const struct row_object *b = pb;
    int c = order_of(a->stream, b->stream);
    c = c ? c : order_of(a->seq, b->seq);
    return c ? c : order_of(a->order, b->order);
}

static int by_ego_and_time(const void *pa, const void *pb)
{
    const struct rec_pose *a = pa;
    const struct rec_pose *b = pb;
    int c = order_of(a->ego, b->ego);
    c = c ? c : order_of(a->t.ns, b->t.ns);
    return c ? c : order_of(a->order, b->order);
}

static int by_value(const void *pa, const void *pb)
{
    const int64_t *a = pa;
    const int64_t *b = pb;
    return order_of(*a, *b);
}

static void sort(void *items, size_t count, size_t size,
                 int (*order)(const void *, const void *))
{
    if (count > 1) {
        qsort(items, count, size, order);
    }
}

/* Numbers the epochs: rows as written, a step back by over a second begins a new one. */
static void find_epochs(struct rows *rows)
{
    int64_t newest[RECORDED_STREAMS_MOST];
    uint16_t epoch[RECORDED_STREAMS_MOST] = {0};
    bool seen[RECORDED_STREAMS_MOST] = {false};
    for (size_t i = 0; i < rows->frame_count; i++) {
        struct row_frame *row = &rows->frames[i];
        uint16_t s = row->stream;
        if (seen[s] && newest[s] - row->t_ns > RESTART_NS) {
            epoch[s] = (uint16_t)(epoch[s] + (epoch[s] < UINT16_MAX));
            rows->streams[s].backward_jumps++;
            newest[s] = row->t_ns;
        }
        newest[s] = !seen[s] || row->t_ns > newest[s] ? row->t_ns : newest[s];
        seen[s] = true;
        row->epoch = epoch[s];
    }
    sort(rows->frames, rows->frame_count, sizeof *rows->frames, by_stream_and_time);
}

static struct recorded_placing placing_of(const struct recorded_config *config,
                                          const char *stream, enum clock_kind clock)
{
    struct recorded_placing placing = {.clock = clock, .base = config->start};
    for (size_t i = 0; i < config->clock_map_count; i++) {
        if (strcmp(config->clock_maps[i].stream, stream) == 0) {
            placing.mapped = true;
            placing.offset_ns = config->clock_maps[i].offset_ns;
            placing.sigma_ns = config->clock_maps[i].sigma_ns;
        }
    }
    return placing;
}

/* Rows [first, end) of the next stream at or after `from` (rows are sorted by stream). */
static size_t stream_end(const struct rows *rows, size_t from)
{
    size_t end = from;
    while (end < rows->frame_count &&
           rows->frames[end].stream == rows->frames[from].stream) {
        end++;
    }
    return end;
}

/* Unplaced clocks begin at the ego's first known instant; the machine's own clock (mono) is
 * one for all streams of an ego. */
static void place_streams(struct recorded *rec, const struct recorded_config *config)
{
    struct rows *rows = &rec->rows;
    struct tai known[RECORDED_EGOS_MOST];
    int64_t mono[RECORDED_EGOS_MOST];
    for (size_t e = 0; e < RECORDED_EGOS_MOST; e++) {
        known[e] = (struct tai){INT64_MAX};
        mono[e] = INT64_MAX;
    }
    for (size_t i = 0; i < rows->frame_count; i = stream_end(rows, i)) {
        struct recorded_stream *s = &rows->streams[rows->frames[i].stream];
        struct recorded_placing *p = &rec->placings[rows->frames[i].stream];
        struct tai first;
        *p = placing_of(config, s->name, s->clock);
        p->first_ns = rows->frames[i].t_ns;
        s->sigma_ns = p->mapped ? (double)p->sigma_ns : -1;
        if (recorded_placed(p) && recorded_place(p, p->first_ns, &first) &&
            tai_before(first, known[s->ego_index])) {
            known[s->ego_index] = first;
        } else if (s->clock == TIMESCALE_MONO && p->first_ns < mono[s->ego_index]) {
            mono[s->ego_index] = p->first_ns;
        }
    }
    for (size_t i = 0; i < rows->stream_count; i++) {
        uint16_t ego = rows->streams[i].ego_index;
        struct recorded_placing *p = &rec->placings[i];
        if (known[ego].ns != INT64_MAX) {
            p->base = known[ego];
        }
        if (p->clock == TIMESCALE_MONO && mono[ego] != INT64_MAX) {
            p->first_ns = mono[ego];
        }
    }
}

/* Period of a stream: as stated, else the median of the first thousand steps. */
static int64_t period_of(const struct row_frame *rows, size_t count)
{
    int64_t steps[RATE_SAMPLES];
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].period_ns > 0) {
            return rows[i].period_ns;
        }
        if (i > 0 && n < RATE_SAMPLES && rows[i].epoch == rows[i - 1].epoch &&
            rows[i].t_ns > rows[i - 1].t_ns) {
            steps[n++] = rows[i].t_ns - rows[i - 1].t_ns;
        }
    }
    sort(steps, n, sizeof steps[0], by_value);
    int64_t most = 100 * TIME_NS_PER_S;
    int64_t median = n > 0 ? steps[n / 2] : (int64_t)(1e9 / RATE_UNKNOWN_HZ);
    return median > most ? most : median < TIME_NS_PER_MS ? TIME_NS_PER_MS : median;
}

static bool add_frame(struct recorded *rec, const struct rec_frame *frame)
{
    void *frames = rec->frames;
    bool ok = rec->frame_count < RECORDED_ROWS_MOST &&
              rows_grow(&frames, rec->frame_count, &rec->frame_room, sizeof *frame);
    rec->frames = frames;
    if (ok) {
        rec->frames[rec->frame_count++] = *frame;
    }
    return ok;
}

static struct rec_frame frame_of(const struct recorded_stream *s,
                                 const struct row_frame *row, int64_t period_ns,
                                 struct tai stamped)
{
    int64_t span = recorded_span_ns(s->modality, row->exposure_ns, period_ns);
    double open = recorded_convention_sigma_ns(s->modality, s->convention, row->exposure_ns,
                                               period_ns);
    struct rec_frame f = {
        .stream = row->stream,
        .seq = row->seq,
        .t_mid = {stamped.ns + recorded_mid_offset_ns(s->convention, span)},
        .t_stamped = stamped,
        .t_ns = row->t_ns,
        .sigma_ns = s->sigma_ns < 0 || row->epoch > 0 ? -1 : fm_hypot(s->sigma_ns, open),
        .uri = row->uri,
    };
    f.t_start = (struct tai){f.t_mid.ns - span / 2};
    f.t_end = (struct tai){f.t_start.ns + span};
    f.t_avail = s->convention == CONVENTION_ARRIVAL ? stamped : f.t_end;
    f.t_avail = tai_before(f.t_avail, f.t_mid) ? f.t_mid : f.t_avail;
    return f;
}

/* Frames whose numbers are missing between two that came, if there was time for them. */
static bool fill_missing(struct recorded *rec, struct recorded_stream *s,
                         const struct rec_frame *a, const struct rec_frame *b,
                         int64_t period_ns)
{
    int64_t steps = (int64_t)b->seq - a->seq;
    int64_t elapsed = tai_since(b->t_mid, a->t_mid).ns;
    if (steps <= 1 || steps - 1 > RECORDED_GAP_MOST || elapsed < steps * period_ns / 2) {
        return true;
    }
    for (int64_t k = 1; k < steps; k++) {
        struct rec_frame f = *a;
        int64_t later = elapsed / steps * k;
        f.seq = (uint32_t)(a->seq + k);
        f.dropped = true;
        f.t_start.ns += later;
        f.t_mid.ns += later;
        f.t_end.ns += later;
        f.t_avail.ns += later;
        f.t_ns += later;
        f.uri = ROWS_URI_NONE;
        s->missing++;
        if (!add_frame(rec, &f)) {
            return false;
        }
    }
    return true;
}

static int make_stream(struct recorded *rec, const struct row_frame *rows, size_t count,
                       struct fail *fail)
{
    struct recorded_stream *s = &rec->rows.streams[rows[0].stream];
    struct recorded_placing *p = &rec->placings[rows[0].stream];
    int64_t period_ns = period_of(rows, count);
    s->rate_hz = 1e9 / (double)period_ns;
    struct rec_frame before = {0};
    for (size_t i = 0; i < count; i++) {
        bool restart = i > 0 && rows[i].epoch != rows[i - 1].epoch;
        bool again = i > 0 && !restart && rows[i].seq == rows[i - 1].seq;
        if (again) {
            s->duplicates++;
            continue;
        }
        if (restart && !recorded_placed(p)) { /* goes on after what it was before */
            p->first_ns = rows[i].t_ns;
            p->base = tai_add(before.t_stamped, span_ns(period_ns));
        }
        struct tai stamped;
        if (!recorded_place(p, rows[i].t_ns, &stamped)) {
            return fail_set(
                fail, RESULT_USAGE,
                "stream %s of %s, seq %u: t_ns = %lld is not within 1941 to 2067", s->name,
                s->ego, rows[i].seq, (long long)rows[i].t_ns);
        }
        struct rec_frame f = frame_of(s, &rows[i], period_ns, stamped);
        bool ok = i == 0 || restart || fill_missing(rec, s, &before, &f, period_ns);
        if (!ok || !add_frame(rec, &f)) {
            return fail_set(fail, RESULT_MEMORY, "no memory for the frames of %s", s->name);
        }
        s->frames++;
        before = f;
    }
    return 0;
}

static int make_poses(struct recorded *rec, const struct recorded_config *config,
                      struct fail *fail)
{
    const struct rows *rows = &rec->rows;
    struct recorded_placing placing[TIMESCALE_COUNT];
    bool seen[TIMESCALE_COUNT] = {false};
    rec->poses = malloc((rows->pose_count + 1) * sizeof *rec->poses);
    if (!rec->poses) {
        return fail_set(fail, RESULT_MEMORY, "no memory for poses");
    }
    for (size_t i = 0; i < rows->pose_count; i++) {
        const struct row_pose *row = &rows->poses[i];
        struct recorded_placing *p = &placing[row->clock];
        if (!seen[row->clock]) {
            seen[row->clock] = true;
            *p = placing_of(config, "poses", row->clock);
            p->first_ns = row->t_ns;
            for (size_t s = 0; s < rows->stream_count; s++) { /* mono is one clock */
                bool same = rows->streams[s].ego_index == row->ego &&
                            rows->streams[s].clock == TIMESCALE_MONO &&
                            row->clock == TIMESCALE_MONO && !p->mapped;
                *p = same ? rec->placings[s] : *p;
            }
        }
        struct tai t;
        if (!recorded_place(p, row->t_ns, &t)) {
            return fail_set(fail, RESULT_USAGE,
                            "pose of %s: t_ns = %lld is not within 1941 to 2067",
                            rows->egos[row->ego], (long long)row->t_ns);
        }
        rec->poses[rec->pose_count++] =
            (struct rec_pose){t,        row->order,   row->ego,       row->x_m,
                              row->y_m, row->yaw_rad, row->speed_mps, row->sigma_m};
    }
    sort(rec->poses, rec->pose_count, sizeof *rec->poses, by_ego_and_time);
    return 0;
}

/* First object row that is not before (stream, seq). */
static size_t objects_from(const struct rows *rows, uint16_t stream, uint64_t seq)
{
    size_t low = 0;
    size_t high = rows->object_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct row_object *o = &rows->objects[middle];
        if (o->stream < stream || (o->stream == stream && o->seq < seq)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void join_objects(struct recorded *rec)
{
    struct rows *rows = &rec->rows;
    uint64_t joined = 0;
    sort(rows->objects, rows->object_count, sizeof *rows->objects, by_frame);
    for (size_t i = 0; i < rec->frame_count; i++) {
        struct rec_frame *f = &rec->frames[i];
        if (f->dropped) {
            continue;
        }
        f->object_first = objects_from(rows, f->stream, f->seq);
        size_t count =
            objects_from(rows, f->stream, (uint64_t)f->seq + 1) - f->object_first;
        joined += count;
        f->object_count =
            (uint32_t)(count < OBJECTS_PER_FRAME_MOST ? count : OBJECTS_PER_FRAME_MOST);
    }
    rec->unplaced = rows->orphans;
    rec->unplaced += rows->object_count > joined ? rows->object_count - joined : 0;
}

int recorded_new(struct recorded **out, const struct recorded_config *config,
                 struct fail *fail)
{
    struct recorded *rec = calloc(1, sizeof *rec);
    if (!rec) {
        return fail_set(fail, RESULT_MEMORY, "no memory for recorded sensors");
    }
    for (size_t i = 0; i < RECORDED_EGOS_MOST; i++) {
        rec->agents[i] = AGENT_NONE;
    }
    int result = rows_read(&rec->rows, config, fail);
    if (result >= 0) {
        find_epochs(&rec->rows);
        place_streams(rec, config);
        result = make_poses(rec, config, fail);
    }
    for (size_t i = 0; result >= 0 && i < rec->rows.frame_count;) {
        size_t end = stream_end(&rec->rows, i);
        result = make_stream(rec, &rec->rows.frames[i], end - i, fail);
        i = end;
    }
    if (result < 0) {
        recorded_free(rec);
        return result;
    }
    sort(rec->frames, rec->frame_count, sizeof *rec->frames, by_mid);
    join_objects(rec);
    *out = rec;
    return 0;
}
