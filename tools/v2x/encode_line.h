/* SPDX-License-Identifier: Apache-2.0 */
/* One JSON line to the octets of one message. */
#pragma once

#include <jansson.h>

#include "asn1/codec.h"
#include "asn1/its/its.h"
#include "base/bytes.h"
#include "base/time.h"

/* The message alone, from `jer`, else `si`, else `hex` (a type that is not decoded), or a
 * bare jer object; appended. RESULT_USAGE: the line has none of them, or they are wrong. */
MUST_USE int encode_message(struct codec *codec, struct its *its, const json_t *line,
                            struct bytes *message, struct fail *fail);

/* t_ns of the line; false (and 0) if it is null or missing. */
bool encode_stamp(const json_t *line, struct utc *utc);
