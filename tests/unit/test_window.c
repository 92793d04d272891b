/* SPDX-License-Identifier: Apache-2.0 */
/* Windows by hand: what followed within 5 s, what could not be seen, and which windows
 * without event are alike. */
#include "label/window.h"
#include "tests/unit/test_label_help.h"

static struct windows *make(size_t egos)
{
    struct windows *w;
    struct fail fail;
    assert_int_equal(windows_new(&w, egos, 3, &fail), 0);
    return w;
}

static void open_at(struct windows *w, size_t place, int ms, double speed, uint32_t near)
{
    struct window window = {.uid = windows_uid(w, (uint32_t)place, at_ms(ms)),
                            .ego = (uint32_t)place,
                            .t = at_ms(ms),
                            .speed_mps = speed,
                            .near = near};
    windows_open(w, place, &window);
}

static void event_at(struct windows *w, int ms, uint16_t leaf)
{
    struct window_event event = {at_ms(ms), leaf, 77, 5};
    windows_event(w, 0, &event);
}

static struct window take(struct windows *w)
{
    struct window out;
    assert_true(windows_take(w, &out));
    return out;
}

static void a_window_is_labelled_by_the_worst_that_follows_within_five_seconds(void **state)
{
    (void)state;
    struct windows *w = make(1);
    open_at(w, 0, 1000, 10, 3);
    event_at(w, 3000, LEAF_ENC_OUT_CONFLICT);
    event_at(w, 4500, LEAF_ENC_OUT_NEAR_MISS);
    event_at(w, 6001, LEAF_ENC_OUT_COLLISION); /* too late for it */
    windows_step(w, at_ms(6000));
    windows_close(w, 0, at_ms(6500));
    windows_finish(w);
    struct window got = take(w);
    is_leaf(got.label.leaf, "seq.out.pre_near_miss");
    near_to(got.label.value, 3.5, 1e-12);
    assert_int_equal(got.t_known.ns, at_ms(6000).ns); /* worse could have come until then */
    assert_int_equal(got.enc_id, 77);
    windows_free(w);
}

static void a_collision_is_known_when_it_happens(void **state)
{
    (void)state;
    struct windows *w = make(1);
    open_at(w, 0, 0, 10, 3);
    event_at(w, 5000, LEAF_ENC_OUT_COLLISION); /* the horizon is closed at its end */
    windows_step(w, at_ms(5000));
    windows_finish(w);
    struct window got = take(w);
    is_leaf(got.label.leaf, "seq.out.pre_collision");
    assert_int_equal(got.t_known.ns, at_ms(5000).ns);
    windows_free(w);
}

static void an_event_at_its_end_belongs_to_the_window_and_is_no_outcome(void **state)
{
    (void)state;
    struct windows *w = make(1);
    open_at(w, 0, 0, 10, 3);
    open_at(w, 0, 1000, 10, 3);
    event_at(w, 1000, LEAF_ENC_OUT_NEAR_MISS);
    windows_step(w, at_ms(6000));
    windows_finish(w);
    is_leaf(take(w).label.leaf, "seq.out.no_event"); /* of 1000 */
    is_leaf(take(w).label.leaf, "seq.out.pre_near_miss");
    windows_free(w);
}

static void fewer_than_five_seconds_without_event_are_censored(void **state)
{
    (void)state;
    struct windows *w = make(1);
    open_at(w, 0, 1000, 10, 3);
    open_at(w, 0, 2000, 10, 3);
    windows_step(w, at_ms(6999));
    is_leaf(take(w).label.leaf, "seq.out.no_event");
    windows_close(w, 0, at_ms(6999));
    struct window got = take(w);
    is_leaf(got.label.leaf, "seq.out.censored");
    assert_int_equal(got.t_known.ns, at_ms(6999).ns);
    windows_free(w);
}

static void an_interaction_is_no_event(void **state)
{
    (void)state;
    struct windows *w = make(1);
    open_at(w, 0, 1000, 10, 3);
    event_at(w, 2000, LEAF_ENC_OUT_INTERACTION);
    event_at(w, 2000, LEAF_ENC_OUT_CENSORED);
    windows_step(w, at_ms(6000));
    is_leaf(take(w).label.leaf, "seq.out.no_event");
    windows_free(w);
}

static void a_positive_waits_for_two_negatives_of_its_speed_and_company(void **state)
{
    (void)state;
    struct windows *w = make(1);
    open_at(w, 0, 0, 10, 8);
    open_at(w, 0, 1000, 11.9, 10); /* alike: 1.9 m/s, 2 agents */
    open_at(w, 0, 2000, 12.1, 8);  /* too fast */
    open_at(w, 0, 3000, 10, 11);   /* too much company */
    open_at(w, 0, 4000, 8, 6);     /* alike */
    open_at(w, 0, 5000, 10, 8);    /* alike, and one too many */
    event_at(w, 500, LEAF_ENC_OUT_CONFLICT);
    windows_step(w, at_ms(5000));
    struct window none;
    assert_false(windows_take(w, &none)); /* it waits */
    windows_step(w, at_ms(10000));
    windows_finish(w);
    struct window got = {0};
    size_t count = 0, place = 0;
    for (struct window each; windows_take(w, &each); count++) {
        if (each.has_event) {
            got = each;
            place = count;
        }
    }
    assert_int_equal(count, 6);
    assert_int_equal(place, 4); /* let go with its second match, not at the end */
    assert_int_equal(got.matched_count, 2);
    assert_true(got.matched[0] == windows_uid(w, 0, at_ms(1000)));
    assert_true(got.matched[1] == windows_uid(w, 0, at_ms(4000)));
    windows_free(w);
}

static void without_a_match_a_positive_comes_at_the_end(void **state)
{
    (void)state;
    struct windows *w = make(1);
    open_at(w, 0, 0, 10, 8);
    event_at(w, 500, LEAF_ENC_OUT_CONFLICT);
    windows_step(w, at_ms(5000));
    windows_finish(w);
    assert_int_equal(take(w).matched_count, 0);
    windows_free(w);
}

static void when_full_of_events_the_mildest_gives_way(void **state)
{
    (void)state;
    struct windows *w = make(1);
    open_at(w, 0, 0, 10, 8);
    for (int i = 0; i < WINDOWS_EVENTS; i++) {
        event_at(w, 100 + i, LEAF_ENC_OUT_CONFLICT);
    }
    event_at(w, 4000, LEAF_ENC_OUT_COLLISION);
    windows_step(w, at_ms(5000));
    windows_finish(w);
    is_leaf(take(w).label.leaf, "seq.out.pre_collision");
    windows_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_window_is_labelled_by_the_worst_that_follows_within_five_seconds),
        cmocka_unit_test(a_collision_is_known_when_it_happens),
        cmocka_unit_test(an_event_at_its_end_belongs_to_the_window_and_is_no_outcome),
        cmocka_unit_test(fewer_than_five_seconds_without_event_are_censored),
        cmocka_unit_test(an_interaction_is_no_event),
        cmocka_unit_test(a_positive_waits_for_two_negatives_of_its_speed_and_company),
        cmocka_unit_test(without_a_match_a_positive_comes_at_the_end),
        cmocka_unit_test(when_full_of_events_the_mildest_gives_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
