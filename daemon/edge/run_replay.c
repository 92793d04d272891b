/* SPDX-License-Identifier: Apache-2.0 */
/* What a replay was asked: on the command line, as config.yaml of its dataset, and back.
 * Captures and sensor data stand there by name and hash; run_inputs.c finds them again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/files.h"
#include "edge/run_inside.h"
#include "scenarios/yaml.h"

#define CONFIG_MOST ((size_t)1 << 20)

const char *const run_recorded_names[RUN_RECORDED_COUNT] = {"sensors", "objects", "poses"};

static void put_text(struct bytes *yaml, const char *key, const char *text)
{
    if (text) {
        bytes_format(yaml, "  %s: ", key);
        bytes_json_string(yaml, text);
        bytes_text(yaml, "\n");
    }
}

/* Sensor data and what was chosen of the stations. */
static void recorded_config(const struct run *run, struct bytes *yaml)
{
    const struct replay_plan *p = &run->plan;
    size_t i;
    json_t *input;
    json_array_foreach(run->inputs, i, input)
    {
        const char *as = json_string_value(json_object_get(input, "as"));
        if (kinds_find(run_recorded_names, RUN_RECORDED_COUNT, as) >= 0) {
            bytes_format(yaml, "  %s: {name: ", as);
            bytes_json_string(yaml, json_string_value(json_object_get(input, "name")));
            bytes_format(yaml, ", sha256: \"%s\"}\n",
                         json_string_value(json_object_get(input, "sha256")));
        }
    }
    if (p->clock_map_count > 0) {
        bytes_text(yaml, "  clock_maps: [");
        for (size_t m = 0; m < p->clock_map_count; m++) {
            bytes_text(yaml, m > 0 ? ", " : "");
            bytes_json_string(yaml, p->clock_maps[m]);
        }
        bytes_text(yaml, "]\n");
    }
    put_text(yaml, "egos", p->egos);
    put_text(yaml, "receivers", p->receivers);
}

void run_replay_config(struct run *run, struct bytes *yaml)
{
    const struct replay_plan *p = &run->plan;
    bytes_text(yaml, "schema: 1\nreplay:\n  inputs:\n");
    for (size_t i = 0; i < p->count; i++) {
        json_t *input = json_array_get(run->inputs, i);
        const char *name = json_string_value(json_object_get(input, "name"));
        const char *sha = json_string_value(json_object_get(input, "sha256"));
        bytes_text(yaml, "    - {name: ");
        bytes_json_string(yaml, name ? name : "-");
        bytes_format(yaml, ", station: %s, sha256: \"%s\"}\n",
                     replay_station(run->replay, i), sha ? sha : "");
    }
    bytes_format(yaml, "  start_s: %.9g\n  duration_s: %.9g\n  loops: %u\n", p->start_s,
                 p->duration_s, p->loops);
    put_text(yaml, "filter", p->filter);
    recorded_config(run, yaml);
    const char *tier = kinds_tier[run->air.tier_index];
    bytes_format(
        yaml,
        "seed: %llu\nair:\n  technology: %s\n  tier: %s\n  intended_range_m: %.9g\n"
        "  deadline_ms: %.9g\n  impairments: ",
        (unsigned long long)run->seed, kinds_technology[run->air.technology],
        tier ? tier : "custom", run->air.intended_range_m, run->air.deadline_ms);
    run_air_text(run, &run->air, yaml);
    bytes_text(yaml, "\n");
}

static int read_input(struct run *run, const char *config, const struct yaml_node *node,
                      struct fail *fail)
{
    struct replay_plan *p = &run->plan;
    const struct yaml_node *name = yaml_get(node, "name");
    const struct yaml_node *station = yaml_get(node, "station");
    const struct yaml_node *sha = yaml_get(node, "sha256");
    if (!name || !name->text || p->count == REPLAY_INPUTS_MOST) {
        return fail_set(fail, RESULT_USAGE, "%s:%d: an input needs a name", config,
                        node->line);
    }
    int code = run_find_input(config, name->text, sha ? sha->text : NULL,
                              p->paths[p->count], sizeof p->paths[0], fail);
    if (code < 0) {
        return fail_wrap(fail, "%s:%d", config, node->line);
    }
    p->has_station[p->count] = station && station->text;
    (void)snprintf(p->stations[p->count], sizeof p->stations[0], "%s",
                   p->has_station[p->count] ? station->text : "");
    p->count++;
    return 0;
}

