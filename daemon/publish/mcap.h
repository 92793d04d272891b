/* SPDX-License-Identifier: Apache-2.0 */
/* MCAP writer: the journal of a run, and the file that viewers open.
 *
 * MCAP specification, version 0 (magic 89 'MCAP' 30 0D 0A). Schemas, channels and messages
 * stand in chunks (zstd, CRC-32), each followed by its message indexes; metadata and
 * attachments stand between chunks; the end carries the full summary. A chunk is cut by the
 * log times and octets of the messages alone, so the same messages give the same file.
 * What a chunk holds is safe once it is handed to the sink: after a kill the whole chunks
 * are readable, and mcap_recover writes the summary anew. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"

enum {
    MCAP_CHUNK_OCTETS = 1 << 20,     /* uncompressed; a larger message has a chunk alone */
    MCAP_CHUNK_SPAN_NS = 1000000000, /* log time from a chunk's first message */
    MCAP_LEVEL = 3,                  /* zstd */
};

/* Where the file goes. write takes all n octets and returns 0, or anything else when the
 * outside failed; then every later call on the writer fails too. */
struct mcap_sink {
    int (*write)(void *context, const void *data, size_t n);
    void *context;
};

/* A pair of a map; borrowed for the call. Keys of one map must differ. */
struct mcap_pair {
    const char *key;
    const char *value;
};

struct mcap_message {
    uint16_t channel; /* as mcap_channel gave it */
    uint32_t sequence;
    uint64_t log_time_ns;     /* Unix UTC; when it was available */
    uint64_t publish_time_ns; /* Unix UTC; when its content was valid */
    const uint8_t *data;
    size_t size;
};

struct mcap;

/* Writes magic and header. All calls: 0, RESULT_WORLD (the sink failed), RESULT_MEMORY,
 * RESULT_USAGE (an unknown channel, more than 65535 of them, a record over 4 GiB). */
MUST_USE int mcap_new(struct mcap **mcap, struct mcap_sink sink, const char *profile,
                      const char *library, struct fail *fail);

/* encoding `protobuf` (data: a FileDescriptorSet) or `jsonschema`. Written with the first
 * chunk that needs it. */
MUST_USE int mcap_schema(struct mcap *mcap, const char *name, const char *encoding,
                         const void *data, size_t size, uint16_t *id, struct fail *fail);
/* schema 0: none. */
MUST_USE int mcap_channel(struct mcap *mcap, uint16_t schema, const char *topic,
                          const char *encoding, const struct mcap_pair *metadata,
                          size_t count, uint16_t *id, struct fail *fail);
/* Copies the message into the open chunk, after closing that if it is full. */
MUST_USE int mcap_message(struct mcap *mcap, const struct mcap_message *message,
                          struct fail *fail);
/* Ends the open chunk now; nothing if it is empty. */
MUST_USE int mcap_flush_chunk(struct mcap *mcap, struct fail *fail);
MUST_USE int mcap_metadata(struct mcap *mcap, const char *name,
                           const struct mcap_pair *pairs, size_t count, struct fail *fail);
MUST_USE int mcap_attachment(struct mcap *mcap, const char *name, const char *media_type,
                             uint64_t time_ns, const void *data, size_t size,
                             struct fail *fail);
/* Last chunk, data end, summary, footer. After it only mcap_free is allowed. */
MUST_USE int mcap_finish(struct mcap *mcap, struct fail *fail);

/* Octets handed to the sink so far; messages taken so far. */
uint64_t mcap_octets(const struct mcap *mcap);
uint64_t mcap_messages(const struct mcap *mcap);
void mcap_free(struct mcap *mcap);
