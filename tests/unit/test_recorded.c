/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded sensors: clocks, conventions, missing frames, restarts, objects on poses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sensors/recorded.h"

#define SENSORS "ego,stream,modality,seq,t_ns,clock,convention,exposure_ns,period_ns,uri\n"
#define OBJECTS                                                                            \
    "ego,stream,seq,track,class,frame,x_m,y_m,vx_mps,vy_mps,sx_m,sy_m,t_obj_ns\n"
#define POSES "ego,t_ns,clock,lat_deg,lon_deg,alt_m,yaw_rad,speed_mps,sigma_m\n"

/* 2026-06-01T12:00:00Z */
#define UTC_S    "1780315200"
#define UTC_NS   INT64_C(1780315200000000000)
#define START_NS (tai_from_utc((struct utc){UTC_NS}).ns)

static struct fail fail;

static struct recorded_config config_of(const char *sensors, const char *objects,
                                        const char *poses)
{
    struct recorded_config config = {.origin = geo_origin_init(42.3, -83.7, 260),
                                     .start = {START_NS}};
    config.sensors =
        (struct csv_text){.name = "s.csv", .data = sensors, .size = strlen(sensors)};
    if (objects) {
        config.objects =
            (struct csv_text){.name = "o.csv", .data = objects, .size = strlen(objects)};
    }
    if (poses) {
        config.poses =
            (struct csv_text){.name = "p.csv", .data = poses, .size = strlen(poses)};
    }
    return config;
}

static struct recorded *open_all(const struct recorded_config *config)
{
    struct recorded *rec = NULL;
    int result = recorded_new(&rec, config, &fail);
    if (result < 0) {
        fail_msg("%s", fail.text);
    }
    for (size_t i = 0; i < recorded_ego_count(rec); i++) {
        recorded_bind(rec, i, (uint32_t)(10 + i));
    }
    return rec;
}

static struct recorded *open_sensors(const char *sensors)
{
    struct recorded_config config = config_of(sensors, NULL, NULL);
    return open_all(&config);
}

static struct sensor_frame take(struct recorded *rec)
{
    struct sensor_frame frame = {0};
    assert_true(recorded_take(rec, &frame));
    return frame;
}

static void places_utc_tai_and_gps_on_one_instant(void **state)
{
    (void)state;
    /* TAI-UTC = 37 s and GPS-UTC = 18 s since 2017; the GPS epoch is Unix 315964800 */
    struct recorded *rec =
        open_sensors(SENSORS "a,u,radar,0," UTC_S "000000000,utc,mid,,50000000,\n"
                             "a,t,radar,0,1780315237000000000,tai,mid,,50000000,\n"
                             "a,g,radar,0,1464350418000000000,gps,mid,,50000000,\n");
    for (int i = 0; i < 3; i++) {
        struct sensor_frame f = take(rec);
        assert_int_equal(f.t_mid.ns, START_NS);
        assert_int_equal(f.t_stamp.ns, START_NS);
        assert_int_equal(f.stream, i);
        assert_int_equal(f.ego, 10);
        assert_true(f.sigma_ns < 0); /* nobody says how sure the stamps are */
    }
    recorded_free(rec);
}

/* t_mid - stamp in ms of one LiDAR (period 100 ms) or camera (exposure 20 ms) frame. */
static double mid_ms(const char *modality, const char *convention)
{
    char text[512];
    (void)snprintf(text, sizeof text,
                   SENSORS "a,s,%s,0," UTC_S "000000000,utc,%s,%s,100000000,\n", modality,
                   convention, strcmp(modality, "camera") == 0 ? "20000000" : "");
    struct recorded *rec = open_sensors(text);
    struct sensor_frame f = take(rec);
    assert_true(f.t_start.ns <= f.t_mid.ns && f.t_mid.ns <= f.t_end.ns);
    double ms = (double)(f.t_mid.ns - START_NS) / 1e6;
    recorded_free(rec);
    return ms;
}

static void knows_that_start_and_end_of_a_scan_are_50_ms_either_way(void **state)
{
    (void)state;
    assert_true(mid_ms("lidar", "start") == 50);
    assert_true(mid_ms("lidar", "end") == -50);
    assert_true(mid_ms("lidar", "mid") == 0);
    assert_true(mid_ms("lidar", "arrival") == -50);
}

static void adds_half_the_exposure_to_a_camera_trigger(void **state)
{
    (void)state;
    assert_true(mid_ms("camera", "trigger") == 10);
    assert_true(mid_ms("camera", "start") == 10);
    assert_true(mid_ms("camera", "end") == -10);
    assert_true(mid_ms("camera", "mid") == 0);
}

