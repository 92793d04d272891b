/* SPDX-License-Identifier: Apache-2.0 */
/* What a replay was asked: on the command line, as config.yaml of its dataset, and back.
 * Captures and sensor data stand there by name and hash; run_inputs.c finds them again. */
#include <stdio.h>
#include <string.h>

#include "edge/files.h"
#include "edge/run_inside.h"
#include "scenarios/check.h"
#include "scenarios/impairments.h"
#include "scenarios/profile.h"

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
    if (p->restamp) {
        struct time_calendar c = time_calendar(p->restamp_at);
        bytes_format(yaml, "  restamp_at: %04d-%02d-%02dT%02d:%02d:%02d.%09dZ\n", c.year,
                     c.month, c.day, c.hour, c.minute, c.second, c.nanosecond);
    }
    if (p->filter) {
        bytes_text(yaml, "  filter: ");
        bytes_json_string(yaml, p->filter);
        bytes_text(yaml, "\n");
    }
    run_config_text(run, yaml);
    bytes_format(yaml, "seed: %llu\nair:\n  technology: %s\n  tier: ",
                 (unsigned long long)run->seed, kinds_technology[run->air.technology]);
    if (kinds_tier[run->air.tier_index] && run->air.tier_index != TIER_CUSTOM) {
        bytes_text(yaml, kinds_tier[run->air.tier_index]);
    } else {
        profile_line(&run->air.tier, yaml);
    }
    bytes_format(yaml, "\n  intended_range_m: %.9g\n  deadline_ms: %.9g\n  impairments: ",
                 run->air.intended_range_m, run->air.deadline_ms);
    run_air_text(run, &run->air, yaml);
    bytes_text(yaml, "\n");
}

/* Only what a replay can mean; every problem has its place. */
static int judge(const struct yaml_node *root, const char *config, struct fail *fail)
{
    static const char *const known[] = {"schema",   "name", "seed",
                                        "timeline", "air",  "replay"};
    struct scenario_problems problems = {0};
    for (const struct yaml_node *n = root->first; n; n = n->next) {
        bool wanted = false;
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
            wanted = wanted || strcmp(n->key, known[i]) == 0;
        }
        if (wanted) {
            check_value(n, fields_find("", n->key), n->key, &problems);
        } else {
            check_problem(&problems, n, "%s: means nothing to a replay", n->key);
        }
    }
    int code = 0;
    const struct yaml_node *inputs = yaml_get(yaml_get(root, "replay"), "inputs");
    if (problems.total > 0) {
        code = fail_set(fail, RESULT_USAGE, "%s",
                        problems.count ? problems.all[0].text : "out of memory");
    } else if (!inputs || inputs->count == 0) {
        code = fail_set(fail, RESULT_USAGE,
                        "%s: no replay.inputs in it; a scenario is for v2xd run", config);
    }
    scenario_problems_close(&problems);
    return code;
}

static int read_input(struct run *run, const char *config, const struct yaml_node *node,
                      struct fail *fail)
{
    struct replay_plan *p = &run->plan;
    if (p->count == REPLAY_INPUTS_MOST) {
        return fail_set(fail, RESULT_USAGE, "%s:%d: more than %d captures", config,
                        node->line, REPLAY_INPUTS_MOST);
    }
    const char *station = value_text(node, "replay.inputs[]", "station");
    p->has_station[p->count] = station[0] != 0;
    (void)snprintf(p->stations[p->count], sizeof p->stations[0], "%s", station);
    const struct yaml_node *sha = yaml_get(node, "sha256");
    int code = run_find_input(config, yaml_get(node, "name")->text, sha ? sha->text : NULL,
                              p->paths[p->count++], sizeof p->paths[0], fail);
    return code < 0 ? fail_wrap(fail, "%s:%d", config, node->line) : 0;
}

static int read_impairments(struct run *run, const struct yaml_node *list,
                            struct fail *fail)
{
    struct scenario_problems problems = {0};
    for (const struct yaml_node *n = list ? list->first : NULL; n; n = n->next) {
        struct air_config *air = &run->plan.air;
        if (air->impairment_count == AIR_IMPAIRMENTS_MOST) {
            return fail_set(fail, RESULT_USAGE, "%s:%d: more than %d impairments", n->file,
                            n->line, AIR_IMPAIRMENTS_MOST);
        }
        if (value_has(n, "agent")) {
            run->plan.impaired[air->impairment_count] =
                value_text(n, IMPAIRMENTS_AT, "agent");
        }
        struct impairment *im = &air->impairments[air->impairment_count++];
        impairments_read(n, im, &problems);
        im->to_s = value_has(n, "when_s") ? im->to_s : RUN_WHOLE_S;
    }
    int code = problems.total == 0
                   ? 0
                   : fail_set(fail, RESULT_USAGE, "%s",
                              problems.count ? problems.all[0].text : "out of memory");
    scenario_problems_close(&problems);
    return code;
}

static int read_air(struct run *run, const struct yaml_node *air, struct fail *fail)
{
    struct replay_plan *p = &run->plan;
    const struct yaml_node *tier = yaml_get(air, "tier");
    int code = 0;
    if (tier && tier->kind == YAML_MAP) {
        struct scenario_problems problems = {0};
        profile_read(tier, &p->air.tier, &problems);
        code = problems.total == 0
                   ? 0
                   : fail_set(fail, RESULT_USAGE, "%s", problems.all[0].text);
        scenario_problems_close(&problems);
        p->has_profile = true;
        p->air.tier_index = TIER_CUSTOM;
    } else if (tier) {
        p->tier = tier->text;
    }
    p->air.technology = (enum technology)value_enum(air, "air", "technology");
    p->air.intended_range_m = value_number(air, "air", "intended_range_m");
    p->air.deadline_ms = value_number(air, "air", "deadline_ms");
    return code < 0 ? code : read_impairments(run, yaml_get(air, "impairments"), fail);
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
    if (code == 0 && root->kind != YAML_MAP) {
        code = fail_set(fail, RESULT_USAGE, "%s: a mapping expected", config);
    }
    code = code < 0 ? code : judge(root, config, fail);
    if (code < 0) {
        return code;
    }
    struct replay_plan *p = &run->plan;
    const struct yaml_node *replay = yaml_get(root, "replay");
    for (const struct yaml_node *n = yaml_get(replay, "inputs")->first; n && code == 0;
         n = n->next) {
        code = read_input(run, config, n, fail);
    }
    p->start_s = value_number(replay, "replay", "start_s");
    p->duration_s = value_number(replay, "replay", "duration_s");
    p->loops = (uint32_t)value_number(replay, "replay", "loops");
    p->filter = value_has(replay, "filter") ? value_text(replay, "replay", "filter") : NULL;
    p->restamp = time_parse_iso(value_text(replay, "replay", "restamp_at"), &p->restamp_at);
    p->seed = value_seed(root, "", "seed");
    const struct yaml_node *air = yaml_get(root, "air");
    code = code < 0 || !air ? code : read_air(run, air, fail);
    return code < 0 ? code : run_config_read(run, config, root, "replay", fail);
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

int run_replay_bind(struct run *run, const char *config, struct fail *fail)
{
    for (int i = 0; i < run->plan.air.impairment_count; i++) {
        const char *id = run->plan.impaired[i];
        uint32_t agent = id ? run_find_agent(run, id, strlen(id)) : AGENT_NONE;
        if (id && agent == AGENT_NONE) {
            return fail_set(fail, RESULT_USAGE,
                            "%s: air.impairments[%d].agent = %s: no station of this replay",
                            config, i, id);
        }
        run->plan.air.impairments[i].agent = agent;
    }
    return 0;
}
