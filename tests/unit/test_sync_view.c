/* SPDX-License-Identifier: Apache-2.0 */
/* The synchronizer: anchors, members, silence, and the as-of view. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "sync/view.h"

#define START (INT64_C(700000000) * TIME_NS_PER_S)
enum { CAM, LIDAR, RADAR };

static const struct view_stream suite[] = {
    {MODALITY_CAMERA, 30}, {MODALITY_LIDAR, 10}, {MODALITY_RADAR, 20}};

static struct tai at_us(int64_t us)
{
    return (struct tai){START + us * 1000};
}

static struct tai at_ms(int64_t ms)
{
    return at_us(ms * 1000);
}

static struct synchronizer *sync_of(uint16_t streams)
{
    struct view_ego ego = {.agent = 5, .streams = suite, .stream_count = streams};
    struct view_config config = {
        .egos = &ego, .ego_count = 1, .start = {START}, .sigmas = extrapolate_defaults()};
    struct synchronizer *sync = NULL;
    struct fail fail = {0};
    assert_int_equal(view_new(&sync, &config, &fail), 0);
    return sync;
}

static void put_frame(struct synchronizer *sync, uint16_t stream, uint32_t seq,
                      int64_t mid_us, int64_t latency_us)
{
    struct sensor_frame frame = {.ego = 5,
                                 .stream = stream,
                                 .seq = seq,
                                 .t_mid = at_us(mid_us),
                                 .t_avail = at_us(mid_us + latency_us),
                                 .sigma_ns = 1e5};
    view_put(sync, &frame);
}

static void put_dropped(struct synchronizer *sync, uint16_t stream, uint32_t seq,
                        int64_t mid_us)
{
    struct sensor_frame frame = {.ego = 5,
                                 .stream = stream,
                                 .seq = seq,
                                 .t_mid = at_us(mid_us),
                                 .t_avail = at_us(mid_us),
                                 .sigma_ns = 1e5,
                                 .dropped = true};
    view_put(sync, &frame);
}

/* Camera, LiDAR and radar from `from_ms` on, all well behaved; a stream can be left out. */
static void put_all(struct synchronizer *sync, int64_t from_ms, int64_t to_ms, int without)
{
    for (int64_t k = 0; CAM != without && k * 100000 / 3 < (to_ms - from_ms) * 1000; k++) {
        put_frame(sync, CAM, (uint32_t)(from_ms * 3 / 100 + k),
                  from_ms * 1000 + 7000 + k * 100000 / 3, 40000);
    }
    for (int64_t ms = from_ms; LIDAR != without && ms < to_ms; ms += 100) {
        put_frame(sync, LIDAR, (uint32_t)(ms / 100), ms * 1000 + 50000, 60000);
    }
    for (int64_t ms = from_ms; RADAR != without && ms < to_ms; ms += 50) {
        put_frame(sync, RADAR, (uint32_t)(ms / 50), ms * 1000 + 20000, 30000);
    }
}

/* All views up to now, in ticks of 10 ms; the last one is left in *view. */
static int views_until(struct synchronizer *sync, int64_t from_ms, int64_t to_ms,
                       struct view *view)
{
    int count = 0;
    for (int64_t ms = from_ms; ms <= to_ms; ms += 10) {
        struct view_due due;
        while (view_due(sync, at_ms(ms), &due)) {
            view_make(sync, NULL, 0, NULL, 0, view);
            assert_int_equal(view->t_frame.ns, due.t_frame.ns);
            count++;
        }
    }
    return count;
}

static const struct view_member *member(const struct view *view, uint16_t stream)
{
    return &view->members[stream];
}

