/* SPDX-License-Identifier: Apache-2.0 */
/* How sure the stamps of each sensor stream are: its bar with that of its anchors, what is
 * missing, stamps that run back, members further from their anchor than free-running
 * streams can be. Spacing is no fault, only uncertainty is; and without a stated bar the
 * data alone can refute a clock, never prove it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/v2x/gates.h"

enum { STREAMS_MOST = 512, STREAM_NAME = 100 };

#define OK_MS       1.0 /* p95 of the uncertainty of a pair of stamps */
#define DEGRADED_MS 5.0
#define COMPLETE    0.99
#define BOUND_SLACK 1e-6 /* ms: the bound itself is rounded to a nanosecond */

struct stream {
    uint64_t key;
    char name[STREAM_NAME];
    uint64_t frames, missing, backward, joined, beyond;
    bool unverified, any_stamp;
    int64_t last_stamp_ns, quantum_ns;
    struct tally sigma_ms; /* of pairs, else of frames */
    struct tally delta_ms;
};

struct streams {
    struct stream *list;
    size_t count;
    uint64_t cut; /* beyond the room */
};

static struct stream *stream_of(struct streams *s, const struct parquet_value *world,
                                const struct parquet_value *ego,
                                const struct parquet_value *name)
{
    uint64_t key = tally_key(tally_key(tally_key(0, world), ego), name);
    for (size_t i = 0; i < s->count; i++) {
        if (s->list[i].key == key) {
            return &s->list[i];
        }
    }
    if (s->count == STREAMS_MOST) {
        s->cut++;
        return NULL;
    }
    struct stream *stream = &s->list[s->count++];
    stream->key = key;
    (void)snprintf(stream->name, sizeof stream->name, "%.*s/%.*s",
                   (int)(ego->size < 40 ? ego->size : 40), (const char *)ego->data,
                   (int)(name->size < 50 ? name->size : 50), (const char *)name->data);
    return stream;
}

static int64_t common(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static int read_frames(struct streams *s, const struct folder *folder, struct fail *fail)
{
    static const char *const names[] = {"world_id", "ego",     "stream", "t_stamped_ns",
                                        "sigma_ms", "missing", NULL};
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, "frames", names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value v[6];
        for (size_t i = 0; i < 6; i++) {
            v[i] = folder_scan_value(&scan, i);
        }
        struct stream *t =
            folder_text_is(&v[2], "grid") ? NULL : stream_of(s, &v[0], &v[1], &v[2]);
        if (!t) {
            continue; /* the grid of 100 ms is no stream */
        }
        t->frames++;
        t->missing += v[5].bits != 0;
        t->unverified = t->unverified || (v[4].null && v[5].bits == 0);
        if (!v[4].null) {
            tally_add(&t->sigma_ms, v[4].number);
        }
        if (v[3].null) {
            continue;
        }
        int64_t stamp = folder_int(&v[3]);
        t->backward += t->any_stamp && stamp < t->last_stamp_ns;
        t->quantum_ns = common(stamp, t->quantum_ns);
        t->last_stamp_ns = stamp;
        t->any_stamp = true;
    }
    folder_scan_close(&scan);
    return code;
}

static int read_pairs(struct streams *s, const struct folder *folder, struct fail *fail)
{
    static const char *const names[] = {"world_id", "ego",      "stream", "delta_ns",
                                        "bound_ms", "sigma_ms", NULL};
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, "sync", names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value v[6];
        for (size_t i = 0; i < 6; i++) {
            v[i] = folder_scan_value(&scan, i);
        }
        struct stream *t = stream_of(s, &v[0], &v[1], &v[2]);
        if (!t || v[3].null) {
            continue;
        }
        double delta_ms = fabs((double)folder_int(&v[3]) / 1e6);
        t->joined++;
        t->beyond += delta_ms > v[4].number + BOUND_SLACK;
        tally_add(&t->delta_ms, delta_ms);
        if (!v[5].null) {
            tally_add(&t->sigma_ms, v[5].number);
        }
    }
    folder_scan_close(&scan);
    return code;
}

enum trust { TRUST_OK, TRUST_DEGRADED, TRUST_UNVERIFIED, TRUST_FAIL };

static enum trust trust_in(struct stream *t)
{
    double p95_ms = tally_quantile(&t->sigma_ms, 0.95);
    bool known = t->sigma_ms.count > 0;
    bool whole = (double)t->missing <= (1 - COMPLETE) * (double)t->frames;
    if (t->backward > 0 || t->beyond > 0 || (known && p95_ms > DEGRADED_MS)) {
        return TRUST_FAIL;
    }
    if (t->unverified || !known) {
        return TRUST_UNVERIFIED;
    }
    return p95_ms <= OK_MS && whole ? TRUST_OK : TRUST_DEGRADED;
}

static void judge(struct gates *gates, struct streams *s)
{
    static const char *const words[] = {"ok", "degraded", "unverified", "fail"};
    uint64_t counts[4] = {0};
    struct stream *worst = &s->list[0];
    for (size_t i = 0; i < s->count; i++) {
        enum trust q = trust_in(&s->list[i]);
        counts[q]++;
        worst = q > trust_in(worst) ? &s->list[i] : worst;
    }
    enum trust q = trust_in(worst);
    struct gate *gate = gates_add(
        gates, "sync_streams",
        q == TRUST_FAIL         ? GATE_FAIL
        : q == TRUST_UNVERIFIED ? GATE_UNVERIFIED
                                : GATE_PASS,
        "%llu streams ok, %llu degraded, %llu unverified, %llu fail; worst %s (%s): "
        "%llu frames, %llu missing, %llu stamps back, stamps in steps of %g ms, p95 of "
        "uncertainty %.3f ms, of the distance to its anchor %.3f ms, %llu beyond its bound",
        (unsigned long long)counts[0], (unsigned long long)counts[1],
        (unsigned long long)counts[2], (unsigned long long)counts[3], worst->name, words[q],
        (unsigned long long)worst->frames, (unsigned long long)worst->missing,
        (unsigned long long)worst->backward, (double)worst->quantum_ns / 1e6,
        tally_quantile(&worst->sigma_ms, 0.95), tally_quantile(&worst->delta_ms, 0.95),
        (unsigned long long)worst->beyond);
    gate->has_value = worst->sigma_ms.count > 0;
    gate->value = tally_quantile(&worst->sigma_ms, 0.95);
}

void gates_streams(struct gates *gates, const struct folder *folder)
{
    struct fail fail = {0};
    struct streams s = {.list = calloc(STREAMS_MOST, sizeof *s.list)};
    int code = s.list ? read_frames(&s, folder, &fail)
                      : fail_set(&fail, RESULT_MEMORY, "out of memory");
    code = code < 0 ? code : read_pairs(&s, folder, &fail);
    if (code < 0) {
        gates_unread(gates, "sync_streams", &fail);
    } else if (s.count == 0) {
        (void)gates_add(gates, "sync_streams", GATE_NOT_APPLICABLE, "no sensor streams");
    } else {
        judge(gates, &s);
    }
    for (size_t i = 0; i < s.count; i++) {
        tally_close(&s.list[i].sigma_ms);
        tally_close(&s.list[i].delta_ms);
    }
    free(s.list);
}
