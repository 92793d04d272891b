/* SPDX-License-Identifier: Apache-2.0 */
/* Column chunks. In: cells, one a row. Out: pages compressed by zstd, the footer's facts
 * about them, and the logical hash.
 *
 * The logical content of a chunk, independent of encoding and compressor: name, type octet
 * (below), 1 octet nullable, if so one bit a row (least significant first, padded with 0 to
 * an octet), then the values: fixed width little-endian, booleans an octet, blobs u32
 * length and octets, texts as u32 number of distinct texts, these in order of first
 * appearance, then one u32 index a value. */
#include "publish/parquet_column.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "publish/parquet_encode.h"

enum parquet_physical parquet_column_physical(const struct column *column)
{
    switch (column->type) {
    case COLUMN_BOOL:
        return PARQUET_BOOLEAN;
    case COLUMN_I32:
        return PARQUET_INT32;
    case COLUMN_U32:
    case COLUMN_I64:
    case COLUMN_U64:
        return PARQUET_INT64;
    case COLUMN_F32:
        return PARQUET_FLOAT;
    case COLUMN_F64:
        return PARQUET_DOUBLE;
    case COLUMN_U8_NAME:
    case COLUMN_U16_NAME:
    case COLUMN_TEXT:
    case COLUMN_BLOB:
    default:
        return PARQUET_BYTE_ARRAY;
    }
}

size_t parquet_column_width(const struct column *column)
{
    switch (parquet_column_physical(column)) {
    case PARQUET_BOOLEAN:
        return 1;
    case PARQUET_INT32:
    case PARQUET_FLOAT:
        return 4;
    case PARQUET_INT64:
    case PARQUET_DOUBLE:
        return 8;
    case PARQUET_BYTE_ARRAY:
    default:
        return 0;
    }
}

/* The octet that stands for the type in the logical hash. */
static uint8_t column_hash_type(const struct column *column)
{
    switch (parquet_column_physical(column)) {
    case PARQUET_BOOLEAN:
        return 'b';
    case PARQUET_INT32:
        return 'i';
    case PARQUET_INT64:
        return column->type == COLUMN_U64 ? 'u' : 'l';
    case PARQUET_FLOAT:
        return 'f';
    case PARQUET_DOUBLE:
        return 'd';
    case PARQUET_BYTE_ARRAY:
    default:
        return column->type == COLUMN_BLOB ? 'o' : 't';
    }
}

static bool column_named(const struct column *column)
{
    return column->type == COLUMN_U8_NAME || column->type == COLUMN_U16_NAME;
}

