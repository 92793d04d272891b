/* SPDX-License-Identifier: Apache-2.0 */
/* Where a decode stands, so that it can say where it failed and what it skipped.
 *
 * A stack of members under decode gives paths such as
 * "MapData.intersections[0].laneSet[3].laneAttributes"; list indexes are read from the
 * lists as they fill. Bits count from the first bit of the frame. Lives inside one turn. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "asn1/pdu_types.h"

enum { TRACE_DEPTH = 48, TRACE_PATH = 320, TRACE_UNKNOWN_MAX = 16, TRACE_OPEN_MAX = 256 };

struct trace_step {
    const char *name;                       /* member or type name */
    const struct asn_TYPE_descriptor_s *td; /* its type, NULL for a bare name */
    void *const *at;                        /* where its value is being built */
};

/* An open type's octets (by the address of the octet string) and what they hold. */
struct trace_open {
    const void *octets;
    const struct asn_TYPE_descriptor_s *td;
    void *value;
};

struct trace_unknown {
    char path[TRACE_PATH];
    size_t size;
};

struct trace {
    struct trace_step stack[TRACE_DEPTH];
    int depth;
    bool failed;
    bool truncated; /* the input ended inside a value */
    size_t bit;
    char path[TRACE_PATH];
    char why[120];
    struct trace_unknown unknown[TRACE_UNKNOWN_MAX];
    size_t unknown_count; /* may exceed what is kept */
    struct trace_open open[TRACE_OPEN_MAX];
    size_t open_count;
    int edition; /* J2735: year of the newest thing met, 0 if nothing is newer than 2016 */
};

/* Empties it for the next value. */
void trace_clear(struct trace *t);

void trace_push(struct trace *t, const char *name, const struct asn_TYPE_descriptor_s *td,
                void *const *at);
void trace_pop(struct trace *t);

/* Only the first failure, the innermost one, is kept. */
void trace_fail(struct trace *t, size_t bit, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void trace_skip(struct trace *t, const char *container, int number, size_t size);
