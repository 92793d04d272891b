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

#include "air/channel.h"
#include "air/check.h"
#include "air/impair.h"
#include "air/nearby.h"
#include "air/row.h"
#include "base/draw.h"

#define AIR_BATCH        1024 /* messages counted at once when threads share them */
#define AIR_MESSAGE_BITS UINT64_C(0xFFFFFFFFFF) /* type and k of a msg_uid */

/* What one thread works with. */
struct slot {
    struct nearby_scratch *scratch;
    struct walls walls;   /* those near the message at hand */
    uint32_t *wall_names; /* their indexes in setup.walls */
    struct air_ledger ledger;
};

struct air {
    struct impair impair;
    struct row_run run;
    struct row_clock clock;
    const struct channel *channel;
    void *channel_self;
    double intended_m, range_m; /* range: within it a pair can be intended or received */
    const struct walls *walls;
    uint32_t agents_most;
    int slot_count;
    struct slot *slots;
    struct nearby *nearby;
    struct outage_span *outages; /* by agent; begins at the tick before */
    struct air_stations stations;
    struct tai settled; /* no emission of the present tick is before */
    struct air_ledger ledger;
    /* The batch at hand, when threads share it. */
    const struct air_work *work;
    struct reception *out;
    size_t batch_first, batch_count;
    size_t counts[AIR_BATCH], offsets[AIR_BATCH + 1];
};

int air_check(const struct air_config *config, struct fail *fail)
{
    return check_config(config, fail);
}

static int slot_init(struct slot *slot, const struct air_setup *setup, struct fail *fail)
{
    int rc = nearby_scratch_new(&slot->scratch, setup->agents_most, fail);
    if (rc == 0 && setup->walls && setup->walls->count > 0) {
        slot->walls.all = calloc(setup->walls->count, sizeof *slot->walls.all);
        slot->wall_names = calloc(setup->walls->count, sizeof *slot->wall_names);
        if (!slot->walls.all || !slot->wall_names) {
            rc = fail_set(fail, RESULT_MEMORY, "no memory for %u walls",
                          setup->walls->count);
        }
    }
    return rc;
}

static int take_memory(struct air *air, const struct air_setup *setup, struct fail *fail)
{
    size_t agents = setup->agents_most > 0 ? setup->agents_most : 1;
    air->outages = calloc(agents, sizeof *air->outages);
    air->slots = calloc((size_t)setup->threads_most, sizeof *air->slots);
    if (!air->outages || !air->slots) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %u stations",
                        setup->agents_most);
    }
    air->slot_count = setup->threads_most;
    int rc = nearby_new(&air->nearby, setup->agents_most, air->range_m, fail);
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
    air->channel = channel_of(setup->config->technology);
    rc = air->channel->open(&air->channel_self, setup, fail);
    if (rc != 0) {
        air_free(air);
        return rc;
    }
    double reach_m = air->channel->reach_m(air->channel_self);
    air->intended_m = setup->config->intended_range_m;
    air->range_m = reach_m > air->intended_m ? reach_m : air->intended_m;
    air->walls = setup->walls;
    air->agents_most = setup->agents_most;
    air->clock = row_clock_at(setup->start);
    air->settled = setup->start;
    air->run = row_run_init(setup->config, setup->scenario_idx);
    impair_init(&air->impair, setup->config, setup->seed, setup->start);
    rc = take_memory(air, setup, fail);
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
        free(air->slots[i].walls.all);
        free(air->slots[i].wall_names);
    }
    nearby_free(air->nearby);
    if (air->channel_self) {
        air->channel->close(air->channel_self);
    }
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
    air->clock = row_clock_at(stations->t);
    nearby_place(air->nearby, stations);
}

size_t air_bound(const struct air *air, const struct air_work *work)
{
    size_t transmitted = 0;
    for (size_t i = work->first; i < work->last; i++) {
        transmitted += work->emissions[i].suppressed_by == SUPPRESSED_NONE;
    }
    return transmitted * nearby_count(air->nearby);
}

/* All that the receivers of one message share. */
struct message {
    const struct emission *emission;
    struct row_message row;
    struct impair_case impaired;
    uint64_t windows;
    double antenna_m;
};

static void message_init(const struct air *air, const struct emission *e, struct tai t,
                         struct message *m)
{
    m->emission = e;
    row_message_init(&m->row, e, &air->run, &air->clock);
    m->impaired = (struct impair_case){.message = e->msg_uid & AIR_MESSAGE_BITS,
                                       .sender = e->sender_idx,
                                       .tx_index = e->tx_index,
                                       .t_ns = scenario_ns(air, t)};
    m->windows = impair_open_windows(&air->impair, m->impaired.t_ns);
    m->antenna_m =
        e->sender_idx < air->stations.count ? air->stations.antenna_m[e->sender_idx] : 0;
}

static struct impair_case case_of(const struct message *m, uint32_t receiver, uint8_t kind)
{
    struct impair_case c = m->impaired;
    c.receiver = receiver;
    c.link = draw_pair(c.sender, receiver);
    c.class = impair_link_class(m->emission->sender_kind, kind);
    return c;
}

