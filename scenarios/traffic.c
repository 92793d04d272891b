/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of agents written out. In: a tree, a seed. Out: agents appended to it. */
#include "scenarios/traffic.h"

#include <stdio.h>
#include <string.h>

#include "base/draw.h"
#include "scenarios/check.h"
#include "scenarios/edit.h"
#include "scenarios/fields.h"

struct group {
    struct arena *arena;
    struct yaml_node *root; /* of the file */
    const struct yaml_node *item;
    const char *id;
    uint64_t seed;
    struct scenario_problems *problems;
};

static struct yaml_node *text_node(struct arena *arena, const struct yaml_node *like,
                                   const char *key, const char *text)
{
    struct yaml_node *node = yaml_new(arena, YAML_SCALAR, key, text);
    if (node) {
        node->file = like->file;
        node->line = node->key_line = like->line;
        node->column = node->key_column = like->column;
    }
    return node;
}

static const struct yaml_node *nth(const struct yaml_node *list, uint64_t n)
{
    const struct yaml_node *node = list->first;
    while (n-- > 0 && node) {
        node = node->next;
    }
    return node;
}

static const char *word(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *node = yaml_get(map, key);
    return node && node->text ? node->text : "";
}

/* The n-th way on from a lane, or NULL where none goes on; n is taken modulo their number.
 */
static const char *way_on(const struct yaml_node *connections, const char *from, uint64_t n)
{
    uint64_t ways = 0;
    for (const struct yaml_node *c = connections->first; c; c = c->next) {
        ways += strcmp(word(c, "from"), from) == 0;
    }
    uint64_t left = ways ? n % ways : 0;
    for (const struct yaml_node *c = connections->first; c; c = c->next) {
        if (strcmp(word(c, "from"), from) == 0 && left-- == 0) {
            return word(c, "to");
        }
    }
    return NULL;
}

/* {walk: [hops, first_m, spacing_m]}: starts are dealt out over all lanes that lead
 * somewhere, the next row of starts spacing_m further on; the way is drawn. */
static bool walk(const struct group *g, struct yaml_node *agent, uint32_t k,
                 const struct yaml_node *row, uint64_t bits)
{
    const struct yaml_node *rule = row->first;
    const struct yaml_node *map = yaml_get(g->root, "map");
    const struct yaml_node *lanes = yaml_get(map, "lanes");
    const struct yaml_node *connections = yaml_get(map, "connections");
    double v[3];
    bool good = rule->kind == YAML_LIST && rule->count == 3 && lanes && connections &&
                connections->count > 0;
    for (uint64_t i = 0; good && i < 3; i++) {
        const struct yaml_node *n = nth(rule, i);
        good = n->text && yaml_number(n->text, &v[i]);
    }
    if (!good || v[0] < 0 || v[0] > TRAFFIC_HOPS_MOST || v[1] < 0 || v[2] <= 0) {
        check_problem(
            g->problems, row,
            "walk: [hops, first_m, spacing_m] and a map with connections expected");
        return false;
    }
    uint32_t starts = 0;
    for (const struct yaml_node *n = lanes->first; n; n = n->next) {
        starts += way_on(connections, word(n, "id"), 0) != NULL;
    }
    uint32_t turn = starts ? k % starts : 0;
    const char *lane = NULL;
    for (const struct yaml_node *n = lanes->first; n && !lane; n = n->next) {
        if (way_on(connections, word(n, "id"), 0) && turn-- == 0) {
            lane = word(n, "id");
        }
    }
    struct yaml_node *route = yaml_new(g->arena, YAML_LIST, "route", NULL);
    char start[40];
    snprintf(start, sizeof start, "%.6g", v[1] + v[2] * (k / (starts ? starts : 1)));
    struct yaml_node *start_m = text_node(g->arena, row, "start_m", start);
    for (int hop = 0; lane && route && hop <= (int)v[0]; hop++) {
        struct yaml_node *node = text_node(g->arena, row, NULL, lane);
        if (node) {
            yaml_append(route, node);
        }
        lane = way_on(connections, lane, draw_mix(bits + (uint64_t)hop) >> 16);
    }
    if (!route || !start_m) {
        return false;
    }
    route->file = row->file;
    route->line = row->line;
    route->column = row->column;
    yaml_remove(agent, "route");
    yaml_remove(agent, "start_m");
    yaml_append(agent, route);
    yaml_append(agent, start_m);
    return true;
}

