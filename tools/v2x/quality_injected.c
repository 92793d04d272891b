/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that run on what a receiver could know, against what was injected: the fault of a
 * clock against the sender's, and a jump of the counter against the losses before it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/v2x/quality.h"
#include "tools/v2x/rerule.h"

#define CLOCK_LEAST 30 /* messages before a clock is judged */

struct entry {
    uint64_t key;
    int64_t order; /* ascending within a key */
    int place;     /* of a leaf within its axis; or a yes */
    bool other;
};

struct entries {
    struct entry *list;
    size_t count, room;
    bool failed;
};

static void entries_add(struct entries *e, struct entry entry)
{
    if (e->count == e->room) {
        size_t room = e->room ? 2 * e->room : 1024;
        struct entry *list = realloc(e->list, room * sizeof *list);
        e->failed = e->failed || !list;
        if (!list) {
            return;
        }
        e->list = list;
        e->room = room;
    }
    e->list[e->count++] = entry;
}

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return (x->order > y->order) - (x->order < y->order);
}

static void entries_sort(struct entries *e)
{
    if (e->count > 0) {
        qsort(e->list, e->count, sizeof *e->list, by_key);
    }
}

static int place_in(uint16_t axis, uint16_t leaf)
{
    return leaf_places[leaf] - 1 - leaf_axes[axis].first;
}

static bool is(const struct parquet_value *v, const char *text)
{
    return folder_text_is(v, text);
}

/* What a clock truly suffers, as far as a listener could tell: other faults leave it good.
 */
static int clock_truth(const struct parquet_value *fault)
{
    uint16_t leaf = LEAF_INT_FAULT_NONE;
    if (is(fault, "clock_leap")) {
        leaf = LEAF_INT_FAULT_CLOCK_LEAP;
    } else if (is(fault, "clock_step")) {
        leaf = LEAF_INT_FAULT_CLOCK_STEP;
    } else if (is(fault, "clock_drift")) {
        leaf = LEAF_INT_FAULT_CLOCK_DRIFT;
    }
    return place_in(AXIS_INT_FAULT, leaf);
}

static int read_faults(struct tally_pairs *faults, const struct folder *folder,
                       struct fail *fail)
{
    static const char *const names[] = {"world_id", "sender_id", "inj_fault", NULL};
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, "transmissions", names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value world = folder_scan_value(&scan, 0);
        struct parquet_value sender = folder_scan_value(&scan, 1);
        struct parquet_value fault = folder_scan_value(&scan, 2);
        uint64_t key = tally_key(tally_key(0, &world), &sender);
        if (!fault.null &&
            (faults->count == 0 || faults->list[faults->count - 1].key != key)) {
            tally_pairs_add(faults, key, (uint64_t)clock_truth(&fault));
        }
    }
    folder_scan_close(&scan);
    tally_pairs_sort(faults);
    return code;
}

