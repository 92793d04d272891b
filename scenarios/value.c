/* SPDX-License-Identifier: Apache-2.0 */
/* Reads values out of a checked tree; what is absent has the default of its row. In: a
 * mapping and a key. Out: numbers, names, points. */
#include <string.h>

#include "scenarios/check.h"

static const char *text_of(const struct yaml_node *map, const char *prefix, const char *key)
{
    const struct yaml_node *node = yaml_get(map, key);
    if (node && node->text) {
        return node->text;
    }
    const struct field *field = fields_find(prefix, key);
    return field && strcmp(field->fallback, "!") != 0 ? field->fallback : "";
}

double value_number(const struct yaml_node *map, const char *prefix, const char *key)
{
    double value = 0;
    (void)yaml_number(text_of(map, prefix, key), &value);
    return value;
}

bool value_has(const struct yaml_node *map, const char *key)
{
    return yaml_get(map, key) != NULL;
}

bool value_bool(const struct yaml_node *map, const char *prefix, const char *key)
{
    return strcmp(text_of(map, prefix, key), "true") == 0;
}

int value_enum(const struct yaml_node *map, const char *prefix, const char *key)
{
    const struct field *field = fields_find(prefix, key);
    int index =
        field && field->names ? fields_name(field->names, text_of(map, prefix, key)) : 0;
    return index < 0 ? 0 : index;
}

const char *value_text(const struct yaml_node *map, const char *prefix, const char *key)
{
    return text_of(map, prefix, key);
}

uint64_t value_seed(const struct yaml_node *map, const char *prefix, const char *key)
{
    uint64_t value = 0;
    (void)yaml_unsigned(text_of(map, prefix, key), &value);
    return value;
}

bool value_pair(const struct yaml_node *map, const char *key, double out[2])
{
    const struct yaml_node *node = yaml_get(map, key);
    return node && node->kind == YAML_LIST && node->count == 2 && node->first->text &&
           node->last->text && yaml_number(node->first->text, &out[0]) &&
           yaml_number(node->last->text, &out[1]);
}

const double (*value_points(const struct yaml_node *list, struct arena *arena, bool timed,
                            const double **times))[2]
{
    double(*points)[2] = arena_take(arena, (list->count + 1) * sizeof *points);
    double *t = timed ? arena_take(arena, (list->count + 1) * sizeof *t) : NULL;
    if (!points || (timed && !t)) {
        return NULL;
    }
    uint32_t i = 0;
    for (const struct yaml_node *n = list->first; n; n = n->next, i++) {
        const struct yaml_node *at = n->first;
        if (timed) {
            (void)yaml_number(at->text, &t[i]);
            at = at->next;
        }
        (void)yaml_number(at->text, &points[i][0]);
        (void)yaml_number(at->next->text, &points[i][1]);
    }
    if (times) {
        *times = t;
    }
    return (const double(*)[2])points;
}

static bool is_simple(enum field_type type)
{
    return type == FIELD_NUMBER || type == FIELD_INTEGER || type == FIELD_SEED ||
           type == FIELD_BOOL || type == FIELD_ENUM || type == FIELD_TIME;
}

static void fill_child(struct arena *arena, struct yaml_node *child,
                       const struct field *field)
{
    char prefix[200] = {0};
    strncpy(prefix, field->path, sizeof prefix - 3);
    if (field->type == FIELD_MAP || field->type == FIELD_ROADS ||
        field->type == FIELD_TIER) {
        value_fill(arena, child,
                   field->type == FIELD_ROADS  ? "map"
                   : field->type == FIELD_TIER ? "profile"
                                               : prefix);
    } else if (field->type == FIELD_LIST || field->type == FIELD_DICT) {
        strcat(prefix, field->type == FIELD_LIST ? "[]" : "{}");
        for (struct yaml_node *n = child->first; n; n = n->next) {
            value_fill(arena, n, prefix);
        }
    }
}

void value_fill(struct arena *arena, struct yaml_node *root, const char *prefix)
{
    if (root->kind != YAML_MAP) {
        return;
    }
    for (size_t i = 0; i < fields_count; i++) {
        const char *word = fields_child(&fields[i], prefix);
        if (!word) {
            continue;
        }
        struct yaml_node *child = yaml_get(root, word);
        if (child) {
            fill_child(arena, child, &fields[i]);
        } else if (is_simple(fields[i].type) && fields[i].fallback[0] != '\0' &&
                   fields[i].fallback[0] != '!') {
            child = yaml_new(arena, YAML_SCALAR, word, fields[i].fallback);
            if (child) {
                yaml_append(root, child);
            }
        }
    }
}
