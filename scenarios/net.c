/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a network of SUMO. In: octets. Out: tables. */
#include "scenarios/net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/net_inner.h"

#define WIDTH_M     3.2 /* SUMO's own defaults */
#define CROSSING_M  4.0
#define FOOTWAY_M   2.0
#define GAP_S       3.0
#define DETECTOR_S  2.0
#define POINTS_MOST 5000 /* of one shape */

/* Room for one more; NULL: refused. Nodes move, so nobody keeps a pointer to one. */
static void *more(struct net *n, void *all, uint32_t *room, uint32_t count, size_t size,
                  uint32_t most, const char *what)
{
    if (count == most) {
        xml_refuse(&n->xml, "too many ", what);
        return NULL;
    }
    if (count < *room) {
        return all;
    }
    uint32_t wider = *room ? 2 * *room : 64;
    void *moved = realloc(all, wider * size);
    if (!moved) {
        xml_refuse(&n->xml, "no memory for ", what);
        return NULL;
    }
    *room = wider;
    return moved;
}

static const char *keep(struct net *n, const char *text)
{
    const char *kept = arena_text(&n->text, text);
    if (!kept) {
        xml_refuse(&n->xml, "no memory for a network of that size", "");
    }
    return kept;
}

static const char *keep_value(struct net *n, xml_attributes a, const char *name)
{
    const char *text = xml_value(a, name);
    if (!text || text[0] == '\0') {
        xml_refuse(&n->xml, "missing: ", name);
        return NULL;
    }
    return keep(n, text);
}

static double number_or(struct net *n, xml_attributes a, const char *name, double otherwise)
{
    double value = otherwise;
    return xml_value(a, name) && !xml_number(&n->xml, a, name, &value) ? otherwise : value;
}

/* "x,y x,y,z ...": false: refused. */
static bool read_shape(struct net *n, const char *text, struct net_lane *lane)
{
    uint32_t count = 1;
    for (const char *c = text; *c; c++) {
        count += *c == ' ';
    }
    double(*points)[2] =
        count <= POINTS_MOST ? arena_take(&n->text, count * sizeof *points) : NULL;
    uint32_t at = 0;
    while (points && *text && at < count) {
        char word[100];
        size_t length = strcspn(text, " ");
        snprintf(word, sizeof word, "%.*s", (int)(length < 99 ? length : 99), text);
        text += length + (text[length] == ' ');
        char *y = strchr(word, ',');
        if (length == 0) {
            continue;
        }
        if (!y) {
            break;
        }
        *y++ = '\0';
        y[strcspn(y, ",")] = '\0'; /* the height is not needed */
        if (!yaml_number(word, &points[at][0]) || !yaml_number(y, &points[at][1])) {
            break;
        }
        at++;
    }
    if (!points || at < 2 || *text != '\0') {
        xml_refuse(&n->xml, "a shape of 2 to 5000 points expected", "");
        return false;
    }
    lane->points_m = (const double(*)[2])points;
    lane->point_count = at;
    return true;
}

/* Is every word of the list one of those on foot? */
static bool only_on_foot(const char *list)
{
    bool any = false;
    while (*list) {
        size_t n = strcspn(list, " ");
        any = any || n > 0;
        if (n > 0 && !(n == 10 && strncmp(list, "pedestrian", n) == 0) &&
            !(n == 10 && strncmp(list, "wheelchair", n) == 0)) {
            return false;
        }
        list += n + (list[n] == ' ');
    }
    return any;
}

static enum net_use use_of(enum net_use edge, xml_attributes a)
{
    const char *allow = xml_value(a, "allow");
    const char *disallow = xml_value(a, "disallow");
    if (edge != NET_ROAD) {
        return edge;
    }
    if (disallow && strcmp(disallow, "all") == 0) {
        return NET_CLOSED;
    }
    return allow && only_on_foot(allow) ? NET_FOOTWAY : NET_ROAD;
}

static void start_edge(struct net *n, xml_attributes a)
{
    static const struct {
        const char *function;
        enum net_use use;
    } uses[] = {{"internal", NET_INSIDE},
                {"crossing", NET_CROSSING},
                {"walkingarea", NET_AREA},
                {"normal", NET_ROAD},
                {"connector", NET_ROAD}};
    const char *function = xml_value(a, "function");
    n->in_edge = true;
    n->edge = NET_ROAD;
    for (size_t i = 0; function && i < sizeof uses / sizeof uses[0]; i++) {
        n->edge = strcmp(function, uses[i].function) == 0 ? uses[i].use : n->edge;
    }
}

