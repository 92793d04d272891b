/* SPDX-License-Identifier: Apache-2.0 */
/* What the publisher says of itself: the rows of hello.all.schema, stat.all.publisher and
 * end.all.run, one column list each, in the manner of model/records.h.
 *
 * Numbers of columns are Protobuf field numbers: columns are only ever appended. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/table.h"

// clang-format off
/* X(type, name, null bit or -1, unit, sentence) */
#define STAT_HELLO_COLUMNS(X) \
    X(BLOB, schema, -1, "", "google.protobuf.FileDescriptorSet of every payload") \
    X(TEXT, run_epoch, -1, "", "changes with every start of the daemon") \
    X(TEXT, dictionaries, -1, "", "JSON: names behind the indexes of the fate record") \
    X(TEXT, clock, -1, "", "JSON: scenario start, speed, wall clock at the start") \
    X(TEXT, control, -1, "", "endpoint of the control socket") \
    X(TEXT, version, -1, "", "version of the daemon") \
    X(TEXT, fate_layout, -1, "", "JSON: [[offset, type, name],...] of the fate record")

#define STAT_STAT_COLUMNS(X) \
    X(TEXT, run_epoch, -1, "", "as in hello") \
    X(U64, sent, -1, "", "messages handed to ZeroMQ, all topics") \
    X(U64, sent_bytes, -1, "B", "payload octets of these") \
    X(U64, dropped, -1, "", "by own queues, and reported missing by clients") \
    X(U64, dropped_queue, -1, "", "by own queues") \
    X(U64, dropped_reported, -1, "", "reported missing by clients") \
    X(U64, refused, -1, "", "messages without a topic: table full or name too long") \
    X(U64, forced, -1, "", "lossless: messages sent past a stuck subscriber after its time") \
    X(U64, retries, -1, "", "lossless: sends that had to be tried again") \
    X(U64, queue_bytes, -1, "B", "waiting in our queue") \
    X(U64, queue_bytes_most, -1, "B", "most that ever waited") \
    X(U32, subscriptions, -1, "", "subscriptions held") \
    X(U32, connections, -1, "", "subscribers connected") \
    X(BOOL, lossless, -1, "", "back-pressure instead of dropping") \
    X(F64, speed, -1, "", "pace; 0: as fast as possible") \
    X(BOOL, paused, -1, "", "") \
    X(F64, late_p50_ms, -1, "ms", "lateness of releases, median") \
    X(F64, late_p90_ms, -1, "ms", "") \
    X(F64, late_p99_ms, -1, "ms", "") \
    X(F64, late_most_ms, -1, "ms", "") \
    X(TEXT, topics, -1, "", "JSON: {topic: [sequence end, dropped]}")

#define STAT_END_COLUMNS(X) \
    X(TEXT, run_epoch, -1, "", "as in hello") \
    X(U64, sent, -1, "", "messages handed to ZeroMQ before this one") \
    X(U64, dropped, -1, "", "as in stat") \
    X(U64, messages, -1, "", "sum of the sequence ends of all topics but hello, stat and end") \
    X(TEXT, topics, -1, "", "JSON: {topic: [sequence end, dropped]}") \
    X(TEXT, reason, -1, "", "done, stopped, interrupted or failed") \
    X(TEXT, summary, -1, "", "JSON: the run's ledger, as in the summary")
// clang-format on

#define STAT_CTYPE_BLOB                         struct column_blob
#define STAT_CTYPE_TEXT                         const char *
#define STAT_CTYPE_U64                          uint64_t
#define STAT_CTYPE_U32                          uint32_t
#define STAT_CTYPE_F64                          double
#define STAT_CTYPE_BOOL                         bool
#define STAT_FIELD(type, name, bit, unit, text) STAT_CTYPE_##type name;

struct row_hello {
    uint64_t valid;
    STAT_HELLO_COLUMNS(STAT_FIELD)
};
struct row_stat {
    uint64_t valid;
    STAT_STAT_COLUMNS(STAT_FIELD)
};
struct row_end {
    uint64_t valid;
    STAT_END_COLUMNS(STAT_FIELD)
};

extern const struct table table_hello; /* message Hello */
extern const struct table table_stat;  /* message Stat */
extern const struct table table_end;   /* message End */

/* The three, so that they can join the descriptor set. */
extern const struct table *const stat_records_tables[];
extern const int stat_records_table_count;
