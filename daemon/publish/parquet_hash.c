/* SPDX-License-Identifier: Apache-2.0 */
/* The logical hash of a part that is read back. In: a part. Out: the same content that
 * parquet_column.c hashed when it wrote the rows, whatever encoding they were in. */
#include "publish/parquet_encode.h"
#include "publish/parquet_read.h"

static uint8_t hash_type(struct parquet_about about)
{
    switch (about.type) {
    case PARQUET_BOOLEAN:
        return 'b';
    case PARQUET_INT32:
        return 'i';
    case PARQUET_INT64:
        return about.is_unsigned ? 'u' : 'l';
    case PARQUET_FLOAT:
        return 'f';
    case PARQUET_DOUBLE:
        return 'd';
    case PARQUET_BYTE_ARRAY:
    default:
        return about.text ? 't' : 'o';
    }
}

static void hash_presence(const struct parquet_file *file, size_t column,
                          struct digest *hash)
{
    uint32_t rows = parquet_file_rows(file);
    for (uint32_t i = 0; i < rows; i += 8) {
        unsigned octet = 0;
        for (uint32_t k = i; k < rows && k < i + 8; k++) {
            octet |= (unsigned)!parquet_file_value(file, column, k).null << (k - i);
        }
        digest_le(hash, octet, 1);
    }
}

/* The values that are there, in PLAIN form; their number. */
static uint32_t hash_plain(const struct parquet_file *file, size_t column,
                           enum parquet_physical type, struct bytes *plain)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < parquet_file_rows(file); i++) {
        struct parquet_value value = parquet_file_value(file, column, i);
        union {
            float number;
            uint32_t bits;
        } f32 = {.number = (float)value.number};
        if (value.null) {
            continue;
        }
        count++;
        if (type == PARQUET_BYTE_ARRAY) {
            bytes_le(plain, value.size, 4);
            bytes_put(plain, value.data, value.size);
        } else if (type == PARQUET_FLOAT) {
            bytes_le(plain, f32.bits, 4);
        } else if (type == PARQUET_BOOLEAN) {
            bytes_le(plain, value.bits, 1);
        } else {
            bytes_le(plain, value.bits, type == PARQUET_INT32 ? 4 : 8);
        }
    }
    return count;
}

static bool hash_column(const struct parquet_file *file, size_t column, struct digest *hash)
{
    struct parquet_about about = parquet_file_about(file, column);
    struct parquet_dictionary d = {0};
    struct bytes plain = {0};
    digest_text(hash, about.name);
    digest_le(hash, hash_type(about), 1);
    digest_le(hash, about.nullable, 1);
    if (about.nullable) {
        hash_presence(file, column, hash);
    }
    uint32_t count = hash_plain(file, column, about.type, &plain);
    bool good = !plain.failed;
    if (good && about.text) {
        good = parquet_dictionary_build(&d, &plain, count);
        digest_le(hash, d.count, 4);
        digest_put(hash, d.entries.data, d.entries.size);
        for (uint32_t i = 0; good && i < count; i++) {
            digest_le(hash, d.indexes[i], 4);
        }
        parquet_dictionary_close(&d);
    } else if (good) {
        digest_put(hash, plain.data, plain.size);
    }
    bytes_close(&plain);
    return good;
}

int parquet_file_hash(struct parquet_file *file, struct digest *hash, struct fail *fail)
{
    digest_text(hash, parquet_file_table(file));
    digest_le(hash, parquet_file_rows(file), 8);
    digest_le(hash, parquet_file_columns(file), 4);
    for (size_t i = 0; parquet_file_rows(file) > 0 && i < parquet_file_columns(file); i++) {
        int rc = parquet_file_load(file, i, fail);
        if (rc < 0) {
            return rc;
        }
        if (!hash_column(file, i, hash)) {
            return fail_set(fail, RESULT_MEMORY, "out of memory");
        }
    }
    return 0;
}
