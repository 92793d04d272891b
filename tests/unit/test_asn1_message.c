/* SPDX-License-Identifier: Apache-2.0 */
/* Messages in SI units to frames and back: units, rounding, sentinels, saturation. Expected
 * wire numbers are J2735's steps, by hand. */
#include "test_asn1_help.h"

#include <math.h>

#include "asn1/bsm_fast.h"
#include "model/message.h"

struct made {
    struct message in, out;
    uint8_t frame[32768];
    size_t size;
};

static struct made *fresh(enum message_type type)
{
    struct made *m = calloc(1, sizeof *m);
    m->in.type = type;
    return m;
}

static void encode(struct bench *b, struct made *m)
{
    if (codec_encode_message(b->codec, &m->in, m->frame, sizeof m->frame, &m->size,
                             &b->fail) != 0) {
        fail_msg("%s", b->fail.text);
    }
}

static void there_and_back(struct bench *b, struct made *m)
{
    encode(b, m);
    if (!codec_decode_message(b->codec, m->frame, m->size, &m->out, &b->report)) {
        fail_msg("%s", b->report.error);
    }
    assert_int_equal(m->out.type, m->in.type);
    assert_int_equal(b->report.consumed, m->size);
}

static void expect_jer(struct bench *b, const struct made *m, const char *part)
{
    assert_true(bench_decode(b, m->frame, m->size));
    if (!strstr(bench_jer(b), part)) {
        fail_msg("no %s in %.3000s", part, bench_jer(b));
    }
}

#define CLOSE(a, b, eps) assert_true(fabs((a) - (b)) <= (eps))

static void writes_a_bsm_core_in_steps_of_the_standard(void **state)
{
    struct bench *b = *state;
    struct made *m = fresh(MESSAGE_BSM);
    m->in.bsm = (struct message_bsm){
        .known = (1u << 16) - 1,
        .msg_cnt = 77,
        .id = 0xA1B2C3D4,
        .dsecond_ms = 34567,
        .lat_deg = -33.85678444,
        .lon_deg = -179.99999995,
        .elev_m = -12.34,
        .semi_major_m = 2.0,
        .semi_minor_m = 1.5,
        .orientation_deg = 90,
        .transmission = MESSAGE_FORWARD,
        .speed_mps = 27.77,
        .heading_deg = -0.001,
        .steering_deg = 7.5,
        .accel_long_mps2 = -9.125,
        .accel_lat_mps2 = 0.35,
        .accel_vert_mps2 = -0.588399,
        .yaw_rate_dps = -2.5,
        .wheel_brakes = 1 << 1 | 1 << 4,
        .traction = 1,
        .abs = 3,
        .scs = 2,
        .brake_boost = 1,
        .width_m = 1.85,
        .length_m = 4.724,
    };
    there_and_back(b, m);
    assert_int_equal(m->size, 40);
    expect_jer(
        b, m,
        "\"secMark\":34567,\"lat\":-338567844,\"long\":-1799999999,\"elev\":-123,"
        "\"accuracy\":{\"semiMajor\":40,\"semiMinor\":30,\"orientation\":16384},"
        "\"transmission\":\"forwardGears\",\"speed\":1389,\"heading\":0,\"angle\":5,"
        "\"accelSet\":{\"long\":-913,\"lat\":35,\"vert\":-3,\"yaw\":-250},"
        "\"brakes\":{\"wheelBrakes\":\"48\",\"traction\":\"off\",\"abs\":\"engaged\","
        "\"scs\":\"on\",\"brakeBoost\":\"off\",\"auxBrakes\":\"unavailable\"},"
        "\"size\":{\"width\":185,\"length\":472}");
    const struct message_bsm *out = &m->out.bsm;
    assert_int_equal(out->known, (1u << 16) - 1);
    CLOSE(out->lat_deg, -33.8567844, 1e-12);
    CLOSE(out->speed_mps, 27.78, 1e-12);
    CLOSE(out->length_m, 4.72, 1e-12);
    assert_int_equal(out->wheel_brakes, 1 << 1 | 1 << 4);
    free(m);
}

