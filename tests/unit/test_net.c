/* SPDX-License-Identifier: Apache-2.0 */
/* Roads of SUMO: what a network says becomes lanes, ways, signals; what is none is refused
 * with its line; what SUMO's own tools draw can be driven. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/map.h"
#include "scenarios/plan.h"
#include "scenarios/world.h"

/* One junction: a street from the west goes on to the east, a side street joins it from the
 * south, a crossing lies over the way out. */
#define HEAD "<net version=\"1.9\">\n"
#define EDGE_IN                                                                            \
    "<edge id=\"in\" from=\"a\" to=\"J\"><lane id=\"in_0\" index=\"0\" speed=\"13.89\" "   \
    "length=\"90\" shape=\"-100.00,0.00 -10.00,0.00\"/></edge>\n"
#define EDGE_SIDE                                                                          \
    "<edge id=\"s#1\" from=\"b\" to=\"J\"><lane id=\"s#1_0\" index=\"0\" speed=\"8.33\" "  \
    "length=\"90\" width=\"3.00\" shape=\"5.00,-100.00,7.1 5.00,-10.00,7.2\"/></edge>\n"
#define EDGE_OUT                                                                           \
    "<edge id=\"out\" from=\"J\" to=\"c\">"                                                \
    "<lane id=\"out_0\" index=\"0\" allow=\"pedestrian\" speed=\"13.89\" width=\"1.8\" "   \
    "shape=\"10.00,-4.00 100.00,-4.00\"/>"                                                 \
    "<lane id=\"out_1\" index=\"1\" disallow=\"pedestrian\" speed=\"27.78\" "              \
    "shape=\"10.00,0.00 100.00,0.00\"/>"                                                   \
    "<lane id=\"out_2\" index=\"2\" disallow=\"all\" speed=\"27.78\" "                     \
    "shape=\"10.00,4.00 100.00,4.00\"/></edge>\n"
#define INSIDE                                                                             \
    "<edge id=\":J_0\" function=\"internal\"><lane id=\":J_0_0\" speed=\"13.89\" "         \
    "shape=\"-10.00,0.00 10.00,0.00\"/></edge>\n"                                          \
    "<edge id=\":J_1\" function=\"internal\"><lane id=\":J_1_0\" speed=\"6.5\" "           \
    "shape=\"5.00,-10.00 2.00,-4.00\"/></edge>\n"                                          \
    "<edge id=\":J_2\" function=\"internal\"><lane id=\":J_2_0\" speed=\"6.5\" "           \
    "shape=\"2.00,-4.00 4.00,-0.50 10.00,0.00\"/></edge>\n"                                \
    "<edge id=\":J_c0\" function=\"crossing\"><lane id=\":J_c0_0\" speed=\"2.78\" "        \
    "width=\"4.00\" shape=\"15.00,-5.00 15.00,5.00\"/></edge>\n"                           \
    "<edge id=\":J_w0\" function=\"walkingarea\"><lane id=\":J_w0_0\" speed=\"2.78\" "     \
    "shape=\"13.00,5.00 17.00,5.00 17.00,8.00\"/></edge>\n"
#define LIGHT                                                                              \
    "<tlLogic id=\"J\" type=\"static\" programID=\"old\" offset=\"0\">"                    \
    "<phase duration=\"9\" state=\"rrr\"/></tlLogic>\n"                                    \
    "<tlLogic id=\"J\" type=\"static\" programID=\"0\" offset=\"51\">"                     \
    "<phase duration=\"20\" state=\"Ggr\"/><phase duration=\"10\" state=\"Ggr\"/>"         \
    "<phase duration=\"4\" state=\"yyr\"/><phase duration=\"10\" state=\"rrG\"/>"          \
    "<phase duration=\"2\" state=\"rrr\"/></tlLogic>\n"
