/* SPDX-License-Identifier: Apache-2.0 */
/* The axes of pairs, decisions and encounters, at and beside their thresholds, in the order
 * of their rules. */
#include "label/axes_dec.h"
#include "label/encounter.h"
#include "tests/unit/test_label_help.h"

static const char *place_of(enum sender_kind kind, double x, double y, double yaw_deg,
                            double speed, bool off_carriageway)
{
    struct known_agent ego = an_agent(1, "ego", KIND_CAR, 0, 0, 0, 10);
    struct known_agent other = an_agent(2, "b", kind, x, y, yaw_deg * PI / 180, speed);
    other.off_carriageway = off_carriageway;
    struct rel_subject s = rel_subject(&ego, &other, 0);
    return leaf_name(rel_pos(&s).leaf);
}

/* Lane 3.5 m: own within 1.75 m, next to 5.25 m; the ego is 4.6 m long. */
static void positions_are_sectors_of_the_ego(void **state)
{
    (void)state;
    static const struct {
        double x, y, yaw_deg;
        const char *name;
    } rows[] = {{20, 0, 0, "ahead"},
                {20, 1.74, 0, "ahead"},
                {20, 1.76, 0, "ahead_left"},
                {20, -1.76, 0, "ahead_right"},
                {-20, -1.7, 0, "behind"},
                {-20, 3, 44, "behind_left"},
                {-20, -3, -44, "behind_right"},
                {4.5, 3, 0, "beside_left"},
                {-4.5, -3, 0, "beside_right"},
                {4.7, 3, 0, "ahead_left"},
                {-4.7, -3, 0, "behind_right"},
                {20, 5.3, 0, "far_left"},
                {20, -5.3, 0, "far_right"},
                {20, 1, 136, "oncoming_same"},
                {20, 3, 180, "oncoming_left"},
                {20, -3, -136, "oncoming_right"},
                {20, 10, -90, "cross_from_left"},
                {20, -10, 90, "cross_from_right"},
                {20, 10, -46, "cross_from_left"},
                {149, 0, 0, "ahead"},
                {151, 0, 0, "out_of_range"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(
            place_of(KIND_CAR, rows[i].x, rows[i].y, rows[i].yaw_deg, 10, false),
            rows[i].name);
    }
}

static void walkers_have_a_roadside_and_who_stands_faces_anywhere(void **state)
{
    (void)state;
    assert_string_equal(place_of(KIND_PEDESTRIAN, 20, 4, 90, 1, true), "roadside_left");
    assert_string_equal(place_of(KIND_PEDESTRIAN, 20, -4, 90, 1, true), "roadside_right");
    assert_string_equal(place_of(KIND_PEDESTRIAN, 20, -4, 90, 1, false),
                        "cross_from_right");
    assert_string_equal(place_of(KIND_PEDESTRIAN, 20, -4, 90, 0, false), "ahead_right");
    assert_string_equal(place_of(KIND_CAR, 20, 4, 0, 10, true), "ahead_left");
}

static void a_position_is_as_sure_as_its_nearest_border(void **state)
{
    (void)state;
    struct known_agent ego = an_agent(1, "ego", KIND_CAR, 0, 0, 0, 10);
    struct known_agent other = an_agent(2, "b", KIND_CAR, 20, 1.65, 0, 10);
    other.sigma_m = 0.1;
    struct rel_subject s = rel_subject(&ego, &other, 0);
    struct label pos = rel_pos(&s);
    near_to(pos.margin, -0.1, 1e-9);               /* 1.65 - 1.75 */
    near_to(label_confidence(&pos), 0.8413, 1e-4); /* Phi(1) */
    assert_true((pos.flags & LABEL_BOUNDARY) != 0);
    s.known = false;
    is_leaf(rel_pos(&s).leaf, "rel.pos.unknown");
}

static struct relation relate(struct known_agent ego, struct known_agent other)
{
    return rel_make(&ego, &other, 0);
}

static void conflicts_are_named_by_the_angle_of_headings(void **state)
{
    (void)state;
    struct known_agent ego = an_agent(1, "ego", KIND_CAR, 0, 0, 0, 10);
    is_leaf(relate(ego, an_agent(2, "b", KIND_CAR, 25, 0, 0, 8)).conf.leaf,
            "rel.conf.following");
    is_leaf(relate(ego, an_agent(2, "b", KIND_CAR, 60, 0, PI, 10)).conf.leaf,
            "rel.conf.oncoming");
    is_leaf(relate(ego, an_agent(2, "b", KIND_CAR, 20, -20, PI / 2, 10)).conf.leaf,
            "rel.conf.crossing");
    is_leaf(relate(ego, an_agent(2, "b", KIND_CAR, 10, -10, PI / 4, 7)).conf.leaf,
            "rel.conf.merging");
    is_leaf(relate(ego, an_agent(2, "b", KIND_CAR, 8, 3, -PI / 12, 5)).conf.leaf,
            "rel.conf.lane_change");
    is_leaf(relate(ego, an_agent(2, "b", KIND_CAR, 25, 8, 0, 10)).conf.leaf,
            "rel.conf.none");
    struct known_agent blind = an_agent(2, "b", KIND_CAR, 25, 0, 0, 8);
    blind.velocity_unknown = true;
    is_leaf(relate(ego, blind).conf.leaf, "rel.conf.unknown");
    struct relation r = relate(ego, blind);
    is_leaf(r.risk.leaf, "rel.risk.unknown");
    assert_int_equal(r.m.crossing.status, MEASURE_UNKNOWN);
    assert_int_equal(r.m.ttc.status, MEASURE_UNKNOWN);
    assert_true(rel_time_to_conflict_s(&r.m) < 0);
}

/* Following at 10 m/s closing speed in boxes of 4.6 m, so TTC = (x - 4.6) / 10. */
static const char *risk_at(double ttc_s)
{
    struct relation r = relate(an_agent(1, "ego", KIND_CAR, 0, 0, 0, 10),
                               an_agent(2, "b", KIND_CAR, 4.6 + 10 * ttc_s, 0, 0, 0));
    return leaf_name(r.risk.leaf);
}

static void risk_is_a_ladder_of_times_and_decelerations(void **state)
{
    (void)state;
    struct rel_subject s = {.known = true};
    s.crossing.status = s.headway.status = MEASURE_NOT_APPLICABLE;
    s.ttc = measure_of(0.5);
    is_leaf(rel_risk(&s).leaf, "rel.risk.imminent");
    s.ttc = measure_of(0.51);
    is_leaf(rel_risk(&s).leaf, "rel.risk.critical");
    near_to(rel_risk(&s).margin, 0.01, 1e-12);
    s.ttc = measure_of(1.51);
    is_leaf(rel_risk(&s).leaf, "rel.risk.caution");
    s.ttc = measure_of(2.99);
    is_leaf(rel_risk(&s).leaf, "rel.risk.caution");
    s.ttc = measure_of(3.0);
    is_leaf(rel_risk(&s).leaf, "rel.risk.low");
    s.ttc = measure_of(5.01);
    is_leaf(rel_risk(&s).leaf, "rel.risk.none");
    s.a_req = measure_of(3.1);
    is_leaf(rel_risk(&s).leaf, "rel.risk.caution");
    s.a_req = measure_of(6);
    is_leaf(rel_risk(&s).leaf, "rel.risk.critical");
    assert_int_equal(rel_risk(&s).has, 0); /* no time decided */
    s.a_req = measure_of(7.85);
    is_leaf(rel_risk(&s).leaf, "rel.risk.imminent");
    s.ttc = measure_none(MEASURE_OVERLAP);
    is_leaf(rel_risk(&s).leaf, "rel.risk.collision");
    /* A wall at 10 m/s: 50 / d. Caution while 50 / d is 3 or more or TTC is under 3 s. */
    assert_string_equal(risk_at(0.6), "imminent"); /* 8.3 m/s2 */
    assert_string_equal(risk_at(0.8), "critical"); /* 6.25 m/s2 */
    assert_string_equal(risk_at(1.6), "caution");
    assert_string_equal(risk_at(4.0), "low");
}

static void actions_are_steps_of_required_deceleration(void **state)
{
    (void)state;
    static const struct {
        double a;
        const char *name;
    } rows[] = {{0, "keep"},
                {0.5, "keep"},
                {0.51, "ease"},
                {2, "ease"},
                {2.01, "brake"},
                {3.5, "brake"},
                {3.51, "brake_hard"},
                {6, "brake_hard"},
                {6.01, "brake_emergency"},
                {7.85, "brake_emergency"},
                {7.86, "mitigate"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dec_act_subject s = {.known = true, .a_req_mps2 = rows[i].a};
        assert_string_equal(leaf_name(dec_act(&s).leaf), rows[i].name);
    }
    struct dec_act_subject s = {.known = false};
    is_leaf(dec_act(&s).leaf, "dec.act.unknown");
}

static void the_oracle_brakes_for_the_worst_of_all(void **state)
{
    (void)state;
    struct known_agent ego = an_agent(1, "ego", KIND_CAR, 0, 0, 0, 20);
    const struct known_agent others[3] = {
        an_agent(1, "ego", KIND_CAR, 0, 0, 0, 20), /* itself is nobody */
        an_agent(3, "slow", KIND_CAR, 54.6, 0, 0, 10),
        an_agent(4, "wall", KIND_CAR, 60.6, 0, 0, 0)};
    struct decision d = dec_decide(&ego, others, 3, 0.3);
    assert_true(d.known);
    assert_int_equal(d.because_of, 4);
    near_to(d.a_req_mps2, 4, 1e-9); /* 20^2 / (2 (56 - 6)) */
    is_leaf(d.act.leaf, "dec.act.brake_hard");
    near_to(d.decide_by.value, 56 / 20.0 - 20 / 12.0 - 0.3, 1e-6);
    d = dec_decide(&ego, others, 2, 0.3);
    assert_int_equal(d.because_of, 3);
    near_to(d.a_req_mps2, 100 / (2 * 47.0), 1e-9); /* 50 m less 3 m of reaction */
    d = dec_decide(&ego, others, 1, 0.3);
    is_leaf(d.act.leaf, "dec.act.keep");
    d = dec_decide(&ego, NULL, 0, 0.3);
    is_leaf(d.act.leaf, "dec.act.unknown");
}

/* The other's rear edge, skewed by 30 degrees, is 0.1207 m from the ego's front left corner
 * while its centre is nearer than half the lengths; it slides away at 1 m/s. */
static void boxes_that_interlock_by_corners_are_no_overlap(void **state)
{
    (void)state;
    struct known_agent ego = an_agent(1, "ego", KIND_CAR, 0, 0, 0, 10);
    struct known_agent skewed = an_agent(2, "b", KIND_CAR, 4.59, 1.8, PI / 6, 0);
    skewed.vx_mps = 11;
    struct rel_subject s = rel_subject(&ego, &skewed, 0);
    near_to(s.clearance_m, 0.12070, 1e-5);
    assert_int_equal(s.ttc.status, MEASURE_NO_CONFLICT);
    near_to(s.a_req.value, 0.9296, 1e-3); /* (10 - 11 cos 30)^2 / (2 * 0.1207) */
    struct decision d = dec_decide(&ego, &skewed, 1, 0);
    is_leaf(d.act.leaf, "dec.act.ease");
}

static void the_basis_names_whose_knowledge_decided(void **state)
{
    (void)state;
    enum {
        U = LEAF_DEC_ACT_UNKNOWN,
        K = LEAF_DEC_ACT_KEEP,
        B = LEAF_DEC_ACT_BRAKE,
        H = LEAF_DEC_ACT_BRAKE_HARD,
        E = LEAF_DEC_ACT_BRAKE_EMERGENCY
    };
    /* truth, sensors, V2X, fused */
    static const struct {
        struct dec_basis_subject s;
        const char *name;
    } rows[] = {{{H, H, H, H}, "either"},          {{H, K, H, H}, "v2x_decisive"},
                {{H, H, K, H}, "sensor_decisive"}, {{H, K, B, H}, "both_required"},
                {{K, K, E, E}, "misled_by_v2x"}, /* a ghost */
                {{H, H, K, K}, "misled_by_v2x"}, /* stale */
                {{K, K, K, H}, "misled_by_v2x"},   {{H, B, K, E}, "undecidable"},
                {{H, K, K, K}, "undecidable"},     {{H, K, U, H}, "unknown"},
                {{U, H, H, H}, "unknown"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(leaf_name(dec_basis(&rows[i].s).leaf), rows[i].name);
    }
}

static struct enc_out_subject encounter_with(double ttc, double pet, double a, double v)
{
    return (struct enc_out_subject){
        .min_ttc = ttc > 0 ? measure_of(ttc) : measure_none(MEASURE_NO_CONFLICT),
        .pet = pet > 0 ? measure_of(pet) : measure_none(MEASURE_NOT_APPLICABLE),
        .max_a_req = a > 0 ? measure_of(a) : measure_none(MEASURE_NO_CONFLICT),
        .max_speed_mps = v,
        .approached = true};
}

static void outcomes_are_a_ladder_and_the_worst_rung_counts(void **state)
{
    (void)state;
    /* 0: no such value */
    static const struct {
        double ttc, pet, a, v;
        const char *name;
    } rows[] = {{0.5, 0, 0, 5, "near_miss_severe"},
                {0.51, 0, 0, 5, "near_miss"},
                {0, 0.5, 0, 3.1, "near_miss_severe"},
                {0, 0.5, 0, 3, "near_miss"},
                {1.5, 0, 0, 5, "near_miss"},
                {1.51, 0, 0, 5, "conflict"},
                {0, 1, 0, 5, "near_miss"},
                {0, 1.01, 0, 5, "conflict"},
                {0, 0, 6, 5, "near_miss"},
                {0, 0, 5.99, 5, "conflict"},
                {2.99, 0, 0, 5, "conflict"},
                {3, 0, 0, 5, "interaction"},
                {0, 1.99, 0, 5, "conflict"},
                {0, 2, 0, 5, "interaction"},
                {0, 0, 3.01, 5, "conflict"},
                {0, 0, 3, 5, "interaction"},
                {10, 0.4, 0, 10, "near_miss_severe"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct enc_out_subject s =
            encounter_with(rows[i].ttc, rows[i].pet, rows[i].a, rows[i].v);
        assert_string_equal(leaf_name(enc_out(&s).leaf), rows[i].name);
    }
    struct enc_out_subject s = encounter_with(0, 0, 0, 5);
    s.approached = false;
    is_leaf(enc_out(&s).leaf, "enc.out.none");
    s = encounter_with(4, 0, 0, 5); /* nothing yet: that is not known to be the end of it */
    s.censored = true;
    is_leaf(enc_out(&s).leaf, "enc.out.censored");
    s = encounter_with(0.4, 0, 0, 5); /* what has happened stays */
    s.censored = true;
    is_leaf(enc_out(&s).leaf, "enc.out.near_miss_severe");
    s.contact = true;
    is_leaf(enc_out(&s).leaf, "enc.out.collision");
}

static void the_value_of_an_outcome_is_what_decided_it(void **state)
{
    (void)state;
    struct enc_out_subject s = encounter_with(10, 1.2, 0, 10);
    struct label label = enc_out(&s);
    near_to(label.value, 1.2, 1e-12);
    near_to(label.margin, 0.2, 1e-12); /* to the 1.0 s of PET, not the 1.5 s of TTC */
    s = encounter_with(1.4, 1.2, 0, 10);
    near_to(enc_out(&s).value, 1.4, 1e-12);
    s = encounter_with(10, 0, 6.5, 10); /* metres per second squared are no seconds */
    assert_int_equal(enc_out(&s).has, 0);
}

static void evasion_is_of_one_or_both(void **state)
{
    (void)state;
    is_leaf(enc_evasive(false, false).leaf, "enc.evasive.none");
    is_leaf(enc_evasive(true, false).leaf, "enc.evasive.ego");
    is_leaf(enc_evasive(false, true).leaf, "enc.evasive.other");
    is_leaf(enc_evasive(true, true).leaf, "enc.evasive.both");
}

static void a_lane_change_is_inhibited_by_whoever_would_have_to_brake(void **state)
{
    (void)state;
    struct known_agent ego = an_agent(1, "ego", KIND_CAR, 0, 0, 0, 20);
    struct known_agent fast = an_agent(2, "fast", KIND_CAR, -30, 3.5, 0, 35);
    /* 25.4 m behind there and 15 m/s faster: 225 / 50.8 = 4.43 m/s2 of the one behind */
    near_to(dec_change_mps2(&ego, &fast, 1, 3.5, 0.3), 4.43, 0.01);
    near_to(dec_change_mps2(&ego, &fast, 1, -3.5, 0.3), 0, 0);
    struct dec_lane_subject s = {.known = true, .left_mps2 = 4.43};
    is_leaf(dec_lane(&s).leaf, "dec.lane.inhibit_lc_left");
    s.right_mps2 = 3.1;
    is_leaf(dec_lane(&s).leaf, "dec.lane.inhibit_lc_both");
    s.left_mps2 = 3;
    is_leaf(dec_lane(&s).leaf, "dec.lane.inhibit_lc_right");
    s.known = false;
    is_leaf(dec_lane(&s).leaf, "dec.lane.unknown");
}

static void a_standing_ego_holds_while_somebody_is_in_its_way(void **state)
{
    (void)state;
    struct known_agent ego = an_agent(1, "ego", KIND_CAR, 0, 0, 0, 0);
    struct known_agent walker = an_agent(2, "ped", KIND_PEDESTRIAN, 5, 0, PI / 2, 0);
    struct dec_hold_subject s = {
        .known = true, .stands = true, .start_mps2 = dec_start_mps2(&ego, &walker, 1, 0.3)};
    is_leaf(dec_hold(&s).leaf, "dec.hold.hold");
    walker.y_m = 5;
    s.start_mps2 = dec_start_mps2(&ego, &walker, 1, 0.3);
    is_leaf(dec_hold(&s).leaf, "dec.hold.free");
    is_leaf(dec_degrade(LEAF_INT_MODE_SENSOR_ONLY).leaf, "dec.degrade.degrade");
    is_leaf(dec_degrade(LEAF_INT_MODE_COOP_PARTIAL).leaf, "dec.degrade.nominal");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_are_sectors_of_the_ego),
        cmocka_unit_test(walkers_have_a_roadside_and_who_stands_faces_anywhere),
        cmocka_unit_test(a_position_is_as_sure_as_its_nearest_border),
        cmocka_unit_test(conflicts_are_named_by_the_angle_of_headings),
        cmocka_unit_test(risk_is_a_ladder_of_times_and_decelerations),
        cmocka_unit_test(actions_are_steps_of_required_deceleration),
        cmocka_unit_test(the_oracle_brakes_for_the_worst_of_all),
        cmocka_unit_test(boxes_that_interlock_by_corners_are_no_overlap),
        cmocka_unit_test(the_basis_names_whose_knowledge_decided),
        cmocka_unit_test(outcomes_are_a_ladder_and_the_worst_rung_counts),
        cmocka_unit_test(the_value_of_an_outcome_is_what_decided_it),
        cmocka_unit_test(evasion_is_of_one_or_both),
        cmocka_unit_test(a_lane_change_is_inhibited_by_whoever_would_have_to_brake),
        cmocka_unit_test(a_standing_ego_holds_while_somebody_is_in_its_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
