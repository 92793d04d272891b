/* SPDX-License-Identifier: Apache-2.0 */
/* Envelopes and headers written, see wrap.h. Layouts: IEEE 1609.2 and 1609.3, EN 302
 * 636-4-1, EN 302 636-5-1, IEEE 802.11, radiotap. */
#include "replay/wrap.h"

static void put_be(struct bytes *out, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bytes_u8(out, (uint8_t)(value >> (8 * (n - 1 - i))));
    }
}

/* Names of the services as the registers of IEEE 1609.12 and ISO 5345 (ITS-AID) have them.
 */
static const struct {
    uint16_t first, last;
    uint32_t psid;
} psids[] = {
    {18, 18, 0x204097}, /* MAP */
    {19, 19, 0x82},     /* SPAT: intersection safety */
    {20, 21, 0x20},     /* BSM, CSR: vehicle safety */
    {22, 22, 0x85},     /* EVA: emergency vehicles */
    {23, 23, 0x20},     /* ICA */
    {24, 24, 0x80},     /* NMEA corrections */
    {25, 26, 0x84},     /* PDM, PVD: probes */
    {27, 27, 0x83},     /* RSA: traveler information */
    {28, 28, 0x80},     /* RTCM corrections */
    {29, 29, 0x204096}, /* SRM: traffic signal request */
    {30, 30, 0x204095}, /* SSM: traffic signal priority status */
    {31, 31, 0x83},     /* TIM */
    {32, 32, 0x27},     /* PSM: vulnerable road users */
    {34, 34, 0x204099}, /* RWM: road weather applications */
    {37, 39, 0x8f},     /* TAM, TUM, TUMack: fee collection */
    {40, 40, 0x8e},     /* CCM: cooperative automation */
    {41, 41, 0x90},     /* SDSM: sensor sharing */
    {42, 42, 0x91},     /* MSCM: maneuver coordination */
};

bool wrap_psid(int message_id, uint32_t *psid)
{
    for (size_t i = 0; i < sizeof psids / sizeof psids[0]; i++) {
        if (message_id >= psids[i].first && message_id <= psids[i].last) {
            *psid = psids[i].psid;
            return true;
        }
    }
    return false;
}

uint16_t wrap_btp_port(int message_id)
{
    static const uint16_t ports[] = {
        [1] = 2002,  [2] = 2001,  [4] = 2004,  [5] = 2003,  [6] = 2006,  [7] = 2012,
        [8] = 2011,  [9] = 2007,  [10] = 2008, [11] = 2010, [12] = 2005, [13] = 2013,
        [14] = 2009, [15] = 2019, [16] = 2018, [17] = 2020, [18] = 2026, [19] = 2026,
    };
    bool known = message_id >= 0 && message_id < (int)(sizeof ports / sizeof ports[0]);
    return known ? ports[message_id] : 0;
}

bool wrap_dot2(struct bytes *out, const uint8_t *message, size_t size)
{
    if (size > 0xffff) {
        return false;
    }
    put_be(out, 0x0380, 2);
    if (size >= 0x100) {
        put_be(out, 0x820000 | size, 3);
    } else if (size >= 0x80) {
        put_be(out, 0x8100 | size, 2);
    } else {
        bytes_u8(out, (uint8_t)size);
    }
    bytes_put(out, message, size);
    return true;
}

bool wrap_wsmp(struct bytes *out, const struct wrap_wsmp_facts *f, const uint8_t *data,
               size_t size)
{
    uint8_t psid[4];
    size_t psid_size = wsmp_put_psid(f->psid, psid);
    if (psid_size == 0 || size > 0x3fff ||
        (f->has_power && (f->power_dbm < -128 || f->power_dbm > 127))) {
        return false;
    }
    unsigned elements = (unsigned)f->has_power + f->has_channel + f->has_rate;
    bytes_u8(out, elements > 0 ? 0x0b : 0x03);
    if (elements > 0) {
        bytes_u8(out, (uint8_t)elements);
    }
    if (f->has_power) {
        put_be(out, 0x040100u | (unsigned)(f->power_dbm + 128), 3);
    }
    if (f->has_channel) {
        put_be(out, 0x0f0100u | f->channel, 3);
    }
    if (f->has_rate) {
        put_be(out, 0x100100u | f->rate_500k, 3);
    }
    bytes_u8(out, 0x00);
    bytes_put(out, psid, psid_size);
    put_be(out, size < 0x80 ? size : 0x8000 | size, size < 0x80 ? 1 : 2);
    bytes_put(out, data, size);
    return true;
}

