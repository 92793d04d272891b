/* SPDX-License-Identifier: Apache-2.0 */
/* What a configuration of SUMO (.sumocfg) says of its roads. Fuzz target: fuzz_sumocfg. */
#pragma once

#include <stddef.h>

#include "base/result.h"

/* The network it names, as it stands there; "" if it names none. RESULT_USAGE with
 * "file:line:column: error: ..." if it is no configuration. */
MUST_USE int sumocfg_roads(const char *file, const void *octets, size_t size, char *roads,
                           size_t room, struct fail *fail);