static void count_row(struct air_ledger *ledger, const struct fate *f)
{
    ledger->intended++;
    ledger->delivered += f->fate == FATE_DELIVERED;
    ledger->late += (f->flags & FATE_LATE) != 0;
    ledger->lost[f->cause] += f->fate == FATE_LOST;
}

static size_t find(const struct air *air, struct slot *slot, const struct emission *e,
                   const struct row_message *row, const struct nearby_hit **hits)
{
    return nearby_find(air->nearby, slot->scratch, row->x_m, row->y_m, e->t_tx,
                       e->sender_idx, hits);
}

/* The walls that can stand between this sender and anyone in range. */
static void near_walls(const struct air *air, struct slot *slot, const struct message *m)
{
    slot->walls.count = 0;
    for (uint32_t i = 0; air->walls && i < air->walls->count; i++) {
        const struct wall *wall = &air->walls->all[i];
        if (wall->x_max_m >= m->row.x_m - air->range_m &&
            wall->x_min_m <= m->row.x_m + air->range_m &&
            wall->y_max_m >= m->row.y_m - air->range_m &&
            wall->y_min_m <= m->row.y_m + air->range_m) {
            slot->wall_names[slot->walls.count] = i;
            slot->walls.all[slot->walls.count++] = *wall;
        }
    }
}

static void look(const struct air *air, const struct slot *slot, const struct message *m,
                 const struct nearby_hit *hit, struct fate *f)
{
    const double a[3] = {m->row.x_m, m->row.y_m, m->antenna_m};
    const double b[3] = {hit->x_m, hit->y_m, air->stations.antenna_m[hit->agent]};
    int blocker = slot->walls.count > 0 ? walls_blocker(&slot->walls, a, b) : -1;
    f->los = LOS_CLEAR;
    if (blocker >= 0) {
        f->los = slot->walls.all[blocker].vehicle ? LOS_VEHICLE : LOS_BUILDING;
        f->blocker_idx = slot->wall_names[blocker];
    }
}

/* One pair. Returns false if it is not intended: lost, and out of the intended range. */
static bool decide_pair(const struct air *air, const struct message *m,
                        const struct nearby_hit *hit, struct reception *out)
{
    struct channel_verdict radio;
    struct channel_pair pair = {m->emission, hit->agent, hit->distance_m};
    air->channel->judge(air->channel_self, &pair, &radio);
    struct impair_case c = case_of(m, hit->agent, air->stations.kinds[hit->agent]);
    struct impair_verdict on_top = {.cause = radio.cause, .burst_id = FATE_U32_NULL};
    if (radio.cause == CAUSE_NONE) {
        on_top = impair_judge(&air->impair, &c, m->windows, &air->outages[hit->agent]);
    }
    bool within = hit->distance_m <= air->intended_m;
    if (on_top.cause != CAUSE_NONE) {
        if (!within) {
            return false;
        }
        row_lost(&m->row, hit->agent, (uint8_t)on_top.cause, out);
    } else {
        row_delivered(&m->row, hit->agent, m->emission->t_tx, radio.access_ns,
                      impair_latency_ns(&air->impair, &c, m->windows), out);
    }
    struct fate *f = &out->fate;
    f->distance_m = (float)hit->distance_m;
    f->rssi_dbm = radio.rssi_dbm;
    f->sinr_db = radio.sinr_db;
    f->cbr = radio.cbr;
    f->valid |= (uint16_t)(FATE_HAS_DISTANCE | radio.valid);
    f->flags |= within ? FATE_WITHIN_RANGE : 0;
    f->blocker_idx = radio.blocker;
    f->burst_id = on_top.burst_id;
    f->burst_pos = on_top.burst_pos;
    return true;
}

static size_t decide_hits(const struct air *air, struct slot *slot, const struct message *m,
                          size_t index, const struct nearby_hit *hits, size_t found,
                          struct reception *out)
{
    size_t rows = 0;
    if (air->walls) {
        near_walls(air, slot, m);
    }
    for (size_t i = 0; i < found; i++) {
        struct reception *row = &out[rows];
        if (decide_pair(air, m, &hits[i], row)) {
            row->emission = (uint32_t)index;
            if (air->walls) {
                look(air, slot, m, &hits[i], &row->fate);
            }
            count_row(&slot->ledger, &row->fate);
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
    bool alone = !pool || pool_threads(pool) == 1 || air->slot_count == 1;
    size_t used = alone ? decide_alone(air, work, out, room, done)
                        : decide_together(air, work, pool, out, room, done);
    gather_ledgers(air);
    return used;
}

void air_decide_heard(struct air *air, const struct emission *emission, uint32_t receiver,
                      const double *distance_m, struct reception *out)
{
    assert(receiver < air->agents_most);
    struct message m;
    message_init(air, emission, emission->t_heard, &m);
    uint8_t kind =
        receiver < air->stations.count ? air->stations.kinds[receiver] : KIND_UNKNOWN;
    struct impair_case c = case_of(&m, receiver, kind);
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
    count_row(&air->ledger, f);
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
