/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of agents written out. In: a tree, a seed. Out: agents appended to it. */
#include "scenarios/traffic.h"

#include <stdio.h>
#include <string.h>

#include "base/draw.h"
#include "scenarios/check.h"
#include "scenarios/edit.h"
#include "scenarios/fields.h"
#include "scenarios/names.h"

struct ways;

struct group {
    struct arena *arena;
    struct yaml_node *root; /* of the file */
    const struct yaml_node *item;
    const char *id;
    uint64_t seed;
    const struct ways *ways; /* NULL: the map has none */
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

/* The ways on from lanes, for routes at random: which connections begin where, in order of
 * the file. */
struct ways {
    struct names from;     /* id of a lane, to its first connection */
    const char **to;       /* per connection */
    uint32_t *next, *last; /* the one after it from the same lane; the last, at the first */
    uint32_t *count;       /* at the first: how many */
    const char **starts;   /* lanes that lead somewhere */
    uint32_t start_count;
};

static bool take_way(struct ways *w, const struct yaml_node *connection, uint32_t i)
{
    const char *from = word(connection, "from");
    uint32_t first = names_find(&w->from, from);
    w->to[i] = word(connection, "to");
    w->next[i] = NAMES_NONE;
    if (first == NAMES_NONE) {
        w->last[i] = i;
        w->count[i] = 1;
        return names_put(&w->from, from, i);
    }
    w->next[w->last[first]] = i;
    w->last[first] = i;
    w->count[first]++;
    return true;
}

/* NULL: the map has none, or there is no memory. */
static struct ways *ways_new(struct arena *arena, const struct yaml_node *map)
{
    const struct yaml_node *lanes = yaml_get(map, "lanes");
    const struct yaml_node *connections = yaml_get(map, "connections");
    struct ways *w = arena_take(arena, sizeof *w);
    if (!w || !lanes || !connections || connections->count == 0) {
        return NULL;
    }
    w->to = arena_take(arena, connections->count * sizeof *w->to);
    w->next = arena_take(arena, connections->count * sizeof *w->next);
    w->last = arena_take(arena, connections->count * sizeof *w->last);
    w->count = arena_take(arena, connections->count * sizeof *w->count);
    w->starts = arena_take(arena, (lanes->count + 1) * sizeof *w->starts);
    bool good = w->to && w->next && w->last && w->count && w->starts;
    uint32_t i = 0;
    for (const struct yaml_node *n = connections->first; good && n; n = n->next) {
        good = take_way(w, n, i++);
    }
    for (const struct yaml_node *n = lanes->first; good && n; n = n->next) {
        if (names_find(&w->from, word(n, "id")) != NAMES_NONE) {
            w->starts[w->start_count++] = word(n, "id");
        }
    }
    if (!good) {
        names_close(&w->from);
    }
    return good ? w : NULL;
}

/* The n-th way on from a lane, or NULL where none goes on; n is taken modulo their number.
 */
static const char *way_on(const struct ways *w, const char *from, uint64_t n)
{
    uint32_t at = names_find(&w->from, from);
    if (at == NAMES_NONE) {
        return NULL;
    }
    for (uint64_t left = n % w->count[at]; left > 0; left--) {
        at = w->next[at];
    }
    return w->to[at];
}

/* {walk: [hops, first_m, spacing_m]}: starts are dealt out over all lanes that lead
 * somewhere, the next row of starts spacing_m further on; the way is drawn. */
static bool walk(const struct group *g, struct yaml_node *agent, uint32_t k,
                 const struct yaml_node *row, uint64_t bits)
{
    const struct yaml_node *rule = row->first;
    double v[3];
    bool good = rule->kind == YAML_LIST && rule->count == 3 && g->ways;
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
    uint32_t starts = g->ways->start_count;
    const char *lane = starts ? g->ways->starts[k % starts] : NULL;
    struct yaml_node *route = yaml_new(g->arena, YAML_LIST, "route", NULL);
    char start[40];
    snprintf(start, sizeof start, "%.6g", v[1] + v[2] * (k / (starts ? starts : 1)));
    struct yaml_node *start_m = text_node(g->arena, row, "start_m", start);
    for (int hop = 0; lane && route && hop <= (int)v[0]; hop++) {
        struct yaml_node *node = text_node(g->arena, row, NULL, lane);
        if (node) {
            yaml_append(route, node);
        }
        lane = way_on(g->ways, lane, draw_mix(bits + (uint64_t)hop) >> 16);
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
    struct ways *ways = ways_new(arena, yaml_get(root, "map"));
    for (const struct yaml_node *item = traffic->first; item; item = item->next) {
        double count = 0;
        struct group g = {arena, root, item, word(item, "id"), seed, ways, problems};
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
    if (ways) {
        names_close(&ways->from);
    }
}
