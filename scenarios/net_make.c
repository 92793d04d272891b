/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a map of what a network of SUMO says. In: tables. Out: the mapping of a map file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "scenarios/net_inner.h"
#include "scenarios/net_lights.h"
#include "scenarios/net_out.h"
#include "scenarios/path.h"

#define HOPS_MOST   8    /* lanes inside a junction, one after the other */
#define ASIDE_M     0.3  /* that far a rounded corner may leave the one of the network */
#define CURVE_M     1.0  /* that far SUMO's way may lie from our curve */
#define SHORT_M     0.15 /* ways through a junction shorter than that get room */
#define ROOM_M      0.3
#define KINK_RAD    0.02
#define CURVE_STEPS 32

struct make {
    const struct net *net;
    struct net_out out;
    struct names ids;       /* given */
    struct names onward;    /* of a lane inside: its link */
    struct names inside;    /* of a lane inside: its row in the requests */
    struct names onto;      /* of a crossing: the link onto it that has a light */
    uint32_t *link_of;      /* per request; NAMES_NONE: none of a vehicle */
    uint32_t *junction_of;  /* per request */
    const char **lane_keys; /* our id per lane, NULL: not in the map */
    const char **link_keys; /* and per link */
    bool *roomy;            /* lane: its begin is moved to give a short way room */
    struct net_lights *lights;
};

static const struct net_lane *lane_by(const struct make *m, const char *id)
{
    uint32_t at = id ? names_find(&m->net->lane_names, id) : NAMES_NONE;
    return at == NAMES_NONE ? NULL : &m->net->lanes[at];
}

static bool is_road(const struct net_lane *lane)
{
    return lane && lane->use == NET_ROAD;
}

static double between(const double a[2], const double b[2])
{
    return fm_hypot(b[0] - a[0], b[1] - a[1]);
}

/* Corners become arcs that leave them by ASIDE_M at most: a driver slows down for a bend,
 * not for the corner of a drawing. Gives the count; `to` holds CORNER_MOST a point. */
#define CORNER_MOST 10
static uint32_t round_corners(const double (*from)[2], uint32_t count, double (*to)[2])
{
    uint32_t n = 0;
    memcpy(to[n++], from[0], sizeof to[0]);
    for (uint32_t i = 1; i + 1 < count; i++) {
        const double *a = from[i - 1];
        const double *p = from[i];
        const double *b = from[i + 1];
        double in = between(a, p);
        double out = between(p, b);
        double turn = in > 0 && out > 0
                          ? fm_abs(fm_wrap_angle(fm_atan2(b[1] - p[1], b[0] - p[0]) -
                                                 fm_atan2(p[1] - a[1], p[0] - a[0])))
                          : 0;
        double most = 0.5 * (in < out ? in : out);
        double reach = turn > KINK_RAD ? 2 * ASIDE_M / fm_sin(0.5 * turn) : 0;
        reach = reach < most ? reach : most;
        if (reach < 0.05) {
            memcpy(to[n++], p, sizeof to[0]);
            continue;
        }
        uint32_t parts = 2 + (uint32_t)(turn / 0.2);
        parts = parts < CORNER_MOST - 1 ? parts : CORNER_MOST - 1;
        for (uint32_t k = 0; k <= parts; k++) { /* quadratic Bezier around the corner */
            double t = (double)k / parts;
            for (int axis = 0; axis < 2; axis++) {
                double begin = p[axis] + (a[axis] - p[axis]) * reach / in;
                double end = p[axis] + (b[axis] - p[axis]) * reach / out;
                to[n][axis] =
                    (1 - t) * (1 - t) * begin + 2 * t * (1 - t) * p[axis] + t * t * end;
            }
            n++;
        }
    }
    memcpy(to[n++], from[count - 1], sizeof to[0]);
    return n;
}

static void put_way(struct make *m, struct yaml_node *map, const char *key,
                    const double (*points)[2], uint32_t count, bool rounded)
{
    double(*way)[2] = malloc((size_t)count * CORNER_MOST * sizeof *way);
    if (!way) {
        m->out.failed = true;
        return;
    }
    uint32_t n = count;
    if (rounded) {
        n = round_corners(points, count, way);
    } else {
        memcpy(way, points, count * sizeof *way);
    }
    struct yaml_node *list = net_out_list(&m->out, map, key);
    double before[2] = {1e300, 1e300};
    for (uint32_t i = 0; i < n; i++) { /* what would print the same is one point */
        if (i > 0 && i + 1 < n && between(before, way[i]) < 0.02) {
            continue;
        }
        net_out_pair(&m->out, list, way[i]);
        memcpy(before, way[i], sizeof before);
    }
    free(way);
}

static double clamp(double value, double least, double most)
{
    return value < least ? least : value > most ? most : value;
}

