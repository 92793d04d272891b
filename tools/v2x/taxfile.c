/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in, numbers of rules out; see taxfile.h. */
#include "tools/v2x/taxfile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "publish/canonical.h"
#include "tools/v2x/rerule.h"

/* The mapping this program was built with, and the causes' names in the file. */
static const uint16_t built_in_leaf[CAUSE_COUNT] = {
#define X(cause, leaf) [cause] = leaf,
    TAXONOMY_CAUSES(X)
#undef X
};
static const struct {
    const char *name;
    int cause;
} cause_names[] = {
#define X(cause, leaf) {#cause, cause},
    TAXONOMY_CAUSES(X)
#undef X
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void note(struct taxfile *t, struct taxfile_axis *axis, const char *what)
{
    size_t used = strlen(axis->why);
    (void)snprintf(axis->why + used, sizeof axis->why - used, "%s%s", used ? ", " : "",
                   what);
    axis->changed = true;
    t->any = true;
}

/* Place of a parameter in enum param; PARAM_COUNT: there is none. */
static int param_of(uint16_t axis, const char *name)
{
    int i = 0;
    while (i < PARAM_COUNT &&
           (leaf_params[i].axis != axis || strcmp(leaf_params[i].name, name) != 0)) {
        i++;
    }
    return i;
}

static int read_params(struct taxfile *t, uint16_t axis, const json_t *list,
                       struct fail *fail)
{
    struct bytes shape = {0};
    bool seen[PARAM_COUNT] = {false};
    size_t i;
    json_t *entry;
    int code = 0;
    bytes_text(&shape, "[");
    json_array_foreach(list, i, entry)
    {
        const char *name = text_of(entry, "name");
        const json_t *value = json_object_get(entry, "value");
        int param = param_of(axis, name);
        if (param == PARAM_COUNT || seen[param] || !json_is_number(value)) {
            code = fail_set(fail, RESULT_USAGE, "%s: parameter %.60s: %s",
                            leaf_axes[axis].code, name,
                            param == PARAM_COUNT ? "no rule of this program has it"
                            : seen[param]        ? "twice"
                                                 : "its value is no number");
            break;
        }
        seen[param] = true;
        double number = json_number_value(value);
        if (number != leaf_rules.p[param]) {
            char text[100];
            (void)snprintf(text, sizeof text, "%.60s %g -> %g", name, leaf_rules.p[param],
                           number);
            note(t, &t->axes[axis], text);
        }
        t->rules.p[param] = number;
        /* as tools/taxonomy.py writes it for the digest */
        bytes_text(&shape, i ? ",[" : "[");
        bytes_json_string(&shape, name);
        bytes_text(&shape, ",");
        if (json_is_integer(value)) {
            bytes_json_int(&shape, json_integer_value(value));
        } else {
            size_t at = shape.size;
            bytes_json_double(&shape, number);
            bool whole = shape.size > at &&
                         !memchr(shape.data + at, '.', shape.size - at) &&
                         !memchr(shape.data + at, 'e', shape.size - at);
            bytes_text(&shape, whole ? ".0" : ""); /* a real stays one */
        }
        bytes_text(&shape, ",");
        bytes_json_string(&shape, text_of(entry, "unit"));
        bytes_text(&shape, "]");
    }
    bytes_text(&shape, "]");
    for (int p = 0; p < PARAM_COUNT && code == 0; p++) {
        if (leaf_params[p].axis == axis && !seen[p]) {
            code = fail_set(fail, RESULT_USAGE, "%s: parameter %s is missing",
                            leaf_axes[axis].code, leaf_params[p].name);
        }
    }
    uint8_t sum[DIGEST_SIZE];
    digest_block(shape.data, shape.size, sum);
    digest_hex(sum, t->axes[axis].params_sha);
    bytes_close(&shape);
    return code;
}

static int read_causes(struct taxfile *t, const json_t *leaf, uint16_t id,
                       struct fail *fail)
{
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(leaf, "causes"), i, entry)
    {
        const char *name = json_string_value(entry);
        size_t c = 0;
        while (name && c < sizeof cause_names / sizeof cause_names[0] &&
               strcmp(cause_names[c].name + strlen("CAUSE_"), name) != 0) {
            c++;
        }
        if (!name || c == sizeof cause_names / sizeof cause_names[0]) {
            return fail_set(fail, RESULT_USAGE, "%s: no such cause: %.60s", leaf_code(id),
                            name ? name : "(no text)");
        }
        int cause = cause_names[c].cause;
        t->cause_leaf[cause] = id;
        if (built_in_leaf[cause] != id) {
            char text[100];
            (void)snprintf(text, sizeof text, "%s %s -> %s", name,
                           leaf_name(built_in_leaf[cause]), leaf_name(id));
            note(t, &t->axes[AXIS_COM_FATE], text);
        }
    }
    return 0;
}