#define JUNCTION                                                                           \
    "<junction id=\"J\" type=\"traffic_light\" x=\"1.5\" y=\"2.5\" incLanes=\"in_0 "       \
    "s#1_0 :J_w0_0\" intLanes=\":J_0_0 :J_2_0 :J_c0_0\" shape=\"0,0 1,1\">\n"              \
    "<request index=\"0\" response=\"000\" foes=\"110\" cont=\"0\"/>\n"                    \
    "<request index=\"1\" response=\"001\" foes=\"001\" cont=\"0\"/>\n"                    \
    "<request index=\"2\" response=\"000\" foes=\"001\" cont=\"0\"/>\n</junction>\n"
#define LINKS                                                                              \
    "<connection from=\"in\" to=\"out\" fromLane=\"0\" toLane=\"1\" via=\":J_0_0\" "       \
    "tl=\"J\" linkIndex=\"0\" dir=\"s\" state=\"O\"/>\n"                                   \
    "<connection from=\"s#1\" to=\"out\" fromLane=\"0\" toLane=\"1\" via=\":J_1_0\" "      \
    "tl=\"J\" linkIndex=\"1\" dir=\"r\" state=\"o\"/>\n"                                   \
    "<connection from=\":J_1\" to=\"out\" fromLane=\"0\" toLane=\"1\" via=\":J_2_0\" "     \
    "dir=\"r\" state=\"m\"/>\n"                                                            \
    "<connection from=\":J_w0\" to=\":J_c0\" fromLane=\"0\" toLane=\"0\" tl=\"J\" "        \
    "linkIndex=\"2\" dir=\"s\" state=\"M\"/>\n"
#define WHOLE HEAD EDGE_IN EDGE_SIDE EDGE_OUT INSIDE LIGHT JUNCTION LINKS "</net>\n"

#define NET_NAME BUILD_DIR "/small.net.xml"

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fwrite(text, 1, strlen(text), file);
    fclose(file);
}

/* A scenario on a network, `more` its further lines. */
static int load(const char *net, const char *more, struct scenario **s, struct fail *fail)
{
    struct bytes yaml = {0};
    bytes_format(&yaml,
                 "schema: 1\nname: t\norigin: {lat_deg: 48, lon_deg: 11}\nduration_s: 60\n"
                 "map: %s\n%s",
                 net, more);
    bytes_u8(&yaml, 0);
    write_text(BUILD_DIR "/on-net.yaml", (const char *)yaml.data);
    bytes_close(&yaml);
    return scenario_load(BUILD_DIR "/on-net.yaml", NULL, s, NULL, fail);
}

static struct scenario *small(const char *more)
{
    struct scenario *s = NULL;
    struct fail fail = {0};
    write_text(NET_NAME, WHOLE);
    if (load("small.net.xml", more, &s, &fail) != 0) {
        print_error("%s\n", fail.text);
    }
    assert_non_null(s);
    return s;
}

#define CAR "agents: [{id: e, kind: car, route: [in_0, out_1]}]\n"

