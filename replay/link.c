/* SPDX-License-Identifier: Apache-2.0 */
/* Link headers, see link.h. Fuzz target: fuzz_frames. Radio headers are in radio.c. */
#include "replay/link.h"

#include "replay/radio.h"

enum {
    TYPE_VLAN = 0x8100, /* IEEE 802.1Q */
    TYPE_QINQ = 0x88a8, /* IEEE 802.1ad */
    TYPE_QINQ_OLD = 0x9100,
    TYPE_LEAST = 0x0600, /* below it the field is a length (IEEE 802.3) */
    SLL_802_2 = 0x0004   /* Linux cooked: an LLC header follows */
};

static void take_mac(struct cursor *c, uint8_t mac[6], bool *has)
{
    const uint8_t *p = cursor_take(c, 6);
    if (p) {
        memcpy(mac, p, 6);
        *has = true;
    }
}

/* LLC with SNAP: AA AA 03, organisation 00 00 00, EtherType. */
static bool walk_snap(struct walk *w, struct link_facts *out)
{
    if (!walk_enter(w, LAYER_LLC)) {
        return false;
    }
    size_t at = w->c.at;
    uint64_t head = cursor_be(&w->c, 6);
    out->ethertype = cursor_be16(&w->c);
    if (!walk_whole(w)) {
        return false;
    }
    return head == UINT64_C(0xaaaa03000000) || walk_fail(w, REASON_LLC_HEADER, at);
}

static bool walk_ethertype(struct walk *w, uint16_t type, struct link_facts *out)
{
    while (type == TYPE_VLAN || type == TYPE_QINQ || type == TYPE_QINQ_OLD) {
        if (!walk_enter(w, LAYER_VLAN)) {
            return false;
        }
        uint16_t tag = cursor_be16(&w->c);
        type = cursor_be16(&w->c);
        if (!walk_whole(w)) {
            return false;
        }
        if (!out->has_vlan) {
            out->has_vlan = true;
            out->has_priority = true;
            out->vlan = tag & 0x0fff;
            out->priority = (uint8_t)(tag >> 13);
        }
    }
    out->ethertype = type;
    if (type < TYPE_LEAST) {
        return walk_cut(w, type, NULL) && walk_snap(w, out);
    }
    return true;
}

static bool walk_ethernet(struct walk *w, struct link_facts *out)
{
    if (!walk_enter(w, LAYER_ETHERNET)) {
        return false;
    }
    take_mac(&w->c, out->dst, &out->has_dst);
    take_mac(&w->c, out->src, &out->has_src);
    uint16_t type = cursor_be16(&w->c);
    return walk_whole(w) && walk_ethertype(w, type, out);
}

static bool walk_cooked(struct walk *w, struct link_facts *out)
{
    if (!walk_enter(w, LAYER_SLL)) {
        return false;
    }
    cursor_skip(&w->c, 4); /* packet type, hardware type */
    uint16_t length = cursor_be16(&w->c);
    take_mac(&w->c, out->src, &out->has_src);
    cursor_skip(&w->c, 2);
    uint16_t type = cursor_be16(&w->c);
    out->has_src = out->has_src && length == 6;
    if (!walk_whole(w)) {
        return false;
    }
    return type == SLL_802_2 ? walk_snap(w, out) : walk_ethertype(w, type, out);
}

static bool walk_cooked2(struct walk *w, struct link_facts *out)
{
    if (!walk_enter(w, LAYER_SLL2)) {
        return false;
    }
    uint16_t type = cursor_be16(&w->c);
    cursor_skip(&w->c, 9); /* reserved, interface, hardware type, packet type */
    uint8_t length = cursor_u8(&w->c);
    take_mac(&w->c, out->src, &out->has_src);
    cursor_skip(&w->c, 2);
    out->has_src = out->has_src && length == 6;
    if (!walk_whole(w)) {
        return false;
    }
    return type == SLL_802_2 ? walk_snap(w, out) : walk_ethertype(w, type, out);
}

