/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of air.impairments: the same keys mean the same in a scenario and in the
 * configuration of a replay. In: a checked YAML node. Out: an impairment. */
#pragma once

#include "model/air_config.h"
#include "scenarios/scenario.h"
#include "scenarios/yaml.h"

#define IMPAIRMENTS_AT "air.impairments[]"

/* All but the agent, which stays AGENT_NONE: who is meant by a name the caller knows. */
void impairments_read(const struct yaml_node *node, struct impairment *impairment,
                      struct scenario_problems *problems);
