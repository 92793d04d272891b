/* SPDX-License-Identifier: Apache-2.0 */
/* When a view is complete. In: sensor frames, the time. Out: which anchor is due, and the
 * instant of deciding. A frame waits in its stream's ring, its objects in the ego's pool (a
 * circle; what is overwritten is counted). */
#include "sync/view.h"

#include <stdlib.h>

#include "sync/view_inner.h"

const char *const view_status_names[2] = {"ok", "missing"};
const char *const view_cause_names[4] = {"", "idle", "dropped", "late"};
const char *const view_quality_names[4] = {"ok", "degraded", "fail", "unverified"};

static int ego_init(struct ego_sync *ego, const struct view_ego *config, struct tai start)
{
    ego->agent = config->agent;
    ego->stream_count = config->stream_count;
    ego->last_anchor = (struct tai){start.ns - 1};
    ego->streams = calloc(config->stream_count + 1u, sizeof *ego->streams);
    ego->pool = malloc(VIEW_POOL_OBJECTS * sizeof *ego->pool);
    if (!ego->streams || !ego->pool) {
        return -1;
    }
    for (uint16_t i = 0; i < config->stream_count; i++) {
        ego->streams[i].modality = config->streams[i].modality;
        ego->streams[i].period = span_from_s(1.0 / config->streams[i].rate_hz);
        ego->streams[i].index = i;
        ego->streams[i].alive = start;
    }
    return 0;
}

static int config_check(const struct view_config *config, struct fail *fail)
{
    for (size_t i = 0; i < config->ego_count; i++) {
        const struct view_ego *ego = &config->egos[i];
        if (ego->stream_count > SENSORS_PER_EGO_MOST) {
            return fail_set(fail, RESULT_USAGE, "ego %u: %u sensor streams: at most %d",
                            ego->agent, ego->stream_count, SENSORS_PER_EGO_MOST);
        }
        for (uint16_t s = 0; s < ego->stream_count; s++) {
            double hz = ego->streams[s].rate_hz;
            if (!(hz >= 0.01 && hz <= 1000)) {
                return fail_set(fail, RESULT_USAGE,
                                "ego %u, stream %u: rate %g Hz: 0.01 to 1000", ego->agent,
                                s, hz);
            }
        }
    }
    return 0;
}

int view_new(struct synchronizer **out, const struct view_config *config, struct fail *fail)
{
    int result = config_check(config, fail);
    if (result < 0) {
        return result;
    }
    struct synchronizer *sync = calloc(1, sizeof *sync);
    bool ok = sync != NULL;
    if (ok) {
        sync->start = config->start;
        sync->sigmas = config->sigmas;
        sync->egos = calloc(config->ego_count + 1, sizeof *sync->egos);
        ok = sync->egos != NULL;
    }
    for (size_t i = 0; ok && i < config->ego_count; i++) {
        sync->ego_count = i + 1;
        ok = ego_init(&sync->egos[i], &config->egos[i], config->start) == 0;
    }
    if (!ok) {
        view_free(sync);
        return fail_set(fail, RESULT_MEMORY, "no memory to synchronize %zu egos",
                        config->ego_count);
    }
    *out = sync;
    return 0;
}

static struct ego_sync *ego_of(struct synchronizer *sync, uint32_t agent)
{
    for (size_t i = 0; i < sync->ego_count; i++) {
        if (sync->egos[i].agent == agent) {
            return &sync->egos[i];
        }
    }
    return NULL;
}

/* What was measured, without the truth that a simulated sensor knows beside it. */
static struct view_object measured(const struct sensor_frame *frame, uint32_t index)
{
    const struct detection *d = &frame->detections[index];
    return (struct view_object){
        .stream = frame->stream,
        .index = (uint16_t)index,
        .seq = frame->seq,
        .track = d->track,
        .kind = d->kind,
        .t = d->t,
        .x_m = d->x_m,
        .y_m = d->y_m,
        .yaw_rad = d->yaw_rad,
        .vx_mps = d->vx_mps,
        .vy_mps = d->vy_mps,
        .length_m = d->length_m,
        .width_m = d->width_m,
        .sigma_x_m = d->sigma_x_m,
        .sigma_y_m = d->sigma_y_m,
        .track_index = ASSOCIATE_NONE,
    };
}

void view_put(struct synchronizer *sync, const struct sensor_frame *frame)
{
    struct ego_sync *ego = ego_of(sync, frame->ego);
    if (!ego || frame->stream >= ego->stream_count) {
        sync->counters.unknown++;
        return;
    }
    uint32_t count = frame->detection_count < OBJECTS_PER_FRAME_MOST
                         ? frame->detection_count
                         : OBJECTS_PER_FRAME_MOST;
    sync->counters.objects_cut += frame->detection_count - count;
    struct stream_frame kept = {
        .seq = frame->seq,
        .t_mid = frame->t_mid,
        .t_avail = frame->t_avail,
        .sigma_ns = frame->sigma_ns,
        .dropped = frame->dropped,
        .object_at = ego->pool_written,
        .object_count = frame->dropped ? 0 : count,
    };
    for (uint32_t i = 0; i < kept.object_count; i++) {
        ego->pool[ego->pool_written++ % VIEW_POOL_OBJECTS] = measured(frame, i);
    }
    sync->counters.frames++;
    sync->counters.overrun += stream_put(&ego->streams[frame->stream], &kept);
}

