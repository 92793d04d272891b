/* SPDX-License-Identifier: Apache-2.0 */
/* Congestion control closed over the air: what stations measure steers what they send. The
 * expected rates are the closed forms of the laws. */
#include "test_air_world.h"

#include "air/radio.h"
#include "air/trial.h"
#include "model/send_limit.h"

static struct trial_setup crowd(enum technology technology, enum congestion_control kind,
                                uint32_t vehicles, uint32_t octets)
{
    struct trial_setup s = {.vehicles = vehicles,
                            .length_m = 90,
                            .rate_hz = 10,
                            .jitter_ms = technology == TECH_DSRC ? 5 : 0,
                            .octets = octets,
                            .warm_s = 15,
                            .count_s = 12,
                            .to_m = 90,
                            .bin_m = 10,
                            .bins = 10,
                            .seed = 3,
                            .congestion = kind};
    assert_true(radio_profile(technology, &s.radio));
    s.radio.size_overhead = 0;
    return s;
}

/* Mean interval between two messages of a station, ms. */
static double interval_ms(const struct trial_setup *s, struct trial_result *r)
{
    struct fail fail = {0};
    if (trial_run(s, r, &fail) != 0) {
        fail_msg("%s", fail.text);
    }
    return 1000 * s->count_s * s->vehicles / (double)r->sent;
}

static void a_pace_keeps_the_mean_interval_on_fixed_slots(void **state)
{
    (void)state;
    static const float intervals_ms[] = {60, 100, 120, 157, 250, 396, 600, 1000};
    for (size_t i = 0; i < sizeof intervals_ms / sizeof intervals_ms[0]; i++) {
        struct send_limit limit = {intervals_ms[i], false};
        struct send_pace pace = {0, 33 * TIME_NS_PER_MS};
        int sent = 0;
        for (int64_t k = 0; k < 60000; k++) {
            int64_t jitter_ns = (int64_t)(k * 7919 % 11 - 5) * TIME_NS_PER_MS;
            sent += send_pace_ask(&pace, &limit, k * 100 * TIME_NS_PER_MS + jitter_ns,
                                  100 * TIME_NS_PER_MS);
        }
        double expected_ms = intervals_ms[i] < 100 ? 100 : (double)intervals_ms[i];
        assert_true(fabs(6e6 / sent / expected_ms - 1) < 0.002);
    }
}

static void an_urgent_message_uses_the_next_slot(void **state)
{
    (void)state;
    struct send_limit limit = {600, false};
    struct send_pace pace = {0};
    int64_t slot_ns = 100 * TIME_NS_PER_MS;
    assert_true(send_pace_ask(&pace, &limit, 0, slot_ns));
    assert_false(send_pace_ask(&pace, &limit, slot_ns, slot_ns));
    limit.urgent = true;
    assert_true(send_pace_ask(&pace, &limit, 2 * slot_ns, slot_ns));
    limit.urgent = false;
    assert_false(send_pace_ask(&pace, &limit, 7 * slot_ns, slot_ns));
    assert_true(send_pace_ask(&pace, &limit, 8 * slot_ns, slot_ns));
}

static void without_control_everybody_keeps_10_hz(void **state)
{
    (void)state;
    struct trial_setup s = crowd(TECH_DSRC, CONGESTION_OFF, 60, 300);
    static struct trial_result r;
    assert_true(fabs(interval_ms(&s, &r) - 100) < 0.5);
}

/* Everybody hears everybody within 100 m: Max_ITT = 100 ms N / 25. */
static void j2945_stretches_the_interval_with_the_density(void **state)
{
    (void)state;
    static const uint32_t counts[] = {20, 51, 101, 200};
    static const double expected_ms[] = {100, 200, 400, 600};
    for (int i = 0; i < 4; i++) {
        struct trial_setup s = crowd(TECH_DSRC, CONGESTION_J2945, counts[i], 300);
        static struct trial_result r;
        double ms = interval_ms(&s, &r);
        printf("  %u vehicles: %.1f ms (%.0f), busy %.3f\n", counts[i], ms, expected_ms[i],
               r.cbr);
        assert_true(fabs(ms / expected_ms[i] - 1) < 0.02);
    }
}

/* delta = beta C / (alpha + N beta), busy ratio N delta (TS 102 687, as LIMERIC has it). */
static void adaptive_dcc_meets_its_fixed_point(void **state)
{
    (void)state;
    static const uint32_t counts[] = {200, 300};
    for (int i = 0; i < 2; i++) {
        struct trial_setup s = crowd(TECH_ITS_G5, CONGESTION_ETSI_ADAPTIVE, counts[i], 300);
        static struct trial_result r;
        s.warm_s = 40;
        double ms = interval_ms(&s, &r);
        double fixed = counts[i] * 0.0012 * 0.68 / (0.016 + counts[i] * 0.0012);
        printf("  %u vehicles: busy %.4f of %.4f, each %.1f ms\n", counts[i], r.cbr, fixed,
               ms);
        assert_true(fabs(r.cbr / fixed - 1) < 0.02);
    }
}

