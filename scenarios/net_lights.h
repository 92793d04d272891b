/* SPDX-License-Identifier: Apache-2.0 */
/* Traffic lights of a network: which links show the same, and what they show when. */
#pragma once

#include <stdbool.h>

#include "scenarios/names.h"
#include "scenarios/net_inner.h"
#include "scenarios/net_out.h"

struct net_lights;

/* RESULT_USAGE with file:line if a link asks for a light that is not there. */
MUST_USE int net_lights_new(struct net_lights **lights, const struct net *net,
                            struct names *ids, struct net_out *out, struct fail *fail);

/* The signal of a link, or NULL. */
const char *net_lights_signal(const struct net_lights *lights, const struct net_link *link);

/* Does the first ever have to look out for the second while both may go? Links of different
 * lights do. */
bool net_lights_give_way(const struct net_lights *lights, const struct net_link *link,
                         const struct net_link *other);

/* Puts `signals`, and `controllers` for programs that are actuated. */
void net_lights_put(struct net_lights *lights, struct yaml_node *map);
void net_lights_free(struct net_lights *lights);
