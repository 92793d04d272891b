/* SPDX-License-Identifier: Apache-2.0 */
/* Overrides and sampled families. In: a tree, paths, a seed. Out: the same tree, changed.
 */
#include "scenarios/edit.h"

#include <stdio.h>
#include <string.h>

#include "base/draw.h"
#include "base/fmath.h"
#include "scenarios/check.h"

/* Where a path leads: the mapping or list that holds it, the key there, and the same path
 * in the table of fields. */
struct place {
    struct yaml_node *parent, *node; /* node NULL: not there yet */
    char key[72];
    char row[200];
};

static struct yaml_node *item_of(const struct yaml_node *list, const char *word)
{
    uint64_t index = 0;
    bool number = yaml_unsigned(word, &index);
    uint64_t i = 0;
    for (struct yaml_node *n = list->first; n; n = n->next, i++) {
        const struct yaml_node *id = yaml_get(n, "id");
        if ((number && i == index) || (id && id->text && strcmp(id->text, word) == 0)) {
            return n;
        }
    }
    return NULL;
}

static bool appends(const char *word)
{
    return strcmp(word, "+") == 0;
}

static void row_step(struct place *place, const struct yaml_node *parent, const char *word)
{
    size_t at = strlen(place->row);
    const struct field *here = fields_at(place->row);
    const char *base = here && here->type == FIELD_ROADS  ? "map"
                       : here && here->type == FIELD_TIER ? "profile"
                                                          : NULL;
    if (base) {
        snprintf(place->row, sizeof place->row, "%s", base);
        at = strlen(base);
    }
    if (parent->kind == YAML_LIST) {
        snprintf(place->row + at, sizeof place->row - at, "[]");
    } else if (here && here->type == FIELD_DICT) {
        snprintf(place->row + at, sizeof place->row - at, "{}");
    } else {
        snprintf(place->row + at, sizeof place->row - at, "%s%s", at ? "." : "", word);
    }
}

/* Walks a path; makes the mappings on the way. false: it cannot lead anywhere. */
static bool find(struct arena *arena, struct yaml_node *root, const char *path,
                 const char *prefix, struct place *place)
{
    struct yaml_node *at = root;
    *place = (struct place){0};
    snprintf(place->row, sizeof place->row, "%s", prefix);
    while (true) {
        size_t n = strcspn(path, ".[]");
        if (n == 0 || n >= sizeof place->key) {
            return false;
        }
        memcpy(place->key, path, n);
        place->key[n] = '\0';
        path += n;
        path += strspn(path, ".[]");
        if (at->kind == YAML_SCALAR) {
            return false;
        }
        place->parent = at;
        row_step(place, at, place->key);
        place->node =
            at->kind == YAML_MAP ? yaml_get(at, place->key) : item_of(at, place->key);
        if (*path == '\0') {
            return place->node || at->kind == YAML_MAP || appends(place->key);
        }
        if (!place->node) {
            if (at->kind != YAML_MAP) {
                return false;
            }
            enum yaml_kind kind = appends(path) ? YAML_LIST : YAML_MAP;
            place->node = yaml_new(arena, kind, place->key, NULL);
            if (!place->node) {
                return false;
            }
            place->node->file = root->file;
            yaml_append(at, place->node);
        }
        at = place->node;
    }
}

/* Puts a value where the place is; keeps key and neighbours. */
static void put(struct arena *arena, struct place *place, const struct yaml_node *value)
{
    struct yaml_node *copy = yaml_copy(arena, value);
    if (!copy) {
        return;
    }
    if (!place->node) {
        bool item = place->parent->kind == YAML_LIST;
        copy->key = item ? NULL : arena_text(arena, place->key);
        copy->next = NULL;
        if (item || copy->key) {
            yaml_append(place->parent, copy);
        }
        return;
    }
    copy->key = place->node->key;
    copy->key_line = place->node->key_line;
    copy->key_column = place->node->key_column;
    copy->next = place->node->next;
    *place->node = *copy;
}

