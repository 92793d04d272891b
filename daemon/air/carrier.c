/* SPDX-License-Identifier: Apache-2.0 */
/* Radios in the air. In: emissions. Out: rows. The medium access runs alone, in order of
 * time; frames that are final are shared out over the threads, each into its own rows. */
#include "air/carrier.h"

#include <stdlib.h>
#include <string.h>

#include "air/csma.h"
#include "air/inside.h"
#include "air/sps.h"
#include "air/steering.h"
#include "air/verdict.h"

#define CARRIER_BATCH 1024 /* frames decided at once */

/* A message from its offer until all its rows are out. */
struct pending {
    struct emission emission;
    struct message message;
    uint32_t ticket;
    uint32_t next_free;
};

struct carrier {
    struct link link;
    struct errors errors;
    uint64_t seed;
    enum congestion_control congestion;
    struct air *air;
    struct medium medium;
    struct csma *csma; /* or */
    struct sps *sps;
    struct steering *steering; /* NULL: none */
    struct verdict_law law;
    struct verdict_scratch *scratches; /* one per thread, two for copies */
    int scratch_count;
    struct pending *pendings;
    uint32_t pending_most, free_pending;
    size_t pending_count;
    struct csma_request *requests;
    size_t request_count, request_room, taken;
    uint32_t *through;
    size_t through_count;
    /* the batch at hand */
    struct reception *out;
    uint64_t batch[CARRIER_BATCH];
    size_t offsets[CARRIER_BATCH + 1], counts[CARRIER_BATCH];
    size_t batch_count;
};

int carrier_new(struct carrier **out, const struct air_setup *setup, double *reach_m,
                struct fail *fail)
{
    struct radio radio;
    int rc = radio_of_config(setup->config, setup->radio, &radio, fail);
    if (rc != 0) {
        return rc;
    }
    struct carrier *c = calloc(1, sizeof *c);
    if (!c) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the radio");
    }
    *out = c;
    c->seed = setup->seed;
    c->congestion = setup->config->congestion;
    rc = link_init(&c->link, &radio, setup->seed, fail);
    errors_init(&c->errors, &radio);
    *reach_m = c->link.reach_m;
    return rc;
}

static int take_memory(struct carrier *c, struct air *air, struct fail *fail)
{
    uint32_t agents = air->agents_most > 0 ? air->agents_most : 1;
    c->pending_most = agents * 10 + 1024;
    c->request_room = c->pending_most;
    c->scratch_count = 2 * air->slot_count;
    c->pendings = calloc(c->pending_most, sizeof *c->pendings);
    c->requests = calloc(c->request_room, sizeof *c->requests);
    c->through = calloc(c->pending_most, sizeof *c->through);
    c->scratches = calloc((size_t)c->scratch_count, sizeof *c->scratches);
    if (!c->pendings || !c->requests || !c->through || !c->scratches) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %u messages", c->pending_most);
    }
    for (uint32_t i = 0; i < c->pending_most; i++) {
        c->pendings[i].next_free = i + 1 < c->pending_most ? i + 1 : UINT32_MAX;
    }
    int rc = 0;
    for (int i = 0; rc == 0 && i < c->scratch_count; i++) {
        rc = verdict_scratch_init(&c->scratches[i], agents, fail);
    }
    return rc;
}

int carrier_open(struct carrier *c, struct air *air, struct fail *fail)
{
    c->air = air;
    int rc = take_memory(c, air, fail);
    if (rc == 0) {
        struct medium_setup setup = {.link = &c->link,
                                     .near = air->nearby,
                                     .blockers = air->blockers,
                                     .walls = air->walls,
                                     .intended_m = air->intended_m,
                                     .agents_most = air->agents_most};
        rc = medium_init(&c->medium, &setup, fail);
    }
    if (rc == 0 && c->congestion != CONGESTION_OFF) {
        struct steering_setup setup = {.kind = c->congestion,
                                       .radio = &c->link.radio,
                                       .seed = c->seed,
                                       .agents_most = air->agents_most,
                                       .start = air->impair.start};
        rc = steering_new(&c->steering, &setup, fail);
    }
    bool csma = c->link.radio.access == RADIO_CSMA;
    if (rc == 0) {
        rc = csma ? csma_new(&c->csma, &c->medium, c->seed, fail)
                  : sps_new(&c->sps, &c->medium, c->seed, fail);
    }
    c->law = (struct verdict_law){.medium = &c->medium,
                                  .errors = &c->errors,
                                  .csma = csma,
                                  .slot_ns = (int64_t)(c->link.radio.slot_us * 1000)};
    return rc;
}

