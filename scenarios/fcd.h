/* SPDX-License-Identifier: Apache-2.0 */
/* Traffic of SUMO: floating car data (FCD XML) as agents with recorded trajectories.
 *
 * In: octets of the file as they come, in any pieces. Out: a list of agents, as a scenario
 * would write them. Positions become the middle of the box (SUMO gives the front), the
 * first time step becomes second 0. Memory is bounded by FCD_ROWS_MOST and the number of
 * agents; a document type, and with it every entity, is refused. Fuzz target: fuzz_fcd. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/result.h"
#include "scenarios/yaml.h"

#define FCD_ROWS_MOST 1000000 /* vehicles and persons times time steps */

struct fcd;

MUST_USE int fcd_new(struct fcd **fcd, struct arena *arena, const char *file,
                     struct fail *fail);
/* RESULT_USAGE with "file:line:column: error: ..." if it is no FCD; `last` with the end. */
MUST_USE int fcd_feed(struct fcd *fcd, const void *octets, size_t size, bool last,
                      struct fail *fail);
/* A list of agents; the nodes live in the arena. Who was there for one step only is left
 * out. */
struct yaml_node *fcd_agents(struct fcd *fcd);
double fcd_begin_s(const struct fcd *fcd); /* time of the first step, as SUMO has it */
double fcd_duration_s(const struct fcd *fcd);
void fcd_free(struct fcd *fcd);
