/* SPDX-License-Identifier: Apache-2.0 */
/* A road full of senders. In: a set-up. Out: what was heard. */
#include "air/trial.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "air/air.h"
#include "base/draw.h"
#include "model/send_limit.h"

#define TRIAL_LATENCIES 4000 /* bins of 0.05 ms */

struct trial {
    const struct trial_setup *setup;
    struct air *air;
    struct tai start;
    uint64_t key;
    double *x_m, *y_m, *vx_mps, *vy_mps, *antenna_m;
    uint8_t *kinds;
    bool *receives;
    struct air_box *boxes;
    int64_t *next_ns; /* of each vehicle's next message, since start */
    uint32_t *sent;
    struct send_pace *paces;
    struct emission *emissions;
    uint32_t *tickets;
    bool counted_tick;
    bool *counts; /* by ticket: the message counts */
    struct reception *rows;
    size_t room;
    uint64_t latencies[TRIAL_LATENCIES];
    double cbr_sum;
    uint64_t cbr_count;
};

static bool take_memory(struct trial *t)
{
    size_t n = t->setup->vehicles;
    t->room = n > 16384 ? n : 16384;
    t->x_m = calloc(n, sizeof *t->x_m);
    t->y_m = calloc(n, sizeof *t->y_m);
    t->vx_mps = calloc(n, sizeof *t->vx_mps);
    t->vy_mps = calloc(n, sizeof *t->vy_mps);
    t->antenna_m = calloc(n, sizeof *t->antenna_m);
    t->kinds = calloc(n, sizeof *t->kinds);
    t->receives = calloc(n, sizeof *t->receives);
    t->boxes = calloc(n, sizeof *t->boxes);
    t->next_ns = calloc(n, sizeof *t->next_ns);
    t->sent = calloc(n, sizeof *t->sent);
    t->paces = calloc(n, sizeof *t->paces);
    t->emissions = calloc(n * 4, sizeof *t->emissions);
    t->tickets = calloc(n * 4, sizeof *t->tickets);
    t->rows = calloc(t->room, sizeof *t->rows);
    return t->x_m && t->y_m && t->vx_mps && t->vy_mps && t->antenna_m && t->kinds &&
           t->receives && t->boxes && t->next_ns && t->paces && t->sent && t->emissions &&
           t->tickets && t->rows;
}

static void give_memory(struct trial *t)
{
    free(t->x_m);
    free(t->y_m);
    free(t->vx_mps);
    free(t->vy_mps);
    free(t->antenna_m);
    free(t->kinds);
    free(t->receives);
    free(t->boxes);
    free(t->next_ns);
    free(t->sent);
    free(t->emissions);
    free(t->paces);
    free(t->tickets);
    free(t->rows);
    air_free(t->air);
}

static void place(struct trial *t)
{
    const struct trial_setup *s = t->setup;
    double period_ns = 1e9 / s->rate_hz;
    for (uint32_t i = 0; i < s->vehicles; i++) {
        t->x_m[i] = (i + 0.5) * s->length_m / s->vehicles;
        t->y_m[i] = s->lanes > 1 ? 4.0 * (i % (uint32_t)s->lanes) : 0;
        t->vx_mps[i] = i % 2 == 0 ? s->speed_mps : -s->speed_mps;
        t->antenna_m[i] = 1.5;
        t->kinds[i] = KIND_CAR;
        t->receives[i] = true;
        t->boxes[i] = (struct air_box){4.5F, 1.8F, 1.5F, 1, 0, true};
        t->paces[i].lag_ns =
            (int64_t)(period_ns * draw_uniform(draw_bits(t->key, i, UINT64_C(1) << 32)));
        t->next_ns[i] = (int64_t)(period_ns * draw_uniform(draw_bits(t->key, i, 0)));
    }
}

/* The nominal instant and the jitter of a vehicle's message k. */
static int64_t instant(const struct trial *t, uint32_t i, uint32_t k)
{
    const struct trial_setup *s = t->setup;
    double phase = draw_uniform(draw_bits(t->key, i, 0));
    double jitter = 2 * draw_uniform(draw_bits(t->key, i, k + 1)) - 1;
    return (int64_t)((phase + k) * 1e9 / s->rate_hz + jitter * s->jitter_ms * 1e6);
}

