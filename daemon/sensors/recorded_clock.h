/* SPDX-License-Identifier: Apache-2.0 */
/* From a sensor's stamp to true time: scales, the clock map, and what a stamp means.
 * Private to the room. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sensors/recorded.h"
#include "sensors/recorded_rows.h"

/* Instants within 63 years of 2004 either way; beyond, arithmetic could overflow. */
#define RECORDED_TAI_MOST_NS INT64_C(2000000000000000000)

/* How one clock is placed on true time. */
struct recorded_placing {
    enum clock_kind clock;
    bool mapped;       /* by a clock map: offset and sigma are stated */
    int64_t offset_ns; /* added to the stamp */
    int64_t sigma_ns;
    int64_t first_ns; /* unplaced clocks: this stamp ... */
    struct tai base;  /* ... is this instant */
};

/* Does the clock stand on its own (utc, tai, gps) or by the map? */
bool recorded_placed(const struct recorded_placing *placing);

/* False if the instant is out of RECORDED_TAI_MOST_NS. */
bool recorded_place(const struct recorded_placing *placing, int64_t t_ns, struct tai *out);

/* The stamp on its own scale, uncorrected: utc, tai and gps as TAI, others as they are. */
struct rxtime recorded_stamp(enum clock_kind clock, int64_t t_ns);

/* How long the measurement lasts: the exposure, else for LiDAR and radar the period. */
int64_t recorded_span_ns(enum modality modality, int64_t exposure_ns, int64_t period_ns);

/* Middle of the measurement minus the stamped instant. */
int64_t recorded_mid_offset_ns(enum convention convention, int64_t span_ns);

/* One sigma that the convention leaves open: an arrival hides the transport, a camera
 * without an exposure hides half of up to a period. */
double recorded_convention_sigma_ns(enum modality modality, enum convention convention,
                                    int64_t exposure_ns, int64_t period_ns);
