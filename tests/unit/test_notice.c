/* SPDX-License-Identifier: Apache-2.0 */
/* Notices as TIM, RSA and DENM: geometry against the map's lanes, codes by hand, when they
 * are told, and what a scenario may not say. ITIS codes: SAE J2540-2 as USDOT's validators
 * list them. */
#include "test_senders_help.h"

#include "scenarios/map.h"

#define ROAD                                                                               \
    "map:\n  lanes:\n    - {id: east, points_m: [[-600, 0], [600, 0]], width_m: 3.5}\n"    \
    "    - {id: bend, points_m: [[0, 20], [80, 22], [140, 40], [180, 80], [200, 140], "    \
    "[202, 400]], width_m: 3}\n"                                                           \
    "agents: [{id: a, at_m: [0, -50]}]\n"
#define UNIT(sends) "infrastructure: [{id: rsu, at_m: [0, 9], sends: [" sends "]}]\n"

/* The messages of a type from the infrastructure; `last` is a copy. */
struct told {
    int count, cancelled;
    double first_s, last_s;
    struct message last;
};

static struct told *listen(struct fixture *f, uint8_t type)
{
    struct told *told = calloc(1, sizeof *told);
    struct source_tick t;
    while (pull(f, &t) == 1) {
        for (size_t i = 0; i < t.emission_count; i++) {
            const struct emission *e = &t.emissions[i];
            if (e->msg_type != type || e->sender_idx == 0) {
                continue;
            }
            told->last_s = span_s(tai_since(e->t_gen, world_start(f->world)));
            told->first_s = told->count++ == 0 ? told->last_s : told->first_s;
            told->last = *e->message;
            told->cancelled += e->message->type == MESSAGE_ITS &&
                               (e->message->its.known & ITS_TERMINATION);
        }
    }
    return told;
}

static void a_region_lies_on_its_lane_from_the_lead_to_the_end(void **state)
{
    (void)state;
    struct fixture f =
        open_text("duration_s: 3\n" ROAD UNIT(
                      "TIM") "notices: [{id: n, by: rsu, about: curve, lanes: "
                             "[east, bend], from_m: 250, to_m: 420, lead_m: "
                             "200}]\n",
                  "d0", 5);
    struct told *told = listen(&f, MSG_TIM);
    struct geo_origin o = world_origin(f.world);
    const struct message_tim *t = &told->last.tim;
    assert_int_equal(told->count, 3);
    assert_int_equal(t->region_count, 2);
    for (uint32_t r = 0; r < 2; r++) {
        const struct message_region *region = &t->regions[r];
        const struct path *path = &f.scenario->map->lanes[r].path;
        double x, y, off;
        geo_to_enu(&o, region->lat_deg, region->lon_deg, &x, &y);
        assert_true(region->node_count >= 2);
        assert_true(region->width_m == f.scenario->map->lanes[r].width_m);
        for (uint8_t i = 0; i < region->node_count; i++) {
            double half_x = x + 0.005 * region->nodes[i].x_cm;
            double half_y = y + 0.005 * region->nodes[i].y_cm;
            x += 0.01 * region->nodes[i].x_cm;
            y += 0.01 * region->nodes[i].y_cm;
            double s = path_nearest(path, x, y, &off);
            assert_true(off < 0.3);
            (void)path_nearest(path, half_x, half_y, &off);
            assert_true(off < 0.6); /* nodes of the path stand half a metre apart */
            if (i == 0) {
                assert_true(fabs(s - 50) < 0.6);
            } else if (i + 1 == region->node_count) {
                assert_true(fabs(s - 420) < 0.6);
            }
        }
    }
    assert_int_equal(t->regions[0].node_count, 3);      /* straight: 300 m and the rest */
    assert_int_equal(t->regions[0].direction, 1u << 4); /* east: 90 to 112.5 degrees */
    free(told);
    close_world(&f);
}

