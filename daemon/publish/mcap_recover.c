/* SPDX-License-Identifier: Apache-2.0 */
/* Recovery of MCAP. In: a file, torn or not. Out: its whole chunks, octet for octet, and a
 * summary that fits them. */
#include "publish/mcap_recover.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "publish/mcap_index.h"

struct recover {
    struct mcap_index index;
    struct mcap_out out;
    bool open; /* a chunk was copied; its messages are being noted */
    uint64_t chunk_offset;
    uint64_t chunk_size;
    uint64_t packed_size;
    uint64_t plain_size;
    char compression[8];
    uint32_t loose; /* messages outside chunks */
};

static int recover_close(struct recover *r, struct fail *fail)
{
    if (!r->open) {
        return 0;
    }
    r->open = false;
    return mcap_index_chunk(&r->index, &r->out, r->chunk_offset, r->chunk_size,
                            r->packed_size, r->plain_size, r->compression, fail);
}

static int recover_chunk(struct recover *r, const struct mcap_item *item, struct fail *fail)
{
    r->open = true;
    r->chunk_offset = r->out.octets;
    r->chunk_size = item->record_size;
    r->packed_size = item->size;
    r->plain_size = item->plain_size;
    size_t n = item->encoding.size < sizeof r->compression ? item->encoding.size : 0;
    memcpy(r->compression, item->encoding.data, n);
    r->compression[n] = '\0';
    return mcap_out_put(&r->out, item->record, item->record_size, fail);
}

/* A NUL-ended copy of a borrowed text; NULL when out of memory. */
static char *recover_text(struct mcap_text text)
{
    char *copy = calloc(1, (size_t)text.size + 1);
    if (copy && text.size > 0) {
        memcpy(copy, text.data, text.size);
    }
    return copy;
}

static int recover_extra(struct recover *r, const struct mcap_item *item, struct fail *fail)
{
    uint64_t offset = r->out.octets;
    char *name = recover_text(item->name);
    char *media = recover_text(item->encoding);
    int rc = name && media ? mcap_out_put(&r->out, item->record, item->record_size, fail)
                           : fail_set(fail, RESULT_MEMORY, "mcap: out of memory");
    if (rc == 0 && item->kind == MCAP_ITEM_METADATA) {
        mcap_index_metadata(&r->index, offset, item->record_size, name);
    } else if (rc == 0) {
        mcap_index_attachment(&r->index, offset, item->record_size, item->log_time_ns,
                              item->publish_time_ns, item->size, name, media);
    }
    free(name);
    free(media);
    return rc;
}

static int recover_item(struct recover *r, const struct mcap_item *item, struct fail *fail)
{
    int rc = item->in_chunk ? 0 : recover_close(r, fail);
    if (rc < 0) {
        return rc;
    }
    switch (item->kind) {
    case MCAP_ITEM_HEADER:
        return mcap_out_put(&r->out, item->record, item->record_size, fail);
    case MCAP_ITEM_CHUNK:
        return recover_chunk(r, item, fail);
    case MCAP_ITEM_SCHEMA:
    case MCAP_ITEM_CHANNEL:
        if (!item->in_chunk) {
            rc = mcap_out_put(&r->out, item->record, item->record_size, fail);
        }
        if (rc < 0) {
            return rc;
        }
        return item->kind == MCAP_ITEM_SCHEMA
                   ? mcap_index_schema(&r->index, item->id, item->record, item->record_size,
                                       fail)
                   : mcap_index_channel(&r->index, item->id, item->record,
                                        item->record_size, fail);
    case MCAP_ITEM_MESSAGE:
        if (item->in_chunk) {
            mcap_index_message(&r->index, item->id, item->log_time_ns, item->chunk_offset);
        } else {
            r->loose++;
        }
        return 0;
    case MCAP_ITEM_ATTACHMENT:
    case MCAP_ITEM_METADATA:
        return recover_extra(r, item, fail);
    case MCAP_ITEM_FOOTER:
    default:
        return 0;
    }
}

int mcap_recover(struct mcap_source source, struct mcap_sink sink, struct mcap_end *end,
                 struct fail *fail)
{
    struct mcap_reader *reader = NULL;
    struct recover r = {.out = {.sink = sink}};
    struct mcap_item item;
    int rc = mcap_index_init(&r.index, fail);
    if (rc == 0) {
        rc = mcap_reader_new(&reader, source, 0, fail);
    }
    bool begun = false;
    while (rc == 0) {
        rc = mcap_reader_next(reader, &item, fail);
        if (rc <= 0) {
            break;
        }
        rc = begun ? 0 : mcap_out_put(&r.out, mcap_magic, sizeof mcap_magic, fail);
        begun = true;
        if (rc == 0) {
            rc = recover_item(&r, &item, fail);
        }
    }
    if (rc == 0 && !begun) {
        rc = fail_set(fail, RESULT_TORN, "mcap: nothing whole in it");
    }
    if (rc == 0) {
        rc = recover_close(&r, fail);
    }
    if (rc == 0) {
        rc = mcap_index_finish(&r.index, &r.out, fail);
    }
    if (reader) {
        *end = *mcap_reader_end(reader);
        end->bad_records += r.loose;
    }
    mcap_reader_free(reader);
    mcap_index_close(&r.index);
    return rc;
}
