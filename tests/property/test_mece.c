/* SPDX-License-Identifier: Apache-2.0 */
/* For 50,000 random subjects of every axis that is computed: each gets exactly one leaf, of
 * that axis; every leaf of the axis is reached; a parent's count is the sum of its
 * children's. A failure prints the number of the subject. */
#include "base/draw.h"
#include "label/axes_act.h"
#include "label/axes_com.h"
#include "label/axes_dec.h"
#include "label/axes_int.h"
#include "label/axes_odd.h"
#include "label/axes_v2i.h"
#include "label/encounter.h"
#include "label/scene.h"
#include "label/window.h"
#include "tests/unit/test_label_help.h"

#define SUBJECTS     50000
#define PARENTS_MOST 128

/* The n-th draw of subject k. */
struct luck {
    uint64_t k, n;
};

static double between(struct luck *l, double least, double most)
{
    uint64_t bits = draw_bits(draw_key(2, DRAW_SAMPLE), l->k, l->n++);
    return least + (most - least) * draw_uniform(bits);
}

static bool heads(struct luck *l)
{
    return between(l, 0, 1) < 0.5;
}

static bool rarely(struct luck *l)
{
    return between(l, 0, 1) < 0.1;
}

static uint64_t one_of(struct luck *l, uint64_t count)
{
    return (uint64_t)between(l, 0, (double)count);
}

/* Mostly near the thresholds, at times far off, at times exactly on one. */
static double number(struct luck *l, double scale)
{
    static const double on[] = {0, 0.1, 0.2, 0.3, 0.5, 1, 1.5, 2, 3, 5};
    return rarely(l)   ? between(l, -100, 100) * scale
           : rarely(l) ? on[one_of(l, 10)]
                       : between(l, -0.2, 1) * scale;
}

static struct measure a_measure(struct luck *l, double scale)
{
    enum measure_status status = (enum measure_status)one_of(l, 5);
    return status == MEASURE_VALID ? measure_of(fabs(number(l, scale)))
                                   : measure_none(status);
}

static struct label of_com_tim(struct luck *l)
{
    struct com_tim_subject s = {.lost = rarely(l),
                                .t_gen_known = !rarely(l),
                                .clock_unverified = heads(l),
                                .age_ns = (int64_t)(number(l, 0.7) * 1e9),
                                .sigma_s = heads(l) ? 0 : between(l, 0, 0.012)};
    return com_tim(&s);
}

static struct label of_com_ord(struct luck *l)
{
    struct com_ord_subject s = {.available = !rarely(l),
                                .has_counter = !rarely(l),
                                .duplicate = rarely(l),
                                .older = rarely(l),
                                .id_rotated = heads(l),
                                .gap = (uint16_t)one_of(l, 3)};
    return com_ord(&s);
}

static struct label of_com_fate(struct luck *l)
{
    struct com_fate_subject s = {.known = !rarely(l),
                                 .suppressed = rarely(l) ? (uint8_t)one_of(l, 256) : 0,
                                 .fate = (uint8_t)one_of(l, 3),
                                 .cause = (uint8_t)one_of(l, CAUSE_COUNT + 3)};
    return com_fate(&s);
}

static struct label of_com_link(struct luck *l)
{
    struct com_link_subject s = {.known = !rarely(l),
                                 .departed = rarely(l),
                                 .out_of_range = rarely(l),
                                 .heard = !rarely(l),
                                 .aoi_ns = (int64_t)(number(l, 1.5) * 1e9),
                                 .period_ns = com_link_period_ns((uint8_t)one_of(l, 256))};
    return com_link(&s);
}

static struct label of_com_cbr(struct luck *l)
{
    return com_cbr(number(l, 1), NULL);
}

static struct label of_int_src(struct luck *l)
{
    struct int_src_subject s = {heads(l), heads(l), heads(l), heads(l),
                                heads(l), heads(l), heads(l)};
    return int_src(&s);
}

