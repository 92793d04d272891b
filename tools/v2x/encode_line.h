/* SPDX-License-Identifier: Apache-2.0 */
/* One JSON line to one message in its envelope. */
#pragma once

#include <jansson.h>

#include "asn1/codec.h"
#include "asn1/its/its.h"
#include "base/bytes.h"
#include "base/time.h"

enum encode_wrap { ENCODE_NONE, ENCODE_DOT2, ENCODE_WSMP, ENCODE_GN };

/* The message alone, from `jer`, else `si`, else `hex` (a type that is not decoded), or a
 * bare jer object; appended. RESULT_USAGE: the line has none of them, or they are wrong. */
MUST_USE int encode_message(struct codec *codec, struct its *its, const json_t *line,
                            struct bytes *message, struct fail *fail);

/* The message in its envelope, appended; for WSMP the unsecured 1609.2 one is inside, for
 * GN a BTP-B header. utc: for the GeoNetworking stamp. */
MUST_USE int encode_wrapped(enum encode_wrap wrap, const json_t *line,
                            const struct bytes *message, struct utc utc, struct bytes *out,
                            struct fail *fail);

/* t_ns of the line; false (and 0) if it is null or missing. */
bool encode_stamp(const json_t *line, struct utc *utc);

/* Link type that a capture of such packets has, and the packet in its link frame. */
int encode_link_type(enum encode_wrap wrap);
MUST_USE int encode_frame(enum encode_wrap wrap, const struct bytes *packet,
                          struct bytes *frame, struct fail *fail);
