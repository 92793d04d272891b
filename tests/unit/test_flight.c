/* SPDX-License-Identifier: Apache-2.0 */
/* What is in flight lands in order of its instant, whatever the pulls, and full is a
 * refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "engine/flight.h"
#include "model/ports.h"

#define MS    TIME_NS_PER_MS
#define START INT64_C(700000000000000000)
#define LIMITS                                                                             \
    {                                                                                      \
        .messages_most = 8, .receptions_most = 1000, .octets_most = 256                    \
    }

struct fixture {
    struct flight *flight;
    uint32_t slot;
};

static struct tai at_ms(double ms)
{
    return (struct tai){START + (int64_t)(ms * 1e6)};
}

static struct fixture opened(void)
{
    struct fixture f;
    struct fail fail;
    struct flight_limits limits = LIMITS;
    static const uint8_t octets[4] = {1, 2, 3, 4};
    struct emission em = {.msg_uid = 7, .octets = octets, .size = sizeof octets};
    assert_int_equal(flight_new(&f.flight, &limits, at_ms(0), &fail), 0);
    f.slot = flight_keep(f.flight, &em);
    assert_int_not_equal(f.slot, UINT32_MAX);
    return f;
}

static bool wait_until(struct fixture *f, double ms, uint32_t mark)
{
    struct reception r = {.t_avail = at_ms(ms)};
    r.fate.receiver_idx = mark;
    return flight_wait(f->flight, &r, f->slot);
}

/* Lands everything up to an instant; gives the marks in their order. */
static size_t land(struct fixture *f, double until_ms, uint32_t *marks)
{
    size_t count;
    const struct reception *due = flight_due(f->flight, at_ms(until_ms), &count);
    for (size_t i = 0; i < count; i++) {
        assert_true(due[i].t_avail.ns <= at_ms(until_ms).ns);
        assert_true(i == 0 || due[i - 1].t_avail.ns <= due[i].t_avail.ns);
        marks[i] = due[i].fate.receiver_idx;
    }
    for (size_t i = 0; i < count; i++) {
        flight_landed(f->flight, &due[i]);
    }
    return count;
}

static void lands_in_order_of_the_instant(void **state)
{
    (void)state;
    struct fixture f = opened();
    uint32_t marks[8];
    assert_true(wait_until(&f, 15, 3));
    assert_true(wait_until(&f, 5, 1));
    assert_true(wait_until(&f, 8, 2));
    assert_int_equal(land(&f, 4.9, marks), 0);
    assert_int_equal(land(&f, 20, marks), 3);
    assert_int_equal(marks[0], 1);
    assert_int_equal(marks[1], 2);
    assert_int_equal(marks[2], 3);
    assert_int_equal(flight_waiting(f.flight), 0);
    flight_free(f.flight);
}

static void ties_land_in_the_order_in_which_they_were_put(void **state)
{
    (void)state;
    struct fixture f = opened();
    uint32_t marks[100];
    for (uint32_t i = 0; i < 100; i++) {
        assert_true(wait_until(&f, 7, i));
    }
    assert_int_equal(land(&f, 10, marks), 100);
    for (uint32_t i = 0; i < 100; i++) {
        assert_int_equal(marks[i], i);
    }
    flight_free(f.flight);
}

static void what_lies_beyond_the_wheel_comes_round_again(void **state)
{
    (void)state;
    struct fixture f = opened();
    uint32_t marks[4];
    assert_true(wait_until(&f, 100000, 9)); /* the wheel is 41 s round */
    assert_true(wait_until(&f, 50000, 8));
    size_t landed = 0;
    for (double ms = 10; ms <= 120000; ms += 10) {
        size_t now = land(&f, ms, marks);
        if (now > 0) {
            assert_int_equal((int64_t)ms, landed == 0 ? 50000 : 100000);
            assert_int_equal(marks[0], landed == 0 ? 8 : 9);
        }
        landed += now;
    }
    assert_int_equal(landed, 2);
    flight_free(f.flight);
}

static void a_jump_over_idle_time_neither_loses_nor_delays(void **state)
{
    (void)state;
    struct fixture f = opened();
    uint32_t marks[4];
    assert_true(wait_until(&f, 60000, 2)); /* beyond the wheel: its place is provisional */
    assert_true(wait_until(&f, 20, 1));
    assert_true(wait_until(&f, 200000, 3));
    assert_int_equal(land(&f, 59990, marks), 1);
    assert_int_equal(marks[0], 1);
    assert_int_equal(land(&f, 60000, marks), 1);
    assert_int_equal(marks[0], 2);
    assert_int_equal(land(&f, 500000, marks), 1);
    assert_int_equal(marks[0], 3);
    flight_free(f.flight);
}

