/* SPDX-License-Identifier: Apache-2.0 */
/* Approaches, advice and hazards in; one leaf of each axis out, in the order of the
 * taxonomy file. */
#include "label/axes_v2i.h"

#include "base/fmath.h"

#define STANDING_MPS 0.3
#define LINE_M       0.5 /* nearer than this is at the line */

static bool is_green(enum phase phase)
{
    return phase == PHASE_PERMISSIVE_MOVEMENT || phase == PHASE_PROTECTED_MOVEMENT;
}

static bool is_amber(enum phase phase)
{
    return phase == PHASE_PERMISSIVE_CLEARANCE || phase == PHASE_PROTECTED_CLEARANCE;
}

static double arrival_s(const struct v2i_approach *a)
{
    return a->speed_mps > STANDING_MPS ? a->distance_m / a->speed_mps : MEASURES_TTC_MAX_S;
}

static double stopping_m(const struct v2i_approach *a)
{
    double b = leaf_param(a->rules, PARAM_V2I_SIG_B_MPS2);
    double rho = a->braking ? 0 : leaf_param(a->rules, PARAM_V2I_SIG_RHO_S);
    return a->speed_mps * rho + a->speed_mps * a->speed_mps / (2 * b);
}

static bool can_stop(const struct v2i_approach *a)
{
    return a->speed_mps <= STANDING_MPS || a->distance_m >= stopping_m(a);
}

double v2i_stop_mps2(const struct v2i_approach *a)
{
    double d = a->distance_m > LINE_M ? a->distance_m : LINE_M;
    double need = a->speed_mps * a->speed_mps / (2 * d);
    return need < MEASURES_A_MAX_MPS2 ? need : MEASURES_A_MAX_MPS2;
}

double v2i_decide_by_s(const struct v2i_approach *a)
{
    return a->speed_mps > STANDING_MPS ? (a->distance_m - stopping_m(a)) / a->speed_mps
                                       : MEASURES_TTC_MAX_S;
}

static uint16_t amber(const struct v2i_approach *a)
{
    if (can_stop(a)) {
        return LEAF_V2I_SIG_STOP_IF_SAFE;
    }
    bool clears = a->least_left_s >= 0 &&
                  a->speed_mps * a->least_left_s >= a->distance_m + a->clear_m;
    return clears ? LEAF_V2I_SIG_CLEAR : LEAF_V2I_SIG_DILEMMA;
}

/* Red until at least the vehicle is there? */
static bool red_on_arrival(const struct v2i_approach *a)
{
    return a->phase == PHASE_STOP_AND_REMAIN &&
           (a->most_left_s < 0 || arrival_s(a) < a->most_left_s ||
            a->speed_mps <= STANDING_MPS);
}

struct label v2i_sig(const struct v2i_approach *a)
{
    uint16_t leaf = LEAF_V2I_SIG_PROCEED;
    if (!a->data) {
        return label_plain(LEAF_V2I_SIG_NO_DATA, KNOWN_AT_SUBJECT);
    }
    if (!a->valid || a->phase == PHASE_UNAVAILABLE) {
        return label_plain(LEAF_V2I_SIG_DATA_INVALID, KNOWN_AT_SUBJECT);
    }
    bool ends_before = a->least_left_s >= 0 && arrival_s(a) > a->least_left_s;
    if (a->phase == PHASE_DARK || a->phase == PHASE_STOP_THEN_PROCEED ||
        a->phase == PHASE_CAUTION) {
        leaf = LEAF_V2I_SIG_DARK_OR_FLASHING;
    } else if (red_on_arrival(a)) {
        leaf = can_stop(a) ? LEAF_V2I_SIG_STOP_REQUIRED : LEAF_V2I_SIG_STOP_IMPOSSIBLE;
    } else if (is_amber(a->phase)) {
        leaf = amber(a);
    } else if (a->phase == PHASE_PERMISSIVE_MOVEMENT) {
        leaf = LEAF_V2I_SIG_PROCEED_YIELD;
    } else if (a->phase == PHASE_PRE_MOVEMENT) {
        leaf = LEAF_V2I_SIG_PREPARE;
    } else if (is_green(a->phase) && ends_before) {
        leaf = LEAF_V2I_SIG_PROCEED_SLOW;
    }
    bool about_stopping = leaf == LEAF_V2I_SIG_STOP_REQUIRED ||
                          leaf == LEAF_V2I_SIG_STOP_IMPOSSIBLE || is_amber(a->phase);
    if (about_stopping) {
        double d = stopping_m(a);
        return label_valued(leaf, KNOWN_AT_SUBJECT, a->distance_m, a->distance_m - d, d);
    }
    struct label label = label_plain(leaf, KNOWN_AT_SUBJECT);
    label.has = LABEL_HAS_VALUE;
    label.value = a->distance_m;
    return label;
}

