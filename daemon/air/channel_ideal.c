/* SPDX-License-Identifier: Apache-2.0 */
/* Technology `ideal`: a range cut and nothing else, so that what a tier asks for is what
 * one gets. In: a pair. Out: received without delay, or out of range. */
#include <stdlib.h>

#include "air/air.h"
#include "air/channel.h"

struct ideal {
    double reach_m;
};

static int ideal_open(void **self, const struct air_setup *setup, struct fail *fail)
{
    struct ideal *ideal = calloc(1, sizeof *ideal);
    if (!ideal) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the channel");
    }
    ideal->reach_m = setup->reach_m > 0 ? setup->reach_m : setup->config->intended_range_m;
    *self = ideal;
    return 0;
}

static double ideal_reach_m(const void *self)
{
    const struct ideal *ideal = self;
    return ideal->reach_m;
}

static void ideal_judge(const void *self, const struct channel_pair *pair,
                        struct channel_verdict *verdict)
{
    const struct ideal *ideal = self;
    *verdict = (struct channel_verdict){
        .cause = pair->distance_m <= ideal->reach_m ? CAUSE_NONE : CAUSE_OUT_OF_RANGE,
        .blocker = FATE_U32_NULL};
}

const struct channel channel_ideal = {
    .technology = TECH_IDEAL,
    .open = ideal_open,
    .reach_m = ideal_reach_m,
    .judge = ideal_judge,
    .close = free,
};
