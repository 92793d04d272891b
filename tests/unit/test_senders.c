/* SPDX-License-Identifier: Apache-2.0 */
/* Who transmits what and when: rates, jitter, suppression, errors of pose and clock, ids,
 * flags, histories, countdowns. */
#include "test_senders_help.h"

/* Cars side by side, each on a straight way of its own. */
static struct fixture open_cars(int count, double duration_s, const char *tier,
                                uint64_t seed)
{
    struct bytes text = {0};
    bytes_format(&text, "duration_s: %g\nagents:\n", duration_s);
    for (int i = 0; i < count; i++) {
        bytes_format(&text, "  - {id: v%d, path_m: [[0, %d], [%g, %d]], speed_mps: 10}\n",
                     i, 10 * i, 10 * duration_s + 50, 10 * i);
    }
    bytes_u8(&text, 0);
    struct fixture f = open_text((const char *)text.data, tier, seed);
    bytes_close(&text);
    return f;
}

static void bsm_come_ten_times_a_second_with_jitter_and_phase(void **state)
{
    (void)state;
    struct fixture f = open_cars(50, 20, "d0", 5);
    struct source_tick t;
    int count[50] = {0};
    int64_t first[50], last[50];
    double most = 0;
    while (pull(&f, &t) == 1) {
        for (size_t i = 0; i < t.emission_count; i++) {
            const struct emission *e = &t.emissions[i];
            uint32_t s = e->sender_idx;
            assert_int_equal(e->msg_type, MSG_BSM);
            assert_int_equal(e->suppressed_by, SUPPRESSED_NONE);
            assert_int_equal(e->k, count[s]);
            assert_int_equal(e->tx_index, e->k);
            assert_true(e->msg_uid == ((uint64_t)s << 40 | (uint64_t)20 << 32 | e->k));
            if (count[s]++ == 0) {
                first[s] = e->t_gen.ns;
            } else {
                double gap_ms = (double)(e->t_gen.ns - last[s]) / 1e6;
                assert_true(gap_ms > 90 && gap_ms < 110); /* 100 +- twice 5 ms */
                most = fmax(most, fabs(gap_ms - 100));
            }
            last[s] = e->t_gen.ns;
        }
    }
    double phases = 0;
    for (int s = 0; s < 50; s++) {
        assert_true(count[s] >= 199 && count[s] <= 200);
        phases +=
            (double)((first[s] - world_start(f.world).ns) % (100 * TIME_NS_PER_MS)) / 1e6;
    }
    assert_true(most > 7);                             /* the jitter is really there */
    assert_true(phases / 50 > 35 && phases / 50 < 65); /* phases are spread */
    close_world(&f);
}

static void message_counts_go_round_and_ids_change_every_five_minutes(void **state)
{
    (void)state;
    struct fixture f = open_cars(1, 640, "d0", 5);
    struct source_tick t;
    uint32_t ids[8];
    int64_t since[8];
    int id_count = 0;
    int count = -1;
    while (pull(&f, &t) == 1) {
        for (size_t i = 0; i < t.emission_count; i++) {
            const struct message_bsm *b = &t.emissions[i].message->bsm;
            if (id_count == 0 || ids[id_count - 1] != b->id) {
                assert_true(id_count < 8);
                since[id_count] = t.t.ns;
                ids[id_count++] = b->id;
            } else {
                assert_int_equal(b->msg_cnt, (count + 1) % 128);
            }
            count = b->msg_cnt;
        }
    }
    assert_true(id_count == 3 || id_count == 4);
    assert_true(fabs((double)(since[2] - since[1]) / 1e9 - 300) < 0.2);
    close_world(&f);
}

static void a_pedestrian_sends_ten_times_a_second_moving_and_once_at_rest(void **state)
{
    (void)state;
    struct fixture f = open_text("duration_s: 20\nagents: [{id: p, kind: pedestrian, "
                                 "path_m: [[0, 0], [9, 0]], start_when: "
                                 "{time_s: 10}, phone: {placement: hand}}]\n",
                                 "d0", 5);
    struct source_tick t;
    int rest = 0;
    int moving = 0;
    int slots = 0;
    for (int k = 1; pull(&f, &t) == 1; k++) {
        for (size_t i = 0; i < t.emission_count; i++) {
            const struct emission *e = &t.emissions[i];
            assert_int_equal(e->msg_type, MSG_PSM);
            slots++;
            if (e->suppressed_by == SUPPRESSED_NONE) {
                *(k <= 1000 ? &rest : &moving) += k <= 1000 || (k > 1100 && k <= 1500);
            } else {
                assert_int_equal(e->suppressed_by, SUPPRESSED_DUTY_CYCLE);
                assert_null(e->message);
            }
        }
    }
    assert_int_equal(slots, 200);
    assert_int_equal(rest, 10);
    assert_true(moving >= 39 && moving <= 41);
    close_world(&f);
}