bool wrap_btp(struct bytes *out, uint16_t dst_port, uint16_t port_info, const uint8_t *pdu,
              size_t size)
{
    put_be(out, dst_port, 2);
    put_be(out, port_info, 2);
    bytes_put(out, pdu, size);
    return true;
}

uint64_t wrap_gn_address(uint8_t station_type, const uint8_t mac[6])
{
    uint64_t address = (uint64_t)(station_type & 0x1f) << 58;
    for (int i = 0; i < 6; i++) {
        address |= (uint64_t)mac[i] << (8 * (5 - i));
    }
    return address;
}

/* Multiplier (6 bits) and base: the finest base whose multiplier still holds the time. */
static uint8_t lifetime_octet(uint32_t ms)
{
    static const uint32_t base_ms[4] = {50, 1000, 10000, 100000};
    for (unsigned base = 0; base < 4; base++) {
        uint32_t multiplier = ms / base_ms[base];
        if (multiplier <= 63) {
            return (uint8_t)((multiplier > 0 ? multiplier : 1) << 2 | base);
        }
    }
    return 63 << 2 | 3;
}

static void put_long_position(struct bytes *out, const struct gn_position *p)
{
    put_be(out, p->address, 8);
    put_be(out, p->timestamp_ms, 4);
    put_be(out, (uint32_t)p->latitude, 4);
    put_be(out, (uint32_t)p->longitude, 4);
    put_be(out, (p->accurate ? 0x8000u : 0) | ((unsigned)p->speed_cmps & 0x7fffu), 2);
    put_be(out, p->heading_ddeg, 2);
}

bool wrap_gn(struct bytes *out, const struct wrap_gn_facts *f, const uint8_t *btp,
             size_t size)
{
    if (size > 0xffff || f->traffic_class > 63 || f->shape > 2 ||
        f->source.speed_cmps > 16383 || f->source.speed_cmps < -16384) {
        return false;
    }
    uint8_t hops = f->area_given ? f->hop_limit : 1;
    put_be(out, 0x1100, 2); /* version 1, common header next */
    bytes_u8(out, lifetime_octet(f->lifetime_ms));
    bytes_u8(out, hops);
    bytes_u8(out, 0x20); /* BTP-B next */
    bytes_u8(out, f->area_given ? (uint8_t)(0x40 | f->shape) : 0x50);
    bytes_u8(out, f->traffic_class);
    bytes_u8(out, f->mobile ? 0x80 : 0);
    put_be(out, size, 2);
    bytes_u8(out, hops);
    bytes_u8(out, 0);
    if (f->area_given) {
        put_be(out, f->sequence, 2);
        put_be(out, 0, 2);
    }
    put_long_position(out, &f->source);
    if (f->area_given) {
        put_be(out, (uint32_t)f->area.latitude, 4);
        put_be(out, (uint32_t)f->area.longitude, 4);
        put_be(out, f->area.distance_a_m, 2);
        put_be(out, f->area.distance_b_m, 2);
        put_be(out, f->area.angle_deg, 2);
        put_be(out, 0, 2);
    } else {
        put_be(out, 0, 4); /* media dependent data */
    }
    bytes_put(out, btp, size);
    return true;
}

bool wrap_forward(struct bytes *out, const struct wrap_forward_facts *f,
                  const uint8_t *message, size_t size)
{
    uint8_t psid[4];
    size_t psid_size = wsmp_put_psid(f->psid, psid);
    if (psid_size == 0 || size == 0 || size > FORWARD_PAYLOAD_MAX || f->priority > 7) {
        return false;
    }
    bytes_format(out, "Version=0.7\nType=%s\nPSID=0x", f->type);
    bytes_hex(out, psid, psid_size);
    bytes_format(out, "\nPriority=%u\nTxMode=CONT\nTxChannel=%u\nTxInterval=0\n",
                 f->priority, f->channel);
    bytes_format(out, "DeliveryStart=\nDeliveryStop=\nSignature=%s\nEncryption=False\n",
                 f->sign ? "True" : "False");
    bytes_text(out, "Payload=");
    bytes_hex(out, message, size);
    bytes_u8(out, '\n');
    return true;
}

