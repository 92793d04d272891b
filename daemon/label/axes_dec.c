/* SPDX-License-Identifier: Apache-2.0 */
/* One ego and what it believes of the others in; what to do, until when, and because of
 * whom out. */
#include "label/axes_dec.h"

#include "base/fmath.h"

struct label dec_act(const struct dec_act_subject *s)
{
    const double borders[5] = {leaf_param(s->rules, PARAM_DEC_ACT_KEEP_MPS2),
                               leaf_param(s->rules, PARAM_DEC_ACT_EASE_MPS2),
                               leaf_param(s->rules, PARAM_DEC_ACT_BRAKE_MPS2),
                               leaf_param(s->rules, PARAM_DEC_ACT_HARD_MPS2),
                               leaf_param(s->rules, PARAM_DEC_ACT_A_LIMIT_MPS2)};
    double a = s->a_req_mps2;
    uint16_t leaf = LEAF_DEC_ACT_KEEP;
    if (!s->known) {
        return label_plain(LEAF_DEC_ACT_UNKNOWN, KNOWN_AT_SUBJECT);
    }
    if (a > borders[4]) {
        leaf = LEAF_DEC_ACT_MITIGATE;
    } else if (a > borders[3]) {
        leaf = LEAF_DEC_ACT_BRAKE_EMERGENCY;
    } else if (a > borders[2]) {
        leaf = LEAF_DEC_ACT_BRAKE_HARD;
    } else if (a > borders[1]) {
        leaf = LEAF_DEC_ACT_BRAKE;
    } else if (a > borders[0]) {
        leaf = LEAF_DEC_ACT_EASE;
    }
    return label_banded(leaf, KNOWN_AT_SUBJECT, a, borders, 5);
}

/* Does the pair ask for anything within the horizon? */
static bool due(const struct rel_subject *s)
{
    double horizon = leaf_param(s->rules, PARAM_DEC_ACT_HORIZON_S);
    return (s->ttc.status == MEASURE_VALID && s->ttc.value <= horizon) ||
           s->ttc.status == MEASURE_OVERLAP ||
           (s->headway.status == MEASURE_VALID && s->headway.value <= horizon);
}

static double required_mps2(const struct rel_subject *s, double reaction_s)
{
    struct measure a = rel_a_req(s, reaction_s);
    if (a.status == MEASURE_OVERLAP) {
        return MEASURES_A_MAX_MPS2;
    }
    return a.status == MEASURE_VALID ? a.value : 0;
}

struct decision dec_decide(const struct known_agent *ego, const struct known_agent *others,
                           size_t count, double reaction_s)
{
    struct decision d = {.known = others != NULL && !ego->velocity_unknown,
                         .because_of = AGENT_NONE,
                         .decide_by = {0, MEASURE_NO_CONFLICT}};
    struct dec_act_subject subject = {.known = d.known};
    for (size_t i = 0; d.known && i < count; i++) {
        if (others[i].index == ego->index && ego->index != AGENT_NONE) {
            continue;
        }
        struct rel_subject s = rel_subject(ego, &others[i], 0);
        double a = s.known && due(&s) ? required_mps2(&s, reaction_s) : 0;
        if (a > d.a_req_mps2) {
            struct obstacle obstacle;
            d.a_req_mps2 = a;
            d.because_of = others[i].index;
            d.because_id = others[i].id;
            d.decide_by = measure_none(MEASURE_NO_CONFLICT);
            if (boxes_obstacle(&s.ego_box, &s.other_box, &obstacle) == MEASURE_VALID) {
                d.decide_by =
                    measures_decide_by(&obstacle, s.ego_mps, reaction_s,
                                       leaf_param(NULL, PARAM_DEC_ACT_DECIDE_MPS2));
            }
        }
    }
    subject.a_req_mps2 = d.a_req_mps2;
    d.act = dec_act(&subject);
    return d;
}

/* Severity of an action: leaves stand from worst to mildest in the taxonomy. */
static int severity(uint16_t act)
{
    return LEAF_DEC_ACT_KEEP - act;
}

