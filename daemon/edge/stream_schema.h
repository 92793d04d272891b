/* SPDX-License-Identifier: Apache-2.0 */
/* Messages that only the stream has: Tx, Rx, and Sample (one frame with all that belongs to
 * it). Numbers of columns are Protobuf field numbers: columns are only ever appended. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "model/table.h"
#include "publish/proto_descriptor.h"

// clang-format off
/* X(type, name, need, knowledge, unit, sentence) */
#define STREAM_TX_COLUMNS(X) \
    X(U64, msg_uid, REQ, KEY, "", "which transmission") \
    X(TEXT, sender, REQ, GT, "", "agent that sends") \
    X(U8_NAME, msg_type, REQ, KEY, "", "message type") \
    X(I64, t_gen_ns, REQ, GT, "ns", "instant the content is valid for, true time") \
    X(I64, t_tx_ns, OPT, GT, "ns", "handed to the radio, true time") \
    X(BLOB, payload, REQ, OBS, "", "message frame as sent")

#define STREAM_RX_COLUMNS(X) \
    X(U64, msg_uid, REQ, KEY, "", "which transmission") \
    X(TEXT, receiver, REQ, KEY, "", "who has it") \
    X(U8_NAME, msg_type, REQ, KEY, "", "message type") \
    X(I64, t_avail_ns, REQ, OBS, "ns", "usable since, true time") \
    X(I64, t_gen_claimed_ns, OPT, OBS, "ns", "what the message says") \
    X(U32, station_id, OPT, OBS, "", "temporary or station id") \
    X(I32, msg_cnt, OPT, OBS, "", "message count") \
    X(F64, lat_deg, OPT, OBS, "deg", "claimed latitude") \
    X(F64, lon_deg, OPT, OBS, "deg", "claimed longitude") \
    X(F64, elev_m, OPT, OBS, "m", "claimed elevation") \
    X(F64, x_m, OPT, OBS, "m", "claimed position, east of the origin") \
    X(F64, y_m, OPT, OBS, "m", "claimed position, north of the origin") \
    X(F64, speed_mps, OPT, OBS, "m/s", "claimed speed") \
    X(F64, yaw_rad, OPT, OBS, "rad", "claimed heading, counter-clockwise from east") \
    X(F64, accel_mps2, OPT, OBS, "m/s2", "claimed acceleration") \
    X(F64, sigma_m, OPT, OBS, "m", "claimed 1-sigma of the position") \
    X(U32, event_flags, OPT, OBS, "", "J2735 VehicleEventFlags, bit i = 1 << i") \
    X(BOOL, reordered, REQ, OBS, "", "older than what was already known") \
    X(BOOL, duplicate, REQ, OBS, "", "known already") \
    X(I32, seq_gap, REQ, OBS, "", "messages missing before this one by its counter") \
    X(BLOB, payload, REQ, OBS, "", "message frame as received; null if it is kept no longer")
// clang-format on

#define STREAM_CTYPE_U64              uint64_t
#define STREAM_CTYPE_I64              int64_t
#define STREAM_CTYPE_I32              int32_t
#define STREAM_CTYPE_U32              uint32_t
#define STREAM_CTYPE_U8_NAME          uint8_t
#define STREAM_CTYPE_F64              double
#define STREAM_CTYPE_BOOL             bool
#define STREAM_CTYPE_TEXT             const char *
#define STREAM_CTYPE_BLOB             struct column_blob
#define STREAM_FIELD(type, name, ...) STREAM_CTYPE_##type name;

struct row_tx {
    uint64_t valid;
    STREAM_TX_COLUMNS(STREAM_FIELD)
};
struct row_rx {
    uint64_t valid;
    STREAM_RX_COLUMNS(STREAM_FIELD)
};
#define STREAM_BIT_TX(type, name, ...) STREAM_TX_##name,
#define STREAM_BIT_RX(type, name, ...) STREAM_RX_##name,
enum { STREAM_TX_COLUMNS(STREAM_BIT_TX) STREAM_TX_COUNT };
enum { STREAM_RX_COLUMNS(STREAM_BIT_RX) STREAM_RX_COUNT };
#define STREAM_SET(row, RECORD, column, value)                                             \
    ((void)((row)->column = (value)),                                                      \
     (void)((row)->valid |= UINT64_C(1) << STREAM_##RECORD##_##column))

extern const struct table table_tx;
extern const struct table table_rx;

/* Fields of Sample. */
enum stream_sample {
    SAMPLE_FRAME = 1,
    SAMPLE_MEMBERS = 2,
    SAMPLE_TRACKS = 3,
    SAMPLE_OBJECTS = 4,
    SAMPLE_LABELS = 5,
};

/* All messages that are not record tables, for schema_descriptor_set. */
const struct proto_message *stream_schema_messages(size_t *count);