static void intervals_stretch_per_sender_within_the_tier(void **state)
{
    (void)state;
    struct fixture f = open_cars(40, 30, "d4", 5);
    struct source_tick t;
    int sent[40] = {0}, stretched[40] = {0}, absent[40] = {0};
    while (pull(&f, &t) == 1) {
        for (size_t i = 0; i < t.emission_count; i++) {
            const struct emission *e = &t.emissions[i];
            sent[e->sender_idx] += e->suppressed_by == SUPPRESSED_NONE;
            stretched[e->sender_idx] += e->suppressed_by == SUPPRESSED_INTERVAL;
            absent[e->sender_idx] += e->suppressed_by == SUPPRESSED_NOT_EQUIPPED;
        }
    }
    for (int s = 0; s < 40; s++) {
        if (absent[s] > 0) {
            assert_int_equal(sent[s] + stretched[s], 0);
            continue;
        }
        /* 300 to 600 ms over 30 s */
        assert_true(sent[s] >= 49 && sent[s] <= 101);
        assert_true(sent[s] + stretched[s] >= 299);
    }
    close_world(&f);
}

static void the_equipped_share_is_the_tiers_and_nested(void **state)
{
    (void)state;
    static const struct {
        const char *tier;
        double share;
    } rows[] = {{"d5", 0.1}, {"d4", 0.3}, {"d3", 0.5}, {"d2", 0.7}, {"d1", 1}};
    static bool before[600];
    memset(before, 0, sizeof before);
    for (size_t r = 0; r < 5; r++) {
        struct fixture f = open_cars(600, 0.1, rows[r].tier, 9);
        size_t n;
        int equipped = 0;
        const struct agent *agents = world_agents(f.world, &n);
        for (size_t i = 0; i < n; i++) {
            assert_true(agents[i].receives || !before[i]);
            before[i] = agents[i].receives;
            equipped += agents[i].receives;
        }
        double sigma = sqrt(rows[r].share * (1 - rows[r].share) / 600);
        assert_true(fabs(equipped / 600.0 - rows[r].share) <= 4 * sigma);
        close_world(&f);
    }
}

static void
pose_errors_have_the_tiers_sigma_and_correlation_and_are_independent(void **state)
{
    (void)state;
    struct fixture f = open_cars(300, 10, "d1", 5);
    static double first[300][2];
    struct source_tick t;
    double squares = 0, product = 0, neighbours = 0;
    int n = 0;
    memset(first, 0, sizeof first);
    while (pull(&f, &t) == 1) {
        for (size_t i = 0; i < t.emission_count; i++) {
            const struct emission *e = &t.emissions[i];
            double x, y;
            struct geo_origin o = world_origin(f.world);
            if (e->k != 0 && e->k != 90) {
                continue;
            }
            geo_to_enu(&o, e->message->bsm.lat_deg, e->message->bsm.lon_deg, &x, &y);
            double error = x - e->truth.x_m;
            assert_true(e->position_sigma_m == 0.2);
            assert_true(e->message->bsm.semi_major_m == 0.2);
            if (e->k == 0) {
                first[e->sender_idx][0] = error;
                first[e->sender_idx][1] = y - e->truth.y_m;
                squares += error * error;
                n++;
            } else {
                product += error * first[e->sender_idx][0];
            }
        }
    }
    for (int s = 1; s < 300; s++) {
        neighbours += first[s][0] * first[s - 1][0];
    }
    assert_int_equal(n, 300);
    double sigma = sqrt(squares / n);
    assert_true(fabs(sigma / 0.2 - 1) < 4 / sqrt(2.0 * 300));
    /* 9 s apart with 20 s correlation time: exp(-9/20) = 0.638 */
    assert_true(fabs(product / squares - exp(-9.0 / 20)) < 0.18);
    assert_true(fabs(neighbours / squares) < 0.24); /* independent between senders */
    close_world(&f);
}