struct label dec_basis(const struct dec_basis_subject *s)
{
    if (s->truth == LEAF_DEC_ACT_UNKNOWN || s->sensors == LEAF_DEC_ACT_UNKNOWN ||
        s->v2x == LEAF_DEC_ACT_UNKNOWN || s->fused == LEAF_DEC_ACT_UNKNOWN) {
        return label_plain(LEAF_DEC_BASIS_UNKNOWN, KNOWN_AT_SUBJECT);
    }
    int truth = severity(s->truth);
    double off_fused = fm_abs(severity(s->fused) - truth);
    double off_sensors = fm_abs(severity(s->sensors) - truth);
    struct label label = label_plain(LEAF_DEC_BASIS_UNDECIDABLE, KNOWN_AT_SUBJECT);
    label.has = LABEL_HAS_VALUE;
    label.value = off_fused;
    if (off_fused > off_sensors) {
        label.leaf = LEAF_DEC_BASIS_MISLED_BY_V2X;
    } else if (s->sensors == s->truth && s->v2x == s->truth) {
        label.leaf = LEAF_DEC_BASIS_EITHER;
    } else if (s->sensors == s->truth) {
        label.leaf = LEAF_DEC_BASIS_SENSOR_DECISIVE;
    } else if (s->v2x == s->truth) {
        label.leaf = LEAF_DEC_BASIS_V2X_DECISIVE;
    } else if (s->fused == s->truth) {
        label.leaf = LEAF_DEC_BASIS_BOTH_REQUIRED;
    }
    return label;
}

struct label dec_lane(const struct dec_lane_subject *s)
{
    double border = leaf_param(s->rules, PARAM_DEC_LANE_INHIBIT_MPS2);
    bool left = s->left_mps2 > border, right = s->right_mps2 > border;
    double worst = s->left_mps2 > s->right_mps2 ? s->left_mps2 : s->right_mps2;
    if (!s->known) {
        return label_plain(LEAF_DEC_LANE_UNKNOWN, KNOWN_AT_SUBJECT);
    }
    return label_valued(left && right ? LEAF_DEC_LANE_INHIBIT_LC_BOTH
                        : left        ? LEAF_DEC_LANE_INHIBIT_LC_LEFT
                        : right       ? LEAF_DEC_LANE_INHIBIT_LC_RIGHT
                                      : LEAF_DEC_LANE_FREE,
                        KNOWN_AT_SUBJECT, worst, worst - border, border);
}

double dec_change_mps2(const struct known_agent *ego, const struct known_agent *others,
                       size_t count, double aside_m, double reaction_s)
{
    struct known_agent there = *ego;
    double worst = 0;
    there.x_m -= aside_m * fm_sin(ego->yaw_rad);
    there.y_m += aside_m * fm_cos(ego->yaw_rad);
    for (size_t i = 0; i < count; i++) {
        if (others[i].index == ego->index && ego->index != AGENT_NONE) {
            continue;
        }
        struct rel_subject s = rel_subject(&there, &others[i], 0);
        double a = s.known && due(&s) ? required_mps2(&s, reaction_s) : 0;
        bool behind = s.known && s.s_m < 0 && s.a_req_other.status == MEASURE_VALID;
        a = behind && s.a_req_other.value > a ? s.a_req_other.value : a;
        worst = a > worst ? a : worst;
    }
    return worst;
}

struct label dec_hold(const struct dec_hold_subject *s)
{
    double border = leaf_param(s->rules, PARAM_DEC_ACT_KEEP_MPS2);
    bool holds = s->stands && s->start_mps2 > border;
    return label_plain(!s->known ? LEAF_DEC_HOLD_UNKNOWN
                       : holds   ? LEAF_DEC_HOLD_HOLD
                                 : LEAF_DEC_HOLD_FREE,
                       KNOWN_AT_SUBJECT);
}

double dec_start_mps2(const struct known_agent *ego, const struct known_agent *others,
                      size_t count, double reaction_s)
{
    struct known_agent moves = *ego;
    double start_mps = leaf_param(NULL, PARAM_DEC_HOLD_START_MPS);
    moves.vx_mps = start_mps * fm_cos(ego->yaw_rad);
    moves.vy_mps = start_mps * fm_sin(ego->yaw_rad);
    return dec_decide(&moves, others, count, reaction_s).a_req_mps2;
}

struct label dec_degrade(uint16_t int_mode)
{
    bool degraded =
        int_mode == LEAF_INT_MODE_SENSOR_ONLY || int_mode == LEAF_INT_MODE_BLIND;
    return label_plain(degraded ? LEAF_DEC_DEGRADE_DEGRADE : LEAF_DEC_DEGRADE_NOMINAL,
                       KNOWN_AT_SUBJECT);
}
