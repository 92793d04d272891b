/* SPDX-License-Identifier: Apache-2.0 */
/* A foreign clock by the lower hull of its delays. In: pairs of stamp and arrival. Out: its
 * stamps on our time, with a bar. */
#include "sync/estimator.h"

#include <assert.h>

#include "base/fmath.h"

#define WINDOW_NS   (ESTIMATOR_WINDOW_S * TIME_NS_PER_S)
#define ACQUIRE_NS  (ESTIMATOR_ACQUIRE_S * TIME_NS_PER_S)
#define HOLDOVER_NS (ESTIMATOR_HOLDOVER_S * TIME_NS_PER_S)

/* A clock that stepped: so many points in a row under the line, or all far above it for so
 * long. */
#define STEP_POINTS   5
#define STEP_ABOVE_NS (50 * TIME_NS_PER_MS)
#define STEP_LONG_NS  (3 * TIME_NS_PER_S)

/* A full window is fitted anew at every tenth point, a young one at each. */
#define FIT_EVERY 10
#define FIT_YOUNG 50

/* The bar at its least: what a millisecond stamp and a minute of points leave. Measured
 * over 400 generated delays (4 ms path, exponential 15 ms queue, 5 % spikes, 30 ppm): sd
 * 0.04 ms, skew 3.4 ppm. */
#define SIGMA_LEAST_NS 5e4
#define SIGMA_SKEW     4e-6

void estimator_init(struct estimator *e, struct span path_min, struct span path_sigma)
{
    e->state = ESTIMATOR_UNSYNC;
    e->path_min = path_min;
    e->path_sigma = path_sigma;
    e->first = e->count = e->unfitted = 0;
    e->below = 0;
    e->is_above = false;
    e->steps = 0;
    e->offset_ns = e->skew = 0;
    e->sigma0_ns = e->sigma_skew = 0;
}

void estimator_init_fixed(struct estimator *e, struct span offset, struct span sigma)
{
    estimator_init(e, span_ns(0), span_ns(0));
    e->state = ESTIMATOR_FIXED;
    e->fixed_offset = offset;
    e->fixed_sigma = sigma;
}

static const struct estimator_point *point(const struct estimator *e, uint32_t i)
{
    return &e->ring[(e->first + i) % ESTIMATOR_POINTS_MOST];
}

/* Coordinates about the first point of the window: small enough for doubles. */
static double px(const struct estimator *e, uint32_t i)
{
    return (double)(point(e, i)->x_ns - point(e, 0)->x_ns);
}

static double py(const struct estimator *e, uint32_t i)
{
    return (double)(point(e, i)->y_ns - point(e, 0)->y_ns);
}

/* Lower hull (Andrew's chain, points are in order of x); returns its size. */
static uint32_t lower_hull(const struct estimator *e, uint32_t hull[ESTIMATOR_POINTS_MOST])
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < e->count; i++) {
        while (n >= 2) {
            uint32_t a = hull[n - 2];
            uint32_t b = hull[n - 1];
            double turn = (px(e, b) - px(e, a)) * (py(e, i) - py(e, a)) -
                          (py(e, b) - py(e, a)) * (px(e, i) - px(e, a));
            if (turn > 0) {
                break;
            }
            n--;
        }
        hull[n++] = i;
    }
    return n;
}

/* Mean height of the lowest tenth of the points over the line: how loosely the line lies on
 * them. */
static double looseness(const struct estimator *e, double y0, double skew, double x0)
{
    double sum = 0;
    double floor_ns = 0;
    uint32_t low = 0;
    for (uint32_t i = 0; i < e->count; i++) {
        sum += py(e, i) - (y0 + skew * (px(e, i) - x0));
    }
    double limit = 0.2 * sum / e->count;
    for (uint32_t i = 0; i < e->count; i++) {
        double over = py(e, i) - (y0 + skew * (px(e, i) - x0));
        if (over <= limit) {
            floor_ns += over;
            low++;
        }
    }
    return low > 0 ? floor_ns / low / fm_sqrt((double)low) : limit;
}