static void codes_say_what_it_is_and_what_to_do(void **state)
{
    (void)state;
    static const struct {
        const char *rest;
        int content, count;
        uint16_t codes[8];
    } rows[] = {
        {"about: work_zone, closed: true", MESSAGE_WORK_ZONE, 4, {1025, 13569, 7443, 771}},
        /* 15 m/s are 33.55 mph: 33 */
        {"about: curve, speed_mps: 15",
         MESSAGE_ADVISORY,
         5,
         {7443, 7942, 268, 12577, 8720}},
        {"about: queue", MESSAGE_ADVISORY, 3, {263, 13569, 7201}},
        /* 31.2929 m/s are 70.0008 mph */
        {"about: stalled, speed_mps: 31.2929",
         MESSAGE_ADVISORY,
         6,
         {531, 13569, 7201, 268, 12614, 8720}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[1500];
        (void)snprintf(text, sizeof text,
                       "duration_s: 2\n" ROAD UNIT(
                           "TIM, RSA") "notices: [{id: n, by: rsu, lanes: [east], %s}]\n",
                       rows[i].rest);
        struct fixture f = open_text(text, "d0", 5);
        struct told *tim = listen(&f, MSG_TIM);
        close_world(&f);
        f = open_text(text, "d0", 5);
        struct told *rsa = listen(&f, MSG_RSA);
        close_world(&f);
        assert_int_equal(tim->last.tim.content, rows[i].content);
        assert_int_equal(tim->last.tim.itis_count, rows[i].count);
        assert_int_equal(rsa->last.rsa.itis_count, rows[i].count - 1);
        assert_int_equal(rsa->last.rsa.event, rows[i].codes[0]);
        for (int k = 0; k < rows[i].count; k++) {
            assert_int_equal(tim->last.tim.itis[k], rows[i].codes[k]);
            assert_true(k == 0 || rsa->last.rsa.itis[k - 1] == rows[i].codes[k]);
        }
        free(tim);
        free(rsa);
    }
}

static void an_rsa_stands_where_the_stretch_begins(void **state)
{
    (void)state;
    struct fixture f = open_text(
        "start: 2026-02-01T00:05:00Z\nduration_s: 3\n" ROAD UNIT(
            "RSA") "notices: [{id: n, by: rsu, about: stalled, lanes: [east], from_m: 700, "
                   "lead_m: 400}]\n",
        "d0", 5);
    struct told *told = listen(&f, MSG_RSA);
    const struct message_rsa *r = &told->last.rsa;
    struct geo_origin o = world_origin(f.world);
    double x, y;
    geo_to_enu(&o, r->lat_deg, r->lon_deg, &x, &y);
    assert_true(fabs(x - 100) < 0.1 && fabs(y) < 0.1); /* -600 + 700 */
    assert_true(fabs(r->heading_deg - 90) < 0.1);
    assert_int_equal(r->extent, 5); /* 500 m reach over 400 */
    assert_int_equal(r->minute_of_year, 31 * 1440 + 5);
    free(told);
    close_world(&f);
}

static void each_notice_is_told_once_a_second_in_its_time(void **state)
{
    (void)state;
    static const char text[] = "duration_s: 20\nstandard: both\n" ROAD UNIT(
        "TIM, RSA, DENM") "notices:\n"
                          "  - {id: always, by: rsu, about: curve, lanes: [bend]}\n"
                          "  - {id: later, by: rsu, about: queue, lanes: [east], "
                          "when_s: [4.5, 12.5]}\n";
    static const uint8_t types[] = {MSG_TIM, MSG_RSA, MSG_DENM};
    for (int i = 0; i < 3; i++) {
        struct fixture f = open_text(text, "d0", 5);
        struct told *told = listen(&f, types[i]);
        assert_int_equal(told->cancelled, types[i] == MSG_DENM);
        assert_int_equal(told->count, 20 + 8 + (types[i] == MSG_DENM));
        free(told);
        close_world(&f);
    }
}

static void a_denm_of_a_notice_is_one_event_with_the_way_to_it(void **state)
{
    (void)state;
    struct fixture f = open_text(
        "duration_s: 4\nstandard: etsi\n" ROAD UNIT(
            "DENM") "notices: [{id: n, by: rsu, about: work_zone, lanes: [east], from_m: "
                    "500, lead_m: 220, when_s: [1.5, 301.5]}]\n",
        "d0", 5);
    struct told *told = listen(&f, MSG_DENM);
    const struct its_claim *m = &told->last.its;
    struct geo_origin o = world_origin(f.world);
    double x, y;
    geo_to_enu(&o, m->lat_deg, m->lon_deg, &x, &y);
    assert_true(told->first_s >= 1.5);
    assert_int_equal(m->cause, 3);
    assert_int_equal(m->station_type, 15);
    assert_true(m->detection.ns == world_start(f.world).ns + 1500 * TIME_NS_PER_MS);
    assert_true(m->reference.ns == m->detection.ns);
    assert_int_equal(m->validity_s, 301);
    assert_true(fabs(x + 100) < 0.1 && fabs(y) < 0.1);
    assert_int_equal(m->crumb_count, 4); /* 50, 100, 150, 200 m before it */
    assert_true(fabs(m->crumbs[3].lon_offset_deg * o.m_per_deg_lon + 50) < 0.1);
    free(told);
    close_world(&f);
}

static void a_traffic_centre_is_heard_over_uu_only(void **state)
{
    (void)state;
    static const char text[] =
        "duration_s: 4\n" ROAD "infrastructure: [{id: tmc, kind: centre, at_m: [0, 0], "
        "sends: [TIM]}]\nnotices: [{id: n, by: tmc, about: queue, lanes: [east]}]\n";
    static const struct {
        const char *air;
        int sent;
    } rows[] = {{"d0\n  technology: uu", 4}, {"d0", 4}, {"d0\n  technology: dsrc", 0}};
    for (size_t r = 0; r < 3; r++) {
        struct fixture f = open_text(text, rows[r].air, 5);
        struct source_tick t;
        int sent = 0, slots = 0;
        while (pull(&f, &t) == 1) {
            for (size_t i = 0; i < t.emission_count; i++) {
                if (t.emissions[i].sender_idx == 1) {
                    assert_int_equal(t.emissions[i].sender_kind, KIND_CENTRE);
                    slots++;
                    sent += t.emissions[i].suppressed_by == SUPPRESSED_NONE;
                }
            }
        }
        assert_int_equal(slots, 4);
        assert_int_equal(sent, rows[r].sent);
        close_world(&f);
    }
}

static void what_a_notice_may_not_say_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *notice, *says;
    } rows[] = {
        {"{id: n, by: a, about: queue, lanes: [east]}", "by = a: no such infrastructure"},
        {"{id: n, by: rsu, about: queue, lanes: [west]}",
         "lanes = west: the map has no such"},
        {"{id: n, by: rsu, about: queue, lanes: []}", "lanes: 1 to 16 expected"},
        {"{id: n, by: rsu, about: queue, lanes: [east], from_m: 300, to_m: 300}",
         "from_m below to_m"},
        {"{id: n, by: rsu, about: queue, lanes: [east], from_m: 1300}", "1200 m expected"},
        {"{id: n, by: rsu, about: parade, lanes: [east]}", "parade"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[1500];
        struct scenario *s = NULL;
        struct fail fail = {0};
        (void)snprintf(text, sizeof text,
                       "schema: 1\nname: t\norigin: {lat_deg: 42, lon_deg: -83}\n"
                       "duration_s: 2\n" ROAD UNIT("TIM") "notices: [%s]\n",
                       rows[i].notice);
        struct memory memory = {text};
        struct scenario_reader reader = {&memory, from_memory};
        int result = scenario_load_from(&reader, "t.yaml", NULL, &s, NULL, &fail);
        assert_int_equal(result, RESULT_USAGE);
        if (!strstr(fail.text, rows[i].says) || !strstr(fail.text, "t.yaml:11:")) {
            fail_msg("%s", fail.text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_region_lies_on_its_lane_from_the_lead_to_the_end),
        cmocka_unit_test(codes_say_what_it_is_and_what_to_do),
        cmocka_unit_test(an_rsa_stands_where_the_stretch_begins),
        cmocka_unit_test(each_notice_is_told_once_a_second_in_its_time),
        cmocka_unit_test(a_denm_of_a_notice_is_one_event_with_the_way_to_it),
        cmocka_unit_test(a_traffic_centre_is_heard_over_uu_only),
        cmocka_unit_test(what_a_notice_may_not_say_is_told_with_its_place),
    };
    return cmocka_run_group_tests_name("notice", tests, NULL, NULL);
}
