/* SPDX-License-Identifier: Apache-2.0 */
/* One cell of a row in the one form that every format writes: nulls resolved, quantum
 * applied, names looked up, what is not a number refused.
 *
 * Parquet, Protobuf and the hashes all read rows through this, so that they cannot
 * disagree about a value. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "model/table.h"

/* The value of one column of one row. Which members are set follows from column.type;
 * pointers are borrowed from the row and from the column's names. */
struct canonical_cell {
    bool null;
    uint64_t bits;       /* BOOL, I32 and I64 (two's complement), U32, U64; name index */
    double number;       /* F64, and F32 (exactly a float) */
    const uint8_t *data; /* TEXT, BLOB, and the text of a NAME */
    uint32_t size;       /* octets of data */
};

/* True if the column can be null: it has a null bit, or it is TEXT or BLOB (null by
 * pointer). */
bool canonical_nullable(const struct column *column);

/* x rounded to a whole number of quanta, half away from zero; 0 gives x. If 1/quantum is
 * whole, the result is the double nearest to the decimal fraction. Never gives -0. */
double canonical_quantum(double x, double quantum);

/* `obs`, `gt` or `inj`; a key counts as observed. */
const char *canonical_knowledge(const struct column *column);

/* Reads column from row. RESULT_USAGE, naming the column: not finite, or a name index
 * beyond the names. */
MUST_USE int canonical_read(const struct column *column, const void *row,
                            struct canonical_cell *cell, struct fail *fail);
