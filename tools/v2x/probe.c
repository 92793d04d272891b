/* SPDX-License-Identifier: Apache-2.0 */
/* Samples by heart; see probe.h. */
#include "tools/v2x/probe.h"

#include <stdlib.h>
#include <string.h>

#include "label/leaf.h"
#include "tools/v2x/rerule.h"
#include "tools/v2x/tally.h"

const char *const probe_features[PROBE_FEATURES] = {
    "identity", "partner", "pseudonym", "rate", "senders", "timing", "row_order"};

#define TIMING_NS      INT64_C(1000000000) /* phase of the second ... */
#define TIMING_BINS    10
#define ROW_ORDER_BINS 20 /* of a dataset's rows */
#define RATE_STEP      5  /* messages of a window are taken in steps */

struct samples {
    struct probe_sample *list;
    size_t count, room;
};

static bool add(struct samples *s, const struct probe_sample *sample)
{
    if (s->count == s->room) {
        size_t room = s->room ? 2 * s->room : 1024;
        struct probe_sample *list = realloc(s->list, room * sizeof *list);
        if (!list) {
            return false;
        }
        s->list = list;
        s->room = room;
    }
    s->list[s->count++] = *sample;
    return true;
}

/* What the newest message of each window was, and under which id it came. */
struct newest {
    struct tally_pairs of_window; /* (world, seq_uid) -> msg_uid */
    struct tally_pairs station;   /* (world, msg_uid) -> station_id */
};

static int read_pairs(struct tally_pairs *pairs, const struct folder *folder,
                      const char *table, const char *key, const char *value,
                      struct fail *fail)
{
    const char *const names[] = {"world_id", key, value, NULL};
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, table, names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value world = folder_scan_value(&scan, 0);
        struct parquet_value k = folder_scan_value(&scan, 1);
        struct parquet_value v = folder_scan_value(&scan, 2);
        if (v.null) {
            continue;
        }
        uint64_t whole = tally_key(k.bits, &world);
        if (pairs->count > 0 && pairs->list[pairs->count - 1].key == whole) {
            pairs->list[pairs->count - 1].value = v.bits; /* the newest stands last */
        } else {
            tally_pairs_add(pairs, whole, v.bits);
        }
    }
    folder_scan_close(&scan);
    tally_pairs_sort(pairs);
    return code == 0 && pairs->failed ? fail_set(fail, RESULT_MEMORY, "out of memory")
                                      : code;
}

static void newest_features(const struct newest *n, const struct parquet_value *world,
                            uint64_t seq_uid, struct probe_sample *sample)
{
    const struct tally_pair *message =
        tally_pairs_find(&n->of_window, tally_key(seq_uid, world));
    const struct tally_pair *station =
        message ? tally_pairs_find(&n->station, tally_key(message->value, world)) : NULL;
    sample->feature[1] = message ? message->value >> 40 : UINT64_MAX; /* its sender */
    sample->feature[2] = station ? station->value : UINT64_MAX;
}

static int read_samples(struct samples *s, const struct newest *newest,
                        const struct folder *folder, struct fail *fail)
{
    static const char *const names[] = {"world_id", "ego",     "t_ns",       "messages",
                                        "senders",  "seq_uid", "gt_seq_out", NULL};
    struct folder_scan scan;
    uint64_t rows = folder_rows(folder, "sequences");
    uint64_t row = 0;
    int code;
    folder_scan_open(&scan, folder, "sequences", names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value v[7];
        for (size_t i = 0; i < 7; i++) {
            v[i] = folder_scan_value(&scan, i);
        }
        row++;
        uint16_t leaf = v[6].null ? LEAF_NONE : rerule_leaf(AXIS_SEQ_OUT, &v[6]);
        if (leaf == LEAF_NONE || leaf == LEAF_SEQ_OUT_CENSORED) {
            continue;
        }
        struct probe_sample sample = {
            .world = tally_key(0, &v[0]),
            .t_ns = folder_int(&v[2]),
            .outcome = leaf_places[leaf] - 1 - leaf_axes[AXIS_SEQ_OUT].first,
            .feature = {tally_key(0, &v[1]), 0, 0, v[3].bits / RATE_STEP, v[4].bits,
                        (uint64_t)(folder_int(&v[2]) % TIMING_NS /
                                   (TIMING_NS / TIMING_BINS)),
                        (row - 1) * ROW_ORDER_BINS / (rows ? rows : 1)},
        };
        newest_features(newest, &v[0], v[5].bits, &sample);
        if (!add(s, &sample)) {
            code = fail_set(fail, RESULT_MEMORY, "out of memory");
            break;
        }
    }
    folder_scan_close(&scan);
    return code;
}

static int by_time(const void *a, const void *b)
{
    const struct probe_sample *x = a;
    const struct probe_sample *y = b;
    return (x->t_ns > y->t_ns) - (x->t_ns < y->t_ns);
}