static void lanes_and_ways_are_those_of_the_network(void **state)
{
    (void)state;
    struct scenario *s = small(CAR);
    const struct map *m = s->map;
    assert_int_equal(m->lane_count, 5); /* in, s#1, out_1; two ways */
    uint32_t in = map_find(m, "in_0");
    uint32_t side = map_find(m, "s_1_0");
    uint32_t out = map_find(m, "out_1");
    uint32_t on = map_find(m, "_J_0_0");
    uint32_t right = map_find(m, "_J_1_0");
    assert_true(in != MAP_NONE && side != MAP_NONE && out != MAP_NONE);
    assert_true(on != MAP_NONE && right != MAP_NONE);
    assert_true(map_find(m, "out_0") == MAP_NONE && map_find(m, "out_2") == MAP_NONE);
    assert_true(m->lanes[in].speed_mps == 13.89 && m->lanes[in].width_m == 3.2);
    assert_true(m->lanes[side].width_m == 3 && m->lanes[out].speed_mps == 27.78);
    assert_true(fabs(m->lanes[in].path.length_m - 90) < 1e-9);
    assert_true(m->lanes[in].stop_m == m->lanes[in].path.length_m);
    assert_true(m->lanes[on].from == in && m->lanes[on].to == out);
    assert_true(m->lanes[right].from == side && m->lanes[right].to == out);
    assert_int_equal(m->lanes[right].turn, TURN_RIGHT);
    assert_true(m->lanes[right].speed_mps == 6.5);
    /* its way goes round by (2, -4) and (4, -0.5), as both lanes inside say: 16.75 m, less
     * what the rounded corners save */
    double reach = 1e9;
    for (uint32_t i = 0; i < m->lanes[right].path.count; i++) {
        reach = fmin(reach, m->lanes[right].path.nodes[i].x_m);
    }
    assert_true(reach > 2 && reach < 2.8);
    assert_true(m->lanes[right].path.length_m < 16.75);
    assert_true(m->lanes[right].path.length_m > 15.8);
    assert_int_equal(m->lanes[right].yield_count, 1);
    assert_int_equal(m->lanes[right].yields[0].lane, on);
    assert_int_equal(m->lanes[on].yield_count, 0);
    assert_int_equal(s->agents[0].route_count, 3);
    assert_true(m->ref_m[0] == 1.5 && m->ref_m[1] == 2.5);
    scenario_free(s);
}

static void who_walks_has_crossings_footways_and_areas(void **state)
{
    (void)state;
    struct scenario *s = small(CAR);
    const struct map *m = s->map;
    struct bytes json = {0};
    assert_int_equal(m->crosswalk_count, 1);
    assert_string_equal(m->crosswalks[0].id, "_J_c0_0");
    assert_true(m->crosswalks[0].width_m == 4 && m->crosswalks[0].points_m[1][1] == 5);
    assert_string_equal(s->signals[m->crosswalks[0].signal].id, "J-2");
    assert_int_equal(m->sidewalk_count, 1);
    assert_string_equal(m->sidewalks[0].id, "out_0");
    assert_int_equal(m->area_count, 1);
    assert_int_equal(m->areas[0].point_count, 3);
    map_geojson(m, &s->origin, &s->walls, s->signals, &json);
    bytes_u8(&json, 0);
    assert_non_null(strstr((const char *)json.data, "\"id\":\"_J_w0_0\""));
    assert_non_null(strstr((const char *)json.data, "\"signal\":\"J-2\""));
    bytes_close(&json);
    scenario_free(s);
}

/* 20 + 10 s green, 4 s yellow, 12 s red, begun at second 51: the last program counts. */
static void programs_become_signals_that_show_the_same(void **state)
{
    (void)state;
    struct scenario *s = small(CAR);
    struct plans plans = {.scenario = s};
    uint32_t on = map_find(s->map, "_J_0_0");
    uint32_t right = map_find(s->map, "_J_1_0");
    assert_int_equal(s->signal_count, 3);
    assert_string_equal(s->signals[s->map->lanes[on].signal].id, "J-0");
    assert_string_equal(s->signals[s->map->lanes[right].signal].id, "J-1");
    for (int t = 0; t < 92; t++) {
        int into = (t + 46 - 5) % 46; /* 51 is 5 after a whole cycle */
        int64_t ns = t * TIME_NS_PER_S;
        enum phase main_street = into < 30   ? PHASE_PROTECTED_MOVEMENT
                                 : into < 34 ? PHASE_PROTECTED_CLEARANCE
                                             : PHASE_STOP_AND_REMAIN;
        enum phase side_street = into < 30   ? PHASE_PERMISSIVE_MOVEMENT
                                 : into < 34 ? PHASE_PERMISSIVE_CLEARANCE
                                             : PHASE_STOP_AND_REMAIN;
        enum phase walk =
            into >= 34 && into < 44 ? PHASE_PROTECTED_MOVEMENT : PHASE_STOP_AND_REMAIN;
        assert_int_equal(plan_at(&plans, 0, ns).phase, main_street);
        assert_int_equal(plan_at(&plans, 1, ns).phase, side_street);
        assert_int_equal(plan_at(&plans, 2, ns).phase, walk);
    }
    assert_int_equal(plan_at(&plans, 0, 10 * TIME_NS_PER_S).end_ns, 35 * TIME_NS_PER_S);
    scenario_free(s);
}

