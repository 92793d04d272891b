/* SPDX-License-Identifier: Apache-2.0 */
/* Each 100 ms: everybody's state, the signals, and the scene of all egos together with its
 * pairs and decisions; encounters on truth; their rows and labels. */
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/fmath.h"
#include "engine/inside.h"
#include "label/leaf.h"

#define SIGNAL_HOLD_S   6.0 /* a stop line matters to an encounter behind it for so long */
#define SEEN_HOLD_S     1.5 /* what an ego saw is not carried on for longer */
#define PAIRS_MOST      65536
#define ENCOUNTER_PAIRS 16384

int scenes_open(struct engine *e, struct fail *fail)
{
    size_t n = e->setup.agents_most;
    size_t egos = e->ego_count > 0 ? e->ego_count : 1;
    e->scene_truth = calloc(e->setup.replay ? 1 : n, sizeof *e->scene_truth);
    e->scene_known = calloc(egos * MIND_MOST * SCENE_MODELS, sizeof *e->scene_known);
    e->scene_egos = calloc(egos, sizeof *e->scene_egos);
    e->ego_places = calloc(egos, sizeof *e->ego_places);
    if (!e->scene_truth || !e->scene_known || !e->scene_egos || !e->ego_places) {
        return fail_set(fail, RESULT_MEMORY, "no memory for scenes of %zu egos",
                        e->ego_count);
    }
    int code = scene_new(&e->scene, egos, PAIRS_MOST, fail);
    return code < 0 ? code
                    : encounter_new(&e->encounters, ENCOUNTER_PAIRS, e->run_key, fail);
}

struct known_agent scenes_true_agent(const struct engine *e, uint32_t index)
{
    const struct state *s = &e->truth[index];
    const struct agent *a = &e->agents[index];
    const struct act_more *more = &e->act_more[index];
    struct span recent = span_from_s(SIGNAL_HOLD_S);
    return (struct known_agent){
        .turned_rad = more->bend.turned_rad,
        .hidden_s = more->was_hidden ? span_s(tai_since(e->now, more->t_hidden)) : -1,
        .changes_lane = more->changed_lane && span_s(tai_since(e->now, more->t_lane)) <=
                                                  leaf_param(NULL, PARAM_ENC_PCS_BEFORE_S),
        .drifts = more->drifts,
        .ran_red = more->ran_red && tai_since(e->now, more->t_red).ns <= recent.ns,
        .at_signal = more->had_signal && tai_since(e->now, more->t_signal).ns <= recent.ns,
        .index = index,
        .id = a->id,
        .kind = a->kind,
        .x_m = s->x_m,
        .y_m = s->y_m,
        .yaw_rad = s->yaw_rad,
        .vx_mps = fm_cos(s->yaw_rad) * s->speed_mps,
        .vy_mps = fm_sin(s->yaw_rad) * s->speed_mps,
        .accel_mps2 = s->accel_mps2,
        .accel_known = true,
        .length_m = a->length_m,
        .width_m = a->width_m,
        .act = e->act_leaf[index],
        .events = e->last_claim[index].event_flags,
    };
}

static bool road_user(const struct engine *e, uint32_t index)
{
    enum sender_kind kind = e->agents[index].kind;
    return kind != KIND_RSU && kind != KIND_CENTRE;
}

