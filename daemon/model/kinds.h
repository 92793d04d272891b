/* SPDX-License-Identifier: Apache-2.0 */
/* The closed lists that every room and every file shares: numbers are wire format (fate
 * record, stream), so entries are appended, never renumbered. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Type code in msg_uid: SAE J2735 uses its message id, ETSI uses 128 + messageID. */
#define MSG_ITS_FIRST 128
#define MSG_TYPE_TABLE(X)                                                                  \
    X(0, UNKNOWN, "unknown")                                                               \
    X(18, MAP, "MAP")                                                                      \
    X(19, SPAT, "SPAT")                                                                    \
    X(20, BSM, "BSM")                                                                      \
    X(21, CSR, "CSR")                                                                      \
    X(22, EVA, "EVA")                                                                      \
    X(23, ICA, "ICA")                                                                      \
    X(24, NMEA, "NMEA")                                                                    \
    X(25, PDM, "PDM")                                                                      \
    X(26, PVD, "PVD")                                                                      \
    X(27, RSA, "RSA")                                                                      \
    X(28, RTCM, "RTCM")                                                                    \
    X(29, SRM, "SRM")                                                                      \
    X(30, SSM, "SSM")                                                                      \
    X(31, TIM, "TIM")                                                                      \
    X(32, PSM, "PSM")                                                                      \
    X(33, RSM, "RSM")                                                                      \
    X(41, SDSM, "SDSM")                                                                    \
    X(129, DENM, "DENM")                                                                   \
    X(130, CAM, "CAM")                                                                     \
    X(132, SPATEM, "SPATEM")                                                               \
    X(133, MAPEM, "MAPEM")                                                                 \
    X(134, IVIM, "IVIM")                                                                   \
    X(137, SREM, "SREM")                                                                   \
    X(138, SSEM, "SSEM")                                                                   \
    X(142, CPM, "CPM")                                                                     \
    X(144, VAM, "VAM")

enum msg_type {
#define X(code, name, text) MSG_##name = (code),
    MSG_TYPE_TABLE(X)
#undef X
};

#define SENDER_KIND_TABLE(X)                                                               \
    X(UNKNOWN, "unknown")                                                                  \
    X(CAR, "car")                                                                          \
    X(TRUCK, "truck")                                                                      \
    X(BUS, "bus")                                                                          \
    X(VAN, "van")                                                                          \
    X(MOTORCYCLE, "motorcycle")                                                            \
    X(EMERGENCY, "emergency")                                                              \
    X(RAIL, "rail")                                                                        \
    X(PEDESTRIAN, "pedestrian")                                                            \
    X(CHILD, "child")                                                                      \
    X(ROAD_WORKER, "road_worker")                                                          \
    X(WHEELCHAIR, "wheelchair")                                                            \
    X(CYCLIST, "cyclist")                                                                  \
    X(EBIKE, "ebike")                                                                      \
    X(ESCOOTER, "escooter")                                                                \
    X(ANIMAL, "animal")                                                                    \
    X(RSU, "rsu")                                                                          \
    X(CENTRE, "centre")                                                                    \
    X(STATION, "station")                                                                  \
    X(TRAILER, "trailer")

/* What a world can be sent over. */
#define SENT_OVER_TABLE(X)                                                                 \
    X(IDEAL, "ideal")                                                                      \
    X(DSRC, "dsrc")                                                                        \
    X(ITS_G5, "its-g5")                                                                    \
    X(LTE_V2X, "lte-v2x")                                                                  \
    X(NR_V2X, "nr-v2x")                                                                    \
    X(UU, "uu")

#define TECHNOLOGY_TABLE(X)                                                                \
    SENT_OVER_TABLE(X)                                                                     \
    X(CAPTURED, "captured")

#define FATE_TABLE(X)                                                                      \
    X(DELIVERED, "delivered")                                                              \
    X(LOST, "lost")

/* Causes in the order in which the first one wins where two would hold. "unknown" is a real
 * loss, seen between two captures and not injected by us. */
