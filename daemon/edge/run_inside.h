/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of a run share: run.c (threads), run_open.c (putting together), run_tell.c
 * (manifest, summary, status). Nobody else includes it. */
#pragma once

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "edge/control.h"
#include "edge/control_request.h"
#include "edge/http.h"
#include "edge/loop.h"
#include "edge/options.h"
#include "edge/pacer.h"
#include "edge/queue.h"
#include "edge/sink_dataset.h"
#include "edge/sink_live.h"
#include "edge/sink_stream.h"
#include "edge/stream.h"
#include "engine/engine.h"
#include "replay/source.h"
#include "scenarios/scenario.h"
#include "scenarios/world.h"
#include "scenarios/yaml.h"
#include "sensors/recorded.h"

#define RUN_SLICE_NS (20 * TIME_NS_PER_MS)
#define RUN_COUNT_NS (TIME_NS_PER_S / 4)
#define RUN_WHOLE_S  1e9 /* end of an impairment that has none */

/* Recorded sensor data, by what it is; the names of the keys in config.yaml. */
enum { RUN_SENSORS, RUN_OBJECTS, RUN_POSES, RUN_RECORDED_COUNT };
extern const char *const run_recorded_names[RUN_RECORDED_COUNT];

/* What to replay, from the command line or a configuration. */
struct replay_plan {
    char paths[REPLAY_INPUTS_MOST][1024];
    char stations[REPLAY_INPUTS_MOST][64];
    bool has_station[REPLAY_INPUTS_MOST];
    size_t count;
    const char *filter, *tier, *technology;
    bool has_profile; /* of a configuration, in place of a tier's name */
    const char *recorded[RUN_RECORDED_COUNT]; /* NULL: not given */
    const char *clock_maps[OPTIONS_LIST_MOST];
    size_t clock_map_count;
    const char *egos, *receivers; /* ID,... or all; NULL: default */
    double start_s, duration_s;
    uint32_t loops;
    uint64_t seed;
    bool restamp;
    struct utc restamp_at;
    struct air_config air;
    const char *impaired[AIR_IMPAIRMENTS_MOST]; /* agents of air.impairments; NULL: any */
};

/* A live command that a configuration carries, or that was given. */
enum run_command_kind { RUN_TIER, RUN_FAULT, RUN_AIR };
struct run_command {
    struct tai t;
    enum run_command_kind kind;
    const char *value;
    int line;
};

struct run {
    const struct options *options;
    struct arena arena;
    struct replay_plan plan;
    bool replaying;
    /* the world */
    struct scenario *scenario;
    struct world *world;
    struct replay *replay;
    struct recorded *recorded;
    struct air_config air;
    struct geo_origin origin; /* of a replay whose poses are given */
    bool origin_known;
    struct engine *engine;
    char scenario_id[64], world_id[40], epoch[40];
    uint64_t seed;
    struct tai start, end; /* end INT64_MAX: of the source */
    const struct agent *agents;
    size_t agent_count;
    struct engine_ego egos[ENGINE_EGOS_MOST];
    size_t ego_count;
    bool *receivers;
    /* where it goes */
    struct dataset *dataset;
    struct queue *queue;
    struct streamer *streamer;
    struct stream *stream;
    struct control *control;
    struct http *http;
    struct live *live;
    struct bytes map; /* map.geojson */
    struct loop *loop;
    struct pacer *pacer;
    char control_endpoint[256];
    /* between the threads */
    pthread_t thread;
    bool thread_started;
    atomic_bool stop, interrupted, finished;
    atomic_int tier_wanted;  /* -1: none */
    atomic_llong skipped_ns; /* silence left out so far: the pace stands so much earlier */
    atomic_bool reload, fault_wanted;
    char fault[CONTROL_TEXT_MOST + 1]; /* guarded by fault_wanted: set while it is false */
    int code;                          /* of the engine thread, after finished */
    /* the manifest so far: made by the engine's thread, which alone may read the engine */
    pthread_mutex_t facts_lock;
    pthread_mutex_t air_lock; /* air changes while others than the engine look at it */
    char *facts_text;         /* JSON; NULL: the engine's thread has not been started */
    atomic_bool facts_wanted;
    const char **names; /* ids of all agents so far (replay meets them); facts_lock */
    size_t name_count;
    atomic_bool names_grown;
    struct fail fail;
    bool stream_closed, control_closed, http_closed, closing;
    struct engine_totals counts; /* as of at most RUN_COUNT_NS ago; facts_lock */
    int64_t counted_ns;          /* stopwatch; the engine's thread */
    char dataset_sha256[65];
    double wall_s;
    json_t *inputs;               /* name, sha256, bytes of everything read */
    json_t *places;               /* name and path of the same, for run.json */
    json_t *timeline;             /* live commands so far */
    struct bytes config;          /* config.yaml without its timeline */
    struct run_command *commands; /* of the configuration, by time */
    size_t command_count, next_command;
};

