/* SPDX-License-Identifier: Apache-2.0 */
/* Signals, advice and responses by hand: with RHO_S 1 s and B_MPS2 3 m/s2 a stop from 12
 * m/s takes 12 + 144 / 6 = 36 m. */
#include "label/axes_v2i.h"
#include "tests/unit/test_label_help.h"

static struct v2i_approach at(enum phase phase, double distance_m, double left_s)
{
    return (struct v2i_approach){.data = true,
                                 .valid = true,
                                 .phase = phase,
                                 .least_left_s = left_s,
                                 .most_left_s = left_s,
                                 .distance_m = distance_m,
                                 .speed_mps = 12,
                                 .limit_mps = 14,
                                 .clear_m = 24};
}

static void has(struct v2i_approach a, const char *code)
{
    is_leaf(v2i_sig(&a).leaf, code);
}

static void red_is_stopped_at_from_36_m_on(void **state)
{
    (void)state;
    has(at(PHASE_STOP_AND_REMAIN, 36, 30), "v2i.sig.stop_required");
    has(at(PHASE_STOP_AND_REMAIN, 35.9, 30), "v2i.sig.stop_impossible");
    struct v2i_approach a = at(PHASE_STOP_AND_REMAIN, 30, 30);
    a.braking = true; /* 24 m without the reaction */
    has(a, "v2i.sig.stop_required");
    near_to(v2i_stop_mps2(&a), 144.0 / 60, 1e-12);
    a = at(PHASE_STOP_AND_REMAIN, 60, 30);
    near_to(v2i_decide_by_s(&a), 2, 1e-12); /* 24 m to spare at 12 m/s */
}

static void red_that_ends_before_arrival_lets_go(void **state)
{
    (void)state;
    has(at(PHASE_STOP_AND_REMAIN, 60, 4.9), "v2i.sig.proceed"); /* there in 5 s */
    has(at(PHASE_STOP_AND_REMAIN, 60, 5.1), "v2i.sig.stop_required");
    has(at(PHASE_STOP_AND_REMAIN, 60, -1), "v2i.sig.stop_required"); /* not told */
}

static void amber_is_stop_clear_or_dilemma(void **state)
{
    (void)state;
    has(at(PHASE_PROTECTED_CLEARANCE, 40, 3), "v2i.sig.stop_if_safe");
    /* 12 m/s for 3 s are 36 m: the line and 24 m behind it from 12 m on */
    has(at(PHASE_PROTECTED_CLEARANCE, 12, 3), "v2i.sig.clear");
    has(at(PHASE_PROTECTED_CLEARANCE, 12.1, 3), "v2i.sig.dilemma");
    has(at(PHASE_PERMISSIVE_CLEARANCE, 20, -1), "v2i.sig.dilemma");
}

static void green_proceeds_slows_or_yields(void **state)
{
    (void)state;
    has(at(PHASE_PROTECTED_MOVEMENT, 60, 5.1), "v2i.sig.proceed");
    has(at(PHASE_PROTECTED_MOVEMENT, 60, 4.9), "v2i.sig.proceed_slow");
    has(at(PHASE_PERMISSIVE_MOVEMENT, 60, 9), "v2i.sig.proceed_yield");
    has(at(PHASE_PRE_MOVEMENT, 60, 2), "v2i.sig.prepare");
    has(at(PHASE_CAUTION, 60, -1), "v2i.sig.dark_or_flashing");
}

static void without_data_nothing_is_guessed(void **state)
{
    (void)state;
    struct v2i_approach a = at(PHASE_STOP_AND_REMAIN, 60, 9);
    a.valid = false;
    has(a, "v2i.sig.data_invalid");
    is_leaf(app_rlvw(&a).leaf, "app.rlvw.not_applicable");
    is_leaf(app_glosa(&a).leaf, "app.glosa.not_applicable");
    a.data = false;
    has(a, "v2i.sig.no_data");
}

static void glosa_is_the_nearest_speed_that_meets_green(void **state)
{
    (void)state;
    struct v2i_approach a = at(PHASE_STOP_AND_REMAIN, 100, 10); /* green from 10 s on */
    near_to(v2i_glosa_mps(&a).value, 10, 1e-12);
    is_leaf(app_glosa(&a).leaf, "app.glosa.active"); /* 2 m/s are 7.2 km/h */
    a.speed_mps = 9;
    near_to(v2i_glosa_mps(&a).value, 9, 1e-12); /* it is green by then */
    a = at(PHASE_PROTECTED_MOVEMENT, 65, 5);    /* 13 m/s are still within the limit */
    near_to(v2i_glosa_mps(&a).value, 13, 1e-12);
    is_leaf(app_glosa(&a).leaf, "app.glosa.inactive");
    a = at(PHASE_PROTECTED_MOVEMENT, 75, 5); /* 15 m/s are not */
    assert_int_equal(v2i_glosa_mps(&a).status, MEASURE_OVERLAP);
    is_leaf(app_glosa(&a).leaf, "app.glosa.active"); /* a stop */
}

