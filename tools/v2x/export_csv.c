/* SPDX-License-Identifier: Apache-2.0 */
/* Tables as CSV, see export_csv.h. */
#include "tools/v2x/export_csv.h"

#include <errno.h>
#include <string.h>

static void put_quoted(struct bytes *out, const uint8_t *text, size_t size)
{
    bool plain = true;
    for (size_t i = 0; i < size && plain; i++) {
        plain = text[i] != '"' && text[i] != ',' && text[i] != '\n' && text[i] != '\r';
    }
    if (plain && size > 0) {
        bytes_put(out, text, size);
        return;
    }
    bytes_u8(out, '"'); /* an empty text differs from null */
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '"') {
            bytes_u8(out, '"');
        }
        bytes_u8(out, text[i]);
    }
    bytes_u8(out, '"');
}

static void put_cell(struct bytes *out, enum column_type type,
                     const struct parquet_value *value)
{
    if (value->null) {
        return;
    }
    switch (type) {
    case COLUMN_BOOL:
        bytes_text(out, value->bits ? "true" : "false");
        break;
    case COLUMN_U32:
    case COLUMN_U64:
        bytes_json_uint(out, value->bits);
        break;
    case COLUMN_I32:
        bytes_json_int(out, (int32_t)value->bits);
        break;
    case COLUMN_I64:
        bytes_json_int(out, (int64_t)value->bits);
        break;
    case COLUMN_F32:
    case COLUMN_F64:
        bytes_json_double(out, value->number);
        break;
    case COLUMN_BLOB:
        bytes_hex(out, value->data, value->size);
        break;
    case COLUMN_U8_NAME:
    case COLUMN_U16_NAME:
    case COLUMN_TEXT:
        put_quoted(out, value->data, value->size);
        break;
    }
}

static int flush(struct bytes *out, FILE *stream, struct fail *fail)
{
    bool good = !out->failed && fwrite(out->data, 1, out->size, stream) == out->size;
    int why = errno;
    bytes_clear(out);
    return good ? 0 : fail_set(fail, RESULT_WORLD, "cannot write: %s", strerror(why));
}

int export_csv(const struct folder *folder, const struct table *table, FILE *stream,
               uint64_t *rows, struct fail *fail)
{
    const char *names[FOLDER_COLUMNS_MOST + 1] = {NULL};
    struct folder_scan scan;
    struct bytes out = {0};
    int columns = table->column_count;
    *rows = 0;
    for (int i = 0; i < columns; i++) {
        names[i] = table->columns[i].name;
        bytes_text(&out, i ? "," : "");
        bytes_text(&out, names[i]);
    }
    bytes_u8(&out, '\n');
    folder_scan_open(&scan, folder, table->name, names);
    int code;
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        for (int i = 0; i < columns; i++) {
            struct parquet_value value = folder_scan_value(&scan, (size_t)i);
            bytes_text(&out, i ? "," : "");
            put_cell(&out, table->columns[i].type, &value);
        }
        bytes_u8(&out, '\n');
        (*rows)++;
        if (out.size > 1 << 18 && (code = flush(&out, stream, fail)) < 0) {
            break;
        }
    }
    folder_scan_close(&scan);
    code = code < 0 ? code : flush(&out, stream, fail);
    bytes_close(&out);
    return code;
}
