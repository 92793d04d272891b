/* SPDX-License-Identifier: Apache-2.0 */
/* From a file to a scenario: read, override, draw, judge, bind. In: a path. Out: struct
 * scenario, or every problem. Fuzz target: fuzz_scenario. */
#include "scenarios/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "scenarios/bind.h"
#include "scenarios/check.h"
#include "scenarios/edit.h"
#include "scenarios/fcd.h"
#include "scenarios/motion.h"
#include "scenarios/net.h"
#include "scenarios/profile.h"
#include "scenarios/traffic.h"

#define MEMORY_MOST ((size_t)1 << 30)

int scenario_read_file(void *self, const char *path, struct bytes *text, struct fail *fail)
{
    (void)self;
    uint8_t block[65536];
    FILE *file = fopen(path, "rb");
    if (!file) {
        return fail_set(fail, RESULT_USAGE, "%.300s: cannot be opened", path);
    }
    size_t n;
    while ((n = fread(block, 1, sizeof block, file)) > 0 && text->size <= YAML_SIZE_MOST) {
        bytes_put(text, block, n);
    }
    int broken = ferror(file);
    (void)fclose(file);
    if (text->failed) {
        return fail_set(fail, RESULT_MEMORY, "%.300s: no memory", path);
    }
    return broken ? fail_set(fail, RESULT_WORLD, "%.300s: cannot be read", path) : 0;
}

/* A path beside the scenario file, unless it is absolute. */
static const char *beside(struct arena *arena, const char *file, const char *path)
{
    const char *slash = strrchr(file, '/');
    if (path[0] == '/' || !slash) {
        return path;
    }
    size_t folder = (size_t)(slash - file) + 1;
    char *joined = arena_take(arena, folder + strlen(path) + 1);
    if (joined) {
        memcpy(joined, file, folder);
        strcpy(joined + folder, path);
    }
    return joined ? joined : path;
}

static bool is_xml(const char *path)
{
    size_t n = strlen(path);
    return n > 4 && strcmp(path + n - 4, ".xml") == 0;
}

/* The octets of a file in turn to whoever takes them. */
struct taker {
    void *self;
    int (*feed)(void *self, const void *octets, size_t size, bool last, struct fail *fail);
};

static int stream_file(const char *path, const struct taker *taker, struct fail *fail)
{
    uint8_t block[65536];
    FILE *file = fopen(path, "rb");
    if (!file) {
        return fail_set(fail, RESULT_USAGE, "%.300s: cannot be opened", path);
    }
    int result = 0;
    bool last = false;
    while (result == 0 && !last) {
        size_t n = fread(block, 1, sizeof block, file);
        last = n < sizeof block;
        result = ferror(file) ? fail_set(fail, RESULT_WORLD, "%.300s: cannot be read", path)
                              : taker->feed(taker->self, block, n, last, fail);
    }
    (void)fclose(file);
    return result;
}

/* Through the reader, or, where that is the file system, as it comes. */
static int stream(const struct scenario_reader *reader, const char *path,
                  const struct taker *taker, struct fail *fail)
{
    if (reader->read == scenario_read_file) {
        return stream_file(path, taker, fail);
    }
    struct bytes text = {0};
    int result = reader->read(reader->self, path, &text, fail);
    if (result == 0) {
        result = taker->feed(taker->self, text.data, text.size, true, fail);
    }
    bytes_close(&text);
    return result;
}

static int feed_net(void *self, const void *octets, size_t size, bool last,
                    struct fail *fail)
{
    return net_feed(self, octets, size, last, fail);
}

static int read_net(struct scenario *s, const struct scenario_reader *reader,
                    const char *path, struct yaml_node **content, struct fail *fail)
{
    struct net *net = NULL;
    int result = net_new(&net, path, fail);
    struct taker taker = {net, feed_net};
    result = result != 0 ? result : stream(reader, path, &taker, fail);
    result = result != 0 ? result : net_map(net, &s->arena, content, fail);
    net_free(net);
    return result;
}

static int read_tree(struct scenario *s, const struct scenario_reader *reader,
                     const char *path, struct yaml_node **content, struct fail *fail)
{
    struct bytes text = {0};
    int result = reader->read(reader->self, path, &text, fail);
    if (result == 0) {
        result =
            yaml_parse(&s->arena, path, (const char *)text.data, text.size, content, fail);
    }
    bytes_close(&text);
    return result;
}

