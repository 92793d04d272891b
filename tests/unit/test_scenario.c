/* SPDX-License-Identifier: Apache-2.0 */
/* Scenario files: what is refused, where it is said, what is drawn, what comes out again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/scenario.h"

#define SHIPPED SOURCE_DIR "/scenarios/library/blind-crossing.yaml"

/* The smallest good scenario, line by line; tests replace or add single lines. */
static const char *const base[] = {
    "schema: 1",
    "name: t",
    "origin: {lat_deg: 42, lon_deg: -83}",
    "duration_s: 2",
    "seed: 7",
    "map:",
    "  lanes:",
    "    - {id: a, points_m: [[-50, 0], [0, 0]]}",
    "    - {id: b, points_m: [[10, 0], [50, 0]]}",
    "  connections: [{from: a, to: b, signal: s1}]",
    "buildings: [{id: h, height_m: 8, polygon_m: [[8, 8], [30, 8], [30, 30]]}]",
    "sensors: {front: {modality: lidar, rate_hz: 10}}",
    "agents:",
    "  - {id: ego, kind: car, ego: true, route: [a, b], speed_mps: 12, sensors: [front]}",
    "  - {id: ped, kind: child, path_m: [[0, -9], [0, 6]], phone: {placement: pocket}}",
    "infrastructure: [{id: rsu, at_m: [4, 4], sends: [SPAT, MAP]}]",
    "signals: [{id: s1, phases: [{phase: green, duration_s: 5}]}]",
    "air: {tier: d1, impairments: [{when_s: [1, 2], link: v2p, dropout: true}]}",
};
#define LINES (sizeof base / sizeof base[0])

struct memory {
    const char *text;
};

static int from_memory(void *self, const char *path, struct bytes *text, struct fail *fail)
{
    const struct memory *m = self;
    if (strcmp(path, "t.yaml") != 0) {
        return fail_set(fail, RESULT_USAGE, "%s: cannot be opened", path);
    }
    bytes_text(text, m->text);
    return 0;
}

static int load_text(const char *text, const struct scenario_options *options,
                     struct scenario **s, struct scenario_problems *problems)
{
    struct memory memory = {text};
    struct scenario_reader reader = {&memory, from_memory};
    struct fail fail = {0};
    return scenario_load_from(&reader, "t.yaml", options, s, problems, &fail);
}

static char *with_line(size_t at, const char *line)
{
    struct bytes text = {0};
    for (size_t i = 0; i < LINES; i++) {
        bytes_text(&text, i == at ? line : base[i]);
        bytes_text(&text, "\n");
    }
    if (at >= LINES) {
        bytes_text(&text, line);
    }
    bytes_u8(&text, 0);
    return (char *)text.data;
}

static void the_base_of_these_tests_is_good(void **state)
{
    (void)state;
    struct scenario *s = NULL;
    struct scenario_problems problems;
    char *text = with_line(LINES, "");
    int result = load_text(text, NULL, &s, &problems);
    if (result != 0) {
        print_error("%s\n", problems.all[0].text);
    }
    assert_int_equal(result, 0);
    assert_int_equal(s->agent_count, 3);
    assert_int_equal(s->agents[0].route_count, 3);
    assert_int_equal(s->air.tier_index, TIER_D1);
    assert_int_equal(s->seed, 7);
    assert_int_equal(s->agents[2].kind, KIND_RSU);
    scenario_free(s);
    scenario_problems_close(&problems);
    free(text);
}

/* line of the base (from 0), its replacement, column of the problem, words in it */
struct mutation {
    size_t line;
    const char *text;
    int column;
    const char *words;
};