static int publish_agents(struct engine *e, struct fail *fail)
{
    int code = 0;
    for (uint32_t i = 0; i < e->agent_count && code == 0; i++) {
        const struct agent *a = &e->agents[i];
        bool has_truth = e->truth && e->truth[i].present;
        bool has_claim = e->last_claim[i].known & CLAIM_POSITION;
        if ((e->truth && !has_truth) || (!e->truth && !has_claim)) {
            continue;
        }
        struct row_agent row = {
            .scenario_id = e->setup.scenario_id,
            .world_id = e->setup.world_id,
            .t_ns = engine_utc(e->now),
            .agent = a->id,
            .kind = (uint8_t)a->kind,
            .ego = sight_ego(e, i) != NULL,
            .equipped = e->equipped[i] || a->receives,
            .length_m = a->length_m,
            .width_m = a->width_m,
            .height_m = a->height_m,
            .int_fault = leaf_code(int_fault(!e->setup.replay, e->act_more[i].fault).leaf),
        };
        double lat_deg = e->last_claim[i].lat_deg;
        double lon_deg = e->last_claim[i].lon_deg;
        if (has_truth) {
            const struct state *s = &e->truth[i];
            struct act_lon_subject subject = {.known = true,
                                              .accel_known = true,
                                              .speed_mps = s->speed_mps,
                                              .accel_mps2 = s->accel_mps2};
            struct label act = act_lon(&e->act[i], &subject, e->now);
            e->act_leaf[i] = act.leaf;
            row.act_lon = leaf_code(act.leaf);
            acts_columns(e, i, &row);
            geo_from_enu(&e->origin, s->x_m, s->y_m, &lat_deg, &lon_deg);
            ROW_SET(&row, agent, gt_x_m, s->x_m);
            ROW_SET(&row, agent, gt_y_m, s->y_m);
            ROW_SET(&row, agent, gt_z_m, s->z_m);
            ROW_SET(&row, agent, gt_yaw_rad, s->yaw_rad);
            ROW_SET(&row, agent, gt_speed_mps, s->speed_mps);
            ROW_SET(&row, agent, gt_accel_mps2, s->accel_mps2);
            ROW_SET(&row, agent, gt_yaw_rate_radps, s->yaw_rate_radps);
        }
        ROW_SET(&row, agent, lat_deg, lat_deg);
        ROW_SET(&row, agent, lon_deg, lon_deg);
        if (has_claim) {
            ROW_SET(&row, agent, claimed_x_m, e->last_claim[i].x_m);
            ROW_SET(&row, agent, claimed_y_m, e->last_claim[i].y_m);
            ROW_SET(&row, agent, claimed_speed_mps, e->last_claim[i].speed_mps);
        }
        code = engine_row(e, &table_agent, &row, fail);
    }
    return code;
}

static int publish_signals(struct engine *e, const struct source_tick *tick,
                           struct fail *fail)
{
    int code = 0;
    for (size_t i = 0; i < tick->signal_count && code == 0; i++) {
        const struct signal_state *s = &tick->signals[i];
        struct row_signal row = {.scenario_id = e->setup.scenario_id,
                                 .world_id = e->setup.world_id,
                                 .t_ns = engine_utc(e->now),
                                 .signal = s->id,
                                 .signal_group = s->signal_group,
                                 .gt_phase = (uint8_t)s->phase};
        if (s->min_end_s >= 0) {
            ROW_SET(&row, signal, gt_min_end_s, s->min_end_s);
        }
        if (s->max_end_s >= 0) {
            ROW_SET(&row, signal, gt_max_end_s, s->max_end_s);
        }
        code = engine_row(e, &table_signal, &row, fail);
    }
    return code;
}

/* What an ego has in mind, moved on to now at constant velocity. */
static size_t gather_mind(const struct engine *e, const struct ego *ego,
                          enum scene_model model, struct known_agent *out)
{
    size_t count = 0;
    for (size_t i = 0; i < ego->seen_count; i++) {
        const struct seen_object *s = &ego->seen[i];
        double age_s = span_s(tai_since(e->now, s->t));
        bool wanted = model == SCENE_FUSED || (model == SCENE_SENSORS && s->sensed) ||
                      (model == SCENE_V2X && s->v2x);
        if (!wanted || age_s > SEEN_HOLD_S) {
            continue;
        }
        out[count] = s->agent;
        out[count].x_m += s->agent.vx_mps * age_s;
        out[count].y_m += s->agent.vy_mps * age_s;
        count++;
    }
    return count;
}

bool scenes_own_state(const struct engine *e, const struct ego *ego,
                      struct known_agent *self)
{
    const struct agent *a = &e->agents[ego->agent];
    double age_s = span_s(tai_since(e->now, ego->pose_t));
    struct known_agent k = {
        .index = ego->agent,
        .id = a->id,
        .kind = a->kind,
        .yaw_rad = ego->pose.yaw_rad,
        .vx_mps = fm_cos(ego->pose.yaw_rad) * ego->pose.speed_mps,
        .vy_mps = fm_sin(ego->pose.yaw_rad) * ego->pose.speed_mps,
        .accel_mps2 = ego->pose.accel_mps2,
        .accel_known = e->truth != NULL,
        .length_m = a->length_m,
        .width_m = a->width_m,
        .sigma_m = ego->pose_sigma_m,
        .act = e->act_leaf[ego->agent],
    };
    k.x_m = ego->pose.x_m + k.vx_mps * age_s;
    k.y_m = ego->pose.y_m + k.vy_mps * age_s;
    *self = k;
    return ego->pose_known && age_s <= SEEN_HOLD_S;
}

/* How much earlier both sources asked to brake than the sensors alone: known once both
 * have. A need ends when neither has asked for a second. */
