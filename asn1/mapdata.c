/* SPDX-License-Identifier: Apache-2.0 */
/* Intersection geometry in plain units. In: asn1c's structure or ours. Out: the other.
 * Lanes given by reference are computed, absolute nodes become steps, so that a reader sees
 * one kind of lane only. */
#include <ConnectsToList.h>
#include <GenericLane.h>
#include <IntersectionGeometry.h>
#include <IntersectionGeometryList.h>
#include <NodeXY.h>
#include <SpeedLimitList.h>

#include "asn1/families.h"
#include "asn1/wire.h"
#include "base/fmath.h"
#include "base/geo.h"

enum {
    MAP_DIRECTION_BITS = 2,
    MAP_SHARING_BITS = 10,
    MAP_MANEUVER_BITS = 12,
    MAP_VEHICLE_BITS = 8,
    MAP_ATTRIBUTE_BITS = 16,
    MAP_OFFSET_MAX = 32767,
};

/* A point as a step from (x, y), which is moved there. */
static struct message_node read_absolute(const Node_LLmD_64b_t *point,
                                         const struct geo_origin *origin, double *x_cm,
                                         double *y_cm)
{
    double x_m;
    double y_m;
    geo_to_enu(origin, (double)point->lat / 1e7, (double)point->lon / 1e7, &x_m, &y_m);
    struct message_node node = {(int32_t)fm_round(x_m * 100 - *x_cm),
                                (int32_t)fm_round(y_m * 100 - *y_cm)};
    *x_cm += node.x_cm;
    *y_cm += node.y_cm;
    return node;
}

static void read_nodes(const NodeSetXY_t *nodes, const struct geo_origin *origin,
                       struct message_lane *lane)
{
    double x_cm = 0;
    double y_cm = 0;
    for (int i = 0; i < nodes->list.count && i < MESSAGE_NODES_MAX; i++) {
        const NodeOffsetPointXY_t *delta = &nodes->list.array[i]->delta;
        struct message_node *node = &lane->nodes[lane->node_count];
        if (delta->present == NodeOffsetPointXY_PR_regional) {
            continue;
        }
        lane->node_count++;
        if (delta->present == NodeOffsetPointXY_PR_node_LatLon) {
            *node = read_absolute(&delta->choice.node_LatLon, origin, &x_cm, &y_cm);
            continue;
        }
        /* The six sizes of offsets are one struct to asn1c: two longs. */
        *node = (struct message_node){(int32_t)delta->choice.node_XY6.x,
                                      (int32_t)delta->choice.node_XY6.y};
        x_cm += node->x_cm;
        y_cm += node->y_cm;
    }
}

/* J2735 ComputedLane: the reference lane's nodes, scaled and rotated about its first node,
 * which is moved by the offsets. */
static void compute_nodes(const ComputedLane_t *from, const struct message_lane *reference,
                          struct message_lane *lane)
{
    double angle = from->rotateXY && *from->rotateXY < 28800
                       ? (double)*from->rotateXY / 80 * FM_PI / 180
                       : 0;
    double scale_x = from->scaleXaxis ? 1 + (double)*from->scaleXaxis * 0.0005 : 1;
    double scale_y = from->scaleYaxis ? 1 + (double)*from->scaleYaxis * 0.0005 : 1;
    lane->known |= MESSAGE_COMPUTED;
    lane->node_count = reference->node_count;
    for (uint8_t i = 0; i < reference->node_count; i++) {
        double x = reference->nodes[i].x_cm;
        double y = reference->nodes[i].y_cm;
        if (i == 0) {
            /* Both alternatives of either offset hold one long. */
            lane->nodes[0] = (struct message_node){
                reference->nodes[0].x_cm + (int32_t)from->offsetXaxis.choice.large,
                reference->nodes[0].y_cm + (int32_t)from->offsetYaxis.choice.large};
            continue;
        }
        x *= scale_x;
        y *= scale_y;
        lane->nodes[i] =
            (struct message_node){(int32_t)fm_round(x * fm_cos(angle) - y * fm_sin(angle)),
                                  (int32_t)fm_round(x * fm_sin(angle) + y * fm_cos(angle))};
    }
}

