/* SPDX-License-Identifier: Apache-2.0 */
/* What a dataset must hold to be trusted: one gate per promise, each with its figure.
 *
 * In: an open dataset directory. Out: a list of gates. A gate fails on the data, never on
 * the disk: what cannot be read fails its gate with the reason. */
#pragma once

#include <jansson.h>

#include "publish/canonical.h"
#include "tools/v2x/folder.h"
#include "tools/v2x/quality.h"

enum gate_status { GATE_PASS, GATE_FAIL, GATE_UNVERIFIED, GATE_NOT_APPLICABLE };
enum { GATES_MOST = 48, GATE_TEXT = 400 };

struct gate {
    char name[32];
    enum gate_status status;
    bool has_value;
    double value;         /* the figure as one number: usually what is wrong, counted */
    char text[GATE_TEXT]; /* the figure in words */
};

struct gates {
    struct gate list[GATES_MOST];
    size_t count;
};

const char *gates_status_text(enum gate_status status);
const struct gate *gates_find(const struct gates *gates, const char *name);

/* Appends a gate; the text is formatted. */
struct gate *gates_add(struct gates *gates, const char *name, enum gate_status status,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same with a figure; passes if it is 0. */
struct gate *gates_count(struct gates *gates, const char *name, uint64_t wrong,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));
/* A gate that fails since something could not be read. */
void gates_unread(struct gates *gates, const char *name, const struct fail *fail);

/* Files, hashes, journal (gates_files.c). */
void gates_files(struct gates *gates, const struct folder *folder);
/* What the rows say (gates_rows.c). */
void gates_rows(struct gates *gates, const struct folder *folder);
/* How sure the stamps of each sensor stream are (gates_streams.c). */
void gates_streams(struct gates *gates, const struct folder *folder);
/* That nothing was known before it could be (gates_future.c). */
void gates_future(struct gates *gates, const struct folder *folder);
/* What the labels are worth (gates_quality.c). */
void gates_quality(struct gates *gates, const struct folder *folder,
                   const struct quality *quality);

/* All of them, in this order, of an open dataset; quality may be NULL. */
void gates_all(struct gates *gates, const struct folder *folder,
               const struct quality *quality);

/* Thresholds of a JSON file on the figures: {"NAME":{"min":x,"max":y},"NAME":"off"}.
 * RESULT_USAGE names what is wrong in it. */
MUST_USE int gates_limit(struct gates *gates, const json_t *limits, struct fail *fail);
