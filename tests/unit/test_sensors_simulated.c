/* SPDX-License-Identifier: Apache-2.0 */
/* Simulated camera, LiDAR and radar: rates, stamps, noise and luck. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/fmath.h"
#include "sensors/simulated.h"

#define START (INT64_C(700000000) * TIME_NS_PER_S)
#define SEED  20260601u

static const struct sensor_spec suite[] = {
    {"cam", MODALITY_CAMERA, 30, 80, 90, 0, 1.5, 0, 1.4, 40},
    {"top", MODALITY_LIDAR, 10, 120, 360, 0, 0, 0, 1.9, 60},
    {"rad", MODALITY_RADAR, 20, 150, 60, 0, 2, 0, 0.6, 30},
};

static const struct agent agents[] = {
    {.id = "ego", .kind = KIND_CAR, .length_m = 4.5, .width_m = 1.8, .height_m = 1.5},
    {.id = "car", .kind = KIND_CAR, .length_m = 4.5, .width_m = 1.8, .height_m = 1.5},
    {.id = "rsu", .kind = KIND_RSU, .length_m = 1, .width_m = 1, .height_m = 6},
    {.id = "ped", .kind = KIND_PEDESTRIAN, .length_m = .5, .width_m = .5, .height_m = 1.7},
};
static const struct state still[] = {
    {.x_m = 0, .y_m = 0, .present = true},
    {.x_m = 30, .y_m = 0, .speed_mps = 10, .present = true},
    {.x_m = 20, .y_m = -3, .present = true},
    {.x_m = 15, .y_m = 5, .present = true},
};

static struct simulated *make(const struct simulated_config *config)
{
    static const struct simulated_ego ego = {.agent = 0, .specs = suite, .spec_count = 3};
    struct simulated *sim = NULL;
    struct fail fail = {0};
    assert_int_equal(simulated_new(&sim, &ego, 1, NULL, config, &fail), 0);
    return sim;
}

static struct simulated_config perfect(void)
{
    struct simulated_config config = simulated_defaults(SEED, (struct tai){START}, 100);
    config.drop_probability = 0;
    config.ghost_probability = 0;
    config.clock_sigma_ns = 0;
    return config;
}

static void take(struct simulated *sim, struct sensor_frame *frame)
{
    simulated_make(sim, agents, still, 4, frame);
}

static void gives_exactly_1800_600_and_1200_frames_in_a_minute(void **state)
{
    (void)state;
    struct simulated_config config = simulated_defaults(SEED, (struct tai){START}, 100);
    struct simulated *sim = make(&config);
    struct simulated_due due;
    int frames[3] = {0};
    int64_t first[3] = {0};
    int64_t last = INT64_MIN;
    for (;;) {
        assert_true(simulated_next(sim, &due));
        assert_true(due.t_mid.ns >= last);
        last = due.t_mid.ns;
        if (first[due.stream] && due.t_mid.ns >= first[due.stream] + 60 * TIME_NS_PER_S) {
            break;
        }
        first[due.stream] = first[due.stream] ? first[due.stream] : due.t_mid.ns;
        frames[due.stream]++;
        struct sensor_frame frame;
        take(sim, &frame);
        assert_int_equal(frame.seq, frames[due.stream] - 1);
    }
    /* the stream that comes round first ends the minute; the others lack at most one */
    assert_true(frames[0] == 1800 || frames[0] == 1799);
    assert_true(frames[1] == 600 || frames[1] == 599);
    assert_true(frames[2] == 1200 || frames[2] == 1199);
    simulated_free(sim);
}

static void keeps_thirty_hertz_to_the_nanosecond_after_an_hour(void **state)
{
    (void)state;
    struct simulated_config config = perfect();
    struct simulated_ego ego = {.agent = 0, .specs = suite, .spec_count = 1};
    struct simulated *sim = NULL;
    struct fail fail;
    assert_int_equal(simulated_new(&sim, &ego, 1, NULL, &config, &fail), 0);
    struct simulated_due first, due;
    struct sensor_frame frame;
    assert_true(simulated_next(sim, &first));
    for (int i = 0; i < 30 * 3600; i++) {
        simulated_make(sim, agents, still, 0, &frame);
    }
    assert_true(simulated_next(sim, &due));
    assert_int_equal(due.t_mid.ns - first.t_mid.ns, 3600 * TIME_NS_PER_S);
    simulated_free(sim);
}

