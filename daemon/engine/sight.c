/* SPDX-License-Identifier: Apache-2.0 */
/* Sensors up to now, simulated or recorded, into the synchronizer; views that are complete
 * out of it. In: truth of this tick and the one before. Out: rows of frames and objects;
 * each finished view goes to views.c. */
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "engine/inside.h"
#include "label/leaf.h"

#define OWN_POSE_HOLD_S  5.0
#define OWN_POSE_SIGMA_M 1.5 /* SAE J2945/1: 1.5 m at 68 % for a station's own position */

struct ego *sight_ego(struct engine *e, uint32_t agent)
{
    bool known = agent < e->setup.agents_most && e->ego_of[agent] != AGENT_NONE;
    return known ? &e->egos[e->ego_of[agent]] : NULL;
}

static void name_recorded_streams(struct engine *e, struct ego *ego, const char *id)
{
    for (size_t i = 0; i < recorded_stream_count(e->setup.recorded); i++) {
        const struct recorded_stream *s = recorded_stream(e->setup.recorded, i);
        if (strcmp(s->ego, id) != 0 || s->stream >= SENSORS_PER_EGO_MOST) {
            continue;
        }
        ego->stream_names[s->stream] = s->name;
        ego->modality[s->stream] = (uint8_t)s->modality;
        ego->convention[s->stream] = (uint8_t)s->convention;
        ego->clock[s->stream] = (uint8_t)s->clock;
        if (s->stream >= ego->stream_count) {
            ego->stream_count = (uint16_t)(s->stream + 1);
        }
    }
}

static void name_streams(struct engine *e, struct ego *ego, const struct engine_ego *from)
{
    if (e->setup.recorded) {
        name_recorded_streams(e, ego, engine_id(e, from->agent));
        return;
    }
    ego->specs = from->specs;
    ego->stream_count = (uint16_t)from->spec_count;
    for (uint32_t i = 0; i < from->spec_count; i++) {
        ego->stream_names[i] = from->specs[i].name;
        ego->modality[i] = (uint8_t)from->specs[i].modality;
        ego->convention[i] = (uint8_t)simulated_convention(from->specs[i].modality);
        ego->clock[i] = TIMESCALE_UTC;
    }
}

static double stream_rate(const struct engine *e, const struct ego *ego, uint16_t stream)
{
    if (!e->setup.recorded) {
        return ego->specs[stream].rate_hz;
    }
    for (size_t i = 0; i < recorded_stream_count(e->setup.recorded); i++) {
        const struct recorded_stream *s = recorded_stream(e->setup.recorded, i);
        if (s->stream == stream && strcmp(s->ego, engine_id(e, ego->agent)) == 0) {
            return s->rate_hz > 0 ? s->rate_hz : 10;
        }
    }
    return 10;
}

static int open_sync(struct engine *e, struct fail *fail)
{
    struct view_ego *egos = calloc(e->ego_count + 1, sizeof *egos);
    struct view_stream *streams =
        calloc((e->ego_count + 1) * SENSORS_PER_EGO_MOST, sizeof *streams);
    int code = egos && streams ? 0 : fail_set(fail, RESULT_MEMORY, "no memory for egos");
    for (size_t i = 0; i < e->ego_count && code == 0; i++) {
        const struct ego *ego = &e->egos[i];
        struct view_stream *own = streams + i * SENSORS_PER_EGO_MOST;
        for (uint16_t s = 0; s < ego->stream_count; s++) {
            own[s] = (struct view_stream){.modality = (enum modality)ego->modality[s],
                                          .rate_hz = stream_rate(e, ego, s)};
        }
        egos[i] = (struct view_ego){
            .agent = ego->agent, .streams = own, .stream_count = ego->stream_count};
    }
    struct view_config config = {.egos = egos,
                                 .ego_count = e->ego_count,
                                 .start = e->now,
                                 .sigmas = extrapolate_defaults()};
    code = code < 0 ? code : view_new(&e->sync, &config, fail);
    free(egos);
    free(streams);
    return code;
}

