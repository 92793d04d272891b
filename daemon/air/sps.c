/* SPDX-License-Identifier: Apache-2.0 */
/* Sidelink scheduling. In: requests in order of time. Out: frames in slots and sub-channels
 * on the medium. */
#include "air/sps.h"

#include <stdlib.h>
#include <string.h>

#include "air/air.h"
#include "base/draw.h"
#include "base/fmath.h"

#define SPS_PROCESSES   4
#define SPS_PAST        32   /* transmissions that a station is remembered by */
#define SPS_CALENDAR    4096 /* slots ahead */
#define SPS_PLACES_MOST 16384
#define SPS_SENSE_NS    INT64_C(1000000000)
#define SPS_COPY_MS     15
#define SPS_NONE        UINT32_MAX
/* Draws of a request's key. */
enum { SPS_PICK = 1, SPS_COUNT, SPS_KEEP, SPS_TIE, SPS_COPY };

struct process {
    int64_t next_slot, copy_apart;
    int counter;
    int16_t sub, subs, copy_sub;
    uint8_t type;
    bool valid, used;
};

struct past {
    int64_t slot;
    int16_t sub, subs;
    bool reserves;
};

struct talker {
    struct process processes[SPS_PROCESSES];
    struct past past[SPS_PAST];
    uint32_t past_count; /* endless */
    double power_db;     /* of its last message */
    int64_t sends_slot;
    int64_t mask_slot;
    uint32_t mask; /* sub-channels found busy in mask_slot */
};

struct plan {
    struct csma_request request;
    int16_t sub, subs;
    double blocks;
    uint8_t copy;
    bool last_copy;
    uint32_t next;
};

struct place {
    float rsrp_dbm; /* strongest reservation */
    float rssi_mw;
    uint32_t index;
};

struct sps {
    struct medium *medium;
    uint64_t key;
    int64_t slot_ns, rri_slots, window_slots, t1_ns, now_ns, slot;
    int subchannels, copies;
    double slot_ms;
    struct talker *talkers;
    struct plan *plans;
    uint32_t plans_most, free_plan;
    uint32_t calendar[SPS_CALENDAR], calendar_last[SPS_CALENDAR];
    struct place places[SPS_PLACES_MOST];
    struct nearby_scratch *scratch;
};

void sps_free(struct sps *s)
{
    if (s) {
        free(s->talkers);
        free(s->plans);
        nearby_scratch_free(s->scratch);
        free(s);
    }
}

int sps_new(struct sps **out, struct medium *medium, uint64_t seed, struct fail *fail)
{
    const struct radio *r = &medium->link->radio;
    struct sps *s = calloc(1, sizeof *s);
    size_t most = medium->agents_most > 0 ? medium->agents_most : 1;
    if (s) {
        s->plans_most = (uint32_t)most * 20 + 2048; /* two for each message that can wait */
        s->talkers = calloc(most, sizeof *s->talkers);
        s->plans = calloc(s->plans_most, sizeof *s->plans);
    }
    if (!s || !s->talkers || !s->plans) {
        sps_free(s);
        return fail_set(fail, RESULT_MEMORY, "no memory for the medium access");
    }
    for (uint32_t i = 0; i < s->plans_most; i++) {
        s->plans[i].next = i + 1 < s->plans_most ? i + 1 : SPS_NONE;
    }
    for (size_t i = 0; i < most; i++) {
        s->talkers[i].sends_slot = -1;
        s->talkers[i].mask_slot = -1;
    }
    memset(s->calendar, 0xFF, sizeof s->calendar);
    s->medium = medium;
    s->key = draw_key(seed, DRAW_AIR_MAC);
    s->slot_ns = (int64_t)(r->subframe_ms * 1e6);
    s->slot_ms = r->subframe_ms;
    s->rri_slots = (int64_t)(r->rri_ms / r->subframe_ms + 0.5);
    s->t1_ns = (int64_t)(r->t1_ms * 1e6);
    s->window_slots = (int64_t)((r->t2_ms - r->t1_ms) / r->subframe_ms) + 1;
    s->window_slots = s->window_slots > s->rri_slots ? s->rri_slots : s->window_slots;
    s->subchannels = (int)r->subchannels;
    s->copies = (int)r->copies;
    s->now_ns = INT64_MIN;
    s->slot = INT64_MIN;
    if (s->window_slots * s->subchannels > SPS_PLACES_MOST) {
        sps_free(s);
        return fail_set(fail, RESULT_USAGE, "t2_ms, subchannels: over %d resources",
                        SPS_PLACES_MOST);
    }
    int rc = nearby_scratch_new(&s->scratch, medium->agents_most, fail);
    if (rc != 0) {
        sps_free(s);
        return rc;
    }
    *out = s;
    return 0;
}