static const struct mutation mutations[] = {
    {0, "schema: 2", 9, "at most 1"},
    {0, "schema: one", 9, "an integer expected"},
    {0, "schema: 1.5", 9, "an integer expected"},
    {0, "shema: 1", 1, "did you mean schema?"},
    {1, "name: a b", 7, "an id of 1 to 64"},
    {1, "name: [x]", 7, "an id"},
    {1, "name: ''", 7, "an id"},
    {2, "origin: {lat_deg: 99, lon_deg: -83}", 19, "at most 89 deg"},
    {2, "origin: {lat_deg: 42, lon_deg: -183}", 32, "at least -180"},
    {2, "origin: {lat_deg: .nan, lon_deg: -83}", 19, "a number expected"},
    {2, "origin: {lat_deg: 42, lon_deg: .inf}", 32, "a number expected"},
    {2, "origin: {lat_deg: 42}", 9, "origin.lon_deg: missing"},
    {2, "origin: 42", 9, "a mapping expected"},
    {2, "origin: {lat_deg: '42', lon_deg: 1}", 19, "a number expected"},
    {2, "origin: {lat_deg: 42, lon_deg: 1, height: 2}", 35, "did you mean"},
    {3, "duration_s: 0", 13, "at least 0.01 s"},
    {3, "duration_s: 1e9", 13, "at most 86400 s"},
    {3, "duration_s: -5", 13, "at least"},
    {3, "duration: 5", 1, "did you mean duration_s?"},
    {4, "seed: -1", 7, "18446744073709551615"},
    {4, "seed: 18446744073709551616", 7, "18446744073709551615"},
    {4, "start: yesterday", 8, "a UTC time"},
    {4, "start: 2026-13-01T00:00:00Z", 8, "a UTC time"},
    {7, "    - {id: a, points_m: [[-50, 0]]}", 25, "2 to 100000 points"},
    {7, "    - {id: a, points_m: [[-50, 0], [0]]}", 36, "[a, b] expected"},
    {7, "    - {id: a, points_m: [[-50, 0], [nan, 0]]}", 37, "a number expected"},
    {7, "    - {id: a, points_m: [[0, 0], [0, 0]]}", 25, "at least 0.1 m"},
    {7, "    - {id: b, points_m: [[-50, 0], [0, 0]]}", 0, "given twice"},
    {7, "    - {id: a, width_m: 90, points_m: [[-50, 0], [0, 0]]}", 24, "at most 20 m"},
    {9, "  connections: [{from: a, to: c}]", 31, "no such lane"},
    {9, "  connections: [{from: a, to: b, signal: s9}]", 42, "no such signal"},
    {9, "  connections: [{from: a, to: b, yields_to: [q]}]", 46, "no such connection"},
    {9, "  connections: [{from: a, to: b, turn: up}]", 40, "one of straight"},
    {9, "  crosswalks: [{id: w, points_m: [[1, 1], [2, 2]]}]", 0, "no way there"},
    {10, "buildings: [{id: h, polygon_m: [[8, 8], [30, 8]]}]", 13, "3 to 256 points"},
    {10, "buildings: [{id: h, height_m: -8, polygon_m: [[8, 8], [30, 8], [30, 30]]}]", 31,
     "at least 0.1 m"},
    {10, "buildings: {id: h}", 12, "a list expected"},
    {10, "buildings: [{height_m: 8, polygon_m: [[8, 8], [30, 8], [30, 30]]}]", 13,
     "buildings[0].id: missing"},
    {11, "sensors: {front: {modality: sonar}}", 29, "one of camera, lidar, radar"},
    {11, "sensors: {front: {rate_hz: 10}}", 18, "modality: missing"},
    {11, "sensors: {front: {modality: lidar, rate_hz: 900}}", 45, "at most 200 Hz"},
    {11, "sensors: [front]", 10, "a mapping expected"},
    {11, "sensors: {}", 0, "no such sensor"},
    {12, "agents: []", 0, "t.yaml:14"},
    {13, "  - {id: ego, kind: car, route: [a, b], speed_mps: 900, sensors: [front]}", 52,
     "agents[0].speed_mps = 900: at most 83 m/s"},
    {13, "  - {id: ego, kind: tank, route: [a, b]}", 21, "one of"},
    {13, "  - {id: ego, ego: yes, route: [a, b]}", 20, "true or false"},
    {13, "  - {id: ego, route: [b, a]}", 26, "no way there from b"},
    {13, "  - {id: ego, route: [z]}", 23, "no such lane"},
    {13, "  - {id: ego, route: []}", 22, "at least one lane"},
    {13, "  - {id: ego}", 5, "exactly one of route"},
    {13, "  - {id: ego, route: [a], at_m: [1, 2]}", 5, "exactly one of route"},
    {13, "  - {id: ped, route: [a]}", 0, "id = ped: given twice"},
    {13, "  - {id: ego, route: [a], start_m: 500}", 22, "the route is 50 m long"},
    {13, "  - {id: ego, route: [a], start_when: {time_s: 1, ego_ttc_s: 2}}", 39,
     "exactly one of"},
    {13, "  - {id: ego, ego: true, route: [a], start_when: {ego_ttc_s: 2}}", 50,
     "cannot approach itself"},
    {13, "  - {id: ego, route: [a], start_when: {ego_ttc_s: 2, agent: nobody}}", 39,
     "no such agent"},
    {13, "  - {id: ego, route: [a], radio: [wifi]}", 35, "one of ideal"},
    {13, "  - {id: ego, trajectory: [[0, 1, 1], [0, 2, 2]]}", 39, "times must rise"},
    {13, "  - {id: ego, route: [a], actions: [{do: jump, when: {time_s: 1}}]}", 42,
     "one of brake"},
    {13, "  - {id: ego, route: [a], actions: [{do: brake}]}", 37, "when: missing"},
    {13, "  - {id: ego, route: [a], rate_hz: 3}", 27, "no such key; did you mean"},
    {14, "  - {id: ped, kind: pedestrian, path_m: [[0, 0], [0, 0.01]]}", 41,
     "at least 0.1 m"},
    {14,
     "  - {id: ped, kind: pedestrian, path_m: [[0, -9], [0, 6]], phone: {placement: hat}}",
     79, "one of none, hand"},
    {15, "infrastructure: [{id: rsu, at_m: [4], sends: [SPAT]}]", 34, "[a, b] expected"},
    {15, "infrastructure: [{id: rsu, at_m: [4, 4], sends: [EVA]}]", 50, "one of SPAT, MAP"},
    {15, "infrastructure: [{id: ego, at_m: [4, 4]}]", 23, "given twice"},
    {16, "signals: [{id: s1, phases: []}]", 28, "1 to 64 phases"},
    {16, "signals: [{id: s1, phases: [{phase: blue, duration_s: 5}]}]", 37, "one of"},
    {16, "signals: [{id: s1, phases: [{phase: red, duration_s: 0}]}]", 54,
     "at least 0.1 s"},
    {16, "signals: [{id: s2, phases: [{phase: red, duration_s: 5}]}]", 0, "no such signal"},
    {14, "  - {id: ped, path_m: [[0, -9], [0, -6]], start_when: {ego_ttc_s: 2}}", 0,
     "its way and that of ego never cross"},
    {17, "air: {tier: d9}", 0, "cannot be opened"},
    {17, "air: {tier: {name: x, loss_p: 1.2, loss_r: 0.5}}", 31, "at most 1"},
    {17, "air: {tier: {name: x, loss_p: 0.2}}", 13, "never recover"},
    {17, "air: {technology: wifi}", 19, "one of ideal"},
    {17, "air: {impairments: [{when_s: [2, 1]}]}", 30, "from <= to"},
    {17, "air: {impairments: [{agent: nobody}]}", 29, "no such agent"},
    {17, "air: {impairments: [{loss: 1.01}]}", 28, "at most 1"},
    {17, "air: {intended_range_m: 0}", 25, "at least 1 m"},
    {LINES, "sample: {agents.ego.sped_mps: {uniform: [8, 16]}}", 10, "did you mean"},
    {LINES, "sample: {agents.ego.speed_mps: {uniform: [8]}}", 32, "one of {uniform"},
    {LINES, "sample: {agents.ego.speed_mps: {uniform: [8, 160]}}", 46, "at most 83"},
    {LINES, "sample: {agents.ego.speed_mps: {gauss: [8, 16]}}", 32, "one of {uniform"},
    {LINES, "expect: {outcome: FINE}", 19, "one of COLLISION"},
    {LINES, "seed: 9", 1, "key given twice"},
    {LINES, "label: *x", 8, "aliases are not allowed"},
};