static struct label of_int_agree(struct luck *l)
{
    struct int_agree_subject s = {.link_good = !rarely(l),
                                  .matched = heads(l),
                                  .expected = heads(l),
                                  .missed = (uint32_t)one_of(l, 6),
                                  .d2 = between(l, 0, 13.8),
                                  .heading_known = heads(l),
                                  .speed_known = heads(l),
                                  .class_known = heads(l),
                                  .accel_known = heads(l),
                                  .dyaw_rad = between(l, -0.5, 0.5),
                                  .sigma_yaw_rad = between(l, 0, 0.2),
                                  .speed_mps = between(l, 0, 20),
                                  .dspeed_mps = number(l, 2),
                                  .sigma_speed_mps = between(l, 0, 1),
                                  .same_class = !rarely(l),
                                  .brake_odd_s = between(l, 0, 2)};
    return int_agree(&s);
}

static struct label of_int_mode(struct luck *l)
{
    struct int_mode_state memory = {0};
    struct int_mode_subject s = {.relevant = (uint32_t)one_of(l, 4),
                                 .sensors_alive = heads(l)};
    s.relevant_good = (uint32_t)one_of(l, s.relevant + 1);
    return int_mode(&memory, &s).label;
}

static struct label of_int_fault(struct luck *l)
{
    return int_fault(!rarely(l), (uint8_t)one_of(l, FAULT_COUNT + 3));
}

static struct label of_act_lon(struct luck *l)
{
    /* Three samples with memory, so that hysteresis takes part. */
    struct act_lon_state memory = {0};
    struct label label = {0};
    for (int i = 0; i < 3; i++) {
        struct act_lon_subject s = {.known = !rarely(l),
                                    .accel_known = !rarely(l),
                                    .speed_mps = number(l, 3),
                                    .accel_mps2 = between(l, -9, 4)};
        label = act_lon(&memory, &s, at_ms(i * 200));
    }
    return label;
}

static struct label of_act_lat(struct luck *l)
{
    struct act_lat_subject s = {.known = !rarely(l),
                                .vehicle = heads(l),
                                .map = heads(l),
                                .lane = heads(l),
                                .on_road = !rarely(l),
                                .turn = rarely(l) ? (int)one_of(l, 4) - 1 : 0,
                                .moves_aside_m = heads(l) ? 0 : between(l, -4, 4),
                                .turned_rad = heads(l) ? 0 : between(l, -3, 3),
                                .lateral_mps2 = between(l, -4, 4)};
    return act_lat(&s);
}

static struct label of_act_vru(struct luck *l)
{
    struct act_vru_subject s = {.vru = !rarely(l),
                                .rides = heads(l),
                                .map = !rarely(l),
                                .on_crosswalk = heads(l),
                                .kerb_m = between(l, -4, 6),
                                .kerb_mps = between(l, -2, 3),
                                .along_rad = between(l, -PI, PI),
                                .speed_mps = rarely(l) ? 0 : between(l, 0, 4),
                                .hidden_s = heads(l) ? -1 : between(l, 0, 5)};
    return act_vru(&s);
}

static struct kind_subject a_kind(struct luck *l)
{
    return (struct kind_subject){.kind = (enum sender_kind)one_of(l, KIND_COUNT + 1),
                                 .height_m = between(l, 0, 2),
                                 .length_m = between(l, 0, 3),
                                 .speed_mps = between(l, 0, 15),
                                 .other_device = rarely(l)};
}

static struct label of_vru_type(struct luck *l)
{
    struct kind_subject s = a_kind(l);
    return vru_type(&s);
}

static struct label of_veh_type(struct luck *l)
{
    struct kind_subject s = a_kind(l);
    return veh_type(&s);
}

