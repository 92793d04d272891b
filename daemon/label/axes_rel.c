/* SPDX-License-Identifier: Apache-2.0 */
/* Two agents in; where the other is, how they conflict and how risky it is out. */
#include "label/axes_rel.h"

#include "base/fmath.h"

static double radians(double deg)
{
    return deg * (FM_PI / 180);
}

static struct box box_of(const struct known_agent *a, double *length_m, double *width_m)
{
    struct kinds_size size = kinds_size(a->kind);
    *length_m = a->length_m > 0 ? a->length_m : size.length_m;
    *width_m = a->width_m > 0 ? a->width_m : size.width_m;
    return box_make(a->x_m, a->y_m, a->yaw_rad, a->vx_mps, a->vy_mps, *length_m, *width_m);
}

/* Both in one lane and one direction: the widths overlap across the ego's axis. */
static bool in_line(const struct rel_subject *s)
{
    double apart = radians(leaf_param(s->rules, PARAM_REL_CONF_MERGING_DEG));
    return fm_abs(s->dyaw_rad) <= apart &&
           fm_abs(s->y_m) < (s->ego_width_m + s->other_width_m) / 2;
}

/* Skewed boxes can stand beside each other by their corners without touching: no gap along
 * the axis, but some clearance. */
static double line_gap_m(const struct rel_subject *s)
{
    double gap = fm_abs(s->s_m) - (s->ego_length_m + s->other_length_m) / 2;
    return gap > 0 ? gap : s->clearance_m;
}

static struct measure meeting_a_req(const struct box *ego, const struct box *other,
                                    double ego_mps, double clearance_m, double reaction_s)
{
    struct obstacle obstacle;
    if (boxes_obstacle(ego, other, &obstacle) != MEASURE_VALID) {
        return measure_none(MEASURE_NO_CONFLICT);
    }
    if (obstacle.gap_m <= 0 && obstacle.from_s <= 0) {
        obstacle.gap_m = clearance_m; /* as in line_gap_m() */
    }
    return measures_a_req_obstacle(&obstacle, ego_mps, reaction_s);
}

struct measure rel_a_req(const struct rel_subject *s, double reaction_s)
{
    if (!s->known) {
        return measure_none(MEASURE_UNKNOWN);
    }
    if (s->ttc.status == MEASURE_OVERLAP) {
        return measure_none(MEASURE_OVERLAP);
    }
    if (in_line(s) && s->s_m > 0) {
        struct following f = {.gap_m = line_gap_m(s),
                              .follower_mps = s->ego_mps,
                              .leader_mps = s->other_mps > 0 ? s->other_mps : 0,
                              .leader_mps2 = s->other_mps2};
        return measures_a_req(&f, reaction_s);
    }
    if (s->ttc.status != MEASURE_VALID) {
        return measure_none(MEASURE_NO_CONFLICT);
    }
    return meeting_a_req(&s->ego_box, &s->other_box, s->ego_mps, s->clearance_m,
                         reaction_s);
}

/* The same from the other's side, its leader's braking left out. */
static struct measure a_req_of_other(const struct rel_subject *s)
{
    if (s->ttc.status != MEASURE_VALID) {
        return s->ttc;
    }
    return meeting_a_req(&s->other_box, &s->ego_box, s->other_mps, s->clearance_m, 0);
}

/* Who follows whom, both with their accelerations. */
static struct measure mttc_of(const struct rel_subject *s)
{
    bool follows = s->s_m > 0;
    struct following f = {.gap_m = line_gap_m(s),
                          .follower_mps = follows ? s->ego_mps : s->other_mps,
                          .leader_mps = follows ? s->other_mps : s->ego_mps,
                          .follower_mps2 = follows ? s->ego_mps2 : s->other_mps2,
                          .leader_mps2 = follows ? s->other_mps2 : s->ego_mps2};
    if (!in_line(s) || f.follower_mps < 0 || f.leader_mps < 0) {
        return measure_none(MEASURE_NOT_APPLICABLE);
    }
    return measures_mttc(&f);
}

void rel_bounds(struct rel_subject *s, double sigma_ego_m, double sigma_other_m)
{
    if (!s->known) {
        return;
    }
    struct ttc_bounds b =
        boxes_ttc_bounds(&s->ego_box, sigma_ego_m, &s->other_box, sigma_other_m,
                         leaf_param(NULL, PARAM_REL_CONF_WIDEN_SIGMAS));
    s->ttc_pess = b.pess;
    s->ttc_opt = b.opt;
}

