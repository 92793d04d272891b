/* SPDX-License-Identifier: Apache-2.0 */
/* The list of gates, see gates.h. */
#include "tools/v2x/gates.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *gates_status_text(enum gate_status status)
{
    static const char *const texts[] = {"pass", "fail", "unverified", "not_applicable"};
    return texts[status];
}

const struct gate *gates_find(const struct gates *gates, const char *name)
{
    for (size_t i = 0; i < gates->count; i++) {
        if (strcmp(gates->list[i].name, name) == 0) {
            return &gates->list[i];
        }
    }
    return NULL;
}

static struct gate *add(struct gates *gates, const char *name, enum gate_status status)
{
    assert(gates->count < GATES_MOST);
    struct gate *gate = &gates->list[gates->count++];
    *gate = (struct gate){.status = status};
    (void)snprintf(gate->name, sizeof gate->name, "%s", name);
    return gate;
}

struct gate *gates_add(struct gates *gates, const char *name, enum gate_status status,
                       const char *format, ...)
{
    struct gate *gate = add(gates, name, status);
    va_list list;
    va_start(list, format);
    (void)vsnprintf(gate->text, sizeof gate->text, format, list);
    va_end(list);
    return gate;
}

struct gate *gates_count(struct gates *gates, const char *name, uint64_t wrong,
                         const char *format, ...)
{
    struct gate *gate = add(gates, name, wrong ? GATE_FAIL : GATE_PASS);
    va_list list;
    va_start(list, format);
    (void)vsnprintf(gate->text, sizeof gate->text, format, list);
    va_end(list);
    gate->has_value = true;
    gate->value = (double)wrong;
    return gate;
}

void gates_unread(struct gates *gates, const char *name, const struct fail *fail)
{
    (void)gates_add(gates, name, GATE_FAIL, "cannot be read: %.300s", fail->text);
}

static struct gate *find_mutable(struct gates *gates, const char *name)
{
    for (size_t i = 0; i < gates->count; i++) {
        if (strcmp(gates->list[i].name, name) == 0) {
            return &gates->list[i];
        }
    }
    return NULL;
}

/* A limit judges the figure anew: it may be stricter or laxer than the gate's own rule. */
static int limit_one(struct gate *gate, const json_t *limit, struct fail *fail)
{
    const char *word = json_string_value(limit);
    if (word && strcmp(word, "off") == 0) {
        gate->status = GATE_NOT_APPLICABLE;
        return 0;
    }
    const json_t *least = json_object_get(limit, "min");
    const json_t *most = json_object_get(limit, "max");
    if ((!json_is_number(least) && !json_is_number(most)) ||
        json_object_size(limit) != (size_t)(least != NULL) + (most != NULL)) {
        return fail_set(fail, RESULT_USAGE,
                        "%s: either \"off\", or an object with min, max or both",
                        gate->name);
    }
    if (!gate->has_value) {
        return 0;
    }
    bool good = (!least || gate->value >= json_number_value(least)) &&
                (!most || gate->value <= json_number_value(most));
    gate->status = good ? GATE_PASS : GATE_FAIL;
    size_t used = strlen(gate->text);
    (void)snprintf(gate->text + used, sizeof gate->text - used, "; %g %s the given limit",
                   gate->value, good ? "keeps" : "breaks");
    return 0;
}

int gates_limit(struct gates *gates, const json_t *limits, struct fail *fail)
{
    const char *name;
    json_t *limit;
    if (!json_is_object(limits)) {
        return fail_set(fail, RESULT_USAGE, "not a JSON object of gates");
    }
    json_object_foreach((json_t *)limits, name, limit)
    {
        struct gate *gate = find_mutable(gates, name);
        int code = gate ? limit_one(gate, limit, fail)
                        : fail_set(fail, RESULT_USAGE, "%s: no such gate", name);
        if (code < 0) {
            return code;
        }
    }
    return 0;
}

static void gate_manifest(struct gates *gates, const struct folder *folder)
{
    const char *generator = json_string_value(
        json_object_get(json_object_get(folder->manifest, "generator"), "v2xd"));
    bool complete = json_object_get(folder->manifest, "tables") != NULL;
    bool recovered = json_is_true(json_object_get(folder->manifest, "recovered"));
    (void)gates_count(gates, "manifest", !complete, "%s%s%s",
                      complete ? "written by v2xd " : "names no tables",
                      !complete   ? ""
                      : generator ? generator
                                  : "(version not said)",
                      recovered ? ", recovered after a kill" : "");
}

void gates_all(struct gates *gates, const struct folder *folder,
               const struct quality *quality)
{
    gate_manifest(gates, folder);
    gates_files(gates, folder);
    gates_rows(gates, folder);
    gates_streams(gates, folder);
    gates_future(gates, folder);
    if (quality) {
        gates_quality(gates, folder, quality);
    }
}