#define CAUSE_TABLE(X)                                                                     \
    X(NONE, "none")                                                                        \
    X(OUT_OF_RANGE, "out_of_range")                                                        \
    X(SENSITIVITY, "sensitivity")                                                          \
    X(OBSTRUCTION, "obstruction")                                                          \
    X(FADING, "fading")                                                                    \
    X(COLLISION_HIDDEN, "collision_hidden")                                                \
    X(COLLISION_SAME_SLOT, "collision_same_slot")                                          \
    X(COLLISION_RESOURCE, "collision_resource")                                            \
    X(HALF_DUPLEX, "half_duplex")                                                          \
    X(RX_BUSY, "rx_busy")                                                                  \
    X(BURST, "burst")                                                                      \
    X(RANDOM, "random")                                                                    \
    X(DROPOUT, "dropout")                                                                  \
    X(HANDOVER, "handover")                                                                \
    X(COVERAGE, "coverage")                                                                \
    X(SERVER, "server")                                                                    \
    X(RX_QUEUE, "rx_queue")                                                                \
    X(CORRUPTED, "corrupted")                                                              \
    X(SECURITY, "security")                                                                \
    X(UNKNOWN, "unknown")

#define SUPPRESSED_TABLE(X)                                                                \
    X(NONE, "none")                                                                        \
    X(NOT_EQUIPPED, "not_equipped")                                                        \
    X(OFF, "off")                                                                          \
    X(INTERVAL, "interval")                                                                \
    X(CONGESTION_CONTROL, "congestion_control")                                            \
    X(QUEUE, "queue")                                                                      \
    X(DUTY_CYCLE, "duty_cycle")

#define LOS_TABLE(X)                                                                       \
    X(UNKNOWN, "unknown")                                                                  \
    X(CLEAR, "los")                                                                        \
    X(BUILDING, "nlos_building")                                                           \
    X(VEHICLE, "nlos_vehicle")

/* Classes of link that an impairment can be for. */
#define LINK_CLASS_TABLE(X)                                                                \
    X(ANY, "any")                                                                          \
    X(V2V, "v2v")                                                                          \
    X(V2I, "v2i")                                                                          \
    X(V2P, "v2p")

#define TIER_TABLE(X)                                                                      \
    X(D0, "d0")                                                                            \
    X(D1, "d1")                                                                            \
    X(D2, "d2")                                                                            \
    X(D3, "d3")                                                                            \
    X(D4, "d4")                                                                            \
    X(D5, "d5")
#define TIER_CUSTOM 255

/* Sensors of a station. */
#define MODALITY_TABLE(X)                                                                  \
    X(CAMERA, "camera")                                                                    \
    X(LIDAR, "lidar")                                                                      \
    X(RADAR, "radar")

/* What a sensor's stamp means; see docs/time.md. */
#define CONVENTION_TABLE(X)                                                                \
    X(START, "start")                                                                      \
    X(MID, "mid")                                                                          \
    X(END, "end")                                                                          \
    X(TRIGGER, "trigger")                                                                  \
    X(ARRIVAL, "arrival")

#define CLOCK_TABLE(X)                                                                     \
    X(UTC, "utc")                                                                          \
    X(TAI, "tai")                                                                          \
    X(GPS, "gps")                                                                          \
    X(MONO, "mono")                                                                        \
    X(SENSOR, "sensor")

/* Injected sender faults (names follow the VeReMi attack types). */
#define SENDER_FAULT_TABLE(X)                                                              \
    X(NONE, "none")                                                                        \
    X(CONST_OFFSET, "const_offset")                                                        \
    X(RANDOM_OFFSET, "random_offset")                                                      \
    X(FROZEN, "frozen")                                                                    \
    X(SPEED_SCALE, "speed_scale")                                                          \
    X(MIRRORED_HEADING, "mirrored_heading")                                                \
    X(REPLAYED, "replayed")                                                                \
    X(DELAYED, "delayed")                                                                  \
    X(SYBIL, "sybil")                                                                      \
    X(DOS, "dos")                                                                          \
    X(CLOCK_LEAP, "clock_leap")                                                            \
    X(CLOCK_DRIFT, "clock_drift")                                                          \
    X(CLOCK_STEP, "clock_step")

/* What is wrong with the SPAT of a roadside unit; the lamps are right. */
#define ROAD_FAULT_TABLE(X)                                                                \
    X(FROZEN_COUNTDOWN, "frozen_countdown")                                                \
    X(WRONG_PHASE, "wrong_phase")                                                          \
    X(JITTERING_END, "jittering_end")                                                      \
    X(REVISION_MISMATCH, "revision_mismatch")

#define FAULT_TABLE(X)                                                                     \
    SENDER_FAULT_TABLE(X)                                                                  \
    ROAD_FAULT_TABLE(X)

