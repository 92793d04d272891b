/* SPDX-License-Identifier: Apache-2.0 */
/* Names and default sizes of the closed lists. */
#include "model/kinds.h"

#include <stddef.h>
#include <string.h>

const char *const kinds_msg_type[256] = {
#define X(code, name, text) [code] = text,
    MSG_TYPE_TABLE(X)
#undef X
};
#define X(name, text) text,
const char *const kinds_sender[KIND_COUNT] = {SENDER_KIND_TABLE(X)};
const char *const kinds_technology[TECH_COUNT] = {TECHNOLOGY_TABLE(X)};
const char *const kinds_fate[FATE_COUNT] = {FATE_TABLE(X)};
const char *const kinds_cause[CAUSE_COUNT] = {CAUSE_TABLE(X)};
const char *const kinds_suppressed[SUPPRESSED_COUNT] = {SUPPRESSED_TABLE(X)};
const char *const kinds_los[LOS_COUNT] = {LOS_TABLE(X)};
const char *const kinds_link[LINK_CLASS_COUNT] = {LINK_CLASS_TABLE(X)};
const char *const kinds_tier[256] = {TIER_TABLE(X)[TIER_CUSTOM] = "custom"};
const char *const kinds_modality[MODALITY_COUNT] = {MODALITY_TABLE(X)};
const char *const kinds_convention[CONVENTION_COUNT] = {CONVENTION_TABLE(X)};
const char *const kinds_clock[TIMESCALE_COUNT] = {CLOCK_TABLE(X)};
const char *const kinds_fault[FAULT_COUNT] = {FAULT_TABLE(X)};
const char *const kinds_phase[PHASE_COUNT] = {PHASE_TABLE(X)};
#undef X

int kinds_find(const char *const *names, int count, const char *text)
{
    for (int i = 0; i < count; i++) {
        if (names[i] && strcmp(names[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

bool kinds_is_vru(enum sender_kind kind)
{
    return kind >= KIND_PEDESTRIAN && kind <= KIND_ANIMAL;
}

bool kinds_is_infrastructure(enum sender_kind kind)
{
    return kind == KIND_RSU || kind == KIND_CENTRE;
}

uint8_t kinds_station_type(enum sender_kind kind)
{
    static const uint8_t types[KIND_COUNT] = {
        [KIND_PEDESTRIAN] = 1, [KIND_CHILD] = 1,    [KIND_ROAD_WORKER] = 1,
        [KIND_WHEELCHAIR] = 1, [KIND_ANIMAL] = 1,   [KIND_CYCLIST] = 2,
        [KIND_EBIKE] = 2,      [KIND_ESCOOTER] = 3, [KIND_MOTORCYCLE] = 4,
        [KIND_CAR] = 5,        [KIND_STATION] = 5,  [KIND_BUS] = 6,
        [KIND_VAN] = 7,        [KIND_TRUCK] = 8,    [KIND_TRAILER] = 9,
        [KIND_EMERGENCY] = 10, [KIND_RAIL] = 11,    [KIND_RSU] = 15,
        [KIND_CENTRE] = 15};
    return kind < KIND_COUNT ? types[kind] : 0;
}

struct kinds_size kinds_size(enum sender_kind kind)
{
    static const struct kinds_size sizes[KIND_COUNT] = {
        [KIND_UNKNOWN] = {4.5, 1.8, 1.5, 1500},   [KIND_CAR] = {4.6, 1.85, 1.5, 1500},
        [KIND_TRUCK] = {10, 2.5, 3.5, 12000},     [KIND_BUS] = {12, 2.55, 3.2, 13000},
        [KIND_VAN] = {5.9, 2.0, 2.5, 2500},       [KIND_MOTORCYCLE] = {2.2, 0.8, 1.4, 300},
        [KIND_EMERGENCY] = {6.5, 2.2, 2.8, 4500}, [KIND_RAIL] = {30, 2.65, 3.6, 40000},
        [KIND_PEDESTRIAN] = {0.5, 0.6, 1.75, 75}, [KIND_CHILD] = {0.4, 0.45, 1.2, 30},
        [KIND_ROAD_WORKER] = {0.5, 0.6, 1.8, 80}, [KIND_WHEELCHAIR] = {1.1, 0.7, 1.3, 110},
        [KIND_CYCLIST] = {1.8, 0.6, 1.7, 90},     [KIND_EBIKE] = {1.8, 0.6, 1.7, 100},
        [KIND_ESCOOTER] = {1.2, 0.6, 1.8, 90},    [KIND_ANIMAL] = {1.0, 0.4, 0.8, 40},
        [KIND_RSU] = {0.4, 0.4, 5.0, 50},         [KIND_CENTRE] = {1, 1, 1, 50},
        [KIND_STATION] = {4.5, 1.8, 1.5, 1500},   [KIND_TRAILER] = {12, 2.5, 3.8, 15000},
    };
    return sizes[kind < KIND_COUNT ? kind : KIND_UNKNOWN];
}
