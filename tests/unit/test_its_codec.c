/* SPDX-License-Identifier: Apache-2.0 */
/* The door of asn1/its on its own: PDUs written bit by bit from the tables of the
 * standards, editions, exactness, extension additions at any depth, texts, open types, JSON
 * both ways. */
#include "test_its_help.h"

/* Bits by hand. */
struct pen {
    uint8_t data[512];
    size_t at;
};

static void put(struct pen *p, uint64_t value, unsigned count)
{
    for (; count > 0; count--, p->at++) {
        p->data[p->at / 8] |= (uint8_t)((value >> (count - 1) & 1) << (7 - p->at % 8));
    }
}

/* One extension addition of two octets, ABCD: count 1, present, length 2. */
static void put_addition(struct pen *p)
{
    put(p, 0, 7);
    put(p, 1, 1);
    put(p, 2, 8);
    put(p, 0xABCD, 16);
}

static bool decode(struct kit *k, const struct pen *p)
{
    k->size = (p->at + 7) / 8;
    memcpy(k->pdu, p->data, k->size);
    return kit_decode(k, k->pdu, k->size);
}

static void put_position(struct pen *p, long lat, long lon)
{
    put(p, (uint64_t)(lat + 900000000), 31);
    put(p, (uint64_t)(lon + 1800000000), 32);
    put(p, 4095, 12); /* ellipse */
    put(p, 4095, 12);
    put(p, 3601, 12);
    put(p, 52000 + 100000, 20); /* 520 m */
    put(p, 15, 4);
}

struct wish {
    int version;
    unsigned heading;
    bool basic_addition, parameters_addition;
};

/* EN 302 637-2 V1.4.1 (V1.3.2 differs in the bits of curvature): Santiago de Chile, south
 * and west. */
static struct pen cam(struct wish w)
{
    struct pen p = {{0}, 0};
    put(&p, (uint64_t)w.version, 8);
    put(&p, 2, 8);
    put(&p, 0xCAFE0001, 32);
    put(&p, 65535, 16);                /* generationDeltaTime */
    put(&p, w.parameters_addition, 1); /* camParameters */
    put(&p, 0, 2);
    put(&p, w.basic_addition, 1);
    put(&p, 5, 8);
    put_position(&p, -334489000, -706693000);
    if (w.basic_addition) {
        put_addition(&p);
    }
    put(&p, 0, 2); /* the vehicle's container */
    put(&p, 0, 7); /* nothing optional */
    put(&p, w.heading, 12);
    put(&p, 10 - 1, 7);
    put(&p, 1389, 14);
    put(&p, 127 - 1, 7);
    put(&p, 0, 2);       /* forward */
    put(&p, 42 - 1, 10); /* 4.2 m */
    put(&p, 4, 3);
    put(&p, 18 - 1, 6);    /* 1.8 m */
    put(&p, 161 + 160, 9); /* acceleration unavailable */
    put(&p, 102, 7);
    if (w.version == 1) {
        put(&p, 30001 + 30000, 16);
    } else {
        put(&p, 1023 + 1023, 11);
    }
    put(&p, 7, 3);
    put(&p, 2, 3);             /* not extended, unavailable */
    put(&p, -250 + 32766, 16); /* 2.5 degrees a second to the right */
    put(&p, 8, 4);
    if (w.parameters_addition) {
        put_addition(&p);
    }
    return p;
}

#define MOVES                                                                              \
    "\"heading\":{\"headingValue\":900,\"headingConfidence\":10},"                         \
    "\"speed\":{\"speedValue\":1389,\"speedConfidence\":127},"                             \
    "\"driveDirection\":\"forward\",\"vehicleLength\":{\"vehicleLengthValue\":42,"         \
    "\"vehicleLengthConfidenceIndication\":\"unavailable\"},\"vehicleWidth\":18,"          \
    "\"longitudinalAcceleration\":{\"longitudinalAccelerationValue\":161,"                 \
    "\"longitudinalAccelerationConfidence\":102},"
