/* SPDX-License-Identifier: Apache-2.0 */
/* What the end of an MCAP file says about its beginning: gathered while records are
 * written, or while a torn file is read again, and written as the summary section.
 *
 * Shared by the writer and by recovery, so that both end a file the same way. */
#pragma once

#include <stdbool.h>

#include "base/bytes.h"
#include "base/result.h"
#include "publish/mcap.h"

extern const uint8_t mcap_magic[8];

/* Record opcodes (MCAP specification, Records). */
enum mcap_opcode {
    MCAP_HEADER = 0x01,
    MCAP_FOOTER = 0x02,
    MCAP_SCHEMA = 0x03,
    MCAP_CHANNEL = 0x04,
    MCAP_MESSAGE = 0x05,
    MCAP_CHUNK = 0x06,
    MCAP_MESSAGE_INDEX = 0x07,
    MCAP_CHUNK_INDEX = 0x08,
    MCAP_ATTACHMENT = 0x09,
    MCAP_ATTACHMENT_INDEX = 0x0A,
    MCAP_STATISTICS = 0x0B,
    MCAP_METADATA = 0x0C,
    MCAP_METADATA_INDEX = 0x0D,
    MCAP_SUMMARY_OFFSET = 0x0E,
    MCAP_DATA_END = 0x0F,
};

enum {
    MCAP_RECORD_HEAD = 9,   /* opcode and length */
    MCAP_MESSAGE_HEAD = 22, /* channel, sequence, two times */
    MCAP_CHANNELS = 65535,
};

/* Appends a record's opcode and a length to be set by mcap_record_close(start). */
size_t mcap_record_open(struct bytes *out, enum mcap_opcode opcode);
void mcap_record_close(struct bytes *out, size_t start);
void mcap_put_text(struct bytes *out, const char *text);
void mcap_put_map(struct bytes *out, const struct mcap_pair *pairs, size_t count);

/* The octets written so far, their CRC, and the sticky failure of the sink. */
struct mcap_out {
    struct mcap_sink sink;
    uint64_t octets;
    uint32_t crc; /* of everything before the data end record */
    bool broken;
};

MUST_USE int mcap_out_put(struct mcap_out *out, const void *data, size_t n,
                          struct fail *fail);

struct mcap_index_channel {
    bool known;
    uint64_t messages;
    struct bytes entries; /* time and offset pairs of the open chunk */
};

struct mcap_index {
    struct bytes schemas; /* whole records */
    struct bytes channels;
    struct bytes chunks;
    struct bytes metadata;
    struct bytes attachments;
    uint8_t *schema_seen; /* one a schema id */
    struct mcap_index_channel *per_channel;
    uint32_t channel_room;
    uint16_t schema_count;
    uint32_t channel_count;
    uint32_t attachment_count;
    uint32_t metadata_count;
    uint32_t chunk_count;
    uint64_t message_count;
    uint64_t start_ns; /* least and most log time, 0 before the first message */
    uint64_t end_ns;
    uint64_t chunk_start_ns; /* the same of the open chunk */
    uint64_t chunk_end_ns;
    uint64_t chunk_messages;
};

MUST_USE int mcap_index_init(struct mcap_index *index, struct fail *fail);
/* Takes note of a whole schema or channel record; a repeated id is ignored. */
MUST_USE int mcap_index_schema(struct mcap_index *index, uint16_t id, const void *record,
                               size_t size, struct fail *fail);
MUST_USE int mcap_index_channel(struct mcap_index *index, uint16_t id, const void *record,
                                size_t size, struct fail *fail);
bool mcap_index_knows(const struct mcap_index *index, uint16_t channel);
/* A message of the open chunk, at that offset of the uncompressed records. */
void mcap_index_message(struct mcap_index *index, uint16_t channel, uint64_t log_time_ns,
                        uint64_t offset);
/* The open chunk was written at chunk_offset with chunk_size octets (record head included),
 * its records packed to packed_size from plain_size: writes the message indexes and notes
 * the chunk. */
MUST_USE int mcap_index_chunk(struct mcap_index *index, struct mcap_out *out,
                              uint64_t chunk_offset, uint64_t chunk_size,
                              uint64_t packed_size, uint64_t plain_size,
                              const char *compression, struct fail *fail);
/* Forgets the open chunk. */
void mcap_index_drop(struct mcap_index *index);
void mcap_index_metadata(struct mcap_index *index, uint64_t offset, uint64_t size,
                         const char *name);
void mcap_index_attachment(struct mcap_index *index, uint64_t offset, uint64_t size,
                           uint64_t log_time_ns, uint64_t create_time_ns,
                           uint64_t data_size, const char *name, const char *media_type);
/* Data end, summary, summary offsets, footer, magic. */
MUST_USE int mcap_index_finish(struct mcap_index *index, struct mcap_out *out,
                               struct fail *fail);
void mcap_index_close(struct mcap_index *index);
