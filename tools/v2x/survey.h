/* SPDX-License-Identifier: Apache-2.0 */
/* A tally of recorded traffic. In: records and what the walk found in them. Out: messages
 * by type, link and security with their senders; stamps, silences, counter jumps; frames
 * that gave nothing, by reason; and how far capture stamps stand from what messages claim.
 *
 * Memory is bounded: rows, senders and counters beyond the bounds are counted as "more". */
#pragma once

#include <jansson.h>

#include "asn1/codec.h"
#include "replay/frames.h"
#include "tools/v2x/decode_line.h"

enum {
    SURVEY_ROWS = 256,
    SURVEY_SENDERS = 4096, /* distinct ones, over all rows */
    SURVEY_BINS = 1400,    /* of 100 ms, from -70 s */
};

struct survey_row {
    char type[32];        /* "BSM", "?" */
    const char *link;     /* outermost layer, "bare" without one */
    const char *security; /* "unsecured", "signed by digest", ..., "none" */
    uint64_t messages, senders;
};

/* Capture stamp minus claimed generation. */
struct survey_clock {
    const char *source;
    int64_t modulus_ns; /* the claim wraps; 0: it does not */
    uint64_t samples, outside;
    uint32_t bins[SURVEY_BINS];
};
enum survey_clock_kind { SURVEY_SIGNED, SURVEY_SECMARK, SURVEY_GN, SURVEY_CLOCKS };

struct survey;

MUST_USE int survey_new(struct survey **survey, struct fail *fail);
void survey_free(struct survey *survey);
void survey_take(struct survey *survey, const struct decode_record *record);

/* The tally as a JSON object; the caller owns it. NULL: out of memory. */
json_t *survey_json(const struct survey *survey);
