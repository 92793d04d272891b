/* SPDX-License-Identifier: Apache-2.0 */
/* Cells of rows, read by description. In: a row struct whose first member is the bits of
 * what is valid, and a column. Out: the value as it is published, or a refusal. */
#include "publish/canonical_value.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"

bool canonical_nullable(const struct column *column)
{
    return column->null_bit >= 0 || column->type == COLUMN_TEXT ||
           column->type == COLUMN_BLOB;
}

double canonical_quantum(double x, double quantum)
{
    const double exact = 9007199254740992.0; /* 2^53: beyond it no fraction is left */
    if (quantum <= 0) {
        return x + 0.0; /* -0 + 0 is +0 */
    }
    double inverse = 1 / quantum;
    if (fabs(x * inverse) >= exact) {
        return x;
    }
    double parts = inverse < exact ? fm_round(inverse) : 0;
    if (parts >= 1 && fabs(inverse - parts) < 1e-9 * parts) {
        return fm_round(x * parts) / parts + 0.0;
    }
    return fm_round(x * inverse) * quantum + 0.0;
}

const char *canonical_knowledge(const struct column *column)
{
    switch (column->knowledge) {
    case KNOW_GT:
        return "gt";
    case KNOW_INJ:
        return "inj";
    case KNOW_KEY:
    case KNOW_OBS:
    default:
        return "obs";
    }
}

static int canonical_name(const struct column *column, size_t index,
                          struct canonical_cell *cell, struct fail *fail)
{
    if (index >= column->name_count || !column->names[index]) {
        return fail_set(fail, RESULT_USAGE, "%s: name %zu of %u", column->name, index,
                        (unsigned)column->name_count);
    }
    cell->bits = index;
    cell->data = (const uint8_t *)column->names[index];
    cell->size = (uint32_t)strlen(column->names[index]);
    return 0;
}

static int canonical_number(const struct column *column, double x,
                            struct canonical_cell *cell, struct fail *fail)
{
    if (!isfinite(x)) {
        return fail_set(fail, RESULT_USAGE, "%s: not a finite number", column->name);
    }
    cell->number = canonical_quantum(x, column->quantum);
    if (column->type == COLUMN_F32) {
        cell->number = (double)(float)cell->number;
        if (!isfinite(cell->number)) {
            return fail_set(fail, RESULT_USAGE, "%s: beyond a float", column->name);
        }
    }
    return 0;
}

static void canonical_octets(const struct column *column, const uint8_t *at,
                             struct canonical_cell *cell)
{
    if (column->type == COLUMN_TEXT) {
        const char *text = NULL;
        memcpy(&text, at, sizeof text);
        cell->null = !text;
        cell->data = (const uint8_t *)text;
        cell->size = text ? (uint32_t)strlen(text) : 0;
    } else {
        struct column_blob blob = {0};
        memcpy(&blob, at, sizeof blob);
        cell->null = !blob.data;
        cell->data = blob.data;
        cell->size = blob.data ? blob.size : 0;
    }
}

static void canonical_integer(const struct column *column, const uint8_t *at,
                              struct canonical_cell *cell)
{
    int32_t i32 = 0;
    uint32_t u32 = 0;
    if (column->type == COLUMN_I32) {
        memcpy(&i32, at, sizeof i32);
        cell->bits = (uint64_t)(int64_t)i32;
    } else if (column->type == COLUMN_U32) {
        memcpy(&u32, at, sizeof u32);
        cell->bits = u32;
    } else {
        memcpy(&cell->bits, at, sizeof cell->bits);
    }
}

int canonical_read(const struct column *column, const void *row,
                   struct canonical_cell *cell, struct fail *fail)
{
    const uint8_t *at = (const uint8_t *)row + column->offset;
    *cell = (struct canonical_cell){0};
    if (column->null_bit >= 0) {
        uint64_t valid = 0;
        memcpy(&valid, row, sizeof valid);
        if (!(valid >> column->null_bit & 1)) {
            cell->null = true;
            return 0;
        }
    }
    uint16_t u16 = 0;
    float f32 = 0;
    double f64 = 0;
    switch (column->type) {
    case COLUMN_BOOL:
        cell->bits = *at != 0;
        return 0;
    case COLUMN_U8_NAME:
        return canonical_name(column, *at, cell, fail);
    case COLUMN_U16_NAME:
        memcpy(&u16, at, sizeof u16);
        return canonical_name(column, u16, cell, fail);
    case COLUMN_I32:
    case COLUMN_U32:
    case COLUMN_I64:
    case COLUMN_U64:
        canonical_integer(column, at, cell);
        return 0;
    case COLUMN_F32:
        memcpy(&f32, at, sizeof f32);
        return canonical_number(column, (double)f32, cell, fail);
    case COLUMN_F64:
        memcpy(&f64, at, sizeof f64);
        return canonical_number(column, f64, cell, fail);
    case COLUMN_TEXT:
    case COLUMN_BLOB:
        canonical_octets(column, at, cell);
        return 0;
    default:
        return fail_set(fail, RESULT_USAGE, "%s: unknown type", column->name);
    }
}