bool v2i_sig_stops(uint16_t leaf)
{
    return leaf == LEAF_V2I_SIG_STOP_REQUIRED || leaf == LEAF_V2I_SIG_STOP_IMPOSSIBLE ||
           leaf == LEAF_V2I_SIG_STOP_IF_SAFE;
}

struct measure v2i_glosa_mps(const struct v2i_approach *a)
{
    bool green = is_green(a->phase), red = a->phase == PHASE_STOP_AND_REMAIN;
    double slow = leaf_param(a->rules, PARAM_APP_GLOSA_LEAST_MPS);
    double limit = a->limit_mps > 0 ? a->limit_mps : a->speed_mps;
    double from_s = 0, to_s = MEASURES_TTC_MAX_S;
    if (!a->data || !a->valid || a->distance_m <= 0 ||
        !((green && a->least_left_s >= 0) || (red && a->most_left_s >= 0))) {
        return measure_none(MEASURE_UNKNOWN);
    }
    if (green) {
        to_s = a->least_left_s;
    } else {
        from_s = a->most_left_s;
    }
    double most = from_s > 0 ? a->distance_m / from_s : limit;
    double least = to_s > 0 ? a->distance_m / to_s : limit + 1;
    most = most < limit ? most : limit;
    least = least > slow ? least : slow;
    if (least > most) {
        return measure_none(MEASURE_OVERLAP);
    }
    double v = a->speed_mps;
    return measure_of(v < least ? least : v > most ? most : v);
}

static double advice_mps2(const struct v2i_spd_subject *s)
{
    double d = s->distance_m > LINE_M ? s->distance_m : LINE_M;
    double need = (s->speed_mps * s->speed_mps - s->advice_mps * s->advice_mps) / (2 * d);
    return need < MEASURES_A_MAX_MPS2 ? need : MEASURES_A_MAX_MPS2;
}

struct label v2i_spd(const struct v2i_spd_subject *s)
{
    const double borders[3] = {leaf_param(s->rules, PARAM_V2I_SPD_EASE_MPS2),
                               leaf_param(s->rules, PARAM_V2I_SPD_BRAKE_MPS2),
                               leaf_param(s->rules, PARAM_V2I_SPD_CANNOT_MPS2)};
    if (!s->advice) {
        return label_plain(LEAF_V2I_SPD_NONE, KNOWN_AT_SUBJECT);
    }
    if (s->speed_mps <= s->advice_mps) {
        return label_plain(LEAF_V2I_SPD_COMPLY, KNOWN_AT_SUBJECT);
    }
    double r = advice_mps2(s);
    uint16_t leaf = r > borders[2]   ? LEAF_V2I_SPD_CANNOT_COMPLY
                    : r > borders[1] ? LEAF_V2I_SPD_REDUCE_BRAKE
                    : r > borders[0] ? LEAF_V2I_SPD_REDUCE_EASE
                                     : LEAF_V2I_SPD_REDUCE_COAST;
    return label_banded(leaf, KNOWN_AT_SUBJECT, r, borders, 3);
}

