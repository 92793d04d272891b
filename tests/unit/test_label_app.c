/* SPDX-License-Identifier: Apache-2.0 */
/* Applications by hand. The host drives east at the origin, 4.6 m long; cars of an_agent
 * are 4.6 m by 1.85 m, so a gap is the distance of the centres less 4.6 m. */
#include "label/axes_app.h"
#include "tests/unit/test_label_help.h"

struct stage {
    struct known_agent host, others[3];
    size_t count;
    struct app_host knows;
};

/* The verdict about others[0]. */
static const char *told(const struct stage *s, int which)
{
    struct app_around around = {0};
    struct rel_subject subjects[3];
    for (size_t i = 0; i < s->count; i++) {
        subjects[i] = rel_subject(&s->host, &s->others[i], 0);
        app_around_take(&around, &subjects[i], s->others[i].index);
    }
    struct app_subject a = {.host = s->knows,
                            .around = around,
                            .sensor_only = s->others[0].sensor_only,
                            .hidden = s->others[0].unseen,
                            .events = s->others[0].events,
                            .other = s->others[0].index};
    return leaf_name(app_pair(&subjects[0], &a).by[which].leaf);
}

static struct stage with(struct known_agent other)
{
    return (struct stage){
        .host = an_agent(1, "host", KIND_CAR, 0, 0, 0, 20), .others = {other}, .count = 1};
}

static struct known_agent car(uint32_t index, double x, double y, double yaw, double mps)
{
    return an_agent(index, "car", KIND_CAR, x, y, yaw, mps);
}

static void eebl_is_for_hard_braking_behind_another_vehicle(void **state)
{
    (void)state;
    struct stage s = with(car(2, 100, 0, 0, 20));
    s.others[0].accel_mps2 = -6;
    assert_string_equal(told(&s, APP_EEBL), "not_applicable"); /* nobody between, seen */
    s.others[s.count++] = car(3, 40, 0, 0, 20);
    assert_string_equal(told(&s, APP_EEBL), "active"); /* 95.4 m at 20 m/s are 4.8 s */
    s.others[0].accel_mps2 = -3.9;
    assert_string_equal(told(&s, APP_EEBL), "inactive");
    s.others[0].events = 1u << 7; /* eventHardBraking */
    assert_string_equal(told(&s, APP_EEBL), "active");
    s.others[0].x_m = 125; /* 120.4 m are 6.02 s */
    assert_string_equal(told(&s, APP_EEBL), "inactive");
    s.others[0].yaw_rad = PI;
    assert_string_equal(told(&s, APP_EEBL), "not_applicable");
}

static void fcw_is_for_the_lead_alone(void **state)
{
    (void)state;
    struct stage s = with(car(2, 50, 0, 0, 5));
    /* 45.4 m at 15 m/s are 3.03 s; after 1 s 30.4 m: 225 / 60.8 = 3.7 m/s2 */
    assert_string_equal(told(&s, APP_FCW), "active");
    s.others[0].vx_mps = 12; /* 5.7 s; 64 / 74.8 = 0.86 */
    assert_string_equal(told(&s, APP_FCW), "inactive");
    s.others[s.count++] = car(3, 20, 0, 0, 20);
    assert_string_equal(told(&s, APP_FCW), "not_applicable"); /* not the first one */
}

static void bsw_is_for_the_zone_beside_the_rear_bumper(void **state)
{
    (void)state;
    struct stage s = with(car(2, -5, 3.5, 0, 20)); /* -7.3 to -2.7; the zone -5.3 to 3.7 */
    assert_string_equal(told(&s, APP_BSW), "active");
    s.others[0].x_m = -7.7; /* its front at -5.4 */
    assert_string_equal(told(&s, APP_BSW), "inactive");
    s.others[0].x_m = -20; /* a gap of 15.4 m */
    assert_string_equal(told(&s, APP_BSW), "not_applicable");
    s.others[0].x_m = -5;
    s.others[0].y_m = 0;
    assert_string_equal(told(&s, APP_BSW), "not_applicable");
    s.others[0].y_m = -3.5;
    s.knows.moves_aside_m = 3.5;
    assert_string_equal(told(&s, APP_BSW), "not_applicable"); /* that is what lcw is for */
}

