/* SPDX-License-Identifier: Apache-2.0 */
/* Order, duplicates, gaps and changes of identity as a receiver sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "receiver/receiver.h"

#define START (INT64_C(700000000) * TIME_NS_PER_S)

static struct receiver *bank_of(uint32_t flows)
{
    struct receiver *bank = NULL;
    struct fail fail = {0};
    struct receiver_config config = {.flows_most = flows};
    assert_int_equal(receiver_new(&bank, &config, &fail), 0);
    return bank;
}

/* One message: its count, the instant it speaks of and that it was available (ms). */
struct heard_one {
    uint32_t receiver, sender, id;
    int cnt; /* < 0: none */
    int64_t gen_ms, avail_ms;
    uint8_t type;
};

static struct receiver_heard hear(struct receiver *bank, struct heard_one one)
{
    struct reception reception = {
        .fate = {.receiver_idx = one.receiver, .sender_idx = one.sender},
        .t_avail = {START + one.avail_ms * TIME_NS_PER_MS},
    };
    struct claim claim = {
        .known = CLAIM_ID | (one.cnt >= 0 ? CLAIM_MSG_CNT : 0u) |
                 (one.gen_ms >= 0 ? CLAIM_TIME : 0u),
        .msg_cnt = (uint8_t)(one.cnt >= 0 ? one.cnt : 0),
        .station_id = one.id,
        .t_gen = {START + one.gen_ms * TIME_NS_PER_MS},
    };
    struct receiver_heard heard;
    enum receiver_order order =
        receiver_put(bank, &reception, &claim, one.type ? one.type : MSG_BSM, &heard);
    assert_int_equal(order, heard.order);
    return heard;
}

static struct receiver_heard bsm(struct receiver *bank, int cnt, int64_t gen_ms,
                                 int64_t avail_ms)
{
    return hear(bank, (struct heard_one){.receiver = 1,
                                         .sender = 2,
                                         .id = 77,
                                         .cnt = cnt,
                                         .gen_ms = gen_ms,
                                         .avail_ms = avail_ms});
}

static void takes_the_first_message_as_in_order(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(1024);
    struct receiver_heard h = bsm(bank, 90, 0, 10);
    assert_int_equal(h.order, RECEIVER_IN_ORDER);
    assert_true(h.first);
    assert_int_equal(h.messages, 1);
    receiver_free(bank);
}

static void wraps_the_count_from_127_to_0_without_a_gap(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(1024);
    (void)bsm(bank, 126, 0, 10);
    assert_int_equal(bsm(bank, 127, 100, 110).order, RECEIVER_IN_ORDER);
    assert_int_equal(bsm(bank, 0, 200, 210).order, RECEIVER_IN_ORDER);
    assert_int_equal(bsm(bank, 1, 300, 310).seq_gap, 0);
    receiver_free(bank);
}

static void counts_the_messages_missing_over_the_wrap(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(1024);
    (void)bsm(bank, 126, 0, 10);
    struct receiver_heard h = bsm(bank, 1, 300, 310); /* 127 and 0 are missing */
    assert_int_equal(h.order, RECEIVER_GAP_BEFORE);
    assert_int_equal(h.seq_gap, 2);
    assert_true(h.seq_gap_known && h.gap_resolved);
    assert_int_equal(h.cnt_before, 126);
    assert_int_equal(h.t_before.ns, START + 10 * TIME_NS_PER_MS);
    receiver_free(bank);
}

static void says_that_a_long_silence_leaves_the_gap_unresolved(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(1024);
    (void)bsm(bank, 10, 0, 10);
    struct receiver_heard h = bsm(bank, 14, 12800 + 400, 13300);
    assert_int_equal(h.seq_gap, 3); /* or 131, or 259 */
    assert_false(h.gap_resolved);
    receiver_free(bank);
}

static void counts_127_missing_when_the_same_count_returns_after_128_intervals(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(1024);
    (void)bsm(bank, 10, 0, 10);
    assert_int_equal(bsm(bank, 10, 12800, 12810).seq_gap, 127);
    receiver_free(bank);
}

static void takes_a_count_that_stands_still_as_the_same_content_again(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(1024);
    struct heard_one spat = {
        .receiver = 1, .sender = 2, .cnt = 5, .type = MSG_SPAT, .avail_ms = 10};
    (void)hear(bank, spat);
    spat.gen_ms = 100;
    spat.avail_ms = 110;
    assert_int_equal(hear(bank, spat).order, RECEIVER_IN_ORDER);
    receiver_free(bank);
}

