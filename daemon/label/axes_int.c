/* SPDX-License-Identifier: Apache-2.0 */
/* Subjects of integrity and quality in, one leaf of each axis out, in the order of the
 * taxonomy file. */
#include "label/axes_int.h"

#include "base/fmath.h"

struct label int_src(const struct int_src_subject *s)
{
    uint16_t leaf = LEAF_INT_SRC_NONE;
    bool v2x_only = s->link_good && !s->sensed;
    bool never_heard = s->sensed && !s->link_good && !s->heard_before;
    if ((v2x_only && !s->truth_known) || (never_heard && !s->equipped_known)) {
        leaf = LEAF_INT_SRC_UNKNOWN;
    } else if (s->link_good && s->sensed) {
        leaf = LEAF_INT_SRC_BOTH;
    } else if (v2x_only && !s->line_of_sight) {
        leaf = LEAF_INT_SRC_V2X_ONLY_NLOS;
    } else if (v2x_only) {
        leaf = LEAF_INT_SRC_V2X_ONLY_SENSOR_MISS;
    } else if (s->sensed && s->heard_before) {
        leaf = LEAF_INT_SRC_SENSOR_ONLY_DROPOUT;
    } else if (never_heard && s->equipped) {
        leaf = LEAF_INT_SRC_SENSOR_ONLY_NEVER_HEARD;
    } else if (never_heard) {
        leaf = LEAF_INT_SRC_SENSOR_ONLY_UNEQUIPPED;
    }
    return label_plain(leaf, KNOWN_AT_SUBJECT);
}

struct label int_mode_raw(const struct int_mode_subject *s)
{
    struct label label = label_plain(LEAF_INT_MODE_COOP_FULL, KNOWN_AT_SUBJECT);
    if (s->relevant > 0) {
        label.has = LABEL_HAS_VALUE;
        label.value = (double)s->relevant_good / (double)s->relevant;
    }
    if (!s->sensors_alive && s->relevant_good == 0) {
        label.leaf = LEAF_INT_MODE_BLIND;
    } else if (!s->sensors_alive) {
        label.leaf = LEAF_INT_MODE_V2X_ONLY;
    } else if (s->relevant == 0) {
        label.leaf = LEAF_INT_MODE_NOTHING_RELEVANT;
    } else if (s->relevant_good == 0) {
        label.leaf = LEAF_INT_MODE_SENSOR_ONLY;
    } else if (s->relevant_good < s->relevant) {
        label.leaf = LEAF_INT_MODE_COOP_PARTIAL;
    }
    return label;
}

static void enter(struct int_mode_state *state, const struct int_mode_subject *s,
                  uint16_t leaf, struct tai since)
{
    state->leaf = leaf;
    state->candidate = LEAF_NONE;
    state->since = since;
    state->t_last_good = s->t_last_good;
    state->has_last_good = s->has_last_good;
}

struct int_mode_result int_mode(struct int_mode_state *state,
                                const struct int_mode_subject *s)
{
    struct int_mode_result result = {.label = int_mode_raw(s), .left = state->leaf};
    uint16_t raw = result.label.leaf;
    struct span hold = span_from_s(leaf_param(s->rules, PARAM_INT_MODE_HOLD_S));
    if (state->leaf == LEAF_NONE) {
        enter(state, s, raw, s->t);
        result.changed = true;
    } else if (raw == state->leaf) {
        state->candidate = LEAF_NONE;
    } else {
        if (raw != state->candidate) {
            state->candidate = raw;
            state->candidate_since = s->t;
        }
        if (tai_since(s->t, state->candidate_since).ns >= hold.ns) {
            enter(state, s, raw, s->t);
            result.changed = true;
        }
    }
    result.label.leaf = state->leaf;
    result.t_entered = state->since;
    result.t_last_good = state->t_last_good;
    result.has_last_good = state->has_last_good;
    return result;
}

struct label int_fault(bool known, uint8_t fault)
{
    static const uint16_t leaves[FAULT_COUNT] = {
        [FAULT_NONE] = LEAF_INT_FAULT_NONE,
        [FAULT_CONST_OFFSET] = LEAF_INT_FAULT_CONST_OFFSET,
        [FAULT_RANDOM_OFFSET] = LEAF_INT_FAULT_RANDOM_OFFSET,
        [FAULT_FROZEN] = LEAF_INT_FAULT_FROZEN,
        [FAULT_SPEED_SCALE] = LEAF_INT_FAULT_SPEED_SCALE,
        [FAULT_MIRRORED_HEADING] = LEAF_INT_FAULT_MIRRORED_HEADING,
        [FAULT_REPLAYED] = LEAF_INT_FAULT_REPLAYED,
        [FAULT_DELAYED] = LEAF_INT_FAULT_DELAYED,
        [FAULT_SYBIL] = LEAF_INT_FAULT_SYBIL,
        [FAULT_DOS] = LEAF_INT_FAULT_DOS,
        [FAULT_CLOCK_LEAP] = LEAF_INT_FAULT_CLOCK_LEAP,
        [FAULT_CLOCK_DRIFT] = LEAF_INT_FAULT_CLOCK_DRIFT,
        [FAULT_CLOCK_STEP] = LEAF_INT_FAULT_CLOCK_STEP,
        [FAULT_FROZEN_COUNTDOWN] = LEAF_INT_FAULT_FROZEN_COUNTDOWN,
        [FAULT_WRONG_PHASE] = LEAF_INT_FAULT_WRONG_PHASE,
        [FAULT_JITTERING_END] = LEAF_INT_FAULT_JITTERING_END,
        [FAULT_REVISION_MISMATCH] = LEAF_INT_FAULT_REVISION_MISMATCH,
    };
    bool valid = known && fault < FAULT_COUNT;
    return label_plain(valid ? leaves[fault] : LEAF_INT_FAULT_UNKNOWN, KNOWN_AT_SUBJECT);
}

