/* SPDX-License-Identifier: Apache-2.0 */
/* Judges trees by the table of fields. In: nodes. Out: problems, each with its place. */
#include "scenarios/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_MOST 200

void scenario_problems_close(struct scenario_problems *problems)
{
    free(problems->all);
    *problems = (struct scenario_problems){0};
}

static struct scenario_problem *new_problem(struct scenario_problems *problems)
{
    problems->total++;
    if (problems->count == SCENARIO_PROBLEMS_MOST) {
        return NULL;
    }
    if (!problems->all) {
        problems->all = calloc(SCENARIO_PROBLEMS_MOST, sizeof *problems->all);
        if (!problems->all) {
            return NULL;
        }
    }
    return &problems->all[problems->count++];
}

void check_problem(struct scenario_problems *problems, const struct yaml_node *node,
                   const char *format, ...)
{
    struct scenario_problem *p = new_problem(problems);
    if (!p) {
        return;
    }
    size_t at = 0;
    if (node) {
        p->line = node->line;
        p->column = node->column;
        int n = node->line > 0
                    ? snprintf(p->text, sizeof p->text, "%.150s:%d:%d: error: ", node->file,
                               node->line, node->column)
                    : snprintf(p->text, sizeof p->text, "%.150s: error: ", node->file);
        at = n > 0 && (size_t)n < sizeof p->text ? (size_t)n : 0;
    }
    va_list args;
    va_start(args, format);
    (void)vsnprintf(p->text + at, sizeof p->text - at, format, args);
    va_end(args);
}

void check_fail(struct scenario_problems *problems, const struct fail *fail)
{
    struct scenario_problem *p = new_problem(problems);
    if (!p) {
        return;
    }
    snprintf(p->text, sizeof p->text, "%.*s", (int)sizeof p->text - 1, fail->text);
    const char *mark = strstr(p->text, ": error: ");
    const char *colon = mark;
    for (int number = 0; number < 2 && colon; number++) {
        const char *from = colon;
        do {
            from--;
        } while (from > p->text && *from != ':');
        if (*from != ':') {
            break;
        }
        int value = (int)strtol(from + 1, NULL, 10);
        *(number == 0 ? &p->column : &p->line) = value;
        colon = from;
    }
}

static void problem_at(struct scenario_problems *problems, const struct yaml_node *node,
                       const char *path, const char *limit)
{
    if (node->kind == YAML_SCALAR) {
        check_problem(problems, node, "%s = %.60s: %s", path, node->text, limit);
    } else {
        check_problem(problems, node, "%s: %s", path, limit);
    }
}

static void put_number(char *text, size_t size, double value)
{
    snprintf(text, size, "%.10g", value);
}

static bool check_number(const struct yaml_node *node, const struct field *field,
                         const char *path, struct scenario_problems *problems)
{
    double value = 0;
    char number[40], limit[100];
    if (node->kind != YAML_SCALAR || node->quoted || !yaml_number(node->text, &value)) {
        snprintf(limit, sizeof limit, "%s expected%s%s",
                 field->type == FIELD_INTEGER ? "an integer" : "a number",
                 field->unit[0] ? ", unit " : "", field->unit);
        problem_at(problems, node, path, limit);
        return false;
    }
    if (field->type == FIELD_INTEGER && strpbrk(node->text, ".eE")) {
        problem_at(problems, node, path, "an integer expected");
        return false;
    }
    if (value < field->least || value > field->most) {
        put_number(number, sizeof number,
                   value < field->least ? field->least : field->most);
        snprintf(limit, sizeof limit, "%s %s%s%s",
                 value < field->least ? "at least" : "at most", number,
                 field->unit[0] ? " " : "", field->unit);
        problem_at(problems, node, path, limit);
        return false;
    }
    return true;
}

static bool is_id(const char *text)
{
    size_t n =
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    return n > 0 && n <= 64 && text[n] == '\0';
}

static void check_id(const struct yaml_node *node, const char *path,
                     struct scenario_problems *problems)
{
    if (node->kind != YAML_SCALAR || !is_id(node->text)) {
        problem_at(problems, node, path, "an id of 1 to 64 of A-Z a-z 0-9 _ - expected");
    }
}

