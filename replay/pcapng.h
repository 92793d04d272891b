/* SPDX-License-Identifier: Apache-2.0 */
/* pcapng files written into a block of octets: one section, interfaces of nanosecond
 * stamps, packets. No machine, program or clock enters, so equal input gives equal octets.
 */
#pragma once

#include "base/bytes.h"
#include "base/time.h"

/* Section header. */
void pcapng_begin(struct bytes *out);

/* An interface; the first is number 0. dlt as in link.h; name may be NULL. libpcap reads a
 * file only if all its interfaces have one link type. */
void pcapng_interface(struct bytes *out, int dlt, const char *name);

/* A packet at a time since 1970 (times before are written as 0); comment may be NULL. */
void pcapng_packet(struct bytes *out, uint32_t interface, struct utc utc,
                   const uint8_t *octets, size_t size, const char *comment);
