/* SPDX-License-Identifier: Apache-2.0 */
/* Moving boxes against hand calculation and against a plain search in steps of 1 ms that
 * knows nothing of separating axes. With --many: 100,000 pairs, and what a pair costs. */
#include "tests/unit/test_label_help.h"

#include <stdio.h>

#include "base/draw.h"
#include "label/boxes.h"

#define HORIZON_S 8.0

static uint64_t pairs_wanted = 2000;

static struct box still(double x, double y, double yaw, double length, double width)
{
    return box_make(x, y, yaw, 0, 0, length, width);
}

static void none(struct measure m, enum measure_status status)
{
    assert_int_equal(m.status, status);
    assert_true(m.value == 0);
}

/* Car 13.9 m/s, pedestrian from the right at 1.4 m/s, 30 m ahead. */
static struct box walking_car(void)
{
    return box_make(0, 0, 0, 13.9, 0, 4.8, 1.8);
}
static struct box walker(void)
{
    return box_make(30, -3.2, PI / 2, 0, 1.4, 0.5, 0.6);
}

static void the_pedestrian_is_met_at_1_964_s_where_centres_say_2_160(void **state)
{
    (void)state;
    struct box car = walking_car(), ped = walker();
    struct measure ttc = boxes_ttc(&car, &ped);
    double dx = 30, dy = -3.2, wx = -13.9, wy = 1.4;
    assert_int_equal(ttc.status, MEASURE_VALID);
    near_to(ttc.value, 1.964, 0.0005);
    near_to(-(dx * dx + dy * dy) / (dx * wx + dy * wy), 2.160, 0.0005);
    struct cpa cpa = boxes_cpa(&car, &ped);
    near_to(cpa.dcpa_m, 0.18, 0.005);
    ttc = boxes_ttc(&ped, &car);
    near_to(ttc.value, 1.964, 0.0005);
}

static void boxes_that_slide_beside_each_other_never_meet(void **state)
{
    (void)state;
    struct box slow = box_make(0, 0, 0, 10, 0, 4.6, 1.85);
    struct box apart = box_make(-30, 1.86, 0, 20, 0, 4.6, 1.85);
    struct box close = box_make(-30, 1.84, 0, 20, 0, 4.6, 1.85);
    none(boxes_ttc(&slow, &apart), MEASURE_NO_CONFLICT);
    struct measure ttc = boxes_ttc(&slow, &close);
    assert_int_equal(ttc.status, MEASURE_VALID);
    near_to(ttc.value, 2.54, 1e-9); /* 30 - 4.6 at 10 m/s */
    /* Skewed by 30 degrees, sliding along their own axis. */
    double c = cos(PI / 6), s = sin(PI / 6);
    struct box a = box_make(0, 0, PI / 6, 10 * c, 10 * s, 4.6, 1.85);
    struct box b =
        box_make(-30 * c - 1.9 * s, -30 * s + 1.9 * c, PI / 6, 20 * c, 20 * s, 4.6, 1.85);
    none(boxes_ttc(&a, &b), MEASURE_NO_CONFLICT);
}

static void a_box_inside_a_box_overlaps_until_it_has_left(void **state)
{
    (void)state;
    struct box hall = still(0, 0, 0, 10, 4), cart = box_make(0, 0, 0.3, 1, 0, 1, 1);
    none(boxes_ttc(&hall, &cart), MEASURE_OVERLAP);
    cart = box_make(0, 0, 0, 1, 0, 1, 1);
    struct box_contact contact = boxes_contact_times(&hall, &cart);
    assert_int_equal(contact.status, MEASURE_OVERLAP);
    near_to(contact.out_s, 5.5, 1e-12);
    assert_true(boxes_clearance_m(&hall, &cart) == 0);
}

static void equal_velocities_neither_meet_nor_divide_by_zero(void **state)
{
    (void)state;
    for (double dv = 1e-3; dv > 1e-15; dv /= 10) {
        struct box a = box_make(0, 0, 0.7, 15 + dv, 3, 4, 2);
        struct box b = box_make(30, 1, 0.7, 15, 3, 4, 2);
        none(boxes_ttc(&a, &b), MEASURE_NO_CONFLICT);
    }
    struct box a = box_make(0, 0, 0, 15, 3, 4, 2), b = box_make(1, 0, 0, 15, 3, 4, 2);
    struct box_contact contact = boxes_contact_times(&a, &b);
    assert_int_equal(contact.status, MEASURE_OVERLAP);
    assert_true(contact.out_s == MEASURES_TTC_MAX_S);
}

