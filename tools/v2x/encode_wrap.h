/* SPDX-License-Identifier: Apache-2.0 */
/* One message put into its envelope, and the envelope into a link frame. What the line says
 * of the layers (psid, wsmp, gn, forward) is taken; the rest follows from the message. */
#pragma once

#include <jansson.h>

#include "asn1/codec.h"
#include "asn1/its/its.h"
#include "base/bytes.h"
#include "base/time.h"

enum encode_wrap {
    ENCODE_NONE,
    ENCODE_DOT2,    /* unsecured IEEE 1609.2 */
    ENCODE_WSMP,    /* the same inside WSMP */
    ENCODE_GN,      /* BTP-B in GeoNetworking, single hop; a DENM goes to an area */
    ENCODE_PC5,     /* C-V2X: a family octet, then WSMP or GeoNetworking */
    ENCODE_FORWARD, /* the immediate forward text that a road-side unit takes */
};

/* Appended. utc: for the GeoNetworking stamp; its: to look into the message. */
MUST_USE int encode_wrapped(enum encode_wrap wrap, struct its *its, const json_t *line,
                            const struct bytes *message, struct utc utc, struct bytes *out,
                            struct fail *fail);

/* Link type that a capture of such packets has, and the packet in its link frame. */
int encode_link_type(enum encode_wrap wrap);
MUST_USE int encode_frame(enum encode_wrap wrap, const struct bytes *packet,
                          struct bytes *frame, struct fail *fail);
