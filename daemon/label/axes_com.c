/* SPDX-License-Identifier: Apache-2.0 */
/* Subjects of communication in, one leaf of each axis out. Rules stand in the order of the
 * taxonomy file; the number behind each is its place there. */
#include "label/axes_com.h"

#include "base/fmath.h"
#include "base/time.h"

/* The enum values of causes and the taxonomy's mapping of them. */
static const uint16_t cause_leaf[CAUSE_COUNT] = {
#define X(cause, leaf) [cause] = leaf,
    TAXONOMY_CAUSES(X)
#undef X
};

struct label com_tim(const struct com_tim_subject *s)
{
    const struct rules *r = s->rules;
    struct label label;
    if (s->lost) {
        return label_plain(LEAF_COM_TIM_LOST, KNOWN_AT_LIMIT);
    }
    if (!s->t_gen_known || s->sigma_s > leaf_param(r, PARAM_COM_TIM_SIGMA_MAX_S)) {
        return label_plain(LEAF_COM_TIM_UNKNOWN, KNOWN_AT_AVAIL);
    }
    double age = (double)s->age_ns / 1e9;
    double noise = leaf_param(r, PARAM_COM_TIM_FUTURE_SIGMAS) * s->sigma_s;
    double future = leaf_param(r, PARAM_COM_TIM_FUTURE_S);
    future = -(noise > future ? noise : future);
    const double borders[5] = {future, leaf_param(r, PARAM_COM_TIM_LATE_L1_S),
                               leaf_param(r, PARAM_COM_TIM_LATE_L2_S),
                               leaf_param(r, PARAM_COM_TIM_LATE_L3_S),
                               leaf_param(r, PARAM_COM_TIM_STALE_S)};
    uint16_t leaf = LEAF_COM_TIM_ONTIME;
    if (age < borders[0]) {
        leaf = LEAF_COM_TIM_FUTURE;
    } else if (age > borders[4]) {
        leaf = LEAF_COM_TIM_STALE;
    } else if (age > borders[3]) {
        leaf = LEAF_COM_TIM_LATE_L3;
    } else if (age > borders[2]) {
        leaf = LEAF_COM_TIM_LATE_L2;
    } else if (age > borders[1]) {
        leaf = LEAF_COM_TIM_LATE_L1;
    }
    label = label_banded(leaf, KNOWN_AT_AVAIL, age, borders, 5);
    label.has |= LABEL_HAS_SIGMA;
    label.sigma = s->sigma_s;
    if (s->clock_unverified) {
        label.flags |= LABEL_CLOCK_UNVERIFIED;
    }
    return label;
}

uint16_t com_ord_gap(uint8_t before, uint8_t now)
{
    /* SAE J2735 MsgCount: 0..127, wraps. Equal counts are 128 apart or a duplicate. */
    return (uint16_t)((now - before - 1) & 127);
}

struct label com_ord(const struct com_ord_subject *s)
{
    struct label label = label_plain(LEAF_COM_ORD_IN_ORDER, KNOWN_AT_AVAIL);
    if (!s->available) {
        return label_plain(LEAF_COM_ORD_UNKNOWN, KNOWN_AT_LIMIT);
    }
    if (!s->has_counter) {
        label.leaf = LEAF_COM_ORD_UNKNOWN;
    } else if (s->duplicate) {
        label.leaf = LEAF_COM_ORD_DUPLICATE;
    } else if (s->older) {
        label.leaf = LEAF_COM_ORD_OUT_OF_ORDER;
    } else if (s->gap > 0 && !s->id_rotated) {
        label.leaf = LEAF_COM_ORD_GAP_BEFORE;
        label.has = LABEL_HAS_VALUE;
        label.value = s->gap;
    }
    return label;
}

struct label com_fate(const struct com_fate_subject *s)
{
    if (s->suppressed != SUPPRESSED_NONE) {
        return label_plain(LEAF_COM_FATE_NOT_SENT, KNOWN_AT_SUBJECT);
    }
    if (!s->known) {
        return label_plain(LEAF_COM_FATE_UNKNOWN, KNOWN_AT_LIMIT);
    }
    if (s->fate == FATE_DELIVERED) {
        return label_plain(LEAF_COM_FATE_DELIVERED, KNOWN_AT_AVAIL);
    }
    uint16_t leaf = s->cause < CAUSE_COUNT ? cause_leaf[s->cause] : LEAF_NONE;
    return label_plain(leaf != LEAF_NONE ? leaf : LEAF_COM_FATE_UNKNOWN, KNOWN_AT_LIMIT);
}