static void fit(struct estimator *e)
{
    uint32_t hull[ESTIMATOR_POINTS_MOST];
    uint32_t n = lower_hull(e, hull);
    double middle = 0.5 * px(e, e->count - 1);
    uint32_t k = 0;
    while (k + 2 < n && px(e, hull[k + 1]) < middle) {
        k++;
    }
    double xa = px(e, hull[k]);
    double ya = py(e, hull[k]);
    double skew = 0;
    if (n >= 2 && px(e, hull[k + 1]) > xa) {
        skew = (py(e, hull[k + 1]) - ya) / (px(e, hull[k + 1]) - xa);
    }
    int64_t span = point(e, e->count - 1)->x_ns - point(e, 0)->x_ns;
    e->skew = skew;
    e->anchor_x_ns = point(e, 0)->x_ns + (int64_t)middle;
    e->offset_ns =
        (double)point(e, 0)->y_ns + ya + skew * (middle - xa) - (double)e->path_min.ns;
    double loose = looseness(e, ya, skew, xa);
    double sigma = loose > SIGMA_LEAST_NS ? loose : SIGMA_LEAST_NS;
    e->sigma0_ns = fm_hypot(sigma, (double)e->path_sigma.ns);
    /* a shorter window tells the skew less well, with the power 3/2 of its length */
    double share = span < WINDOW_NS ? (double)WINDOW_NS / (double)(span + 1) : 1;
    e->sigma_skew = SIGMA_SKEW * share * fm_sqrt(share);
    e->state = span < ACQUIRE_NS ? ESTIMATOR_ACQUIRING : ESTIMATOR_LOCKED;
}

/* Does this point, with those before it, say that the clock stepped? */
static bool stepped(struct estimator *e, const struct estimator_point *p)
{
    if (e->state != ESTIMATOR_LOCKED && e->state != ESTIMATOR_ACQUIRING) {
        return false;
    }
    double at = (double)(p->x_ns - e->anchor_x_ns);
    double residual =
        (double)p->y_ns - (double)e->path_min.ns - e->offset_ns - e->skew * at;
    double bar = 3 * (e->sigma0_ns + e->sigma_skew * fm_abs(at));
    e->below = residual < -bar ? e->below + 1 : 0;
    if (residual < (double)STEP_ABOVE_NS + bar) {
        e->is_above = false;
    } else if (!e->is_above) {
        e->is_above = true;
        e->above_x_ns = p->x_ns;
    }
    return e->below >= STEP_POINTS ||
           (e->is_above && p->x_ns - e->above_x_ns >= STEP_LONG_NS);
}

void estimator_put(struct estimator *e, struct rxtime stamp, struct tai arrival)
{
    assert(e->state != ESTIMATOR_FIXED);
    struct estimator_point p = {stamp.ns, arrival.ns - stamp.ns};
    bool backward = e->count > 0 && stamp.ns <= point(e, e->count - 1)->x_ns;
    if (backward && point(e, e->count - 1)->x_ns - stamp.ns < TIME_NS_PER_S) {
        return; /* out of order or the same again: tells nothing new */
    }
    if (backward || stepped(e, &p)) {
        e->steps++;
        e->count = 0;
        e->below = 0;
        e->is_above = false;
    }
    while (e->count > 0 &&
           (e->count == ESTIMATOR_POINTS_MOST || p.x_ns - point(e, 0)->x_ns > WINDOW_NS)) {
        e->first = (e->first + 1) % ESTIMATOR_POINTS_MOST;
        e->count--;
    }
    e->ring[(e->first + e->count) % ESTIMATOR_POINTS_MOST] = p;
    e->count++;
    e->newest_x_ns = p.x_ns;
    e->unfitted++;
    if (e->count <= FIT_YOUNG || e->unfitted >= FIT_EVERY) {
        e->unfitted = 0;
        fit(e);
    }
}

struct estimator_placed estimator_place(const struct estimator *e, struct rxtime stamp)
{
    if (e->state == ESTIMATOR_UNSYNC) {
        return (struct estimator_placed){{stamp.ns}, {-1}, e->state};
    }
    if (e->state == ESTIMATOR_FIXED) {
        return (struct estimator_placed){
            {stamp.ns + e->fixed_offset.ns}, e->fixed_sigma, e->state};
    }
    double at = (double)(stamp.ns - e->anchor_x_ns);
    double sigma = fm_hypot(e->sigma0_ns, e->sigma_skew * at);
    struct estimator_placed placed = {
        .t = {stamp.ns + (int64_t)fm_round(e->offset_ns + e->skew * at)},
        .sigma = {(int64_t)fm_round(sigma)},
        .state = e->state,
    };
    if (stamp.ns - e->newest_x_ns > HOLDOVER_NS) {
        placed.state = ESTIMATOR_HOLDOVER;
    }
    return placed;
}
