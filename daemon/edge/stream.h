/* SPDX-License-Identifier: Apache-2.0 */
/* The stream: what waits in the queue goes out on one ZeroMQ XPUB socket, at its time.
 *
 * In: queue messages, the pace, the caller's hello payload. Out: three frames each: topic,
 * envelope (40 octets), payload; and of its own hello.all.schema and stat.all.publisher
 * each second of wall time, end.all.run at the end. live      never blocks: a reader that
 * is too slow loses, and can prove it by sequence. lossless  a send that finds a full
 * reader is retried by timer; the queue fills and the engine waits. After
 * `lossless_timeout_s` the reader that is stuck is passed by until it reads again; said
 * through `say`. Everything is called on the loop's thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/result.h"
#include "edge/loop.h"
#include "edge/pacer.h"
#include "edge/queue.h"
#include "edge/stat_records.h"

#define STREAM_ENVELOPE_SIZE    40
#define STREAM_MAJOR            1
#define STREAM_MINOR            0
#define STREAM_ENDPOINTS_MOST   8
#define STREAM_HELLO_TOPIC      "hello.all.schema"
#define STREAM_STAT_TOPIC       "stat.all.publisher"
#define STREAM_END_TOPIC        "end.all.run"
#define STREAM_SUBSCRIBER_BYTES ((size_t)64 << 20)

/* Second frame; little-endian on the wire, in this order, after the magic "V2X1". */
struct stream_envelope {
    uint16_t major, minor;
    uint64_t sequence;    /* per topic, from 0 */
    int64_t t_event_ns;   /* Unix UTC, scenario time */
    int64_t t_publish_ns; /* Unix UTC, wall clock: the only one of the stream */
    uint32_t schema_id;
    uint32_t flags; /* enum stream_flag */
};

enum stream_flag {
    STREAM_RAW = 1 << 0,      /* payload is no Protobuf (fate records) */
    STREAM_REVISION = 1 << 1, /* replaces an earlier record (frame) */
};

void stream_envelope_encode(const struct stream_envelope *envelope,
                            uint8_t out[STREAM_ENVELOPE_SIZE]);
/* False: wrong size, magic or major. */
bool stream_envelope_decode(const uint8_t *data, size_t size,
                            struct stream_envelope *envelope);

struct stream;

struct stream_calls {
    void *self;
    /* Row of table_stat or table_end to Protobuf, appended to out. NULL: no payload. */
    int (*encode)(void *self, const struct table *table, const void *row,
                  struct bytes *out);
    void (*ready)(void *self); /* wait_subscribers are there (at once on the loop if 0) */
    /* After queue_finish: all is sent, end too. Close now. */
    void (*done)(void *self);
    void (*say)(void *self, const char *text); /* one line for the log */
    void (*closed)(void *self);                /* after stream_close; may free the stream */
};

struct stream_options {
    const char *const *endpoints; /* at least one; tcp://, ipc://, inproc:// */
    size_t endpoint_count;
    bool lossless;
    double lossless_timeout_s; /* <= 0: waits for ever */
    unsigned wait_subscribers; /* 0: does not wait */
    uint32_t schema_id;
    const char *run_epoch; /* copied */
    size_t
        subscriber_bytes; /* 0: STREAM_SUBSCRIBER_BYTES; high-water mark of each reader */
    struct queue *queue;  /* borrowed; its wake is taken over */
    struct pacer *pacer;  /* borrowed; NULL: all is due */
    struct stream_calls calls;
};

struct stream_totals {
    uint64_t sent, sent_bytes, dropped, dropped_reported, forced, retries;
    uint32_t subscriptions, connections;
    bool blocked; /* lossless: waiting for a reader now */
};

/* Binds; USAGE for a bad endpoint, WORLD for one that is taken. */
MUST_USE int stream_new(struct stream **stream, struct loop *loop,
                        const struct stream_options *options, struct fail *fail);
/* Payload of hello, copied; sent each second and at every new subscription. */
MUST_USE int stream_set_hello(struct stream *stream, const void *payload, size_t size);
/* How the run ended, for end.all.run; before queue_finish takes effect. Copied. */
void stream_set_end(struct stream *stream, const char *reason, const char *summary_json);
void stream_set_time(struct stream *stream, int64_t t_event_ns); /* of hello, stat, end */
void stream_gaps_reported(struct stream *stream, uint64_t missing);
void stream_read(struct stream *stream, struct stream_totals *totals);
/* The endpoint as bound (wildcard ports filled in), for i < endpoint_count. */
const char *stream_endpoint(const struct stream *stream, size_t i);
/* Stops waiting for readers: what is left goes out as in live mode (second signal). */
void stream_hurry(struct stream *stream);
/* Asynchronous: `closed` answers once, when every reader has read to the end or is gone, at
 * the latest after the linger (live 1 s; lossless its timeout, at least 10 s). */
void stream_close(struct stream *stream);
void stream_free(struct stream *stream); /* only after closed */
