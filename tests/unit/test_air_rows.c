/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in one row: who is intended, the stamps, the metres, the error bars. */
#include "tests/unit/test_air_world.h"

#define ROOM 64

static void a_message_at_100_kmh_and_200_ms_is_5_56_m_old(void **state)
{
    (void)state;
    struct world *w = world_new(2);
    w->x_m[1] = 50;
    w->vx_mps[0] = 100 / 3.6;
    struct air_config config = world_config(TIER_D0);
    config.impairments[0] =
        (struct impairment){.to_s = 100, .latency_ms = 200, .agent = AGENT_NONE};
    config.impairment_count = 1;
    struct air *air = world_air(w, &config, 1, 1);
    struct emission e = world_emission(w, 0, 0, 1);
    struct reception out[ROOM];
    assert_int_equal(world_say(air, w, &e, 1, out, ROOM), 1);
    const struct fate *f = &out[0].fate;
    assert_int_equal(f->fate, FATE_DELIVERED);
    assert_float_equal(f->shift_m, 5.5556F, 1e-3F);
    assert_float_equal(f->shift_true_m, 5.5556F, 1e-3F);
    assert_float_equal(f->injected_ms, 200, 1e-4F);
    assert_float_equal(f->access_ms, 0, 0);
    assert_int_equal(f->t_rx_ns - f->t_tx_ns, 200 * TIME_NS_PER_MS);
    assert_int_equal(f->t_avail_ns, f->t_rx_ns);
    assert_true(f->flags & FATE_LATE);
    air_free(air);
    free(w);
}

static void stamps_are_utc_of_true_time(void **state)
{
    (void)state;
    struct world *w = world_new(2);
    struct air_config config = world_config(TIER_D0);
    struct air *air = world_air(w, &config, 1, 1);
    struct emission e = world_emission(w, 0, 0, 0.25);
    struct reception out[ROOM];
    assert_int_equal(world_say(air, w, &e, 0.25, out, ROOM), 1);
    /* date -u -d 2026-06-01T12:00:00Z +%s gives 1780315200 */
    assert_int_equal(out[0].fate.t_gen_ns, INT64_C(1780315200250000000));
    assert_int_equal(out[0].fate.t_tx_ns, INT64_C(1780315200250000000));
    assert_int_equal(out[0].fate.t_rx_ns, INT64_C(1780315200250000000));
    assert_int_equal(out[0].t_rx.ns, e.t_tx.ns);
    air_free(air);
    free(w);
}

static void stamps_hold_across_a_leap_second(void **state)
{
    (void)state;
    struct world *w = world_new(2);
    struct utc start;
    assert_true(time_parse_iso("2016-12-31T23:59:59Z", &start));
    w->start = tai_from_utc(start);
    struct air_config config = world_config(TIER_D0);
    config.impairments[0] =
        (struct impairment){.to_s = 100, .latency_ms = 3000, .agent = AGENT_NONE};
    config.impairment_count = 1;
    struct air *air = world_air(w, &config, 1, 1);
    struct emission e = world_emission(w, 0, 0, 0);
    struct reception out[ROOM];
    assert_int_equal(world_say(air, w, &e, 0, out, ROOM), 1);
    /* 23:59:60 lies in between, so 3 s later POSIX has gone on by 2 */
    assert_int_equal(out[0].fate.t_rx_ns - out[0].fate.t_tx_ns, 2 * TIME_NS_PER_S);
    air_free(air);
    free(w);
}

static void
only_receivers_in_range_that_are_on_and_not_the_sender_are_intended(void **state)
{
    (void)state;
    struct world *w = world_new(6);
    w->x_m[1] = 299.9;
    w->x_m[2] = 300.1;
    w->x_m[3] = 10;
    w->receives[3] = false;
    w->y_m[4] = -300;
    w->x_m[5] = 5000;
    struct air_config config = world_config(TIER_D0);
    struct air *air = world_air(w, &config, 1, 1);
    struct emission e = world_emission(w, 0, 0, 1);
    struct reception out[ROOM];
    assert_int_equal(world_say(air, w, &e, 1, out, ROOM), 2);
    assert_int_equal(out[0].fate.receiver_idx, 1);
    assert_int_equal(out[1].fate.receiver_idx, 4);
    assert_float_equal(out[0].fate.distance_m, 299.9F, 1e-4F);
    assert_true(out[0].fate.flags & FATE_WITHIN_RANGE);
    air_free(air);
    free(w);
}

