/* SPDX-License-Identifier: Apache-2.0 */
/* What verify says of labels, on rows of which everything is known by hand; and a probe
 * that finds a planted leak and none where there is none. */
#define FOLDER BUILD_DIR "/tests/v2x_quality"
#include "base/draw.h"
#include "test_v2x_kit.h"
#include "tools/v2x/probe.h"
#include "tools/v2x/rerule.h"

#define near_to(value, want, slack) assert_true(fabs((value) - (want)) <= (slack))

struct plan {
    bool two_leaves, foreign_leaf, early_label, early_track, unknown;
};

/* Eight messages, of which the receiver takes two late ones for punctual, and loses one. */
static void put_messages(struct kit *kit, const struct plan *plan)
{
    static const double ages_ms[8] = {20, 30, 120, 130, 140, 210, 40, 50};
    for (uint32_t k = 0; k < 8; k++) {
        int64_t gen = start_ns + (int64_t)k * 100 * MS;
        bool lost = k == 7;
        struct row_reception row = {
            .scenario_id = "s",
            .world_id = "w",
            .msg_uid = UINT64_C(3) << 40 | UINT64_C(20) << 32 | k,
            .sender = "car",
            .receiver = "ego",
            .msg_type = MSG_BSM,
            .fate = lost ? FATE_LOST : FATE_DELIVERED,
            .cause = lost ? CAUSE_RANDOM : CAUSE_NONE,
            .t_known_ns = gen + 1000 * MS,
            .com_ord = lost ? "com.ord.unknown" : "com.ord.in_order",
            .com_fate = lost ? "com.fate.lost_random" : "com.fate.delivered"};
        row.com_tim = lost                ? "com.tim.lost"
                      : ages_ms[k] <= 100 ? "com.tim.ontime"
                      : ages_ms[k] <= 200 ? "com.tim.late.l1"
                                          : "com.tim.late.l2";
        row.com_tim_obs = lost ? NULL : k == 3 || k == 4 ? "com.tim.ontime" : row.com_tim;
        if (plan->foreign_leaf && k == 0) {
            row.com_tim = "com.tim.fresh";
        }
        if (plan->unknown) {
            row.com_tim = "com.tim.unknown";
        }
        if (!lost) {
            ROW_SET(&row, reception, t_avail_ns, gen + (int64_t)(ages_ms[k] * 1e6));
            ROW_SET(&row, reception, age_ms, ages_ms[k]);
            ROW_SET(&row, reception, obs_msg_cnt, (int32_t)k);
        }
        put_row(kit, &table_reception, &row);
    }
}

static void put_label(struct kit *kit, uint64_t uid, const char *code, double margin,
                      int64_t known_ns)
{
    const struct leaf_info *leaf = leaf_find(leaf_by_code(code));
    struct row_label row = {.scenario_id = "s",
                            .world_id = "w",
                            .label_uid = uid,
                            .label_id = leaf->id,
                            .code = code,
                            .label_ver = leaf->version,
                            .tax_ver = leaf_taxonomy_version,
                            .subject = "rx",
                            .ego = "ego",
                            .t_start_ns = start_ns,
                            .t_end_ns = start_ns + MS,
                            .t_known_ns = known_ns,
                            .provenance = "rule_obs",
                            .rule_id = leaf->rule_id,
                            .params_sha = ""};
    ROW_SET(&row, label, value, 0.1 + margin);
    ROW_SET(&row, label, margin, margin);
    ROW_SET(&row, label, value_sigma, 0.01);
    put_row(kit, &table_label, &row);
}

static void put_plan(struct kit *kit, const void *context)
{
    const struct plan *plan = context;
    put_messages(kit, plan);
    for (uint64_t i = 0; i < 400; i++) { /* far away, and right on the threshold */
        put_label(kit, 1000 + i, "com.tim.late.l1", i < 200 ? 0.05 : 0.0, start_ns);
    }
    put_label(kit, 1, "com.tim.ontime", -0.05, start_ns);
    put_label(kit, plan->two_leaves ? 1 : 2, "com.tim.late.l2", 0.05,
              start_ns - (plan->early_label ? 1 : 0));
    struct row_track track = {.scenario_id = "s",
                              .world_id = "w",
                              .ego = "ego",
                              .sender = "car",
                              .t_frame_ns = start_ns + 20 * MS,
                              .t_decide_ns = start_ns + (plan->early_track ? 19 : 21) * MS,
                              .ttc_status = "UNKNOWN",
                              .com_link = "com.link.fresh",
                              .int_src = "int.src.both",
                              .gt_ttc_status = "UNKNOWN"};
    ROW_SET(&track, track, msg_uid, UINT64_C(3) << 40 | UINT64_C(20) << 32);
    ROW_SET(&track, track, t_last_good_ns, start_ns + 20 * MS);
    put_row(kit, &table_track, &track);
}

