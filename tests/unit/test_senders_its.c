/* SPDX-License-Identifier: Apache-2.0 */
/* When ETSI stations send, in a world: EN 302 637-2 6.1.3, TS 103 300-3 table 17, EN 302
 * 637-3. The rules are asked every 100 ms, so an interval is the next multiple of that. */
#include "test_senders_help.h"

#define MOST 4096

/* The messages of one type from one sender. */
struct heard {
    int slots, sent, low;
    double t_s[MOST];
    struct its_claim first, last;
    int changes; /* of actionID */
    int cancelled;
    int causes[256];
    double rest_s; /* of the sender, in truth */
};

static struct heard listen(const char *text, const char *tier, uint8_t type,
                           uint32_t sender)
{
    struct fixture f = open_text(text, tier, 5);
    static struct heard h;
    struct source_tick t;
    h = (struct heard){0};
    while (pull(&f, &t) == 1) {
        h.rest_s += t.truth[sender].speed_mps < 0.1 ? 0.01 : 0;
        for (size_t i = 0; i < t.emission_count; i++) {
            const struct emission *e = &t.emissions[i];
            if (e->msg_type != type || e->sender_idx != sender) {
                continue;
            }
            h.slots++;
            if (e->suppressed_by != SUPPRESSED_NONE) {
                assert_null(e->message);
                assert_int_equal(e->suppressed_by, SUPPRESSED_INTERVAL);
                continue;
            }
            assert_true(h.sent < MOST);
            h.t_s[h.sent] = span_s(tai_since(e->t_gen, world_start(f.world)));
            if (e->message->type == MESSAGE_ITS) {
                const struct its_claim *m = &e->message->its;
                h.first = h.sent == 0 ? *m : h.first;
                h.changes += h.sent > 0 && m->sequence != h.last.sequence;
                h.cancelled += (m->known & ITS_TERMINATION) != 0;
                h.causes[m->cause] += (m->known & ITS_EVENT) != 0;
                h.low += (m->known & (ITS_LIGHTS | ITS_PROFILE)) != 0;
                h.last = *m;
            }
            h.sent++;
        }
    }
    close_world(&f);
    return h;
}

/* All intervals but the first two (the first movement has none before it) are that long. */
static void every(const struct heard *h, double interval_s)
{
    assert_true(h->sent > 3);
    for (int i = 3; i < h->sent; i++) {
        double gap = h->t_s[i] - h->t_s[i - 1];
        if (fabs(gap - interval_s) > 1e-6) {
            fail_msg("interval %d is %g s, not %g s", i, gap, interval_s);
        }
    }
}

#define CAR(more)                                                                          \
    "duration_s: 30\nstandard: etsi\nagents: [{id: a, path_m: [[0, 0], [3000, 0]], " more  \
    "}]\n"

static void a_cam_goes_out_when_the_car_has_moved_more_than_4_m(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double interval_s;
    } rows[] = {
        {CAR("speed_mps: 45"), 0.1},  /* 4.5 m a slot */
        {CAR("speed_mps: 25"), 0.2},  /* 2.5 m, 5 m */
        {CAR("speed_mps: 12"), 0.4},  /* 3.6 m, 4.8 m */
        {CAR("speed_mps: 5.9"), 0.7}, /* 3.54 m, 4.13 m */
        {CAR("speed_mps: 3.5"), 1.0}, /* would be 1.2 s: T_GenCamMax */
        {CAR("speed_mps: 0"), 1.0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct heard h = listen(rows[i].text, "d0", MSG_CAM, 0);
        every(&h, rows[i].interval_s);
        assert_true(h.slots >= 299 && h.slots <= 300);
        /* the low-frequency container: the first CAM after 500 ms */
        double low_s = rows[i].interval_s * ceil(0.5 / rows[i].interval_s - 1e-9);
        assert_true(fabs(h.low - 30 / low_s) <= 2);
    }
}

static void braking_makes_cams_more_frequent(void **state)
{
    (void)state;
    /* 6 m/s at first: 0.7 s. Braking with 3 m/s2 changes the speed by 0.6 m/s in 0.2 s. */
    struct heard h = listen(CAR("speed_mps: 6, actions: [{do: brake, when: {time_s: 10}, "
                                "decel_mps2: 3, hold_s: 30}]"),
                            "d0", MSG_CAM, 0);
    int quick = 0;
    for (int i = 1; i < h.sent; i++) {
        quick += h.t_s[i] > 10 && h.t_s[i] < 12 && h.t_s[i] - h.t_s[i - 1] < 0.35;
    }
    assert_true(quick >= 6);
}

