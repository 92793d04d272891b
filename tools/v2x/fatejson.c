/* SPDX-License-Identifier: Apache-2.0 */
/* The layout as a list, and its printer. */
#include "fatejson.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cursor.h"

enum { RECORD_SIZE = 128, VALID_AT = 126 };
enum kind { KIND_U64, KIND_STAMP, KIND_INDEX, KIND_U32, KIND_F32, KIND_U16, KIND_U8 };

static const struct field {
    const char *name;
    uint8_t kind, at;
    int8_t bit;             /* of valid; -1: always */
    const char *dictionary; /* NULL: a plain number */
} fields[] = {
    {"msg_uid", KIND_U64, 0, -1, NULL},
    {"t_gen_ns", KIND_STAMP, 8, 12, NULL},
    {"t_tx_ns", KIND_STAMP, 16, 13, NULL},
    {"t_rx_ns", KIND_STAMP, 24, 14, NULL},
    {"t_avail_ns", KIND_STAMP, 32, 15, NULL},
    {"sender_idx", KIND_INDEX, 40, -1, "agents"},
    {"receiver_idx", KIND_INDEX, 44, -1, "agents"},
    {"blocker_idx", KIND_INDEX, 48, -1, "agents"},
    {"burst_id", KIND_U32, 52, -1, NULL},
    {"access_ms", KIND_F32, 56, 0, NULL},
    {"injected_ms", KIND_F32, 60, 1, NULL},
    {"distance_m", KIND_F32, 64, 2, NULL},
    {"rssi_dbm", KIND_F32, 68, 3, NULL},
    {"sinr_db", KIND_F32, 72, 4, NULL},
    {"cbr", KIND_F32, 76, 5, NULL},
    {"sender_speed_mps", KIND_F32, 80, 6, NULL},
    {"shift_m", KIND_F32, 84, 7, NULL},
    {"shift_true_m", KIND_F32, 88, 8, NULL},
    {"sigma_along_m", KIND_F32, 92, 9, NULL},
    {"sigma_across_m", KIND_F32, 96, 10, NULL},
    {"claimed_error_m", KIND_F32, 100, 11, NULL},
    {"burst_pos", KIND_U16, 104, -1, NULL},
    {"seq_gap", KIND_U16, 106, -1, NULL},
    {"com_tim", KIND_U16, 108, -1, "leaves"},
    {"com_ord", KIND_U16, 110, -1, "leaves"},
    {"com_fate", KIND_U16, 112, -1, "leaves"},
    {"flags", KIND_U16, 114, -1, NULL},
    {"scenario_idx", KIND_U16, 116, -1, "scenarios"},
    {"sender_kind", KIND_U8, 118, -1, "sender_kind"},
    {"msg_type", KIND_U8, 119, -1, "msg_type"},
    {"technology", KIND_U8, 120, -1, "technology"},
    {"tier", KIND_U8, 121, -1, "tier"},
    {"fate", KIND_U8, 122, -1, "fate"},
    {"cause", KIND_U8, 123, -1, "cause"},
    {"los", KIND_U8, 124, -1, "los"},
    {"copies", KIND_U8, 125, -1, NULL},
};

static const uint8_t kind_size[] = {
    [KIND_U64] = 8, [KIND_STAMP] = 8, [KIND_INDEX] = 4, [KIND_U32] = 4,
    [KIND_F32] = 4, [KIND_U16] = 2,   [KIND_U8] = 1};

/* A list by index or an object by number. */
static const char *name_of(const json_t *dictionaries, const char *dictionary,
                           uint64_t value)
{
    const json_t *names = dictionary ? json_object_get(dictionaries, dictionary) : NULL;
    char key[24];
    (void)snprintf(key, sizeof key, "%" PRIu64, value);
    return json_string_value(json_is_array(names) ? json_array_get(names, (size_t)value)
                                                  : json_object_get(names, key));
}

static void print_field(const struct field *field, const uint8_t *record,
                        const json_t *dictionaries, struct bytes *json)
{
    struct cursor c = cursor_init(record + field->at, kind_size[field->kind]);
    uint64_t value = cursor_le(&c, kind_size[field->kind]);
    unsigned valid = record[VALID_AT] | (unsigned)record[VALID_AT + 1] << 8;
    const char *name = name_of(dictionaries, field->dictionary, value);
    bool u32 = field->kind == KIND_INDEX || field->kind == KIND_U32;
    if ((field->bit >= 0 && !(valid >> field->bit & 1)) || (u32 && value == UINT32_MAX)) {
        bytes_text(json, "null");
    } else if (field->kind == KIND_U64) {
        bytes_format(json, "\"%" PRIu64 "\"", value);
    } else if (field->kind == KIND_STAMP) {
        bytes_format(json, "\"%" PRId64 "\"", (int64_t)value);
    } else if (field->kind == KIND_F32) {
        uint32_t low = (uint32_t)value;
        float real;
        memcpy(&real, &low, sizeof real);
        bytes_json_double(json, (double)real);
    } else if (name) {
        bytes_json_string(json, name);
    } else {
        bytes_json_uint(json, value);
    }
}

bool fatejson_print(const uint8_t *data, size_t size, const json_t *dictionaries,
                    struct bytes *json)
{
    if (size % RECORD_SIZE != 0) {
        return false;
    }
    bytes_text(json, "[");
    for (size_t at = 0; at < size; at += RECORD_SIZE) {
        bytes_text(json, at ? ",{" : "{");
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
            bytes_text(json, i ? "," : "");
            bytes_json_string(json, fields[i].name);
            bytes_text(json, ":");
            print_field(&fields[i], data + at, dictionaries, json);
        }
        bytes_text(json, "}");
    }
    bytes_text(json, "]");
    return true;
}
