/* SPDX-License-Identifier: Apache-2.0 */
/* The codec's door: known encodings to JSON and back, exact lengths, and what is told when
 * octets are wrong. Expected octets come from the standard's bit layout, done by hand, or
 * from encoders that are not ours. */
#include "test_asn1_help.h"

#include <pthread.h>

static void decodes_a_bsm_to_its_wire_values(void **state)
{
    struct bench *b = *state;
    assert_true(bench_decode_hex(b, TYPICAL_BSM));
    assert_string_equal(bench_jer(b), BSM_TEXT(""));
    assert_string_equal(b->report.info.name, "BSM");
    assert_int_equal(b->report.consumed, 40);
    assert_int_equal(b->report.extra, 0);
}

static void encodes_a_bsm_from_its_wire_values(void **state)
{
    struct bench *b = *state;
    char hex[200];
    assert_int_equal(bench_encode(b, BSM_TEXT("")), 0);
    assert_string_equal(bench_out_hex(b, hex, sizeof hex), TYPICAL_BSM);
}

static void tells_units_in_the_names_and_null_for_unavailable(void **state)
{
    struct bench *b = *state;
    assert_true(bench_decode_hex(b, TYPICAL_BSM));
    assert_non_null(strstr((char *)b->si.data,
                           "\"lat_deg\":48.1234567,\"long_deg\":11.5678901,"
                           "\"elev_m\":532.1,"));
    assert_non_null(strstr((char *)b->si.data, "\"speed_mps\":27.78,\"heading_deg\":180,"
                                               "\"angle_deg\":-7.5,"));
    assert_non_null(
        strstr((char *)b->si.data, "\"wheelBrakes\":[\"leftFront\",\"rightFront\"]"));
    assert_true(bench_decode_hex(b, HIGHEST_BSM));
    assert_non_null(strstr((char *)b->si.data, "\"lat_deg\":null,\"long_deg\":null,"));
    assert_non_null(strstr((char *)b->si.data, "\"speed_mps\":null,\"heading_deg\":null,"
                                               "\"angle_deg\":null,"));
}

static void reads_both_ends_of_every_range(void **state)
{
    struct bench *b = *state;
    assert_true(bench_decode_hex(b, LOWEST_BSM));
    assert_non_null(
        strstr(bench_jer(b), "\"lat\":-900000000,\"long\":-1799999999,\"elev\":-4096"));
    assert_non_null(strstr(bench_jer(b), "\"accelSet\":{\"long\":-2000,\"lat\":-2000,"
                                         "\"vert\":-127,\"yaw\":-32767}"));
    assert_true(bench_decode_hex(b, HIGHEST_BSM));
    assert_non_null(
        strstr(bench_jer(b), "\"lat\":900000001,\"long\":1800000001,\"elev\":61439"));
    assert_non_null(strstr(bench_jer(b), "\"brakeBoost\":\"on\""));
}

/* Smallest frames: MAP with nothing, CSR of one item, RSA of its mandatory members. */
static void round_trips_the_smallest_frames(void **state)
{
    struct bench *b = *state;
    static const char *const frames[][2] = {
        {"0012020000",
         "{\"messageId\":18,\"value\":{\"MapData\":{\"msgIssueRevision\":0}}}"},
        {"0015020002", "{\"messageId\":21,\"value\":{\"CommonSafetyRequest\":{\"requests\":"
                       "[\"itemB\"]}}}"},
        {"001b0400000401", NULL},
    };
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        char hex[64];
        assert_true(bench_decode_hex(b, frames[i][0]));
        if (frames[i][1]) {
            assert_string_equal(bench_jer(b), frames[i][1]);
        }
        assert_int_equal(bench_encode(b, bench_jer(b)), 0);
        assert_string_equal(bench_out_hex(b, hex, sizeof hex), frames[i][0]);
    }
}

/* SAE J3224: a road-side unit at 42.301007, -83.698766 sees one pedestrian, 98 percent
 * sure, 12.5 m and -3 m away: member after member, by hand. */
