/* SPDX-License-Identifier: Apache-2.0 */
/* Gates on rows: the ledger closes, each intended pair has one row, stamps run forward,
 * nothing is known before it could be, labels are in the taxonomy, clocks were in step. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "label/leaf.h"
#include "model/records.h"
#include "tools/v2x/gates.h"
#include "tools/v2x/tally.h"

struct counted {
    char name[40];
    uint64_t count;
};

struct ledger {
    uint64_t opportunities, transmitted, intended, delivered, late;
    struct counted suppressed[SUPPRESSED_COUNT], lost[CAUSE_COUNT];
    uint64_t stray; /* receptions of what was never transmitted */
    uint64_t odd;   /* delivered with a cause, lost without one */
    struct tally_keys sent, pairs;
    uint64_t backwards, foresight; /* rows */
};

static void count_name(struct counted *list, size_t most, const struct parquet_value *value)
{
    for (size_t i = 0; i < most; i++) {
        if (list[i].count > 0 && !folder_text_is(value, list[i].name)) {
            continue;
        }
        if (list[i].count == 0) {
            (void)snprintf(list[i].name, sizeof list[i].name, "%.*s",
                           (int)(value->size < 39 ? value->size : 39),
                           (const char *)value->data);
        }
        list[i].count++;
        return;
    }
}

static int scan_transmissions(const struct folder *folder, struct ledger *l,
                              struct fail *fail)
{
    static const char *const names[] = {"msg_uid", "suppressed_by", "t_gen_ns", "t_tx_ns",
                                        NULL};
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, "transmissions", names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value uid = folder_scan_value(&scan, 0);
        struct parquet_value by = folder_scan_value(&scan, 1);
        struct parquet_value gen = folder_scan_value(&scan, 2);
        struct parquet_value tx = folder_scan_value(&scan, 3);
        l->opportunities++;
        if (by.null) {
            l->transmitted++;
            tally_keys_add(&l->sent, uid.bits);
        } else {
            count_name(l->suppressed, SUPPRESSED_COUNT, &by);
        }
        l->backwards += !gen.null && !tx.null && folder_int(&tx) < folder_int(&gen);
    }
    folder_scan_close(&scan);
    tally_keys_sort(&l->sent);
    return code < 0 || !l->sent.failed ? code
                                       : fail_set(fail, RESULT_MEMORY, "out of memory");
}

/* True if the stamps that are there do not run forward. */
static bool stamps_back(const struct folder_scan *scan, size_t first, size_t count)
{
    bool any = false;
    int64_t last = 0;
    for (size_t i = first; i < first + count; i++) {
        struct parquet_value t = folder_scan_value(scan, i);
        if (t.null) {
            continue;
        }
        if (any && folder_int(&t) < last) {
            return true;
        }
        any = true;
        last = folder_int(&t);
    }
    return false;
}

enum { R_UID, R_RECEIVER, R_FATE, R_CAUSE, R_LATE, R_GEN, R_TX, R_RX, R_AVAIL, R_KNOWN };

static void take_reception(const struct folder_scan *scan, struct ledger *l)
{
    struct parquet_value uid = folder_scan_value(scan, R_UID);
    struct parquet_value receiver = folder_scan_value(scan, R_RECEIVER);
    struct parquet_value fate = folder_scan_value(scan, R_FATE);
    struct parquet_value cause = folder_scan_value(scan, R_CAUSE);
    struct parquet_value late = folder_scan_value(scan, R_LATE);
    struct parquet_value avail = folder_scan_value(scan, R_AVAIL);
    struct parquet_value known = folder_scan_value(scan, R_KNOWN);
    bool delivered = folder_text_is(&fate, "delivered");
    l->intended++;
    l->odd += delivered != folder_text_is(&cause, "none");
    if (delivered) {
        l->delivered++;
        l->late += !late.null && late.bits;
    } else {
        count_name(l->lost, CAUSE_COUNT, &cause);
    }
    l->stray += !tally_keys_has(&l->sent, uid.bits);
    tally_keys_add(&l->pairs, tally_key(uid.bits, &receiver));
    l->backwards += stamps_back(scan, R_GEN, 4);
    l->foresight += !avail.null && (known.null || folder_int(&known) < folder_int(&avail));
}