static struct gates judged(struct plan plan, struct quality **quality)
{
    static struct gates gates;
    char sha256[DIGEST_HEX_SIZE];
    struct folder folder;
    struct fail fail;
    kit_write(put_plan, &plan, NULL, sha256);
    memset(&gates, 0, sizeof gates);
    assert_int_equal(folder_open(&folder, FOLDER, &fail), 0);
    gates_future(&gates, &folder);
    assert_int_equal(quality_new(quality, &folder, &fail), 0);
    gates_quality(&gates, &folder, *quality);
    folder_close(&folder);
    return gates;
}

static enum gate_status gate_of(struct plan plan, const char *name)
{
    struct quality *quality;
    struct gates gates = judged(plan, &quality);
    quality_free(quality);
    return status_of(&gates, name);
}

static void good_rows_pass_and_each_damage_fails_its_gate(void **state)
{
    (void)state;
    static const struct {
        struct plan plan;
        const char *gate;
    } damages[] = {{{.two_leaves = true}, "mece"},
                   {{.foreign_leaf = true}, "mece"},
                   {{.early_label = true}, "no_future"},
                   {{.early_track = true}, "no_future"},
                   {{.unknown = true}, "unknown_share"}};
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        assert_int_equal(gate_of((struct plan){0}, damages[i].gate), GATE_PASS);
        assert_int_equal(gate_of(damages[i].plan, damages[i].gate), GATE_FAIL);
    }
}

static const struct quality_source *source(const struct quality *q, const char *name)
{
    for (size_t i = 0; i < q->source_count; i++) {
        if (strcmp(q->sources[i].name, name) == 0) {
            return &q->sources[i];
        }
    }
    fail_msg("no %s", name);
    return NULL;
}

static uint16_t place(const char *code)
{
    uint16_t leaf = leaf_by_code(code);
    return (uint16_t)(leaf_places[leaf] - 1 - leaf_axes[leaf_axis(leaf)].first);
}

/* By hand: truth has 3 ontime, 3 late.l1, 1 late.l2; two of late.l1 are seen as ontime. */
static void the_confusion_is_counted_by_truth_and_by_what_was_seen(void **state)
{
    (void)state;
    struct quality *q;
    struct quality_score s;
    uint16_t worst;
    (void)judged((struct plan){0}, &q);
    const struct quality_matrix *m = &q->matrices[0];
    assert_string_equal(m->name, "receptions.com_tim_obs against com_tim");
    assert_int_equal(m->total, 7);
    assert_true(quality_score(m, place("com.tim.late.l1"), &s));
    near_to(s.precision, 1, 1e-12);
    near_to(s.recall, 1.0 / 3, 1e-12);
    assert_true(quality_score(m, place("com.tim.ontime"), &s));
    near_to(s.precision, 3.0 / 5, 1e-12);
    near_to(s.recall, 1, 1e-12);
    /* F1: 1/2, 3/4, 1 -> 3/4; agreement 5/7, by chance (3*5 + 3*1 + 1*1) / 49 = 19/49 */
    near_to(quality_macro(m, &worst), 0.75, 1e-12);
    assert_int_equal(worst, place("com.tim.late.l1"));
    near_to(quality_kappa(m), (5.0 / 7 - 19.0 / 49) / (1 - 19.0 / 49), 1e-12);
    assert_false(quality_score(m, place("com.tim.stale"), &s));
    quality_free(q);
}

static void leaves_are_counted_with_worlds_agents_and_values(void **state)
{
    (void)state;
    struct quality *q;
    (void)judged((struct plan){0}, &q);
    const struct quality_source *s = source(q, "receptions.com_tim");
    assert_int_equal(s->total, 8);
    assert_int_equal(s->leaves[place("com.tim.ontime")].count, 3);
    assert_int_equal(s->leaves[place("com.tim.ontime")].worlds.count, 1);
    assert_int_equal(s->leaves[place("com.tim.ontime")].agents.count, 1);
    const struct quality_source *l = source(q, "labels:rule_obs");
    assert_int_equal(l->leaves[place("com.tim.late.l1")].count, 400);
    near_to(l->leaves[place("com.tim.late.l1")].seconds, 0.4, 1e-9);
    quality_free(q);
}

/* Half the labels lie on their threshold, where one sigma turns every second one; the other
 * half five sigmas away from it, where none does. */