void edit_override(struct arena *arena, struct yaml_node *root, const char *override,
                   struct scenario_problems *problems)
{
    const char *equals = strchr(override, '=');
    char path[200], file[260];
    struct fail fail = {0};
    struct yaml_node *value = NULL;
    struct place place;
    if (!equals || equals == override || (size_t)(equals - override) >= sizeof path) {
        check_problem(problems, NULL, "--set %.100s: a.b.c=VALUE expected", override);
        return;
    }
    snprintf(path, sizeof path, "%.*s", (int)(equals - override), override);
    snprintf(file, sizeof file, "--set %s", path);
    if (!find(arena, root, path, "", &place)) {
        char nearest[64];
        check_problem(problems, NULL, "--set %s: no such key; did you mean %s?", path,
                      fields_nearest(NULL, path, nearest, sizeof nearest));
        return;
    }
    if (equals[1] == '\0') {
        check_problem(problems, NULL, "--set %s: no value", path);
        return;
    }
    if (yaml_parse(arena, file, equals + 1, strlen(equals + 1), &value, &fail) != 0) {
        check_fail(problems, &fail);
        return;
    }
    put(arena, &place, value);
}

void edit_set(struct arena *arena, struct yaml_node *root, const char *key,
              const char *text)
{
    struct yaml_node *value = yaml_new(arena, YAML_SCALAR, NULL, text);
    struct place place;
    if (value && find(arena, root, key, "", &place)) {
        value->file = root->file;
        put(arena, &place, value);
    }
}

static uint64_t path_hash(const char *path)
{
    uint64_t hash = 0;
    for (; *path; path++) {
        hash = draw_mix(hash ^ (uint64_t)(unsigned char)*path) + 0x9E3779B97F4A7C15ULL;
    }
    return hash;
}

static bool pair_of(const struct yaml_node *node, double out[2])
{
    return node->kind == YAML_LIST && node->count == 2 && node->first->text &&
           node->last->text && yaml_number(node->first->text, &out[0]) &&
           yaml_number(node->last->text, &out[1]);
}

static void put_number(struct arena *arena, struct place *place,
                       const struct yaml_node *row, double value)
{
    struct bytes text = {0};
    bytes_json_double(&text, value);
    bytes_u8(&text, 0);
    struct yaml_node *node =
        text.failed ? NULL : yaml_new(arena, YAML_SCALAR, NULL, (const char *)text.data);
    if (node) {
        node->file = row->file;
        node->line = row->line;
        node->column = row->column;
        put(arena, place, node);
    }
    bytes_close(&text);
}

/* A point of the rectangle between two corners. */
static bool put_within(struct arena *arena, struct place *place,
                       const struct yaml_node *row, const struct yaml_node *rule,
                       uint64_t bits)
{
    double a[2], b[2];
    if (rule->kind != YAML_LIST || rule->count != 2 || !pair_of(rule->first, a) ||
        !pair_of(rule->last, b)) {
        return false;
    }
    struct yaml_node *point = yaml_new(arena, YAML_LIST, NULL, NULL);
    for (int i = 0; point && i < 2; i++) {
        struct bytes text = {0};
        double u = draw_uniform(draw_mix(bits + 0x9E3779B97F4A7C15ULL * (uint64_t)i));
        bytes_json_double(&text, a[i] + (b[i] - a[i]) * u);
        bytes_u8(&text, 0);
        struct yaml_node *number =
            text.failed ? NULL
                        : yaml_new(arena, YAML_SCALAR, NULL, (const char *)text.data);
        if (number) {
            number->file = row->file;
            number->line = row->line;
            number->column = row->column;
            yaml_append(point, number);
        }
        bytes_close(&text);
    }
    if (point) {
        point->file = row->file;
        point->line = row->line;
        point->column = row->column;
        put(arena, place, point);
    }
    return true;
}

/* The ends of a family must be allowed, not only the value that was drawn today. */
static void check_ends(const struct yaml_node *list, const struct place *place,
                       const char *path, struct scenario_problems *problems)
{
    const struct field *field = fields_at(place->row);
    for (const struct yaml_node *n = list->first; field && n; n = n->next) {
        check_value(n, field, path, problems);
    }
}

static double cut(const struct place *place, double value)
{
    const struct field *field = fields_at(place->row);
    if (!field || field->type != FIELD_NUMBER) {
        return value;
    }
    return value < field->least ? field->least : value > field->most ? field->most : value;
}