static int scan_receptions(const struct folder *folder, struct ledger *l, struct fail *fail)
{
    static const char *const names[] = {"msg_uid",    "receiver",   "fate",    "cause",
                                        "late",       "t_gen_ns",   "t_tx_ns", "t_rx_ns",
                                        "t_avail_ns", "t_known_ns", NULL};
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, "receptions", names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        take_reception(&scan, l);
    }
    folder_scan_close(&scan);
    tally_keys_sort(&l->pairs);
    return code < 0 || !l->pairs.failed ? code
                                        : fail_set(fail, RESULT_MEMORY, "out of memory");
}

/* How many of the manifest's counts differ from ours; the first one is named. */
static uint64_t differ(const json_t *want, const char *key, uint64_t ours, char *first,
                       size_t room)
{
    const json_t *value = json_object_get(want, key);
    if (!value || (uint64_t)json_integer_value(value) == ours) {
        return 0;
    }
    if (!first[0]) {
        (void)snprintf(first, room, "%s: %lld in the manifest, %llu in the tables", key,
                       (long long)json_integer_value(value), (unsigned long long)ours);
    }
    return 1;
}

static uint64_t differ_list(const json_t *want, const struct counted *list, size_t count,
                            char *first, size_t room)
{
    uint64_t wrong = 0;
    uint64_t seen = 0;
    for (size_t i = 0; i < count && list[i].count > 0; i++) {
        seen++;
        wrong += json_object_get(want, list[i].name) == NULL;
        wrong += differ(want, list[i].name, list[i].count, first, room);
    }
    const char *name;
    json_t *value;
    uint64_t nonzero = 0;
    json_object_foreach((json_t *)want, name, value)
    {
        nonzero += json_integer_value(value) > 0;
    }
    return wrong + (nonzero != seen);
}

static uint64_t sum_of(const struct counted *list, size_t count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += list[i].count;
    }
    return sum;
}

static void judge_ledger(struct gates *gates, const struct folder *folder,
                         const struct ledger *l)
{
    const json_t *want = json_object_get(folder->manifest, "ledger");
    uint64_t suppressed = sum_of(l->suppressed, SUPPRESSED_COUNT);
    uint64_t lost = sum_of(l->lost, CAUSE_COUNT);
    char first[160] = "";
    uint64_t wrong = (l->opportunities != l->transmitted + suppressed) +
                     (l->intended != l->delivered + lost) + (l->stray > 0) + (l->odd > 0);
    if (want) {
        wrong += differ(want, "opportunities", l->opportunities, first, sizeof first);
        wrong += differ(want, "transmitted", l->transmitted, first, sizeof first);
        wrong += differ(want, "intended", l->intended, first, sizeof first);
        wrong += differ(want, "delivered", l->delivered, first, sizeof first);
        wrong += differ(want, "late", l->late, first, sizeof first);
        wrong += differ_list(json_object_get(want, "suppressed"), l->suppressed,
                             SUPPRESSED_COUNT, first, sizeof first);
        wrong += differ_list(json_object_get(want, "lost"), l->lost, CAUSE_COUNT, first,
                             sizeof first);
    }
    struct gate *gate = gates_count(
        gates, "ledger", wrong,
        "%llu opportunities = %llu transmitted + %llu suppressed; %llu intended = %llu "
        "delivered + %llu lost%s%s",
        (unsigned long long)l->opportunities, (unsigned long long)l->transmitted,
        (unsigned long long)suppressed, (unsigned long long)l->intended,
        (unsigned long long)l->delivered, (unsigned long long)lost, first[0] ? "; " : "",
        first);
    if (!want && gate->status == GATE_PASS) {
        gate->status = GATE_UNVERIFIED;
    }
}