static void read_connections(const struct ConnectsToList *list, struct message_lane *lane)
{
    for (int i = 0; list && i < list->list.count && i < MESSAGE_CONNECTIONS_MAX; i++) {
        const struct Connection *pdu = list->list.array[i];
        struct message_connection *c = &lane->connections[lane->connection_count++];
        c->lane = (uint8_t)pdu->connectingLane.lane;
        if (pdu->connectingLane.maneuver) {
            c->maneuvers = (uint16_t)build_read_bits(pdu->connectingLane.maneuver);
            c->known |= MESSAGE_MANEUVERS;
        }
        if (pdu->signalGroup) {
            c->signal_group = (uint8_t)*pdu->signalGroup;
            c->known |= MESSAGE_SIGNAL_GROUP;
        }
        if (pdu->connectionID) {
            c->connection_id = (uint8_t)*pdu->connectionID;
            c->known |= MESSAGE_CONNECTION_ID;
        }
        if (pdu->remoteIntersection) {
            c->remote_region = pdu->remoteIntersection->region
                                   ? (uint16_t)*pdu->remoteIntersection->region
                                   : 0;
            c->remote_id = (uint16_t)pdu->remoteIntersection->id;
            c->known |= MESSAGE_REMOTE;
        }
    }
}

static void read_lane(const struct GenericLane *pdu, const struct geo_origin *origin,
                      struct message_lane *lane)
{
    *lane = (struct message_lane){.id = (uint8_t)pdu->laneID};
    if (pdu->ingressApproach) {
        lane->ingress_approach = (uint8_t)*pdu->ingressApproach;
        lane->known |= MESSAGE_INGRESS;
    }
    if (pdu->egressApproach) {
        lane->egress_approach = (uint8_t)*pdu->egressApproach;
        lane->known |= MESSAGE_EGRESS;
    }
    lane->direction = (uint8_t)build_read_bits(&pdu->laneAttributes.directionalUse);
    lane->shared_with = (uint16_t)build_read_bits(&pdu->laneAttributes.sharedWith);
    lane->type = (uint8_t)(pdu->laneAttributes.laneType.present - 1);
    lane->attributes =
        (uint16_t)build_read_bits(&pdu->laneAttributes.laneType.choice.vehicle);
    if (pdu->maneuvers) {
        lane->maneuvers = (uint16_t)build_read_bits(pdu->maneuvers);
        lane->known |= MESSAGE_MANEUVERS;
    }
    if (pdu->nodeList.present == NodeListXY_PR_nodes) {
        read_nodes(&pdu->nodeList.choice.nodes, origin, lane);
    }
    read_connections(pdu->connectsTo, lane);
}

/* After all lanes are read, so that a reference may stand before or behind. A lane computed
 * from a computed one stays without nodes. */
static void read_computed(const IntersectionGeometry_t *pdu, struct message_map *map)
{
    for (uint8_t i = 0; i < map->lane_count; i++) {
        const NodeListXY_t *nodes = &pdu->laneSet.list.array[i]->nodeList;
        for (uint8_t n = 0; nodes->present == NodeListXY_PR_computed && n < map->lane_count;
             n++) {
            if (map->lanes[n].id == nodes->choice.computed.referenceLaneId && n != i &&
                !(map->lanes[n].known & MESSAGE_COMPUTED)) {
                compute_nodes(&nodes->choice.computed, &map->lanes[n], &map->lanes[i]);
                break;
            }
        }
    }
}

static void read_intersection(const IntersectionGeometry_t *pdu, struct message_map *map)
{
    uint32_t *known = &map->known;
    map->region = pdu->id.region ? (uint16_t)*pdu->id.region : 0;
    map->id = (uint16_t)pdu->id.id;
    map->revision = (uint8_t)pdu->revision;
    map->lat_deg = wire_si(WIRE_LAT, pdu->refPoint.lat, known, MESSAGE_LAT);
    map->lon_deg = wire_si(WIRE_LON, pdu->refPoint.Long, known, MESSAGE_LON);
    if (pdu->refPoint.elevation) {
        map->elev_m = wire_si(WIRE_ELEV, *pdu->refPoint.elevation, known, MESSAGE_ELEV);
    }
    if (pdu->laneWidth) {
        map->width_m = wire_si(WIRE_LANE_WIDTH, *pdu->laneWidth, known, MESSAGE_WIDTH);
    }
    for (int i = 0; pdu->speedLimits && i < pdu->speedLimits->list.count; i++) {
        const RegulatorySpeedLimit_t *limit = pdu->speedLimits->list.array[i];
        if (limit->type == SpeedLimitType_vehicleMaxSpeed) {
            map->speed_mps = wire_si(WIRE_SPEED, limit->speed, known, MESSAGE_SPEED);
        }
    }
    bool polar = fm_abs(map->lat_deg) > 89;
    struct geo_origin origin =
        geo_origin_init(polar ? 0 : map->lat_deg, map->lon_deg, map->elev_m);
    map->lane_total = (uint8_t)pdu->laneSet.list.count;
    for (int i = 0; i < map->lane_total && i < MESSAGE_LANES_MAX; i++) {
        read_lane(pdu->laneSet.list.array[i], &origin, &map->lanes[map->lane_count++]);
    }
    read_computed(pdu, map);
}

