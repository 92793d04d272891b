/* SPDX-License-Identifier: Apache-2.0 */
/* One synchronized view, told: sync and track rows, the labels of links, sources and mode,
 * and what the ego has in mind for the next scene. Truth is joined here, and only here,
 * beside what the ego knew. */
#include <string.h>

#include "base/draw.h"
#include "base/fmath.h"
#include "engine/inside.h"
#include "label/boxes.h"
#include "label/leaf.h"

#define RELEVANT_M     100.0
#define SOURCE_RANGE_M 150.0

static int publish_members(struct engine *e, const struct ego *ego, const struct view *view,
                           struct fail *fail)
{
    int code = 0;
    for (uint16_t i = 0; i < view->member_count && code == 0; i++) {
        const struct view_member *m = &view->members[i];
        bool missing = m->status == VIEW_MISSING;
        struct row_sync row = {
            .scenario_id = e->setup.scenario_id,
            .world_id = e->setup.world_id,
            .frame_uid = view->frame_uid,
            .ego = engine_id(e, view->ego),
            .stream = ego->stream_names[m->stream],
            .bound_ms = (double)m->bound_ns / 1e6,
            .status = view_status_names[m->status],
            .quality = missing ? "fail" : view_quality_names[m->quality],
        };
        if (!missing) {
            ROW_SET(&row, sync, member_uid, view_frame_uid(view->ego, m->stream, m->seq));
            ROW_SET(&row, sync, delta_ns, m->delta_ns);
            if (m->sigma_ns >= 0) {
                ROW_SET(&row, sync, sigma_ms, m->sigma_ns / 1e6);
            }
        }
        code = engine_row(e, &table_sync, &row, fail);
    }
    return code;
}

static struct box track_box(const struct view_track *t, const struct agent *agent)
{
    double length = t->claim.known & CLAIM_SIZE ? t->claim.length_m : agent->length_m;
    double width = t->claim.known & CLAIM_SIZE ? t->claim.width_m : agent->width_m;
    return box_make(t->at.x_m, t->at.y_m, t->at.yaw_rad,
                    fm_cos(t->at.yaw_rad) * t->at.speed_mps,
                    fm_sin(t->at.yaw_rad) * t->at.speed_mps, length, width);
}

static uint8_t line_of_sight(const struct engine *e, const struct state *from,
                             const struct state *to)
{
    if (!e->setup.walls) {
        return LOS_UNKNOWN;
    }
    const double a[3] = {from->x_m, from->y_m, 1.5};
    const double b[3] = {to->x_m, to->y_m, 1.0};
    int blocker = walls_blocker(e->setup.walls, a, b);
    if (blocker < 0) {
        return LOS_CLEAR;
    }
    return e->setup.walls->all[blocker].vehicle ? LOS_VEHICLE : LOS_BUILDING;
}

static void track_truth(struct engine *e, const struct view *view,
                        const struct view_track *t, const struct box *self,
                        struct row_track *row)
{
    if (!e->truth || t->sender_idx >= e->agent_count) {
        return;
    }
    const struct state *truth = &e->truth_between[t->sender_idx];
    const struct state *ego = &e->truth_between[view->ego];
    if (!truth->present) {
        return;
    }
    for (uint32_t i = 0; i < SENT_DEPTH; i++) {
        const struct sent *sent = &e->sent[t->sender_idx * SENT_DEPTH + i];
        if (sent->msg_uid == t->msg_uid) {
            ROW_SET(row, track, gt_aoi_ms,
                    (double)tai_since(view->t_frame, sent->t_gen).ns / 1e6);
        }
    }
    const struct agent *agent = &e->agents[t->sender_idx];
    row->gt_kind = (uint8_t)agent->kind;
    ROW_SET(row, track, gt_x_m, truth->x_m);
    ROW_SET(row, track, gt_y_m, truth->y_m);
    ROW_SET(row, track, gt_yaw_rad, truth->yaw_rad);
    ROW_SET(row, track, gt_speed_mps, truth->speed_mps);
    ROW_SET(row, track, gt_error_raw_m,
            fm_hypot(t->claim.x_m - truth->x_m, t->claim.y_m - truth->y_m));
    ROW_SET(row, track, gt_error_m,
            fm_hypot(t->at.x_m - truth->x_m, t->at.y_m - truth->y_m));
    ROW_SET(row, track, gt_distance_m,
            fm_hypot(ego->x_m - truth->x_m, ego->y_m - truth->y_m));
    row->gt_los = line_of_sight(e, ego, truth);
    struct box other = box_of_state(truth, agent->length_m, agent->width_m);
    struct measure ttc = boxes_ttc(self, &other);
    row->gt_ttc_status = measures_status_names[ttc.status];
    if (ttc.status == MEASURE_VALID) {
        ROW_SET(row, track, gt_ttc_s, ttc.value);
    }
}

