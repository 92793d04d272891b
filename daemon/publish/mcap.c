/* SPDX-License-Identifier: Apache-2.0 */
/* MCAP out. In: schemas, channels, messages with their times. Out: octets to a sink.
 *
 * Messages gather in the open chunk together with the schemas and channels that they use
 * for the first time; a full chunk is compressed, written and indexed; the end writes the
 * summary. If the sink fails, the writer stays failed and what the sink took stays good. */
#include "publish/mcap.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "publish/mcap_index.h"

/* A record kept until a chunk needs it. */
struct mcap_declared {
    struct bytes record;
    uint16_t schema; /* of a channel; 0: none */
    bool written;
};

struct mcap {
    struct mcap_out out;
    struct mcap_index index;
    struct mcap_declared *schemas; /* id - 1 */
    struct mcap_declared *channels;
    uint32_t schema_count;
    uint32_t channel_count;
    uint32_t schema_room;
    uint32_t channel_room;
    struct bytes chunk;  /* records of the open chunk */
    struct bytes packed; /* the chunk record that is written */
    ZSTD_CCtx *zstd;
    uint64_t chunk_first_ns;
    uint64_t messages;
};

static int mcap_memory(struct fail *fail)
{
    return fail_set(fail, RESULT_MEMORY, "mcap: out of memory");
}

int mcap_new(struct mcap **out, struct mcap_sink sink, const char *profile,
             const char *library, struct fail *fail)
{
    struct bytes head = {0};
    struct mcap *mcap = calloc(1, sizeof *mcap);
    *out = NULL;
    if (!mcap) {
        return mcap_memory(fail);
    }
    mcap->out.sink = sink;
    mcap->zstd = ZSTD_createCCtx();
    int rc = mcap_index_init(&mcap->index, fail);
    if (rc == 0 && (!mcap->zstd || ZSTD_isError(ZSTD_CCtx_setParameter(
                                       mcap->zstd, ZSTD_c_compressionLevel, MCAP_LEVEL)))) {
        rc = mcap_memory(fail);
    }
    if (rc == 0) {
        bytes_put(&head, mcap_magic, sizeof mcap_magic);
        size_t start = mcap_record_open(&head, MCAP_HEADER);
        mcap_put_text(&head, profile);
        mcap_put_text(&head, library);
        mcap_record_close(&head, start);
        rc = head.failed ? mcap_memory(fail)
                         : mcap_out_put(&mcap->out, head.data, head.size, fail);
    }
    bytes_close(&head);
    if (rc < 0) {
        mcap_free(mcap);
        return rc;
    }
    *out = mcap;
    return 0;
}

/* Room for one more; the new one is zeroed. NULL when full or out of memory. */
static struct mcap_declared *mcap_declare(struct mcap_declared **list, uint32_t *count,
                                          uint32_t *room, struct fail *fail)
{
    if (*count >= MCAP_CHANNELS) {
        (void)fail_set(fail, RESULT_USAGE, "mcap: more than %d of a kind", MCAP_CHANNELS);
        return NULL;
    }
    if (*count == *room) {
        uint32_t more = *room ? *room * 2 : 16;
        struct mcap_declared *grown = realloc(*list, more * sizeof *grown);
        if (!grown) {
            (void)mcap_memory(fail);
            return NULL;
        }
        *list = grown;
        *room = more;
    }
    struct mcap_declared *made = &(*list)[(*count)++];
    *made = (struct mcap_declared){0};
    return made;
}

int mcap_schema(struct mcap *mcap, const char *name, const char *encoding, const void *data,
                size_t size, uint16_t *id, struct fail *fail)
{
    if (size > UINT32_MAX) {
        return fail_set(fail, RESULT_USAGE, "mcap: schema %s is too long", name);
    }
    struct mcap_declared *made =
        mcap_declare(&mcap->schemas, &mcap->schema_count, &mcap->schema_room, fail);
    if (!made) {
        return fail->code;
    }
    *id = (uint16_t)mcap->schema_count;
    size_t start = mcap_record_open(&made->record, MCAP_SCHEMA);
    bytes_le(&made->record, *id, 2);
    mcap_put_text(&made->record, name);
    mcap_put_text(&made->record, encoding);
    bytes_le(&made->record, size, 4);
    bytes_put(&made->record, data, size);
    mcap_record_close(&made->record, start);
    return made->record.failed ? mcap_memory(fail) : 0;
}