static void the_tiers_interval_is_the_least_of_congestion_control(void **state)
{
    (void)state;
    struct heard h = listen(CAR("speed_mps: 45, ego: true"),
                            "{name: c, interval_ms: [390, 390]}", MSG_CAM, 0);
    every(&h, 0.4);
}

#define WALK(more)                                                                         \
    "duration_s: 40\nstandard: etsi\nagents:\n  - {id: p, kind: pedestrian, path_m: [[0, " \
    "0], [400, 0]], phone: {placement: hand}, " more "}\n"

static void a_vam_goes_out_after_4_m_or_5_s(void **state)
{
    (void)state;
    struct heard walks = listen(WALK("speed_mps: 1.45"), "d0", MSG_VAM, 0);
    struct heard runs = listen(WALK("speed_mps: 3.2"), "d0", MSG_VAM, 0);
    struct heard stands =
        listen(WALK("speed_mps: 1, start_when: {time_s: 80}"), "d0", MSG_VAM, 0);
    every(&walks, 2.8); /* 4.06 m */
    every(&runs, 1.3);  /* 4.16 m */
    every(&stands, 5);
    assert_int_equal(stands.low, stands.sent); /* 2 s have always gone by */
    assert_true(runs.low < runs.sent && runs.low >= 40 / 2.6 - 2);
    assert_int_equal(walks.first.profile, ITS_PEDESTRIAN);
    assert_int_equal(walks.first.subprofile, 1);
}

static void
somebody_new_beside_a_walker_makes_a_vam_and_one_who_stays_does_not(void **state)
{
    (void)state;
    struct heard alone = listen(WALK("speed_mps: 1.45"), "d0", MSG_VAM, 0);
    struct heard passed = listen(
        WALK("speed_mps: 1.45") "  - {id: b, kind: cyclist, path_m: [[-60, 1], [400, 1]], "
                                "speed_mps: 5}\n",
        "d0", MSG_VAM, 0);
    struct heard together = listen(
        WALK("speed_mps: 1.45") "  - {id: q, kind: pedestrian, path_m: [[0, 1], [400, "
                                "1]], speed_mps: 1.45}\n",
        "d0", MSG_VAM, 0);
    /* who walks beside is there from the first VAM on: no news */
    assert_int_equal(together.sent, alone.sent);
    assert_true(passed.sent >= alone.sent);
    int off_beat = 0;
    for (int i = 1; i < passed.sent; i++) {
        off_beat += fabs(passed.t_s[i] - passed.t_s[i - 1] - 2.8) > 0.05;
    }
    assert_true(off_beat >= 1 && off_beat <= 2);
}

static void hazard_lights_at_rest_are_told_each_second_until_it_drives_on(void **state)
{
    (void)state;
    struct heard h = listen(
        "duration_s: 30\nstandard: etsi\nmap:\n  lanes:\n    - {id: l, points_m: [[0, 0], "
        "[900, 0]]}\nagents: [{id: a, route: [l], speed_mps: 14, actions: [{do: stop, "
        "when: {time_s: 2}, place_m: [100, 0], hold_s: 11}, {do: hazard, when: {time_s: "
        "0}}]}]\n",
        "d0", MSG_DENM, 0);
    /* slow with its lights on before and after: other events */
    assert_int_equal(h.slots, h.sent); /* a DENM without an event is no opportunity */
    assert_true(h.rest_s > 11);
    assert_true(fabs(h.causes[94] - h.rest_s - 0.5) <= 0.6);
    assert_true(h.causes[26] >= 2);
    assert_int_equal(h.causes[94] + h.causes[26] + h.cancelled, h.sent);
    assert_int_equal(h.cancelled, 2); /* the last one goes on */
    assert_int_equal(h.last.sequence, 2);
}

static void a_standing_hazard_keeps_its_name_its_place_and_its_times(void **state)
{
    (void)state;
    struct heard h =
        listen("duration_s: 20\nstandard: etsi\nagents: [{id: a, kind: truck, "
               "at_m: [50, 0], actions: [{do: hazard, when: {time_s: 4.95}}]}]\n",
               "d3\n  technology: ideal", MSG_DENM, 0);
    if (h.sent == 0) { /* not equipped in this tier: the seed is chosen so that it is */
        fail_msg("nothing was sent");
    }
    every(&h, 1);
    assert_true(h.t_s[0] >= 4.95 && h.t_s[0] < 5.06);
    assert_int_equal(h.changes, 0);
    assert_int_equal(h.cancelled, 0);
    assert_int_equal(h.last.cause, 94);
    assert_int_equal(h.last.originating_station, h.first.originating_station);
    assert_true(h.last.detection.ns == h.first.detection.ns);
    assert_true(h.last.reference.ns == h.first.reference.ns);
    assert_true(h.last.lat_deg == h.first.lat_deg && h.last.lon_deg == h.first.lon_deg);
    assert_int_equal(h.last.validity_s, 600);
}