/* Raw IP: the version nibble stands in for the EtherType. */
static bool raw_ip(struct walk *w, struct link_facts *out)
{
    uint8_t version = (uint8_t)(cursor_peek(&w->c, 0) >> 4);
    if (cursor_left(&w->c) == 0) {
        return walk_fail(w, REASON_TRUNCATED, w->c.at);
    }
    out->ethertype = version == 6 ? LINK_TYPE_IPV6 : LINK_TYPE_IPV4;
    return version == 4 || version == 6 || walk_fail(w, REASON_IP_HEADER, w->c.at);
}

/* BSD loopback: an address family of the capturing machine, in its own byte order. */
static bool walk_loopback(struct walk *w, struct link_facts *out)
{
    if (!walk_enter(w, LAYER_NULL)) {
        return false;
    }
    uint32_t family = cursor_be32(&w->c);
    if (!walk_whole(w)) {
        return false;
    }
    if (family > 0xffff) {
        family = family >> 24 | (family >> 8 & 0xff00);
    }
    /* 2 everywhere; 10 Linux, 24 28 30 the BSDs, for IPv6. */
    if (family != 2 && family != 10 && family != 24 && family != 28 && family != 30) {
        return walk_fail(w, REASON_FOREIGN_ETHERTYPE, w->c.at - 4);
    }
    return raw_ip(w, out);
}

/* IEEE 802.11-2020, 9.2.4.1: frame control in transmission order. */
enum {
    DOT11_TO_DS = 0x01,
    DOT11_FROM_DS = 0x02,
    DOT11_MORE_FRAGMENTS = 0x04,
    DOT11_PROTECTED = 0x40,
    DOT11_ORDER = 0x80,
    DOT11_QOS = 0x80,     /* in the first octet: subtype bit of QoS data */
    DOT11_NO_DATA = 0x40, /* in the first octet: null function and its kin */
    DOT11_AMSDU = 0x80    /* in QoS control */
};

struct dot11 {
    uint8_t control, flags, qos;
    bool has_qos;
    uint16_t sequence;
};

static void dot11_addresses(struct walk *w, struct dot11 *h, struct link_facts *out)
{
    uint8_t a1[6] = {0}, a2[6] = {0}, a3[6] = {0}, a4[6] = {0};
    bool has = false, has4 = false;
    take_mac(&w->c, a1, &has);
    take_mac(&w->c, a2, &has);
    take_mac(&w->c, a3, &has);
    h->sequence = cursor_le16(&w->c);
    bool to = h->flags & DOT11_TO_DS, from = h->flags & DOT11_FROM_DS;
    if (to && from) {
        take_mac(&w->c, a4, &has4);
    }
    memcpy(out->dst, to ? a3 : a1, 6);
    memcpy(out->src, from ? (to ? a4 : a3) : a2, 6);
    out->has_dst = out->has_src = !w->c.torn;
}

static bool dot11_is_data(struct walk *w, const struct dot11 *h, size_t at)
{
    if ((h->control & 0x0f) != 0x08 || h->control & DOT11_NO_DATA) {
        return walk_fail(w, REASON_NOT_DATA, at); /* type data, protocol version 0 */
    }
    if (h->flags & DOT11_PROTECTED) {
        return walk_fail(w, REASON_PROTECTED_LINK, at + 1);
    }
    if (h->flags & DOT11_MORE_FRAGMENTS || h->sequence & 0x000f) {
        return walk_fail(w, REASON_FRAGMENT, at);
    }
    if (h->has_qos && h->qos & DOT11_AMSDU) {
        return walk_fail(w, REASON_AGGREGATE, at);
    }
    return true;
}