static struct known_agent random_agent(struct luck *l, uint32_t index)
{
    double x = between(l, -90, 90), y = heads(l) ? between(l, -9, 9) : between(l, -90, 90);
    double yaw = heads(l) ? between(l, -0.3, 0.3) : between(l, -PI, PI);
    struct known_agent a =
        an_agent(index, index == 1 ? "a" : "b", (enum sender_kind)one_of(l, KIND_COUNT), x,
                 y, yaw, rarely(l) ? 0 : between(l, -5, 35));
    a.accel_mps2 = between(l, -9, 4);
    a.accel_known = heads(l);
    a.velocity_unknown = rarely(l) && rarely(l);
    a.sigma_m = between(l, 0, 3);
    a.off_carriageway = rarely(l);
    return a;
}

static struct rel_subject random_pair(struct luck *l)
{
    struct known_agent a = random_agent(l, 1), b = random_agent(l, 2);
    if (heads(l)) { /* near, so that all sectors are met */
        b.x_m = a.x_m + between(l, -25, 25);
        b.y_m = a.y_m + between(l, -8, 8);
    }
    if (rarely(l)) {
        b.vx_mps = a.vx_mps;
        b.vy_mps = a.vy_mps;
    }
    return rel_subject(&a, &b, heads(l) ? 0 : between(l, 2.5, 4));
}

static struct label of_rel_pos(struct luck *l)
{
    struct rel_subject s = random_pair(l);
    return rel_pos(&s);
}

static struct label of_rel_conf(struct luck *l)
{
    struct rel_subject s = random_pair(l);
    return rel_conf(&s);
}

static struct label of_rel_risk(struct luck *l)
{
    struct rel_subject s = random_pair(l);
    return rel_risk(&s);
}

static struct label of_n_conflicts(struct luck *l)
{
    static struct scene *scene;
    struct known_agent others[4];
    struct fail fail;
    if (scene == NULL) {
        assert_int_equal(scene_new(&scene, 1, 8, &fail), 0);
    }
    size_t count = one_of(l, 5);
    struct scene_ego ego = {.self = an_agent(0, "ego", KIND_CAR, 0, 0, 0, 15)};
    for (size_t i = 0; i < count; i++) {
        others[i] = random_agent(l, (uint32_t)i + 1);
    }
    ego.others[SCENE_FUSED] = others;
    ego.count[SCENE_FUSED] = count;
    struct scene_input in = {.egos = &ego, .ego_count = 1};
    scene_make(scene, &in);
    struct label label = scene_n_conflicts(scene);
    if (l->k + 1 == SUBJECTS) {
        scene_free(scene);
        scene = NULL;
    }
    return label;
}

static struct label of_dec_act(struct luck *l)
{
    struct dec_act_subject s = {.known = !rarely(l), .a_req_mps2 = fabs(number(l, 9))};
    return dec_act(&s);
}

static struct label of_dec_lane(struct luck *l)
{
    struct dec_lane_subject s = {.known = !rarely(l),
                                 .left_mps2 = fabs(number(l, 6)),
                                 .right_mps2 = fabs(number(l, 6))};
    return dec_lane(&s);
}

static struct label of_dec_hold(struct luck *l)
{
    struct dec_hold_subject s = {
        .known = !rarely(l), .stands = heads(l), .start_mps2 = fabs(number(l, 2))};
    return dec_hold(&s);
}

static struct label of_dec_degrade(struct luck *l)
{
    return dec_degrade((uint16_t)(LEAF_INT_MODE_BLIND + one_of(l, 6)));
}

static struct label of_dec_basis(struct luck *l)
{
    uint16_t act[4];
    for (int i = 0; i < 4; i++) {
        uint64_t step = rarely(l) ? 0 : 1 + one_of(l, 6);
        act[i] = (uint16_t)(LEAF_DEC_ACT_UNKNOWN + step);
    }
    struct dec_basis_subject s = {act[0], act[1], act[2], act[3]};
    return dec_basis(&s);
}

static struct label of_enc_out(struct luck *l)
{
    struct enc_out_subject s = {.contact = rarely(l),
                                .censored = rarely(l),
                                .min_ttc = a_measure(l, 8),
                                .pet = a_measure(l, 4),
                                .max_a_req = a_measure(l, 8),
                                .max_speed_mps = between(l, 0, 10),
                                .approached = heads(l)};
    return enc_out(&s);
}

