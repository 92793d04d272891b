/* SPDX-License-Identifier: Apache-2.0 */
/* The axes of messages, links, objects, frames and agents, at and beside their thresholds,
 * in the order of their rules; and the row that a label becomes. */
#include "label/axes_act.h"
#include "label/axes_com.h"
#include "label/axes_int.h"
#include "tests/unit/test_label_help.h"

#define US INT64_C(1000)
#define MS INT64_C(1000000)

static struct label timeliness(int64_t age_us, double sigma_s)
{
    struct com_tim_subject s = {
        .t_gen_known = true, .age_ns = age_us * US, .sigma_s = sigma_s};
    return com_tim(&s);
}

static void timeliness_changes_just_above_each_threshold(void **state)
{
    (void)state;
    static const struct {
        int64_t age_us;
        const char *code;
    } rows[] = {{0, "com.tim.ontime"},       {99900, "com.tim.ontime"},
                {100000, "com.tim.ontime"},  {100100, "com.tim.late.l1"},
                {200000, "com.tim.late.l1"}, {200100, "com.tim.late.l2"},
                {300000, "com.tim.late.l2"}, {300100, "com.tim.late.l3"},
                {500000, "com.tim.late.l3"}, {500100, "com.tim.stale"},
                {9000000, "com.tim.stale"},  {-900, "com.tim.ontime"},
                {-1100, "com.tim.future"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        is_leaf(timeliness(rows[i].age_us, 0).leaf, rows[i].code);
    }
}

static void an_age_below_the_clock_noise_is_no_future(void **state)
{
    (void)state;
    is_leaf(timeliness(-14000, 0.005).leaf, "com.tim.ontime"); /* 3 sigma = 15 ms */
    is_leaf(timeliness(-16000, 0.005).leaf, "com.tim.future");
    is_leaf(timeliness(50000, 0.0101).leaf, "com.tim.unknown");
    is_leaf(timeliness(50000, 0.0099).leaf, "com.tim.ontime");
    struct com_tim_subject lost = {.lost = true, .t_gen_known = false};
    is_leaf(com_tim(&lost).leaf, "com.tim.lost");
    lost.lost = false;
    is_leaf(com_tim(&lost).leaf, "com.tim.unknown");
}

static void the_margin_is_signed_and_near_a_threshold_it_is_a_boundary(void **state)
{
    (void)state;
    struct label late = timeliness(105000, 0.005), fine = timeliness(95000, 0);
    near_to(late.value, 0.105, 1e-12);
    near_to(late.margin, 0.005, 1e-12);
    near_to(fine.margin, -0.005, 1e-12);
    assert_true((late.flags & LABEL_BOUNDARY) != 0);
    assert_true((timeliness(150000, 0).flags & LABEL_BOUNDARY) == 0);
    near_to(label_confidence(&late), 0.8413, 1e-4); /* Phi(1) */
    near_to(label_confidence(&fine), 1, 0);
}

static void order_is_decided_in_the_order_of_its_rules(void **state)
{
    (void)state;
    struct com_ord_subject s = {.available = true, .has_counter = true};
    is_leaf(com_ord(&s).leaf, "com.ord.in_order");
    s.gap = 3;
    is_leaf(com_ord(&s).leaf, "com.ord.gap_before");
    near_to(com_ord(&s).value, 3, 0);
    s.id_rotated = true; /* the counter starts anew */
    is_leaf(com_ord(&s).leaf, "com.ord.in_order");
    s.older = true;
    is_leaf(com_ord(&s).leaf, "com.ord.out_of_order");
    s.duplicate = true;
    is_leaf(com_ord(&s).leaf, "com.ord.duplicate");
    s.has_counter = false;
    is_leaf(com_ord(&s).leaf, "com.ord.unknown");
    s.available = false;
    is_leaf(com_ord(&s).leaf, "com.ord.unknown");
}

static void the_message_count_wraps_from_127_to_0(void **state)
{
    (void)state;
    assert_int_equal(com_ord_gap(127, 0), 0);
    assert_int_equal(com_ord_gap(126, 0), 1);
    assert_int_equal(com_ord_gap(5, 9), 3);
    assert_int_equal(com_ord_gap(9, 9), 127);
}

static void every_cause_of_a_loss_has_its_leaf(void **state)
{
    (void)state;
    static const char *const leaves[CAUSE_COUNT] = {
        [CAUSE_OUT_OF_RANGE] = "com.fate.lost_range",
        [CAUSE_SENSITIVITY] = "com.fate.lost_range",
        [CAUSE_COVERAGE] = "com.fate.lost_range",
        [CAUSE_OBSTRUCTION] = "com.fate.lost_shadow",
        [CAUSE_FADING] = "com.fate.lost_random",
        [CAUSE_RANDOM] = "com.fate.lost_random",
        [CAUSE_COLLISION_HIDDEN] = "com.fate.lost_collision",
        [CAUSE_COLLISION_SAME_SLOT] = "com.fate.lost_collision",
        [CAUSE_COLLISION_RESOURCE] = "com.fate.lost_collision",
        [CAUSE_HALF_DUPLEX] = "com.fate.lost_collision",
        [CAUSE_RX_BUSY] = "com.fate.lost_collision",
        [CAUSE_BURST] = "com.fate.lost_burst",
        [CAUSE_DROPOUT] = "com.fate.lost_burst",
        [CAUSE_HANDOVER] = "com.fate.lost_handover",
        [CAUSE_SERVER] = "com.fate.queue_drop",
        [CAUSE_RX_QUEUE] = "com.fate.queue_drop",
        [CAUSE_CORRUPTED] = "com.fate.rejected_decode",
        [CAUSE_SECURITY] = "com.fate.rejected_security",
    };
    struct com_fate_subject s = {.known = true, .fate = FATE_LOST};
    for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
        const char *leaf = leaves[cause];
        if (leaf == NULL) { /* the one cause that nobody injected */
            assert_string_equal(kinds_cause[cause], "unknown");
            leaf = "com.fate.unknown";
        }
        s.cause = (uint8_t)cause;
        is_leaf(com_fate(&s).leaf, leaf);
    }
    s.cause = CAUSE_NONE;
    is_leaf(com_fate(&s).leaf, "com.fate.unknown");
    s.fate = FATE_DELIVERED;
    is_leaf(com_fate(&s).leaf, "com.fate.delivered");
    s.known = false; /* a gap of a capture */
    is_leaf(com_fate(&s).leaf, "com.fate.unknown");
    for (int why = SUPPRESSED_NONE + 1; why < SUPPRESSED_COUNT; why++) {
        s.suppressed = (uint8_t)why;
        is_leaf(com_fate(&s).leaf, "com.fate.not_sent");
    }
}

