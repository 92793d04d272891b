/* SPDX-License-Identifier: Apache-2.0 */
/* The table of technologies. In: which. Out: its functions. */
#include "air/channel.h"

/* What was captured was received: only tier and impairments act on it (air_decide_heard),
 * so it needs no radio of its own. */
static const struct channel *const channels[TECH_COUNT] = {
    [TECH_IDEAL] = &channel_ideal,
    [TECH_UU] = &channel_cell,
    [TECH_CAPTURED] = &channel_ideal,
};

const struct channel *channel_of(enum technology technology)
{
    return technology < TECH_COUNT ? channels[technology] : NULL;
}