static void suppressed_opportunities_have_no_row(void **state)
{
    (void)state;
    struct world *w = world_new(3);
    struct air_config config = world_config(TIER_D0);
    struct air *air = world_air(w, &config, 1, 1);
    struct emission e = world_emission(w, 0, 0, 1);
    e.suppressed_by = SUPPRESSED_OFF;
    struct reception out[ROOM];
    assert_int_equal(world_say(air, w, &e, 1, out, ROOM), 0);
    assert_int_equal(air_ledger(air)->intended, 0);
    air_free(air);
    free(w);
}

static void stations_are_moved_to_the_instant_of_transmission(void **state)
{
    (void)state;
    struct world *w = world_new(2);
    w->x_m[0] = 0;
    w->vx_mps[0] = 20;
    w->x_m[1] = 100; /* at the end of the tick */
    w->vx_mps[1] = -30;
    struct air_config config = world_config(TIER_D0);
    struct air *air = world_air(w, &config, 1, 1);
    struct emission e = world_emission(w, 0, 0, 1);
    e.t_tx = tai_add(e.t_gen, span_ms(4)); /* the sender has moved 0.08 m by then */
    struct reception out[ROOM];
    assert_int_equal(world_say(air, w, &e, 1.010, out, ROOM), 1);
    /* the receiver was 6 ms * 30 m/s = 0.18 m farther than at the end of the tick */
    assert_float_equal(out[0].fate.distance_m, 100.1F, 1e-4F);
    air_free(air);
    free(w);
}

static void a_shorter_reach_loses_pairs_as_out_of_range(void **state)
{
    (void)state;
    struct world *w = world_new(3);
    w->x_m[1] = 150;
    w->x_m[2] = 250;
    struct air_config config = world_config(TIER_D0);
    struct air_setup setup = {.config = &config,
                              .agents_most = 3,
                              .threads_most = 1,
                              .start = w->start,
                              .reach_m = 200};
    struct air *air = NULL;
    struct fail fail;
    assert_int_equal(air_new(&air, &setup, &fail), 0);
    struct emission e = world_emission(w, 0, 0, 1);
    struct reception out[ROOM];
    assert_int_equal(world_say(air, w, &e, 1, out, ROOM), 2);
    assert_int_equal(out[0].fate.fate, FATE_DELIVERED);
    assert_int_equal(out[1].fate.cause, CAUSE_OUT_OF_RANGE);
    assert_int_equal(air_ledger(air)->lost[CAUSE_OUT_OF_RANGE], 1);
    air_free(air);
    free(w);
}

static void a_longer_reach_adds_only_what_was_received(void **state)
{
    (void)state;
    struct world *w = world_new(200);
    for (size_t i = 1; i < w->count; i++) {
        w->x_m[i] = 301 + (double)i;
    }
    struct air_config config = world_config(TIER_D4);
    struct air_setup setup = {.config = &config,
                              .agents_most = 200,
                              .threads_most = 1,
                              .start = w->start,
                              .reach_m = 1000};
    struct air *air = NULL;
    struct fail fail;
    assert_int_equal(air_new(&air, &setup, &fail), 0);
    struct emission e = world_emission(w, 0, 0, 1);
    struct reception out[256];
    size_t rows = world_say(air, w, &e, 1, out, 256);
    assert_in_range(rows, 100, 180); /* 70 % of 199 */
    for (size_t i = 0; i < rows; i++) {
        assert_int_equal(out[i].fate.fate, FATE_DELIVERED);
        assert_false(out[i].fate.flags & FATE_WITHIN_RANGE);
    }
    air_free(air);
    free(w);
}

