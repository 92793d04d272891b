/* SPDX-License-Identifier: Apache-2.0 */
/* A run put together from its options: world or captures, air, egos, sensors, sinks,
 * engine. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "air/air.h"
#include "base/draw.h"
#include "edge/files.h"
#include "edge/run_inside.h"
#include "edge/sumo.h"
#include "edge/version.h"
#include "publish/canonical.h"
#include "replay/tracks.h"
#include "scenarios/profile.h"

void run_say(const struct run *run, const char *format, ...)
{
    if (run->options->verbose < 0) {
        return;
    }
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (run->options->log_json) {
        struct bytes line = {0};
        bytes_text(&line, "{\"level\":\"info\",\"message\":");
        bytes_json_string(&line, text);
        bytes_text(&line, "}\n");
        (void)fwrite(line.data, 1, line.size, stderr);
        bytes_close(&line);
    } else {
        (void)fprintf(stderr, "v2xd: %s\n", text);
    }
}

/* Loads the scenario with what the command line overrides: the senders read tier and
 * technology from it too, and the resolved configuration must say it all. */
static int load_scenario(struct run *run, struct fail *fail)
{
    const struct options *o = run->options;
    const char *overrides[OPTIONS_LIST_MOST + 5];
    char texts[5][PATH_MAX + 16];
    size_t count = 0;
    size_t made = 0;
    for (size_t i = 0; i < o->set_count; i++) {
        overrides[count++] = o->sets[i];
    }
    char profile[PATH_MAX];
    if (o->air && !realpath(o->air, profile)) {
        return fail_set(fail, RESULT_USAGE, "--air %s: %s", o->air, strerror(errno));
    }
    if (o->tier || o->air) { /* a path in a scenario would be beside the scenario */
        (void)snprintf(texts[made], sizeof texts[0], "air.tier=%s",
                       o->tier ? o->tier : profile);
        overrides[count++] = texts[made++];
    }
    if (o->technology) {
        (void)snprintf(texts[made], sizeof texts[0], "air.technology=%s", o->technology);
        overrides[count++] = texts[made++];
    }
    if (o->duration_s > 0) {
        (void)snprintf(texts[made], sizeof texts[0], "duration_s=%.9g", o->duration_s);
        overrides[count++] = texts[made++];
    }
    if (o->has_latency) {
        (void)snprintf(texts[made], sizeof texts[0],
                       "air.impairments.+={latency_ms: %.9g, latency_jitter_ms: %.9g}",
                       o->latency_ms, o->latency_jitter_ms);
        overrides[count++] = texts[made++];
    }
    if (o->has_loss) {
        (void)snprintf(texts[made], sizeof texts[0], "air.impairments.+={loss: %.9g}",
                       o->loss);
        overrides[count++] = texts[made++];
    }
    struct scenario_options so = {.overrides = overrides,
                                  .override_count = count,
                                  .seed = o->has_seed ? &o->seed : NULL};
    struct scenario_problems problems = {0};
    int code = sumo_load(o->files[0], &so, &run->scenario, &problems, fail);
    for (uint32_t i = 1; code < 0 && i < problems.count && o->verbose >= 0; i++) {
        (void)fprintf(stderr, "%s\n", problems.all[i].text);
    }
    scenario_problems_close(&problems);
    return code;
}

static int open_world(struct run *run, struct fail *fail)
{
    int code = load_scenario(run, fail);
    if (code < 0) {
        return code;
    }
    run->seed = run->scenario->seed;
    run->air = run->scenario->air;
    (void)snprintf(run->scenario_id, sizeof run->scenario_id, "%s", run->scenario->name);
    code = world_new(run->scenario, run->seed, &run->world, fail);
    if (code < 0) {
        return code;
    }
    (void)snprintf(run->world_id, sizeof run->world_id, "%s", world_id(run->world));
    run->agents = world_agents(run->world, &run->agent_count);
    run->start = world_start(run->world);
    run->end = tai_add(run->start, world_duration(run->world));
    struct yaml_node *tree = run->scenario->tree;
    code = run_config_read(run, run->options->files[0], tree, "run", fail);
    run_plan_options(run);
    yaml_remove(tree, "run"); /* written anew, as they come to be */
    yaml_remove(tree, "timeline");
    return code < 0 ? code : run_note_input(run, run->options->files[0], "scenario", fail);
}

