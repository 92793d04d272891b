/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's command line as plain values. Pure: reads argv, prints nothing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/result.h"

#define OPTIONS_LIST_MOST 64

enum options_command {
    OPTIONS_RUN,
    OPTIONS_REPLAY,
    OPTIONS_CHECK,
    OPTIONS_EXPLAIN,
    OPTIONS_HELP,
    OPTIONS_VERSION,
};

struct options {
    enum options_command command;
    enum options_command help_for; /* of OPTIONS_HELP with a command */
    bool has_help_for;
    const char *files[OPTIONS_LIST_MOST]; /* scenario, or CAPTURE[@STATION]... */
    size_t file_count;
    const char *interface; /* -i */
    const char *out;
    bool force;
    const char *outputs;
    const char *publish[8];
    size_t publish_count;
    const char *control;
    const char *http; /* ADDR:PORT */
    bool has_seed;
    uint64_t seed;
    const char *tier; /* d0..d5 */
    const char *air;  /* profile file */
    bool has_latency;
    double latency_ms, latency_jitter_ms;
    bool has_loss;
    double loss;
    const char *technology;
    const char *egos;      /* ID,... or all; NULL: default */
    const char *receivers; /* likewise */
    const char *sensors, *objects, *poses;
    const char *clock_maps[OPTIONS_LIST_MOST];
    size_t clock_map_count;
    bool has_speed;
    double speed; /* 0: max */
    double start_s, duration_s;
    uint32_t loops;
    bool restamp_now;
    const char *filter;
    int threads;
    unsigned wait_subscribers;
    bool lossless;
    double lossless_timeout_s;
    bool no_truth;
    const char *sets[OPTIONS_LIST_MOST];
    size_t set_count;
    const char *summary;
    int verbose; /* -v count, -q: -1 */
    bool log_json, no_progress, explain_memory;
};

/* RESULT_USAGE names the option, its value and what is allowed. */
MUST_USE int options_parse(int argc, char **argv, struct options *options,
                           struct fail *fail);

/* --help, or the help of one command. */
void options_help(const struct options *options, struct bytes *out);
