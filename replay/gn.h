/* SPDX-License-Identifier: Apache-2.0 */
/* GeoNetworking (EN 302 636-4-1 V1.3.1 and later) and BTP (EN 302 636-5-1): basic header,
 * either security envelope, common and extended header, and the payload cut to its own
 * length, since captures end in FCS octets that nothing announces. */
#pragma once

#include "replay/spdu.h"

enum gn_envelope { GN_PLAIN, GN_DOT2, GN_TS103097 };

/* Header types (clause 9.7.4): high nibble of the type octet. */
enum gn_type {
    GN_ANY,
    GN_BEACON,
    GN_GUC, /* GeoUnicast */
    GN_GAC, /* GeoAnycast */
    GN_GBC, /* GeoBroadcast */
    GN_TSB, /* topologically scoped broadcast; subtype 0 is the single hop one */
    GN_LS   /* location service */
};

struct gn_position {
    uint64_t address;            /* GN_ADDR; its low 48 bits are the MID */
    uint32_t timestamp_ms;       /* TAI milliseconds since 2004, modulo 2^32 */
    int32_t latitude, longitude; /* 1e-7 degrees */
    bool accurate;               /* position accuracy indicator; not in short vectors */
    int16_t speed_cmps;          /* 0.01 m/s, negative backwards */
    uint16_t heading_ddeg;       /* 0.1 degrees clockwise from north */
};

struct gn_area {
    int32_t latitude, longitude; /* centre, 1e-7 degrees */
    uint16_t distance_a_m, distance_b_m, angle_deg;
};

struct gn_facts {
    enum gn_envelope envelope;
    enum gn_type type;
    uint8_t subtype; /* of GBC and GAC: 0 circle, 1 rectangle, 2 ellipse */
    uint8_t version;
    bool has_basic; /* false if the walk began at a common header */
    bool has_source, has_destination, has_area, has_sequence;
    bool store_carry_forward, mobile;
    uint8_t traffic_class; /* id, 0..63 */
    uint8_t hop_limit, max_hop_limit;
    uint32_t lifetime_ms;
    uint16_t sequence;
    uint32_t media_data; /* SHB: media dependent data as sent */
    struct gn_position source;
    struct gn_position destination; /* short vector of a unicast: no speed, no heading */
    struct gn_area area;
    uint16_t payload_length; /* as the common header says, BTP included */
    size_t trailing;         /* octets after the payload: padding, FCS */
    bool btp_a;              /* interactive: the second port is the source port */
    bool has_btp;
    uint16_t dst_port, port_info; /* port_info: source port of BTP-A, else port info */
};

/* In: a walk at the basic header. Out: at the ITS PDU behind BTP. dot2 is filled if the
 * packet is secured in the IEEE 1609.2 way. Beacons and location service packets are
 * GN_CONTROL faults with the facts filled. */
bool gn_walk(struct walk *w, struct gn_facts *out, struct spdu_facts *dot2);

/* The same from a common header on, as an SPDU carries it. */
bool gn_walk_common(struct walk *w, struct gn_facts *out);

/* In: at a BTP header of that kind. */
bool gn_walk_btp(struct walk *w, bool btp_a, struct gn_facts *out);

/* True if the octets could be a whole packet from the basic header, or from the common
 * header, on: known types, and a payload length that fits. */
bool gn_looks_whole(const uint8_t *octets, size_t size);
bool gn_looks_common(const uint8_t *octets, size_t size);
