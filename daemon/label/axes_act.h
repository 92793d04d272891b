/* SPDX-License-Identifier: Apache-2.0 */
/* Axis of motion: what an agent does along its direction of travel, with hysteresis of
 * 0.3 m/s2 and a minimum duration of 0.3 s, so that 10 Hz data does not flicker. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "label/label.h"

struct act_lon_subject {
    bool known; /* speed is known */
    bool accel_known;
    double speed_mps;          /* along the heading; negative = reversing */
    double accel_mps2;         /* along the direction of travel */
    const struct rules *rules; /* NULL: built in */
};
/* Zero once per agent (and per observer). */
struct act_lon_state {
    uint16_t leaf, candidate;
    struct tai since, candidate_since;
};
/* The rules alone. */
struct label act_lon_raw(const struct act_lon_subject *s);
/* With memory: the old leaf stays while the value is within 0.3 m/s2 of its band, and until
 * it has been out of it for 0.3 s, whatever bands it passes meanwhile (a braking ramp
 * crosses several); then it is the leaf of that instant. state->since: since when the leaf
 * holds. */
struct label act_lon(struct act_lon_state *state, const struct act_lon_subject *s,
                     struct tai t);
