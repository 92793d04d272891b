/* SPDX-License-Identifier: Apache-2.0 */
/* The decision: message by message, receiver by receiver. In: stations and emissions of a
 * tick. Out: receptions.
 *
 * With one thread: find who is near, judge, write, next message. With more: count who is
 * near (in parallel), sum up where each message's rows begin, then judge and write into
 * those places (in parallel), and close the holes of pairs that turned out not to be
 * intended. The rows are the same. */
#include "air/air.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "air/carrier.h"
#include "air/check.h"
#include "air/inside.h"

int air_check(const struct air_config *config, struct fail *fail)
{
    return check_config(config, fail);
}

static int slot_init(struct slot *slot, const struct air_setup *setup, struct fail *fail)
{
    int rc = nearby_scratch_new(&slot->scratch, setup->agents_most, fail);
    return rc != 0 ? rc : obstacle_near_init(&slot->near, setup->walls, fail);
}

static int take_memory(struct air *air, const struct air_setup *setup, struct fail *fail)
{
    size_t agents = setup->agents_most > 0 ? setup->agents_most : 1;
    air->outages = calloc(agents, sizeof *air->outages);
    air->areas = calloc(agents, sizeof *air->areas);
    air->slots = calloc((size_t)setup->threads_most, sizeof *air->slots);
    if (!air->outages || !air->areas || !air->slots) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %u stations",
                        setup->agents_most);
    }
    air->slot_count = setup->threads_most;
    int rc = nearby_new(&air->nearby, setup->agents_most, air->range_m, fail);
    rc = rc == 0 ? blockers_new(&air->blockers, setup->agents_most, fail) : rc;
    for (int i = 0; rc == 0 && i < air->slot_count; i++) {
        rc = slot_init(&air->slots[i], setup, fail);
    }
    if (rc == 0 && air->impair.outage.gap_mean_s > 0) {
        for (uint32_t i = 0; i < setup->agents_most; i++) {
            air->outages[i] = outage_first(&air->impair.outage, i);
        }
    }
    return rc;
}

int air_new(struct air **out, const struct air_setup *setup, struct fail *fail)
{
    assert(setup->threads_most >= 1);
    int rc = check_config(setup->config, fail);
    if (rc != 0) {
        return rc;
    }
    if (!(setup->reach_m >= 0 && setup->reach_m <= 1e5)) {
        return fail_set(fail, RESULT_USAGE, "air.reach_m = %g: metres are 0 to 100000",
                        setup->reach_m);
    }
    struct air *air = calloc(1, sizeof *air);
    if (!air) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the air");
    }
    double reach_m = 0;
    air->channel = channel_of(setup->config->technology);
    if (air->channel) {
        rc = air->channel->open(&air->channel_self, setup, fail);
        reach_m = rc == 0 ? air->channel->reach_m(air->channel_self) : 0;
    } else {
        rc = carrier_new(&air->carrier, setup, &reach_m, fail);
    }
    if (rc != 0) {
        air_free(air);
        return rc;
    }
    air->intended_m = setup->config->intended_range_m;
    air->range_m = reach_m > air->intended_m ? reach_m : air->intended_m;
    air->walls = setup->walls;
    air->agents_most = setup->agents_most;
    air->clock = row_clock_at(setup->start);
    air->settled = setup->start;
    air->run = row_run_init(setup->config, setup->scenario_idx);
    rc = impair_init(&air->impair, setup->config, setup->seed, setup->start, fail);
    rc = rc == 0 ? take_memory(air, setup, fail) : rc;
    if (rc == 0 && air->carrier) {
        rc = carrier_open(air->carrier, air, fail);
    }
    if (rc != 0) {
        air_free(air);
        return rc;
    }
    *out = air;
    return 0;
}

void air_free(struct air *air)
{
    if (!air) {
        return;
    }
    for (int i = 0; i < air->slot_count; i++) {
        nearby_scratch_free(air->slots[i].scratch);
        obstacle_near_close(&air->slots[i].near);
    }
    nearby_free(air->nearby);
    blockers_free(air->blockers);
    if (air->channel_self) {
        air->channel->close(air->channel_self);
    }
    carrier_free(air->carrier);
    impair_close(&air->impair);
    free(air->areas);
    free(air->slots);
    free(air->outages);
    free(air);
}

