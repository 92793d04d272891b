/* SPDX-License-Identifier: Apache-2.0 */
/* A foreign clock by the lower hull of its delays. In: pairs of stamp and arrival. Out: its
 * stamps on our time, with a bar. */
#include "sync/estimator.h"

#include <assert.h>
#include <stdlib.h>

#include "base/fmath.h"

#define WINDOW_NS   (ESTIMATOR_WINDOW_S * TIME_NS_PER_S)
#define ACQUIRE_NS  (ESTIMATOR_ACQUIRE_S * TIME_NS_PER_S)
#define HOLDOVER_NS (ESTIMATOR_HOLDOVER_S * TIME_NS_PER_S)

/* A clock that stepped: so many points in a row under the line, or as many and for so long
 * far above it, and further than the path's own queueing goes. */
#define STEP_POINTS   5
#define STEP_ABOVE_NS (50 * TIME_NS_PER_MS)
#define STEP_MEANS    3
#define STEP_LONG_NS  (3 * TIME_NS_PER_S)

/* A full window is fitted anew at every tenth point, a young one at each. */
#define FIT_EVERY 10
#define FIT_YOUNG 50

/* The bar. With points at a density of `rho` per nanosecond just above the line, the line
 * lies 1 / rho too high or low, give or take: by so many times that at its anchor, and at
 * half a window from it. Measured on generated delays (exponential, uniform, half normal),
 * tests/unit/test_sync_universes.c. */
#define DENSITY_POINTS 12
#define SIGMA_ANCHOR   2.6
#define SIGMA_END      4.2
#define SIGMA_LEAST_NS 1e3

/* What is believed of a foreign clock before its skew is seen. A line that does not know it
 * better is laid flat. */
#define SKEW_PRIOR 50e-6
#define SKEW_MOST  2e-3 /* of a clock that is broken, but runs */

static void forget(struct estimator *e)
{
    e->first = e->count = e->unfitted = e->below = e->above = e->back = 0;
    e->state = ESTIMATOR_UNSYNC;
}

void estimator_init(struct estimator *e, struct estimator_point *ring, uint32_t room,
                    struct span path_min, struct span path_sigma)
{
    assert(room <= ESTIMATOR_POINTS_MOST && (room == 0 || room > ESTIMATOR_LEAST));
    *e = (struct estimator){
        .path_min = path_min, .path_sigma = path_sigma, .ring = ring, .room = room};
}

void estimator_init_fixed(struct estimator *e, struct span offset, struct span sigma)
{
    estimator_init(e, NULL, 0, span_ns(0), span_ns(0));
    e->state = ESTIMATOR_FIXED;
    e->fixed_offset = offset;
    e->fixed_sigma = sigma;
}

