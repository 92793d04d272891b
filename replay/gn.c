/* SPDX-License-Identifier: Apache-2.0 */
/* GeoNetworking and BTP, see gn.h. Everything is big-endian. Fuzz target: fuzz_frames. */
#include "replay/gn.h"

enum {
    NEXT_ANY = 0,
    NEXT_COMMON = 1, /* after the basic header */
    NEXT_SECURED = 2,
    NEXT_BTP_A = 1, /* after the common header */
    NEXT_BTP_B = 2,
    TYPE_SHB = 0x50,
    TYPE_TSB = 0x51,
    TYPE_LS_REQUEST = 0x60,
    TYPE_LS_REPLY = 0x61
};

/* Octets of the extended header behind a type octet; 0 for an unknown type. */
static size_t extended_size(uint8_t type)
{
    switch (type) {
    case 0x10: /* beacon */
        return 24;
    case 0x20: /* GeoUnicast */
    case TYPE_LS_REPLY:
        return 48;
    case 0x30: /* GeoAnycast: circle, rectangle, ellipse */
    case 0x31:
    case 0x32:
    case 0x40: /* GeoBroadcast */
    case 0x41:
    case 0x42:
        return 44;
    case TYPE_SHB:
    case TYPE_TSB:
        return 28;
    case TYPE_LS_REQUEST:
        return 36;
    default:
        return 0;
    }
}

static void take_short(struct cursor *c, struct gn_position *p)
{
    p->address = cursor_be(c, 8);
    p->timestamp_ms = cursor_be32(c);
    p->latitude = (int32_t)cursor_be32(c);
    p->longitude = (int32_t)cursor_be32(c);
}

static void take_long(struct cursor *c, struct gn_facts *out)
{
    take_short(c, &out->source);
    uint16_t speed = cursor_be16(c);
    out->source.accurate = speed & 0x8000;
    int value = speed & 0x7fff; /* 15 bits, two's complement */
    out->source.speed_cmps = (int16_t)(value & 0x4000 ? value - 0x8000 : value);
    out->source.heading_ddeg = cursor_be16(c);
    out->has_source = !c->torn;
}

static void take_area(struct cursor *c, struct gn_facts *out)
{
    out->area.latitude = (int32_t)cursor_be32(c);
    out->area.longitude = (int32_t)cursor_be32(c);
    out->area.distance_a_m = cursor_be16(c);
    out->area.distance_b_m = cursor_be16(c);
    out->area.angle_deg = cursor_be16(c);
    cursor_skip(c, 2);
    out->has_area = !c->torn;
}

/* The extended header, by type (clauses 9.8.2 to 9.8.8). */
static void take_extended(struct cursor *c, uint8_t type, struct gn_facts *out)
{
    if (type != 0x10 && type != TYPE_SHB) {
        out->sequence = cursor_be16(c);
        out->has_sequence = !c->torn;
        cursor_skip(c, 2);
    }
    take_long(c, out);
    if (out->type == GN_GAC || out->type == GN_GBC) {
        take_area(c, out);
    } else if (out->type == GN_GUC || type == TYPE_LS_REPLY) {
        take_short(c, &out->destination);
        out->has_destination = !c->torn;
    } else if (type == TYPE_LS_REQUEST) {
        out->destination.address = cursor_be(c, 8);
        out->has_destination = !c->torn;
    } else if (type == TYPE_SHB) {
        out->media_data = cursor_be32(c);
    }
}

bool gn_walk_btp(struct walk *w, bool btp_a, struct gn_facts *out)
{
    if (!walk_enter(w, LAYER_BTP)) {
        return false;
    }
    out->btp_a = btp_a;
    out->dst_port = cursor_be16(&w->c);
    out->port_info = cursor_be16(&w->c);
    out->has_btp = !w->c.torn;
    return walk_whole(w);
}

static bool common_header(struct walk *w, struct gn_facts *out)
{
    size_t at = w->c.at;
    uint8_t next = (uint8_t)(cursor_u8(&w->c) >> 4);
    uint8_t type = cursor_u8(&w->c);
    uint8_t class = cursor_u8(&w->c);
    out->mobile = cursor_u8(&w->c) & 0x80;
    out->payload_length = cursor_be16(&w->c);
    out->max_hop_limit = cursor_u8(&w->c);
    cursor_skip(&w->c, 1);
    if (!walk_whole(w)) {
        return false;
    }
    out->store_carry_forward = class & 0x80;
    out->traffic_class = class & 0x3f;
    if (extended_size(type) == 0) {
        return walk_fail(w, REASON_GN_TYPE, at + 1);
    }
    out->type = (enum gn_type)(type >> 4);
    out->subtype = type & 0x0f;
    take_extended(&w->c, type, out);
    if (!walk_cut(w, out->payload_length, &out->trailing)) {
        return false;
    }
    if (out->type == GN_BEACON || out->type == GN_LS) {
        return walk_fail(w, REASON_GN_CONTROL, at + 1);
    }
    if (next != NEXT_BTP_A && next != NEXT_BTP_B) {
        return walk_fail(w, REASON_GN_UPPER, at);
    }
    return gn_walk_btp(w, next == NEXT_BTP_A, out);
}