/* The last word on each clock that was heard often enough, of a step only after it. */
static int judge_clocks(struct quality_matrix *m, const struct folder *folder,
                        struct fail *fail)
{
    static const char *const names[] = {"world_id", "sender",       "ego",
                                        "msg_type", "t_ns",         "messages",
                                        "fault",    "gt_offset_ms", NULL};
    struct tally_pairs faults = {0};
    struct entries last = {0};
    struct folder_scan scan;
    int code = read_faults(&faults, folder, fail);
    folder_scan_open(&scan, folder, "clocks", names);
    while (code == 0 && (code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value v[8];
        for (size_t i = 0; i < 8; i++) {
            v[i] = folder_scan_value(&scan, i);
        }
        code = 0;
        uint64_t sender = tally_key(tally_key(0, &v[0]), &v[1]);
        const struct tally_pair *fault = tally_pairs_find(&faults, sender);
        uint16_t seen = rerule_leaf(AXIS_INT_FAULT, &v[6]);
        if (!fault || v[5].bits < CLOCK_LEAST || seen == LEAF_NONE || v[7].null) {
            continue;
        }
        int true_place = (int)fault->value;
        bool step = true_place == place_in(AXIS_INT_FAULT, LEAF_INT_FAULT_CLOCK_STEP);
        bool before = step && v[7].number > -500 && v[7].number < 500;
        int none = place_in(AXIS_INT_FAULT, LEAF_INT_FAULT_NONE);
        entries_add(&last, (struct entry){.key = tally_key(tally_key(sender, &v[2]), &v[3]),
                                          .order = -folder_int(&v[4]),
                                          .place = place_in(AXIS_INT_FAULT, seen) |
                                                   (before ? none : true_place) << 8});
    }
    folder_scan_close(&scan);
    entries_sort(&last);
    for (size_t i = 0; i < last.count; i++) {
        if (i == 0 || last.list[i].key != last.list[i - 1].key) {
            m->n[last.list[i].place >> 8][last.list[i].place & 255]++;
            m->total++;
        }
    }
    code = code < 0                       ? code
           : faults.failed || last.failed ? fail_set(fail, RESULT_MEMORY, "out of memory")
                                          : 0;
    tally_pairs_close(&faults);
    free(last.list);
    return code;
}

/* One row per message and receiver in the order of its opportunities. place: the order leaf
 * as heard; other: lost. */
static int read_heard(struct entries *rows, const struct folder *folder, struct fail *fail)
{
    static const char *const names[] = {"world_id", "receiver",    "msg_uid", "fate",
                                        "com_ord",  "obs_msg_cnt", NULL};
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, "receptions", names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value world = folder_scan_value(&scan, 0);
        struct parquet_value receiver = folder_scan_value(&scan, 1);
        struct parquet_value uid = folder_scan_value(&scan, 2);
        struct parquet_value fate = folder_scan_value(&scan, 3);
        struct parquet_value order = folder_scan_value(&scan, 4);
        struct parquet_value counter = folder_scan_value(&scan, 5);
        uint16_t leaf = counter.null ? LEAF_NONE : rerule_leaf(AXIS_COM_ORD, &order);
        uint64_t flow = tally_key(tally_key(uid.bits >> 32, &world), &receiver);
        entries_add(rows, (struct entry){.key = flow,
                                         .order = (int64_t)(uid.bits & UINT32_MAX),
                                         .place = leaf,
                                         .other = !is(&fate, "delivered")});
    }
    folder_scan_close(&scan);
    return code;
}

/* Was the message before this one lost here? The counter says so by gap_before; what
 * overtook or was overtaken is no question of loss. */
static int judge_gaps(struct quality_matrix *m, const struct folder *folder,
                      struct fail *fail)
{
    struct entries rows = {0};
    int gap = place_in(AXIS_COM_ORD, LEAF_COM_ORD_GAP_BEFORE);
    int none = place_in(AXIS_COM_ORD, LEAF_COM_ORD_IN_ORDER);
    int code = read_heard(&rows, folder, fail);
    entries_sort(&rows);
    for (size_t i = 1; i < rows.count && code == 0; i++) {
        const struct entry *now = &rows.list[i];
        const struct entry *before = &rows.list[i - 1];
        bool plain =
            now->place == LEAF_COM_ORD_GAP_BEFORE || now->place == LEAF_COM_ORD_IN_ORDER;
        if (now->key != before->key || now->other || !plain) {
            continue;
        }
        bool overtaken = !before->other && before->place == LEAF_COM_ORD_OUT_OF_ORDER;
        if (!overtaken) {
            m->n[before->other ? gap : none]
                [now->place == LEAF_COM_ORD_GAP_BEFORE ? gap : none]++;
            m->total++;
        }
    }
    if (rows.failed && code == 0) {
        code = fail_set(fail, RESULT_MEMORY, "out of memory");
    }
    free(rows.list);
    return code;
}

static struct quality_matrix *next_matrix(struct quality *q, const char *name,
                                          const char *gate, uint16_t axis)
{
    struct quality_matrix *m = &q->matrices[q->matrix_count];
    memset(m, 0, sizeof *m);
    (void)snprintf(m->name, sizeof m->name, "%s", name);
    (void)snprintf(m->gate, sizeof m->gate, "%s", gate);
    m->axis = axis;
    m->injected = true;
    return m;
}

int quality_injected(struct quality *q, const struct folder *folder, struct fail *fail)
{
    struct quality_matrix *m = next_matrix(q, "clocks.fault against inj_fault",
                                           "rule_clock_fault", AXIS_INT_FAULT);
    int code = judge_clocks(m, folder, fail);
    q->matrix_count += m->total > 0;
    m = next_matrix(q, "com_ord gap_before against injected losses", "rule_gap_before",
                    AXIS_COM_ORD);
    const char *kind = json_string_value(json_object_get(folder->manifest, "kind"));
    if (code == 0 && kind && strcmp(kind, "synthetic") == 0) { /* else losses are real */
        code = judge_gaps(m, folder, fail);
    }
    q->matrix_count += m->total > 0;
    return code;
}