static void sends_sentinels_for_what_is_unknown(void **state)
{
    struct bench *b = *state;
    struct made *m = fresh(MESSAGE_BSM);
    m->in.bsm = (struct message_bsm){.transmission = MESSAGE_TRANSMISSION_UNAVAILABLE};
    there_and_back(b, m);
    expect_jer(
        b, m,
        "\"secMark\":65535,\"lat\":900000001,\"long\":1800000001,\"elev\":-4096,"
        "\"accuracy\":{\"semiMajor\":255,\"semiMinor\":255,\"orientation\":65535},"
        "\"transmission\":\"unavailable\",\"speed\":8191,\"heading\":28800,\"angle\":127,"
        "\"accelSet\":{\"long\":2001,\"lat\":2001,\"vert\":-127,\"yaw\":0}");
    assert_int_equal(m->out.bsm.known, MESSAGE_YAW_RATE);
    free(m);
}

static void holds_saturated_values_below_the_sentinels(void **state)
{
    struct bench *b = *state;
    struct made *m = fresh(MESSAGE_BSM);
    m->in.bsm = (struct message_bsm){.known = (1u << 16) - 1,
                                     .lat_deg = 90,
                                     .lon_deg = 180,
                                     .elev_m = 1e9,
                                     .semi_major_m = 100,
                                     .speed_mps = 500,
                                     .heading_deg = 719.999,
                                     .steering_deg = -1000,
                                     .accel_long_mps2 = 99,
                                     .accel_lat_mps2 = -99,
                                     .accel_vert_mps2 = 99,
                                     .yaw_rate_dps = NAN,
                                     .width_m = 0,
                                     .length_m = 99};
    there_and_back(b, m);
    expect_jer(b, m,
               "\"lat\":900000000,\"long\":1800000000,\"elev\":61439,\"accuracy\":{"
               "\"semiMajor\":254");
    expect_jer(b, m,
               "\"speed\":8190,\"heading\":0,\"angle\":-126,\"accelSet\":{\"long\":2000,"
               "\"lat\":-2000,\"vert\":127,\"yaw\":0}");
    expect_jer(b, m, "\"size\":{\"width\":1,\"length\":4095}");
    free(m);
}

static void carries_events_lights_prediction_history_and_class(void **state)
{
    struct bench *b = *state;
    struct made *m = fresh(MESSAGE_BSM);
    m->in.bsm = (struct message_bsm){
        .known = MESSAGE_EVENTS | MESSAGE_LIGHTS | MESSAGE_PREDICTION | MESSAGE_CLASS,
        .events = 1 << MESSAGE_EVENT_HARD_BRAKING | 1 << MESSAGE_EVENT_ABS,
        .lights = 1 << 3,
        .vehicle_class = 10,
        .prediction = {.radius_m = -50, .confidence_percent = 75},
        .crumb_count = 2,
        .crumbs = {{.known = MESSAGE_LAT | MESSAGE_LON | MESSAGE_ELEV | MESSAGE_TIMESTAMP |
                             MESSAGE_SPEED | MESSAGE_HEADING,
                    .lat_offset_deg = 0.0000123,
                    .lon_offset_deg = -0.0000456,
                    .elev_offset_m = 0.3,
                    .age_s = 1.5,
                    .speed_mps = 10,
                    .heading_deg = 358.6},
                   {.known = 0}}};
    there_and_back(b, m);
    const struct message_bsm *out = &m->out.bsm;
    assert_int_equal(out->events, m->in.bsm.events);
    assert_int_equal(out->lights, 1 << 3);
    assert_int_equal(out->vehicle_class, 10);
    assert_false(out->prediction.straight);
    CLOSE(out->prediction.radius_m, -50, 0);
    CLOSE(out->prediction.confidence_percent, 75, 0);
    assert_int_equal(out->crumb_count, 2);
    assert_int_equal(out->crumbs[1].known, 0);
    expect_jer(
        b, m,
        "\"events\":{\"value\":\"2100\",\"length\":13},\"pathHistory\":{\"crumbData\":[{"
        "\"latOffset\":123,\"lonOffset\":-456,\"elevationOffset\":3,"
        "\"timeOffset\":150,\"speed\":500,\"heading\":239},{\"latOffset\":-131072,"
        "\"lonOffset\":-131072,\"elevationOffset\":-2048,\"timeOffset\":65535}]},"
        "\"pathPrediction\":{\"radiusOfCurve\":-500,\"confidence\":150},"
        "\"lights\":{\"value\":\"1000\",\"length\":9}");
    expect_jer(b, m,
               "{\"partII-Id\":2,\"partII-Value\":{\"SupplementalVehicleExtensions\":{"
               "\"classification\":10}}}");
    /* The quick reader sees the same flags. */
    struct bsm_events events;
    size_t size;
    const uint8_t *body = bsm_fast_body(m->frame, m->size, &size);
    assert_non_null(body);
    assert_true(bsm_fast_events(body, size, &events));
    assert_int_equal(events.flags, m->in.bsm.events);
    free(m);
}