/* A replay's world is its inputs and the window on them. */
static int identify_replay(struct run *run, struct fail *fail)
{
    const struct replay_plan *p = &run->plan;
    uint64_t id = draw_key(p->seed, DRAW_SAMPLE);
    id = draw_mix(id ^ (uint64_t)span_from_s(p->start_s).ns);
    id = draw_mix(id ^ (uint64_t)span_from_s(p->duration_s).ns);
    int code = 0;
    for (size_t i = 0; i < p->count && code == 0; i++) {
        code = run_note_input(run, p->paths[i], "capture", fail);
        json_t *last = json_array_get(run->inputs, json_array_size(run->inputs) - 1);
        const char *sha = json_string_value(json_object_get(last, "sha256"));
        for (const char *at = sha ? sha : p->paths[i]; *at; at++) {
            id = draw_mix(id ^ (uint8_t)*at);
        }
    }
    (void)snprintf(run->world_id, sizeof run->world_id, "%016llx", (unsigned long long)id);
    return code;
}

static int open_replay(struct run *run, struct fail *fail)
{
    const struct options *o = run->options;
    const struct replay_plan *p = &run->plan;
    if (o->interface) {
        return fail_set(
            fail, RESULT_USAGE,
            "-i %s: live capture is not part of this version; write a file with "
            "tcpdump and replay it",
            o->interface);
    }
    int code = run_replay_plan(run, fail);
    code = code < 0 ? code : identify_replay(run, fail);
    struct replay_input inputs[REPLAY_INPUTS_MOST];
    for (size_t i = 0; i < p->count; i++) {
        inputs[i] = (struct replay_input){
            .path = p->paths[i], .station = p->has_station[i] ? p->stations[i] : NULL};
    }
    if (o->restamp_now) {
        struct timespec now;
        (void)clock_gettime(CLOCK_REALTIME, &now);
        run->plan.restamp = true;
        run->plan.restamp_at.ns = now.tv_sec * TIME_NS_PER_S + now.tv_nsec;
    }
    struct replay_options options = {
        .inputs = inputs,
        .input_count = p->count,
        .filter = p->filter,
        .start_s = p->start_s,
        .duration_s = p->duration_s,
        .loops = p->loops,
        .restamp_now = p->restamp,
        .restamp_at = p->restamp_at,
    };
    code = code < 0 ? code : replay_new(&run->replay, &options, fail);
    if (code < 0) {
        return code;
    }
    for (size_t i = 0; i < p->count && o->verbose > 0; i++) {
        run_say(run, "%s: %s", p->paths[i], replay_describe(run->replay, i));
    }
    run->seed = p->seed;
    run->agents = replay_agents(run->replay, &run->agent_count);
    code = run_replay_bind(run, o->files[0], fail);
    run->air = p->air;
    (void)snprintf(run->scenario_id, sizeof run->scenario_id, "replay-%.50s",
                   run->agents[0].id);
    run->start = replay_start(run->replay);
    run->end = (struct tai){INT64_MAX};
    bool named = o->air || o->tier || !p->has_profile;
    if (code == 0 && named) {
        code = profile_tier(o->air    ? o->air
                            : p->tier ? p->tier
                                      : "d0",
                            &run->air.tier, &run->air.tier_index, fail);
    }
    if (code == 0 && p->technology) {
        run->air.technology =
            (enum technology)kinds_find(kinds_technology, TECH_CAPTURED, p->technology);
    }
    return code < 0 ? code : run_air_shortcuts(o, &run->air, fail);
}

uint32_t run_find_agent(const struct run *run, const char *id, size_t length)
{
    for (size_t i = 0; i < run->agent_count; i++) {
        const char *own = run->agents[i].id;
        if (strlen(own) == length && strncmp(own, id, length) == 0) {
            return (uint32_t)i;
        }
    }
    return AGENT_NONE;
}

/* Walks "a,b,c" or "all". */
static int each_agent(struct run *run, const char *option, const char *list,
                      int (*visit)(struct run *run, uint32_t agent, struct fail *fail),
                      struct fail *fail)
{
    bool all = strcmp(list, "all") == 0;
    for (uint32_t i = 0; all && i < run->agent_count; i++) {
        int code = visit(run, i, fail);
        if (code < 0) {
            return code;
        }
    }
    for (const char *at = list; !all && *at;) {
        size_t length = strcspn(at, ",");
        uint32_t agent = run_find_agent(run, at, length);
        if (agent == AGENT_NONE) {
            return fail_set(fail, RESULT_USAGE, "%s: there is no agent '%.*s'", option,
                            (int)length, at);
        }
        int code = visit(run, agent, fail);
        if (code < 0) {
            return code;
        }
        at += length + (at[length] == ',');
    }
    return 0;
}

