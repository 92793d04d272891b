/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the lane graph. In: a checked tree. Out: lanes, connections, who yields to whom. */
#include "scenarios/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "scenarios/check.h"
#include "scenarios/names.h"

#define CURVE_POINTS 33

/* What map_new carries through its steps. */
struct maker {
    struct arena *arena;
    struct map *map;
    const struct scenario_signal *signals;
    uint32_t signal_count;
    struct scenario_problems *problems;
    bool used[256];    /* lane ids */
    struct names made; /* lanes and connections so far */
};

uint32_t map_find(const struct map *map, const char *id)
{
    uint32_t low = 0;
    uint32_t high = map->by_id ? map->lane_count : 0;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        int order = strcmp(map->lanes[map->by_id[middle]].id, id);
        if (order == 0) {
            return map->by_id[middle];
        }
        *(order < 0 ? &low : &high) = order < 0 ? middle + 1 : middle;
    }
    return MAP_NONE;
}

static int by_name(const void *a, const void *b)
{
    const struct names_slot *p = a;
    const struct names_slot *q = b;
    return strcmp(p->text, q->text);
}

/* What was found by its hash while the map was made is found by halves afterwards. */
static void index_ids(struct maker *m)
{
    uint32_t *by_id = arena_take(m->arena, (m->map->lane_count + 1) * sizeof *by_id);
    uint32_t count = 0;
    for (uint32_t i = 0; by_id && i < m->made.room; i++) {
        if (m->made.slots[i].text) {
            m->made.slots[count++] = m->made.slots[i];
        }
    }
    if (count > 0) {
        qsort(m->made.slots, count, sizeof *m->made.slots, by_name);
    }
    for (uint32_t i = 0; i < count; i++) {
        by_id[i] = m->made.slots[i].number;
    }
    m->map->by_id = count == m->map->lane_count ? by_id : NULL;
}

/* The next lane of the map gets this id, unless another has it. */
static void claim_id(struct maker *m, const struct yaml_node *node, const char *prefix,
                     const char *id)
{
    if (names_find(&m->made, id) != NAMES_NONE) {
        check_problem(m->problems, node, "%s: id %s given twice", prefix, id);
    } else if (!names_put(&m->made, id, m->map->lane_count)) {
        check_problem(m->problems, node, "%s: no memory", prefix);
    }
}

static int find_signal(struct maker *m, const struct yaml_node *node)
{
    const struct yaml_node *id = yaml_get(node, "signal");
    if (!id) {
        return -1;
    }
    for (uint32_t i = 0; i < m->signal_count; i++) {
        if (strcmp(m->signals[i].id, id->text) == 0) {
            return (int)i;
        }
    }
    check_problem(m->problems, id, "signal = %s: the scenario has no such signal",
                  id->text);
    return -1;
}

static uint8_t next_lane_id(struct maker *m)
{
    for (int id = 1; id < 255; id++) {
        if (!m->used[id]) {
            m->used[id] = true;
            return (uint8_t)id;
        }
    }
    return 0; /* more lanes than the standard can number: not in the MAP */
}

static void claim_lane_ids(struct maker *m, const struct yaml_node *lanes)
{
    for (const struct yaml_node *n = lanes ? lanes->first : NULL; n; n = n->next) {
        int id = (int)value_number(n, "map.lanes[]", "lane_id");
        if (id > 0 && m->used[id]) {
            check_problem(m->problems, yaml_get(n, "lane_id"), "lane_id = %d: given twice",
                          id);
        }
        m->used[id] = true;
    }
}

static void make_path(struct maker *m, const struct yaml_node *node, struct map_lane *lane)
{
    struct fail fail = {0};
    if (path_new(&lane->path, m->arena, lane->points_m, lane->point_count, 2.5, &fail) !=
        0) {
        check_problem(m->problems, node, "%s: %.200s", lane->id, fail.text);
    }
}