static int64_t scenario_ns(const struct air *air, struct tai t)
{
    return tai_since(t, air->impair.start).ns;
}

void air_tick(struct air *air, const struct air_stations *stations)
{
    if (air->impair.outage.gap_mean_s > 0) {
        for (uint32_t i = 0; i < stations->count; i++) {
            outage_seek(&air->impair.outage, i, &air->outages[i],
                        scenario_ns(air, air->settled));
        }
    }
    air->settled = stations->t;
    air->stations = *stations;
    air->offered = (struct air_work){0};
    air->tickets = NULL;
    air->clock = row_clock_at(stations->t);
    for (size_t i = 0; air->impair.has_areas && i < stations->count; i++) {
        air->areas[i] = impair_areas(&air->impair, stations->x_m[i], stations->y_m[i]);
    }
    nearby_place(air->nearby, stations);
    blockers_place(air->blockers, stations);
    if (air->carrier) {
        carrier_tick(air->carrier);
    } else if (air->channel->tick) {
        air->channel->tick(air->channel_self, stations);
    }
}

size_t air_bound(const struct air *air, const struct air_work *work)
{
    size_t transmitted = 0;
    for (size_t i = work->first; i < work->last; i++) {
        transmitted += work->emissions[i].suppressed_by == SUPPRESSED_NONE;
    }
    return transmitted * nearby_count(air->nearby);
}

static size_t find(const struct air *air, struct slot *slot, const struct emission *e,
                   const struct row_message *row, const struct nearby_hit **hits)
{
    return nearby_find(air->nearby, slot->scratch, row->x_m, row->y_m, e->t_tx,
                       e->sender_idx, hits);
}

/* What can be seen: `ideal` and `uu` lose nothing by it. */
static void look(const struct air *air, const struct slot *slot, const struct message *m,
                 const struct nearby_hit *hit, struct channel_verdict *radio)
{
    static const struct obstacle_law law = {9, 0.4, 5.9};
    struct obstacle_line line = {
        .a_m = {m->row.x_m, m->row.y_m, m->antenna_m},
        .b_m = {hit->x_m, hit->y_m, air->stations.antenna_m[hit->agent]},
        .length_m = hit->distance_m,
        .a = m->emission->sender_idx,
        .b = hit->agent,
        .back_s = span_s(tai_since(air->stations.t, m->emission->t_tx))};
    struct obstacle_found found;
    obstacle_clear(&found);
    obstacle_walls(&slot->near, &law, &line, &found);
    if (found.los != LOS_BUILDING) {
        blockers_find(air->blockers, &line, &found);
    }
    radio->los = found.los;
    radio->blocker = found.blocker;
}

static size_t decide_hits(const struct air *air, struct slot *slot, const struct message *m,
                          size_t index, const struct nearby_hit *hits, size_t found,
                          struct reception *out)
{
    size_t rows = 0;
    bool looks = air->walls || blockers_any(air->blockers);
    obstacle_gather(&slot->near, air->walls, m->row.x_m, m->row.y_m, air->range_m);
    for (size_t i = 0; i < found; i++) {
        struct reception *row = &out[rows];
        struct channel_verdict radio;
        struct channel_pair pair = {m->emission, hits[i].agent, hits[i].distance_m};
        air->channel->judge(air->channel_self, &pair, &radio);
        if (looks) {
            look(air, slot, m, &hits[i], &radio);
        }
        if (message_row(air, m, hits[i].agent, hits[i].distance_m, &radio, row)) {
            row->emission = (uint32_t)index;
            ledger_count(&slot->ledger, &row->fate);
            rows++;
        }
    }
    return rows;
}

static bool is_sent(const struct emission *e)
{
    assert(e->truth_known || e->suppressed_by != SUPPRESSED_NONE);
    return e->suppressed_by == SUPPRESSED_NONE;
}

