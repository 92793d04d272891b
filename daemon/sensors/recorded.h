/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded sensor data: three CSV texts in (frames, objects, ego poses), the same frames
 * out as a simulated sensor gives, in order of (t_mid, ego, stream, sequence).
 *
 * The header line is required, columns come in any order, unknown columns are refused (a
 * misspelt name must not be a silent loss). An empty field is a missing value. What is
 * wrong is told as NAME:LINE:COLUMN. Clocks: utc (Unix), tai (TAI since 1970), gps (since
 * 1980-01-06) stand on their own; mono and sensor are placed by the clock map, else, as a
 * last resort, so that their first stamp falls on the ego's first known instant. A stream
 * whose uncertainty nobody states is unverified (sigma_ns < 0). Stamp conventions become
 * t_mid; see docs/time.md. Sequence numbers that are missing become dropped frames; a clock
 * that jumps back by more than 1 s starts a new epoch, unverified from there.
 *
 * Rows of one stream stand in the order in which they were measured (within 1 s).
 * Everything is read and checked at the start, at most RECORDED_ROWS_MOST rows a text. Fuzz
 * target: fuzz_sensor_csv. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/geo.h"
#include "base/result.h"
#include "base/time.h"
#include "model/frame.h"
#include "model/state.h"
#include "sensors/csv.h"

#define RECORDED_ROWS_MOST    16000000
#define RECORDED_STREAMS_MOST 256
#define RECORDED_EGOS_MOST    64
#define RECORDED_NAME_MOST    63
/* A jump of the sequence by more is a new start, not so many lost frames. */
#define RECORDED_GAP_MOST 1000

/* --clock-map STREAM=OFFSET_NS±SIGMA_NS ("+-" does as well). utc, tai, gps: the stamp plus
 * the offset is right on that scale; mono, sensor: the stamp plus the offset is Unix UTC.
 * The stream "poses" places the pose text. */
struct recorded_clock_map {
    char stream[RECORDED_NAME_MOST + 1];
    int64_t offset_ns;
    int64_t sigma_ns;
};
MUST_USE int recorded_clock_map(const char *text, struct recorded_clock_map *out,
                                struct fail *fail);

struct recorded_config {
    struct csv_text sensors, objects, poses; /* name NULL: not given; read in the call */
    const struct recorded_clock_map *clock_maps; /* borrowed for the call */
    size_t clock_map_count;
    struct geo_origin origin;
    struct tai start; /* where unplaced clocks begin if nothing else is known */
};

/* One stream of one ego; frame.stream is its index among the ego's streams. */
struct recorded_stream {
    const char *ego, *name;
    uint16_t ego_index; /* 0..recorded_ego_count-1 */
    uint16_t stream;
    enum modality modality;
    enum clock_kind clock;
    enum convention convention;
    double rate_hz;  /* by period_ns if given, else by the median of the stamps */
    double sigma_ns; /* < 0: unverified */
    uint64_t frames, missing, duplicates, backward_jumps;
};

struct recorded;

/* RESULT_USAGE for bad texts. Row errors name the first bad field. */
MUST_USE int recorded_new(struct recorded **rec, const struct recorded_config *config,
                          struct fail *fail);

size_t recorded_stream_count(const struct recorded *rec);
const struct recorded_stream *recorded_stream(const struct recorded *rec, size_t i);
size_t recorded_ego_count(const struct recorded *rec);
const char *recorded_ego_name(const struct recorded *rec, size_t ego_index);

/* Says which agent an ego is; frames and poses speak of it from then on (before:
 * AGENT_NONE). */
void recorded_bind(struct recorded *rec, size_t ego_index, uint32_t agent);

/* t_mid of the next frame; false at the end. */
bool recorded_next(const struct recorded *rec, struct tai *t_mid);
/* t_mid of the first and the last frame of all; false: there is none. */
bool recorded_span(const struct recorded *rec, struct tai *first, struct tai *last);

/* The next frame; false at the end. out->detections and uri live until the next call.
 * Objects in the ego frame stand on the ego's pose at their instant; without one they are
 * left out and counted. */
bool recorded_take(struct recorded *rec, struct sensor_frame *out);

/* The ego's pose at t, between the two poses around it (at most 1 s beyond the ends);
 * false: unknown. */
bool recorded_pose(const struct recorded *rec, uint32_t agent, struct tai t,
                   struct state *out, double *sigma_m);

/* Objects without a frame, and objects in the ego frame without a pose. */
uint64_t recorded_unplaced(const struct recorded *rec);

/* Back to the first frame. */
void recorded_rewind(struct recorded *rec);
void recorded_free(struct recorded *rec);