int64_t com_link_period_ns(uint8_t msg_type)
{
    enum param param = PARAM_COM_LINK_T_DEFAULT_S;
    if (msg_type == MSG_MAP || msg_type == MSG_MAPEM) {
        param = PARAM_COM_LINK_T_MAP_S;
    } else if (msg_type == MSG_TIM || msg_type == MSG_RSA || msg_type == MSG_IVIM ||
               msg_type == MSG_DENM) {
        param = PARAM_COM_LINK_T_TIM_S;
    }
    return span_from_s(leaf_param(NULL, param)).ns;
}

struct label com_link(const struct com_link_subject *s)
{
    const struct rules *r = s->rules;
    if (s->departed) {
        return label_plain(LEAF_COM_LINK_DEPARTED, KNOWN_AT_SUBJECT);
    }
    if (s->out_of_range) {
        return label_plain(LEAF_COM_LINK_OUT_OF_RANGE, KNOWN_AT_SUBJECT);
    }
    if (!s->heard) {
        return label_plain(LEAF_COM_LINK_NEVER_HEARD, KNOWN_AT_SUBJECT);
    }
    if (!s->known) {
        return label_plain(LEAF_COM_LINK_UNKNOWN, KNOWN_AT_SUBJECT);
    }
    double aoi = (double)s->aoi_ns / 1e9, period = (double)s->period_ns / 1e9;
    const double borders[3] = {leaf_param(r, PARAM_COM_LINK_AGED_T) * period +
                                   leaf_param(r, PARAM_COM_LINK_AGED_EXTRA_S),
                               leaf_param(r, PARAM_COM_LINK_GAP_T) * period,
                               leaf_param(r, PARAM_COM_LINK_DROPOUT_T) * period};
    uint16_t leaf = LEAF_COM_LINK_FRESH;
    if (aoi > borders[2]) {
        leaf = LEAF_COM_LINK_DROPOUT;
    } else if (aoi > borders[1]) {
        leaf = LEAF_COM_LINK_GAP;
    } else if (aoi > borders[0]) {
        leaf = LEAF_COM_LINK_AGED;
    }
    return label_banded(leaf, KNOWN_AT_SUBJECT, aoi, borders, 3);
}

bool com_link_good(uint16_t leaf)
{
    return leaf == LEAF_COM_LINK_FRESH || leaf == LEAF_COM_LINK_AGED;
}

struct label com_cbr(double cbr, const struct rules *rules)
{
    if (cbr < 0) {
        return label_plain(LEAF_COM_CBR_UNKNOWN, KNOWN_AT_SUBJECT);
    }
    const double borders[3] = {leaf_param(rules, PARAM_COM_CBR_IDLE),
                               leaf_param(rules, PARAM_COM_CBR_ACTIVE),
                               leaf_param(rules, PARAM_COM_CBR_CONGESTED)};
    uint16_t leaf = LEAF_COM_CBR_SATURATED;
    if (cbr < borders[0]) {
        leaf = LEAF_COM_CBR_IDLE;
    } else if (cbr < borders[1]) {
        leaf = LEAF_COM_CBR_ACTIVE;
    } else if (cbr <= borders[2]) {
        leaf = LEAF_COM_CBR_CONGESTED;
    }
    return label_banded(leaf, KNOWN_AT_SUBJECT, cbr, borders, 3);
}

void com_label_fate(struct fate *fate, bool has_counter, bool id_rotated)
{
    const uint16_t stamps = FATE_HAS_T_GEN | FATE_HAS_T_AVAIL;
    bool lost = fate->fate != FATE_DELIVERED;
    struct com_tim_subject tim = {.lost = lost,
                                  .t_gen_known = (fate->valid & stamps) == stamps,
                                  .age_ns = fate->t_avail_ns - fate->t_gen_ns};
    struct com_ord_subject ord = {.available = !lost,
                                  .has_counter = has_counter,
                                  .duplicate = (fate->flags & FATE_DUPLICATE) != 0,
                                  .older = (fate->flags & FATE_REORDERED) != 0,
                                  .id_rotated = id_rotated,
                                  .gap = fate->seq_gap};
    struct com_fate_subject what = {
        .known = true, .fate = fate->fate, .cause = fate->cause};
    fate->com_tim = com_tim(&tim).leaf;
    fate->com_ord = com_ord(&ord).leaf;
    fate->com_fate = com_fate(&what).leaf;
}
