/* SPDX-License-Identifier: Apache-2.0 */
/* Traffic out of SUMO itself: starts `sumo` on a .sumocfg and reads its floating car data
 * from a pipe.
 *
 *   sumo_open -> sumo_traffic: what scenario_load draws from -> sumo_close
 *
 * Belongs to the set-up of a run, before the loop turns: reading waits for SUMO. The
 * program is looked for on PATH. If it is not there, or says an error, that is bad input
 * and the fail has its words; a run that is given up takes SUMO down with it. */
#pragma once

#include <stdint.h>

#include "base/result.h"
#include "scenarios/scenario.h"

struct sumo;

/* seed NULL: what the configuration says. */
MUST_USE int sumo_open(struct sumo **sumo, const char *config, const uint64_t *seed,
                       struct fail *fail);
struct scenario_traffic sumo_traffic(struct sumo *sumo);
void sumo_close(struct sumo *sumo);

/* scenario_load, through SUMO if the file is a configuration of it. */
MUST_USE int sumo_load(const char *path, const struct scenario_options *options,
                       struct scenario **scenario, struct scenario_problems *problems,
                       struct fail *fail);
