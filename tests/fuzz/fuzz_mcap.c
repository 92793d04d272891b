/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as an MCAP file: read to the end, then recovered; what recovery writes must be
 * whole. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "publish/mcap_recover.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int put(void *context, const void *data, size_t n)
{
    bytes_put(context, data, n);
    return ((struct bytes *)context)->failed;
}

/* Octets that a message, name or map shows, so that each is really read. */
static unsigned touch(const struct mcap_item *item)
{
    unsigned sum = 0;
    struct mcap_text key;
    struct mcap_text value;
    size_t at = 0;
    for (size_t i = 0; item->data && i < item->size; i++) {
        sum += item->data[i];
    }
    for (size_t i = 0; i < item->record_size; i++) {
        sum += item->record[i];
    }
    for (size_t i = 0; i < item->name.size; i++) {
        sum += (unsigned char)item->name.data[i];
    }
    if (item->kind == MCAP_ITEM_CHANNEL || item->kind == MCAP_ITEM_METADATA) {
        while (mcap_map_next(item, &at, &key, &value)) {
            sum += key.size + value.size;
        }
    }
    return sum;
}

static bool whole(const struct bytes *file)
{
    struct fail fail;
    struct mcap_memory memory = {.data = file->data, .size = file->size};
    struct mcap_reader *reader = NULL;
    struct mcap_item item;
    if (mcap_reader_new(&reader, mcap_memory_source(&memory), 0, &fail) < 0) {
        abort();
    }
    while (mcap_reader_next(reader, &item, &fail) == 1) {
    }
    bool good = mcap_reader_end(reader)->has_footer;
    mcap_reader_free(reader);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fail fail;
    struct mcap_memory memory = {.data = data, .size = size};
    struct mcap_reader *reader = NULL;
    struct mcap_item item;
    struct mcap_end end;
    struct bytes out = {0};
    volatile unsigned sum = 0;
    if (mcap_reader_new(&reader, mcap_memory_source(&memory), 1 << 20, &fail) < 0) {
        return 0;
    }
    while (mcap_reader_next(reader, &item, &fail) == 1) {
        sum += touch(&item);
    }
    (void)sum;
    mcap_reader_free(reader);
    memory.at = 0;
    struct mcap_sink sink = {put, &out};
    if (mcap_recover(mcap_memory_source(&memory), sink, &end, &fail) == 0 && !whole(&out)) {
        abort();
    }
    bytes_close(&out);
    return 0;
}
