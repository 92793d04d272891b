/* SPDX-License-Identifier: Apache-2.0 */
/* Values of columns into the fields of a row; see tablerow.h. */
#include "tools/v2x/tablerow.h"

#include <assert.h>
#include <string.h>

void tablerow_init(struct tablerow *reader, const struct table *table)
{
    assert(table->row_size <= PROTOROW_SIZE && table->column_count <= FOLDER_COLUMNS_MOST);
    memset(reader, 0, sizeof *reader);
    for (int i = 0; i < table->column_count; i++) {
        reader->names[i] = table->columns[i].name;
    }
}

static int name_of(const struct column *column, const struct parquet_value *v)
{
    for (int i = 0; i < column->name_count; i++) {
        if (column->names[i] && folder_text_is(v, column->names[i])) {
            return i;
        }
    }
    return -1;
}

/* Room was reserved for all texts of the row, so that pointers stay. */
static const char *keep(struct tablerow *reader, const struct parquet_value *v)
{
    size_t at = reader->texts.size;
    bytes_put(&reader->texts, v->data, v->size);
    bytes_u8(&reader->texts, 0);
    return (const char *)reader->texts.data + at;
}

static bool put(struct tablerow *reader, const struct column *column,
                const struct parquet_value *v)
{
    unsigned char *at = reader->row + column->offset;
    int name;
    switch (column->type) {
    case COLUMN_BOOL:
        *(bool *)at = v->bits != 0;
        return true;
    case COLUMN_U8_NAME:
        name = name_of(column, v);
        *at = (uint8_t)name;
        return name >= 0;
    case COLUMN_U16_NAME: {
        name = name_of(column, v);
        uint16_t wide = (uint16_t)name;
        memcpy(at, &wide, sizeof wide);
        return name >= 0;
    }
    case COLUMN_I32:
    case COLUMN_U32: {
        uint32_t word = (uint32_t)v->bits;
        memcpy(at, &word, sizeof word);
        return true;
    }
    case COLUMN_I64:
    case COLUMN_U64:
        memcpy(at, &v->bits, sizeof v->bits);
        return true;
    case COLUMN_F32: {
        float number = (float)v->number;
        memcpy(at, &number, sizeof number);
        return true;
    }
    case COLUMN_F64:
        memcpy(at, &v->number, sizeof v->number);
        return true;
    case COLUMN_TEXT: {
        const char *text = keep(reader, v);
        memcpy(at, &text, sizeof text);
        return true;
    }
    case COLUMN_BLOB: {
        struct column_blob blob = {v->data, v->size};
        memcpy(at, &blob, sizeof blob);
        return true;
    }
    default:
        return false;
    }
}

int tablerow_read(struct tablerow *reader, const struct table *table,
                  const struct folder_scan *scan, struct fail *fail)
{
    size_t room = 0;
    memset(reader->row, 0, table->row_size);
    bytes_clear(&reader->texts);
    for (int i = 0; i < table->column_count; i++) {
        struct parquet_value v = folder_scan_value(scan, (size_t)i);
        room += table->columns[i].type == COLUMN_TEXT && !v.null ? v.size + 1u : 0;
    }
    if (!bytes_reserve(&reader->texts, room)) {
        return fail_set(fail, RESULT_MEMORY, "out of memory");
    }
    uint64_t valid = 0;
    for (int i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        struct parquet_value v = folder_scan_value(scan, (size_t)i);
        if (v.null) {
            continue;
        }
        if (!put(reader, column, &v)) {
            return fail_set(fail, RESULT_TORN, "%s.%s: a name that is not in its list",
                            table->name, column->name);
        }
        if (column->null_bit >= 0) {
            valid |= UINT64_C(1) << column->null_bit;
        }
    }
    memcpy(reader->row, &valid, sizeof valid); /* the first field of every row */
    return 0;
}

void tablerow_text(struct tablerow *reader, const struct table *table, const char *column,
                   const char *text)
{
    for (int i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, column) == 0) {
            assert(table->columns[i].type == COLUMN_TEXT);
            memcpy(reader->row + table->columns[i].offset, &text, sizeof text);
        }
    }
}

void tablerow_close(struct tablerow *reader)
{
    bytes_close(&reader->texts);
}
