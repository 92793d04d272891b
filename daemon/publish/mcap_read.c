/* SPDX-License-Identifier: Apache-2.0 */
/* MCAP in. In: octets from a source. Out: schemas, channels, messages, attachments and
 * metadata one by one, and at the end what was wrong and where.
 *
 * Walk: magic, then record after record; a chunk is checked as a whole, uncompressed, and
 * walked record by record before the file goes on. A record that the file does not hold
 * entirely ends the walk: that is where it was torn. */
#include "publish/mcap_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/bytes.h"
#include "base/cursor.h"
#include "publish/mcap_index.h"

enum { READ_STEP = 1 << 16, READ_LIMIT = 256 << 20 };

struct mcap_reader {
    struct mcap_source source;
    size_t limit;
    struct bytes record;  /* the record at `offset` of the file, head included */
    struct bytes plain;   /* the open chunk, uncompressed */
    struct cursor chunk;  /* where the walk stands in it */
    uint64_t offset;      /* of the record, or of the chunk it opens */
    uint32_t crc;         /* of the file before the record */
    uint32_t summary_crc; /* from the end of data on */
    uint8_t *schemas;     /* seen: one an id */
    uint8_t *channels;
    ZSTD_DCtx *zstd;
    struct mcap_end end;
    bool started;
    bool in_chunk;
    bool data_ended;
    bool done;
};

static size_t memory_read(void *context, void *data, size_t n, bool *broken)
{
    struct mcap_memory *memory = context;
    size_t left = memory->size - memory->at;
    size_t got = n < left ? n : left;
    (void)broken;
    if (got > 0) {
        memcpy(data, memory->data + memory->at, got);
        memory->at += got;
    }
    return got;
}

struct mcap_source mcap_memory_source(struct mcap_memory *memory)
{
    return (struct mcap_source){.read = memory_read, .context = memory};
}

int mcap_reader_new(struct mcap_reader **out, struct mcap_source source, size_t limit,
                    struct fail *fail)
{
    struct mcap_reader *r = calloc(1, sizeof *r);
    *out = NULL;
    if (r) {
        r->source = source;
        r->limit = limit ? limit : READ_LIMIT;
        r->schemas = calloc(UINT16_MAX + 1, 1);
        r->channels = calloc(UINT16_MAX + 1, 1);
        r->zstd = ZSTD_createDCtx();
    }
    if (!r || !r->schemas || !r->channels || !r->zstd) {
        mcap_reader_free(r);
        return fail_set(fail, RESULT_MEMORY, "mcap: out of memory");
    }
    *out = r;
    return 0;
}

/* The first thing that is wrong is the one told. */
static void read_blame(struct mcap_reader *r, const char *reason)
{
    if (!r->end.reason[0]) {
        (void)snprintf(r->end.reason, sizeof r->end.reason, "%s", reason);
        r->end.reason_at = r->offset;
    }
}

/* Appends n octets of the source to r->record, in steps so that a false length costs
 * nothing: 1, 0 when the source ends before, or RESULT_. */
static int read_more(struct mcap_reader *r, uint64_t n, struct fail *fail)
{
    uint8_t step[4096];
    while (n > 0) {
        bool broken = false;
        size_t want = n < sizeof step ? (size_t)n : sizeof step;
        size_t got = r->source.read(r->source.context, step, want, &broken);
        if (broken) {
            return fail_set(fail, RESULT_WORLD, "mcap: the file could not be read");
        }
        if (got == 0 || got > want) {
            return 0;
        }
        bytes_put(&r->record, step, got);
        if (r->record.failed) {
            return fail_set(fail, RESULT_MEMORY, "mcap: out of memory");
        }
        r->end.octets += got;
        n -= got;
    }
    return 1;
}

static struct mcap_text read_text(struct cursor *c)
{
    uint32_t size = cursor_le32(c);
    const uint8_t *data = cursor_take(c, size);
    return (struct mcap_text){.data = data ? (const char *)data : "",
                              .size = data ? size : 0};
}

static void read_schema(struct cursor *c, struct mcap_item *item)
{
    item->kind = MCAP_ITEM_SCHEMA;
    item->id = cursor_le16(c);
    item->name = read_text(c);
    item->encoding = read_text(c);
    item->size = cursor_le32(c);
    item->data = cursor_take(c, item->size);
}

static void read_channel(struct cursor *c, struct mcap_item *item)
{
    item->kind = MCAP_ITEM_CHANNEL;
    item->id = cursor_le16(c);
    item->schema = cursor_le16(c);
    item->name = read_text(c);
    item->encoding = read_text(c);
    item->size = cursor_le32(c);
    item->data = cursor_take(c, item->size);
}

