/* SPDX-License-Identifier: Apache-2.0 */
/* The world as a source of ticks. In: a scenario. Out: truth, emissions, signals; percepts
 * go back. */
#include "scenarios/world.h"

#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "scenarios/ground.h"
#include "scenarios/map.h"
#include "scenarios/motion.h"
#include "scenarios/senders.h"

struct world {
    const struct scenario *scenario;
    struct arena arena;
    struct agent *agents;
    struct sensor_spec (*sensors)[SENSORS_PER_EGO_MOST];
    uint32_t *sensor_counts;
    struct signal_state *signals;
    struct motion motion;
    struct senders *senders;
    struct ground_map *ground;
    struct tai start, t;
    int64_t ticks_left, ticks;
    char id[33];
};

static double antenna_height(const struct scenario_agent *a)
{
    static const double phone_m[] = {1.0, 1.2, 0.9, 0.8}; /* none, hand, pocket, bag */
    return kinds_is_vru(a->kind) ? phone_m[a->phone] : a->height_m;
}

static void add_agents(struct world *w)
{
    for (uint32_t i = 0; i < w->scenario->agent_count; i++) {
        const struct scenario_agent *a = &w->scenario->agents[i];
        w->agents[i] = (struct agent){
            .id = a->id,
            .kind = a->kind,
            .length_m = a->length_m,
            .width_m = a->width_m,
            .height_m = a->height_m,
            .mass_kg = a->mass_kg,
            .ego = a->ego,
            .receives = senders_equipped(w->senders, i),
            .responsive = a->behaviour == BEHAVE_RESPONSIVE,
            .technologies = a->radios,
            .antenna_height_m = antenna_height(a),
        };
    }
}

static void add_sensors(struct world *w)
{
    static const struct sensor_spec suite[] = {
        {.name = "camera",
         .modality = MODALITY_CAMERA,
         .rate_hz = 30,
         .range_m = 120,
         .fov_deg = 90,
         .mount_z_m = 1.4,
         .latency_ms = 60},
        {.name = "lidar",
         .modality = MODALITY_LIDAR,
         .rate_hz = 10,
         .range_m = 120,
         .fov_deg = 360,
         .mount_z_m = 1.9,
         .latency_ms = 80},
        {.name = "radar",
         .modality = MODALITY_RADAR,
         .rate_hz = 20,
         .range_m = 180,
         .fov_deg = 60,
         .mount_z_m = 0.6,
         .latency_ms = 50},
    };
    for (uint32_t i = 0; i < w->scenario->agent_count; i++) {
        const struct scenario_agent *a = &w->scenario->agents[i];
        uint32_t n = a->sensor_count;
        for (uint32_t j = 0; j < n; j++) {
            w->sensors[i][j] = w->scenario->sensors[a->sensors[j]];
        }
        if (n == 0 && a->ego) {
            n = sizeof suite / sizeof suite[0];
            memcpy(w->sensors[i], suite, sizeof suite);
            w->sensors[i][0].mount_x_m = 0.1 * a->length_m;
            w->sensors[i][2].mount_x_m = 0.5 * a->length_m;
        }
        w->sensor_counts[i] = n;
    }
}

static double seconds(int64_t span_ns)
{
    return (double)span_ns / 1e9;
}

static void set_signals(struct world *w)
{
    int64_t now = w->motion.t_ns;
    for (uint32_t i = 0; i < w->scenario->signal_count; i++) {
        struct plan_state plan = plan_at(&w->motion.plans, i, w->motion.t_ns);
        w->signals[i] = (struct signal_state){.id = w->scenario->signals[i].id,
                                              .signal_group = w->scenario->signals[i].group,
                                              .phase = plan.phase,
                                              .min_end_s = seconds(plan.end_ns - now),
                                              .max_end_s = seconds(plan.latest_ns - now)};
    }
}

