/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of labels share: doubles with a stated slack, leaves by their code, agents
 * in one line. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "label/axes_rel.h"

#define PI 3.14159265358979323846

#define near_to(value, expected, slack)                                                    \
    near_at((value), (expected), (slack), __FILE__, __LINE__)
static inline void near_at(double value, double expected, double slack, const char *file,
                           int line)
{
    if (!(fabs(value - expected) <= slack)) {
        print_error("%.12g is not %.12g +- %g\n", value, expected, slack);
        _fail(file, line);
    }
}

#define is_leaf(leaf, code) is_leaf_at((leaf), (code), __FILE__, __LINE__)
static inline void is_leaf_at(uint16_t leaf, const char *code, const char *file, int line)
{
    const char *got = leaf_code(leaf);
    if (got == NULL || strcmp(got, code) != 0) {
        print_error("%s is not %s\n", got != NULL ? got : "no leaf", code);
        _fail(file, line);
    }
}

static inline struct tai at_ms(int64_t ms)
{
    return (struct tai){INT64_C(1700000000000000000) + ms * 1000000};
}

static inline struct known_agent an_agent(uint32_t index, const char *id,
                                          enum sender_kind kind, double x_m, double y_m,
                                          double yaw_rad, double speed_mps)
{
    return (struct known_agent){.index = index,
                                .id = id,
                                .kind = kind,
                                .x_m = x_m,
                                .y_m = y_m,
                                .yaw_rad = yaw_rad,
                                .vx_mps = speed_mps * cos(yaw_rad),
                                .vy_mps = speed_mps * sin(yaw_rad),
                                .accel_known = true};
}
