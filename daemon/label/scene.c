/* SPDX-License-Identifier: Apache-2.0 */
/* Egos, what they know and the truth in; pairs, decisions and the rows of one scene out. */
#include "label/scene.h"

#include <stdlib.h>
#include <string.h>

#include "label/axes_act.h"
#include "label/scene_text.h"

struct scene {
    struct scene_pair *pairs;
    struct scene_decision *decisions;
    struct scene_view *views;
    size_t pairs_most, egos_most, pair_count, ego_count, left_out;
    struct bytes pattern, gt_pattern, caption, egos_json, gt_pairs_json;
    struct label n_conflicts;
    struct measure min_ttc, gt_min_ttc;
    struct tai t;
    uint32_t index;
    size_t agents;
    const char *scenario_id, *world_id;
};

int scene_new(struct scene **scene, size_t egos_most, size_t pairs_most, struct fail *fail)
{
    struct scene *s = calloc(1, sizeof *s);
    *scene = s;
    if (s != NULL) {
        s->pairs = calloc(pairs_most + 1, sizeof *s->pairs);
        s->decisions = calloc(egos_most + 1, sizeof *s->decisions);
        s->views = calloc(egos_most + 1, sizeof *s->views);
        s->pairs_most = pairs_most;
        s->egos_most = egos_most;
    }
    if (s == NULL || s->pairs == NULL || s->decisions == NULL || s->views == NULL) {
        scene_free(s);
        *scene = NULL;
        return fail_set(fail, RESULT_MEMORY, "scenes of %zu egos and %zu pairs", egos_most,
                        pairs_most);
    }
    return 0;
}

static const struct known_agent *find(const struct known_agent *agents, size_t count,
                                      uint32_t index)
{
    for (size_t i = 0; agents != NULL && i < count && index != AGENT_NONE; i++) {
        if (agents[i].index == index) {
            return &agents[i];
        }
    }
    return NULL;
}

/* Its action as given, else as its speed and acceleration are now. */
static uint16_t act_of(const struct known_agent *a)
{
    if (a->act != LEAF_NONE) {
        return a->act;
    }
    struct box box = box_make(0, 0, a->yaw_rad, 0, 0, 0, 0);
    struct act_lon_subject s = {.known = !a->velocity_unknown,
                                .accel_known = a->accel_known,
                                .speed_mps =
                                    a->vx_mps * box.cos_yaw + a->vy_mps * box.sin_yaw,
                                .accel_mps2 = a->accel_mps2};
    return act_lon_raw(&s).leaf;
}

static double distance2_m2(const struct known_agent *a, const struct known_agent *b)
{
    double dx = a->x_m - b->x_m, dy = a->y_m - b->y_m;
    return dx * dx + dy * dy;
}

static bool same_agent(const struct known_agent *a, const struct known_agent *b)
{
    return a->index == b->index && a->index != AGENT_NONE;
}

static double range2_m2(const struct scene_input *in)
{
    double range = in->range_m > 0 ? in->range_m : leaf_param(NULL, PARAM_REL_POS_RANGE_M);
    return range * range;
}

/* A place for one more pair, or NULL: full. */
static struct scene_pair *put_pair(struct scene *s, const struct known_agent *ego,
                                   const struct known_agent *other)
{
    if (s->pair_count == s->pairs_most) {
        s->left_out++;
        return NULL;
    }
    struct scene_pair *pair = &s->pairs[s->pair_count++];
    memset(pair, 0, sizeof *pair);
    pair->ego = ego->index;
    pair->ego_id = ego->id;
    pair->other = other->index;
    pair->kind = other->kind;
    return pair;
}

static void set_gt(struct scene_pair *pair, const struct known_agent *ego,
                   const struct known_agent *other, double lane_width_m)
{
    pair->has_gt = true;
    pair->gt_other_id = other->id;
    pair->gt = rel_make(ego, other, lane_width_m);
    pair->gt_act = act_of(other);
}

