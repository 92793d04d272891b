/* SPDX-License-Identifier: Apache-2.0 */
/* What makes the Protobuf messages self-described: the FileDescriptorSet (descriptor.proto)
 * and the text of the same .proto file, both made from the tables.
 *
 * Package `v2xd`, proto2, every field optional or repeated. The knowledge and the unit of a
 * field stand in its trailing comment, in the text and in the set's source_code_info alike:
 * `obs; m`, `gt`, `inj; ms`. The text also has each column's sentence. */
#pragma once

#include "base/bytes.h"
#include "model/table.h"

/* A field whose value is another message of the same list. */
struct proto_child {
    const char *name;
    uint16_t number;
    bool repeated;
    const char *record; /* the other message, as it is named in the list */
};

/* One message: the columns of a table (NULL: none) and further messages within. */
struct proto_message {
    const char *record; /* snake_case or CamelCase; NULL: table->record */
    const struct table *table;
    const struct proto_child *children;
    size_t child_count;
    const char *sentence; /* "" or NULL: the table's */
};

/* Appends the name of a message: each word of record with a capital, no underscores. */
void proto_message_name(struct bytes *out, const char *record);

/* Appends a FileDescriptorSet with the one file `v2xd.proto`. */
void proto_descriptor_set(struct bytes *out, const struct proto_message *messages,
                          size_t count);
/* Appends the text of v2xd.proto. */
void proto_file_text(struct bytes *out, const struct proto_message *messages, size_t count);
