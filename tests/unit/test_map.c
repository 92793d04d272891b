/* SPDX-License-Identifier: Apache-2.0 */
/* Ways, routes, the MAP message and GeoJSON of the shipped four-way map. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "scenarios/map.h"
#include "scenarios/path.h"
#include "scenarios/scenario.h"

#define SHIPPED SOURCE_DIR "/scenarios/library/blind-crossing.yaml"

static struct scenario *shipped(void)
{
    struct scenario *s = NULL;
    struct fail fail = {0};
    assert_int_equal(scenario_load(SHIPPED, NULL, &s, NULL, &fail), 0);
    return s;
}

static void a_quarter_circle_has_its_radius_and_length(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct fail fail = {0};
    struct path path;
    double points[33][2];
    path_curve((double[2]){10, 0}, FM_PI / 2, (double[2]){0, 10}, FM_PI, points, 33);
    assert_int_equal(path_new(&path, &arena, (const double(*)[2])points, 33, 0, &fail), 0);
    assert_true(fabs(path.length_m - FM_PI / 2 * 10) < 0.03);
    struct path_point middle = path_at(&path, path.length_m / 2);
    assert_true(fabs(hypot(middle.x_m, middle.y_m) - 10) < 0.02);
    assert_true(fabs(middle.curvature_1pm - 0.1) < 0.01);
    assert_true(fabs(middle.yaw_rad - 3 * FM_PI / 4) < 0.01);
    /* comfortable sideways acceleration 2.5 m/s2 at radius 10 m: 5 m/s */
    assert_true(fabs(middle.speed_mps - 5) < 0.3);
    arena_close(&arena);
}

static void corners_are_rounded_to_the_asked_radius(void **state)
{
    (void)state;
    static const double points[][2] = {{0, 0}, {30, 0}, {30, 30}};
    struct arena arena = {0};
    struct fail fail = {0};
    struct path path;
    assert_int_equal(path_new(&path, &arena, points, 3, 4, &fail), 0);
    assert_true(path.curvature_most_1pm <= 1.0 / 4 * 1.05);
    assert_true(path.length_m < 60 && path.length_m > 50);
    double before = path.nodes[0].yaw_rad;
    for (uint32_t i = 1; i < path.count; i++) {
        assert_true(fabs(path.nodes[i].yaw_rad - before) < 0.2);
        before = path.nodes[i].yaw_rad;
    }
    assert_true(fabs(before - FM_PI / 2) < 1e-6);
    arena_close(&arena);
}

static void crossing_ways_meet_where_geometry_says(void **state)
{
    (void)state;
    static const double a[][2] = {{-20, 0}, {20, 0}};
    static const double b[][2] = {{3, -7}, {3, 9}};
    struct arena arena = {0};
    struct fail fail = {0};
    struct path pa, pb;
    double sa, sb;
    assert_int_equal(path_new(&pa, &arena, a, 2, 0, &fail), 0);
    assert_int_equal(path_new(&pb, &arena, b, 2, 0, &fail), 0);
    assert_true(path_crossing(&pa, &pb, &sa, &sb));
    assert_true(fabs(sa - 23) < 1e-9 && fabs(sb - 7) < 1e-9);
    arena_close(&arena);
}

static void routes_run_through_connections_without_a_break(void **state)
{
    (void)state;
    struct scenario *s = shipped();
    for (uint32_t a = 0; a < s->agent_count; a++) {
        const struct scenario_agent *agent = &s->agents[a];
        for (uint32_t i = 1; i < agent->route_count; i++) {
            const struct path *p = &s->map->lanes[agent->route[i - 1]].path;
            const struct path *q = &s->map->lanes[agent->route[i]].path;
            const struct path_node *end = &p->nodes[p->count - 1];
            assert_true(hypot(end->x_m - q->nodes[0].x_m, end->y_m - q->nodes[0].y_m) <
                        1e-6);
            assert_true(fabs(remainder(end->yaw_rad - q->nodes[0].yaw_rad, 2 * FM_PI)) <
                        0.05);
        }
    }
    assert_string_equal(s->map->lanes[s->agents[0].route[1]].id, "w_in-e_out");
    scenario_free(s);
}

static void map_message_has_lanes_from_the_stop_line_outwards(void **state)
{
    (void)state;
    static struct message message;
    struct scenario *s = shipped();
    map_message(s->map, &s->origin, s->signals, &message);
    const struct message_map *m = &message.map;
    assert_int_equal(message.type, MESSAGE_MAP);
    assert_int_equal(m->id, 1201);
    assert_int_equal(m->lane_count, 12); /* 8 lanes, 4 crosswalks */
    assert_true(fabs(m->lat_deg - 42.2990) < 1e-9);
    const struct message_lane *w_in = &m->lanes[0];
    assert_int_equal(w_in->id, 1);
    assert_int_equal(w_in->direction, 1);
    assert_int_equal(w_in->node_count, 2);
    assert_int_equal(w_in->nodes[0].x_cm, -1200);
    assert_int_equal(w_in->nodes[0].y_cm, -175);
    assert_int_equal(w_in->nodes[1].x_cm, -18800);
    assert_int_equal(w_in->nodes[1].y_cm, 0);
    assert_int_equal(w_in->connection_count, 3);
    assert_int_equal(w_in->connections[0].lane, 4);
    assert_int_equal(w_in->connections[0].signal_group, 1);
    assert_int_equal(w_in->connections[2].maneuvers, 2); /* left */
    assert_int_equal(m->lanes[1].direction, 2);
    assert_int_equal(m->lanes[8].type, MESSAGE_LANE_CROSSWALK);
    scenario_free(s);
}

static size_t count_of(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, word)); at++) {
        n++;
    }
    return n;
}

static void geojson_has_every_thing_with_its_ids(void **state)
{
    (void)state;
    struct scenario *s = shipped();
    struct bytes json = {0};
    map_geojson(s->map, &s->origin, &s->walls, s->signals, &json);
    bytes_u8(&json, 0);
    const char *text = (const char *)json.data;
    assert_int_equal(count_of(text, "\"kind\":\"lane\""), 8);
    assert_int_equal(count_of(text, "\"kind\":\"connection\""), 12);
    assert_int_equal(count_of(text, "\"kind\":\"stop_line\""), 4);
    assert_int_equal(count_of(text, "\"kind\":\"crosswalk\""), 4);
    assert_int_equal(count_of(text, "\"kind\":\"sidewalk\""), 8);
    assert_int_equal(count_of(text, "\"kind\":\"building\""), 4);
    assert_int_equal(count_of(text, "\"kind\":\"parked\""), 2);
    assert_non_null(strstr(text, "\"signal\":\"sg-ew\",\"signal_group\":1"));
    assert_non_null(strstr(text, "\"intersection_id\":1201"));
    bytes_close(&json);
    scenario_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quarter_circle_has_its_radius_and_length),
        cmocka_unit_test(corners_are_rounded_to_the_asked_radius),
        cmocka_unit_test(crossing_ways_meet_where_geometry_says),
        cmocka_unit_test(routes_run_through_connections_without_a_break),
        cmocka_unit_test(map_message_has_lanes_from_the_stop_line_outwards),
        cmocka_unit_test(geojson_has_every_thing_with_its_ids),
    };
    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
