/* SPDX-License-Identifier: Apache-2.0 */
/* The column tables, made from the lists in records.h. */
#include "model/records.h"

#include <stddef.h>

#define NULL_BIT_REQ(bit) -1
#define NULL_BIT_OPT(bit) (int8_t)(bit)

/* TEXT and BLOB are null by pointer: their bit is not used. */
#define NULL_BIT_OF_BOOL(need, bit)     NULL_BIT_##need(bit)
#define NULL_BIT_OF_U8_NAME(need, bit)  NULL_BIT_##need(bit)
#define NULL_BIT_OF_U16_NAME(need, bit) NULL_BIT_##need(bit)
#define NULL_BIT_OF_I32(need, bit)      NULL_BIT_##need(bit)
#define NULL_BIT_OF_U32(need, bit)      NULL_BIT_##need(bit)
#define NULL_BIT_OF_I64(need, bit)      NULL_BIT_##need(bit)
#define NULL_BIT_OF_U64(need, bit)      NULL_BIT_##need(bit)
#define NULL_BIT_OF_F32(need, bit)      NULL_BIT_##need(bit)
#define NULL_BIT_OF_F64(need, bit)      NULL_BIT_##need(bit)
#define NULL_BIT_OF_TEXT(need, bit)     -1
#define NULL_BIT_OF_BLOB(need, bit)     -1

#define COUNT_OF_BOOL(names)     0
#define COUNT_OF_I32(names)      0
#define COUNT_OF_U32(names)      0
#define COUNT_OF_I64(names)      0
#define COUNT_OF_U64(names)      0
#define COUNT_OF_F32(names)      0
#define COUNT_OF_F64(names)      0
#define COUNT_OF_TEXT(names)     0
#define COUNT_OF_BLOB(names)     0
#define COUNT_OF_U8_NAME(names)  sizeof(names) / sizeof(names[0])
#define COUNT_OF_U16_NAME(names) sizeof(names) / sizeof(names[0])
#define LIST_OF_BOOL(names)      NULL
#define LIST_OF_I32(names)       NULL
#define LIST_OF_U32(names)       NULL
#define LIST_OF_I64(names)       NULL
#define LIST_OF_U64(names)       NULL
#define LIST_OF_F32(names)       NULL
#define LIST_OF_F64(names)       NULL
#define LIST_OF_TEXT(names)      NULL
#define LIST_OF_BLOB(names)      NULL
#define LIST_OF_U8_NAME(names)   names
#define LIST_OF_U16_NAME(names)  names

#define COLUMN_OF(record, ctype, field, need, know, units, step, list, text)               \
    {.name = #field,                                                                       \
     .type = COLUMN_##ctype,                                                               \
     .offset = offsetof(struct row_##record, field),                                       \
     .null_bit = NULL_BIT_OF_##ctype(need, record_##record##_##field),                     \
     .knowledge = KNOW_##know,                                                             \
     .unit = units,                                                                        \
     .quantum = step,                                                                      \
     .number = record_##record##_##field + 1,                                              \
     .names = LIST_OF_##ctype(list),                                                       \
     .name_count = COUNT_OF_##ctype(list),                                                 \
     .sentence = text},

#define COLUMN_transmission(...)     COLUMN_OF(transmission, __VA_ARGS__)
#define COLUMN_reception(...)        COLUMN_OF(reception, __VA_ARGS__)
#define COLUMN_gap(...)              COLUMN_OF(gap, __VA_ARGS__)
#define COLUMN_frame(...)            COLUMN_OF(frame, __VA_ARGS__)
#define COLUMN_sync(...)             COLUMN_OF(sync, __VA_ARGS__)
#define COLUMN_track(...)            COLUMN_OF(track, __VA_ARGS__)
#define COLUMN_object(...)           COLUMN_OF(object, __VA_ARGS__)
#define COLUMN_agent(...)            COLUMN_OF(agent, __VA_ARGS__)
#define COLUMN_scene(...)            COLUMN_OF(scene, __VA_ARGS__)
#define COLUMN_pair(...)             COLUMN_OF(pair, __VA_ARGS__)
#define COLUMN_decision(...)         COLUMN_OF(decision, __VA_ARGS__)
#define COLUMN_encounter(...)        COLUMN_OF(encounter, __VA_ARGS__)
#define COLUMN_sequence(...)         COLUMN_OF(sequence, __VA_ARGS__)
#define COLUMN_sequence_message(...) COLUMN_OF(sequence_message, __VA_ARGS__)
#define COLUMN_signal(...)           COLUMN_OF(signal, __VA_ARGS__)
#define COLUMN_advice(...)           COLUMN_OF(advice, __VA_ARGS__)
#define COLUMN_taxonomy(...)         COLUMN_OF(taxonomy, __VA_ARGS__)
#define COLUMN_label(...)            COLUMN_OF(label, __VA_ARGS__)
#define COLUMN_clock(...)            COLUMN_OF(clock, __VA_ARGS__)

#define X(record, LIST, plural, message, text)                                             \
    _Static_assert((int)record_##record##_count <= 64, "one null bit per column");         \
    static const struct column columns_##record[] = {LIST(COLUMN_##record)};               \
    const struct table table_##record = {plural,                                           \
                                         message,                                          \
                                         columns_##record,                                 \
                                         record_##record##_count,                          \
                                         sizeof(struct row_##record),                      \
                                         text};
RECORD_TABLES(X)
#undef X

const struct table *const records_tables[] = {
#define X(record, LIST, plural, message, text) &table_##record,
    RECORD_TABLES(X)
#undef X
};
const int records_table_count = sizeof records_tables / sizeof records_tables[0];
