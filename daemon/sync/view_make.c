/* SPDX-License-Identifier: Apache-2.0 */
/* The view itself. In: the anchor that is due, the messages as of then, the ego's own pose.
 * Out: members, objects and tracks at one instant, and how sure their stamps are. */
#include <assert.h>

#include "base/fmath.h"
#include "sync/view_inner.h"

#define SYNC_OK_NS       1e6 /* gates on the uncertainty of a pair, one sigma */
#define SYNC_DEGRADED_NS 5e6

static enum view_quality quality_of(double sigma_ns)
{
    if (sigma_ns < 0) {
        return VIEW_Q_UNVERIFIED;
    }
    return sigma_ns <= SYNC_OK_NS         ? VIEW_Q_OK
           : sigma_ns <= SYNC_DEGRADED_NS ? VIEW_Q_DEGRADED
                                          : VIEW_Q_FAIL;
}

/* A proven failure outweighs an unproven clock, which outweighs a known weakness. */
static enum view_quality worse(enum view_quality a, enum view_quality b)
{
    static const int rank[4] = {0, 1, 3, 2};
    return rank[a] >= rank[b] ? a : b;
}

/* Copies the frame's objects into the view, moved to t_frame by their own velocity. */
static void take_objects(struct synchronizer *sync, const struct ego_sync *ego,
                         const struct stream_frame *frame, struct view *out,
                         struct view_member *member)
{
    member->object_first = out->object_count;
    if (ego->pool_written - frame->object_at > VIEW_POOL_OBJECTS) {
        sync->counters.objects_cut += frame->object_count;
        return;
    }
    for (uint32_t i = 0; i < frame->object_count; i++) {
        struct view_object *object = &sync->objects[out->object_count++];
        *object = ego->pool[(frame->object_at + i) % VIEW_POOL_OBJECTS];
        double dt = span_s(tai_since(out->t_frame, object->t));
        object->x_m += object->vx_mps * dt;
        object->y_m += object->vy_mps * dt;
    }
    member->object_count = frame->object_count;
}

static void take_member(struct synchronizer *sync, struct ego_sync *ego, struct stream *s,
                        struct view *out)
{
    struct view_member *member = &out->members[out->member_count++];
    struct tai deadline = tai_add(out->t_frame, span_ms(VIEW_DEADLINE_MS));
    bool is_anchor = s->index == out->anchor_stream;
    struct stream_match match = {.at = ego->anchor_at};
    if (!is_anchor) {
        match = stream_match(s, out->t_frame, deadline);
    } else if (out->anchor_missing) {
        match = (struct stream_match){.at = STREAM_NONE, .dropped = true};
    }
    *member = (struct view_member){.stream = s->index, .bound_ns = s->period.ns / 2};
    if (is_anchor) {
        s->ring[ego->anchor_at].used = true;
    }
    if (match.at == STREAM_NONE) {
        member->status = VIEW_MISSING;
        member->sigma_ns = -1;
        member->cause = match.late                       ? VIEW_CAUSE_LATE
                        : stream_idle(s, sync->scan_now) ? VIEW_CAUSE_IDLE
                                                         : VIEW_CAUSE_DROPPED;
        out->quality = worse(out->quality, VIEW_Q_DEGRADED);
        return;
    }
    struct stream_frame *frame = &s->ring[match.at];
    frame->used = true;
    member->seq = frame->seq;
    member->t_mid = frame->t_mid;
    member->delta_ns = tai_since(frame->t_mid, out->t_frame).ns;
    if (is_anchor) {
        member->sigma_ns = frame->sigma_ns;
    } else if (frame->sigma_ns < 0 || out->sigma_ns < 0) {
        member->sigma_ns = -1;
    } else {
        member->sigma_ns = fm_hypot(frame->sigma_ns, out->sigma_ns);
    }
    member->quality = quality_of(member->sigma_ns);
    out->quality = worse(out->quality, member->quality);
    take_objects(sync, ego, frame, out, member);
}

