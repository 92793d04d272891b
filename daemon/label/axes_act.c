/* SPDX-License-Identifier: Apache-2.0 */
/* Speed and acceleration of one agent in, its longitudinal action out. */
#include "label/axes_act.h"

#include "base/fmath.h"

/* Bands of acceleration: from below `below`, in rising order; the last is open. */
struct band {
    uint16_t leaf;
    double from_mps2, to_mps2;
};
#define BANDS 7

static void bands_of(const struct rules *r, struct band bands[BANDS])
{
    const double borders[BANDS + 1] = {-1e30,
                                       leaf_param(r, PARAM_ACT_LON_BRAKE_EMERGENCY_MPS2),
                                       leaf_param(r, PARAM_ACT_LON_BRAKE_HARD_MPS2),
                                       leaf_param(r, PARAM_ACT_LON_BRAKE_MODERATE_MPS2),
                                       leaf_param(r, PARAM_ACT_LON_DECEL_MILD_MPS2),
                                       leaf_param(r, PARAM_ACT_LON_ACCEL_MILD_MPS2),
                                       leaf_param(r, PARAM_ACT_LON_ACCEL_HARD_MPS2),
                                       1e30};
    static const uint16_t leaves[BANDS] = {
        LEAF_ACT_LON_BRAKE_EMERGENCY, LEAF_ACT_LON_BRAKE_HARD, LEAF_ACT_LON_BRAKE_MODERATE,
        LEAF_ACT_LON_DECEL_MILD,      LEAF_ACT_LON_STEADY,     LEAF_ACT_LON_ACCEL_MILD,
        LEAF_ACT_LON_ACCEL_HARD};
    for (int i = 0; i < BANDS; i++) {
        bands[i] = (struct band){leaves[i], borders[i], borders[i + 1]};
    }
}

struct label act_lon_raw(const struct act_lon_subject *s)
{
    double still = leaf_param(s->rules, PARAM_ACT_LON_STANDSTILL_MPS);
    if (!s->known) {
        return label_plain(LEAF_ACT_LON_UNKNOWN, KNOWN_AT_SUBJECT);
    }
    if (fm_abs(s->speed_mps) < still) {
        return label_plain(LEAF_ACT_LON_STANDSTILL, KNOWN_AT_SUBJECT);
    }
    if (s->speed_mps < 0) {
        return label_plain(LEAF_ACT_LON_REVERSING, KNOWN_AT_SUBJECT);
    }
    if (!s->accel_known) {
        return label_plain(LEAF_ACT_LON_UNKNOWN, KNOWN_AT_SUBJECT);
    }
    struct band bands[BANDS];
    bands_of(s->rules, bands);
    double a = s->accel_mps2, borders[BANDS - 1];
    uint16_t leaf = LEAF_NONE;
    for (int i = 0; i < BANDS; i++) {
        /* Braking bands own their upper border, accelerating ones their lower. */
        bool under = bands[i].to_mps2 <= 0 ? a <= bands[i].to_mps2 : a < bands[i].to_mps2;
        if (under && leaf == LEAF_NONE) {
            leaf = bands[i].leaf;
        }
        if (i > 0) {
            borders[i - 1] = bands[i].from_mps2;
        }
    }
    return label_banded(leaf, KNOWN_AT_SUBJECT, a, borders, BANDS - 1);
}

/* Is the subject still in the leaf's band, widened by the hysteresis? */
static bool still_holds(uint16_t leaf, const struct act_lon_subject *s)
{
    double speed_slack = leaf_param(s->rules, PARAM_ACT_LON_HYSTERESIS_MPS);
    double still = leaf_param(s->rules, PARAM_ACT_LON_STANDSTILL_MPS);
    double slack = leaf_param(s->rules, PARAM_ACT_LON_HYSTERESIS_MPS2);
    struct band bands[BANDS];
    if (leaf == LEAF_ACT_LON_STANDSTILL) {
        return fm_abs(s->speed_mps) < still + speed_slack;
    }
    if (leaf == LEAF_ACT_LON_REVERSING) {
        return s->speed_mps < -still + speed_slack;
    }
    if (!s->accel_known || s->speed_mps < still - speed_slack) {
        return false;
    }
    bands_of(s->rules, bands);
    for (int i = 0; i < BANDS; i++) {
        if (bands[i].leaf == leaf) {
            return s->accel_mps2 >= bands[i].from_mps2 - slack &&
                   s->accel_mps2 <= bands[i].to_mps2 + slack;
        }
    }
    return false;
}

struct label act_lon(struct act_lon_state *state, const struct act_lon_subject *s,
                     struct tai t)
{
    struct label label = act_lon_raw(s);
    struct span hold = span_from_s(leaf_param(s->rules, PARAM_ACT_LON_HOLD_S));
    bool known = label.leaf != LEAF_ACT_LON_UNKNOWN;
    if (state->leaf == LEAF_NONE || state->leaf == LEAF_ACT_LON_UNKNOWN || !known) {
        if (label.leaf != state->leaf) {
            state->since = t;
        }
        state->leaf = label.leaf;
        state->candidate = LEAF_NONE;
        return label;
    }
    if (label.leaf == state->leaf || still_holds(state->leaf, s)) {
        state->candidate = LEAF_NONE;
    } else {
        /* Leaving: since when, whatever band it passes on the way. */
        if (state->candidate == LEAF_NONE) {
            state->candidate_since = t;
        }
        state->candidate = label.leaf;
        if (tai_since(t, state->candidate_since).ns >= hold.ns) {
            state->leaf = label.leaf;
            state->since = t;
            state->candidate = LEAF_NONE;
        }
    }
    label.leaf = state->leaf;
    return label;
}
