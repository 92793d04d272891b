/* SPDX-License-Identifier: Apache-2.0 */
/* What a replay was asked, as a file, and back: config.yaml of a replayed dataset names its
 * captures by name and hash; they are looked for beside it and in the current folder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "edge/files.h"
#include "edge/run_inside.h"
#include "scenarios/yaml.h"

#define CONFIG_MOST ((size_t)1 << 20)

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
    if (p->filter) {
        bytes_text(yaml, "  filter: ");
        bytes_json_string(yaml, p->filter);
        bytes_text(yaml, "\n");
    }
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

static bool find_file(const char *config, const char *name, char *path, size_t size)
{
    const char *slash = strrchr(config, '/');
    int folder = slash ? (int)(slash - config) : 1;
    const char *base = slash ? config : ".";
    static const char *const between[] = {"/", "/../"};
    for (int i = 0; i < 2; i++) {
        (void)snprintf(path, size, "%.*s%s%s", folder, base, between[i], name);
        if (access(path, R_OK) == 0) {
            return true;
        }
    }
    (void)snprintf(path, size, "%s", name);
    return access(path, R_OK) == 0;
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
    char *path = p->paths[p->count];
    if (!find_file(config, name->text, path, sizeof p->paths[0])) {
        return fail_set(fail, RESULT_USAGE,
                        "%s:%d: %s is neither beside this file nor in the current folder",
                        config, node->line, name->text);
    }
    char hex[65];
    unsigned long long size;
    int code = files_sha256(path, hex, &size, fail);
    if (code == 0 && sha && sha->text && sha->text[0] && strcmp(sha->text, hex) != 0) {
        return fail_set(fail, RESULT_USAGE,
                        "%s:%d: %s is not the file that was replayed then", config,
                        node->line, path);
    }
    p->has_station[p->count] = station && station->text;
    (void)snprintf(p->stations[p->count], sizeof p->stations[0], "%s",
                   p->has_station[p->count] ? station->text : "");
    p->count++;
    return code;
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

int run_replay_read(struct run *run, const char *config, struct fail *fail)
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
    p->seed = (uint64_t)number_of(root, "seed", 1);
    const struct yaml_node *air = yaml_get(root, "air");
    if (air) {
        p->tier = text_of(air, "tier");
        p->air.intended_range_m =
            number_of(air, "intended_range_m", p->air.intended_range_m);
        p->air.deadline_ms = number_of(air, "deadline_ms", p->air.deadline_ms);
        code = code < 0 ? code : read_impairments(run, yaml_get(air, "impairments"), fail);
    }
    return code;
}