static double number_of(const struct yaml_node *map, const char *key, double otherwise)
{
    const struct yaml_node *node = yaml_get(map, key);
    double value;
    return node && node->text && yaml_number(node->text, &value) ? value : otherwise;
}

static const char *text_of(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *node = yaml_get(map, key);
    return node ? node->text : NULL;
}

static int read_impairments(struct run *run, const struct yaml_node *list,
                            struct fail *fail)
{
    for (const struct yaml_node *n = list ? list->first : NULL; n; n = n->next) {
        struct air_config *air = &run->plan.air;
        if (air->impairment_count == AIR_IMPAIRMENTS_MOST) {
            return fail_set(fail, RESULT_USAGE, "more than %d impairments",
                            AIR_IMPAIRMENTS_MOST);
        }
        const struct yaml_node *when = yaml_get(n, "when_s");
        const char *link = text_of(n, "link");
        const char *dropout = text_of(n, "dropout");
        int class = link ? kinds_find(kinds_link, LINK_CLASS_COUNT, link) : 0;
        double from_s = 0;
        double to_s = 1e9;
        if (when && when->count == 2 && when->first->text && when->last->text) {
            (void)yaml_number(when->first->text, &from_s);
            (void)yaml_number(when->last->text, &to_s);
        }
        air->impairments[air->impairment_count++] =
            (struct impairment){.from_s = from_s,
                                .to_s = to_s,
                                .link = (enum link_class)(class < 0 ? 0 : class),
                                .dropout = dropout && strcmp(dropout, "true") == 0,
                                .loss = number_of(n, "loss", 0),
                                .latency_ms = number_of(n, "latency_ms", 0),
                                .latency_jitter_ms = number_of(n, "latency_jitter_ms", 0),
                                .agent = AGENT_NONE};
    }
    return 0;
}

static int read_recorded(struct run *run, const char *config,
                         const struct yaml_node *replay, struct fail *fail)
{
    struct replay_plan *p = &run->plan;
    for (int i = 0; i < RUN_RECORDED_COUNT; i++) {
        const struct yaml_node *node = yaml_get(replay, run_recorded_names[i]);
        const char *name = text_of(node, "name");
        char path[1024];
        if (!node) {
            continue;
        }
        int code =
            name ? run_find_input(config, name, text_of(node, "sha256"), path, sizeof path,
                                  fail)
                 : fail_set(fail, RESULT_USAGE, "%s needs a name", run_recorded_names[i]);
        if (code < 0) {
            return fail_wrap(fail, "%s:%d", config, node->line);
        }
        p->recorded[i] = arena_text(&run->arena, path);
    }
    const struct yaml_node *maps = yaml_get(replay, "clock_maps");
    for (const struct yaml_node *n = maps ? maps->first : NULL; n; n = n->next) {
        if (!n->text || p->clock_map_count == OPTIONS_LIST_MOST) {
            return fail_set(fail, RESULT_USAGE,
                            "%s:%d: clock_maps is a list of at most %d texts "
                            "STREAM=OFFSET_NS+-SIGMA_NS",
                            config, n->line, OPTIONS_LIST_MOST);
        }
        p->clock_maps[p->clock_map_count++] = n->text;
    }
    p->egos = text_of(replay, "egos");
    p->receivers = text_of(replay, "receivers");
    return 0;
}