static void anchors_at_the_lidar_and_joins_the_nearest_of_the_others(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(3);
    struct view view;
    put_all(sync, 0, 400, -1);
    assert_int_equal(views_until(sync, 0, 210, &view), 1);
    assert_int_equal(view.anchor_stream, LIDAR);
    assert_int_equal(view.t_frame.ns, at_ms(50).ns);
    assert_int_equal(view.frame_uid, view_frame_uid(5, LIDAR, 0));
    assert_int_equal(view.member_count, 3);
    /* camera at 7, 40.333, 73.667: -9.667 ms; radar at 20, 70: +20 ms beats -30 ms */
    assert_int_equal(member(&view, CAM)->delta_ns, -9667000);
    assert_int_equal(member(&view, RADAR)->delta_ns, 20000000);
    assert_int_equal(member(&view, LIDAR)->delta_ns, 0);
    assert_int_equal(member(&view, CAM)->bound_ns, 16666666);
    assert_int_equal(member(&view, RADAR)->bound_ns, 25000000);
    assert_int_equal(view.quality, VIEW_Q_OK);
    assert_true(fabs(member(&view, CAM)->sigma_ns - 1e5 * sqrt(2)) < 1);
    view_free(sync);
}

static void decides_when_the_last_member_has_come(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(3);
    struct view_due due;
    put_all(sync, 0, 400, -1);
    bool is_due = false;
    for (int64_t ms = 0; ms <= 300 && !is_due; ms += 10) {
        is_due = view_due(sync, at_ms(ms), &due);
    }
    assert_true(is_due);
    assert_int_equal(due.t_decide.ns, at_ms(110).ns); /* LiDAR 50 + 60 */
    view_free(sync);
}

static void uses_each_frame_once(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(3);
    struct view view;
    uint32_t last_cam = 0;
    int count = 0;
    for (int64_t ms = 0; ms <= 2500; ms += 10) {
        if (ms % 1000 == 0) {
            put_all(sync, ms, ms + 1000, -1);
        }
        struct view_due due;
        while (view_due(sync, at_ms(ms), &due)) {
            view_make(sync, NULL, 0, NULL, 0, &view);
            const struct view_member *m = member(&view, CAM);
            assert_int_equal(m->status, VIEW_OK);
            assert_true(count == 0 || m->seq > last_cam);
            last_cam = m->seq;
            count++;
        }
    }
    assert_true(count >= 23);
    view_free(sync);
}

static void says_missing_with_its_cause_for_a_dropped_frame(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(3);
    struct view view;
    put_all(sync, 0, 300, RADAR);
    put_frame(sync, RADAR, 0, 20000, 30000);
    put_dropped(sync, RADAR, 1, 70000);
    put_frame(sync, RADAR, 2, 120000, 30000);
    put_frame(sync, RADAR, 3, 170000, 30000);
    assert_true(views_until(sync, 0, 200, &view) >= 1);
    assert_int_equal(view.t_frame.ns, at_ms(50).ns);
    assert_int_equal(member(&view, RADAR)->status, VIEW_MISSING);
    assert_int_equal(member(&view, RADAR)->cause, VIEW_CAUSE_DROPPED);
    assert_int_equal(view.quality, VIEW_Q_DEGRADED);
    view_free(sync);
}

static void says_late_for_a_frame_beyond_the_deadline(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(3);
    struct view view;
    put_all(sync, 0, 400, RADAR);
    put_frame(sync, RADAR, 1, 70000, 400000);
    put_frame(sync, RADAR, 2, 120000, 30000);
    assert_true(views_until(sync, 0, 300, &view) >= 1);
    assert_int_equal(view.t_frame.ns, at_ms(50).ns);
    assert_int_equal(member(&view, RADAR)->cause, VIEW_CAUSE_LATE);
    view_free(sync);
}

static void goes_on_when_a_stream_never_starts(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(3);
    struct view view;
    put_all(sync, 0, 2000, RADAR);
    assert_true(views_until(sync, 0, 2000, &view) >= 17);
    assert_int_equal(view.anchor_stream, LIDAR);
    assert_int_equal(member(&view, RADAR)->cause, VIEW_CAUSE_IDLE);
    view_free(sync);
}