int64_t sps_now(const struct sps *s)
{
    return s->now_ns;
}

static uint64_t draw(const struct sps *s, const struct csma_request *r, uint64_t which)
{
    return draw_bits(s->key, (uint64_t)r->sender << 8 | which, r->key);
}

static int64_t whole(int64_t a, int64_t m)
{
    int64_t rest = a % m;
    return rest < 0 ? rest + m : rest;
}

static bool sent_in(const struct talker *t, int64_t slot)
{
    uint32_t count = t->past_count < SPS_PAST ? t->past_count : SPS_PAST;
    for (uint32_t i = 0; i < count; i++) {
        if (t->past[i].slot == slot) {
            return true;
        }
    }
    return false;
}

/* Every candidate start at (slot, sub) that overlaps sub-channels [sub, sub + subs). */
static void mark(struct sps *s, int64_t offset, const struct past *h, int subs, double dbm,
                 double mw)
{
    int positions = s->subchannels - subs + 1;
    int from = h->sub - subs + 1 > 0 ? h->sub - subs + 1 : 0;
    int to = h->sub + h->subs < positions ? h->sub + h->subs : positions;
    for (int sub = from; sub < to; sub++) {
        struct place *p = &s->places[offset * positions + sub];
        p->rsrp_dbm = dbm > (double)p->rsrp_dbm ? (float)dbm : p->rsrp_dbm;
        p->rssi_mw += (float)mw;
    }
}

/* What one neighbour was heard doing in the last second. */
static void sense(struct sps *s, const struct csma_request *r, int64_t earliest,
                  const struct nearby_hit *at, int subs)
{
    const struct medium *m = s->medium;
    const struct radio *radio = &m->link->radio;
    const double from[3] = {at->x_m, at->y_m, m->stations->antenna_m[at->agent]};
    const double to[2] = {r->x_m, r->y_m};
    const struct talker *me = &s->talkers[r->sender];
    const struct talker *t = &s->talkers[at->agent];
    uint32_t count = t->past_count < SPS_PAST ? t->past_count : SPS_PAST;
    struct link_ends ends = {.sender = at->agent,
                             .receiver = r->sender,
                             .distance_m = at->distance_m,
                             .power_db = t->power_db,
                             .way_m = (double)m->way_m[at->agent] + m->way_m[r->sender]};
    struct link_power power = {0};
    bool once = radio->shadow_m > 0;
    bool known = false;
    for (uint32_t i = 0; i < count; i++) {
        const struct past *h = &t->past[i];
        int64_t age = s->slot - h->slot;
        if (age <= 0 || age * s->slot_ns > SPS_SENSE_NS || sent_in(me, h->slot)) {
            continue;
        }
        if (!once || !known) {
            ends.message = (uint64_t)h->slot & 0xFFFFFFFF;
            medium_power(m, &ends, from, to, r->t_tx, &power);
            known = true;
        }
        int64_t offset = whole(h->slot - earliest, s->rri_slots);
        if (offset >= s->window_slots) {
            continue;
        }
        bool reserves =
            h->reserves && age <= s->rri_slots && (double)power.dbm >= radio->sensing_dbm;
        mark(s, offset, h, subs, reserves ? (double)power.dbm : -300,
             radio->ranked != 0 ? fast_linear(&m->link->fast, (double)power.dbm) : 0);
    }
}