static void a_signal_of_the_scenario_stands_before_that_of_the_network(void **state)
{
    (void)state;
    struct scenario *s = small(CAR "signals: [{id: J-1, group: 9, phases: [{phase: green, "
                                   "duration_s: 7}]}]\n");
    assert_int_equal(s->signal_count, 3);
    assert_string_equal(s->signals[0].id, "J-1");
    assert_int_equal(s->signals[0].group, 9);
    assert_true(s->signals[0].cycle_s == 7);
    scenario_free(s);
}

static void another_map_brings_no_signals_of_the_first(void **state)
{
    (void)state;
    static const char *const overrides[] = {
        "agents.e.route=[x]", "map={lanes: [{id: x, points_m: [[0, 0], [50, 0]]}]}"};
    struct scenario_options options = {overrides, 2, NULL, NULL};
    struct scenario *s = small(CAR);
    struct fail fail = {0};
    scenario_free(s);
    assert_int_equal(scenario_load(BUILD_DIR "/on-net.yaml", &options, &s, NULL, &fail), 0);
    assert_int_equal(s->signal_count, 0);
    assert_int_equal(s->map->lane_count, 1);
    scenario_free(s);
}

static void what_was_imported_is_written_out_and_read_again(void **state)
{
    (void)state;
    struct scenario *s = small(CAR);
    struct scenario *again = NULL;
    struct bytes yaml = {0};
    struct fail fail = {0};
    char one[33], two[33];
    scenario_config(s, &yaml);
    bytes_u8(&yaml, 0);
    write_text(BUILD_DIR "/on-net-again.yaml", (const char *)yaml.data);
    assert_int_equal(
        scenario_load(BUILD_DIR "/on-net-again.yaml", NULL, &again, NULL, &fail), 0);
    scenario_world_id(s, 1, one);
    scenario_world_id(again, 1, two);
    assert_string_equal(one, two);
    bytes_close(&yaml);
    scenario_free(s);
    scenario_free(again);
}

static void refused(const char *net, const char *why)
{
    struct scenario *s = NULL;
    struct fail fail = {0};
    write_text(BUILD_DIR "/bad.net.xml", net);
    assert_int_equal(load("bad.net.xml", CAR, &s, &fail), RESULT_USAGE);
    assert_null(s);
    if (!strstr(fail.text, why)) {
        print_error("wanted %s, got %s\n", why, fail.text);
    }
    assert_non_null(strstr(fail.text, why));
}