#define TURNS                                                                              \
    "\"curvatureCalculationMode\":\"unavailable\",\"yawRate\":{\"yawRateValue\":-250,"     \
    "\"yawRateConfidence\":\"unavailable\"}}}}}}"
#define CAM_TEXT(version, curvature)                                                       \
    "{\"header\":{\"protocolVersion\":" version ",\"messageID\":2,"                        \
    "\"stationID\":3405643777},\"cam\":{\"generationDeltaTime\":65535,"                    \
    "\"camParameters\":{\"basicContainer\":{\"stationType\":5,\"referencePosition\":{"     \
    "\"latitude\":-334489000,\"longitude\":-706693000,\"positionConfidenceEllipse\":{"     \
    "\"semiMajorConfidence\":4095,\"semiMinorConfidence\":4095,"                           \
    "\"semiMajorOrientation\":3601},\"altitude\":{\"altitudeValue\":52000,"                \
    "\"altitudeConfidence\":\"unavailable\"}}},\"highFrequencyContainer\":{"               \
    "\"basicVehicleContainerHighFrequency\":{" MOVES                                       \
    "\"curvature\":{\"curvatureValue\":" curvature                                         \
    ",\"curvatureConfidence\":\"unavailable\"}," TURNS

static void reads_and_writes_a_cam(void **state)
{
    struct kit *k = *state;
    struct pen p = cam((struct wish){2, 900, false, false});
    assert_true(decode(k, &p));
    assert_int_equal(k->size, 41); /* 322 bits */
    assert_string_equal((const char *)k->jer.data, CAM_TEXT("2", "1023"));
    assert_true(kit_same(k, (const char *)k->jer.data, false));
    assert_true(kit_same(k, (const char *)k->si.data, true));
    assert_string_equal(k->report.info.name, "CAM");
    assert_string_equal(k->report.info.edition, "EN 302 637-2 V1.4.1");
    assert_true(k->report.info.station_id == 0xCAFE0001);
}

static void version_one_has_curvature_of_16_bits(void **state)
{
    struct kit *k = *state;
    struct pen p = cam((struct wish){1, 900, false, false});
    assert_true(decode(k, &p));
    assert_int_equal(k->size, 41); /* 327 bits */
    assert_string_equal((const char *)k->jer.data, CAM_TEXT("1", "30001"));
    assert_true(kit_same(k, (const char *)k->jer.data, false));
}

static void units_are_in_the_names_and_unavailable_is_null(void **state)
{
    struct kit *k = *state;
    struct pen p = cam((struct wish){2, 900, false, false});
    assert_true(decode(k, &p));
    const char *si = (const char *)k->si.data;
    assert_non_null(strstr(si, "\"latitude_deg\":-33.4489,"));
    assert_non_null(strstr(si, "\"longitude_deg\":-70.6693,"));
    assert_non_null(strstr(si, "\"semiMajorConfidence_m\":null"));
    assert_non_null(strstr(si, "\"altitudeValue_m\":520"));
    assert_non_null(strstr(si, "\"headingValue_deg\":90,"));
    assert_non_null(strstr(si, "\"speedValue_mps\":13.89,"));
    assert_non_null(strstr(si, "\"vehicleLengthValue_m\":4.2,"));
    assert_non_null(strstr(si, "\"longitudinalAccelerationValue_mps2\":null"));
    assert_non_null(strstr(si, "\"yawRateValue_dps\":-2.5,"));
}

static void out_of_range_is_an_error_with_its_bit(void **state)
{
    struct kit *k = *state;
    struct pen p = cam((struct wish){2, 3602, false, false});
    assert_false(decode(k, &p));
    assert_int_equal(k->report.offset * 8 + (size_t)k->report.bit, 208);
    assert_non_null(strstr(k->report.error, "headingValue is out of range"));
}

static void octets_left_over_are_an_error(void **state)
{
    struct kit *k = *state;
    struct pen p = cam((struct wish){2, 900, false, false});
    put(&p, 0, 16);
    assert_false(decode(k, &p));
    assert_int_equal(k->report.offset, 41);
    assert_non_null(strstr(k->report.error, "left over"));
}