static void falls_back_to_radar_when_the_lidar_falls_silent_and_returns(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(3);
    struct view view;
    int anchors[3] = {0};
    int64_t longest = 0;
    int64_t before = at_ms(50).ns;
    put_all(sync, 0, 1000, -1);
    for (int64_t ms = 0; ms <= 6000; ms += 10) {
        if (ms > 0 && ms % 1000 == 0) { /* the next second arrives */
            put_all(sync, ms, ms + 1000, ms < 4000 ? LIDAR : -1);
        }
        struct view_due due;
        while (view_due(sync, at_ms(ms), &due)) {
            view_make(sync, NULL, 0, NULL, 0, &view);
            anchors[view.anchor_stream]++;
            longest =
                view.t_frame.ns - before > longest ? view.t_frame.ns - before : longest;
            before = view.t_frame.ns;
        }
    }
    assert_int_equal(anchors[CAM], 0);
    assert_in_range(anchors[RADAR], 55, 62); /* three seconds at 20 Hz */
    assert_in_range(anchors[LIDAR], 26, 30);
    assert_true(longest <= 101 * TIME_NS_PER_MS);
    assert_int_equal(view.anchor_stream, LIDAR);
    view_free(sync);
}

static void makes_a_grid_of_100_ms_when_all_is_silent(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(0);
    struct view view;
    assert_int_equal(views_until(sync, 0, 1000, &view), 11);
    assert_int_equal(view.anchor_stream, VIEW_STREAM_GRID);
    assert_int_equal(view.t_frame.ns, at_ms(1000).ns);
    assert_int_equal(view.anchor_seq, 10);
    view_free(sync);
    sync = sync_of(3); /* three streams that never start */
    assert_int_equal(views_until(sync, 0, 1000, &view), 11);
    assert_int_equal(member(&view, LIDAR)->cause, VIEW_CAUSE_IDLE);
    view_free(sync);
}

static void is_not_held_by_a_stream_that_restarts_with_an_earlier_clock(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(3);
    struct view view;
    put_all(sync, 0, 1000, -1);
    assert_true(views_until(sync, 0, 900, &view) >= 6);
    for (int64_t i = 0; i < 20; i++) { /* LiDAR stamps 18 s ago from now on */
        struct sensor_frame frame = {.ego = 5,
                                     .stream = LIDAR,
                                     .seq = (uint32_t)i,
                                     .t_mid = at_ms(1050 + 100 * i - 18000),
                                     .t_avail = at_ms(1110 + 100 * i),
                                     .sigma_ns = 1e5};
        view_put(sync, &frame);
    }
    put_all(sync, 1000, 3000, LIDAR);
    assert_true(views_until(sync, 910, 3000, &view) >= 30);
    assert_int_equal(view.anchor_stream, RADAR);
    assert_true(view.t_frame.ns > at_ms(2700).ns);
    view_free(sync);
}

static void keeps_the_expected_instant_of_a_dropped_anchor(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(3);
    struct view view;
    put_all(sync, 0, 400, LIDAR);
    put_frame(sync, LIDAR, 0, 50000, 60000);
    put_dropped(sync, LIDAR, 1, 150000);
    put_frame(sync, LIDAR, 2, 250000, 60000);
    assert_int_equal(views_until(sync, 0, 300, &view), 2);
    assert_int_equal(view.t_frame.ns, at_ms(150).ns);
    assert_true(view.anchor_missing);
    assert_int_equal(member(&view, LIDAR)->status, VIEW_MISSING);
    assert_int_equal(member(&view, CAM)->status, VIEW_OK);
    view_free(sync);
}

