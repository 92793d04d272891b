/* SPDX-License-Identifier: Apache-2.0 */
/* A label and its subject's keys in; its uid, its instant of knowledge and its row out. */
#include "label/label.h"

#include <assert.h>
#include <string.h>

#include "base/draw.h"
#include "base/fmath.h"

const char *const label_provenance_names[5] = {"injected", "rule_gt", "rule_obs",
                                               "imported", "human"};

struct label label_plain(uint16_t leaf, enum label_known known)
{
    return (struct label){.leaf = leaf, .known = (uint8_t)known};
}

struct label label_valued(uint16_t leaf, enum label_known known, double value,
                          double margin, double threshold)
{
    struct label label = {.leaf = leaf,
                          .known = (uint8_t)known,
                          .has = LABEL_HAS_VALUE | LABEL_HAS_MARGIN,
                          .value = value,
                          .margin = margin};
    if (fm_abs(margin) < 0.1 * fm_abs(threshold)) {
        label.flags |= LABEL_BOUNDARY;
    }
    return label;
}

struct label label_banded(uint16_t leaf, enum label_known known, double value,
                          const double *thresholds, size_t count)
{
    assert(count > 0);
    double nearest = thresholds[0];
    for (size_t i = 1; i < count; i++) {
        if (fm_abs(value - thresholds[i]) < fm_abs(value - nearest)) {
            nearest = thresholds[i];
        }
    }
    return label_valued(leaf, known, value, value - nearest, nearest);
}

double label_confidence(const struct label *label)
{
    if ((label->has & LABEL_HAS_SIGMA) == 0 || (label->has & LABEL_HAS_MARGIN) == 0) {
        return -1;
    }
    if (label->sigma <= 0) {
        return 1;
    }
    return fm_normal_cdf(fm_abs(label->margin) / label->sigma);
}

uint64_t label_run_key(uint64_t seed, const char *scenario_id)
{
    uint64_t key = draw_mix(seed + 0x9E3779B97F4A7C15ULL);
    for (const char *c = scenario_id; c != NULL && *c != 0; c++) {
        key = draw_mix(key ^ (uint8_t)*c);
    }
    return key;
}

uint64_t label_subject(uint64_t a, uint64_t b)
{
    return draw_mix(draw_mix(a + 0xD6E8FEB86659FD93ULL) + b);
}

uint64_t label_uid(uint64_t run_key, int axis, uint64_t subject_key, struct tai t_start)
{
    uint64_t who = label_subject((uint64_t)axis + 1, subject_key);
    return draw_bits(run_key, who, (uint64_t)t_start.ns);
}

struct tai label_t_known(const struct label *label, const struct label_key *key)
{
    switch ((enum label_known)label->known) {
    case KNOWN_AT_AVAIL:
        return key->t_avail;
    case KNOWN_AT_LIMIT:
        return tai_add(key->t_start, span_from_s(leaf_param(NULL, PARAM_COM_TIM_L_MAX_S)));
    case KNOWN_AT_END:
        return key->t_end;
    case KNOWN_AT_SUBJECT:
        break;
    }
    return key->t_start;
}

static void set_numbers(const struct label *label, const char *unit, struct row_label *row)
{
    if ((label->has & LABEL_HAS_VALUE) != 0) {
        ROW_SET(row, label, value, label->value);
        row->unit = unit[0] != 0 ? unit : NULL;
    }
    if ((label->has & LABEL_HAS_MARGIN) != 0) {
        ROW_SET(row, label, margin, label->margin);
    }
    if ((label->has & LABEL_HAS_SIGMA) != 0) {
        ROW_SET(row, label, value_sigma, label->sigma);
    }
    double confidence = label_confidence(label);
    if (confidence >= 0) {
        ROW_SET(row, label, confidence, confidence);
    }
}

void label_row(const struct label *label, const struct label_key *key,
               struct row_label *row)
{
    const struct leaf_info *leaf = leaf_find(label->leaf);
    assert(leaf != NULL);
    const struct axis_info *axis = &leaf_axes[leaf->axis];
    memset(row, 0, sizeof *row);
    row->scenario_id = key->scenario_id;
    row->world_id = key->world_id;
    /* One subject may have the same axis twice, on truth and as observed. */
    uint64_t subject = label_subject(key->subject_key, (uint64_t)key->provenance);
    row->label_uid = label_uid(key->run_key, leaf->axis, subject, key->t_start);
    row->label_id = leaf->id;
    row->code = leaf->code;
    row->label_ver = leaf->version;
    row->tax_ver = leaf_taxonomy_version;
    row->subject = axis->subject;
    row->ego = key->ego;
    row->agent = key->agent;
    row->other = key->other;
    if (key->has_frame) {
        ROW_SET(row, label, frame_uid, key->frame_uid);
    }
    if (key->has_msg) {
        ROW_SET(row, label, msg_uid, key->msg_uid);
    }
    if (key->has_enc) {
        ROW_SET(row, label, enc_id, key->enc_id);
    }
    if (key->has_signal) {
        ROW_SET(row, label, sg_id, key->signal_group);
    }
    row->t_start_ns = utc_from_tai(key->t_start).ns;
    row->t_end_ns = utc_from_tai(key->t_end).ns;
    row->t_known_ns = utc_from_tai(label_t_known(label, key)).ns;
    set_numbers(label, axis->unit, row);
    row->provenance = label_provenance_names[key->provenance];
    row->rule_id = leaf->rule_id;
    row->params_sha = axis->params_sha;
    row->flags = label->flags;
}