static void knows_a_duplicate_even_after_newer_messages(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(1024);
    (void)bsm(bank, 1, 0, 10);
    (void)bsm(bank, 2, 100, 110);
    (void)bsm(bank, 3, 200, 210);
    struct receiver_heard h = bsm(bank, 2, 100, 215);
    assert_int_equal(h.order, RECEIVER_DUPLICATE);
    assert_true(h.duplicate && !h.reordered);
    assert_int_equal(h.messages, 3);
    assert_int_equal(bsm(bank, 4, 300, 310).order, RECEIVER_IN_ORDER);
    receiver_free(bank);
}

static void calls_an_older_message_out_of_order_and_keeps_the_newest_count(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(1024);
    (void)bsm(bank, 1, 0, 10);
    assert_int_equal(bsm(bank, 3, 200, 210).seq_gap, 1);
    struct receiver_heard h = bsm(bank, 2, 100, 250);
    assert_int_equal(h.order, RECEIVER_OUT_OF_ORDER);
    assert_true(h.reordered);
    assert_int_equal(bsm(bank, 4, 300, 310).order, RECEIVER_IN_ORDER);
    receiver_free(bank);
}

static void sees_no_gap_in_a_rotation_of_the_temporary_id(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(1024);
    (void)bsm(bank, 40, 0, 10);
    struct heard_one rotated = {
        .receiver = 1, .sender = 2, .id = 78, .cnt = 99, .gen_ms = 100, .avail_ms = 110};
    struct receiver_heard h = hear(bank, rotated);
    assert_int_equal(h.order, RECEIVER_IN_ORDER);
    assert_true(h.id_changed);
    assert_false(h.seq_gap_known);
    rotated.cnt = 100;
    rotated.gen_ms = 200;
    rotated.avail_ms = 210;
    h = hear(bank, rotated);
    assert_int_equal(h.order, RECEIVER_IN_ORDER);
    assert_false(h.id_changed);
    assert_int_equal(h.messages, 3);
    receiver_free(bank);
}

static void does_not_go_back_to_the_former_id_for_a_straggler(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(1024);
    (void)bsm(bank, 40, 0, 10);
    struct heard_one new_id = {
        .receiver = 1, .sender = 2, .id = 78, .cnt = 5, .gen_ms = 200, .avail_ms = 210};
    (void)hear(bank, new_id);
    struct receiver_heard late = bsm(bank, 41, 100, 215);
    assert_int_equal(late.order, RECEIVER_OUT_OF_ORDER);
    assert_false(late.id_changed);
    new_id.cnt = 6;
    new_id.gen_ms = 300;
    new_id.avail_ms = 310;
    struct receiver_heard h = hear(bank, new_id);
    assert_int_equal(h.order, RECEIVER_IN_ORDER);
    assert_false(h.id_changed);
    receiver_free(bank);
}

static void counts_per_message_type_and_per_receiver(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(1024);
    (void)bsm(bank, 1, 0, 10);
    struct heard_one psm = {
        .receiver = 1, .sender = 2, .id = 77, .cnt = 60, .gen_ms = 50, .type = MSG_PSM};
    assert_true(hear(bank, psm).first);
    struct heard_one elsewhere = {
        .receiver = 3, .sender = 2, .id = 77, .cnt = 9, .gen_ms = 100, .avail_ms = 120};
    assert_true(hear(bank, elsewhere).first);
    assert_int_equal(bsm(bank, 2, 100, 110).order, RECEIVER_IN_ORDER);
    receiver_free(bank);
}

static void says_unknown_without_a_count_unless_the_instant_tells(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(1024);
    assert_int_equal(bsm(bank, -1, 100, 110).order, RECEIVER_UNKNOWN);
    assert_int_equal(bsm(bank, -1, 200, 210).order, RECEIVER_UNKNOWN);
    assert_int_equal(bsm(bank, -1, 100, 220).order, RECEIVER_DUPLICATE);
    assert_int_equal(bsm(bank, -1, 150, 230).order, RECEIVER_OUT_OF_ORDER);
    receiver_free(bank);
}

