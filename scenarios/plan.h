/* SPDX-License-Identifier: Apache-2.0 */
/* Fixed signal plans: which phase stands at a scenario time, since when and until when.
 * Exact to the nanosecond, so that a countdown never disagrees with the lamp. Pure. */
#pragma once

#include <stdint.h>

#include "scenarios/scenario.h"

struct plan_state {
    enum phase phase;
    int64_t since_ns, end_ns; /* scenario time */
};

/* t_ns may be negative: the plan has run for ever. */
struct plan_state plan_at(const struct scenario_signal *signal, int64_t t_ns);