static int fill(struct world *w, uint64_t seed, struct fail *fail)
{
    const struct scenario *s = w->scenario;
    size_t n = s->agent_count;
    w->start = tai_from_utc(s->start);
    w->t = w->start;
    w->ticks = (int64_t)fm_floor(s->duration_s * 1e9 / (double)WORLD_TICK_NS + 0.5);
    w->ticks_left = w->ticks;
    w->agents = arena_take(&w->arena, n * sizeof *w->agents);
    w->sensors = arena_take(&w->arena, n * sizeof *w->sensors);
    w->sensor_counts = arena_take(&w->arena, n * sizeof *w->sensor_counts);
    w->signals = arena_take(&w->arena, (s->signal_count + 1) * sizeof *w->signals);
    if (!w->agents || !w->sensors || !w->sensor_counts || !w->signals) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %zu agents", n);
    }
    int result = motion_init(&w->motion, s, &w->arena, fail);
    if (result == 0) {
        result = ground_new(&w->ground, s->map, &w->arena, fail);
    }
    if (result == 0) {
        result = senders_new(&w->senders, s, seed, w->start, &w->arena, fail);
    }
    if (result != 0) {
        return result;
    }
    add_agents(w);
    add_sensors(w);
    set_signals(w);
    scenario_world_id(s, seed, w->id);
    return 0;
}

int world_new(const struct scenario *scenario, uint64_t seed, struct world **world,
              struct fail *fail)
{
    struct world *w = calloc(1, sizeof *w);
    *world = NULL;
    if (!w) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the world");
    }
    w->scenario = scenario;
    w->arena.limit = (size_t)4 << 30;
    int result = fill(w, seed, fail);
    if (result != 0) {
        world_free(w);
        return fail_wrap(fail, "%s", scenario->file);
    }
    *world = w;
    return 0;
}

static int tick(void *self, struct source_tick *tick, struct fail *fail)
{
    struct world *w = self;
    (void)fail;
    if (w->ticks_left == 0) {
        return 0;
    }
    w->ticks_left--;
    w->t.ns += WORLD_TICK_NS;
    motion_step(&w->motion);
    set_signals(w);
    *tick = (struct source_tick){.t = w->t,
                                 .truth = w->motion.now,
                                 .agents = w->agents,
                                 .agent_count = w->scenario->agent_count,
                                 .signals = w->signals,
                                 .signal_count = w->scenario->signal_count};
    tick->emissions = senders_tick(w->senders, &w->motion, w->t, &tick->emission_count);
    return 1;
}

static void percept(void *self, const struct percept *percepts, size_t count)
{
    struct world *w = self;
    for (size_t i = 0; i < count; i++) {
        motion_percept(&w->motion, &percepts[i]);
    }
}

static struct ground ground(void *self, uint32_t agent)
{
    const struct world *w = self;
    return ground_of(w->ground, &w->motion, agent);
}

static void limit(void *self, const struct send_limit *limits)
{
    struct world *w = self;
    senders_limit(w->senders, limits);
}

static int rewind_world(void *self, struct fail *fail)
{
    struct world *w = self;
    (void)fail;
    w->ticks_left = w->ticks;
    motion_rewind(&w->motion);
    return 0;
}

struct source world_source(struct world *world)
{
    return (struct source){.self = world,
                           .tick = tick,
                           .percept = percept,
                           .ground = ground,
                           .limit = limit,
                           .rewind = rewind_world};
}

void world_free(struct world *world)
{
    if (world) {
        arena_close(&world->arena);
        free(world);
    }
}

const struct agent *world_agents(const struct world *world, size_t *count)
{
    *count = world->scenario->agent_count;
    return world->agents;
}

struct geo_origin world_origin(const struct world *world)
{
    return world->scenario->origin;
}

struct tai world_start(const struct world *world)
{
    return world->start;
}

struct span world_duration(const struct world *world)
{
    return (struct span){world->ticks * WORLD_TICK_NS};
}

const struct walls *world_walls(const struct world *world)
{
    return &world->scenario->walls;
}

const struct sensor_spec *world_sensors(const struct world *world, uint32_t agent,
                                        uint32_t *count)
{
    *count = world->sensor_counts[agent];
    return world->sensors[agent];
}

const char *world_id(const struct world *world)
{
    return world->id;
}

void world_geojson(const struct world *world, struct bytes *json)
{
    const struct scenario *s = world->scenario;
    map_geojson(s->map, &s->origin, &s->walls, s->signals, json);
}

const struct state *world_truth_now(const struct world *world)
{
    return world->motion.now;
}
