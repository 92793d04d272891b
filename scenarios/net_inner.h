/* SPDX-License-Identifier: Apache-2.0 */
/* What net.c has read and net_make.c works on. */
#pragma once

#include <stdint.h>

#include "scenarios/names.h"
#include "scenarios/net.h"
#include "scenarios/xml.h"

enum net_use {
    NET_ROAD,
    NET_FOOTWAY,
    NET_CLOSED, /* to everybody */
    NET_INSIDE, /* a junction */
    NET_CROSSING,
    NET_AREA,
};

struct net_lane {
    const char *id; /* of SUMO */
    enum net_use use;
    int line;
    double width_m, speed_mps;
    const double (*points_m)[2];
    uint32_t point_count;
};

/* From one lane to another, `via` the lanes inside. */
struct net_link {
    const char *from, *to; /* ids of lanes */
    const char *via;       /* or NULL */
    const char *light;     /* id of the traffic light, or NULL */
    uint32_t light_index;
    char turn; /* s, l, L, r, R, t */
    int line;
};

/* A row of a junction's right of way: whom the n-th lane inside it lets pass, the lowest
 * index last. */
struct net_request {
    const char *response;
};

struct net_junction {
    const char *inside; /* ids of the lanes inside, in order of the requests */
    uint32_t first, count;
    double x_m, y_m;
    bool light;
};

struct net_phase {
    const char *state; /* a letter per link */
    double duration_s, least_s, most_s;
    int line;
};

struct net_program {
    const char *id;
    bool actuated, replaced; /* by a later one of the same light */
    double offset_s, gap_s, detector_s;
    uint32_t first, count; /* phases */
    int line;
};

struct net {
    struct arena text;
    struct xml xml;
    enum net_use edge; /* of the element that is open */
    bool in_edge, in_junction, in_program;
    struct net_lane *lanes;
    struct net_link *links;
    struct net_request *requests;
    struct net_junction *junctions;
    struct net_program *programs;
    struct net_phase *phases;
    uint32_t lane_count, lane_room, link_count, link_room, request_count, request_room;
    uint32_t junction_count, junction_room, program_count, program_room;
    uint32_t phase_count, phase_room;
    struct names lane_names;
    struct names program_names;
};
