/* SPDX-License-Identifier: Apache-2.0 */
/* Lists the tables for the descriptor makers. */
#include "publish/schema.h"

#include "model/records.h"
#include "publish/canonical.h"
#include "publish/proto_descriptor.h"

static size_t list_messages(struct proto_message *messages,
                            const struct proto_message *extra, size_t count)
{
    size_t n = 0;
    for (int i = 0; i < records_table_count; i++) {
        messages[n++] = (struct proto_message){.table = records_tables[i]};
    }
    for (size_t i = 0; i < count && n < SCHEMA_TABLES_MOST; i++) {
        messages[n++] = extra[i];
    }
    return n;
}

void schema_descriptor_set(struct bytes *out, const struct proto_message *extra,
                           size_t count)
{
    struct proto_message messages[SCHEMA_TABLES_MOST];
    proto_descriptor_set(out, messages, list_messages(messages, extra, count));
}

void schema_proto_text(struct bytes *out, const struct proto_message *extra, size_t count)
{
    struct proto_message messages[SCHEMA_TABLES_MOST];
    proto_file_text(out, messages, list_messages(messages, extra, count));
}

uint32_t schema_id(const struct bytes *descriptor_set)
{
    uint8_t sum[DIGEST_SIZE];
    digest_block(descriptor_set->data, descriptor_set->size, sum);
    return (uint32_t)sum[0] | (uint32_t)sum[1] << 8 | (uint32_t)sum[2] << 16 |
           (uint32_t)sum[3] << 24;
}