static void make_lane(struct maker *m, const struct yaml_node *node, struct map_lane *lane)
{
    const struct yaml_node *points = yaml_get(node, "points_m");
    *lane = (struct map_lane){.stop_m = -1, .signal = -1, .from = MAP_NONE, .to = MAP_NONE};
    lane->id = value_text(node, "map.lanes[]", "id");
    claim_id(m, node, "map.lanes", lane->id);
    lane->lane_id = (uint8_t)value_number(node, "map.lanes[]", "lane_id");
    if (lane->lane_id == 0) {
        lane->lane_id = next_lane_id(m);
    }
    lane->width_m = value_number(node, "map.lanes[]", "width_m");
    lane->speed_mps = value_number(node, "map.lanes[]", "speed_mps");
    lane->points_m = value_points(points, m->arena, false, NULL);
    lane->point_count = lane->points_m ? points->count : 0;
    make_path(m, points, lane);
    if (value_has(node, "stop_m")) {
        lane->stop_m = lane->path.length_m - value_number(node, "map.lanes[]", "stop_m");
        lane->stop_m = lane->stop_m < 0 ? 0 : lane->stop_m;
    }
}

static uint32_t lane_of(struct maker *m, const struct yaml_node *node, const char *key)
{
    const struct yaml_node *id = yaml_get(node, key);
    uint32_t lane = names_find(&m->made, id->text);
    if (lane == NAMES_NONE || m->map->lanes[lane].connection) {
        check_problem(m->problems, id, "map.connections: %s = %s: no such lane", key,
                      id->text);
        return MAP_NONE;
    }
    return lane;
}

static bool connection_points(struct maker *m, const struct yaml_node *node,
                              struct map_lane *lane)
{
    const struct yaml_node *points = yaml_get(node, "points_m");
    if (points) {
        lane->points_m = value_points(points, m->arena, false, NULL);
        lane->point_count = points->count;
        return lane->points_m != NULL;
    }
    const struct path *from = &m->map->lanes[lane->from].path;
    const struct path *to = &m->map->lanes[lane->to].path;
    if (from->count == 0 || to->count == 0) {
        return false;
    }
    const struct path_node *a = &from->nodes[from->count - 1];
    const struct path_node *b = &to->nodes[0];
    double(*curve)[2] = arena_take(m->arena, CURVE_POINTS * sizeof *curve);
    if (!curve) {
        return false;
    }
    path_curve((double[2]){a->x_m, a->y_m}, a->yaw_rad, (double[2]){b->x_m, b->y_m},
               b->yaw_rad, curve, CURVE_POINTS);
    lane->points_m = (const double(*)[2])curve;
    lane->point_count = CURVE_POINTS;
    return true;
}

static void make_connection(struct maker *m, const struct yaml_node *node,
                            struct map_lane *lane)
{
    *lane =
        (struct map_lane){.connection = true, .stop_m = -1, .signal = find_signal(m, node)};
    lane->from = lane_of(m, node, "from");
    lane->to = lane_of(m, node, "to");
    lane->turn = (enum map_turn)value_enum(node, "map.connections[]", "turn");
    lane->speed_mps = value_number(node, "map.connections[]", "speed_mps");
    lane->id = value_text(node, "map.connections[]", "id");
    if (lane->id[0] == '\0' && lane->from != MAP_NONE && lane->to != MAP_NONE) {
        const char *from = m->map->lanes[lane->from].id;
        const char *to = m->map->lanes[lane->to].id;
        char *id = arena_take(m->arena, strlen(from) + strlen(to) + 2);
        if (id) {
            strcat(strcat(strcpy(id, from), "-"), to);
            lane->id = id;
        }
    }
    if (lane->id[0] != '\0') {
        claim_id(m, node, "map.connections", lane->id);
    }
    if (lane->from == MAP_NONE || lane->to == MAP_NONE) {
        return;
    }
    lane->width_m = m->map->lanes[lane->from].width_m;
    if (connection_points(m, node, lane)) {
        make_path(m, node, lane);
    }
    struct map_lane *from = &m->map->lanes[lane->from];
    if (lane->signal >= 0 && from->stop_m < 0) {
        from->stop_m = from->path.length_m;
    }
}