struct rel_subject rel_subject(const struct known_agent *ego,
                               const struct known_agent *other, double lane_width_m)
{
    struct rel_subject s = {.ttc = {0, MEASURE_UNKNOWN},
                            .ttc_pess = {0, MEASURE_UNKNOWN},
                            .ttc_opt = {0, MEASURE_UNKNOWN},
                            .mttc = {0, MEASURE_UNKNOWN},
                            .headway = {0, MEASURE_NOT_APPLICABLE},
                            .a_req = {0, MEASURE_UNKNOWN},
                            .a_req_other = {0, MEASURE_UNKNOWN},
                            .crossing = {.status = MEASURE_UNKNOWN,
                                         .ttcp_a = {0, MEASURE_UNKNOWN},
                                         .ttcp_b = {0, MEASURE_UNKNOWN}}};
    s.ego_box = box_of(ego, &s.ego_length_m, &s.ego_width_m);
    s.other_box = box_of(other, &s.other_length_m, &s.other_width_m);
    const struct box *a = &s.ego_box, *b = &s.other_box;
    double dx = b->x_m - a->x_m, dy = b->y_m - a->y_m;
    s.known = !ego->velocity_unknown && !other->velocity_unknown;
    s.vru = kinds_is_vru(other->kind);
    s.off_carriageway = other->off_carriageway;
    s.lane_width_m =
        lane_width_m > 0 ? lane_width_m : leaf_param(NULL, PARAM_REL_POS_LANE_WIDTH_M);
    s.s_m = dx * a->cos_yaw + dy * a->sin_yaw;
    s.y_m = dy * a->cos_yaw - dx * a->sin_yaw;
    s.dyaw_rad = fm_wrap_angle(other->yaw_rad - ego->yaw_rad);
    s.distance_m = fm_hypot(dx, dy);
    s.ego_mps = a->vx_mps * a->cos_yaw + a->vy_mps * a->sin_yaw;
    s.other_mps = b->vx_mps * b->cos_yaw + b->vy_mps * b->sin_yaw;
    s.ego_mps2 = ego->accel_known ? ego->accel_mps2 : 0;
    s.other_mps2 = other->accel_known ? other->accel_mps2 : 0;
    s.clearance_m = boxes_clearance_m(a, b);
    s.sigma_m = fm_hypot(ego->sigma_m, other->sigma_m);
    if (!s.known) {
        return s;
    }
    s.ttc = boxes_ttc(a, b);
    s.crossing = boxes_crossing(a, ego->sigma_m, b, other->sigma_m,
                                leaf_param(NULL, PARAM_REL_CONF_WIDEN_SIGMAS));
    s.cpa = boxes_cpa(a, b);
    if (in_line(&s)) {
        s.headway = measures_headway(line_gap_m(&s), s.s_m > 0 ? s.ego_mps : s.other_mps);
    }
    s.mttc = mttc_of(&s);
    s.a_req = rel_a_req(&s, 0);
    s.a_req_other = a_req_of_other(&s);
    return s;
}

static void take_nearest(double *margin, double *border, double value, double threshold)
{
    if (fm_abs(value - threshold) < fm_abs(*margin)) {
        *margin = value - threshold;
        *border = threshold;
    }
}

/* The nearest border in metres of the rules that this leaf passed. Where headings decided,
 * metres do not tell how sure it is: no sigma then. */
static struct label pos_label(const struct rel_subject *s, uint16_t leaf, double range_m)
{
    double half = s->lane_width_m / 2, side = fm_abs(s->y_m);
    double margin = s->distance_m - range_m, border = range_m;
    if (leaf >= LEAF_REL_POS_AHEAD) {
        take_nearest(&margin, &border, side, half);
    }
    if (leaf == LEAF_REL_POS_AHEAD || leaf == LEAF_REL_POS_BEHIND) {
        take_nearest(&margin, &border, s->s_m, 0);
    }
    if (leaf >= LEAF_REL_POS_FAR_LEFT) {
        take_nearest(&margin, &border, side, 3 * half);
    }
    if (leaf >= LEAF_REL_POS_AHEAD_LEFT) {
        take_nearest(&margin, &border, fm_abs(s->s_m), s->ego_length_m);
    }
    struct label label =
        label_valued(leaf, KNOWN_AT_SUBJECT, s->distance_m, margin, border);
    if (leaf == LEAF_REL_POS_OUT_OF_RANGE || leaf >= LEAF_REL_POS_AHEAD) {
        label.has |= LABEL_HAS_SIGMA;
        label.sigma = s->sigma_m;
    }
    return label;
}