static void is_unverified_when_a_member_has_no_common_clock(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(3);
    struct view view;
    put_all(sync, 0, 400, CAM);
    for (int i = 0; i < 9; i++) {
        struct sensor_frame frame = {.ego = 5,
                                     .stream = CAM,
                                     .seq = (uint32_t)i,
                                     .t_mid = at_us(33333 * i),
                                     .t_avail = at_us(33333 * i + 1),
                                     .sigma_ns = -1};
        view_put(sync, &frame);
    }
    assert_true(views_until(sync, 0, 210, &view) >= 1);
    assert_int_equal(member(&view, CAM)->quality, VIEW_Q_UNVERIFIED);
    assert_int_equal(view.quality, VIEW_Q_UNVERIFIED);
    view_free(sync);
}

static void grades_the_uncertainty_of_stamps(void **state)
{
    (void)state;
    static const double sigma_ns[] = {9e5, 4e6, 6e6};
    static const enum view_quality quality[] = {VIEW_Q_OK, VIEW_Q_DEGRADED, VIEW_Q_FAIL};
    for (int i = 0; i < 3; i++) {
        struct synchronizer *sync = sync_of(2);
        struct view view;
        put_frame(sync, LIDAR, 0, 50000, 60000);
        struct sensor_frame frame = {.ego = 5,
                                     .stream = CAM,
                                     .t_mid = at_us(45000),
                                     .t_avail = at_us(60000),
                                     .sigma_ns = sigma_ns[i]};
        view_put(sync, &frame);
        assert_true(views_until(sync, 0, 300, &view) >= 1);
        assert_int_equal(member(&view, CAM)->quality, quality[i]);
        view_free(sync);
    }
}

static void counts_frames_it_does_not_know_and_survives_a_flood(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(3);
    struct view view;
    struct sensor_frame stranger = {.ego = 6};
    view_put(sync, &stranger);
    for (uint32_t i = 0; i < 5000; i++) {
        put_frame(sync, CAM, i, (int64_t)i * 33333, 1000);
    }
    (void)views_until(sync, 0, 400, &view);
    assert_int_equal(view_counters(sync).unknown, 1);
    assert_true(view_counters(sync).overrun > 4000);
    view_free(sync);
}

/* One view with one LiDAR frame of given objects and one message. */
static void one_view(struct synchronizer *sync, const struct detection *objects,
                     uint32_t count, const struct view_message *messages, size_t heard,
                     const struct state *pose, struct view *view)
{
    struct sensor_frame frame = {.ego = 5,
                                 .stream = LIDAR,
                                 .t_mid = at_ms(50),
                                 .t_avail = at_ms(110),
                                 .sigma_ns = 1e5,
                                 .detections = objects,
                                 .detection_count = count};
    view_put(sync, &frame);
    struct view_due due;
    for (int64_t ms = 0; ms <= 300; ms += 10) {
        if (view_due(sync, at_ms(ms), &due)) {
            view_make(sync, messages, heard, pose, 0.3, view);
            return;
        }
    }
    fail_msg("no view within 300 ms");
}

static struct claim car_at(double x_m, double y_m, int64_t gen_ms)
{
    return (struct claim){.known = CLAIM_POSITION | CLAIM_SPEED | CLAIM_YAW | CLAIM_TIME |
                                   CLAIM_ACCURACY,
                          .x_m = x_m,
                          .y_m = y_m,
                          .speed_mps = 20,
                          .sigma_m = 0.5,
                          .kind = KIND_CAR,
                          .t_gen = at_ms(gen_ms)};
}

static struct detection object_at(double x_m, double y_m)
{
    return (struct detection){.kind = KIND_CAR,
                              .x_m = x_m,
                              .y_m = y_m,
                              .vx_mps = 20,
                              .sigma_x_m = 0.3,
                              .sigma_y_m = 0.3,
                              .t = at_ms(50),
                              .gt_agent = 77};
}