static struct label of_enc_evasive(struct luck *l)
{
    bool ego = heads(l), other = heads(l);
    return enc_evasive(ego, other);
}

static struct enc_doing a_doing(struct luck *l)
{
    return (struct enc_doing){.speed_mps = rarely(l) ? 0 : between(l, -2, 20),
                              .accel_mps2 = between(l, -4, 2),
                              .turned_rad = heads(l) ? 0 : between(l, -2, 2),
                              .changes_lane = rarely(l),
                              .control_lost = rarely(l),
                              .ran_red = rarely(l)};
}

static struct enc_kind_subject a_meeting(struct luck *l)
{
    return (struct enc_kind_subject){.outcome =
                                         (uint16_t)(LEAF_ENC_OUT_COLLISION + one_of(l, 7)),
                                     .ego_kind = rarely(l) ? KIND_CYCLIST : KIND_CAR,
                                     .other_kind = (enum sender_kind)one_of(l, KIND_COUNT),
                                     .ego = a_doing(l),
                                     .other = a_doing(l),
                                     .dyaw_rad = heads(l)   ? between(l, -PI, PI)
                                                 : heads(l) ? 0
                                                            : PI,
                                     .s_m = between(l, -30, 60),
                                     .y_m = between(l, -5, 5),
                                     .signalised = heads(l),
                                     .hidden_s = heads(l) ? -1 : between(l, 0, 4),
                                     .door = rarely(l),
                                     .told = rarely(l) ? (int)one_of(l, 40) : 0};
}

static struct label of_enc_pcs(struct luck *l)
{
    struct enc_kind_subject s = a_meeting(l);
    return enc_pcs(&s);
}

static struct label of_enc_ncap(struct luck *l)
{
    struct enc_kind_subject s = a_meeting(l);
    return enc_ncap(&s);
}

static struct label of_seq_out(struct luck *l)
{
    struct seq_out_subject s = {
        .worst = (uint16_t)(heads(l)   ? LEAF_NONE
                            : heads(l) ? LEAF_ENC_OUT_COLLISION
                                       : LEAF_ENC_OUT_COLLISION + one_of(l, 7)),
        .complete = heads(l),
        .to_event_s = between(l, 0, 5)};
    return seq_out(&s);
}

static struct v2i_approach an_approach(struct luck *l)
{
    return (struct v2i_approach){.data = !rarely(l),
                                 .valid = !rarely(l),
                                 .phase = (enum phase)one_of(l, PHASE_COUNT),
                                 .least_left_s = number(l, 12),
                                 .most_left_s = number(l, 12),
                                 .distance_m = between(l, -0.5, 120),
                                 .speed_mps = rarely(l) ? 0 : between(l, 0, 25),
                                 .braking = heads(l),
                                 .limit_mps = heads(l) ? 0 : 14,
                                 .clear_m = between(l, 10, 30)};
}

static struct v2i_spd_subject an_advice(struct luck *l)
{
    return (struct v2i_spd_subject){.advice = !rarely(l),
                                    .speed_mps = between(l, 0, 30),
                                    .advice_mps = between(l, 0, 20),
                                    .distance_m = between(l, -1, 200)};
}

static struct label of_v2i_sig(struct luck *l)
{
    struct v2i_approach a = an_approach(l);
    return v2i_sig(&a);
}

static struct label of_v2i_spd(struct luck *l)
{
    struct v2i_spd_subject s = an_advice(l);
    return v2i_spd(&s);
}

static struct label of_v2i_haz(struct luck *l)
{
    enum v2i_hazard hazard = (enum v2i_hazard)one_of(l, HAZARD_OTHER + 1);
    return v2i_haz(hazard, heads(l));
}