static void track_columns(struct row_track *row, const struct view_track *t)
{
    const struct claim *c = &t->claim;
    if (c->known & CLAIM_ID) {
        ROW_SET(row, track, station_id, t->station_id);
    }
    ROW_SET(row, track, msg_uid, t->msg_uid);
    ROW_SET(row, track, t_last_good_ns, engine_utc(t->t_avail));
    ROW_SET(row, track, raw_x_m, c->x_m);
    ROW_SET(row, track, raw_y_m, c->y_m);
    ROW_SET(row, track, x_m, t->at.x_m);
    ROW_SET(row, track, y_m, t->at.y_m);
    if (c->known & CLAIM_YAW) {
        ROW_SET(row, track, yaw_rad, t->at.yaw_rad);
    }
    if (c->known & CLAIM_SPEED) {
        ROW_SET(row, track, speed_mps, t->at.speed_mps);
        ROW_SET(row, track, shift_m, t->at.shift_m);
    }
    if (t->at.age_known) {
        ROW_SET(row, track, t_msg_claimed_ns, engine_utc(c->t_gen));
        ROW_SET(row, track, aoi_ms, t->at.age_s * 1e3);
        ROW_SET(row, track, offset_ms, t->offset_ns / 1e6);
        if (t->offset_sigma_ns >= 0) {
            ROW_SET(row, track, offset_sigma_ms, t->offset_sigma_ns / 1e6);
        }
    }
    ROW_SET(row, track, sigma_along_raw_m, t->at.sigma_along_raw_m);
    ROW_SET(row, track, sigma_along_m, t->at.sigma_along_m);
    ROW_SET(row, track, sigma_across_m, t->at.sigma_across_m);
    row->sensed = t->sensed;
    if (t->sensed) {
        ROW_SET(row, track, sensed_x_m, t->sensed_x_m);
        ROW_SET(row, track, sensed_y_m, t->sensed_y_m);
    }
    if (t->distance_m >= 0) {
        ROW_SET(row, track, distance_m, t->distance_m);
    }
}

static struct label link_label(const struct engine *e, const struct view *view,
                               const struct view_track *t)
{
    bool present = !e->truth || (t->sender_idx < e->agent_count &&
                                 e->truth_between[t->sender_idx].present);
    double distance_m = 0;
    if (e->truth && present) {
        const struct state *a = &e->truth_between[view->ego];
        const struct state *b = &e->truth_between[t->sender_idx];
        distance_m = fm_hypot(a->x_m - b->x_m, a->y_m - b->y_m);
    }
    struct com_link_subject subject = {
        .known = t->at.age_known,
        .departed = e->truth && !present,
        .out_of_range = distance_m > e->setup.air.intended_range_m,
        .heard = true,
        .aoi_ns = (int64_t)(t->at.age_s * 1e9),
        .period_ns = com_link_period_ns(t->msg_type),
    };
    return com_link(&subject);
}

static struct label source_label(const struct engine *e, const struct view *view,
                                 uint32_t agent, const struct view_track *track,
                                 bool link_good, bool sensed)
{
    const struct state *ego = &e->truth_between[view->ego];
    struct int_src_subject subject = {
        .equipped_known = !e->setup.replay,
        .equipped = e->equipped[agent],
        .heard_before = track != NULL,
        .link_good = link_good,
        .sensed = sensed,
        .truth_known = e->truth != NULL,
        .line_of_sight =
            e->truth && line_of_sight(e, ego, &e->truth_between[agent]) == LOS_CLEAR,
    };
    return int_src(&subject);
}