static int open_simulated(struct engine *e, struct fail *fail)
{
    struct simulated_ego *egos = calloc(e->ego_count + 1, sizeof *egos);
    if (!egos) {
        return fail_set(fail, RESULT_MEMORY, "no memory for sensors");
    }
    for (size_t i = 0; i < e->ego_count; i++) {
        egos[i] = (struct simulated_ego){.agent = e->egos[i].agent,
                                         .specs = e->egos[i].specs,
                                         .spec_count = e->egos[i].stream_count};
    }
    struct simulated_config config =
        simulated_defaults(e->setup.seed, e->setup.start, e->setup.agents_most);
    config.light = e->setup.light;
    int code =
        simulated_new(&e->simulated, egos, e->ego_count, e->setup.walls, &config, fail);
    free(egos);
    return code;
}

int sight_open(struct engine *e, struct fail *fail)
{
    e->ego_count = e->setup.ego_count;
    e->egos = calloc(e->ego_count + 1, sizeof *e->egos);
    uint32_t *agents = calloc(e->ego_count + 1, sizeof *agents);
    e->ego_of = malloc((e->setup.agents_most + (size_t)1) * sizeof *e->ego_of);
    if (!e->egos || !agents || !e->ego_of) {
        free(agents);
        return fail_set(fail, RESULT_MEMORY, "no memory for egos");
    }
    memset(e->ego_of, 0xFF, (e->setup.agents_most + (size_t)1) * sizeof *e->ego_of);
    int code = 0;
    for (size_t i = 0; i < e->ego_count && code == 0; i++) {
        struct ego *ego = &e->egos[i];
        agents[i] = e->setup.egos[i].agent;
        ego->agent = agents[i];
        e->ego_of[agents[i]] = (uint32_t)i;
        ego->seen = calloc(MIND_MOST, sizeof *ego->seen);
        ego->gt_of_track =
            calloc(SENSORS_PER_EGO_MOST * TRACK_RING, sizeof *ego->gt_of_track);
        if (!ego->seen || !ego->gt_of_track) {
            code = fail_set(fail, RESULT_MEMORY, "no memory for egos");
            break;
        }
        memset(ego->gt_of_track, 0xFF,
               SENSORS_PER_EGO_MOST * TRACK_RING * sizeof *ego->gt_of_track);
        name_streams(e, ego, &e->setup.egos[i]);
    }
    uint32_t most = e->setup.agents_most;
    struct knowledge_config config = {.egos = agents,
                                      .ego_count = e->ego_count,
                                      .agents_most = most,
                                      .senders_most = most < 1024 ? most : 1024};
    code = code < 0 ? code : knowledge_new(&e->knowledge, &config, fail);
    free(agents);
    code = code < 0 ? code : agree_open(e, fail);
    code = code < 0 ? code : history_open(e, fail);
    code = code < 0 ? code : roads_open(e, fail);
    code = code < 0 ? code : open_sync(e, fail);
    if (code == 0 && !e->setup.replay && !e->setup.recorded) {
        code = open_simulated(e, fail);
    }
    return code;
}