static void take_lane(struct net *n, xml_attributes a)
{
    struct net_lane *lanes = more(n, n->lanes, &n->lane_room, n->lane_count, sizeof *lanes,
                                  NET_LANES_MOST, "lanes");
    const char *shape = xml_value(a, "shape");
    if (!lanes) {
        return;
    }
    n->lanes = lanes;
    struct net_lane lane = {
        .id = keep_value(n, a, "id"), .use = use_of(n->edge, a), .line = xml_line(&n->xml)};
    lane.width_m = number_or(n, a, "width",
                             lane.use == NET_CROSSING  ? CROSSING_M
                             : lane.use == NET_FOOTWAY ? FOOTWAY_M
                                                       : WIDTH_M);
    lane.speed_mps = number_or(n, a, "speed", 13.89);
    if (!lane.id || !read_shape(n, shape ? shape : "", &lane)) {
        return;
    }
    if (names_find(&n->lane_names, lane.id) != NAMES_NONE) {
        xml_refuse(&n->xml, "a lane given twice: ", lane.id);
    } else if (!names_put(&n->lane_names, lane.id, n->lane_count)) {
        xml_refuse(&n->xml, "no memory for ", "lanes");
    }
    n->lanes[n->lane_count++] = lane;
}

/* The id of a lane out of an edge and the number of one of its lanes. */
static const char *lane_id(struct net *n, xml_attributes a, const char *edge,
                           const char *index)
{
    char id[220];
    const char *e = xml_value(a, edge);
    const char *i = xml_value(a, index);
    if (!e || !i || strlen(e) > 199 || strlen(i) > 10) {
        xml_refuse(&n->xml, "missing: ", !e ? edge : index);
        return NULL;
    }
    snprintf(id, sizeof id, "%.199s_%.10s", e, i);
    return keep(n, id);
}

static void take_link(struct net *n, xml_attributes a)
{
    struct net_link *links = more(n, n->links, &n->link_room, n->link_count, sizeof *links,
                                  NET_LINKS_MOST, "connections");
    const char *turn = xml_value(a, "dir");
    double index = number_or(n, a, "linkIndex", 0);
    if (!links) {
        return;
    }
    n->links = links;
    struct net_link link = {.from = lane_id(n, a, "from", "fromLane"),
                            .to = lane_id(n, a, "to", "toLane"),
                            .turn = turn ? turn[0] : 's',
                            .light_index = index >= 0 ? (uint32_t)index : UINT32_MAX,
                            .line = xml_line(&n->xml)};
    if (xml_value(a, "via")) {
        link.via = keep_value(n, a, "via");
    }
    if (xml_value(a, "tl")) {
        link.light = keep_value(n, a, "tl");
    }
    n->links[n->link_count++] = link;
}

static void start_junction(struct net *n, xml_attributes a)
{
    const char *inside = xml_value(a, "intLanes");
    const char *type = xml_value(a, "type");
    struct net_junction *all = more(n, n->junctions, &n->junction_room, n->junction_count,
                                    sizeof *all, NET_LINKS_MOST, "junctions");
    if (!all) {
        return;
    }
    n->junctions = all;
    n->in_junction = true;
    n->junctions[n->junction_count++] = (struct net_junction){
        .inside = keep(n, inside ? inside : ""),
        .first = n->request_count,
        .x_m = number_or(n, a, "x", 0),
        .y_m = number_or(n, a, "y", 0),
        .light = type && strncmp(type, "traffic_light", 13) == 0,
    };
}

static void take_request(struct net *n, xml_attributes a)
{
    struct net_junction *j = &n->junctions[n->junction_count - 1];
    struct net_request *all = more(n, n->requests, &n->request_room, n->request_count,
                                   sizeof *all, NET_LINKS_MOST, "requests");
    double index = number_or(n, a, "index", -1);
    if (!all) {
        return;
    }
    n->requests = all;
    if (index != j->count) {
        xml_refuse(&n->xml, "requests in order of their index expected", "");
        return;
    }
    n->requests[n->request_count++] = (struct net_request){keep_value(n, a, "response")};
    j->count++;
}