/* Remembers a track or object for the next scene. */
static void remember(struct engine *e, struct ego *ego, struct tai t,
                     const struct view_track *v, const struct view_object *o,
                     uint32_t gt_agent)
{
    struct seen_object *s = &ego->seen[ego->seen_count++];
    *s = (struct seen_object){.t = t, .v2x = v != NULL, .sensed = o != NULL};
    struct known_agent *k = &s->agent;
    if (v) {
        k->index = v->sender_idx;
        k->id = engine_id(e, v->sender_idx);
        k->kind = v->kind;
        k->x_m = v->at.x_m;
        k->y_m = v->at.y_m;
        k->yaw_rad = v->at.yaw_rad;
        k->vx_mps = fm_cos(v->at.yaw_rad) * v->at.speed_mps;
        k->vy_mps = fm_sin(v->at.yaw_rad) * v->at.speed_mps;
        k->accel_known = (v->claim.known & CLAIM_ACCEL) != 0;
        k->accel_mps2 = v->claim.accel_mps2;
        k->sigma_m = v->at.sigma_along_m;
        if (v->claim.known & CLAIM_SIZE) {
            k->length_m = v->claim.length_m;
            k->width_m = v->claim.width_m;
        }
    }
    if (o) {
        k->index = v                        ? k->index
                   : gt_agent != AGENT_NONE ? gt_agent
                                            : 0x80000000u | o->track;
        k->id = v ? k->id : gt_agent != AGENT_NONE ? engine_id(e, gt_agent) : "object";
        k->kind = v ? k->kind : o->kind;
        k->x_m = o->x_m; /* the sensor's position is the better one */
        k->y_m = o->y_m;
        k->vx_mps = o->vx_mps;
        k->vy_mps = o->vy_mps;
        k->yaw_rad = v ? k->yaw_rad : o->yaw_rad;
        k->sigma_m = o->sigma_x_m > o->sigma_y_m ? o->sigma_x_m : o->sigma_y_m;
        k->length_m = k->length_m > 0 ? k->length_m : o->length_m;
        k->width_m = k->width_m > 0 ? k->width_m : o->width_m;
    }
}

static uint32_t truth_of_object(const struct ego *ego, const struct view_object *o)
{
    return ego->gt_of_track[o->stream * TRACK_RING + o->track % TRACK_RING];
}

/* Is that agent among the objects of this frame set, by whatever sensor? */
static const struct view_object *object_of(const struct ego *ego, const struct view *view,
                                           uint32_t agent)
{
    for (uint32_t i = 0; i < view->object_count; i++) {
        if (truth_of_object(ego, &view->objects[i]) == agent) {
            return &view->objects[i];
        }
    }
    return NULL;
}

static int publish_source(struct engine *e, const struct view *view, uint32_t agent,
                          const struct label *label, struct fail *fail)
{
    struct tai end = tai_add(view->t_frame, span_ms(100));
    struct label_key key =
        sight_key(e, engine_id(e, view->ego), engine_id(e, agent), view->t_frame, end);
    key.has_frame = true;
    key.frame_uid = view->frame_uid;
    key.subject_key = label_subject(view->frame_uid, agent);
    key.provenance = e->truth ? PROVENANCE_RULE_GT : PROVENANCE_RULE_OBS;
    key.t_avail = view->t_decide;
    return sight_label(e, label, &key, fail);
}