struct label rel_pos(const struct rel_subject *s)
{
    const struct rules *r = s->rules;
    double half = s->lane_width_m / 2, side = fm_abs(s->y_m), turn = fm_abs(s->dyaw_rad);
    double range = leaf_param(r, PARAM_REL_POS_RANGE_M);
    bool left = s->y_m > 0, heads = true;
    uint16_t leaf;
    if (!s->known) {
        return label_plain(LEAF_REL_POS_UNKNOWN, KNOWN_AT_SUBJECT);
    }
    if (s->vru && fm_abs(s->other_mps) < leaf_param(r, PARAM_REL_POS_STANDSTILL_MPS)) {
        heads = false; /* somebody who stands faces anywhere */
    }
    if (s->distance_m > range) {
        leaf = LEAF_REL_POS_OUT_OF_RANGE;
    } else if (s->vru && s->off_carriageway) {
        leaf = s->y_m >= 0 ? LEAF_REL_POS_ROADSIDE_LEFT : LEAF_REL_POS_ROADSIDE_RIGHT;
    } else if (heads && turn > radians(leaf_param(r, PARAM_REL_POS_ONCOMING_DEG))) {
        leaf = side < half ? LEAF_REL_POS_ONCOMING_SAME
               : left      ? LEAF_REL_POS_ONCOMING_LEFT
                           : LEAF_REL_POS_ONCOMING_RIGHT;
    } else if (heads && turn > radians(leaf_param(r, PARAM_REL_POS_CROSS_DEG))) {
        leaf =
            s->dyaw_rad < 0 ? LEAF_REL_POS_CROSS_FROM_LEFT : LEAF_REL_POS_CROSS_FROM_RIGHT;
    } else if (side < half) {
        leaf = s->s_m >= 0 ? LEAF_REL_POS_AHEAD : LEAF_REL_POS_BEHIND;
    } else if (side > 3 * half) {
        leaf = left ? LEAF_REL_POS_FAR_LEFT : LEAF_REL_POS_FAR_RIGHT;
    } else if (s->s_m > s->ego_length_m) {
        leaf = left ? LEAF_REL_POS_AHEAD_LEFT : LEAF_REL_POS_AHEAD_RIGHT;
    } else if (s->s_m >= -s->ego_length_m) {
        leaf = left ? LEAF_REL_POS_BESIDE_LEFT : LEAF_REL_POS_BESIDE_RIGHT;
    } else {
        leaf = left ? LEAF_REL_POS_BEHIND_LEFT : LEAF_REL_POS_BEHIND_RIGHT;
    }
    return pos_label(s, leaf, range);
}

/* Both due on the crossing within the horizon and their intervals overlap, or miss by less
 * than the slack. */
static bool crossing_within(const struct rel_subject *s, double slack_s)
{
    double horizon = leaf_param(s->rules, PARAM_REL_CONF_HORIZON_S);
    return s->crossing.status == MEASURE_VALID && s->crossing.ttcp_a.value <= horizon &&
           s->crossing.ttcp_b.value <= horizon &&
           (s->crossing.conflict || s->crossing.gap_s < slack_s);
}

struct label rel_conf(const struct rel_subject *s)
{
    const struct rules *r = s->rules;
    double horizon = leaf_param(r, PARAM_REL_CONF_HORIZON_S);
    double turn = fm_abs(s->dyaw_rad);
    if (!s->known) {
        return label_plain(LEAF_REL_CONF_UNKNOWN, KNOWN_AT_SUBJECT);
    }
    bool meet = s->ttc.status == MEASURE_OVERLAP ||
                (s->ttc.status == MEASURE_VALID && s->ttc.value <= horizon);
    bool follow = s->headway.status == MEASURE_VALID && s->headway.value <= horizon;
    if (!meet && !follow && !crossing_within(s, 0)) {
        return label_plain(LEAF_REL_CONF_NONE, KNOWN_AT_SUBJECT);
    }
    const double borders[3] = {radians(leaf_param(r, PARAM_REL_CONF_MERGING_DEG)),
                               radians(leaf_param(r, PARAM_REL_CONF_CROSSING_DEG)),
                               radians(leaf_param(r, PARAM_REL_CONF_ONCOMING_DEG))};
    uint16_t leaf = LEAF_REL_CONF_LANE_CHANGE;
    if (turn > borders[2]) {
        leaf = LEAF_REL_CONF_ONCOMING;
    } else if (turn > borders[1]) {
        leaf = LEAF_REL_CONF_CROSSING;
    } else if (turn > borders[0]) {
        leaf = LEAF_REL_CONF_MERGING;
    } else if (in_line(s)) {
        leaf = LEAF_REL_CONF_FOLLOWING;
    }
    return label_banded(leaf, KNOWN_AT_SUBJECT, turn, borders, 3);
}

