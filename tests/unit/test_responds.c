/* SPDX-License-Identifier: Apache-2.0 */
/* What a responsive driver does with SPAT, TIM, RSA and DENM as it receives them: it obeys
 * what they say, a faulty unit misleads it, and each response can be switched off. */
#include "test_senders_help.h"

/* Every message reaches agent 0 at once. */
static void tell(struct fixture *f, const struct source_tick *t)
{
    static const struct claim nothing = {0};
    for (size_t i = 0; i < t->emission_count; i++) {
        const struct emission *e = &t->emissions[i];
        if (e->message && e->sender_idx != 0) {
            const struct percept heard = {0,       e->sender_idx, e->msg_type,
                                          e->t_tx, &nothing,      e->message};
            f->source.percept(f->source.self, &heard, 1);
        }
    }
}

struct drive {
    double x_m[8000], y_m[8000], speed_mps[8000];
    int ticks;
    int red_crossings; /* of x = line_m while the lamp is red */
};

static struct drive *drive(const char *text, double line_m)
{
    struct fixture f = open_text(text, "d0", 5);
    struct drive *d = calloc(1, sizeof *d);
    struct source_tick t;
    double front = -1e9;
    while (pull(&f, &t) == 1 && d->ticks < 8000) {
        const struct state *s = &t.truth[0];
        double now = s->present ? s->x_m + 0.5 * t.agents[0].length_m : front;
        if (front < line_m && now >= line_m && t.signal_count > 0) {
            d->red_crossings += t.signals[0].phase == PHASE_STOP_AND_REMAIN;
        }
        front = now;
        d->x_m[d->ticks] = s->x_m;
        d->y_m[d->ticks] = s->y_m;
        d->speed_mps[d->ticks++] = s->speed_mps;
        tell(&f, &t);
    }
    close_world(&f);
    return d;
}

static void lights(char text[1500], const char *behaviour, const char *fault, int offset)
{
    (void)snprintf(
        text, 1500,
        "duration_s: 60\nmap:\n  lanes:\n    - {id: w, points_m: [[-600, 0], [-10, 0]]}\n"
        "    - {id: e, points_m: [[10, 0], [900, 0]]}\n"
        "  connections: [{from: w, to: e, signal: s}]\n"
        "signals: [{id: s, offset_s: %d, phases: [{phase: green, duration_s: 15}, {phase: "
        "yellow, duration_s: 3}, {phase: red, duration_s: 18}]}]\n"
        "infrastructure: [{id: rsu, at_m: [4, 4], sends: [SPAT], fault: %s}]\n"
        "agents: [{id: a, route: [w, e], start_m: 100, speed_mps: 14, behaviour: %s}]\n",
        offset, fault, behaviour);
}

/* Crossings on red over a whole cycle of starting times. */
static int on_red(const char *behaviour, const char *fault)
{
    int crossings = 0;
    for (int offset = 0; offset < 36; offset += 1) {
        char text[1500];
        lights(text, behaviour, fault, offset);
        struct drive *d = drive(text, -10);
        crossings += d->red_crossings;
        free(d);
    }
    return crossings;
}

static void a_sound_spat_leads_nobody_over_red_and_a_wrong_one_does(void **state)
{
    (void)state;
    assert_int_equal(on_red("normal", "none"), 0);
    assert_int_equal(on_red("v2x_responsive", "none"), 0);
    assert_int_equal(on_red("normal", "wrong_phase"), 0);
    /* it says green for 7 s more: yellow for 3, red for 4, of which a driver keeps the last
     * second free: 3 of 36 starting times */
    int misled = on_red("v2x_responsive", "wrong_phase");
    assert_true(misled >= 2 && misled <= 4);
}

static bool same(const struct drive *a, const struct drive *b)
{
    for (int k = 0; k < a->ticks; k++) {
        if (a->x_m[k] != b->x_m[k]) {
            return false;
        }
    }
    return a->ticks == b->ticks;
}

static void a_spat_of_another_map_is_not_understood(void **state)
{
    (void)state;
    char text[3][1500];
    lights(text[0], "normal", "none", 6);
    lights(text[1], "v2x_responsive", "revision_mismatch", 6);
    lights(text[2], "v2x_responsive", "none", 6);
    struct drive *d[3];
    for (int i = 0; i < 3; i++) {
        d[i] = drive(text[i], -10);
    }
    assert_true(same(d[0], d[1]));
    assert_false(same(d[0], d[2]));
    for (int i = 0; i < 3; i++) {
        free(d[i]);
    }
}