static bool is_before(const struct place *a, const struct place *b)
{
    return a->rssi_mw != b->rssi_mw ? a->rssi_mw < b->rssi_mw : a->index < b->index;
}

/* Shell sort: in place, and the same on every machine. */
static void sort_places(struct place *places, int count)
{
    int gap = 1;
    while (gap < count / 3) {
        gap = 3 * gap + 1;
    }
    for (; gap > 0; gap /= 3) {
        for (int i = gap; i < count; i++) {
            struct place place = places[i];
            int j = i;
            for (; j >= gap && is_before(&place, &places[j - gap]); j -= gap) {
                places[j] = places[j - gap];
            }
            places[j] = place;
        }
    }
}

/* Keeps the candidates that are left in front; returns how many. */
static int narrow(struct sps *s, const struct csma_request *r, int total)
{
    const struct radio *radio = &s->medium->link->radio;
    int wanted = (int)(radio->candidate_share * total + 0.999);
    wanted = wanted < 1 ? 1 : wanted;
    double limit_dbm = radio->exclude_dbm;
    int left = 0;
    for (; limit_dbm < 200; limit_dbm += 3) {
        left = 0;
        for (int i = 0; i < total; i++) {
            left += (double)s->places[i].rsrp_dbm <= limit_dbm;
        }
        if (left >= wanted) {
            break;
        }
    }
    int kept = 0;
    for (int i = 0; i < total; i++) {
        if ((double)s->places[i].rsrp_dbm <= limit_dbm) {
            s->places[kept++] = s->places[i];
        }
    }
    if (radio->ranked == 0 || kept <= wanted) {
        return kept;
    }
    /* Equally free ones in random order: a little noise that decides nothing else. */
    for (int i = 0; i < kept; i++) {
        uint64_t bits = draw_mix(draw(s, r, SPS_TIE) + s->places[i].index);
        s->places[i].rssi_mw += (float)(1e-13 * draw_uniform(bits));
    }
    sort_places(s->places, kept);
    return wanted;
}

/* TS 36.321 5.14.1.1: messages until the next choice: 5 to 15 at an interval of 100 ms and
 * more, 10 to 30 at 50, 25 to 75 below. */
static int count_of(const struct sps *s, const struct csma_request *r)
{
    int64_t rri_ns = s->rri_slots * s->slot_ns;
    int least = rri_ns >= 100000000 ? 5 : rri_ns >= 50000000 ? 10 : 25;
    return least + (int)((draw(s, r, SPS_COUNT) >> 32) % (uint64_t)(2 * least + 1));
}

static void choose(struct sps *s, const struct csma_request *r, int64_t earliest,
                   struct process *p)
{
    int positions = s->subchannels - p->subs + 1;
    int total = (int)s->window_slots * positions;
    for (int i = 0; i < total; i++) {
        s->places[i] = (struct place){-300, 0, (uint32_t)i};
    }
    const struct nearby_hit *found;
    size_t count = nearby_find(s->medium->near, s->scratch, r->x_m, r->y_m, r->t_tx,
                               r->sender, &found);
    medium_gather(s->medium, r->x_m, r->y_m);
    for (size_t i = 0; i < count; i++) {
        sense(s, r, earliest, &found[i], p->subs);
    }
    const struct talker *me = &s->talkers[r->sender];
    uint32_t mine = me->past_count < SPS_PAST ? me->past_count : SPS_PAST;
    struct past all = {.sub = 0, .subs = (int16_t)s->subchannels};
    for (uint32_t i = 0; i < mine; i++) {
        int64_t offset = whole(me->past[i].slot - earliest, s->rri_slots);
        if ((s->slot - me->past[i].slot) * s->slot_ns <= SPS_SENSE_NS &&
            offset < s->window_slots) {
            mark(s, offset, &all, p->subs, 150, 0); /* not sensed: last resort */
        }
    }
    int left = narrow(s, r, total);
    uint32_t index =
        s->places[(draw(s, r, SPS_PICK) >> 32) % (uint64_t)(left > 0 ? left : 1)].index;
    p->next_slot = earliest + index / (uint32_t)positions;
    p->sub = (int16_t)(index % (uint32_t)positions);
    p->valid = true;
    p->counter = count_of(s, r);
    if (s->copies > 0) {
        uint64_t bits = draw(s, r, SPS_COPY);
        int64_t apart = (int64_t)(SPS_COPY_MS / s->slot_ms);
        p->copy_apart = 1 + (int64_t)((bits >> 32) % (uint64_t)apart);
        p->copy_sub = (int16_t)((bits >> 8) % (uint64_t)positions);
    }
}