static const struct estimator_point *point(const struct estimator *e, uint32_t i)
{
    uint32_t at = e->first + i;
    return &e->ring[at < e->room ? at : at - e->room];
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

/* A line through (x, y) of the window's coordinates. */
struct line {
    double x, y, skew;
};

static double above(const struct estimator *e, const struct line *line, uint32_t i)
{
    return py(e, i) - line->y - line->skew * (px(e, i) - line->x);
}

/* 1 / rho of the points just above the line, in nanoseconds; the line's own are not
 * counted. */
static double spacing(const struct estimator *e, const struct line *line, uint32_t own)
{
    double low[DENSITY_POINTS + 2];
    uint32_t most = own + (e->count < 4 * DENSITY_POINTS ? e->count / 4 : DENSITY_POINTS);
    uint32_t n = 0;
    most = most > own + 1 ? most : own + 2;
    for (uint32_t i = 0; i < e->count; i++) {
        double r = above(e, line, i);
        if (n == most && r >= low[n - 1]) {
            continue;
        }
        uint32_t at = n < most ? n++ : n - 1;
        while (at > 0 && low[at - 1] > r) {
            low[at] = low[at - 1];
            at--;
        }
        low[at] = r;
    }
    return low[n - 1] / (n - own);
}

/* The segment of the hull over the middle of the window. */
static struct line hull_line(const struct estimator *e, double middle)
{
    uint32_t hull[ESTIMATOR_POINTS_MOST];
    uint32_t n = lower_hull(e, hull);
    uint32_t k = 0;
    while (k + 2 < n && px(e, hull[k + 1]) < middle) {
        k++;
    }
    struct line line = {px(e, hull[k]), py(e, hull[k]), 0};
    if (n >= 2 && px(e, hull[k + 1]) > line.x) {
        line.skew = (py(e, hull[k + 1]) - line.y) / (px(e, hull[k + 1]) - line.x);
    }
    line.y += line.skew * (middle - line.x);
    line.x = middle;
    return line;
}

/* Through the lowest point, level. */
static struct line flat_line(const struct estimator *e)
{
    uint32_t low = 0;
    for (uint32_t i = 1; i < e->count; i++) {
        low = py(e, i) < py(e, low) ? i : low;
    }
    return (struct line){px(e, low), py(e, low), 0};
}

static void fit(struct estimator *e)
{
    double span = px(e, e->count - 1);
    struct line line = hull_line(e, 0.5 * span);
    double gap = spacing(e, &line, 2);
    e->sigma_skew = SIGMA_END * gap / (0.5 * span + 1);
    if (e->sigma_skew > SKEW_PRIOR) {
        line = flat_line(e);
        gap = spacing(e, &line, 1);
        e->sigma_skew = SKEW_PRIOR;
    }
    double sigma =
        SIGMA_ANCHOR * gap > SIGMA_LEAST_NS ? SIGMA_ANCHOR * gap : SIGMA_LEAST_NS;
    double sum = 0;
    for (uint32_t i = 0; i < e->count; i++) {
        sum += above(e, &line, i);
    }
    e->mean_above_ns = sum / e->count;
    e->skew = line.skew;
    e->anchor_x_ns = point(e, 0)->x_ns + (int64_t)line.x;
    e->offset_ns = (double)point(e, 0)->y_ns + line.y - (double)e->path_min.ns;
    e->sigma0_ns = fm_hypot(sigma, (double)e->path_sigma.ns);
    e->state = span < (double)ACQUIRE_NS ? ESTIMATOR_ACQUIRING : ESTIMATOR_LOCKED;
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
    bar += e->skew == 0 ? SKEW_MOST * fm_abs(at) : 0; /* a drift not seen yet is no step */
    e->below = residual < -bar ? e->below + 1 : 0;
    if (residual < (double)STEP_ABOVE_NS + bar + STEP_MEANS * e->mean_above_ns) {
        e->above = 0;
    } else if (e->above++ == 0) {
        e->above_x_ns = p->x_ns;
    }
    return e->below >= STEP_POINTS ||
           (e->above >= STEP_POINTS && p->x_ns - e->above_x_ns >= STEP_LONG_NS);
}

void estimator_put(struct estimator *e, struct rxtime stamp, struct tai arrival)
{
    assert(e->state != ESTIMATOR_FIXED);
    struct estimator_point p = {stamp.ns, arrival.ns - stamp.ns};
    bool backward = e->count > 0 && stamp.ns <= point(e, e->count - 1)->x_ns;
    bool far = backward && point(e, e->count - 1)->x_ns - stamp.ns >= TIME_NS_PER_S;
    e->back = far ? e->back + 1 : 0;
    if (backward && e->back < STEP_POINTS) {
        return; /* a straggler, or the same again: tells nothing new */
    }
    if (backward || stepped(e, &p)) {
        e->steps++;
        e->backward += backward;
        forget(e);
    }
    while (e->count > 0 &&
           (e->count == e->room || p.x_ns - point(e, 0)->x_ns > WINDOW_NS)) {
        e->first = e->first + 1 < e->room ? e->first + 1 : 0;
        e->count--;
    }
    uint32_t at = e->first + e->count++;
    e->ring[at < e->room ? at : at - e->room] = p;
    e->newest_x_ns = p.x_ns;
    e->unfitted++;
    if (e->count >= ESTIMATOR_LEAST &&
        (e->count <= FIT_YOUNG || e->unfitted >= FIT_EVERY)) {
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

static int span_order(const void *a, const void *b)
{
    const struct span *x = a;
    const struct span *y = b;
    return (x->ns > y->ns) - (x->ns < y->ns);
}

bool estimator_residuals(const struct estimator *e, struct span out[4])
{
    static const double quantiles[4] = {0.5, 0.95, 0.99, 1};
    struct span all[ESTIMATOR_POINTS_MOST];
    if (e->state == ESTIMATOR_UNSYNC || e->state == ESTIMATOR_FIXED) {
        return false;
    }
    struct line line = {(double)(e->anchor_x_ns - point(e, 0)->x_ns),
                        e->offset_ns + (double)e->path_min.ns - (double)point(e, 0)->y_ns,
                        e->skew};
    for (uint32_t i = 0; i < e->count; i++) {
        all[i].ns = (int64_t)above(e, &line, i);
    }
    qsort(all, e->count, sizeof all[0], span_order);
    for (int q = 0; q < 4; q++) {
        out[q] = all[(uint32_t)(quantiles[q] * (e->count - 1) + 0.5)];
    }
    return true;
}
