/* SPDX-License-Identifier: Apache-2.0 */
/* Phones: what their PSMs claim is wrong as a phone is wrong, and the truth stays. */
#include "test_senders_help.h"

#define PHONES 400

/* People who stand or walk, on a grid, each with such a phone. */
static struct fixture open_phones(const char *phone, const char *tier, double speed_mps,
                                  double duration_s)
{
    struct bytes text = {0};
    bytes_format(&text,
                 "duration_s: %.0f\nagents: [{id: e, kind: car, ego: true, at_m: [0, 0]}]\n"
                 "traffic: [{id: p, count: %d, agent: {kind: pedestrian, phone: {%s}, "
                 "path_m: [[0, 0], [900, 0]], speed_mps: %g}, step: {path_m.0.1: 0.5, "
                 "path_m.1.1: 0.5}}]\n",
                 duration_s, PHONES, phone, speed_mps);
    bytes_u8(&text, 0);
    struct fixture f = open_text((const char *)text.data, tier, 3);
    bytes_close(&text);
    return f;
}

/* What a run's PSMs say. */
struct heard {
    double square_m2; /* mean square of the radial error of the first message of each */
    double change_m2; /* mean square of its change over ten messages, per axis */
    double clock_least_s, clock_most_s;
    uint32_t firsts, late, early;
    uint32_t sent[20]; /* of all phones, per second */
};

static struct heard listen(struct fixture *f)
{
    static double first[PHONES + 1][2];
    static uint32_t count[PHONES + 1];
    struct heard h = {.clock_least_s = 1e9};
    struct source_tick t;
    struct fail fail = {0};
    const struct geo_origin *o = &f->scenario->origin;
    uint32_t changes = 0;
    memset(count, 0, sizeof count);
    while (f->source.tick(f->source.self, &t, &fail) == 1) {
        for (size_t i = 0; i < t.emission_count; i++) {
            const struct emission *e = &t.emissions[i];
            double x, y;
            if (e->msg_type != MSG_PSM || e->suppressed_by != SUPPRESSED_NONE) {
                continue;
            }
            geo_to_enu(o, e->message->psm.lat_deg, e->message->psm.lon_deg, &x, &y);
            uint32_t who = e->sender_idx;
            double error[2] = {x - e->truth.x_m, y - e->truth.y_m};
            double clock = (double)(e->t_gen_stamped.ns - e->t_gen.ns) / 1e9;
            double second = (double)tai_since(e->t_gen, world_start(f->world)).ns / 1e9;
            h.sent[(int)second < 19 ? (int)second : 19]++;
            h.late += clock < 0;
            h.early += clock > 0;
            h.clock_least_s = fmin(h.clock_least_s, fabs(clock));
            h.clock_most_s = fmax(h.clock_most_s, fabs(clock));
            if (count[who]++ == 0) {
                memcpy(first[who], error, sizeof error);
                h.square_m2 += error[0] * error[0] + error[1] * error[1];
                h.firsts++;
            } else if (count[who] == 11) {
                double dx = error[0] - first[who][0];
                double dy = error[1] - first[who][1];
                h.change_m2 += 0.5 * (dx * dx + dy * dy);
                changes++;
            }
        }
    }
    h.square_m2 /= h.firsts ? h.firsts : 1;
    h.change_m2 /= changes ? changes : 1;
    return h;
}