struct label v2i_haz(enum v2i_hazard hazard, bool in_lane)
{
    uint16_t leaf = LEAF_V2I_HAZ_INFORM;
    if (hazard == HAZARD_NONE) {
        leaf = LEAF_V2I_HAZ_NONE;
    } else if (hazard == HAZARD_CLOSED) {
        leaf = LEAF_V2I_HAZ_REROUTE;
    } else if (hazard == HAZARD_BLOCKED) {
        leaf = LEAF_V2I_HAZ_STOP;
    } else if (hazard == HAZARD_OBSTACLE && in_lane) {
        leaf = LEAF_V2I_HAZ_CHANGE_LANE;
    } else if (hazard == HAZARD_SLOW || hazard == HAZARD_OBSTACLE) {
        leaf = LEAF_V2I_HAZ_SLOW;
    }
    return label_plain(leaf, KNOWN_AT_SUBJECT);
}

struct label v2i_cmp(const struct v2i_cmp_subject *s)
{
    if (!s->due) {
        return label_plain(LEAF_V2I_CMP_NOT_DUE, KNOWN_AT_END);
    }
    bool late = s->began && s->spare_s < 0;
    bool partial =
        s->began && s->reduced >= leaf_param(s->rules, PARAM_V2I_CMP_PARTIAL_SHARE);
    uint16_t leaf = s->impossible        ? LEAF_V2I_CMP_IMPOSSIBLE
                    : s->stopped && late ? LEAF_V2I_CMP_LATE_RESPONSE
                    : s->stopped         ? LEAF_V2I_CMP_COMPLIED
                    : partial            ? LEAF_V2I_CMP_PARTIAL
                                         : LEAF_V2I_CMP_IGNORED;
    struct label label = label_plain(leaf, KNOWN_AT_END);
    if (s->began) {
        label = label_valued(leaf, KNOWN_AT_END, s->reaction_s, -s->spare_s, s->reaction_s);
    }
    return label;
}

struct label app_rlvw(const struct v2i_approach *a)
{
    double border = leaf_param(a->rules, PARAM_APP_RLVW_BRAKE_MPS2);
    if (!a->data || !a->valid) {
        return label_plain(LEAF_APP_RLVW_NOT_APPLICABLE, KNOWN_AT_SUBJECT);
    }
    double need = v2i_stop_mps2(a);
    bool amber_ends =
        is_amber(a->phase) && a->least_left_s >= 0 && arrival_s(a) > a->least_left_s;
    bool active = (red_on_arrival(a) || amber_ends) && need > border;
    return label_valued(active ? LEAF_APP_RLVW_ACTIVE : LEAF_APP_RLVW_INACTIVE,
                        KNOWN_AT_SUBJECT, need, need - border, border);
}

struct label app_glosa(const struct v2i_approach *a)
{
    struct measure advice = v2i_glosa_mps(a);
    double border = leaf_param(a->rules, PARAM_APP_GLOSA_DIFFERS_MPS);
    if (advice.status == MEASURE_UNKNOWN) {
        return label_plain(LEAF_APP_GLOSA_NOT_APPLICABLE, KNOWN_AT_SUBJECT);
    }
    double off = fm_abs(a->speed_mps - advice.value); /* a stop is an advice of 0 */
    return label_valued(off > border ? LEAF_APP_GLOSA_ACTIVE : LEAF_APP_GLOSA_INACTIVE,
                        KNOWN_AT_SUBJECT, off, off - border, border);
}

struct label app_csw(const struct v2i_spd_subject *s)
{
    double border = leaf_param(s->rules, PARAM_APP_CSW_BRAKE_MPS2);
    if (!s->advice) {
        return label_plain(LEAF_APP_CSW_NOT_APPLICABLE, KNOWN_AT_SUBJECT);
    }
    double r = advice_mps2(s);
    bool active = s->speed_mps > s->advice_mps && r > border;
    return label_valued(active ? LEAF_APP_CSW_ACTIVE : LEAF_APP_CSW_INACTIVE,
                        KNOWN_AT_SUBJECT, r, r - border, border);
}