static void a_red_light_warning_is_for_more_than_two_metres_per_second_squared(void **state)
{
    (void)state;
    struct v2i_approach a = at(PHASE_STOP_AND_REMAIN, 36, 30); /* 144 / 72 = 2.0 */
    is_leaf(app_rlvw(&a).leaf, "app.rlvw.inactive");
    a.distance_m = 35.9;
    is_leaf(app_rlvw(&a).leaf, "app.rlvw.active");
    a.phase = PHASE_PROTECTED_MOVEMENT;
    is_leaf(app_rlvw(&a).leaf, "app.rlvw.inactive");
}

static void a_speed_advice_asks_for_what_its_distance_takes(void **state)
{
    (void)state;
    struct v2i_spd_subject s = {
        .advice = true, .speed_mps = 20, .advice_mps = 10, .distance_m = 300};
    is_leaf(v2i_spd(&s).leaf, "v2i.spd.reduce_coast"); /* 300 / 600 = 0.5 */
    s.distance_m = 299;
    is_leaf(v2i_spd(&s).leaf, "v2i.spd.reduce_ease");
    s.distance_m = 74; /* 300 / 148 = 2.03 */
    is_leaf(v2i_spd(&s).leaf, "v2i.spd.reduce_brake");
    is_leaf(app_csw(&s).leaf, "app.csw.active");
    s.distance_m = 42; /* 3.57 */
    is_leaf(v2i_spd(&s).leaf, "v2i.spd.cannot_comply");
    s.speed_mps = 10;
    is_leaf(v2i_spd(&s).leaf, "v2i.spd.comply");
    is_leaf(app_csw(&s).leaf, "app.csw.inactive");
    s.advice = false;
    is_leaf(v2i_spd(&s).leaf, "v2i.spd.none");
}

static void a_hazard_asks_by_its_kind_and_lane(void **state)
{
    (void)state;
    is_leaf(v2i_haz(HAZARD_OBSTACLE, true).leaf, "v2i.haz.change_lane");
    is_leaf(v2i_haz(HAZARD_OBSTACLE, false).leaf, "v2i.haz.slow");
    is_leaf(v2i_haz(HAZARD_CLOSED, true).leaf, "v2i.haz.reroute");
    is_leaf(v2i_haz(HAZARD_BLOCKED, false).leaf, "v2i.haz.stop");
    is_leaf(v2i_haz(HAZARD_OTHER, true).leaf, "v2i.haz.inform");
    is_leaf(v2i_haz(HAZARD_NONE, true).leaf, "v2i.haz.none");
}

static void what_was_done_is_judged_by_stop_and_time(void **state)
{
    (void)state;
    struct v2i_cmp_subject s = {
        .due = true, .stopped = true, .began = true, .reaction_s = 1.5, .spare_s = 0.5};
    struct label label = v2i_cmp(&s);
    is_leaf(label.leaf, "v2i.cmp.complied");
    near_to(label.value, 1.5, 1e-12);
    s.spare_s = -0.1;
    is_leaf(v2i_cmp(&s).leaf, "v2i.cmp.late_response");
    s.stopped = false;
    s.reduced = 0.3;
    is_leaf(v2i_cmp(&s).leaf, "v2i.cmp.partial");
    s.reduced = 0.29;
    is_leaf(v2i_cmp(&s).leaf, "v2i.cmp.ignored");
    s.impossible = true;
    is_leaf(v2i_cmp(&s).leaf, "v2i.cmp.impossible");
    s.due = false;
    is_leaf(v2i_cmp(&s).leaf, "v2i.cmp.not_due");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(red_is_stopped_at_from_36_m_on),
        cmocka_unit_test(red_that_ends_before_arrival_lets_go),
        cmocka_unit_test(amber_is_stop_clear_or_dilemma),
        cmocka_unit_test(green_proceeds_slows_or_yields),
        cmocka_unit_test(without_data_nothing_is_guessed),
        cmocka_unit_test(glosa_is_the_nearest_speed_that_meets_green),
        cmocka_unit_test(
            a_red_light_warning_is_for_more_than_two_metres_per_second_squared),
        cmocka_unit_test(a_speed_advice_asks_for_what_its_distance_takes),
        cmocka_unit_test(a_hazard_asks_by_its_kind_and_lane),
        cmocka_unit_test(what_was_done_is_judged_by_stop_and_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