static void fills_a_path_history_of_23_crumbs(void **state)
{
    struct bench *b = *state;
    struct made *m = fresh(MESSAGE_BSM);
    m->in.bsm.crumb_count = MESSAGE_CRUMBS_MAX;
    for (int i = 0; i < MESSAGE_CRUMBS_MAX; i++) {
        m->in.bsm.crumbs[i] =
            (struct message_crumb){.known = MESSAGE_LAT | MESSAGE_TIMESTAMP,
                                   .lat_offset_deg = i * 1e-5,
                                   .age_s = i + 1};
    }
    there_and_back(b, m);
    assert_true(m->size > 128 + 3);
    assert_int_equal(m->out.bsm.crumb_count, MESSAGE_CRUMBS_MAX);
    CLOSE(m->out.bsm.crumbs[22].lat_offset_deg, 22e-5, 1e-12);
    CLOSE(m->out.bsm.crumbs[22].age_s, 23, 1e-12);
    free(m);
}

static void sends_jackknife_as_a_fourteenth_bit(void **state)
{
    struct bench *b = *state;
    struct made *m = fresh(MESSAGE_BSM);
    m->in.bsm.known = MESSAGE_EVENTS;
    m->in.bsm.events = 1 << MESSAGE_EVENT_JACKKNIFE;
    there_and_back(b, m);
    assert_int_equal(m->out.bsm.events, 1 << MESSAGE_EVENT_JACKKNIFE);
    expect_jer(b, m, "\"events\":{\"value\":\"0004\",\"length\":14}");
    free(m);
}

static void carries_a_pedestrian(void **state)
{
    struct bench *b = *state;
    struct made *m = fresh(MESSAGE_PSM);
    m->in.psm = (struct message_psm){
        .known = MESSAGE_DSECOND | MESSAGE_LAT | MESSAGE_LON | MESSAGE_ELEV |
                 MESSAGE_SPEED | MESSAGE_HEADING | MESSAGE_ACCEL_LONG | MESSAGE_YAW_RATE |
                 MESSAGE_PREDICTION | MESSAGE_PROPULSION | MESSAGE_USE_STATE |
                 MESSAGE_CROSS_REQUEST | MESSAGE_CROSS_STATE | MESSAGE_CLUSTER_SIZE |
                 MESSAGE_CLUSTER_RADIUS,
        .person = MESSAGE_PEDESTRIAN,
        .msg_cnt = 127,
        .id = 0x01020304,
        .dsecond_ms = 59999,
        .lat_deg = 42.299,
        .lon_deg = -83.6989,
        .elev_m = 260,
        .speed_mps = 1.4,
        .heading_deg = 90,
        .accel_long_mps2 = 0.5,
        .yaw_rate_dps = 1,
        .propelled = MESSAGE_BY_HUMAN,
        .propulsion = 2,
        .use_state = 1 << 4,
        .cross_request = true,
        .cluster_size = 1,
        .cluster_radius_m = 3,
        .prediction = {.straight = true, .confidence_percent = 50}};
    there_and_back(b, m);
    const struct message_psm *out = &m->out.psm;
    assert_int_equal(out->known, m->in.psm.known);
    assert_true(out->prediction.straight);
    assert_int_equal(out->propulsion, 2);
    assert_int_equal(out->use_state, 1 << 4);
    assert_true(out->cross_request && !out->cross_state);
    expect_jer(b, m,
               "\"basicType\":\"aPEDESTRIAN\",\"secMark\":59999,\"msgCnt\":127,"
               "\"id\":\"01020304\",\"position\":{\"lat\":422990000,\"long\":-836989000,"
               "\"elevation\":2600}");
    expect_jer(b, m,
               "\"propulsion\":{\"human\":\"onFoot\"},\"useState\":{\"value\":\"0800\","
               "\"length\":9},\"crossRequest\":true,\"crossState\":false,"
               "\"clusterSize\":\"small\",\"clusterRadius\":3");
    free(m);
}

