/* SPDX-License-Identifier: Apache-2.0 */
/* What a configuration says of the run itself, beside its world: whose sensors and
 * receptions, recorded sensor data, live commands at their instants. In: a judged tree.
 * Out: options where the command line was silent, and a timeline; and the way back to text,
 * so that config.yaml makes the dataset again. run_inputs.c finds the files. */
#include <stdio.h>
#include <string.h>

#include "edge/run_inside.h"
#include "scenarios/check.h"

const char *const run_recorded_names[RUN_RECORDED_COUNT] = {"sensors", "objects", "poses"};

static int read_recorded(struct run *run, const char *config,
                         const struct yaml_node *section, struct fail *fail)
{
    struct replay_plan *p = &run->plan;
    for (int i = 0; i < RUN_RECORDED_COUNT; i++) {
        const struct yaml_node *node = yaml_get(section, run_recorded_names[i]);
        const struct yaml_node *sha = yaml_get(node, "sha256");
        char path[1024];
        if (!node) {
            continue;
        }
        if (run_find_input(config, yaml_get(node, "name")->text, sha ? sha->text : NULL,
                           path, sizeof path, fail) < 0) {
            return fail_wrap(fail, "%s:%d", config, node->line);
        }
        p->recorded[i] = arena_text(&run->arena, path);
        if (!p->recorded[i]) {
            return fail_set(fail, RESULT_MEMORY, "no memory for the configuration");
        }
    }
    const struct yaml_node *maps = yaml_get(section, "clock_maps");
    if (maps && maps->kind != YAML_LIST) {
        return fail_set(fail, RESULT_USAGE, "%s:%d: clock_maps: a list expected", config,
                        maps->line);
    }
    for (const struct yaml_node *n = maps ? maps->first : NULL; n; n = n->next) {
        if (!n->text || p->clock_map_count == OPTIONS_LIST_MOST) {
            return fail_set(
                fail, RESULT_USAGE,
                "%s:%d: clock_maps: at most %d texts STREAM=OFFSET_NS+-SIGMA_NS", config,
                n->line, OPTIONS_LIST_MOST);
        }
        p->clock_maps[p->clock_map_count++] = n->text;
    }
    return 0;
}

static int read_timeline(struct run *run, const struct yaml_node *list, struct fail *fail)
{
    uint32_t count = list ? list->count : 0;
    run->commands = arena_take(&run->arena, (count + 1) * sizeof *run->commands);
    if (!run->commands) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %u commands", count);
    }
    for (const struct yaml_node *n = list ? list->first : NULL; n; n = n->next) {
        int64_t ns = (int64_t)value_seed(n, "timeline[]", "t_ns");
        struct run_command *c = &run->commands[run->command_count++];
        *c = (struct run_command){
            .t = tai_from_utc((struct utc){ns}),
            .kind = (enum run_command_kind)value_enum(n, "timeline[]", "command"),
            .value = value_text(n, "timeline[]", "value"),
            .line = n->line};
        if (run->command_count > 1 && tai_before(c->t, c[-1].t)) {
            return fail_set(fail, RESULT_USAGE,
                            "%s:%d: timeline: earlier than the command before it", n->file,
                            n->line);
        }
    }
    return 0;
}

int run_config_read(struct run *run, const char *config, const struct yaml_node *root,
                    const char *section, struct fail *fail)
{
    const struct yaml_node *from = yaml_get(root, section);
    struct replay_plan *p = &run->plan;
    p->egos = value_has(from, "egos") ? value_text(from, section, "egos") : NULL;
    p->receivers =
        value_has(from, "receivers") ? value_text(from, section, "receivers") : NULL;
    int code = read_recorded(run, config, from, fail);
    return code < 0 ? code : read_timeline(run, yaml_get(root, "timeline"), fail);
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

int run_config_check(struct run *run, struct fail *fail)
{
    struct air_config probe = run->air;
    for (size_t i = 0; i < run->command_count; i++) {
        const struct run_command *c = &run->commands[i];
        if (run_air_command(run, c->kind, c->value, 0, &probe, fail) < 0) {
            fail->code = RESULT_USAGE;
            return fail_wrap(fail, "%s:%d: timeline", run->options->files[0], c->line);
        }
    }
    return 0;
}

static void put_text(struct bytes *yaml, const char *key, const char *text)
{
    if (text) {
        bytes_format(yaml, "  %s: ", key);
        bytes_json_string(yaml, text);
        bytes_text(yaml, "\n");
    }
}

void run_config_text(const struct run *run, struct bytes *yaml)
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

int run_config_write(struct run *run, struct fail *fail)
{
    struct bytes yaml = {0};
    bytes_put(&yaml, run->config.data, run->config.size);
    size_t index;
    json_t *entry;
    json_array_foreach(run->timeline, index, entry)
    {
        bytes_format(
            &yaml, "%s  - {t_ns: %s, command: %s, value: ", index == 0 ? "timeline:\n" : "",
            json_string_value(json_object_get(entry, "t_ns")),
            json_string_value(json_object_get(entry, "command")));
        bytes_json_string(&yaml, json_string_value(json_object_get(entry, "value")));
        bytes_text(&yaml, "}\n");
    }
    int code =
        run->config.failed || yaml.failed
            ? fail_set(fail, RESULT_MEMORY, "no memory for config.yaml")
            : dataset_file(run->dataset, "config.yaml", yaml.data, yaml.size, true, fail);
    bytes_close(&yaml);
    return code;
}