/* Halves: worlds by turns, in the order of their keys; one world by its time. */
static int split(struct probe *p, struct samples *s, struct fail *fail)
{
    struct tally_keys worlds = {0};
    for (size_t i = 0; i < s->count; i++) {
        tally_keys_add(&worlds, s->list[i].world);
    }
    tally_keys_unique(&worlds);
    p->worlds = worlds.count;
    p->split_by_worlds = worlds.count > 1;
    if (!p->split_by_worlds) {
        qsort(s->list, s->count, sizeof *s->list, by_time);
    }
    for (size_t i = 0; i < s->count; i++) {
        size_t place = 0;
        while (p->split_by_worlds && worlds.list[place] != s->list[i].world) {
            place++;
        }
        s->list[i].test = p->split_by_worlds ? place % 2 == 1 : i >= s->count / 2;
    }
    bool failed = worlds.failed;
    tally_keys_close(&worlds);
    return failed ? fail_set(fail, RESULT_MEMORY, "out of memory") : 0;
}

struct learnt {
    uint64_t value;
    uint64_t counts[PROBE_CLASSES];
};

static int by_learnt(const void *a, const void *b)
{
    const struct learnt *x = a;
    const struct learnt *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* Outcomes weigh alike, however rare: the largest share of its own wins. */
static int commonest(const struct learnt *l, const uint64_t totals[PROBE_CLASSES])
{
    int best = -1;
    double most = 0;
    for (int c = 0; c < PROBE_CLASSES; c++) {
        double share = totals[c] ? (double)l->counts[c] / (double)totals[c] : 0;
        if (share > most) {
            most = share;
            best = c;
        }
    }
    return best;
}

/* Learns value -> outcome on the training half; returns how many values. */
static size_t learn(const struct samples *s, int feature, struct learnt *table)
{
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (!s->list[i].test) {
            table[n] = (struct learnt){.value = s->list[i].feature[feature]};
            table[n++].counts[s->list[i].outcome] = 1;
        }
    }
    if (n > 0) {
        qsort(table, n, sizeof *table, by_learnt);
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && table[kept - 1].value == table[i].value) {
            for (int c = 0; c < PROBE_CLASSES; c++) {
                table[kept - 1].counts[c] += table[i].counts[c];
            }
        } else {
            table[kept++] = table[i];
        }
    }
    return kept;
}

static double ask(const struct samples *s, int feature, struct learnt *table,
                  const uint64_t train[PROBE_CLASSES], const bool judged[PROBE_CLASSES])
{
    uint64_t right[PROBE_CLASSES] = {0};
    uint64_t asked[PROBE_CLASSES] = {0};
    size_t values = learn(s, feature, table);
    double sum = 0;
    int classes = 0;
    for (int c = 0; c < PROBE_CLASSES; c++) {
        classes += judged[c];
    }
    for (size_t i = 0; i < s->count; i++) {
        const struct probe_sample *a = &s->list[i];
        if (!a->test || !judged[a->outcome]) {
            continue;
        }
        struct learnt want = {.value = a->feature[feature]};
        const struct learnt *known =
            values ? bsearch(&want, table, values, sizeof *table, by_learnt) : NULL;
        asked[a->outcome]++;
        if (known) {
            right[a->outcome] += commonest(known, train) == a->outcome;
        } else { /* a value never seen is a blind guess: right one time in so many */
            right[a->outcome] += asked[a->outcome] % (uint64_t)classes == 0;
        }
    }
    for (int c = 0; c < PROBE_CLASSES; c++) {
        sum += judged[c] ? (double)right[c] / (double)asked[c] : 0;
    }
    return classes > 0 ? sum / classes : -1;
}

static void run(struct probe *p, const struct samples *s, struct learnt *table)
{
    uint64_t train[PROBE_CLASSES] = {0};
    uint64_t test[PROBE_CLASSES] = {0};
    bool judged[PROBE_CLASSES];
    for (size_t i = 0; i < s->count; i++) {
        (s->list[i].test ? test : train)[s->list[i].outcome]++;
    }
    for (int c = 0; c < PROBE_CLASSES; c++) {
        judged[c] = train[c] >= PROBE_LEAST && test[c] >= PROBE_LEAST;
        train[c] = judged[c] ? train[c] : 0;
        p->classes += judged[c];
    }
    p->chance = p->classes > 0 ? 1.0 / p->classes : 1;
    for (int f = 0; f < PROBE_FEATURES; f++) {
        p->accuracy[f] = p->classes > 1 ? ask(s, f, table, train, judged) : -1;
        p->best = p->accuracy[f] > p->accuracy[p->best] ? f : p->best;
    }
}

int probe_judge(struct probe *p, struct probe_sample *list, size_t count, struct fail *fail)
{
    struct samples s = {.list = list, .count = count};
    *p = (struct probe){.samples = count};
    if (count == 0) {
        return 0;
    }
    struct learnt *table = malloc(count * sizeof *table);
    int code = table ? split(p, &s, fail) : fail_set(fail, RESULT_MEMORY, "out of memory");
    if (code == 0) {
        run(p, &s, table);
    }
    free(table);
    return code;
}

int probe_sequences(struct probe *p, const struct folder *folder, struct fail *fail)
{
    struct samples s = {0};
    struct newest newest = {0};
    int code = read_pairs(&newest.of_window, folder, "sequence_messages", "seq_uid",
                          "msg_uid", fail);
    code = code < 0 ? code
                    : read_pairs(&newest.station, folder, "transmissions", "msg_uid",
                                 "station_id", fail);
    code = code < 0 ? code : read_samples(&s, &newest, folder, fail);
    code = code < 0 ? code : probe_judge(p, s.list, s.count, fail);
    tally_pairs_close(&newest.of_window);
    tally_pairs_close(&newest.station);
    free(s.list);
    return code;
}
