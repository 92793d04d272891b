/* SPDX-License-Identifier: Apache-2.0 */
/* Two datasets joined, see compare.h. Each side becomes a list sorted by key; the two are
 * then walked side by side. */
#include "tools/v2x/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row of either side: the key, and what is compared. */
struct entry {
    int64_t first;  /* orders first: instant of an agent, 0 otherwise */
    uint64_t key;   /* orders next */
    uint8_t kind;   /* sent or not; delivered or not */
    uint64_t cause; /* hash of its name */
    double x, y;    /* latency; position */
    char name[COMPARE_ID];
};

struct entries {
    struct entry *list;
    size_t count, room;
};

static struct entry *entries_add(struct entries *e)
{
    if (e->count == e->room) {
        size_t room = e->room ? 2 * e->room : 1024;
        struct entry *list = realloc(e->list, room * sizeof *list);
        if (!list) {
            return NULL;
        }
        e->list = list;
        e->room = room;
    }
    struct entry *entry = &e->list[e->count++];
    *entry = (struct entry){0};
    return entry;
}

static int order(const struct entry *a, const struct entry *b)
{
    if (a->first != b->first) {
        return a->first < b->first ? -1 : 1;
    }
    return (a->key > b->key) - (a->key < b->key);
}

static int compare_entries(const void *a, const void *b)
{
    return order(a, b);
}

static uint64_t hash_of(const struct parquet_value *value, uint64_t with)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ with * UINT64_C(0x9e3779b97f4a7c15);
    for (uint32_t i = 0; !value->null && i < value->size; i++) {
        hash = (hash ^ value->data[i]) * UINT64_C(0x100000001b3);
    }
    hash = (hash ^ hash >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return hash ^ hash >> 29;
}

static void take_sent(const struct folder_scan *scan, struct entry *e)
{
    e->key = folder_scan_value(scan, 0).bits;
    e->kind = folder_scan_value(scan, 1).null;
}

static void take_pair(const struct folder_scan *scan, struct entry *e)
{
    struct parquet_value receiver = folder_scan_value(scan, 1);
    struct parquet_value fate = folder_scan_value(scan, 2);
    struct parquet_value cause = folder_scan_value(scan, 3);
    struct parquet_value latency = folder_scan_value(scan, 4);
    e->key = hash_of(&receiver, folder_scan_value(scan, 0).bits);
    e->kind = folder_text_is(&fate, "delivered");
    e->cause = hash_of(&cause, 0);
    e->x = latency.null ? NAN : latency.number;
}

static void take_agent(const struct folder_scan *scan, struct entry *e)
{
    struct parquet_value t = folder_scan_value(scan, 0);
    struct parquet_value agent = folder_scan_value(scan, 1);
    struct parquet_value x = folder_scan_value(scan, 2);
    struct parquet_value y = folder_scan_value(scan, 3);
    e->first = folder_int(&t);
    e->key = hash_of(&agent, 0);
    e->kind = !x.null && !y.null;
    e->x = x.null ? 0 : x.number;
    e->y = y.null ? 0 : y.number;
    size_t size = agent.null ? 0 : agent.size;
    size = size < COMPARE_ID - 1 ? size : COMPARE_ID - 1;
    if (size > 0) {
        memcpy(e->name, agent.data, size);
    }
}

static int load(const struct folder *folder, const char *table, const char *const *names,
                void (*take)(const struct folder_scan *, struct entry *),
                struct entries *out, struct fail *fail)
{
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, table, names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct entry *entry = entries_add(out);
        if (!entry) {
            code = fail_set(fail, RESULT_MEMORY, "out of memory");
            break;
        }
        take(&scan, entry);
    }
    folder_scan_close(&scan);
    if (out->count > 0) {
        qsort(out->list, out->count, sizeof *out->list, compare_entries);
    }
    return code;
}

/* Calls `on` for each key: with both entries, or with one and NULL. */
static void join(const struct entries *a, const struct entries *b,
                 void (*on)(struct compare *, const struct entry *, const struct entry *),
                 struct compare *out)
{
    size_t i = 0;
    size_t k = 0;
    while (i < a->count || k < b->count) {
        int way = i == a->count ? 1 : k == b->count ? -1 : order(&a->list[i], &b->list[k]);
        on(out, way <= 0 ? &a->list[i] : NULL, way >= 0 ? &b->list[k] : NULL);
        i += way <= 0;
        k += way >= 0;
    }
}

