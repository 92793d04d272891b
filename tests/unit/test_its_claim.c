/* SPDX-License-Identifier: Apache-2.0 */
/* What stations claim, as plain values: CAM, DENM and VAM read from octets and written
 * back, values that are not available, both hemispheres, the wrap of generationDeltaTime.
 */
#include "test_its_help.h"

#include <math.h>

#include "model/message.h"

static void near(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within)) {
        fail_msg("%.9f is not %.9f", value, expected);
    }
}

/* Writes, reads again into k->claim. */
static void round_trip(struct kit *k, const struct its_claim *claim)
{
    if (its_encode_message(k->its, claim, k->pdu, sizeof k->pdu, &k->size, &k->fail)) {
        fail_msg("%s", k->fail.text);
    }
    if (!its_decode_message(k->its, k->pdu, k->size, &k->claim, &k->report)) {
        fail_msg("%s", k->report.error);
    }
    assert_int_equal(k->claim.kind, claim->kind);
    assert_int_equal(k->claim.known, claim->known);
    assert_true(k->claim.station_id == claim->station_id);
}

static const struct its_claim car = {
    .kind = ITS_CAM,
    .station_id = 0xCAFE0001,
    .station_type = 5,
    .generation_delta_ms = 65535,
    .known = ITS_LAT | ITS_LON | ITS_ELEV | ITS_SEMI_MAJOR | ITS_SEMI_MINOR |
             ITS_ORIENTATION | ITS_SPEED | ITS_HEADING | ITS_ACCEL_LONG | ITS_ACCEL_LAT |
             ITS_YAW_RATE | ITS_LENGTH | ITS_WIDTH | ITS_CURVATURE | ITS_STEERING |
             ITS_REVERSE | ITS_LIGHTS,
    .lat_deg = -33.4489,
    .lon_deg = -70.6693,
    .elev_m = 520.25,
    .semi_major_m = 1.5,
    .semi_minor_m = 0.7,
    .orientation_deg = 33.3,
    .speed_mps = 13.89,
    .heading_deg = 359.96, /* rounds to a full turn */
    .accel_long_mps2 = -3.2,
    .accel_lat_mps2 = 0.4,
    .yaw_rate_dps = -2.5,
    .curvature_per_m = -0.0123,
    .steering_deg = -31.5,
    .length_m = 4.2,
    .width_m = 1.8,
    .role = 6,
    .lights = 0x0c,
    .crumb_count = 2,
    .crumbs = {{ITS_LAT | ITS_LON | ITS_ELEV | ITS_AGE, 0.0001, -0.0002, 1.5, 0.5},
               {ITS_LAT | ITS_LON, -0.0131071, 0.001, 0, 0}},
};

static void a_cam_is_written_and_read(void **state)
{
    struct kit *k = *state;
    round_trip(k, &car);
    const struct its_claim *c = &k->claim;
    assert_int_equal(c->protocol_version, 2);
    assert_int_equal(c->generation_delta_ms, 65535);
    near(c->lat_deg, -33.4489, 5e-8);
    near(c->lon_deg, -70.6693, 5e-8);
    near(c->elev_m, 520.25, 1e-9);
    near(c->semi_major_m, 1.5, 1e-9);
    near(c->orientation_deg, 33.3, 1e-9);
    near(c->speed_mps, 13.89, 1e-9);
    near(c->heading_deg, 0, 1e-9);
    near(c->accel_long_mps2, -3.2, 1e-9);
    near(c->accel_lat_mps2, 0.4, 1e-9);
    near(c->yaw_rate_dps, -2.5, 1e-9);
    near(c->curvature_per_m, -0.0123, 1e-9);
    near(c->steering_deg, -31.5, 1e-9);
    near(c->length_m, 4.2, 1e-9);
    near(c->width_m, 1.8, 1e-9);
    assert_false(c->reverse);
    assert_int_equal(c->role, 6);
    assert_int_equal(c->lights, 0x0c);
    assert_int_equal(c->crumb_count, 2);
    near(c->crumbs[0].lon_offset_deg, -0.0002, 5e-8);
    near(c->crumbs[0].age_s, 0.5, 1e-9);
    assert_int_equal(c->crumbs[1].known, ITS_LAT | ITS_LON);
    near(c->crumbs[1].lat_offset_deg, -0.0131071, 5e-8);
}