static void a_lost_row_carries_nulls_where_nothing_arrived(void **state)
{
    (void)state;
    struct world *w = world_new(2);
    struct air_config config = world_config(TIER_D0);
    config.impairments[0] =
        (struct impairment){.to_s = 100, .dropout = true, .agent = AGENT_NONE};
    config.impairment_count = 1;
    struct air *air = world_air(w, &config, 1, 1);
    struct emission e = world_emission(w, 0, 7, 1);
    struct reception out[ROOM];
    assert_int_equal(world_say(air, w, &e, 1, out, ROOM), 1);
    const struct fate *f = &out[0].fate;
    assert_int_equal(f->fate, FATE_LOST);
    assert_int_equal(f->cause, CAUSE_DROPOUT);
    assert_int_equal(f->valid,
                     FATE_HAS_T_GEN | FATE_HAS_T_TX | FATE_HAS_DISTANCE | FATE_HAS_SPEED);
    assert_int_equal(f->t_rx_ns, 0);
    assert_int_equal(f->burst_id, FATE_U32_NULL);
    assert_int_equal(f->blocker_idx, FATE_U32_NULL);
    assert_int_equal(f->msg_uid, emission_uid(0, MSG_BSM, 7));
    air_free(air);
    free(w);
}

static void error_bars_grow_as_the_formula_says(void **state)
{
    (void)state;
    struct world *w = world_new(2);
    w->vx_mps[0] = 100 / 3.6;
    struct air_config config = world_config(TIER_D0);
    config.tier.clock_sigma_ms = 1;
    config.tier.heading_sigma_deg = 1;
    config.impairments[0] =
        (struct impairment){.to_s = 100, .latency_ms = 500, .agent = AGENT_NONE};
    config.impairment_count = 1;
    struct air *air = world_air(w, &config, 1, 1);
    struct emission e = world_emission(w, 0, 0, 1);
    e.claim =
        (struct claim){.known = CLAIM_POSITION | CLAIM_SPEED | CLAIM_TIME | CLAIM_ACCURACY,
                       .x_m = 3,
                       .y_m = 4,
                       .speed_mps = 100 / 3.6,
                       .sigma_m = 1.5,
                       .t_gen = e.t_gen};
    struct reception out[ROOM];
    assert_int_equal(world_say(air, w, &e, 1, out, ROOM), 1);
    const struct fate *f = &out[0].fate;
    /* by hand, D = 0.5 s, v = 27.7778 m/s:
     * along^2 = 1.5^2 + (0.28*0.5)^2 + (27.7778*0.001)^2 + (0.5*1.0*0.25)^2 = 2.285996
     * across^2 = 1.5^2 + (27.7778*0.5*0.0174533)^2 + (0.5*27.7778*0.05*0.25)^2 = 2.338902
     */
    assert_float_equal(f->sigma_along_m, 1.511951F, 1e-5F);
    assert_float_equal(f->sigma_across_m, 1.529347F, 1e-5F);
    assert_float_equal(f->claimed_error_m, 5, 1e-6F);
    air_free(air);
    free(w);
}

static void a_message_without_accuracy_gets_the_sigma_of_the_tier(void **state)
{
    (void)state;
    struct world *w = world_new(2);
    struct air_config config = world_config(TIER_D0);
    config.tier.position_sigma_min_m = 3;
    config.tier.position_sigma_max_m = 10;
    struct air *air = world_air(w, &config, 1, 1);
    struct emission e = world_emission(w, 0, 0, 1);
    e.claim = (struct claim){.known = CLAIM_POSITION | CLAIM_SPEED | CLAIM_TIME,
                             .t_gen = e.t_gen};
    struct reception out[ROOM];
    assert_int_equal(world_say(air, w, &e, 1, out, ROOM), 1);
    assert_float_equal(out[0].fate.sigma_across_m, 6.5F, 1e-6F);
    air_free(air);
    free(w);
}