static void time_gain(struct gain *g, const struct scene_decision *d, struct tai now,
                      struct row_decision *row)
{
    /* Leaves stand from worst to mildest, unknown before them. */
    uint16_t fused = d->by[SCENE_FUSED].act.leaf, sensors = d->by[SCENE_SENSORS].act.leaf;
    bool by_fused = fused != LEAF_DEC_ACT_UNKNOWN && fused <= LEAF_DEC_ACT_BRAKE;
    bool by_sensors = sensors != LEAF_DEC_ACT_UNKNOWN && sensors <= LEAF_DEC_ACT_BRAKE;
    if (g->open && !by_fused && !by_sensors &&
        tai_since(now, g->t_last).ns >= TIME_NS_PER_S) {
        *g = (struct gain){.open = false};
    }
    if (by_fused || by_sensors) {
        g->open = true;
        g->t_last = now;
    }
    g->t_fused = by_fused && !g->fused ? now : g->t_fused;
    g->t_sensors = by_sensors && !g->sensors ? now : g->t_sensors;
    g->fused = g->fused || by_fused;
    g->sensors = g->sensors || by_sensors;
    if (g->fused && g->sensors && !g->told) {
        g->told = true;
        ROW_SET(row, decision, time_gain_ms,
                (double)tai_since(g->t_sensors, g->t_fused).ns / 1e6);
    }
}

/* Every leaf once, at the start: what the codes of the other tables mean. */
static int publish_taxonomy(struct engine *e, struct fail *fail)
{
    int code = 0;
    for (size_t i = 0; !e->told_taxonomy && i < LEAF_COUNT && code == 0; i++) {
        const struct leaf_info *leaf = &leaf_table[i];
        const struct axis_info *axis = &leaf_axes[leaf->axis];
        struct row_taxonomy row = {.scenario_id = e->setup.scenario_id,
                                   .world_id = e->setup.world_id,
                                   .label_id = leaf->id,
                                   .code = leaf->code,
                                   .axis = axis->code,
                                   .leaf = leaf->name,
                                   .label_ver = leaf->version,
                                   .tax_ver = leaf_taxonomy_version,
                                   .subject = axis->subject,
                                   .unit = axis->unit[0] != 0 ? axis->unit : NULL,
                                   .rule = leaf->rule,
                                   .rule_text = leaf->text,
                                   .params_sha = axis->params_sha,
                                   .computed = leaf->implemented};
        code = engine_row(e, &table_taxonomy, &row, fail);
    }
    e->told_taxonomy = true;
    return code;
}

static int publish_decisions(struct engine *e, struct fail *fail)
{
    size_t count;
    int code = 0;
    const struct scene_pair *pairs = scene_pairs(e->scene, &count);
    for (size_t i = 0; i < count && code == 0; i++) {
        struct row_pair row;
        scene_row_pair(e->scene, &pairs[i], &row);
        code = engine_row(e, &table_pair, &row, fail);
    }
    const struct scene_decision *decisions = scene_decisions(e->scene, &count);
    for (size_t i = 0; i < count && code == 0; i++) {
        struct row_decision row;
        scene_row_decision(e->scene, &decisions[i], &row);
        struct ego *ego = sight_ego(e, decisions[i].ego);
        if (ego) {
            time_gain(&ego->gain, &decisions[i], e->now, &row);
        }
        code = engine_row(e, &table_decision, &row, fail);
    }
    return code;
}

/* What the ego knows of its own lane and way; nothing in a replay. */
static struct app_host host_of(const struct engine *e, uint32_t agent)
{
    struct ground g = {.known = false};
    if (e->source.ground && e->truth) {
        g = e->source.ground(e->source.self, agent);
    }
    return (struct app_host){.known = g.known && g.lane,
                             .turns_left = g.turn == GROUND_LEFT && g.turn_in_m >= 0,
                             .turn_in_m = g.turn_in_m,
                             .moves_aside_m = g.moves_aside_m,
                             .limit_mps = g.limit_mps};
}

