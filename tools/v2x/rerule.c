/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of a row in, its label out; one entry per label column. */
#include "tools/v2x/rerule.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "label/axes_com.h"
#include "label/axes_dec.h"
#include "label/axes_int.h"
#include "label/encounter.h"
#include "model/emission.h"
#include "model/records.h"

static bool is(const struct parquet_value *v, const char *text)
{
    return !v->null && v->size == strlen(text) && memcmp(v->data, text, v->size) == 0;
}

static int64_t ns_of_ms(double ms)
{
    return (int64_t)llround(ms * 1e6);
}

/* facts: fate, age_ms, clock_unverified */
static struct label true_timeliness(const struct parquet_value *f, const struct rules *r,
                                    double sigmas)
{
    (void)sigmas; /* true stamps have none */
    struct com_tim_subject s = {.lost = !is(&f[0], "delivered"),
                                .t_gen_known = !f[1].null,
                                .age_ns = f[1].null ? 0 : ns_of_ms(f[1].number),
                                .clock_unverified = f[2].bits != 0,
                                .rules = r};
    return com_tim(&s);
}

/* facts: fate, t_avail_ns, t_gen_claimed_ns, obs_age_ms, obs_age_sigma_ms. A message that
 * seems old and has no obs_age has a clock at fault. */
static struct label seen_timeliness(const struct parquet_value *f, const struct rules *r,
                                    double sigmas)
{
    double sigma_s = f[4].null ? 0.001 : f[4].number / 1e3;
    int64_t age_ns = (int64_t)(f[1].bits - f[2].bits);
    bool known = !f[1].null && !f[2].null && (age_ns < 0 || !f[3].null);
    struct com_tim_subject s = {.lost = !is(&f[0], "delivered"),
                                .t_gen_known = known,
                                .age_ns = age_ns + (int64_t)(sigmas * sigma_s * 1e9),
                                .sigma_s = sigma_s,
                                .rules = r};
    return com_tim(&s);
}

/* facts: aoi_ms, msg_uid, offset_sigma_ms */
static struct label link_state(const struct parquet_value *f, const struct rules *r,
                               double sigmas)
{
    double moved_ms = f[2].null ? 0 : sigmas * f[2].number;
    struct com_link_subject s = {
        .known = !f[0].null,
        .heard = !f[1].null,
        .aoi_ns = f[0].null ? 0 : ns_of_ms(f[0].number + moved_ms),
        .period_ns = com_link_period_ns(emission_uid_type(f[1].bits)),
        .rules = r,
    };
    return com_link(&s);
}

/* facts: required deceleration; null: nothing conflicts */
static struct label action(const struct parquet_value *f, const struct rules *r,
                           double sigmas)
{
    (void)sigmas;
    struct dec_act_subject s = {
        .known = true, .a_req_mps2 = f[0].null ? 0 : f[0].number, .rules = r};
    return dec_act(&s);
}

/* facts: sigma_ms, missing */
static struct label stamp_quality(const struct parquet_value *f, const struct rules *r,
                                  double sigmas)
{
    (void)sigmas; /* the bar itself is judged */
    struct syn_q_subject s = {.verified = !f[0].null,
                              .sigma_s = f[0].null ? -1e-9 : f[0].number / 1e3,
                              .complete = true,
                              .rules = r};
    return syn_q(&s);
}

static struct measure measured(const struct parquet_value *v)
{
    return v->null ? (struct measure){.status = MEASURE_NO_CONFLICT}
                   : (struct measure){.value = v->number, .status = MEASURE_VALID};
}

/* facts: t_contact_ns, censored, min_ttc_s, pet_s, max_a_req_mps2, outcome. The greatest
 * speed and the approach are no columns: both are taken as given where they cannot be
 * excluded, and a row that this does not reproduce is left alone. */
static struct label encounter_outcome(const struct parquet_value *f, const struct rules *r,
                                      double sigmas)
{
    (void)sigmas;
    struct enc_out_subject s = {
        .contact = !f[0].null,
        .censored = f[1].bits != 0,
        .min_ttc = measured(&f[2]),
        .pet = measured(&f[3]),
        .max_a_req = measured(&f[4]),
        .max_speed_mps = 1e3,
        .approached = rerule_leaf(AXIS_ENC_OUT, &f[5]) != LEAF_ENC_OUT_NONE,
        .rules = r,
    };
    return enc_out(&s);
}

const struct rerule_column rerule_columns[] = {
    {.table = "receptions",
     .column = "com_tim",
     .axis = AXIS_COM_TIM,
     .facts = {"fate", "age_ms", "clock_unverified"},
     .key_here = {"msg_uid", "receiver"},
     .key_labels = {"msg_uid", "ego"},
     .label = true_timeliness},
    {.table = "receptions",
     .column = "com_tim_obs",
     .axis = AXIS_COM_TIM,
     .facts = {"fate", "t_avail_ns", "t_gen_claimed_ns", "obs_age_ms", "obs_age_sigma_ms"},
     .has_sigma = true,
     .label = seen_timeliness},
    {.table = "tracks",
     .column = "com_link",
     .axis = AXIS_COM_LINK,
     .facts = {"aoi_ms", "msg_uid", "offset_sigma_ms"},
     .key_here = {"frame_uid", "msg_uid"},
     .key_labels = {"frame_uid", "msg_uid"},
     .provenance = "rule_obs",
     .has_sigma = true,
     .label = link_state},
    {.table = "tracks",
     .column = "gt_com_link",
     .axis = AXIS_COM_LINK,
     .facts = {"aoi_ms", "msg_uid", "offset_sigma_ms"},
     .key_here = {"frame_uid", "gt_sender"},
     .key_labels = {"frame_uid", "agent"},
     .provenance = "rule_gt",
     .label = link_state},
    {.table = "frames",
     .column = "sync_quality",
     .axis = AXIS_SYN_Q,
     .facts = {"sigma_ms"},
     .label = stamp_quality},
    {.table = "decisions",
     .column = "gt_act",
     .axis = AXIS_DEC_ACT,
     .facts = {"gt_a_req_mps2"},
     .label = action},
    {.table = "decisions",
     .column = "fused_act",
     .axis = AXIS_DEC_ACT,
     .facts = {"fused_a_req_mps2"},
     .label = action},
    {.table = "encounters",
     .column = "outcome",
     .axis = AXIS_ENC_OUT,
     .facts = {"t_contact_ns", "censored", "min_ttc_s", "pet_s", "max_a_req_mps2",
               "outcome"},
     .key_here = {"enc_id"},
     .key_labels = {"enc_id"},
     .label = encounter_outcome},
};
const size_t rerule_column_count = sizeof rerule_columns / sizeof rerule_columns[0];

uint16_t rerule_leaf(uint16_t axis, const struct parquet_value *text)
{
    const struct axis_info *info = &leaf_axes[axis];
    for (uint16_t i = 0; i < info->count; i++) {
        const struct leaf_info *leaf = &leaf_table[info->first + i];
        if (is(text, leaf->code) || is(text, leaf->name)) {
            return leaf->id;
        }
    }
    return LEAF_NONE;
}

int rerule_axis(const char *code)
{
    for (int i = 0; i < AXIS_COUNT; i++) {
        if (strcmp(leaf_axes[i].code, code) == 0) {
            return i;
        }
    }
    return -1;
}