static size_t sdsm_by_hand(uint8_t *frame)
{
    struct pen p = {0};
    pen_put(&p, 0, 1); /* refPosElConf absent; the message is not extensible */
    pen_put(&p, 10, 7);
    pen_put(&p, 0x010c0c0a, 32);
    pen_put(&p, 1, 3);       /* equipmentType: no extension, rsu */
    pen_put(&p, 1u << 6, 7); /* sDSMTimeStamp: the year only */
    pen_put(&p, 2024, 12);
    pen_put(&p, 0, 3); /* refPos: no extension, elevation, region */
    pen_put(&p, 423010070u + 900000000u, 31);
    pen_put(&p, 1799999999u - 836987660u, 32);
    pen_put(&p, 12, 8);
    pen_put(&p, 52, 8);
    pen_put(&p, 10, 16);
    pen_put(&p, 0, 8); /* one object */
    pen_put(&p, 1, 1); /* detObjOptData present */
    pen_put(&p, 0, 8); /* no extension, none of the seven optional members */
    pen_put(&p, 2, 3); /* objType: no extension, vru */
    pen_put(&p, 98, 7);
    pen_put(&p, 8010, 16);
    pen_put(&p, 1500 - 20, 12); /* measurementTime: -20 ms */
    pen_put(&p, 8, 6);          /* timeConfidence: time-000-200 */
    pen_put(&p, 0, 1);          /* offsetZ absent */
    pen_put(&p, 32767 + 125, 16);
    pen_put(&p, 32767 - 30, 16);
    pen_put(&p, 11, 4); /* a20cm */
    pen_put(&p, 11, 4); /* elev-000-20 */
    pen_put(&p, 75, 13);
    pen_put(&p, 2, 3); /* prec10ms */
    pen_put(&p, 7200, 15);
    pen_put(&p, 2, 3);   /* prec05deg */
    pen_put(&p, 1, 2);   /* detVRU */
    pen_put(&p, 0xc, 4); /* basicType, propulsion */
    pen_put(&p, 1, 4);   /* no extension, aPEDESTRIAN */
    pen_put(&p, 0, 3);   /* no extension, human */
    pen_put(&p, 2, 4);   /* no extension, onFoot */
    return pen_frame(&p, 41, frame);
}

static void reads_and_writes_a_sensor_data_sharing_message(void **state)
{
    struct bench *b = *state;
    uint8_t frame[128];
    size_t size = sdsm_by_hand(frame);
    assert_true(bench_decode(b, frame, size));
    assert_true(b->report.decoded);
    assert_string_equal(b->report.info.name, "SDSM");
    assert_string_equal(
        bench_jer(b),
        "{\"messageId\":41,\"value\":{\"SensorDataSharingMessage\":{\"msgCnt\":10,"
        "\"sourceID\":\"010C0C0A\",\"equipmentType\":\"rsu\",\"sDSMTimeStamp\":{"
        "\"year\":2024},\"refPos\":{\"lat\":423010070,\"long\":-836987660},"
        "\"refPosXYConf\":{\"semiMajor\":12,\"semiMinor\":52,\"orientation\":10},"
        "\"objects\":[{\"detObjCommon\":{\"objType\":\"vru\",\"objTypeCfd\":98,"
        "\"objectID\":8010,\"measurementTime\":-20,\"timeConfidence\":\"time-000-200\","
        "\"pos\":{\"offsetX\":125,\"offsetY\":-30},\"posConfidence\":{\"pos\":\"a20cm\","
        "\"elevation\":\"elev-000-20\"},\"speed\":75,\"speedConfidence\":\"prec10ms\","
        "\"heading\":7200,\"headingConf\":\"prec05deg\"},\"detObjOptData\":{\"detVRU\":{"
        "\"basicType\":\"aPEDESTRIAN\",\"propulsion\":{\"human\":\"onFoot\"}}}}]}}}");
    assert_non_null(strstr((char *)b->si.data,
                           "\"objTypeCfd_percent\":98,\"objectID\":8010,"
                           "\"measurementTime_ms\":-20,"));
    assert_non_null(
        strstr((char *)b->si.data, "\"pos\":{\"offsetX_m\":12.5,\"offsetY_m\":-3}"));
    assert_non_null(strstr((char *)b->si.data,
                           "\"speed_mps\":1.5,\"speedConfidence\":\"prec10ms\","
                           "\"heading_deg\":90,"));
    assert_int_equal(bench_encode(b, bench_jer(b)), 0);
    assert_int_equal(b->out.size, size);
    assert_memory_equal(b->out.data, frame, size);
}