/* bytes_le without a call when there is room: this is where most of a run's values pass. */
static void column_le(struct bytes *b, uint64_t value, size_t width)
{
    if (b->failed || b->room - b->size < 8) {
        bytes_le(b, value, width);
        return;
    }
    uint8_t *to = b->data + b->size; /* eight octets written, `width` of them kept */
    for (size_t i = 0; i < 8; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
    b->size += width;
}

static void column_add_text(struct bytes *values, const struct canonical_cell *cell)
{
    const char *text = (const char *)cell->data;
    if (canonical_utf8_valid(text, cell->size) == cell->size) {
        column_le(values, cell->size, 4);
        bytes_put(values, text, cell->size);
        return;
    }
    struct bytes clean = {0};
    canonical_utf8(&clean, text, cell->size);
    bytes_le(values, clean.size, 4);
    bytes_put(values, clean.data, clean.size);
    values->failed |= clean.failed;
    bytes_close(&clean);
}

static void column_add_number(struct parquet_column *column,
                              const struct canonical_cell *cell)
{
    uint64_t bits = cell->bits;
    if (column->what->type == COLUMN_F32) {
        float f32 = (float)cell->number;
        uint32_t word = 0;
        memcpy(&word, &f32, sizeof word);
        bits = word;
    } else if (column->what->type == COLUMN_F64) {
        memcpy(&bits, &cell->number, sizeof bits);
    }
    column_le(&column->values, bits, parquet_column_width(column->what));
}

void parquet_column_add(struct parquet_column *column, const struct canonical_cell *cell)
{
    if (canonical_nullable(column->what)) {
        column_le(&column->levels, !cell->null, 1);
    }
    if (cell->null) {
        return;
    }
    column->count++;
    if (column_named(column->what)) {
        column_le(&column->values, cell->bits, 2);
    } else if (column->what->type == COLUMN_TEXT) {
        column_add_text(&column->values, cell);
    } else if (column->what->type == COLUMN_BLOB) {
        bytes_le(&column->values, cell->size, 4);
        bytes_put(&column->values, cell->data, cell->size);
    } else {
        column_add_number(column, cell);
    }
}

/* Names become texts in PLAIN form, so that both go the same way. */
static bool column_spell(struct parquet_column *column)
{
    struct bytes texts = {0};
    for (uint32_t i = 0; i < column->count; i++) {
        size_t index = column->values.data[2 * i] | (size_t)column->values.data[2 * i + 1]
                                                        << 8;
        const char *name = column->what->names[index];
        bytes_le(&texts, strlen(name), 4);
        bytes_text(&texts, name);
    }
    bool good = !texts.failed;
    bytes_close(&column->values);
    column->values = texts;
    return good;
}

static void column_hash(const struct parquet_column *column, uint32_t rows,
                        const struct parquet_dictionary *d, struct digest *hash)
{
    bool nullable = canonical_nullable(column->what);
    digest_text(hash, column->what->name);
    digest_le(hash, column_hash_type(column->what), 1);
    digest_le(hash, nullable, 1);
    for (uint32_t i = 0; nullable && i < rows; i += 8) {
        unsigned octet = 0;
        for (uint32_t k = i; k < rows && k < i + 8; k++) {
            octet |= (unsigned)column->levels.data[k] << (k - i);
        }
        digest_le(hash, octet, 1);
    }
    if (!d) {
        digest_put(hash, column->values.data, column->values.size);
        return;
    }
    digest_le(hash, d->count, 4);
    digest_put(hash, d->entries.data, d->entries.size);
    for (uint32_t i = 0; i < column->count; i++) {
        digest_le(hash, d->indexes[i], 4);
    }
}

static double range_number(const struct column *column, const uint8_t *value)
{
    float f32 = 0;
    double f64 = 0;
    if (column->type == COLUMN_F32) {
        memcpy(&f32, value, sizeof f32);
        return (double)f32;
    }
    memcpy(&f64, value, sizeof f64);
    return f64;
}

static int64_t range_integer(size_t width, const uint8_t *value)
{
    int32_t i32 = 0;
    int64_t i64 = 0;
    if (width == 4) {
        memcpy(&i32, value, sizeof i32);
        return i32;
    }
    memcpy(&i64, value, sizeof i64);
    return i64;
}

static bool range_less(const struct column *column, size_t width, const uint8_t *a,
                       const uint8_t *b)
{
    if (column->type == COLUMN_F32 || column->type == COLUMN_F64) {
        return range_number(column, a) < range_number(column, b);
    }
    return range_integer(width, a) < range_integer(width, b);
}

/* Least and most value, so that readers can leave parts out. */
static void column_range(const struct parquet_column *column, struct parquet_chunk *chunk)
{
    size_t width = parquet_column_width(column->what);
    if (width < 4 || column->count == 0 || column->what->type == COLUMN_U64) {
        return;
    }
    const uint8_t *least = column->values.data;
    const uint8_t *most = least;
    for (uint32_t i = 1; i < column->count; i++) {
        const uint8_t *value = column->values.data + i * width;
        if (range_less(column->what, width, value, least)) {
            least = value;
        }
        if (range_less(column->what, width, most, value)) {
            most = value;
        }
    }
    memcpy(chunk->least, least, width);
    memcpy(chunk->most, most, width);
    chunk->has_range = true;
}

/* Compresses scratch->page and appends it with its header. entries: values of a dictionary
 * page, or rows of a data page. */
static bool page_write(struct parquet_scratch *s, bool dictionary, uint32_t entries,
                       int encoding, struct bytes *file, struct parquet_chunk *chunk)
{
    size_t bound = ZSTD_compressBound(s->page.size);
    uint8_t *packed = realloc(s->packed.data, bound);
    if (!packed || s->page.failed) {
        return false;
    }
    s->packed.data = packed;
    size_t n = ZSTD_compress2(s->zstd, packed, bound, s->page.data, s->page.size);
    if (ZSTD_isError(n)) {
        return false;
    }
    size_t before = file->size;
    struct parquet_thrift t = parquet_thrift_init(file);
    parquet_thrift_i32(&t, 1, dictionary ? 2 : 0);
    parquet_thrift_i32(&t, 2, (int32_t)s->page.size);
    parquet_thrift_i32(&t, 3, (int32_t)n);
    parquet_thrift_i32(&t, 4, (int32_t)(uint32_t)crc32(0, packed, (uInt)n));
    parquet_thrift_open(&t, dictionary ? 7 : 5);
    parquet_thrift_i32(&t, 1, (int32_t)entries);
    parquet_thrift_i32(&t, 2, encoding);
    if (!dictionary) {
        parquet_thrift_i32(&t, 3, PARQUET_RLE);
        parquet_thrift_i32(&t, 4, PARQUET_RLE);
    }
    parquet_thrift_close(&t);
    bytes_u8(file, 0); /* end of the page header */
    size_t header = file->size - before;
    bytes_put(file, packed, n);
    chunk->plain_size += header + s->page.size;
    chunk->packed_size += header + n;
    return !file->failed;
}

static void page_levels(const struct parquet_column *column, uint32_t rows,
                        struct parquet_scratch *s)
{
    if (!canonical_nullable(column->what)) {
        return;
    }
    for (uint32_t i = 0; i < rows; i++) {
        s->levels[i] = column->levels.data[i];
    }
    size_t at = s->page.size;
    bytes_le(&s->page, 0, 4);
    parquet_hybrid(&s->page, s->levels, rows, 1);
    if (!s->page.failed) {
        size_t n = s->page.size - at - 4;
        for (size_t i = 0; i < 4; i++) {
            s->page.data[at + i] = (uint8_t)(n >> (8 * i));
        }
    }
}

static void page_booleans(const struct parquet_column *column, struct bytes *page)
{
    for (uint32_t i = 0; i < column->count; i += 8) {
        unsigned octet = 0;
        for (uint32_t k = i; k < column->count && k < i + 8; k++) {
            octet |= (unsigned)column->values.data[k] << (k - i);
        }
        bytes_u8(page, (uint8_t)octet);
    }
}

static bool chunk_write(const struct parquet_column *column, uint32_t rows,
                        const struct parquet_dictionary *d, struct parquet_scratch *s,
                        struct bytes *file, struct parquet_chunk *chunk)
{
    unsigned width = d && d->count > 1 ? parquet_bits(d->count - 1) : 1;
    if (d) {
        chunk->dictionary_offset = file->size;
        bytes_clear(&s->page);
        bytes_put(&s->page, d->entries.data, d->entries.size);
        if (!page_write(s, true, d->count, PARQUET_PLAIN, file, chunk)) {
            return false;
        }
    }
    chunk->data_offset = file->size;
    bytes_clear(&s->page);
    page_levels(column, rows, s);
    if (d) {
        bytes_u8(&s->page, (uint8_t)width);
        parquet_hybrid(&s->page, d->indexes, column->count, width);
    } else if (column->what->type == COLUMN_BOOL) {
        page_booleans(column, &s->page);
    } else {
        bytes_put(&s->page, column->values.data, column->values.size);
    }
    return page_write(s, false, rows, d ? PARQUET_RLE_DICTIONARY : PARQUET_PLAIN, file,
                      chunk);
}

bool parquet_column_write(struct parquet_column *column, uint32_t rows,
                          struct parquet_scratch *scratch, struct bytes *file,
                          struct parquet_chunk *chunk, struct digest *hash)
{
    struct parquet_dictionary dictionary = {0};
    bool named = column_named(column->what);
    bool text = named || column->what->type == COLUMN_TEXT;
    bool good = !column->values.failed && !column->levels.failed;
    assert(rows > 0 && rows <= PARQUET_ROWS);
    *chunk = (struct parquet_chunk){.nulls = rows - column->count};
    if (good && named) {
        good = column_spell(column);
    }
    if (good && text) {
        good = parquet_dictionary_build(&dictionary, &column->values, column->count);
    }
    if (good) {
        column_range(column, chunk);
        if (hash) {
            column_hash(column, rows, text ? &dictionary : NULL, hash);
        }
        /* A dictionary pays when texts repeat; a column of nulls needs none. */
        bool pays =
            text && dictionary.count > 0 &&
            dictionary.entries.size + (size_t)column->count * 2 < column->values.size + 64;
        good = chunk_write(column, rows, pays ? &dictionary : NULL, scratch, file, chunk);
    }
    parquet_dictionary_close(&dictionary);
    bytes_clear(&column->values);
    bytes_clear(&column->levels);
    column->count = 0;
    return good;
}

void parquet_column_close(struct parquet_column *column)
{
    bytes_close(&column->values);
    bytes_close(&column->levels);
}