/* Where a lane begins in the map. */
static void begin_of(const struct make *m, const struct net_lane *lane, double at[2])
{
    const double *a = lane->points_m[0];
    const double *b = lane->points_m[1];
    double length = between(a, b);
    double way = m->roomy[lane - m->net->lanes] && length > 3 * ROOM_M ? ROOM_M : 0;
    for (int axis = 0; axis < 2; axis++) {
        at[axis] = a[axis] + (length > 0 ? way / length : 0) * (b[axis] - a[axis]);
    }
}

static void put_lanes(struct make *m, struct yaml_node *map)
{
    struct yaml_node *list = net_out_list(&m->out, map, "lanes");
    for (uint32_t i = 0; i < m->net->lane_count; i++) {
        const struct net_lane *lane = &m->net->lanes[i];
        if (!is_road(lane)) {
            continue;
        }
        m->out.line = lane->line;
        double(*points)[2] = malloc(lane->point_count * sizeof *points);
        if (!points) {
            m->out.failed = true;
            return;
        }
        memcpy(points, lane->points_m, lane->point_count * sizeof *points);
        begin_of(m, lane, points[0]);
        struct yaml_node *node = net_out_map(&m->out, list, NULL);
        m->lane_keys[i] = names_id(&m->ids, m->out.arena, lane->id);
        net_out_text(&m->out, node, "id", m->lane_keys[i]);
        net_out_number(&m->out, node, "width_m", clamp(lane->width_m, 1, 20));
        net_out_number(&m->out, node, "speed_mps", clamp(lane->speed_mps, 0.5, 70));
        put_way(m, node, "points_m", (const double(*)[2])points, lane->point_count, true);
        free(points);
    }
}

/* The way of a link: end of its lane, lanes inside, begin of the next lane. */
struct way {
    double points[2 * 64][2];
    uint32_t count;
    const struct net_lane *inside; /* the first one */
    uint32_t request;              /* of the junction it leads through */
};

static void add_point(struct way *w, const double p[2])
{
    if (w->count < sizeof w->points / sizeof w->points[0] &&
        (w->count == 0 || between(w->points[w->count - 1], p) > 0.02)) {
        memcpy(w->points[w->count++], p, sizeof w->points[0]);
    }
}

static void way_of(const struct make *m, const struct net_link *link, struct way *w)
{
    const struct net_lane *from = lane_by(m, link->from);
    const struct net_lane *to = lane_by(m, link->to);
    const char *via = link->via;
    double begin[2];
    *w = (struct way){.request = NAMES_NONE};
    add_point(w, from->points_m[from->point_count - 1]);
    for (int hop = 0; via && hop < HOPS_MOST; hop++) {
        const struct net_lane *inside = lane_by(m, via);
        uint32_t request = names_find(&m->inside, via);
        uint32_t next = names_find(&m->onward, via);
        w->request = request != NAMES_NONE ? request : w->request;
        for (uint32_t i = 0; inside && i < inside->point_count; i++) {
            add_point(w, inside->points_m[i]);
        }
        w->inside = w->inside ? w->inside : inside;
        via = next != NAMES_NONE ? m->net->links[next].via : NULL;
    }
    begin_of(m, to, begin);
    add_point(w, begin);
}

/* Does our own curve between the two lanes lie where SUMO drives? */
static bool is_curve(const struct net_lane *from, const struct net_lane *to,
                     const struct way *w)
{
    double curve[CURVE_STEPS + 1][2];
    const double *a = from->points_m[from->point_count - 2];
    const double *b = from->points_m[from->point_count - 1];
    const double *c = w->points[w->count - 1];
    const double *d = to->points_m[1];
    path_curve(b, fm_atan2(b[1] - a[1], b[0] - a[0]), c, fm_atan2(d[1] - c[1], d[0] - c[0]),
               curve, CURVE_STEPS + 1);
    for (uint32_t i = 0; i < w->count; i++) {
        double least = 1e300;
        for (int k = 0; k <= CURVE_STEPS; k++) {
            double away = between(w->points[i], curve[k]);
            least = away < least ? away : least;
        }
        if (least > CURVE_M + 0.5 * between(b, c) / CURVE_STEPS) {
            return false;
        }
    }
    return true;
}

static const char *turn_of(char turn)
{
    return turn == 'l' || turn == 'L'   ? "left"
           : turn == 'r' || turn == 'R' ? "right"
           : turn == 't'                ? "u_turn"
                                        : "straight";
}

