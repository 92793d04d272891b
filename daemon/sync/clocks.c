/* SPDX-License-Identifier: Apache-2.0 */
/* A bank of estimators. In: claims and arrivals. Out: offsets with bars, and faults. */
#include "sync/clocks.h"

#include <stdlib.h>

#include "base/fmath.h"

/* How near an offset must lie to a difference of time scales: their least distance is 1 s,
 * and the path's smallest delay is in it too. */
#define LEAP_NEAR_NS (TIME_NS_PER_S * 45 / 100)

/* A quartz is within 100 ppm; twice that and five sigmas is no quartz. */
#define DRIFT_LEAST_PPM 200.0
#define DRIFT_SIGMAS    5.0

#define NONE UINT32_MAX

struct source {
    uint32_t listener, sender;
    uint8_t msg_type;
    uint32_t next; /* in its bucket */
    int64_t modulus_ns;
    struct tai newest;
    struct rxtime newest_stamp;
    uint64_t messages;
    struct estimator estimator;
};

struct clocks {
    struct source *sources;
    struct estimator_point *points;
    uint32_t *buckets;
    uint32_t most, count, bucket_mask;
    uint64_t forgotten;
};

int clocks_new(struct clocks **out, uint32_t most, struct fail *fail)
{
    struct clocks *c = calloc(1, sizeof *c);
    uint32_t buckets = 16;
    while (buckets < most) {
        buckets *= 2;
    }
    if (c) {
        c->most = most;
        c->bucket_mask = buckets - 1;
        c->sources = calloc(most + 1u, sizeof *c->sources);
        c->points = calloc((size_t)most * CLOCKS_POINTS + 1, sizeof *c->points);
        c->buckets = malloc(buckets * sizeof *c->buckets);
    }
    if (!c || !c->sources || !c->points || !c->buckets) {
        clocks_free(c);
        return fail_set(fail, RESULT_MEMORY, "no memory to estimate %u clocks", most);
    }
    for (uint32_t i = 0; i < buckets; i++) {
        c->buckets[i] = NONE;
    }
    *out = c;
    return 0;
}

static uint32_t *bucket_of(const struct clocks *c, uint32_t listener, uint32_t sender,
                           uint8_t msg_type)
{
    uint64_t key = (uint64_t)listener << 40 ^ (uint64_t)sender << 8 ^ msg_type;
    key *= UINT64_C(0x9E3779B97F4A7C15);
    return &c->buckets[key >> 40 & c->bucket_mask];
}

static struct source *find(const struct clocks *c, uint32_t listener, uint32_t sender,
                           uint8_t msg_type)
{
    uint32_t at = *bucket_of(c, listener, sender, msg_type);
    while (at != NONE) {
        struct source *s = &c->sources[at];
        if (s->listener == listener && s->sender == sender && s->msg_type == msg_type) {
            return s;
        }
        at = s->next;
    }
    return NULL;
}

/* Takes the source that was silent longest out of its bucket. */
static uint32_t forget_one(struct clocks *c)
{
    uint32_t oldest = 0;
    for (uint32_t i = 1; i < c->count; i++) {
        oldest = tai_before(c->sources[i].newest, c->sources[oldest].newest) ? i : oldest;
    }
    const struct source *s = &c->sources[oldest];
    uint32_t *link = bucket_of(c, s->listener, s->sender, s->msg_type);
    while (*link != oldest) {
        link = &c->sources[*link].next;
    }
    *link = s->next;
    c->forgotten++;
    return oldest;
}

static struct source *add(struct clocks *c, const struct clocks_heard *h)
{
    if (c->most == 0) {
        return NULL;
    }
    uint32_t at = c->count < c->most ? c->count++ : forget_one(c);
    uint32_t *bucket = bucket_of(c, h->listener, h->sender, h->msg_type);
    struct source *s = &c->sources[at];
    *s = (struct source){.listener = h->listener,
                         .sender = h->sender,
                         .msg_type = h->msg_type,
                         .next = *bucket,
                         .modulus_ns = h->modulus_ns,
                         .newest_stamp = h->stamp};
    *bucket = at;
    estimator_init(&s->estimator, c->points + (size_t)at * CLOCKS_POINTS, CLOCKS_POINTS,
                   span_ns(0), span_ns(0));
    return s;
}

