/* SPDX-License-Identifier: Apache-2.0 */
/* The table of fields in words. In: a key, or nothing. Out: what `v2xd explain` prints and
 * docs/scenario.md holds. */
#include <stdio.h>
#include <string.h>

#include "scenarios/fields.h"
#include "scenarios/scenario.h"

static void put_range(const struct field *f, struct bytes *text)
{
    bool coordinates = f->type == FIELD_POINT || f->type == FIELD_POINTS ||
                       f->type == FIELD_TIMED || f->type == FIELD_WINDOW;
    if (f->type == FIELD_NUMBER || f->type == FIELD_INTEGER || coordinates) {
        bytes_format(text, "%.10g to %.10g", f->least, f->most);
    } else if (f->type == FIELD_SEED) {
        bytes_text(text, "0 to 18446744073709551615");
    } else if (f->names) {
        for (int i = 0; f->names[i]; i++) {
            bytes_format(text, "%s%s", i ? ", " : "", f->names[i]);
        }
    }
}

static const char *need(const struct field *f)
{
    return f->fallback[0] == '!' ? "required" : f->fallback[0] ? f->fallback : "absent";
}

/* agents[3].x, agents.ego.x and agents.x all lead to agents[].x. */
static const struct field *resolve(const char *key)
{
    char path[200] = "";
    const struct field *at = NULL;
    while (*key) {
        char word[72];
        size_t n = strcspn(key, ".[]{}");
        snprintf(word, sizeof word, "%.*s", (int)(n < 71 ? n : 71), key);
        key += n;
        key += strspn(key, ".[]{}");
        if (n == 0) {
            continue;
        }
        const struct field *next = fields_find(path, word);
        bool skipped = at && (at->type == FIELD_LIST || at->type == FIELD_DICT);
        if (!next && !skipped) {
            return NULL;
        }
        bool leaf = next && next->type != FIELD_MAP && next->type != FIELD_LIST &&
                    next->type != FIELD_DICT && next->type != FIELD_ROADS &&
                    next->type != FIELD_TIER;
        if (!next || (leaf && skipped && *key)) { /* an index or an id of an item */
            if (*key == '\0' && strspn(word, "0123456789") != strlen(word)) {
                return NULL;
            }
            continue;
        }
        at = next;
        snprintf(path, sizeof path, "%s%s",
                 at->type == FIELD_ROADS  ? "map"
                 : at->type == FIELD_TIER ? "profile"
                                          : at->path,
                 at->type == FIELD_LIST   ? "[]"
                 : at->type == FIELD_DICT ? "{}"
                                          : "");
    }
    return at;
}

int scenario_explain(const char *key, struct bytes *text, struct fail *fail)
{
    const struct field *f =
        strncmp(key, "profile.", 8) == 0 ? fields_at(key) : resolve(key);
    if (!f) {
        char nearest[80];
        return fail_set(fail, RESULT_USAGE, "%.100s: no such key; did you mean %s?", key,
                        fields_nearest(NULL, key, nearest, sizeof nearest));
    }
    bytes_format(text, "%s: %s\n  type     %s\n", f->path, f->sentence,
                 fields_type_name(f->type));
    if (f->unit[0]) {
        bytes_format(text, "  unit     %s\n", f->unit);
    }
    size_t before = text->size;
    bytes_text(text, "  range    ");
    size_t mark = text->size;
    put_range(f, text);
    if (text->size == mark) {
        text->size = before;
    } else {
        bytes_text(text, "\n");
    }
    bytes_format(text, "  default  %s\n", need(f));
    return 0;
}

void scenario_explain_list(struct bytes *text)
{
    for (size_t i = 0; i < fields_count; i++) {
        bytes_format(text, "%-40s %s\n", fields[i].path, fields[i].sentence);
    }
}

static void put_row(const struct field *f, struct bytes *text)
{
    bytes_format(text, "| `%s` | %s | %s | ", f->path, fields_type_name(f->type), f->unit);
    put_range(f, text);
    bytes_format(text, " | %s | ", need(f));
    for (const char *c = f->sentence; *c; c++) {
        if (*c == '|') {
            bytes_text(text, "\\");
        }
        bytes_put(text, c, 1);
    }
    bytes_text(text, " |\n");
}

void scenario_explain_page(struct bytes *text)
{
    static const struct {
        const char *title, *begins;
    } parts[] = {
        {"Scenario file", ""},
        {"Map file, or `map` in place", "map."},
        {"Profile file, or `air.tier` in place", "profile."},
    };
    bytes_text(text,
               "# Every key of a scenario\n\nMade from the table in scenarios/fields.c "
               "(`v2xd explain --list`); a test compares. How to write one:\n"
               "[howto/scenario.md](howto/scenario.md). `[]` stands for an item of a list, "
               "`{}` for a name of your own.\n");
    for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
        bytes_format(text,
                     "\n## %s\n\n| key | type | unit | range | default | meaning |\n"
                     "|---|---|---|---|---|---|\n",
                     parts[p].title);
        for (size_t i = 0; i < fields_count; i++) {
            bool other = strncmp(fields[i].path, "map.", 4) == 0 ||
                         strncmp(fields[i].path, "profile.", 8) == 0;
            if (parts[p].begins[0]
                    ? strncmp(fields[i].path, parts[p].begins, strlen(parts[p].begins)) == 0
                    : !other) {
                put_row(&fields[i], text);
            }
        }
    }
}