static void what_is_not_known_stays_unknown(void **state)
{
    struct kit *k = *state;
    struct its_claim bare = {.kind = ITS_CAM, .station_type = 5};
    round_trip(k, &bare);
    bare.kind = ITS_VAM;
    round_trip(k, &bare);
    bare.kind = ITS_DENM;
    round_trip(k, &bare);
    /* A number that is none is not known either. */
    struct its_claim broken = car;
    broken.speed_mps = NAN;
    assert_int_equal(
        its_encode_message(k->its, &broken, k->pdu, sizeof k->pdu, &k->size, &k->fail), 0);
    assert_true(its_decode_message(k->its, k->pdu, k->size, &k->claim, &k->report));
    assert_int_equal(k->claim.known, car.known & ~(uint32_t)ITS_SPEED);
}

static void values_beyond_the_wire_are_told_as_its_limit(void **state)
{
    struct kit *k = *state;
    struct its_claim fast = car;
    fast.speed_mps = 400;
    fast.accel_long_mps2 = -50;
    fast.semi_major_m = 1000;
    fast.length_m = 0.01;
    round_trip(k, &fast);
    near(k->claim.speed_mps, 163.82, 1e-9);
    near(k->claim.accel_long_mps2, -16, 1e-9);
    near(k->claim.semi_major_m, 40.94, 1e-9);
    near(k->claim.length_m, 0.1, 1e-9);
}

static void a_road_side_unit_does_not_move(void **state)
{
    struct kit *k = *state;
    struct its_claim rsu = {.kind = ITS_CAM,
                            .station_id = 12310,
                            .station_type = 15,
                            .known = ITS_LAT | ITS_LON,
                            .lat_deg = 53.5,
                            .lon_deg = 9.9};
    round_trip(k, &rsu);
    assert_int_equal(k->size, 26); /* 202 bits: fixed to the choice, then two of the unit */
}

static void a_denm_is_written_and_read(void **state)
{
    struct kit *k = *state;
    const struct its_claim event = {
        .kind = ITS_DENM,
        .station_id = 7,
        .station_type = 5,
        .known = ITS_LAT | ITS_LON | ITS_SPEED | ITS_HEADING | ITS_EVENT | ITS_TERMINATION,
        .lat_deg = 53.5506976,
        .lon_deg = -9.936078,
        .speed_mps = 0.1,
        .heading_deg = 271.5,
        .crumb_count = 1,
        .crumbs = {{ITS_LAT | ITS_LON | ITS_ELEV, 1e-5, 2e-5, -0.9, 0}},
        .originating_station = 2360693113U,
        .sequence = 13,
        .detection.ns = INT64_C(585913223200) * 1000000,
        .reference.ns = INT64_C(585913223347) * 1000000,
        .validity_s = 86400,
        .negation = true,
        .cause = 255,
        .sub_cause = 1,
        .quality = 7,
    };
    round_trip(k, &event);
    const struct its_claim *c = &k->claim;
    assert_true(c->originating_station == event.originating_station);
    assert_int_equal(c->sequence, 13);
    assert_true(c->detection.ns == event.detection.ns);
    assert_true(c->reference.ns == event.reference.ns);
    assert_int_equal(c->validity_s, 86400);
    assert_true(c->negation);
    assert_int_equal(c->cause, 255);
    assert_int_equal(c->quality, 7);
    near(c->heading_deg, 271.5, 1e-9);
    near(c->lon_deg, -9.936078, 5e-8);
    near(c->crumbs[0].elev_offset_m, -0.9, 1e-9);
}

static void a_vam_is_written_and_read(void **state)
{
    struct kit *k = *state;
    struct its_claim person = {
        .kind = ITS_VAM,
        .station_id = 99,
        .station_type = 1,
        .known = ITS_LAT | ITS_LON | ITS_SPEED | ITS_HEADING | ITS_YAW_RATE | ITS_PROFILE |
                 ITS_SIZE_CLASS | ITS_DEVICE_USAGE | ITS_LIGHTS | ITS_CLUSTER |
                 ITS_SEMI_MAJOR | ITS_SEMI_MINOR,
        .lat_deg = -0.0000001,
        .lon_deg = 179.9999999,
        .semi_major_m = 3,
        .semi_minor_m = 2,
        .speed_mps = 1.4,
        .heading_deg = -90,
        .yaw_rate_dps = 10,
        .size_class = 1,
        .device_usage = 4,
        .lights = 1,
        .cluster_size = 12,
    };
    for (uint8_t profile = ITS_PEDESTRIAN; profile <= ITS_ANIMAL; profile++) {
        person.profile = profile;
        person.subprofile = (uint8_t)(15 - profile);
        round_trip(k, &person);
        assert_int_equal(k->claim.profile, profile);
        assert_int_equal(k->claim.subprofile, 15 - profile);
    }
    assert_int_equal(k->claim.protocol_version, 3);
    near(k->claim.lat_deg, -0.0000001, 5e-9);
    near(k->claim.lon_deg, 179.9999999, 5e-8);
    near(k->claim.heading_deg, 270, 1e-9);
    assert_int_equal(k->claim.device_usage, 4);
    assert_int_equal(k->claim.cluster_size, 12);
}

