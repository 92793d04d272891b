/* SPDX-License-Identifier: Apache-2.0 */
/* Tier and impairments. In: one message on one link. Out: lost and why, or how much later.
 * Order of causes where several hold: burst, random, dropout (model/kinds.h). */
#include "air/impair.h"

#include <stdlib.h>

#include "air/fading.h"
#include "base/draw.h"
#include "base/fmath.h"

/* Where the window number goes in a draw's k, above the 40 bits of a message. */
#define IMPAIR_WINDOW_SHIFT 40

/* A standard normal of correlated steps looks back until less than a thousandth is left. */
#define IMPAIR_BACK_MOST 66

static double log_normal(double median_ms, double sigma, double tail, int side)
{
    double z = fm_normal_quantile(tail);
    return median_ms * fm_exp(sigma * (side ? -z : z));
}

static double tier_latency(const void *law, double tail, int side)
{
    const struct tier *tier = law;
    return log_normal(tier->latency_median_ms, tier->latency_sigma, tail, side);
}

/* A normal cut at three sigmas and where the latency would be negative. */
static double cut_normal(const struct impairment *w, double p)
{
    double least = -w->latency_ms / w->latency_jitter_ms;
    least = least < -IMPAIR_JITTER_SIGMAS ? -IMPAIR_JITTER_SIGMAS : least;
    double low = fm_normal_cdf(least);
    double width = fm_normal_cdf(IMPAIR_JITTER_SIGMAS) - low;
    return w->latency_ms + w->latency_jitter_ms * fm_normal_quantile(low + p * width);
}

static double empirical(const struct impairment *w, double p)
{
    double at = p * (w->latency_point_count - 1);
    int i = (int)at;
    i = i < w->latency_point_count - 1 ? i : w->latency_point_count - 2;
    const double *points = w->latency_points_ms;
    return points[i] + (at - i) * (points[i + 1] - points[i]);
}

static double window_latency(const void *law, double tail, int side)
{
    const struct impairment *w = law;
    double p = side ? 1 - tail : tail;
    switch (w->latency_law) {
    case LATENCY_NORMAL:
        return cut_normal(w, p);
    case LATENCY_LOG_NORMAL:
        return log_normal(w->latency_ms, w->latency_sigma, tail, side);
    case LATENCY_GAMMA:
        return w->latency_ms * fading_quantile(w->latency_shape, tail, side);
    case LATENCY_EMPIRICAL:
        break;
    }
    return empirical(w, p);
}

static bool is_spread(const struct impairment *from)
{
    return from->latency_law != LATENCY_NORMAL || from->latency_jitter_ms > 0;
}

static bool has_states(const struct impairment *from)
{
    return from->states[0] > 0 || from->states[4] > 0;
}

static int window_of(struct impair_window *w, const struct impairment *from, uint64_t seed,
                     int index, struct fail *fail)
{
    /* Chains of their own, apart from the tier's and from each other's. */
    uint64_t own = draw_mix(seed + (uint64_t)(index + 1));
    const double *p = from->states;
    *w = (struct impair_window){
        .from_ns = span_from_s(from->from_s).ns,
        .to_ns = span_from_s(from->to_s).ns,
        .link = from->link,
        .agent = from->agent,
        .dropout = from->dropout,
        .survive = 1 - from->loss,
        .burst = gilbert_init(from->burst_p, from->burst_r, own),
        .burst_pass = from->burst_pass,
        .burst_gap_loss = from->burst_gap_loss,
        .has_states = has_states(from),
        .states = {draw_key(own, DRAW_AIR_STATE_VALUE), p[0], p[1], p[2], p[3], p[4]},
        .latency_ms = from->latency_ms,
        .correlation = from->latency_correlation,
        .from = from};
    if (is_spread(from)) {
        w->latencies = malloc(sizeof *w->latencies);
        if (!w->latencies) {
            return fail_set(fail, RESULT_MEMORY, "no memory for a distribution of latency");
        }
        quantile_init(w->latencies, window_latency, from);
    }
    return 0;
}

int impair_init(struct impair *impair, const struct air_config *config, uint64_t seed,
                struct tai start, struct fail *fail)
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
    };
    if (impair->has_latency) {
        quantile_init(&impair->latency_ms, tier_latency, tier);
    }
    size_t count = (size_t)config->impairment_count;
    impair->sources = calloc(count > 0 ? count : 1, sizeof *impair->sources);
    if (!impair->sources) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %zu impairments", count);
    }
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct impairment *from = &impair->sources[i];
        *from = config->impairments[i];
        bool ours = from->technologies == 0 ||
                    (from->technologies >> (unsigned)config->technology & 1) != 0;
        from->to_s = ours ? from->to_s : from->from_s; /* never open */
        rc = window_of(&impair->windows[i], from, seed, (int)i, fail);
        impair->windows[i].shadow = config->technology == TECH_UU && from->area_count >= 3;
        impair->has_areas = impair->has_areas || from->area_count >= 3;
        impair->window_count = (int)i + 1;
    }
    return rc;
}