/* Puts the content of the file that a node names in its place. */
static void take_in(struct scenario *s, const struct scenario_reader *reader,
                    struct yaml_node *node, struct scenario_problems *problems)
{
    struct fail fail = {0};
    struct yaml_node *content = NULL;
    const char *path = beside(&s->arena, s->file, node->text);
    bool net = is_xml(path) && strcmp(node->key, "map") == 0;
    int result = net ? read_net(s, reader, path, &content, &fail)
                     : read_tree(s, reader, path, &content, &fail);
    if (result != 0 && strstr(fail.text, ": error: ")) {
        check_fail(problems, &fail);
    } else if (result != 0) {
        check_problem(problems, node, "%s = %.100s: %.200s", node->key, node->text,
                      fail.text);
    } else if (content->kind == YAML_MAP) {
        content->key = node->key;
        content->key_line = node->key_line;
        content->key_column = node->key_column;
        content->next = node->next;
        *node = *content;
    } else {
        check_problem(problems, content, "%s: a mapping expected", node->key);
    }
}

static bool has_id(const struct yaml_node *list, const struct yaml_node *item)
{
    const struct yaml_node *id = yaml_get(item, "id");
    for (const struct yaml_node *n = list->first; n && id && id->text; n = n->next) {
        const struct yaml_node *other = n->kind == YAML_MAP ? yaml_get(n, "id") : NULL;
        if (other && other->text && strcmp(other->text, id->text) == 0) {
            return true;
        }
    }
    return false;
}

/* Signals of the roads under imported traffic count SUMO's seconds. */
static void shift(struct scenario *s, const struct yaml_node *signals)
{
    for (struct yaml_node *n = signals->first; n && s->traffic_begin_s != 0; n = n->next) {
        struct yaml_node *offset = n->kind == YAML_MAP ? yaml_get(n, "offset_s") : NULL;
        double value = 0;
        char text[40];
        if (offset && offset->text && yaml_number(offset->text, &value)) {
            snprintf(text, sizeof text, "%.3f", value - s->traffic_begin_s);
            offset->text = arena_text(&s->arena, text);
        }
    }
}

/* A map may bring its signals; those of the scenario that have the same id stand. */
static void adopt(struct scenario *s, struct yaml_node *map, const char *key)
{
    struct yaml_node *brought = yaml_get(map, key);
    struct yaml_node *own = yaml_get(s->tree, key);
    if (!brought || brought->kind != YAML_LIST || (own && own->kind != YAML_LIST)) {
        return;
    }
    yaml_remove(map, key);
    shift(s, brought);
    if (!own) {
        yaml_append(s->tree, brought);
        return;
    }
    for (struct yaml_node *n = brought->first; n;) {
        struct yaml_node *next = n->next;
        if (n->kind != YAML_MAP || !has_id(own, n)) {
            yaml_append(own, n);
        }
        n = next;
    }
}

static bool take_in_all(struct scenario *s, const struct scenario_reader *reader,
                        struct scenario_problems *problems)
{
    uint32_t before = problems->total;
    struct yaml_node *map = yaml_get(s->tree, "map");
    struct yaml_node *tier = yaml_get(yaml_get(s->tree, "air"), "tier");
    if (map && map->kind == YAML_SCALAR && map->text[0] != '\0') {
        take_in(s, reader, map, problems);
        adopt(s, map, "signals");
        adopt(s, map, "controllers");
    }
    if (tier && tier->kind == YAML_SCALAR && tier->text[0] != '\0' &&
        !profile_text(tier->text)) {
        take_in(s, reader, tier, problems);
    }
    return problems->total == before;
}

static void seed_of(struct scenario *s, const struct scenario_options *options)
{
    struct yaml_node *node = yaml_get(s->tree, "seed");
    uint64_t seed = 1;
    if (options && options->seed) {
        char text[24];
        snprintf(text, sizeof text, "%llu", (unsigned long long)*options->seed);
        edit_set(&s->arena, s->tree, "seed", text);
        seed = *options->seed;
    } else if (node && node->text) {
        (void)yaml_unsigned(node->text, &seed);
    }
    s->seed = seed;
}

/* What only shows when everybody is set on their way: courses that never cross. */
static void rehearse(const struct scenario *s, struct scenario_problems *problems)
{
    struct arena arena = {.limit = MEMORY_MOST};
    struct motion motion;
    struct fail fail = {0};
    if (motion_init(&motion, s, &arena, &fail) != 0) {
        check_problem(problems, s->tree, "%.300s", fail.text);
    }
    arena_close(&arena);
}