static void clocks_are_off_as_the_tier_says_and_stamps_follow_them(void **state)
{
    (void)state;
    struct fixture f =
        open_cars(300, 0.2, "{name: c, clock_sigma_ms: 10, clock_fault_share: 0.3}", 5);
    struct source_tick t;
    double squares = 0;
    int good = 0, leaps = 0, others = 0;
    while (pull(&f, &t) == 1) {
        for (size_t i = 0; i < t.emission_count; i++) {
            const struct emission *e = &t.emissions[i];
            double off_s = (double)(e->t_gen_stamped.ns - e->t_gen.ns) / 1e9;
            struct utc own = utc_from_tai((struct tai){e->t_gen_stamped.ns});
            assert_int_equal(e->message->bsm.dsecond_ms, time_dsecond(own));
            if (e->k != 0) {
                continue;
            }
            bool leap = fabs(off_s - 5) < 0.06 || fabs(off_s - 18) < 0.06 ||
                        fabs(off_s - 37) < 0.06;
            leaps += leap;
            if (leap) {
                assert_int_equal(e->fault, FAULT_CLOCK_LEAP);
            } else if (fabs(off_s) < 0.06) {
                squares += off_s * off_s;
                good++;
            } else {
                others++;
            }
        }
    }
    assert_true(fabs(sqrt(squares / good) - 0.010) < 0.0017);
    assert_true(leaps > 40 && leaps < 95); /* 300 x 0.3 x 3/4 = 67 */
    assert_true(others < 25);
    close_world(&f);
}

static void hard_braking_sets_its_flag_and_only_then(void **state)
{
    (void)state;
    struct fixture f = open_text(
        "duration_s: 8\nmap:\n  lanes:\n    - {id: l, points_m: [[0, 0], [900, 0]]}\n"
        "agents: [{id: a, route: [l], speed_mps: 20, actions: [{do: brake, when: {time_s: "
        "3}, "
        "decel_mps2: 7.5}]}]\n",
        "d0", 5);
    struct source_tick t;
    int flagged = 0;
    while (pull(&f, &t) == 1) {
        for (size_t i = 0; i < t.emission_count; i++) {
            const struct emission *e = &t.emissions[i];
            const struct message_bsm *b = &e->message->bsm;
            bool hard = (b->events & 1u << MESSAGE_EVENT_HARD_BRAKING) != 0;
            assert_int_equal(hard, e->truth.accel_mps2 <= -0.4 * 9.80665);
            assert_int_equal((b->known & MESSAGE_EVENTS) != 0, b->events != 0);
            assert_int_equal((b->events & 1u << MESSAGE_EVENT_ABS) != 0, b->abs == 3);
            flagged += hard;
        }
    }
    assert_true(flagged >= 22 && flagged <= 28); /* 20 / 7.5 s */
    close_world(&f);
}

static void histories_reach_back_along_the_way_and_predictions_bend_with_it(void **state)
{
    (void)state;
    struct fixture f = open_text("duration_s: 12\nagents: [{id: a, path_m: [[0, 0], [60, "
                                 "0], [60, 60]], speed_mps: 10}]\n",
                                 "d0", 5);
    struct source_tick t;
    struct geo_origin o = world_origin(f.world);
    bool bent = false;
    while (pull(&f, &t) == 1) {
        for (size_t i = 0; i < t.emission_count; i++) {
            const struct emission *e = &t.emissions[i];
            const struct message_bsm *b = &e->message->bsm;
            if (e->k < 30) {
                assert_true(b->prediction.straight);
            }
            /* a left turn: J2735 counts radii to the right */
            bent = bent || (!b->prediction.straight && b->prediction.radius_m < -3 &&
                            b->prediction.radius_m > -30);
            if (e->k == 40) {
                assert_true(b->crumb_count >= 3);
                const struct message_crumb *c = &b->crumbs[b->crumb_count - 1];
                double x = c->lon_offset_deg * o.m_per_deg_lon;
                assert_true(x > 25 && x <= e->truth.x_m + 1e-6);
                assert_true(fabs(x / 10 - c->age_s) < 0.15);
            }
        }
    }
    assert_true(bent);
    close_world(&f);
}