void impair_close(struct impair *impair)
{
    for (int i = 0; i < impair->window_count; i++) {
        free(impair->windows[i].latencies);
    }
    free(impair->sources);
}

static bool is_inside(const struct impairment *w, double x_m, double y_m)
{
    bool inside = false;
    for (int i = 0, j = w->area_count - 1; i < w->area_count; j = i++) {
        const double *p = w->area_m[i];
        const double *q = w->area_m[j];
        if ((p[1] > y_m) != (q[1] > y_m) &&
            x_m < (q[0] - p[0]) * (y_m - p[1]) / (q[1] - p[1]) + p[0]) {
            inside = !inside;
        }
    }
    return inside;
}

uint64_t impair_areas(const struct impair *impair, double x_m, double y_m)
{
    uint64_t areas = 0;
    for (int i = 0; i < impair->window_count; i++) {
        const struct impairment *from = impair->windows[i].from;
        if (from->area_count >= 3 && is_inside(from, x_m, y_m)) {
            areas |= UINT64_C(1) << i;
        }
    }
    return areas;
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

/* Does window i act on this link? */
static bool touches(const struct impair *impair, int i, const struct impair_case *c)
{
    const struct impair_window *w = &impair->windows[i];
    return (w->link == LINK_ANY || w->link == c->class) &&
           (w->agent == AGENT_NONE || w->agent == c->sender || w->agent == c->receiver) &&
           (w->from->area_count < 3 || (c->areas >> i & 1) != 0);
}

/* The chains of one window: all of them at once. */
static bool bursts(const struct impair *impair, int i, const struct impair_case *c)
{
    const struct impair_window *w = &impair->windows[i];
    if (w->has_states && fourstate_loses(&w->states, c->link, c->tx_index)) {
        return true;
    }
    if (!w->burst.active) {
        return false;
    }
    bool bad = gilbert_is_bad(&w->burst, c->link, c->tx_index);
    double loss = bad ? 1 - w->burst_pass : w->burst_gap_loss;
    uint64_t k = c->message | (uint64_t)(i + 1) << IMPAIR_WINDOW_SHIFT;
    return loss >= 1 ||
           (loss > 0 && draw_uniform(draw_bits(impair->loss_key, c->link, k)) < loss);
}

static enum cause window_cause(const struct impair *impair, const struct impair_case *c,
                               uint64_t windows)
{
    double survive = 1;
    bool dropout = false;
    bool shadow = false;
    for (int i = 0; i < impair->window_count; i++) {
        const struct impair_window *w = &impair->windows[i];
        if ((windows >> i & 1) == 0 || !touches(impair, i, c)) {
            continue;
        }
        if (bursts(impair, i, c)) {
            return CAUSE_BURST;
        }
        survive *= w->survive;
        dropout = dropout || (w->dropout && !w->shadow);
        shadow = shadow || (w->dropout && w->shadow);
    }
    /* One uniform against the joint probability: more loss only ever adds losses. */
    if (survive < 1 &&
        draw_uniform(draw_bits(impair->loss_key, c->link, c->message)) < 1 - survive) {
        return CAUSE_RANDOM;
    }
    return dropout ? CAUSE_DROPOUT : shadow ? CAUSE_COVERAGE : CAUSE_NONE;
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

/* Bits whose uniforms follow each other: a normal autoregression over the messages of the
 * link, cut where less than a thousandth is left, through its own distribution. */
static uint64_t correlated_bits(const struct impair *impair, const struct impair_case *c,
                                int i)
{
    double rho = impair->windows[i].correlation;
    uint64_t row = draw_row(impair->latency_key, c->link);
    double weight = 1;
    double sum = 0;
    double squares = 0;
    for (uint64_t back = 0; back < IMPAIR_BACK_MOST && weight > 1e-3; back++) {
        /* Steps before the first message are there too. */
        uint64_t step = (UINT64_C(1) << 34) + c->tx_index - back;
        uint64_t k = step | (uint64_t)(i + 1) << IMPAIR_WINDOW_SHIFT;
        sum += weight * fm_normal_quantile(draw_uniform(draw_in_row(row, k)));
        squares += weight * weight;
        weight *= rho;
    }
    double u = fm_normal_cdf(sum / fm_sqrt(squares));
    return (uint64_t)(u < 1 ? u * 0x1p53 : 0x1p53 - 1) << 11;
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
        if ((windows >> i & 1) == 0 || !touches(impair, i, c)) {
            continue;
        }
        if (!w->latencies) {
            ms += w->latency_ms;
            continue;
        }
        uint64_t k = c->message | (uint64_t)(i + 1) << IMPAIR_WINDOW_SHIFT;
        ms += quantile_at(w->latencies, w->correlation > 0
                                            ? correlated_bits(impair, c, i)
                                            : draw_bits(impair->latency_key, c->link, k));
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