static void make_yields(struct maker *m, const struct yaml_node *node,
                        struct map_lane *lane)
{
    const struct yaml_node *list = yaml_get(node, "yields_to");
    struct map_yield *yields =
        list ? arena_take(m->arena, (list->count + 1) * sizeof *yields) : NULL;
    lane->yields = yields;
    for (const struct yaml_node *n = yields ? list->first : NULL; n; n = n->next) {
        struct map_yield y = {.lane = names_find(&m->made, n->text)};
        if (y.lane == NAMES_NONE || !m->map->lanes[y.lane].connection) {
            check_problem(m->problems, n, "yields_to = %s: no such connection", n->text);
        } else if (lane->path.count > 1 && m->map->lanes[y.lane].path.count > 1) {
            const struct map_lane *other = &m->map->lanes[y.lane];
            if (!path_crossing(&lane->path, &other->path, &y.here_m, &y.there_m)) {
                y.here_m = lane->path.length_m; /* they merge */
                y.there_m = other->path.length_m;
            }
            yields[lane->yield_count++] = y;
        }
    }
    if (list && lane->from != MAP_NONE && m->map->lanes[lane->from].stop_m < 0) {
        m->map->lanes[lane->from].stop_m = m->map->lanes[lane->from].path.length_m;
    }
}

static void make_next(struct maker *m)
{
    struct map *map = m->map;
    uint32_t connections = 0;
    for (uint32_t i = 0; i < map->lane_count; i++) {
        connections += map->lanes[i].connection;
    }
    uint32_t *next = arena_take(m->arena, (connections + 1) * sizeof *next);
    uint32_t *from_count = arena_take(m->arena, (map->lane_count + 1) * sizeof *from_count);
    if (!next || !from_count) {
        return;
    }
    uint32_t at = 0;
    for (uint32_t i = 0; i < map->lane_count; i++) {
        const struct map_lane *c = &map->lanes[i];
        if (c->connection && c->from != MAP_NONE) {
            from_count[c->from]++;
        }
    }
    for (uint32_t i = 0; i < map->lane_count; i++) {
        map->lanes[i].next = next + at;
        at += from_count[i];
    }
    for (uint32_t i = 0; i < map->lane_count; i++) {
        const struct map_lane *c = &map->lanes[i];
        if (c->connection && c->from != MAP_NONE) {
            struct map_lane *from = &map->lanes[c->from];
            next[(from->next - next) + from->next_count++] = i;
        }
    }
}

static struct map_walk *make_walks(struct maker *m, const struct yaml_node *list,
                                   const char *prefix, bool numbered, uint32_t *count)
{
    struct map_walk *walks =
        list ? arena_take(m->arena, (list->count + 1) * sizeof *walks) : NULL;
    for (const struct yaml_node *n = walks ? list->first : NULL; n; n = n->next) {
        const struct yaml_node *points = yaml_get(n, "points_m");
        points = points ? points : yaml_get(n, "polygon_m");
        struct map_walk *w = &walks[(*count)++];
        w->id = value_text(n, prefix, "id");
        w->signal = find_signal(m, n);
        w->width_m = value_number(n, prefix, "width_m");
        w->points_m = value_points(points, m->arena, false, NULL);
        w->point_count = w->points_m ? points->count : 0;
        w->lane_id = numbered ? next_lane_id(m) : 0;
    }
    return walks;
}