static int by_time(const void *a, const void *b)
{
    const struct emission *x = a;
    const struct emission *y = b;
    if (x->t_tx.ns != y->t_tx.ns) {
        return x->t_tx.ns < y->t_tx.ns ? -1 : 1;
    }
    return x->sender_idx < y->sender_idx ? -1 : x->sender_idx > y->sender_idx;
}

static size_t send(struct trial *t, int64_t until_ns)
{
    size_t count = 0;
    const struct trial_setup *s = t->setup;
    const struct send_limit *limits = air_limits(t->air);
    int64_t slot_ns = (int64_t)(1e9 / s->rate_hz);
    for (uint32_t i = 0; i < s->vehicles && count < (size_t)s->vehicles * 4; i++) {
        if (t->next_ns[i] > until_ns) {
            continue;
        }
        uint32_t k = t->sent[i]++;
        int64_t now_ns = t->next_ns[i];
        int64_t next = instant(t, i, k + 1);
        t->next_ns[i] = next > now_ns ? next : now_ns + 1;
        if (limits && !send_pace_ask(&t->paces[i], &limits[i], now_ns, slot_ns)) {
            continue;
        }
        struct tai at = tai_add(t->start, span_ns(now_ns));
        t->emissions[count++] =
            (struct emission){.msg_uid = emission_uid(i, MSG_BSM, k),
                              .sender_idx = i,
                              .k = k,
                              .tx_index = k,
                              .msg_type = MSG_BSM,
                              .sender_kind = KIND_CAR,
                              .truth_known = true,
                              .t_gen = at,
                              .t_tx = at,
                              .truth = {.x_m = t->x_m[i],
                                        .y_m = t->y_m[i],
                                        .speed_mps = s->speed_mps,
                                        .yaw_rad = t->vx_mps[i] < 0 ? 3.14159265358979 : 0,
                                        .present = true},
                              .size = (uint16_t)s->octets,
                              .heard_by = AGENT_NONE};
    }
    qsort(t->emissions, count, sizeof t->emissions[0], by_time);
    for (size_t i = 0; i < count; i++) {
        const struct emission *e = &t->emissions[i];
        double x = e->truth.x_m;
        bool counts = e->t_tx.ns - t->start.ns >= (int64_t)(s->warm_s * 1e9) &&
                      x >= s->from_m && x <= s->to_m;
        t->tickets[i] = counts;
    }
    return count;
}

static void count_row(struct trial *t, const struct reception *r,
                      struct trial_result *result)
{
    const struct trial_setup *s = t->setup;
    const struct fate *f = &r->fate;
    int bin = (int)((double)f->distance_m / s->bin_m);
    result->rows++;
    if (r->emission == 0 || bin >= s->bins) {
        return;
    }
    result->bins[bin].expected++;
    if (f->fate == FATE_DELIVERED) {
        result->bins[bin].delivered++;
        int64_t at = tai_since(r->t_rx, r->t_tx).ns / 50000;
        t->latencies[at < TRIAL_LATENCIES ? at : TRIAL_LATENCIES - 1]++;
    } else {
        result->bins[bin].lost[f->cause]++;
    }
}

static void move(struct trial *t)
{
    const struct trial_setup *s = t->setup;
    for (uint32_t i = 0; s->speed_mps > 0 && i < s->vehicles; i++) {
        t->x_m[i] += t->vx_mps[i] * 0.01;
        t->x_m[i] += t->x_m[i] < 0             ? s->length_m
                     : t->x_m[i] > s->length_m ? -s->length_m
                                               : 0;
    }
}