/* The applications need to know who drives between. */
static void put_apps(struct scene *s, size_t first, const struct scene_input *in,
                     const struct scene_ego *ego)
{
    struct app_around around = {0}, gt_around = {0};
    for (size_t i = first; i < s->pair_count; i++) {
        const struct scene_pair *p = &s->pairs[i];
        if (p->has_obs) {
            app_around_take(&around, &p->obs.m, p->other);
        }
        if (p->has_gt) {
            app_around_take(&gt_around, &p->gt.m, p->other);
        }
    }
    const struct known_agent *known = ego->others[SCENE_FUSED];
    size_t known_count = known != NULL ? ego->count[SCENE_FUSED] : 0;
    for (size_t i = first; i < s->pair_count; i++) {
        struct scene_pair *p = &s->pairs[i];
        struct app_subject a = {.host = ego->host, .around = around, .other = p->other};
        const struct known_agent *seen = find(known, known_count, p->other);
        const struct known_agent *truth = find(in->truth, in->truth_count, p->other);
        if (p->has_obs && seen != NULL) {
            a.sensor_only = seen->sensor_only;
            a.hidden = seen->unseen;
            a.events = seen->events;
            p->app = app_pair(&p->obs.m, &a);
        }
        if (p->has_gt && truth != NULL) {
            a = (struct app_subject){.host = ego->host,
                                     .around = gt_around,
                                     .other = p->other,
                                     .events = truth->events};
            p->gt_app = app_pair(&p->gt.m, &a);
        }
    }
}

/* Pairs that the ego knows of, then those it does not. */
static void put_ego(struct scene *s, const struct scene_input *in,
                    const struct scene_ego *ego)
{
    const struct known_agent *known = ego->others[SCENE_FUSED];
    const struct known_agent *self = find(in->truth, in->truth_count, ego->self.index);
    size_t known_count = known != NULL ? ego->count[SCENE_FUSED] : 0;
    double range2 = range2_m2(in);
    for (size_t i = 0; i < known_count; i++) {
        const struct known_agent *other = &known[i];
        if (same_agent(other, &ego->self) || distance2_m2(other, &ego->self) > range2) {
            continue;
        }
        struct scene_pair *pair = put_pair(s, &ego->self, other);
        const struct known_agent *truth = find(in->truth, in->truth_count, other->index);
        if (pair != NULL) {
            pair->has_obs = true;
            pair->other_id = other->id;
            pair->obs = rel_make(&ego->self, other, in->lane_width_m);
            pair->act = act_of(other);
        }
        if (pair != NULL && self != NULL && truth != NULL) {
            set_gt(pair, self, truth, in->lane_width_m);
        }
    }
    for (size_t i = 0; self != NULL && i < in->truth_count; i++) {
        const struct known_agent *other = &in->truth[i];
        const struct known_agent *seen = find(known, known_count, other->index);
        bool listed = seen != NULL && distance2_m2(seen, &ego->self) <= range2;
        if (listed || same_agent(other, self) || distance2_m2(other, self) > range2) {
            continue;
        }
        struct scene_pair *pair = put_pair(s, &ego->self, other);
        if (pair != NULL) {
            set_gt(pair, self, other, in->lane_width_m);
        }
    }
}

/* Lane changes and driving off, on one model of the world; others NULL: there is none. */
static void advise(struct label *lane, struct label *hold, const struct known_agent *self,
                   const struct known_agent *others, size_t count, bool lane_known)
{
    double reaction = leaf_param(NULL, PARAM_DEC_ACT_REACTION_MACHINE_S);
    double aside = leaf_param(NULL, PARAM_REL_POS_LANE_WIDTH_M);
    double still = leaf_param(NULL, PARAM_ACT_LON_STANDSTILL_MPS);
    double speed2 = self->vx_mps * self->vx_mps + self->vy_mps * self->vy_mps;
    struct dec_lane_subject change = {.known = others != NULL && lane_known};
    struct dec_hold_subject stay = {.known = others != NULL,
                                    .stands = speed2 < still * still};
    if (change.known) {
        change.left_mps2 = dec_change_mps2(self, others, count, aside, reaction);
        change.right_mps2 = dec_change_mps2(self, others, count, -aside, reaction);
    }
    if (stay.known && stay.stands) {
        stay.start_mps2 = dec_start_mps2(self, others, count, reaction);
    }
    *lane = dec_lane(&change);
    *hold = dec_hold(&stay);
}