static void take_track(const struct synchronizer *sync, const struct view_message *m,
                       const struct view *out, struct view_track *track)
{
    struct extrapolate_sigmas sigmas = sync->sigmas;
    double frame_s = out->sigma_ns > 0 ? out->sigma_ns * 1e-9 : 0;
    sigmas.clock_s = fm_hypot(fm_hypot(sigmas.clock_s, frame_s), m->clock_sigma_s);
    *track = (struct view_track){
        .sender_idx = m->sender_idx,
        .station_id = m->claim->station_id,
        .kind = (enum sender_kind)m->claim->kind,
        .msg_type = m->msg_type,
        .msg_uid = m->msg_uid,
        .claim = *m->claim,
        .t_avail = m->t_avail,
        .at = extrapolate(m->claim, out->t_frame, &sigmas),
        .offset_sigma_ns = out->sigma_ns < 0 ? -1 : sigmas.clock_s * 1e9,
        .distance_m = -1,
        .object_index = ASSOCIATE_NONE,
    };
    if (track->at.age_known) {
        track->offset_ns = (double)tai_since(m->claim->t_gen, out->t_frame).ns;
    }
    if (out->pose_known) {
        track->distance_m =
            fm_hypot(track->at.x_m - out->pose.x_m, track->at.y_m - out->pose.y_m);
    }
}

static void take_tracks(struct synchronizer *sync, const struct view_message *messages,
                        size_t count, struct view *out)
{
    for (size_t i = 0; i < count; i++) {
        if (messages[i].sender_idx == out->ego) {
            continue;
        }
        if (out->track_count == VIEW_TRACKS_MOST) {
            sync->counters.tracks_cut++;
            continue;
        }
        take_track(sync, &messages[i], out, &sync->tracks[out->track_count++]);
    }
}

static void take_anchor(struct synchronizer *sync, const struct ego_sync *ego,
                        struct view *out)
{
    out->anchor_stream = ego->anchor_stream;
    if (ego->anchor_stream == VIEW_STREAM_GRID) {
        out->anchor_seq = ego->anchor_at;
        sync->counters.grid_views++;
    } else {
        const struct stream_frame *f =
            &ego->streams[ego->anchor_stream].ring[ego->anchor_at];
        out->anchor_seq = f->seq;
        out->anchor_missing = f->dropped;
        out->sigma_ns = f->sigma_ns;
    }
    out->frame_uid = view_frame_uid(ego->agent, out->anchor_stream, out->anchor_seq);
}

void view_make(struct synchronizer *sync, const struct view_message *messages,
               size_t message_count, const struct state *pose, double pose_sigma_m,
               struct view *out)
{
    assert(sync->pending);
    struct ego_sync *ego = &sync->egos[sync->scan];
    *out = (struct view){
        .ego = ego->agent,
        .t_frame = sync->due.t_frame,
        .t_decide = sync->due.t_decide,
        .pose_known = pose != NULL,
        .pose = pose ? *pose : (struct state){0},
        .pose_sigma_m = pose_sigma_m,
        .tracks = sync->tracks,
        .objects = sync->objects,
    };
    take_anchor(sync, ego, out);
    for (uint16_t i = 0; i < ego->stream_count; i++) {
        take_member(sync, ego, &ego->streams[i], out);
    }
    take_tracks(sync, messages, message_count, out);
    for (uint16_t i = 0; i < out->member_count; i++) {
        associate_stream(&sync->association, sync->tracks, out->track_count, sync->objects,
                         out->members[i].object_first, out->members[i].object_count);
    }
    sync->counters.views++;
    ego->last_anchor = out->t_frame;
    for (uint16_t i = 0; i < ego->stream_count; i++) {
        stream_prune(&ego->streams[i], out->t_frame);
    }
    sync->pending = false;
}