static bool walk_dot11(struct walk *w, const struct radio_tail *tail,
                       struct link_facts *out)
{
    if (!walk_enter(w, LAYER_DOT11)) {
        return false;
    }
    size_t at = w->c.at;
    if (tail->fcs) {
        if (cursor_left(&w->c) < 4) {
            return walk_fail(w, REASON_TRUNCATED, w->c.size);
        }
        w->c.size -= 4;
    }
    struct dot11 h = {.control = cursor_u8(&w->c), .flags = cursor_u8(&w->c)};
    cursor_skip(&w->c, 2); /* duration */
    if (!walk_whole(w)) {
        return false;
    }
    if ((h.control & 0x0f) != 0x08 || h.control & DOT11_NO_DATA) {
        return walk_fail(w, REASON_NOT_DATA, at);
    }
    dot11_addresses(w, &h, out);
    if (h.control & DOT11_QOS) {
        h.has_qos = true;
        h.qos = cursor_u8(&w->c);
        cursor_skip(&w->c, h.flags & DOT11_ORDER ? 5 : 1); /* HT control */
        out->has_priority = true;
        out->priority = h.qos & 7;
    }
    if (tail->padded && (w->c.at - at) % 4 != 0) {
        cursor_skip(&w->c, 4 - (w->c.at - at) % 4);
    }
    if (!walk_whole(w) || !dot11_is_data(w, &h, at)) {
        return false;
    }
    if (cursor_peek(&w->c, 0) == 0xaa && cursor_peek(&w->c, 1) == 0xaa) {
        return walk_snap(w, out);
    }
    /* EtherType protocol discrimination (IEEE 1609.3-2016, 5.2.1): the bare EtherType. */
    if (!walk_enter(w, LAYER_EPD)) {
        return false;
    }
    out->ethertype = cursor_be16(&w->c);
    if (!walk_whole(w)) {
        return false;
    }
    return out->ethertype >= TYPE_LEAST || walk_fail(w, REASON_LLC_HEADER, w->c.at - 2);
}

static bool walk_radio(struct walk *w, int dlt, struct link_facts *out)
{
    struct radio_tail tail = {0};
    int inner = LINK_DOT11;
    bool good = dlt == LINK_RADIOTAP ? radio_radiotap(w, out, &tail)
                : dlt == LINK_PPI    ? radio_ppi(w, out, &tail, &inner)
                                     : radio_prism(w);
    out->fcs_announced = tail.fcs;
    if (!good) {
        return false;
    }
    if (inner == LINK_ETHERNET) {
        return walk_ethernet(w, out);
    }
    return inner == LINK_DOT11 ? walk_dot11(w, &tail, out)
                               : walk_fail(w, REASON_LINK_TYPE, w->c.at);
}

bool link_known(int dlt)
{
    static const int known[] = {LINK_NULL,     LINK_ETHERNET, LINK_RAW,  LINK_RAW_BSD,
                                LINK_RAW_FILE, LINK_DOT11,    LINK_LOOP, LINK_SLL,
                                LINK_PRISM,    LINK_RADIOTAP, LINK_AVS,  LINK_PPI,
                                LINK_IPV4,     LINK_IPV6,     LINK_SLL2};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i] == dlt) {
            return true;
        }
    }
    return dlt >= LINK_USER0 && dlt <= LINK_USER15;
}

bool link_walk(struct walk *w, int dlt, struct link_facts *out)
{
    struct radio_tail none = {0};
    switch (dlt) {
    case LINK_ETHERNET:
        return walk_ethernet(w, out);
    case LINK_DOT11:
        return walk_dot11(w, &none, out);
    case LINK_RADIOTAP:
    case LINK_PPI:
    case LINK_PRISM:
    case LINK_AVS:
        return walk_radio(w, dlt, out);
    case LINK_SLL:
        return walk_cooked(w, out);
    case LINK_SLL2:
        return walk_cooked2(w, out);
    case LINK_RAW:
    case LINK_RAW_BSD:
    case LINK_RAW_FILE:
    case LINK_IPV4:
    case LINK_IPV6:
        return raw_ip(w, out);
    case LINK_NULL:
    case LINK_LOOP:
        return walk_loopback(w, out);
    default:
        out->by_content = dlt >= LINK_USER0 && dlt <= LINK_USER15;
        return out->by_content || walk_fail(w, REASON_LINK_TYPE, w->c.at);
    }
}
