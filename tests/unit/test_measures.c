/* SPDX-License-Identifier: Apache-2.0 */
/* Surrogate safety measures against hand calculation, textbook roots and worked examples.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/draw.h"
#include "base/fmath.h"
#include "label/boxes.h"

#define assert_near(a, b, e) assert_true(fabs((a) - (b)) <= (e))

static void assert_valid(struct measure m, double value, double within)
{
    assert_int_equal(m.status, MEASURE_VALID);
    assert_near(m.value, value, within);
}

static void assert_status(struct measure m, enum measure_status status)
{
    assert_int_equal(m.status, status);
    assert_true(m.value == 0);
}

static void ttc_is_gap_over_closing_speed(void **state)
{
    (void)state;
    assert_valid(measures_ttc(20, 15, 10), 4, 1e-12);
    assert_status(measures_ttc(0, 15, 10), MEASURE_OVERLAP);
    assert_status(measures_ttc(20, 10, 10), MEASURE_NO_CONFLICT);
    assert_status(measures_ttc(20, 10.009, 10), MEASURE_NO_CONFLICT);
    assert_status(measures_ttc(6.2, 10.1, 10), MEASURE_NO_CONFLICT); /* 62 s */
    assert_valid(measures_headway(20, 10), 2, 1e-12);
    assert_status(measures_headway(20, 0.05), MEASURE_NO_CONFLICT);
}

static void mttc_equals_the_textbook_roots(void **state)
{
    (void)state;
    uint64_t key = draw_key(1, DRAW_SAMPLE);
    int hits = 0;
    for (uint64_t i = 0; i < 20000; i++) {
        /* Accelerations that stop nobody within the horizon of the roots looked at. */
        double gap = 1 + 60 * draw_uniform(draw_bits(key, i, 0));
        double vf = 20 + 20 * draw_uniform(draw_bits(key, i, 1));
        double vl = 20 + 20 * draw_uniform(draw_bits(key, i, 2));
        double af = 4 * draw_uniform(draw_bits(key, i, 3)) - 2;
        double al = 4 * draw_uniform(draw_bits(key, i, 4)) - 2;
        struct following f = {gap, vf, vl, af, al};
        struct measure m = measures_mttc(&f);
        double da = af - al, dv = vf - vl, disc = dv * dv + 2 * da * gap, best = INFINITY;
        if (disc >= 0 && fabs(da) > 1e-9) {
            double r1 = (-dv + sqrt(disc)) / da, r2 = (-dv - sqrt(disc)) / da;
            best = r1 > 0 ? r1 : best;
            best = r2 > 0 && r2 < best ? r2 : best;
        }
        if (best < 9) { /* nobody stands before 20 / 2 s */
            assert_valid(m, best, 1e-6);
            hits++;
        } else {
            assert_true(m.status != MEASURE_VALID || m.value >= 9 - 1e-6);
        }
    }
    assert_true(hits > 5000);
}

static void mttc_knows_that_a_braking_leader_stops_and_does_not_reverse(void **state)
{
    (void)state;
    /* Leader 5 m/s, -5 m/s2: stands after 1 s, 2.5 m on. Follower 10 m/s over 20 + 2.5 m.
     */
    struct following f = {20, 10, 5, 0, -5};
    assert_valid(measures_mttc(&f), 2.25, 1e-9);
    /* The naive root would pull the leader back: 2.5 t^2 + 5 t = 20 gives 2 s. */
    /* Both brake: the follower's 4 m/s and -4 m/s2 need 2 m, the leader is 3 m ahead. */
    struct following g = {3, 4, 0, -4, 0};
    assert_status(measures_mttc(&g), MEASURE_NO_CONFLICT);
    struct following h = {1.5, 4, 0, -4, 0}; /* 4 t - 2 t^2 = 1.5 at 0.5 s */
    assert_valid(measures_mttc(&h), 0.5, 1e-9);
}