static bool is_map(const char *override)
{
    return strncmp(override, "map=", 4) == 0;
}

static void judge(struct scenario *s, const struct scenario_reader *reader,
                  const struct scenario_options *options,
                  struct scenario_problems *problems)
{
    for (size_t i = 0; options && i < options->override_count; i++) {
        if (is_map(options->overrides[i])) { /* another map: the file's is not read */
            edit_override(&s->arena, s->tree, options->overrides[i], problems);
        }
    }
    bool whole = take_in_all(s, reader, problems);
    for (size_t i = 0; options && i < options->override_count; i++) {
        if (!is_map(options->overrides[i])) {
            edit_override(&s->arena, s->tree, options->overrides[i], problems);
        }
    }
    whole = whole && take_in_all(s, reader, problems);
    seed_of(s, options);
    edit_sample(&s->arena, s->tree, s->seed, problems);
    traffic_expand(&s->arena, s->tree, s->seed, problems);
    uint32_t before = problems->total;
    check_tree(s->tree, "", problems);
    if (whole && problems->total == before) {
        value_fill(&s->arena, s->tree, "");
        bind_scenario(s, s->tree, problems);
        if (problems->total == before) {
            rehearse(s, problems);
        }
    }
}

static void put_scalar(struct scenario *s, struct yaml_node *map, const char *key,
                       const char *text)
{
    struct yaml_node *node = yaml_new(&s->arena, YAML_SCALAR, key, text);
    if (node) {
        node->file = s->file;
        yaml_append(map, node);
    }
}

/* The least scenario around imported traffic: the first who appears is the ego. */
static int wrap_traffic(struct scenario *s, struct fcd *fcd, const char *roads,
                        struct fail *fail)
{
    struct yaml_node *agents = fcd_agents(fcd);
    struct yaml_node *origin = yaml_new(&s->arena, YAML_MAP, "origin", NULL);
    char duration[40];
    s->tree = yaml_new(&s->arena, YAML_MAP, NULL, NULL);
    if (!agents || !origin || !s->tree) {
        return fail_set(fail, RESULT_MEMORY, "%.300s: no memory", s->file);
    }
    s->tree->file = origin->file = s->file;
    snprintf(duration, sizeof duration, "%.2f", fcd_duration_s(fcd));
    put_scalar(s, s->tree, "schema", "1");
    put_scalar(s, s->tree, "name", "fcd");
    put_scalar(s, s->tree, "caption", "Traffic imported from floating car data.");
    put_scalar(s, origin, "lat_deg", "0");
    put_scalar(s, origin, "lon_deg", "0");
    yaml_append(s->tree, origin);
    put_scalar(s, s->tree, "duration_s", duration);
    if (roads) {
        put_scalar(s, s->tree, "map", roads);
    }
    s->traffic_begin_s = fcd_begin_s(fcd);
    if (agents->first) {
        put_scalar(s, agents->first, "ego", "true");
    }
    yaml_append(s->tree, agents);
    return 0;
}

static int feed_traffic(void *self, const void *octets, size_t size, bool last,
                        struct fail *fail)
{
    return fcd_feed(self, octets, size, last, fail);
}

static int stream_traffic(const struct scenario_traffic *traffic, const struct taker *taker,
                          struct fail *fail)
{
    uint8_t block[65536];
    size_t n = 1;
    int result = 0;
    while (result == 0 && n > 0) {
        result = traffic->next(traffic->self, block, sizeof block, &n, fail);
        result = result != 0 ? result : taker->feed(taker->self, block, n, n == 0, fail);
    }
    return result;
}

static int load_traffic(struct scenario *s, const struct scenario_reader *reader,
                        const struct scenario_traffic *traffic, struct fail *fail)
{
    struct fcd *fcd = NULL;
    int result = fcd_new(&fcd, &s->arena, s->file, fail);
    struct taker taker = {fcd, feed_traffic};
    if (result == 0) {
        result = traffic ? stream_traffic(traffic, &taker, fail)
                         : stream(reader, s->file, &taker, fail);
    }
    result =
        result != 0 ? result : wrap_traffic(s, fcd, traffic ? traffic->roads : NULL, fail);
    fcd_free(fcd);
    return result;
}