static void carries_phases_and_their_times(void **state)
{
    struct bench *b = *state;
    struct made *m = fresh(MESSAGE_SPAT);
    struct message_intersection *i = &m->in.spat.intersections[0];
    m->in.spat.known = MESSAGE_MINUTE;
    m->in.spat.minute_of_year = 218880;
    m->in.spat.intersection_count = 2;
    *i = (struct message_intersection){.known = MESSAGE_MINUTE | MESSAGE_TIMESTAMP,
                                       .region = 5,
                                       .id = 1234,
                                       .revision = 3,
                                       .status = 1 << 5,
                                       .minute_of_year = 218880,
                                       .timestamp_ms = 100,
                                       .movement_count = 2};
    i->movements[0] = (struct message_movement){
        .known = MESSAGE_MIN_END | MESSAGE_MAX_END | MESSAGE_LIKELY | MESSAGE_CONFIDENCE |
                 MESSAGE_ADVICE,
        .signal_group = 1,
        .phase = MESSAGE_PHASE_PROTECTED_MOVEMENT,
        .min_end_s = 3599.95,
        .max_end_s = 12.34,
        .likely_s = 10,
        .confidence_percent = 80,
        .advice_mps = 13.9};
    i->movements[1] = (struct message_movement){
        .known = MESSAGE_TIMING, .signal_group = 2, .phase = MESSAGE_PHASE_STOP_AND_REMAIN};
    m->in.spat.intersections[1] =
        (struct message_intersection){.id = 1, .movement_count = 1};
    there_and_back(b, m);
    const struct message_intersection *o = &m->out.spat.intersections[0];
    assert_int_equal(m->out.spat.minute_of_year, 218880);
    assert_int_equal(m->out.spat.intersection_count, 2);
    assert_int_equal(o->region, 5);
    assert_int_equal(o->status, 1 << 5);
    assert_int_equal(o->movements[0].phase, MESSAGE_PHASE_PROTECTED_MOVEMENT);
    CLOSE(o->movements[0].min_end_s, 0, 1e-9);
    CLOSE(o->movements[0].confidence_percent, 81, 0);
    CLOSE(o->movements[0].advice_mps, 13.9, 1e-9);
    assert_int_equal(o->movements[1].known, MESSAGE_TIMING);
    expect_jer(b, m, "\"status\":\"0400\",\"moy\":218880,\"timeStamp\":100");
    expect_jer(b, m,
               "\"timing\":{\"minEndTime\":0,\"maxEndTime\":123,\"likelyTime\":100,"
               "\"confidence\":8},\"speeds\":[{\"type\":\"greenwave\",\"speed\":139}]");
    expect_jer(b, m,
               "\"eventState\":\"stop-And-Remain\",\"timing\":{\"minEndTime\":36111}");
    free(m);
}