static void gives_the_age_of_information_exactly(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(2);
    struct view view;
    struct claim claim = car_at(30, 0, -150);
    struct state pose = {.x_m = 4, .present = true};
    struct view_message message = {
        .sender_idx = 9, .msg_type = MSG_BSM, .msg_uid = 42, .claim = &claim};
    one_view(sync, NULL, 0, &message, 1, &pose, &view);
    assert_int_equal(view.track_count, 1);
    const struct view_track *track = &view.tracks[0];
    assert_true(track->at.age_s == 0.2);
    assert_true(track->offset_ns == -2e8);
    assert_true(fabs(track->at.shift_m - 4) < 1e-12);
    assert_true(fabs(track->at.x_m - 34) < 1e-9);
    assert_true(fabs(track->distance_m - 30) < 1e-9);
    assert_false(track->sensed);
    /* 1 ms of the sender's clock and 0.1 ms of the frame's */
    assert_true(fabs(track->offset_sigma_ns - 1e6 * sqrt(1.01)) < 1);
    view_free(sync);
}

static void joins_a_track_with_the_object_at_its_extrapolated_place(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(2);
    struct view view;
    struct claim claim = car_at(30, 0, -150);
    struct detection objects[] = {object_at(30, 0), object_at(34.2, 0.1)};
    struct view_message message = {.sender_idx = 9, .msg_type = MSG_BSM, .claim = &claim};
    one_view(sync, objects, 2, &message, 1, NULL, &view);
    assert_true(view.tracks[0].sensed);
    assert_int_equal(view.tracks[0].object_index, 1);
    assert_true(fabs(view.tracks[0].sensed_x_m - 34.2) < 1e-9);
    assert_int_equal(view.objects[1].track_index, 0);
    assert_int_equal(view.objects[0].track_index, UINT32_MAX);
    assert_true(view.tracks[0].distance_m < 0); /* own pose unknown */
    view_free(sync);
}

static void moves_objects_to_the_instant_of_the_view(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(2);
    struct view view;
    struct detection object = object_at(30, 0);
    object.t = at_ms(25);
    one_view(sync, &object, 1, NULL, 0, NULL, &view);
    assert_true(fabs(view.objects[0].x_m - 30.5) < 1e-9);
    view_free(sync);
}

static void does_not_join_beyond_the_gate(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(2);
    struct view view;
    struct claim claim = car_at(30, 0, 50);
    /* across: S = 0.5^2 + 0.3^2 = 0.34; d2 = y^2 / 0.34: 13.8 at 2.166 m */
    struct detection in = object_at(30, 2.16);
    struct detection out = object_at(30, 2.18);
    struct view_message message = {.sender_idx = 9, .msg_type = MSG_BSM, .claim = &claim};
    one_view(sync, &in, 1, &message, 1, NULL, &view);
    assert_true(view.tracks[0].sensed);
    assert_true(fabs(view.tracks[0].d2 - 2.16 * 2.16 / 0.34) < 0.01);
    view_free(sync);
    sync = sync_of(2);
    one_view(sync, &out, 1, &message, 1, NULL, &view);
    assert_false(view.tracks[0].sensed);
    view_free(sync);
}

static void breaks_ties_of_the_same_place_by_index(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(2);
    struct view view;
    struct claim claim = car_at(30, 0, 50);
    struct detection objects[] = {object_at(30, 0), object_at(30, 0), object_at(30, 0)};
    struct view_message messages[] = {
        {.sender_idx = 3, .msg_type = MSG_BSM, .claim = &claim},
        {.sender_idx = 8, .msg_type = MSG_BSM, .claim = &claim}};
    one_view(sync, objects, 3, messages, 2, NULL, &view);
    assert_int_equal(view.tracks[0].object_index, 0);
    assert_int_equal(view.tracks[1].object_index, 1);
    assert_int_equal(view.objects[2].track_index, UINT32_MAX);
    view_free(sync);
}

static void makes_no_track_of_the_ego_itself(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(2);
    struct view view;
    struct claim claim = car_at(30, 0, 50);
    struct view_message message = {.sender_idx = 5, .msg_type = MSG_BSM, .claim = &claim};
    one_view(sync, NULL, 0, &message, 1, NULL, &view);
    assert_int_equal(view.track_count, 0);
    view_free(sync);
}

