/* SPDX-License-Identifier: Apache-2.0 */
/* Pairs and decisions of a scene in; pattern, sentence and JSON out. */
#include "label/scene_text.h"

#include <string.h>

#include "base/fmath.h"

#define NEAR_M       30.0 /* without a conflict, only somebody this near is in the pattern */
#define NO_TIME_S    1e9
#define STANDING_MPS 0.3

static const struct relation *relation_of(const struct scene_pair *pair, bool truth)
{
    return truth ? &pair->gt : &pair->obs;
}

/* The observed texts never bear a name that the ego could not know. */
static const char *id_of(const struct scene_pair *pair, bool truth)
{
    return truth ? pair->gt_other_id : pair->other_id;
}

static bool exists(const struct scene_pair *pair, bool truth)
{
    return truth ? pair->has_gt : pair->has_obs;
}

struct scene_pressure scene_text_pressure(const struct scene_pair *pair, bool truth)
{
    const struct relation *rel = relation_of(pair, truth);
    double t = rel_time_to_conflict_s(&rel->m);
    return (struct scene_pressure){t < 0 ? NO_TIME_S : t, rel->m.clearance_m,
                                   id_of(pair, truth)};
}

int scene_text_compare(const struct scene_pressure *a, const struct scene_pressure *b)
{
    if (a->time_s != b->time_s) {
        return a->time_s < b->time_s ? -1 : 1;
    }
    if (a->clearance_m != b->clearance_m) {
        return a->clearance_m < b->clearance_m ? -1 : 1;
    }
    return strcmp(a->id, b->id);
}

static bool in_pattern(const struct scene_pair *pair, bool truth)
{
    if (!exists(pair, truth)) {
        return false;
    }
    struct scene_pressure p = scene_text_pressure(pair, truth);
    return p.time_s < NO_TIME_S || p.clearance_m <= NEAR_M;
}

/* Section order: by position class, then by id. */
static bool stands_before(const struct scene_pair *a, const struct scene_pair *b,
                          bool truth)
{
    uint16_t pos_a = relation_of(a, truth)->pos.leaf,
             pos_b = relation_of(b, truth)->pos.leaf;
    return pos_a != pos_b ? pos_a < pos_b : strcmp(id_of(a, truth), id_of(b, truth)) < 0;
}

size_t scene_text_pick(const struct scene_view *view, bool truth,
                       size_t picked[SCENE_PATTERN_MOST])
{
    size_t n = 0;
    for (size_t i = 0; i < view->count; i++) {
        if (!in_pattern(&view->pairs[i], truth)) {
            continue;
        }
        struct scene_pressure p = scene_text_pressure(&view->pairs[i], truth);
        size_t place = n;
        while (place > 0) {
            struct scene_pressure q =
                scene_text_pressure(&view->pairs[picked[place - 1]], truth);
            if (scene_text_compare(&q, &p) <= 0) {
                break;
            }
            place--;
        }
        if (place == SCENE_PATTERN_MOST) {
            continue;
        }
        n = n < SCENE_PATTERN_MOST ? n + 1 : n;
        memmove(&picked[place + 1], &picked[place], (n - place - 1) * sizeof *picked);
        picked[place] = i;
    }
    for (size_t i = 1; i < n; i++) {
        for (size_t k = i; k > 0 && stands_before(&view->pairs[picked[k]],
                                                  &view->pairs[picked[k - 1]], truth);
             k--) {
            size_t other = picked[k];
            picked[k] = picked[k - 1];
            picked[k - 1] = other;
        }
    }
    return n;
}

/* One decimal, whatever the locale. */
static void put_tenths(struct bytes *out, double value)
{
    int64_t tenths = (int64_t)fm_round(fm_abs(value) * 10);
    bytes_text(out, value < 0 && tenths > 0 ? "-" : "");
    bytes_json_int(out, tenths / 10);
    bytes_u8(out, '.');
    bytes_u8(out, (uint8_t)('0' + tenths % 10));
}

static const char *vru_word(enum sender_kind kind)
{
    if (kind == KIND_CYCLIST || kind == KIND_EBIKE) {
        return "cyclist";
    }
    if (kind == KIND_ESCOOTER || kind == KIND_ANIMAL) {
        return kinds_sender[kind];
    }
    return "ped";
}

/* The instant at which the other is due on the crossing, if both are. */
static bool crosses(const struct relation *rel, double *at_s)
{
    const struct crossing *x = &rel->m.crossing;
    *at_s = x->ttcp_b.value;
    return x->status == MEASURE_VALID && x->conflict;
}

