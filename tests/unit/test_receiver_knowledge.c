/* SPDX-License-Identifier: Apache-2.0 */
/* What an ego knows of each sender as of an instant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "receiver/knowledge.h"

#define START (INT64_C(700000000) * TIME_NS_PER_S)

static struct tai at_ms(int64_t ms)
{
    return (struct tai){START + ms * TIME_NS_PER_MS};
}

static struct knowledge *knowledge_of(uint32_t senders_most)
{
    static const uint32_t egos[] = {4, 7};
    struct knowledge *k = NULL;
    struct fail fail = {0};
    struct knowledge_config config = {
        .egos = egos, .ego_count = 2, .agents_most = 100, .senders_most = senders_most};
    assert_int_equal(knowledge_new(&k, &config, &fail), 0);
    return k;
}

static void put(struct knowledge *k, uint32_t ego, uint32_t sender, int64_t gen_ms,
                int64_t avail_ms, uint8_t type)
{
    struct reception reception = {
        .fate = {.receiver_idx = ego, .sender_idx = sender, .msg_uid = (uint64_t)gen_ms},
        .t_avail = at_ms(avail_ms)};
    struct claim claim = {.known = CLAIM_POSITION | (gen_ms >= 0 ? CLAIM_TIME : 0u),
                          .t_gen = at_ms(gen_ms)};
    knowledge_put(k, &reception, &claim, type);
}

static void gives_the_newest_message_that_was_available_by_then(void **state)
{
    (void)state;
    struct knowledge *k = knowledge_of(10);
    struct known out[4];
    put(k, 4, 9, 0, 50, MSG_BSM);
    put(k, 4, 9, 100, 350, MSG_BSM); /* slow */
    put(k, 4, 9, 200, 230, MSG_BSM); /* overtakes */
    assert_int_equal(knowledge_as_of(k, 4, at_ms(229), out, 4), 1);
    assert_int_equal(out[0].msg_uid, 0);
    assert_int_equal(knowledge_as_of(k, 4, at_ms(230), out, 4), 1);
    assert_int_equal(out[0].msg_uid, 200);
    assert_int_equal(knowledge_as_of(k, 4, at_ms(400), out, 4), 1);
    assert_int_equal(out[0].msg_uid, 200);
    knowledge_free(k);
}

static void knows_nothing_before_the_first_message_is_available(void **state)
{
    (void)state;
    struct knowledge *k = knowledge_of(10);
    struct known out[4];
    put(k, 4, 9, 0, 50, MSG_BSM);
    assert_int_equal(knowledge_as_of(k, 4, at_ms(49), out, 4), 0);
    knowledge_free(k);
}

static void iterates_senders_in_order_of_their_index(void **state)
{
    (void)state;
    struct knowledge *k = knowledge_of(10);
    struct known out[4];
    put(k, 7, 30, 0, 5, MSG_PSM);
    put(k, 7, 2, 0, 6, MSG_CAM);
    put(k, 7, 19, 0, 7, MSG_VAM);
    assert_int_equal(knowledge_as_of(k, 7, at_ms(10), out, 4), 3);
    assert_int_equal(out[0].sender_idx, 2);
    assert_int_equal(out[1].sender_idx, 19);
    assert_int_equal(out[2].sender_idx, 30);
    assert_int_equal(knowledge_as_of(k, 4, at_ms(10), out, 4), 0);
    knowledge_free(k);
}

static void makes_no_track_of_messages_that_say_no_position(void **state)
{
    (void)state;
    struct knowledge *k = knowledge_of(10);
    struct known out[4];
    put(k, 4, 9, 0, 5, MSG_DENM);
    put(k, 4, 9, 0, 5, MSG_SPAT);
    put(k, 4, 9, 0, 5, MSG_MAP);
    assert_int_equal(knowledge_as_of(k, 4, at_ms(10), out, 4), 0);
    knowledge_free(k);
}

static void keeps_no_memory_for_receivers_that_are_no_ego(void **state)
{
    (void)state;
    struct knowledge *k = knowledge_of(10);
    struct known out[4];
    put(k, 5, 9, 0, 5, MSG_BSM);
    assert_int_equal(knowledge_as_of(k, 5, at_ms(10), out, 4), 0);
    knowledge_free(k);
}

static void forgets_the_sender_heard_longest_ago_when_full(void **state)
{
    (void)state;
    struct knowledge *k = knowledge_of(2);
    struct known out[4];
    put(k, 4, 9, 0, 5, MSG_BSM);
    put(k, 4, 8, 0, 6, MSG_BSM);
    put(k, 4, 9, 100, 105, MSG_BSM);
    put(k, 4, 50, 100, 110, MSG_BSM);
    assert_int_equal(knowledge_as_of(k, 4, at_ms(200), out, 4), 2);
    assert_int_equal(out[0].sender_idx, 9);
    assert_int_equal(out[1].sender_idx, 50);
    assert_int_equal(knowledge_forgotten(k), 1);
    knowledge_free(k);
}

static void recovers_within_its_depth_from_a_claim_of_the_far_future(void **state)
{
    (void)state;
    struct knowledge *k = knowledge_of(2);
    struct known out[4];
    put(k, 4, 9, 18000, 5, MSG_BSM);
    for (int i = 0; i < KNOWLEDGE_DEPTH; i++) {
        put(k, 4, 9, 100 * i, 100 * i + 10, MSG_BSM);
    }
    assert_int_equal(knowledge_as_of(k, 4, at_ms(5000), out, 4), 1);
    assert_int_equal(out[0].msg_uid, 100 * (KNOWLEDGE_DEPTH - 1));
    knowledge_free(k);
}

static void refuses_an_ego_that_is_named_twice(void **state)
{
    (void)state;
    static const uint32_t egos[] = {4, 4};
    struct knowledge *k = NULL;
    struct fail fail = {0};
    struct knowledge_config config = {
        .egos = egos, .ego_count = 2, .agents_most = 100, .senders_most = 10};
    assert_int_equal(knowledge_new(&k, &config, &fail), RESULT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_newest_message_that_was_available_by_then),
        cmocka_unit_test(knows_nothing_before_the_first_message_is_available),
        cmocka_unit_test(iterates_senders_in_order_of_their_index),
        cmocka_unit_test(makes_no_track_of_messages_that_say_no_position),
        cmocka_unit_test(keeps_no_memory_for_receivers_that_are_no_ego),
        cmocka_unit_test(forgets_the_sender_heard_longest_ago_when_full),
        cmocka_unit_test(recovers_within_its_depth_from_a_claim_of_the_far_future),
        cmocka_unit_test(refuses_an_ego_that_is_named_twice),
    };
    return cmocka_run_group_tests_name("receiver_knowledge", tests, NULL, NULL);
}