static int publish_track(struct engine *e, struct ego *ego, const struct view *view,
                         const struct view_track *t, const struct box *self,
                         const struct box *known_self, struct int_mode_subject *mode,
                         struct fail *fail)
{
    struct row_track row = {
        .scenario_id = e->setup.scenario_id,
        .world_id = e->setup.world_id,
        .frame_uid = view->frame_uid,
        .ego = engine_id(e, view->ego),
        .sender = engine_id(e, t->sender_idx),
        .kind = (uint8_t)t->kind,
        .t_frame_ns = engine_utc(view->t_frame),
        .t_decide_ns = engine_utc(view->t_decide),
        .ttc_status = measures_status_names[MEASURE_UNKNOWN],
        .gt_ttc_status = measures_status_names[MEASURE_UNKNOWN],
        .gt_kind = KIND_UNKNOWN,
    };
    track_columns(&row, t);
    struct label link = link_label(e, view, t);
    bool good = com_link_good(link.leaf);
    ego->links_good += good;
    row.com_link = leaf_code(link.leaf);
    const struct view_object *sensed_as =
        t->sensed ? &view->objects[t->object_index] : NULL;
    bool sensed = t->sensed || (e->truth && object_of(ego, view, t->sender_idx));
    struct label source = source_label(e, view, t->sender_idx, t, good, sensed);
    row.int_src = leaf_code(source.leaf);
    if (known_self && (t->claim.known & CLAIM_SPEED)) {
        struct box other = track_box(t, &e->agents[t->sender_idx]);
        struct measure ttc = boxes_ttc(known_self, &other);
        row.ttc_status = measures_status_names[ttc.status];
        if (ttc.status == MEASURE_VALID) {
            ROW_SET(&row, track, ttc_s, ttc.value);
        }
    }
    if (self) {
        track_truth(e, view, t, self, &row);
    }
    if (t->distance_m >= 0 && t->distance_m <= RELEVANT_M) {
        mode->relevant++;
        mode->relevant_good += good;
        if (!mode->has_last_good || tai_before(mode->t_last_good, t->t_avail)) {
            mode->t_last_good = t->t_avail;
            mode->has_last_good = true;
        }
    }
    remember(e, ego, view->t_frame, t, sensed_as, AGENT_NONE);
    struct label_key key =
        sight_key(e, engine_id(e, view->ego), engine_id(e, t->sender_idx), view->t_frame,
                  tai_add(view->t_frame, span_ms(100)));
    key.has_frame = true;
    key.frame_uid = view->frame_uid;
    key.has_msg = true;
    key.msg_uid = t->msg_uid;
    key.subject_key = label_subject(view->frame_uid, t->sender_idx);
    key.t_avail = view->t_decide;
    int code = engine_row(e, &table_track, &row, fail);
    return code < 0 ? code : sight_label(e, &link, &key, fail);
}

static const struct view_track *track_of(const struct view *view, uint32_t agent)
{
    for (uint32_t i = 0; i < view->track_count; i++) {
        if (view->tracks[i].sender_idx == agent) {
            return &view->tracks[i];
        }
    }
    return NULL;
}

/* int.src for everybody near, heard or not: what nobody reports is a hidden hazard. */
static int publish_sources(struct engine *e, struct ego *ego, const struct view *view,
                           struct fail *fail)
{
    int code = 0;
    if (!e->truth) {
        return 0;
    }
    const struct state *self = &e->truth_between[view->ego];
    for (uint32_t i = 0; i < e->agent_count && code == 0; i++) {
        const struct state *s = &e->truth_between[i];
        bool road_user = e->agents[i].kind != KIND_RSU && e->agents[i].kind != KIND_CENTRE;
        if (i == view->ego || !s->present || !road_user ||
            fm_hypot(s->x_m - self->x_m, s->y_m - self->y_m) > SOURCE_RANGE_M) {
            continue;
        }
        const struct view_track *track = track_of(view, i);
        bool good = false;
        if (track) {
            struct label link = link_label(e, view, track);
            good = com_link_good(link.leaf);
        }
        bool sensed = (track && track->sensed) || object_of(ego, view, i);
        struct label label = source_label(e, view, i, track, good, sensed);
        code = publish_source(e, view, i, &label, fail);
    }
    return code;
}

/* Objects that no track explains go into the ego's mind too, once per agent. */
static void remember_objects(struct engine *e, struct ego *ego, const struct view *view)
{
    size_t tracks = ego->seen_count;
    for (uint32_t i = 0; i < view->object_count; i++) {
        const struct view_object *o = &view->objects[i];
        if (o->track_index != UINT32_MAX ||
            ego->seen_count >= VIEW_TRACKS_MOST + OBJECTS_PER_FRAME_MOST * 4) {
            continue;
        }
        bool twice = false;
        for (size_t k = 0; k < ego->seen_count && !twice; k++) {
            const struct known_agent *other = &ego->seen[k].agent;
            double near_m = k < tracks ? 1.5 : 2.0; /* another sensor's view of the same */
            twice = fm_hypot(other->x_m - o->x_m, other->y_m - o->y_m) < near_m;
        }
        if (!twice) {
            remember(e, ego, view->t_frame, NULL, o, truth_of_object(ego, o));
        }
    }
}