static void every_cut_is_an_error_within_the_octets(void **state)
{
    struct kit *k = *state;
    struct pen p = cam((struct wish){2, 900, true, true});
    size_t size = (p.at + 7) / 8;
    for (size_t cut = 0; cut < size; cut++) {
        assert_false(kit_decode(k, p.data, cut));
        assert_true(k->report.error[0]);
        assert_true(k->report.offset <= cut);
    }
}

static void unknown_additions_are_skipped_at_any_depth(void **state)
{
    struct kit *k = *state;
    struct pen p = cam((struct wish){2, 900, true, true});
    assert_true(decode(k, &p));
    assert_int_equal(k->report.unknown_count, 2);
    assert_string_equal(k->report.unknown[0].path,
                        "cam.camParameters.basicContainer: ItsBasicContainer addition 1");
    assert_int_equal(k->report.unknown[0].size, 2);
    assert_string_equal(k->report.unknown[1].path,
                        "cam.camParameters: ItsCamParameters addition 1");
    /* What follows them is untouched. */
    assert_string_equal((const char *)k->jer.data, CAM_TEXT("2", "1023"));
}

/* EN 302 637-3 V1.3.1. `validity` < 0: absent; 17 bits. */
static struct pen denm(long validity, bool cause_addition)
{
    struct pen p = {{0}, 0};
    put(&p, 2, 8);
    put(&p, 1, 8);
    put(&p, 7, 32);
    put(&p, 4, 3); /* situation only */
    put(&p, 0, 4); /* not extended, no termination, relevance */
    put(&p, validity >= 0, 1);
    put(&p, 0, 1);  /* no interval */
    put(&p, 9, 32); /* actionID */
    put(&p, 513, 16);
    put(&p, UINT64_C(585913223200), 42);
    put(&p, UINT64_C(4398046511103), 42);
    put_position(&p, 900000001, 1800000001);
    if (validity >= 0) {
        put(&p, (uint64_t)validity, 17);
    }
    put(&p, 15, 8);
    put(&p, 0, 3); /* situation: not extended, no linked cause, no history */
    put(&p, 3, 3);
    put(&p, cause_addition, 1);
    put(&p, 94, 8);
    put(&p, 2, 8);
    if (cause_addition) {
        put_addition(&p);
    }
    return p;
}

static void times_of_42_bits_are_plain_numbers(void **state)
{
    struct kit *k = *state;
    struct pen p = denm(20, false);
    assert_true(decode(k, &p));
    const char *jer = (const char *)k->jer.data;
    assert_non_null(strstr(jer, "\"detectionTime\":585913223200,"));
    assert_non_null(strstr(jer, "\"referenceTime\":4398046511103,"));
    assert_non_null(strstr(jer, "\"eventType\":{\"causeCode\":94,\"subCauseCode\":2}"));
    assert_true(kit_same(k, jer, false));
    assert_true(kit_same(k, (const char *)k->si.data, true));
}

static void an_absent_validity_is_600_seconds_and_a_stated_600_is_accepted(void **state)
{
    struct kit *k = *state;
    struct pen absent = denm(-1, false);
    struct pen stated = denm(600, false);
    assert_true(decode(k, &stated));
    assert_non_null(strstr((const char *)k->jer.data, "\"validityDuration\":600,"));
    assert_true(decode(k, &absent));
    assert_non_null(strstr((const char *)k->jer.data, "\"validityDuration\":600,"));
    /* The canonical form leaves it out. */
    assert_true(kit_same(k, (const char *)k->jer.data, false));
}

static void a_cause_code_above_those_assigned_and_extended_is_read(void **state)
{
    struct kit *k = *state;
    struct pen p = denm(1, true);
    assert_true(decode(k, &p));
    assert_int_equal(k->report.unknown_count, 1);
    assert_string_equal(k->report.unknown[0].path,
                        "denm.situation.eventType: ItsCauseCode addition 1");
}

