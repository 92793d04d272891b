/* SPDX-License-Identifier: Apache-2.0 */
/* A checked tree made into a scenario: names become indexes, and what only makes sense
 * together is judged (unknown ids, double ids, two courses). Problems are told, never
 * fatal. */
#pragma once

#include "scenarios/scenario.h"
#include "scenarios/yaml.h"

void bind_scenario(struct scenario *scenario, const struct yaml_node *root,
                   struct scenario_problems *problems);

/* Signals and controllers; the map is made after them. */
void bind_signals(struct scenario *scenario, const struct yaml_node *root,
                  struct scenario_problems *problems);

/* Agents and infrastructure; called by bind_scenario once map and sensors are there. */
void bind_agents(struct scenario *scenario, const struct yaml_node *root,
                 struct scenario_problems *problems);

/* What infrastructure tells of; called once the agents are there. */
void bind_notices(struct scenario *scenario, const struct yaml_node *root,
                  struct scenario_problems *problems);