static void pen_position(struct pen *p, long lat, long lon)
{
    pen_put(p, 0, 3); /* no extension, no elevation, no region */
    pen_put(p, (uint64_t)(lat + 900000000), 31);
    pen_put(p, (uint64_t)(lon + 1799999999), 32);
}

/* SAE J2945/4: a lane closed over a path of two points, in a scale of 2. */
static size_t rsm_by_hand(uint8_t *frame)
{
    struct pen p = {0};
    pen_put(&p, 0, 1);         /* RoadSafetyMessage: no extension */
    pen_put(&p, 0, 2);         /* CommonContainer: no extension, no crossLinking */
    pen_put(&p, 1, 5);         /* EventInfo: no extension; affectedVehicles only */
    pen_put(&p, 0, 1);         /* EventIdentifier: no extension */
    pen_put(&p, 0, 2);         /* RoadAuthorityID: no extension, full */
    pen_put(&p, 0x022a03, 24); /* two octets: 1.2.3 */
    pen_put(&p, 0xcafe0001, 32);
    pen_put(&p, 5, 7);       /* eventUpdate */
    pen_put(&p, 1, 1);       /* eventCancellation: true */
    pen_put(&p, 1u << 6, 7); /* startDateTime: the year only */
    pen_put(&p, 2026, 12);
    pen_put(&p, 7, 8);     /* causeCode */
    pen_put(&p, 0, 1 + 4); /* one affected vehicle group, within the root size */
    pen_put(&p, 2, 1 + 6); /* no extension, motorcycles */
    pen_put(&p, 0, 2);     /* one RegionInfo */
    pen_put(&p, 0, 6);     /* no extension, five members absent */
    pen_position(&p, 423000000, -837000000);
    pen_put(&p, 0, 2);     /* one ContentContainer */
    pen_put(&p, 1, 1 + 3); /* no extension, laneClosureContainer */
    pen_put(&p, 2, 3);     /* no extension; laneStatus, no laneStatusVaries */
    pen_put(&p, 0, 1 + 4); /* one LaneInfo, within the root size */
    pen_put(&p, 1, 2);     /* no extension; laneCloseOffset */
    pen_put(&p, 3 - 1, 5);
    pen_put(&p, 1, 1);
    pen_put(&p, 250, 15);
    pen_put(&p, 3, 6); /* RegionInfo: no extension; scale, approachRegion */
    pen_position(&p, 423000100, -837000200);
    pen_put(&p, 2, 4);     /* scale */
    pen_put(&p, 1, 2);     /* AreaType: no extension, paths */
    pen_put(&p, 0, 1 + 4); /* one Path, within the root size */
    pen_put(&p, 0, 1);     /* Path: no extension */
    pen_put(&p, 37, 10);
    pen_put(&p, 0, 1 + 6); /* two points, within the root size */
    for (int i = 0; i < 2; i++) {
        pen_put(&p, 1, 2); /* NodePointLLE: no extension, node-3Doffset */
        pen_put(&p, 0, 2); /* Offset3D: no extension, no elev-offset */
        pen_put(&p, 16384 + 10, 15);
        pen_put(&p, 16384 - 20, 15);
    }
    return pen_frame(&p, 33, frame);
}

static void reads_and_writes_a_road_safety_message(void **state)
{
    struct bench *b = *state;
    uint8_t frame[128];
    size_t size = rsm_by_hand(frame);
    assert_true(bench_decode(b, frame, size));
    assert_true(b->report.decoded);
    assert_string_equal(
        bench_jer(b),
        "{\"messageId\":33,\"value\":{\"RoadSafetyMessage\":{\"commonContainer\":{"
        "\"eventInfo\":{\"eventID\":{\"operatorID\":{\"fullRdAuthID\":\"1.2.3\"},"
        "\"uniqueID\":\"CAFE0001\"},\"eventUpdate\":5,\"eventCancellation\":true,"
        "\"startDateTime\":{\"year\":2026},\"causeCode\":7,\"affectedVehicles\":["
        "\"motorcycles\"]},\"regionInfo\":[{\"referencePoint\":{\"lat\":423000000,"
        "\"long\":-837000000}}]},\"content\":[{\"laneClosureContainer\":{\"laneStatus\":["
        "{\"lanePosition\":3,\"laneClosed\":true,\"laneCloseOffset\":250}],"
        "\"closureRegion\":{\"referencePoint\":{\"lat\":423000100,\"long\":-837000200},"
        "\"scale\":2,\"approachRegion\":{\"paths\":[{\"pathWidth\":37,\"pathPoints\":["
        "{\"node-3Doffset\":{\"lat-offset\":10,\"long-offset\":-20}},"
        "{\"node-3Doffset\":{\"lat-offset\":10,\"long-offset\":-20}}]}]}}}}]}}}");
    assert_non_null(strstr((char *)b->si.data, "\"laneCloseOffset_m\":250"));
    assert_int_equal(bench_encode(b, bench_jer(b)), 0);
    assert_int_equal(b->out.size, size);
    assert_memory_equal(b->out.data, frame, size);
}