#define LIGHTS                                                                             \
    "map:\n  intersection: {id: 77}\n  lanes:\n"                                           \
    "    - {id: w, points_m: [[-300, 0], [-10, 0]]}\n"                                     \
    "    - {id: e, points_m: [[10, 0], [300, 0]]}\n"                                       \
    "  connections: [{from: w, to: e, signal: s}]\n"                                       \
    "signals:\n  - {id: s, group: 4, offset_s: 3, phases: [{phase: green, duration_s: "    \
    "7}, "                                                                                 \
    "{phase: yellow, duration_s: 3}, {phase: red, duration_s: 11}]}\n"                     \
    "infrastructure: [{id: rsu, at_m: [4, 4], sends: [SPAT, MAP]}]\n"                      \
    "agents: [{id: a, at_m: [100, 100]}]\n"

static void countdowns_agree_with_the_plan_even_over_the_hour(void **state)
{
    (void)state;
    struct fixture f =
        open_text("start: 2026-06-01T12:59:30Z\nduration_s: 60\n" LIGHTS, "d0", 5);
    struct source_tick t;
    int spats = 0;
    int maps = 0;
    double hour_ns = 3600e9;
    while (pull(&f, &t) == 1) {
        for (size_t i = 0; i < t.emission_count; i++) {
            const struct emission *e = &t.emissions[i];
            maps += e->msg_type == MSG_MAP;
            if (e->msg_type != MSG_SPAT) {
                continue;
            }
            spats++;
            const struct message_intersection *x = &e->message->spat.intersections[0];
            double s = span_s(tai_since(e->t_gen, world_start(f.world)));
            double into = fmod(s - 3 + 21, 21);
            enum phase phase = into < 7    ? PHASE_PROTECTED_MOVEMENT
                               : into < 10 ? PHASE_PROTECTED_CLEARANCE
                                           : PHASE_STOP_AND_REMAIN;
            double left = (into < 7 ? 7 : into < 10 ? 10 : 21) - into;
            double now = fmod((double)utc_from_tai(e->t_gen).ns, hour_ns) / 1e9;
            assert_int_equal(x->id, 77);
            assert_int_equal(x->movement_count, 1);
            assert_int_equal(x->movements[0].signal_group, 4);
            assert_int_equal(x->movements[0].phase, phase);
            double until = x->movements[0].min_end_s - now;
            until += until < 0 ? 3600 : 0;
            assert_true(fabs(until - left) < 1e-5);
            assert_true(x->movements[0].min_end_s == x->movements[0].max_end_s);
        }
        assert_int_equal(t.signal_count, 1);
        struct plans plans = {.scenario = f.scenario};
        struct plan_state plan =
            plan_at(&plans, 0, tai_since(t.t, world_start(f.world)).ns);
        assert_int_equal(t.signals[0].phase, plan.phase);
    }
    assert_int_equal(spats, 600);
    assert_int_equal(maps, 60);
    close_world(&f);
}

