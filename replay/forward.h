/* SPDX-License-Identifier: Apache-2.0 */
/* The immediate forward text of RSU specification 4.1: lines Key=Value, of which Payload
 * holds the message as hex. Read as it is met in the field: indented lines, spaces about
 * the equals sign, comment lines, CR LF, keys in any case, blanks inside the hex. */
#pragma once

#include "replay/layer.h"

#define FORWARD_PAYLOAD_MAX 4096 /* a WSM is at most 2302 octets */
#define FORWARD_TYPE_MAX    16

struct forward_facts {
    char type[FORWARD_TYPE_MAX]; /* "SPAT"; empty without */
    bool has_psid, has_channel, has_priority;
    uint32_t psid;    /* p-encoding undone */
    uint16_t channel; /* number; 0 if named (CCH, SCH1) */
    uint8_t priority;
    bool sign;                   /* Signature=True: the RSU is asked to sign */
    bool encrypt;                /* Encryption=True */
    size_t hex_offset, hex_size; /* where the payload's text stands in the frame */
};

/* True if the octets begin as such a text does. */
bool forward_looks(const uint8_t *octets, size_t size);

/* In: a walk at the text. Out: the octets of Payload in `payload`, their count in `size`.
 */
bool forward_walk(struct walk *w, struct forward_facts *out,
                  uint8_t payload[FORWARD_PAYLOAD_MAX], size_t *size);