static void every_mutation_is_refused_at_its_line_and_column(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof mutations / sizeof mutations[0]; i++) {
        const struct mutation *m = &mutations[i];
        struct scenario *s = NULL;
        struct scenario_problems problems;
        char *text = with_line(m->line, m->text);
        int result = load_text(text, NULL, &s, &problems);
        bool found = false;
        for (uint32_t p = 0; p < problems.count; p++) {
            const struct scenario_problem *q = &problems.all[p];
            found = found || (strstr(q->text, m->words) &&
                              (m->column == 0 ||
                               (q->line == (int)m->line + 1 && q->column == m->column)));
        }
        if (result == 0 || !found) {
            print_error("%s: wanted %zu:%d %s, got:\n", m->text, m->line + 1, m->column,
                        m->words);
            for (uint32_t p = 0; p < problems.count; p++) {
                print_error("  %s\n", problems.all[p].text);
            }
        }
        wrong += result == 0 || !found;
        assert_null(s);
        scenario_problems_close(&problems);
        free(text);
    }
    assert_int_equal(wrong, 0);
    assert_true(sizeof mutations / sizeof mutations[0] >= 60);
}

static void every_problem_of_a_file_is_told(void **state)
{
    (void)state;
    struct scenario *s = NULL;
    struct scenario_problems problems;
    assert_int_equal(
        load_text("schema: 3\nname: t\norigin: {lat_deg: 100, lon_deg: 0}\n"
                  "duration_s: x\nagents: [{id: a, speed_mps: -1, at_m: [0, 0]}]\n",
                  NULL, &s, &problems),
        RESULT_USAGE);
    assert_int_equal(problems.count, 4);
    assert_string_equal(problems.all[0].text, "t.yaml:1:9: error: schema = 3: at most 1");
    assert_int_equal(problems.all[1].line, 3);
    assert_int_equal(problems.all[3].line, 5);
    scenario_problems_close(&problems);
}