static void goes_by_the_count_alone_where_the_instant_is_unavailable(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(1024);
    (void)bsm(bank, 126, -1, 10);
    assert_int_equal(bsm(bank, 0, -1, 210).seq_gap, 1);
    assert_int_equal(bsm(bank, 127, -1, 220).order, RECEIVER_OUT_OF_ORDER);
    assert_int_equal(bsm(bank, 0, -1, 230).order, RECEIVER_DUPLICATE);
    assert_int_equal(bsm(bank, 1, -1, 310).order, RECEIVER_IN_ORDER);
    receiver_free(bank);
}

static void starts_anew_with_a_sender_whose_clock_went_back(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(1024);
    (void)bsm(bank, 1, 60000, 60010);
    int out_of_order = 0;
    bool restarted = false;
    for (int i = 0; i < 10; i++) {
        struct receiver_heard h = bsm(bank, 2 + i, 42000 + 100 * i, 60110 + 100 * i);
        out_of_order += h.order == RECEIVER_OUT_OF_ORDER;
        restarted = restarted || h.restarted;
    }
    assert_int_equal(out_of_order, 4);
    assert_true(restarted);
    receiver_free(bank);
}

static void forgets_the_flow_that_was_silent_longest_and_counts_it(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(RECEIVER_SHARDS * 4); /* four flows per shard */
    struct heard_one one = {.receiver = 1, .id = 5, .cnt = 1};
    for (uint32_t sender = 10; sender < 14; sender++) {
        one.sender = sender;
        one.avail_ms++;
        (void)hear(bank, one);
    }
    one.sender = 10; /* touched again: now 11 is the oldest */
    one.cnt = 2;
    one.gen_ms = 100;
    (void)hear(bank, one);
    one.sender = 14;
    assert_true(hear(bank, one).first);
    assert_int_equal(receiver_counters(bank).forgotten, 1);
    assert_int_equal(receiver_counters(bank).flows, 4);
    one.cnt = 3;
    one.gen_ms = 200;
    one.sender = 10;
    assert_false(hear(bank, one).first);
    one.sender = 11;
    assert_true(hear(bank, one).first);
    receiver_free(bank);
}

static void survives_a_million_flows_in_a_table_of_a_thousand(void **state)
{
    (void)state;
    struct receiver *bank = bank_of(1024);
    for (uint32_t i = 0; i < 1000000; i++) {
        struct heard_one one = {
            .receiver = i % 1000, .sender = (i * 2654435761u) >> 9, .cnt = (int)(i % 128)};
        (void)hear(bank, one);
    }
    struct receiver_counters c = receiver_counters(bank);
    assert_int_equal(c.messages, 1000000);
    assert_true(c.flows <= 1024);
    assert_true(c.forgotten > 900000);
    receiver_free(bank);
}

static void refuses_a_table_smaller_than_its_shards(void **state)
{
    (void)state;
    struct receiver *bank = NULL;
    struct fail fail = {0};
    struct receiver_config config = {.flows_most = 3};
    assert_int_equal(receiver_new(&bank, &config, &fail), RESULT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_first_message_as_in_order),
        cmocka_unit_test(wraps_the_count_from_127_to_0_without_a_gap),
        cmocka_unit_test(counts_the_messages_missing_over_the_wrap),
        cmocka_unit_test(says_that_a_long_silence_leaves_the_gap_unresolved),
        cmocka_unit_test(
            counts_127_missing_when_the_same_count_returns_after_128_intervals),
        cmocka_unit_test(takes_a_count_that_stands_still_as_the_same_content_again),
        cmocka_unit_test(knows_a_duplicate_even_after_newer_messages),
        cmocka_unit_test(calls_an_older_message_out_of_order_and_keeps_the_newest_count),
        cmocka_unit_test(sees_no_gap_in_a_rotation_of_the_temporary_id),
        cmocka_unit_test(does_not_go_back_to_the_former_id_for_a_straggler),
        cmocka_unit_test(counts_per_message_type_and_per_receiver),
        cmocka_unit_test(says_unknown_without_a_count_unless_the_instant_tells),
        cmocka_unit_test(goes_by_the_count_alone_where_the_instant_is_unavailable),
        cmocka_unit_test(starts_anew_with_a_sender_whose_clock_went_back),
        cmocka_unit_test(forgets_the_flow_that_was_silent_longest_and_counts_it),
        cmocka_unit_test(survives_a_million_flows_in_a_table_of_a_thousand),
        cmocka_unit_test(refuses_a_table_smaller_than_its_shards),
    };
    return cmocka_run_group_tests_name("receiver", tests, NULL, NULL);
}