static int read_leaves(struct taxfile *t, uint16_t axis, const json_t *list,
                       struct fail *fail)
{
    const struct axis_info *info = &leaf_axes[axis];
    int most = 0;
    size_t i;
    json_t *entry;
    if (json_array_size(list) != info->count) {
        return fail_set(fail, RESULT_USAGE, "%s: %zu leaves where this program has %u",
                        info->code, json_array_size(list), info->count);
    }
    json_array_foreach(list, i, entry)
    {
        const struct leaf_info *leaf = &leaf_table[info->first + i];
        const char *version = text_of(entry, "label_ver");
        if (strcmp(text_of(entry, "leaf"), leaf->name) != 0 ||
            json_integer_value(json_object_get(entry, "id")) != leaf->id) {
            return fail_set(fail, RESULT_USAGE,
                            "%s: leaf %.60s (id %lld) stands where this program has %s (id "
                            "%u): the order of leaves is the rule",
                            info->code, text_of(entry, "leaf"),
                            (long long)json_integer_value(json_object_get(entry, "id")),
                            leaf->name, leaf->id);
        }
        int major = atoi(version);
        most = major > most ? major : most;
        if (i == 0) {
            (void)snprintf(t->axes[axis].version, sizeof t->axes[axis].version, "%.14s",
                           version);
        }
        int code = read_causes(t, entry, leaf->id, fail);
        if (code < 0) {
            return code;
        }
    }
    int built_in = atoi(leaf_table[info->first].version);
    if (t->axes[axis].changed) {
        t->axes[axis].bumped = most <= built_in;
        most = most > built_in ? most : built_in + 1;
        (void)snprintf(t->axes[axis].version, sizeof t->axes[axis].version, "%d.0", most);
    }
    return 0;
}

static int read_axes(struct taxfile *t, const json_t *list, struct fail *fail)
{
    bool seen[AXIS_COUNT] = {false};
    size_t i;
    json_t *entry;
    json_array_foreach(list, i, entry)
    {
        const char *name = text_of(entry, "code");
        int axis = rerule_axis(name);
        if (axis < 0 || seen[axis]) {
            return fail_set(fail, RESULT_USAGE, "axis %.60s: %s", name,
                            axis < 0 ? "no rule of this program gives it" : "twice");
        }
        seen[axis] = true;
        int code = read_params(t, (uint16_t)axis, json_object_get(entry, "params"), fail);
        code = code < 0
                   ? code
                   : read_leaves(t, (uint16_t)axis, json_object_get(entry, "leaves"), fail);
        if (code < 0) {
            return code;
        }
    }
    for (int axis = 0; axis < AXIS_COUNT; axis++) {
        if (!seen[axis]) {
            return fail_set(fail, RESULT_USAGE, "axis %s is missing", leaf_axes[axis].code);
        }
    }
    return 0;
}

int taxfile_read(struct taxfile *t, const char *text, size_t size, struct fail *fail)
{
    json_error_t error = {0};
    uint8_t sum[DIGEST_SIZE];
    *t = (struct taxfile){.rules = leaf_rules};
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(root)) {
        int code = root ? fail_set(fail, RESULT_USAGE, "no JSON object")
                        : fail_set(fail, RESULT_USAGE, "%d:%d: %s", error.line,
                                   error.column, error.text);
        json_decref(root);
        return code;
    }
    digest_block(text, size, sum);
    digest_hex(sum, t->sha256);
    (void)snprintf(t->version, sizeof t->version, "%.20s", text_of(root, "version"));
    int code = read_axes(t, json_object_get(root, "axes"), fail);
    json_decref(root);
    if (code == 0 && t->any && strcmp(t->version, leaf_taxonomy_version) == 0) {
        code = fail_set(fail, RESULT_USAGE,
                        "rules changed, but the version is still %s: give the file a "
                        "version of its own",
                        t->version);
    }
    return code;
}