void carrier_free(struct carrier *c)
{
    if (!c) {
        return;
    }
    for (int i = 0; c->scratches && i < c->scratch_count; i++) {
        verdict_scratch_close(&c->scratches[i]);
    }
    csma_free(c->csma);
    sps_free(c->sps);
    steering_free(c->steering);
    medium_close(&c->medium);
    link_close(&c->link);
    free(c->scratches);
    free(c->pendings);
    free(c->requests);
    free(c->through);
    free(c);
}

void carrier_tick(struct carrier *c)
{
    c->through_count = 0;
    c->request_count = 0;
    c->taken = 0;
    medium_tick(&c->medium, &c->air->stations);
    if (c->steering) {
        steering_tick(c->steering, &c->air->stations, c->medium.cbr);
    }
}

static void ask(struct carrier *c, uint32_t index, const struct emission *e)
{
    struct pending *p = &c->pendings[index];
    p->emission = *e;
    p->emission.message = NULL;
    p->emission.octets = NULL;
    message_init(c->air, &p->emission, e->t_tx, &p->message);
    double octets = e->size + c->link.radio.size_overhead;
    double power_db = c->steering ? steering_power_db(c->steering, e->sender_idx) : 0;
    if (c->steering) {
        steering_sent(c->steering, e, octets);
    }
    c->requests[c->request_count++] =
        (struct csma_request){.sender = e->sender_idx,
                              .message = index,
                              .t_ns = e->t_tx.ns,
                              .x_m = p->message.row.x_m,
                              .y_m = p->message.row.y_m,
                              .antenna_m = p->message.antenna_m,
                              .t_tx = e->t_tx,
                              .psdu_octets = octets,
                              .power_db = power_db,
                              .key = p->message.impaired.message};
}

int carrier_offer(struct carrier *c, const struct emission *emissions, size_t count,
                  const uint32_t *tickets, struct fail *fail)
{
    for (size_t i = 0; i < count; i++) {
        const struct emission *e = &emissions[i];
        if (e->suppressed_by != SUPPRESSED_NONE) {
            continue;
        }
        uint32_t index = c->free_pending;
        if (index == UINT32_MAX) {
            return fail_set(fail, RESULT_MEMORY,
                            "more than %u messages wait for the medium", c->pending_most);
        }
        c->free_pending = c->pendings[index].next_free;
        c->pending_count++;
        c->pendings[index].ticket = tickets ? tickets[i] : (uint32_t)i;
        ask(c, index, e);
    }
    return 0;
}

/* The better of two copies, per receiver. */
static void join_copies(const struct carrier *c, uint64_t number,
                        struct verdict_scratch *last, struct verdict_scratch *scratch)
{
    const struct medium *m = &c->medium;
    const struct frame *f = medium_frame(m, number);
    for (uint64_t n = number; n > m->first; n--) {
        const struct frame *g = medium_frame(m, n - 1);
        if (g->message != f->message || g->key != f->key || g->sender != f->sender ||
            g->copy != 0) {
            continue;
        }
        verdict_frame(&c->law, n - 1, scratch);
        uint32_t at = 0;
        for (uint32_t row = 0; row < f->row_count; row++) {
            uint32_t agent = medium_hits(m, f)[last->hits[row]].agent;
            while (at < g->row_count &&
                   medium_hits(m, g)[scratch->hits[at]].agent < agent) {
                at++;
            }
            if (at < g->row_count && medium_hits(m, g)[scratch->hits[at]].agent == agent &&
                scratch->verdicts[at].cause == CAUSE_NONE) {
                last->verdicts[row] = scratch->verdicts[at];
            }
        }
        return;
    }
}

static size_t decide(struct carrier *c, int worker, uint64_t number,
                     struct air_ledger *ledger, struct reception *out)
{
    const struct frame *f = medium_frame(&c->medium, number);
    struct verdict_scratch *s = &c->scratches[2 * worker];
    const struct pending *p = &c->pendings[f->message];
    const struct hit *hits = medium_hits(&c->medium, f);
    size_t rows = 0;
    verdict_frame(&c->law, number, s);
    if (f->copy > 0) {
        join_copies(c, number, s, &c->scratches[2 * worker + 1]);
    }
    for (uint32_t i = 0; i < f->row_count; i++) {
        const struct hit *hit = &hits[s->hits[i]];
        struct reception *row = &out[rows];
        if (message_row(c->air, &p->message, hit->agent, (double)hit->distance_m,
                        &s->verdicts[i], row)) {
            row->emission = p->ticket;
            row->fate.copies = (uint8_t)(f->copy + 1);
            ledger_count(ledger, &row->fate);
            rows++;
        }
    }
    return rows;
}