static void places_a_sensor_clock_by_the_clock_map(void **state)
{
    (void)state;
    struct recorded_config config =
        config_of(SENSORS "a,top,lidar,0,5000000000,sensor,mid,,100000000,\n", NULL, NULL);
    struct recorded_clock_map map;
    assert_int_equal(recorded_clock_map("top=" UTC_S "000000000\xC2\xB1"
                                        "200000",
                                        &map, &fail),
                     0);
    config.clock_maps = &map;
    config.clock_map_count = 1;
    struct recorded *rec = open_all(&config);
    struct sensor_frame f = take(rec);
    assert_int_equal(f.t_mid.ns, START_NS + 5 * TIME_NS_PER_S);
    assert_int_equal(f.t_stamp.ns, 5000000000);
    assert_true(f.sigma_ns == 200000);
    recorded_free(rec);
}

static void refuses_a_clock_map_that_is_none(void **state)
{
    (void)state;
    struct recorded_clock_map map;
    assert_int_equal(recorded_clock_map("top=1+-2", &map, &fail), 0);
    assert_int_equal(map.offset_ns, 1);
    assert_int_equal(map.sigma_ns, 2);
    assert_int_equal(recorded_clock_map("top=1", &map, &fail), RESULT_USAGE);
    assert_int_equal(recorded_clock_map("=1+-2", &map, &fail), RESULT_USAGE);
    assert_int_equal(recorded_clock_map("top=1+--2", &map, &fail), RESULT_USAGE);
    assert_int_equal(recorded_clock_map("top=x+-2", &map, &fail), RESULT_USAGE);
}

static void keeps_streams_of_one_machine_clock_together_without_a_map(void **state)
{
    (void)state;
    struct recorded *rec =
        open_sensors(SENSORS "a,cam,camera,0,1000000000,mono,mid,,33333333,\n"
                             "a,rad,radar,0,1020000000,mono,mid,,50000000,\n");
    struct sensor_frame cam = take(rec);
    struct sensor_frame rad = take(rec);
    assert_int_equal(cam.t_mid.ns, START_NS);
    assert_int_equal(rad.t_mid.ns, START_NS + 20 * TIME_NS_PER_MS);
    assert_true(cam.sigma_ns < 0 && rad.sigma_ns < 0);
    recorded_free(rec);
}

static void makes_dropped_frames_of_missing_numbers(void **state)
{
    (void)state;
    struct recorded *rec =
        open_sensors(SENSORS "a,top,lidar,7," UTC_S "000000000,utc,start,,100000000,x\n"
                             "a,top,lidar,10," UTC_S "300000000,utc,start,,100000000,y\n");
    assert_int_equal(take(rec).seq, 7);
    struct sensor_frame f = take(rec);
    assert_int_equal(f.seq, 8);
    assert_true(f.dropped && f.uri == NULL);
    assert_int_equal(f.t_mid.ns, START_NS + 150 * TIME_NS_PER_MS);
    assert_int_equal(take(rec).seq, 9);
    f = take(rec);
    assert_int_equal(f.seq, 10);
    assert_string_equal(f.uri, "y");
    assert_int_equal(recorded_stream(rec, 0)->missing, 2);
    struct tai t;
    assert_false(recorded_next(rec, &t));
    recorded_free(rec);
}

static void does_not_miss_numbers_for_which_there_was_no_time(void **state)
{
    (void)state;
    struct recorded *rec =
        open_sensors(SENSORS "a,top,lidar,7," UTC_S "000000000,utc,start,,100000000,\n"
                             "a,top,lidar,900," UTC_S "100000000,utc,start,,100000000,\n");
    assert_int_equal(recorded_stream(rec, 0)->missing, 0);
    recorded_free(rec);
}

static void delivers_in_order_of_time_whatever_the_order_of_rows(void **state)
{
    (void)state;
    struct recorded *rec =
        open_sensors(SENSORS "a,top,lidar,1," UTC_S "100000000,utc,mid,,100000000,\n"
                             "a,top,lidar,0," UTC_S "000000000,utc,mid,,100000000,\n"
                             "a,top,lidar,0," UTC_S "000000000,utc,mid,,100000000,\n"
                             "b,cam,camera,4," UTC_S "050000000,utc,mid,,33333333,\n");
    assert_int_equal(take(rec).seq, 0);
    struct sensor_frame f = take(rec);
    assert_int_equal(f.seq, 4);
    assert_int_equal(f.ego, 11);
    assert_int_equal(take(rec).seq, 1);
    assert_int_equal(recorded_stream(rec, 0)->duplicates, 1);
    recorded_rewind(rec);
    assert_int_equal(take(rec).seq, 0);
    recorded_free(rec);
}