static void read_message(struct cursor *c, struct mcap_item *item)
{
    item->kind = MCAP_ITEM_MESSAGE;
    item->id = cursor_le16(c);
    item->sequence = cursor_le32(c);
    item->log_time_ns = cursor_le(c, 8);
    item->publish_time_ns = cursor_le(c, 8);
    item->size = cursor_left(c);
    item->data = cursor_take(c, item->size);
}

/* A schema, channel or message: true if it is new and sound. */
static bool read_content(struct mcap_reader *r, uint8_t opcode, struct cursor *c,
                         struct mcap_item *item)
{
    if (opcode == MCAP_SCHEMA) {
        read_schema(c, item);
        if (c->torn || item->id == 0) {
            r->end.bad_records++;
            read_blame(r, "a schema record is wrong");
            return false;
        }
        return !r->schemas[item->id] && (r->schemas[item->id] = 1);
    }
    if (opcode == MCAP_CHANNEL) {
        read_channel(c, item);
        if (c->torn || (item->schema && !r->schemas[item->schema])) {
            r->end.bad_records++;
            read_blame(r, "a channel record is wrong or its schema is unknown");
            return false;
        }
        return !r->channels[item->id] && (r->channels[item->id] = 1);
    }
    read_message(c, item);
    if (c->torn || !r->channels[item->id]) {
        r->end.bad_records++;
        read_blame(r, "a message record is wrong or its channel is unknown");
        return false;
    }
    r->end.messages++;
    return true;
}

/* Uncompresses into r->plain, in steps and not beyond the limit. */
static bool read_unpack(struct mcap_reader *r, const uint8_t *data, size_t size,
                        uint64_t plain_size)
{
    static const size_t step = READ_STEP;
    ZSTD_inBuffer in = {.src = data, .size = size};
    uint8_t *room = malloc(step);
    size_t left = 1;
    (void)ZSTD_DCtx_reset(r->zstd, ZSTD_reset_session_only);
    while (room && left != 0 && r->plain.size <= plain_size && !r->plain.failed) {
        ZSTD_outBuffer out = {.dst = room, .size = step};
        left = ZSTD_decompressStream(r->zstd, &out, &in);
        if (ZSTD_isError(left) || (out.pos == 0 && in.pos == in.size && left != 0)) {
            break;
        }
        bytes_put(&r->plain, room, out.pos);
    }
    free(room);
    return left == 0 && in.pos == in.size && r->plain.size == plain_size &&
           !r->plain.failed;
}

/* Every record of the chunk lies within it. */
static bool read_framed(const struct bytes *plain)
{
    struct cursor c = cursor_init(plain->data, plain->size);
    while (!c.torn && cursor_left(&c) > 0) {
        (void)cursor_u8(&c);
        uint64_t size = cursor_le(&c, 8);
        if (size > plain->size) {
            return false;
        }
        cursor_skip(&c, (size_t)size);
    }
    return !c.torn;
}

static bool text_is(struct mcap_text text, const char *what)
{
    return text.size == strlen(what) && memcmp(text.data, what, text.size) == 0;
}

/* Opens the chunk in r->record; false, with the blame laid, if it must be left out. */
static bool read_chunk(struct mcap_reader *r, struct cursor *c, struct mcap_item *item)
{
    item->kind = MCAP_ITEM_CHUNK;
    item->log_time_ns = cursor_le(c, 8);
    item->publish_time_ns = cursor_le(c, 8);
    item->plain_size = cursor_le(c, 8);
    uint32_t crc = cursor_le32(c);
    item->encoding = read_text(c);
    uint64_t size = cursor_le(c, 8);
    bool fits = !c->torn && size == cursor_left(c) && item->plain_size <= r->limit;
    const uint8_t *data = fits ? cursor_take(c, (size_t)size) : NULL;
    item->data = data;
    item->size = data ? (size_t)size : 0;
    bytes_clear(&r->plain);
    if (!data) {
        read_blame(r, "a chunk's lengths are wrong or over the limit");
        return false;
    }
    bool good = false;
    if (text_is(item->encoding, "zstd")) {
        good = read_unpack(r, data, item->size, item->plain_size);
    } else if (item->encoding.size == 0) {
        bytes_put(&r->plain, data, item->size);
        good = !r->plain.failed && r->plain.size == item->plain_size;
    }
    if (!good) {
        read_blame(r, "a chunk cannot be uncompressed");
        return false;
    }
    if (crc != 0 && crc32_z(0, r->plain.data, r->plain.size) != crc) {
        read_blame(r, "a chunk's CRC is wrong");
        return false;
    }
    if (!read_framed(&r->plain)) {
        read_blame(r, "a chunk holds a torn record");
        return false;
    }
    r->chunk = cursor_init(r->plain.data, r->plain.size);
    r->in_chunk = true;
    return true;
}