static void hard_braking_is_told_every_100_ms_and_never_taken_back(void **state)
{
    (void)state;
    struct heard h = listen(CAR("speed_mps: 20, actions: [{do: brake, when: {time_s: 3}, "
                                "decel_mps2: 7, hold_s: 60}]"),
                            "d0", MSG_DENM, 0);
    every(&h, 0.1);
    assert_true(h.sent >= 22 && h.sent <= 30); /* 20 / 7 s, above 0.4 g */
    assert_int_equal(h.cancelled, 0);
    assert_int_equal(h.first.cause, 99);
    assert_int_equal(h.first.sub_cause, 1);
    assert_true(h.last.reference.ns > h.first.reference.ns); /* it moves: updates */
}

#define LIGHTS                                                                             \
    "map:\n  lanes:\n    - {id: w, points_m: [[-300, 0], [-10, 0]]}\n"                     \
    "    - {id: e, points_m: [[10, 0], [300, 0]]}\n"                                       \
    "  connections: [{from: w, to: e, signal: s}]\n"                                       \
    "signals: [{id: s, phases: [{phase: green, duration_s: 7}]}]\n"                        \
    "infrastructure: [{id: rsu, at_m: [4, 4], sends: [SPAT, MAP, CAM]}]\n"                 \
    "agents: [{id: a, at_m: [100, 100]}]\n"

static void each_standard_has_its_own_messages_and_both_have_all(void **state)
{
    (void)state;
    static const uint8_t types[] = {MSG_BSM, MSG_CAM,    MSG_SPAT,
                                    MSG_MAP, MSG_SPATEM, MSG_MAPEM};
    static const struct {
        const char *standard;
        int counts[2][6]; /* of the agent, of the unit, in 10 s */
    } rows[] = {
        {"sae", {{100, 0, 0, 0, 0, 0}, {0, 0, 100, 10, 0, 0}}},
        {"etsi", {{0, 10, 0, 0, 0, 0}, {0, 10, 0, 0, 100, 10}}},
        {"both", {{100, 10, 0, 0, 0, 0}, {0, 10, 100, 10, 100, 10}}},
    };
    for (size_t r = 0; r < 3; r++) {
        char text[1500];
        (void)snprintf(text, sizeof text, "duration_s: 10\nstandard: %s\n" LIGHTS,
                       rows[r].standard);
        for (uint32_t sender = 0; sender < 2; sender++) {
            for (size_t i = 0; i < sizeof types; i++) {
                struct heard h = listen(text, "d0", types[i], sender);
                assert_int_equal(h.sent, rows[r].counts[sender][i]);
            }
        }
    }
}

static void an_agent_may_speak_another_standard_than_the_scenario(void **state)
{
    (void)state;
    static const char text[] = "duration_s: 5\nstandard: etsi\nagents:\n  - {id: a, at_m: "
                               "[0, 0], standard: sae}\n  - {id: b, at_m: [9, 0]}\n";
    assert_int_equal(listen(text, "d0", MSG_BSM, 0).sent, 50);
    assert_int_equal(listen(text, "d0", MSG_CAM, 0).slots, 0);
    assert_int_equal(listen(text, "d0", MSG_CAM, 1).sent, 5);
    assert_int_equal(listen(text, "d0", MSG_BSM, 1).slots, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cam_goes_out_when_the_car_has_moved_more_than_4_m),
        cmocka_unit_test(braking_makes_cams_more_frequent),
        cmocka_unit_test(the_tiers_interval_is_the_least_of_congestion_control),
        cmocka_unit_test(a_vam_goes_out_after_4_m_or_5_s),
        cmocka_unit_test(
            somebody_new_beside_a_walker_makes_a_vam_and_one_who_stays_does_not),
        cmocka_unit_test(hazard_lights_at_rest_are_told_each_second_until_it_drives_on),
        cmocka_unit_test(a_standing_hazard_keeps_its_name_its_place_and_its_times),
        cmocka_unit_test(hard_braking_is_told_every_100_ms_and_never_taken_back),
        cmocka_unit_test(each_standard_has_its_own_messages_and_both_have_all),
        cmocka_unit_test(an_agent_may_speak_another_standard_than_the_scenario),
    };
    return cmocka_run_group_tests_name("senders_its", tests, NULL, NULL);
}