static struct label of_v2i_cmp(struct luck *l)
{
    struct v2i_cmp_subject s = {.due = !rarely(l),
                                .impossible = rarely(l),
                                .stopped = heads(l),
                                .began = heads(l),
                                .reaction_s = between(l, 0, 3),
                                .spare_s = between(l, -2, 2),
                                .reduced = between(l, 0, 1)};
    return v2i_cmp(&s);
}

/* A host with a lead and another one around it, so that every rule is met. */
static struct label an_app(struct luck *l, int which)
{
    struct rel_subject s = random_pair(l);
    struct app_subject a = {.host = {.known = !rarely(l),
                                     .turns_left = heads(l),
                                     .turn_in_m = between(l, -1, 40),
                                     .moves_aside_m = heads(l) ? 0 : between(l, -4, 4),
                                     .limit_mps = heads(l) ? 0 : 25},
                            .around = {.lead = heads(l),
                                       .lead_index = heads(l) ? 2 : 3,
                                       .lead_s_m = between(l, 5, 60),
                                       .slow = heads(l),
                                       .slow_s_m = between(l, -5, 60),
                                       .slow_gap_m = between(l, 0, 60),
                                       .slow_mps = between(l, 0, 25),
                                       .slow_length_m = 5},
                            .sensor_only = rarely(l),
                            .hidden = heads(l),
                            .events = (uint16_t)(heads(l) ? 0 : one_of(l, 65536)),
                            .other = 2};
    if (which == APP_FCW && heads(l)) {
        app_around_take(&a.around, &s, 2);
    }
    return app_pair(&s, &a).by[which];
}

#define OF_APP(name, which)                                                                \
    static struct label of_app_##name(struct luck *l)                                      \
    {                                                                                      \
        return an_app(l, which);                                                           \
    }
OF_APP(eebl, APP_EEBL)
OF_APP(fcw, APP_FCW)
OF_APP(bsw, APP_BSW)
OF_APP(lcw, APP_LCW)
OF_APP(dnpw, APP_DNPW)
OF_APP(ima, APP_IMA)
OF_APP(lta, APP_LTA)
OF_APP(clw, APP_CLW)
OF_APP(pcw, APP_PCW)

static struct label of_app_rlvw(struct luck *l)
{
    struct v2i_approach a = an_approach(l);
    return app_rlvw(&a);
}

static struct label of_app_glosa(struct luck *l)
{
    struct v2i_approach a = an_approach(l);
    return app_glosa(&a);
}

static struct label of_app_csw(struct luck *l)
{
    struct v2i_spd_subject s = an_advice(l);
    return app_csw(&s);
}

static struct label of_deg_tier(struct luck *l)
{
    static const double losses[] = {0, 0.01, 0.05, 0.15, 0.3, 0.7};
    static const double medians[] = {0, 20, 50, 100, 200, 400};
    uint64_t near = one_of(l, 6);
    struct deg_tier_subject s = {.known = !rarely(l),
                                 .latency_ms =
                                     heads(l) ? medians[near] : between(l, 0, 600),
                                 .loss = heads(l) ? losses[near] : between(l, 0, 1)};
    return deg_tier(&s);
}

static struct label of_odd_weather(struct luck *l)
{
    static const char *const told[] = {"clear", "cloudy", "rain", "fog",
                                       "snow",  "hail",   NULL};
    return odd_weather(told[one_of(l, 7)]);
}

static struct label of_odd_light(struct luck *l)
{
    static const char *const told[] = {"day", "dusk", "night", "night_lit", NULL};
    return odd_light(told[one_of(l, 5)]);
}

static struct label of_odd_road(struct luck *l)
{
    struct odd_road_subject s = {
        .known = !rarely(l), .parking = rarely(l), .limit_mps = between(l, 2, 36)};
    return odd_road(&s);
}

static struct label of_odd_junction(struct luck *l)
{
    struct odd_junction_subject s = {!rarely(l), rarely(l), rarely(l),
                                     rarely(l),  rarely(l), heads(l)};
    return odd_junction(&s);
}