int clocks_leap(struct span offset, int64_t modulus_ns)
{
    static const int scales_s[] = {5, 18, 19, 37};
    int leap = 0;
    int64_t nearest = LEAP_NEAR_NS;
    for (int i = 0; i < 8; i++) {
        int s = i < 4 ? scales_s[i] : -scales_s[i - 4];
        int64_t off = offset.ns + s * TIME_NS_PER_S; /* ahead: claims come too late */
        if (modulus_ns > 0) {
            off %= modulus_ns;
            off += off < -modulus_ns / 2 ? modulus_ns : 0;
            off -= off > modulus_ns / 2 ? modulus_ns : 0;
        }
        off = off < 0 ? -off : off;
        if (off < nearest) {
            nearest = off;
            leap = s;
        }
    }
    return leap;
}

static struct span offset_of(const struct source *s, struct span *sigma)
{
    struct estimator_placed p = estimator_place(&s->estimator, s->newest_stamp);
    *sigma = p.sigma;
    return span_ns(p.t.ns - s->newest_stamp.ns);
}

static enum clocks_fault fault_of(const struct source *s, int *leap_s)
{
    const struct estimator *e = &s->estimator;
    struct span sigma;
    *leap_s = 0;
    if (e->state == ESTIMATOR_UNSYNC) {
        return e->steps > 0 ? CLOCKS_FAULT_STEP : CLOCKS_FAULT_UNKNOWN;
    }
    *leap_s = clocks_leap(offset_of(s, &sigma), s->modulus_ns);
    if (*leap_s != 0) {
        return CLOCKS_FAULT_LEAP;
    }
    double ppm = fm_abs(e->skew) * 1e6;
    if (ppm > DRIFT_LEAST_PPM && ppm > DRIFT_SIGMAS * e->sigma_skew * 1e6) {
        return CLOCKS_FAULT_DRIFT;
    }
    return e->steps > 0 ? CLOCKS_FAULT_STEP : CLOCKS_FAULT_NONE;
}

enum clocks_fault clocks_put(struct clocks *c, const struct clocks_heard *h)
{
    struct source *s = find(c, h->listener, h->sender, h->msg_type);
    s = s ? s : add(c, h);
    if (!s) {
        return CLOCKS_FAULT_UNKNOWN;
    }
    int64_t back_ns = rxtime_since(s->newest_stamp, h->stamp).ns;
    uint32_t steps = s->estimator.steps;
    estimator_put(&s->estimator, h->stamp, h->arrival);
    s->newest = h->arrival;
    s->messages++;
    if (back_ns <= 0 || s->estimator.steps != steps) { /* else a straggler */
        s->newest_stamp = h->stamp;
    }
    int leap_s;
    return fault_of(s, &leap_s);
}

static void estimate(const struct source *s, struct clocks_estimate *out)
{
    *out = (struct clocks_estimate){.listener = s->listener,
                                    .sender = s->sender,
                                    .msg_type = s->msg_type,
                                    .state = s->estimator.state,
                                    .messages = s->messages,
                                    .steps = s->estimator.steps,
                                    .backward = s->estimator.backward,
                                    .newest = s->newest,
                                    .known = s->estimator.state != ESTIMATOR_UNSYNC,
                                    .skew_ppm = s->estimator.skew * 1e6,
                                    .skew_sigma_ppm = s->estimator.sigma_skew * 1e6};
    if (out->known) {
        out->offset = offset_of(s, &out->sigma);
    }
    out->fault = fault_of(s, &out->leap_s);
}

bool clocks_of(const struct clocks *c, uint32_t listener, uint32_t sender, uint8_t msg_type,
               struct clocks_estimate *out)
{
    const struct source *s = find(c, listener, sender, msg_type);
    if (s) {
        estimate(s, out);
    }
    return s != NULL;
}

bool clocks_next(const struct clocks *c, struct tai since, size_t *place,
                 struct clocks_estimate *out)
{
    while (*place < c->count && !tai_before(since, c->sources[*place].newest)) {
        ++*place;
    }
    if (*place == c->count) {
        return false;
    }
    const struct source *s = &c->sources[(*place)++];
    estimate(s, out);
    (void)estimator_residuals(&s->estimator, out->residuals);
    return true;
}

uint64_t clocks_forgotten(const struct clocks *c)
{
    return c->forgotten;
}

size_t clocks_memory(const struct clocks *c)
{
    return sizeof *c + (c->most + 1u) * sizeof(struct source) +
           (size_t)c->most * CLOCKS_POINTS * sizeof(struct estimator_point) +
           (c->bucket_mask + (size_t)1) * sizeof(uint32_t);
}

void clocks_free(struct clocks *c)
{
    if (c) {
        free(c->sources);
        free(c->points);
        free(c->buckets);
    }
    free(c);
}