int mcap_channel(struct mcap *mcap, uint16_t schema, const char *topic,
                 const char *encoding, const struct mcap_pair *metadata, size_t count,
                 uint16_t *id, struct fail *fail)
{
    if (schema > mcap->schema_count) {
        return fail_set(fail, RESULT_USAGE, "mcap: channel %s names schema %u", topic,
                        (unsigned)schema);
    }
    struct mcap_declared *made =
        mcap_declare(&mcap->channels, &mcap->channel_count, &mcap->channel_room, fail);
    if (!made) {
        return fail->code;
    }
    *id = (uint16_t)(mcap->channel_count - 1);
    made->schema = schema;
    size_t start = mcap_record_open(&made->record, MCAP_CHANNEL);
    bytes_le(&made->record, *id, 2);
    bytes_le(&made->record, schema, 2);
    mcap_put_text(&made->record, topic);
    mcap_put_text(&made->record, encoding);
    mcap_put_map(&made->record, metadata, count);
    mcap_record_close(&made->record, start);
    return made->record.failed ? mcap_memory(fail) : 0;
}

/* Schema and channel into the open chunk, before their first message. */
static int mcap_introduce(struct mcap *mcap, uint16_t id, struct fail *fail)
{
    struct mcap_declared *channel = &mcap->channels[id];
    if (channel->written) {
        return 0;
    }
    struct mcap_declared *schema =
        channel->schema ? &mcap->schemas[channel->schema - 1] : NULL;
    int rc = 0;
    if (schema && !schema->written) {
        bytes_put(&mcap->chunk, schema->record.data, schema->record.size);
        rc = mcap_index_schema(&mcap->index, channel->schema, schema->record.data,
                               schema->record.size, fail);
        schema->written = true;
    }
    if (rc == 0) {
        bytes_put(&mcap->chunk, channel->record.data, channel->record.size);
        rc = mcap_index_channel(&mcap->index, id, channel->record.data,
                                channel->record.size, fail);
        channel->written = true;
    }
    return rc;
}

static bool mcap_chunk_full(const struct mcap *mcap, const struct mcap_message *message)
{
    if (mcap->index.chunk_messages == 0) {
        return false;
    }
    return mcap->chunk.size + MCAP_RECORD_HEAD + MCAP_MESSAGE_HEAD + message->size >
               MCAP_CHUNK_OCTETS ||
           (message->log_time_ns >= mcap->chunk_first_ns &&
            message->log_time_ns - mcap->chunk_first_ns >= MCAP_CHUNK_SPAN_NS);
}

int mcap_message(struct mcap *mcap, const struct mcap_message *message, struct fail *fail)
{
    if (message->channel >= mcap->channel_count || message->size > UINT32_MAX) {
        return fail_set(fail, RESULT_USAGE,
                        "mcap: channel %u is unknown or the message long",
                        (unsigned)message->channel);
    }
    int rc = mcap_chunk_full(mcap, message) ? mcap_flush_chunk(mcap, fail) : 0;
    if (rc == 0) {
        rc = mcap_introduce(mcap, message->channel, fail);
    }
    if (rc < 0) {
        return rc;
    }
    if (mcap->index.chunk_messages == 0) {
        mcap->chunk_first_ns = message->log_time_ns;
    }
    mcap_index_message(&mcap->index, message->channel, message->log_time_ns,
                       mcap->chunk.size);
    size_t start = mcap_record_open(&mcap->chunk, MCAP_MESSAGE);
    bytes_le(&mcap->chunk, message->channel, 2);
    bytes_le(&mcap->chunk, message->sequence, 4);
    bytes_le(&mcap->chunk, message->log_time_ns, 8);
    bytes_le(&mcap->chunk, message->publish_time_ns, 8);
    bytes_put(&mcap->chunk, message->data, message->size);
    mcap_record_close(&mcap->chunk, start);
    mcap->messages++;
    return mcap->chunk.failed ? mcap_memory(fail) : 0;
}