/* JSON that must make octets, and make itself again. */
static void goes_round(struct kit *k, const char *text)
{
    bytes_clear(&k->out);
    if (its_encode_json(k->its, text, &k->out, &k->fail)) {
        fail_msg("%s", k->fail.text);
    }
    k->size = k->out.size;
    memcpy(k->pdu, k->out.data, k->size);
    if (!kit_decode(k, k->pdu, k->size)) {
        fail_msg("%s", k->report.error);
    }
    assert_string_equal((const char *)k->jer.data, text);
    assert_true(kit_same(k, (const char *)k->si.data, true));
}

#define ANYWHERE                                                                           \
    "{\"latitude\":900000001,\"longitude\":1800000001,\"positionConfidenceEllipse\":{"     \
    "\"semiMajorConfidence\":4095,\"semiMinorConfidence\":4095,"                           \
    "\"semiMajorOrientation\":3601},\"altitude\":{\"altitudeValue\":800001,"               \
    "\"altitudeConfidence\":\"unavailable\"}}"
#define GOODS(name)                                                                        \
    "{\"header\":{\"protocolVersion\":2,\"messageID\":1,\"stationID\":1},\"denm\":{"       \
    "\"management\":{\"actionID\":{\"originatingStationID\":1,\"sequenceNumber\":0},"      \
    "\"detectionTime\":0,\"referenceTime\":0,\"eventPosition\":" ANYWHERE                  \
    ",\"validityDuration\":600,\"stationType\":8},\"alacarte\":{\"stationaryVehicle\":{"   \
    "\"carryingDangerousGoods\":{\"dangerousGoodsType\":\"flammableLiquids\","             \
    "\"unNumber\":1203,\"elevatedTemperature\":false,\"tunnelsRestricted\":true,"          \
    "\"limitedQuantity\":false,\"emergencyActionCode\":\"3YE\","                           \
    "\"phoneNumber\":\"0301 234\",\"companyName\":\"" name "\"}}}}}"

static void texts_keep_their_letters(void **state)
{
    struct kit *k = *state;
    goes_round(k, GOODS("Kühne & Söhne"));
    goes_round(k, GOODS(""));
    goes_round(k, GOODS("\xc3\xbc"));
    /* Some flips of its last octets break the letter of two octets. */
    bool broken = false;
    for (size_t bit = 0; bit < 24; bit++) {
        uint8_t *octet = &k->pdu[k->size - 1 - bit / 8];
        *octet ^= (uint8_t)(1 << bit % 8);
        broken |= !kit_decode(k, k->pdu, k->size) &&
                  strstr(k->report.error, "is not UTF-8 text") != NULL;
        *octet ^= (uint8_t)(1 << bit % 8);
    }
    assert_true(broken);
}

#define CPM(containers)                                                                    \
    "{\"header\":{\"protocolVersion\":2,\"messageId\":14,\"stationId\":100},\"payload\":{" \
    "\"managementContainer\":{\"referenceTime\":46781,\"referencePosition\":" ANYWHERE     \
    "},\"cpmContainers\":[" containers "]}}"

static void containers_of_a_cpm_are_opened_by_their_id(void **state)
{
    struct kit *k = *state;
    goes_round(k,
               CPM("{\"containerId\":1,\"containerData\":{\"OriginatingVehicleContainer\":"
                   "{\"orientationAngle\":{\"value\":2707,\"confidence\":127}}}},"
                   "{\"containerId\":16,\"containerData\":\"BEEF\"}"));
    assert_non_null(strstr((const char *)k->si.data, "\"value_deg\":270.7"));
}