/* The stream that anchors now: LiDAR before radar before camera, none if all are idle. */
static struct stream *anchor_stream(struct ego_sync *ego, struct tai now)
{
    static const enum modality order[] = {MODALITY_LIDAR, MODALITY_RADAR, MODALITY_CAMERA};
    for (size_t m = 0; m < sizeof order / sizeof order[0]; m++) {
        for (uint16_t i = 0; i < ego->stream_count; i++) {
            struct stream *s = &ego->streams[i];
            if (s->modality == order[m] && !stream_idle(s, now)) {
                return s;
            }
        }
    }
    return NULL;
}

static bool complete(const struct ego_sync *ego, const struct stream *anchor,
                     struct tai t_frame, struct tai now)
{
    struct tai deadline = tai_add(t_frame, span_ms(VIEW_DEADLINE_MS));
    if (!tai_before(now, deadline)) {
        return true;
    }
    for (uint16_t i = 0; i < ego->stream_count; i++) {
        const struct stream *s = &ego->streams[i];
        bool passed = s == anchor || stream_idle(s, now) || stream_passed(s, t_frame, now);
        if (!passed || (s != anchor && stream_pending(s, t_frame, now, deadline))) {
            return false;
        }
    }
    return true;
}

/* The last of the members' arrivals, those that came in time; the anchor's own always. */
static struct tai decide_at(const struct ego_sync *ego)
{
    struct tai deadline = tai_add(ego->t_frame, span_ms(VIEW_DEADLINE_MS));
    struct tai last = ego->t_frame;
    for (uint16_t i = 0; i < ego->stream_count; i++) {
        const struct stream *s = &ego->streams[i];
        uint32_t at = i == ego->anchor_stream ? ego->anchor_at
                                              : stream_match(s, ego->t_frame, deadline).at;
        if (at != STREAM_NONE && tai_before(last, s->ring[at].t_avail)) {
            last = s->ring[at].t_avail;
        }
    }
    return last;
}

static bool grid_due(struct synchronizer *sync, struct ego_sync *ego, struct tai now)
{
    int64_t grid = VIEW_GRID_MS * TIME_NS_PER_MS;
    int64_t since = tai_since(ego->last_anchor, sync->start).ns;
    int64_t k = since < 0 ? 0 : since / grid + 1;
    ego->anchor_stream = VIEW_STREAM_GRID;
    ego->anchor_at = (uint32_t)k;
    ego->t_frame = (struct tai){sync->start.ns + k * grid};
    return !tai_before(now, ego->t_frame) && complete(ego, NULL, ego->t_frame, now);
}

static bool ego_due(struct synchronizer *sync, struct ego_sync *ego, struct tai now)
{
    for (uint16_t i = 0; i < ego->stream_count; i++) {
        struct stream *s = &ego->streams[i];
        stream_hear(s, now, (struct tai){ego->last_anchor.ns - s->period.ns});
    }
    struct stream *anchor = anchor_stream(ego, now);
    if (!anchor) {
        return grid_due(sync, ego, now);
    }
    uint32_t at = stream_first_after(anchor, ego->last_anchor);
    if (at == STREAM_NONE || tai_before(now, anchor->ring[at].t_avail)) {
        return false;
    }
    ego->anchor_stream = anchor->index;
    ego->anchor_at = at;
    ego->t_frame = anchor->ring[at].t_mid;
    return complete(ego, anchor, ego->t_frame, now);
}

bool view_due(struct synchronizer *sync, struct tai now, struct view_due *due)
{
    if (!sync->pending && now.ns != sync->scan_now.ns) {
        sync->scan = 0;
        sync->scan_now = now;
    }
    for (; !sync->pending && sync->scan < sync->ego_count; sync->scan++) {
        struct ego_sync *ego = &sync->egos[sync->scan];
        if (ego_due(sync, ego, now)) {
            sync->due = (struct view_due){ego->agent, ego->t_frame, decide_at(ego)};
            sync->pending = true;
            break; /* the same ego may have another: stay */
        }
    }
    if (sync->pending) {
        *due = sync->due;
    }
    return sync->pending;
}

struct view_counters view_counters(const struct synchronizer *sync)
{
    struct view_counters counters = sync->counters;
    counters.pairs_cut = sync->association.cut;
    return counters;
}

size_t view_memory(const struct synchronizer *sync)
{
    size_t total = sizeof *sync;
    for (size_t i = 0; i < sync->ego_count; i++) {
        total += sizeof sync->egos[i] + VIEW_POOL_OBJECTS * sizeof(struct view_object) +
                 (sync->egos[i].stream_count + 1u) * sizeof(struct stream);
    }
    return total;
}

void view_free(struct synchronizer *sync)
{
    for (size_t i = 0; sync && i < sync->ego_count; i++) {
        free(sync->egos[i].streams);
        free(sync->egos[i].pool);
    }
    if (sync) {
        free(sync->egos);
    }
    free(sync);
}