static void required_deceleration_follows_the_leader_to_its_stop(void **state)
{
    (void)state;
    assert_valid(measures_drac(20, 15, 10), 25.0 / 40, 1e-12);
    struct following steady = {20, 15, 10, 0, 0};
    assert_valid(measures_a_req(&steady, 0), 0.625, 1e-12);
    assert_valid(measures_a_req(&steady, 1.0), 25.0 / 30, 1e-12);
    /* t_c = 2*20/5 = 8 s > t_sL = 10/4 s: the leader stands first, 12.5 m on. */
    struct following brakes = {20, 15, 10, 0, -4};
    assert_valid(measures_a_req(&brakes, 0), 225 / (2 * 32.5), 1e-12);
    /* t_c = 2*2/10 = 0.4 s <= 20/5: |a| + dv^2 / 2g = 5 + 25. */
    struct following close = {2, 30, 20, 0, -5};
    assert_valid(measures_a_req(&close, 0), 30, 1e-12);
    struct following late = {4, 15, 10, 0, 0}; /* 5 m gone in one second of reaction */
    assert_valid(measures_a_req(&late, 1.0), MEASURES_A_MAX_MPS2, 0);
    assert_valid(measures_mdrac(20, 15, 10, 1.0), 0.5 * 5 / 3, 1e-12);
    assert_status(measures_mdrac(4, 15, 10, 1.0), MEASURE_NOT_APPLICABLE);
    /* SUMO's crossing form: v 10, d 15, the first leaves after 2 s. */
    assert_valid(measures_drac_crossing(15, 10, 2), 2.5, 1e-12);
    assert_status(measures_drac_crossing(25, 10, 2), MEASURE_NO_CONFLICT);
}

static void obstacle_form_equals_drac_and_stopping_distance(void **state)
{
    (void)state;
    struct obstacle leader = {20, 10, 0, 60}, wall = {30, 0, 0, 60};
    assert_valid(measures_a_req_obstacle(&leader, 15, 0), 0.625, 1e-9);
    assert_valid(measures_a_req_obstacle(&leader, 15, 1.0), 25.0 / 30, 1e-9);
    assert_valid(measures_a_req_obstacle(&wall, 15, 0), 225.0 / 60, 1e-9);
    struct obstacle gone = {30, 0, 0, 1.5}; /* has left the lane before 2 s */
    assert_status(measures_a_req_obstacle(&gone, 15, 0), MEASURE_NO_CONFLICT);
    /* Needs 15 t - a t^2 / 2 <= 30 at t = 3 s only: a = 2 * 15 / 9. */
    struct obstacle leaves = {30, 0, 0, 3};
    assert_valid(measures_a_req_obstacle(&leaves, 15, 0), 30.0 / 9, 1e-9);
}

static void decide_by_is_the_distance_less_half_the_braking(void **state)
{
    (void)state;
    struct obstacle wall = {60, 0, 0, 60};
    assert_valid(measures_decide_by(&wall, 15, 0.3, 6), 60.0 / 15 - 15.0 / 12 - 0.3, 1e-9);
    struct obstacle near = {15, 0, 0, 60};
    assert_status(measures_decide_by(&near, 15, 0.3, 6), MEASURE_OVERLAP);
}

static struct box car(double x, double y, double yaw, double speed)
{
    return box_make(x, y, yaw, speed * cos(yaw), speed * sin(yaw), 4.5, 1.8);
}

static void a_pedestrian_is_hit_earlier_than_centres_say(void **state)
{
    (void)state;
    /* Car 13.9 m/s, pedestrian 0.5 x 0.6 m at 1.4 m/s across, 30 m ahead: boxes 1.964 s,
     * centres 2.160 s (range over range rate). */
    struct box ego = box_make(0, 0, 0, 13.9, 0, 4.5, 1.8);
    struct box ped = box_make(30, -3, (FM_PI / 2), 0, 1.4, 0.5, 0.6);
    double dx = 30, dy = -3, wx = -13.9, wy = 1.4;
    double centre = -(dx * dx + dy * dy) / (dx * wx + dy * wy);
    assert_near(centre, 2.160, 0.02);
    struct measure ttc = boxes_ttc(&ego, &ped);
    assert_valid(ttc, (30 - 2.25 - 0.3) / 13.9, 1e-9);
    assert_near(ttc.value, 1.964, 0.015);
}

static void parallel_boxes_that_slide_never_meet(void **state)
{
    (void)state;
    struct box a = car(0, 0, 0, 20), b = car(0, 3.5, 0, 10), same = car(30, 0, 0, 20);
    assert_status(boxes_ttc(&a, &b), MEASURE_NO_CONFLICT);
    assert_status(boxes_ttc(&a, &same), MEASURE_NO_CONFLICT);
    struct box inside = box_make(0.2, 0.1, 0.4, 20, 0, 0.5, 0.5);
    assert_status(boxes_ttc(&a, &inside), MEASURE_OVERLAP);
    struct box creeping = car(30, 0, 0, 19.9999999);
    assert_status(boxes_ttc(&a, &creeping), MEASURE_NO_CONFLICT); /* far beyond 60 s */
    struct box lead = car(30, 0, 0, 10);
    assert_valid(boxes_ttc(&a, &lead), 2.55, 1e-9); /* as in one dimension */
}

