/* SPDX-License-Identifier: Apache-2.0 */
/* Rows from Protobuf, see protorow.h. Protocol Buffers encoding: tag = number << 3 | kind,
 * varints of seven bits a time, low ones first. */
#include "tools/v2x/protorow.h"

#include <assert.h>
#include <string.h>

#include "base/cursor.h"
#include "publish/proto.h"

struct value {
    uint64_t bits;
    const uint8_t *data;
    size_t size;
};

static uint64_t take_varint(struct cursor *c)
{
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        uint8_t octet = cursor_u8(c);
        value |= (uint64_t)(octet & 0x7f) << shift;
        if (!(octet & 0x80)) {
            return value;
        }
    }
    (void)cursor_take(c, SIZE_MAX); /* longer than any number: torn */
    return 0;
}

static bool take_value(struct cursor *c, unsigned wire, struct value *v)
{
    *v = (struct value){0};
    switch (wire) {
    case PROTO_VARINT:
        v->bits = take_varint(c);
        break;
    case PROTO_FIXED64:
        v->bits = cursor_le(c, 8);
        break;
    case PROTO_FIXED32:
        v->bits = cursor_le(c, 4);
        break;
    case PROTO_LENGTH:
        v->size = (size_t)take_varint(c);
        v->data = cursor_take(c, v->size);
        break;
    default:
        return false;
    }
    return !c->torn;
}

static unsigned wire_of(enum column_type type)
{
    switch (type) {
    case COLUMN_F32:
        return PROTO_FIXED32;
    case COLUMN_F64:
        return PROTO_FIXED64;
    case COLUMN_U8_NAME:
    case COLUMN_U16_NAME:
    case COLUMN_TEXT:
    case COLUMN_BLOB:
        return PROTO_LENGTH;
    case COLUMN_BOOL:
    case COLUMN_I32:
    case COLUMN_U32:
    case COLUMN_I64:
    case COLUMN_U64:
    default:
        return PROTO_VARINT;
    }
}

static int name_of(const struct column *column, const struct value *v)
{
    for (int i = 0; i < column->name_count; i++) {
        const char *name = column->names[i];
        if (name && strlen(name) == v->size && memcmp(name, v->data, v->size) == 0) {
            return i;
        }
    }
    return -1;
}

/* The room was reserved by the caller, so that pointers stay. */
static const char *keep_text(struct protorow *reader, const struct value *v)
{
    size_t at = reader->texts.size;
    bytes_put(&reader->texts, v->data, v->size);
    bytes_u8(&reader->texts, 0);
    return (const char *)reader->texts.data + at;
}

static bool put_value(struct protorow *reader, const struct column *column,
                      const struct value *v)
{
    unsigned char *at = reader->row + column->offset;
    int name = -1;
    switch (column->type) {
    case COLUMN_BOOL:
        *(bool *)at = v->bits != 0;
        return true;
    case COLUMN_U8_NAME:
        name = name_of(column, v);
        *at = (uint8_t)name;
        return name >= 0;
    case COLUMN_U16_NAME:
        name = name_of(column, v);
        memcpy(at, &(uint16_t){(uint16_t)name}, sizeof(uint16_t));
        return name >= 0;
    case COLUMN_I32:
    case COLUMN_U32:
    case COLUMN_F32:
        memcpy(at, &(uint32_t){(uint32_t)v->bits}, sizeof(uint32_t));
        return true;
    case COLUMN_I64:
    case COLUMN_U64:
    case COLUMN_F64:
        memcpy(at, &v->bits, sizeof v->bits);
        return true;
    case COLUMN_TEXT:
        memcpy(at, &(const char *){keep_text(reader, v)}, sizeof(const char *));
        return true;
    case COLUMN_BLOB:
        memcpy(at, &(struct column_blob){v->data, (uint32_t)v->size},
               sizeof(struct column_blob));
        return true;
    }
    return false;
}

static const struct column *column_of(const struct table *table, uint64_t number)
{
    for (int i = 0; i < table->column_count; i++) {
        if (table->columns[i].number == number) {
            return &table->columns[i];
        }
    }
    return NULL;
}

int protorow_read(struct protorow *reader, const struct table *table, const uint8_t *data,
                  size_t size, struct fail *fail)
{
    struct cursor c = cursor_init(data, size);
    uint64_t valid = 0;
    assert(table->row_size <= PROTOROW_SIZE);
    memset(reader->row, 0, table->row_size);
    bytes_clear(&reader->texts);
    for (size_t i = 0; i < size + table->column_count; i++) {
        bytes_u8(&reader->texts, 0);
    }
    if (reader->texts.failed) {
        return fail_set(fail, RESULT_MEMORY, "out of memory");
    }
    bytes_clear(&reader->texts);
    while (cursor_left(&c) > 0) {
        uint64_t tag = take_varint(&c);
        struct value v;
        if (!take_value(&c, (unsigned)(tag & 7), &v)) {
            return fail_set(fail, RESULT_TORN, "%s: torn at octet %zu", table->name,
                            c.error_at);
        }
        const struct column *column = column_of(table, tag >> 3);
        if (!column) {
            continue;
        }
        if (wire_of(column->type) != (tag & 7) || !put_value(reader, column, &v)) {
            return fail_set(fail, RESULT_TORN, "%s.%s: no such value", table->name,
                            column->name);
        }
        valid |= column->null_bit >= 0 ? UINT64_C(1) << column->null_bit : 0;
    }
    memcpy(reader->row, &valid, sizeof valid);
    return 0;
}

void protorow_close(struct protorow *reader)
{
    bytes_close(&reader->texts);
}
