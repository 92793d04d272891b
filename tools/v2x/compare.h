/* SPDX-License-Identifier: Apache-2.0 */
/* Two datasets joined: opportunities by msg_uid, intended pairs by msg_uid and receiver,
 * agents by instant. In: two open directories. Out: counts, the difference of latencies,
 * and the first instant at which the worlds are not the same. */
#pragma once

#include "tools/v2x/folder.h"

enum { COMPARE_ID = 64 };

struct compare {
    bool same_world;                               /* equal world_id */
    uint64_t only_a, only_b;                       /* opportunities */
    uint64_t sent_both, sent_a, sent_b, sent_none; /* of those in both */
    uint64_t pairs_only_a, pairs_only_b;           /* intended pairs */
    uint64_t both, delivered_a, delivered_b;       /* both delivered, or one */
    uint64_t lost_same, lost_other;                /* both lost: same cause, or not */
    bool has_latency;
    double latency_mean_ms, latency_median_ms,
        latency_p95_ms;  /* B minus A, both delivered */
    uint64_t agent_rows; /* instants of agents in both */
    bool diverged;       /* a true position differs by more than a millimetre */
    int64_t diverged_ns;
    char diverged_agent[COMPARE_ID];
};

MUST_USE int compare_datasets(const struct folder *a, const struct folder *b,
                              struct compare *out, struct fail *fail);