static void decide_share(void *context, size_t first, size_t last)
{
    struct carrier *c = context;
    size_t shares = (size_t)c->air->slot_count;
    size_t total = c->offsets[c->batch_count];
    for (size_t i = 0; i < c->batch_count; i++) {
        size_t share = total > 0 ? c->offsets[i] * shares / total : 0;
        if (share >= shares || share < first || share >= last) {
            continue;
        }
        c->counts[i] = decide(c, (int)share, c->batch[i], &c->air->slots[share].ledger,
                              c->out + c->offsets[i]);
    }
}

/* The next frames that are final, as many as have room. */
static bool gather(struct carrier *c, int64_t now_ns, size_t room)
{
    struct medium *m = &c->medium;
    c->batch_count = 0;
    c->offsets[0] = 0;
    for (uint64_t n = m->undecided; n < m->last; n++) {
        const struct frame *f = medium_frame(m, n);
        if (f->decided || !f->last_copy || f->end_ns > now_ns) {
            continue;
        }
        size_t used = c->offsets[c->batch_count];
        if (c->batch_count == CARRIER_BATCH || f->row_count > room - used) {
            return false;
        }
        c->counts[c->batch_count] = 0;
        c->batch[c->batch_count++] = n;
        c->offsets[c->batch_count] = used + f->row_count;
    }
    return true;
}

static void finish_message(struct carrier *c, uint32_t index)
{
    c->through[c->through_count++] = c->pendings[index].ticket;
    c->pendings[index].next_free = c->free_pending;
    c->free_pending = index;
    c->pending_count--;
}

/* Rows move together; messages are through; frames stay only as interferers. */
static size_t close_batch(struct carrier *c)
{
    struct medium *m = &c->medium;
    size_t used = 0;
    for (size_t i = 0; i < c->batch_count; i++) {
        struct frame *f = medium_frame(m, c->batch[i]);
        if (used != c->offsets[i] && c->counts[i] > 0) {
            memmove(c->out + used, c->out + c->offsets[i], c->counts[i] * sizeof *c->out);
        }
        used += c->counts[i];
        f->decided = true;
        for (uint64_t n = c->batch[i]; f->copy > 0 && n > m->first; n--) {
            struct frame *g = medium_frame(m, n - 1);
            if (g->message == f->message && g->key == f->key && !g->last_copy) {
                g->decided = true;
                break;
            }
        }
        finish_message(c, f->message);
    }
    return used;
}

static bool run(struct carrier *c, int64_t t_ns)
{
    return c->csma ? csma_run(c->csma, c->requests, c->request_count, &c->taken, t_ns)
                   : sps_run(c->sps, c->requests, c->request_count, &c->taken, t_ns);
}

/* The medium is full and nothing on it is final: what is on the air is given up, so that
 * every message still gets its rows. First copies go without a row: the last one has it. */
static void give_up(struct carrier *c, int64_t now_ns)
{
    struct medium *m = &c->medium;
    for (uint64_t n = m->undecided; n < m->last; n++) {
        struct frame *f = medium_frame(m, n);
        f->given_up = true;
        f->end_ns = f->end_ns < now_ns ? f->end_ns : now_ns;
        f->decided = f->decided || !f->last_copy;
    }
}

size_t carrier_take(struct carrier *c, struct pool *pool, struct reception *out,
                    size_t room, bool *more)
{
    size_t used = 0;
    *more = true;
    while (*more) {
        bool arrived = run(c, c->air->stations.t.ns);
        int64_t now_ns = c->csma ? csma_now(c->csma) : sps_now(c->sps);
        bool all = gather(c, now_ns, room - used);
        size_t before = c->batch_count;
        c->out = out + used;
        if (pool && c->air->slot_count > 1) {
            pool_run(pool, (size_t)c->air->slot_count, decide_share, c);
        } else {
            decide_share(c, 0, (size_t)c->air->slot_count);
        }
        size_t rows = close_batch(c);
        if (c->steering) {
            steering_heard(c->steering, c->out, rows);
        }
        used += rows;
        medium_retire(&c->medium, now_ns);
        *more = !(arrived && all);
        if (before == 0 && !all) {
            break;
        }
        if (before == 0 && !arrived) {
            give_up(c, now_ns);
        }
    }
    return used;
}

const uint32_t *carrier_through(const struct carrier *c, size_t *count)
{
    *count = c->through_count;
    return c->through;
}

size_t carrier_waiting(const struct carrier *c)
{
    return c->pending_count;
}

const struct send_limit *carrier_limits(const struct carrier *c)
{
    return c->steering ? steering_limits(c->steering) : NULL;
}

double carrier_cbr(const struct carrier *c, uint32_t agent)
{
    return agent < c->medium.agents_most ? (double)c->medium.cbr[agent] : 0;
}