struct label syn_q(const struct syn_q_subject *s)
{
    const double borders[2] = {leaf_param(s->rules, PARAM_SYN_Q_OK_S),
                               leaf_param(s->rules, PARAM_SYN_Q_DEGRADED_S)};
    uint16_t leaf = LEAF_SYN_Q_OK;
    if (s->fault || s->out_of_bound || (s->verified && s->sigma_s > borders[1])) {
        leaf = LEAF_SYN_Q_FAIL;
    } else if (!s->verified) {
        leaf = LEAF_SYN_Q_UNVERIFIED;
    } else if (s->sigma_s > borders[0] || !s->complete) {
        leaf = LEAF_SYN_Q_DEGRADED;
    }
    if (!s->verified) {
        struct label label = label_plain(leaf, KNOWN_AT_SUBJECT);
        label.flags |= LABEL_CLOCK_UNVERIFIED;
        return label;
    }
    return label_banded(leaf, KNOWN_AT_SUBJECT, s->sigma_s, borders, 2);
}

/* Exceeds max(limit, 3 sigma)? */
static bool beyond(double value, double limit, double sigma)
{
    return fm_abs(value) > (limit > 3 * sigma ? limit : 3 * sigma);
}

struct label int_agree(const struct int_agree_subject *s)
{
    const struct rules *r = s->rules;
    double gate = leaf_param(r, PARAM_INT_AGREE_GATE_99);
    double turn = leaf_param(r, PARAM_INT_AGREE_HEADING_DEG) * (FM_PI / 180);
    uint16_t leaf = LEAF_INT_AGREE_CONSISTENT;
    if (!s->link_good || !s->matched) {
        bool ghost = s->link_good && s->expected &&
                     s->missed >= leaf_param(r, PARAM_INT_AGREE_GHOST_FRAMES);
        return label_plain(ghost ? LEAF_INT_AGREE_GHOST : LEAF_INT_AGREE_NOT_COMPARABLE,
                           KNOWN_AT_SUBJECT);
    }
    if (s->d2 > gate) {
        leaf = LEAF_INT_AGREE_CONFLICT_POSITION;
    } else if (s->heading_known &&
               s->speed_mps > leaf_param(r, PARAM_INT_AGREE_HEADING_MIN_MPS) &&
               beyond(s->dyaw_rad, turn, s->sigma_yaw_rad)) {
        leaf = LEAF_INT_AGREE_CONFLICT_HEADING;
    } else if (s->speed_known &&
               beyond(s->dspeed_mps, leaf_param(r, PARAM_INT_AGREE_SPEED_MPS),
                      s->sigma_speed_mps)) {
        leaf = LEAF_INT_AGREE_CONFLICT_SPEED;
    } else if (s->class_known && !s->same_class) {
        leaf = LEAF_INT_AGREE_CONFLICT_CLASS;
    } else if (s->accel_known &&
               s->brake_odd_s >= leaf_param(r, PARAM_INT_AGREE_BRAKE_HOLD_S)) {
        leaf = LEAF_INT_AGREE_CONFLICT_BRAKE;
    }
    return label_valued(leaf, KNOWN_AT_SUBJECT, s->d2, s->d2 - gate, gate);
}

void int_agree_speed(struct int_agree_slope *slope, struct tai t, double speed_mps)
{
    double dt = span_s(tai_since(t, slope->t));
    if (slope->weight > 0 && dt <= 0) {
        return;
    }
    if (slope->weight <= 0 || dt > 1) {
        *slope =
            (struct int_agree_slope){.weight = 1, .v_mps = speed_mps, .t = t, .since = t};
        return;
    }
    double tau = leaf_param(NULL, PARAM_INT_AGREE_BRAKE_FADE_S);
    double keep = tau / (tau + dt);
    /* The origin of time moves to t: old instants become dt older. */
    double w = slope->weight, st = slope->t_s, sv = slope->v_mps;
    slope->tt = keep * (slope->tt - 2 * dt * st + dt * dt * w);
    slope->tv = keep * (slope->tv - dt * sv);
    slope->t_s = keep * (st - dt * w);
    slope->v_mps = keep * sv + speed_mps;
    slope->weight = keep * w + 1;
    slope->t = t;
}

bool int_agree_accel(const struct int_agree_slope *slope, double *accel_mps2)
{
    double w = slope->weight;
    double spread = w * slope->tt - slope->t_s * slope->t_s;
    double watched_s = span_s(tai_since(slope->t, slope->since));
    if (spread <= 1e-9 || watched_s < leaf_param(NULL, PARAM_INT_AGREE_BRAKE_WATCH_S)) {
        return false;
    }
    *accel_mps2 = (w * slope->tv - slope->t_s * slope->v_mps) / spread;
    return true;
}
