/* SPDX-License-Identifier: Apache-2.0 */
/* Traffic of SUMO: rows become agents whose position, speed and acceleration belong
 * together; what is no traffic, or hostile, is refused with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/fcd.h"
#include "scenarios/motion.h"
#include "scenarios/world.h"

#define FILE_NAME BUILD_DIR "/traffic.fcd.xml"

static void write_file(const char *text)
{
    FILE *file = fopen(FILE_NAME, "wb");
    assert_non_null(file);
    fwrite(text, 1, strlen(text), file);
    fclose(file);
}

static int load(struct scenario **s, struct fail *fail)
{
    return scenario_load(FILE_NAME, NULL, s, NULL, fail);
}

/* A car that speeds up from 10 m/s by 2 m/s2 to the east from x = 100 (front), a person who
 * walks north, rows a second apart, times from 100 s on. */
static void write_ramp(void)
{
    struct bytes text = {0};
    bytes_text(&text, "<?xml version=\"1.0\"?>\n<!-- made by hand -->\n<fcd-export>\n");
    for (int k = 0; k <= 10; k++) {
        bytes_format(&text,
                     "<timestep time=\"%d.00\"><vehicle id=\"flow.0\" x=\"%d\" y=\"50\" "
                     "angle=\"90\" type=\"DEFAULT_VEHTYPE\" speed=\"%d\" pos=\"0\" "
                     "lane=\"e_0\" slope=\"0\"/><person id=\"walker\" x=\"7\" y=\"%d\" "
                     "angle=\"0\" speed=\"1\"/></timestep>\n",
                     100 + k, 100 + 10 * k + k * k, 10 + 2 * k, k);
    }
    bytes_text(&text, "</fcd-export>\n");
    bytes_u8(&text, 0);
    write_file((const char *)text.data);
    bytes_close(&text);
}

static void rows_become_agents_that_move_consistently(void **state)
{
    (void)state;
    struct scenario *s = NULL;
    struct world *w = NULL;
    struct fail fail = {0};
    write_ramp();
    assert_int_equal(load(&s, &fail), 0);
    assert_int_equal(s->agent_count, 2);
    assert_int_equal(s->agents[0].kind, KIND_CAR);
    assert_int_equal(s->agents[1].kind, KIND_PEDESTRIAN);
    assert_true(s->agents[0].ego && s->duration_s == 10);
    assert_int_equal(world_new(s, 1, &w, &fail), 0);
    struct source source = world_source(w);
    struct source_tick t;
    struct state before = world_truth_now(w)[0];
    for (int k = 1; source.tick(source.self, &t, &fail) == 1; k++) {
        double at = k * 0.01;
        const struct state *a = &t.truth[0];
        if (at > 1 && at < 9) { /* where both neighbours of a row are known */
            /* the middle is half a car (2.3 m) behind the front: x = 97.7 + 10 t + t^2 */
            assert_true(fabs(a->x_m - (97.7 + 10 * at + at * at)) < 0.002);
            assert_true(fabs(a->speed_mps - (10 + 2 * at)) < 0.01);
            assert_true(fabs(a->accel_mps2 - 2) < 0.02);
            assert_true(fabs(t.truth[1].yaw_rad - acos(-1) / 2) < 1e-6);
        }
        assert_true(fabs(a->x_m - before.x_m - 0.005 * (a->speed_mps + before.speed_mps)) <
                    1e-3);
        assert_true(fabs(a->speed_mps - before.speed_mps) < 0.05);
        before = *a;
    }
    world_free(w);
    scenario_free(s);
}

static void what_was_read_is_a_scenario_like_any_other(void **state)
{
    (void)state;
    static const char *const overrides[] = {"origin.lat_deg=48", "agents.walker.ego=true"};
    struct scenario_options options = {overrides, 2, NULL, NULL};
    struct scenario *s = NULL;
    struct scenario *again = NULL;
    struct bytes yaml = {0};
    struct fail fail = {0};
    char one[33], two[33];
    write_ramp();
    assert_int_equal(scenario_load(FILE_NAME, &options, &s, NULL, &fail), 0);
    assert_true(s->origin.lat_deg == 48 && s->agents[1].ego);
    scenario_config(s, &yaml);
    FILE *file = fopen(BUILD_DIR "/traffic.yaml", "wb");
    assert_non_null(file);
    fwrite(yaml.data, 1, yaml.size, file);
    fclose(file);
    assert_int_equal(scenario_load(BUILD_DIR "/traffic.yaml", NULL, &again, NULL, &fail),
                     0);
    scenario_world_id(s, 1, one);
    scenario_world_id(again, 1, two);
    assert_string_equal(one, two);
    bytes_close(&yaml);
    scenario_free(s);
    scenario_free(again);
}

static void refused(const char *text, const char *why)
{
    struct scenario *s = NULL;
    struct fail fail = {0};
    write_file(text);
    assert_int_equal(load(&s, &fail), RESULT_USAGE);
    assert_null(s);
    if (!strstr(fail.text, why)) {
        print_error("%s\n", fail.text);
    }
    assert_non_null(strstr(fail.text, why));
}

static void what_is_no_traffic_is_refused_with_its_line(void **state)
{
    (void)state;
    refused("", "no element");
    refused("<net>\n</net>", ":1:1: error: fcd-export expected");
    refused("<fcd-export>\n<timestep time=\"1\">\n", ":3:1: error");
    refused("<fcd-export>\n<timestep time=\"1\"/>\n<timestep time=\"1\"/></fcd-export>",
            ":3:1: error: times must rise");
    refused("<fcd-export>\n<timestep time=\"1\">\n<vehicle id=\"a\" x=\"1\" angle=\"2\"/>",
            ":3:1: error: a number expected: y");
    refused("<fcd-export><timestep time=\"1\"/></fcd-export>", "two time steps");
}

static void entities_are_refused_before_they_grow(void **state)
{
    (void)state;
    refused("<!DOCTYPE x [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>\n"
            "<fcd-export>&b;</fcd-export>",
            ": error: a document type is not accepted");
}

static void names_become_ids_that_stay_apart(void **state)
{
    (void)state;
    struct scenario *s = NULL;
    struct fail fail = {0};
    struct bytes text = {0};
    bytes_text(&text, "<fcd-export>");
    for (int k = 0; k < 3; k++) {
        bytes_format(&text,
                     "<timestep time=\"%d\"><vehicle id=\"a.0\" x=\"%d\" y=\"0\" "
                     "angle=\"90\" type=\"bus1\"/><vehicle id=\"a:0\" x=\"%d\" y=\"9\" "
                     "angle=\"90\" type=\"veh_bicycle\"/></timestep>",
                     k, k, k);
    }
    bytes_text(&text, "</fcd-export>");
    bytes_u8(&text, 0);
    write_file((const char *)text.data);
    bytes_close(&text);
    assert_int_equal(load(&s, &fail), 0);
    assert_string_equal(s->agents[0].id, "a_0");
    assert_string_equal(s->agents[1].id, "a_0_1");
    assert_int_equal(s->agents[0].kind, KIND_BUS);
    assert_int_equal(s->agents[1].kind, KIND_CYCLIST);
    scenario_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_become_agents_that_move_consistently),
        cmocka_unit_test(what_was_read_is_a_scenario_like_any_other),
        cmocka_unit_test(what_is_no_traffic_is_refused_with_its_line),
        cmocka_unit_test(entities_are_refused_before_they_grow),
        cmocka_unit_test(names_become_ids_that_stay_apart),
    };
    return cmocka_run_group_tests_name("sumo", tests, NULL, NULL);
}
