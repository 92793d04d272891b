/* SPDX-License-Identifier: Apache-2.0 */
/* WAVE short message protocol, version 3 (IEEE 1609.3-2016 and 2020, clause 8): header,
 * extensions, PSID, length. */
#pragma once

#include "replay/layer.h"

struct wsmp_facts {
    uint32_t psid;
    uint8_t psid_octets; /* 1..4 on the air */
    uint8_t extension_count;
    bool has_power, has_channel, has_rate;
    int16_t power_dbm; /* transmit power used, -128..127 */
    uint8_t channel;   /* channel number, 172..184 */
    uint8_t rate_500k; /* data rate in units of 500 kbit/s */
    uint16_t length;   /* octets of WSM data */
    size_t trailing;   /* octets after the WSM: padding, FCS */
};

/* In: a walk at the N-header. Out: at the WSM data, cut to its length. */
bool wsmp_walk(struct walk *w, struct wsmp_facts *out);

/* A p-encoded PSID at the cursor; false (cursor unchanged or torn) if it is none. */
bool wsmp_take_psid(struct cursor *c, uint32_t *psid, uint8_t *octets);

/* Writes the p-encoding of a PSID (at most 270549119); returns 1..4 octets, 0 if it is too
 * large. */
size_t wsmp_put_psid(uint32_t psid, uint8_t octets[4]);
