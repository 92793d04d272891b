/* SPDX-License-Identifier: Apache-2.0 */
/* The world: where everybody is, what the lights show, who transmits what and when.
 *
 * In: a scenario and a seed. Out: a source (model/ports.h) that gives one tick of 10 ms at
 * a time: truth of all agents, emissions in (t - tick, t], signals. Truth does not depend
 * on the air: every tier and technology of one seed moves through the same world, unless an
 * agent with `behaviour: v2x_responsive` brakes for what it was told by percept().
 *
 * The agents' array, the walls and the sensors are known before the first tick and do not
 * change. What a tick points at lives until the next tick. After world_new nothing is
 * allocated. The scenario must outlive the world. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/geo.h"
#include "base/result.h"
#include "base/time.h"
#include "model/frame.h"
#include "model/ports.h"
#include "model/walls.h"
#include "scenarios/scenario.h"

struct world;

MUST_USE int world_new(const struct scenario *scenario, uint64_t seed, struct world **world,
                       struct fail *fail);
struct source world_source(struct world *world); /* self is the world */
void world_free(struct world *world);

/* In the order of scenario.agents: index = sender_idx = receiver_idx. */
const struct agent *world_agents(const struct world *world, size_t *count);
struct geo_origin world_origin(const struct world *world);
struct tai world_start(const struct world *world); /* the first tick ends 10 ms later */
struct span world_duration(const struct world *world);
const struct walls *world_walls(const struct world *world); /* buildings, parked vehicles */

/* Sensors of an agent: those it names; an ego that names none gets camera 30 Hz, LiDAR 10
 * Hz and radar 20 Hz; anybody else has none (count 0). */
const struct sensor_spec *world_sensors(const struct world *world, uint32_t agent,
                                        uint32_t *count);

/* 32 hex digits: everything but the air, with the seed. Lives as long as the world. */
const char *world_id(const struct world *world);

/* map.geojson: lanes, stop lines, crosswalks, sidewalks, buildings. */
void world_geojson(const struct world *world, struct bytes *json);

/* Where everybody stands at the scenario's very start (t = world_start). */
const struct state *world_truth_now(const struct world *world);