/* 250 vehicles offer 1.24 of the medium: busy 0.79 without control. */
static void reactive_dcc_keeps_the_medium_out_of_saturation(void **state)
{
    (void)state;
    static struct trial_result free_run;
    static struct trial_result r;
    struct trial_setup s = crowd(TECH_ITS_G5, CONGESTION_OFF, 250, 300);
    s.warm_s = 3;
    s.count_s = 3;
    (void)interval_ms(&s, &free_run);
    s.congestion = CONGESTION_ETSI_REACTIVE;
    s.warm_s = 10;
    s.count_s = 20;
    double ms = interval_ms(&s, &r);
    printf("  busy %.3f, with control %.3f, each %.1f ms\n", free_run.cbr, r.cbr, ms);
    assert_true(free_run.cbr > 0.75);
    assert_true(r.cbr < 0.65 && ms > 150 && ms < 1000);
}

/* TS 103 574: a busy ratio of 0.65 to 0.8 leaves 0.006 of the resources to each. All four
 * sub-channels of 1,000 slots a second: an interval of 1 / 0.006 ms = 166.7 ms. */
static void the_occupancy_limit_is_kept(void **state)
{
    (void)state;
    struct trial_setup s = crowd(TECH_LTE_V2X, CONGESTION_CR_LIMIT, 300, 200);
    static struct trial_result r;
    s.radio.message_rb = 48;
    double ms = interval_ms(&s, &r);
    printf("  busy %.3f, each %.1f ms\n", r.cbr, ms);
    assert_true(r.cbr > 0.66 && r.cbr < 0.79);
    /* A moment under 0.65 leaves more. */
    assert_true(fabs(ms / (1 / 0.006) - 1) < 0.03);
}

struct loop {
    struct world *w;
    struct air_config config;
    struct air *air;
    struct send_pace paces[128];
    uint32_t sent[128];
    double last_rssi_dbm;
};

/* A tick in which every tenth station has its slot. */
static void turn(struct loop *l, uint32_t tick)
{
    static struct reception rows[65536];
    static struct emission emissions[128];
    struct fail fail = {0};
    size_t n = 0;
    const struct send_limit *limits = air_limits(l->air);
    double t_s = tick * 0.01;
    for (uint32_t i = tick % 10; i < l->w->count; i += 10) { /* in order of time */
        int64_t t_ns = (int64_t)tick * 10 * TIME_NS_PER_MS;
        if (!limits ||
            send_pace_ask(&l->paces[i], &limits[i], t_ns, 100 * TIME_NS_PER_MS)) {
            emissions[n] = world_emission(l->w, i, tick / 10, t_s - 0.0095 + i / 10 * 8e-4);
            emissions[n].tx_index = l->sent[i]++;
            emissions[n++].size = 200;
        }
    }
    struct air_stations stations = world_at(l->w, t_s);
    air_tick(l->air, &stations);
    assert_int_equal(air_offer(l->air, emissions, n, NULL, &fail), 0);
    for (bool more = true; more;) {
        size_t got = air_take(l->air, NULL, rows, 65536, &more);
        if (got > 0) {
            l->last_rssi_dbm = (double)rows[got - 1].fate.rssi_dbm;
        }
    }
}

static void open_loop(struct loop *l, size_t count, const struct radio *radio,
                      enum congestion_control congestion)
{
    *l = (struct loop){.w = world_new(count), .config = world_config(TIER_D0)};
    l->config.technology = radio->technology;
    l->config.congestion = congestion;
    for (size_t i = 0; i < count; i++) {
        l->paces[i].lag_ns = (int64_t)(i * 7 % 100) * TIME_NS_PER_MS;
    }
    struct air_setup setup = {.config = &l->config,
                              .seed = 7,
                              .agents_most = (uint32_t)count,
                              .threads_most = 1,
                              .start = l->w->start,
                              .radio = radio};
    struct fail fail = {0};
    if (air_new(&l->air, &setup, &fail) != 0) {
        fail_msg("%s", fail.text);
    }
}

static void close_loop(struct loop *l)
{
    air_free(l->air);
    free(l->w);
}

/* 101 vehicles: Max_ITT 400 ms. One drives a circle of 15 m at 15 m/s: after 200 ms it is
 * 0.3 m, after 300 ms 0.67 m from where the others think. */
