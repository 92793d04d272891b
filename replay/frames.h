/* SPDX-License-Identifier: Apache-2.0 */
/* From captured octets to the one message inside: which layers were walked, what they told,
 * where the message stands; or which layer stopped the walk, where and why.
 *
 * Pure. Nothing is searched for: each layer's own header says where the next begins. Where
 * no header names what follows (UDP, user link types, bare payloads), the octets are
 * recognised by content and must fit to the last octet; ports are hints only. */
#pragma once

#include "replay/forward.h"
#include "replay/gn.h"
#include "replay/ip.h"
#include "replay/link.h"
#include "replay/spdu.h"
#include "replay/wsmp.h"

enum frames_family {
    FRAMES_UNKNOWN, /* a payload whose kind nothing tells */
    FRAMES_J2735,   /* SAE J2735 MessageFrame */
    FRAMES_ITS      /* ETSI ITS PDU */
};

/* Where a walk may begin. */
enum frames_start {
    FRAMES_AUTO, /* recognise by content */
    FRAMES_AT_J2735,
    FRAMES_AT_ITS,
    FRAMES_AT_DOT2,
    FRAMES_AT_WSMP,
    FRAMES_AT_GN
};

/* Octets may be taken straight from the struct while the walked frame is still there. */
struct frames_result {
    bool ok;
    struct fault fault; /* why not, if not ok */
    enum frames_family family;
    uint8_t layers[WALK_LAYERS_MAX]; /* enum layer, outermost first */
    uint8_t layer_count;
    const uint8_t *payload; /* the message; into the frame, or into `text` */
    size_t payload_size;
    size_t payload_offset; /* in the frame; of the hex digits, if it came as text */
    size_t frame_size;     /* of what was walked */
    bool from_text;        /* fault offsets inside it count from the text's payload */
    bool has_link, has_ip, has_wsmp, has_spdu, has_gn, has_forward, has_pc5;
    uint8_t pc5_family; /* 1 IEEE 1609, 3 ETSI ITS */
    struct link_facts link;
    struct ip_facts ip;
    struct forward_facts forward;
    struct wsmp_facts wsmp;
    struct spdu_facts spdu;
    struct gn_facts gn;
    uint8_t text[FORWARD_PAYLOAD_MAX]; /* what a text datagram carried; else untouched */
};

/* Walks one captured frame of a libpcap link type. Returns out->ok. */
bool frames_walk(const uint8_t *octets, size_t size, int dlt, struct frames_result *out);

/* Walks octets without a link header, as logs, radios and people hand them over. */
bool frames_walk_payload(const uint8_t *octets, size_t size, enum frames_start start,
                         struct frames_result *out);

/* A result for octets that are known to be no message. Returns false. */
bool frames_refuse(size_t size, enum reason reason, struct frames_result *out);

/* True if that layer was entered. */
bool frames_has(const struct frames_result *r, enum layer layer);

/* J2735: the first two octets, 0..32767 (-1 if not J2735). ITS: the second octet. */
int frames_message_id(const struct frames_result *r);