/* One thread: straight through. */
static size_t decide_alone(struct air *air, const struct air_work *work,
                           struct reception *out, size_t room, size_t *done)
{
    struct slot *slot = &air->slots[0];
    size_t used = 0;
    size_t i = work->first;
    for (; i < work->last; i++) {
        const struct emission *e = &work->emissions[i];
        if (!is_sent(e)) {
            continue;
        }
        struct message m;
        const struct nearby_hit *hits;
        message_init(air, e, e->t_tx, &m);
        size_t found = find(air, slot, e, &m.row, &hits);
        if (found > room - used) {
            break;
        }
        used += decide_hits(air, slot, &m, i, hits, found, out + used);
    }
    *done = i;
    return used;
}

static void count_share(void *context, size_t first, size_t last)
{
    struct air *air = context;
    for (size_t s = first; s < last; s++) {
        size_t from = air->batch_count * s / (size_t)air->slot_count;
        size_t to = air->batch_count * (s + 1) / (size_t)air->slot_count;
        for (size_t i = from; i < to; i++) {
            const struct emission *e = &air->work->emissions[air->batch_first + i];
            air->counts[i] = 0;
            if (is_sent(e)) {
                struct row_message row;
                const struct nearby_hit *hits;
                row_message_init(&row, e, &air->run, &air->clock);
                air->counts[i] = find(air, &air->slots[s], e, &row, &hits);
            }
        }
    }
}

/* Each share takes the messages whose rows begin in its part of the output. */
static void fill_share(void *context, size_t first, size_t last)
{
    struct air *air = context;
    size_t total = air->offsets[air->batch_count];
    for (size_t i = 0; i < air->batch_count; i++) {
        size_t share = total > 0 ? air->offsets[i] * (size_t)air->slot_count / total : 0;
        if (share < first || share >= last || air->counts[i] == 0) {
            continue;
        }
        size_t index = air->batch_first + i;
        const struct emission *e = &air->work->emissions[index];
        struct message m;
        const struct nearby_hit *hits;
        message_init(air, e, e->t_tx, &m);
        size_t found = find(air, &air->slots[share], e, &m.row, &hits);
        assert(found == air->counts[i]);
        air->counts[i] = decide_hits(air, &air->slots[share], &m, index, hits, found,
                                     air->out + air->offsets[i]);
    }
}

/* Moves the rows together where pairs turned out not to be intended. */
static size_t close_holes(struct air *air)
{
    size_t used = 0;
    for (size_t i = 0; i < air->batch_count; i++) {
        if (used != air->offsets[i] && air->counts[i] > 0) {
            memmove(air->out + used, air->out + air->offsets[i],
                    air->counts[i] * sizeof *air->out);
        }
        used += air->counts[i];
    }
    return used;
}

static size_t decide_batch(struct air *air, struct pool *pool, size_t room)
{
    pool_run(pool, (size_t)air->slot_count, count_share, air);
    size_t sum = 0;
    size_t fits = 0;
    for (; fits < air->batch_count && air->counts[fits] <= room - sum; fits++) {
        air->offsets[fits] = sum;
        sum += air->counts[fits];
    }
    air->batch_count = fits;
    air->offsets[fits] = sum;
    pool_run(pool, (size_t)air->slot_count, fill_share, air);
    return close_holes(air);
}

static size_t decide_together(struct air *air, const struct air_work *work,
                              struct pool *pool, struct reception *out, size_t room,
                              size_t *done)
{
    size_t used = 0;
    size_t first = work->first;
    while (first < work->last) {
        size_t asked = work->last - first < AIR_BATCH ? work->last - first : AIR_BATCH;
        air->work = work;
        air->out = out + used;
        air->batch_first = first;
        air->batch_count = asked;
        used += decide_batch(air, pool, room - used);
        first += air->batch_count;
        if (air->batch_count < asked) {
            break;
        }
    }
    *done = first;
    return used;
}

static void gather_ledgers(struct air *air)
{
    for (int s = 0; s < air->slot_count; s++) {
        struct air_ledger *from = &air->slots[s].ledger;
        air->ledger.intended += from->intended;
        air->ledger.delivered += from->delivered;
        air->ledger.late += from->late;
        for (int c = 0; c < CAUSE_COUNT; c++) {
            air->ledger.lost[c] += from->lost[c];
        }
        *from = (struct air_ledger){0};
    }
}