static int publish_mode(struct engine *e, struct ego *ego, const struct view *view,
                        const struct int_mode_subject *subject, struct row_frame *row,
                        struct fail *fail)
{
    struct int_mode_result mode = int_mode(&ego->mode, subject);
    ego->mode_leaf = mode.label.leaf;
    if (row) {
        row->int_mode = leaf_code(mode.label.leaf);
    }
    struct label_key key = sight_key(e, engine_id(e, view->ego), NULL, view->t_frame,
                                     tai_add(view->t_frame, span_ms(100)));
    key.has_frame = true;
    key.frame_uid = view->frame_uid;
    key.subject_key = view->frame_uid;
    key.t_avail = view->t_decide;
    if (mode.changed && mode.has_last_good) {
        key.t_start = mode.t_entered;
    }
    return sight_label(e, &mode.label, &key, fail);
}

static struct row_frame *pending_row(struct ego *ego, uint64_t frame_uid)
{
    for (int i = 0; i < ego->pending_count; i++) {
        if (ego->pending[i].frame_uid == frame_uid) {
            return &ego->pending[i];
        }
    }
    return NULL;
}

static void anchor_columns(struct row_frame *row, const struct view *view, uint32_t fresh)
{
    row->anchor = true;
    row->sync_quality = view_quality_names[view->quality];
    ROW_SET(row, frame, senders_known, (int32_t)view->track_count);
    ROW_SET(row, frame, senders_fresh, (int32_t)fresh);
    if (view->pose_known) {
        ROW_SET(row, frame, ego_x_m, view->pose.x_m);
        ROW_SET(row, frame, ego_y_m, view->pose.y_m);
        ROW_SET(row, frame, ego_yaw_rad, view->pose.yaw_rad);
        ROW_SET(row, frame, ego_speed_mps, view->pose.speed_mps);
        ROW_SET(row, frame, ego_sigma_m, view->pose_sigma_m);
    }
}

/* A view on the 100 ms grid has no frame of its own: it gets a row, so that tracks have a
 * key. */
static struct row_frame grid_row(const struct engine *e, const struct view *view)
{
    return (struct row_frame){
        .scenario_id = e->setup.scenario_id,
        .world_id = e->setup.world_id,
        .frame_uid = view->frame_uid,
        .ego = engine_id(e, view->ego),
        .stream = "grid",
        .seq = view->anchor_seq,
        .t_mid_ns = engine_utc(view->t_frame),
        .convention = CONVENTION_MID,
        .clock = TIMESCALE_UTC,
        .sync_quality = view_quality_names[view->quality],
        .missing = true,
        .missing_cause = "idle",
    };
}

int views_publish(struct engine *e, struct ego *ego, const struct view *view,
                  struct fail *fail)
{
    struct int_mode_subject mode = {.t = view->t_frame, .sensors_alive = false};
    for (uint16_t i = 0; i < view->member_count; i++) {
        mode.sensors_alive = mode.sensors_alive || view->members[i].status == VIEW_OK;
    }
    const struct agent *agent = &e->agents[view->ego];
    struct box self, known_self;
    if (e->truth) {
        self = box_of_state(&e->truth_between[view->ego], agent->length_m, agent->width_m);
    }
    if (view->pose_known) {
        known_self = box_of_state(&view->pose, agent->length_m, agent->width_m);
    }
    ego->seen_count = 0;
    ego->links_good = 0;
    int code = publish_members(e, ego, view, fail);
    for (uint32_t i = 0; i < view->track_count && code == 0; i++) {
        code = publish_track(e, ego, view, &view->tracks[i], e->truth ? &self : NULL,
                             view->pose_known ? &known_self : NULL, &mode, fail);
    }
    remember_objects(e, ego, view);
    code = code < 0 ? code : publish_sources(e, ego, view, fail);
    struct row_frame grid = grid_row(e, view);
    struct row_frame *row = pending_row(ego, view->frame_uid);
    bool on_grid = view->anchor_stream == VIEW_STREAM_GRID;
    row = row ? row : on_grid ? &grid : NULL;
    code = code < 0 ? code : publish_mode(e, ego, view, &mode, row, fail);
    if (row) {
        anchor_columns(row, view, ego->links_good);
    }
    if (code == 0 && on_grid) {
        code = engine_row(e, &table_frame, &grid, fail);
    }
    return code;
}