/* The chunk record with its compressed records into mcap->packed; its packed size. */
static size_t mcap_pack(struct mcap *mcap)
{
    struct bytes *packed = &mcap->packed;
    size_t bound = ZSTD_compressBound(mcap->chunk.size);
    uint8_t *room = malloc(bound);
    size_t n =
        room ? ZSTD_compress2(mcap->zstd, room, bound, mcap->chunk.data, mcap->chunk.size)
             : 0;
    bytes_clear(packed);
    packed->failed = !room || ZSTD_isError(n);
    if (!packed->failed) {
        size_t start = mcap_record_open(packed, MCAP_CHUNK);
        bytes_le(packed, mcap->index.chunk_start_ns, 8);
        bytes_le(packed, mcap->index.chunk_end_ns, 8);
        bytes_le(packed, mcap->chunk.size, 8);
        bytes_le(packed, (uint32_t)crc32_z(0, mcap->chunk.data, mcap->chunk.size), 4);
        mcap_put_text(packed, "zstd");
        bytes_le(packed, n, 8);
        bytes_put(packed, room, n);
        mcap_record_close(packed, start);
    }
    free(room);
    return n;
}

int mcap_flush_chunk(struct mcap *mcap, struct fail *fail)
{
    if (mcap->chunk.failed) {
        return mcap_memory(fail);
    }
    if (mcap->chunk.size == 0) {
        return 0;
    }
    uint64_t offset = mcap->out.octets;
    size_t packed_size = mcap_pack(mcap);
    if (mcap->packed.failed) {
        return mcap_memory(fail);
    }
    int rc = mcap_out_put(&mcap->out, mcap->packed.data, mcap->packed.size, fail);
    if (rc == 0) {
        rc = mcap_index_chunk(&mcap->index, &mcap->out, offset, mcap->packed.size,
                              packed_size, mcap->chunk.size, "zstd", fail);
    }
    bytes_clear(&mcap->chunk);
    return rc;
}

int mcap_metadata(struct mcap *mcap, const char *name, const struct mcap_pair *pairs,
                  size_t count, struct fail *fail)
{
    struct bytes record = {0};
    uint64_t offset = mcap->out.octets;
    size_t start = mcap_record_open(&record, MCAP_METADATA);
    mcap_put_text(&record, name);
    mcap_put_map(&record, pairs, count);
    mcap_record_close(&record, start);
    int rc = record.failed ? mcap_memory(fail)
                           : mcap_out_put(&mcap->out, record.data, record.size, fail);
    if (rc == 0) {
        mcap_index_metadata(&mcap->index, offset, record.size, name);
    }
    bytes_close(&record);
    return rc;
}

int mcap_attachment(struct mcap *mcap, const char *name, const char *media_type,
                    uint64_t time_ns, const void *data, size_t size, struct fail *fail)
{
    struct bytes record = {0};
    uint64_t offset = mcap->out.octets;
    size_t start = mcap_record_open(&record, MCAP_ATTACHMENT);
    bytes_le(&record, time_ns, 8);
    bytes_le(&record, time_ns, 8);
    mcap_put_text(&record, name);
    mcap_put_text(&record, media_type);
    bytes_le(&record, size, 8);
    bytes_put(&record, data, size);
    if (!record.failed) {
        bytes_le(&record,
                 (uint32_t)crc32_z(0, record.data + MCAP_RECORD_HEAD,
                                   record.size - MCAP_RECORD_HEAD),
                 4);
    }
    mcap_record_close(&record, start);
    int rc = record.failed ? mcap_memory(fail)
                           : mcap_out_put(&mcap->out, record.data, record.size, fail);
    if (rc == 0) {
        mcap_index_attachment(&mcap->index, offset, record.size, time_ns, time_ns, size,
                              name, media_type);
    }
    bytes_close(&record);
    return rc;
}

int mcap_finish(struct mcap *mcap, struct fail *fail)
{
    int rc = mcap_flush_chunk(mcap, fail);
    return rc < 0 ? rc : mcap_index_finish(&mcap->index, &mcap->out, fail);
}

uint64_t mcap_octets(const struct mcap *mcap)
{
    return mcap->out.octets;
}

uint64_t mcap_messages(const struct mcap *mcap)
{
    return mcap->messages;
}

static void mcap_forget(struct mcap_declared *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        bytes_close(&list[i].record);
    }
    free(list);
}

void mcap_free(struct mcap *mcap)
{
    if (!mcap) {
        return;
    }
    mcap_forget(mcap->schemas, mcap->schema_count);
    mcap_forget(mcap->channels, mcap->channel_count);
    mcap_index_close(&mcap->index);
    bytes_close(&mcap->chunk);
    bytes_close(&mcap->packed);
    ZSTD_freeCCtx(mcap->zstd);
    free(mcap);
}