bool rel_in_conflict(const struct label *conf)
{
    return conf->leaf != LEAF_REL_CONF_NONE && conf->leaf != LEAF_REL_CONF_UNKNOWN;
}

struct label rel_risk(const struct rel_subject *s)
{
    const struct rules *r = s->rules;
    const double times[3] = {leaf_param(r, PARAM_REL_RISK_IMMINENT_S),
                             leaf_param(r, PARAM_REL_RISK_CRITICAL_S),
                             leaf_param(r, PARAM_REL_RISK_CAUTION_S)};
    const double brakes[3] = {leaf_param(r, PARAM_REL_RISK_A_LIMIT_MPS2),
                              leaf_param(r, PARAM_REL_RISK_CRITICAL_MPS2),
                              leaf_param(r, PARAM_REL_RISK_CAUTION_MPS2)};
    if (!s->known) {
        return label_plain(LEAF_REL_RISK_UNKNOWN, KNOWN_AT_SUBJECT);
    }
    if (s->ttc.status == MEASURE_OVERLAP) {
        return label_valued(LEAF_REL_RISK_COLLISION, KNOWN_AT_SUBJECT, 0, -times[0],
                            times[0]);
    }
    double ttc = s->ttc.status == MEASURE_VALID ? s->ttc.value : MEASURES_TTC_MAX_S;
    double a = s->a_req.status == MEASURE_VALID ? s->a_req.value : 0;
    struct label conf = rel_conf(s);
    uint16_t leaf = LEAF_REL_RISK_NONE;
    bool by_ttc = ttc < times[2];
    if (ttc <= times[0] || a >= brakes[0]) {
        leaf = LEAF_REL_RISK_IMMINENT;
        by_ttc = ttc <= times[0];
    } else if (ttc <= times[1] || a >= brakes[1]) {
        leaf = LEAF_REL_RISK_CRITICAL;
        by_ttc = ttc <= times[1];
    } else if (by_ttc || a > brakes[2] ||
               crossing_within(s, leaf_param(r, PARAM_REL_RISK_CAUTION_GAP_S))) {
        leaf = LEAF_REL_RISK_CAUTION;
    } else if (rel_in_conflict(&conf)) {
        leaf = LEAF_REL_RISK_LOW;
    }
    bool mild = leaf == LEAF_REL_RISK_LOW || leaf == LEAF_REL_RISK_NONE;
    if (s->ttc.status != MEASURE_VALID || (!by_ttc && !mild)) {
        return label_plain(leaf, KNOWN_AT_SUBJECT); /* not a time that decided */
    }
    return label_banded(leaf, KNOWN_AT_SUBJECT, ttc, times, 3);
}

double rel_time_to_conflict_s(const struct rel_subject *s)
{
    if (s->ttc.status == MEASURE_OVERLAP) {
        return 0;
    }
    if (s->ttc.status == MEASURE_VALID) {
        return s->ttc.value;
    }
    if (s->crossing.status == MEASURE_VALID && s->crossing.conflict) {
        double in = s->crossing.in_a_s > s->crossing.in_b_s ? s->crossing.in_a_s
                                                            : s->crossing.in_b_s;
        return in > 0 ? in : 0;
    }
    return -1;
}

struct relation rel_make(const struct known_agent *ego, const struct known_agent *other,
                         double lane_width_m)
{
    struct relation rel = {.ego = ego->index, .other = other->index};
    rel.m = rel_subject(ego, other, lane_width_m);
    rel_bounds(&rel.m, ego->sigma_m, other->sigma_m);
    rel.pos = rel_pos(&rel.m);
    rel.conf = rel_conf(&rel.m);
    rel.risk = rel_risk(&rel.m);
    return rel;
}
