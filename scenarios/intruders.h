/* SPDX-License-Identifier: Apache-2.0 */
/* Who has come inside the safe distances of a VRU since its last VAM (TS 103 300-3, 6.4.1).
 *
 * In: where everybody is. Out: is there somebody new. Bounded: of a crowd the first
 * INTRUDERS_KEPT by number are known, and nobody beyond them is news. */
#pragma once

#include "scenarios/motion.h"

#define INTRUDERS_KEPT 8

struct intruders {
    uint32_t who[INTRUDERS_KEPT];
    uint8_t count;
};

/* Those inside now. */
struct intruders intruders_of(const struct motion *motion, uint32_t self);
/* Is there one in `now` who is not in `before`? */
bool intruders_any_new(const struct intruders *before, const struct intruders *now);
