/* SPDX-License-Identifier: Apache-2.0 */
/* The facts of an encounter in; its pre-crash scenario and its test out. */
#include "label/axes_kind.h"

#include "base/fmath.h"

#define DEG      (FM_PI / 180)
#define STOPPED  0.5 /* m/s */
#define BRAKING  (-1.0)
#define SPEEDING 0.5

enum { CROSSING, SAME, OPPOSITE };

static bool serious(const struct enc_kind_subject *s)
{
    return s->outcome != LEAF_NONE && s->outcome <= LEAF_ENC_OUT_CONFLICT &&
           s->outcome != LEAF_ENC_OUT_CENSORED;
}

static bool turns(const struct enc_kind_subject *s, const struct enc_doing *d)
{
    return fm_abs(d->turned_rad) > leaf_param(s->rules, PARAM_ENC_NCAP_TURNING_DEG) * DEG;
}

static int way_of(const struct enc_kind_subject *s)
{
    double off = fm_abs(s->dyaw_rad);
    double along = leaf_param(s->rules, PARAM_ENC_NCAP_LONGITUDINAL_DEG) * DEG;
    return off < along ? SAME : off > FM_PI - along ? OPPOSITE : CROSSING;
}

static bool rides(enum sender_kind kind)
{
    return kind == KIND_CYCLIST || kind == KIND_EBIKE || kind == KIND_ESCOOTER;
}

/* Leaves of enc.pcs stand in the order of the scheme, after na. */
static uint16_t number(int n)
{
    return (uint16_t)(LEAF_ENC_PCS_NA + n);
}

/* The one ahead, as its follower meets it. */
static int following(const struct enc_kind_subject *s)
{
    const struct enc_doing *lead = s->s_m >= 0 ? &s->other : &s->ego;
    const struct enc_doing *follower = s->s_m >= 0 ? &s->ego : &s->other;
    return follower->changes_lane         ? 22
           : lead->speed_mps < STOPPED    ? 26
           : lead->accel_mps2 <= BRAKING  ? 25
           : lead->accel_mps2 >= SPEEDING ? 23
                                          : 24;
}

static int same_direction(const struct enc_kind_subject *s)
{
    double lane = leaf_param(NULL, PARAM_REL_POS_LANE_WIDTH_M);
    bool beside = fm_abs(s->y_m) > lane / 2;
    if (turns(s, &s->ego) || turns(s, &s->other)) {
        return 16;
    }
    if (s->other.changes_lane || (s->ego.changes_lane && beside)) {
        return 18;
    }
    return beside ? 19 : following(s);
}

static int opposite(const struct enc_kind_subject *s)
{
    if (turns(s, &s->ego) || turns(s, &s->other)) {
        return s->signalised ? 27 : 29;
    }
    return s->ego.changes_lane || s->other.changes_lane ? 20 : 21;
}

static int crossing(const struct enc_kind_subject *s)
{
    double turn = leaf_param(s->rules, PARAM_ENC_NCAP_TURNING_DEG) * DEG;
    bool right = s->ego.turned_rad < -turn || s->other.turned_rad < -turn;
    if (right && s->signalised) {
        return 28;
    }
    if (turns(s, &s->ego) || turns(s, &s->other)) {
        return s->signalised ? 27 : 31;
    }
    return s->signalised ? 37 : 30;
}

static int scenario_of(const struct enc_kind_subject *s)
{
    bool prior = turns(s, &s->ego) || s->ego.changes_lane;
    if (s->told > 0 && s->told < 37) {
        return s->told;
    }
    if (s->other_kind == KIND_ANIMAL) {
        return prior ? 9 : 10;
    }
    if (kinds_is_vru(s->other_kind)) {
        return rides(s->other_kind) ? (prior ? 13 : 14) : (prior ? 11 : 12);
    }
    if (s->ego.ran_red || s->other.ran_red) {
        return 4;
    }
    if (s->ego.control_lost || s->other.control_lost) {
        bool moved = prior || turns(s, &s->other) || s->other.changes_lane;
        return moved ? 2 : 3;
    }
    if (s->ego.speed_mps < -STOPPED || s->other.speed_mps < -STOPPED) {
        return 15;
    }
    int way = way_of(s);
    return way == SAME ? same_direction(s) : way == OPPOSITE ? opposite(s) : crossing(s);
}

struct label enc_pcs(const struct enc_kind_subject *s)
{
    if (!serious(s)) {
        return label_plain(LEAF_ENC_PCS_NA, KNOWN_AT_END);
    }
    return label_plain(number(scenario_of(s)), KNOWN_AT_END);
}

/* A walker or rider: five tests each, in the order turning, along, near hidden, near, far.
 */
struct tests {
    uint16_t turning, along, hidden, near_side, far_side;
};

