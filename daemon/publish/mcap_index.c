/* SPDX-License-Identifier: Apache-2.0 */
/* The summary of an MCAP file. In: a note of each record as it is written. Out: message
 * indexes after each chunk; at the end schemas, channels, statistics, chunk, metadata and
 * attachment indexes, and the footer. */
#include "publish/mcap_index.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

const uint8_t mcap_magic[8] = {0x89, 'M', 'C', 'A', 'P', 0x30, '\r', '\n'};

static void patch_le(struct bytes *out, size_t at, uint64_t value, size_t n)
{
    for (size_t i = 0; !out->failed && i < n; i++) {
        out->data[at + i] = (uint8_t)(value >> (8 * i));
    }
}

size_t mcap_record_open(struct bytes *out, enum mcap_opcode opcode)
{
    size_t start = out->size;
    bytes_u8(out, (uint8_t)opcode);
    bytes_le(out, 0, 8);
    return start;
}

void mcap_record_close(struct bytes *out, size_t start)
{
    patch_le(out, start + 1, out->size - start - MCAP_RECORD_HEAD, 8);
}

void mcap_put_text(struct bytes *out, const char *text)
{
    size_t n = strlen(text);
    bytes_le(out, n, 4);
    bytes_put(out, text, n);
}

void mcap_put_map(struct bytes *out, const struct mcap_pair *pairs, size_t count)
{
    size_t at = out->size;
    bytes_le(out, 0, 4);
    for (size_t i = 0; i < count; i++) {
        mcap_put_text(out, pairs[i].key);
        mcap_put_text(out, pairs[i].value);
    }
    patch_le(out, at, out->size - at - 4, 4);
}

int mcap_out_put(struct mcap_out *out, const void *data, size_t n, struct fail *fail)
{
    if (n == 0) {
        return 0;
    }
    if (!out->broken && out->sink.write(out->sink.context, data, n) != 0) {
        out->broken = true;
    }
    if (out->broken) {
        return fail_set(fail, RESULT_WORLD, "mcap: the file could not be written");
    }
    out->crc = (uint32_t)crc32_z(out->crc, data, n);
    out->octets += n;
    return 0;
}

static int index_memory(const struct bytes *b, struct fail *fail)
{
    return b->failed ? fail_set(fail, RESULT_MEMORY, "mcap: out of memory") : 0;
}

int mcap_index_init(struct mcap_index *index, struct fail *fail)
{
    *index = (struct mcap_index){0};
    index->schema_seen = calloc(MCAP_CHANNELS + 1, 1);
    return index->schema_seen ? 0 : fail_set(fail, RESULT_MEMORY, "mcap: out of memory");
}

int mcap_index_schema(struct mcap_index *index, uint16_t id, const void *record,
                      size_t size, struct fail *fail)
{
    if (!index->schema_seen[id]) {
        index->schema_seen[id] = 1;
        index->schema_count++;
        bytes_put(&index->schemas, record, size);
    }
    return index_memory(&index->schemas, fail);
}

int mcap_index_channel(struct mcap_index *index, uint16_t id, const void *record,
                       size_t size, struct fail *fail)
{
    if (id >= index->channel_room) {
        uint32_t room = index->channel_room ? index->channel_room : 64;
        while (room <= id) {
            room *= 2;
        }
        struct mcap_index_channel *grown =
            realloc(index->per_channel, room * sizeof *grown);
        if (!grown) {
            return fail_set(fail, RESULT_MEMORY, "mcap: out of memory");
        }
        memset(grown + index->channel_room, 0,
               (room - index->channel_room) * sizeof *grown);
        index->per_channel = grown;
        index->channel_room = room;
    }
    if (!index->per_channel[id].known) {
        index->per_channel[id].known = true;
        index->channel_count++;
        bytes_put(&index->channels, record, size);
    }
    return index_memory(&index->channels, fail);
}

bool mcap_index_knows(const struct mcap_index *index, uint16_t channel)
{
    return channel < index->channel_room && index->per_channel[channel].known;
}

void mcap_index_message(struct mcap_index *index, uint16_t channel, uint64_t log_time_ns,
                        uint64_t offset)
{
    assert(mcap_index_knows(index, channel));
    bytes_le(&index->per_channel[channel].entries, log_time_ns, 8);
    bytes_le(&index->per_channel[channel].entries, offset, 8);
    if (index->chunk_messages == 0 || log_time_ns < index->chunk_start_ns) {
        index->chunk_start_ns = log_time_ns;
    }
    if (log_time_ns > index->chunk_end_ns) {
        index->chunk_end_ns = log_time_ns;
    }
    index->chunk_messages++;
}