static void carries_an_id_it_does_not_decode(void **state)
{
    struct bench *b = *state;
    char hex[64];
    assert_true(bench_decode_hex(b, "00f00100"));
    assert_false(b->report.decoded);
    assert_true(b->report.info.known);
    assert_string_equal(b->report.info.type, "TestMessage00");
    assert_string_equal(bench_jer(b), "{\"messageId\":240,\"value\":\"00\"}");
    assert_int_equal(bench_encode(b, bench_jer(b)), 0);
    assert_string_equal(bench_out_hex(b, hex, sizeof hex), "00f00100");
    assert_true(bench_decode_hex(b, "01000100"));
    assert_false(b->report.info.known);
}

/* The same flags in 13 bits and, with bit 13, in 14: one item of Part II behind bit 293. */
static void reads_event_flags_beyond_their_root_size(void **state)
{
    struct bench *b = *state;
    assert_int_equal(
        bench_encode(b, BSM_TEXT(",\"partII\":[{\"partII-Id\":0,\"partII-Value\":{"
                                 "\"VehicleSafetyExtensions\":{\"events\":{"
                                 "\"value\":\"0004\",\"length\":14}}}}]")),
        0);
    /* The core's last three bits are 0; then 000 count, 000000 id, 00000100 octets, and
     * 0 1000 1 00001110 00000000000001 with padding. */
    struct pen p = {0};
    uint8_t frame[64];
    unhex(TYPICAL_BSM, frame);
    memcpy(p.data, frame + 3, 37);
    p.data[0] |= 0x40;
    p.at = 293;
    pen_put(&p, 0, 3 + 6);
    pen_put(&p, 4, 8);
    pen_put(&p, 0x11, 5 + 1);
    pen_put(&p, 14, 8);
    pen_put(&p, 1, 14);
    pen_put(&p, 0, 4);
    size_t size = pen_frame(&p, 20, frame);
    assert_int_equal(b->out.size, size);
    assert_memory_equal(b->out.data, frame, size);
    assert_true(bench_decode(b, frame, size));
    assert_non_null(strstr(bench_jer(b), "\"events\":{\"value\":\"0004\",\"length\":14}"));
    assert_non_null(strstr((char *)b->si.data, "\"events\":[\"eventJackKnife\"]"));
}

static void keeps_regional_content_it_does_not_know(void **state)
{
    struct bench *b = *state;
    const char *text =
        BSM_TEXT(",\"regional\":[{\"regionId\":128,\"regExtValue\":\"BEEF\"}]");
    assert_int_equal(bench_encode(b, text), 0);
    assert_true(bench_decode(b, b->out.data, b->out.size));
    assert_string_equal(bench_jer(b), text);
}

static void keeps_part_ii_of_a_reserved_id_as_octets(void **state)
{
    struct bench *b = *state;
    const char *text =
        BSM_TEXT(",\"partII\":[{\"partII-Id\":63,\"partII-Value\":\"00FF\"}]");
    assert_int_equal(bench_encode(b, text), 0);
    assert_true(bench_decode(b, b->out.data, b->out.size));
    assert_string_equal(bench_jer(b), text);
}

/* Part II id 0 with the octets 01 02: nothing present after five bits, so the second octet
 * is left over. 24 bits of header, 293 of the core, 3 + 6 + 8 before the octets. */