static uint16_t of_vru(const struct enc_kind_subject *s, const struct tests *t)
{
    bool hidden =
        s->hidden_s >= 0 && s->hidden_s < leaf_param(s->rules, PARAM_ENC_NCAP_OBSTRUCTED_S);
    /* It comes from the right if it heads to the left across the ego's way. */
    bool near_side = s->dyaw_rad > 0;
    if (turns(s, &s->ego)) {
        return t->turning;
    }
    if (way_of(s) != CROSSING) {
        return way_of(s) == SAME ? t->along : (uint16_t)LEAF_ENC_NCAP_NONE;
    }
    return !near_side                                  ? t->far_side
           : hidden && t->hidden != LEAF_ENC_NCAP_NONE ? t->hidden
                                                       : t->near_side;
}

static uint16_t of_motorcycle(const struct enc_kind_subject *s)
{
    int way = way_of(s);
    if (way == OPPOSITE && turns(s, &s->ego)) {
        return LEAF_ENC_NCAP_CMFTAP;
    }
    if (way == CROSSING && !turns(s, &s->ego) && !turns(s, &s->other)) {
        return LEAF_ENC_NCAP_CMCSCP;
    }
    if (way != SAME || s->s_m < 0) {
        return LEAF_ENC_NCAP_NONE;
    }
    return s->other.speed_mps < STOPPED     ? LEAF_ENC_NCAP_CMRS
           : s->other.accel_mps2 <= BRAKING ? LEAF_ENC_NCAP_CMRB
                                            : LEAF_ENC_NCAP_NONE;
}

static uint16_t of_car(const struct enc_kind_subject *s)
{
    int way = way_of(s);
    bool turned = turns(s, &s->ego) || turns(s, &s->other);
    if (way == OPPOSITE) {
        bool passes = s->ego.changes_lane || s->other.changes_lane;
        return turned   ? LEAF_ENC_NCAP_CCFTAP
               : passes ? LEAF_ENC_NCAP_CCFHOL
                        : LEAF_ENC_NCAP_CCFHOS;
    }
    if (way == CROSSING) {
        return turned ? LEAF_ENC_NCAP_NONE : LEAF_ENC_NCAP_CCCSCP;
    }
    if (s->s_m < 0 || turned) {
        return LEAF_ENC_NCAP_NONE;
    }
    return s->other.speed_mps < STOPPED && s->other.accel_mps2 > BRAKING
               ? LEAF_ENC_NCAP_CCRS
           : s->other.accel_mps2 <= BRAKING ? LEAF_ENC_NCAP_CCRB
                                            : LEAF_ENC_NCAP_CCRM;
}

struct label enc_ncap(const struct enc_kind_subject *s)
{
    static const struct tests adult = {LEAF_ENC_NCAP_CPTA, LEAF_ENC_NCAP_CPLA,
                                       LEAF_ENC_NCAP_NONE, LEAF_ENC_NCAP_CPNA,
                                       LEAF_ENC_NCAP_CPFA};
    static const struct tests child = {LEAF_ENC_NCAP_CPTA, LEAF_ENC_NCAP_CPLA,
                                       LEAF_ENC_NCAP_CPNCO, LEAF_ENC_NCAP_CPNA,
                                       LEAF_ENC_NCAP_CPFA};
    static const struct tests bicycle = {LEAF_ENC_NCAP_CBTA, LEAF_ENC_NCAP_CBLA,
                                         LEAF_ENC_NCAP_CBNAO, LEAF_ENC_NCAP_CBNA,
                                         LEAF_ENC_NCAP_CBFA};
    static const struct tests scooter = {LEAF_ENC_NCAP_X_CSTA, LEAF_ENC_NCAP_X_CSLA,
                                         LEAF_ENC_NCAP_X_CSNAO, LEAF_ENC_NCAP_X_CSNA,
                                         LEAF_ENC_NCAP_X_CSFA};
    double tall =
        s->other_height_m > 0 ? s->other_height_m : kinds_size(s->other_kind).height_m;
    uint16_t leaf = LEAF_ENC_NCAP_NONE;
    if (!serious(s)) {
        return label_plain(leaf, KNOWN_AT_END);
    }
    if (s->door && rides(s->ego_kind)) {
        leaf = LEAF_ENC_NCAP_CBDA;
    } else if (kinds_is_vru(s->ego_kind)) {
        leaf = LEAF_ENC_NCAP_NONE; /* the tests are of vehicles */
    } else if (s->other_kind == KIND_ESCOOTER) {
        leaf = of_vru(s, &scooter);
    } else if (rides(s->other_kind)) {
        leaf = of_vru(s, &bicycle);
    } else if (s->other_kind != KIND_ANIMAL && kinds_is_vru(s->other_kind)) {
        bool small = tall < leaf_param(s->rules, PARAM_ENC_NCAP_CHILD_M);
        leaf = of_vru(s, small ? &child : &adult);
    } else if (s->other_kind == KIND_MOTORCYCLE) {
        leaf = of_motorcycle(s);
    } else if (s->other_kind != KIND_ANIMAL) {
        leaf = of_car(s);
    }
    return label_plain(leaf, KNOWN_AT_END);
}