void mcap_index_drop(struct mcap_index *index)
{
    for (uint32_t i = 0; i < index->channel_room; i++) {
        bytes_clear(&index->per_channel[i].entries);
    }
    index->chunk_messages = 0;
    index->chunk_start_ns = 0;
    index->chunk_end_ns = 0;
}

/* Message index records of the open chunk into `records`, and the map channel -> where its
 * record stands in the file into `offsets`. */
static void index_messages(struct mcap_index *index, uint64_t file_offset,
                           struct bytes *records, struct bytes *offsets)
{
    for (uint32_t i = 0; i < index->channel_room; i++) {
        struct mcap_index_channel *channel = &index->per_channel[i];
        if (channel->entries.size == 0) {
            continue;
        }
        bytes_le(offsets, i, 2);
        bytes_le(offsets, file_offset + records->size, 8);
        size_t start = mcap_record_open(records, MCAP_MESSAGE_INDEX);
        bytes_le(records, i, 2);
        bytes_le(records, channel->entries.size, 4);
        bytes_put(records, channel->entries.data, channel->entries.size);
        records->failed |= channel->entries.failed;
        mcap_record_close(records, start);
        channel->messages += channel->entries.size / 16;
    }
}

static void index_totals(struct mcap_index *index)
{
    if (index->chunk_messages > 0) {
        if (index->message_count == 0 || index->chunk_start_ns < index->start_ns) {
            index->start_ns = index->chunk_start_ns;
        }
        if (index->chunk_end_ns > index->end_ns) {
            index->end_ns = index->chunk_end_ns;
        }
    }
    index->message_count += index->chunk_messages;
    index->chunk_count++;
}

int mcap_index_chunk(struct mcap_index *index, struct mcap_out *out, uint64_t chunk_offset,
                     uint64_t chunk_size, uint64_t packed_size, uint64_t plain_size,
                     const char *compression, struct fail *fail)
{
    struct bytes records = {0};
    struct bytes offsets = {0};
    index_messages(index, chunk_offset + chunk_size, &records, &offsets);
    size_t start = mcap_record_open(&index->chunks, MCAP_CHUNK_INDEX);
    bytes_le(&index->chunks, index->chunk_start_ns, 8);
    bytes_le(&index->chunks, index->chunk_end_ns, 8);
    bytes_le(&index->chunks, chunk_offset, 8);
    bytes_le(&index->chunks, chunk_size, 8);
    bytes_le(&index->chunks, offsets.size, 4);
    bytes_put(&index->chunks, offsets.data, offsets.size);
    bytes_le(&index->chunks, records.size, 8);
    mcap_put_text(&index->chunks, compression);
    bytes_le(&index->chunks, packed_size, 8);
    bytes_le(&index->chunks, plain_size, 8);
    mcap_record_close(&index->chunks, start);
    index->chunks.failed |= records.failed || offsets.failed;
    int rc = index_memory(&index->chunks, fail);
    if (rc == 0) {
        rc = mcap_out_put(out, records.data, records.size, fail);
    }
    bytes_close(&records);
    bytes_close(&offsets);
    index_totals(index);
    mcap_index_drop(index);
    return rc;
}

void mcap_index_metadata(struct mcap_index *index, uint64_t offset, uint64_t size,
                         const char *name)
{
    size_t start = mcap_record_open(&index->metadata, MCAP_METADATA_INDEX);
    bytes_le(&index->metadata, offset, 8);
    bytes_le(&index->metadata, size, 8);
    mcap_put_text(&index->metadata, name);
    mcap_record_close(&index->metadata, start);
    index->metadata_count++;
}

void mcap_index_attachment(struct mcap_index *index, uint64_t offset, uint64_t size,
                           uint64_t log_time_ns, uint64_t create_time_ns,
                           uint64_t data_size, const char *name, const char *media_type)
{
    struct bytes *out = &index->attachments;
    size_t start = mcap_record_open(out, MCAP_ATTACHMENT_INDEX);
    bytes_le(out, offset, 8);
    bytes_le(out, size, 8);
    bytes_le(out, log_time_ns, 8);
    bytes_le(out, create_time_ns, 8);
    bytes_le(out, data_size, 8);
    mcap_put_text(out, name);
    mcap_put_text(out, media_type);
    mcap_record_close(out, start);
    index->attachment_count++;
}

