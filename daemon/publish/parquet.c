/* SPDX-License-Identifier: Apache-2.0 */
/* Parquet parts: rows in, a whole file out.
 *
 * Rows are taken apart into columns as they come; finish writes column chunk after column
 * chunk, then the Thrift footer that tells where they are. What can fail: a value that must
 * not be published (the row is refused), memory. */
#include "publish/parquet.h"

#include <stdlib.h>
#include <string.h>

#include "publish/parquet_encode.h"

struct parquet_part {
    const struct table *table;
    struct parquet_column *columns;
    struct parquet_chunk *chunks;
    struct canonical_cell *cells; /* of the row being added */
    struct parquet_scratch scratch;
    uint32_t rows;
    size_t octets;
};

int parquet_part_new(struct parquet_part **out, const struct table *table,
                     struct fail *fail)
{
    size_t count = table->column_count;
    struct parquet_part *part = calloc(1, sizeof *part);
    if (part) {
        part->table = table;
        part->columns = calloc(count + 1, sizeof *part->columns);
        part->chunks = calloc(count + 1, sizeof *part->chunks);
        part->cells = calloc(count + 1, sizeof *part->cells);
        part->scratch.levels = calloc(PARQUET_ROWS, sizeof *part->scratch.levels);
        part->scratch.zstd = ZSTD_createCCtx();
    }
    if (!part || !part->columns || !part->chunks || !part->cells || !part->scratch.levels ||
        !part->scratch.zstd ||
        ZSTD_isError(ZSTD_CCtx_setParameter(part->scratch.zstd, ZSTD_c_compressionLevel,
                                            PARQUET_LEVEL))) {
        parquet_part_free(part);
        *out = NULL;
        return fail_set(fail, RESULT_MEMORY, "%s: out of memory", table->name);
    }
    for (size_t i = 0; i < count; i++) {
        part->columns[i].what = &table->columns[i];
    }
    *out = part;
    return 0;
}

int parquet_part_add(struct parquet_part *part, const void *row, struct fail *fail)
{
    const struct table *table = part->table;
    if (parquet_part_full(part)) {
        return fail_set(fail, RESULT_USAGE, "%s: the part is full", table->name);
    }
    size_t octets = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        if (canonical_read(&table->columns[i], row, &part->cells[i], fail) < 0) {
            return fail_wrap(fail, "%s", table->name);
        }
        octets += 8 + (size_t)part->cells[i].size;
    }
    for (size_t i = 0; i < table->column_count; i++) {
        parquet_column_add(&part->columns[i], &part->cells[i]);
    }
    part->rows++;
    part->octets += octets;
    return 0;
}

uint32_t parquet_part_rows(const struct parquet_part *part)
{
    return part->rows;
}

bool parquet_part_full(const struct parquet_part *part)
{
    return part->rows >= PARQUET_ROWS || part->octets >= PARQUET_OCTETS;
}

static void footer_schema(struct parquet_thrift *t, const struct table *table)
{
    parquet_thrift_list(t, 2, PARQUET_THRIFT_STRUCT, (size_t)table->column_count + 1);
    parquet_thrift_open(t, 0);
    parquet_thrift_text(t, 4, table->name);
    parquet_thrift_i32(t, 5, table->column_count);
    parquet_thrift_close(t);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        bool octets = parquet_column_physical(column) == PARQUET_BYTE_ARRAY;
        parquet_thrift_open(t, 0);
        parquet_thrift_i32(t, 1, parquet_column_physical(column));
        parquet_thrift_i32(t, 3, canonical_nullable(column)); /* 0 required, 1 optional */
        parquet_thrift_text(t, 4, column->name);
        if (octets && column->type != COLUMN_BLOB) {
            parquet_thrift_i32(t, 6, 0); /* ConvertedType UTF8 */
        } else if (column->type == COLUMN_U64) {
            parquet_thrift_i32(t, 6, 14); /* ConvertedType UINT_64 */
        }
        if (column->number > 0) {
            parquet_thrift_i32(t, 9, column->number);
        }
        if (octets && column->type != COLUMN_BLOB) {
            parquet_thrift_open(t, 10); /* LogicalType STRING {} */
            parquet_thrift_open(t, 1);
            parquet_thrift_close(t);
            parquet_thrift_close(t);
        } else if (column->type == COLUMN_U64) {
            parquet_thrift_open(t, 10); /* LogicalType INTEGER {64, unsigned} */
            parquet_thrift_open(t, 10);
            parquet_thrift_i8(t, 1, 64);
            parquet_thrift_bool(t, 2, false);
            parquet_thrift_close(t);
            parquet_thrift_close(t);
        }
        parquet_thrift_close(t);
    }
}