static void what_is_past_already_lands_with_the_next_pull(void **state)
{
    (void)state;
    struct fixture f = opened();
    uint32_t marks[2];
    assert_int_equal(land(&f, 100, marks), 0);
    assert_true(wait_until(&f, 50, 1));
    assert_int_equal(land(&f, 110, marks), 1);
    flight_free(f.flight);
}

static void the_end_lands_everything(void **state)
{
    (void)state;
    struct fixture f = opened();
    assert_true(wait_until(&f, 1e7, 1));
    assert_true(wait_until(&f, 10, 2));
    size_t count;
    const struct reception *due = flight_due(f.flight, (struct tai){INT64_MAX}, &count);
    assert_int_equal(count, 2);
    assert_int_equal(due[0].fate.receiver_idx, 2);
    assert_int_equal(due[1].fate.receiver_idx, 1);
    flight_free(f.flight);
}

static void full_is_refused_and_landing_makes_room(void **state)
{
    (void)state;
    struct fixture f = opened();
    uint32_t marks[1000];
    for (uint32_t i = 0; i < 1000; i++) {
        assert_true(wait_until(&f, 10.0 * (i % 700), i));
    }
    assert_false(wait_until(&f, 5, 0));
    assert_int_equal(flight_waiting(f.flight), 1000);
    assert_true(land(&f, 100, marks) > 0);
    assert_true(wait_until(&f, 105, 0));
    flight_free(f.flight);
}

static void passing_by_while_full_loses_nothing(void **state)
{
    (void)state;
    struct fixture f = opened();
    static uint32_t marks[1000];
    for (uint32_t i = 0; i < 1000; i++) {
        assert_true(wait_until(&f, 60000 + i, i)); /* all go round once */
    }
    size_t landed = 0;
    for (double ms = 10; ms <= 62000; ms += 10) {
        landed += land(&f, ms, marks);
    }
    assert_int_equal(landed, 1000);
    flight_free(f.flight);
}

static void a_message_is_kept_while_somebody_waits(void **state)
{
    (void)state;
    struct fixture f = opened();
    uint32_t marks[1];
    struct emission em = {.msg_uid = 8};
    assert_true(wait_until(&f, 10, 1));
    flight_settle(f.flight, f.slot);
    for (int i = 0; i < 7; i++) {
        assert_int_not_equal(flight_keep(f.flight, &em), UINT32_MAX);
    }
    assert_int_equal(flight_keep(f.flight, &em), UINT32_MAX); /* eight at most */
    assert_int_equal(flight_message(f.flight, f.slot)->msg_uid, 7);
    assert_int_equal(land(&f, 10, marks), 1);
    assert_int_equal(flight_keep(f.flight, &em), f.slot);
    flight_free(f.flight);
}

static void octets_are_forgotten_when_the_ring_comes_round(void **state)
{
    (void)state;
    struct fixture f = opened();
    static const uint8_t large[200] = {9};
    struct emission em = {.octets = large, .size = sizeof large};
    const struct flight_message *m = flight_message(f.flight, f.slot);
    assert_non_null(m->octets);
    assert_int_equal(m->octets[3], 4);
    assert_int_not_equal(flight_keep(f.flight, &em), UINT32_MAX);
    assert_non_null(flight_message(f.flight, f.slot)->octets); /* 204 of 256 */
    assert_int_not_equal(flight_keep(f.flight, &em), UINT32_MAX);
    assert_null(flight_message(f.flight, f.slot)->octets);
    assert_int_equal(flight_forgotten(f.flight), 1);
    flight_free(f.flight);
}

int main(void)
{
    const struct CMUnitTest flight[] = {
        cmocka_unit_test(lands_in_order_of_the_instant),
        cmocka_unit_test(ties_land_in_the_order_in_which_they_were_put),
        cmocka_unit_test(what_lies_beyond_the_wheel_comes_round_again),
        cmocka_unit_test(a_jump_over_idle_time_neither_loses_nor_delays),
        cmocka_unit_test(what_is_past_already_lands_with_the_next_pull),
        cmocka_unit_test(the_end_lands_everything),
        cmocka_unit_test(full_is_refused_and_landing_makes_room),
        cmocka_unit_test(passing_by_while_full_loses_nothing),
        cmocka_unit_test(a_message_is_kept_while_somebody_waits),
        cmocka_unit_test(octets_are_forgotten_when_the_ring_comes_round),
    };
    return cmocka_run_group_tests_name("flight", flight, NULL, NULL);
}