static int publish_objects(struct engine *e, struct ego *ego,
                           const struct sensor_frame *frame, struct fail *fail)
{
    for (uint32_t i = 0; i < frame->detection_count; i++) {
        const struct detection *d = &frame->detections[i];
        struct row_object row = {
            .scenario_id = e->setup.scenario_id,
            .world_id = e->setup.world_id,
            .frame_uid = view_frame_uid(frame->ego, frame->stream, frame->seq),
            .ego = engine_id(e, frame->ego),
            .stream = ego->stream_names[frame->stream],
            .track = d->track,
            .kind = (uint8_t)d->kind,
            .t_obj_ns = engine_utc(d->t),
            .x_m = d->x_m,
            .y_m = d->y_m,
            .gt_agent = engine_id(e, d->gt_agent),
        };
        ROW_SET(&row, object, yaw_rad, d->yaw_rad);
        ROW_SET(&row, object, vx_mps, d->vx_mps);
        ROW_SET(&row, object, vy_mps, d->vy_mps);
        ROW_SET(&row, object, length_m, d->length_m);
        ROW_SET(&row, object, width_m, d->width_m);
        ROW_SET(&row, object, height_m, d->height_m);
        ROW_SET(&row, object, sigma_x_m, d->sigma_x_m);
        ROW_SET(&row, object, sigma_y_m, d->sigma_y_m);
        if (d->visible >= 0) {
            ROW_SET(&row, object, gt_visible, (double)d->visible);
        }
        ego->gt_of_track[frame->stream * TRACK_RING + d->track % TRACK_RING] = d->gt_agent;
        int code = engine_row(e, &table_object, &row, fail);
        if (code < 0) {
            return code;
        }
    }
    return 0;
}

static const char *quality_of(double sigma_ns)
{
    struct syn_q_subject subject = {
        .verified = sigma_ns >= 0, .sigma_s = sigma_ns / 1e9, .complete = true};
    return leaf_name(syn_q(&subject).leaf);
}

static int flush_pending(struct engine *e, struct ego *ego, int count, struct fail *fail)
{
    int code = 0;
    for (int i = 0; i < count && code == 0; i++) {
        code = engine_row(e, &table_frame, &ego->pending[i], fail);
    }
    if (code == 0 && count > 0) {
        ego->pending_count -= count;
        memmove(ego->pending, ego->pending + count,
                (size_t)ego->pending_count * sizeof ego->pending[0]);
        memmove(ego->pending_mid_ns, ego->pending_mid_ns + count,
                (size_t)ego->pending_count * sizeof ego->pending_mid_ns[0]);
    }
    return code;
}

static int pend_frame(struct engine *e, struct ego *ego, const struct sensor_frame *f,
                      const struct state *truth, struct fail *fail)
{
    if (ego->pending_count == PENDING_ROWS) {
        int code = flush_pending(e, ego, PENDING_ROWS / 2, fail);
        if (code < 0) {
            return code;
        }
    }
    struct row_frame *row = &ego->pending[ego->pending_count];
    ego->pending_mid_ns[ego->pending_count++] = f->t_mid.ns;
    *row = (struct row_frame){
        .scenario_id = e->setup.scenario_id,
        .world_id = e->setup.world_id,
        .frame_uid = view_frame_uid(f->ego, f->stream, f->seq),
        .ego = engine_id(e, f->ego),
        .stream = ego->stream_names[f->stream],
        .modality = ego->modality[f->stream],
        .seq = f->seq,
        .t_mid_ns = engine_utc(f->t_mid),
        .convention = ego->convention[f->stream],
        .clock = ego->clock[f->stream],
        .sync_quality = quality_of(f->sigma_ns),
        .missing = f->dropped,
        .missing_cause = f->dropped ? "dropped" : NULL,
        .objects = (int32_t)f->detection_count,
        .uri = f->uri,
    };
    if (!f->dropped) {
        ROW_SET(row, frame, t_start_ns, engine_utc(f->t_start));
        ROW_SET(row, frame, t_end_ns, engine_utc(f->t_end));
        ROW_SET(row, frame, t_avail_ns, engine_utc(f->t_avail));
        ROW_SET(row, frame, t_stamped_ns, engine_utc((struct tai){f->t_stamp.ns}));
    }
    if (f->sigma_ns >= 0) {
        ROW_SET(row, frame, sigma_ms, f->sigma_ns / 1e6);
    }
    if (truth && truth->present) {
        ROW_SET(row, frame, gt_ego_x_m, truth->x_m);
        ROW_SET(row, frame, gt_ego_y_m, truth->y_m);
        ROW_SET(row, frame, gt_ego_yaw_rad, truth->yaw_rad);
        ROW_SET(row, frame, gt_ego_speed_mps, truth->speed_mps);
    }
    e->totals.frames++;
    e->totals.frames_missing += f->dropped;
    return 0;
}

