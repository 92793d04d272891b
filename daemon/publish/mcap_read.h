/* SPDX-License-Identifier: Apache-2.0 */
/* MCAP reader: walks any MCAP file from its beginning, whole, torn or hostile.
 *
 * It needs no summary: it reads on as far as whole records go, checks every CRC, leaves out
 * a damaged chunk and counts it, and tells where the file was torn. Memory grows with what
 * is really there, never with what a length claims, and not beyond `limit`. Fuzz target:
 * fuzz_mcap. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"

/* Where the octets come from: read gives up to n octets, 0 at the end, and sets *broken
 * when the outside failed. */
struct mcap_source {
    size_t (*read)(void *context, void *data, size_t n, bool *broken);
    void *context;
};

/* Octets in memory as a source; the struct is its context. */
struct mcap_memory {
    const uint8_t *data;
    size_t size;
    size_t at;
};
struct mcap_source mcap_memory_source(struct mcap_memory *memory);

/* A borrowed text that need not end in NUL and need not be UTF-8. */
struct mcap_text {
    const char *data;
    uint32_t size;
};

enum mcap_kind {
    MCAP_ITEM_HEADER,
    MCAP_ITEM_SCHEMA,     /* the first of its id */
    MCAP_ITEM_CHANNEL,    /* the first of its id; its schema is known or 0 */
    MCAP_ITEM_MESSAGE,    /* its channel is known */
    MCAP_ITEM_CHUNK,      /* a whole chunk, before what is in it */
    MCAP_ITEM_ATTACHMENT, /* its CRC is right or absent */
    MCAP_ITEM_METADATA,
    MCAP_ITEM_FOOTER, /* the last item of a whole file */
};

/* One item; every pointer is borrowed until the next call. Members that the kind does not
 * have are 0. */
struct mcap_item {
    enum mcap_kind kind;
    uint64_t offset;       /* in the file: of the record, or of the chunk it stands in */
    const uint8_t *record; /* the whole record, head included, as it stands in the file or
                              in the uncompressed chunk */
    size_t record_size;
    uint64_t chunk_offset; /* of the record in the uncompressed chunk */
    bool in_chunk;
    uint16_t id;     /* schema, channel; of a message: its channel */
    uint16_t schema; /* of a channel */
    uint32_t sequence;
    uint64_t log_time_ns;     /* message, attachment; chunk: least */
    uint64_t publish_time_ns; /* message; attachment: creation; chunk: most */
    struct mcap_text name;    /* schema, attachment, metadata; topic; header: profile */
    struct mcap_text
        encoding;        /* schema, channel; media type; compression; header: library */
    const uint8_t *data; /* message, schema, attachment; map of metadata and channel */
    size_t size;
    uint64_t plain_size; /* chunk: uncompressed */
};

/* How the walk ended and what it met. */
struct mcap_end {
    bool whole;           /* data end, footer and magic stand, every CRC is right */
    bool has_footer;      /* the closing magic was reached */
    uint64_t good_octets; /* up to here records are whole */
    uint64_t octets;      /* read */
    uint64_t messages;
    uint32_t chunks;
    uint32_t bad_chunks;  /* left out: CRC, compression or framing is wrong */
    uint32_t bad_records; /* left out: content is wrong */
    char reason[160];     /* first thing that is wrong; empty if nothing */
    uint64_t reason_at;   /* its offset in the file */
};

struct mcap_reader;

/* limit: most octets of one record, and of one uncompressed chunk; 0: 256 MiB. */
MUST_USE int mcap_reader_new(struct mcap_reader **reader, struct mcap_source source,
                             size_t limit, struct fail *fail);
/* 1: an item; 0: the end (see mcap_reader_end); RESULT_WORLD: the source failed;
 * RESULT_MEMORY; RESULT_USAGE: not an MCAP file at all. */
MUST_USE int mcap_reader_next(struct mcap_reader *reader, struct mcap_item *item,
                              struct fail *fail);
const struct mcap_end *mcap_reader_end(const struct mcap_reader *reader);
void mcap_reader_free(struct mcap_reader *reader);

/* Steps through the map of a channel or metadata item: start with *at = 0; false at the
 * end, or where the map is torn. */
bool mcap_map_next(const struct mcap_item *item, size_t *at, struct mcap_text *key,
                   struct mcap_text *value);