static int add_ego(struct run *run, uint32_t agent, struct fail *fail)
{
    enum sender_kind kind = run->agents[agent].kind;
    if (kind == KIND_RSU || kind == KIND_CENTRE) {
        return 0;
    }
    for (size_t i = 0; i < run->ego_count; i++) {
        if (run->egos[i].agent == agent) {
            return 0;
        }
    }
    if (run->ego_count == ENGINE_EGOS_MOST) {
        return fail_set(fail, RESULT_USAGE, "more than %d egos", ENGINE_EGOS_MOST);
    }
    struct engine_ego *ego = &run->egos[run->ego_count++];
    ego->agent = agent;
    if (run->world) {
        ego->specs = world_sensors(run->world, agent, &ego->spec_count);
    }
    return 0;
}

static int add_receiver(struct run *run, uint32_t agent, struct fail *fail)
{
    (void)fail;
    run->receivers[agent] = true;
    return 0;
}

static int choose_agents(struct run *run, struct fail *fail)
{
    const struct replay_plan *p = &run->plan;
    int code = 0;
    if (p->egos) {
        code = each_agent(run, "--ego", p->egos, add_ego, fail);
    } else {
        for (uint32_t i = 0; i < run->agent_count && code == 0; i++) {
            if (run->replaying || run->agents[i].ego) {
                code = add_ego(run, i, fail);
            }
        }
    }
    if (code == 0 && p->receivers && strcmp(p->receivers, "all") != 0) {
        run->receivers = calloc(run->agent_count, sizeof *run->receivers);
        code = run->receivers
                   ? each_agent(run, "--receivers", p->receivers, add_receiver, fail)
                   : fail_set(fail, RESULT_MEMORY, "no memory");
    }
    return code;
}

/* A replay whose poses are given has their first as its origin, else the first position
 * heard. */
static int open_engine(struct run *run, struct fail *fail)
{
    struct engine_setup setup = {
        .replay = run->replaying,
        .scenario_id = run->scenario_id,
        .world_id = run->world_id,
        .seed = run->seed,
        .start = run->start,
        .agents = run->agents,
        .agent_count = run->agent_count,
        .agents_most = run->replaying ? TRACKS_AGENTS_MOST : (uint32_t)run->agent_count,
        .egos = run->egos,
        .ego_count = run->ego_count,
        .air = run->air,
        .recorded = run->recorded,
        .receivers = run->receivers,
        .receiver_count = run->agent_count,
        .threads = run->options->threads,
    };
    if (run->world) {
        setup.source = world_source(run->world);
        setup.origin = world_origin(run->world);
        setup.origin_known = true;
        setup.walls = world_walls(run->world);
        setup.weather = run->scenario->weather;
        setup.light_told = run->scenario->light_told;
        setup.light = run->scenario->light;
    } else {
        setup.source = replay_source(run->replay);
        setup.origin = run->origin;
        setup.origin_known = run->origin_known;
    }
    if (run->dataset) {
        setup.sinks[setup.sink_count++] = dataset_sink(run->dataset);
    }
    if (run->streamer) {
        setup.sinks[setup.sink_count++] = streamer_sink(run->streamer);
    }
    if (run->live) {
        setup.sinks[setup.sink_count++] = live_sink(run->live);
    }
    int code = engine_new(&run->engine, &setup, fail);
    if (code == 0 && run->live) {
        live_engine(run->live, run->engine);
    }
    if (code == 0 && run->streamer) {
        streamer_engine(run->streamer, run->engine);
    }
    return code;
}