/* run.c: the air as it is now, for other threads than the engine's. */
struct air_config run_air_now(struct run *run);

/* run_open.c */
int run_open(struct run *run, const struct options *options, struct fail *fail);
void run_close(struct run *run);

/* run.c, for run_control.c */
void run_ask_to_stop(struct run *run);
void run_control_closed(void *self);

/* run_http.c: --http. The count is kept by the engine's thread for /metrics. */
int run_http_open(struct run *run, struct fail *fail);
void run_http_tick(struct run *run);
void run_http_count(struct run *run);
void run_http_closed(void *self); /* run.c */

/* run_control.c: opens the control socket, if one is wanted. */
int run_control_open(struct run *run, struct fail *fail);

/* run_air.c */
void run_air_text(const struct run *run, const struct air_config *air, struct bytes *out);
int run_air_check(const struct options *options, struct fail *fail);
int run_air_shortcuts(const struct options *options, struct air_config *air,
                      struct fail *fail);
int run_air_fault(const struct run *run, const char *spec, double now_s,
                  struct air_config *air, struct fail *fail);
int run_air_command(const struct run *run, enum run_command_kind kind, const char *value,
                    double now_s, struct air_config *air, struct fail *fail);

/* run_replay.c */
void run_replay_config(struct run *run, struct bytes *yaml);
/* The plan: a configuration's word, then the command line's on top. */
int run_replay_plan(struct run *run, struct fail *fail);
/* The agents of its impairments, once stations are known. */
int run_replay_bind(struct run *run, const char *config, struct fail *fail);

/* run_config.c: what a scenario's configuration (under `run`) and a replay's (under
 * `replay`) say alike: sensor data, egos, receivers; and the timeline. */
int run_config_read(struct run *run, const char *config, const struct yaml_node *root,
                    const char *section, struct fail *fail);
void run_plan_options(struct run *run); /* the command line's on top */
int run_config_check(struct run *run, struct fail *fail);
void run_config_text(const struct run *run, struct bytes *yaml);
int run_config_write(struct run *run, struct fail *fail);

/* run_inputs.c */
int run_note_input(struct run *run, const char *path, const char *as, struct fail *fail);
/* The path of a file that config.yaml names; sha256 NULL or "": unknown. RESULT_USAGE. */
int run_find_input(const char *config, const char *name, const char *sha256, char *path,
                   size_t size, struct fail *fail);

/* run_open.c, for run_recorded.c */
uint32_t run_find_agent(const struct run *run, const char *id, size_t length);

/* run_recorded.c: --sensors, --objects, --poses, --clock-map. */
int run_recorded_open(struct run *run, struct fail *fail);

/* run_tell.c */
json_t *run_facts(struct run *run);    /* for the manifest: no wall clock */
json_t *run_volatile(struct run *run); /* for run.json */
json_t *run_summary(struct run *run);
void run_print_summary(json_t *summary);
void run_hello(struct run *run, struct bytes *payload);
void run_status(struct run *run, struct bytes *json);
double run_scenario_s(const struct run *run, const struct pacer_state *pace);
void run_say(const struct run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