static void start_program(struct net *n, xml_attributes a)
{
    struct net_program *all = more(n, n->programs, &n->program_room, n->program_count,
                                   sizeof *all, NET_LINKS_MOST, "signal programs");
    const char *type = xml_value(a, "type");
    if (!all) {
        return;
    }
    n->programs = all;
    struct net_program p = {.id = keep_value(n, a, "id"),
                            .actuated = type && strcmp(type, "static") != 0,
                            .offset_s = number_or(n, a, "offset", 0),
                            .gap_s = GAP_S,
                            .detector_s = DETECTOR_S,
                            .first = n->phase_count,
                            .line = xml_line(&n->xml)};
    uint32_t before = p.id ? names_find(&n->program_names, p.id) : NAMES_NONE;
    if (before != NAMES_NONE) { /* the last one that is read is the one in use */
        n->programs[before].replaced = true;
    }
    if (p.id && !names_put(&n->program_names, p.id, n->program_count)) {
        xml_refuse(&n->xml, "no memory for ", "signal programs");
    }
    n->in_program = true;
    n->programs[n->program_count++] = p;
}

static void take_phase(struct net *n, xml_attributes a)
{
    struct net_phase *all = more(n, n->phases, &n->phase_room, n->phase_count, sizeof *all,
                                 NET_PHASES_MOST, "phases of signal programs");
    double duration = 0;
    if (!all || !xml_number(&n->xml, a, "duration", &duration)) {
        return;
    }
    n->phases = all;
    struct net_phase phase = {.state = keep_value(n, a, "state"),
                              .duration_s = duration,
                              .line = xml_line(&n->xml)};
    bool varies = xml_value(a, "minDur") || xml_value(a, "maxDur");
    phase.least_s = number_or(n, a, "minDur", duration);
    phase.most_s = number_or(n, a, "maxDur", varies ? 3600 : duration);
    n->phases[n->phase_count++] = phase;
    n->programs[n->program_count - 1].count++;
}

static void take_parameter(struct net *n, xml_attributes a)
{
    struct net_program *p = &n->programs[n->program_count - 1];
    const char *key = xml_value(a, "key");
    if (key && strcmp(key, "max-gap") == 0) {
        p->gap_s = number_or(n, a, "value", p->gap_s);
    } else if (key && strcmp(key, "detector-gap") == 0) {
        p->detector_s = number_or(n, a, "value", p->detector_s);
    }
}

static void start(void *self, const char *name, xml_attributes a)
{
    struct net *n = self;
    if (strcmp(name, "edge") == 0) {
        start_edge(n, a);
    } else if (strcmp(name, "lane") == 0 && n->in_edge) {
        take_lane(n, a);
    } else if (strcmp(name, "connection") == 0) {
        take_link(n, a);
    } else if (strcmp(name, "junction") == 0) {
        start_junction(n, a);
    } else if (strcmp(name, "request") == 0 && n->in_junction) {
        take_request(n, a);
    } else if (strcmp(name, "tlLogic") == 0) {
        start_program(n, a);
    } else if (strcmp(name, "phase") == 0 && n->in_program) {
        take_phase(n, a);
    } else if (strcmp(name, "param") == 0 && n->in_program) {
        take_parameter(n, a);
    }
}

static void end(void *self, const char *name)
{
    struct net *n = self;
    n->in_edge = n->in_edge && strcmp(name, "edge") != 0;
    n->in_junction = n->in_junction && strcmp(name, "junction") != 0;
    n->in_program = n->in_program && strcmp(name, "tlLogic") != 0;
}

int net_new(struct net **net, const char *file, struct fail *fail)
{
    struct net *n = calloc(1, sizeof *n);
    *net = n;
    if (!n) {
        return fail_set(fail, RESULT_MEMORY, "%.300s: no memory", file);
    }
    n->text.limit = NET_MEMORY_MOST;
    n->xml =
        (struct xml){.self = n, .start = start, .end = end, .file = file, .root = "net"};
    int result = xml_open(&n->xml, fail);
    if (result != 0) {
        net_free(n);
        *net = NULL;
    }
    return result;
}

int net_feed(struct net *n, const void *octets, size_t size, bool last, struct fail *fail)
{
    return xml_feed(&n->xml, octets, size, last, fail);
}

void net_free(struct net *n)
{
    if (n) {
        xml_close(&n->xml);
        names_close(&n->lane_names);
        names_close(&n->program_names);
        arena_close(&n->text);
        free(n->lanes);
        free(n->links);
        free(n->requests);
        free(n->junctions);
        free(n->programs);
        free(n->phases);
        free(n);
    }
}