/* The connections that this one lets pass. */
static void put_yields(struct make *m, struct yaml_node *node, const struct net_link *link,
                       uint32_t request)
{
    const struct net_junction *j = &m->net->junctions[m->junction_of[request]];
    const char *response = m->net->requests[request].response;
    size_t length = strlen(response);
    struct yaml_node *list = NULL;
    for (uint32_t k = 0; k < j->count && k < length; k++) {
        uint32_t other = m->link_of[j->first + k];
        if (response[length - 1 - k] != '1' || other == NAMES_NONE ||
            !m->link_keys[other] || j->first + k == request ||
            !net_lights_give_way(m->lights, link, &m->net->links[other])) {
            continue;
        }
        list = list ? list : net_out_list(&m->out, node, "yields_to");
        net_out_text(&m->out, list, NULL, m->link_keys[other]);
    }
}

static bool drives(const struct make *m, const struct net_link *link)
{
    return is_road(lane_by(m, link->from)) && is_road(lane_by(m, link->to));
}

static void put_link(struct make *m, struct yaml_node *list, uint32_t i)
{
    const struct net_link *link = &m->net->links[i];
    const struct net_lane *from = lane_by(m, link->from);
    const struct net_lane *to = lane_by(m, link->to);
    struct way way;
    m->out.line = link->line;
    way_of(m, link, &way);
    struct yaml_node *node = net_out_map(&m->out, list, NULL);
    net_out_text(&m->out, node, "id", m->link_keys[i]);
    net_out_text(&m->out, node, "from", m->lane_keys[from - m->net->lanes]);
    net_out_text(&m->out, node, "to", m->lane_keys[to - m->net->lanes]);
    net_out_text(&m->out, node, "turn", turn_of(link->turn));
    net_out_number(&m->out, node, "speed_mps",
                   clamp(way.inside ? way.inside->speed_mps : from->speed_mps, 0.5, 70));
    if (!is_curve(from, to, &way)) {
        put_way(m, node, "points_m", (const double(*)[2])way.points, way.count, true);
    }
    const char *signal = net_lights_signal(m->lights, link);
    if (signal) {
        net_out_text(&m->out, node, "signal", signal);
    }
    if (way.request != NAMES_NONE) {
        put_yields(m, node, link, way.request);
    }
}

static void put_links(struct make *m, struct yaml_node *map)
{
    struct yaml_node *list = net_out_list(&m->out, map, "connections");
    char name[440];
    for (uint32_t i = 0; i < m->net->link_count; i++) {
        const struct net_link *link = &m->net->links[i];
        if (drives(m, link)) {
            snprintf(name, sizeof name, "%.219s-%.219s", link->from, link->to);
            m->link_keys[i] = names_id(&m->ids, m->out.arena, link->via ? link->via : name);
        }
    }
    for (uint32_t i = 0; i < m->net->link_count; i++) {
        if (m->link_keys[i]) {
            put_link(m, list, i);
        }
    }
}

/* The signal of a crossing stands on the way onto it from a walking area. */
static const char *crossing_signal(const struct make *m, const struct net_lane *lane)
{
    uint32_t link = names_find(&m->onto, lane->id);
    return link == NAMES_NONE ? NULL : net_lights_signal(m->lights, &m->net->links[link]);
}

static void put_walks(struct make *m, struct yaml_node *map, const char *key,
                      enum net_use use)
{
    struct yaml_node *list = NULL;
    for (uint32_t i = 0; i < m->net->lane_count; i++) {
        const struct net_lane *lane = &m->net->lanes[i];
        if (lane->use != use) {
            continue;
        }
        m->out.line = lane->line;
        list = list ? list : net_out_list(&m->out, map, key);
        struct yaml_node *node = net_out_map(&m->out, list, NULL);
        net_out_text(&m->out, node, "id", names_id(&m->ids, m->out.arena, lane->id));
        if (use == NET_AREA) {
            put_way(m, node, "polygon_m", lane->points_m, lane->point_count, false);
            continue;
        }
        net_out_number(&m->out, node, "width_m", clamp(lane->width_m, 0.5, 20));
        put_way(m, node, "points_m", lane->points_m, lane->point_count, false);
        const char *signal = use == NET_CROSSING ? crossing_signal(m, lane) : NULL;
        if (signal) {
            net_out_text(&m->out, node, "signal", signal);
        }
    }
}

static int refuse(const struct make *m, int line, const char *why, const char *what,
                  struct fail *fail)
{
    return fail_set(fail, RESULT_USAGE, "%.150s:%d:1: error: %s%.80s", m->net->xml.file,
                    line, why, what);
}

/* Which request is whose: the lanes inside a junction stand in the order of its rows. */
static bool index_requests(struct make *m)
{
    for (uint32_t j = 0; j < m->net->junction_count; j++) {
        const struct net_junction *at = &m->net->junctions[j];
        const char *text = at->inside;
        for (uint32_t k = 0; k < at->count; k++) {
            char id[220];
            size_t n = strcspn(text, " ");
            m->junction_of[at->first + k] = j;
            snprintf(id, sizeof id, "%.*s", (int)(n < 219 ? n : 219), text);
            const char *kept = arena_text(m->out.arena, id);
            if (!kept || (n > 0 && !names_put(&m->inside, kept, at->first + k))) {
                return false;
            }
            text += n + (text[n] == ' ');
        }
    }
    return true;
}