static void what_is_behind_or_too_far_ahead_is_no_conflict(void **state)
{
    (void)state;
    struct box a = box_make(0, 0, 0, 10, 0, 4, 2), behind = still(-20, 0, 0, 4, 2);
    struct box far = still(700, 0, 0, 4, 2);
    none(boxes_ttc(&a, &behind), MEASURE_NO_CONFLICT);
    none(boxes_ttc(&a, &far), MEASURE_NO_CONFLICT);
}

/* Corners and edges only. */
struct corners {
    double x[4], y[4];
};
static struct corners corners_of(const struct box *b, double t)
{
    static const int signs[4][2] = {{1, 1}, {-1, 1}, {-1, -1}, {1, -1}};
    struct corners c;
    for (int i = 0; i < 4; i++) {
        double l = signs[i][0] * b->half_length_m, w = signs[i][1] * b->half_width_m;
        c.x[i] = b->x_m + b->vx_mps * t + l * b->cos_yaw - w * b->sin_yaw;
        c.y[i] = b->y_m + b->vy_mps * t + l * b->sin_yaw + w * b->cos_yaw;
    }
    return c;
}
static double turn(const struct corners *p, int i, int k, double x, double y)
{
    return (p->x[k] - p->x[i]) * (y - p->y[i]) - (p->y[k] - p->y[i]) * (x - p->x[i]);
}
static bool inside(const struct corners *p, double x, double y)
{
    for (int i = 0; i < 4; i++) {
        if (turn(p, i, (i + 1) % 4, x, y) < 0) {
            return false;
        }
    }
    return true;
}
static bool edges_cross(const struct corners *p, const struct corners *q)
{
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 4; k++) {
            int ni = (i + 1) % 4, nk = (k + 1) % 4;
            if (turn(p, i, ni, q->x[k], q->y[k]) * turn(p, i, ni, q->x[nk], q->y[nk]) <=
                    0 &&
                turn(q, k, nk, p->x[i], p->y[i]) * turn(q, k, nk, p->x[ni], p->y[ni]) <=
                    0) {
                return true;
            }
        }
    }
    return false;
}
static bool touch_at(const struct box *a, const struct box *b, double t)
{
    double dx = b->x_m - a->x_m + (b->vx_mps - a->vx_mps) * t;
    double dy = b->y_m - a->y_m + (b->vy_mps - a->vy_mps) * t;
    double reach = a->half_length_m + a->half_width_m + b->half_length_m + b->half_width_m;
    if (dx * dx + dy * dy > reach * reach) {
        return false;
    }
    struct corners p = corners_of(a, t), q = corners_of(b, t);
    return inside(&p, q.x[0], q.y[0]) || inside(&q, p.x[0], p.y[0]) || edges_cross(&p, &q);
}

static double luck(uint64_t k, uint64_t which, double least, double most)
{
    return least +
           (most - least) * draw_uniform(draw_bits(draw_key(5, DRAW_SAMPLE), which, k));
}

static struct box random_box(uint64_t k, uint64_t which)
{
    double v = luck(k, which, -5, 35), yaw = luck(k, which + 1, -PI, PI);
    return box_make(luck(k, which + 2, -60, 60), luck(k, which + 3, -60, 60), yaw,
                    v * cos(yaw), v * sin(yaw), luck(k, which + 4, 0.3, 12),
                    luck(k, which + 5, 0.3, 2.6));
}

static void a_search_in_steps_of_1_ms_finds_the_same_contacts(void **state)
{
    (void)state;
    uint64_t hits = 0, thin = 0;
    for (uint64_t k = 0; k < pairs_wanted; k++) {
        struct box a = random_box(k, 0), b = random_box(k, 10);
        struct box_contact c = boxes_contact_times(&a, &b);
        bool found = false;
        double at = 0;
        for (int ms = 0; ms <= (int)(HORIZON_S * 1000) && !found; ms++) {
            at = ms / 1000.0;
            found = touch_at(&a, &b, at);
        }
        bool predicted = c.status == MEASURE_OVERLAP ||
                         (c.status == MEASURE_VALID && c.in_s <= HORIZON_S);
        if (predicted && !found) {
            /* Only a contact that fits between two steps can escape the search. */
            assert_true(c.out_s - c.in_s < 0.001 || c.in_s > HORIZON_S - 0.001);
            thin++;
            continue;
        }
        assert_int_equal(predicted, found);
        if (found) {
            assert_true(c.in_s <= at + 1e-9 && c.in_s > at - 0.001 - 1e-9);
            hits++;
        }
    }
    print_message("%llu pairs: %llu meet, %llu for less than a step, 0 mismatches\n",
                  (unsigned long long)pairs_wanted, (unsigned long long)hits,
                  (unsigned long long)thin);
    assert_true(hits * 50 > pairs_wanted);
}

