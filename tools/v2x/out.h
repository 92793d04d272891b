/* SPDX-License-Identifier: Apache-2.0 */
/* Standard output in large pieces. In: text put into `text`. Out: the octets, written when
 * enough have gathered or at once; the first failure is kept and ends the program. */
#pragma once

#include "base/bytes.h"
#include "base/result.h"

enum { OUT_PIECE = 1 << 18 };

struct out {
    struct bytes text; /* append here, then out_turn */
    bool at_once;      /* somebody waits for each line */
};

/* Writes what has gathered if there is enough of it. RESULT_WORLD: it cannot be written. */
MUST_USE int out_turn(struct out *out, struct fail *fail);
/* Writes everything. */
MUST_USE int out_flush(struct out *out, struct fail *fail);
void out_close(struct out *out);