/* Delivers one message with 2 s latency from a sender in the given motion. */
static float true_shift(double speed_mps, double accel_mps2, double yaw_rate_radps)
{
    struct world *w = world_new(2);
    struct air_config config = world_config(TIER_D0);
    config.impairments[0] =
        (struct impairment){.to_s = 100, .latency_ms = 2000, .agent = AGENT_NONE};
    config.impairment_count = 1;
    struct air *air = world_air(w, &config, 1, 1);
    struct emission e = world_emission(w, 0, 0, 1);
    e.truth.speed_mps = speed_mps;
    e.truth.accel_mps2 = accel_mps2;
    e.truth.yaw_rate_radps = yaw_rate_radps;
    struct reception out[ROOM];
    assert_int_equal(world_say(air, w, &e, 1, out, ROOM), 1);
    float shift = out[0].fate.shift_true_m;
    air_free(air);
    free(w);
    return shift;
}

static void the_true_shift_knows_braking_standstill_and_turning(void **state)
{
    (void)state;
    assert_float_equal(true_shift(10, -2, 0), 16, 1e-5F);    /* 10*2 - 0.5*2*4 */
    assert_float_equal(true_shift(10, -8, 0), 6.25F, 1e-5F); /* v^2 / 2a, then it stands */
    assert_float_equal(true_shift(-3, 0, 0), 6, 1e-5F);      /* reversing */
    /* half a turn of radius 10 m: the chord is the diameter, 2 v / omega */
    assert_float_equal(true_shift(5 * 3.14159265358979, 0, 3.14159265358979 / 2), 20,
                       1e-4F);
}

static void walls_give_the_line_of_sight_and_its_blocker(void **state)
{
    (void)state;
    struct world *w = world_new(4);
    w->x_m[1] = 40;
    w->y_m[2] = 40;
    w->x_m[3] = -40;
    struct arena arena = {0};
    struct walls walls = {0};
    struct fail fail;
    static const double far_off[][2] = {{900, 900}, {910, 900}, {910, 910}};
    static const double shop[][2] = {{10, -5}, {20, -5}, {20, 5}, {10, 5}};
    static const double van[][2] = {{-12, -1}, {-6, -1}, {-6, 1}, {-12, 1}};
    assert_int_equal(walls_add(&walls, &arena, "far", 9, far_off, 3, false, &fail), 0);
    assert_int_equal(walls_add(&walls, &arena, "shop", 8, shop, 4, false, &fail), 0);
    assert_int_equal(walls_add(&walls, &arena, "van", 2.5, van, 4, true, &fail), 0);
    struct air_config config = world_config(TIER_D0);
    struct air_setup setup = {.config = &config,
                              .agents_most = 4,
                              .threads_most = 1,
                              .start = w->start,
                              .walls = &walls};
    struct air *air = NULL;
    assert_int_equal(air_new(&air, &setup, &fail), 0);
    struct emission e = world_emission(w, 0, 0, 1);
    struct reception out[ROOM];
    assert_int_equal(world_say(air, w, &e, 1, out, ROOM), 3);
    assert_int_equal(out[0].fate.los, LOS_BUILDING);
    assert_int_equal(out[0].fate.blocker_idx, 1);
    assert_int_equal(out[0].fate.fate, FATE_DELIVERED); /* ideal hears through walls */
    assert_int_equal(out[1].fate.los, LOS_CLEAR);
    assert_int_equal(out[1].fate.blocker_idx, FATE_U32_NULL);
    assert_int_equal(out[2].fate.los, LOS_VEHICLE);
    assert_int_equal(out[2].fate.blocker_idx, 2);
    air_free(air);
    arena_close(&arena);
    free(w);
}

