/* SPDX-License-Identifier: Apache-2.0 */
/* 802.11p medium access. In: requests in order of time. Out: frames on the medium, with
 * what each station in reach did while each began. */
#include "air/csma.h"

#include <stdlib.h>

#include "air/per.h"
#include "base/draw.h"

#define CSMA_NEVER INT64_MAX
/* Draws of a request's key, apart from those of its receivers. */
#define CSMA_BACKOFF 1u
#define CSMA_AFTER   2u
#define CSMA_OTHERS  3u

struct waiting {
    struct csma_request queue[CSMA_QUEUE_MOST];
    int count;
};

struct station {
    int64_t lock_start_ns, lock_end_ns; /* the frame it follows */
    uint64_t lock_frame;
    float lock_dbm;
    int64_t busy_end_ns;   /* of everything it finds busy */
    int64_t send_end_ns;   /* of its own frame */
    int64_t count_from_ns; /* waiting: slots count from here */
    int64_t slots;         /* waiting: left at count_from */
    int64_t after_ns;      /* the backoff after its last frame is over */
    bool waits, drawn;
};

struct csma {
    struct medium *medium;
    uint64_t key;
    enum per_rate rate;
    int64_t aifs_ns, slot_ns, detect_ns;
    uint64_t window;
    double mac_octets, sensing_dbm, carrier_dbm, capture_db, background;
    struct station *stations;
    struct waiting *queues;
    uint32_t *contenders; /* stations that wait */
    uint32_t contender_count;
    int64_t now_ns;
};

void csma_free(struct csma *c)
{
    if (c) {
        free(c->stations);
        free(c->queues);
        free(c->contenders);
        free(c);
    }
}

int csma_new(struct csma **out, struct medium *medium, uint64_t seed, struct fail *fail)
{
    const struct radio *r = &medium->link->radio;
    struct csma *c = calloc(1, sizeof *c);
    size_t most = medium->agents_most > 0 ? medium->agents_most : 1;
    if (c) {
        c->stations = calloc(most, sizeof *c->stations);
        c->queues = calloc(most, sizeof *c->queues);
        c->contenders = calloc(most, sizeof *c->contenders);
    }
    if (!c || !c->stations || !c->queues || !c->contenders) {
        csma_free(c);
        return fail_set(fail, RESULT_MEMORY, "no memory for the medium access");
    }
    for (size_t i = 0; i < most; i++) {
        c->stations[i] = (struct station){.lock_end_ns = INT64_MIN,
                                          .busy_end_ns = INT64_MIN / 2,
                                          .send_end_ns = INT64_MIN,
                                          .after_ns = INT64_MIN};
    }
    c->medium = medium;
    c->key = draw_key(seed, DRAW_AIR_MAC);
    c->rate = (enum per_rate)per_rate_find(r->rate_mbps);
    c->slot_ns = (int64_t)(r->slot_us * 1000);
    c->aifs_ns = (int64_t)((r->sifs_us + r->aifsn * r->slot_us) * 1000);
    c->detect_ns = (int64_t)(r->detect_us * 1000);
    c->window = (uint64_t)r->cw + 1;
    c->mac_octets = r->mac_octets;
    c->sensing_dbm = r->sensing_dbm;
    c->carrier_dbm = r->carrier_dbm < r->energy_dbm ? r->carrier_dbm : r->energy_dbm;
    c->capture_db = r->capture_db;
    c->background = r->background;
    c->now_ns = INT64_MIN;
    *out = c;
    return 0;
}

int64_t csma_now(const struct csma *c)
{
    return c->now_ns;
}

static int64_t slots_of(const struct csma *c, const struct csma_request *r, uint64_t which)
{
    uint64_t bits = draw_bits(c->key, (uint64_t)r->sender << 8 | which, r->key);
    return (int64_t)((bits >> 32) % c->window);
}

static int64_t candidate(const struct csma *c, const struct station *s)
{
    return s->count_from_ns + s->slots * c->slot_ns;
}