static void decide(struct scene_decision *d, const struct scene_input *in,
                   const struct scene_ego *ego)
{
    double reaction = leaf_param(NULL, PARAM_DEC_ACT_REACTION_MACHINE_S);
    const struct known_agent *self = find(in->truth, in->truth_count, ego->self.index);
    d->ego = ego->self.index;
    d->ego_id = ego->self.id;
    d->gt = dec_decide(self != NULL ? self : &ego->self, self != NULL ? in->truth : NULL,
                       in->truth_count, reaction);
    for (int m = 0; m < SCENE_MODELS; m++) {
        d->by[m] = dec_decide(&ego->self, ego->others[m], ego->count[m], reaction);
    }
    struct dec_basis_subject basis = {.truth = d->gt.act.leaf,
                                      .sensors = d->by[SCENE_SENSORS].act.leaf,
                                      .v2x = d->by[SCENE_V2X].act.leaf,
                                      .fused = d->by[SCENE_FUSED].act.leaf};
    d->basis = dec_basis(&basis);
    d->degrade = dec_degrade(ego->int_mode);
    advise(&d->lane, &d->hold, &ego->self, ego->others[SCENE_FUSED],
           ego->count[SCENE_FUSED], ego->host.known);
    advise(&d->gt_lane, &d->gt_hold, self != NULL ? self : &ego->self,
           self != NULL ? in->truth : NULL, in->truth_count, ego->host.known);
}

static void take_least(struct measure *least, struct measure ttc)
{
    if (ttc.status == MEASURE_OVERLAP) {
        ttc = measure_of(0);
    }
    if (ttc.status == MEASURE_VALID &&
        (least->status != MEASURE_VALID || ttc.value < least->value)) {
        *least = ttc;
    }
}

/* Is the same conflict already counted from the other side? */
static bool counted_before(const struct scene *s, size_t i)
{
    const struct scene_pair *pair = &s->pairs[i];
    for (size_t k = 0; k < i; k++) {
        const struct scene_pair *back = &s->pairs[k];
        if (back->ego == pair->other && back->other == pair->ego && back->has_obs &&
            rel_in_conflict(&back->obs.conf)) {
            return true;
        }
    }
    return false;
}

static void count_conflicts(struct scene *s)
{
    static const uint16_t leaves[4] = {LEAF_SCN_N_CONFLICTS_0, LEAF_SCN_N_CONFLICTS_1,
                                       LEAF_SCN_N_CONFLICTS_2, LEAF_SCN_N_CONFLICTS_3PLUS};
    size_t n = 0;
    s->min_ttc = s->gt_min_ttc = measure_none(MEASURE_NO_CONFLICT);
    for (size_t i = 0; i < s->pair_count; i++) {
        const struct scene_pair *pair = &s->pairs[i];
        if (pair->has_obs) {
            take_least(&s->min_ttc, pair->obs.m.ttc);
            n += rel_in_conflict(&pair->obs.conf) && !counted_before(s, i);
        }
        if (pair->has_gt) {
            take_least(&s->gt_min_ttc, pair->gt.m.ttc);
        }
    }
    s->n_conflicts = label_plain(leaves[n < 3 ? n : 3], KNOWN_AT_SUBJECT);
    s->n_conflicts.has = LABEL_HAS_VALUE;
    s->n_conflicts.value = (double)n;
}