static void the_shipped_scenario_has_no_problem(void **state)
{
    (void)state;
    struct scenario *s = NULL;
    struct scenario_problems problems;
    struct fail fail = {0};
    assert_int_equal(scenario_load(SHIPPED, NULL, &s, &problems, &fail), 0);
    assert_int_equal(problems.total, 0);
    assert_string_equal(s->name, "blind-crossing");
    assert_true(s->agent_count >= 8);
    scenario_free(s);
    scenario_problems_close(&problems);
}

static void the_resolved_config_loads_to_the_same_scenario(void **state)
{
    (void)state;
    static const char *const overrides[] = {
        "agents.ego.speed_mps=11.5", "air.intended_range_m=250", "sample={}",
        "sample={agents.lead.speed_mps: {uniform: [12, 14]}}"};
    const struct scenario_options options = {overrides, 4, NULL, NULL};
    struct scenario *s = NULL;
    struct scenario *again = NULL;
    struct scenario_problems problems;
    struct fail fail = {0};
    struct bytes once = {0};
    struct bytes twice = {0};
    char id[33], id_again[33];
    assert_int_equal(scenario_load(SHIPPED, &options, &s, NULL, &fail), 0);
    scenario_config(s, &once);
    bytes_u8(&once, 0);
    int result = load_text((const char *)once.data, NULL, &again, &problems);
    if (result != 0) {
        print_error("%s\n%s\n", problems.all[0].text, (const char *)once.data);
    }
    assert_int_equal(result, 0);
    scenario_problems_close(&problems);
    scenario_config(again, &twice);
    bytes_u8(&twice, 0);
    assert_string_equal((const char *)once.data, (const char *)twice.data);
    assert_true(again->agents[0].speed_mps == 11.5);
    assert_true(again->agents[1].speed_mps >= 12 && again->agents[1].speed_mps <= 14);
    assert_true(again->agents[1].speed_mps == s->agents[1].speed_mps);
    assert_true(again->air.intended_range_m == 250);
    scenario_world_id(s, s->seed, id);
    scenario_world_id(again, again->seed, id_again);
    assert_string_equal(id, id_again);
    bytes_close(&once);
    bytes_close(&twice);
    scenario_free(s);
    scenario_free(again);
}