static void carries_lanes_in_the_smallest_node_sizes(void **state)
{
    struct bench *b = *state;
    struct made *m = fresh(MESSAGE_MAP);
    struct message_lane *l = &m->in.map.lanes[0];
    m->in.map = (struct message_map){.known = MESSAGE_LAT | MESSAGE_LON | MESSAGE_WIDTH |
                                              MESSAGE_SPEED,
                                     .id = 1234,
                                     .lat_deg = -33.8,
                                     .lon_deg = 151.2,
                                     .width_m = 3.5,
                                     .speed_mps = 13.89,
                                     .lane_count = 2};
    *l = (struct message_lane){
        .known = MESSAGE_INGRESS | MESSAGE_MANEUVERS,
        .id = 1,
        .ingress_approach = 1,
        .direction = 1,
        .maneuvers = 1,
        .node_count = 6,
        .connection_count = 1,
        .nodes = {{-512, 511}, {-1024, 0}, {0, 2047}, {4095, 0}, {-8192, 1}, {0, -32767}},
        .connections = {{.known = MESSAGE_SIGNAL_GROUP | MESSAGE_MANEUVERS,
                         .lane = 2,
                         .maneuvers = 1,
                         .signal_group = 4}}};
    m->in.map.lanes[1] = (struct message_lane){.known = MESSAGE_EGRESS,
                                               .id = 2,
                                               .egress_approach = 3,
                                               .direction = 2,
                                               .type = MESSAGE_LANE_CROSSWALK,
                                               .attributes = 1 << 5,
                                               .node_count = 2,
                                               .nodes = {{1, 2}, {3, 4}}};
    there_and_back(b, m);
    assert_int_equal(m->out.map.lane_count, 2);
    assert_memory_equal(m->out.map.lanes[0].nodes, l->nodes, 6 * sizeof l->nodes[0]);
    assert_int_equal(m->out.map.lanes[0].connections[0].signal_group, 4);
    assert_int_equal(m->out.map.lanes[1].type, MESSAGE_LANE_CROSSWALK);
    assert_int_equal(m->out.map.lanes[1].attributes, 1 << 5);
    CLOSE(m->out.map.lat_deg, -33.8, 1e-9);
    CLOSE(m->out.map.width_m, 3.5, 1e-9);
    CLOSE(m->out.map.speed_mps, 13.9, 1e-9);
    expect_jer(
        b, m,
        "{\"node-XY1\":{\"x\":-512,\"y\":511}}},{\"delta\":{\"node-XY2\":{\"x\":-1024,"
        "\"y\":0}}},{\"delta\":{\"node-XY3\":{\"x\":0,\"y\":2047}}},{\"delta\":{"
        "\"node-XY4\":{\"x\":4095,\"y\":0}}},{\"delta\":{\"node-XY5\":{\"x\":-8192,"
        "\"y\":1}}},{\"delta\":{\"node-XY6\":{\"x\":0,\"y\":-32767}}}");
    expect_jer(b, m,
               "\"directionalUse\":\"40\",\"sharedWith\":\"0000\",\"laneType\":{"
               "\"crosswalk\":\"0400\"}");
    free(m);
}

/* Lane 2 is lane 1 turned by 90 degrees, doubled in x, moved by (100, -200). */
static void computes_the_nodes_of_a_computed_lane(void **state)
{
    struct bench *b = *state;
    struct made *m = fresh(MESSAGE_MAP);
    assert_int_equal(bench_encode(b, "{\"messageId\":18,\"value\":{\"MapData\":{"
                                     "\"msgIssueRevision\":1,\"intersections\":[{"
                                     "\"id\":{\"id\":7},\"revision\":0,\"refPoint\":{"
                                     "\"lat\":0,\"long\":0},\"laneSet\":["
                                     "{\"laneID\":2,\"laneAttributes\":{\"directionalUse\":"
                                     "\"80\",\"sharedWith\":\"0000\","
                                     "\"laneType\":{\"vehicle\":{\"value\":\"00\","
                                     "\"length\":8}}},\"nodeList\":{\"computed\":"
                                     "{\"referenceLaneId\":1,\"offsetXaxis\":{\"small\":"
                                     "100},\"offsetYaxis\":{\"large\":-200},"
                                     "\"rotateXY\":7200,\"scaleXaxis\":2000}}},"
                                     "{\"laneID\":1,\"laneAttributes\":{\"directionalUse\":"
                                     "\"80\",\"sharedWith\":\"0000\","
                                     "\"laneType\":{\"vehicle\":{\"value\":\"00\","
                                     "\"length\":8}}},\"nodeList\":{\"nodes\":["
                                     "{\"delta\":{\"node-XY1\":{\"x\":10,\"y\":20}}},{"
                                     "\"delta\":{\"node-XY1\":{\"x\":30,"
                                     "\"y\":5}}}]}}]}]}}}"),
                     0);
    assert_true(
        codec_decode_message(b->codec, b->out.data, b->out.size, &m->out, &b->report));
    const struct message_lane *lane = &m->out.map.lanes[0];
    assert_true(lane->known & MESSAGE_COMPUTED);
    assert_int_equal(lane->node_count, 2);
    assert_int_equal(lane->nodes[0].x_cm, 110);
    assert_int_equal(lane->nodes[0].y_cm, -180);
    assert_int_equal(lane->nodes[1].x_cm, -5);
    assert_int_equal(lane->nodes[1].y_cm, 60);
    free(m);
}