static void check_enum(const struct yaml_node *node, const struct field *field,
                       const char *path, struct scenario_problems *problems)
{
    if (node->kind == YAML_SCALAR && fields_name(field->names, node->text) >= 0) {
        return;
    }
    char limit[320] = "one of";
    size_t at = strlen(limit);
    for (int i = 0; field->names[i] && at < sizeof limit - 30; i++) {
        int n =
            snprintf(limit + at, sizeof limit - at, "%s %s", i ? "," : "", field->names[i]);
        at += n > 0 ? (size_t)n : 0;
    }
    problem_at(problems, node, path, limit);
}

static bool check_tuple(const struct yaml_node *node, const struct field *field,
                        uint32_t size, const char *path, struct scenario_problems *problems)
{
    static const char *const shapes[] = {"", "", "[a, b] expected", "[t, x, y] expected"};
    if (node->kind != YAML_LIST || node->count != size) {
        problem_at(problems, node, path, shapes[size]);
        return false;
    }
    bool good = true;
    for (const struct yaml_node *n = node->first; n; n = n->next) {
        good = check_number(n, field, path, problems) && good;
    }
    return good;
}

static double tuple_first(const struct yaml_node *node)
{
    double value = 0;
    (void)yaml_number(node->first->text, &value);
    return value;
}

static void check_points(const struct yaml_node *node, const struct field *field,
                         const char *path, struct scenario_problems *problems)
{
    if (node->kind != YAML_LIST || node->count < 2 || node->count > 100000) {
        problem_at(problems, node, path, "a list of 2 to 100000 points expected");
        return;
    }
    double before = -1e300;
    char item[PATH_MOST + 20];
    int i = 0;
    for (const struct yaml_node *n = node->first; n; n = n->next, i++) {
        snprintf(item, sizeof item, "%s[%d]", path, i);
        if (!check_tuple(n, field, field->type == FIELD_TIMED ? 3 : 2, item, problems)) {
            continue;
        }
        if (field->type == FIELD_TIMED && tuple_first(n) <= before) {
            problem_at(problems, n, item, "times must rise");
        }
        before = tuple_first(n);
    }
}

static void check_window(const struct yaml_node *node, const struct field *field,
                         const char *path, struct scenario_problems *problems)
{
    double to = 0;
    if (check_tuple(node, field, 2, path, problems) && yaml_number(node->last->text, &to) &&
        tuple_first(node) > to) {
        problem_at(problems, node, path, "[from, to] with from <= to expected");
    }
}

static void check_map(const struct yaml_node *node, const char *prefix, const char *path,
                      struct scenario_problems *problems);

static void check_items(const struct yaml_node *node, const struct field *field,
                        const char *path, struct scenario_problems *problems)
{
    char prefix[PATH_MOST], item[PATH_MOST + 80];
    bool dict = field->type == FIELD_DICT;
    snprintf(prefix, sizeof prefix, "%s%s", field->path, dict ? "{}" : "[]");
    if (node->kind != (dict ? YAML_MAP : YAML_LIST)) {
        problem_at(problems, node, path, dict ? "a mapping expected" : "a list expected");
        return;
    }
    int i = 0;
    for (const struct yaml_node *n = node->first; n; n = n->next, i++) {
        if (dict) {
            snprintf(item, sizeof item, "%s.%.64s", path, n->key);
            if (!is_id(n->key)) {
                check_problem(problems, n, "%s: the name must be an id", item);
            }
        } else {
            snprintf(item, sizeof item, "%s[%d]", path, i);
        }
        check_map(n, prefix, item, problems);
    }
}

static void check_list_of(const struct yaml_node *node, const struct field *field,
                          const char *path, struct scenario_problems *problems)
{
    if (node->kind != YAML_LIST) {
        problem_at(problems, node, path, "a list expected");
        return;
    }
    char item[PATH_MOST + 20];
    int i = 0;
    for (const struct yaml_node *n = node->first; n; n = n->next, i++) {
        snprintf(item, sizeof item, "%s[%d]", path, i);
        if (field->type == FIELD_IDS) {
            check_id(n, item, problems);
        } else {
            check_enum(n, field, item, problems);
        }
    }
}