static struct emission heard_emission(const struct world *w)
{
    struct tai heard = tai_add(w->start, span_from_s(1));
    struct tai claimed = tai_add(heard, span_ms(-40));
    return (struct emission){.msg_uid = emission_uid(5, MSG_BSM, 3),
                             .sender_idx = 5,
                             .k = 3,
                             .tx_index = 3,
                             .msg_type = MSG_BSM,
                             .sender_kind = KIND_CAR,
                             .technology = TECH_CAPTURED,
                             .t_gen = claimed,
                             .t_heard = heard,
                             .heard_by = 0,
                             .claim = {.known = CLAIM_POSITION | CLAIM_SPEED | CLAIM_TIME,
                                       .speed_mps = 10,
                                       .t_gen = claimed}};
}

static void what_was_captured_is_intended_at_any_distance(void **state)
{
    (void)state;
    struct world *w = world_new(6);
    struct air_config config = world_config(TIER_D0);
    config.technology = TECH_CAPTURED;
    config.impairments[0] =
        (struct impairment){.to_s = 100, .latency_ms = 60, .agent = AGENT_NONE};
    config.impairment_count = 1;
    struct air *air = world_air(w, &config, 1, 1);
    struct emission e = heard_emission(w);
    double distance_m = 1234;
    struct reception out;
    air_decide_heard(air, &e, 0, &distance_m, &out);
    const struct fate *f = &out.fate;
    assert_int_equal(f->fate, FATE_DELIVERED);
    assert_int_equal(f->flags, FATE_DISTANCE_FROM_CLAIMS);
    assert_int_equal(f->valid & FATE_HAS_T_TX, 0);
    assert_int_equal(f->t_tx_ns, 0);
    assert_int_equal(f->t_rx_ns, INT64_C(1780315201060000000));
    assert_float_equal(f->sender_speed_mps, 10, 0);
    assert_float_equal(f->shift_m, 1.0F, 1e-5F); /* 10 m/s, 40 + 60 ms */
    assert_int_equal(f->valid & (FATE_HAS_SHIFT_TRUE | FATE_HAS_CLAIMED_ERROR), 0);
    assert_int_equal(air_ledger(air)->delivered, 1);
    air_decide_heard(air, &e, 0, NULL, &out);
    assert_int_equal(out.fate.valid & FATE_HAS_DISTANCE, 0);
    air_free(air);
    free(w);
}

static void a_claim_from_the_future_has_no_shift(void **state)
{
    (void)state;
    struct world *w = world_new(6);
    struct air_config config = world_config(TIER_D0);
    struct air *air = world_air(w, &config, 1, 1);
    struct emission e = heard_emission(w);
    e.t_gen = tai_add(e.t_heard, span_ms(500));
    e.claim.t_gen = e.t_gen;
    struct reception out;
    air_decide_heard(air, &e, 0, NULL, &out);
    assert_int_equal(out.fate.valid & FATE_HAS_SHIFT, 0);
    assert_float_equal(out.fate.shift_m, 0, 0);
    air_free(air);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_at_100_kmh_and_200_ms_is_5_56_m_old),
        cmocka_unit_test(stamps_are_utc_of_true_time),
        cmocka_unit_test(stamps_hold_across_a_leap_second),
        cmocka_unit_test(
            only_receivers_in_range_that_are_on_and_not_the_sender_are_intended),
        cmocka_unit_test(suppressed_opportunities_have_no_row),
        cmocka_unit_test(stations_are_moved_to_the_instant_of_transmission),
        cmocka_unit_test(a_shorter_reach_loses_pairs_as_out_of_range),
        cmocka_unit_test(a_longer_reach_adds_only_what_was_received),
        cmocka_unit_test(a_lost_row_carries_nulls_where_nothing_arrived),
        cmocka_unit_test(error_bars_grow_as_the_formula_says),
        cmocka_unit_test(a_message_without_accuracy_gets_the_sigma_of_the_tier),
        cmocka_unit_test(the_true_shift_knows_braking_standstill_and_turning),
        cmocka_unit_test(walls_give_the_line_of_sight_and_its_blocker),
        cmocka_unit_test(what_was_captured_is_intended_at_any_distance),
        cmocka_unit_test(a_claim_from_the_future_has_no_shift),
    };
    return cmocka_run_group_tests_name("air_rows", tests, NULL, NULL);
}