/* The ego with the most pressing pair. */
static size_t leading_ego(const struct scene *s, bool truth)
{
    struct scene_pressure best = {1e30, 1e30, ""};
    size_t leading = 0;
    for (size_t i = 0; i < s->ego_count; i++) {
        for (size_t k = 0; k < s->views[i].count; k++) {
            const struct scene_pair *pair = &s->views[i].pairs[k];
            if (truth ? !pair->has_gt : !pair->has_obs) {
                continue;
            }
            struct scene_pressure p = scene_text_pressure(pair, truth);
            if (scene_text_compare(&p, &best) < 0) {
                best = p;
                leading = i;
            }
        }
    }
    return leading;
}

static void write_texts(struct scene *s)
{
    struct bytes *texts[5] = {&s->pattern, &s->gt_pattern, &s->caption, &s->egos_json,
                              &s->gt_pairs_json};
    static const struct scene_view nobody;
    size_t leading = leading_ego(s, false), truly = leading_ego(s, true);
    for (int i = 0; i < 5; i++) {
        bytes_clear(texts[i]);
    }
    scene_text_pattern(&s->pattern, s->ego_count > 0 ? &s->views[leading] : &nobody, false);
    scene_text_pattern(&s->gt_pattern, s->ego_count > 0 ? &s->views[truly] : &nobody, true);
    scene_text_caption(&s->caption, s->views, s->ego_count, leading);
    scene_text_egos(&s->egos_json, s->views, s->ego_count);
    scene_text_gt_pairs(&s->gt_pairs_json, s->pairs, s->pair_count);
    for (int i = 0; i < 5; i++) {
        bytes_u8(texts[i], 0);
    }
}

void scene_make(struct scene *s, const struct scene_input *in)
{
    s->pair_count = 0;
    s->left_out = 0;
    s->ego_count = in->ego_count < s->egos_most ? in->ego_count : s->egos_most;
    s->left_out += in->ego_count - s->ego_count;
    s->t = in->t;
    s->index = in->index;
    s->agents = in->truth_count;
    s->scenario_id = in->scenario_id;
    s->world_id = in->world_id;
    for (size_t i = 0; i < s->ego_count; i++) {
        size_t first = s->pair_count;
        put_ego(s, in, &in->egos[i]);
        put_apps(s, first, in, &in->egos[i]);
        decide(&s->decisions[i], in, &in->egos[i]);
        s->views[i] = (struct scene_view){&in->egos[i], &s->decisions[i], &s->pairs[first],
                                          s->pair_count - first};
    }
    count_conflicts(s);
    write_texts(s);
}

const struct scene_pair *scene_pairs(const struct scene *s, size_t *count)
{
    *count = s->pair_count;
    return s->pairs;
}

const struct scene_decision *scene_decisions(const struct scene *s, size_t *count)
{
    *count = s->ego_count;
    return s->decisions;
}

static const char *text_of(const struct bytes *b)
{
    return b->failed || b->data == NULL ? "" : (const char *)b->data;
}

const char *scene_pattern(const struct scene *s)
{
    return text_of(&s->pattern);
}

const char *scene_gt_pattern(const struct scene *s)
{
    return text_of(&s->gt_pattern);
}

const char *scene_caption(const struct scene *s)
{
    return text_of(&s->caption);
}

struct label scene_n_conflicts(const struct scene *s)
{
    return s->n_conflicts;
}

size_t scene_left_out(const struct scene *s)
{
    return s->left_out;
}