static void puts_the_middle_where_each_modality_measures(void **state)
{
    (void)state;
    struct simulated_config config = perfect();
    struct simulated *sim = make(&config);
    bool seen[3] = {false};
    for (int i = 0; i < 20; i++) {
        struct sensor_frame f;
        struct simulated_due due;
        assert_true(simulated_next(sim, &due));
        take(sim, &f);
        assert_int_equal(f.t_mid.ns, due.t_mid.ns);
        int64_t half = f.stream == 0 ? 5 : f.stream == 1 ? 50 : 10; /* ms */
        assert_int_equal(f.t_mid.ns - f.t_start.ns, half * TIME_NS_PER_MS);
        assert_int_equal(f.t_end.ns - f.t_mid.ns, half * TIME_NS_PER_MS);
        assert_true(f.t_avail.ns >= f.t_end.ns);
        seen[f.stream] = true;
    }
    assert_true(seen[0] && seen[1] && seen[2]);
    simulated_free(sim);
}

static void keeps_the_phase_of_a_stream_within_its_first_period(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 50; seed++) {
        struct simulated_config config = simulated_defaults(seed, (struct tai){START}, 100);
        struct simulated *sim = make(&config);
        struct simulated_due due;
        assert_true(simulated_next(sim, &due));
        assert_true(due.t_mid.ns >= START);
        assert_true(due.t_mid.ns < START + 50 * TIME_NS_PER_MS);
        simulated_free(sim);
    }
}

/* Detections of one agent by one stream over so many frames. */
static uint32_t detections(const struct simulated_config *config, uint16_t stream,
                           uint32_t agent, uint32_t frames, struct detection *out,
                           uint32_t *objects)
{
    struct simulated *sim = make(config);
    uint32_t count = 0;
    *objects = 0;
    for (uint32_t seen = 0; seen < frames;) {
        struct sensor_frame f;
        take(sim, &f);
        if (f.stream != stream) {
            continue;
        }
        seen++;
        *objects += f.detection_count;
        for (uint32_t i = 0; i < f.detection_count; i++) {
            if (f.detections[i].gt_agent == agent) {
                out[count++] = f.detections[i];
            }
        }
    }
    simulated_free(sim);
    return count;
}

static struct detection found[4000];

static void measures_a_visible_car_within_the_stated_sigma(void **state)
{
    (void)state;
    struct simulated_config config = perfect();
    config.pose_sigma_m = 0;
    config.pose_sigma_yaw_rad = 0;
    uint32_t objects;
    uint32_t n = detections(&config, 1, 1, 2000, found, &objects);
    assert_true(n > 1900); /* 0.98 of 2000 */
    double squares = 0;
    for (uint32_t i = 0; i < n; i++) {
        /* the LiDAR meets bearing 0 in the middle of its scan */
        double e = (found[i].x_m - 30) / found[i].sigma_x_m;
        squares += e * e;
    }
    assert_true(squares / n > 0.9 && squares / n < 1.1);
}

static void measures_each_lidar_object_at_its_own_instant(void **state)
{
    (void)state;
    struct simulated_config config = perfect();
    struct simulated *sim = make(&config);
    struct sensor_frame f;
    do {
        take(sim, &f);
    } while (f.stream != 1 || f.detection_count < 2);
    for (uint32_t i = 0; i < f.detection_count; i++) {
        const struct detection *d = &f.detections[i];
        const struct state *at = &still[d->gt_agent];
        double share = fm_atan2(at->y_m, at->x_m) / (2 * FM_PI);
        double ms = (double)(d->t.ns - f.t_mid.ns) / 1e6;
        assert_true(fm_abs(ms - 100 * share) < 1e-5);
    }
    simulated_free(sim);
}