static int open_dataset(struct run *run, struct fail *fail)
{
    const struct options *o = run->options;
    unsigned outputs;
    int code = dataset_outputs(o->outputs, &outputs, fail);
    if (code < 0 || !o->out) {
        return code;
    }
    struct dataset_options options = {.folder = o->out,
                                      .force = o->force,
                                      .outputs = outputs,
                                      .version = version_program()};
    code = dataset_open(&run->dataset, &options, fail);
    if (run->scenario) {
        struct bytes part = {0};
        scenario_config(run->scenario, &run->config);
        run_config_text(run, &part);
        bytes_text(&run->config, part.size > 0 ? "run:\n" : "");
        bytes_put(&run->config, part.data, part.size);
        run->config.failed = run->config.failed || part.failed;
        bytes_close(&part);
    } else {
        run_replay_config(run, &run->config);
    }
    code = code < 0 ? code : run_config_write(run, fail);
    return code < 0 ? code
                    : dataset_file(run->dataset, "map.geojson", run->map.data,
                                   run->map.size, true, fail);
}

static void draw_map(struct run *run)
{
    static const char none[] = "{\"type\":\"FeatureCollection\",\"features\":[]}\n";
    if (run->world) {
        world_geojson(run->world, &run->map);
    } else {
        bytes_text(&run->map, none);
    }
}

static int open_live(struct run *run, struct fail *fail)
{
    struct live_options options = {
        .no_truth = run->options->no_truth, .pacer = run->pacer, .start = run->start};
    return run->options->http ? live_new(&run->live, &options, fail) : 0;
}

static int open_queue(struct run *run, struct fail *fail)
{
    const struct options *o = run->options;
    double speed = o->has_speed ? o->speed : o->publish_count > 0 ? 1 : PACE_MAX;
    int code = pacer_new(&run->pacer, speed, fail);
    if (code < 0 || o->publish_count == 0) {
        return code;
    }
    struct queue_options queue = {.lossless = o->lossless};
    struct streamer_options streamer = {.no_truth = o->no_truth};
    code = queue_new(&run->queue, &queue, fail);
    streamer.queue = run->queue;
    return code < 0 ? code : streamer_new(&run->streamer, &streamer, fail);
}

int run_open(struct run *run, const struct options *options, struct fail *fail)
{
    run->options = options;
    run->inputs = json_array();
    run->places = json_array();
    run->timeline = json_array();
    run->replaying = options->command == OPTIONS_REPLAY;
    int code = run_air_check(options, fail);
    code = code < 0         ? code
           : run->replaying ? open_replay(run, fail)
                            : open_world(run, fail);
    code = code < 0 ? code : run_config_check(run, fail);
    code = code < 0 ? code : choose_agents(run, fail);
    code = code < 0 ? code : run_recorded_open(run, fail);
    /* before anything is written; the radio's keys are the file's, whose name is told */
    if (code == 0 && air_check(&run->air, fail) < 0) {
        code = run->replaying ? fail->code : fail_wrap(fail, "%s", options->files[0]);
    }
    if (code < 0) {
        return code;
    }
    /* a new epoch with every start: subscribers see restarts. Volatile: never in a dataset.
     */
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)snprintf(run->epoch, sizeof run->epoch, "%lld%09ld", (long long)now.tv_sec,
                   now.tv_nsec);
    if (run->start.ns > tai_from_utc(time_leap_expiry()).ns) {
        run_say(
            run,
            "the leap second table is known only until before this time; v2xd --version");
    }
    code = open_queue(run, fail);
    draw_map(run);
    code = code < 0 ? code : open_dataset(run, fail);
    code = code < 0 ? code : open_live(run, fail);
    code = code < 0 ? code : open_engine(run, fail);
    if (code == 0 && options->explain_memory) {
        struct bytes text = {0};
        engine_explain_memory(run->engine, &text);
        (void)fwrite(text.data, 1, text.size, stderr);
        bytes_close(&text);
    }
    return code;
}

void run_close(struct run *run)
{
    free(run->facts_text);
    free(run->names);
    (void)pthread_mutex_destroy(&run->facts_lock);
    (void)pthread_mutex_destroy(&run->air_lock);
    engine_free(run->engine);
    streamer_free(run->streamer);
    stream_free(run->stream);
    control_free(run->control);
    http_free(run->http);
    live_free(run->live);
    bytes_close(&run->map);
    if (run->loop) {
        loop_free(run->loop);
    }
    queue_free(run->queue);
    pacer_free(run->pacer);
    dataset_free(run->dataset);
    recorded_free(run->recorded);
    world_free(run->world);
    if (run->scenario) {
        scenario_free(run->scenario);
    }
    replay_free(run->replay);
    free(run->receivers);
    arena_close(&run->arena);
    json_decref(run->inputs);
    json_decref(run->places);
    json_decref(run->timeline);
    bytes_close(&run->config);
}
