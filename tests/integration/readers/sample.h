/* SPDX-License-Identifier: Apache-2.0 */
/* A table with one column of every type, and rows made by formula, for the tests of the
 * writers. Nulls fall in every position: column c of row i is null when bit c of a mix of i
 * is set. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "model/table.h"

struct row_sample {
    uint64_t valid;
    uint64_t uid;
    int64_t t_ns;
    int32_t signed_value;
    uint32_t count;
    float ratio;
    double x_m;
    bool flag;
    uint8_t kind;
    uint16_t cause;
    const char *label;
    struct column_blob payload;
    const char *scenario_id;
    char label_room[48];
    uint8_t payload_room[8];
};

static const char *const sample_kinds[] = {"car", "pedestrian", "bus"};
static const char *const sample_causes[] = {"none", "fading", "half_duplex", "dropout"};

static const struct column sample_columns[] = {
    {"scenario_id", COLUMN_TEXT, offsetof(struct row_sample, scenario_id), -1, KNOW_KEY, "",
     0, 1, NULL, 0, "scenario of the row"},
    {"uid", COLUMN_U64, offsetof(struct row_sample, uid), -1, KNOW_KEY, "", 0, 2, NULL, 0,
     "key of the row"},
    {"t_ns", COLUMN_I64, offsetof(struct row_sample, t_ns), 0, KNOW_OBS, "ns", 0, 3, NULL,
     0, "a stamp"},
    {"signed_value", COLUMN_I32, offsetof(struct row_sample, signed_value), 1, KNOW_OBS, "",
     0, 4, NULL, 0, "a small number"},
    {"count", COLUMN_U32, offsetof(struct row_sample, count), 2, KNOW_OBS, "", 0, 5, NULL,
     0, "a count"},
    {"ratio", COLUMN_F32, offsetof(struct row_sample, ratio), 3, KNOW_GT, "", 0, 6, NULL, 0,
     "exact float"},
    {"x_m", COLUMN_F64, offsetof(struct row_sample, x_m), 4, KNOW_GT, "m", 0.1, 7, NULL, 0,
     "rounded to a tenth"},
    {"flag", COLUMN_BOOL, offsetof(struct row_sample, flag), 5, KNOW_INJ, "", 0, 8, NULL, 0,
     "yes or no"},
    {"kind", COLUMN_U8_NAME, offsetof(struct row_sample, kind), -1, KNOW_OBS, "", 0, 9,
     sample_kinds, 3, "a name, never null"},
    {"cause", COLUMN_U16_NAME, offsetof(struct row_sample, cause), 6, KNOW_INJ, "", 0, 16,
     sample_causes, 4, "a name"},
    {"label", COLUMN_TEXT, offsetof(struct row_sample, label), -1, KNOW_OBS, "", 0, 17,
     NULL, 0, "a text, often unlike the others"},
    {"payload", COLUMN_BLOB, offsetof(struct row_sample, payload), -1, KNOW_OBS, "", 0, 300,
     NULL, 0, "octets"},
};

static const struct table sample_table = {
    "samples",
    "sample",
    sample_columns,
    sizeof sample_columns / sizeof sample_columns[0],
    sizeof(struct row_sample),
    "rows made by formula",
};

/* Row i; texts and octets live in the row itself. */
static inline void sample_row(struct row_sample *row, uint32_t i)
{
    static const char *const words[] = {"plain", "G\xC3\xBCtersloh", "\xE8\xBB\x8A",
                                        "\xF0\x9F\x9A\xB2 bike", ""};
    memset(row, 0, sizeof *row);
    uint32_t nulls = (i * 2654435761U) >> 20;
    row->valid = ~(uint64_t)nulls & 0x7F;
    row->scenario_id = "scenario-1";
    row->uid = 0x8000000000000000ULL + i; /* beyond 2^63 */
    row->t_ns = 1780315200000000789LL + (int64_t)i * 100000001;
    row->signed_value = (int32_t)(i * 7919U) - 1000000;
    row->count = 0xFFFFFFFFU - i;
    row->ratio = (float)i / 8;
    row->x_m = ((double)i - 500) * 0.33317;
    row->flag = i % 3 == 0;
    row->kind = (uint8_t)(i % 3);
    row->cause = (uint16_t)(i / 100 % 4);
    if (!(nulls >> 8 & 1)) {
        (void)snprintf(row->label_room, sizeof row->label_room, "%s%u", words[i % 5],
                       i % 5 == 4 ? 4 : (unsigned)(i % 3000));
        row->label = row->label_room;
    }
    if (!(nulls >> 9 & 1)) {
        row->payload.size = i % 9;
        row->payload.data = row->payload_room;
        memset(row->payload_room, (int)(i & 0xFF), sizeof row->payload_room);
    }
}