static void a_fate_record_gets_its_three_leaves(void **state)
{
    (void)state;
    struct fate f = {.fate = FATE_DELIVERED,
                     .t_gen_ns = 1000 * MS,
                     .t_avail_ns = 1250 * MS,
                     .flags = FATE_REORDERED,
                     .valid = FATE_HAS_T_GEN | FATE_HAS_T_AVAIL};
    com_label_fate(&f, true, false);
    is_leaf(f.com_tim, "com.tim.late.l2");
    is_leaf(f.com_ord, "com.ord.out_of_order");
    is_leaf(f.com_fate, "com.fate.delivered");
    f = (struct fate){.fate = FATE_LOST, .cause = CAUSE_BURST, .valid = FATE_HAS_T_GEN};
    com_label_fate(&f, true, false);
    is_leaf(f.com_tim, "com.tim.lost");
    is_leaf(f.com_ord, "com.ord.unknown");
    is_leaf(f.com_fate, "com.fate.lost_burst");
}

static void a_link_ages_by_multiples_of_its_interval(void **state)
{
    (void)state;
    static const struct {
        int64_t aoi_us;
        const char *code;
    } rows[] = {
        {0, "com.link.fresh"},     {200000, "com.link.fresh"}, /* 1.5 T + 50 ms */
        {200100, "com.link.aged"}, {300000, "com.link.aged"},    {300100, "com.link.gap"},
        {1000000, "com.link.gap"}, {1000100, "com.link.dropout"}};
    struct com_link_subject s = {
        .known = true, .heard = true, .period_ns = com_link_period_ns(MSG_BSM)};
    assert_int_equal(s.period_ns, 100 * MS);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        s.aoi_ns = rows[i].aoi_us * US;
        struct label label = com_link(&s);
        is_leaf(label.leaf, rows[i].code);
        assert_int_equal(com_link_good(label.leaf), rows[i].aoi_us <= 300000);
    }
    s.period_ns = com_link_period_ns(MSG_MAP);
    assert_int_equal(s.period_ns, 1000 * MS);
    s.aoi_ns = 1500 * MS;
    is_leaf(com_link(&s).leaf, "com.link.fresh");
    s.known = false;
    is_leaf(com_link(&s).leaf, "com.link.unknown");
    s.heard = false;
    is_leaf(com_link(&s).leaf, "com.link.never_heard");
    s.out_of_range = true;
    is_leaf(com_link(&s).leaf, "com.link.out_of_range");
    s.departed = true;
    is_leaf(com_link(&s).leaf, "com.link.departed");
}