/* The list of one container: extension bit 0 and three bits of count in the standard. */
static void a_cpm_whose_list_lacks_the_extension_bit_is_read_too(void **state)
{
    struct kit *k = *state;
    struct pen p = {{0}, 0};
    put(&p, 2, 8);
    put(&p, 14, 8);
    put(&p, 100, 32);
    put(&p, 0, 1); /* payload, management: not extended, nothing optional */
    put(&p, 0, 3);
    put(&p, 46781, 42);
    put_position(&p, 900000001, 1800000001);
    put(&p, 0, 3);
    put(&p, 1 - 1, 4);
    put(&p, 3, 8);
    put(&p, 0, 4); /* originating vehicle: orientation only */
    put(&p, 2707, 12);
    put(&p, 127 - 1, 7);
    put(&p, 0, 1);
    assert_true(decode(k, &p));
    assert_non_null(strstr(k->report.info.edition, "without its extension bit"));
    assert_non_null(strstr((const char *)k->jer.data,
                           "\"orientationAngle\":{\"value\":2707,\"confidence\":127}"));
}

#define LANE(regional)                                                                     \
    "{\"header\":{\"protocolVersion\":2,\"messageID\":5,\"stationID\":1},\"map\":{"        \
    "\"msgIssueRevision\":0" regional "}}"

static void regional_contents_of_europe_are_opened(void **state)
{
    struct kit *k = *state;
    goes_round(k,
               LANE(",\"regional\":[{\"regionId\":3,\"regExtValue\":{\"MapData-addGrpC\":{"
                    "\"signalHeadLocations\":[{\"nodeXY\":{\"node-XY1\":{\"x\":-5,"
                    "\"y\":7}},\"nodeZ\":350,\"signalGroupID\":4}]}}},"
                    "{\"regionId\":128,\"regExtValue\":\"0102\"}]"));
    k->size = unhex("02054931c2490000", k->pdu); /* the smallest MAPEM */
    assert_true(kit_decode(k, k->pdu, k->size));
    assert_string_equal((const char *)k->jer.data,
                        "{\"header\":{\"protocolVersion\":2,\"messageID\":5,"
                        "\"stationID\":1227997769},\"map\":{\"msgIssueRevision\":0}}");
}

static void longitudes_of_maps_count_from_the_antimeridian(void **state)
{
    struct kit *k = *state;
    goes_round(k,
               LANE(",\"intersections\":[{\"id\":{\"id\":1},\"revision\":0,\"refPoint\":{"
                    "\"lat\":-334489000,\"long\":-1800000000},\"laneSet\":[{\"laneID\":1,"
                    "\"laneAttributes\":{\"directionalUse\":\"80\",\"sharedWith\":\"0000\","
                    "\"laneType\":{\"vehicle\":{\"value\":\"00\",\"length\":8}}},"
                    "\"nodeList\":{\"nodes\":[{\"delta\":{\"node-LatLon\":{"
                    "\"lon\":-1800000000,\"lat\":0}}},{\"delta\":{\"node-XY1\":{\"x\":1,"
                    "\"y\":1}}}]}}]}]"));
}

static void an_alternative_without_content_is_null(void **state)
{
    struct kit *k = *state;
    goes_round(
        k,
        "{\"header\":{\"protocolVersion\":2,\"messageID\":6,\"stationID\":1},\"ivi\":{"
        "\"mandatory\":{\"serviceProviderId\":{\"countryCode\":\"9400\","
        "\"providerIdentifier\":0},\"iviIdentificationNumber\":1,\"iviStatus\":0},"
        "\"optional\":[{\"giv\":[{\"iviType\":1,\"vehicleCharacteristics\":[{\"tractor\":{"
        "\"equalTo\":[{\"euVehicleCategoryCode\":{\"euVehilcleCategoryT\":null}}]}}],"
        "\"roadSignCodes\":[{\"code\":{\"itisCodes\":268}}]}]},"
        "{\"rsc\":[{\"relevanceZoneIds\":[1],\"roadSurfaceStaticCharacteristics\":{"
        "\"frictionCoefficient\":50,\"material\":0,\"wear\":1,\"avBankingAngle\":-20}}]}"
        "]}}");
}