static void numbers_that_no_field_holds_are_refused(void **state)
{
    struct kit *k = *state;
    struct its_claim bad = {.kind = ITS_VAM, .known = ITS_PROFILE, .profile = 4};
    assert_int_equal(
        its_encode_message(k->its, &bad, k->pdu, sizeof k->pdu, &k->size, &k->fail),
        RESULT_USAGE);
    assert_non_null(strstr(k->fail.text, "profile = 4: at least 0, at most 3"));
    bad = (struct its_claim){.kind = ITS_DENM, .detection.ns = -1};
    assert_int_equal(
        its_encode_message(k->its, &bad, k->pdu, sizeof k->pdu, &k->size, &k->fail),
        RESULT_USAGE);
    assert_int_equal(its_encode_message(k->its, &car, k->pdu, 20, &k->size, &k->fail),
                     RESULT_USAGE);
}

/* Values that other programs state for these octets (etsi/vectors.jsonl, c-its-parser). */
static void another_programs_cam_claims_what_it_should(void **state)
{
    struct kit *k = *state;
    json_t *vector = kit_next(k, "uper-cam-pv2");
    if (!vector) {
        skip();
    }
    while (strcmp(json_string_value(json_object_get(vector, "id")), "cits-parser-cam") !=
           0) {
        json_decref(vector);
        vector = kit_next(k, "uper-cam-pv2");
        assert_non_null(vector);
    }
    k->size = unhex(json_string_value(json_object_get(vector, "hex")), k->pdu);
    json_decref(vector);
    assert_true(its_decode_message(k->its, k->pdu, k->size, &k->claim, &k->report));
    assert_int_equal(k->claim.generation_delta_ms, 51136);
    near(k->claim.lat_deg, 53.5626518, 1e-9);
    near(k->claim.semi_major_m, 3.16, 1e-9);
    near(k->claim.heading_deg, 199.4, 1e-9);
    near(k->claim.speed_mps, 12.77, 1e-9);
    near(k->claim.steering_deg, 0, 0);
    near(k->claim.accel_lat_mps2, 0.1, 1e-9);
    assert_int_equal(k->claim.crumb_count, 13);
    near(k->claim.crumbs[12].lon_offset_deg, -0.0002874, 1e-12);
    near(k->claim.crumbs[12].age_s, 4.4, 1e-12);
}

static json_int_t first_of(json_t *pdu, const char *body, const char *point,
                           const char *key)
{
    json_t *roads = json_object_get(json_object_get(pdu, body), "intersections");
    json_t *it = json_array_get(roads, 0);
    return json_integer_value(
        json_object_get(point ? json_object_get(it, point) : it, key));
}

/* The numbers that our ETSI types give for the octets are tshark's (test_its_tshark). */
static void roads_of_others_are_read_in_their_place(void **state)
{
    struct kit *k = *state;
    struct message *m = malloc(sizeof *m);
    int maps = 0;
    json_t *vector;
    if (k->vectors) {
        rewind(k->vectors);
    }
    while ((vector = kit_next(k, "uper-mapem-pv2"))) {
        assert_true(kit_decode_hex(k, json_string_value(json_object_get(vector, "hex"))));
        json_t *pdu = json_loads((const char *)k->jer.data, 0, NULL);
        assert_true(its_decode_any(k->its, k->pdu, k->size, m, &k->report));
        assert_int_equal(m->type, MESSAGE_MAPEM);
        if (m->map.intersection_total > 0) {
            near(m->map.lat_deg, (double)first_of(pdu, "map", "refPoint", "lat") / 1e7,
                 1e-9);
            near(m->map.lon_deg, (double)first_of(pdu, "map", "refPoint", "long") / 1e7,
                 1e-9);
            maps++;
        }
        json_decref(pdu);
        json_decref(vector);
    }
    if (k->vectors) {
        rewind(k->vectors);
    }
    while ((vector = kit_next(k, "uper-spatem-pv2"))) {
        assert_true(kit_decode_hex(k, json_string_value(json_object_get(vector, "hex"))));
        json_t *pdu = json_loads((const char *)k->jer.data, 0, NULL);
        assert_true(its_decode_any(k->its, k->pdu, k->size, m, &k->report));
        assert_int_equal(m->type, MESSAGE_SPATEM);
        assert_int_equal(m->spat.intersections[0].revision,
                         first_of(pdu, "spat", NULL, "revision"));
        json_decref(pdu);
        json_decref(vector);
    }
    free(m);
    if (maps == 0) {
        skip();
    }
}

