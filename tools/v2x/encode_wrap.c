/* SPDX-License-Identifier: Apache-2.0 */
/* Envelopes, see encode_wrap.h. */
#include "tools/v2x/encode_wrap.h"

#include <string.h>

#include "replay/wrap.h"

enum {
    ROAD_SIDE_UNIT = 15,
    PC5_IEEE = 1,
    PC5_ETSI = 3,
    PC5_PORT = 1234,    /* where a radio proxy was seen to hand over what it heard */
    FORWARD_PORT = 1516 /* immediate forward, RSU specification 4.1 */
};

static bool is_its(const json_t *line, const struct bytes *message)
{
    const char *standard = json_string_value(json_object_get(line, "standard"));
    return message->size > ITS_HEADER_SIZE && message->data[0] > 0 &&
           (!standard || strcmp(standard, "ETSI ITS") == 0);
}

static int psid_of(const json_t *line, const struct bytes *message, uint32_t *psid,
                   struct fail *fail)
{
    struct codec_info info = {0};
    const json_t *given = json_object_get(line, "psid");
    if (json_is_integer(given) && json_integer_value(given) >= 0 &&
        json_integer_value(given) <= UINT32_MAX) {
        *psid = (uint32_t)json_integer_value(given);
        return 0;
    }
    if (codec_describe(message->data, message->size, &info) &&
        wrap_psid(info.message_id, psid)) {
        return 0;
    }
    return fail_set(fail, RESULT_USAGE,
                    "message id %d has no usual PSID: give one as \"psid\"",
                    info.message_id);
}

static int wrap_in_dot2(const struct bytes *message, struct bytes *out, struct fail *fail)
{
    return wrap_dot2(out, message->data, message->size)
               ? 0
               : fail_set(fail, RESULT_USAGE, "%zu octets do not fit 1609.2",
                          message->size);
}

static int wrap_in_wsmp(const json_t *line, const struct bytes *message, struct bytes *out,
                        struct fail *fail)
{
    struct wrap_wsmp_facts facts = {0};
    const json_t *wsmp = json_object_get(line, "wsmp");
    if (psid_of(line, message, &facts.psid, fail) < 0) {
        return RESULT_USAGE;
    }
    json_int_t power = json_integer_value(json_object_get(wsmp, "power_dbm"));
    json_int_t channel = json_integer_value(json_object_get(wsmp, "channel"));
    json_int_t rate = json_integer_value(json_object_get(wsmp, "rate_kbps")) / 500;
    facts.has_power = json_object_get(wsmp, "power_dbm") && power >= -128 && power <= 127;
    facts.has_channel = channel > 0 && channel <= UINT8_MAX;
    facts.has_rate = rate > 0 && rate <= UINT8_MAX;
    facts.power_dbm = facts.has_power ? (int16_t)power : 0;
    facts.channel = facts.has_channel ? (uint8_t)channel : 0;
    facts.rate_500k = facts.has_rate ? (uint8_t)rate : 0;
    struct bytes inside = {0};
    bool good = wrap_dot2(&inside, message->data, message->size) &&
                wrap_wsmp(out, &facts, inside.data, inside.size);
    bytes_close(&inside);
    return good ? 0
                : fail_set(fail, RESULT_USAGE, "%zu octets under PSID %lu do not fit WSMP",
                           message->size, (unsigned long)facts.psid);
}

/* A number of the line within bounds, else what there was. */
static double number_or(const json_t *object, const char *key, double least, double most,
                        double otherwise)
{
    const json_t *value = json_object_get(object, key);
    double number = json_number_value(value);
    return json_is_number(value) && number >= least && number <= most ? number : otherwise;
}

