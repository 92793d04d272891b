/* SPDX-License-Identifier: Apache-2.0 */
/* Radio headers, see radio.h. Radiotap is little-endian, its fields stand in bit order with
 * natural alignment from the header's start; the length field alone says where the frame
 * begins. Fuzz target: fuzz_frames. */
#include "replay/radio.h"

enum {
    RADIOTAP_FLAGS = 1,
    RADIOTAP_RATE = 2,
    RADIOTAP_CHANNEL = 3,
    RADIOTAP_SIGNAL = 5,
    RADIOTAP_NOISE = 6,
    RADIOTAP_POWER = 10,
    RADIOTAP_KNOWN = 14, /* fields 0 to 13 are walked, all that we use are among them */
    FLAG_FCS = 0x10,
    FLAG_PADDED = 0x20,
    FLAG_BAD_FCS = 0x40
};

static const struct {
    uint8_t align, size;
} radiotap_fields[RADIOTAP_KNOWN] = {{8, 8}, {1, 1}, {1, 1}, {2, 4}, {2, 2},
                                     {1, 1}, {1, 1}, {2, 2}, {2, 2}, {2, 2},
                                     {1, 1}, {1, 1}, {1, 1}, {1, 1}};

static void set_channel(struct link_facts *out, uint16_t mhz)
{
    out->has_channel = mhz != 0;
    out->channel_mhz = mhz;
}

static void set_rate(struct link_facts *out, unsigned half_mbps)
{
    out->has_rate = half_mbps != 0;
    out->rate_kbps = (uint16_t)(half_mbps * 500);
}

static void radiotap_field(struct cursor *c, int field, struct link_facts *out,
                           struct radio_tail *tail)
{
    uint8_t flags;
    switch (field) {
    case RADIOTAP_FLAGS:
        flags = cursor_u8(c);
        tail->fcs = flags & FLAG_FCS;
        tail->padded = flags & FLAG_PADDED;
        out->fcs_bad = flags & FLAG_BAD_FCS;
        break;
    case RADIOTAP_RATE:
        set_rate(out, cursor_u8(c));
        break;
    case RADIOTAP_CHANNEL:
        set_channel(out, cursor_le16(c));
        cursor_skip(c, 2);
        break;
    case RADIOTAP_SIGNAL:
        out->has_rssi = true;
        out->rssi_dbm = (int8_t)cursor_u8(c);
        break;
    case RADIOTAP_NOISE:
        out->has_noise = true;
        out->noise_dbm = (int8_t)cursor_u8(c);
        break;
    case RADIOTAP_POWER:
        out->has_power = true;
        out->power_dbm = (int8_t)cursor_u8(c);
        break;
    default:
        cursor_skip(c, radiotap_fields[field].size);
        break;
    }
}

bool radio_radiotap(struct walk *w, struct link_facts *out, struct radio_tail *tail)
{
    if (!walk_enter(w, LAYER_RADIOTAP)) {
        return false;
    }
    size_t at = w->c.at;
    uint8_t version = cursor_u8(&w->c);
    cursor_skip(&w->c, 1);
    uint16_t length = cursor_le16(&w->c);
    if (!walk_whole(w)) {
        return false;
    }
    if (version != 0 || length < 8) {
        return walk_fail(w, REASON_RADIO_HEADER, at);
    }
    if (length > w->c.size - at) {
        return walk_fail(w, REASON_TRUNCATED, w->c.size);
    }
    struct cursor h = cursor_init(w->c.data + at, length);
    cursor_skip(&h, 4);
    uint32_t present = cursor_le32(&h);
    for (uint32_t more = present; more & UINT32_C(0x80000000) && !h.torn;) {
        more = cursor_le32(&h);
    }
    for (int field = 0; field < RADIOTAP_KNOWN && !h.torn; field++) {
        if (present & UINT32_C(1) << field) {
            size_t align = radiotap_fields[field].align;
            cursor_skip(&h, (align - h.at % align) % align);
            radiotap_field(&h, field, out, tail);
        }
    }
    if (h.torn) {
        return walk_fail(w, REASON_RADIO_HEADER, at + h.error_at);
    }
    w->c.at = at + length;
    return true;
}

/* PPI field 2, 802.11 common: TSF 8, flags 2 (1 = FCS present), rate 2, MHz 2, channel
 * flags 2, hop 2, signal 1, noise 1. */
static void ppi_common(struct cursor *c, struct link_facts *out, struct radio_tail *tail)
{
    cursor_skip(c, 8);
    uint16_t flags = cursor_le16(c);
    tail->fcs = flags & 1;
    out->fcs_bad = flags & 4;
    set_rate(out, cursor_le16(c) & 0x7f);
    set_channel(out, cursor_le16(c));
    cursor_skip(c, 4);
    out->rssi_dbm = (int8_t)cursor_u8(c);
    out->noise_dbm = (int8_t)cursor_u8(c);
    out->has_rssi = !c->torn && out->rssi_dbm != 0;
    out->has_noise = !c->torn && out->noise_dbm != 0;
}

bool radio_ppi(struct walk *w, struct link_facts *out, struct radio_tail *tail, int *dlt)
{
    if (!walk_enter(w, LAYER_PPI)) {
        return false;
    }
    size_t at = w->c.at;
    uint8_t version = cursor_u8(&w->c);
    uint8_t flags = cursor_u8(&w->c);
    uint16_t length = cursor_le16(&w->c);
    uint32_t inner = cursor_le32(&w->c);
    if (!walk_whole(w)) {
        return false;
    }
    if (version != 0 || length < 8) {
        return walk_fail(w, REASON_RADIO_HEADER, at);
    }
    if (length > w->c.size - at) {
        return walk_fail(w, REASON_TRUNCATED, w->c.size);
    }
    struct cursor h = cursor_init(w->c.data + at, length);
    cursor_skip(&h, 8);
    while (cursor_left(&h) >= 4) {
        uint16_t type = cursor_le16(&h);
        uint16_t size = cursor_le16(&h);
        const uint8_t *field = cursor_take(&h, size);
        if (!field) {
            return walk_fail(w, REASON_RADIO_HEADER, at + h.error_at);
        }
        struct cursor f = cursor_init(field, size);
        if (type == 2) {
            ppi_common(&f, out, tail);
        }
        if (flags & 1 && h.at % 4 != 0 && cursor_left(&h) >= 4) {
            cursor_skip(&h, 4 - h.at % 4);
        }
    }
    w->c.at = at + length;
    *dlt = inner > 0xffff ? -1 : (int)inner;
    return true;
}

bool radio_prism(struct walk *w)
{
    size_t at = w->c.at;
    struct cursor h = w->c;
    bool avs = cursor_be32(&h) == UINT32_C(0x80211001);
    uint32_t length = avs ? cursor_be32(&h) : cursor_le32(&h);
    if (!walk_enter(w, avs ? LAYER_AVS : LAYER_PRISM)) {
        return false;
    }
    if (h.torn || length > w->c.size - at) {
        return walk_fail(w, REASON_TRUNCATED, w->c.size);
    }
    if (length < (avs ? 28 : 24)) {
        return walk_fail(w, REASON_RADIO_HEADER, at + 4);
    }
    w->c.at = at + length;
    return true;
}