static void add_share(struct gates *gates, const char *name, uint64_t part, uint64_t whole)
{
    if (whole == 0) {
        (void)gates_add(gates, name, GATE_NOT_APPLICABLE, "nothing intended");
        return;
    }
    struct gate *gate = gates_add(gates, name, GATE_PASS, "%.6f (%llu of %llu)",
                                  (double)part / (double)whole, (unsigned long long)part,
                                  (unsigned long long)whole);
    gate->has_value = true;
    gate->value = (double)part / (double)whole;
}

static void judge_receptions(struct gates *gates, const struct ledger *l)
{
    uint64_t twice = tally_keys_twice(&l->pairs);
    (void)gates_count(gates, "one_row_per_pair", twice,
                      "%llu of %llu rows repeat a pair of message and receiver",
                      (unsigned long long)twice, (unsigned long long)l->intended);
    (void)gates_count(gates, "causality", l->backwards,
                      "%llu rows in which t_gen, t_tx, t_rx, t_avail run back",
                      (unsigned long long)l->backwards);
    (void)gates_count(gates, "known_after_available", l->foresight,
                      "%llu rows known before they were available",
                      (unsigned long long)l->foresight);
    add_share(gates, "delivered_share", l->delivered, l->intended);
    add_share(gates, "late_share", l->late, l->delivered);
}

static void gate_receptions(struct gates *gates, const struct folder *folder)
{
    struct ledger *l = calloc(1, sizeof *l);
    struct fail fail = {0};
    int code = l ? scan_transmissions(folder, l, &fail)
                 : fail_set(&fail, RESULT_MEMORY, "out of memory");
    code = code < 0 ? code : scan_receptions(folder, l, &fail);
    if (code < 0) {
        gates_unread(gates, "ledger", &fail);
    } else if (l->opportunities == 0 && folder_rows(folder, "transmissions") > 0) {
        (void)gates_add(gates, "ledger", GATE_UNVERIFIED, "no tables to count");
    } else {
        judge_ledger(gates, folder, l);
        judge_receptions(gates, l);
    }
    if (l) {
        tally_keys_close(&l->sent);
        tally_keys_close(&l->pairs);
    }
    free(l);
}

/* Floating columns of one table that hold what is not a number. */
static int count_nan(const struct folder *folder, const struct table *table,
                     uint64_t *values, uint64_t *wrong, struct fail *fail)
{
    const char *names[FOLDER_COLUMNS_MOST + 1] = {NULL};
    size_t count = 0;
    for (int i = 0; i < table->column_count && count < FOLDER_COLUMNS_MOST; i++) {
        enum column_type type = table->columns[i].type;
        if (type == COLUMN_F32 || type == COLUMN_F64) {
            names[count++] = table->columns[i].name;
        }
    }
    struct folder_scan scan;
    int code = 0;
    folder_scan_open(&scan, folder, table->name, names);
    while (count > 0 && (code = folder_scan_next(&scan, fail)) == 1) {
        for (size_t i = 0; i < count; i++) {
            struct parquet_value value = folder_scan_value(&scan, i);
            *values += !value.null;
            *wrong += !value.null && !isfinite(value.number);
        }
    }
    folder_scan_close(&scan);
    return code;
}

static void gate_nan(struct gates *gates, const struct folder *folder)
{
    struct fail fail = {0};
    uint64_t values = 0;
    uint64_t wrong = 0;
    for (int i = 0; i < records_table_count; i++) {
        if (count_nan(folder, records_tables[i], &values, &wrong, &fail) < 0) {
            gates_unread(gates, "no_nan", &fail);
            return;
        }
    }
    (void)gates_count(gates, "no_nan", wrong, "%llu of %llu numbers are not finite",
                      (unsigned long long)wrong, (unsigned long long)values);
}