static void never_reports_itself_or_what_has_no_body(void **state)
{
    (void)state;
    struct simulated_config config = perfect();
    uint32_t objects;
    assert_int_equal(detections(&config, 1, 0, 300, found, &objects), 0);
    assert_int_equal(detections(&config, 1, 2, 300, found, &objects), 0);
}

static void keeps_a_track_number_and_does_not_tell_the_agent_by_it(void **state)
{
    (void)state;
    struct simulated_config config = perfect();
    uint32_t objects;
    uint32_t n = detections(&config, 1, 3, 300, found, &objects);
    assert_true(n > 200);
    for (uint32_t i = 1; i < n; i++) {
        assert_int_equal(found[i].track, found[0].track);
    }
    assert_true(found[0].track == 1 || found[0].track == 2); /* first come, first counted */
}

static void drops_frames_and_sees_ghosts_as_often_as_told(void **state)
{
    (void)state;
    struct simulated_config config = perfect();
    config.drop_probability = 0.05;
    config.ghost_probability = 0.1;
    struct simulated *sim = make(&config);
    int dropped = 0;
    int ghosts = 0;
    for (int i = 0; i < 6000; i++) {
        struct sensor_frame f;
        take(sim, &f);
        dropped += f.dropped;
        assert_true(!f.dropped || f.detection_count == 0);
        for (uint32_t k = 0; k < f.detection_count; k++) {
            ghosts += f.detections[k].gt_agent == AGENT_NONE;
        }
    }
    assert_in_range(dropped, 240, 360); /* 300 +- 3.5 sigma */
    assert_in_range(ghosts, 490, 650);  /* 570 +- 3.5 sigma */
    simulated_free(sim);
}

static void gives_the_same_frames_for_the_same_seed(void **state)
{
    (void)state;
    struct simulated_config config = simulated_defaults(SEED, (struct tai){START}, 100);
    struct simulated *a = make(&config);
    struct simulated *b = make(&config);
    for (int i = 0; i < 500; i++) {
        struct sensor_frame fa, fb;
        take(a, &fa);
        take(b, &fb);
        assert_int_equal(fa.t_avail.ns, fb.t_avail.ns);
        assert_int_equal(fa.detection_count, fb.detection_count);
        for (uint32_t k = 0; k < fa.detection_count; k++) {
            assert_true(fa.detections[k].x_m == fb.detections[k].x_m);
        }
    }
    simulated_free(a);
    simulated_free(b);
}

static void does_not_change_an_objects_luck_when_another_appears(void **state)
{
    (void)state;
    struct simulated_config config = perfect();
    struct simulated *a = make(&config);
    struct simulated *b = make(&config);
    for (int i = 0; i < 500; i++) {
        struct sensor_frame fa, fb;
        simulated_make(a, agents, still, 4, &fa);
        simulated_make(b, agents, still, 2, &fb); /* no pedestrian */
        const struct detection *da = NULL;
        const struct detection *db = NULL;
        for (uint32_t k = 0; k < fa.detection_count; k++) {
            da = fa.detections[k].gt_agent == 1 ? &fa.detections[k] : da;
        }
        for (uint32_t k = 0; k < fb.detection_count; k++) {
            db = fb.detections[k].gt_agent == 1 ? &fb.detections[k] : db;
        }
        assert_true((da == NULL) == (db == NULL));
        assert_true(!da || da->x_m == db->x_m);
    }
    simulated_free(a);
    simulated_free(b);
}

static void measures_its_own_pose_with_an_error_that_wanders_slowly(void **state)
{
    (void)state;
    struct simulated_config config = perfect();
    struct simulated *sim = make(&config);
    double squares = 0;
    double jump = 0;
    double before = 0;
    for (int i = 0; i < 20000; i++) {
        double sigma;
        struct tai t = {START + i * 100 * TIME_NS_PER_MS};
        struct state pose = simulated_pose(sim, 0, t, &still[0], &sigma);
        assert_true(sigma == 0.3);
        squares += pose.x_m * pose.x_m;
        double step = fm_abs(pose.x_m - before);
        jump = i > 0 && step > jump ? step : jump;
        before = pose.x_m;
    }
    double rms = fm_sqrt(squares / 20000);
    assert_true(rms > 0.22 && rms < 0.38); /* 200 knots of sigma 0.3 */
    assert_true(jump < 0.05);              /* between two frames of a LiDAR */
    simulated_free(sim);
}