static void what_is_no_network_is_refused_with_its_line(void **state)
{
    (void)state;
    refused("<fcd-export/>", "bad.net.xml:1:1: error: net expected, not fcd-export");
    refused(HEAD EDGE_IN, "bad.net.xml:3:1: error: no element found");
    refused("<!DOCTYPE net [<!ENTITY a \"b\">]>" HEAD "</net>", "document type");
    refused(HEAD "<edge id=\"e\"><lane id=\"e_0\" shape=\"0,0\"/></edge></net>",
            ":2:14: error: a shape of 2 to 5000 points expected");
    refused(HEAD "<edge id=\"e\"><lane id=\"e_0\" shape=\"0,0 1;1\"/></edge></net>",
            ":2:14: error: a shape");
    refused(HEAD "<edge id=\"e\"><lane id=\"e_0\" shape=\"0,0 nan,1\"/></edge></net>",
            ":2:14: error: a shape");
    refused(HEAD "<edge id=\"e\">\n<lane shape=\"0,0 1,1\"/></edge></net>",
            ":3:1: error: missing: id");
    refused(HEAD EDGE_IN EDGE_IN "</net>", ":3:31: error: a lane given twice: in_0");
    refused(HEAD "<edge id=\"e\"><lane id=\"e_0\" speed=\"fast\" shape=\"0,0 1,1\"/>",
            ":2:14: error: a number expected: speed");
    refused(HEAD EDGE_IN "<connection from=\"in\" to=\"gone\" fromLane=\"0\" toLane=\"0\"/>"
                         "</net>",
            ":3:1: error: no such lane: gone_0");
    refused(HEAD "<connection from=\"in\" fromLane=\"0\" toLane=\"0\"/></net>",
            ":2:1: error: missing: to");
    refused(HEAD EDGE_IN EDGE_SIDE EDGE_OUT INSIDE JUNCTION LINKS "</net>",
            ":15:1: error: no such traffic light: J");
    refused(HEAD "<tlLogic id=\"J\"/></net>", ":2:1: error: 1 to 64 phases expected: J");
    refused(HEAD "<tlLogic id=\"J\"><phase duration=\"1\" state=\"rr\"/>\n<phase "
                 "duration=\"1\" state=\"r\"/></tlLogic></net>",
            ":3:1: error: a state of another length: J");
    refused(HEAD EDGE_IN EDGE_SIDE EDGE_OUT INSIDE
            "<tlLogic id=\"J\"><phase duration=\"1\" state=\"r\"/></tlLogic>" LINKS
            "</net>",
            ":11:1: error: linkIndex beyond the states of J");
    refused(HEAD "<junction id=\"J\"><request index=\"1\" response=\"0\"/>",
            ":2:18: error: requests in order");
    refused(HEAD EDGE_IN EDGE_SIDE EDGE_OUT INSIDE
            "<tlLogic id=\"J\"><phase duration=\"4000\" state=\"rrr\"/></tlLogic>" LINKS
            "</net>",
            ":10:1: error: signals[0].phases[0].duration_s = 4000: at most 3600 s");
}

static void a_network_that_is_not_there_is_told_where_it_is_named(void **state)
{
    (void)state;
    struct scenario *s = NULL;
    struct fail fail = {0};
    assert_int_equal(load("gone.net.xml", CAR, &s, &fail), RESULT_USAGE);
    assert_non_null(strstr(fail.text, "on-net.yaml:5:6: error: map = gone.net.xml"));
}

/* Is that program of SUMO here? */
static bool have(const char *program)
{
    char command[200];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    return system(command) == 0;
}

/* How many lines of a file have all of these texts. */
static uint32_t lines_with(const char *path, const char *const texts[3])
{
    char line[20000];
    FILE *file = fopen(path, "rb");
    uint32_t count = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        bool all = true;
        for (int i = 0; i < 3; i++) {
            all = all && (!texts[i] || strstr(line, texts[i]));
        }
        count += all;
    }
    fclose(file);
    return count;
}

/* Drives 200 cars along routes at random and looks at every step of every one. */
static void drive_everywhere(const char *net)
{
    struct scenario *s = NULL;
    struct world *w = NULL;
    struct fail fail = {0};
    struct source_tick t;
    if (load(net,
             "agents: [{id: post, kind: pedestrian, at_m: [-5000, -5000]}]\n"
             "traffic: [{id: t, count: 200, agent: {kind: car, speed_mps: 12}, "
             "vary: {route: {walk: [12, 8, 14]}}}]\n",
             &s, &fail) != 0) {
        print_error("%s\n", fail.text);
    }
    assert_non_null(s);
    assert_int_equal(world_new(s, 1, &w, &fail), 0);
    struct source source = world_source(w);
    struct state before[201];
    memcpy(before, world_truth_now(w), sizeof before);
    double way = 0;
    while (source.tick(source.self, &t, &fail) == 1) {
        for (uint32_t i = 1; i < 201; i++) {
            const struct state *a = &t.truth[i];
            const struct state *b = &before[i];
            double step = hypot(a->x_m - b->x_m, a->y_m - b->y_m);
            if (a->present && b->present) {
                assert_true(step < 0.01 * fmax(a->speed_mps, b->speed_mps) + 0.03);
                way += step;
            }
            before[i] = *a;
        }
    }
    assert_true(way > 200 * 100); /* they got on */
    world_free(w);
    scenario_free(s);
}

