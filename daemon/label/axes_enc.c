/* SPDX-License-Identifier: Apache-2.0 */
/* The extremes of one encounter in; its outcome and who evaded out. */
#include "label/encounter.h"

struct label enc_out(const struct enc_out_subject *s)
{
    const struct rules *r = s->rules;
    const double times[3] = {leaf_param(r, PARAM_ENC_OUT_SEVERE_S),
                             leaf_param(r, PARAM_ENC_OUT_NEAR_TTC_S),
                             leaf_param(r, PARAM_ENC_OUT_CONFLICT_S)};
    bool has_ttc = s->min_ttc.status == MEASURE_VALID;
    bool has_pet = s->pet.status == MEASURE_VALID;
    double ttc = has_ttc ? s->min_ttc.value : MEASURES_TTC_MAX_S;
    double pet = has_pet ? s->pet.value : MEASURES_TTC_MAX_S;
    double a = s->max_a_req.status == MEASURE_VALID ? s->max_a_req.value : 0;
    uint16_t leaf = LEAF_ENC_OUT_NONE;
    if (s->contact) {
        return label_plain(LEAF_ENC_OUT_COLLISION, KNOWN_AT_END);
    }
    if (s->censored) {
        leaf = LEAF_ENC_OUT_CENSORED;
    } else if (ttc <= times[0] ||
               (pet <= times[0] &&
                s->max_speed_mps > leaf_param(r, PARAM_ENC_OUT_SEVERE_MPS))) {
        leaf = LEAF_ENC_OUT_NEAR_MISS_SEVERE;
    } else if (ttc <= times[1] || pet <= leaf_param(r, PARAM_ENC_OUT_NEAR_PET_S) ||
               a >= leaf_param(r, PARAM_ENC_OUT_NEAR_MPS2)) {
        leaf = LEAF_ENC_OUT_NEAR_MISS;
    } else if (ttc < times[2] || a > leaf_param(r, PARAM_ENC_OUT_CONFLICT_MPS2) ||
               pet < leaf_param(r, PARAM_ENC_OUT_CONFLICT_PET_S)) {
        leaf = LEAF_ENC_OUT_CONFLICT;
    } else if (s->approached) {
        leaf = LEAF_ENC_OUT_INTERACTION;
    }
    if (has_ttc || has_pet) {
        return label_banded(leaf, KNOWN_AT_END, has_ttc ? ttc : pet, times, 3);
    }
    return label_plain(leaf, KNOWN_AT_END);
}

struct label enc_evasive(bool ego, bool other)
{
    uint16_t leaf = ego && other ? LEAF_ENC_EVASIVE_BOTH
                    : ego        ? LEAF_ENC_EVASIVE_EGO
                    : other      ? LEAF_ENC_EVASIVE_OTHER
                                 : LEAF_ENC_EVASIVE_NONE;
    return label_plain(leaf, KNOWN_AT_END);
}