size_t air_decide(struct air *air, const struct air_work *work, struct pool *pool,
                  struct reception *out, size_t room, size_t *done)
{
    assert(!air->carrier);
    bool alone = !pool || pool_threads(pool) == 1 || air->slot_count == 1;
    size_t used = alone ? decide_alone(air, work, out, room, done)
                        : decide_together(air, work, pool, out, room, done);
    gather_ledgers(air);
    return used;
}

int air_offer(struct air *air, const struct emission *emissions, size_t count,
              const uint32_t *tickets, struct fail *fail)
{
    if (air->carrier) {
        return carrier_offer(air->carrier, emissions, count, tickets, fail);
    }
    air->offered = (struct air_work){emissions, 0, count};
    air->tickets = tickets;
    return 0;
}

size_t air_take(struct air *air, struct pool *pool, struct reception *out, size_t room,
                bool *more)
{
    size_t rows;
    if (air->carrier) {
        rows = carrier_take(air->carrier, pool, out, room, more);
        gather_ledgers(air);
        return rows;
    }
    size_t done = air->offered.first;
    rows = air_decide(air, &air->offered, pool, out, room, &done);
    for (size_t i = 0; air->tickets && i < rows; i++) {
        out[i].emission = air->tickets[out[i].emission];
    }
    *more = done < air->offered.last;
    air->offered.first = done;
    return rows;
}

const uint32_t *air_through(const struct air *air, size_t *count)
{
    if (air->carrier) {
        return carrier_through(air->carrier, count);
    }
    *count =
        air->offered.first == air->offered.last && air->tickets ? air->offered.last : 0;
    return air->tickets;
}

size_t air_waiting(const struct air *air)
{
    return air->carrier ? carrier_waiting(air->carrier) : 0;
}

const struct send_limit *air_limits(const struct air *air)
{
    return air->carrier ? carrier_limits(air->carrier) : NULL;
}

double air_cbr(const struct air *air, uint32_t agent)
{
    return air->carrier ? carrier_cbr(air->carrier, agent) : 0;
}

void air_decide_heard(struct air *air, const struct emission *emission, uint32_t receiver,
                      const double *distance_m, struct reception *out)
{
    assert(receiver < air->agents_most);
    struct message m;
    message_init(air, emission, emission->t_heard, &m);
    uint8_t kind =
        receiver < air->stations.count ? air->stations.kinds[receiver] : KIND_UNKNOWN;
    struct impair_case c = message_case(&m, receiver, kind);
    if (air->impair.outage.gap_mean_s > 0) {
        outage_seek(&air->impair.outage, receiver, &air->outages[receiver], c.t_ns);
    }
    struct impair_verdict verdict =
        impair_judge(&air->impair, &c, m.windows, &air->outages[receiver]);
    if (verdict.cause != CAUSE_NONE) {
        row_lost(&m.row, receiver, (uint8_t)verdict.cause, out);
    } else {
        row_delivered(&m.row, receiver, emission->t_heard, 0,
                      impair_latency_ns(&air->impair, &c, m.windows), out);
    }
    struct fate *f = &out->fate;
    f->burst_id = verdict.burst_id;
    f->burst_pos = verdict.burst_pos;
    if (distance_m) {
        f->distance_m = (float)*distance_m;
        f->valid |= FATE_HAS_DISTANCE;
        f->flags |= *distance_m <= air->intended_m ? FATE_WITHIN_RANGE : 0;
        f->flags |= emission->truth_known ? 0 : FATE_DISTANCE_FROM_CLAIMS;
    }
    ledger_count(&air->ledger, f);
}

const struct air_ledger *air_ledger(const struct air *air)
{
    const struct air_ledger *ledger = &air->ledger;
    uint64_t lost = 0;
    for (int c = 0; c < CAUSE_COUNT; c++) {
        lost += ledger->lost[c];
    }
    assert(ledger->lost[CAUSE_NONE] == 0);
    assert(ledger->intended == ledger->delivered + lost);
    return ledger;
}