static void positions_err_as_their_surroundings_make_them(void **state)
{
    (void)state;
    static const struct {
        const char *phone;
        double least_m, most_m; /* RMS */
    } classes[] = {
        {"gnss: open_sky", 3, 5}, {"gnss: suburban", 5, 10}, {"gnss: canyon", 15, 30}};
    for (int i = 0; i < 3; i++) {
        struct fixture f = open_phones(classes[i].phone, "d0", 1, 3);
        struct heard h = listen(&f);
        assert_int_equal(h.firsts, PHONES);
        /* uniform RMS between a and b: its mean square is (a2 + ab + b2) / 3; 400 draws of
         * a two-dimensional error know it to 5 % */
        double a = classes[i].least_m;
        double b = classes[i].most_m;
        double mean = (a * a + a * b + b * b) / 3;
        assert_true(fabs(h.square_m2 / mean - 1) < 0.2);
        /* ten messages are a second: an error that wanders over 20 to 60 s changes by
         * 2 sigma2 (1 - exp(-1/tau)), 3.3 to 9.8 % of sigma2 */
        double share = h.change_m2 / (0.5 * mean);
        assert_true(share > 0.033 && share < 0.098);
        close_world(&f);
    }
}

static void without_a_word_about_it_a_phone_is_as_good_as_its_tier(void **state)
{
    (void)state;
    struct fixture f = open_phones("placement: hand", "d0", 1, 2);
    struct heard h = listen(&f);
    assert_int_equal(h.firsts, PHONES);
    assert_true(h.square_m2 < 1e-6 && h.clock_most_s == 0);
    close_world(&f);
}

static void clocks_are_off_as_far_as_their_source_lets_them(void **state)
{
    (void)state;
    static const struct {
        const char *phone;
        double least_s, most_s;
    } sources[] = {{"clock: gnss", 0.001, 0.010}, {"clock: ntp", 0.005, 0.050}};
    for (int i = 0; i < 2; i++) {
        struct fixture f = open_phones(sources[i].phone, "d0", 1, 2);
        struct heard h = listen(&f);
        double span = sources[i].most_s - sources[i].least_s;
        assert_true(h.clock_least_s >= sources[i].least_s &&
                    h.clock_most_s <= sources[i].most_s);
        /* of 400 the least and the most are near the ends, and both signs occur */
        assert_true(h.clock_least_s < sources[i].least_s + 0.03 * span);
        assert_true(h.clock_most_s > sources[i].most_s - 0.03 * span);
        assert_true(h.late > h.early / 2 && h.early > h.late / 2);
        close_world(&f);
    }
}

static void a_phone_that_saves_its_battery_sends_once_a_second(void **state)
{
    (void)state;
    struct fixture f = open_phones("battery_saver_s: 4", "d0", 1, 10);
    struct heard h = listen(&f);
    for (int second = 1; second < 9; second++) {
        double each = (double)h.sent[second] / PHONES;
        assert_true(fabs(each - (second < 4 ? 10 : 1)) < 0.1);
    }
    close_world(&f);
}

static void phones_keep_the_truth_and_their_slots(void **state)
{
    (void)state;
    struct fixture f =
        open_phones("gnss: canyon, clock: ntp, battery_saver_s: 0", "d0", 1, 2);
    struct fixture g = open_phones("placement: hand", "d0", 1, 2);
    struct source_tick a, b;
    struct fail fail = {0};
    while (f.source.tick(f.source.self, &a, &fail) == 1) {
        assert_int_equal(g.source.tick(g.source.self, &b, &fail), 1);
        assert_memory_equal(a.truth, b.truth, a.agent_count * sizeof *a.truth);
        assert_int_equal(a.emission_count, b.emission_count);
        for (size_t i = 0; i < a.emission_count; i++) {
            assert_true(a.emissions[i].msg_uid == b.emissions[i].msg_uid);
            assert_true(a.emissions[i].t_gen.ns == b.emissions[i].t_gen.ns);
        }
    }
    close_world(&f);
    close_world(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_err_as_their_surroundings_make_them),
        cmocka_unit_test(without_a_word_about_it_a_phone_is_as_good_as_its_tier),
        cmocka_unit_test(clocks_are_off_as_far_as_their_source_lets_them),
        cmocka_unit_test(a_phone_that_saves_its_battery_sends_once_a_second),
        cmocka_unit_test(phones_keep_the_truth_and_their_slots),
    };
    return cmocka_run_group_tests_name("phone", tests, NULL, NULL);
}
