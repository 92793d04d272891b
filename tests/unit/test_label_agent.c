/* SPDX-License-Identifier: Apache-2.0 */
/* What one agent does across its way, at the kerb and on the road, and what it is. */
#include "label/axes_act.h"
#include "tests/unit/test_label_help.h"

static struct act_vru_subject walker(double kerb_m, double along_rad, double speed_mps)
{
    return (struct act_vru_subject){.vru = true,
                                    .map = true,
                                    .kerb_m = kerb_m,
                                    .along_rad = along_rad,
                                    .speed_mps = speed_mps,
                                    .hidden_s = -1};
}

static void does(struct act_vru_subject s, const char *leaf)
{
    assert_string_equal(leaf_name(act_vru(&s).leaf), leaf);
}

static void a_walker_waits_approaches_crosses_and_runs(void **state)
{
    (void)state;
    does(walker(0.5, PI / 2, 0), "waiting_kerb");
    does(walker(1.1, PI / 2, 0), "standing");
    struct act_vru_subject s = walker(2.5, PI / 2, 1.4);
    s.kerb_mps = 1.4; /* 2.5 m are 1.8 s */
    does(s, "approaching_kerb");
    s.kerb_m = 2.9; /* 2.07 s */
    does(s, "walking_along");
    s = walker(-1, PI / 2, 1.4);
    does(s, "crossing_unmarked");
    s.on_crosswalk = true;
    does(s, "crossing_marked");
    s.speed_mps = 2.6;
    does(s, "running_crossing");
    s.hidden_s = 1.9;
    does(s, "emerging_occluded");
    s.hidden_s = 2.1;
    does(s, "running_crossing");
    does(walker(-1, 0.5, 1.4), "walking_along"); /* along the lane */
    does(walker(-1, PI / 2, 0.2), "standing");
}

static void a_rider_crosses_goes_along_or_the_wrong_way(void **state)
{
    (void)state;
    struct act_vru_subject s = walker(-1, -PI / 2, 5);
    s.rides = true;
    does(s, "riding_crossing");
    s.along_rad = 0.1;
    does(s, "riding_along");
    s.along_rad = PI - 0.1;
    does(s, "wrong_way");
    s.kerb_m = 3;
    does(s, "riding_along"); /* off the road there is no direction */
    s.vru = false;
    does(s, "na");
}

static void a_turn_is_of_the_junction_or_of_the_bend(void **state)
{
    (void)state;
    struct act_lat_subject s = {
        .known = true, .vehicle = true, .map = true, .lane = true, .on_road = true};
    is_leaf(act_lat(&s).leaf, "act.lat.keep");
    s.turned_rad = 1; /* a bend of its lane is no turn */
    is_leaf(act_lat(&s).leaf, "act.lat.keep");
    s.turn = 1;
    is_leaf(act_lat(&s).leaf, "act.lat.turn_left");
    s.turn = 0;
    s.moves_aside_m = -3.5;
    is_leaf(act_lat(&s).leaf, "act.lat.lane_change_right");
    s.moves_aside_m = 1.9;
    is_leaf(act_lat(&s).leaf, "act.lat.keep");
    s.lateral_mps2 = -3.1;
    is_leaf(act_lat(&s).leaf, "act.lat.swerve");
    near_to(act_lat(&s).margin, 0.1, 1e-12);
    s.on_road = false;
    is_leaf(act_lat(&s).leaf, "act.lat.off_road");
    s.map = s.lane = false;
    s.turned_rad = -0.8; /* 46 degrees */
    is_leaf(act_lat(&s).leaf, "act.lat.turn_right");
    s.turned_rad = 2.4; /* 137.5 */
    is_leaf(act_lat(&s).leaf, "act.lat.uturn");
}

static void a_bend_ends_when_it_goes_straight_or_back(void **state)
{
    (void)state;
    struct act_bend b = {0};
    for (int i = 0; i < 20; i++) {
        act_bend_step(&b, 0.5, 0.1);
    }
    near_to(b.turned_rad, 1, 1e-12);
    for (int i = 0; i < 4; i++) {
        act_bend_step(&b, 0, 0.1);
    }
    near_to(b.turned_rad, 1, 1e-12); /* 0.4 s of a moment's straight */
    act_bend_step(&b, 0, 0.1);
    near_to(b.turned_rad, 0, 1e-12);
    act_bend_step(&b, 0.5, 0.1);
    act_bend_step(&b, -0.5, 0.1);
    near_to(b.turned_rad, -0.05, 1e-12);
}

static void somebody_is_of_one_kind(void **state)
{
    (void)state;
    struct kind_subject s = {.kind = KIND_PEDESTRIAN, .height_m = 1.75};
    is_leaf(vru_type(&s).leaf, "vru.type.ped_adult");
    is_leaf(veh_type(&s).leaf, "veh.type.na");
    s.height_m = 1.39;
    is_leaf(vru_type(&s).leaf, "vru.type.ped_child");
    s = (struct kind_subject){.kind = KIND_ESCOOTER, .length_m = 1.2, .speed_mps = 9};
    is_leaf(vru_type(&s).leaf, "vru.type.escooter");
    s.length_m = 1.8; /* fast and long: a moped */
    is_leaf(vru_type(&s).leaf, "vru.type.ptw");
    s = (struct kind_subject){.kind = KIND_MOTORCYCLE};
    is_leaf(vru_type(&s).leaf, "vru.type.ptw");
    is_leaf(veh_type(&s).leaf, "veh.type.motorcycle");
    s.kind = KIND_TRUCK;
    is_leaf(vru_type(&s).leaf, "vru.type.na");
    is_leaf(veh_type(&s).leaf, "veh.type.truck");
    s.kind = KIND_UNKNOWN;
    is_leaf(vru_type(&s).leaf, "vru.type.unknown");
    is_leaf(veh_type(&s).leaf, "veh.type.unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_walker_waits_approaches_crosses_and_runs),
        cmocka_unit_test(a_rider_crosses_goes_along_or_the_wrong_way),
        cmocka_unit_test(a_turn_is_of_the_junction_or_of_the_bend),
        cmocka_unit_test(a_bend_ends_when_it_goes_straight_or_back),
        cmocka_unit_test(somebody_is_of_one_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
