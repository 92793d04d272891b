/* SPDX-License-Identifier: Apache-2.0 */
/* The order of layers, see frames.h. Fuzz target: fuzz_frames; captures: OBU logs, RSU
 * forwards and ITS-G5 traces named in the tests. */
#include "replay/frames.h"

#include <assert.h>

enum { PC5_IEEE = 1, PC5_ETSI = 3, ITS_HEADER_OCTETS = 6, ITS_ID_LAST = 21 };

/* Ports on which V2X is usual: forwarding to and from RSUs, and one data hub's receivers. A
 * hint only: there, a frame that does not fit its own length is still taken as a frame. */
static const uint16_t usual_ports[] = {1234,  1516,  5398,  26789, 44900, 44910, 44920,
                                       44930, 44940, 44950, 44990, 46800, 47900};

static bool usual_port(const struct frames_result *r)
{
    for (size_t i = 0; r->has_ip && i < sizeof usual_ports / sizeof usual_ports[0]; i++) {
        if (r->ip.dst_port == usual_ports[i] || r->ip.src_port == usual_ports[i]) {
            return true;
        }
    }
    return false;
}

/* J2735 message ids in use: 18..50, and 240..255 for tests. */
static bool frame_id_known(unsigned id)
{
    return (id >= 18 && id <= 50) || (id >= 240 && id <= 255);
}

/* A MessageFrame whose open type ends exactly where the octets end. */
static bool frame_fits(const uint8_t *octets, size_t size)
{
    if (size < 4 || octets[0] & 0x80) {
        return false;
    }
    size_t length = octets[2];
    if (length < 0x80) {
        return length > 0 && size == 3 + length;
    }
    return length < 0xc0 && size == 4 + ((length & 0x3f) << 8 | octets[3]);
}

static bool looks_frame(const uint8_t *octets, size_t size, bool strict)
{
    return size >= 2 && frame_id_known((unsigned)octets[0] << 8 | octets[1]) &&
           (!strict || frame_fits(octets, size));
}

static bool looks_spdu(const uint8_t *octets, size_t size)
{
    return size >= 3 && octets[0] == 3 && octets[1] >= 0x80 && octets[1] <= 0x84;
}

/* N-header of version 3; without extensions the T-header must follow. */
static bool looks_wsmp(const uint8_t *octets, size_t size)
{
    return size >= 4 &&
           ((octets[0] == 0x03 && octets[1] <= 1) || (octets[0] == 0x0b && octets[1] < 16));
}

static bool looks_its(const uint8_t *octets, size_t size)
{
    return size > ITS_HEADER_OCTETS && octets[0] >= 1 && octets[0] <= 3 && octets[1] >= 1 &&
           octets[1] <= ITS_ID_LAST;
}

static bool end_at(struct walk *w, struct frames_result *r, enum frames_family family)
{
    if (family == FRAMES_ITS && cursor_left(&w->c) < ITS_HEADER_OCTETS) {
        return walk_fail(w, REASON_SHORT_PDU, w->c.at);
    }
    if (cursor_left(&w->c) == 0) {
        return walk_fail(w, REASON_NO_PAYLOAD, w->c.at);
    }
    if (family != FRAMES_UNKNOWN &&
        !walk_enter(w, family == FRAMES_ITS ? LAYER_ITS : LAYER_J2735)) {
        return false;
    }
    r->family = family;
    r->payload = w->c.data + w->c.at;
    r->payload_size = cursor_left(&w->c);
    r->payload_offset = w->c.at;
    return true;
}

/* What an SPDU outside GeoNetworking carries. */
static bool after_spdu(struct walk *w, struct frames_result *r)
{
    const uint8_t *p = w->c.data + w->c.at;
    size_t size = cursor_left(&w->c);
    if (looks_frame(p, size, false) || frame_fits(p, size)) {
        return end_at(w, r, FRAMES_J2735);
    }
    if (gn_looks_common(p, size)) {
        r->has_gn = true;
        r->gn.envelope = GN_DOT2;
        return gn_walk_common(w, &r->gn) && end_at(w, r, FRAMES_ITS);
    }
    return end_at(w, r, FRAMES_UNKNOWN);
}

static bool at_spdu(struct walk *w, struct frames_result *r)
{
    r->has_spdu = true;
    return spdu_walk(w, &r->spdu) && after_spdu(w, r);
}

static bool at_wsmp(struct walk *w, struct frames_result *r)
{
    r->has_wsmp = true;
    if (!wsmp_walk(w, &r->wsmp)) {
        return false;
    }
    /* IEEE 1609.3 does not ask for a 1609.2 envelope; RSUs send bare frames too. */
    if (looks_spdu(w->c.data + w->c.at, cursor_left(&w->c))) {
        return at_spdu(w, r);
    }
    return after_spdu(w, r);
}

static bool at_gn(struct walk *w, struct frames_result *r)
{
    r->has_gn = true;
    bool good = gn_walk(w, &r->gn, &r->spdu);
    r->has_spdu = r->gn.envelope == GN_DOT2;
    return good && end_at(w, r, FRAMES_ITS);
}

static bool at_pc5(struct walk *w, struct frames_result *r)
{
    if (!walk_enter(w, LAYER_PC5)) {
        return false;
    }
    r->has_pc5 = true;
    r->pc5_family = cursor_u8(&w->c);
    switch (r->pc5_family) {
    case PC5_IEEE:
        return at_wsmp(w, r);
    case PC5_ETSI:
        return at_gn(w, r);
    default:
        return walk_fail(w, REASON_PC5_FAMILY, w->c.at - 1);
    }
}