/* What J2735's encoder wrote reads right by ETSI's own types, at both ends of the world. */
static void roads_are_written_as_etsi_counts_them(void **state)
{
    struct kit *k = *state;
    static const double longitudes_deg[] = {-179.9999999, -70.6693001, 0, 8.4, 179.9999999};
    struct message *m = calloc(1, sizeof *m);
    for (size_t i = 0; i < sizeof longitudes_deg / sizeof *longitudes_deg; i++) {
        *m = (struct message){.type = MESSAGE_MAPEM, .station_id = 0xCAFE0002};
        m->map = (struct message_map){.known = MESSAGE_LAT | MESSAGE_LON,
                                      .id = 77,
                                      .revision = 3,
                                      .lat_deg = -33.5,
                                      .lon_deg = longitudes_deg[i],
                                      .intersection_total = 1,
                                      .lane_count = 1};
        m->map.lanes[0] = (struct message_lane){
            .id = 4, .direction = 1, .node_count = 2, .nodes = {{100, -200}, {3000, 40}}};
        assert_int_equal(
            its_encode_any(k->its, m, k->pdu, sizeof k->pdu, &k->size, &k->fail), 0);
        assert_true(kit_decode(k, k->pdu, k->size));
        assert_string_equal(k->report.info.name, "MAPEM");
        assert_int_equal(k->report.info.station_id, 0xCAFE0002);
        json_t *pdu = json_loads((const char *)k->jer.data, 0, NULL);
        assert_int_equal(first_of(pdu, "map", "refPoint", "long"),
                         (json_int_t)llround(longitudes_deg[i] * 1e7));
        assert_int_equal(first_of(pdu, "map", "refPoint", "lat"), -335000000);
        assert_int_equal(first_of(pdu, "map", NULL, "revision"), 3);
        json_decref(pdu);
    }
    assert_int_equal(its_encode_any(k->its, m, k->pdu, 20, &k->size, &k->fail),
                     RESULT_USAGE);
    free(m);
}

/* TS 102 894-2: 2007-01-01T00:00:00Z is 94 694 401 000 ms; modulo 65536 that is 58 344. */
static void generation_time_wraps_every_65_seconds(void **state)
{
    (void)state;
    struct tai t = {INT64_C(94694401000) * 1000000};
    assert_int_equal(its_generation_delta(t), 58344);
    for (int64_t ms = -40000; ms <= 40000; ms += 997) {
        struct tai sent = {t.ns + ms * 1000000};
        struct tai got = its_unfold(its_generation_delta(sent), t);
        int64_t off = ms >= 32768 ? -65536 : ms < -32768 ? 65536 : 0;
        assert_true(got.ns == sent.ns + off * 1000000);
    }
    /* Both edges of the wrap. */
    struct tai last = {INT64_C(65535) * 1000000};
    struct tai first = {INT64_C(65536) * 1000000};
    assert_int_equal(its_generation_delta(last), 65535);
    assert_int_equal(its_generation_delta(first), 0);
    assert_true(its_unfold(0, last).ns == first.ns);
    assert_true(its_unfold(65535, first).ns == last.ns);
    assert_true(its_unfold(65535, (struct tai){first.ns + 999999}).ns == last.ns);
}

int main(void)
{
    const struct CMUnitTest its_claim[] = {
        cmocka_unit_test(a_cam_is_written_and_read),
        cmocka_unit_test(what_is_not_known_stays_unknown),
        cmocka_unit_test(values_beyond_the_wire_are_told_as_its_limit),
        cmocka_unit_test(a_road_side_unit_does_not_move),
        cmocka_unit_test(a_denm_is_written_and_read),
        cmocka_unit_test(a_vam_is_written_and_read),
        cmocka_unit_test(roads_are_written_as_etsi_counts_them),
        cmocka_unit_test(numbers_that_no_field_holds_are_refused),
        cmocka_unit_test(another_programs_cam_claims_what_it_should),
        cmocka_unit_test(roads_of_others_are_read_in_their_place),
        cmocka_unit_test(generation_time_wraps_every_65_seconds),
    };
    return cmocka_run_group_tests(its_claim, kit_open, kit_close);
}
