/* SPDX-License-Identifier: Apache-2.0 */
/* The roads: lanes and the connections between them as one graph, crosswalks, sidewalks.
 *
 * In: a checked map tree (rows under "map"). Out: ways that can be driven, routes through
 * them, the numbers under which MAP and SPAT name them, and GeoJSON. Memory is the arena's;
 * immutable once made. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/geo.h"
#include "base/result.h"
#include "model/message.h"
#include "model/walls.h"
#include "scenarios/path.h"
#include "scenarios/scenario.h"
#include "scenarios/yaml.h"

#define MAP_NONE       UINT32_MAX
#define MAP_LANES_MOST 60000
#define MAP_ROUTE_MOST 512 /* lanes and connections of one route */

enum map_turn { TURN_STRAIGHT, TURN_LEFT, TURN_RIGHT, TURN_U };

/* Where a connection meets one that has priority over it. */
struct map_yield {
    uint32_t lane;          /* the one with priority */
    double here_m, there_m; /* of the meeting point along each */
};

/* A lane, or the way from one lane to another through a junction. */
struct map_lane {
    const char *id;
    bool connection;
    uint8_t lane_id; /* J2735 LaneID; 0 for connections */
    enum map_turn turn;
    double width_m, speed_mps;
    double stop_m;        /* of the stop line, along the lane; < 0: none */
    int signal;           /* index of the signal (connections), -1: none */
    uint32_t from, to;    /* of a connection */
    const uint32_t *next; /* connections that begin here */
    uint32_t next_count;
    const struct map_yield *yields;
    uint32_t yield_count;
    const double (*points_m)[2];
    uint32_t point_count;
    struct path path;
};

/* A crosswalk, a sidewalk, or an area where people walk. */
struct map_walk {
    const char *id;
    uint8_t lane_id; /* J2735, crosswalks only */
    int signal;
    double width_m;
    const double (*points_m)[2];
    uint32_t point_count;
};

struct map {
    const char *name;
    uint16_t intersection_id;
    double ref_m[2];
    struct map_lane *lanes; /* lanes, then connections */
    uint32_t lane_count;
    const uint32_t *by_id; /* lanes in order of their ids */
    struct map_walk *crosswalks, *sidewalks, *areas;
    uint32_t crosswalk_count, sidewalk_count, area_count;
};

/* `root` may be NULL: no roads. Signals are found by id. Problems are told, never fatal. */
struct map *map_new(struct arena *arena, const struct yaml_node *root,
                    const struct scenario_signal *signals, uint32_t signal_count,
                    struct scenario_problems *problems);

/* Index of a lane or connection by id, or MAP_NONE. */
uint32_t map_find(const struct map *map, const char *id);

/* The shortest chain of connections from one lane to the next, appended to `route` (the
 * lanes between too, the start not): its count, or MAP_NONE if there is no way or no room.
 */
uint32_t map_route(const struct map *map, uint32_t from, uint32_t to, uint32_t *route,
                   uint32_t count);

/* RFC 7946 FeatureCollection with the ids of MAP, SPAT and the tables. */
void map_geojson(const struct map *map, const struct geo_origin *origin,
                 const struct walls *walls, const struct scenario_signal *signals,
                 struct bytes *json);

/* The MAP message of this map. */
void map_message(const struct map *map, const struct geo_origin *origin,
                 const struct scenario_signal *signals, struct message *message);
