/* SPDX-License-Identifier: Apache-2.0 */
/* Fixed signal plans. In: a plan and a time. Out: the phase and its two ends. */
#include "scenarios/plan.h"

static int64_t ns(double s)
{
    return span_from_s(s).ns;
}

struct plan_state plan_at(const struct scenario_signal *signal, int64_t t_ns)
{
    int64_t cycle = 0;
    for (uint32_t i = 0; i < signal->phase_count; i++) {
        cycle += ns(signal->phases[i].duration_s);
    }
    int64_t into = (t_ns - ns(signal->offset_s)) % cycle;
    into += into < 0 ? cycle : 0;
    int64_t begin = t_ns - into;
    for (uint32_t i = 0;; i++) {
        int64_t length = ns(signal->phases[i].duration_s);
        if (into < length || i + 1 == signal->phase_count) {
            return (struct plan_state){signal->phases[i].phase, begin, begin + length};
        }
        into -= length;
        begin += length;
    }
}