static void drops_every_frame_of_an_ego_that_is_not_there(void **state)
{
    (void)state;
    struct simulated_config config = perfect();
    struct simulated *sim = make(&config);
    struct state gone[4];
    memcpy(gone, still, sizeof gone);
    gone[0].present = false;
    struct sensor_frame f;
    simulated_make(sim, agents, gone, 4, &f);
    assert_true(f.dropped);
    simulated_free(sim);
}

static void refuses_a_sensor_without_a_rate(void **state)
{
    (void)state;
    struct sensor_spec spec = suite[0];
    spec.rate_hz = 0;
    struct simulated_ego ego = {.agent = 0, .specs = &spec, .spec_count = 1};
    struct simulated_config config = perfect();
    struct simulated *sim = NULL;
    struct fail fail = {0};
    assert_int_equal(simulated_new(&sim, &ego, 1, NULL, &config, &fail), RESULT_USAGE);
    assert_non_null(strstr(fail.text, "cam"));
}

/* How often the pedestrian was seen in ten minutes, by stream. */
static void count_pedestrian(enum light light, int seen[3])
{
    struct simulated_config config = perfect();
    config.light = light;
    struct simulated *sim = make(&config);
    struct simulated_due due;
    struct sensor_frame frame;
    seen[0] = seen[1] = seen[2] = 0;
    for (int i = 0; i < 36000; i++) { /* sixty frames a second over all streams */
        assert_true(simulated_next(sim, &due));
        take(sim, &frame);
        for (size_t k = 0; k < frame.detection_count; k++) {
            seen[due.stream] += frame.detections[k].gt_agent == 3;
        }
    }
    simulated_free(sim);
}

static void cameras_see_people_half_as_often_at_night(void **state)
{
    (void)state;
    int day[3], dusk[3], night[3];
    count_pedestrian(LIGHT_DAY, day);
    count_pedestrian(LIGHT_DUSK, dusk);
    count_pedestrian(LIGHT_NIGHT, night);
    /* 18,000 frames of the camera know a share to half a per cent */
    assert_true(day[0] > 15000);
    assert_true(fm_abs((double)dusk[0] / day[0] - 0.85) < 0.02);
    assert_true(fm_abs((double)night[0] / day[0] - 0.5) < 0.02);
    /* LiDAR and radar bring their own light */
    assert_int_equal(night[1], day[1]);
    assert_int_equal(night[2], day[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cameras_see_people_half_as_often_at_night),
        cmocka_unit_test(gives_exactly_1800_600_and_1200_frames_in_a_minute),
        cmocka_unit_test(keeps_thirty_hertz_to_the_nanosecond_after_an_hour),
        cmocka_unit_test(puts_the_middle_where_each_modality_measures),
        cmocka_unit_test(keeps_the_phase_of_a_stream_within_its_first_period),
        cmocka_unit_test(measures_a_visible_car_within_the_stated_sigma),
        cmocka_unit_test(measures_each_lidar_object_at_its_own_instant),
        cmocka_unit_test(never_reports_itself_or_what_has_no_body),
        cmocka_unit_test(keeps_a_track_number_and_does_not_tell_the_agent_by_it),
        cmocka_unit_test(drops_frames_and_sees_ghosts_as_often_as_told),
        cmocka_unit_test(gives_the_same_frames_for_the_same_seed),
        cmocka_unit_test(does_not_change_an_objects_luck_when_another_appears),
        cmocka_unit_test(measures_its_own_pose_with_an_error_that_wanders_slowly),
        cmocka_unit_test(drops_every_frame_of_an_ego_that_is_not_there),
        cmocka_unit_test(refuses_a_sensor_without_a_rate),
    };
    return cmocka_run_group_tests_name("sensors_simulated", tests, NULL, NULL);
}