static void refuses_part_ii_content_longer_than_its_value(void **state)
{
    struct bench *b = *state;
    assert_false(bench_decode_hex(b, NOISY_BSM));
    assert_string_equal(b->report.error,
                        "value.BasicSafetyMessage.partII[0].partII-Value."
                        "VehicleSafetyExtensions has octets left over behind it");
    assert_int_equal(b->report.offset * 8 + (size_t)b->report.bit, 24 + 293 + 17 + 5);
}

/* Encoders that trim named bit strings send no bits at all; nine bits 1 00000000. */
static void accepts_a_bit_string_of_no_bits(void **state)
{
    struct bench *b = *state;
    const char *text =
        "{\"messageId\":18,\"value\":{\"MapData\":{\"msgIssueRevision\":1,"
        "\"intersections\":[{"
        "\"id\":{\"id\":7},\"revision\":0,\"refPoint\":{\"lat\":-338567844,\"long\":"
        "1512152967},"
        "\"laneSet\":[{\"laneID\":1,\"laneAttributes\":{\"directionalUse\":\"80\","
        "\"sharedWith\":\"0000\",\"laneType\":{\"vehicle\":{\"value\":\"\",\"length\":0}}},"
        "\"nodeList\":{\"nodes\":[{\"delta\":{\"node-XY1\":{\"x\":-512,\"y\":511}}},{"
        "\"delta\":{"
        "\"node-LatLon\":{\"lon\":-1799999999,\"lat\":-900000000}}}]}}]}]}}}";
    if (bench_encode(b, text) != 0) {
        fail_msg("%s", b->fail.text);
    }
    assert_true(bench_decode(b, b->out.data, b->out.size));
    assert_string_equal(bench_jer(b), text);
}

static void writes_object_identifiers_with_dots(void **state)
{
    struct bench *b = *state;
    static const char *const ids[] = {"{\"fullRdAuthID\":\"1.20.12.713\"}",
                                      "{\"fullRdAuthID\":\"2.999.3\"}",
                                      "{\"fullRdAuthID\":\"2.9223372036854775727\"}",
                                      "{\"fullRdAuthID\":\"1.3.9223372036854775807\"}",
                                      "{\"relRdAuthID\":\"8976.18511.12373\"}"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char text[600];
        (void)snprintf(
            text, sizeof text,
            "{\"messageId\":19,\"value\":{\"SPAT\":{\"intersections\":[{\"id\":{\"id\":1},"
            "\"revision\":2,\"status\":\"0000\",\"states\":[{\"signalGroup\":1,"
            "\"state-time-speed\":[{\"eventState\":\"dark\",\"timing\":{"
            "\"minEndTime\":36111}}]}],\"roadAuthorityID\":%s}]}}}",
            ids[i]);
        if (bench_encode(b, text) != 0) {
            fail_msg("%s", b->fail.text);
        }
        assert_true(bench_decode(b, b->out.data, b->out.size));
        assert_string_equal(bench_jer(b), text);
        assert_non_null(strstr((char *)b->si.data, "\"minEndTime_s\":null"));
    }
    /* 2.999.3 is 88 37 03 (X.690, 8.19.5). */
    assert_int_equal(
        bench_encode(b, "{\"messageId\":19,\"value\":{\"SPAT\":{\"intersections\":[{"
                        "\"id\":{\"id\":1},\"revision\":2,\"status\":\"0000\","
                        "\"states\":[{\"signalGroup\":1,\"state-time-speed\":[{"
                        "\"eventState\":\"dark\"}]}],\"roadAuthorityID\":{"
                        "\"fullRdAuthID\":\"2.999.3\"}}]}}}"),
        0);
    uint64_t tail = 0;
    for (size_t i = b->out.size - 5; i < b->out.size; i++) {
        tail = tail << 8 | b->out.data[i];
    }
    bool found = false;
    for (unsigned shift = 0; shift < 16; shift++) {
        found |= (tail >> shift & 0xFFFFFF) == 0x883703;
    }
    assert_true(found);
}