static void on_sent(struct compare *out, const struct entry *a, const struct entry *b)
{
    if (!a || !b) {
        out->only_a += a != NULL;
        out->only_b += b != NULL;
        return;
    }
    out->sent_both += a->kind && b->kind;
    out->sent_a += a->kind && !b->kind;
    out->sent_b += !a->kind && b->kind;
    out->sent_none += !a->kind && !b->kind;
}

static void on_pair(struct compare *out, const struct entry *a, const struct entry *b)
{
    if (!a || !b) {
        out->pairs_only_a += a != NULL;
        out->pairs_only_b += b != NULL;
        return;
    }
    out->both += a->kind && b->kind;
    out->delivered_a += a->kind && !b->kind;
    out->delivered_b += !a->kind && b->kind;
    out->lost_same += !a->kind && !b->kind && a->cause == b->cause;
    out->lost_other += !a->kind && !b->kind && a->cause != b->cause;
}

static void on_agent(struct compare *out, const struct entry *a, const struct entry *b)
{
    if (out->diverged || !a || !b || !a->kind || !b->kind) {
        out->agent_rows += a && b;
        return;
    }
    out->agent_rows++;
    const double quantum_m = 1e-3; /* positions are recorded in millimetres */
    if (fabs(a->x - b->x) > 1.5 * quantum_m || fabs(a->y - b->y) > 1.5 * quantum_m) {
        out->diverged = true;
        out->diverged_ns = a->first;
        memcpy(out->diverged_agent, a->name, sizeof out->diverged_agent);
    }
}

static int compare_doubles(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

/* B minus A where both were delivered. */
static int latencies(const struct entries *a, const struct entries *b, struct compare *out,
                     struct fail *fail)
{
    size_t count = 0;
    double sum = 0;
    double *list = malloc((out->both ? out->both : 1) * sizeof *list);
    if (!list) {
        return fail_set(fail, RESULT_MEMORY, "out of memory");
    }
    for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
        int way = order(&a->list[i], &b->list[k]);
        const struct entry *x = &a->list[i];
        const struct entry *y = &b->list[k];
        i += way <= 0;
        k += way >= 0;
        if (way == 0 && x->kind && y->kind && !isnan(x->x) && !isnan(y->x) &&
            count < out->both) {
            list[count] = y->x - x->x;
            sum += list[count++];
        }
    }
    if (count > 0) {
        qsort(list, count, sizeof *list, compare_doubles);
        out->has_latency = true;
        out->latency_mean_ms = sum / (double)count;
        out->latency_median_ms = list[count / 2];
        out->latency_p95_ms = list[(count - 1) * 95 / 100];
    }
    free(list);
    return 0;
}

struct join_plan {
    const char *table;
    const char *const *names;
    void (*take)(const struct folder_scan *, struct entry *);
    void (*on)(struct compare *, const struct entry *, const struct entry *);
    bool latencies;
};

static int run_plan(const struct join_plan *plan, const struct folder *a,
                    const struct folder *b, struct compare *out, struct fail *fail)
{
    struct entries x = {0};
    struct entries y = {0};
    int code = load(a, plan->table, plan->names, plan->take, &x, fail);
    code = code < 0 ? code : load(b, plan->table, plan->names, plan->take, &y, fail);
    if (code == 0) {
        join(&x, &y, plan->on, out);
        code = plan->latencies ? latencies(&x, &y, out, fail) : 0;
    }
    free(x.list);
    free(y.list);
    return code;
}

int compare_datasets(const struct folder *a, const struct folder *b, struct compare *out,
                     struct fail *fail)
{
    static const char *const sent[] = {"msg_uid", "suppressed_by", NULL};
    static const char *const pair[] = {"msg_uid", "receiver",   "fate",
                                       "cause",   "latency_ms", NULL};
    static const char *const agent[] = {"t_ns", "agent", "gt_x_m", "gt_y_m", NULL};
    static const struct join_plan plans[] = {
        {"transmissions", sent, take_sent, on_sent, false},
        {"receptions", pair, take_pair, on_pair, true},
        {"agents", agent, take_agent, on_agent, false},
    };
    *out = (struct compare){0};
    const char *world_a = json_string_value(json_object_get(a->manifest, "world_id"));
    const char *world_b = json_string_value(json_object_get(b->manifest, "world_id"));
    out->same_world = world_a && world_b && strcmp(world_a, world_b) == 0;
    int code = 0;
    for (size_t i = 0; i < sizeof plans / sizeof plans[0] && code == 0; i++) {
        code = run_plan(&plans[i], a, b, out, fail);
    }
    return code;
}