/* RFC 1071, over 16-bit words from `at` to the end. */
static uint16_t checksum(const struct bytes *b, size_t at, uint32_t sum)
{
    for (size_t i = at; i < b->size; i += 2) {
        sum += (uint32_t)b->data[i] << 8 | (i + 1 < b->size ? b->data[i + 1] : 0);
    }
    while (sum >> 16) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

bool wrap_udp(struct bytes *out, uint16_t port, const uint8_t *data, size_t size)
{
    enum { IP_OCTETS = 20, UDP_OCTETS = 8, UDP = 17, HOPS = 64 };
    const uint32_t local = 0x7f000001;
    size_t at = out->size;
    size_t udp = UDP_OCTETS + size;
    if (udp + IP_OCTETS > 0xffff) {
        return false;
    }
    put_be(out, 0x4500, 2);
    put_be(out, IP_OCTETS + udp, 2);
    put_be(out, 0, 4); /* no identification, not a fragment */
    put_be(out, HOPS << 8 | UDP, 2);
    put_be(out, 0, 2);
    put_be(out, local, 4);
    put_be(out, local, 4);
    if (out->failed) {
        return false;
    }
    uint16_t sum = checksum(out, at, 0);
    out->data[at + 10] = (uint8_t)(sum >> 8);
    out->data[at + 11] = (uint8_t)sum;
    put_be(out, port, 2);
    put_be(out, port, 2);
    put_be(out, udp, 2);
    put_be(out, 0, 2);
    bytes_put(out, data, size);
    if (out->failed) {
        return false;
    }
    sum = checksum(out, at + IP_OCTETS,
                   2 * ((local >> 16) + (local & 0xffff)) + UDP + (uint32_t)udp);
    sum = sum ? sum : 0xffff; /* zero would say that there is none */
    out->data[at + IP_OCTETS + 6] = (uint8_t)(sum >> 8);
    out->data[at + IP_OCTETS + 7] = (uint8_t)sum;
    return true;
}

static const uint8_t everyone[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

/* Flags, rate, channel and, if known, signal. */
static void put_radiotap(struct bytes *out, const struct link_facts *f)
{
    unsigned rate = f->has_rate ? f->rate_kbps / 500u : 0;
    bytes_le(out, 0, 2);
    bytes_le(out, f->has_rssi ? 15 : 14, 2);
    bytes_le(out, f->has_rssi ? 0x2e : 0x0e, 4);
    bytes_u8(out, 0); /* no FCS at the end */
    bytes_u8(out, (uint8_t)(rate > 255 ? 0 : rate));
    bytes_le(out, f->has_channel ? f->channel_mhz : 0, 2);
    bytes_le(out, 0x0140, 2); /* OFDM, 5 GHz band */
    if (f->has_rssi) {
        bytes_u8(out, (uint8_t)f->rssi_dbm);
    }
}

/* QoS data outside any BSS: wildcard BSSID, no acknowledgement, LLC with SNAP. */
static void put_dot11(struct bytes *out, const struct link_facts *f)
{
    put_be(out, 0x88000000, 4);
    bytes_put(out, f->has_dst ? f->dst : everyone, 6);
    bytes_put(out, f->src, 6);
    bytes_put(out, everyone, 6);
    bytes_le(out, 0, 2);
    bytes_le(out, 0x20u | (f->has_priority ? f->priority & 7u : 0), 2);
    put_be(out, UINT64_C(0xaaaa03000000), 6);
    put_be(out, f->ethertype, 2);
}

bool wrap_link(struct bytes *out, int dlt, const struct link_facts *f, const uint8_t *data,
               size_t size)
{
    switch (dlt) {
    case LINK_ETHERNET:
        bytes_put(out, f->has_dst ? f->dst : everyone, 6);
        bytes_put(out, f->src, 6);
        if (f->has_vlan) {
            unsigned priority = f->has_priority ? f->priority & 7u : 0;
            put_be(out, 0x81000000u | priority << 13 | (f->vlan & 0x0fffu), 4);
        }
        put_be(out, f->ethertype, 2);
        break;
    case LINK_RADIOTAP:
        put_radiotap(out, f);
        put_dot11(out, f);
        break;
    case LINK_DOT11:
        put_dot11(out, f);
        break;
    default:
        return false;
    }
    bytes_put(out, data, size);
    return true;
}
