/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors from tables. In: messages and their columns. Out: google/protobuf's
 * descriptor.proto on the wire (numbers beside the calls), and .proto text. */
#include "publish/proto_descriptor.h"

#include <string.h>

#include "publish/canonical_value.h"
#include "publish/proto.h"

/* FieldDescriptorProto.Type and Label. */
enum {
    TYPE_DOUBLE = 1,
    TYPE_FLOAT = 2,
    TYPE_INT64 = 3,
    TYPE_UINT64 = 4,
    TYPE_INT32 = 5,
    TYPE_BOOL = 8,
    TYPE_STRING = 9,
    TYPE_MESSAGE = 11,
    TYPE_BYTES = 12,
    TYPE_UINT32 = 13,
    LABEL_OPTIONAL = 1,
    LABEL_REPEATED = 3,
};

static int descriptor_type(enum column_type type, const char **name)
{
    switch (type) {
    case COLUMN_BOOL:
        *name = "bool";
        return TYPE_BOOL;
    case COLUMN_I32:
        *name = "int32";
        return TYPE_INT32;
    case COLUMN_U32:
        *name = "uint32";
        return TYPE_UINT32;
    case COLUMN_I64:
        *name = "int64";
        return TYPE_INT64;
    case COLUMN_U64:
        *name = "uint64";
        return TYPE_UINT64;
    case COLUMN_F32:
        *name = "float";
        return TYPE_FLOAT;
    case COLUMN_F64:
        *name = "double";
        return TYPE_DOUBLE;
    case COLUMN_BLOB:
        *name = "bytes";
        return TYPE_BYTES;
    case COLUMN_U8_NAME:
    case COLUMN_U16_NAME:
    case COLUMN_TEXT:
    default:
        *name = "string";
        return TYPE_STRING;
    }
}

static const char *message_record(const struct proto_message *message)
{
    return message->record ? message->record : message->table->record;
}

void proto_message_name(struct bytes *out, const char *record)
{
    bool start = true;
    for (const char *p = record; *p; p++) {
        if (*p == '_' || *p == '-') {
            start = true;
            continue;
        }
        bool lower = *p >= 'a' && *p <= 'z';
        bytes_u8(out, (uint8_t)(start && lower ? *p - 'a' + 'A' : *p));
        start = false;
    }
}

/* FieldDescriptorProto: 1 name, 3 number, 4 label, 5 type, 6 type_name. */
static void descriptor_field(struct bytes *out, const char *name, uint16_t number,
                             int label, int type, const char *record)
{
    size_t field = proto_open(out, 2);
    proto_text(out, 1, name);
    proto_uint(out, 3, number);
    proto_uint(out, 4, (uint64_t)label);
    proto_uint(out, 5, (uint64_t)type);
    if (record) {
        size_t type_name = proto_open(out, 6);
        bytes_text(out, ".v2xd.");
        proto_message_name(out, record);
        proto_close(out, type_name);
    }
    proto_close(out, field);
}

static void descriptor_message(struct bytes *out, const struct proto_message *message)
{
    size_t opened = proto_open(out, 4); /* FileDescriptorProto.message_type */
    size_t name = proto_open(out, 1);
    proto_message_name(out, message_record(message));
    proto_close(out, name);
    for (size_t i = 0; message->table && i < message->table->column_count; i++) {
        const struct column *column = &message->table->columns[i];
        const char *unused = NULL;
        descriptor_field(out, column->name, column->number, LABEL_OPTIONAL,
                         descriptor_type(column->type, &unused), NULL);
    }
    for (size_t i = 0; i < message->child_count; i++) {
        const struct proto_child *child = &message->children[i];
        descriptor_field(out, child->name, child->number,
                         child->repeated ? LABEL_REPEATED : LABEL_OPTIONAL, TYPE_MESSAGE,
                         child->record);
    }
    proto_close(out, opened);
}

static void descriptor_remark(struct bytes *out, const struct column *column)
{
    bytes_u8(out, ' ');
    bytes_text(out, canonical_knowledge(column));
    if (column->unit && column->unit[0]) {
        bytes_text(out, "; ");
        bytes_text(out, column->unit);
    }
}

