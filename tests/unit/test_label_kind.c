/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of encounters by hand: numbers of the NHTSA scheme and Euro NCAP names for who met
 * whom, from where, doing what. */
#include "label/axes_kind.h"
#include "tests/unit/test_label_help.h"

#define RIGHT_ANGLE (PI / 2)

static struct enc_kind_subject meets(enum sender_kind other, double dyaw_rad)
{
    return (struct enc_kind_subject){.outcome = LEAF_ENC_OUT_NEAR_MISS,
                                     .ego_kind = KIND_CAR,
                                     .other_kind = other,
                                     .ego = {.speed_mps = 12},
                                     .other = {.speed_mps = 8},
                                     .dyaw_rad = dyaw_rad,
                                     .s_m = 20,
                                     .hidden_s = -1};
}

static void is(const struct enc_kind_subject *s, int number, const char *ncap)
{
    assert_int_equal(enc_pcs(s).leaf - LEAF_ENC_PCS_NA, number);
    assert_string_equal(leaf_name(enc_ncap(s).leaf), ncap);
}

static void what_is_no_conflict_is_no_crash_scenario(void **state)
{
    (void)state;
    struct enc_kind_subject s = meets(KIND_PEDESTRIAN, RIGHT_ANGLE);
    s.outcome = LEAF_ENC_OUT_INTERACTION;
    is(&s, 0, "none");
    s.outcome = LEAF_ENC_OUT_CENSORED;
    is(&s, 0, "none");
}

static void walkers_are_told_by_side_turn_and_cover(void **state)
{
    (void)state;
    struct enc_kind_subject s = meets(KIND_PEDESTRIAN, RIGHT_ANGLE); /* heads to the left */
    is(&s, 12, "cpna");
    s.dyaw_rad = -RIGHT_ANGLE;
    is(&s, 12, "cpfa");
    s.dyaw_rad = 0.3;
    is(&s, 12, "cpla");
    s.ego.turned_rad = -1.2;
    is(&s, 11, "cpta");
    s = meets(KIND_CHILD, RIGHT_ANGLE);
    s.hidden_s = 1.5;
    is(&s, 12, "cpnco");
    s.hidden_s = 2.5;
    is(&s, 12, "cpna");
    s.other_kind = KIND_PEDESTRIAN;
    s.hidden_s = 1.5;
    is(&s, 12, "cpna"); /* the hidden test is of a child */
}

static void riders_have_tests_of_their_own(void **state)
{
    (void)state;
    struct enc_kind_subject s = meets(KIND_CYCLIST, RIGHT_ANGLE);
    is(&s, 14, "cbna");
    s.hidden_s = 0.5;
    is(&s, 14, "cbnao");
    s.other_kind = KIND_ESCOOTER;
    is(&s, 14, "x_csnao");
    s.dyaw_rad = -RIGHT_ANGLE;
    is(&s, 14, "x_csfa");
    s.ego.turned_rad = 1;
    is(&s, 13, "x_csta");
    s = meets(KIND_ANIMAL, RIGHT_ANGLE);
    is(&s, 10, "none");
}

static void a_lead_is_told_by_its_speed(void **state)
{
    (void)state;
    struct enc_kind_subject s = meets(KIND_CAR, 0);
    is(&s, 24, "ccrm");
    s.other.accel_mps2 = -3;
    is(&s, 25, "ccrb");
    s.other.speed_mps = 0;
    s.other.accel_mps2 = 0;
    is(&s, 26, "ccrs");
    s.other_kind = KIND_MOTORCYCLE;
    is(&s, 26, "cmrs");
    s.other_kind = KIND_CAR;
    s.s_m = -20; /* the ego leads, and the one behind is slower to see it brake */
    s.ego.accel_mps2 = -3;
    is(&s, 25, "none");
    s = meets(KIND_CAR, 0);
    s.other.changes_lane = true;
    is(&s, 18, "ccrm");
    s.other.changes_lane = false;
    s.y_m = 3.5;
    is(&s, 19, "ccrm");
}

static void oncoming_and_crossing_are_told_by_turns_and_signals(void **state)
{
    (void)state;
    struct enc_kind_subject s = meets(KIND_CAR, PI);
    is(&s, 21, "ccfhos");
    s.ego.changes_lane = true;
    is(&s, 20, "ccfhol");
    s.ego.changes_lane = false;
    s.other.turned_rad = 1;
    is(&s, 29, "ccftap");
    s.signalised = true;
    is(&s, 27, "ccftap");
    s = meets(KIND_TRUCK, RIGHT_ANGLE);
    is(&s, 30, "cccscp");
    s.other.turned_rad = -1;
    is(&s, 31, "none");
    s.signalised = true;
    is(&s, 28, "none");
    s.other.ran_red = true;
    is(&s, 4, "none");
}

static void lost_control_and_what_a_scenario_tells_come_first(void **state)
{
    (void)state;
    struct enc_kind_subject s = meets(KIND_CAR, 0);
    s.other.control_lost = true;
    is(&s, 3, "ccrm");
    s.ego.changes_lane = true;
    is(&s, 2, "ccrm");
    s.told = 7;
    is(&s, 7, "ccrm");
    s.told = 0;
    s.other.control_lost = false;
    s.other.speed_mps = -1;
    is(&s, 15, "ccrs");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_conflict_is_no_crash_scenario),
        cmocka_unit_test(walkers_are_told_by_side_turn_and_cover),
        cmocka_unit_test(riders_have_tests_of_their_own),
        cmocka_unit_test(a_lead_is_told_by_its_speed),
        cmocka_unit_test(oncoming_and_crossing_are_told_by_turns_and_signals),
        cmocka_unit_test(lost_control_and_what_a_scenario_tells_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
