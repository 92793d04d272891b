/* SPDX-License-Identifier: Apache-2.0 */
/* Parquet parts, read back. In: the octets of a part. Out: columns.
 *
 * open walks the Thrift footer: schema, the one row group, metadata. load uncompresses a
 * column's pages and notes where each value stands. What can fail: damage (torn), a file of
 * another writer (refused), memory. */
#include "publish/parquet_read.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "publish/parquet_decode.h"
#include "publish/parquet_encode.h" /* type numbers */

enum { READ_COLUMNS = 1024, READ_PAGE = 256 << 20 };

struct read_column {
    char *name;
    int64_t type;
    bool nullable;
    int64_t converted; /* -1: none */
    int64_t codec;
    int64_t values;
    int64_t packed_size;
    int64_t data_offset;
    int64_t dictionary_offset;
    bool loaded;
    uint8_t *page;       /* uncompressed data page */
    uint8_t *dictionary; /* uncompressed dictionary page */
    size_t page_size;
    size_t dictionary_size;
    const uint8_t **at; /* per row: the value, NULL = null; texts: their length */
};

struct read_note {
    char *key;
    char *value;
};

struct parquet_file {
    const uint8_t *data;
    size_t size;
    size_t limit;
    char *table;
    struct read_column *columns;
    size_t column_count;
    size_t chunk_count;
    int64_t rows;
    struct read_note *notes;
    size_t note_count;
    ZSTD_DCtx *zstd;
};

static char *read_string(struct cursor *c)
{
    uint64_t size = parquet_varint(c);
    const uint8_t *data = size <= cursor_left(c) ? cursor_take(c, (size_t)size) : NULL;
    char *copy = data ? malloc((size_t)size + 1) : NULL;
    if (!copy) {
        c->torn = true;
        return NULL;
    }
    memcpy(copy, data, (size_t)size);
    copy[size] = '\0';
    return copy;
}

static void read_element(struct cursor *c, struct read_column *column)
{
    int64_t last = 0;
    unsigned type = 0;
    column->type = -1;
    column->converted = -1;
    while (parquet_field(c, &last, &type)) {
        if (last == 1 && type == PARQUET_THRIFT_I32) {
            column->type = parquet_zigzag(c);
        } else if (last == 3 && type == PARQUET_THRIFT_I32) {
            column->nullable = parquet_zigzag(c) == 1;
        } else if (last == 4 && type == PARQUET_THRIFT_TEXT) {
            free(column->name);
            column->name = read_string(c);
        } else if (last == 6 && type == PARQUET_THRIFT_I32) {
            column->converted = parquet_zigzag(c);
        } else {
            parquet_skip(c, type, 0);
        }
    }
}

static void read_schema(struct parquet_file *file, struct cursor *c)
{
    unsigned of = 0;
    uint64_t count = parquet_list(c, &of);
    if (file->columns || of != PARQUET_THRIFT_STRUCT || count < 1 ||
        count > READ_COLUMNS + 1) {
        c->torn = true;
        return;
    }
    struct read_column root = {0};
    read_element(c, &root);
    free(file->table);
    file->table = root.name;
    file->columns = calloc((size_t)count, sizeof *file->columns);
    if (!file->columns) {
        c->torn = true;
        return;
    }
    file->column_count = (size_t)count - 1;
    for (size_t i = 0; i < file->column_count; i++) {
        read_element(c, &file->columns[i]);
    }
}

static void read_meta(struct cursor *c, struct read_column *column)
{
    int64_t last = 0;
    unsigned type = 0;
    while (parquet_field(c, &last, &type)) {
        bool number = type == PARQUET_THRIFT_I32 || type == PARQUET_THRIFT_I64;
        int64_t *into = last == 4    ? &column->codec
                        : last == 5  ? &column->values
                        : last == 7  ? &column->packed_size
                        : last == 9  ? &column->data_offset
                        : last == 11 ? &column->dictionary_offset
                                     : NULL;
        if (into && number) {
            *into = parquet_zigzag(c);
        } else {
            parquet_skip(c, type, 0);
        }
    }
}