static bool label_known(const struct parquet_value *code, const struct parquet_value *id)
{
    char text[120];
    if (code->null || id->null || code->size >= sizeof text) {
        return false;
    }
    memcpy(text, code->data, code->size);
    text[code->size] = 0;
    uint16_t leaf = leaf_by_code(text);
    return leaf != 0 && leaf == (int32_t)id->bits;
}

static void gate_labels(struct gates *gates, const struct folder *folder)
{
    static const char *const names[] = {"code",     "label_id", "t_start_ns",
                                        "t_end_ns", "tax_ver",  NULL};
    struct folder_scan scan;
    struct fail fail = {0};
    uint64_t rows = 0;
    uint64_t unknown = 0;
    uint64_t inverted = 0;
    uint64_t foreign = 0;
    int code;
    folder_scan_open(&scan, folder, "labels", names);
    while ((code = folder_scan_next(&scan, &fail)) == 1) {
        struct parquet_value label = folder_scan_value(&scan, 0);
        struct parquet_value id = folder_scan_value(&scan, 1);
        struct parquet_value start = folder_scan_value(&scan, 2);
        struct parquet_value end = folder_scan_value(&scan, 3);
        struct parquet_value version = folder_scan_value(&scan, 4);
        rows++;
        bool ours = folder_text_is(&version, leaf_taxonomy_version);
        foreign += !ours;
        unknown += ours && !label_known(&label, &id);
        inverted += folder_int(&end) < folder_int(&start);
    }
    folder_scan_close(&scan);
    if (code < 0) {
        gates_unread(gates, "labels", &fail);
    } else if (rows == 0) {
        (void)gates_add(gates, "labels", GATE_NOT_APPLICABLE, "no labels");
    } else {
        struct gate *gate =
            gates_count(gates, "labels", unknown + inverted,
                        "%llu labels, %llu not in taxonomy %s, %llu end before they begin",
                        (unsigned long long)rows, (unsigned long long)unknown,
                        leaf_taxonomy_version, (unsigned long long)inverted);
        if (foreign > 0 && gate->status == GATE_PASS) {
            gate->status = GATE_UNVERIFIED;
            (void)snprintf(gate->text, sizeof gate->text,
                           "%llu of %llu labels are of another taxonomy than %s",
                           (unsigned long long)foreign, (unsigned long long)rows,
                           leaf_taxonomy_version);
        }
    }
}

static void gate_sync(struct gates *gates, const struct folder *folder)
{
    static const char *const words[] = {"ok", "degraded", "fail", "unverified"};
    static const char *const names[] = {"sync_quality", NULL};
    struct folder_scan scan;
    struct fail fail = {0};
    uint64_t counts[5] = {0};
    int code;
    folder_scan_open(&scan, folder, "frames", names);
    while ((code = folder_scan_next(&scan, &fail)) == 1) {
        struct parquet_value quality = folder_scan_value(&scan, 0);
        size_t i = 0;
        while (i < 4 && !folder_text_is(&quality, words[i])) {
            i++;
        }
        counts[i]++;
    }
    folder_scan_close(&scan);
    uint64_t all = counts[0] + counts[1] + counts[2] + counts[3] + counts[4];
    if (code < 0) {
        gates_unread(gates, "sync", &fail);
    } else if (all == 0) {
        (void)gates_add(gates, "sync", GATE_NOT_APPLICABLE, "no sensor frames");
    } else {
        struct gate *gate = gates_count(
            gates, "sync", counts[2] + counts[4],
            "%llu frames ok, %llu degraded, %llu fail, %llu unverified",
            (unsigned long long)counts[0], (unsigned long long)counts[1],
            (unsigned long long)(counts[2] + counts[4]), (unsigned long long)counts[3]);
        if (counts[3] > 0 && gate->status == GATE_PASS) {
            gate->status = GATE_UNVERIFIED;
        }
    }
}

void gates_rows(struct gates *gates, const struct folder *folder)
{
    gate_receptions(gates, folder);
    gate_nan(gates, folder);
    gate_labels(gates, folder);
    gate_sync(gates, folder);
}