static void refuses_messages_that_no_frame_can_hold(void **state)
{
    struct bench *b = *state;
    struct made *m = fresh(MESSAGE_SPAT);
    assert_int_equal(codec_encode_message(b->codec, &m->in, m->frame, sizeof m->frame,
                                          &m->size, &b->fail),
                     RESULT_USAGE);
    m->in = (struct message){.type = MESSAGE_BSM, .bsm = {.msg_cnt = 128}};
    assert_int_equal(codec_encode_message(b->codec, &m->in, m->frame, sizeof m->frame,
                                          &m->size, &b->fail),
                     RESULT_USAGE);
    m->in = (struct message){.type = MESSAGE_BSM};
    assert_int_equal(
        codec_encode_message(b->codec, &m->in, m->frame, 39, &m->size, &b->fail),
        RESULT_USAGE);
    m->in = (struct message){.type = MESSAGE_MAP, .map = {.lane_count = 1}};
    assert_int_equal(codec_encode_message(b->codec, &m->in, m->frame, sizeof m->frame,
                                          &m->size, &b->fail),
                     RESULT_USAGE);
    assert_non_null(strstr(b->fail.text, "lanes[0]: needs 2 to 63 nodes"));
    free(m);
}

static void fits_the_largest_map_and_spat_into_its_memory(void **state)
{
    struct bench *b = *state;
    struct made *m = fresh(MESSAGE_MAP);
    m->in.map.lane_count = MESSAGE_LANES_MAX;
    for (int i = 0; i < MESSAGE_LANES_MAX; i++) {
        m->in.map.lanes[i].node_count = MESSAGE_NODES_MAX;
        m->in.map.lanes[i].id = (uint8_t)i;
    }
    there_and_back(b, m);
    assert_int_equal(m->out.map.lanes[63].node_count, MESSAGE_NODES_MAX);
    m->in = (struct message){.type = MESSAGE_SPAT};
    m->in.spat.intersection_count = MESSAGE_INTERSECTIONS_MAX;
    for (int i = 0; i < MESSAGE_INTERSECTIONS_MAX; i++) {
        m->in.spat.intersections[i].movement_count = MESSAGE_MOVEMENTS_MAX;
        for (int n = 0; n < MESSAGE_MOVEMENTS_MAX; n++) {
            m->in.spat.intersections[i].movements[n].known = 0xFF;
        }
    }
    there_and_back(b, m);
    assert_int_equal(m->out.spat.intersections[3].movement_total, MESSAGE_MOVEMENTS_MAX);
    free(m);
}

#define BENCH(test) cmocka_unit_test_setup_teardown(test, bench_open, bench_close)

static void carries_a_tim_with_its_codes_and_its_path(void **state)
{
    struct bench *b = *state;
    struct made *m = fresh(MESSAGE_TIM);
    m->in.tim = (struct message_tim){
        .known = MESSAGE_MINUTE | MESSAGE_LAT | MESSAGE_LON | MESSAGE_ELEV,
        .msg_cnt = 5,
        .minute_of_year = 218160,
        .frame_type = 1,
        .lat_deg = 42.299,
        .lon_deg = -83.6989,
        .elev_m = 260,
        .view_angle = 1u << 4, /* 90 to 112.5 degrees */
        .mutcd = 2,
        .year = 2026,
        .start_minute = 218160,
        .duration_min = 32000,
        .priority = 5,
        .content = MESSAGE_WORK_ZONE,
        .itis_count = 2,
        .itis = {1025, 8196},
        .region_count = 1,
    };
    m->in.tim.regions[0] = (struct message_region){
        .known = MESSAGE_LAT | MESSAGE_LON | MESSAGE_WIDTH,
        .lat_deg = 42.2985,
        .lon_deg = -83.7,
        .width_m = 3.6,
        .directionality = 1,
        .direction = 1u << 3 | 1u << 4,
        .node_count = 3,
        .nodes = {{0, 0}, {30000, -50}, {511, -512}},
    };
    there_and_back(b, m);
    expect_jer(b, m,
               "\"msgCnt\":5,\"timeStamp\":218160,\"dataFrames\":[{\"doNotUse1\":0,"
               "\"frameType\":\"advisory\",\"msgId\":{\"roadSignID\":{\"position\":{"
               "\"lat\":422990000,\"long\":-836989000,\"elevation\":2600},\"viewAngle\":"
               "\"0800\",\"mutcdCode\":\"warning\"}},\"startYear\":2026,\"startTime\":"
               "218160,\"durationTime\":32000,\"priority\":5");
    expect_jer(b, m,
               "\"laneWidth\":360,\"directionality\":\"forward\",\"direction\":\"1800\","
               "\"description\":{\"path\":{\"offset\":{\"xy\":{\"nodes\":[{\"delta\":{"
               "\"node-XY1\":{\"x\":0,\"y\":0}}},{\"delta\":{\"node-XY6\":{\"x\":30000,"
               "\"y\":-50}}},{\"delta\":{\"node-XY1\":{\"x\":511,\"y\":-512}}}]}}}}");
    expect_jer(b, m,
               "\"content\":{\"workZone\":[{\"item\":{\"itis\":1025}},{\"item\":{"
               "\"itis\":8196}}]}");
    const struct message_tim *t = &m->out.tim;
    assert_int_equal(t->content, MESSAGE_WORK_ZONE);
    assert_int_equal(t->itis_count, 2);
    assert_int_equal(t->itis[1], 8196);
    assert_int_equal(t->view_angle, 1u << 4);
    assert_int_equal(t->regions[0].node_count, 3);
    assert_int_equal(t->regions[0].nodes[1].x_cm, 30000);
    CLOSE(t->regions[0].width_m, 3.6, 1e-9);
    for (int content = MESSAGE_ADVISORY; content <= MESSAGE_EXIT_SERVICE; content++) {
        m->in.tim.content = (uint8_t)content;
        there_and_back(b, m);
        assert_int_equal(m->out.tim.content, content);
        assert_int_equal(m->out.tim.itis[0], 1025);
    }
    m->in.tim.regions[0].nodes[2].x_cm = 32768;
    assert_int_equal(codec_encode_message(b->codec, &m->in, m->frame, sizeof m->frame,
                                          &m->size, &b->fail),
                     RESULT_USAGE);
    free(m);
}