static void read_chunks(struct parquet_file *file, struct cursor *c)
{
    unsigned of = 0;
    uint64_t count = parquet_list(c, &of);
    if (of != PARQUET_THRIFT_STRUCT || count != file->column_count) {
        c->torn = true;
        return;
    }
    file->chunk_count = (size_t)count;
    for (size_t i = 0; i < count; i++) {
        int64_t last = 0;
        unsigned type = 0;
        while (parquet_field(c, &last, &type)) {
            if (last == 3 && type == PARQUET_THRIFT_STRUCT) {
                read_meta(c, &file->columns[i]);
            } else {
                parquet_skip(c, type, 0);
            }
        }
    }
}

static void read_groups(struct parquet_file *file, struct cursor *c)
{
    unsigned of = 0;
    uint64_t count = parquet_list(c, &of);
    if (count > 1 || of != PARQUET_THRIFT_STRUCT) {
        c->torn = true;
        return;
    }
    int64_t last = 0;
    unsigned type = 0;
    while (count == 1 && parquet_field(c, &last, &type)) {
        if (last == 1 && type == PARQUET_THRIFT_LIST) {
            read_chunks(file, c);
        } else {
            parquet_skip(c, type, 0);
        }
    }
}

static void read_notes(struct parquet_file *file, struct cursor *c)
{
    unsigned of = 0;
    uint64_t count = parquet_list(c, &of);
    if (file->notes || of != PARQUET_THRIFT_STRUCT) {
        c->torn = true;
        return;
    }
    file->notes = calloc((size_t)count + 1, sizeof *file->notes);
    file->note_count = file->notes ? (size_t)count : 0;
    for (size_t i = 0; i < file->note_count; i++) {
        int64_t last = 0;
        unsigned type = 0;
        while (parquet_field(c, &last, &type)) {
            char **into = last == 1   ? &file->notes[i].key
                          : last == 2 ? &file->notes[i].value
                                      : NULL;
            if (into && type == PARQUET_THRIFT_TEXT) {
                free(*into);
                *into = read_string(c);
            } else {
                parquet_skip(c, type, 0);
            }
        }
    }
}

static bool read_footer(struct parquet_file *file, struct cursor *c)
{
    int64_t last = 0;
    unsigned type = 0;
    while (parquet_field(c, &last, &type)) {
        if (last == 2 && type == PARQUET_THRIFT_LIST) {
            read_schema(file, c);
        } else if (last == 3 && type == PARQUET_THRIFT_I64) {
            file->rows = parquet_zigzag(c);
        } else if (last == 4 && type == PARQUET_THRIFT_LIST) {
            read_groups(file, c);
        } else if (last == 5 && type == PARQUET_THRIFT_LIST) {
            read_notes(file, c);
        } else {
            parquet_skip(c, type, 0);
        }
    }
    bool good = !c->torn && file->columns && file->table && file->rows >= 0 &&
                file->rows <= PARQUET_ROWS &&
                (file->rows == 0 || file->chunk_count == file->column_count);
    for (size_t i = 0; good && i < file->column_count; i++) {
        good = file->columns[i].name != NULL;
    }
    return good;
}

int parquet_file_open(struct parquet_file **out, const uint8_t *data, size_t size,
                      size_t limit, struct fail *fail)
{
    *out = NULL;
    if (size < 12 || memcmp(data, "PAR1", 4) != 0 ||
        memcmp(data + size - 4, "PAR1", 4) != 0) {
        return fail_set(fail, RESULT_TORN, "not a whole Parquet file");
    }
    struct cursor tail = cursor_init(data + size - 8, 4);
    size_t footer = cursor_le32(&tail);
    if (footer > size - 12) {
        return fail_set(fail, RESULT_TORN, "the footer does not fit the file");
    }
    struct parquet_file *file = calloc(1, sizeof *file);
    if (file) {
        file->zstd = ZSTD_createDCtx();
    }
    if (!file || !file->zstd) {
        parquet_file_close(file);
        return fail_set(fail, RESULT_MEMORY, "out of memory");
    }
    file->data = data;
    file->size = size - 8 - footer; /* pages lie before the footer */
    file->limit = limit ? limit : READ_PAGE;
    struct cursor c = cursor_init(data + size - 8 - footer, footer);
    if (!read_footer(file, &c)) {
        parquet_file_close(file);
        return fail_set(fail, RESULT_TORN, "the footer is damaged or not one of ours");
    }
    *out = file;
    return 0;
}

