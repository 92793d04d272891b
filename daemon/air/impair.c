/* SPDX-License-Identifier: Apache-2.0 */
/* Tier and impairments. In: one message on one link. Out: lost and why, or how much later.
 * Order of causes where several hold: burst, random, dropout (model/kinds.h). */
#include "air/impair.h"

#include "base/draw.h"
#include "base/fmath.h"

/* Where the window number goes in a draw's k, above the 40 bits of a message. */
#define IMPAIR_WINDOW_SHIFT 40

static struct impair_window window_of(const struct impairment *from)
{
    struct impair_window w = {.from_ns = span_from_s(from->from_s).ns,
                              .to_ns = span_from_s(from->to_s).ns,
                              .link = from->link,
                              .agent = from->agent,
                              .dropout = from->dropout,
                              .survive = 1 - from->loss,
                              .latency_ms = from->latency_ms,
                              .jitter_ms = from->latency_jitter_ms};
    if (w.jitter_ms > 0) {
        double least = -w.latency_ms / w.jitter_ms;
        least = least < -IMPAIR_JITTER_SIGMAS ? -IMPAIR_JITTER_SIGMAS : least;
        w.jitter_low = fm_normal_cdf(least);
        w.jitter_width = fm_normal_cdf(IMPAIR_JITTER_SIGMAS) - w.jitter_low;
    }
    return w;
}

static double log_normal(const void *law, double tail, int side)
{
    const struct tier *tier = law;
    double z = fm_normal_quantile(tail);
    return tier->latency_median_ms * fm_exp(tier->latency_sigma * (side ? -z : z));
}

void impair_init(struct impair *impair, const struct air_config *config, uint64_t seed,
                 struct tai start)
{
    const struct tier *tier = &config->tier;
    *impair = (struct impair){
        .start = start,
        .latency_key = draw_key(seed, DRAW_AIR_LATENCY),
        .loss_key = draw_key(seed, DRAW_AIR_LOSS),
        .has_latency = tier->latency_median_ms > 0,
        .gilbert = gilbert_init(tier->loss_p, tier->loss_r, seed),
        .outage = outage_init(tier->outage_gap_mean_s, tier->outage_min_s,
                              tier->outage_max_s, seed),
        .window_count = config->impairment_count,
    };
    if (impair->has_latency) {
        quantile_init(&impair->latency_ms, log_normal, tier);
    }
    for (int i = 0; i < config->impairment_count; i++) {
        impair->windows[i] = window_of(&config->impairments[i]);
    }
}

uint64_t impair_open_windows(const struct impair *impair, int64_t t_ns)
{
    uint64_t open = 0;
    for (int i = 0; i < impair->window_count; i++) {
        const struct impair_window *w = &impair->windows[i];
        if (w->from_ns <= t_ns && t_ns < w->to_ns) {
            open |= UINT64_C(1) << i;
        }
    }
    return open;
}

static bool touches(const struct impair_window *w, const struct impair_case *c)
{
    return (w->link == LINK_ANY || w->link == c->class) &&
           (w->agent == AGENT_NONE || w->agent == c->sender || w->agent == c->receiver);
}

static enum cause window_cause(const struct impair *impair, const struct impair_case *c,
                               uint64_t windows)
{
    double survive = 1;
    bool dropout = false;
    for (int i = 0; windows != 0 && i < impair->window_count; i++) {
        if ((windows >> i & 1) != 0 && touches(&impair->windows[i], c)) {
            survive *= impair->windows[i].survive;
            dropout = dropout || impair->windows[i].dropout;
        }
    }
    /* One uniform against the joint probability: more loss only ever adds losses. */
    if (survive < 1 &&
        draw_uniform(draw_bits(impair->loss_key, c->link, c->message)) < 1 - survive) {
        return CAUSE_RANDOM;
    }
    return dropout ? CAUSE_DROPOUT : CAUSE_NONE;
}

struct impair_verdict impair_judge(const struct impair *impair, const struct impair_case *c,
                                   uint64_t windows, const struct outage_span *out)
{
    struct impair_verdict verdict = {CAUSE_NONE, FATE_U32_NULL, 0};
    if (gilbert_is_bad(&impair->gilbert, c->link, c->tx_index)) {
        verdict.cause = CAUSE_BURST;
        verdict.burst_id = gilbert_run_start(&impair->gilbert, c->link, c->tx_index);
        verdict.burst_pos = (uint16_t)(c->tx_index - verdict.burst_id);
        return verdict;
    }
    if (windows != 0) {
        verdict.cause = window_cause(impair, c, windows);
    }
    if (verdict.cause == CAUSE_NONE && impair->outage.gap_mean_s > 0) {
        struct outage_span span = *out;
        outage_seek(&impair->outage, c->receiver, &span, c->t_ns);
        verdict.cause = span.from_ns <= c->t_ns ? CAUSE_DROPOUT : CAUSE_NONE;
    }
    return verdict;
}

int64_t impair_latency_ns(const struct impair *impair, const struct impair_case *c,
                          uint64_t windows)
{
    double ms = 0;
    if (impair->has_latency) {
        ms = quantile_at(&impair->latency_ms,
                         draw_bits(impair->latency_key, c->link, c->message));
    }
    for (int i = 0; windows != 0 && i < impair->window_count; i++) {
        const struct impair_window *w = &impair->windows[i];
        if ((windows >> i & 1) == 0 || !touches(w, c)) {
            continue;
        }
        ms += w->latency_ms;
        if (w->jitter_ms > 0) {
            uint64_t k = c->message | (uint64_t)(i + 1) << IMPAIR_WINDOW_SHIFT;
            double u = draw_uniform(draw_bits(impair->latency_key, c->link, k));
            ms += w->jitter_ms * fm_normal_quantile(w->jitter_low + u * w->jitter_width);
        }
    }
    return ms > 0 ? (int64_t)(ms * 1e6 + 0.5) : 0;
}

static bool is_infrastructure(enum sender_kind kind)
{
    return kind == KIND_RSU || kind == KIND_CENTRE;
}

enum link_class impair_link_class(enum sender_kind a, enum sender_kind b)
{
    if (kinds_is_vru(a) || kinds_is_vru(b)) {
        return LINK_V2P;
    }
    return is_infrastructure(a) || is_infrastructure(b) ? LINK_V2I : LINK_V2V;
}
