/* SPDX-License-Identifier: Apache-2.0 */
/* One recorded block of octets to one line of JSON: the layers walked, the message decoded
 * in raw and in engineering units; or where it went wrong and why.
 *
 * A good line's offset and length say where the message stands in the block; its hex is the
 * message. A bad line's hex is the block, and its offset and bit count from the block's
 * first octet. Facts of the layers (link, ip, forward, pc5, wsmp, spdu, gn) follow. */
#pragma once

#include "asn1/codec.h"
#include "replay/frames.h"

#define DECODE_BARE (-1) /* no link type: the block begins at `start` */

struct decode_record {
    uint64_t index;
    bool has_utc;
    struct utc utc;
    const uint8_t *octets;
    size_t size;
    int dlt; /* a link type, or DECODE_BARE */
    enum frames_start start;
    enum reason refused;  /* known to be no message; REASON_NONE otherwise */
    const char *bad_text; /* the text was no hex (at column bad_column), or NULL */
    size_t bad_column;
};

/* One per thread; about four MiB. */
struct decode_line;

MUST_USE int decode_line_new(struct decode_line **line, struct fail *fail);
void decode_line_free(struct decode_line *line);

/* Appends the line with its newline. True if it is a good one. */
bool decode_line_put(struct decode_line *line, const struct decode_record *record,
                     struct bytes *out);
