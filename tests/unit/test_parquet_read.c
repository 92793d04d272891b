/* SPDX-License-Identifier: Apache-2.0 */
/* Parquet parts read back by our own reader, and hostile ones refused. The rows are made by
 * formula; other readers judge the same files in tests/integration/readers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "publish/parquet.h"
#include "publish/parquet_read.h"
#include "tests/integration/readers/sample.h"

static void make(uint32_t rows, struct bytes *file, uint8_t sum[DIGEST_SIZE])
{
    struct parquet_part *part = NULL;
    struct fail fail = {0};
    struct digest hash;
    struct row_sample row;
    const struct parquet_note notes[] = {{"v2xd.schema", "1"}};
    assert_int_equal(parquet_part_new(&part, &sample_table, &fail), 0);
    for (uint32_t i = 0; i < rows; i++) {
        sample_row(&row, i);
        assert_int_equal(parquet_part_add(part, &row, &fail), 0);
    }
    digest_init(&hash);
    assert_int_equal(parquet_part_finish(part, notes, 1, file, &hash, &fail), 0);
    digest_finish(&hash, sum);
    parquet_part_free(part);
}

static void same_octets(struct parquet_value value, const void *data, size_t size)
{
    assert_int_equal(value.null, data == NULL);
    if (data) {
        assert_int_equal(value.size, size);
        assert_memory_equal(value.data, data, size);
    }
}

static void same_row(const struct parquet_file *f, uint32_t i)
{
    struct row_sample row;
    sample_row(&row, i);
    for (size_t bit = 0; bit < 7; bit++) {
        size_t column = bit < 6 ? bit + 2 : 9;
        assert_int_equal(parquet_file_value(f, column, i).null, !(row.valid >> bit & 1));
    }
    same_octets(parquet_file_value(f, 0, i), row.scenario_id, strlen(row.scenario_id));
    assert_true(parquet_file_value(f, 1, i).bits == row.uid);
    same_octets(parquet_file_value(f, 8, i), sample_kinds[row.kind],
                strlen(sample_kinds[row.kind]));
    same_octets(parquet_file_value(f, 10, i), row.label, row.label ? strlen(row.label) : 0);
    same_octets(parquet_file_value(f, 11, i), row.payload.data, row.payload.size);
    if (row.valid & 1) {
        assert_true(parquet_file_value(f, 2, i).bits == (uint64_t)row.t_ns);
    }
    if (row.valid & 2) {
        assert_true((int64_t)parquet_file_value(f, 3, i).bits == row.signed_value);
    }
    if (row.valid & 4) {
        assert_true(parquet_file_value(f, 4, i).bits == row.count);
    }
    if (row.valid & 8) {
        assert_true(parquet_file_value(f, 5, i).number == (double)row.ratio);
    }
    if (row.valid & 16) {
        assert_true(fabs(parquet_file_value(f, 6, i).number - row.x_m) <= 0.05 + 1e-9);
    }
    if (row.valid & 32) {
        assert_int_equal(parquet_file_value(f, 7, i).bits, row.flag);
    }
    if (row.valid & 64) {
        same_octets(parquet_file_value(f, 9, i), sample_causes[row.cause],
                    strlen(sample_causes[row.cause]));
    }
}

static void every_value_and_the_hash_read_back(void **state)
{
    static const uint32_t sizes[] = {0, 1, 7, 1000, PARQUET_ROWS};
    (void)state;
    for (size_t s = 0; s < 5; s++) {
        struct bytes data = {0};
        struct parquet_file *file = NULL;
        struct fail fail = {0};
        struct digest hash;
        uint8_t written[DIGEST_SIZE];
        uint8_t read[DIGEST_SIZE];
        make(sizes[s], &data, written);
        assert_int_equal(parquet_file_open(&file, data.data, data.size, 0, &fail), 0);
        assert_int_equal(parquet_file_rows(file), sizes[s]);
        assert_int_equal(parquet_file_columns(file), 12);
        assert_string_equal(parquet_file_table(file), "samples");
        assert_string_equal(parquet_file_note(file, "knowledge.x_m"), "gt");
        assert_null(parquet_file_note(file, "unit.label"));
        assert_int_equal(parquet_file_find(file, "cause"), 9);
        assert_int_equal(parquet_file_find(file, "none such"), 12);
        assert_true(parquet_file_about(file, 1).is_unsigned);
        digest_init(&hash);
        assert_int_equal(parquet_file_hash(file, &hash, &fail), 0);
        digest_finish(&hash, read);
        assert_memory_equal(read, written, DIGEST_SIZE);
        for (uint32_t i = 0; i < sizes[s]; i++) {
            same_row(file, i);
        }
        parquet_file_close(file);
        bytes_close(&data);
    }
}

/* 0 if it opens and every column loads. */
static int try_all(const uint8_t *data, size_t size)
{
    struct parquet_file *file = NULL;
    struct fail fail = {0};
    struct digest hash;
    int rc = parquet_file_open(&file, data, size, 1 << 20, &fail);
    if (rc == 0) {
        digest_init(&hash);
        rc = parquet_file_hash(file, &hash, &fail);
    }
    parquet_file_close(file);
    return rc;
}

static void a_cut_file_is_torn_wherever_it_is_cut(void **state)
{
    struct bytes data = {0};
    uint8_t sum[DIGEST_SIZE];
    (void)state;
    make(7, &data, sum);
    for (size_t size = 0; size < data.size; size++) {
        uint8_t *copy = malloc(size + 1);
        assert_non_null(copy);
        memcpy(copy, data.data, size);
        assert_int_equal(try_all(copy, size), RESULT_TORN);
        free(copy);
    }
    bytes_close(&data);
}

static void a_damaged_page_is_found_by_its_checksum(void **state)
{
    struct bytes data = {0};
    uint8_t sum[DIGEST_SIZE];
    size_t refused = 0;
    (void)state;
    make(100, &data, sum);
    for (size_t at = 0; at < data.size; at++) {
        data.data[at] ^= 0x41;
        refused += try_all(data.data, data.size) != 0;
        data.data[at] ^= 0x41;
    }
    assert_int_equal(try_all(data.data, data.size), 0);
    /* All but what the metadata and the statistics say, which carry no checksum. */
    assert_true(refused > data.size / 3);
    bytes_close(&data);
}

int main(void)
{
    const struct CMUnitTest parquet_read[] = {
        cmocka_unit_test(every_value_and_the_hash_read_back),
        cmocka_unit_test(a_cut_file_is_torn_wherever_it_is_cut),
        cmocka_unit_test(a_damaged_page_is_found_by_its_checksum),
    };
    return cmocka_run_group_tests(parquet_read, NULL, NULL);
}