static void never_decides_on_what_has_not_come_yet(void **state)
{
    (void)state;
    struct synchronizer *sync = sync_of(3);
    struct view view;
    put_frame(sync, LIDAR, 0, 50000, 60000);
    put_frame(sync, RADAR, 0, 60000, 230000); /* the radar was idle until now */
    put_frame(sync, CAM, 0, 45000, 200000);
    int views = 0;
    for (int64_t ms = 0; ms <= 1000; ms += 10) {
        struct view_due due;
        while (view_due(sync, at_ms(ms), &due)) {
            assert_true(due.t_decide.ns <= at_ms(ms).ns);
            view_make(sync, NULL, 0, NULL, 0, &view);
            views++;
        }
    }
    assert_true(views > 3);
    view_free(sync);
}

static void gives_the_same_views_whatever_order_frames_come_in(void **state)
{
    (void)state;
    struct synchronizer *a = sync_of(3);
    struct synchronizer *b = sync_of(3);
    put_all(a, 0, 600, -1);
    for (int64_t ms = 500; ms >= 0; ms -= 100) { /* backwards, in blocks */
        put_all(b, ms, ms + 100, -1);
    }
    for (int64_t ms = 0; ms <= 500; ms += 10) {
        struct view_due due_a, due_b;
        bool is_due = view_due(a, at_ms(ms), &due_a);
        assert_int_equal(view_due(b, at_ms(ms), &due_b), is_due);
        if (is_due) {
            struct view va, vb;
            view_make(a, NULL, 0, NULL, 0, &va);
            view_make(b, NULL, 0, NULL, 0, &vb);
            assert_int_equal(due_a.t_decide.ns, due_b.t_decide.ns);
            for (uint16_t i = 0; i < va.member_count; i++) {
                assert_int_equal(va.members[i].t_mid.ns, vb.members[i].t_mid.ns);
            }
        }
    }
    view_free(a);
    view_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anchors_at_the_lidar_and_joins_the_nearest_of_the_others),
        cmocka_unit_test(decides_when_the_last_member_has_come),
        cmocka_unit_test(uses_each_frame_once),
        cmocka_unit_test(says_missing_with_its_cause_for_a_dropped_frame),
        cmocka_unit_test(says_late_for_a_frame_beyond_the_deadline),
        cmocka_unit_test(goes_on_when_a_stream_never_starts),
        cmocka_unit_test(falls_back_to_radar_when_the_lidar_falls_silent_and_returns),
        cmocka_unit_test(makes_a_grid_of_100_ms_when_all_is_silent),
        cmocka_unit_test(is_not_held_by_a_stream_that_restarts_with_an_earlier_clock),
        cmocka_unit_test(keeps_the_expected_instant_of_a_dropped_anchor),
        cmocka_unit_test(is_unverified_when_a_member_has_no_common_clock),
        cmocka_unit_test(grades_the_uncertainty_of_stamps),
        cmocka_unit_test(counts_frames_it_does_not_know_and_survives_a_flood),
        cmocka_unit_test(gives_the_age_of_information_exactly),
        cmocka_unit_test(joins_a_track_with_the_object_at_its_extrapolated_place),
        cmocka_unit_test(moves_objects_to_the_instant_of_the_view),
        cmocka_unit_test(does_not_join_beyond_the_gate),
        cmocka_unit_test(breaks_ties_of_the_same_place_by_index),
        cmocka_unit_test(makes_no_track_of_the_ego_itself),
        cmocka_unit_test(never_decides_on_what_has_not_come_yet),
        cmocka_unit_test(gives_the_same_views_whatever_order_frames_come_in),
    };
    return cmocka_run_group_tests_name("sync_view", tests, NULL, NULL);
}