/* Truth of everybody at t, between the two kept ticks around it. */
static void truth_at(struct engine *e, struct tai t)
{
    uint64_t oldest = e->history_count > TRUTH_TICKS ? e->history_count - TRUTH_TICKS : 0;
    uint64_t after = e->history_count - 1;
    while (after > oldest && e->history_t[(after - 1) % TRUTH_TICKS].ns >= t.ns) {
        after--;
    }
    uint64_t before = after > oldest ? after - 1 : after;
    const struct state *a = e->history + before % TRUTH_TICKS * e->setup.agents_most;
    const struct state *b = e->history + after % TRUTH_TICKS * e->setup.agents_most;
    for (size_t i = 0; i < e->agent_count; i++) {
        e->truth_between[i] = state_between(&a[i], e->history_t[before % TRUTH_TICKS],
                                            &b[i], e->history_t[after % TRUTH_TICKS], t);
    }
}

static int take_frame(struct engine *e, const struct sensor_frame *frame,
                      const struct state *truth, struct fail *fail)
{
    struct ego *ego = sight_ego(e, frame->ego);
    if (!ego || frame->stream >= ego->stream_count) {
        return 0;
    }
    int code = pend_frame(e, ego, frame, truth, fail);
    code = code < 0 ? code : publish_objects(e, ego, frame, fail);
    view_put(e->sync, frame);
    return code;
}

static int take_simulated(struct engine *e, struct fail *fail)
{
    struct simulated_due due;
    int code = 0;
    while (code == 0 && simulated_next(e->simulated, &due) && due.t_mid.ns <= e->now.ns) {
        truth_at(e, due.t_mid);
        struct sensor_frame frame;
        simulated_make(e->simulated, e->agents, e->truth_between, e->agent_count, &frame);
        code = take_frame(e, &frame, &e->truth_between[due.ego], fail);
    }
    return code;
}

static int take_recorded(struct engine *e, struct tai until, struct fail *fail)
{
    struct tai t_mid;
    int code = 0;
    while (code == 0 && recorded_next(e->setup.recorded, &t_mid) && t_mid.ns <= until.ns) {
        struct sensor_frame frame;
        if (!recorded_take(e->setup.recorded, &frame)) {
            break;
        }
        code = take_frame(e, &frame, NULL, fail);
    }
    return code;
}

/* The ego's own pose at an instant, as it measures itself. */
static bool own_pose(struct engine *e, struct ego *ego, struct tai t, struct state *pose,
                     double *sigma_m)
{
    if (e->setup.recorded &&
        recorded_pose(e->setup.recorded, ego->agent, t, pose, sigma_m)) {
        return true;
    }
    if (e->simulated && e->truth) {
        const struct state *truth = &e->truth_between[ego->agent];
        if (!truth->present) {
            return false;
        }
        *pose = simulated_pose(e->simulated, ego->agent, t, truth, sigma_m);
        return true;
    }
    double age_s = span_s(tai_since(t, ego->own_t));
    if (!ego->own_known || age_s > OWN_POSE_HOLD_S || age_s < -OWN_POSE_HOLD_S) {
        return false;
    }
    *pose = ego->own;
    pose->x_m += fm_cos(pose->yaw_rad) * pose->speed_mps * age_s;
    pose->y_m += fm_sin(pose->yaw_rad) * pose->speed_mps * age_s;
    *sigma_m = OWN_POSE_SIGMA_M + fm_abs(age_s);
    return true;
}

