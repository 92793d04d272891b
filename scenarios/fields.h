/* SPDX-License-Identifier: Apache-2.0 */
/* The one table of configuration fields: path, type, unit, limits, default, sentence. The
 * parser's checks, `v2xd explain` and docs/scenario.md all come from it.
 *
 * Paths: "agents[].speed_mps" is a key of every item of a list, "sensors{}.rate_hz" of
 * every value of a mapping with free names. Rows under "profile" and "map" describe the
 * profile and map files, and the same things written in place (air.tier, map). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

enum field_type {
    FIELD_TEXT,
    FIELD_ID,     /* [A-Za-z0-9_-]+ */
    FIELD_IDS,    /* list of ids */
    FIELD_NUMBER, /* double, least..most */
    FIELD_INTEGER,
    FIELD_SEED, /* 0..2^64-1 */
    FIELD_BOOL,
    FIELD_ENUM,   /* one of names */
    FIELD_ENUMS,  /* list of names */
    FIELD_TIME,   /* 2026-06-01T12:00:00Z */
    FIELD_POINT,  /* [x, y] */
    FIELD_POINTS, /* [[x, y], ...] */
    FIELD_TIMED,  /* [[t, x, y], ...], t rising */
    FIELD_WINDOW, /* [from, to], from <= to */
    FIELD_MAP,    /* mapping with the rows below it */
    FIELD_LIST,   /* list of such mappings */
    FIELD_DICT,   /* mapping of ids to such mappings */
    FIELD_ROADS,  /* path of a map file, or the map in place */
    FIELD_TIER,   /* d0..d5, path of a profile, or the profile in place */
    FIELD_ANY,    /* judged elsewhere */
};

struct field {
    const char *path;
    enum field_type type;
    const char *unit;
    double least, most;       /* of numbers, and of each coordinate */
    const char *fallback;     /* "": may be absent; "!": must be given */
    const char *const *names; /* of ENUM, NULL-terminated */
    const char *sentence;
};

extern const struct field fields[];
extern const size_t fields_count;

/* The row of prefix + key ("" or "agents[]" and "id"), or NULL. */
const struct field *fields_find(const char *prefix, const char *key);

/* The row of a full path, or NULL. */
const struct field *fields_at(const char *path);

/* The key under prefix (or, prefix NULL, the full path) that is spelled nearest; never NULL
 * while there is a row. */
const char *fields_nearest(const char *prefix, const char *key, char *out, size_t size);

/* Is the row a direct child of prefix? Gives its last word. */
const char *fields_child(const struct field *field, const char *prefix);

const char *fields_type_name(enum field_type type);

/* Index of text in a NULL-terminated list, or -1. */
int fields_name(const char *const *names, const char *text);

extern const char *const fields_kinds[];
extern const char *const fields_technologies[];
extern const char *const fields_latencies[];
extern const char *const fields_congestions[];
extern const char *const fields_behaviours[];
extern const char *const fields_placements[];
extern const char *const fields_phases[];
extern const char *const fields_modalities[];
extern const char *const fields_links[];
extern const char *const fields_commands[];
extern const char *const fields_mast_faults[];
extern const char *const fields_faults[];
extern const char *const fields_does[];
extern const char *const fields_sends[];
extern const char *const fields_responds[];
extern const char *const fields_outcomes[];
extern const char *const fields_turns[];
extern const char *const fields_appears[];