static bool read_attachment(struct mcap_reader *r, struct cursor *c, struct mcap_item *item)
{
    item->kind = MCAP_ITEM_ATTACHMENT;
    item->log_time_ns = cursor_le(c, 8);
    item->publish_time_ns = cursor_le(c, 8);
    item->name = read_text(c);
    item->encoding = read_text(c);
    uint64_t size = cursor_le(c, 8);
    item->data = size <= cursor_left(c) ? cursor_take(c, (size_t)size) : NULL;
    item->size = item->data ? (size_t)size : 0;
    size_t covered = c->at;
    uint32_t crc = cursor_le32(c);
    if (!item->data || c->torn || (crc != 0 && crc32_z(0, c->data, covered) != crc)) {
        r->end.bad_records++;
        read_blame(r, "an attachment is wrong");
        return false;
    }
    return true;
}

static bool read_metadata(struct mcap_reader *r, struct cursor *c, struct mcap_item *item)
{
    item->kind = MCAP_ITEM_METADATA;
    item->name = read_text(c);
    item->size = cursor_le32(c);
    item->data = cursor_take(c, item->size);
    if (c->torn) {
        r->end.bad_records++;
        read_blame(r, "a metadata record is wrong");
    }
    return !c->torn;
}

/* The next record of the open chunk that is worth an item: 1, or 0 at the chunk's end. */
static int read_in_chunk(struct mcap_reader *r, struct mcap_item *item)
{
    while (cursor_left(&r->chunk) > 0) {
        size_t start = r->chunk.at;
        uint8_t opcode = cursor_u8(&r->chunk);
        size_t size = (size_t)cursor_le(&r->chunk, 8);
        struct cursor c = cursor_init(cursor_take(&r->chunk, size), size);
        *item = (struct mcap_item){.offset = r->offset,
                                   .record = r->plain.data + start,
                                   .record_size = MCAP_RECORD_HEAD + size,
                                   .chunk_offset = start,
                                   .in_chunk = true};
        if (opcode != MCAP_SCHEMA && opcode != MCAP_CHANNEL && opcode != MCAP_MESSAGE) {
            continue;
        }
        if (read_content(r, opcode, &c, item)) {
            return 1;
        }
    }
    r->in_chunk = false;
    return 0;
}

/* The end of the data section: its CRC covers all before it. */
static void read_data_end(struct mcap_reader *r, struct cursor *c)
{
    uint32_t crc = cursor_le32(c);
    if (c->torn || (crc != 0 && crc != r->crc)) {
        r->end.bad_records++;
        read_blame(r, "the CRC of the data section is wrong");
    }
    r->data_ended = true;
}

/* Footer and closing magic. */
static int read_footer(struct mcap_reader *r, struct cursor *c, struct mcap_item *item,
                       struct fail *fail)
{
    item->kind = MCAP_ITEM_FOOTER;
    cursor_skip(c, 16);
    uint32_t crc = cursor_le32(c);
    uint32_t sum =
        c->torn ? 0
                : (uint32_t)crc32_z(r->summary_crc, r->record.data, MCAP_RECORD_HEAD + 16);
    if (c->torn || c->size != 20 || (crc != 0 && crc != sum)) {
        r->end.bad_records++;
        read_blame(r, "the footer or the CRC of the summary is wrong");
    }
    size_t at = r->record.size;
    int rc = read_more(r, sizeof mcap_magic, fail);
    if (rc < 0) {
        return rc;
    }
    if (rc == 0 || memcmp(r->record.data + at, mcap_magic, sizeof mcap_magic) != 0) {
        read_blame(r, "the closing magic is missing");
    } else {
        r->end.has_footer = true;
        r->end.good_octets = r->end.octets;
    }
    if (!r->data_ended) {
        read_blame(r, "there is no end of data before the footer");
    }
    item->record = r->record.data;
    item->record_size = at;
    r->done = true;
    r->end.whole = r->end.has_footer && r->data_ended && !r->end.reason[0];
    return 1;
}