static void starts_a_new_epoch_when_a_clock_jumps_back(void **state)
{
    (void)state;
    struct recorded_config config =
        config_of(SENSORS "a,top,lidar,0,50000000000,sensor,mid,,100000000,\n"
                          "a,top,lidar,1,50100000000,sensor,mid,,100000000,\n"
                          "a,top,lidar,0,1000000000,sensor,mid,,100000000,\n"
                          "a,top,lidar,1,1100000000,sensor,mid,,100000000,\n",
                  NULL, NULL);
    struct recorded *rec = open_all(&config);
    (void)take(rec);
    (void)take(rec);
    struct sensor_frame f = take(rec);
    assert_int_equal(f.t_mid.ns, START_NS + 200 * TIME_NS_PER_MS); /* goes on */
    assert_true(f.sigma_ns < 0);
    assert_int_equal(recorded_stream(rec, 0)->backward_jumps, 1);
    recorded_free(rec);
}

static void stands_objects_on_the_pose_of_their_instant(void **state)
{
    (void)state;
    /* heading north (yaw pi/2) at 10 m/s from the origin; objects 20 m ahead, 3 m left */
    struct recorded_config config = config_of(
        SENSORS "a,top,lidar,0," UTC_S "100000000,utc,mid,,100000000,\n",
        OBJECTS "a,top,0,4,Person,ego,20,3,2,0,0.3,0.4,\n"
                "a,top,0,5,car,enu,7,8,,,,," UTC_S "120000000\n"
                "a,top,9,5,car,enu,7,8,,,,,\n"
                "a,nix,0,5,car,enu,7,8,,,,,\n",
        POSES "a," UTC_S "000000000,utc,42.3,-83.7,260,1.5707963267948966,10,0.5\n"
              "a," UTC_S "200000000,utc,42.300018,-83.7,260,1.5707963267948966,10,0.5\n");
    struct recorded *rec = open_all(&config);
    struct sensor_frame f = take(rec);
    assert_int_equal(f.detection_count, 2);
    double north, east;
    geo_to_enu(&config.origin, 42.300009, -83.7, &east, &north);
    const struct detection *d = &f.detections[0];
    assert_int_equal(d->kind, KIND_PEDESTRIAN);
    assert_int_equal(d->gt_agent, AGENT_NONE);
    assert_true(fabs(d->x_m + 3) < 1e-6);
    assert_true(fabs(d->y_m - (north + 20)) < 1e-6);
    assert_true(fabs(d->vy_mps - 2) < 1e-9 && fabs(d->vx_mps) < 1e-9);
    /* the axes turn with the heading: 0.4 across becomes east, each with the pose's 0.5 */
    assert_true(fabs(d->sigma_x_m - sqrt(0.16 + 0.25)) < 1e-9);
    assert_true(fabs(d->sigma_y_m - sqrt(0.09 + 0.25)) < 1e-9);
    assert_true(f.detections[1].x_m == 7);
    assert_int_equal(f.detections[1].t.ns, START_NS + 120 * TIME_NS_PER_MS);
    assert_int_equal(recorded_unplaced(rec), 2); /* no such frame, no such stream */
    struct state pose;
    double sigma;
    assert_true(recorded_pose(rec, 10, (struct tai){START_NS + 100000000}, &pose, &sigma));
    assert_true(fabs(pose.y_m - north) < 1e-6 && pose.speed_mps == 10 && sigma == 0.5);
    struct tai beyond = {START_NS + 700 * TIME_NS_PER_MS};
    assert_true(recorded_pose(rec, 10, beyond, &pose, &sigma));
    assert_true(fabs(pose.y_m - (2 * north + 5)) < 1e-3); /* half a second straight on */
    beyond.ns += TIME_NS_PER_S;
    assert_false(recorded_pose(rec, 10, beyond, &pose, &sigma));
    assert_false(recorded_pose(rec, 99, (struct tai){START_NS}, &pose, &sigma));
    recorded_free(rec);
}

static void leaves_out_objects_without_a_pose_and_counts_them(void **state)
{
    (void)state;
    struct recorded_config config =
        config_of(SENSORS "a,top,lidar,0," UTC_S "100000000,utc,mid,,100000000,\n",
                  OBJECTS "a,top,0,4,bicycle,,20,3,,,,,\n", NULL);
    struct recorded *rec = open_all(&config);
    assert_int_equal(take(rec).detection_count, 0);
    assert_int_equal(recorded_unplaced(rec), 1);
    recorded_free(rec);
}

