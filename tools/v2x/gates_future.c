/* SPDX-License-Identifier: Apache-2.0 */
/* No future in features: a label is known no earlier than its subject and what it rests
 * on; a track uses only messages that its ego had by the instant of deciding. */
#include <stdlib.h>
#include <string.h>

#include "tools/v2x/gates.h"
#include "tools/v2x/tally.h"

struct future {
    struct tally_pairs heard; /* (world, msg_uid, receiver) -> t_avail_ns */
    uint64_t labels, early;   /* known before they could be */
    uint64_t tracks, late;    /* resting on what came after the decision */
    uint64_t unheard;         /* resting on what this ego never heard */
};

static int read_heard(struct future *f, const struct folder *folder, struct fail *fail)
{
    static const char *const names[] = {"world_id", "msg_uid", "receiver", "t_avail_ns",
                                        NULL};
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, "receptions", names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value world = folder_scan_value(&scan, 0);
        struct parquet_value uid = folder_scan_value(&scan, 1);
        struct parquet_value receiver = folder_scan_value(&scan, 2);
        struct parquet_value avail = folder_scan_value(&scan, 3);
        if (!avail.null) {
            tally_pairs_add(&f->heard, tally_key(tally_key(uid.bits, &world), &receiver),
                            avail.bits);
        }
    }
    folder_scan_close(&scan);
    tally_pairs_sort(&f->heard);
    return code == 0 && f->heard.failed ? fail_set(fail, RESULT_MEMORY, "out of memory")
                                        : code;
}

static int read_tracks(struct future *f, const struct folder *folder, struct fail *fail)
{
    static const char *const names[] = {"world_id",    "msg_uid",        "ego",
                                        "t_decide_ns", "t_last_good_ns", NULL};
    bool whole = folder_rows(folder, "receptions") > 0;
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, "tracks", names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value v[5];
        for (size_t i = 0; i < 5; i++) {
            v[i] = folder_scan_value(&scan, i);
        }
        if (v[1].null) {
            continue;
        }
        f->tracks++;
        f->late += !v[4].null && folder_int(&v[4]) > folder_int(&v[3]);
        const struct tally_pair *heard =
            tally_pairs_find(&f->heard, tally_key(tally_key(v[1].bits, &v[0]), &v[2]));
        f->unheard += whole && !heard;
        f->late += heard && (int64_t)heard->value > folder_int(&v[3]);
    }
    folder_scan_close(&scan);
    return code;
}

static bool starts(const struct parquet_value *text, const char *prefix)
{
    size_t n = strlen(prefix);
    return text->size >= n && memcmp(text->data, prefix, n) == 0;
}

/* Outcomes are known when they are over; what rests on a message, when that could be used.
 */
static int read_labels(struct future *f, const struct folder *folder, struct fail *fail)
{
    static const char *const names[] = {"code",       "world_id",   "msg_uid",
                                        "ego",        "t_start_ns", "t_end_ns",
                                        "t_known_ns", "enc_id",     NULL};
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, "labels", names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value v[8];
        for (size_t i = 0; i < 8; i++) {
            v[i] = folder_scan_value(&scan, i);
        }
        int64_t known = folder_int(&v[6]);
        bool outcome = starts(&v[0], "seq.") || (starts(&v[0], "enc.") && !v[7].null);
        const struct tally_pair *heard =
            v[2].null || !starts(&v[0], "com.")
                ? NULL
                : tally_pairs_find(&f->heard,
                                   tally_key(tally_key(v[2].bits, &v[1]), &v[3]));
        f->labels++;
        f->early += known < folder_int(&v[4]) || (outcome && known < folder_int(&v[5])) ||
                    (heard && !starts(&v[0], "com.link") && known < (int64_t)heard->value);
    }
    folder_scan_close(&scan);
    return code;
}

void gates_future(struct gates *gates, const struct folder *folder)
{
    struct future f = {0};
    struct fail fail = {0};
    int code = read_heard(&f, folder, &fail);
    code = code < 0 ? code : read_tracks(&f, folder, &fail);
    code = code < 0 ? code : read_labels(&f, folder, &fail);
    if (code < 0) {
        gates_unread(gates, "no_future", &fail);
    } else if (f.labels + f.tracks == 0) {
        (void)gates_add(gates, "no_future", GATE_NOT_APPLICABLE, "no labels, no tracks");
    } else {
        (void)gates_count(
            gates, "no_future", f.early + f.late + f.unheard,
            "%llu of %llu labels known too early; of %llu tracks %llu rest on "
            "what came after the decision, %llu on what was never heard",
            (unsigned long long)f.early, (unsigned long long)f.labels,
            (unsigned long long)f.tracks, (unsigned long long)f.late,
            (unsigned long long)f.unheard);
    }
    tally_pairs_close(&f.heard);
}