static int edition_of_time_mark(struct bench *b, int mark)
{
    char text[400];
    (void)snprintf(text, sizeof text,
                   "{\"messageId\":19,\"value\":{\"SPAT\":{\"intersections\":[{\"id\":{"
                   "\"id\":1},\"revision\":0,\"status\":\"0000\",\"states\":[{"
                   "\"signalGroup\":1,\"state-time-speed\":[{\"eventState\":\"dark\","
                   "\"timing\":{\"minEndTime\":%d}}]}]}]}}}",
                   mark);
    assert_int_equal(bench_encode(b, text), 0);
    assert_true(bench_decode(b, b->out.data, b->out.size));
    return b->report.edition;
}

/* 36001 ended the range of TimeMark in 2016; additions are all of 2024. */
static void names_the_oldest_edition_that_has_the_message(void **state)
{
    struct bench *b = *state;
    assert_true(bench_decode_hex(b, TYPICAL_BSM));
    assert_int_equal(b->report.edition, 2016);
    assert_int_equal(edition_of_time_mark(b, 36001), 2016);
    assert_int_equal(edition_of_time_mark(b, 36111), 2020);
    uint8_t frame[128];
    assert_true(bench_decode(b, frame, rsm_by_hand(frame)));
    assert_int_equal(b->report.edition, 2024);
    assert_true(bench_decode_hex(b, "00f00100"));
    assert_int_equal(b->report.edition, 0);
}

static void tells_octets_behind_the_frame_without_failing(void **state)
{
    struct bench *b = *state;
    assert_true(bench_decode_hex(b, TYPICAL_BSM "ffff"));
    assert_int_equal(b->report.consumed, 40);
    assert_int_equal(b->report.extra, 2);
}

static void refuses_octets_left_over_inside_the_frame(void **state)
{
    struct bench *b = *state;
    uint8_t frame[64];
    size_t size = unhex(TYPICAL_BSM "00", frame);
    frame[2]++;
    assert_false(bench_decode(b, frame, size));
    assert_non_null(strstr(b->report.error, "left over"));
    /* 24 bits of header, 293 of the message. */
    assert_int_equal(b->report.offset * 8 + (size_t)b->report.bit, 24 + 293);
}

