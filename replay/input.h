/* SPDX-License-Identifier: Apache-2.0 */
/* One door to recorded traffic: what kind of file it is, is told by its first octets, and
 * every kind gives the same frames. Captures may be gzipped as logs are. */
#pragma once

#include "base/result.h"
#include "base/time.h"
#include "replay/frames.h"

#define INPUT_OBULOG (-1) /* in place of a link type: the octets begin above any link */

enum input_kind { INPUT_CAPTURE, INPUT_LOG };

/* Whose transmission a frame is, seen from the station that recorded it. */
enum input_direction {
    INPUT_HEARD, /* received, or captured from the air */
    INPUT_SENT,  /* the station's own */
    INPUT_SHOWN  /* no transmission: a text for the driver */
};

/* The recording station's own state, where the record holds it. */
struct input_own {
    bool has_position, has_elevation, has_speed, has_heading;
    double lat_deg, lon_deg, elev_m, speed_mps, heading_deg;
};

struct input_frame {
    uint64_t number; /* from 1, filtered ones counted */
    uint64_t offset; /* of the record in its file; 0 for captures */
    struct utc utc;
    int dlt;               /* or INPUT_OBULOG */
    const uint8_t *octets; /* borrowed until the next call */
    size_t size, original_size;
    enum input_direction direction;
    int8_t source; /* rxMsg: 0 RSU, 1 satellite, 2 vehicle, 3 SNMP; else -1 */
    bool has_status;
    int8_t status; /* the log's signing or verification result */
    struct input_own own;
};

struct input;

/* path "-" is standard input. filter (BPF) is for captures; RESULT_USAGE with a log. */
int input_open(struct input **out, const char *path, const char *filter,
               struct fail *fail) MUST_USE;

/* 1 a frame, 0 the end, negative as capture_next and obulog_next. */
int input_next(struct input *in, struct input_frame *out, struct fail *fail) MUST_USE;

/* Back to the first frame. RESULT_USAGE on a capture that comes through a pipe. */
int input_rewind(struct input *in, struct fail *fail) MUST_USE;

enum input_kind input_kind(const struct input *in);

/* A line about what was concluded ("OBU log, received messages (by content)"). */
void input_describe(const struct input *in, char *text, size_t size);

void input_close(struct input *in);

/* Walks a frame from wherever its kind begins. */
bool input_walk(const struct input_frame *frame, struct frames_result *out);
