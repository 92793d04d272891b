/* SPDX-License-Identifier: Apache-2.0 */
/* Loss by four states, as Linux's sch_netem has it (`loss state p13 p31 p32 p23 p14`,
 * kernels after the comparison of 2013 was mended): 1 received in a gap, 2 received in a
 * burst, 3 lost in a burst, 4 lost alone. One chain per link, a step per message.
 *
 * No chain is stored. Each step is one keyed uniform that moves all four states; looking
 * back until all of them end in the same one gives the state of the stationary chain, the
 * same for whoever asks (coupling from the past, Propp and Wilson 1996). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct fourstate {
    uint64_t key;
    double p13, p31, p32, p23, p14;
};

/* Lost at message n of its sender? link: draw_pair of sender and receiver. p13 = 0 and p14
 * = 0: never. */
bool fourstate_loses(const struct fourstate *f, uint64_t link, uint32_t n);
