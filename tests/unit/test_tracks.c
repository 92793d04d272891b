/* SPDX-License-Identifier: Apache-2.0 */
/* Claims become agents: rotation joined, strangers kept apart, repeats recognised. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "replay/tracks.h"

static struct tracks *begin(void)
{
    struct tracks *t;
    struct fail fail;
    assert_int_equal(tracks_new(&t, &fail), 0);
    return t;
}

/* A car that drives east at speed from x at time 0. */
static struct tracks_verdict sight_by(struct tracks *t, uint32_t receiver, uint32_t station,
                                      double x_m, double y_m, double speed_mps, double at_s,
                                      uint8_t type)
{
    struct claim claim = {.known = CLAIM_POSITION | CLAIM_SPEED | CLAIM_YAW | CLAIM_ID,
                          .x_m = x_m + speed_mps * at_s,
                          .y_m = y_m,
                          .speed_mps = speed_mps,
                          .station_id = station};
    struct tracks_sighting s = {.msg_type = type,
                                .heard_by = receiver,
                                .t_heard = {(int64_t)(at_s * 1e9)},
                                .claim = &claim,
                                .fingerprint = (uint64_t)(at_s * 1e6) << 32 | station,
                                .own_station = AGENT_NONE};
    return tracks_sight(t, &s);
}

static struct tracks_verdict sight(struct tracks *t, uint32_t station, double x_m,
                                   double y_m, double speed_mps, double at_s, uint8_t type)
{
    return sight_by(t, 0, station, x_m, y_m, speed_mps, at_s, type);
}

static void a_rotated_id_continues_the_same_agent(void **state)
{
    (void)state;
    struct tracks *t = begin();
    uint32_t first = sight(t, 0xAAAA, 0, 0, 20, 0.0, MSG_BSM).agent;
    assert_int_equal(sight(t, 0xAAAA, 0, 0, 20, 0.1, MSG_BSM).agent, first);
    struct tracks_verdict after = sight(t, 0xBBBB, 0, 0, 20, 0.2, MSG_BSM);
    assert_int_equal(after.agent, first);
    assert_true(after.rotated);
    assert_int_equal(after.k, 2);
    tracks_free(t);
}

static void a_stranger_on_the_next_lane_going_the_other_way_is_somebody_else(void **state)
{
    (void)state;
    struct tracks *t = begin();
    uint32_t first = sight(t, 1, 0, 0, 20, 0.0, MSG_BSM).agent;
    struct tracks_verdict other = sight(t, 2, 0, 20, 20, 0.1, MSG_BSM);
    assert_int_not_equal(other.agent, first);
    assert_false(other.rotated);
    tracks_free(t);
}

static void two_neighbours_keep_their_own_ids(void **state)
{
    (void)state;
    struct tracks *t = begin();
    uint32_t a = sight(t, 1, 0, 0, 20, 0.0, MSG_BSM).agent;
    uint32_t b = sight(t, 2, 0, 12, 20, 0.01, MSG_BSM).agent;
    for (int i = 1; i < 50; i++) {
        assert_int_equal(sight(t, 1, 0, 0, 20, i * 0.1, MSG_BSM).agent, a);
        assert_int_equal(sight(t, 2, 0, 12, 20, i * 0.1 + 0.01, MSG_BSM).agent, b);
    }
    assert_int_not_equal(a, b);
    tracks_free(t);
}

static void a_long_silence_is_not_bridged(void **state)
{
    (void)state;
    struct tracks *t = begin();
    uint32_t a = sight(t, 1, 0, 0, 20, 0.0, MSG_BSM).agent;
    assert_int_not_equal(sight(t, 9, 0, 0, 20, TRACKS_SILENCE_S + 1, MSG_BSM).agent, a);
    tracks_free(t);
}

static void
a_newcomer_beside_an_active_car_is_parted_when_the_car_speaks_again(void **state)
{
    (void)state;
    struct tracks *t = begin();
    uint32_t car = sight(t, 1, 0, 0, 10, 0.0, MSG_BSM).agent;
    (void)sight(t, 2, 0, 3, 10, 0.05, MSG_BSM); /* looks like a rotation */
    assert_int_equal(sight(t, 1, 0, 0, 10, 0.1, MSG_BSM).agent, car);
    uint32_t other = sight(t, 2, 0, 3, 10, 0.15, MSG_BSM).agent;
    assert_int_not_equal(other, car);
    assert_int_equal(sight(t, 1, 0, 0, 10, 0.2, MSG_BSM).agent, car);
    assert_int_equal(sight(t, 2, 0, 3, 10, 0.25, MSG_BSM).agent, other);
    tracks_free(t);
}

static void a_phone_never_continues_a_car(void **state)
{
    (void)state;
    struct tracks *t = begin();
    uint32_t car = sight(t, 1, 0, 0, 1, 0.0, MSG_BSM).agent;
    assert_int_not_equal(sight(t, 1, 0, 0, 1, 0.1, MSG_PSM).agent, car);
    tracks_free(t);
}

static void the_same_octets_at_two_receivers_are_one_transmission(void **state)
{
    (void)state;
    struct tracks *t = begin();
    struct tracks_verdict first = sight_by(t, 0, 1, 0, 0, 20, 0.0, MSG_BSM);
    struct tracks_verdict other = sight_by(t, 1, 1, 0, 0, 20, 0.0, MSG_BSM);
    assert_false(first.repeated);
    assert_true(other.repeated);
    assert_int_equal(other.k, first.k);
    assert_int_equal(sight(t, 1, 0, 0, 20, 0.1, MSG_BSM).k, first.k + 1);
    tracks_free(t);
}

static void the_same_octets_at_one_receiver_were_sent_again(void **state)
{
    (void)state;
    struct tracks *t = begin();
    struct tracks_verdict first = sight(t, 1, 0, 0, 20, 0.0, MSG_MAP);
    struct tracks_verdict again = sight(t, 1, 0, 0, 20, 0.0, MSG_MAP);
    assert_false(again.repeated);
    assert_int_equal(again.k, first.k + 1);
    tracks_free(t);
}

static void stations_come_first_and_keep_their_names(void **state)
{
    (void)state;
    struct tracks *t = begin();
    struct fail fail;
    uint32_t obu;
    assert_int_equal(tracks_station(t, "obu-7", &obu, &fail), 0);
    size_t count;
    const struct agent *agents = tracks_agents(t, &count);
    assert_int_equal(count, 1);
    assert_string_equal(agents[obu].id, "obu-7");
    assert_true(agents[obu].receives);
    (void)sight(t, 1, 0, 0, 20, 0.0, MSG_BSM);
    assert_string_equal(tracks_agents(t, &count)[1].id, "veh-1");
    tracks_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rotated_id_continues_the_same_agent),
        cmocka_unit_test(a_stranger_on_the_next_lane_going_the_other_way_is_somebody_else),
        cmocka_unit_test(two_neighbours_keep_their_own_ids),
        cmocka_unit_test(a_long_silence_is_not_bridged),
        cmocka_unit_test(
            a_newcomer_beside_an_active_car_is_parted_when_the_car_speaks_again),
        cmocka_unit_test(a_phone_never_continues_a_car),
        cmocka_unit_test(the_same_octets_at_two_receivers_are_one_transmission),
        cmocka_unit_test(the_same_octets_at_one_receiver_were_sent_again),
        cmocka_unit_test(stations_come_first_and_keep_their_names),
    };
    return cmocka_run_group_tests_name("tracks", tests, NULL, NULL);
}