static bool sample_one(struct arena *arena, struct place *place,
                       const struct yaml_node *row, uint64_t bits,
                       struct scenario_problems *problems)
{
    const struct yaml_node *rule =
        row->kind == YAML_MAP && row->count == 1 ? row->first : NULL;
    double ab[2] = {0, 0};
    if (!rule) {
        return false;
    }
    if (strcmp(rule->key, "choice") == 0 && rule->kind == YAML_LIST && rule->count > 0) {
        uint64_t at = bits % rule->count;
        const struct yaml_node *chosen = rule->first;
        while (at-- > 0) {
            chosen = chosen->next;
        }
        check_ends(rule, place, row->key, problems);
        put(arena, place, chosen);
        return true;
    }
    if (strcmp(rule->key, "within") == 0) {
        return put_within(arena, place, row, rule, bits);
    }
    if (!pair_of(rule, ab)) {
        return false;
    }
    if (strcmp(rule->key, "normal") == 0 && ab[1] >= 0) {
        put_number(arena, place, row, cut(place, ab[0] + ab[1] * draw_normal(bits)));
        return true;
    }
    if (ab[0] > ab[1]) {
        return false;
    }
    if (strcmp(rule->key, "uniform") == 0) {
        check_ends(rule, place, row->key, problems);
        put_number(arena, place, row, ab[0] + (ab[1] - ab[0]) * draw_uniform(bits));
        return true;
    }
    if (strcmp(rule->key, "integer") == 0 && fm_floor(ab[0]) == ab[0] &&
        fm_floor(ab[1]) == ab[1] && ab[1] - ab[0] < 1e15) {
        check_ends(rule, place, row->key, problems);
        double count = ab[1] - ab[0] + 1;
        put_number(arena, place, row, ab[0] + fm_floor(count * draw_uniform(bits)));
        return true;
    }
    return false;
}

bool edit_draw(struct arena *arena, struct yaml_node *root, const char *prefix,
               const struct yaml_node *row, uint64_t bits,
               struct scenario_problems *problems)
{
    struct place place;
    struct yaml_node at = *row;
    at.line = row->key_line;
    at.column = row->key_column;
    if (!find(arena, root, row->key, prefix, &place) ||
        (!fields_at(place.row) && place.parent->kind != YAML_LIST)) {
        char nearest[64];
        check_problem(
            problems, &at, "%s%.100s: no such key; did you mean %s?",
            prefix[0] ? "vary." : "sample.", row->key,
            fields_nearest(prefix[0] ? prefix : NULL, row->key, nearest, sizeof nearest));
        return false;
    }
    if (!sample_one(arena, &place, row, bits, problems)) {
        check_problem(problems, row,
                      "%s%.100s: one of {uniform: [a, b]}, {normal: [mean, sd]}, {choice: "
                      "[...]}, {integer: [a, b]}, {within: [[x, y], [x, y]]} expected",
                      prefix[0] ? "vary." : "sample.", row->key);
        return false;
    }
    return true;
}

bool edit_add(struct arena *arena, struct yaml_node *root, const char *prefix,
              const struct yaml_node *row, double step)
{
    struct place place;
    double base = 0;
    if (!find(arena, root, row->key, prefix, &place) ||
        (place.node && (!place.node->text || !yaml_number(place.node->text, &base)))) {
        return false;
    }
    put_number(arena, &place, row, base + step);
    return true;
}

uint64_t edit_key(uint64_t seed, const char *path)
{
    return draw_bits(draw_key(seed, DRAW_SAMPLE), path_hash(path), 0);
}

void edit_sample(struct arena *arena, struct yaml_node *root, uint64_t seed,
                 struct scenario_problems *problems)
{
    struct yaml_node *sample = yaml_get(root, "sample");
    if (!sample) {
        return;
    }
    yaml_remove(root, "sample");
    if (sample->kind != YAML_MAP) {
        check_problem(problems, sample, "sample: a mapping of paths expected");
        return;
    }
    for (const struct yaml_node *row = sample->first; row; row = row->next) {
        (void)edit_draw(arena, root, "", row, edit_key(seed, row->key), problems);
    }
}