static void carries_an_rsa_with_its_place(void **state)
{
    struct bench *b = *state;
    struct made *m = fresh(MESSAGE_RSA);
    m->in.rsa = (struct message_rsa){
        .known = MESSAGE_MINUTE | MESSAGE_LAT | MESSAGE_LON | MESSAGE_HEADING,
        .msg_cnt = 127,
        .minute_of_year = 1,
        .event = 531,
        .itis_count = 2,
        .itis = {13569, 7201},
        .priority = 6,
        .direction = 1u << 15,
        .extent = 5,
        .lat_deg = -33.5,
        .lon_deg = 151.2,
        .heading_deg = 350,
    };
    there_and_back(b, m);
    expect_jer(
        b, m,
        "\"msgCnt\":127,\"timeStamp\":1,\"typeEvent\":531,\"description\":[13569,7201],"
        "\"priority\":\"C0\",\"heading\":\"0001\",\"extent\":\"useFor500meters\","
        "\"position\":{\"long\":1512000000,\"lat\":-335000000,\"heading\":28000}");
    assert_int_equal(m->out.rsa.priority, 6);
    assert_int_equal(m->out.rsa.itis[1], 7201);
    assert_int_equal(m->out.rsa.known, m->in.rsa.known);
    CLOSE(m->out.rsa.heading_deg, 350, 1e-9);
    m->in.rsa.extent = 16;
    assert_int_equal(codec_encode_message(b->codec, &m->in, m->frame, sizeof m->frame,
                                          &m->size, &b->fail),
                     RESULT_USAGE);
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH(writes_a_bsm_core_in_steps_of_the_standard),
        BENCH(sends_sentinels_for_what_is_unknown),
        BENCH(holds_saturated_values_below_the_sentinels),
        BENCH(carries_events_lights_prediction_history_and_class),
        BENCH(fills_a_path_history_of_23_crumbs),
        BENCH(sends_jackknife_as_a_fourteenth_bit),
        BENCH(carries_a_pedestrian),
        BENCH(carries_phases_and_their_times),
        BENCH(carries_lanes_in_the_smallest_node_sizes),
        BENCH(computes_the_nodes_of_a_computed_lane),
        BENCH(carries_a_tim_with_its_codes_and_its_path),
        BENCH(carries_an_rsa_with_its_place),
        BENCH(refuses_messages_that_no_frame_can_hold),
        BENCH(fits_the_largest_map_and_spat_into_its_memory),
    };
    return cmocka_run_group_tests_name("asn1_message", tests, NULL, NULL);
}
