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

/* As claimed; a size that is not told is that of its kind. */
static struct box track_box(const struct view_track *t)
{
    struct kinds_size usual = kinds_size(t->kind);
    double length = t->claim.known & CLAIM_SIZE ? t->claim.length_m : usual.length_m;
    double width = t->claim.known & CLAIM_SIZE ? t->claim.width_m : usual.width_m;
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
    oracle_columns(e, t->sender_idx, view->t_frame, row);
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

static double true_distance_m(const struct engine *e, uint32_t ego, uint32_t other)
{
    const struct state *a = &e->truth_between[ego], *b = &e->truth_between[other];
    return fm_hypot(a->x_m - b->x_m, a->y_m - b->y_m);
}

/* com.link as the ego can tell it; t NULL: never heard. */
static struct com_link_subject link_subject(const struct view_track *t)
{
    if (!t) {
        return (struct com_link_subject){.known = true};
    }
    return (struct com_link_subject){.known = t->at.age_known,
                                     .heard = true,
                                     .aoi_ns = (int64_t)(t->at.age_s * 1e9),
                                     .period_ns = com_link_period_ns(t->msg_type)};
}

/* And on truth: has it left, is it out of reach? */
static struct label true_link(const struct engine *e, const struct view *view,
                              uint32_t sender, const struct view_track *t)
{
    struct com_link_subject subject = link_subject(t);
    bool present = sender < e->agent_count && e->truth_between[sender].present;
    subject.departed = !present;
    subject.out_of_range =
        present && true_distance_m(e, view->ego, sender) > e->setup.air.intended_range_m;
    return com_link(&subject);
}

/* int.src on truth; an agent that was never heard may have no track. */
static struct label true_source(const struct engine *e, const struct view *view,
                                uint32_t agent, const struct view_track *track,
                                bool link_good, bool sensed)
{
    const struct state *ego = &e->truth_between[view->ego];
    struct int_src_subject subject = {
        .equipped_known = true,
        .equipped = e->equipped[agent],
        .heard_before = track != NULL,
        .link_good = link_good,
        .sensed = sensed,
        .truth_known = true,
        .line_of_sight = line_of_sight(e, ego, &e->truth_between[agent]) == LOS_CLEAR,
    };
    return int_src(&subject);
}

/* Is that agent among the objects of this frame set, by whatever sensor? */
static const struct view_object *object_of(const struct ego *ego, const struct view *view,
                                           uint32_t agent)
{
    for (uint32_t i = 0; i < view->object_count; i++) {
        if (mind_object_truth(ego, &view->objects[i]) == agent) {
            return &view->objects[i];
        }
    }
    return NULL;
}

/* A label about one agent at a frame. */
static struct label_key agent_key(const struct engine *e, const struct view *view,
                                  const char *name, uint32_t agent,
                                  enum label_provenance provenance)
{
    struct tai end = tai_add(view->t_frame, span_ms(100));
    struct label_key key = sight_key(e, engine_id(e, view->ego), name, view->t_frame, end);
    key.has_frame = true;
    key.frame_uid = view->frame_uid;
    key.subject_key = label_subject(view->frame_uid, agent);
    key.provenance = provenance;
    key.t_avail = view->t_decide;
    return key;
}

/* Within RELEVANT_M, or due where both meet within RELEVANT_S. */
static bool relevant(const struct view_track *t, const struct box *self)
{
    double soon_s = leaf_param(NULL, PARAM_INT_MODE_RELEVANT_S);
    if (t->distance_m >= 0 &&
        t->distance_m <= leaf_param(NULL, PARAM_INT_MODE_RELEVANT_M)) {
        return true;
    }
    if (!self || (t->claim.known & CLAIM_SPEED) == 0) {
        return false;
    }
    struct box other = track_box(t);
    struct measure ttc = boxes_ttc(self, &other);
    struct crossing x = boxes_crossing(self, 0, &other, 0, 0);
    return (ttc.status == MEASURE_VALID && ttc.value < soon_s) ||
           (x.status == MEASURE_VALID && x.ttcp_a.status == MEASURE_VALID &&
            x.ttcp_b.status == MEASURE_VALID && x.ttcp_a.value < soon_s &&
            x.ttcp_b.value < soon_s);
}

static void count_link(struct int_mode_subject *mode, const struct view_track *t, bool good)
{
    mode->relevant++;
    mode->relevant_good += good;
    if (!mode->has_last_good || tai_before(mode->t_last_good, t->t_avail)) {
        mode->t_last_good = t->t_avail;
        mode->has_last_good = true;
    }
}

static void known_ttc(struct row_track *row, const struct view_track *t,
                      const struct box *self)
{
    if (!self || (t->claim.known & CLAIM_SPEED) == 0) {
        return;
    }
    struct box other = track_box(t);
    struct measure ttc = boxes_ttc(self, &other);
    row->ttc_status = measures_status_names[ttc.status];
    if (ttc.status == MEASURE_VALID) {
        ROW_SET(row, track, ttc_s, ttc.value);
    }
}

static int publish_track(struct engine *e, struct ego *ego, const struct view *view,
                         uint32_t track, const struct box *self,
                         const struct box *known_self, struct int_mode_subject *mode,
                         struct fail *fail)
{
    const struct view_track *t = &view->tracks[track];
    char name[MIND_NAME];
    struct row_track row = {
        .scenario_id = e->setup.scenario_id,
        .world_id = e->setup.world_id,
        .frame_uid = view->frame_uid,
        .ego = engine_id(e, view->ego),
        .sender = mind_sender_name(e, t->sender_idx, &t->claim, name),
        .kind = (uint8_t)t->kind,
        .t_frame_ns = engine_utc(view->t_frame),
        .t_decide_ns = engine_utc(view->t_decide),
        .ttc_status = measures_status_names[MEASURE_UNKNOWN],
        .gt_ttc_status = measures_status_names[MEASURE_UNKNOWN],
        .gt_kind = KIND_UNKNOWN,
    };
    track_columns(&row, t);
    struct com_link_subject subject = link_subject(t);
    struct label link = com_link(&subject);
    bool good = com_link_good(link.leaf);
    ego->links_good += good;
    row.com_link = leaf_code(link.leaf);
    struct int_src_subject source = {
        .heard_before = true, .link_good = good, .sensed = t->sensed};
    row.int_src = leaf_code(int_src(&source).leaf);
    known_ttc(&row, t, known_self);
    struct label agree = agree_known(e, ego, view, track, good, &row), gt_agree = {0};
    if (self) {
        bool sensed = t->sensed || object_of(ego, view, t->sender_idx);
        row.gt_sender = engine_id(e, t->sender_idx);
        row.gt_com_link = leaf_code(true_link(e, view, t->sender_idx, t).leaf);
        row.gt_int_src =
            leaf_code(true_source(e, view, t->sender_idx, t, good, sensed).leaf);
        gt_agree = agree_true(e, ego, view, track, good, &row);
        track_truth(e, view, t, self, &row);
    }
    if (relevant(t, known_self)) {
        count_link(mode, t, good);
    }
    mind_take(e, ego, view->t_frame, t, t->sensed ? &view->objects[t->object_index] : NULL);
    struct label_key key =
        agent_key(e, view, row.sender, t->sender_idx, PROVENANCE_RULE_OBS);
    key.has_msg = true;
    key.msg_uid = t->msg_uid;
    int code = engine_row(e, &table_track, &row, fail);
    code = code < 0 ? code : sight_label(e, &link, &key, fail);
    code = code < 0 ? code : sight_label(e, &agree, &key, fail);
    if (code == 0 && self) {
        key.agent = row.gt_sender;
        key.provenance = PROVENANCE_RULE_GT;
        code = sight_label(e, &gt_agree, &key, fail);
    }
    return code;
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

/* On truth: int.src for everybody near, heard or not (what nobody reports is a hidden
 * hazard), com.link for those that have a radio, never heard ones too. */
static int publish_true_sources(struct engine *e, struct ego *ego, const struct view *view,
                                struct fail *fail)
{
    int code = 0;
    for (uint32_t i = 0; e->truth && i < e->agent_count && code == 0; i++) {
        bool road_user = e->agents[i].kind != KIND_RSU && e->agents[i].kind != KIND_CENTRE;
        if (i == view->ego || !e->truth_between[i].present || !road_user ||
            true_distance_m(e, view->ego, i) > SOURCE_RANGE_M) {
            continue;
        }
        const struct view_track *track = track_of(view, i);
        struct com_link_subject subject = link_subject(track);
        struct label link = true_link(e, view, i, track);
        bool sensed = (track && track->sensed) || object_of(ego, view, i);
        struct label source =
            true_source(e, view, i, track, com_link_good(com_link(&subject).leaf), sensed);
        struct label_key key = agent_key(e, view, engine_id(e, i), i, PROVENANCE_RULE_GT);
        code = sight_label(e, &source, &key, fail);
        if (code == 0 && (track || e->equipped[i])) {
            code = sight_label(e, &link, &key, fail);
        }
    }
    return code;
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

/* syn.q of the frame set, as the synchronizer judged it. */
static int publish_quality(struct engine *e, const struct view *view, struct fail *fail)
{
    static const uint16_t leaves[] = {[VIEW_Q_OK] = LEAF_SYN_Q_OK,
                                      [VIEW_Q_DEGRADED] = LEAF_SYN_Q_DEGRADED,
                                      [VIEW_Q_FAIL] = LEAF_SYN_Q_FAIL,
                                      [VIEW_Q_UNVERIFIED] = LEAF_SYN_Q_UNVERIFIED};
    struct label label = label_plain(leaves[view->quality], KNOWN_AT_SUBJECT);
    if (view->sigma_ns >= 0) {
        label.has = LABEL_HAS_VALUE;
        label.value = view->sigma_ns / 1e9;
    } else {
        label.flags |= LABEL_CLOCK_UNVERIFIED;
    }
    struct label_key key = agent_key(e, view, NULL, view->ego, PROVENANCE_RULE_OBS);
    return sight_label(e, &label, &key, fail);
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
        code = publish_track(e, ego, view, i, e->truth ? &self : NULL,
                             view->pose_known ? &known_self : NULL, &mode, fail);
    }
    mind_take_objects(e, ego, view);
    code = code < 0 ? code : publish_true_sources(e, ego, view, fail);
    struct row_frame grid = grid_row(e, view);
    struct row_frame *row = pending_row(ego, view->frame_uid);
    bool on_grid = view->anchor_stream == VIEW_STREAM_GRID;
    row = row ? row : on_grid ? &grid : NULL;
    code = code < 0 ? code : publish_quality(e, view, fail);
    code = code < 0 ? code : publish_mode(e, ego, view, &mode, row, fail);
    if (row) {
        anchor_columns(row, view, ego->links_good);
    }
    if (code == 0 && on_grid) {
        code = engine_row(e, &table_frame, &grid, fail);
    }
    return code;
}