static void flips_under_one_sigma_are_those_near_the_threshold(void **state)
{
    (void)state;
    struct quality *q;
    (void)judged((struct plan){0}, &q);
    const struct quality_leaf *leaf =
        &source(q, "labels:rule_obs")->leaves[place("com.tim.late.l1")];
    assert_int_equal(leaf->trials, 400 * QUALITY_SEEDS);
    double rate = (double)leaf->flips / (double)leaf->trials;
    near_to(rate, 0.25, 0.04); /* 1000 coins: sd 0.016 of a half, of a half */
    quality_free(q);
}

static void wilson_holds_the_share_and_never_leaves_zero_to_one(void **state)
{
    (void)state;
    struct tally_share s = tally_wilson(8, 12); /* by hand, z = 1.96 */
    near_to(s.low, 0.39062, 2e-5);
    near_to(s.high, 0.86188, 2e-5);
    s = tally_wilson(0, 20); /* z^2 / (n + z^2) */
    near_to(s.low, 0, 0);
    near_to(s.high, 3.8416 / 23.8416, 1e-4);
    s = tally_wilson(20, 20);
    near_to(s.high, 1, 0);
}

enum { WORLDS = 40, WINDOWS = 50 };

/* Outcomes fall as coins do; the feature `leak` tells them in nine of ten windows. */
static struct probe probed(int leak)
{
    static struct probe_sample samples[WORLDS * WINDOWS];
    struct probe probe;
    struct fail fail;
    for (uint64_t i = 0; i < WORLDS * WINDOWS; i++) {
        samples[i] = (struct probe_sample){
            .world = i / WINDOWS,
            .t_ns = (int64_t)i,
            .outcome = (int)(draw_bits(5, 1, i) >> 20 & 1),
        };
        for (int f = 0; f < PROBE_FEATURES; f++) {
            samples[i].feature[f] = draw_bits(5, 10 + (uint64_t)f, i) >> 20 & 7;
        }
        if (leak >= 0 && draw_uniform(draw_bits(5, 2, i)) < 0.9) {
            samples[i].feature[leak] = 100 + (uint64_t)samples[i].outcome;
        }
    }
    assert_int_equal(probe_judge(&probe, samples, WORLDS * WINDOWS, &fail), 0);
    return probe;
}

static void the_probe_finds_a_planted_leak_of_any_feature_and_none_in_coins(void **state)
{
    (void)state;
    struct probe probe = probed(-1);
    assert_true(probe.split_by_worlds);
    assert_int_equal(probe.classes, 2);
    near_to(probe.chance, 0.5, 0);
    assert_true(probe.accuracy[probe.best] <= probe.chance + PROBE_GATE);
    for (int f = 0; f < PROBE_FEATURES; f++) {
        probe = probed(f);
        assert_int_equal(probe.best, f);
        near_to(probe.accuracy[f], 0.95, 0.03); /* 0.9 + half of 0.1 */
    }
}

static void what_is_known_only_in_the_other_half_is_a_blind_guess(void **state)
{
    (void)state;
    static struct probe_sample samples[800];
    struct probe probe;
    struct fail fail;
    for (uint64_t i = 0; i < 800; i++) { /* each world has names of its own */
        samples[i] = (struct probe_sample){
            .world = i / 100, .feature = {i / 100 * 2 + i % 2}, .outcome = (int)(i % 2)};
    }
    assert_int_equal(probe_judge(&probe, samples, 800, &fail), 0);
    near_to(probe.accuracy[0], 0.5, 0.01);
}

static void a_single_world_is_cut_in_the_middle_of_its_time(void **state)
{
    (void)state;
    static struct probe_sample samples[200];
    struct probe probe;
    struct fail fail;
    for (uint64_t i = 0; i < 200; i++) {
        samples[i] =
            (struct probe_sample){.t_ns = (int64_t)(200 - i), .outcome = (int)(i / 2 % 2)};
    }
    assert_int_equal(probe_judge(&probe, samples, 200, &fail), 0);
    assert_false(probe.split_by_worlds);
    assert_int_equal(probe.worlds, 1);
    assert_int_equal(probe.classes, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_rows_pass_and_each_damage_fails_its_gate),
        cmocka_unit_test(the_confusion_is_counted_by_truth_and_by_what_was_seen),
        cmocka_unit_test(leaves_are_counted_with_worlds_agents_and_values),
        cmocka_unit_test(flips_under_one_sigma_are_those_near_the_threshold),
        cmocka_unit_test(wilson_holds_the_share_and_never_leaves_zero_to_one),
        cmocka_unit_test(the_probe_finds_a_planted_leak_of_any_feature_and_none_in_coins),
        cmocka_unit_test(what_is_known_only_in_the_other_half_is_a_blind_guess),
        cmocka_unit_test(a_single_world_is_cut_in_the_middle_of_its_time),
    };
    return cmocka_run_group_tests_name("v2x_quality", tests, NULL, NULL);
}