static int read_config(struct run *run, const char *config, struct fail *fail)
{
    struct bytes text = {0};
    struct yaml_node *root = NULL;
    int code = files_read(config, CONFIG_MOST, &text, fail);
    code = code < 0 ? code
                    : yaml_parse(&run->arena, config, (const char *)text.data, text.size,
                                 &root, fail);
    bytes_close(&text);
    if (code < 0) {
        return code;
    }
    struct replay_plan *p = &run->plan;
    const struct yaml_node *replay = yaml_get(root, "replay");
    const struct yaml_node *inputs = replay ? yaml_get(replay, "inputs") : NULL;
    if (!inputs || inputs->count == 0) {
        return fail_set(fail, RESULT_USAGE,
                        "%s: no replay.inputs in it; a scenario is for v2xd run", config);
    }
    for (const struct yaml_node *n = inputs->first; n && code == 0; n = n->next) {
        code = read_input(run, config, n, fail);
    }
    p->start_s = number_of(replay, "start_s", 0);
    p->duration_s = number_of(replay, "duration_s", 0);
    p->loops = (uint32_t)number_of(replay, "loops", 1);
    p->filter = text_of(replay, "filter");
    const char *seed = text_of(root, "seed");
    if (seed && !yaml_unsigned(seed, &p->seed)) {
        return fail_set(fail, RESULT_USAGE, "%s: seed: %s is no whole number of 64 bits",
                        config, seed);
    }
    code = code < 0 ? code : read_recorded(run, config, replay, fail);
    const struct yaml_node *air = yaml_get(root, "air");
    if (air) {
        p->tier = text_of(air, "tier");
        p->technology = text_of(air, "technology");
        if (code == 0 && p->technology &&
            kinds_find(kinds_technology, TECH_CAPTURED, p->technology) < 0) {
            return fail_set(fail, RESULT_USAGE, "%s: air.technology: %s is none", config,
                            p->technology);
        }
        p->air.intended_range_m =
            number_of(air, "intended_range_m", p->air.intended_range_m);
        p->air.deadline_ms = number_of(air, "deadline_ms", p->air.deadline_ms);
        code = code < 0 ? code : read_impairments(run, yaml_get(air, "impairments"), fail);
    }
    return code;
}

/* CAPTURE[@STATION]: an '@' in a folder's name is no separator. */
static void split_station(const char *text, char *path, size_t path_size, char *station,
                          size_t station_size, bool *has_station)
{
    const char *at = strrchr(text, '@');
    const char *slash = strrchr(text, '/');
    *has_station = at && (!slash || at > slash) && at > text;
    size_t length = *has_station ? (size_t)(at - text) : strlen(text);
    (void)snprintf(path, path_size, "%.*s", (int)length, text);
    (void)snprintf(station, station_size, "%s", *has_station ? at + 1 : "");
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text);
    size_t m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

void run_plan_options(struct run *run)
{
    const struct options *o = run->options;
    struct replay_plan *p = &run->plan;
    const char *const recorded[] = {o->sensors, o->objects, o->poses};
    for (int i = 0; i < RUN_RECORDED_COUNT; i++) {
        p->recorded[i] = recorded[i] ? recorded[i] : p->recorded[i];
    }
    if (o->clock_map_count > 0) {
        memcpy(p->clock_maps, o->clock_maps, sizeof p->clock_maps);
        p->clock_map_count = o->clock_map_count;
    }
    p->egos = o->egos ? o->egos : p->egos;
    p->receivers = o->receivers ? o->receivers : p->receivers;
}

int run_replay_plan(struct run *run, struct fail *fail)
{
    const struct options *o = run->options;
    struct replay_plan *p = &run->plan;
    *p = (struct replay_plan){.loops = 1, .seed = 1};
    p->air = (struct air_config){.technology = TECH_IDEAL,
                                 .tier_index = TIER_D0,
                                 .intended_range_m = 300,
                                 .deadline_ms = 100};
    int code = 0;
    bool config = o->file_count == 1 &&
                  (ends_with(o->files[0], ".yaml") || ends_with(o->files[0], ".yml"));
    if (config) {
        code = read_config(run, o->files[0], fail);
    }
    for (size_t i = 0; i < o->file_count && !config; i++) {
        if (i == REPLAY_INPUTS_MOST) {
            return fail_set(fail, RESULT_USAGE, "more than %d captures",
                            REPLAY_INPUTS_MOST);
        }
        split_station(o->files[i], p->paths[i], sizeof p->paths[i], p->stations[i],
                      sizeof p->stations[i], &p->has_station[i]);
        p->count++;
    }
    p->technology = o->technology ? o->technology : p->technology;
    p->filter = o->filter ? o->filter : p->filter;
    p->tier = o->tier ? o->tier : p->tier;
    p->start_s = o->start_s > 0 ? o->start_s : p->start_s;
    p->duration_s = o->duration_s > 0 ? o->duration_s : p->duration_s;
    p->loops = o->loops > 1 ? o->loops : p->loops;
    p->seed = o->has_seed ? o->seed : p->seed;
    run_plan_options(run);
    return code;
}