static void overlap_agrees_with_corners_and_edges(void **state)
{
    (void)state;
    int both = 0;
    for (uint64_t k = 0; k < 20000; k++) {
        struct box a = random_box(k, 20), b = random_box(k, 30);
        b.x_m = a.x_m + luck(k, 40, -8, 8);
        b.y_m = a.y_m + luck(k, 41, -8, 8);
        bool touch = touch_at(&a, &b, 0);
        assert_int_equal(boxes_overlap(&a, &b), touch);
        assert_int_equal(boxes_clearance_m(&a, &b) == 0, touch);
        both += touch;
    }
    assert_true(both > 2000 && both < 18000);
}

static void clearance_is_the_distance_of_the_nearest_points(void **state)
{
    (void)state;
    struct box a = still(0, 0, 0, 2, 2), b = still(5, 6, 0, 2, 2),
               c = still(5, 0, PI / 4, 2, 2);
    near_to(boxes_clearance_m(&a, &b), 5, 1e-12);          /* corner to corner, 3-4-5 */
    near_to(boxes_clearance_m(&a, &c), 4 - sqrt(2), 1e-9); /* corner to face */
    struct box bus = still(0, 0, 0, 12, 2.5), ped = still(5, 2, 0, 0.5, 0.6);
    near_to(boxes_clearance_m(&bus, &ped), 2 - 1.25 - 0.3, 1e-12);
}

static void closest_approach_of_who_diverges_is_now(void **state)
{
    (void)state;
    struct box a = box_make(0, 0, 0, 10, 0, 4, 2), b = box_make(-30, 40, 0, 0, 0, 4, 2);
    struct cpa cpa = boxes_cpa(&a, &b);
    near_to(cpa.tcpa_s, -3, 1e-12);
    near_to(cpa.dcpa_m, 50, 1e-12);
    b.x_m = 30;
    cpa = boxes_cpa(&a, &b);
    near_to(cpa.tcpa_s, 3, 1e-12);
    near_to(cpa.dcpa_m, 40, 1e-12);
    b.vx_mps = 9.96; /* |dv| under 0.05 */
    cpa = boxes_cpa(&a, &b);
    assert_true(cpa.tcpa_s == 0);
    near_to(cpa.dcpa_m, 50, 1e-12);
}

static void uncertainty_brackets_the_time_to_collision(void **state)
{
    (void)state;
    struct box a = box_make(0, 0, 0, 10, 0, 4, 2), b = still(24, 0, 0, 4, 2);
    struct ttc_bounds t = boxes_ttc_bounds(&a, 0.5, &b, 0.5, 2);
    near_to(t.ttc.value, 2.0, 1e-12);
    near_to(t.pess.value, 1.8, 1e-12);
    near_to(t.opt.value, 2.2, 1e-12);
    struct box beside = still(24, 2.5, 0, 4, 2); /* misses by 0.5 m, or does it? */
    t = boxes_ttc_bounds(&a, 0.5, &beside, 0.5, 2);
    none(t.ttc, MEASURE_NO_CONFLICT);
    assert_int_equal(t.pess.status, MEASURE_VALID);
}

static void contact_is_found_between_ticks_with_impact_and_faces(void **state)
{
    (void)state;
    struct box car = box_make(0, 0, 0, 10, 0, 4, 2), lead = still(4.5, 0, 0, 4, 2);
    struct contact c = boxes_contact(&car, 1500, &lead, 500, 0.1);
    assert_true(c.happened);
    near_to(c.t_s, 0.05, 1e-12);
    near_to(c.impact_mps, 10, 1e-12);
    near_to(c.closing_mps, 10, 1e-12);
    near_to(c.delta_v_a_mps, 2.5, 1e-12); /* 500 / 2000 */
    near_to(c.delta_v_b_mps, 7.5, 1e-12);
    assert_int_equal(c.face_a, FACE_FRONT);
    assert_int_equal(c.face_b, FACE_REAR);
    assert_false(boxes_contact(&car, 1500, &lead, 500, 0.04).happened);
    /* Hit from its right: the other drives north into its side. */
    struct box north = box_make(0, -3.5, PI / 2, 0, 5, 4, 2);
    car = box_make(0, 0, 0, 0, 0, 4, 2);
    c = boxes_contact(&car, 1500, &north, 1500, 0.2);
    assert_true(c.happened);
    near_to(c.t_s, 0.1, 1e-9);
    assert_int_equal(c.face_a, FACE_RIGHT);
    assert_int_equal(c.face_b, FACE_FRONT);
}

