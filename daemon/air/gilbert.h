/* SPDX-License-Identifier: Apache-2.0 */
/* Loss in bursts: the two-state chain of Gilbert and Elliott, all lost in the bad state,
 * one chain per link, stepped once per message that the sender transmits.
 *
 * The state at step n is a pure function of (seed, link, n): no chain is stored. A step of
 * a two-state chain with p = P(good -> bad), r = P(bad -> good) is the same in law as: with
 * probability 1 - |1 - p - r| forget and draw anew, else keep the state (p + r <= 1) or
 * change it (p + r > 1). So the state is the value at the last forgetting, found by looking
 * back 1 / (1 - |1 - p - r|) steps on average. Step 0 and every GILBERT_EPOCH-th forget in
 * any case and draw from the stationary law, which bounds the look back and leaves every
 * marginal exact. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define GILBERT_EPOCH      4096u
#define GILBERT_PLACE_MOST UINT16_MAX /* a burst is followed back this far */

struct gilbert {
    uint64_t state_key, value_key;
    uint64_t forget, bad, bad_stationary; /* probabilities in units of 2^-53 */
    bool active, flips;
};

/* 0 <= p, r <= 1; p = 0: never bad (r is not looked at); else r > 0. */
struct gilbert gilbert_init(double p, double r, uint64_t seed);

/* Is the link (draw_pair of sender and receiver) bad at message n of its sender? */
bool gilbert_is_bad(const struct gilbert *g, uint64_t link, uint32_t n);

/* The step at which the bad run that holds n began; n itself must be bad. */
uint32_t gilbert_run_start(const struct gilbert *g, uint64_t link, uint32_t n);