static int load_into(struct scenario *s, const struct scenario_reader *reader,
                     const struct scenario_options *options,
                     struct scenario_problems *problems, struct fail *fail)
{
    const struct scenario_traffic *traffic = options ? options->traffic : NULL;
    int result = traffic || is_xml(s->file) ? load_traffic(s, reader, traffic, fail)
                                            : read_tree(s, reader, s->file, &s->tree, fail);
    if (result != 0) {
        check_fail(problems, fail);
        return result;
    }
    if (s->tree->kind != YAML_MAP) {
        check_problem(problems, s->tree, "a mapping expected");
    } else {
        judge(s, reader, options, problems);
    }
    if (problems->total > 0) {
        result = fail_set(fail, RESULT_USAGE, "%s",
                          problems->count ? problems->all[0].text : "out of memory");
    }
    return result;
}

static int by_place(const void *a, const void *b)
{
    const struct scenario_problem *p = a;
    const struct scenario_problem *q = b;
    if (p->line != q->line) {
        return p->line < q->line ? -1 : 1;
    }
    return p->column < q->column   ? -1
           : p->column > q->column ? 1
                                   : strcmp(p->text, q->text);
}

int scenario_load_from(const struct scenario_reader *reader, const char *path,
                       const struct scenario_options *options, struct scenario **scenario,
                       struct scenario_problems *problems, struct fail *fail)
{
    struct scenario_problems own = {0};
    struct scenario *s = calloc(1, sizeof *s);
    *scenario = NULL;
    if (!s) {
        return fail_set(fail, RESULT_MEMORY, "%.300s: no memory", path);
    }
    s->arena.limit = MEMORY_MOST;
    s->file = arena_text(&s->arena, path);
    int result = s->file ? load_into(s, reader, options, &own, fail)
                         : fail_set(fail, RESULT_MEMORY, "%.300s: no memory", path);
    if (own.count > 1) {
        qsort(own.all, own.count, sizeof *own.all, by_place);
    }
    if (result == 0) {
        *scenario = s;
    } else {
        scenario_free(s);
    }
    if (problems) {
        *problems = own;
    } else {
        scenario_problems_close(&own);
    }
    return result;
}

int scenario_load(const char *path, const struct scenario_options *options,
                  struct scenario **scenario, struct scenario_problems *problems,
                  struct fail *fail)
{
    static const struct scenario_reader files = {NULL, scenario_read_file};
    return scenario_load_from(&files, path, options, scenario, problems, fail);
}

void scenario_free(struct scenario *scenario)
{
    if (scenario) {
        struct arena arena = scenario->arena;
        arena_close(&arena);
        free(scenario);
    }
}

void scenario_config(const struct scenario *scenario, struct bytes *yaml)
{
    yaml_print(scenario->tree, yaml);
}

/* Two lanes of the keyed mix over the text, 128 bits. */
static void digest(const struct bytes *text, uint64_t seed, uint64_t out[2])
{
    out[0] = draw_mix(seed ^ 0x7632786477310001ULL);
    out[1] = draw_mix(seed ^ 0x7632786477310002ULL);
    for (size_t i = 0; i < text->size; i++) {
        out[0] = draw_mix(out[0] ^ text->data[i]) + 0x9E3779B97F4A7C15ULL;
        out[1] = draw_mix(out[1] + text->data[i]) ^ out[0];
    }
}

void scenario_world_id(const struct scenario *scenario, uint64_t seed, char id[33])
{
    static const char *const not_world[] = {
        "air", "label", "replay", "run", "timeline", "caption", "expect", "seed", "tags"};
    struct bytes text = {0};
    uint64_t hash[2];
    for (const struct yaml_node *n = scenario->tree->first; n; n = n->next) {
        bool skip = false;
        for (size_t i = 0; i < sizeof not_world / sizeof not_world[0]; i++) {
            skip = skip || strcmp(n->key, not_world[i]) == 0;
        }
        if (!skip) {
            bytes_text(&text, n->key);
            bytes_text(&text, "\n");
            yaml_print(n, &text);
        }
    }
    digest(&text, seed, hash);
    bytes_close(&text);
    snprintf(id, 33, "%016llx%016llx", (unsigned long long)hash[0],
             (unsigned long long)hash[1]);
}

uint32_t scenario_agent_index(const struct scenario *scenario, const char *id)
{
    for (uint32_t i = 0; i < scenario->agent_count; i++) {
        if (strcmp(scenario->agents[i].id, id) == 0) {
            return i;
        }
    }
    return AGENT_NONE;
}
