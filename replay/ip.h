/* SPDX-License-Identifier: Apache-2.0 */
/* IPv4, IPv6 and UDP, down to a datagram's content. No reassembly: a fragment is named as
 * such. Checksums are not judged (captures of the sending machine seldom have them). */
#pragma once

#include "replay/layer.h"

#define IP_TEXT_MAX 46 /* INET6_ADDRSTRLEN */

struct ip_facts {
    uint8_t version;          /* 4 or 6 */
    uint8_t src[16], dst[16]; /* network order; IPv4 uses the first four octets */
    uint8_t hop_limit;
    uint16_t src_port, dst_port;
};

/* In: a walk at the first octet of an IP header. Out: at the datagram's content. */
bool ip_walk(struct walk *w, struct ip_facts *out);

/* The address as text (RFC 5952 for IPv6); version 4 or 6. */
void ip_text(uint8_t version, const uint8_t address[16], char text[IP_TEXT_MAX]);