#define ROAD(sends, notice, agent)                                                         \
    "duration_s: 40\nstandard: both\nmap:\n  lanes:\n"                                     \
    "    - {id: right, points_m: [[0, 0], [1500, 0]], speed_mps: 30, width_m: 3.5}\n"      \
    "    - {id: left, points_m: [[0, 3.5], [1500, 3.5]], speed_mps: 30, width_m: 3.5}\n"   \
    "infrastructure: [{id: rsu, at_m: [500, 9], sends: [" sends "]}]\n"                    \
    "notices: [{id: n, by: rsu, lanes: [right], from_m: 500, to_m: 700, lead_m: "          \
    "250, " notice "}]\n"                                                                  \
    "agents: [{id: a, route: [right], speed_mps: 25, behaviour: v2x_responsive" agent      \
    "}]\n"

static double least_between(const struct drive *d, double from_m, double to_m)
{
    double least = 99;
    for (int k = 0; k < d->ticks; k++) {
        if (d->x_m[k] > from_m && d->x_m[k] < to_m) {
            least = fmin(least, d->speed_mps[k]);
        }
    }
    return least;
}

static void it_slows_for_a_tim_where_it_holds_and_not_elsewhere(void **state)
{
    (void)state;
    /* 12.07 m/s are 27 mph: 12.07 */
    struct drive *d = drive(ROAD("TIM", "about: curve, speed_mps: 12.1", ""), 1e9);
    assert_true(least_between(d, 0, 249) > 24.9);
    assert_true(fabs(least_between(d, 510, 690) - 27 * 0.44704) < 0.3);
    assert_true(least_between(d, 900, 1400) > 20);
    free(d);
}

static void each_response_can_be_switched_off(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool slows;
    } rows[] = {
        {ROAD("TIM", "about: queue", ""), true},
        {ROAD("TIM", "about: queue", ", responds_to: [TIM]"), true},
        {ROAD("TIM", "about: queue", ", responds_to: [RSA, SPAT, DENM]"), false},
        {ROAD("RSA", "about: stalled", ""), true},
        {ROAD("RSA", "about: stalled", ", responds_to: [TIM, DENM]"), false},
        {ROAD("DENM", "about: stalled", ""), true},
        {ROAD("DENM", "about: stalled", ", responds_to: [TIM, RSA, BSM, PSM]"), false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct drive *d = drive(rows[i].text, 1e9);
        /* 0.7 of 25 m/s where no speed is named */
        double least = least_between(d, 0, 1400);
        if (rows[i].slows ? fabs(least - 17.5) > 0.3 : least < 24.9) {
            fail_msg("row %zu: %g m/s", i, least);
        }
        free(d);
    }
}

static void it_leaves_a_lane_that_is_said_to_be_closed(void **state)
{
    (void)state;
    struct drive *obeys = drive(ROAD("TIM", "about: work_zone, closed: true", ""), 1e9);
    struct drive *ignores =
        drive(ROAD("TIM", "about: work_zone, closed: true", ", responds_to: [RSA]"), 1e9);
    for (int k = 0; k < obeys->ticks; k++) {
        if (obeys->x_m[k] > 500 && obeys->x_m[k] < 700) {
            assert_true(fabs(obeys->y_m[k] - 3.5) < 0.2);
        }
        assert_true(ignores->y_m[k] == 0);
    }
    free(obeys);
    free(ignores);
}

static void a_warning_that_is_taken_back_or_unheard_is_forgotten(void **state)
{
    (void)state;
    /* the DENM is over at 5 s (and taken back), at 25 m/s and 17.5 m/s before 200 m */
    struct drive *d = drive(ROAD("DENM", "about: stalled, when_s: [0, 5]", ""), 1e9);
    assert_true(least_between(d, 330, 1400) > 24);
    free(d);
    /* a TIM is believed for ten seconds more */
    d = drive(ROAD("TIM", "about: queue, when_s: [0, 3]", ""), 1e9);
    assert_true(least_between(d, 250, 320) < 24);
    assert_true(least_between(d, 420, 700) > 17.3);
    assert_true(least_between(d, 600, 700) > 22);
    free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_spat_leads_nobody_over_red_and_a_wrong_one_does),
        cmocka_unit_test(a_spat_of_another_map_is_not_understood),
        cmocka_unit_test(it_slows_for_a_tim_where_it_holds_and_not_elsewhere),
        cmocka_unit_test(each_response_can_be_switched_off),
        cmocka_unit_test(it_leaves_a_lane_that_is_said_to_be_closed),
        cmocka_unit_test(a_warning_that_is_taken_back_or_unheard_is_forgotten),
    };
    return cmocka_run_group_tests_name("responds", tests, NULL, NULL);
}