uint32_t parquet_file_rows(const struct parquet_file *file)
{
    return (uint32_t)file->rows;
}

size_t parquet_file_columns(const struct parquet_file *file)
{
    return file->column_count;
}

const char *parquet_file_table(const struct parquet_file *file)
{
    return file->table;
}

struct parquet_about parquet_file_about(const struct parquet_file *file, size_t column)
{
    const struct read_column *c = &file->columns[column];
    return (struct parquet_about){.name = c->name,
                                  .type = (enum parquet_physical)c->type,
                                  .nullable = c->nullable,
                                  .text =
                                      c->type == PARQUET_BYTE_ARRAY && c->converted == 0,
                                  .is_unsigned = c->converted == 14};
}

size_t parquet_file_find(const struct parquet_file *file, const char *name)
{
    size_t i = 0;
    while (i < file->column_count && strcmp(file->columns[i].name, name) != 0) {
        i++;
    }
    return i;
}

const char *parquet_file_note(const struct parquet_file *file, const char *key)
{
    for (size_t i = 0; i < file->note_count; i++) {
        if (file->notes[i].key && strcmp(file->notes[i].key, key) == 0) {
            return file->notes[i].value;
        }
    }
    return NULL;
}

/* A page header, as far as we write it. */
struct read_page {
    int64_t kind; /* 0 data, 2 dictionary */
    int64_t plain_size;
    int64_t packed_size;
    int64_t crc;
    int64_t values;
    int64_t encoding;
    bool has_crc;
};

static void read_page_inner(struct cursor *c, struct read_page *page)
{
    int64_t last = 0;
    unsigned type = 0;
    while (parquet_field(c, &last, &type)) {
        if (last == 1 && type == PARQUET_THRIFT_I32) {
            page->values = parquet_zigzag(c);
        } else if (last == 2 && type == PARQUET_THRIFT_I32) {
            page->encoding = parquet_zigzag(c);
        } else {
            parquet_skip(c, type, 0);
        }
    }
}

static void read_page_header(struct cursor *c, struct read_page *page)
{
    int64_t last = 0;
    unsigned type = 0;
    *page = (struct read_page){.kind = -1, .encoding = -1};
    while (parquet_field(c, &last, &type)) {
        if (type == PARQUET_THRIFT_I32 && last >= 1 && last <= 4) {
            int64_t value = parquet_zigzag(c);
            page->kind = last == 1 ? value : page->kind;
            page->plain_size = last == 2 ? value : page->plain_size;
            page->packed_size = last == 3 ? value : page->packed_size;
            page->crc = last == 4 ? value : page->crc;
            page->has_crc |= last == 4;
        } else if (type == PARQUET_THRIFT_STRUCT && (last == 5 || last == 7)) {
            read_page_inner(c, page);
        } else {
            parquet_skip(c, type, 0);
        }
    }
}