static void check_place_or(const struct yaml_node *node, const char *prefix,
                           const char *path, struct scenario_problems *problems)
{
    if (node->kind == YAML_MAP) {
        check_map(node, prefix, path, problems);
    } else if (node->kind != YAML_SCALAR || node->text[0] == '\0') {
        problem_at(problems, node, path, "a name, a file, or a mapping expected");
    }
}

static void check_scalar(const struct yaml_node *node, const struct field *field,
                         const char *path, struct scenario_problems *problems)
{
    uint64_t seed;
    struct utc time;
    bool scalar = node->kind == YAML_SCALAR;
    if (field->type == FIELD_TEXT && (!scalar || strlen(node->text) > 1000)) {
        problem_at(problems, node, path, "a text of at most 1000 characters expected");
    } else if (field->type == FIELD_SEED &&
               (!scalar || !yaml_unsigned(node->text, &seed))) {
        problem_at(problems, node, path, "0 to 18446744073709551615 expected");
    } else if (field->type == FIELD_BOOL &&
               (!scalar ||
                (strcmp(node->text, "true") != 0 && strcmp(node->text, "false") != 0))) {
        problem_at(problems, node, path, "true or false expected");
    } else if (field->type == FIELD_TIME &&
               (!scalar || !time_parse_iso(node->text, &time))) {
        problem_at(problems, node, path, "a UTC time like 2026-06-01T12:00:00Z expected");
    }
}

void check_value(const struct yaml_node *node, const struct field *field, const char *path,
                 struct scenario_problems *problems)
{
    switch (field->type) {
    case FIELD_NUMBER:
    case FIELD_INTEGER:
        (void)check_number(node, field, path, problems);
        break;
    case FIELD_ID:
        check_id(node, path, problems);
        break;
    case FIELD_IDS:
    case FIELD_ENUMS:
        check_list_of(node, field, path, problems);
        break;
    case FIELD_ENUM:
        check_enum(node, field, path, problems);
        break;
    case FIELD_POINT:
        (void)check_tuple(node, field, 2, path, problems);
        break;
    case FIELD_POINTS:
    case FIELD_TIMED:
        check_points(node, field, path, problems);
        break;
    case FIELD_WINDOW:
        check_window(node, field, path, problems);
        break;
    case FIELD_MAP:
        check_map(node, field->path, path, problems);
        break;
    case FIELD_LIST:
    case FIELD_DICT:
        check_items(node, field, path, problems);
        break;
    case FIELD_ROADS:
        check_place_or(node, "map", path, problems);
        break;
    case FIELD_TIER:
        check_place_or(node, "profile", path, problems);
        break;
    case FIELD_TEXT:
    case FIELD_SEED:
    case FIELD_BOOL:
    case FIELD_TIME:
        check_scalar(node, field, path, problems);
        break;
    case FIELD_ANY:
        break;
    }
}

static void unknown_key(const struct yaml_node *node, const char *prefix, const char *path,
                        struct scenario_problems *problems)
{
    char nearest[64];
    struct yaml_node at = *node;
    at.line = node->key_line;
    at.column = node->key_column;
    fields_nearest(prefix, node->key, nearest, sizeof nearest);
    check_problem(problems, &at, "%s: no such key; did you mean %s?", path, nearest);
}

static void check_map(const struct yaml_node *node, const char *prefix, const char *path,
                      struct scenario_problems *problems)
{
    char item[PATH_MOST];
    if (node->kind != YAML_MAP) {
        problem_at(problems, node, path[0] ? path : "the file", "a mapping expected");
        return;
    }
    for (const struct yaml_node *n = node->first; n; n = n->next) {
        const struct field *field = fields_find(prefix, n->key);
        snprintf(item, sizeof item, "%.120s%s%.64s", path, path[0] ? "." : "", n->key);
        if (field) {
            check_value(n, field, item, problems);
        } else {
            unknown_key(n, prefix, item, problems);
        }
    }
    for (size_t i = 0; i < fields_count; i++) {
        const char *word = fields_child(&fields[i], prefix);
        if (word && strcmp(fields[i].fallback, "!") == 0 && !yaml_get(node, word)) {
            check_problem(problems, node, "%.120s%s%s: missing; %s", path,
                          path[0] ? "." : "", word, fields[i].sentence);
        }
    }
}

void check_tree(const struct yaml_node *root, const char *prefix,
                struct scenario_problems *problems)
{
    check_map(root, prefix, "", problems);
}