static void tells_the_bit_of_a_value_out_of_range(void **state)
{
    struct bench *b = *state;
    uint8_t frame[64];
    size_t size = unhex(TYPICAL_BSM, frame);
    /* Heading is 15 bits from bit 185 of the body: all ones is 32767. */
    for (size_t bit = 24 + 185; bit < 24 + 200; bit++) {
        frame[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
    }
    assert_false(bench_decode(b, frame, size));
    assert_int_equal(b->report.offset * 8 + (size_t)b->report.bit, 24 + 185);
    assert_string_equal(b->report.error,
                        "value.BasicSafetyMessage.coreData.heading is out of range");
}

static void tells_where_a_cut_frame_ends(void **state)
{
    struct bench *b = *state;
    uint8_t frame[64];
    size_t size = unhex(TYPICAL_BSM, frame);
    for (size_t cut = 0; cut < size; cut++) {
        assert_false(bench_decode(b, frame, cut));
        assert_true(b->report.offset <= cut);
        assert_true(b->report.error[0]);
    }
    /* Cut inside and the length mended: the message itself ends too early. */
    frame[2] = 24;
    assert_false(bench_decode(b, frame, 27));
    assert_non_null(strstr(b->report.error, "coreData.heading ends inside"));
}

/* An addition of n octets of a given filling. */
static void pen_addition(struct pen *p, size_t n)
{
    struct pen inner = {0};
    for (size_t i = 0; i < n; i++) {
        pen_put(&inner, 0xC3, 8);
    }
    pen_open(p, &inner);
}

/* A BSM whose Part II holds PathPrediction with two unknown additions of three slots,
 * inside VehicleSafetyExtensions with one, inside a BSM with one more. */
static size_t nested_additions(uint8_t *frame, size_t a, size_t c)
{
    struct pen safety = {0};
    struct pen body = {0};
    uint8_t plain[64];
    pen_put(&safety, 1, 1);
    pen_put(&safety, 3, 4); /* prediction and lights */
    pen_put(&safety, 1, 1);
    pen_put(&safety, 32767 + 1234, 16);
    pen_put(&safety, 150, 8);
    pen_put(&safety, 3 - 1, 7);
    pen_put(&safety, 5, 3);
    pen_addition(&safety, a);
    pen_addition(&safety, c);
    pen_put(&safety, 0, 1);
    pen_put(&safety, 0x0A5, 9);
    pen_put(&safety, 0, 7);
    pen_put(&safety, 1, 1);
    pen_addition(&safety, c);
    unhex(TYPICAL_BSM, plain);
    memcpy(body.data, plain + 3, 37);
    body.data[0] |= 0xC0;
    body.at = 293;
    pen_put(&body, 0, 3 + 6);
    pen_open(&body, &safety);
    pen_put(&body, 2 - 1, 7);
    pen_put(&body, 1, 2);
    pen_addition(&body, a);
    return pen_frame(&body, 20, frame);
}

static void skips_and_tells_unknown_additions_at_any_depth(void **state)
{
    struct bench *b = *state;
    for (size_t a = 1; a < 8; a++) {
        for (size_t c = 1; c < 8; c++) {
            uint8_t frame[200];
            size_t size = nested_additions(frame, a, c);
            if (!bench_decode(b, frame, size)) {
                fail_msg("%zu %zu: %s", a, c, b->report.error);
            }
            assert_string_equal(bench_jer(b),
                                BSM_TEXT(",\"partII\":[{\"partII-Id\":0,\"partII-Value\":{"
                                         "\"VehicleSafetyExtensions\":{\"pathPrediction\":{"
                                         "\"radiusOfCurve\":1234,"
                                         "\"confidence\":150},\"lights\":{\"value\":"
                                         "\"5280\",\"length\":9}}}}]"));
            assert_int_equal(b->report.unknown_count, 4);
            assert_string_equal(
                b->report.unknown[0].path,
                "value.BasicSafetyMessage.partII[0].partII-Value."
                "VehicleSafetyExtensions.pathPrediction: PathPrediction addition 1");
            assert_int_equal(b->report.unknown[0].size, a);
            assert_int_equal(b->report.unknown[1].size, c);
            assert_string_equal(b->report.unknown[3].path,
                                "value.BasicSafetyMessage: BasicSafetyMessage addition 2");
        }
    }
}

static void survives_any_cut_of_nested_additions(void **state)
{
    struct bench *b = *state;
    uint8_t frame[200];
    size_t size = nested_additions(frame, 5, 7);
    for (size_t cut = 0; cut < size; cut++) {
        assert_false(bench_decode(b, frame, cut));
    }
}

/* LaneTypeAttributes has eight alternatives; the extension bit asks for a ninth. */
static void refuses_an_alternative_of_a_later_edition_cleanly(void **state)
{
    struct bench *b = *state;
    struct pen p = {0};
    uint8_t frame[64];
    pen_put(&p, 0, 1);
    pen_put(&p, 0x10, 8); /* only intersections */
    pen_put(&p, 0, 7);
    pen_put(&p, 0, 5); /* one */
    pen_put(&p, 0, 1 + 5 + 1);
    pen_put(&p, 9, 16);
    pen_put(&p, 0, 7);
    pen_put(&p, 0, 3);
    pen_put(&p, 0, 31);
    pen_put(&p, 0, 32);
    pen_put(&p, 0, 8); /* one lane */
    pen_put(&p, 0, 1 + 7);
    pen_put(&p, 3, 8);
    pen_put(&p, 0, 1 + 2 + 10);
    pen_put(&p, 1, 1); /* extended alternative 0, one octet */
    pen_put(&p, 0, 7);
    pen_put(&p, 1, 8);
    pen_put(&p, 0xFF, 8);
    size_t size = pen_frame(&p, 18, frame);
    assert_false(bench_decode(b, frame, size));
    assert_non_null(
        strstr(b->report.error, "intersections[0].laneSet[0].laneAttributes.laneType"));
}

static void says_which_member_of_the_json_is_wrong(void **state)
{
    struct bench *b = *state;
    static const char *const cases[][2] = {
        {"{\"messageId\":20", "JSON, line 1"},
        {"{\"messageId\":20}", "MessageFrame.value: is missing"},
        {"{\"messageId\":20,\"value\":{\"SPAT\":{}}}",
         "MessageFrame.value: must be {\"BasicSafetyMessage\": value} for id 20"},
        {"{\"messageId\":18,\"value\":{\"MapData\":{\"msgIssueRevision\":128}}}",
         "MessageFrame.value.MapData.msgIssueRevision: 128 is not in 0..127"},
        {"{\"messageId\":18,\"value\":{\"MapData\":{\"msgIssueRevision\":1,\"x\":2}}}",
         "MessageFrame.value.MapData: MapData has no member \"x\""},
        {"{\"messageId\":21,\"value\":{\"CommonSafetyRequest\":{\"requests\":[\"itemA\",7]}"
         "}}",
         "MessageFrame.value.CommonSafetyRequest.requests[1]: must be a name of "
         "RequestedItem"},
        {"{\"messageId\":21,\"value\":{\"CommonSafetyRequest\":{\"requests\":[]}}}",
         "MessageFrame.value.CommonSafetyRequest.requests: has 0 items, must have 1..32"},
        {"{\"messageId\":240,\"value\":\"0G\"}",
         "MessageFrame.value: has a character that is not hex"},
        {"[]", "MessageFrame: must be an object"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(bench_encode(b, cases[i][0]), RESULT_USAGE);
        if (strncmp(b->fail.text, cases[i][1], strlen(cases[i][1])) != 0) {
            fail_msg("%s, not %s", b->fail.text, cases[i][1]);
        }
    }
}

static void describes_a_frame_by_its_first_octets(void **state)
{
    (void)state;
    struct codec_info info;
    static const uint8_t spat[] = {0x00, 0x13, 0x81, 0x02};
    assert_true(codec_describe(spat, sizeof spat, &info));
    assert_string_equal(info.name, "SPAT");
    assert_string_equal(info.type, "SPAT");
    assert_int_equal(info.length, 4 + 258);
    assert_false(codec_describe(spat, 1, &info));
}

static void *decode_many(void *argument)
{
    int *bad = argument;
    void *opened = NULL;
    if (bench_open(&opened) != 0) {
        return NULL;
    }
    struct bench *b = opened;
    b->size = unhex(TYPICAL_BSM, b->frame);
    *bad = 0;
    for (int i = 0; i < 50; i++) {
        *bad += !bench_decode(b, b->frame, b->size);
        *bad += strcmp(bench_jer(b), BSM_TEXT("")) != 0;
    }
    (void)bench_close(&opened);
    return NULL;
}

static void serves_several_threads_at_once(void **state)
{
    pthread_t threads[4];
    int bad[4] = {1, 1, 1, 1};
    (void)state;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, decode_many, &bad[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(bad[i], 0);
    }
}

#define BENCH(test) cmocka_unit_test_setup_teardown(test, bench_open, bench_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH(decodes_a_bsm_to_its_wire_values),
        BENCH(encodes_a_bsm_from_its_wire_values),
        BENCH(tells_units_in_the_names_and_null_for_unavailable),
        BENCH(reads_both_ends_of_every_range),
        BENCH(round_trips_the_smallest_frames),
        BENCH(reads_and_writes_a_sensor_data_sharing_message),
        BENCH(reads_and_writes_a_road_safety_message),
        BENCH(carries_an_id_it_does_not_decode),
        BENCH(reads_event_flags_beyond_their_root_size),
        BENCH(keeps_regional_content_it_does_not_know),
        BENCH(keeps_part_ii_of_a_reserved_id_as_octets),
        BENCH(refuses_part_ii_content_longer_than_its_value),
        BENCH(accepts_a_bit_string_of_no_bits),
        BENCH(writes_object_identifiers_with_dots),
        BENCH(names_the_oldest_edition_that_has_the_message),
        BENCH(tells_octets_behind_the_frame_without_failing),
        BENCH(refuses_octets_left_over_inside_the_frame),
        BENCH(tells_the_bit_of_a_value_out_of_range),
        BENCH(tells_where_a_cut_frame_ends),
        BENCH(skips_and_tells_unknown_additions_at_any_depth),
        BENCH(survives_any_cut_of_nested_additions),
        BENCH(refuses_an_alternative_of_a_later_edition_cleanly),
        BENCH(says_which_member_of_the_json_is_wrong),
        cmocka_unit_test(describes_a_frame_by_its_first_octets),
        cmocka_unit_test(serves_several_threads_at_once),
    };
    return cmocka_run_group_tests_name("asn1_codec", tests, NULL, NULL);
}