bool gn_walk_common(struct walk *w, struct gn_facts *out)
{
    return walk_enter(w, LAYER_GN) && common_header(w, out);
}

/* TS 103 097 V1.2.1, 4.1: 0xxxxxxx is 7 bits, 10xxxxxx and an octet 14, and so on. */
static size_t unary_length(struct walk *w)
{
    size_t at = w->c.at;
    uint8_t first = cursor_u8(&w->c);
    size_t more = first < 0x80 ? 0 : first < 0xc0 ? 1 : first < 0xe0 ? 2 : 3;
    if (first >= 0xf0) {
        (void)walk_fail(w, REASON_OLD_ENVELOPE, at);
        return 0;
    }
    size_t value = first & (size_t)(0x7f >> more);
    return value << (8 * more) | (size_t)cursor_be(&w->c, more);
}

/* Version 2, header fields, payload (type, octets), trailer fields. */
static bool old_envelope(struct walk *w)
{
    if (!walk_enter(w, LAYER_TS103097)) {
        return false;
    }
    cursor_skip(&w->c, 1);
    cursor_skip(&w->c, unary_length(w));
    size_t type_at = w->c.at;
    uint8_t type = cursor_u8(&w->c);
    size_t size = unary_length(w);
    size_t payload_at = w->c.at;
    cursor_skip(&w->c, size);
    cursor_skip(&w->c, unary_length(w));
    if (w->fault.reason != REASON_NONE || !walk_whole(w)) {
        return false;
    }
    if (type == 2 || type == 4) {
        return walk_fail(w, REASON_ENCRYPTED, type_at);
    }
    if (type > 1) {
        return walk_fail(w, type == 3 ? REASON_NO_PAYLOAD : REASON_OLD_ENVELOPE, type_at);
    }
    w->c.at = payload_at;
    w->c.size = payload_at + size;
    return true;
}

static uint32_t lifetime_ms(uint8_t octet)
{
    static const uint32_t base_ms[4] = {50, 1000, 10000, 100000};
    return (octet >> 2) * base_ms[octet & 3];
}

bool gn_walk(struct walk *w, struct gn_facts *out, struct spdu_facts *dot2)
{
    if (!walk_enter(w, LAYER_GN)) {
        return false;
    }
    size_t at = w->c.at;
    uint8_t first = cursor_u8(&w->c);
    cursor_skip(&w->c, 1);
    uint8_t lifetime = cursor_u8(&w->c);
    out->hop_limit = cursor_u8(&w->c);
    if (!walk_whole(w)) {
        return false;
    }
    out->version = first >> 4;
    out->lifetime_ms = lifetime_ms(lifetime);
    out->has_basic = true;
    if (out->version > 1) {
        return walk_fail(w, REASON_GN_VERSION, at);
    }
    switch (first & 0x0f) {
    case NEXT_COMMON:
        return common_header(w, out);
    case NEXT_SECURED:
        if (cursor_left(&w->c) > 0 && cursor_peek(&w->c, 0) == 2) {
            out->envelope = GN_TS103097;
            return old_envelope(w) && common_header(w, out);
        }
        out->envelope = GN_DOT2;
        return spdu_walk(w, dot2) && common_header(w, out);
    case NEXT_ANY:
        /* Drafts before 2014 have no basic header; version 1 has no business here. */
        return walk_fail(w, out->version == 0 ? REASON_GN_LEGACY : REASON_GN_HEADER, at);
    default:
        return walk_fail(w, REASON_GN_HEADER, at);
    }
}

bool gn_looks_common(const uint8_t *octets, size_t size)
{
    struct cursor c = cursor_init(octets, size);
    uint8_t next = cursor_u8(&c);
    size_t extended = extended_size(cursor_u8(&c));
    cursor_skip(&c, 2);
    uint16_t length = cursor_be16(&c);
    cursor_skip(&c, 2);
    return !c.torn && (next & 0x0f) == 0 && next >> 4 <= 3 && extended > 0 &&
           extended + length <= cursor_left(&c);
}

bool gn_looks_whole(const uint8_t *octets, size_t size)
{
    if (size < 4 + 2 || octets[0] >> 4 > 1 || octets[1] != 0) {
        return false;
    }
    if ((octets[0] & 0x0f) == NEXT_SECURED) {
        return octets[4] == 2 || (octets[4] == 3 && octets[5] >= 0x80 && octets[5] <= 0x84);
    }
    return (octets[0] & 0x0f) == NEXT_COMMON && gn_looks_common(octets + 4, size - 4);
}