static void make_all(struct maker *m, const struct yaml_node *root)
{
    const struct yaml_node *lanes = yaml_get(root, "lanes");
    const struct yaml_node *connections = yaml_get(root, "connections");
    struct map *map = m->map;
    uint32_t count = (lanes ? lanes->count : 0) + (connections ? connections->count : 0);
    if (count > MAP_LANES_MOST) {
        check_problem(m->problems, root, "map: more than %d lanes", MAP_LANES_MOST);
        return;
    }
    map->lanes = arena_take(m->arena, (count + 1) * sizeof *map->lanes);
    if (!map->lanes) {
        return;
    }
    claim_lane_ids(m, lanes);
    for (const struct yaml_node *n = lanes ? lanes->first : NULL; n; n = n->next) {
        struct map_lane lane;
        make_lane(m, n, &lane);
        map->lanes[map->lane_count++] = lane;
    }
    uint32_t first = map->lane_count;
    for (const struct yaml_node *n = connections ? connections->first : NULL; n;
         n = n->next) {
        struct map_lane lane;
        make_connection(m, n, &lane);
        map->lanes[map->lane_count++] = lane;
    }
    for (const struct yaml_node *n = connections ? connections->first : NULL; n;
         n = n->next) {
        make_yields(m, n, &map->lanes[first++]);
    }
    make_next(m);
    index_ids(m);
    map->crosswalks = make_walks(m, yaml_get(root, "crosswalks"), "map.crosswalks[]", true,
                                 &map->crosswalk_count);
    map->sidewalks = make_walks(m, yaml_get(root, "sidewalks"), "map.sidewalks[]", false,
                                &map->sidewalk_count);
    map->areas =
        make_walks(m, yaml_get(root, "areas"), "map.areas[]", false, &map->area_count);
}

struct map *map_new(struct arena *arena, const struct yaml_node *root,
                    const struct scenario_signal *signals, uint32_t signal_count,
                    struct scenario_problems *problems)
{
    struct map *map = arena_take(arena, sizeof *map);
    if (!map) {
        return NULL;
    }
    struct maker m = {.arena = arena,
                      .map = map,
                      .signals = signals,
                      .signal_count = signal_count,
                      .problems = problems};
    map->name = "";
    if (root) {
        const struct yaml_node *intersection = yaml_get(root, "intersection");
        map->name = value_text(root, "map", "name");
        map->intersection_id =
            (uint16_t)value_number(intersection, "map.intersection", "id");
        (void)value_pair(intersection, "ref_m", map->ref_m);
        make_all(&m, root);
        names_close(&m.made);
    }
    return map;
}

/* Breadth first over connections: fewest, and the first in the file's order among equals;
 * `before` has where each was reached from. */
static bool search(const struct map *map, uint32_t from, uint32_t to, uint32_t *before,
                   uint32_t *queue)
{
    uint32_t head = 0, tail = 0;
    memset(before, 0xFF, map->lane_count * sizeof *before);
    queue[tail++] = from;
    before[from] = from;
    while (head < tail) {
        uint32_t lane = queue[head++];
        const struct map_lane *l = &map->lanes[lane];
        uint32_t exits = l->connection ? 1 : l->next_count;
        for (uint32_t i = 0; i < exits; i++) {
            uint32_t next = l->connection ? l->to : l->next[i];
            if (next == to) {
                before[to] = lane;
                return true;
            }
            if (next != MAP_NONE && before[next] == MAP_NONE) {
                before[next] = lane;
                queue[tail++] = next;
            }
        }
    }
    return false;
}

uint32_t map_route(const struct map *map, uint32_t from, uint32_t to, uint32_t *route,
                   uint32_t count)
{
    uint32_t chain[MAP_ROUTE_MOST];
    uint32_t length = 0;
    uint32_t *before = malloc(2 * (size_t)map->lane_count * sizeof *before);
    bool found = before && search(map, from, to, before, before + map->lane_count);
    for (uint32_t lane = to; found && (length == 0 || lane != from); lane = before[lane]) {
        found = length < MAP_ROUTE_MOST;
        if (found) {
            chain[length++] = lane;
        }
    }
    free(before);
    if (!found || count + length > MAP_ROUTE_MOST) {
        return MAP_NONE;
    }
    while (length > 0) {
        route[count++] = chain[--length];
    }
    return count;
}
