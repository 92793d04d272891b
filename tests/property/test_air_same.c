/* SPDX-License-Identifier: Apache-2.0 */
/* Over random worlds, configurations and ways of asking: the rows do not depend on threads,
 * on how the work is cut or on the room given; they are exactly the intended pairs that a
 * plain double loop finds; and the ledger closes. Every failure prints its seed. */
#include "tests/unit/test_air_world.h"

#define WORLDS   24
#define ROOM     (1u << 18)
#define TICKS    12
#define SAY_MOST 600

static uint64_t luck(uint64_t seed, uint64_t *n)
{
    return draw_bits(draw_key(seed, DRAW_SAMPLE), 0, (*n)++);
}

static double between(uint64_t seed, uint64_t *n, double least, double most)
{
    return least + (most - least) * draw_uniform(luck(seed, n));
}

static struct air_config random_config(uint64_t seed, uint64_t *n)
{
    struct air_config c = world_config((int)(luck(seed, n) % TIER_COUNT));
    c.intended_range_m = between(seed, n, 20, 800);
    c.deadline_ms = between(seed, n, 0, 300);
    if (luck(seed, n) % 2) {
        c.tier.loss_p = between(seed, n, 0, 1);
        c.tier.loss_r = between(seed, n, 0.01, 1);
    }
    if (luck(seed, n) % 2) {
        c.tier.outage_gap_mean_s = between(seed, n, 0.01, 2);
        c.tier.outage_max_s = between(seed, n, 0.02, 3);
        c.tier.outage_min_s = between(seed, n, 0, 0.02);
    }
    c.impairment_count = (int)(luck(seed, n) % 5);
    for (int i = 0; i < c.impairment_count; i++) {
        double from_s = between(seed, n, 0, 1);
        c.impairments[i] = (struct impairment){
            .from_s = from_s,
            .to_s = from_s + between(seed, n, 0, 1),
            .link = (enum link_class)(luck(seed, n) % LINK_CLASS_COUNT),
            .dropout = luck(seed, n) % 4 == 0,
            .loss = between(seed, n, 0, 1),
            .latency_ms = between(seed, n, 0, 200),
            .latency_jitter_ms = between(seed, n, 0, 50),
            .agent = luck(seed, n) % 2 ? AGENT_NONE : (uint32_t)(luck(seed, n) % 20)};
    }
    return c;
}

static struct world *random_world(uint64_t seed, uint64_t *n)
{
    struct world *w = world_new(2 + luck(seed, n) % 700);
    double side_m = between(seed, n, 50, 20000);
    double height_m = luck(seed, n) % 2 ? 20 : side_m;
    for (size_t i = 0; i < w->count; i++) {
        w->x_m[i] = between(seed, n, -side_m / 2, side_m / 2);
        w->y_m[i] = between(seed, n, -height_m / 2, height_m / 2);
        w->vx_mps[i] = between(seed, n, -40, 40);
        w->vy_mps[i] = between(seed, n, -40, 40);
        w->kinds[i] = (uint8_t)(luck(seed, n) % KIND_COUNT);
        w->receives[i] = luck(seed, n) % 5 != 0;
    }
    return w;
}

static bool same_row(const struct reception *a, const struct reception *b)
{
    return memcmp(&a->fate, &b->fate, sizeof a->fate) == 0 && a->emission == b->emission &&
           a->t_gen.ns == b->t_gen.ns && a->t_tx.ns == b->t_tx.ns &&
           a->t_rx.ns == b->t_rx.ns && a->t_avail.ns == b->t_avail.ns;
}

/* How one run asks. */
struct way {
    int threads;
    size_t most_at_once, room;
};

struct run {
    struct air *air;
    struct pool *pool;
    struct reception *rows;
    size_t count;
};

static size_t decide_all(struct run *run, const struct way *way,
                         const struct air_stations *stations, const struct emission *e,
                         size_t count)
{
    size_t rows = 0;
    struct air_work work = {e, 0, 0};
    air_tick(run->air, stations);
    while (work.first < count) {
        work.last = work.first + way->most_at_once;
        work.last = work.last < count ? work.last : count;
        size_t bound = air_bound(run->air, &work);
        size_t got = air_decide(run->air, &work, run->pool, run->rows + rows, way->room,
                                &work.first);
        assert_true(got <= bound);
        rows += got;
        assert_true(rows <= ROOM - 4096);
    }
    return rows;
}

/* The pairs that must be there, by the plain definition. */
static void check_pairs(const struct world *w, const struct air_config *config,
                        const struct air_stations *stations, const struct emission *e,
                        size_t count, const struct reception *rows, size_t got)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (e[i].suppressed_by != SUPPRESSED_NONE) {
            continue;
        }
        double back_s = span_s(tai_since(stations->t, e[i].t_tx));
        for (uint32_t r = 0; r < w->count; r++) {
            double dx = w->x_m[r] - w->vx_mps[r] * back_s - e[i].truth.x_m;
            double dy = w->y_m[r] - w->vy_mps[r] * back_s - e[i].truth.y_m;
            if (r == e[i].sender_idx || !w->receives[r] ||
                sqrt(dx * dx + dy * dy) > config->intended_range_m) {
                continue;
            }
            assert_true(at < got);
            assert_int_equal(rows[at].emission, i);
            assert_int_equal(rows[at].fate.receiver_idx, r);
            assert_int_equal(rows[at].fate.msg_uid, e[i].msg_uid);
            at++;
        }
    }
    assert_int_equal(at, got);
}

