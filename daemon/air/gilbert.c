/* SPDX-License-Identifier: Apache-2.0 */
/* Gilbert-Elliott without memory. In: a link and the number of a message. Out: whether the
 * link is bad then, and since when. */
#include "air/gilbert.h"

#include "base/draw.h"
#include "base/fmath.h"

static uint64_t threshold(double probability)
{
    return (uint64_t)(probability * 0x1p53 + 0.5);
}

struct gilbert gilbert_init(double p, double r, uint64_t seed)
{
    struct gilbert g = {.state_key = draw_key(seed, DRAW_AIR_STATE),
                        .value_key = draw_key(seed, DRAW_AIR_STATE_VALUE),
                        .active = p > 0,
                        .flips = p + r > 1};
    if (!g.active) {
        return g;
    }
    double keep = fm_abs(1 - p - r);
    g.forget = threshold(1 - keep);
    g.bad_stationary = threshold(p / (p + r));
    /* Keeping: both rows of the step matrix give p / (p + r). Changing: P(good -> bad) =
     * keep + (1 - keep) b = p solves to b = (1 - r) / (2 - p - r). */
    g.bad = g.flips && keep < 1 ? threshold((1 - r) / (2 - p - r)) : g.bad_stationary;
    return g;
}

/* The last step <= n at which the link forgot. */
static uint32_t last_forgetting(const struct gilbert *g, uint64_t link, uint32_t n)
{
    while (n % GILBERT_EPOCH != 0 && draw_bits(g->state_key, link, n) >> 11 >= g->forget) {
        n--;
    }
    return n;
}

static bool value_at(const struct gilbert *g, uint64_t link, uint32_t forgetting)
{
    uint64_t bad = forgetting % GILBERT_EPOCH == 0 ? g->bad_stationary : g->bad;
    return draw_bits(g->value_key, link, forgetting) >> 11 < bad;
}

bool gilbert_is_bad(const struct gilbert *g, uint64_t link, uint32_t n)
{
    if (!g->active) {
        return false;
    }
    uint32_t forgetting = last_forgetting(g, link, n);
    bool changed = g->flips && ((n - forgetting) & 1) != 0;
    return value_at(g, link, forgetting) != changed;
}

uint32_t gilbert_run_start(const struct gilbert *g, uint64_t link, uint32_t n)
{
    uint32_t least = n > GILBERT_PLACE_MOST ? n - GILBERT_PLACE_MOST : 0;
    uint32_t start = n;
    for (;;) {
        /* Between two forgettings a keeping chain does not change: jump to the earlier. */
        start = g->flips ? start : last_forgetting(g, link, start);
        if (start <= least) {
            return least;
        }
        if (!gilbert_is_bad(g, link, start - 1)) {
            return start;
        }
        start--;
    }
}
