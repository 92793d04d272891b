/* SPDX-License-Identifier: Apache-2.0 */
/* Repairs an MCAP file that lost its end: everything whole is kept, the end is new. */
#pragma once

#include "publish/mcap.h"
#include "publish/mcap_read.h"

/* Copies the header, every whole chunk, metadata and attachment of source to sink as they
 * stand, with message indexes, data end, summary and footer made anew; damaged chunks and
 * the torn tail are left out, and so are messages outside chunks (counted as bad records).
 * What mcap_finish wrote comes out octet for octet the same. *end tells what was found.
 * Errors as mcap_reader_next and as the sink's; RESULT_TORN: nothing whole was in it. */
MUST_USE int mcap_recover(struct mcap_source source, struct mcap_sink sink,
                          struct mcap_end *end, struct fail *fail);