/* Reads the next whole record of the file into r->record: 1, or 0 where the file ends. */
static int read_record(struct mcap_reader *r, struct fail *fail)
{
    r->offset = r->end.octets;
    bytes_clear(&r->record);
    int rc = read_more(r, MCAP_RECORD_HEAD, fail);
    if (rc <= 0) {
        if (rc == 0) {
            read_blame(r, r->record.size ? "torn in a record's head"
                                         : "ends without a footer");
        }
        return rc;
    }
    struct cursor head = cursor_init(r->record.data + 1, 8);
    uint64_t size = cursor_le(&head, 8);
    if (size > r->limit) {
        read_blame(r, "a record is longer than the limit");
        return 0;
    }
    rc = read_more(r, size, fail);
    if (rc == 0) {
        read_blame(r, "torn inside a record");
    }
    return rc;
}

/* One record of the file: 1 an item, 0 nothing to tell, or RESULT_. */
static int read_dispatch(struct mcap_reader *r, struct mcap_item *item, struct fail *fail)
{
    uint8_t opcode = r->record.data[0];
    struct cursor c =
        cursor_init(r->record.data + MCAP_RECORD_HEAD, r->record.size - MCAP_RECORD_HEAD);
    *item = (struct mcap_item){
        .offset = r->offset, .record = r->record.data, .record_size = r->record.size};
    if (r->data_ended && opcode != MCAP_FOOTER) {
        return 0; /* the summary repeats what was read */
    }
    switch (opcode) {
    case MCAP_HEADER:
        item->kind = MCAP_ITEM_HEADER;
        item->name = read_text(&c);
        item->encoding = read_text(&c);
        return !c.torn;
    case MCAP_SCHEMA:
    case MCAP_CHANNEL:
    case MCAP_MESSAGE:
        return read_content(r, opcode, &c, item);
    case MCAP_CHUNK:
        if (read_chunk(r, &c, item)) {
            r->end.chunks++;
            return 1;
        }
        r->end.bad_chunks++;
        return 0;
    case MCAP_ATTACHMENT:
        return read_attachment(r, &c, item);
    case MCAP_METADATA:
        return read_metadata(r, &c, item);
    case MCAP_DATA_END:
        read_data_end(r, &c);
        return 0;
    case MCAP_FOOTER:
        return read_footer(r, &c, item, fail);
    default:
        return 0; /* message indexes, and what later editions add */
    }
}

static int read_start(struct mcap_reader *r, struct fail *fail)
{
    int rc = read_more(r, sizeof mcap_magic, fail);
    if (rc < 0) {
        return rc;
    }
    if (rc == 0 || memcmp(r->record.data, mcap_magic, sizeof mcap_magic) != 0) {
        r->done = true;
        read_blame(r, "not an MCAP file");
        return fail_set(fail, RESULT_USAGE, "not an MCAP file");
    }
    r->crc = (uint32_t)crc32_z(0, r->record.data, r->record.size);
    r->end.good_octets = r->end.octets;
    r->started = true;
    return 0;
}

int mcap_reader_next(struct mcap_reader *r, struct mcap_item *item, struct fail *fail)
{
    int rc = 0;
    if (!r->started && !r->done) {
        rc = read_start(r, fail);
        if (rc < 0) {
            return rc;
        }
    }
    while (!r->done) {
        if (r->in_chunk && read_in_chunk(r, item) == 1) {
            return 1;
        }
        rc = read_record(r, fail);
        if (rc <= 0) {
            r->done = true;
            return rc;
        }
        bool summary = r->data_ended;
        r->end.good_octets = r->end.octets;
        rc = read_dispatch(r, item, fail);
        r->crc = (uint32_t)crc32_z(r->crc, r->record.data, r->record.size);
        if (summary) {
            r->summary_crc =
                (uint32_t)crc32_z(r->summary_crc, r->record.data, r->record.size);
        }
        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

const struct mcap_end *mcap_reader_end(const struct mcap_reader *r)
{
    return &r->end;
}

void mcap_reader_free(struct mcap_reader *r)
{
    if (!r) {
        return;
    }
    free(r->schemas);
    free(r->channels);
    ZSTD_freeDCtx(r->zstd);
    bytes_close(&r->record);
    bytes_close(&r->plain);
    free(r);
}

bool mcap_map_next(const struct mcap_item *item, size_t *at, struct mcap_text *key,
                   struct mcap_text *value)
{
    if (!item->data || *at >= item->size) {
        return false;
    }
    struct cursor c = cursor_init(item->data + *at, item->size - *at);
    *key = read_text(&c);
    *value = read_text(&c);
    *at += c.at;
    return !c.torn;
}
