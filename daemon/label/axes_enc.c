/* SPDX-License-Identifier: Apache-2.0 */
/* The extremes of one encounter in; its outcome and who evaded out. */
#include "label/encounter.h"

/* The rung of one quantity alone, by its own thresholds (from worst to mildest). */
static uint16_t rung(bool severe, bool near, bool conflict)
{
    return severe     ? LEAF_ENC_OUT_NEAR_MISS_SEVERE
           : near     ? LEAF_ENC_OUT_NEAR_MISS
           : conflict ? LEAF_ENC_OUT_CONFLICT
                      : LEAF_ENC_OUT_NONE;
}

struct label enc_out(const struct enc_out_subject *s)
{
    const struct rules *r = s->rules;
    const double ttcs[3] = {leaf_param(r, PARAM_ENC_OUT_SEVERE_S),
                            leaf_param(r, PARAM_ENC_OUT_NEAR_TTC_S),
                            leaf_param(r, PARAM_ENC_OUT_CONFLICT_S)};
    const double pets[3] = {leaf_param(r, PARAM_ENC_OUT_SEVERE_S),
                            leaf_param(r, PARAM_ENC_OUT_NEAR_PET_S),
                            leaf_param(r, PARAM_ENC_OUT_CONFLICT_PET_S)};
    bool has_ttc = s->min_ttc.status == MEASURE_VALID;
    bool has_pet = s->pet.status == MEASURE_VALID;
    double ttc = has_ttc ? s->min_ttc.value : MEASURES_TTC_MAX_S;
    double pet = has_pet ? s->pet.value : MEASURES_TTC_MAX_S;
    double a = s->max_a_req.status == MEASURE_VALID ? s->max_a_req.value : 0;
    bool fast = s->max_speed_mps > leaf_param(r, PARAM_ENC_OUT_SEVERE_MPS);
    /* Leaves stand from worst to mildest, so the worst rung is the least. */
    uint16_t by_ttc = rung(ttc <= ttcs[0], ttc <= ttcs[1], ttc < ttcs[2]);
    uint16_t by_pet = rung(pet <= pets[0] && fast, pet <= pets[1], pet < pets[2]);
    uint16_t leaf = rung(false, a >= leaf_param(r, PARAM_ENC_OUT_NEAR_MPS2),
                         a > leaf_param(r, PARAM_ENC_OUT_CONFLICT_MPS2));
    if (s->contact) {
        return label_plain(LEAF_ENC_OUT_COLLISION, KNOWN_AT_END);
    }
    leaf = by_ttc < leaf ? by_ttc : leaf;
    leaf = by_pet < leaf ? by_pet : leaf;
    bool decided = leaf != LEAF_ENC_OUT_NONE;
    if (!decided && s->approached) {
        leaf = LEAF_ENC_OUT_INTERACTION;
    }
    /* What has happened stands; that nothing did is not known if the end was not seen. */
    bool open = s->censored && !decided;
    uint16_t given = open ? LEAF_ENC_OUT_CENSORED : leaf;
    if (has_ttc && (by_ttc == leaf || !decided)) {
        return label_banded(given, KNOWN_AT_END, ttc, ttcs, 3);
    }
    if (has_pet && (by_pet == leaf || !decided)) {
        return label_banded(given, KNOWN_AT_END, pet, pets, 3);
    }
    return label_plain(given, KNOWN_AT_END); /* a_req decided: another unit */
}

struct label enc_evasive(bool ego, bool other)
{
    uint16_t leaf = ego && other ? LEAF_ENC_EVASIVE_BOTH
                    : ego        ? LEAF_ENC_EVASIVE_EGO
                    : other      ? LEAF_ENC_EVASIVE_OTHER
                                 : LEAF_ENC_EVASIVE_NONE;
    return label_plain(leaf, KNOWN_AT_END);
}
