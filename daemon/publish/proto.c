/* SPDX-License-Identifier: Apache-2.0 */
/* Protobuf out. In: rows and single values. Out: wire octets appended to a block. */
#include "publish/proto.h"

#include <string.h>

#include "publish/canonical.h"
#include "publish/canonical_value.h"

void proto_varint(struct bytes *out, uint64_t value)
{
    uint8_t octets[10];
    size_t n = 0;
    while (value >= 0x80) {
        octets[n++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    octets[n++] = (uint8_t)value;
    bytes_put(out, octets, n);
}

void proto_tag(struct bytes *out, uint32_t number, enum proto_wire wire)
{
    proto_varint(out, (uint64_t)number << 3 | (uint64_t)wire);
}

void proto_uint(struct bytes *out, uint32_t number, uint64_t value)
{
    proto_tag(out, number, PROTO_VARINT);
    proto_varint(out, value);
}

void proto_int(struct bytes *out, uint32_t number, int64_t value)
{
    proto_uint(out, number, (uint64_t)value);
}

void proto_bool(struct bytes *out, uint32_t number, bool value)
{
    proto_uint(out, number, value);
}

void proto_float(struct bytes *out, uint32_t number, float value)
{
    uint32_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    proto_tag(out, number, PROTO_FIXED32);
    bytes_le(out, bits, 4);
}

void proto_fixed64(struct bytes *out, uint32_t number, uint64_t value)
{
    proto_tag(out, number, PROTO_FIXED64);
    bytes_le(out, value, 8);
}

void proto_double(struct bytes *out, uint32_t number, double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    proto_fixed64(out, number, bits);
}

void proto_octets(struct bytes *out, uint32_t number, const void *data, size_t n)
{
    proto_tag(out, number, PROTO_LENGTH);
    proto_varint(out, n);
    bytes_put(out, data, n);
}

static void proto_string(struct bytes *out, uint32_t number, const char *text, size_t n)
{
    if (canonical_utf8_valid(text, n) == n) {
        proto_octets(out, number, text, n);
        return;
    }
    size_t opened = proto_open(out, number);
    canonical_utf8(out, text, n);
    proto_close(out, opened);
}

void proto_text(struct bytes *out, uint32_t number, const char *text)
{
    proto_string(out, number, text, strlen(text));
}

size_t proto_open(struct bytes *out, uint32_t number)
{
    proto_tag(out, number, PROTO_LENGTH);
    bytes_u8(out, 0); /* most lengths fit one octet */
    return out->size;
}

void proto_close(struct bytes *out, size_t opened)
{
    if (out->failed) {
        return;
    }
    size_t n = out->size - opened;
    uint8_t octets[10];
    size_t used = 0;
    for (uint64_t left = n; used == 0 || left > 0; left >>= 7) {
        octets[used++] = (uint8_t)((left & 0x7F) | (left > 0x7F ? 0x80U : 0U));
    }
    bytes_put(out, octets, used - 1); /* room; the content moves up into it */
    if (!out->failed) {
        memmove(out->data + opened + used - 1, out->data + opened, n);
        memcpy(out->data + opened - 1, octets, used);
    }
}

/* Fields of a row gather here and go to the block in one piece: a call per octet would cost
 * more than the encoding. */
enum { STAGE_SIZE = 512, STAGE_FIELD = 20 }; /* most octets of a number with its tag */

struct proto_stage {
    struct bytes *out;
    size_t n;
    uint8_t data[STAGE_SIZE];
};

static void stage_flush(struct proto_stage *s)
{
    bytes_put(s->out, s->data, s->n);
    s->n = 0;
}

static void stage_varint(struct proto_stage *s, uint64_t value)
{
    while (value >= 0x80) {
        s->data[s->n++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    s->data[s->n++] = (uint8_t)value;
}

static void stage_le(struct proto_stage *s, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        s->data[s->n++] = (uint8_t)(value >> (8 * i));
    }
}

static void stage_octets(struct proto_stage *s, const struct column *column,
                         const struct canonical_cell *cell)
{
    const char *text = (const char *)cell->data;
    if (column->type == COLUMN_TEXT &&
        canonical_utf8_valid(text, cell->size) != cell->size) {
        stage_flush(s);
        proto_string(s->out, column->number, text, cell->size);
        return;
    }
    stage_varint(s, (uint64_t)column->number << 3 | PROTO_LENGTH);
    stage_varint(s, cell->size);
    if (cell->size > STAGE_SIZE - s->n) {
        stage_flush(s);
        bytes_put(s->out, cell->data, cell->size);
    } else if (cell->size > 0) {
        memcpy(s->data + s->n, cell->data, cell->size);
        s->n += cell->size;
    }
}

static void stage_cell(struct proto_stage *s, const struct column *column,
                       const struct canonical_cell *cell)
{
    uint64_t tag = (uint64_t)column->number << 3;
    uint64_t bits = 0;
    uint32_t word = 0;
    float f32 = 0;
    if (s->n + STAGE_FIELD > STAGE_SIZE) {
        stage_flush(s);
    }
    switch (column->type) {
    case COLUMN_BOOL:
    case COLUMN_I32:
    case COLUMN_U32:
    case COLUMN_I64:
    case COLUMN_U64:
        stage_varint(s, tag | PROTO_VARINT);
        stage_varint(s, cell->bits);
        return;
    case COLUMN_F32:
        f32 = (float)cell->number;
        memcpy(&word, &f32, sizeof word);
        stage_varint(s, tag | PROTO_FIXED32);
        stage_le(s, word, 4);
        return;
    case COLUMN_F64:
        memcpy(&bits, &cell->number, sizeof bits);
        stage_varint(s, tag | PROTO_FIXED64);
        stage_le(s, bits, 8);
        return;
    case COLUMN_U8_NAME:
    case COLUMN_U16_NAME:
    case COLUMN_TEXT:
    case COLUMN_BLOB:
        stage_octets(s, column, cell);
        return;
    default:
        return;
    }
}

int proto_row(struct bytes *out, const struct table *table, const void *row,
              unsigned knowledge, struct fail *fail)
{
    size_t before = out->size;
    struct proto_stage stage;
    stage.out = out;
    stage.n = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        struct canonical_cell cell;
        if (!(knowledge >> column->knowledge & 1)) {
            continue;
        }
        if (canonical_read(column, row, &cell, fail) < 0) {
            out->size = before;
            return fail_wrap(fail, "%s", table->name);
        }
        if (!cell.null) {
            stage_cell(&stage, column, &cell);
        }
    }
    stage_flush(&stage);
    return 0;
}

int proto_row_in(struct bytes *out, uint32_t number, const struct table *table,
                 const void *row, unsigned knowledge, struct fail *fail)
{
    size_t before = out->size;
    size_t opened = proto_open(out, number);
    int rc = proto_row(out, table, row, knowledge, fail);
    if (rc < 0) {
        out->size = before;
        return rc;
    }
    proto_close(out, opened);
    return 0;
}