void scene_row(const struct scene *s, struct row_scene *row)
{
    memset(row, 0, sizeof *row);
    row->scenario_id = s->scenario_id;
    row->world_id = s->world_id;
    row->t_ns = utc_from_tai(s->t).ns;
    row->scene_idx = s->index;
    row->pattern = scene_pattern(s);
    row->caption = scene_caption(s);
    row->n_conflicts = leaf_code(s->n_conflicts.leaf);
    row->egos = (int32_t)s->ego_count;
    row->gt_agents = (int32_t)s->agents;
    if (s->min_ttc.status == MEASURE_VALID) {
        ROW_SET(row, scene, min_ttc_s, s->min_ttc.value);
    }
    if (s->gt_min_ttc.status == MEASURE_VALID) {
        ROW_SET(row, scene, gt_min_ttc_s, s->gt_min_ttc.value);
    }
    row->egos_json = text_of(&s->egos_json);
    row->gt_pairs_json = text_of(&s->gt_pairs_json);
    row->gt_pattern = scene_gt_pattern(s);
}

/* Value and status of a measure of a pair: gt_ttc_s and gt_ttc_status. */
#define PUT_MEASURE(row, prefix, name, unit, from)                                         \
    do {                                                                                   \
        struct measure put = (from);                                                       \
        (row)->prefix##name##_status = measures_status_names[put.status];                  \
        if (put.status == MEASURE_VALID) {                                                 \
            ROW_SET(row, pair, prefix##name##_##unit, put.value);                          \
        }                                                                                  \
    } while (0)

#define PUT_RELATION(row, prefix, m)                                                       \
    do {                                                                                   \
        PUT_MEASURE(row, prefix, ttc, s, (m)->ttc);                                        \
        PUT_MEASURE(row, prefix, ttc_pess, s, (m)->ttc_pess);                              \
        PUT_MEASURE(row, prefix, ttc_opt, s, (m)->ttc_opt);                                \
        PUT_MEASURE(row, prefix, mttc, s, (m)->mttc);                                      \
        if ((m)->a_req.status == MEASURE_VALID) {                                          \
            ROW_SET(row, pair, prefix##a_req_mps2, (m)->a_req.value);                      \
        }                                                                                  \
        ROW_SET(row, pair, prefix##clearance_m, (m)->clearance_m);                         \
        if ((m)->known) {                                                                  \
            ROW_SET(row, pair, prefix##dcpa_m, (m)->cpa.dcpa_m);                           \
            ROW_SET(row, pair, prefix##tcpa_s, (m)->cpa.tcpa_s);                           \
        }                                                                                  \
        (row)->prefix##crossing_status = measures_status_names[(m)->crossing.status];      \
        if ((m)->crossing.status == MEASURE_VALID) {                                       \
            ROW_SET(row, pair, prefix##ego_ttcp_s, (m)->crossing.ttcp_a.value);            \
            ROW_SET(row, pair, prefix##other_ttcp_s, (m)->crossing.ttcp_b.value);          \
            ROW_SET(row, pair, prefix##gap_s, (m)->crossing.gap_s);                        \
        }                                                                                  \
    } while (0)

#define PUT_APPS(row, prefix, labels)                                                      \
    do {                                                                                   \
        (row)->prefix##app_eebl = leaf_code((labels)->by[APP_EEBL].leaf);                  \
        (row)->prefix##app_fcw = leaf_code((labels)->by[APP_FCW].leaf);                    \
        (row)->prefix##app_bsw = leaf_code((labels)->by[APP_BSW].leaf);                    \
        (row)->prefix##app_lcw = leaf_code((labels)->by[APP_LCW].leaf);                    \
        (row)->prefix##app_dnpw = leaf_code((labels)->by[APP_DNPW].leaf);                  \
        (row)->prefix##app_ima = leaf_code((labels)->by[APP_IMA].leaf);                    \
        (row)->prefix##app_lta = leaf_code((labels)->by[APP_LTA].leaf);                    \
        (row)->prefix##app_clw = leaf_code((labels)->by[APP_CLW].leaf);                    \
        (row)->prefix##app_pcw = leaf_code((labels)->by[APP_PCW].leaf);                    \
    } while (0)

static void row_gt(const struct scene_pair *pair, struct row_pair *row)
{
    row->gt_rel_pos = leaf_code(pair->gt.pos.leaf);
    row->gt_rel_conf = leaf_code(pair->gt.conf.leaf);
    row->gt_rel_risk = leaf_code(pair->gt.risk.leaf);
    PUT_RELATION(row, gt_, &pair->gt.m);
    PUT_APPS(row, gt_, &pair->gt_app);
}

static void row_obs(const struct scene_pair *pair, struct row_pair *row)
{
    row->rel_pos = leaf_code(pair->obs.pos.leaf);
    row->rel_conf = leaf_code(pair->obs.conf.leaf);
    row->rel_risk = leaf_code(pair->obs.risk.leaf);
    PUT_RELATION(row, obs_, &pair->obs.m);
    PUT_APPS(row, , &pair->app);
}

void scene_row_pair(const struct scene *s, const struct scene_pair *pair,
                    struct row_pair *row)
{
    const char *unknown = measures_status_names[MEASURE_UNKNOWN];
    memset(row, 0, sizeof *row);
    row->scenario_id = s->scenario_id;
    row->world_id = s->world_id;
    row->t_ns = utc_from_tai(s->t).ns;
    row->ego = pair->ego_id;
    row->other = pair->other_id;
    row->gt_other = pair->gt_other_id;
    row->obs_ttc_status = row->obs_ttc_pess_status = row->obs_ttc_opt_status = unknown;
    row->gt_ttc_status = row->gt_ttc_pess_status = row->gt_ttc_opt_status = unknown;
    row->obs_mttc_status = row->obs_crossing_status = unknown;
    row->gt_mttc_status = row->gt_crossing_status = unknown;
    if (pair->has_obs) {
        row_obs(pair, row);
    }
    if (pair->has_gt) {
        row_gt(pair, row);
    }
}

void scene_row_decision(const struct scene *s, const struct scene_decision *d,
                        struct row_decision *row)
{
    const struct decision *fused = &d->by[SCENE_FUSED];
    memset(row, 0, sizeof *row);
    row->scenario_id = s->scenario_id;
    row->world_id = s->world_id;
    row->t_ns = utc_from_tai(s->t).ns;
    row->ego = d->ego_id;
    row->gt_act = leaf_code(d->gt.act.leaf);
    row->sensors_act = leaf_code(d->by[SCENE_SENSORS].act.leaf);
    row->v2x_act = leaf_code(d->by[SCENE_V2X].act.leaf);
    row->fused_act = leaf_code(fused->act.leaf);
    row->basis = leaf_code(d->basis.leaf);
    row->dec_lane = leaf_code(d->lane.leaf);
    row->dec_hold = leaf_code(d->hold.leaf);
    row->dec_degrade = leaf_code(d->degrade.leaf);
    row->gt_dec_lane = leaf_code(d->gt_lane.leaf);
    row->gt_dec_hold = leaf_code(d->gt_hold.leaf);
    if (d->gt.known) {
        ROW_SET(row, decision, gt_a_req_mps2, d->gt.a_req_mps2);
    }
    if (fused->known) {
        ROW_SET(row, decision, fused_a_req_mps2, fused->a_req_mps2);
    }
    if (d->gt.known && d->gt.decide_by.status == MEASURE_VALID) {
        struct tai by = tai_add(s->t, span_from_s(d->gt.decide_by.value));
        ROW_SET(row, decision, gt_decide_by_ns, utc_from_tai(by).ns);
    }
    row->because_of = fused->because_id;
    row->gt_because_of = d->gt.because_id;
}

void scene_free(struct scene *s)
{
    if (s == NULL) {
        return;
    }
    bytes_close(&s->pattern);
    bytes_close(&s->gt_pattern);
    bytes_close(&s->caption);
    bytes_close(&s->egos_json);
    bytes_close(&s->gt_pairs_json);
    free(s->pairs);
    free(s->decisions);
    free(s->views);
    free(s);
}