static void who_turns_sends_more_often(void **state)
{
    (void)state;
    static struct loop l;
    struct radio radio;
    assert_true(radio_profile(TECH_DSRC, &radio));
    open_loop(&l, 101, &radio, CONGESTION_J2945);
    uint32_t before[2] = {0, 0};
    for (uint32_t tick = 1; tick <= 3000; tick++) {
        double angle = tick * 0.01;
        l.w->x_m[0] = 15 * sin(angle);
        l.w->y_m[0] = -15 * cos(angle);
        l.w->vx_mps[0] = 15 * cos(angle);
        l.w->vy_mps[0] = 15 * sin(angle);
        turn(&l, tick);
        if (tick == 1500) {
            before[0] = l.sent[0];
            before[1] = l.sent[50];
        }
    }
    double turning_ms = 15000.0 / (l.sent[0] - before[0]);
    double standing_ms = 15000.0 / (l.sent[50] - before[1]);
    printf("  turning each %.0f ms, standing each %.0f ms\n", turning_ms, standing_ms);
    assert_true(fabs(standing_ms - 400) < 12);
    assert_true(turning_ms > 190 && turning_ms < 310);
    close_loop(&l);
}

/* Others hold the medium for 65 % of the time: f(CBP) = 15 dBm, 5 dB under the most. */
static void power_follows_the_busy_ratio(void **state)
{
    (void)state;
    static struct loop l;
    struct radio radio;
    assert_true(radio_profile(TECH_DSRC, &radio));
    radio.sigma_db = 0;
    double rssi[2];
    for (int k = 0; k < 2; k++) {
        radio.background = 0.65;
        open_loop(&l, 2, &radio, k == 0 ? CONGESTION_OFF : CONGESTION_J2945);
        l.w->x_m[1] = 50;
        for (uint32_t tick = 1; tick <= 300; tick++) {
            turn(&l, tick);
        }
        rssi[k] = l.last_rssi_dbm;
        double cbp = 100 * air_cbr(l.air, 1);
        if (k == 1) {
            printf("  busy %.1f %%: %.2f dB less\n", cbp, rssi[0] - rssi[1]);
            assert_true(cbp > 64.9 && cbp < 66);
        }
        close_loop(&l);
    }
    assert_true(fabs(rssi[0] - rssi[1] - 5) < 0.25);
}

static void what_has_no_medium_is_not_controlled(void **state)
{
    (void)state;
    struct air_config config = world_config(TIER_D0);
    struct fail fail = {0};
    config.congestion = CONGESTION_J2945;
    assert_int_equal(air_check(&config, &fail), RESULT_USAGE);
    assert_non_null(strstr(fail.text, "air.congestion"));
    config.technology = TECH_DSRC;
    assert_int_equal(air_check(&config, &fail), 0);
    config.congestion = CONGESTION_CR_LIMIT;
    assert_int_equal(air_check(&config, &fail), RESULT_USAGE);
    config.technology = TECH_NR_V2X;
    assert_int_equal(air_check(&config, &fail), 0);
}

/* air.radio of a scenario: by name, over the profile. */
static void radio_parameters_of_a_configuration_hold(void **state)
{
    (void)state;
    struct air_config config = world_config(TIER_D0);
    struct fail fail = {0};
    struct radio radio;
    config.technology = TECH_DSRC;
    config.radio_sets[0] = (struct air_radio_set){"preset", "ns3-highway"};
    config.radio_sets[1] = (struct air_radio_set){"power_dbm", "17.5"};
    config.radio_set_count = 2;
    assert_int_equal(radio_of_config(&config, NULL, &radio, &fail), 0);
    assert_true(radio.power_dbm == 17.5 && radio.carrier_dbm == -88);
    config.radio_sets[1] = (struct air_radio_set){"power_dbm", "70"};
    assert_int_equal(air_check(&config, &fail), RESULT_USAGE);
    assert_non_null(strstr(fail.text, "air.radio: power_dbm = 70"));
    config.radio_sets[1] = (struct air_radio_set){"powr_dbm", "7"};
    assert_int_equal(air_check(&config, &fail), RESULT_USAGE);
    config.radio_sets[1] = (struct air_radio_set){"nakagami_m", "3"};
    assert_int_equal(air_check(&config, &fail), 0); /* nist is AWGN */
    config.radio_set_count = 1;
    config.radio_sets[0] = (struct air_radio_set){"nakagami_m", "3"};
    assert_int_equal(air_check(&config, &fail), RESULT_USAGE);
    assert_non_null(strstr(fail.text, "contains fading already"));
    config.technology = TECH_IDEAL;
    assert_int_equal(air_check(&config, &fail), RESULT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pace_keeps_the_mean_interval_on_fixed_slots),
        cmocka_unit_test(an_urgent_message_uses_the_next_slot),
        cmocka_unit_test(without_control_everybody_keeps_10_hz),
        cmocka_unit_test(j2945_stretches_the_interval_with_the_density),
        cmocka_unit_test(adaptive_dcc_meets_its_fixed_point),
        cmocka_unit_test(reactive_dcc_keeps_the_medium_out_of_saturation),
        cmocka_unit_test(the_occupancy_limit_is_kept),
        cmocka_unit_test(who_turns_sends_more_often),
        cmocka_unit_test(power_follows_the_busy_ratio),
        cmocka_unit_test(what_has_no_medium_is_not_controlled),
        cmocka_unit_test(radio_parameters_of_a_configuration_hold),
    };
    return cmocka_run_group_tests_name("air_control", tests, NULL, NULL);
}
