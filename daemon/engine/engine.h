/* SPDX-License-Identifier: Apache-2.0 */
/* The engine: the only room that knows the order of the road.
 *
 * In: a source, what the air shall do, sensors, sinks. Out: records, handed to the sinks in
 * event order. It is pulled, a slice of scenario time at a time; whoever pulls decides the
 * pace, and neither slice size nor threads can change a byte, because the world advances in
 * ticks of 10 ms:
 *
 *   source.tick -> claims (encode and read back, or decode) -> air -> lost: final at once
 *     -> delivered: wait in the wheel until t_avail -> receiver -> final, known, percept
 *     -> sensors up to the tick -> synchronized views that are complete -> labels
 *     -> each 100 ms: agents, signals, scene -> sinks.tick
 *
 * One thread calls it; inside a tick the pool shares the air's work. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/geo.h"
#include "base/result.h"
#include "base/time.h"
#include "model/air_config.h"
#include "model/frame.h"
#include "model/ports.h"
#include "model/walls.h"

struct recorded;
struct engine;

#define ENGINE_SINKS_MOST 4
#define ENGINE_EGOS_MOST  64

struct engine_ego {
    uint32_t agent;
    const struct sensor_spec *specs; /* simulated sensors; none in replay */
    uint32_t spec_count;
};

struct engine_setup {
    struct source source;
    bool replay; /* no truth: fates are what is injected on top */
    const char *scenario_id, *world_id;
    uint64_t seed;
    struct geo_origin origin; /* lat, lon NaN-free; ignored if !origin_known */
    bool origin_known;        /* false: the first position that is heard */
    struct tai start;
    const struct agent *agents; /* known before the start (stations, in replay) */
    size_t agent_count;
    uint32_t agents_most;
    const struct engine_ego *egos;
    size_t ego_count;
    const struct walls *walls;        /* NULL: none */
    enum light light;                 /* for simulated sensors */
    const char *weather, *light_told; /* as the scenario tells; NULL: not told */
    struct air_config air;
    struct recorded *recorded; /* NULL: simulated sensors; bound to agents by the caller */
    const bool *receivers;     /* by agent index: recorded and published; NULL: all */
    size_t receiver_count;
    int threads;
    struct sink sinks[ENGINE_SINKS_MOST];
    size_t sink_count;
};

/* The ledger and the quality of a run, complete after the last slice. */
struct engine_totals {
    uint64_t opportunities, transmitted;
    uint64_t suppressed[SUPPRESSED_COUNT];
    uint64_t intended, delivered, late;
    uint64_t lost[CAUSE_COUNT];
    uint64_t repeated;    /* replay: further records of a transmission, by other stations */
    uint64_t undecodable; /* messages whose content could not be read */
    uint64_t carried;     /* known types that are not decoded */
    uint64_t gaps, gap_messages;
    uint64_t frames, frames_missing, views, labels, scenes, encounters, ticks;
    uint64_t quality[4];      /* anchor views by syn.q: ok, degraded, fail, unverified */
    double sync_sigma_p95_ms; /* < 0: none */
    uint64_t octets_forgotten, knowledge_forgotten, flows_forgotten, clocks_forgotten,
        pairs_left_out;
    double achieved_latency_ms[3]; /* median, p95, p99 of injected latency; < 0: none */
    double achieved_loss;
};

/* Takes everything the run will need. The source, agents, walls, recorded and texts outlive
 * the engine. RESULT_USAGE for an impossible air, RESULT_MEMORY. */
MUST_USE int engine_new(struct engine **engine, const struct engine_setup *setup,
                        struct fail *fail);

/* Runs ticks until `until` is reached: 1 more, 0 the source has ended and everything is
 * final, negative: a sink or the source failed (what was handed over stands). */
int engine_slice(struct engine *engine, struct tai until, struct fail *fail);

/* Everything in flight becomes final now, as at the end of the source. Called by
 * engine_slice at the end; by whoever stops a run early. */
int engine_finish(struct engine *engine, struct fail *fail);

struct tai engine_now(const struct engine *engine); /* end of the last tick */
/* Silence that the source has left out so far: the pace does not wait for it. */
struct span engine_skipped(const struct engine *engine);
struct geo_origin engine_origin(const struct engine *engine);
bool engine_origin_known(const struct engine *engine);
const struct agent *engine_agents(const struct engine *engine, size_t *count);

/* Live command: another air from the next tick on. */
MUST_USE int engine_set_air(struct engine *engine, const struct air_config *air,
                            struct fail *fail);

/* Asserts that the ledger closes. */
struct engine_totals engine_totals(const struct engine *engine);
/* The same without quantiles and shares: cheap enough for each second of a run. */
struct engine_totals engine_counts(const struct engine *engine);

/* What the larger rooms took at the start, a line each. */
void engine_explain_memory(const struct engine *engine, struct bytes *out);
void engine_free(struct engine *engine);