static void occupation_of_a_crossing_is_entry_to_exit(void **state)
{
    (void)state;
    struct box car = box_make(-20, 0, 0, 10, 0, 4.6, 1.8);
    struct box ped = box_make(0, -3, PI / 2, 0, 1.5, 0.5, 0.6);
    struct crossing x = boxes_crossing(&car, 0, &ped, 0, 2);
    assert_int_equal(x.status, MEASURE_VALID);
    near_to(x.theta_rad, PI / 2, 1e-6);
    near_to(x.x_m, 0, 1e-9);
    near_to(x.d_a_m, 17.7, 1e-9);
    near_to(x.ttcp_a.value, 1.77, 1e-9);
    near_to(x.in_a_s, 1.74, 1e-9);  /* half a pedestrian's 0.6 m earlier */
    near_to(x.out_a_s, 2.26, 1e-9); /* and its length later */
    near_to(x.in_b_s, 1.85 / 1.5, 1e-9);
    near_to(x.out_b_s, 4.15 / 1.5, 1e-9);
    assert_true(x.conflict);
    ped.y_m = -9; /* comes when the car has gone: 7.85 / 1.5 - 2.26 */
    x = boxes_crossing(&car, 0, &ped, 0, 2);
    assert_false(x.conflict);
    near_to(x.gap_s, 7.85 / 1.5 - 2.26, 1e-9);
    x = boxes_crossing(&car, 2, &ped, 2, 2); /* widened by 0.4 s and by 2.67 s */
    assert_true(x.conflict);
}

static void flat_angles_are_following_and_a_standing_walker_has_no_time(void **state)
{
    (void)state;
    double flat = 14 * PI / 180;
    struct box a = box_make(-20, 0, 0, 10, 0, 4, 2);
    struct box b = box_make(-20, -5, flat, 10 * cos(flat), 10 * sin(flat), 4, 2);
    assert_int_equal(boxes_crossing(&a, 0, &b, 0, 2).status, MEASURE_NOT_APPLICABLE);
    struct box ped = box_make(0, -3, PI / 2, 0, 0.09, 0.5, 0.6);
    struct crossing x = boxes_crossing(&a, 0, &ped, 0, 2);
    none(x.ttcp_b, MEASURE_NO_CONFLICT);
    assert_false(x.conflict);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pedestrian_is_met_at_1_964_s_where_centres_say_2_160),
        cmocka_unit_test(boxes_that_slide_beside_each_other_never_meet),
        cmocka_unit_test(a_box_inside_a_box_overlaps_until_it_has_left),
        cmocka_unit_test(equal_velocities_neither_meet_nor_divide_by_zero),
        cmocka_unit_test(what_is_behind_or_too_far_ahead_is_no_conflict),
        cmocka_unit_test(a_search_in_steps_of_1_ms_finds_the_same_contacts),
        cmocka_unit_test(overlap_agrees_with_corners_and_edges),
        cmocka_unit_test(clearance_is_the_distance_of_the_nearest_points),
        cmocka_unit_test(closest_approach_of_who_diverges_is_now),
        cmocka_unit_test(uncertainty_brackets_the_time_to_collision),
        cmocka_unit_test(contact_is_found_between_ticks_with_impact_and_faces),
        cmocka_unit_test(occupation_of_a_crossing_is_entry_to_exit),
        cmocka_unit_test(flat_angles_are_following_and_a_standing_walker_has_no_time),
    };
    const struct CMUnitTest many[] = {
        cmocka_unit_test(a_search_in_steps_of_1_ms_finds_the_same_contacts),
    };
    if (argc > 1 && strcmp(argv[1], "--many") == 0) {
        pairs_wanted = 100000;
        return cmocka_run_group_tests(many, NULL, NULL);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