/* What no header names. The order matters where first octets overlap: a whole GeoNetworking
 * packet behind family octet 3 is looked for before an ITS PDU of version 3. */
static bool by_content(struct walk *w, struct frames_result *r, bool strict,
                       enum reason otherwise)
{
    const uint8_t *p = w->c.data + w->c.at;
    size_t size = cursor_left(&w->c);
    if (looks_frame(p, size, true)) {
        return end_at(w, r, FRAMES_J2735);
    }
    if (looks_spdu(p, size)) {
        return at_spdu(w, r);
    }
    if (looks_wsmp(p, size)) {
        return at_wsmp(w, r);
    }
    if (size > 1 && ((p[0] == PC5_IEEE && looks_wsmp(p + 1, size - 1)) ||
                     (p[0] == PC5_ETSI && gn_looks_whole(p + 1, size - 1)))) {
        return at_pc5(w, r);
    }
    if (gn_looks_whole(p, size)) {
        return at_gn(w, r);
    }
    if (!strict && looks_its(p, size)) {
        return end_at(w, r, FRAMES_ITS);
    }
    if (!strict && looks_frame(p, size, false)) {
        return end_at(w, r, FRAMES_J2735);
    }
    return walk_fail(w, otherwise, w->c.at);
}

/* The text is unpacked into the result and walked as a block of its own. */
static bool at_text(struct walk *w, struct frames_result *r)
{
    size_t size = 0;
    r->has_forward = true;
    if (!forward_walk(w, &r->forward, r->text, &size)) {
        return false;
    }
    r->from_text = true;
    w->c = cursor_init(r->text, size);
    bool good = by_content(w, r, false, REASON_FORWARD_TEXT);
    r->payload_offset = r->forward.hex_offset;
    return good;
}

static bool at_ip(struct walk *w, struct frames_result *r)
{
    r->has_ip = true;
    if (!ip_walk(w, &r->ip)) {
        return false;
    }
    const uint8_t *p = w->c.data + w->c.at;
    if (forward_looks(p, cursor_left(&w->c))) {
        return at_text(w, r);
    }
    return by_content(w, r, !usual_port(r), REASON_FOREIGN_UDP);
}

static bool after_link(struct walk *w, struct frames_result *r)
{
    if (r->link.by_content) {
        return by_content(w, r, false, REASON_FOREIGN_CONTENT);
    }
    switch (r->link.ethertype) {
    case LINK_TYPE_WSMP:
        return at_wsmp(w, r);
    case LINK_TYPE_GN:
        return at_gn(w, r);
    case LINK_TYPE_IPV4:
    case LINK_TYPE_IPV6:
        return at_ip(w, r);
    default:
        return walk_fail(w, REASON_FOREIGN_ETHERTYPE, w->c.at);
    }
}

static bool at_start(struct walk *w, struct frames_result *r, enum frames_start start)
{
    const uint8_t *p = w->c.data + w->c.at;
    switch (start) {
    case FRAMES_AT_J2735:
        return end_at(w, r, FRAMES_J2735);
    case FRAMES_AT_ITS:
        return end_at(w, r, FRAMES_ITS);
    case FRAMES_AT_DOT2:
        return at_spdu(w, r);
    case FRAMES_AT_WSMP:
        return at_wsmp(w, r);
    case FRAMES_AT_GN:
        return at_gn(w, r);
    case FRAMES_AUTO:
    default:
        if (forward_looks(p, cursor_left(&w->c))) {
            return at_text(w, r);
        }
        return by_content(w, r, false, REASON_FOREIGN_CONTENT);
    }
}

/* Everything but the text block, which only a text datagram writes. */
static struct walk begin(const uint8_t *octets, size_t size, struct frames_result *out)
{
    memset(out, 0, offsetof(struct frames_result, text));
    out->frame_size = size;
    return (struct walk){.c = cursor_init(octets, size)};
}

static bool finish(const struct walk *w, bool ok, struct frames_result *out)
{
    assert(ok || w->fault.reason != REASON_NONE);
    out->ok = ok;
    out->fault = w->fault;
    out->layer_count = w->layer_count;
    memcpy(out->layers, w->layers, sizeof out->layers);
    if (!ok) {
        out->payload = NULL;
        out->payload_size = 0;
        out->payload_offset = 0;
    }
    return ok;
}

bool frames_walk(const uint8_t *octets, size_t size, int dlt, struct frames_result *out)
{
    struct walk w = begin(octets, size, out);
    out->has_link = true;
    bool ok = link_walk(&w, dlt, &out->link) && after_link(&w, out);
    return finish(&w, ok, out);
}

bool frames_walk_payload(const uint8_t *octets, size_t size, enum frames_start start,
                         struct frames_result *out)
{
    struct walk w = begin(octets, size, out);
    return finish(&w, at_start(&w, out, start), out);
}

bool frames_refuse(size_t size, enum reason reason, struct frames_result *out)
{
    struct walk w = begin(NULL, 0, out);
    out->frame_size = size;
    return finish(&w, walk_fail(&w, reason, 0), out);
}

bool frames_has(const struct frames_result *r, enum layer layer)
{
    for (uint8_t i = 0; i < r->layer_count; i++) {
        if (r->layers[i] == layer) {
            return true;
        }
    }
    return false;
}

int frames_message_id(const struct frames_result *r)
{
    if (!r->ok || r->payload_size < 2) {
        return -1;
    }
    switch (r->family) {
    case FRAMES_J2735:
        return (r->payload[0] & 0x7f) << 8 | r->payload[1];
    case FRAMES_ITS:
        return r->payload[1];
    case FRAMES_UNKNOWN:
    default:
        return -1;
    }
}