static void growing_boxes_bring_contact_forward(void **state)
{
    (void)state;
    struct box a = car(0, 0, 0, 10), b = car(50, 0, 0, 0);
    struct ttc_bounds t = boxes_ttc_bounds(&a, 0.25, &b, 0.5, 2);
    assert_valid(t.ttc, 4.55, 1e-9);
    assert_valid(t.pess, 4.40, 1e-9);
    assert_valid(t.opt, 4.70, 1e-9);
}

static void clearance_is_between_the_rectangles(void **state)
{
    (void)state;
    struct box a = car(0, 0, 0, 0), beside = car(0, 3.8, 0, 0),
               corner = car(7.5, 5.8, 0, 0);
    struct box across = box_make(10, 0, (FM_PI / 2), 0, 0, 4.5, 1.8);
    assert_near(boxes_clearance_m(&a, &beside), 2.0, 1e-12);
    assert_near(boxes_clearance_m(&a, &corner), 5.0, 1e-12); /* 3-4-5 */
    assert_near(boxes_clearance_m(&a, &across), 10 - 2.25 - 0.9, 1e-12);
    struct box on = car(1, 0.2, 1, 0);
    assert_true(boxes_clearance_m(&a, &on) == 0);
    /* A 12 m bus passes a point at 2 m of its centre line: a collision by its box. */
    struct box bus = box_make(0, 0, (FM_PI / 2), 0, 5, 12, 2.5),
               post = box_make(1, 20, 0, 0, 0, 0.2, 0.2);
    assert_int_equal(boxes_ttc(&bus, &post).status, MEASURE_VALID);
    assert_near(boxes_cpa(&bus, &post).dcpa_m, 1.0, 1e-9);
}

static void closest_approach_knows_diverging(void **state)
{
    (void)state;
    struct box a = car(0, 0, 0, 10), b = car(20, 3, 0, 0), away = car(-20, 3, 0, 0);
    struct cpa c = boxes_cpa(&a, &b);
    assert_near(c.tcpa_s, 2, 1e-12);
    assert_near(c.dcpa_m, 3, 1e-12);
    c = boxes_cpa(&a, &away);
    assert_true(c.tcpa_s < 0);
    assert_near(c.dcpa_m, hypot(20, 3), 1e-12);
    struct box still = car(20, 3, 0, 10);
    assert_true(boxes_cpa(&a, &still).tcpa_s == 0);
}

static void a_crossing_is_occupied_from_bumper_to_tail(void **state)
{
    (void)state;
    /* Ego east at 10 m/s, 40 m of centre before the point; other north at 8 m/s, 30 m. */
    struct box ego = car(-40, 0, 0, 10), other = car(0, -30, (FM_PI / 2), 8);
    struct crossing x = boxes_crossing(&ego, 0, &other, 0, 2);
    assert_int_equal(x.status, MEASURE_VALID);
    assert_near(x.theta_rad, (FM_PI / 2), 1e-7);
    assert_valid(x.ttcp_a, (40 - 2.25) / 10, 1e-9);
    assert_valid(x.ttcp_b, (30 - 2.25) / 8, 1e-9);
    assert_near(x.in_a_s, (37.75 - 0.9) / 10, 1e-9);
    assert_near(x.out_a_s, (37.75 + 4.5 + 0.9) / 10, 1e-9);
    assert_true(x.conflict);
    struct box early = car(0, -8, (FM_PI / 2), 8);
    x = boxes_crossing(&ego, 0, &early, 0, 2);
    assert_false(x.conflict);
    assert_near(x.gap_s, 3.685 - (8 - 2.25 + 4.5 + 0.9) / 8, 1e-9);
    /* An uncertain sender widens: 2 * 10 m over 8 m/s = 2.5 s each way; 2.29 s are missing.
     */
    assert_true(boxes_crossing(&ego, 0, &early, 10, 2).conflict);
}

static void who_stands_has_no_time_to_the_crossing(void **state)
{
    (void)state;
    struct box ego = car(-40, 0, 0, 10);
    struct box ped = box_make(0, -3, (FM_PI / 2), 0, 0.09, 0.5, 0.6);
    struct crossing x = boxes_crossing(&ego, 0, &ped, 0, 2);
    assert_int_equal(x.ttcp_b.status, MEASURE_NO_CONFLICT);
    assert_int_equal(x.status, MEASURE_NO_CONFLICT);
    assert_false(x.conflict);
    struct box along = car(20, 0.5, 0.2, 5); /* 11 degrees */
    assert_int_equal(boxes_crossing(&ego, 0, &along, 0, 2).status, MEASURE_NOT_APPLICABLE);
}

