/* SPDX-License-Identifier: Apache-2.0 */
/* A control request as text, made into a value. Pure.
 *
 * In: octets of one frame, hostile until read. Out: a command with its argument, or a
 * sentence that says what is wrong. Fuzz target: control. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/result.h"

#define CONTROL_REQUEST_MOST 65536 /* octets */
#define CONTROL_TEXT_MOST    1024

/* name, word */
#define CONTROL_COMMANDS(X)                                                                \
    X(STATUS, "status")                                                                    \
    X(PAUSE, "pause")                                                                      \
    X(RESUME, "resume")                                                                    \
    X(SPEED, "speed")                                                                      \
    X(TIER, "tier")                                                                        \
    X(FAULT, "fault")                                                                      \
    X(STOP, "stop")                                                                        \
    X(SCHEMA, "schema")                                                                    \
    X(MANIFEST, "manifest")                                                                \
    X(GAPS, "gaps")

enum control_command {
#define X(name, word) CONTROL_##name,
    CONTROL_COMMANDS(X)
#undef X
        CONTROL_COMMAND_COUNT
};

struct control_request {
    enum control_command command;
    double speed;                     /* SPEED; 0: max */
    int tier;                         /* TIER: 0..5 */
    uint64_t missing;                 /* GAPS */
    char text[CONTROL_TEXT_MOST + 1]; /* FAULT: spec; GAPS: topic */
};

MUST_USE int control_request_parse(const uint8_t *data, size_t size,
                                   struct control_request *request, struct fail *fail);
const char *control_command_word(enum control_command command);
