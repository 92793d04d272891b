/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger and the quality figures of a run, and that they add up. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/inside.h"

void totals_latency(struct engine *e, const struct fate *f)
{
    if (!(f->valid & FATE_HAS_INJECTED) || f->injected_ms <= 0) {
        return;
    }
    uint32_t bits;
    memcpy(&bits, &f->injected_ms, sizeof bits);
    uint32_t bin = bits >> 18; /* 5 bits of mantissa: bins of 2 to 3 % */
    e->latency_bins[bin < LATENCY_BINS ? bin : LATENCY_BINS - 1]++;
}

static double latency_quantile(const struct engine *e, double q)
{
    uint64_t total = 0;
    for (int i = 0; i < LATENCY_BINS; i++) {
        total += e->latency_bins[i];
    }
    uint64_t below = 0;
    for (int i = 0; total > 0 && i < LATENCY_BINS; i++) {
        below += e->latency_bins[i];
        if ((double)below >= q * (double)total) {
            uint32_t bits = ((uint32_t)i << 18) + (1u << 17);
            float value;
            memcpy(&value, &bits, sizeof value);
            return value;
        }
    }
    return -1;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

struct engine_totals engine_counts(const struct engine *e)
{
    struct engine_totals t = e->totals;
    const struct air_ledger *ledger = air_ledger(e->air);
    t.intended = e->past.intended + ledger->intended;
    t.delivered = e->past.delivered + ledger->delivered;
    t.late = e->past.late + ledger->late;
    uint64_t lost = 0;
    for (int i = 0; i < CAUSE_COUNT; i++) {
        t.lost[i] = e->past.lost[i] + ledger->lost[i];
        lost += t.lost[i];
    }
    uint64_t suppressed = 0;
    for (int i = 0; i < SUPPRESSED_COUNT; i++) {
        suppressed += t.suppressed[i];
    }
    assert(t.opportunities == t.transmitted + suppressed);
    assert(t.intended == t.delivered + lost);
    t.octets_forgotten = flight_forgotten(e->flight);
    t.knowledge_forgotten = knowledge_forgotten(e->knowledge);
    t.flows_forgotten = receiver_counters(e->bank).forgotten;
    t.clocks_forgotten = clocks_forgotten(e->clocks);
    t.pairs_left_out = encounter_left_out(e->encounters) + scene_left_out(e->scene);
    return t;
}

struct engine_totals engine_totals(const struct engine *e)
{
    struct engine_totals t = engine_counts(e);
    uint64_t lost = t.intended - t.delivered;
    t.achieved_loss = t.intended ? (double)lost / (double)t.intended : 0;
    t.achieved_latency_ms[0] = latency_quantile(e, 0.5);
    t.achieved_latency_ms[1] = latency_quantile(e, 0.95);
    t.achieved_latency_ms[2] = latency_quantile(e, 0.99);
    t.sync_sigma_p95_ms = -1;
    if (e->sync_sigma_count > 0) {
        qsort(e->sync_sigmas_ms, e->sync_sigma_count, sizeof *e->sync_sigmas_ms, by_value);
        t.sync_sigma_p95_ms = e->sync_sigmas_ms[(e->sync_sigma_count - 1) * 95 / 100];
    }
    return t;
}

void engine_explain_memory(const struct engine *e, struct bytes *out)
{
    bytes_format(out, "%-12s %12zu octets\n", "receiver", receiver_memory(e->bank));
    bytes_format(out, "%-12s %12zu octets\n", "knowledge", knowledge_memory(e->knowledge));
    bytes_format(out, "%-12s %12zu octets\n", "sync", view_memory(e->sync));
    bytes_format(out, "%-12s %12zu octets\n", "clocks", clocks_memory(e->clocks));
    if (e->simulated) {
        bytes_format(out, "%-12s %12zu octets\n", "sensors",
                     simulated_memory(e->simulated));
    }
    bytes_format(out, "%-12s %12zu octets at most\n", "flight", flight_memory(e->flight));
}