static int32_t wire(double value, double per_unit)
{
    double scaled = value * per_unit;
    return (int32_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

/* How far an event matters, in metres: the upper bound of its class. */
static uint16_t relevance_m(const json_t *line)
{
    static const struct {
        const char *name;
        uint16_t m;
    } classes[] = {{"lessThan50m", 50},     {"lessThan100m", 100},   {"lessThan200m", 200},
                   {"lessThan500m", 500},   {"lessThan1000m", 1000}, {"lessThan5km", 5000},
                   {"lessThan10km", 10000}, {"over10km", 20000}};
    enum { USUAL_M = 1000 };
    const json_t *jer = json_object_get(line, "jer");
    const json_t *denm = json_object_get(jer ? jer : line, "denm");
    const char *name = json_string_value(
        json_object_get(json_object_get(denm, "management"), "relevanceDistance"));
    for (size_t i = 0; name && i < sizeof classes / sizeof classes[0]; i++) {
        if (strcmp(name, classes[i].name) == 0) {
            return classes[i].m;
        }
    }
    return USUAL_M;
}

/* The sender as its message tells it; TS 103 301 messages come from the road side. */
static void source_of(const struct its_claim *claim, const struct bytes *message,
                      struct utc utc, struct wrap_gn_facts *facts)
{
    uint8_t mac[6] = {2, 0};
    memcpy(mac + 2, message->data + 2, 4); /* the station id */
    uint8_t type = claim->kind == ITS_NONE ? ROAD_SIDE_UNIT : claim->station_type;
    uint32_t place = ITS_LAT | ITS_LON;
    facts->mobile = type != ROAD_SIDE_UNIT;
    facts->source.address = wrap_gn_address(type, mac);
    facts->source.timestamp_ms = (uint32_t)(tai_from_utc(utc).ns / TIME_NS_PER_MS);
    if ((claim->known & place) == place) {
        facts->source.latitude = wire(claim->lat_deg, 1e7);
        facts->source.longitude = wire(claim->lon_deg, 1e7);
    }
    if (claim->kind != ITS_DENM && claim->known & ITS_SPEED) {
        facts->source.speed_cmps = (int16_t)wire(claim->speed_mps, 100);
    }
    if (claim->kind != ITS_DENM && claim->known & ITS_HEADING) {
        facts->source.heading_ddeg = (uint16_t)wire(claim->heading_deg, 10);
    }
}

/* A DENM is for everybody in an area about its event (EN 302 637-3, 7.3). */
static void area_of(const struct its_claim *claim, const json_t *line,
                    struct wrap_gn_facts *facts)
{
    enum { USUAL_HOPS = 10, USUAL_LIFETIME_MS = 60000 }; /* EN 302 636-4-1, annex G */
    facts->area_given = true;
    facts->hop_limit = USUAL_HOPS;
    facts->lifetime_ms = USUAL_LIFETIME_MS;
    facts->traffic_class = 1;
    facts->sequence = claim->sequence;
    facts->area.latitude = facts->source.latitude;
    facts->area.longitude = facts->source.longitude;
    facts->area.distance_a_m = relevance_m(line);
}

static bool source_address(const json_t *gn, uint64_t *address)
{
    const char *hex = json_string_value(json_object_get(gn, "source"));
    uint64_t value = 0;
    size_t n = 0;
    for (; hex && hex[n]; n++) {
        int digit = bytes_hex_digit(hex[n]);
        if (digit < 0 || n == 16) {
            return false;
        }
        value = value << 4 | (unsigned)digit;
    }
    *address = value;
    return n == 16;
}

/* What the line says of the GeoNetworking header goes before what the message tells. */
static void take_gn(const json_t *gn, struct wrap_gn_facts *facts)
{
    static const char *const shapes[] = {"circle", "rectangle", "ellipse"};
    uint64_t address;
    struct gn_position *p = &facts->source;
    if (!gn) {
        return;
    }
    if (source_address(gn, &address)) {
        p->address = address;
    }
    p->timestamp_ms =
        (uint32_t)number_or(gn, "source_timestamp_ms", 0, UINT32_MAX, p->timestamp_ms);
    p->latitude = wire(number_or(gn, "source_lat_deg", -90, 90, p->latitude / 1e7), 1e7);
    p->longitude =
        wire(number_or(gn, "source_lon_deg", -180, 180, p->longitude / 1e7), 1e7);
    p->speed_cmps = (int16_t)wire(
        number_or(gn, "source_speed_mps", -163, 163, p->speed_cmps / 100.0), 100);
    p->heading_ddeg = (uint16_t)wire(
        number_or(gn, "source_heading_deg", 0, 360, p->heading_ddeg / 10.0), 10);
    p->accurate = p->accurate || json_is_true(json_object_get(gn, "source_accurate"));
    facts->traffic_class =
        (uint8_t)number_or(gn, "traffic_class", 0, 63, facts->traffic_class);
    facts->lifetime_ms =
        (uint32_t)number_or(gn, "lifetime_ms", 50, 6300000, facts->lifetime_ms);
    facts->hop_limit = (uint8_t)number_or(gn, "hop_limit", 1, 255, facts->hop_limit);
    facts->sequence = (uint16_t)number_or(gn, "sequence", 0, 65535, facts->sequence);
    const json_t *mobile = json_object_get(gn, "mobile");
    facts->mobile = json_is_boolean(mobile) ? json_is_true(mobile) : facts->mobile;
    const json_t *area = json_object_get(gn, "area");
    const char *shape = json_string_value(json_object_get(area, "shape"));
    facts->area_given = area || (facts->area_given && !json_object_get(gn, "type"));
    for (uint8_t i = 0; shape && i < 3; i++) {
        facts->shape = strcmp(shape, shapes[i]) == 0 ? i : facts->shape;
    }
    struct gn_area *a = &facts->area;
    a->latitude = wire(number_or(area, "lat_deg", -90, 90, a->latitude / 1e7), 1e7);
    a->longitude = wire(number_or(area, "lon_deg", -180, 180, a->longitude / 1e7), 1e7);
    a->distance_a_m = (uint16_t)number_or(area, "a_m", 0, 65535, a->distance_a_m);
    a->distance_b_m = (uint16_t)number_or(area, "b_m", 0, 65535, a->distance_b_m);
    a->angle_deg = (uint16_t)number_or(area, "angle_deg", 0, 65535, a->angle_deg);
}

static int wrap_in_gn(struct its *its, const json_t *line, const struct bytes *message,
                      struct utc utc, struct bytes *out, struct fail *fail)
{
    if (!is_its(line, message)) {
        return fail_set(fail, RESULT_USAGE,
                        "GeoNetworking carries ETSI messages; J2735 goes into WSMP");
    }
    struct its_claim claim = {0};
    struct its_report report;
    if (!its_decode_message(its, message->data, message->size, &claim, &report)) {
        claim = (struct its_claim){0}; /* hex that is no message travels all the same */
    }
    struct wrap_gn_facts facts = {.traffic_class = 2, .lifetime_ms = 1000};
    source_of(&claim, message, utc, &facts);
    if (claim.kind == ITS_DENM) {
        area_of(&claim, line, &facts);
    }
    const json_t *gn = json_object_get(line, "gn");
    take_gn(gn, &facts);
    uint16_t port =
        (uint16_t)number_or(gn, "dst_port", 1, 65535, wrap_btp_port(message->data[1]));
    uint16_t info = (uint16_t)number_or(gn, "port_info", 0, 65535, 0);
    struct bytes btp = {0};
    bool good = port != 0 && wrap_btp(&btp, port, info, message->data, message->size) &&
                wrap_gn(out, &facts, btp.data, btp.size);
    bytes_close(&btp);
    return good ? 0
                : fail_set(fail, RESULT_USAGE,
                           "messageID %d of %zu octets has no BTP port "
                           "or does not fit",
                           message->data[1], message->size);
}

static int wrap_in_forward(const json_t *line, const struct bytes *message,
                           struct bytes *out, struct fail *fail)
{
    struct codec_info info = {0};
    struct wrap_forward_facts facts = {.channel = 183, .priority = 7, .sign = true};
    const json_t *forward = json_object_get(line, "forward");
    if (is_its(line, message) || !codec_describe(message->data, message->size, &info) ||
        !info.known) {
        return fail_set(fail, RESULT_USAGE, "a road-side unit forwards J2735 messages");
    }
    if (psid_of(line, message, &facts.psid, fail) < 0) {
        return RESULT_USAGE;
    }
    facts.type = info.name;
    facts.channel = (uint16_t)number_or(json_object_get(line, "wsmp"), "channel", 1, 255,
                                        facts.channel);
    if (forward) {
        facts.sign = json_is_true(json_object_get(forward, "sign"));
        facts.channel = (uint16_t)number_or(forward, "channel", 1, 255, facts.channel);
        facts.priority = (uint8_t)number_or(forward, "priority", 0, 7, facts.priority);
    }
    return wrap_forward(out, &facts, message->data, message->size)
               ? 0
               : fail_set(fail, RESULT_USAGE, "%zu octets are too long to be forwarded",
                          message->size);
}

int encode_wrapped(enum encode_wrap wrap, struct its *its, const json_t *line,
                   const struct bytes *message, struct utc utc, struct bytes *out,
                   struct fail *fail)
{
    switch (wrap) {
    case ENCODE_DOT2:
        return wrap_in_dot2(message, out, fail);
    case ENCODE_WSMP:
        return wrap_in_wsmp(line, message, out, fail);
    case ENCODE_GN:
        return wrap_in_gn(its, line, message, utc, out, fail);
    case ENCODE_PC5:
        bytes_u8(out, is_its(line, message) ? PC5_ETSI : PC5_IEEE);
        return is_its(line, message) ? wrap_in_gn(its, line, message, utc, out, fail)
                                     : wrap_in_wsmp(line, message, out, fail);
    case ENCODE_FORWARD:
        return wrap_in_forward(line, message, out, fail);
    case ENCODE_NONE:
    default:
        break;
    }
    bytes_put(out, message->data, message->size);
    return 0;
}

/* Without a header that an EtherType names, the user's own link type says "look inside". */
int encode_link_type(enum encode_wrap wrap)
{
    return wrap == ENCODE_NONE || wrap == ENCODE_DOT2 ? LINK_USER0 : LINK_ETHERNET;
}

int encode_frame(enum encode_wrap wrap, const struct bytes *packet, struct bytes *frame,
                 struct fail *fail)
{
    struct link_facts facts = {
        .has_src = true,
        .src = {2, 0, 0, 0, 0, 1}, /* locally administered */
        .ethertype = wrap == ENCODE_GN     ? LINK_TYPE_GN
                     : wrap == ENCODE_WSMP ? LINK_TYPE_WSMP
                                           : LINK_TYPE_IPV4,
    };
    if (encode_link_type(wrap) == LINK_USER0) {
        bytes_put(frame, packet->data, packet->size);
        return 0;
    }
    struct bytes datagram = {0};
    bool good = true;
    if (facts.ethertype == LINK_TYPE_IPV4) {
        good = wrap_udp(&datagram, wrap == ENCODE_PC5 ? PC5_PORT : FORWARD_PORT,
                        packet->data, packet->size);
        packet = &datagram;
    }
    good = good && wrap_link(frame, LINK_ETHERNET, &facts, packet->data, packet->size);
    bytes_close(&datagram);
    return good ? 0
                : fail_set(fail, RESULT_USAGE, "%zu octets do not fit a frame",
                           packet->size);
}
