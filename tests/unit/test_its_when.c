/* SPDX-License-Identifier: Apache-2.0 */
/* When CAM, VAM and DENM go out: numbers from EN 302 637-2 6.1.3, TS 103 300-3 table 17 and
 * EN 302 637-3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "scenarios/its_when.h"

#define MS 1000000LL

/* CAMs of 10 s, asked every 10 ms, of a car whose speed and yaw rate are given. */
static int cams(double speed_mps, double yaw_rate, int64_t dcc_ms, int *low)
{
    struct its_when w = {0};
    struct its_pose p = {.speed_mps = speed_mps};
    int count = 0;
    *low = 0;
    for (int k = 0; k < 1000; k++) {
        struct its_due due = its_cam_due(&w, &p, k * 10 * MS, dcc_ms * MS);
        count += due.send;
        *low += due.low_frequency;
        p.x_m += speed_mps * 0.01 * cos(p.yaw_rad);
        p.y_m += speed_mps * 0.01 * sin(p.yaw_rad);
        p.yaw_rad += yaw_rate * 0.01;
    }
    return count;
}

static void a_cam_follows_distance_speed_and_heading(void **state)
{
    (void)state;
    int low;
    assert_int_equal(cams(0, 0, 0, &low), 10); /* at rest once a second */
    assert_int_equal(low, 10);
    /* 20 m/s: more than 4 m after 0.21 s */
    int fast = cams(20, 0, 0, &low);
    assert_true(fast >= 47 && fast <= 50);
    assert_true(low >= 15 && low <= 17); /* every third: 0.63 s */
    /* 60 m/s would be every 70 ms: 100 ms is the least */
    assert_int_equal(cams(60, 0, 0, &low), 100);
    /* congestion control allows one in 400 ms */
    assert_int_equal(cams(60, 0, 400, &low), 25);
    /* standing on a turntable of 20 deg/s: more than 4 degrees after 0.21 s */
    int turning = cams(0, 20 * acos(-1) / 180, 0, &low);
    assert_true(turning >= 47 && turning <= 50);
}

static void three_more_cams_keep_the_pace_after_a_movement(void **state)
{
    (void)state;
    struct its_when w = {0};
    struct its_pose p = {0};
    int64_t sent[16];
    int count = 0;
    for (int k = 0; k < 500; k++) {
        p.speed_mps = k >= 30 ? 0.6 : 0; /* one change of speed, 0.3 s after the first */
        if (its_cam_due(&w, &p, k * 10 * MS, 0).send) {
            assert_true(count < 16);
            sent[count++] = k * 10;
        }
    }
    /* 0, then the change at 300, three at its pace of 300 ms, then one a second */
    const int64_t expected[] = {0, 300, 600, 900, 1200, 2200, 3200, 4200};
    assert_int_equal(count, 8);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(sent[i], expected[i]);
    }
}

static void a_vam_is_sent_at_least_every_five_seconds(void **state)
{
    (void)state;
    struct its_when w = {0};
    struct its_pose p = {0};
    int count = 0;
    for (int k = 0; k < 2000; k++) {
        count += its_vam_due(&w, &p, false, k * 10 * MS, 0).send;
    }
    assert_int_equal(count, 4); /* 0, 5, 10, 15 s */
    assert_true(its_vam_due(&w, &p, true, 20010 * MS - 10 * MS, 0).send);
    assert_false(its_vam_due(&w, &p, true, 20050 * MS, 0).send); /* not within 100 ms */
    assert_true(its_vam_due(&w, &p, true, 20100 * MS, 0).send);
    p.x_m = 4.1;
    assert_true(its_vam_due(&w, &p, false, 20300 * MS, 0).send);
}

static void the_safe_distances_grow_with_speed_lengthwise_only(void **state)
{
    (void)state;
    assert_true(its_is_close(6.9, 1.9, 1.4)); /* 1.4 m/s times 5 s */
    assert_false(its_is_close(7.1, 1.9, 1.4));
    assert_false(its_is_close(1, 2.1, 5));
    assert_true(its_is_close(-6.9, -1.9, 1.4));
}

static void a_denm_is_repeated_for_its_duration(void **state)
{
    (void)state;
    struct its_event e = {
        .detected_ns = 1000 * MS, .interval_ns = 500 * MS, .duration_ns = 2000 * MS};
    struct its_event once = {.detected_ns = 0};
    int count = 0;
    int single = 0;
    for (int k = 0; k < 1000; k++) {
        count += its_denm_due(&e, k * 10 * MS);
        single += its_denm_due(&once, k * 10 * MS);
    }
    assert_int_equal(count, 5); /* 1.0, 1.5, 2.0, 2.5, 3.0 s */
    assert_int_equal(single, 1);
    struct its_event over = {.detected_ns = 0, .validity_ns = 1000 * MS};
    assert_false(its_denm_due(&over, 1000 * MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cam_follows_distance_speed_and_heading),
        cmocka_unit_test(three_more_cams_keep_the_pace_after_a_movement),
        cmocka_unit_test(a_vam_is_sent_at_least_every_five_seconds),
        cmocka_unit_test(the_safe_distances_grow_with_speed_lengthwise_only),
        cmocka_unit_test(a_denm_is_repeated_for_its_duration),
    };
    return cmocka_run_group_tests_name("its_when", tests, NULL, NULL);
}
