/* SPDX-License-Identifier: Apache-2.0 */
/* The capture headers that stand before an 802.11 frame: radiotap, PPI, Prism and AVS.
 * They tell channel, rate and power, and whether an FCS or padding belongs to the frame. */
#pragma once

#include "replay/link.h"

struct radio_tail {
    bool fcs;    /* four FCS octets end the frame */
    bool padded; /* the 802.11 header is padded to a multiple of four octets */
};

bool radio_radiotap(struct walk *w, struct link_facts *out, struct radio_tail *tail);

/* dlt is the link type inside the PPI header. */
bool radio_ppi(struct walk *w, struct link_facts *out, struct radio_tail *tail, int *dlt);

/* Prism, or AVS where its cookie says so. Their values are in the drivers' own units and
 * stay unread. */
bool radio_prism(struct walk *w);