/* The numbers are those of the key's sentence (docs/scenario.md). */
static void faults_of_a_roadside_unit_are_marked_and_the_lamps_stay_right(void **state)
{
    (void)state;
    for (int fault = FAULT_FROZEN_COUNTDOWN; fault <= FAULT_REVISION_MISMATCH; fault++) {
        char text[1500];
        (void)snprintf(text, sizeof text, "duration_s: 42\n%.*s, fault: %s}]\n%s",
                       (int)(strstr(LIGHTS, "}]\nagents") - LIGHTS), LIGHTS,
                       kinds_fault[fault], strstr(LIGHTS, "agents"));
        struct fixture f = open_text(text, "d0", 5);
        struct source_tick t;
        int spats = 0, wrong = 0;
        while (pull(&f, &t) == 1) {
            for (size_t i = 0; i < t.emission_count; i++) {
                const struct emission *e = &t.emissions[i];
                if (e->msg_type != MSG_SPAT) {
                    assert_int_equal(e->fault, FAULT_NONE);
                    continue;
                }
                assert_int_equal(e->fault, fault);
                spats++;
                const struct message_intersection *x = &e->message->spat.intersections[0];
                double s = span_s(tai_since(e->t_gen, world_start(f.world)));
                double into = fmod(s - 3 + 21, 21);
                enum phase phase = into < 7    ? PHASE_PROTECTED_MOVEMENT
                                   : into < 10 ? PHASE_PROTECTED_CLEARANCE
                                               : PHASE_STOP_AND_REMAIN;
                double begin = into < 7 ? 0 : into < 10 ? 7 : 10;
                double end = into < 7 ? 7 : into < 10 ? 10 : 21;
                double left =
                    fmod(x->movements[0].min_end_s -
                             fmod((double)utc_from_tai(e->t_gen).ns, 3600e9) / 1e9 + 3600,
                         3600);
                if (fault == FAULT_WRONG_PHASE) {
                    wrong += x->movements[0].phase != phase;
                    continue;
                }
                assert_int_equal(x->movements[0].phase, phase);
                if (fault == FAULT_FROZEN_COUNTDOWN) {
                    assert_true(fabs(left - (end - begin)) < 1e-5);
                    wrong++;
                } else if (fault == FAULT_JITTERING_END) {
                    assert_true(left < 1e-5 || fabs(left - (end - into)) < 4.001);
                    wrong += fabs(left - (end - into)) > 1;
                } else {
                    assert_true(fabs(left - (end - into)) < 1e-5);
                    assert_int_equal(x->revision, 1);
                    wrong++;
                }
            }
            double lamp = fmod(span_s(tai_since(t.t, world_start(f.world))) - 3 + 21, 21);
            assert_int_equal(t.signals[0].phase, lamp < 7 - 1e-6 ? PHASE_PROTECTED_MOVEMENT
                                                 : lamp < 10 - 1e-6
                                                     ? PHASE_PROTECTED_CLEARANCE
                                                     : PHASE_STOP_AND_REMAIN);
        }
        assert_int_equal(spats, 420);
        /* 7 s late: the phases of 7, 3 and 11 s are wrong for 7 + 3 + 7 of each 21 s */
        assert_true(fault == FAULT_WRONG_PHASE     ? abs(wrong - 340) <= 6
                    : fault == FAULT_JITTERING_END ? wrong > 200
                                                   : wrong == spats);
        close_world(&f);
    }
}

static void radios_not_on_board_do_not_transmit(void **state)
{
    (void)state;
    struct fixture f =
        open_text("duration_s: 1\nagents:\n  - {id: none, at_m: [0, 0], radio: []}\n"
                  "  - {id: uu, at_m: [9, 0], radio: [uu]}\n  - {id: dsrc, at_m: [9, 9], "
                  "radio: [dsrc]}\n"
                  "  - {id: ped, kind: pedestrian, at_m: [5, 5]}\n",
                  "d0\n  technology: dsrc", 5);
    struct source_tick t;
    size_t n;
    const struct agent *agents = world_agents(f.world, &n);
    assert_true(!agents[0].receives && !agents[1].receives && agents[2].receives);
    while (pull(&f, &t) == 1) {
        for (size_t i = 0; i < t.emission_count; i++) {
            const struct emission *e = &t.emissions[i];
            assert_true(e->sender_idx == 1 || e->sender_idx == 2);
            assert_int_equal(e->suppressed_by, e->sender_idx == 1 ? SUPPRESSED_NOT_EQUIPPED
                                                                  : SUPPRESSED_NONE);
        }
    }
    close_world(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bsm_come_ten_times_a_second_with_jitter_and_phase),
        cmocka_unit_test(message_counts_go_round_and_ids_change_every_five_minutes),
        cmocka_unit_test(a_pedestrian_sends_ten_times_a_second_moving_and_once_at_rest),
        cmocka_unit_test(intervals_stretch_per_sender_within_the_tier),
        cmocka_unit_test(the_equipped_share_is_the_tiers_and_nested),
        cmocka_unit_test(
            pose_errors_have_the_tiers_sigma_and_correlation_and_are_independent),
        cmocka_unit_test(clocks_are_off_as_the_tier_says_and_stamps_follow_them),
        cmocka_unit_test(hard_braking_sets_its_flag_and_only_then),
        cmocka_unit_test(histories_reach_back_along_the_way_and_predictions_bend_with_it),
        cmocka_unit_test(countdowns_agree_with_the_plan_even_over_the_hour),
        cmocka_unit_test(faults_of_a_roadside_unit_are_marked_and_the_lamps_stay_right),
        cmocka_unit_test(radios_not_on_board_do_not_transmit),
    };
    return cmocka_run_group_tests_name("senders", tests, NULL, NULL);
}
