/* SPDX-License-Identifier: Apache-2.0 */
/* The MAP message of a map. In: lanes, connections, crosswalks. Out: SI message with nodes
 * as steps in cm, ingress lanes from the stop line outwards (SAE J2735, NodeListXY). */
#include "base/fmath.h"
#include "scenarios/map.h"

#define STEP_MOST_M 300.0 /* below the 327.67 m of Node-XY-32b */

/* Adds a node at a point; rounding does not add up because steps go between rounded places.
 */
static void add_node(struct message_lane *lane, const double point[2], const double ref[2],
                     int64_t at_cm[2])
{
    int64_t x = (int64_t)fm_round((point[0] - ref[0]) * 100);
    int64_t y = (int64_t)fm_round((point[1] - ref[1]) * 100);
    if (lane->node_count >= MESSAGE_NODES_MAX ||
        fm_abs((double)(x - at_cm[0])) > STEP_MOST_M * 100 ||
        fm_abs((double)(y - at_cm[1])) > STEP_MOST_M * 100) {
        return;
    }
    lane->nodes[lane->node_count++] =
        (struct message_node){(int32_t)(x - at_cm[0]), (int32_t)(y - at_cm[1])};
    at_cm[0] = x;
    at_cm[1] = y;
}

static void add_nodes(struct message_lane *lane, const double (*points)[2], uint32_t count,
                      bool backwards, const double ref[2])
{
    int64_t at_cm[2] = {0, 0};
    for (uint32_t i = 0; i < count; i++) {
        const double *to = points[backwards ? count - 1 - i : i];
        const double *from = i == 0 ? to : points[backwards ? count - i : i - 1];
        double length = fm_hypot(to[0] - from[0], to[1] - from[1]);
        double parts = fm_floor(length / STEP_MOST_M) + 1;
        for (double n = parts > 60 ? 60 : parts; n >= 1; n--) {
            double f = (n - 1) / parts;
            double point[2] = {to[0] + f * (from[0] - to[0]),
                               to[1] + f * (from[1] - to[1])};
            add_node(lane, point, ref, at_cm);
        }
    }
}

static uint8_t group_of(const struct scenario_signal *signals, int signal)
{
    return signal >= 0 ? signals[signal].group : 0;
}

static void add_connections(const struct map *map, const struct map_lane *from,
                            const struct scenario_signal *signals,
                            struct message_lane *lane)
{
    for (uint32_t i = 0; i < from->next_count; i++) {
        const struct map_lane *c = &map->lanes[from->next[i]];
        if (c->to == MAP_NONE || map->lanes[c->to].lane_id == 0 ||
            lane->connection_count == MESSAGE_CONNECTIONS_MAX) {
            continue;
        }
        struct message_connection *out = &lane->connections[lane->connection_count++];
        *out =
            (struct message_connection){.known = MESSAGE_MANEUVERS | MESSAGE_CONNECTION_ID,
                                        .lane = map->lanes[c->to].lane_id,
                                        .maneuvers = (uint16_t)(1u << c->turn),
                                        .connection_id = lane->connection_count};
        out->signal_group = group_of(signals, c->signal);
        out->known |= out->signal_group ? MESSAGE_SIGNAL_GROUP : 0;
        lane->maneuvers |= out->maneuvers;
    }
    lane->known |= lane->maneuvers ? MESSAGE_MANEUVERS : 0;
}

static void add_walks(const struct map *map, struct message_map *out)
{
    for (uint32_t i = 0; i < map->crosswalk_count; i++) {
        const struct map_walk *w = &map->crosswalks[i];
        out->lane_total++;
        if (out->lane_count == MESSAGE_LANES_MAX || w->lane_id == 0 || w->point_count < 2) {
            continue;
        }
        struct message_lane *lane = &out->lanes[out->lane_count++];
        *lane = (struct message_lane){
            .id = w->lane_id, .direction = 3, .type = MESSAGE_LANE_CROSSWALK};
        add_nodes(lane, w->points_m, w->point_count, false, map->ref_m);
    }
}

void map_message(const struct map *map, const struct geo_origin *origin,
                 const struct scenario_signal *signals, struct message *message)
{
    struct message_map *out = &message->map;
    message->type = MESSAGE_MAP;
    *out = (struct message_map){.known = MESSAGE_LAT | MESSAGE_LON | MESSAGE_ELEV,
                                .id = map->intersection_id,
                                .elev_m = origin->elev_m,
                                .intersection_total = 1};
    geo_from_enu(origin, map->ref_m[0], map->ref_m[1], &out->lat_deg, &out->lon_deg);
    for (uint32_t i = 0; i < map->lane_count; i++) {
        const struct map_lane *from = &map->lanes[i];
        if (from->connection) {
            continue;
        }
        out->lane_total++;
        if (out->lane_count == MESSAGE_LANES_MAX || from->lane_id == 0 ||
            from->point_count < 2) {
            continue;
        }
        bool ingress = from->next_count > 0;
        struct message_lane *lane = &out->lanes[out->lane_count++];
        *lane = (struct message_lane){.id = from->lane_id,
                                      .direction = ingress ? 1 : 2,
                                      .type = MESSAGE_LANE_VEHICLE};
        add_nodes(lane, from->points_m, from->point_count, ingress, map->ref_m);
        if (lane->node_count < 2) { /* too far from the reference point for a node's step */
            out->lane_count--;
            continue;
        }
        add_connections(map, from, signals, lane);
        if (out->width_m == 0) {
            out->width_m = from->width_m;
            out->speed_mps = from->speed_mps;
            out->known |= MESSAGE_WIDTH | MESSAGE_SPEED;
        }
    }
    add_walks(map, out);
}
