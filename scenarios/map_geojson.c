/* SPDX-License-Identifier: Apache-2.0 */
/* map.geojson (RFC 7946). In: map, walls, signals. Out: one feature per lane, stop line,
 * connection, crosswalk, sidewalk, building, with the ids of MAP, SPAT and the tables. */
#include "base/fmath.h"
#include "scenarios/map.h"

struct drawing {
    const struct geo_origin *origin;
    struct bytes *json;
    bool first;
};

static void put_point(struct drawing *d, double x, double y)
{
    double lat, lon;
    geo_from_enu(d->origin, x, y, &lat, &lon);
    bytes_text(d->json, "[");
    bytes_json_double(d->json, fm_round(lon * 1e8) / 1e8);
    bytes_text(d->json, ",");
    bytes_json_double(d->json, fm_round(lat * 1e8) / 1e8);
    bytes_text(d->json, "]");
}

static void put_points(struct drawing *d, const double (*p)[2], uint32_t count, bool closed)
{
    bytes_text(d->json, closed ? "[[" : "[");
    double area = 0; /* RFC 7946, 3.1.6: outer rings run counter-clockwise */
    for (uint32_t i = 0; closed && i < count; i++) {
        uint32_t j = (i + 1) % count;
        area += p[i][0] * p[j][1] - p[j][0] * p[i][1];
    }
    for (uint32_t i = 0; i < count; i++) {
        const double *at = p[area < 0 ? count - 1 - i : i];
        bytes_text(d->json, i ? "," : "");
        put_point(d, at[0], at[1]);
    }
    if (closed) {
        const double *at = p[area < 0 ? count - 1 : 0];
        bytes_text(d->json, ",");
        put_point(d, at[0], at[1]);
    }
    bytes_text(d->json, closed ? "]]" : "]");
}

static void begin(struct drawing *d, const char *kind, const char *id)
{
    bytes_text(d->json, d->first ? "\n" : ",\n");
    d->first = false;
    bytes_text(d->json, "{\"type\":\"Feature\",\"properties\":{\"kind\":");
    bytes_json_string(d->json, kind);
    bytes_text(d->json, ",\"id\":");
    bytes_json_string(d->json, id);
}

static void number(struct drawing *d, const char *key, double value)
{
    bytes_format(d->json, ",\"%s\":", key);
    bytes_json_double(d->json, value);
}

static void text(struct drawing *d, const char *key, const char *value)
{
    bytes_format(d->json, ",\"%s\":", key);
    bytes_json_string(d->json, value);
}

static void shape(struct drawing *d, const double (*p)[2], uint32_t count, bool closed)
{
    bytes_format(d->json, "},\"geometry\":{\"type\":\"%s\",\"coordinates\":",
                 closed ? "Polygon" : "LineString");
    put_points(d, p, count, closed);
    bytes_text(d->json, "}}");
}

static void put_signal(struct drawing *d, const struct scenario_signal *signals, int signal)
{
    if (signal >= 0) {
        text(d, "signal", signals[signal].id);
        number(d, "signal_group", signals[signal].group);
    }
}

static void put_stop_line(struct drawing *d, const struct map_lane *lane)
{
    struct path_point at = path_at(&lane->path, lane->stop_m);
    double half = 0.5 * lane->width_m;
    double dx = -fm_sin(at.yaw_rad) * half;
    double dy = fm_cos(at.yaw_rad) * half;
    const double ends[2][2] = {{at.x_m + dx, at.y_m + dy}, {at.x_m - dx, at.y_m - dy}};
    begin(d, "stop_line", lane->id);
    text(d, "lane", lane->id);
    number(d, "lane_id", lane->lane_id);
    shape(d, ends, 2, false);
}

static void put_lane(struct drawing *d, const struct map *map, const struct map_lane *lane,
                     const struct scenario_signal *signals)
{
    static const char *const turns[] = {"straight", "left", "right", "u_turn"};
    begin(d, lane->connection ? "connection" : "lane", lane->id);
    number(d, "width_m", lane->width_m);
    number(d, "speed_mps", lane->speed_mps);
    if (lane->connection) {
        text(d, "from", map->lanes[lane->from].id);
        text(d, "to", map->lanes[lane->to].id);
        text(d, "turn", turns[lane->turn]);
        put_signal(d, signals, lane->signal);
    } else {
        number(d, "lane_id", lane->lane_id);
        number(d, "intersection_id", map->intersection_id);
    }
    shape(d, lane->points_m, lane->point_count, false);
    if (lane->stop_m >= 0) {
        put_stop_line(d, lane);
    }
}

static void put_walks(struct drawing *d, const char *kind, const struct map_walk *walks,
                      uint32_t count, const struct scenario_signal *signals)
{
    for (uint32_t i = 0; i < count; i++) {
        begin(d, kind, walks[i].id);
        number(d, "width_m", walks[i].width_m);
        if (walks[i].lane_id) {
            number(d, "lane_id", walks[i].lane_id);
        }
        put_signal(d, signals, walks[i].signal);
        shape(d, walks[i].points_m, walks[i].point_count, false);
    }
}

void map_geojson(const struct map *map, const struct geo_origin *origin,
                 const struct walls *walls, const struct scenario_signal *signals,
                 struct bytes *json)
{
    struct drawing d = {origin, json, true};
    bytes_text(json, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (uint32_t i = 0; i < map->lane_count; i++) {
        put_lane(&d, map, &map->lanes[i], signals);
    }
    put_walks(&d, "crosswalk", map->crosswalks, map->crosswalk_count, signals);
    put_walks(&d, "sidewalk", map->sidewalks, map->sidewalk_count, signals);
    for (uint32_t i = 0; i < map->area_count; i++) {
        begin(&d, "area", map->areas[i].id);
        shape(&d, map->areas[i].points_m, map->areas[i].point_count, true);
    }
    for (uint32_t i = 0; i < walls->count; i++) {
        const struct wall *wall = &walls->all[i];
        begin(&d, wall->vehicle ? "parked" : "building", wall->id);
        number(&d, "height_m", wall->height_m);
        shape(&d, wall->points_m, wall->point_count, true);
    }
    bytes_text(json, "\n]}\n");
}