static void footer_range(struct parquet_thrift *t, const struct column *column,
                         const struct parquet_chunk *chunk)
{
    size_t width = parquet_column_width(column);
    parquet_thrift_open(t, 12);
    parquet_thrift_i64(t, 3, chunk->nulls);
    if (chunk->has_range) {
        parquet_thrift_octets(t, 5, chunk->most, width);
        parquet_thrift_octets(t, 6, chunk->least, width);
    }
    parquet_thrift_close(t);
}

static void footer_chunk(struct parquet_thrift *t, const struct column *column,
                         const struct parquet_chunk *chunk, uint32_t rows)
{
    bool dictionary = chunk->dictionary_offset > 0;
    uint64_t first = dictionary ? chunk->dictionary_offset : chunk->data_offset;
    parquet_thrift_open(t, 0);
    parquet_thrift_i64(t, 2, (int64_t)first);
    parquet_thrift_open(t, 3);
    parquet_thrift_i32(t, 1, parquet_column_physical(column));
    parquet_thrift_list(t, 2, PARQUET_THRIFT_I32, dictionary ? 3 : 2);
    parquet_thrift_item_i32(t, PARQUET_PLAIN);
    parquet_thrift_item_i32(t, PARQUET_RLE);
    if (dictionary) {
        parquet_thrift_item_i32(t, PARQUET_RLE_DICTIONARY);
    }
    parquet_thrift_list(t, 3, PARQUET_THRIFT_TEXT, 1);
    parquet_thrift_item_text(t, column->name);
    parquet_thrift_i32(t, 4, 6); /* CompressionCodec ZSTD */
    parquet_thrift_i64(t, 5, rows);
    parquet_thrift_i64(t, 6, (int64_t)chunk->plain_size);
    parquet_thrift_i64(t, 7, (int64_t)chunk->packed_size);
    parquet_thrift_i64(t, 9, (int64_t)chunk->data_offset);
    if (dictionary) {
        parquet_thrift_i64(t, 11, (int64_t)chunk->dictionary_offset);
    }
    footer_range(t, column, chunk);
    parquet_thrift_close(t);
    parquet_thrift_close(t);
}

static void footer_row_groups(struct parquet_thrift *t, const struct parquet_part *part)
{
    const struct table *table = part->table;
    uint64_t plain = 0;
    uint64_t packed = 0;
    parquet_thrift_list(t, 4, PARQUET_THRIFT_STRUCT, part->rows > 0);
    if (part->rows == 0) {
        return;
    }
    parquet_thrift_open(t, 0);
    parquet_thrift_list(t, 1, PARQUET_THRIFT_STRUCT, table->column_count);
    for (size_t i = 0; i < table->column_count; i++) {
        footer_chunk(t, &table->columns[i], &part->chunks[i], part->rows);
        plain += part->chunks[i].plain_size;
        packed += part->chunks[i].packed_size;
    }
    parquet_thrift_i64(t, 2, (int64_t)plain);
    parquet_thrift_i64(t, 3, part->rows);
    parquet_thrift_i64(t, 5, 4); /* the first chunk follows the magic */
    parquet_thrift_i64(t, 6, (int64_t)packed);
    parquet_thrift_close(t);
}

/* Collects the metadata pairs while they are counted: a list's length stands in front. */
struct footer_notes {
    struct bytes octets;
    size_t count;
};

static void footer_note(struct footer_notes *notes, const char *prefix, const char *key,
                        const char *value)
{
    struct bytes name = {0};
    bytes_text(&name, prefix);
    bytes_text(&name, key);
    bytes_u8(&name, 0);
    struct parquet_thrift t = parquet_thrift_init(&notes->octets);
    if (name.failed) {
        notes->octets.failed = true;
    } else {
        parquet_thrift_text(&t, 1, (const char *)name.data);
        parquet_thrift_text(&t, 2, value);
        bytes_u8(&notes->octets, 0);
        notes->count++;
    }
    bytes_close(&name);
}