static double drawn(const char *line, uint64_t seed)
{
    struct scenario *s = NULL;
    struct scenario_problems problems;
    struct scenario_options options = {NULL, 0, &seed, NULL};
    char *text = with_line(LINES, line);
    assert_int_equal(load_text(text, &options, &s, &problems), 0);
    double v = s->agents[0].speed_mps;
    scenario_free(s);
    scenario_problems_close(&problems);
    free(text);
    return v;
}

static void samples_follow_their_distribution_and_the_seed_alone(void **state)
{
    (void)state;
    static const char uniform[] = "sample: {agents.ego.speed_mps: {uniform: [8, 16]}}";
    static const char two[] = "sample: {agents.ped.speed_mps: {uniform: [1, 2]}, "
                              "agents.ego.speed_mps: {uniform: [8, 16]}}";
    static const char normal[] = "sample: {agents.ego.speed_mps: {normal: [10, 2]}}";
    double sum = 0, sum_normal = 0, squares = 0;
    enum { N = 400 };
    for (uint64_t seed = 1; seed <= N; seed++) {
        double v = drawn(uniform, seed);
        assert_true(v >= 8 && v <= 16);
        assert_true(v == drawn(two, seed));
        sum += v;
        double n = drawn(normal, seed);
        sum_normal += n;
        squares += (n - 10) * (n - 10);
        double c = drawn("sample: {agents.ego.speed_mps: {choice: [3, 5, 7]}}", seed);
        assert_true(c == 3 || c == 5 || c == 7);
        double i = drawn("sample: {agents.ego.speed_mps: {integer: [3, 5]}}", seed);
        assert_true(i == 3 || i == 4 || i == 5);
    }
    assert_true(fabs(sum / N - 12) < 4 * 8 / sqrt(12.0 * N)); /* 4 sigma of the mean */
    assert_true(fabs(sum_normal / N - 10) < 4 * 2 / sqrt(N));
    assert_true(fabs(sqrt(squares / N) - 2) < 0.3);
}

static void an_override_adds_to_a_list(void **state)
{
    (void)state;
    static const char *const overrides[] = {"air.impairments.+={loss: 0.25}",
                                            "air.impairments.+={link: v2p, dropout: true}"};
    struct scenario_options options = {.overrides = overrides, .override_count = 2};
    struct scenario *s = NULL;
    struct scenario_problems problems;
    static const char *const air[] = {"air: {tier: d1}",
                                      "air: {impairments: [{latency_ms: 7}]}"};
    for (int given = 0; given < 2; given++) {
        char *text = with_line(LINES - 1, air[given]);
        assert_int_equal(load_text(text, &options, &s, &problems), 0);
        assert_int_equal(s->air.impairment_count, given + 2);
        assert_true(given == 0 || s->air.impairments[0].latency_ms == 7);
        assert_true(s->air.impairments[given].loss == 0.25);
        assert_true(s->air.impairments[given + 1].dropout);
        assert_int_equal(s->air.impairments[given + 1].link, LINK_V2P);
        scenario_free(s);
        scenario_problems_close(&problems);
        free(text);
    }
}