/* The station begins to wait for the first message of its queue. */
static void contend(struct csma *c, uint32_t agent, int64_t now)
{
    struct station *s = &c->stations[agent];
    const struct csma_request *r = &c->queues[agent].queue[0];
    int64_t idle = s->busy_end_ns > s->send_end_ns ? s->busy_end_ns : s->send_end_ns;
    s->waits = true;
    s->count_from_ns = idle + c->aifs_ns;
    s->drawn = now < idle;
    s->slots = s->drawn ? slots_of(c, r, CSMA_BACKOFF) : 0;
    /* Background load: someone not simulated holds the medium for a frame's time. */
    if (c->background > 0) {
        uint64_t bits = draw_bits(c->key, (uint64_t)agent << 8 | CSMA_OTHERS, r->key);
        if (draw_uniform(bits) < c->background) {
            s->count_from_ns = now + (int64_t)(bits % 400000) + c->aifs_ns;
            s->slots = slots_of(c, r, CSMA_BACKOFF);
            s->drawn = true;
        }
    }
    if (!s->drawn && s->after_ns > now) {
        s->slots = (s->after_ns - now + c->slot_ns - 1) / c->slot_ns;
    }
    if (s->count_from_ns < now && !s->drawn) {
        /* Idle for long: the next slot boundary on the grid of the last busy end. */
        int64_t passed = (now - s->count_from_ns) / c->slot_ns + 1;
        s->count_from_ns += passed * c->slot_ns;
    }
    c->contenders[c->contender_count++] = agent;
}

/* A waiting station finds the medium busy from t until its busy_end. */
static void freeze(struct csma *c, struct station *s, uint32_t agent, int64_t t)
{
    if (candidate(c, s) < t + c->detect_ns) {
        return; /* it begins before it can notice: a tie */
    }
    if (!s->drawn) {
        s->slots = slots_of(c, &c->queues[agent].queue[0], CSMA_BACKOFF);
        s->drawn = true;
    } else if (t > s->count_from_ns) {
        int64_t passed = (t - s->count_from_ns) / c->slot_ns;
        s->slots = s->slots > passed ? s->slots - passed : 0;
    }
    s->count_from_ns = s->busy_end_ns + c->aifs_ns;
}

static void hold_busy(struct csma *c, struct station *s, uint32_t agent, int64_t from,
                      int64_t to)
{
    if (to > s->busy_end_ns) {
        int64_t since = from > s->busy_end_ns ? from : s->busy_end_ns;
        medium_busy(c->medium, agent, (double)(to - since) * 1e-6);
        s->busy_end_ns = to;
    }
    if (s->waits) {
        freeze(c, s, agent, from);
    }
}

static void unlock(struct csma *c, struct station *s, uint32_t agent, uint8_t why)
{
    struct hit *hit =
        s->lock_frame >= c->medium->first
            ? medium_hit(c->medium, medium_frame(c->medium, s->lock_frame), agent)
            : NULL;
    if (hit) {
        hit->flags = (uint8_t)((hit->flags & ~HIT_LOCKED) | why);
    }
}

/* What one station does when a frame begins. */
static void notice(struct csma *c, const struct frame *f, uint64_t number, struct hit *hit)
{
    struct station *s = &c->stations[hit->agent];
    double dbm = hit->power.dbm;
    if (s->send_end_ns > f->start_ns) {
        hit->flags |= HIT_SENDS;
        if (dbm >= c->carrier_dbm && f->end_ns > s->busy_end_ns) {
            s->busy_end_ns = f->end_ns;
        }
        return;
    }
    if (s->lock_end_ns > f->start_ns) {
        bool tie = f->start_ns - s->lock_start_ns < c->detect_ns;
        double ahead_db = dbm - (double)s->lock_dbm;
        if (dbm >= c->sensing_dbm && ahead_db > (tie ? 0 : c->capture_db)) {
            unlock(c, s, hit->agent, (uint8_t)(HIT_BUSY | (tie ? HIT_TIED : 0)));
        } else {
            hit->flags |=
                (uint8_t)(HIT_BUSY |
                          (f->start_ns - s->lock_start_ns <= c->slot_ns ? HIT_TIED : 0));
            if (dbm >= c->carrier_dbm) {
                hold_busy(c, s, hit->agent, f->start_ns, f->end_ns);
            }
            return;
        }
    }
    if (dbm >= c->carrier_dbm || dbm >= c->sensing_dbm) {
        hold_busy(c, s, hit->agent, f->start_ns, f->end_ns);
    }
    if (dbm < c->sensing_dbm) {
        return;
    }
    hit->flags |= HIT_LOCKED;
    s->lock_start_ns = f->start_ns;
    s->lock_end_ns = f->end_ns;
    s->lock_frame = number;
    s->lock_dbm = hit->power.dbm;
}

/* Frames that this station could be receiving when it starts to send are lost to it. */
static void deafen(struct csma *c, uint32_t agent, int64_t t)
{
    struct medium *m = c->medium;
    for (uint64_t n = m->last; n > m->first; n--) {
        const struct frame *f = medium_frame(m, n - 1);
        if (t - f->start_ns > 10 * TIME_NS_PER_MS) {
            break;
        }
        if (f->end_ns > t && f->sender != agent && !f->given_up) {
            struct hit *hit = medium_hit(m, f, agent);
            if (hit) {
                hit->flags = (uint8_t)((hit->flags & ~HIT_LOCKED) | HIT_SENDS);
            }
        }
    }
}

