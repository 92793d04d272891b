/* SPDX-License-Identifier: Apache-2.0 */
/* Captures as a source of the engine: several files of one traffic, merged by their stamps,
 * walked down to messages, numbered as transmissions of agents.
 *
 * Each capture belongs to a station (its receiver); two captures may belong to the same.
 * Frames of one file keep their order even where its stamps run back; the tick's clock
 * never does. What a silence has beyond REPLAY_IDLE_S is left out (one tick without
 * emissions says so). What is no message is counted by reason. A torn file ends with an
 * error after everything good was given. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "model/ports.h"
#include "replay/layer.h"

#define REPLAY_INPUTS_MOST 64
#define REPLAY_IDLE_S      10
#define REPLAY_TICK_MOST   4096 /* frames handed over at once; more come with the same t */

struct replay;

struct replay_input {
    const char *path;    /* "-" is standard input */
    const char *station; /* [A-Za-z0-9_-]+; NULL: made from the file's name */
};

struct replay_options {
    const struct replay_input *inputs;
    size_t input_count;
    const char *filter; /* BPF, NULL: none */
    double start_s;     /* from the first frame of all */
    double duration_s;  /* 0: to the end */
    uint32_t loops;     /* >= 1 */
    bool restamp_now;   /* message times move to restamp_at */
    struct utc restamp_at;
};

/* Counts, complete once the source has ended. */
struct replay_counts {
    uint64_t frames;                /* read, filter applied */
    uint64_t messages;              /* of these, handed over as emissions */
    uint64_t skipped[REASON_COUNT]; /* the rest, by reason */
    uint64_t outside;               /* left out by start and duration */
    uint64_t stamps_back;           /* frames older than one before them in their file */
    uint64_t idle_skips;            /* silences cut short */
    struct span idle;               /* what was left out of them */
    uint64_t refused;               /* senders beyond the bound */
    uint64_t loops;                 /* completed */
};

MUST_USE int replay_new(struct replay **replay, const struct replay_options *options,
                        struct fail *fail);
struct source replay_source(struct replay *replay);
/* Sensor data goes on from first to last: of a silence in it nothing is left out. */
void replay_keep(struct replay *replay, struct tai first, struct tai last);

/* Stations in order of their first input: agents 0, 1, ... */
const struct agent *replay_agents(const struct replay *replay, size_t *count);
/* The station of an input. */
const char *replay_station(const struct replay *replay, size_t input);
size_t replay_station_count(const struct replay *replay);
struct tai replay_start(const struct replay *replay); /* of the first tick */
const struct replay_counts *replay_counts(const struct replay *replay);
/* What a file was taken for, for the log. */
const char *replay_describe(const struct replay *replay, size_t input);
void replay_free(struct replay *replay);