static int make_view(struct engine *e, const struct view_due *due, struct fail *fail)
{
    struct ego *ego = sight_ego(e, due->ego);
    size_t known =
        knowledge_as_of(e->knowledge, due->ego, due->t_decide, e->known, VIEW_TRACKS_MOST);
    for (size_t i = 0; i < known; i++) {
        double clock_sigma_s = clocking_place(e, due->ego, &e->known[i]);
        e->view_messages[i] = (struct view_message){.sender_idx = e->known[i].sender_idx,
                                                    .msg_type = e->known[i].msg_type,
                                                    .msg_uid = e->known[i].msg_uid,
                                                    .t_avail = e->known[i].t_avail,
                                                    .claim = &e->known[i].claim,
                                                    .clock_sigma_s = clock_sigma_s};
    }
    if (e->truth) {
        truth_at(e, due->t_frame);
    }
    struct state pose;
    double sigma_m = 0;
    bool has_pose = own_pose(e, ego, due->t_frame, &pose, &sigma_m);
    struct view view;
    view_make(e->sync, e->view_messages, known, has_pose ? &pose : NULL, sigma_m, &view);
    if (e->setup.replay && view.anchor_stream == VIEW_STREAM_GRID) {
        view.quality = VIEW_Q_UNVERIFIED; /* the capture's clock has no reference either */
        view.sigma_ns = -1;
    }
    ego->pose_known = has_pose;
    ego->pose_t = due->t_frame;
    ego->pose_sigma_m = sigma_m;
    if (has_pose) {
        ego->pose = pose;
    }
    e->totals.views++;
    e->totals.quality[view.quality]++;
    if (view.sigma_ns >= 0 && e->sync_sigma_count < SYNC_SIGMAS_MOST) {
        e->sync_sigmas_ms[e->sync_sigma_count++] = view.sigma_ns / 1e6;
    }
    int code = views_publish(e, ego, &view, fail);
    int done = 0;
    while (done < ego->pending_count && ego->pending_mid_ns[done] <= view.t_frame.ns) {
        done++;
    }
    return code < 0 ? code : flush_pending(e, ego, done, fail);
}

static int take_views(struct engine *e, struct tai now, struct fail *fail)
{
    struct view_due due;
    int code = 0;
    while (code == 0 && view_due(e->sync, now, &due)) {
        code = make_view(e, &due, fail);
    }
    return code;
}

/* A silence was left out: views begin anew behind it, instead of one each 100 ms of
 * it. */
static int jump(struct engine *e, struct fail *fail)
{
    view_free(e->sync);
    e->sync = NULL;
    return open_sync(e, fail);
}

int sight_tick(struct engine *e, const struct source_tick *tick, struct fail *fail)
{
    int code = tick->skipped.ns > 0 ? jump(e, fail) : 0;
    if (code < 0) {
        return code;
    }
    if (e->simulated && e->truth) {
        code = take_simulated(e, fail);
    } else if (e->setup.recorded) {
        code = take_recorded(e, e->now, fail);
    }
    return code < 0 ? code : take_views(e, e->now, fail);
}

int sight_finish(struct engine *e, struct fail *fail)
{
    int code = take_views(e, e->now, fail);
    for (size_t i = 0; i < e->ego_count && code == 0; i++) {
        code = flush_pending(e, &e->egos[i], e->egos[i].pending_count, fail);
    }
    return code;
}

struct label_key sight_key(const struct engine *e, const char *ego, const char *agent,
                           struct tai start, struct tai end)
{
    return (struct label_key){
        .scenario_id = e->setup.scenario_id,
        .world_id = e->setup.world_id,
        .run_key = e->run_key,
        .ego = ego,
        .agent = agent,
        .t_start = start,
        .t_end = end,
        .t_avail = start,
        .provenance = PROVENANCE_RULE_OBS,
    };
}

int sight_label(struct engine *e, const struct label *label, const struct label_key *key,
                struct fail *fail)
{
    struct row_label row;
    label_row(label, key, &row);
    e->totals.labels++;
    return engine_row(e, &table_label, &row, fail);
}