static void drop_contender(struct csma *c, uint32_t place)
{
    c->stations[c->contenders[place]].waits = false;
    c->contenders[place] = c->contenders[--c->contender_count];
}

static struct frame frame_of(const struct csma *c, const struct csma_request *r, int64_t t)
{
    double psdu = r->psdu_octets + c->mac_octets;
    return (struct frame){.start_ns = t,
                          .end_ns = t + per_airtime_ns(c->rate, (uint32_t)psdu),
                          .t_tx = r->t_tx,
                          .key = r->key,
                          .message = r->message,
                          .sender = r->sender,
                          .power_db = r->power_db,
                          .last_copy = true,
                          .noise_dbm = c->medium->link->noise_dbm,
                          .bits = 16 + 8 * psdu + 6};
}

static void send(struct csma *c, uint32_t place, int64_t t)
{
    uint32_t agent = c->contenders[place];
    struct station *s = &c->stations[agent];
    struct waiting *w = &c->queues[agent];
    struct csma_request r = w->queue[0];
    drop_contender(c, place);
    w->count--;
    for (int i = 0; i < w->count; i++) {
        w->queue[i] = w->queue[i + 1];
    }
    struct frame frame = frame_of(c, &r, t);
    deafen(c, agent, t);
    s->lock_end_ns = t < s->lock_end_ns ? t : s->lock_end_ns;
    s->send_end_ns = frame.end_ns;
    hold_busy(c, s, agent, t, frame.end_ns);
    uint64_t number = c->medium->last;
    struct frame *f = medium_put(c->medium, &frame, r.x_m, r.y_m, r.antenna_m);
    struct hit *hits = medium_hits(c->medium, f);
    for (uint32_t i = 0; i < f->hit_count; i++) {
        notice(c, f, number, &hits[i]);
    }
    s->after_ns = frame.end_ns + c->aifs_ns + slots_of(c, &r, CSMA_AFTER) * c->slot_ns;
    if (w->count > 0) {
        contend(c, agent, t);
        s->slots = slots_of(c, &w->queue[0], CSMA_BACKOFF);
        s->drawn = true;
    }
}

/* The queue is full: its oldest message is given up, nobody hears it. */
static void give_up(struct csma *c, struct waiting *w)
{
    struct csma_request r = w->queue[1];
    for (int i = 1; i + 1 < w->count; i++) {
        w->queue[i] = w->queue[i + 1];
    }
    w->count--;
    struct frame frame = frame_of(c, &r, c->now_ns);
    frame.end_ns = frame.start_ns;
    frame.given_up = true;
    (void)medium_put(c->medium, &frame, r.x_m, r.y_m, r.antenna_m);
}

static void arrive(struct csma *c, const struct csma_request *r)
{
    struct waiting *w = &c->queues[r->sender];
    if (w->count == CSMA_QUEUE_MOST) {
        give_up(c, w);
    }
    w->queue[w->count++] = *r;
    if (!c->stations[r->sender].waits) {
        contend(c, r->sender, r->t_ns);
    }
}

static uint32_t first_contender(const struct csma *c, int64_t *t)
{
    uint32_t best = 0;
    *t = CSMA_NEVER;
    for (uint32_t i = 0; i < c->contender_count; i++) {
        int64_t at = candidate(c, &c->stations[c->contenders[i]]);
        if (at < *t || (at == *t && c->contenders[i] < c->contenders[best])) {
            *t = at;
            best = i;
        }
    }
    return best;
}

bool csma_run(struct csma *c, const struct csma_request *requests, size_t count,
              size_t *taken, int64_t t_ns)
{
    for (;;) {
        int64_t send_at;
        uint32_t place = first_contender(c, &send_at);
        int64_t arrives = *taken < count ? requests[*taken].t_ns : CSMA_NEVER;
        int64_t next = arrives <= send_at ? arrives : send_at;
        if (next > t_ns) {
            c->now_ns = t_ns;
            return true;
        }
        if (!medium_has_room(c->medium)) {
            return false;
        }
        c->now_ns = next > c->now_ns ? next : c->now_ns;
        if (arrives <= send_at) {
            arrive(c, &requests[(*taken)++]);
        } else {
            send(c, place, send_at);
        }
    }
}