/* The page at that offset, uncompressed, given away; NULL with the reason in fail. */
static uint8_t *read_page_at(const struct parquet_file *file, int64_t offset,
                             struct read_page *page, struct fail *fail)
{
    if (offset < 4 || (uint64_t)offset >= file->size) {
        (void)fail_set(fail, RESULT_TORN, "a page lies outside the file");
        return NULL;
    }
    struct cursor c = cursor_init(file->data + offset, file->size - (size_t)offset);
    read_page_header(&c, page);
    bool fits = !c.torn && page->plain_size >= 0 && page->packed_size >= 0 &&
                (uint64_t)page->plain_size <= file->limit &&
                (uint64_t)page->packed_size <= cursor_left(&c);
    const uint8_t *packed = fits ? cursor_take(&c, (size_t)page->packed_size) : NULL;
    if (!packed) {
        (void)fail_set(fail, RESULT_TORN, "a page header is damaged");
        return NULL;
    }
    uint32_t crc = (uint32_t)crc32_z(0, packed, (size_t)page->packed_size);
    if (page->has_crc && crc != (uint32_t)page->crc) {
        (void)fail_set(fail, RESULT_TORN, "the CRC of a page is wrong");
        return NULL;
    }
    /* The frame says its size itself: a false header costs no memory. */
    if (ZSTD_getFrameContentSize(packed, (size_t)page->packed_size) !=
        (unsigned long long)page->plain_size) {
        (void)fail_set(fail, RESULT_TORN, "a page is not as long as it says");
        return NULL;
    }
    uint8_t *plain = malloc((size_t)page->plain_size + 1);
    if (!plain) {
        (void)fail_set(fail, RESULT_MEMORY, "out of memory");
        return NULL;
    }
    size_t n = ZSTD_decompressDCtx(file->zstd, plain, (size_t)page->plain_size, packed,
                                   (size_t)page->packed_size);
    if (ZSTD_isError(n) || n != (size_t)page->plain_size) {
        free(plain);
        (void)fail_set(fail, RESULT_TORN, "a page cannot be uncompressed");
        return NULL;
    }
    return plain;
}

/* Points at `count` values in PLAIN form, one after another; false if they do not fit. */
static bool read_plain(const struct read_column *column, struct cursor *c,
                       const uint8_t **values, uint32_t count)
{
    size_t width = column->type == PARQUET_INT32 || column->type == PARQUET_FLOAT ? 4 : 8;
    for (uint32_t i = 0; i < count && !c->torn; i++) {
        values[i] = c->data + c->at;
        if (column->type == PARQUET_BYTE_ARRAY) {
            cursor_skip(c, cursor_le32(c));
        } else {
            cursor_skip(c, width);
        }
    }
    return !c->torn;
}

/* Booleans are bits: each value points at one of two constants. */
static bool read_booleans(struct cursor *c, const uint8_t **values, uint32_t count)
{
    static const uint8_t constants[2] = {0, 1};
    const uint8_t *bits = cursor_take(c, (count + 7) / 8);
    for (uint32_t i = 0; bits && i < count; i++) {
        values[i] = &constants[bits[i / 8] >> (i % 8) & 1];
    }
    return bits != NULL;
}

static bool read_indexed(const struct read_column *column, struct cursor *c,
                         uint32_t entries, const uint8_t **values, uint32_t count)
{
    unsigned width = cursor_u8(c);
    uint32_t *indexes = malloc(((size_t)count + 1) * sizeof *indexes);
    const uint8_t **starts = malloc(((size_t)entries + 1) * sizeof *starts);
    struct cursor d = cursor_init(column->dictionary, column->dictionary_size);
    bool good = indexes && starts && width >= 1 && width <= 32 &&
                read_plain(column, &d, starts, entries) &&
                parquet_unhybrid(c, width, indexes, count);
    for (uint32_t i = 0; good && i < count; i++) {
        good = indexes[i] < entries;
        values[i] = good ? starts[indexes[i]] : NULL;
    }
    free(indexes);
    free(starts);
    return good;
}

/* Values of the data page to their rows; levels may be NULL. */
static bool read_values(struct read_column *column, const struct read_page *page,
                        uint32_t entries, uint32_t rows)
{
    struct cursor c = cursor_init(column->page, column->page_size);
    uint32_t *levels = malloc(((size_t)rows + 1) * sizeof *levels);
    const uint8_t **values = malloc(((size_t)rows + 1) * sizeof *values);
    uint32_t count = rows;
    bool good = levels && values;
    if (good && column->nullable) {
        uint32_t size = cursor_le32(&c);
        const uint8_t *data = cursor_take(&c, size);
        struct cursor l = cursor_init(data, data ? size : 0);
        good = data && parquet_unhybrid(&l, 1, levels, rows);
        count = 0;
        for (uint32_t i = 0; good && i < rows; i++) {
            count += levels[i];
        }
    }
    if (good && page->encoding == PARQUET_RLE_DICTIONARY) {
        good = column->dictionary && read_indexed(column, &c, entries, values, count);
    } else if (good) {
        good = column->type == PARQUET_BOOLEAN ? read_booleans(&c, values, count)
                                               : read_plain(column, &c, values, count);
    }
    for (uint32_t i = 0, next = 0; good && i < rows; i++) {
        column->at[i] = column->nullable && !levels[i] ? NULL : values[next++];
    }
    free(levels);
    free(values);
    return good;
}