static void put_term(struct bytes *out, const struct scene_pair *pair, bool truth)
{
    const struct relation *rel = relation_of(pair, truth);
    double at_s;
    if (rel->m.vru) {
        bytes_text(out, vru_word(pair->kind));
        if (crosses(rel, &at_s)) {
            bytes_text(out, ":crossing@");
            put_tenths(out, at_s);
            bytes_text(out, "s");
        } else {
            bytes_text(out,
                       fm_abs(rel->m.other_mps) < STANDING_MPS ? ":standing" : ":moving");
        }
        return;
    }
    uint16_t act = truth ? pair->gt_act : pair->act;
    bytes_text(out, leaf_name(rel->pos.leaf));
    if (act != LEAF_NONE && act != LEAF_ACT_LON_UNKNOWN) {
        bytes_text(out, ":");
        bytes_text(out, leaf_name(act));
    }
}

void scene_text_pattern(struct bytes *out, const struct scene_view *view, bool truth)
{
    size_t picked[SCENE_PATTERN_MOST];
    size_t n = scene_text_pick(view, truth, picked);
    if (n == 0) {
        bytes_text(out, "free");
    }
    for (size_t i = 0; i < n; i++) {
        bytes_text(out, i > 0 ? "|" : "");
        put_term(out, &view->pairs[picked[i]], truth);
    }
}

static const char *act_words(uint16_t act)
{
    switch (act) {
    case LEAF_ACT_LON_STANDSTILL:
        return "stands";
    case LEAF_ACT_LON_REVERSING:
        return "reverses";
    case LEAF_ACT_LON_BRAKE_EMERGENCY:
        return "makes an emergency stop";
    case LEAF_ACT_LON_BRAKE_HARD:
        return "brakes hard";
    case LEAF_ACT_LON_BRAKE_MODERATE:
        return "brakes";
    case LEAF_ACT_LON_DECEL_MILD:
        return "slows down";
    case LEAF_ACT_LON_ACCEL_HARD:
        return "accelerates hard";
    case LEAF_ACT_LON_ACCEL_MILD:
        return "speeds up";
    default:
        return "goes on";
    }
}

static const char *decision_words(uint16_t act)
{
    switch (act) {
    case LEAF_DEC_ACT_KEEP:
        return "should keep its speed";
    case LEAF_DEC_ACT_EASE:
        return "should ease off";
    case LEAF_DEC_ACT_BRAKE:
        return "should brake";
    case LEAF_DEC_ACT_BRAKE_HARD:
        return "should brake hard";
    case LEAF_DEC_ACT_BRAKE_EMERGENCY:
        return "should make an emergency stop";
    case LEAF_DEC_ACT_MITIGATE:
        return "cannot avoid contact";
    default:
        return "cannot decide";
    }
}

/* "ahead_left" as "ahead left". */
static void put_words(struct bytes *out, const char *name)
{
    for (; *name != 0; name++) {
        bytes_u8(out, *name == '_' ? ' ' : (uint8_t)*name);
    }
}

static void put_clause(struct bytes *out, const struct scene_pair *pair)
{
    double at_s;
    put_words(out, kinds_sender[pair->kind < KIND_COUNT ? pair->kind : KIND_UNKNOWN]);
    bytes_format(out, " %s (", pair->other_id);
    put_words(out, leaf_name(pair->obs.pos.leaf));
    bytes_text(out, ", ");
    put_tenths(out, pair->obs.m.distance_m);
    bytes_text(out, " m) ");
    if (crosses(&pair->obs, &at_s)) {
        bytes_text(out, "is due on its path in ");
        put_tenths(out, at_s);
        bytes_text(out, " s");
    } else if (pair->obs.m.vru) {
        bytes_text(out, fm_abs(pair->obs.m.other_mps) < STANDING_MPS ? "stands" : "moves");
    } else {
        bytes_text(out, act_words(pair->act));
    }
}

void scene_text_caption(struct bytes *out, const struct scene_view *views, size_t count,
                        size_t leading)
{
    if (count == 0) {
        bytes_text(out, "No ego is present.");
        return;
    }
    const struct scene_view *view = &views[leading];
    size_t picked[SCENE_PATTERN_MOST];
    size_t n = scene_text_pick(view, false, picked);
    const struct known_agent *self = &view->ego->self;
    bytes_format(out, "For %s at ", self->id);
    put_tenths(out, fm_hypot(self->vx_mps, self->vy_mps));
    bytes_text(out, " m/s ");
    bytes_text(out, n == 0 ? "nobody is near" : "");
    for (size_t i = 0; i < n; i++) {
        bytes_text(out, i == 0 ? "" : i + 1 == n ? " and " : ", ");
        put_clause(out, &view->pairs[picked[i]]);
    }
    bytes_format(out, "; %s %s", self->id,
                 decision_words(view->decision->by[SCENE_FUSED].act.leaf));
    for (size_t i = 0; i < count; i++) {
        if (i != leading) {
            bytes_format(out, ", %s %s", views[i].ego->self.id,
                         decision_words(views[i].decision->by[SCENE_FUSED].act.leaf));
        }
    }
    bytes_text(out, ".");
}

