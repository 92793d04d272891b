/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of members under decode, written only when something is to be told. In: pushes and
 * pops. Out: the text of the place, the first failure, the list of skipped additions. */
#include "asn1/trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void trace_clear(struct trace *t)
{
    t->depth = 0;
    t->failed = false;
    t->truncated = false;
    t->bit = 0;
    t->path[0] = 0;
    t->why[0] = 0;
    t->unknown_count = 0;
    t->open_count = 0;
    t->edition = 0;
}

void trace_push(struct trace *t, const char *name, const asn_TYPE_descriptor_t *td,
                void *const *at)
{
    if (t->depth < TRACE_DEPTH) {
        t->stack[t->depth] = (struct trace_step){name, td, at};
    }
    t->depth++;
}

void trace_pop(struct trace *t)
{
    t->depth--;
}

static void path_add(char *path, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void path_add(char *path, const char *format, ...)
{
    size_t used = strlen(path);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(path + used, TRACE_PATH - used, format, args);
    va_end(args);
}

/* Inside a half-built list its count is the index of the element under way; inside a choice
 * the alternative is already set. */
static void path_inside(char *path, const asn_TYPE_descriptor_t *td, const void *value)
{
    while (td && value) {
        if (pdu_kind(td) == PDU_LIST) {
            path_add(path, "[%d]", pdu_list(value)->count);
            return;
        }
        const asn_TYPE_member_t *chosen =
            pdu_kind(td) == PDU_CHOICE ? pdu_chosen(td, value) : NULL;
        if (!chosen) {
            return;
        }
        path_add(path, ".%s", chosen->name);
        td = chosen->type;
        value = pdu_member(chosen, (void *)value);
    }
}

static void trace_path(const struct trace *t, char *path)
{
    path[0] = 0;
    for (int i = 0; i < t->depth && i < TRACE_DEPTH; i++) {
        const struct trace_step *step = &t->stack[i];
        path_add(path, "%s%s", i ? "." : "", step->name);
        if (step->td && step->at) {
            path_inside(path, step->td, *step->at);
        }
    }
}

void trace_fail(struct trace *t, size_t bit, const char *format, ...)
{
    if (t->failed) {
        return;
    }
    t->failed = true;
    t->bit = bit;
    trace_path(t, t->path);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(t->why, sizeof t->why, format, args);
    va_end(args);
}

void trace_skip(struct trace *t, const char *container, int number, size_t size)
{
    if (t->unknown_count < TRACE_UNKNOWN_MAX) {
        struct trace_unknown *u = &t->unknown[t->unknown_count];
        trace_path(t, u->path);
        path_add(u->path, "%s%s addition %d", u->path[0] ? ": " : "", container,
                 number + 1);
        u->size = size;
    }
    t->unknown_count++;
}