void mapdata_read(const MapData_t *pdu, struct message_map *map)
{
    map->msg_revision = (uint8_t)pdu->msgIssueRevision;
    if (pdu->timeStamp && *pdu->timeStamp < 527040) {
        map->minute_of_year = (int32_t)*pdu->timeStamp;
        map->known |= MESSAGE_MINUTE;
    }
    if (pdu->intersections) {
        map->intersection_total = (uint8_t)pdu->intersections->list.count;
        read_intersection(pdu->intersections->list.array[0], map);
    }
}

/* The smallest of the six offset sizes that holds the step. */
void mapdata_make_node(const struct message_node *node, NodeSetXY_t *nodes)
{
    static const int32_t limits[] = {511, 1023, 2047, 4095, 8191, MAP_OFFSET_MAX};
    struct NodeXY *pdu = build_take(sizeof *pdu);
    int size = 0;
    while (size < 5 && (node->x_cm > limits[size] || node->x_cm < -limits[size] - 1 ||
                        node->y_cm > limits[size] || node->y_cm < -limits[size] - 1)) {
        size++;
    }
    pdu->delta.present = NodeOffsetPointXY_PR_node_XY1 + (unsigned)size;
    pdu->delta.choice.node_XY6.x = node->x_cm;
    pdu->delta.choice.node_XY6.y = node->y_cm;
    build_add(nodes, pdu);
}

bool mapdata_node_fits(const struct message_node *node)
{
    return node->x_cm <= MAP_OFFSET_MAX && node->x_cm >= -MAP_OFFSET_MAX &&
           node->y_cm <= MAP_OFFSET_MAX && node->y_cm >= -MAP_OFFSET_MAX;
}

static AllowedManeuvers_t *make_maneuvers(uint16_t maneuvers)
{
    AllowedManeuvers_t *bits = build_take(sizeof *bits);
    build_bits(bits, maneuvers, MAP_MANEUVER_BITS);
    return bits;
}

static struct Connection *make_connection(const struct message_connection *c)
{
    struct Connection *pdu = build_take(sizeof *pdu);
    pdu->connectingLane.lane = c->lane;
    if (c->known & MESSAGE_MANEUVERS) {
        pdu->connectingLane.maneuver = make_maneuvers(c->maneuvers);
    }
    if (c->known & MESSAGE_REMOTE) {
        pdu->remoteIntersection = build_take(sizeof *pdu->remoteIntersection);
        pdu->remoteIntersection->region =
            c->remote_region ? build_long(c->remote_region) : NULL;
        pdu->remoteIntersection->id = c->remote_id;
    }
    pdu->signalGroup = c->known & MESSAGE_SIGNAL_GROUP ? build_long(c->signal_group) : NULL;
    pdu->connectionID =
        c->known & MESSAGE_CONNECTION_ID ? build_long(c->connection_id) : NULL;
    return pdu;
}

static const char *lane_flaw(const struct message_lane *lane)
{
    if (lane->node_count < 2 || lane->node_count > MESSAGE_NODES_MAX) {
        return "2 to 63 nodes";
    }
    if (lane->connection_count > MESSAGE_CONNECTIONS_MAX) {
        return "at most 16 connections";
    }
    if (lane->type > MESSAGE_LANE_PARKING || lane->ingress_approach > 15 ||
        lane->egress_approach > 15) {
        return "a known lane type and approaches of at most 15";
    }
    for (uint8_t i = 0; i < lane->node_count; i++) {
        if (!mapdata_node_fits(&lane->nodes[i])) {
            return "steps of at most 327.67 m";
        }
    }
    return NULL;
}