static struct label of_odd_density(struct luck *l)
{
    return odd_density(between(l, 0, 80), NULL);
}

static struct label of_syn_q(struct luck *l)
{
    struct syn_q_subject s = {.verified = !rarely(l),
                              .sigma_s = fabs(number(l, 0.008)),
                              .complete = !rarely(l),
                              .out_of_bound = rarely(l),
                              .fault = rarely(l)};
    return syn_q(&s);
}

typedef struct label one_label(struct luck *l);
static one_label *const axes[AXIS_COUNT] = {
    [AXIS_COM_TIM] = of_com_tim,
    [AXIS_COM_ORD] = of_com_ord,
    [AXIS_COM_FATE] = of_com_fate,
    [AXIS_COM_LINK] = of_com_link,
    [AXIS_COM_CBR] = of_com_cbr,
    [AXIS_INT_SRC] = of_int_src,
    [AXIS_INT_AGREE] = of_int_agree,
    [AXIS_INT_MODE] = of_int_mode,
    [AXIS_INT_FAULT] = of_int_fault,
    [AXIS_ACT_LON] = of_act_lon,
    [AXIS_ACT_LAT] = of_act_lat,
    [AXIS_ACT_VRU] = of_act_vru,
    [AXIS_VRU_TYPE] = of_vru_type,
    [AXIS_VEH_TYPE] = of_veh_type,
    [AXIS_REL_POS] = of_rel_pos,
    [AXIS_REL_CONF] = of_rel_conf,
    [AXIS_REL_RISK] = of_rel_risk,
    [AXIS_SCN_N_CONFLICTS] = of_n_conflicts,
    [AXIS_DEC_ACT] = of_dec_act,
    [AXIS_DEC_LANE] = of_dec_lane,
    [AXIS_DEC_HOLD] = of_dec_hold,
    [AXIS_DEC_DEGRADE] = of_dec_degrade,
    [AXIS_DEC_BASIS] = of_dec_basis,
    [AXIS_ENC_OUT] = of_enc_out,
    [AXIS_ENC_EVASIVE] = of_enc_evasive,
    [AXIS_ENC_PCS] = of_enc_pcs,
    [AXIS_ENC_NCAP] = of_enc_ncap,
    [AXIS_SEQ_OUT] = of_seq_out,
    [AXIS_V2I_SIG] = of_v2i_sig,
    [AXIS_V2I_SPD] = of_v2i_spd,
    [AXIS_V2I_HAZ] = of_v2i_haz,
    [AXIS_V2I_CMP] = of_v2i_cmp,
    [AXIS_APP_EEBL] = of_app_eebl,
    [AXIS_APP_FCW] = of_app_fcw,
    [AXIS_APP_BSW] = of_app_bsw,
    [AXIS_APP_LCW] = of_app_lcw,
    [AXIS_APP_DNPW] = of_app_dnpw,
    [AXIS_APP_IMA] = of_app_ima,
    [AXIS_APP_LTA] = of_app_lta,
    [AXIS_APP_CLW] = of_app_clw,
    [AXIS_APP_PCW] = of_app_pcw,
    [AXIS_APP_RLVW] = of_app_rlvw,
    [AXIS_APP_GLOSA] = of_app_glosa,
    [AXIS_APP_CSW] = of_app_csw,
    [AXIS_DEG_TIER] = of_deg_tier,
    [AXIS_ODD_WEATHER] = of_odd_weather,
    [AXIS_ODD_LIGHT] = of_odd_light,
    [AXIS_ODD_ROAD] = of_odd_road,
    [AXIS_ODD_JUNCTION] = of_odd_junction,
    [AXIS_ODD_DENSITY] = of_odd_density,
    [AXIS_SYN_Q] = of_syn_q,
};

static uint32_t counts[AXIS_COUNT][LEAF_ID_MOST + 1];

/* Every prefix of the codes met, counted as they come. */
static struct {
    char code[64];
    uint32_t count;
} parents[PARENTS_MOST];
static size_t parent_count;