/* ISO/TS 19321:2020 adds a group to a text container; its members are on a par in JSON. */
static void members_of_an_extension_group_stand_among_the_others(void **state)
{
    struct kit *k = *state;
    goes_round(
        k, "{\"header\":{\"protocolVersion\":2,\"messageID\":6,\"stationID\":1},\"ivi\":{"
           "\"mandatory\":{\"serviceProviderId\":{\"countryCode\":\"9400\","
           "\"providerIdentifier\":0},\"iviIdentificationNumber\":1,\"iviStatus\":0},"
           "\"optional\":[{\"tc\":[{\"relevanceZoneIds\":[1],\"data\":\"\",\"iviType\":1,"
           "\"laneStatus\":2},{\"relevanceZoneIds\":[2],\"data\":\"AB\"}]}]}}");
}

static void unknown_versions_and_messages_are_told_not_decoded(void **state)
{
    struct kit *k = *state;
    static const uint8_t saem[] = {2, 12, 0, 0, 0, 1, 0xFF};
    static const uint8_t old_vam[] = {1, 16, 0, 0, 0, 1, 0xFF};
    static const uint8_t strange[] = {9, 200, 0, 0, 0, 1};
    assert_true(kit_decode(k, saem, sizeof saem));
    assert_string_equal(k->report.info.name, "SAEM");
    assert_false(k->report.decoded || k->report.info.decodable);
    assert_true(kit_decode(k, old_vam, sizeof old_vam));
    assert_string_equal(k->report.info.name, "VAM");
    assert_false(k->report.decoded);
    assert_true(kit_decode(k, strange, sizeof strange));
    assert_string_equal(k->report.info.name, "");
    assert_false(kit_decode(k, strange, 5));
}

static void a_wrong_text_names_its_place(void **state)
{
    struct kit *k = *state;
    assert_int_equal(its_encode_json(k->its, "{\"header\":{}}", &k->out, &k->fail),
                     RESULT_USAGE);
    assert_int_equal(its_encode_json(k->its,
                                     "{\"header\":{\"protocolVersion\":2,\"messageID\":5,"
                                     "\"stationID\":1},\"map\":{\"msgIssueRevision\":128}}",
                                     &k->out, &k->fail),
                     RESULT_USAGE);
    assert_non_null(strstr(k->fail.text, "map.msgIssueRevision"));
    assert_non_null(strstr(k->fail.text, "128 is not in 0..127"));
}

int main(void)
{
    const struct CMUnitTest its_codec[] = {
        cmocka_unit_test(reads_and_writes_a_cam),
        cmocka_unit_test(version_one_has_curvature_of_16_bits),
        cmocka_unit_test(units_are_in_the_names_and_unavailable_is_null),
        cmocka_unit_test(out_of_range_is_an_error_with_its_bit),
        cmocka_unit_test(octets_left_over_are_an_error),
        cmocka_unit_test(every_cut_is_an_error_within_the_octets),
        cmocka_unit_test(unknown_additions_are_skipped_at_any_depth),
        cmocka_unit_test(times_of_42_bits_are_plain_numbers),
        cmocka_unit_test(an_absent_validity_is_600_seconds_and_a_stated_600_is_accepted),
        cmocka_unit_test(a_cause_code_above_those_assigned_and_extended_is_read),
        cmocka_unit_test(texts_keep_their_letters),
        cmocka_unit_test(containers_of_a_cpm_are_opened_by_their_id),
        cmocka_unit_test(a_cpm_whose_list_lacks_the_extension_bit_is_read_too),
        cmocka_unit_test(regional_contents_of_europe_are_opened),
        cmocka_unit_test(longitudes_of_maps_count_from_the_antimeridian),
        cmocka_unit_test(an_alternative_without_content_is_null),
        cmocka_unit_test(members_of_an_extension_group_stand_among_the_others),
        cmocka_unit_test(unknown_versions_and_messages_are_told_not_decoded),
        cmocka_unit_test(a_wrong_text_names_its_place),
    };
    return cmocka_run_group_tests(its_codec, kit_open, kit_close);
}
