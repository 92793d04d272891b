/* SPDX-License-Identifier: Apache-2.0 */
/* The words that every walker of captured octets shares: the names of layers, the reasons
 * why a frame gives no message, and the state of one walk.
 *
 * A walker takes the next layer off the front of the walk's cursor. Offsets count from the
 * first octet of the block that the walk began with (the captured frame; the decoded
 * octets once a text datagram was unpacked). A walker returns true and leaves the cursor at
 * what its layer carries, cut to that layer's own length; or it returns false with the
 * fault set. */
#pragma once

#include "base/cursor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* name, what it is called in JSON */
#define LAYER_TABLE(X)                                                                     \
    X(ETHERNET, "ethernet")                                                                \
    X(VLAN, "vlan")                                                                        \
    X(NULL, "null")                                                                        \
    X(SLL, "sll")                                                                          \
    X(SLL2, "sll2")                                                                        \
    X(PPI, "ppi")                                                                          \
    X(PRISM, "prism")                                                                      \
    X(AVS, "avs")                                                                          \
    X(RADIOTAP, "radiotap")                                                                \
    X(DOT11, "802.11")                                                                     \
    X(LLC, "llc")                                                                          \
    X(EPD, "epd")                                                                          \
    X(IPV4, "ipv4")                                                                        \
    X(IPV6, "ipv6")                                                                        \
    X(UDP, "udp")                                                                          \
    X(FORWARD, "rsu-forward")                                                              \
    X(PC5, "pc5")                                                                          \
    X(WSMP, "wsmp")                                                                        \
    X(DOT2, "1609.2")                                                                      \
    X(TS103097, "ts103097")                                                                \
    X(GN, "gn")                                                                            \
    X(BTP, "btp")                                                                          \
    X(J2735, "j2735")                                                                      \
    X(ITS, "its")

enum layer {
#define X(name, text) LAYER_##name,
    LAYER_TABLE(X)
#undef X
        LAYER_COUNT
};

/* name, key under which skipped frames are counted, sentence */
#define REASON_TABLE(X)                                                                    \
    X(NONE, "none", "nothing is wrong")                                                    \
    X(TRUNCATED, "truncated", "the frame ends inside this layer")                          \
    X(LINK_TYPE, "link_type", "this link type is not one that we read")                    \
    X(FOREIGN_ETHERTYPE, "foreign_ethertype", "the EtherType is not one that carries V2X") \
    X(FOREIGN_PROTOCOL, "foreign_protocol", "the IP packet does not carry UDP")            \
    X(FOREIGN_UDP, "foreign_udp", "the datagram does not look like a V2X message")         \
    X(FOREIGN_CONTENT, "foreign_content", "the octets do not look like a V2X message")     \
    X(IP_HEADER, "ip_header", "the IP or UDP header is malformed")                         \
    X(IP_FRAGMENT, "ip_fragment", "the IP packet is a fragment")                           \
    X(RADIO_HEADER, "radio_header", "the capture's radio header is malformed")             \
    X(NOT_DATA, "not_data", "the 802.11 frame is not a data frame")                        \
    X(PROTECTED_LINK, "protected_link", "the 802.11 frame is encrypted")                   \
    X(FRAGMENT, "fragment", "the 802.11 frame is a fragment")                              \
    X(AGGREGATE, "aggregate", "the 802.11 frame is an aggregate")                          \
    X(LLC_HEADER, "llc_header", "the link header leads to no EtherType")                   \
    X(FORWARD_TEXT, "forward_text", "the immediate forward text has no usable Payload")    \
    X(PC5_FAMILY, "pc5_family", "the PC5 message family is not one that we read")          \
    X(WSMP_VERSION, "wsmp_version", "the WSMP version is not 3")                           \
    X(WSMP_HEADER, "wsmp_header", "the WSMP header is malformed")                          \
    X(WSMP_TPID, "wsmp_tpid", "the WSMP packet is not addressed by PSID")                  \
    X(BAD_SPDU, "bad_spdu", "the IEEE 1609.2 structure is malformed")                      \
    X(ENCRYPTED, "encrypted", "the IEEE 1609.2 data is encrypted")                         \
    X(CERTIFICATE_REQUEST, "certificate_request", "the SPDU asks for a certificate")       \
    X(NO_PAYLOAD, "no_payload", "the layer carries no message")                            \
    X(TOO_DEEP, "too_deep", "too many layers inside one another")                          \
    X(OLD_ENVELOPE, "old_envelope", "the TS 103 097 version 2 envelope is malformed")      \
    X(GN_VERSION, "gn_version", "the GeoNetworking version is not 0 or 1")                 \
    X(GN_LEGACY, "gn_legacy", "a GeoNetworking draft without a basic header")              \
    X(GN_HEADER, "gn_header", "the GeoNetworking header is malformed")                     \
    X(GN_TYPE, "gn_type", "the GeoNetworking header type is unknown")                      \
    X(GN_CONTROL, "gn_control", "a beacon or location service packet: no message inside")  \
    X(GN_UPPER, "gn_upper", "the GeoNetworking packet does not carry BTP")                 \
    X(DRIVER_ALERT, "driver_alert", "the log record is a driver alert, not a message")     \
    X(SHORT_PDU, "short_pdu", "the message is shorter than its header")

enum reason {
#define X(name, key, sentence) REASON_##name,
    REASON_TABLE(X)
#undef X
        REASON_COUNT
};

/* Where and why a walk ended early. bit is 0 unless the layer is not octet aligned. */
struct fault {
    enum reason reason;
    enum layer layer;
    size_t offset; /* octets from the start of the walked block */
    uint8_t bit;
};

#define WALK_LAYERS_MAX                                                                    \
    24 /* more than any real stack; full ends the walk with TOO_DEEP                       \
        */

struct walk {
    struct cursor c;
    struct fault fault;
    uint8_t layers[WALK_LAYERS_MAX]; /* enum layer, outermost first */
    uint8_t layer_count;
};

const char *layer_name(enum layer layer);
const char *reason_key(enum reason reason);
const char *reason_sentence(enum reason reason);

/* Begins a layer: notes its name. False if there are too many. */
bool walk_enter(struct walk *w, enum layer layer);

/* Ends the walk in the innermost layer entered. Returns false, for `return walk_fail(...)`.
 */
bool walk_fail(struct walk *w, enum reason reason, size_t offset);

/* False, with TRUNCATED at the first octet that was missing, if a read went past the end.
 */
bool walk_whole(struct walk *w);

/* Cuts what is left to n octets; TRUNCATED if fewer are there. The rest is padding, FCS or
 * a capture's tail, and its length is returned through tail (which may be NULL). */
bool walk_cut(struct walk *w, size_t n, size_t *tail);