static void overrides_name_what_is_wrong_with_them(void **state)
{
    (void)state;
    static const struct {
        const char *override, *words;
    } cases[] = {
        {"agents.nobody.speed_mps=3", "--set agents.nobody.speed_mps: no such key"},
        {"agents.ego.speed_mps", "a.b.c=VALUE expected"},
        {"agents.ego.speed_mps=", "no value"},
        {"agents.ego.speed_mps=[1", "--set agents.ego.speed_mps"},
        {"agents.ego.speed_mps=900", "at most 83 m/s"},
        {"nonsense=3", "no such key"},
        {"duration_s.x=3", "no such key"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scenario_options options = {&cases[i].override, 1, NULL, NULL};
        struct scenario *s = NULL;
        struct scenario_problems problems;
        char *text = with_line(LINES, "");
        assert_int_equal(load_text(text, &options, &s, &problems), RESULT_USAGE);
        if (!strstr(problems.all[0].text, cases[i].words)) {
            print_error("%s: %s\n", cases[i].override, problems.all[0].text);
        }
        assert_non_null(strstr(problems.all[0].text, cases[i].words));
        scenario_problems_close(&problems);
        free(text);
    }
}

static void a_missing_file_is_told_by_name(void **state)
{
    (void)state;
    struct scenario *s = NULL;
    struct fail fail = {0};
    assert_int_equal(scenario_load("/nowhere/x.yaml", NULL, &s, NULL, &fail), RESULT_USAGE);
    assert_non_null(strstr(fail.text, "/nowhere/x.yaml"));
}

static void the_page_of_keys_is_the_table(void **state)
{
    (void)state;
    struct bytes page = {0};
    struct bytes file = {0};
    struct fail fail = {0};
    scenario_explain_page(&page);
    if (getenv("V2X_WRITE_PAGE")) {
        FILE *out = fopen(SOURCE_DIR "/docs/scenario.md", "wb");
        assert_non_null(out);
        fwrite(page.data, 1, page.size, out);
        fclose(out);
    }
    assert_int_equal(scenario_read_file(NULL, SOURCE_DIR "/docs/scenario.md", &file, &fail),
                     0);
    assert_int_equal(page.size, file.size);
    assert_memory_equal(page.data, file.data, page.size);
    bytes_close(&page);
    bytes_close(&file);
}

static void explains_a_key_in_any_spelling(void **state)
{
    (void)state;
    static const char *const keys[] = {"agents[].speed_mps", "agents[3].speed_mps",
                                       "agents.ego.speed_mps", "agents.speed_mps"};
    struct fail fail = {0};
    for (size_t i = 0; i < 4; i++) {
        struct bytes text = {0};
        assert_int_equal(scenario_explain(keys[i], &text, &fail), 0);
        bytes_u8(&text, 0);
        assert_non_null(strstr((const char *)text.data, "agents[].speed_mps: wish"));
        assert_non_null(strstr((const char *)text.data, "0 to 83"));
        bytes_close(&text);
    }
    struct bytes text = {0};
    assert_int_equal(scenario_explain("air.tier.loss_p", &text, &fail), 0);
    assert_int_equal(scenario_explain("agents[].spede_mps", &text, &fail), RESULT_USAGE);
    assert_non_null(strstr(fail.text, "did you mean agents[].speed_mps?"));
    bytes_close(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_base_of_these_tests_is_good),
        cmocka_unit_test(every_mutation_is_refused_at_its_line_and_column),
        cmocka_unit_test(every_problem_of_a_file_is_told),
        cmocka_unit_test(the_shipped_scenario_has_no_problem),
        cmocka_unit_test(the_resolved_config_loads_to_the_same_scenario),
        cmocka_unit_test(samples_follow_their_distribution_and_the_seed_alone),
        cmocka_unit_test(an_override_adds_to_a_list),
        cmocka_unit_test(overrides_name_what_is_wrong_with_them),
        cmocka_unit_test(a_missing_file_is_told_by_name),
        cmocka_unit_test(the_page_of_keys_is_the_table),
        cmocka_unit_test(explains_a_key_in_any_spelling),
    };
    return cmocka_run_group_tests_name("scenario", tests, NULL, NULL);
}