static bool read_ours(const struct read_column *column, int64_t rows)
{
    bool type = column->type == PARQUET_BOOLEAN || column->type == PARQUET_INT32 ||
                column->type == PARQUET_INT64 || column->type == PARQUET_FLOAT ||
                column->type == PARQUET_DOUBLE || column->type == PARQUET_BYTE_ARRAY;
    return type && column->codec == 6 && column->values == rows;
}

int parquet_file_load(struct parquet_file *file, size_t index, struct fail *fail)
{
    assert(index < file->column_count);
    struct read_column *column = &file->columns[index];
    struct read_page page = {0};
    uint32_t entries = 0;
    if (column->loaded || file->rows == 0) {
        return 0;
    }
    if (!read_ours(column, file->rows)) {
        return fail_set(fail, RESULT_USAGE, "%s.%s: not as v2xd writes it", file->table,
                        column->name);
    }
    if (column->dictionary_offset > 0 && !column->dictionary) {
        column->dictionary = read_page_at(file, column->dictionary_offset, &page, fail);
        column->dictionary_size = (size_t)page.plain_size;
        entries = page.values < 0 || page.values > PARQUET_ROWS ? 0 : (uint32_t)page.values;
        if (!column->dictionary) {
            return fail_wrap(fail, "%s.%s", file->table, column->name);
        }
    }
    free(column->page);
    column->page = read_page_at(file, column->data_offset, &page, fail);
    if (!column->page) {
        return fail_wrap(fail, "%s.%s", file->table, column->name);
    }
    column->page_size = (size_t)page.plain_size;
    free(column->at);
    column->at = calloc((size_t)file->rows, sizeof *column->at);
    if (!column->at || page.values != file->rows || page.kind != 0 ||
        !read_values(column, &page, entries, (uint32_t)file->rows)) {
        return fail_set(fail, RESULT_TORN, "%s.%s: a data page is damaged", file->table,
                        column->name);
    }
    column->loaded = true;
    return 0;
}

struct parquet_value parquet_file_value(const struct parquet_file *file, size_t index,
                                        uint32_t row)
{
    const struct read_column *column = &file->columns[index];
    assert(column->loaded && row < file->rows);
    const uint8_t *at = column->at[row];
    struct parquet_value value = {.null = !at};
    struct cursor c = cursor_init(at, at ? 8 : 0);
    uint32_t word = 0;
    float f32 = 0;
    switch (at ? column->type : -1) {
    case PARQUET_BOOLEAN:
        value.bits = *at;
        break;
    case PARQUET_INT32:
        value.bits = (uint64_t)(int64_t)(int32_t)cursor_le32(&c);
        break;
    case PARQUET_FLOAT:
        word = cursor_le32(&c);
        memcpy(&f32, &word, sizeof f32);
        value.number = (double)f32;
        break;
    case PARQUET_INT64:
        value.bits = cursor_le(&c, 8);
        break;
    case PARQUET_DOUBLE:
        value.bits = cursor_le(&c, 8);
        memcpy(&value.number, &value.bits, sizeof value.number);
        break;
    case PARQUET_BYTE_ARRAY:
        value.size = cursor_le32(&c);
        value.data = at + 4;
        break;
    default:
        break;
    }
    return value;
}

void parquet_file_close(struct parquet_file *file)
{
    if (!file) {
        return;
    }
    for (size_t i = 0; i < file->column_count; i++) {
        free(file->columns[i].name);
        free(file->columns[i].page);
        free(file->columns[i].dictionary);
        free(file->columns[i].at);
    }
    for (size_t i = 0; i < file->note_count; i++) {
        free(file->notes[i].key);
        free(file->notes[i].value);
    }
    free(file->columns);
    free(file->notes);
    free(file->table);
    ZSTD_freeDCtx(file->zstd);
    free(file);
}