static void measures_the_rate_where_no_period_is_given(void **state)
{
    (void)state;
    struct recorded *rec =
        open_sensors(SENSORS "a,r,radar,0," UTC_S "000000000,utc,mid,,,\n"
                             "a,r,radar,1," UTC_S "050000000,utc,mid,,,\n"
                             "a,r,radar,2," UTC_S "100000000,utc,mid,,,\n"
                             "a,r,radar,5," UTC_S "250000000,utc,mid,,,\n");
    assert_true(fabs(recorded_stream(rec, 0)->rate_hz - 20) < 1e-9);
    assert_int_equal(recorded_stream(rec, 0)->missing, 2);
    recorded_free(rec);
}

static void widens_the_bar_of_stamps_that_mean_arrival(void **state)
{
    (void)state;
    struct recorded_config config = config_of(
        SENSORS "a,top,lidar,0," UTC_S "000000000,utc,arrival,,100000000,\n", NULL, NULL);
    struct recorded_clock_map map = {.stream = "top"};
    config.clock_maps = &map;
    config.clock_map_count = 1;
    struct recorded *rec = open_all(&config);
    struct sensor_frame f = take(rec);
    assert_true(fabs(f.sigma_ns - 1e8 / sqrt(12)) < 1);
    assert_int_equal(f.t_avail.ns, START_NS);
    recorded_free(rec);
}

static void says_where_a_row_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *row, *text;
    } bad[] = {
        {"a,top,laser,0,0,utc,mid,,,\n", "s.csv:2:7: modality = \"laser\""},
        {"a,top,lidar,-1,0,utc,mid,,,\n", "s.csv:2:13: seq = \"-1\""},
        {"a,top,lidar,0,0,ntp,mid,,,\n", "s.csv:2:17: clock = \"ntp\""},
        {"a,top,lidar,0,0,utc,middle,,,\n", "s.csv:2:21: convention = \"middle\""},
        {"a b,top,lidar,0,0,utc,mid,,,\n", "s.csv:2:1: ego = \"a b\""},
        {"a,top,lidar,0,,utc,mid,,,\n", "s.csv:2:15: t_ns = \"\""},
        {"a,t,lidar,0,0,utc,mid,,,\na,t,lidar,1,9,gps,mid,,,\n", "s.csv:3:15: clock"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, SENSORS "%s", bad[i].row);
        struct recorded_config config = config_of(text, NULL, NULL);
        struct recorded *rec = NULL;
        assert_int_equal(recorded_new(&rec, &config, &fail), RESULT_USAGE);
        assert_memory_equal(fail.text, bad[i].text, strlen(bad[i].text));
    }
}

static void refuses_instants_outside_its_range(void **state)
{
    (void)state;
    struct recorded_config config =
        config_of(SENSORS "a,top,lidar,0,4000000000000000000,utc,mid,,,\n", NULL, NULL);
    struct recorded *rec = NULL;
    assert_int_equal(recorded_new(&rec, &config, &fail), RESULT_USAGE);
}

static void reads_from_an_open_file_as_from_memory(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_true(fputs(SENSORS "a,top,lidar,3," UTC_S "000000000,utc,mid,,,\n", file) >= 0);
    rewind(file);
    struct recorded_config config = config_of("", NULL, NULL);
    config.sensors = (struct csv_text){.name = "s.csv", .file = file};
    struct recorded *rec = open_all(&config);
    assert_int_equal(take(rec).seq, 3);
    recorded_free(rec);
    (void)fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_utc_tai_and_gps_on_one_instant),
        cmocka_unit_test(knows_that_start_and_end_of_a_scan_are_50_ms_either_way),
        cmocka_unit_test(adds_half_the_exposure_to_a_camera_trigger),
        cmocka_unit_test(places_a_sensor_clock_by_the_clock_map),
        cmocka_unit_test(refuses_a_clock_map_that_is_none),
        cmocka_unit_test(keeps_streams_of_one_machine_clock_together_without_a_map),
        cmocka_unit_test(makes_dropped_frames_of_missing_numbers),
        cmocka_unit_test(does_not_miss_numbers_for_which_there_was_no_time),
        cmocka_unit_test(delivers_in_order_of_time_whatever_the_order_of_rows),
        cmocka_unit_test(starts_a_new_epoch_when_a_clock_jumps_back),
        cmocka_unit_test(stands_objects_on_the_pose_of_their_instant),
        cmocka_unit_test(leaves_out_objects_without_a_pose_and_counts_them),
        cmocka_unit_test(measures_the_rate_where_no_period_is_given),
        cmocka_unit_test(widens_the_bar_of_stamps_that_mean_arrival),
        cmocka_unit_test(says_where_a_row_is_wrong),
        cmocka_unit_test(refuses_instants_outside_its_range),
        cmocka_unit_test(reads_from_an_open_file_as_from_memory),
    };
    return cmocka_run_group_tests_name("recorded", tests, NULL, NULL);
}