/* SourceCodeInfo.Location: 1 path (packed), 2 span (packed), 4 trailing_comments. The path
 * of a field is message_type (4), index, field (2), index. */
static void descriptor_remarks(struct bytes *out, const struct proto_message *messages,
                               size_t count)
{
    size_t info = proto_open(out, 9); /* FileDescriptorProto.source_code_info */
    for (size_t m = 0; m < count; m++) {
        for (size_t i = 0; messages[m].table && i < messages[m].table->column_count; i++) {
            size_t location = proto_open(out, 1);
            size_t path = proto_open(out, 1);
            proto_varint(out, 4);
            proto_varint(out, m);
            proto_varint(out, 2);
            proto_varint(out, i);
            proto_close(out, path);
            proto_octets(out, 2, "\0\0\0", 3);
            size_t remark = proto_open(out, 4);
            descriptor_remark(out, &messages[m].table->columns[i]);
            bytes_u8(out, '\n');
            proto_close(out, remark);
            proto_close(out, location);
        }
    }
    proto_close(out, info);
}

void proto_descriptor_set(struct bytes *out, const struct proto_message *messages,
                          size_t count)
{
    size_t file = proto_open(out, 1); /* FileDescriptorSet.file */
    proto_text(out, 1, "v2xd.proto");
    proto_text(out, 2, "v2xd");
    for (size_t i = 0; i < count; i++) {
        descriptor_message(out, &messages[i]);
    }
    descriptor_remarks(out, messages, count);
    proto_close(out, file);
}

/* A sentence as comment lines of its own before what it is about. */
static void text_comment(struct bytes *out, const char *indent, const char *sentence)
{
    if (!sentence || !sentence[0]) {
        return;
    }
    bytes_text(out, indent);
    bytes_text(out, "// ");
    for (const char *p = sentence; *p; p++) {
        bytes_u8(out, *p == '\n' ? ' ' : (uint8_t)*p);
    }
    bytes_u8(out, '\n');
}

static void text_field(struct bytes *out, const struct column *column)
{
    const char *type = NULL;
    (void)descriptor_type(column->type, &type);
    text_comment(out, "  ", column->sentence);
    bytes_text(out, "  optional ");
    bytes_text(out, type);
    bytes_u8(out, ' ');
    bytes_text(out, column->name);
    bytes_text(out, " = ");
    bytes_json_uint(out, column->number);
    bytes_text(out, ";  //");
    descriptor_remark(out, column);
    bytes_u8(out, '\n');
}

static void text_message(struct bytes *out, const struct proto_message *message)
{
    const char *sentence = message->sentence && message->sentence[0] ? message->sentence
                           : message->table ? message->table->sentence
                                            : NULL;
    bytes_u8(out, '\n');
    text_comment(out, "", sentence);
    bytes_text(out, "message ");
    proto_message_name(out, message_record(message));
    bytes_text(out, " {\n");
    for (size_t i = 0; message->table && i < message->table->column_count; i++) {
        text_field(out, &message->table->columns[i]);
    }
    for (size_t i = 0; i < message->child_count; i++) {
        const struct proto_child *child = &message->children[i];
        bytes_text(out, child->repeated ? "  repeated " : "  optional ");
        proto_message_name(out, child->record);
        bytes_u8(out, ' ');
        bytes_text(out, child->name);
        bytes_text(out, " = ");
        bytes_json_uint(out, child->number);
        bytes_text(out, ";\n");
    }
    bytes_text(out, "}\n");
}

void proto_file_text(struct bytes *out, const struct proto_message *messages, size_t count)
{
    bytes_text(out,
               "// SPDX-License-Identifier: Apache-2.0\n"
               "// The messages of v2xd. The comment of a field tells who could know it "
               "(obs, gt, inj) and its unit.\n"
               "syntax = \"proto2\";\n"
               "package v2xd;\n");
    for (size_t i = 0; i < count; i++) {
        text_message(out, &messages[i]);
    }
}