static int make_scene(struct engine *e, size_t truth_count, struct fail *fail)
{
    size_t egos = 0;
    for (size_t i = 0; i < e->ego_count; i++) {
        const struct ego *ego = &e->egos[i];
        struct scene_ego *se = &e->scene_egos[egos];
        *se = (struct scene_ego){.int_mode = ego->mode_leaf};
        if (!scenes_own_state(e, ego, &se->self)) {
            continue;
        }
        se->host = host_of(e, ego->agent);
        for (int m = 0; m < SCENE_MODELS; m++) {
            struct known_agent *mind =
                e->scene_known + (egos * SCENE_MODELS + (size_t)m) * MIND_MOST;
            se->count[m] = gather_mind(e, ego, (enum scene_model)m, mind);
            bool exists = m != SCENE_SENSORS || ego->stream_count > 0;
            se->others[m] = exists ? mind : NULL;
        }
        egos++;
    }
    if (egos == 0) {
        return 0;
    }
    struct scene_input input = {
        .t = e->now,
        .index = e->scene_index++,
        .scenario_id = e->setup.scenario_id,
        .world_id = e->setup.world_id,
        .egos = e->scene_egos,
        .ego_count = egos,
        .truth = e->truth ? e->scene_truth : NULL,
        .truth_count = truth_count,
        .range_m = leaf_param(NULL, PARAM_APP_EEBL_RANGE_M), /* as far as V2X warns */
    };
    scene_make(e->scene, &input);
    struct row_scene row;
    scene_row(e->scene, &row);
    e->totals.scenes++;
    int code = engine_row(e, &table_scene, &row, fail);
    return code < 0 ? code : publish_decisions(e, fail);
}

static int take_encounters(struct engine *e, struct fail *fail)
{
    struct encounter encounter;
    int code = 0;
    while (code == 0 && encounter_take(e->encounters, &encounter)) {
        struct row_encounter row;
        encounter_row(&encounter, e->setup.scenario_id, e->setup.world_id, e->ids, &row);
        e->totals.encounters++;
        code = engine_row(e, &table_encounter, &row, fail);
        struct label_key key = sight_key(e, engine_id(e, encounter.ego), NULL,
                                         encounter.t_start, encounter.t_end);
        key.other = engine_id(e, encounter.other);
        key.has_enc = true;
        key.enc_id = encounter.enc_id;
        key.subject_key = encounter.enc_id;
        key.provenance = PROVENANCE_RULE_GT;
        key.t_avail = encounter.t_end;
        const struct label *labels[] = {&encounter.outcome, &encounter.evasive,
                                        &encounter.pcs, &encounter.ncap};
        for (int i = 0; i < 4 && code == 0; i++) {
            code = sight_label(e, labels[i], &key, fail);
        }
    }
    struct encounter_event event;
    while (encounter_take_event(e->encounters, &event)) {
        history_event(e, &event);
    }
    struct encounter_level level;
    while (code == 0 && encounter_take_level(e->encounters, &level)) {
        struct label label = label_plain(level.leaf, KNOWN_AT_SUBJECT);
        struct label_key key = sight_key(e, engine_id(e, level.ego), NULL, level.t,
                                         tai_add(level.t, span_ms(1)));
        key.other = engine_id(e, level.other);
        key.subject_key =
            label_subject(draw_pair(level.ego, level.other), (uint64_t)level.t.ns);
        key.provenance = PROVENANCE_RULE_GT;
        code = sight_label(e, &label, &key, fail);
    }
    return code;
}

/* Encounters are stepped with every tick: contact and least TTC need the 10 ms. */
static int step_encounters(struct engine *e, size_t *truth_count, struct fail *fail)
{
    size_t n = 0;
    size_t egos = 0;
    for (uint32_t i = 0; i < e->agent_count; i++) {
        e->ids[i] = e->agents[i].id;
        if (e->truth && e->truth[i].present && road_user(e, i)) {
            if (sight_ego(e, i)) {
                e->ego_places[egos++] = (uint32_t)n;
            }
            e->scene_truth[n++] = scenes_true_agent(e, i);
        }
    }
    *truth_count = n;
    if (!e->truth || e->ego_count == 0) {
        return 0;
    }
    encounter_step(e->encounters, e->now, e->scene_truth, n, e->ego_places, egos);
    return take_encounters(e, fail);
}

int scenes_tick(struct engine *e, const struct source_tick *tick, struct fail *fail)
{
    size_t truth_count = 0;
    int code = step_encounters(e, &truth_count, fail);
    int64_t since = e->now.ns - e->setup.start.ns;
    if (code < 0 ||
        since / SCENE_TICK_NS == (e->before.ns - e->setup.start.ns) / SCENE_TICK_NS) {
        return code;
    }
    code = publish_taxonomy(e, fail);
    code = code < 0 ? code : publish_agents(e, fail);
    code = code < 0 ? code : publish_signals(e, tick, fail);
    roads_watch(e, tick);
    code = code < 0 ? code : roads_tick(e, tick, fail);
    code = code < 0 ? code : make_scene(e, truth_count, fail);
    return code < 0 ? code : history_tick(e, fail);
}

int scenes_finish(struct engine *e, struct fail *fail)
{
    encounter_finish(e->encounters);
    int code = take_encounters(e, fail);
    code = code < 0 ? code : roads_finish(e, fail);
    return code < 0 ? code : history_finish(e, fail);
}