static void lcw_is_for_the_side_that_the_host_moves_to(void **state)
{
    (void)state;
    struct stage s = with(car(2, -30, 3.5, 0, 28)); /* 22.4 m at 8 m/s: 2.8 s */
    s.knows.moves_aside_m = 3.5;
    assert_string_equal(told(&s, APP_LCW), "active");
    s.others[0].x_m = -36; /* 28.4 m: 3.55 s */
    assert_string_equal(told(&s, APP_LCW), "inactive");
    s.knows.moves_aside_m = -3.5;
    assert_string_equal(told(&s, APP_LCW), "not_applicable");
}

static void dnpw_weighs_passing_against_meeting(void **state)
{
    (void)state;
    /* Past 30 m, two lengths and 10 m at 8 m/s: 44.6 / 8 = 5.6 s; to meet at 40 m/s. */
    struct stage s = with(car(2, 300, 3.5, PI, 20)); /* 7.5 s */
    s.others[s.count++] = car(3, 30, 0, 0, 12);
    assert_string_equal(told(&s, APP_DNPW), "active"); /* 1.9 s to spare */
    s.others[0].x_m = 310;                             /* 7.75 s: 2.2 s */
    assert_string_equal(told(&s, APP_DNPW), "inactive");
    s.count = 1;
    assert_string_equal(told(&s, APP_DNPW), "not_applicable"); /* nobody to pass */
}

static void ima_is_for_crossing_ways_that_meet(void **state)
{
    (void)state;
    struct stage s = with(car(2, 40, -40, PI / 2, 20));
    assert_string_equal(told(&s, APP_IMA), "active"); /* both there in 2 s */
    s.others[0].y_m = -90;
    assert_string_equal(told(&s, APP_IMA), "inactive");
    s.others[0].y_m = 40;
    assert_string_equal(told(&s, APP_IMA), "not_applicable"); /* it is past */
    s = with(an_agent(2, "ped", KIND_PEDESTRIAN, 40, -3, PI / 2, 1.5));
    assert_string_equal(told(&s, APP_IMA), "not_applicable"); /* that is what pcw is for */
    assert_string_equal(told(&s, APP_PCW), "active");
}

static void lta_is_for_the_oncoming_when_the_host_turns_left(void **state)
{
    (void)state;
    struct stage s = with(car(2, 60, 3.5, PI, 15));
    s.host.vx_mps = 8;
    s.knows = (struct app_host){.known = true, .turns_left = true, .turn_in_m = 8};
    /* At the area in 2 s; the other, 41.7 m before it, in 2.8 s; the host is out at 3 s. */
    assert_string_equal(told(&s, APP_LTA), "active");
    s.others[0].x_m = 90; /* 4.8 s */
    assert_string_equal(told(&s, APP_LTA), "inactive");
    s.knows.turns_left = false;
    assert_string_equal(told(&s, APP_LTA), "not_applicable");
}

static void clw_is_for_lost_control_on_the_way_of_the_host(void **state)
{
    (void)state;
    struct stage s = with(car(2, 100, 0, 0, 15));
    assert_string_equal(told(&s, APP_CLW), "not_applicable");
    s.others[0].events = 1u << 2; /* ABS */
    assert_string_equal(told(&s, APP_CLW), "active");
    s.others[0].x_m = -30;
    assert_string_equal(told(&s, APP_CLW), "inactive");
}

static void what_only_a_sensor_shows_has_no_message_to_warn_of(void **state)
{
    (void)state;
    struct stage s = with(an_agent(2, "ped", KIND_PEDESTRIAN, 30, -2, PI / 2, 1.5));
    s.others[0].sensor_only = true;
    assert_string_equal(told(&s, APP_PCW), "not_applicable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eebl_is_for_hard_braking_behind_another_vehicle),
        cmocka_unit_test(fcw_is_for_the_lead_alone),
        cmocka_unit_test(bsw_is_for_the_zone_beside_the_rear_bumper),
        cmocka_unit_test(lcw_is_for_the_side_that_the_host_moves_to),
        cmocka_unit_test(dnpw_weighs_passing_against_meeting),
        cmocka_unit_test(ima_is_for_crossing_ways_that_meet),
        cmocka_unit_test(lta_is_for_the_oncoming_when_the_host_turns_left),
        cmocka_unit_test(clw_is_for_lost_control_on_the_way_of_the_host),
        cmocka_unit_test(what_only_a_sensor_shows_has_no_message_to_warn_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