static size_t random_emissions(const struct world *w, uint64_t seed, uint64_t *n, int tick,
                               struct emission *e)
{
    size_t count = luck(seed, n) % (SAY_MOST / 4);
    count = count < w->count ? count : w->count;
    for (size_t i = 0; i < count; i++) {
        uint32_t sender = (uint32_t)(luck(seed, n) % w->count);
        double t_s = 0.1 * tick + between(seed, n, 0, 0.1);
        e[i] = world_emission(w, sender, (uint32_t)tick * 10 + (uint32_t)(i % 10), t_s);
        e[i].msg_uid = emission_uid(sender, MSG_BSM, (uint32_t)(1000 * tick) + (uint32_t)i);
        if (luck(seed, n) % 6 == 0) {
            e[i].suppressed_by = SUPPRESSED_INTERVAL;
        }
    }
    return count;
}

static void tally(struct air_ledger *sum, const struct reception *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct fate *f = &rows[i].fate;
        sum->intended++;
        sum->delivered += f->fate == FATE_DELIVERED;
        sum->late += (f->flags & FATE_LATE) != 0;
        sum->lost[f->cause] += f->fate == FATE_LOST;
        assert_true((f->fate == FATE_DELIVERED) == (f->cause == CAUSE_NONE));
        assert_true((f->valid & FATE_HAS_T_RX) ? rows[i].t_rx.ns >= rows[i].t_tx.ns
                                               : f->t_rx_ns == 0);
    }
}

static void one_world(uint64_t seed)
{
    static const struct way ways[] = {
        {1, 100000, 8192}, {2, 100000, 8192}, {3, 100000, 8192}, {1, 7, 1024}, {3, 5, 900}};
    enum { WAYS = sizeof ways / sizeof ways[0] };
    uint64_t n = 0;
    struct air_config config = random_config(seed, &n);
    struct world *w = random_world(seed, &n);
    struct run runs[WAYS] = {0};
    struct fail fail;
    struct emission *e = calloc(SAY_MOST, sizeof *e);
    struct air_ledger sum = {0};
    for (size_t i = 0; i < WAYS; i++) {
        runs[i].air = world_air(w, &config, seed, ways[i].threads);
        assert_int_equal(pool_new(&runs[i].pool, ways[i].threads, &fail), 0);
        runs[i].rows = calloc(ROOM, sizeof *runs[i].rows);
        assert_non_null(runs[i].rows);
    }
    for (int tick = 0; tick < TICKS; tick++) {
        struct air_stations stations = world_at(w, 0.1 * (tick + 1));
        size_t count = random_emissions(w, seed, &n, tick, e);
        for (size_t i = 0; i < WAYS; i++) {
            runs[i].count = decide_all(&runs[i], &ways[i], &stations, e, count);
            assert_int_equal(runs[i].count, runs[0].count);
            for (size_t r = 0; r < runs[i].count; r++) {
                assert_true(same_row(&runs[i].rows[r], &runs[0].rows[r]));
            }
        }
        check_pairs(w, &config, &stations, e, count, runs[0].rows, runs[0].count);
        tally(&sum, runs[0].rows, runs[0].count);
    }
    for (size_t i = 0; i < WAYS; i++) {
        assert_memory_equal(air_ledger(runs[i].air), &sum, sizeof sum);
        air_free(runs[i].air);
        pool_free(runs[i].pool);
        free(runs[i].rows);
    }
    free(e);
    free(w);
}

static void rows_depend_on_nothing_but_the_world(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        print_message("seed %llu\n", (unsigned long long)seed);
        one_world(seed);
    }
}

static void another_seed_gives_other_losses(void **state)
{
    (void)state;
    struct world *w = world_new(200);
    struct air_config config = world_config(TIER_D4);
    struct reception a[256];
    struct reception b[256];
    struct emission e = world_emission(w, 0, 0, 1);
    struct air *first = world_air(w, &config, 1, 1);
    struct air *second = world_air(w, &config, 2, 1);
    size_t rows = world_say(first, w, &e, 1, a, 256);
    assert_int_equal(world_say(second, w, &e, 1, b, 256), rows);
    size_t different = 0;
    for (size_t i = 0; i < rows; i++) {
        different += a[i].fate.fate != b[i].fate.fate;
    }
    assert_true(different > 40); /* 2 * 0.3 * 0.7 of 199 = 84 expected */
    air_free(first);
    air_free(second);
    free(w);
}

static void a_receiver_more_does_not_change_the_luck_of_the_others(void **state)
{
    (void)state;
    struct world *w = world_new(100);
    struct air_config config = world_config(TIER_D4);
    struct reception a[256];
    struct reception b[256];
    struct emission e = world_emission(w, 0, 3, 1);
    struct air *air = world_air(w, &config, 1, 1);
    size_t before = world_say(air, w, &e, 1, a, 256);
    w->count = 101;
    w->receives[100] = true;
    assert_int_equal(world_say(air, w, &e, 1, b, 256), before + 1);
    for (size_t i = 0; i < before; i++) {
        assert_true(same_row(&a[i], &b[i]));
    }
    air_free(air);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_depend_on_nothing_but_the_world),
        cmocka_unit_test(another_seed_gives_other_losses),
        cmocka_unit_test(a_receiver_more_does_not_change_the_luck_of_the_others),
    };
    return cmocka_run_group_tests_name("air_same", tests, NULL, NULL);
}