static bool add_step(const struct group *g, struct yaml_node *agent, uint32_t k,
                     const struct yaml_node *row)
{
    double step = 0;
    if (!row->text || !yaml_number(row->text, &step) ||
        !edit_add(g->arena, agent, "agents[]", row, step * k)) {
        check_problem(g->problems, row,
                      "step.%.60s: a number, and a key that is one, expected", row->key);
        return false;
    }
    return true;
}

static bool vary(const struct group *g, struct yaml_node *agent, uint32_t k,
                 const struct yaml_node *row)
{
    char path[200];
    snprintf(path, sizeof path, "%s.%.100s", g->id, row->key);
    uint64_t bits = draw_mix(edit_key(g->seed, path) + 0x9E3779B97F4A7C15ULL * (k + 1ULL));
    if (row->kind == YAML_MAP && row->count == 1 && strcmp(row->first->key, "walk") == 0) {
        return walk(g, agent, k, row, bits);
    }
    return edit_draw(g->arena, agent, "agents[]", row, bits, g->problems);
}

/* One agent of a group; false: a problem was told, or memory ran out. */
static bool add_one(const struct group *g, struct yaml_node *agents, uint32_t k)
{
    static const char *const parts[] = {"vary", "step"};
    const struct yaml_node *shared = yaml_get(g->item, "agent");
    struct yaml_node *agent = yaml_copy(g->arena, shared);
    char id[100];
    snprintf(id, sizeof id, "%.54s-%u", g->id, k);
    struct yaml_node *name = text_node(g->arena, shared, "id", id);
    if (!agent || !name) {
        check_problem(g->problems, shared, "traffic: no memory");
        return false;
    }
    agent->key = NULL;
    yaml_remove(agent, "id");
    yaml_append(agent, name);
    for (int part = 0; part < 2; part++) {
        const struct yaml_node *rows = yaml_get(g->item, parts[part]);
        if (rows && rows->kind != YAML_MAP) {
            check_problem(g->problems, rows, "traffic: %s: a mapping expected",
                          parts[part]);
            return false;
        }
        for (const struct yaml_node *row = rows ? rows->first : NULL; row;
             row = row->next) {
            if (!(part == 0 ? vary(g, agent, k, row) : add_step(g, agent, k, row))) {
                return false; /* told once, not for every agent of the group */
            }
        }
    }
    yaml_append(agents, agent);
    return true;
}

void traffic_expand(struct arena *arena, struct yaml_node *root, uint64_t seed,
                    struct scenario_problems *problems)
{
    struct yaml_node *traffic = yaml_get(root, "traffic");
    struct yaml_node *agents = yaml_get(root, "agents");
    uint32_t before = problems->total;
    if (!traffic) {
        return;
    }
    check_value(traffic, fields_at("traffic"), "traffic", problems);
    if (!agents && (agents = yaml_new(arena, YAML_LIST, "agents", NULL)) != NULL) {
        agents->file = root->file;
        agents->line = traffic->line;
        agents->column = traffic->column;
        yaml_append(root, agents);
    }
    yaml_remove(root, "traffic");
    if (problems->total != before || !agents || agents->kind != YAML_LIST) {
        return;
    }
    for (const struct yaml_node *item = traffic->first; item; item = item->next) {
        double count = 0;
        struct group g = {arena, root, item, word(item, "id"), seed, problems};
        (void)yaml_number(word(item, "count"), &count);
        const struct yaml_node *shared = yaml_get(item, "agent");
        if (shared->kind != YAML_MAP) {
            check_problem(problems, shared, "traffic: agent: a mapping expected");
            continue;
        }
        for (uint32_t k = 0; k < (uint32_t)count && agents->count <= SCENARIO_AGENTS_MOST;
             k++) {
            if (!add_one(&g, agents, k)) {
                break;
            }
        }
    }
}