static struct GenericLane *make_lane(const struct message_lane *lane)
{
    struct GenericLane *pdu = build_take(sizeof *pdu);
    pdu->laneID = lane->id;
    if (lane->known & MESSAGE_INGRESS) {
        pdu->ingressApproach = build_long(lane->ingress_approach);
    }
    if (lane->known & MESSAGE_EGRESS) {
        pdu->egressApproach = build_long(lane->egress_approach);
    }
    build_bits(&pdu->laneAttributes.directionalUse, lane->direction, MAP_DIRECTION_BITS);
    build_bits(&pdu->laneAttributes.sharedWith, lane->shared_with, MAP_SHARING_BITS);
    pdu->laneAttributes.laneType.present = lane->type + 1u;
    build_bits(&pdu->laneAttributes.laneType.choice.vehicle, lane->attributes,
               lane->type == MESSAGE_LANE_VEHICLE ? MAP_VEHICLE_BITS : MAP_ATTRIBUTE_BITS);
    pdu->maneuvers =
        lane->known & MESSAGE_MANEUVERS ? make_maneuvers(lane->maneuvers) : NULL;
    pdu->nodeList.present = NodeListXY_PR_nodes;
    for (uint8_t i = 0; i < lane->node_count; i++) {
        mapdata_make_node(&lane->nodes[i], &pdu->nodeList.choice.nodes);
    }
    for (uint8_t i = 0; i < lane->connection_count; i++) {
        pdu->connectsTo =
            pdu->connectsTo ? pdu->connectsTo : build_take(sizeof *pdu->connectsTo);
        build_add(pdu->connectsTo, make_connection(&lane->connections[i]));
    }
    return pdu;
}

static void make_reference(const struct message_map *map, IntersectionGeometry_t *pdu)
{
    pdu->id.region = map->region ? build_long(map->region) : NULL;
    pdu->id.id = map->id;
    pdu->revision = map->revision;
    pdu->refPoint.lat = wire_raw(WIRE_LAT, map->known & MESSAGE_LAT, map->lat_deg);
    pdu->refPoint.Long = wire_raw(WIRE_LON, map->known & MESSAGE_LON, map->lon_deg);
    if (map->known & MESSAGE_ELEV) {
        pdu->refPoint.elevation = build_long(wire_raw(WIRE_ELEV, true, map->elev_m));
    }
    if (map->known & MESSAGE_WIDTH) {
        pdu->laneWidth = build_long(wire_raw(WIRE_LANE_WIDTH, true, map->width_m));
    }
    if (map->known & MESSAGE_SPEED) {
        RegulatorySpeedLimit_t *limit = build_take(sizeof *limit);
        limit->type = SpeedLimitType_vehicleMaxSpeed;
        limit->speed = wire_raw(WIRE_SPEED, true, map->speed_mps);
        pdu->speedLimits = build_take(sizeof *pdu->speedLimits);
        build_add(pdu->speedLimits, limit);
    }
}

int mapdata_make(const struct message_map *map, MapData_t *pdu, struct fail *fail)
{
    if (map->lane_count < 1 || map->lane_count > MESSAGE_LANES_MAX || map->revision > 127 ||
        map->msg_revision > 127 ||
        (map->known & MESSAGE_MINUTE &&
         (map->minute_of_year < 0 || map->minute_of_year > 527040))) {
        return fail_set(fail, RESULT_USAGE,
                        "MAP: needs 1 to 64 lanes, revisions of at most "
                        "127 and a minute of the year");
    }
    IntersectionGeometry_t *geometry = build_take(sizeof *geometry);
    make_reference(map, geometry);
    for (uint8_t i = 0; i < map->lane_count; i++) {
        const char *flaw = lane_flaw(&map->lanes[i]);
        if (flaw) {
            return fail_set(fail, RESULT_USAGE, "MAP: lanes[%u]: needs %s", i, flaw);
        }
        build_add(&geometry->laneSet, make_lane(&map->lanes[i]));
    }
    pdu->timeStamp = map->known & MESSAGE_MINUTE ? build_long(map->minute_of_year) : NULL;
    pdu->msgIssueRevision = map->msg_revision;
    pdu->layerType = build_long(LayerType_intersectionData);
    pdu->layerID = build_long(1);
    pdu->intersections = build_take(sizeof *pdu->intersections);
    build_add(pdu->intersections, geometry);
    return 0;
}