/* Traffic light states as J2735 MovementPhaseState orders them. */
#define PHASE_TABLE(X)                                                                     \
    X(UNAVAILABLE, "unavailable")                                                          \
    X(DARK, "dark")                                                                        \
    X(STOP_THEN_PROCEED, "stop-Then-Proceed")                                              \
    X(STOP_AND_REMAIN, "stop-And-Remain")                                                  \
    X(PRE_MOVEMENT, "pre-Movement")                                                        \
    X(PERMISSIVE_MOVEMENT, "permissive-Movement-Allowed")                                  \
    X(PROTECTED_MOVEMENT, "protected-Movement-Allowed")                                    \
    X(PERMISSIVE_CLEARANCE, "permissive-clearance")                                        \
    X(PROTECTED_CLEARANCE, "protected-clearance")                                          \
    X(CAUTION, "caution-Conflicting-Traffic")

enum sender_kind {
#define X(name, text) KIND_##name,
    SENDER_KIND_TABLE(X)
#undef X
        KIND_COUNT
};
enum technology {
#define X(name, text) TECH_##name,
    TECHNOLOGY_TABLE(X)
#undef X
        TECH_COUNT
};
enum fate_code {
#define X(name, text) FATE_##name,
    FATE_TABLE(X)
#undef X
        FATE_COUNT
};
enum cause {
#define X(name, text) CAUSE_##name,
    CAUSE_TABLE(X)
#undef X
        CAUSE_COUNT
};
enum suppressed {
#define X(name, text) SUPPRESSED_##name,
    SUPPRESSED_TABLE(X)
#undef X
        SUPPRESSED_COUNT
};
enum los {
#define X(name, text) LOS_##name,
    LOS_TABLE(X)
#undef X
        LOS_COUNT
};
enum link_class {
#define X(name, text) LINK_##name,
    LINK_CLASS_TABLE(X)
#undef X
        LINK_CLASS_COUNT
};
enum tier_index {
#define X(name, text) TIER_##name,
    TIER_TABLE(X)
#undef X
        TIER_COUNT
};
enum modality {
#define X(name, text) MODALITY_##name,
    MODALITY_TABLE(X)
#undef X
        MODALITY_COUNT
};
enum convention {
#define X(name, text) CONVENTION_##name,
    CONVENTION_TABLE(X)
#undef X
        CONVENTION_COUNT
};
enum clock_kind {
#define X(name, text) TIMESCALE_##name,
    CLOCK_TABLE(X)
#undef X
        TIMESCALE_COUNT
};
enum sender_fault {
#define X(name, text) FAULT_##name,
    FAULT_TABLE(X)
#undef X
        FAULT_COUNT
};
enum phase {
#define X(name, text) PHASE_##name,
    PHASE_TABLE(X)
#undef X
        PHASE_COUNT
};

/* Names by index, for columns, JSON and options. kinds_msg_type has 256 entries. */
extern const char *const kinds_msg_type[256];
extern const char *const kinds_sender[KIND_COUNT];
extern const char *const kinds_technology[TECH_COUNT];
extern const char *const kinds_fate[FATE_COUNT];
extern const char *const kinds_cause[CAUSE_COUNT];
extern const char *const kinds_suppressed[SUPPRESSED_COUNT];
extern const char *const kinds_los[LOS_COUNT];
extern const char *const kinds_link[LINK_CLASS_COUNT];
extern const char *const kinds_tier[256]; /* d0..d5, [255] "custom", else NULL */
extern const char *const kinds_modality[MODALITY_COUNT];
extern const char *const kinds_convention[CONVENTION_COUNT];
extern const char *const kinds_clock[TIMESCALE_COUNT];
extern const char *const kinds_fault[FAULT_COUNT];
extern const char *const kinds_phase[PHASE_COUNT];

/* Index of text in names, or -1. */
int kinds_find(const char *const *names, int count, const char *text);

/* Pedestrians, riders of anything lighter than a motorcycle, and people on wheels. */
bool kinds_is_vru(enum sender_kind kind);

/* Does it stand beside the road or behind the network? */
bool kinds_is_infrastructure(enum sender_kind kind);

/* DE_StationType of TS 102 894-2: 5 passenger car, 1 pedestrian, 15 roadside unit, ... */
uint8_t kinds_station_type(enum sender_kind kind);

/* Default box of a kind, metres (length, width, height); mass in kg. */
struct kinds_size {
    double length_m, width_m, height_m, mass_kg;
};
struct kinds_size kinds_size(enum sender_kind kind);