/* "name":value, rounded to thousandths; nothing if it is not VALID. */
static void put_number(struct bytes *out, const char *name, double value)
{
    bytes_format(out, ",\"%s\":", name);
    bytes_json_double(out, fm_round(value * 1000) / 1000);
}

static void put_measure(struct bytes *out, const char *name, struct measure m)
{
    if (m.status == MEASURE_VALID) {
        put_number(out, name, m.value);
    }
}

static void put_string(struct bytes *out, const char *name, const char *text)
{
    bytes_format(out, ",\"%s\":", name);
    if (text == NULL) {
        bytes_text(out, "null");
    } else {
        bytes_json_string(out, text);
    }
}

static void put_relation(struct bytes *out, const struct relation *rel)
{
    put_string(out, "pos", leaf_name(rel->pos.leaf));
    put_string(out, "conf", leaf_name(rel->conf.leaf));
    put_string(out, "risk", leaf_name(rel->risk.leaf));
    put_string(out, "ttc_status", measures_status_names[rel->m.ttc.status]);
    put_measure(out, "ttc_s", rel->m.ttc);
    put_measure(out, "a_req_mps2", rel->m.a_req);
    put_measure(out, "headway_s", rel->m.headway);
    if (rel->m.crossing.status == MEASURE_VALID) {
        put_measure(out, "ego_ttcp_s", rel->m.crossing.ttcp_a);
        put_measure(out, "other_ttcp_s", rel->m.crossing.ttcp_b);
        put_number(out, "gap_s", rel->m.crossing.gap_s);
    }
    put_number(out, "distance_m", rel->m.distance_m);
    put_number(out, "clearance_m", rel->m.clearance_m);
}

static void put_decision(struct bytes *out, const struct scene_view *view)
{
    const struct decision *fused = &view->decision->by[SCENE_FUSED];
    const struct decision *by = view->decision->by;
    bytes_text(out, ",\"decision\":{\"act\":");
    bytes_json_string(out, leaf_name(fused->act.leaf));
    put_number(out, "a_req_mps2", fused->a_req_mps2);
    put_measure(out, "decide_by_s", fused->decide_by);
    put_string(out, "because_of", fused->because_id);
    put_string(out, "sensors", leaf_name(by[SCENE_SENSORS].act.leaf));
    put_string(out, "v2x", leaf_name(by[SCENE_V2X].act.leaf));
    bytes_text(out, "}");
}

void scene_text_egos(struct bytes *out, const struct scene_view *views, size_t count)
{
    bytes_text(out, "[");
    for (size_t i = 0; i < count; i++) {
        const struct scene_view *view = &views[i];
        const struct known_agent *self = &view->ego->self;
        bytes_text(out, i > 0 ? ",{\"ego\":" : "{\"ego\":");
        bytes_json_string(out, self->id);
        put_number(out, "x_m", self->x_m);
        put_number(out, "y_m", self->y_m);
        put_number(out, "yaw_rad", self->yaw_rad);
        put_number(out, "speed_mps", fm_hypot(self->vx_mps, self->vy_mps));
        put_string(out, "int_mode", leaf_name(view->ego->int_mode));
        bytes_text(out, ",\"pattern\":\"");
        scene_text_pattern(out, view, false);
        bytes_text(out, "\"");
        put_decision(out, view);
        bytes_text(out, ",\"relations\":[");
        bool first = true;
        for (size_t k = 0; k < view->count; k++) {
            const struct scene_pair *pair = &view->pairs[k];
            if (!pair->has_obs) {
                continue;
            }
            bytes_text(out, first ? "{\"other\":" : ",{\"other\":");
            first = false;
            bytes_json_string(out, pair->other_id);
            put_string(out, "kind", kinds_sender[pair->kind]);
            put_string(out, "act", leaf_name(pair->act));
            put_relation(out, &pair->obs);
            bytes_text(out, "}");
        }
        bytes_text(out, "]}");
    }
    bytes_text(out, "]");
}

void scene_text_gt_pairs(struct bytes *out, const struct scene_pair *pairs, size_t count)
{
    bool first = true;
    bytes_text(out, "[");
    for (size_t i = 0; i < count; i++) {
        if (!pairs[i].has_gt) {
            continue;
        }
        bytes_text(out, first ? "{\"ego\":" : ",{\"ego\":");
        first = false;
        bytes_json_string(out, pairs[i].ego_id);
        put_string(out, "other", pairs[i].gt_other_id);
        put_relation(out, &pairs[i].gt);
        bytes_text(out, "}");
    }
    bytes_text(out, "]");
}