static bool plan(struct sps *s, const struct plan *what, int64_t slot)
{
    uint32_t i = s->free_plan;
    if (i == SPS_NONE) {
        return false;
    }
    s->free_plan = s->plans[i].next;
    s->plans[i] = *what;
    s->plans[i].next = SPS_NONE;
    uint32_t day = (uint32_t)whole(slot, SPS_CALENDAR);
    if (s->calendar[day] == SPS_NONE) {
        s->calendar[day] = i;
    } else {
        s->plans[s->calendar_last[day]].next = i;
    }
    s->calendar_last[day] = i;
    return true;
}

static struct process *process_of(struct talker *t, uint8_t type)
{
    struct process *spare = &t->processes[0];
    for (int i = 0; i < SPS_PROCESSES; i++) {
        struct process *p = &t->processes[i];
        if (p->used && p->type == type) {
            return p;
        }
        spare = spare->used && !p->used ? p : spare;
    }
    if (spare->used) {
        spare = &t->processes[type % SPS_PROCESSES];
    }
    *spare = (struct process){.type = type, .used = true};
    return spare;
}

static void remember(struct talker *t, int64_t slot, int16_t sub, int16_t subs,
                     bool reserves)
{
    t->past[t->past_count++ % SPS_PAST] = (struct past){slot, sub, subs, reserves};
}

static void arrive(struct sps *s, const struct csma_request *r)
{
    const struct radio *radio = &s->medium->link->radio;
    struct talker *t = &s->talkers[r->sender];
    struct process *p = process_of(t, (uint8_t)(r->key >> 32));
    t->power_db = r->power_db;
    double blocks = radio_blocks(radio, r->psdu_octets);
    int subs = radio_subchannels(radio, blocks);
    double most = subs * radio->subchannel_rb;
    blocks = blocks > most ? most : blocks;
    int64_t earliest = (r->t_ns + s->t1_ns + s->slot_ns - 1) / s->slot_ns;
    if (p->valid && p->next_slot < earliest) {
        int64_t late = (earliest - p->next_slot + s->rri_slots - 1) / s->rri_slots;
        p->next_slot += late * s->rri_slots;
    }
    int64_t most_ahead = s->rri_slots > s->window_slots ? s->rri_slots : s->window_slots;
    if (!p->valid || p->subs != subs || p->next_slot - earliest > most_ahead) {
        p->subs = (int16_t)subs;
        choose(s, r, earliest, p);
    }
    int64_t slot = p->next_slot;
    p->counter--;
    p->next_slot += s->rri_slots;
    if (p->counter <= 0) {
        if (draw_uniform(draw(s, r, SPS_KEEP)) < radio->keep) {
            p->counter = count_of(s, r);
        } else {
            p->valid = false;
        }
    }
    struct plan first = {*r, p->sub, p->subs, blocks, 0, s->copies == 0, SPS_NONE};
    if (!plan(s, &first, slot)) {
        return;
    }
    remember(t, slot, p->sub, p->subs, p->valid);
    if (s->copies > 0) {
        struct plan copy = {*r, p->copy_sub, p->subs, blocks, 1, true, SPS_NONE};
        if (plan(s, &copy, slot + p->copy_apart)) {
            remember(t, slot + p->copy_apart, p->copy_sub, p->subs, p->valid);
        }
    }
}