static void index_statistics(const struct mcap_index *index, struct bytes *out)
{
    size_t start = mcap_record_open(out, MCAP_STATISTICS);
    bytes_le(out, index->message_count, 8);
    bytes_le(out, index->schema_count, 2);
    bytes_le(out, index->channel_count, 4);
    bytes_le(out, index->attachment_count, 4);
    bytes_le(out, index->metadata_count, 4);
    bytes_le(out, index->chunk_count, 4);
    bytes_le(out, index->start_ns, 8);
    bytes_le(out, index->end_ns, 8);
    size_t map = out->size;
    bytes_le(out, 0, 4);
    for (uint32_t i = 0; i < index->channel_room; i++) {
        if (index->per_channel[i].messages > 0) {
            bytes_le(out, i, 2);
            bytes_le(out, index->per_channel[i].messages, 8);
        }
    }
    patch_le(out, map, out->size - map - 4, 4);
    mcap_record_close(out, start);
}

/* One group of the summary, and its summary offset record into `offsets`. */
static void index_group(struct bytes *out, struct bytes *offsets, enum mcap_opcode opcode,
                        const struct bytes *group, uint64_t summary_start)
{
    if (group->size == 0) {
        return;
    }
    size_t start = mcap_record_open(offsets, MCAP_SUMMARY_OFFSET);
    bytes_u8(offsets, (uint8_t)opcode);
    bytes_le(offsets, summary_start + out->size, 8);
    bytes_le(offsets, group->size, 8);
    mcap_record_close(offsets, start);
    bytes_put(out, group->data, group->size);
    out->failed |= group->failed;
}

/* The summary CRC covers from the summary's start through the footer's two offsets. */
static void index_footer(struct bytes *out, uint64_t summary_start, uint64_t offsets_start)
{
    bytes_u8(out, MCAP_FOOTER);
    bytes_le(out, 20, 8);
    bytes_le(out, summary_start, 8);
    bytes_le(out, offsets_start, 8);
    bytes_le(out, (uint32_t)crc32_z(0, out->data, out->size), 4);
    bytes_put(out, mcap_magic, sizeof mcap_magic);
}

int mcap_index_finish(struct mcap_index *index, struct mcap_out *out, struct fail *fail)
{
    struct bytes end = {0};
    struct bytes summary = {0};
    struct bytes offsets = {0};
    struct bytes statistics = {0};
    size_t start = mcap_record_open(&end, MCAP_DATA_END);
    bytes_le(&end, out->crc, 4);
    mcap_record_close(&end, start);
    uint64_t summary_start = out->octets + end.size;
    index_statistics(index, &statistics);
    index_group(&summary, &offsets, MCAP_SCHEMA, &index->schemas, summary_start);
    index_group(&summary, &offsets, MCAP_CHANNEL, &index->channels, summary_start);
    index_group(&summary, &offsets, MCAP_STATISTICS, &statistics, summary_start);
    index_group(&summary, &offsets, MCAP_CHUNK_INDEX, &index->chunks, summary_start);
    index_group(&summary, &offsets, MCAP_METADATA_INDEX, &index->metadata, summary_start);
    index_group(&summary, &offsets, MCAP_ATTACHMENT_INDEX, &index->attachments,
                summary_start);
    uint64_t offsets_start = summary_start + summary.size;
    bytes_put(&summary, offsets.data, offsets.size);
    summary.failed |= offsets.failed || end.failed;
    if (!summary.failed) {
        index_footer(&summary, summary_start, offsets_start);
    }
    int rc = index_memory(&summary, fail);
    if (rc == 0) {
        rc = mcap_out_put(out, end.data, end.size, fail);
    }
    if (rc == 0) {
        rc = mcap_out_put(out, summary.data, summary.size, fail);
    }
    bytes_close(&end);
    bytes_close(&summary);
    bytes_close(&offsets);
    bytes_close(&statistics);
    return rc;
}

void mcap_index_close(struct mcap_index *index)
{
    for (uint32_t i = 0; i < index->channel_room; i++) {
        bytes_close(&index->per_channel[i].entries);
    }
    free(index->per_channel);
    free(index->schema_seen);
    bytes_close(&index->schemas);
    bytes_close(&index->channels);
    bytes_close(&index->chunks);
    bytes_close(&index->metadata);
    bytes_close(&index->attachments);
    *index = (struct mcap_index){0};
}