static void count_parents(const char *code)
{
    for (const char *dot = strchr(code, '.'); dot != NULL; dot = strchr(dot + 1, '.')) {
        size_t length = (size_t)(dot - code), i = 0;
        while (i < parent_count && (strlen(parents[i].code) != length ||
                                    strncmp(parents[i].code, code, length) != 0)) {
            i++;
        }
        assert_true(i < PARENTS_MOST && length < sizeof parents[i].code);
        if (i == parent_count) {
            memcpy(parents[i].code, code, length);
            parent_count++;
        }
        parents[i].count++;
    }
}

static void every_computed_axis_is_tried_and_no_other(void **state)
{
    (void)state;
    for (int axis = 0; axis < AXIS_COUNT; axis++) {
        bool computed = leaf_table[leaf_axes[axis].first].implemented;
        if (computed != (axes[axis] != NULL)) {
            print_error("%s\n", leaf_axes[axis].code);
        }
        assert_int_equal(axes[axis] != NULL, computed);
    }
}

static void every_subject_has_exactly_one_leaf_of_its_axis(void **state)
{
    (void)state;
    for (int axis = 0; axis < AXIS_COUNT; axis++) {
        for (uint64_t k = 0; axes[axis] != NULL && k < SUBJECTS; k++) {
            struct luck l = {k, (uint64_t)axis << 32}, again = l;
            struct label label = axes[axis](&l);
            if (leaf_axis(label.leaf) != axis) {
                print_error("%s: subject %llu has leaf %u\n", leaf_axes[axis].code,
                            (unsigned long long)k, label.leaf);
            }
            assert_int_equal(leaf_axis(label.leaf), axis);
            assert_true(isfinite(label.value) && isfinite(label.margin));
            if (k + 1 < SUBJECTS) {
                assert_int_equal(axes[axis](&again).leaf, label.leaf);
            }
            counts[axis][label.leaf]++;
            count_parents(leaf_code(label.leaf));
        }
    }
}

static void the_leaves_of_an_axis_add_up_to_its_subjects(void **state)
{
    (void)state;
    for (int axis = 0; axis < AXIS_COUNT; axis++) {
        uint64_t sum = 0;
        for (int i = 0; axes[axis] != NULL && i < leaf_axes[axis].count; i++) {
            sum += counts[axis][leaf_table[leaf_axes[axis].first + i].id];
        }
        assert_int_equal(sum, axes[axis] != NULL ? SUBJECTS : 0);
    }
}

static void every_leaf_of_a_computed_axis_is_reached(void **state)
{
    (void)state;
    int missing = 0;
    for (size_t i = 0; i < LEAF_COUNT; i++) {
        const struct leaf_info *l = &leaf_table[i];
        if (l->implemented && counts[l->axis][l->id] == 0) {
            print_error("not reached: %s\n", l->code);
            missing++;
        }
    }
    assert_int_equal(missing, 0);
}

static void a_parent_counts_what_its_children_count(void **state)
{
    (void)state;
    bool late = false;
    for (size_t p = 0; p < parent_count; p++) {
        size_t length = strlen(parents[p].code);
        uint64_t sum = 0;
        for (size_t i = 0; i < LEAF_COUNT; i++) {
            const struct leaf_info *l = &leaf_table[i];
            if (strncmp(l->code, parents[p].code, length) == 0 && l->code[length] == '.') {
                sum += counts[l->axis][l->id];
            }
        }
        assert_int_equal(sum, parents[p].count);
        late = late || strcmp(parents[p].code, "com.tim.late") == 0;
    }
    assert_true(late);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_computed_axis_is_tried_and_no_other),
        cmocka_unit_test(every_subject_has_exactly_one_leaf_of_its_axis),
        cmocka_unit_test(the_leaves_of_an_axis_add_up_to_its_subjects),
        cmocka_unit_test(every_leaf_of_a_computed_axis_is_reached),
        cmocka_unit_test(a_parent_counts_what_its_children_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
