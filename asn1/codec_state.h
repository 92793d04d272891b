/* SPDX-License-Identifier: Apache-2.0 */
/* What a codec owns, and the step that its JSON and its message side share. */
#pragma once

#include "asn1/codec.h"
#include "asn1/jer.h"
#include "asn1/pdu.h"
#include "asn1/trace.h"
#include "asn1/turn.h"

#include <MessageFrame.h>

struct codec {
    struct turn turn;
    struct trace trace;
    struct jer_kept kept;
};

/* Decodes a frame; NULL if it is not one, and the report is complete either way. The result
 * lives until the codec's next call. */
const MessageFrame_t *codec_open(struct codec *codec, const uint8_t *octets, size_t size,
                                 struct codec_report *report);
