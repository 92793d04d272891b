/* SPDX-License-Identifier: Apache-2.0 */
/* Counters into rows. */
#include "edge/stream_rows.h"

/* Zero-terminated; gives the sum of the sequence ends without our own topics. */
static uint64_t topics_json(const struct stream_rows *rows, struct bytes *json)
{
    bytes_text(json, "{");
    uint64_t sum = queue_topics_json(rows->queue, json);
    bytes_text(json, json->size > 1 ? "," : "");
    bytes_text(json, "\"" STREAM_HELLO_TOPIC "\":[");
    bytes_json_uint(json, rows->hello_end);
    bytes_text(json, ",0],\"" STREAM_STAT_TOPIC "\":[");
    bytes_json_uint(json, rows->stat_end);
    bytes_text(json, ",0]}");
    bytes_u8(json, 0);
    return sum;
}

static bool encode(const struct stream_rows *rows, const struct table *table,
                   const void *row, struct bytes *out)
{
    const struct stream_calls *calls = rows->calls;
    return !calls->encode || calls->encode(calls->self, table, row, out) == 0;
}

bool stream_rows_stat(const struct stream_rows *rows, struct bytes *out)
{
    const struct stream_totals *totals = rows->totals;
    struct queue_counts counts;
    struct pacer_state pace = {0};
    struct bytes topics = {0};
    queue_count(rows->queue, &counts);
    (void)topics_json(rows, &topics);
    if (rows->pacer) {
        pacer_read(rows->pacer, &pace);
    }
    struct row_stat row = {
        .run_epoch = rows->run_epoch,
        .sent = totals->sent,
        .sent_bytes = totals->sent_bytes,
        .dropped = totals->dropped,
        .dropped_queue = counts.dropped,
        .dropped_reported = totals->dropped_reported,
        .refused = counts.refused,
        .forced = totals->forced,
        .retries = totals->retries,
        .queue_bytes = counts.bytes,
        .queue_bytes_most = counts.bytes_most,
        .subscriptions = totals->subscriptions,
        .connections = totals->connections,
        .lossless = rows->lossless,
        .speed = pace.speed,
        .paused = pace.paused,
        .late_p50_ms = pace_quantile_ms(&pace.lateness, 0.5),
        .late_p90_ms = pace_quantile_ms(&pace.lateness, 0.9),
        .late_p99_ms = pace_quantile_ms(&pace.lateness, 0.99),
        .late_most_ms = pace_quantile_ms(&pace.lateness, 1.0),
        .topics = (const char *)topics.data,
    };
    bool good = !topics.failed && encode(rows, &table_stat, &row, out);
    bytes_close(&topics);
    return good;
}

bool stream_rows_end(const struct stream_rows *rows, const char *reason,
                     const char *summary, struct bytes *out)
{
    struct bytes topics = {0};
    uint64_t sum = topics_json(rows, &topics);
    struct row_end row = {
        .run_epoch = rows->run_epoch,
        .sent = rows->totals->sent,
        .dropped = rows->totals->dropped,
        .messages = sum,
        .topics = (const char *)topics.data,
        .reason = reason ? reason : "done",
        .summary = summary,
    };
    bool good = !topics.failed && encode(rows, &table_end, &row, out);
    bytes_close(&topics);
    return good;
}
