/* SPDX-License-Identifier: Apache-2.0 */
/* One column of a Parquet part: values gathered row by row, then written as one column
 * chunk (a dictionary page for texts and names, one data page v1) and hashed. */
#pragma once

#include <zstd.h>

#include "base/bytes.h"
#include "publish/canonical.h"
#include "publish/canonical_value.h"

/* Parquet's physical types (parquet.thrift, enum Type). */
enum parquet_physical {
    PARQUET_BOOLEAN = 0,
    PARQUET_INT32 = 1,
    PARQUET_INT64 = 2,
    PARQUET_FLOAT = 4,
    PARQUET_DOUBLE = 5,
    PARQUET_BYTE_ARRAY = 6,
};

/* Parquet's encodings (parquet.thrift, enum Encoding). */
enum { PARQUET_PLAIN = 0, PARQUET_RLE = 3, PARQUET_RLE_DICTIONARY = 8 };

enum {
    PARQUET_ROWS = 65536, /* most rows of a part, which is one row group */
    PARQUET_LEVEL = 3,    /* zstd */
};

/* Owned by the part. */
struct parquet_column {
    const struct column *what; /* borrowed */
    struct bytes values; /* of the rows that are not null: little-endian, text and blob as
                            u32 length and octets, names as u16 index, booleans an octet */
    struct bytes levels; /* an octet a row, 1 = there; unused if never null */
    uint32_t count;      /* values */
};

/* What the footer tells about a column chunk. */
struct parquet_chunk {
    uint64_t dictionary_offset; /* 0: none */
    uint64_t data_offset;
    uint64_t plain_size; /* with page headers */
    uint64_t packed_size;
    uint32_t nulls;
    bool has_range; /* least and most are set; 4 or 8 octets by physical type */
    uint8_t least[8];
    uint8_t most[8];
};

/* Room shared by the columns of a part while it is written. */
struct parquet_scratch {
    ZSTD_CCtx *zstd;
    struct bytes page;
    struct bytes packed;
    uint32_t *levels; /* PARQUET_ROWS of them */
};

enum parquet_physical parquet_column_physical(const struct column *column);
size_t parquet_column_width(const struct column *column); /* 0: not of fixed width */

/* Appends a cell that canonical_read gave. */
void parquet_column_add(struct parquet_column *column, const struct canonical_cell *cell);

/* Appends the column chunk of `rows` rows to file, its logical content to hash (which may
 * be NULL), and forgets the values. False when out of memory. */
bool parquet_column_write(struct parquet_column *column, uint32_t rows,
                          struct parquet_scratch *scratch, struct bytes *file,
                          struct parquet_chunk *chunk, struct digest *hash);

void parquet_column_close(struct parquet_column *column);
