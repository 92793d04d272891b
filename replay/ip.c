/* SPDX-License-Identifier: Apache-2.0 */
/* IP and UDP headers, see ip.h. RFC 791, RFC 8200, RFC 768. Fuzz target: fuzz_frames. */
#include "replay/ip.h"

#include <stdio.h>

enum {
    IP_HOP_BY_HOP = 0,
    IP_UDP = 17,
    IP_ROUTING = 43,
    IP_FRAGMENT = 44,
    IP_AUTHENTICATION = 51,
    IP_DESTINATION = 60
};

static bool walk_v4(struct walk *w, struct ip_facts *out, uint8_t *protocol)
{
    if (!walk_enter(w, LAYER_IPV4)) {
        return false;
    }
    size_t at = w->c.at;
    uint8_t first = cursor_u8(&w->c);
    size_t header = (size_t)(first & 0x0f) * 4;
    cursor_skip(&w->c, 1);
    uint16_t total = cursor_be16(&w->c);
    cursor_skip(&w->c, 2);
    uint16_t fragment = cursor_be16(&w->c);
    out->hop_limit = cursor_u8(&w->c);
    *protocol = cursor_u8(&w->c);
    cursor_skip(&w->c, 2);
    const uint8_t *addresses = cursor_take(&w->c, 8);
    if (!walk_whole(w)) {
        return false;
    }
    if (first >> 4 != 4 || header < 20 || total < header) {
        return walk_fail(w, REASON_IP_HEADER, at);
    }
    memcpy(out->src, addresses, 4);
    memcpy(out->dst, addresses + 4, 4);
    out->version = 4;
    cursor_skip(&w->c, header - 20);
    if (fragment & 0x3fff) { /* more fragments, or not the first */
        return walk_fail(w, REASON_IP_FRAGMENT, at + 6);
    }
    return walk_cut(w, total - header, NULL);
}

static bool walk_v6(struct walk *w, struct ip_facts *out, uint8_t *protocol)
{
    if (!walk_enter(w, LAYER_IPV6)) {
        return false;
    }
    size_t at = w->c.at;
    uint32_t first = cursor_be32(&w->c);
    uint16_t length = cursor_be16(&w->c);
    *protocol = cursor_u8(&w->c);
    out->hop_limit = cursor_u8(&w->c);
    const uint8_t *addresses = cursor_take(&w->c, 32);
    if (!walk_whole(w)) {
        return false;
    }
    if (first >> 28 != 6) {
        return walk_fail(w, REASON_IP_HEADER, at);
    }
    memcpy(out->src, addresses, 16);
    memcpy(out->dst, addresses + 16, 16);
    out->version = 6;
    if (!walk_cut(w, length, NULL)) {
        return false;
    }
    while (*protocol == IP_HOP_BY_HOP || *protocol == IP_ROUTING ||
           *protocol == IP_DESTINATION || *protocol == IP_AUTHENTICATION) {
        bool words = *protocol == IP_AUTHENTICATION;
        *protocol = cursor_u8(&w->c);
        size_t units = cursor_u8(&w->c);
        cursor_skip(&w->c, words ? units * 4 + 6 : units * 8 + 6);
        if (!walk_whole(w)) {
            return false;
        }
    }
    return *protocol != IP_FRAGMENT || walk_fail(w, REASON_IP_FRAGMENT, w->c.at);
}

bool ip_walk(struct walk *w, struct ip_facts *out)
{
    uint8_t protocol = 0;
    bool six = cursor_peek(&w->c, 0) >> 4 == 6;
    if (!(six ? walk_v6(w, out, &protocol) : walk_v4(w, out, &protocol))) {
        return false;
    }
    if (protocol != IP_UDP) {
        return walk_fail(w, REASON_FOREIGN_PROTOCOL, w->c.at);
    }
    if (!walk_enter(w, LAYER_UDP)) {
        return false;
    }
    out->src_port = cursor_be16(&w->c);
    out->dst_port = cursor_be16(&w->c);
    uint16_t length = cursor_be16(&w->c);
    cursor_skip(&w->c, 2);
    if (!walk_whole(w)) {
        return false;
    }
    if (length < 8) {
        return walk_fail(w, REASON_IP_HEADER, w->c.at - 4);
    }
    return walk_cut(w, length - 8u, NULL);
}

/* RFC 5952: lower case, the first longest run of two or more zero groups as "::". */
static void v6_text(const uint8_t a[16], char text[IP_TEXT_MAX])
{
    unsigned group[8];
    int best = -1, best_count = 1;
    for (int i = 0; i < 8; i++) {
        group[i] = (unsigned)a[(size_t)i * 2] << 8 | a[(size_t)i * 2 + 1];
    }
    for (int i = 0; i < 8; i++) {
        int count = 0;
        while (i + count < 8 && group[i + count] == 0) {
            count++;
        }
        if (count > best_count) {
            best = i;
            best_count = count;
        }
    }
    size_t at = 0;
    for (int i = 0; i < 8 && at < IP_TEXT_MAX; i++) {
        if (i == best) {
            at += (size_t)snprintf(text + at, IP_TEXT_MAX - at, "::");
            i += best_count - 1;
            continue;
        }
        const char *colon = i > 0 && i != best + best_count ? ":" : "";
        if (best < 0) {
            colon = i > 0 ? ":" : "";
        }
        at += (size_t)snprintf(text + at, IP_TEXT_MAX - at, "%s%x", colon, group[i]);
    }
}

void ip_text(uint8_t version, const uint8_t address[16], char text[IP_TEXT_MAX])
{
    if (version == 6) {
        v6_text(address, text);
        return;
    }
    (void)snprintf(text, IP_TEXT_MAX, "%u.%u.%u.%u", address[0], address[1], address[2],
                   address[3]);
}