static int tick(struct trial *t, int64_t until_ns, struct trial_result *result,
                struct fail *fail)
{
    const struct trial_setup *s = t->setup;
    move(t);
    struct air_stations stations = {.t = tai_add(t->start, span_ns(until_ns)),
                                    .count = s->vehicles,
                                    .x_m = t->x_m,
                                    .y_m = t->y_m,
                                    .vx_mps = t->vx_mps,
                                    .vy_mps = t->vy_mps,
                                    .antenna_m = t->antenna_m,
                                    .kinds = t->kinds,
                                    .receives = t->receives,
                                    .boxes = s->boxes ? t->boxes : NULL};
    size_t count = send(t, until_ns);
    for (size_t i = 0; i < count; i++) {
        result->sent += t->tickets[i];
    }
    air_tick(t->air, &stations);
    int rc = air_offer(t->air, t->emissions, count, t->tickets, fail);
    for (bool more = rc == 0; more;) {
        size_t rows = air_take(t->air, NULL, t->rows, t->room, &more);
        for (size_t i = 0; i < rows; i++) {
            count_row(t, &t->rows[i], result);
        }
    }
    for (uint32_t i = 0; until_ns >= (int64_t)(s->warm_s * 1e9) && i < s->vehicles; i++) {
        if (t->x_m[i] >= s->from_m && t->x_m[i] <= s->to_m) {
            t->cbr_sum += air_cbr(t->air, i);
            t->cbr_count++;
        }
    }
    return rc;
}

static void sum_up(const struct trial *t, struct trial_result *result)
{
    static const double shares[] = {0.5, 0.9, 0.99, 1};
    uint64_t total = 0;
    for (int i = 0; i < TRIAL_LATENCIES; i++) {
        total += t->latencies[i];
    }
    uint64_t below = 0;
    int which = 0;
    for (int i = 0; i < TRIAL_LATENCIES && which < 4; i++) {
        below += t->latencies[i];
        while (which < 4 && total > 0 && (double)below >= shares[which] * (double)total) {
            result->latency_ms[which++] = (i + 0.5) * 0.05;
        }
    }
    result->cbr = t->cbr_count > 0 ? t->cbr_sum / (double)t->cbr_count : 0;
}

int trial_run(const struct trial_setup *setup, struct trial_result *result,
              struct fail *fail)
{
    assert(setup->bins <= TRIAL_BINS_MOST && setup->vehicles > 0);
    struct trial *t = calloc(1, sizeof *t);
    if (!t) {
        return fail_set(fail, RESULT_MEMORY, "no memory for a trial");
    }
    *result = (struct trial_result){0};
    t->setup = setup;
    t->key = draw_key(setup->seed, DRAW_SAMPLE);
    t->start = (struct tai){INT64_C(700000000) * TIME_NS_PER_S};
    struct air_config config = {.technology = setup->radio.technology,
                                .intended_range_m = setup->bins * setup->bin_m,
                                .deadline_ms = 100,
                                .congestion = setup->congestion};
    struct air_setup air = {.config = &config,
                            .seed = setup->seed,
                            .agents_most = setup->vehicles,
                            .threads_most = 1,
                            .start = t->start,
                            .radio = &setup->radio};
    int rc = take_memory(t) ? air_new(&t->air, &air, fail)
                            : fail_set(fail, RESULT_MEMORY, "no memory for a trial");
    if (rc == 0) {
        place(t);
        int64_t end_ns = (int64_t)((setup->warm_s + setup->count_s) * 1e9);
        for (int64_t at = 10 * TIME_NS_PER_MS; rc == 0 && at <= end_ns;
             at += 10 * TIME_NS_PER_MS) {
            rc = tick(t, at, result, fail);
        }
        sum_up(t, result);
    }
    give_memory(t);
    free(t);
    return rc;
}

static double bin_share(const struct trial_bin *bin, enum cause cause)
{
    uint64_t count = cause == CAUSE_NONE ? bin->delivered : bin->lost[cause];
    return (double)count / (double)bin->expected;
}

double trial_at(const struct trial_setup *setup, const struct trial_result *result,
                double distance_m, enum cause cause)
{
    double at = distance_m / setup->bin_m - 0.5; /* in bins, from the middle of the first */
    int below = at < 0 ? -1 : (int)at;
    int above = below + 1;
    while (below >= 0 && (below >= setup->bins || result->bins[below].expected == 0)) {
        below--;
    }
    while (above < setup->bins && result->bins[above].expected == 0) {
        above++;
    }
    if (below < 0 && above >= setup->bins) {
        return -1;
    }
    if (below < 0 || above >= setup->bins) {
        return bin_share(&result->bins[below < 0 ? above : below], cause);
    }
    double low = bin_share(&result->bins[below], cause);
    double high = bin_share(&result->bins[above], cause);
    return low + (high - low) * (at - below) / (above - below);
}