static void channel_load_has_four_bands(void **state)
{
    (void)state;
    is_leaf(com_cbr(-1, NULL).leaf, "com.cbr.unknown");
    is_leaf(com_cbr(0.29, NULL).leaf, "com.cbr.idle");
    is_leaf(com_cbr(0.3, NULL).leaf, "com.cbr.active");
    is_leaf(com_cbr(0.6, NULL).leaf, "com.cbr.congested");
    is_leaf(com_cbr(0.8, NULL).leaf, "com.cbr.congested");
    is_leaf(com_cbr(0.81, NULL).leaf, "com.cbr.saturated");
}

static void sources_follow_the_table(void **state)
{
    (void)state;
    /* equipment known, equipped, heard before, link good, sensed, line of sight, truth */
    static const struct {
        struct int_src_subject s;
        const char *code;
    } rows[] = {
        {{true, true, true, true, true, true, true}, "int.src.both"},
        {{true, true, true, true, false, false, true}, "int.src.v2x_only_nlos"},
        {{true, true, true, true, false, true, true}, "int.src.v2x_only_sensor_miss"},
        {{true, true, true, false, true, true, true}, "int.src.sensor_only_dropout"},
        {{true, true, false, false, true, true, true}, "int.src.sensor_only_never_heard"},
        {{true, false, false, false, true, true, true}, "int.src.sensor_only_unequipped"},
        {{true, true, false, false, false, true, true}, "int.src.none"},
        {{true, false, false, false, false, false, true}, "int.src.none"},
        {{true, true, true, false, false, false, true}, "int.src.none"},
        {{false, false, false, false, true, false, false}, "int.src.unknown"},
        {{false, true, true, true, false, false, false}, "int.src.unknown"},
        {{false, false, true, false, true, false, false}, "int.src.sensor_only_dropout"},
        {{false, false, true, true, true, false, false}, "int.src.both"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        is_leaf(int_src(&rows[i].s).leaf, rows[i].code);
    }
}

static struct int_mode_subject mode_at(int64_t ms, uint32_t relevant, uint32_t good,
                                       bool sensors)
{
    return (struct int_mode_subject){.relevant = relevant,
                                     .relevant_good = good,
                                     .sensors_alive = sensors,
                                     .t = at_ms(ms),
                                     .t_last_good = at_ms(ms - 40),
                                     .has_last_good = good > 0};
}

static void modes_follow_links_and_sensors(void **state)
{
    (void)state;
    static const struct {
        uint32_t relevant, good;
        bool sensors;
        const char *code;
    } rows[] = {
        {3, 3, true, "int.mode.coop_full"},   {3, 2, true, "int.mode.coop_partial"},
        {3, 0, true, "int.mode.sensor_only"}, {0, 0, true, "int.mode.nothing_relevant"},
        {3, 1, false, "int.mode.v2x_only"},   {3, 0, false, "int.mode.blind"},
        {0, 0, false, "int.mode.blind"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct int_mode_subject s =
            mode_at(0, rows[i].relevant, rows[i].good, rows[i].sensors);
        is_leaf(int_mode_raw(&s).leaf, rows[i].code);
    }
}

static void a_mode_is_entered_after_0_3_s_with_the_last_good_message(void **state)
{
    (void)state;
    struct int_mode_state memory = {0};
    struct int_mode_subject s = mode_at(0, 2, 2, true);
    struct int_mode_result r = int_mode(&memory, &s);
    is_leaf(r.label.leaf, "int.mode.coop_full");
    assert_true(r.changed && r.left == LEAF_NONE);
    for (int64_t ms = 100; ms <= 300; ms += 100) { /* the fallback begins at 100 */
        s = mode_at(ms, 2, 0, true);
        s.t_last_good = at_ms(60);
        s.has_last_good = true;
        r = int_mode(&memory, &s);
        is_leaf(r.label.leaf, "int.mode.coop_full");
        assert_false(r.changed);
    }
    s.t = at_ms(400);
    r = int_mode(&memory, &s);
    is_leaf(r.label.leaf, "int.mode.sensor_only");
    assert_true(r.changed);
    is_leaf(r.left, "int.mode.coop_full");
    assert_true(r.t_entered.ns == at_ms(400).ns);
    assert_true(r.has_last_good && r.t_last_good.ns == at_ms(60).ns);
    /* One good frame in between is no recovery, and the count starts again. */
    s = mode_at(500, 2, 2, true);
    assert_false(int_mode(&memory, &s).changed);
    s = mode_at(600, 2, 0, true);
    r = int_mode(&memory, &s);
    assert_false(r.changed);
    assert_true(r.t_last_good.ns == at_ms(60).ns);
    for (int64_t ms = 700; ms <= 900; ms += 100) {
        s = mode_at(ms, 2, 2, true);
        assert_false(int_mode(&memory, &s).changed);
    }
    s = mode_at(1000, 2, 2, true);
    r = int_mode(&memory, &s);
    assert_true(r.changed);
    is_leaf(r.left, "int.mode.sensor_only");
    is_leaf(r.label.leaf, "int.mode.coop_full");
}

static void every_injected_fault_has_the_leaf_of_its_name(void **state)
{
    (void)state;
    for (int fault = 0; fault < FAULT_COUNT; fault++) {
        assert_string_equal(leaf_name(int_fault(true, (uint8_t)fault).leaf),
                            kinds_fault[fault]);
    }
    is_leaf(int_fault(false, FAULT_NONE).leaf, "int.fault.unknown");
    is_leaf(int_fault(true, 200).leaf, "int.fault.unknown");
}

static void synchronization_is_judged_by_uncertainty(void **state)
{
    (void)state;
    struct syn_q_subject s = {.verified = true, .sigma_s = 0.001, .complete = true};
    is_leaf(syn_q(&s).leaf, "syn.q.ok");
    s.complete = false;
    is_leaf(syn_q(&s).leaf, "syn.q.degraded");
    s = (struct syn_q_subject){.verified = true, .sigma_s = 0.0011, .complete = true};
    is_leaf(syn_q(&s).leaf, "syn.q.degraded");
    s.sigma_s = 0.0051;
    is_leaf(syn_q(&s).leaf, "syn.q.fail");
    s.verified = false;
    is_leaf(syn_q(&s).leaf, "syn.q.unverified");
    assert_true((syn_q(&s).flags & LABEL_CLOCK_UNVERIFIED) != 0);
    s.fault = true;
    is_leaf(syn_q(&s).leaf, "syn.q.fail");
}

static struct act_lon_subject moving(double v, double a)
{
    return (struct act_lon_subject){
        .known = true, .accel_known = true, .speed_mps = v, .accel_mps2 = a};
}

static void longitudinal_actions_change_at_their_accelerations(void **state)
{
    (void)state;
    static const struct {
        double v, a;
        const char *name;
    } rows[] = {{0.29, -8, "standstill"},      {-0.29, 0, "standstill"},
                {-0.3, 0, "reversing"},        {10, -6, "brake_emergency"},
                {10, -5.99, "brake_hard"},     {10, -3.92, "brake_hard"},
                {10, -3.91, "brake_moderate"}, {10, -2, "brake_moderate"},
                {10, -1.99, "decel_mild"},     {10, -0.5, "decel_mild"},
                {10, -0.49, "steady"},         {10, 0.49, "steady"},
                {10, 0.5, "accel_mild"},       {10, 1.99, "accel_mild"},
                {10, 2, "accel_hard"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct act_lon_subject s = moving(rows[i].v, rows[i].a);
        assert_string_equal(leaf_name(act_lon_raw(&s).leaf), rows[i].name);
    }
    struct act_lon_subject s = {.known = true, .speed_mps = 10};
    is_leaf(act_lon_raw(&s).leaf, "act.lon.unknown");
    s.known = false;
    is_leaf(act_lon_raw(&s).leaf, "act.lon.unknown");
}

static uint16_t act_after(struct act_lon_state *memory, int64_t ms, double v, double a)
{
    struct act_lon_subject s = moving(v, a);
    return act_lon(memory, &s, at_ms(ms)).leaf;
}

static void a_brake_at_10_hz_is_no_flicker(void **state)
{
    (void)state;
    struct act_lon_state memory = {0};
    is_leaf(act_after(&memory, 0, 20, 0), "act.lon.steady");
    is_leaf(act_after(&memory, 100, 20, -4.5), "act.lon.steady"); /* one noisy sample */
    is_leaf(act_after(&memory, 200, 20, 0), "act.lon.steady");
    for (int64_t ms = 300; ms < 600; ms += 100) {
        is_leaf(act_after(&memory, ms, 20, -4.5), "act.lon.steady");
    }
    is_leaf(act_after(&memory, 600, 20, -4.5), "act.lon.brake_hard");
    assert_true(memory.since.ns == at_ms(600).ns);
}

static void a_band_is_left_only_beyond_its_hysteresis(void **state)
{
    (void)state;
    struct act_lon_state memory = {0};
    is_leaf(act_after(&memory, 0, 20, -4.0), "act.lon.brake_hard");
    for (int64_t ms = 100; ms <= 2000; ms += 100) { /* -3.92 + 0.3 = -3.62 */
        is_leaf(act_after(&memory, ms, 20, -3.65), "act.lon.brake_hard");
    }
    for (int64_t ms = 2100; ms < 2400; ms += 100) {
        is_leaf(act_after(&memory, ms, 20, -3.55), "act.lon.brake_hard");
    }
    is_leaf(act_after(&memory, 2400, 20, -3.55), "act.lon.brake_moderate");
    /* Creeping at 0.35 m/s is still the standstill it was. */
    memory = (struct act_lon_state){0};
    is_leaf(act_after(&memory, 0, 0, 0), "act.lon.standstill");
    is_leaf(act_after(&memory, 1000, 0.35, 0), "act.lon.standstill");
    is_leaf(act_after(&memory, 2000, 0.39, 0), "act.lon.standstill");
    is_leaf(act_after(&memory, 3000, 0.5, 0), "act.lon.standstill");
    is_leaf(act_after(&memory, 3300, 0.5, 0), "act.lon.steady");
}

static struct label_key a_key(void)
{
    return (struct label_key){.scenario_id = "crossing",
                              .world_id = "w1",
                              .run_key = label_run_key(7, "crossing"),
                              .subject_key = label_subject(42, 3),
                              .has_msg = true,
                              .msg_uid = 42,
                              .ego = "ego",
                              .t_start = at_ms(0),
                              .t_end = at_ms(1000),
                              .t_avail = at_ms(105),
                              .provenance = PROVENANCE_RULE_GT};
}

static void a_row_carries_version_rule_margin_and_when_it_was_known(void **state)
{
    (void)state;
    struct label label = timeliness(105000, 0.002);
    struct label_key key = a_key();
    struct row_label row;
    label_row(&label, &key, &row);
    assert_string_equal(row.code, "com.tim.late.l1");
    assert_int_equal(row.label_id, 107);
    assert_string_equal(row.label_ver, "1.0");
    assert_string_equal(row.tax_ver, "1.0.0");
    assert_string_equal(row.rule_id, "com.tim/7");
    assert_string_equal(row.subject, "rx");
    assert_string_equal(row.unit, "s");
    assert_string_equal(row.provenance, "rule_gt");
    assert_int_equal(strlen(row.params_sha), 64);
    near_to(row.value, 0.105, 1e-12);
    near_to(row.margin, 0.005, 1e-12);
    assert_true(ROW_HAS(&row, label, confidence) && ROW_HAS(&row, label, msg_uid));
    assert_false(ROW_HAS(&row, label, enc_id) || ROW_HAS(&row, label, frame_uid));
    assert_int_equal(row.t_known_ns, utc_from_tai(at_ms(105)).ns);
    assert_int_equal(row.t_end_ns - row.t_start_ns, 1000 * MS);
    assert_true((row.flags & LABEL_BOUNDARY) != 0);
    struct label lost = label_plain(LEAF_COM_TIM_LOST, KNOWN_AT_LIMIT);
    label_row(&lost, &key, &row);
    assert_int_equal(row.t_known_ns, utc_from_tai(at_ms(1000)).ns); /* t_gen + L_max */
    assert_false(ROW_HAS(&row, label, value) || ROW_HAS(&row, label, margin));
    assert_null(row.unit);
    struct label outcome = label_plain(LEAF_ENC_OUT_COLLISION, KNOWN_AT_END);
    key.t_end = at_ms(7000);
    label_row(&outcome, &key, &row);
    assert_int_equal(row.t_known_ns, utc_from_tai(at_ms(7000)).ns);
}

static void a_uid_is_the_same_again_and_differs_by_every_key(void **state)
{
    (void)state;
    uint64_t run = label_run_key(7, "crossing"), who = label_subject(42, 3);
    uint64_t uid = label_uid(run, AXIS_COM_TIM, who, at_ms(0));
    assert_true(uid == label_uid(label_run_key(7, "crossing"), AXIS_COM_TIM,
                                 label_subject(42, 3), at_ms(0)));
    const uint64_t others[] = {
        label_uid(label_run_key(8, "crossing"), AXIS_COM_TIM, who, at_ms(0)),
        label_uid(label_run_key(7, "crossings"), AXIS_COM_TIM, who, at_ms(0)),
        label_uid(run, AXIS_COM_ORD, who, at_ms(0)),
        label_uid(run, AXIS_COM_TIM, label_subject(3, 42), at_ms(0)),
        label_uid(run, AXIS_COM_TIM, who, at_ms(1))};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_true(others[i] != uid);
    }
}

static void rules_of_another_release_move_the_threshold(void **state)
{
    (void)state;
    struct rules rules = leaf_rules;
    struct com_tim_subject s = {.t_gen_known = true, .age_ns = 130 * MS, .rules = &rules};
    is_leaf(com_tim(&s).leaf, "com.tim.late.l1");
    rules.p[PARAM_COM_TIM_LATE_L1_S] = 0.15;
    is_leaf(com_tim(&s).leaf, "com.tim.ontime");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timeliness_changes_just_above_each_threshold),
        cmocka_unit_test(an_age_below_the_clock_noise_is_no_future),
        cmocka_unit_test(the_margin_is_signed_and_near_a_threshold_it_is_a_boundary),
        cmocka_unit_test(order_is_decided_in_the_order_of_its_rules),
        cmocka_unit_test(the_message_count_wraps_from_127_to_0),
        cmocka_unit_test(every_cause_of_a_loss_has_its_leaf),
        cmocka_unit_test(a_fate_record_gets_its_three_leaves),
        cmocka_unit_test(a_link_ages_by_multiples_of_its_interval),
        cmocka_unit_test(channel_load_has_four_bands),
        cmocka_unit_test(sources_follow_the_table),
        cmocka_unit_test(modes_follow_links_and_sensors),
        cmocka_unit_test(a_mode_is_entered_after_0_3_s_with_the_last_good_message),
        cmocka_unit_test(every_injected_fault_has_the_leaf_of_its_name),
        cmocka_unit_test(synchronization_is_judged_by_uncertainty),
        cmocka_unit_test(longitudinal_actions_change_at_their_accelerations),
        cmocka_unit_test(a_brake_at_10_hz_is_no_flicker),
        cmocka_unit_test(a_band_is_left_only_beyond_its_hysteresis),
        cmocka_unit_test(a_row_carries_version_rule_margin_and_when_it_was_known),
        cmocka_unit_test(a_uid_is_the_same_again_and_differs_by_every_key),
        cmocka_unit_test(rules_of_another_release_move_the_threshold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
