/* SPDX-License-Identifier: Apache-2.0 */
/* From a captured frame to its EtherType: Ethernet with VLAN tags, 802.11 bare or behind
 * radiotap, PPI, Prism or AVS, Linux cooked captures, raw IP, BSD loopback, user link
 * types.
 *
 * In: a walk at the frame's first octet and its link type as libpcap numbers it. Out: the
 * walk at the first octet after the link headers, FCS cut off where the capture says that
 * there is one, and what the headers told. */
#pragma once

#include "replay/layer.h"

/* libpcap's link type numbers that we read (147 to 162 are LINK_USER0 to LINK_USER15). */
enum {
    LINK_NULL = 0,
    LINK_ETHERNET = 1,
    LINK_RAW = 12, /* what libpcap makes of file link type 101 */
    LINK_RAW_BSD = 14,
    LINK_RAW_FILE = 101,
    LINK_DOT11 = 105,
    LINK_LOOP = 108,
    LINK_SLL = 113,
    LINK_PRISM = 119,
    LINK_RADIOTAP = 127,
    LINK_USER0 = 147,
    LINK_USER15 = 162,
    LINK_AVS = 163,
    LINK_PPI = 192,
    LINK_IPV4 = 228,
    LINK_IPV6 = 229,
    LINK_SLL2 = 276
};

enum {
    LINK_TYPE_IPV4 = 0x0800,
    LINK_TYPE_IPV6 = 0x86dd,
    LINK_TYPE_WSMP = 0x88dc,
    LINK_TYPE_GN = 0x8947
};

struct link_facts {
    bool has_src, has_dst;
    bool has_vlan, has_priority, has_channel, has_rate, has_rssi, has_noise, has_power;
    bool fcs_announced; /* and cut off */
    bool fcs_bad;       /* the capturing card said so */
    bool by_content;    /* user link type: no EtherType, look at the octets */
    uint8_t src[6], dst[6];
    uint16_t ethertype;
    uint16_t vlan;        /* outermost VLAN id, 0..4095 */
    uint8_t priority;     /* user priority 0..7 (802.11 QoS or VLAN) */
    uint16_t channel_mhz; /* centre frequency */
    uint16_t rate_kbps;   /* data rate */
    int8_t rssi_dbm;      /* signal at the antenna */
    int8_t noise_dbm;     /* noise at the antenna */
    int8_t power_dbm;     /* transmit power, in a sender's own capture */
};

/* True if link_walk can begin with this link type. */
bool link_known(int dlt);

bool link_walk(struct walk *w, int dlt, struct link_facts *out);
