/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of Tx and Rx, and how a Sample is put together. */
#include "edge/stream_schema.h"

#include "edge/stat_records.h"
#include "model/kinds.h"

#define BIT_REQ(bit)  -1
#define BIT_OPT(bit)  (int8_t)(bit)
#define NAMES_U8_NAME .names = kinds_msg_type, .name_count = 256,
#define NAMES_U64
#define NAMES_I64
#define NAMES_I32
#define NAMES_U32
#define NAMES_F64
#define NAMES_BOOL
#define NAMES_TEXT
#define NAMES_BLOB

#define COLUMN_OF(row, place, ctype, field, need, know, units, text)                       \
    {.name = #field,                                                                       \
     .type = COLUMN_##ctype,                                                               \
     .offset = offsetof(struct row, field),                                                \
     .null_bit = BIT_##need(place),                                                        \
     .knowledge = KNOW_##know,                                                             \
     .unit = units,                                                                        \
     NAMES_##ctype.number = (place) + 1,                                                   \
     .sentence = text},
#define COLUMN_TX(ctype, field, ...)                                                       \
    COLUMN_OF(row_tx, STREAM_TX_##field, ctype, field, __VA_ARGS__)
#define COLUMN_RX(ctype, field, ...)                                                       \
    COLUMN_OF(row_rx, STREAM_RX_##field, ctype, field, __VA_ARGS__)

static const struct column columns_tx[] = {STREAM_TX_COLUMNS(COLUMN_TX)};
static const struct column columns_rx[] = {STREAM_RX_COLUMNS(COLUMN_RX)};

const struct table table_tx = {
    "tx", "Tx", columns_tx, STREAM_TX_COUNT, sizeof(struct row_tx), "a transmission"};
const struct table table_rx = {"rx",
                               "Rx",
                               columns_rx,
                               STREAM_RX_COUNT,
                               sizeof(struct row_rx),
                               "a message as one receiver has it; no truth"};

const struct proto_message *stream_schema_messages(size_t *count)
{
    static const struct proto_child parts[] = {
        {"frame", SAMPLE_FRAME, false, "Frame"},
        {"members", SAMPLE_MEMBERS, true, "Sync"},
        {"tracks", SAMPLE_TRACKS, true, "Track"},
        {"objects", SAMPLE_OBJECTS, true, "Object"},
        {"labels", SAMPLE_LABELS, true, "Label"},
    };
    static const struct proto_message messages[] = {
        {.table = &table_tx},
        {.table = &table_rx},
        {.record = "Sample",
         .children = parts,
         .child_count = sizeof parts / sizeof parts[0],
         .sentence = "one frame of one ego with everything that belongs to it"},
        {.table = &table_hello},
        {.table = &table_stat},
        {.table = &table_end},
    };
    *count = sizeof messages / sizeof messages[0];
    return messages;
}