static void footer_column_notes(struct footer_notes *notes, const struct column *column)
{
    footer_note(notes, "knowledge.", column->name, canonical_knowledge(column));
    if (column->unit && column->unit[0]) {
        footer_note(notes, "unit.", column->name, column->unit);
    }
    if (column->quantum > 0) {
        struct bytes text = {0};
        bytes_json_double(&text, column->quantum);
        bytes_u8(&text, 0);
        footer_note(notes, "quantum.", column->name,
                    text.failed ? "" : (const char *)text.data);
        notes->octets.failed |= text.failed;
        bytes_close(&text);
    }
    if (column->sentence && column->sentence[0]) {
        footer_note(notes, "doc.", column->name, column->sentence);
    }
}

static void footer_metadata(struct parquet_thrift *t, const struct table *table,
                            const struct parquet_note *more, size_t more_count)
{
    struct footer_notes notes = {0};
    footer_note(&notes, "", "v2xd.table", table->name);
    if (table->sentence && table->sentence[0]) {
        footer_note(&notes, "", "doc", table->sentence);
    }
    for (size_t i = 0; i < more_count; i++) {
        footer_note(&notes, "", more[i].key, more[i].value);
    }
    for (size_t i = 0; i < table->column_count; i++) {
        footer_column_notes(&notes, &table->columns[i]);
    }
    parquet_thrift_list(t, 5, PARQUET_THRIFT_STRUCT, notes.count);
    bytes_put(t->out, notes.octets.data, notes.octets.size);
    t->out->failed |= notes.octets.failed;
    bytes_close(&notes.octets);
}

static void part_footer(const struct parquet_part *part, const struct parquet_note *notes,
                        size_t note_count, struct bytes *file)
{
    size_t start = file->size;
    struct parquet_thrift t = parquet_thrift_init(file);
    parquet_thrift_i32(&t, 1, 1);
    footer_schema(&t, part->table);
    parquet_thrift_i64(&t, 3, part->rows);
    footer_row_groups(&t, part);
    footer_metadata(&t, part->table, notes, note_count);
    parquet_thrift_text(&t, 6, "v2xd");
    /* ColumnOrder TYPE_ORDER {} for each: least and most follow the type. */
    parquet_thrift_list(&t, 7, PARQUET_THRIFT_STRUCT, part->table->column_count);
    for (size_t i = 0; i < part->table->column_count; i++) {
        parquet_thrift_open(&t, 0);
        parquet_thrift_open(&t, 1);
        parquet_thrift_close(&t);
        parquet_thrift_close(&t);
    }
    bytes_u8(file, 0);
    bytes_le(file, file->size - start, 4);
    bytes_put(file, "PAR1", 4);
}

int parquet_part_finish(struct parquet_part *part, const struct parquet_note *notes,
                        size_t note_count, struct bytes *file, struct digest *hash,
                        struct fail *fail)
{
    const struct table *table = part->table;
    bool good = true;
    if (file->size > 0) {
        return fail_set(fail, RESULT_USAGE, "%s: the block is not empty", table->name);
    }
    bytes_put(file, "PAR1", 4);
    if (hash) {
        digest_text(hash, table->name);
        digest_le(hash, part->rows, 8);
        digest_le(hash, table->column_count, 4);
    }
    for (size_t i = 0; part->rows > 0 && i < table->column_count && good; i++) {
        good = parquet_column_write(&part->columns[i], part->rows, &part->scratch, file,
                                    &part->chunks[i], hash);
    }
    if (good) {
        part_footer(part, notes, note_count, file);
    }
    part->rows = 0;
    part->octets = 0;
    if (!good || file->failed) {
        return fail_set(fail, RESULT_MEMORY, "%s: out of memory", table->name);
    }
    return 0;
}

void parquet_part_free(struct parquet_part *part)
{
    if (!part) {
        return;
    }
    for (size_t i = 0; part->columns && i < part->table->column_count; i++) {
        parquet_column_close(&part->columns[i]);
    }
    free(part->columns);
    free(part->chunks);
    free(part->cells);
    free(part->scratch.levels);
    ZSTD_freeCCtx(part->scratch.zstd);
    bytes_close(&part->scratch.page);
    bytes_close(&part->scratch.packed);
    free(part);
}
