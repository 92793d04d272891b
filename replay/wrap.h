/* SPDX-License-Identifier: Apache-2.0 */
/* The way out: a message put into an unsecured IEEE 1609.2 envelope, WSMP or BTP and
 * GeoNetworking, and a link frame, so that other tools read it as traffic.
 *
 * Every function appends to `out`. Those that return bool say false, and append nothing, if
 * a length or value does not fit its field. Nothing is signed here. */
#pragma once

#include "base/bytes.h"
#include "replay/frames.h"

/* The PSID under which a J2735 message id is usually sent; false if there is no usual one.
 * Receivers take the type from the message, never from the PSID. */
bool wrap_psid(int message_id, uint32_t *psid);

/* The BTP port of an ETSI message id (TS 103 248); 0 if there is none. */
uint16_t wrap_btp_port(int message_id);

/* Ieee1609Dot2Data with unsecuredData. */
bool wrap_dot2(struct bytes *out, const uint8_t *message, size_t size);

struct wrap_wsmp_facts {
    uint32_t psid;
    bool has_power, has_channel, has_rate;
    int16_t power_dbm; /* -128..127 */
    uint8_t channel;
    uint8_t rate_500k;
};
bool wrap_wsmp(struct bytes *out, const struct wrap_wsmp_facts *facts, const uint8_t *data,
               size_t size);

bool wrap_btp(struct bytes *out, uint16_t dst_port, uint16_t port_info, const uint8_t *pdu,
              size_t size);

struct wrap_gn_facts {
    struct gn_position source;
    bool mobile;
    uint8_t traffic_class; /* 0..63: 0 DP0 .. 3 DP3 */
    uint32_t lifetime_ms;  /* rounded down to what the header can say, at least 50 */
    bool area_given;       /* GeoBroadcast with area and sequence, else single hop */
    uint8_t shape;         /* 0 circle, 1 rectangle, 2 ellipse */
    uint8_t hop_limit;     /* of a GeoBroadcast; a single hop is always 1 */
    uint16_t sequence;
    struct gn_area area;
};

/* GN address of a station type (0..31) with that MAC address. */
uint64_t wrap_gn_address(uint8_t station_type, const uint8_t mac[6]);

/* Basic header, common header, SHB or GBC; content is a BTP-B packet. */
bool wrap_gn(struct bytes *out, const struct wrap_gn_facts *facts, const uint8_t *btp,
             size_t size);

struct wrap_forward_facts {
    const char *type; /* "SPAT" */
    uint32_t psid;
    uint16_t channel;
    uint8_t priority; /* 0..7 */
    bool sign;        /* the road-side unit is to sign it */
};

/* Immediate forward text, version 0.7, of RSU specification 4.1. */
bool wrap_forward(struct bytes *out, const struct wrap_forward_facts *facts,
                  const uint8_t *message, size_t size);

/* IPv4 and UDP headers, from 127.0.0.1 to the same; both ports are the same. */
bool wrap_udp(struct bytes *out, uint16_t port, const uint8_t *data, size_t size);

/* Addresses default to broadcast for dst. dlt: LINK_ETHERNET, LINK_DOT11 or LINK_RADIOTAP;
 * priority, channel, rate and rssi are written where the link has a place for them and the
 * facts have them. ethertype is taken from the facts. */
bool wrap_link(struct bytes *out, int dlt, const struct link_facts *facts,
               const uint8_t *data, size_t size);