static void contact_has_its_instant_between_the_ticks(void **state)
{
    (void)state;
    struct box a = car(0, 0, 0, 20), b = car(4.55, 0.2, 0, 10);
    struct contact c = boxes_contact(&a, 1500, &b, 500, 0.01);
    assert_true(c.happened);
    assert_near(c.t_s, 0.005, 1e-12);
    assert_near(c.impact_mps, 10, 1e-12);
    assert_near(c.closing_mps, 10, 1e-12);
    assert_near(c.delta_v_a_mps, 2.5, 1e-12);
    assert_near(c.delta_v_b_mps, 7.5, 1e-12);
    assert_int_equal(c.face_a, FACE_FRONT);
    assert_int_equal(c.face_b, FACE_REAR);
    struct box side = car(0, -1.805 - 1.35, (FM_PI / 2), 5);
    struct box target = car(0, 0, 0, 0);
    c = boxes_contact(&side, 1000, &target, 1000, 0.01);
    assert_true(c.happened);
    assert_int_equal(c.face_a, FACE_FRONT);
    assert_int_equal(c.face_b, FACE_RIGHT);
    assert_false(boxes_contact(&a, 1, &b, 1, 0.004).happened);
}

static void braking_for_a_crossing_lets_it_pass(void **state)
{
    (void)state;
    struct box ego = car(0, 0, 0, 10), behind = car(-20, 0, 0, 30);
    struct obstacle o;
    assert_int_equal(boxes_obstacle(&ego, &behind, &o), MEASURE_NO_CONFLICT);
    struct box ped = box_make(20, -4, (FM_PI / 2), 0, 2, 0.6, 0.6);
    assert_int_equal(boxes_obstacle(&ego, &ped, &o), MEASURE_VALID);
    assert_near(o.gap_m, 20 - 2.25 - 0.3, 1e-9);
    assert_near(o.from_s, (4 - 1.2) / 2, 1e-9);
    assert_near(o.to_s, (4 + 1.2) / 2, 1e-9);
}

static void a_hundred_kmh_and_200_ms_is_5_56_m(void **state)
{
    (void)state;
    const double v = 100 / 3.6;
    static const double ages[6] = {0.05, 0.1, 0.2, 0.3, 0.5, 1.0};
    static const double shift[6] = {1.39, 2.78, 5.56, 8.33, 13.9, 27.8};
    static const double left[6] = {0.01, 0.04, 0.16, 0.36, 1.0, 4.0};
    static const double across[6] = {0.02, 0.05, 0.10, 0.15, 0.24, 0.48};
    for (int i = 0; i < 6; i++) {
        struct age_input in = {
            .speed_mps = v, .age_s = ages[i], .sigma_yaw_rad = FM_PI / 180};
        assert_near(measures_shift_m(v, ages[i]), shift[i], shift[i] >= 13 ? 0.05 : 0.005);
        assert_near(measures_extrapolation_bound_m(-8, ages[i]), left[i], 0.005);
        assert_near(measures_sigma_across_m(&in), across[i], 0.006);
    }
    struct age_input clock = {.speed_mps = v, .age_s = 0.2, .sigma_time_s = 0.001};
    assert_near(measures_sigma_along_m(&clock), 0.028, 0.0005); /* 1 ms is 2.8 cm */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ttc_is_gap_over_closing_speed),
        cmocka_unit_test(mttc_equals_the_textbook_roots),
        cmocka_unit_test(mttc_knows_that_a_braking_leader_stops_and_does_not_reverse),
        cmocka_unit_test(required_deceleration_follows_the_leader_to_its_stop),
        cmocka_unit_test(obstacle_form_equals_drac_and_stopping_distance),
        cmocka_unit_test(decide_by_is_the_distance_less_half_the_braking),
        cmocka_unit_test(a_pedestrian_is_hit_earlier_than_centres_say),
        cmocka_unit_test(parallel_boxes_that_slide_never_meet),
        cmocka_unit_test(growing_boxes_bring_contact_forward),
        cmocka_unit_test(clearance_is_between_the_rectangles),
        cmocka_unit_test(closest_approach_knows_diverging),
        cmocka_unit_test(a_crossing_is_occupied_from_bumper_to_tail),
        cmocka_unit_test(who_stands_has_no_time_to_the_crossing),
        cmocka_unit_test(contact_has_its_instant_between_the_ticks),
        cmocka_unit_test(braking_for_a_crossing_lets_it_pass),
        cmocka_unit_test(a_hundred_kmh_and_200_ms_is_5_56_m),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