static void networks_of_sumos_own_tools_can_be_driven(void **state)
{
    (void)state;
    static const char *const made[] = {
        ("--grid --grid.number 4 --grid.length 150 -L 2 --turn-lanes 1 "
         "--default-junction-type traffic_light --sidewalks.guess --crossings.guess"),
        "--spider --spider.arm-number 7 --spider.circle-number 3 -L 1",
        "--rand --rand.iterations 60 -L 2 --seed 5",
    };
    char command[600];
    if (!have("netgenerate")) {
        print_message("SKIPPED: netgenerate (Debian's sumo) is not installed\n");
        skip();
    }
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        snprintf(command, sizeof command,
                 "netgenerate %s -o %s/made.net.xml >%s/made.log 2>&1", made[i], BUILD_DIR,
                 BUILD_DIR);
        assert_int_equal(system(command), 0);
        drive_everywhere("made.net.xml");
        struct scenario *s = NULL;
        struct fail fail = {0};
        assert_int_equal(load("made.net.xml",
                              "agents: [{id: a, kind: pedestrian, at_m: [0, 0]}]\n", &s,
                              &fail),
                         0);
        uint32_t connections = 0;
        for (uint32_t k = 0; k < s->map->lane_count; k++) {
            connections += s->map->lanes[k].connection;
        }
        const char *path = BUILD_DIR "/made.net.xml";
        /* ways between lanes outside of junctions; ids of what is inside begin with ':' */
        const char *const links[3] = {"<connection from="};
        const char *const from_inside[3] = {"<connection from=\":"};
        const char *const onto_inside[3] = {"<connection from=", " to=\":"};
        const char *const inside[3] = {"<connection from=\":", " to=\":"};
        assert_int_equal(connections,
                         lines_with(path, links) - lines_with(path, from_inside) -
                             lines_with(path, onto_inside) + lines_with(path, inside));
        const char *const feet[3] = {"<lane id=", " allow=\"pedestrian\""};
        const char *const feet_inside[3] = {"<lane id=\":", " allow=\"pedestrian\""};
        const char *const crossings[3] = {"function=\"crossing\""};
        const char *const areas[3] = {"function=\"walkingarea\""};
        assert_int_equal(s->map->sidewalk_count,
                         lines_with(path, feet) - lines_with(path, feet_inside));
        assert_int_equal(s->map->crosswalk_count, lines_with(path, crossings));
        assert_int_equal(s->map->area_count, lines_with(path, areas));
        assert_true(connections > 0 && (i > 0 || s->map->crosswalk_count > 0));
        scenario_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes_and_ways_are_those_of_the_network),
        cmocka_unit_test(who_walks_has_crossings_footways_and_areas),
        cmocka_unit_test(programs_become_signals_that_show_the_same),
        cmocka_unit_test(a_signal_of_the_scenario_stands_before_that_of_the_network),
        cmocka_unit_test(another_map_brings_no_signals_of_the_first),
        cmocka_unit_test(what_was_imported_is_written_out_and_read_again),
        cmocka_unit_test(what_is_no_network_is_refused_with_its_line),
        cmocka_unit_test(a_network_that_is_not_there_is_told_where_it_is_named),
        cmocka_unit_test(networks_of_sumos_own_tools_can_be_driven),
    };
    return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