static int index_links(struct make *m, struct fail *fail)
{
    const struct net *net = m->net;
    for (uint32_t i = 0; i < net->link_count; i++) {
        const struct net_link *link = &net->links[i];
        const struct net_lane *from = lane_by(m, link->from);
        if (!from || !lane_by(m, link->to)) {
            return refuse(m, link->line, "no such lane: ", from ? link->to : link->from,
                          fail);
        }
        bool onto = lane_by(m, link->to)->use == NET_CROSSING && link->light;
        if ((from->use == NET_INSIDE && !names_put(&m->onward, link->from, i)) ||
            (onto && !names_put(&m->onto, link->to, i))) {
            return fail_set(fail, RESULT_MEMORY, "%.300s: no memory", net->xml.file);
        }
    }
    for (uint32_t i = 0; i < net->link_count; i++) {
        struct way way;
        if (!drives(m, &net->links[i])) {
            continue;
        }
        way_of(m, &net->links[i], &way);
        if (way.request != NAMES_NONE) {
            m->link_of[way.request] = i;
        }
        const struct net_lane *from = lane_by(m, net->links[i].from);
        const struct net_lane *to = lane_by(m, net->links[i].to);
        if (between(from->points_m[from->point_count - 1], to->points_m[0]) < SHORT_M) {
            m->roomy[to - net->lanes] = true;
        }
    }
    return 0;
}

static void put_junction(struct make *m, struct yaml_node *map)
{
    const struct net_junction *found = NULL;
    for (uint32_t j = 0; j < m->net->junction_count; j++) {
        const struct net_junction *at = &m->net->junctions[j];
        found = !found || (at->light && !found->light) ? at : found;
    }
    if (found) { /* MAP and SPAT speak of one intersection: the first with a light */
        struct yaml_node *node = net_out_map(&m->out, map, "intersection");
        double ref[2] = {found->x_m, found->y_m};
        struct yaml_node *pair = net_out_list(&m->out, node, "ref_m");
        net_out_number(&m->out, pair, NULL, ref[0]);
        net_out_number(&m->out, pair, NULL, ref[1]);
    }
}

static int make_all(struct make *m, struct yaml_node *map, struct fail *fail)
{
    const struct net *net = m->net;
    for (uint32_t i = 0; i < net->request_count; i++) {
        m->link_of[i] = NAMES_NONE;
    }
    int result = index_requests(m)
                     ? index_links(m, fail)
                     : fail_set(fail, RESULT_MEMORY, "%.300s: no memory", net->xml.file);
    if (result == 0) {
        result = net_lights_new(&m->lights, net, &m->ids, &m->out, fail);
    }
    if (result != 0) {
        return result;
    }
    put_junction(m, map);
    put_lanes(m, map);
    put_links(m, map);
    put_walks(m, map, "crosswalks", NET_CROSSING);
    put_walks(m, map, "sidewalks", NET_FOOTWAY);
    put_walks(m, map, "areas", NET_AREA);
    net_lights_put(m->lights, map);
    return m->out.failed ? fail_set(fail, RESULT_MEMORY, "%.300s: no memory", net->xml.file)
                         : 0;
}

int net_map(const struct net *net, struct arena *arena, struct yaml_node **map,
            struct fail *fail)
{
    struct make m = {.net = net, .out = {.arena = arena, .file = net->xml.file, .line = 1}};
    m.link_of = calloc(net->request_count + 1, sizeof *m.link_of);
    m.junction_of = calloc(net->request_count + 1, sizeof *m.junction_of);
    m.lane_keys = calloc(net->lane_count + 1, sizeof *m.lane_keys);
    m.link_keys = calloc(net->link_count + 1, sizeof *m.link_keys);
    m.roomy = calloc(net->lane_count + 1, sizeof *m.roomy);
    *map = net_out_map(&m.out, NULL, NULL);
    int result = m.link_of && m.junction_of && m.lane_keys && m.link_keys && m.roomy && *map
                     ? make_all(&m, *map, fail)
                     : fail_set(fail, RESULT_MEMORY, "%.300s: no memory", net->xml.file);
    net_lights_free(m.lights);
    names_close(&m.ids);
    names_close(&m.onward);
    names_close(&m.inside);
    names_close(&m.onto);
    free(m.link_of);
    free(m.junction_of);
    free(m.lane_keys);
    free(m.link_keys);
    free(m.roomy);
    return result;
}