static void note_busy(struct sps *s, uint32_t agent, const struct frame *f)
{
    struct talker *t = &s->talkers[agent];
    if (t->mask_slot != s->slot) {
        t->mask_slot = s->slot;
        t->mask = 0;
    }
    for (int i = f->first_sub; i < f->first_sub + f->sub_count; i++) {
        if ((t->mask >> i & 1) == 0) {
            t->mask |= 1u << i;
            medium_busy(s->medium, agent, s->slot_ms / s->subchannels);
        }
    }
}

static void put(struct sps *s, const struct plan *p)
{
    const struct link *link = s->medium->link;
    double share_db = 10 * fm_log10(p->blocks / link->radio.channel_rb);
    double shift_db = link->radio.fixed_density != 0 ? share_db : 0;
    struct frame frame = {.start_ns = s->slot * s->slot_ns,
                          .end_ns = (s->slot + 1) * s->slot_ns,
                          .t_tx = p->request.t_tx,
                          .key = p->request.key,
                          .message = p->request.message,
                          .sender = p->request.sender,
                          .power_db = p->request.power_db,
                          .copy = p->copy,
                          .last_copy = p->last_copy,
                          .first_sub = p->sub,
                          .sub_count = p->subs,
                          .noise_dbm = link->noise_dbm + share_db,
                          .power_shift_db = shift_db,
                          .bits = 8 * p->request.psdu_octets};
    struct frame *f =
        medium_put(s->medium, &frame, p->request.x_m, p->request.y_m, p->request.antenna_m);
    s->talkers[f->sender].sends_slot = s->slot;
    note_busy(s, f->sender, f);
    double least_dbm = link->radio.cbr_dbm + 10 * fm_log10(f->sub_count) - shift_db;
    const struct hit *hits = medium_hits(s->medium, f);
    for (uint32_t i = 0; i < f->hit_count; i++) {
        if ((double)hits[i].power.dbm > least_dbm) {
            note_busy(s, hits[i].agent, f);
        }
    }
}

/* The slot's transmissions; who sends hears nobody. */
static void run_slot(struct sps *s)
{
    uint32_t day = (uint32_t)whole(s->slot, SPS_CALENDAR);
    uint64_t first = s->medium->last;
    uint32_t i = s->calendar[day];
    s->calendar[day] = SPS_NONE;
    while (i != SPS_NONE) {
        put(s, &s->plans[i]);
        uint32_t next = s->plans[i].next;
        s->plans[i].next = s->free_plan;
        s->free_plan = i;
        i = next;
    }
    for (uint64_t n = first; n < s->medium->last; n++) {
        const struct frame *f = medium_frame(s->medium, n);
        struct hit *hits = medium_hits(s->medium, f);
        for (uint32_t h = 0; h < f->hit_count; h++) {
            bool sends = s->talkers[hits[h].agent].sends_slot == s->slot;
            hits[h].flags |= sends ? HIT_SENDS : 0;
        }
    }
}

bool sps_run(struct sps *s, const struct csma_request *requests, size_t count,
             size_t *taken, int64_t t_ns)
{
    if (s->slot == INT64_MIN) {
        s->slot = (t_ns - 10 * TIME_NS_PER_MS) / s->slot_ns;
    }
    for (;;) {
        int64_t slot_at = s->slot * s->slot_ns;
        int64_t arrives = *taken < count ? requests[*taken].t_ns : INT64_MAX;
        int64_t next = arrives <= slot_at ? arrives : slot_at;
        if (next > t_ns) {
            s->now_ns = t_ns;
            return true;
        }
        s->now_ns = next > s->now_ns ? next : s->now_ns;
        if (arrives <= slot_at) {
            arrive(s, &requests[(*taken)++]);
        } else if (medium_has_room(s->medium)) {
            run_slot(s);
            s->slot++;
        } else {
            return false;
        }
    }
}
