/* SPDX-License-Identifier: Apache-2.0 */
/* Roads of SUMO (.net.xml) as a map of ours, with the signals that rule it.
 *
 *   octets -> net.c: tables of lanes, connections, junctions, signal programs
 *          -> net_make.c: the mapping that a map file would hold, plus `signals` and
 *             `controllers` under it
 *
 * Lanes for vehicles become lanes, footways sidewalks, crossings crosswalks, walking areas
 * areas. A connection takes its way through the junction from SUMO's internal lanes, its
 * priorities from the junction's right of way. Links of one traffic light that always show
 * the same become one signal. Ids are SUMO's, with '_' for what an id may not hold.
 * Coordinates are the network's own. Memory is bounded by the numbers below; a document
 * type is refused. Fuzz target: fuzz_net. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/result.h"
#include "scenarios/yaml.h"

#define NET_LANES_MOST  60000 /* those inside junctions too */
#define NET_LINKS_MOST  60000
#define NET_PHASES_MOST 20000
#define NET_MEMORY_MOST ((size_t)128 << 20)

struct net;

/* `file` is borrowed. */
MUST_USE int net_new(struct net **net, const char *file, struct fail *fail);
/* RESULT_USAGE with "file:line:column: error: ..." if it is no network; `last` with the
 * end. */
MUST_USE int net_feed(struct net *net, const void *octets, size_t size, bool last,
                      struct fail *fail);
/* The map, in the arena. RESULT_USAGE with file:line if something in it does not fit
 * together. */
MUST_USE int net_map(const struct net *net, struct arena *arena, struct yaml_node **map,
                     struct fail *fail);
void net_free(struct net *net);
