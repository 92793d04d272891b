/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the bounded tree out of libyaml's events. In: octets of a file. Out: nodes, or one
 * fail with the place. Fuzz target: fuzz_scenario. */
#include "scenarios/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct builder {
    struct arena *arena;
    const char *file;
    struct yaml_node *open[YAML_DEPTH_MOST];
    int depth;
    struct yaml_node *root;
    const char *key; /* read, its value not yet */
    int key_line, key_column;
    struct fail *fail;
};

static int refuse(struct builder *b, yaml_mark_t mark, const char *what)
{
    return fail_set(b->fail, RESULT_USAGE, "%s:%zu:%zu: error: %s", b->file, mark.line + 1,
                    mark.column + 1, what);
}

struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    if (!map || map->kind != YAML_MAP) {
        return NULL;
    }
    for (struct yaml_node *n = map->first; n; n = n->next) {
        if (strcmp(n->key, key) == 0) {
            return n;
        }
    }
    return NULL;
}

void yaml_append(struct yaml_node *parent, struct yaml_node *child)
{
    child->next = NULL;
    if (parent->last) {
        parent->last->next = child;
    } else {
        parent->first = child;
    }
    parent->last = child;
    parent->count++;
}

void yaml_remove(struct yaml_node *map, const char *key)
{
    struct yaml_node *before = NULL;
    for (struct yaml_node *n = map->first; n; before = n, n = n->next) {
        if (strcmp(n->key, key) == 0) {
            *(before ? &before->next : &map->first) = n->next;
            map->last = n->next ? map->last : before;
            map->count--;
            return;
        }
    }
}

struct yaml_node *yaml_new(struct arena *arena, enum yaml_kind kind, const char *key,
                           const char *text)
{
    struct yaml_node *node = arena_take(arena, sizeof *node);
    if (!node) {
        return NULL;
    }
    node->kind = kind;
    node->file = "";
    node->key = key ? arena_text(arena, key) : NULL;
    node->text = text ? arena_text(arena, text) : NULL;
    return (key && !node->key) || (text && !node->text) ? NULL : node;
}

struct yaml_node *yaml_copy(struct arena *arena, const struct yaml_node *node)
{
    struct yaml_node *copy = arena_take(arena, sizeof *copy);
    if (!copy) {
        return NULL;
    }
    *copy = *node;
    copy->first = copy->last = copy->next = NULL;
    copy->count = 0;
    for (const struct yaml_node *n = node->first; n; n = n->next) {
        struct yaml_node *child = yaml_copy(arena, n);
        if (!child) {
            return NULL;
        }
        yaml_append(copy, child);
    }
    return copy;
}

static bool key_is_new(const struct yaml_node *map, const char *key)
{
    return yaml_get(map, key) == NULL;
}

/* A scalar where a key is due becomes the key; anything else is put into its parent. */
static int take_key(struct builder *b, const yaml_event_t *event, const char *text)
{
    struct yaml_node *map = b->open[b->depth - 1];
    if (map->count >= YAML_KEYS_MOST) {
        return refuse(b, event->start_mark, "more than 512 keys in one mapping");
    }
    if (!key_is_new(map, text)) {
        return fail_set(b->fail, RESULT_USAGE, "%s:%zu:%zu: error: %.80s: key given twice",
                        b->file, event->start_mark.line + 1, event->start_mark.column + 1,
                        text);
    }
    b->key = arena_text(b->arena, text);
    b->key_line = (int)event->start_mark.line + 1;
    b->key_column = (int)event->start_mark.column + 1;
    return b->key ? 0 : fail_set(b->fail, RESULT_MEMORY, "%s: no memory", b->file);
}

static int put(struct builder *b, const yaml_event_t *event, enum yaml_kind kind,
               const char *text)
{
    if (kind != YAML_SCALAR && b->depth == YAML_DEPTH_MOST) {
        return refuse(b, event->start_mark, "nesting deeper than 32");
    }
    struct yaml_node *parent = b->depth > 0 ? b->open[b->depth - 1] : NULL;
    if (parent && parent->kind == YAML_MAP && !b->key) {
        return refuse(b, event->start_mark, "a key must be a plain word");
    }
    struct yaml_node *node = yaml_new(b->arena, kind, NULL, text);
    if (!node) {
        return fail_set(b->fail, RESULT_MEMORY, "%s: no memory", b->file);
    }
    node->file = b->file;
    node->line = (int)event->start_mark.line + 1;
    node->column = (int)event->start_mark.column + 1;
    if (parent) {
        if (parent->kind == YAML_MAP) {
            node->key = b->key;
            node->key_line = b->key_line;
            node->key_column = b->key_column;
            b->key = NULL;
        }
        yaml_append(parent, node);
    } else {
        b->root = node;
    }
    if (kind != YAML_SCALAR) {
        b->open[b->depth++] = node;
    } else {
        node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    }
    return 0;
}

static int take_scalar(struct builder *b, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    if (strlen(text) != event->data.scalar.length) {
        return refuse(b, event->start_mark, "a NUL character in a text");
    }
    if (event->data.scalar.anchor || event->data.scalar.tag) {
        return refuse(b, event->start_mark, "anchors and tags are not allowed");
    }
    if (b->depth > 0 && b->open[b->depth - 1]->kind == YAML_MAP && !b->key) {
        return take_key(b, event, text);
    }
    return put(b, event, YAML_SCALAR, text);
}

static int take_event(struct builder *b, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return b->root ? refuse(b, event->start_mark, "more than one document") : 0;
    case YAML_ALIAS_EVENT:
        return refuse(b, event->start_mark, "aliases are not allowed");
    case YAML_SCALAR_EVENT:
        return take_scalar(b, event);
    case YAML_SEQUENCE_START_EVENT:
        if (event->data.sequence_start.anchor || event->data.sequence_start.tag) {
            return refuse(b, event->start_mark, "anchors and tags are not allowed");
        }
        return put(b, event, YAML_LIST, NULL);
    case YAML_MAPPING_START_EVENT:
        if (event->data.mapping_start.anchor || event->data.mapping_start.tag) {
            return refuse(b, event->start_mark, "anchors and tags are not allowed");
        }
        return put(b, event, YAML_MAP, NULL);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        b->depth--;
        return 0;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return 0;
}

int yaml_parse(struct arena *arena, const char *file, const char *text, size_t size,
               struct yaml_node **root, struct fail *fail)
{
    struct builder b = {.arena = arena, .fail = fail};
    b.file = arena_text(arena, file);
    if (!b.file) {
        return fail_set(fail, RESULT_MEMORY, "%s: no memory", file);
    }
    if (size > YAML_SIZE_MOST) {
        return fail_set(fail, RESULT_USAGE, "%s:1:1: error: larger than 16 MiB", file);
    }
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        return fail_set(fail, RESULT_MEMORY, "%s: no memory", file);
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)(text ? text : ""), size);
    int result = 0;
    bool end = false;
    while (result == 0 && !end) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            yaml_mark_t mark = parser.problem_mark;
            result = refuse(&b, mark, parser.problem ? parser.problem : "not YAML");
            break;
        }
        end = event.type == YAML_STREAM_END_EVENT;
        result = take_event(&b, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (result == 0 && !b.root) {
        result = fail_set(fail, RESULT_USAGE, "%s:1:1: error: the file is empty", file);
    }
    *root = result == 0 ? b.root : NULL;
    return result;
}

static bool plain_is_safe(const struct yaml_node *node)
{
    if (node->quoted || node->text[0] == '\0') {
        return false;
    }
    for (const char *c = node->text; *c; c++) {
        bool word = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                    (*c >= '0' && *c <= '9') || *c == '_' || *c == '.' || *c == '/' ||
                    *c == '+' || (*c == '-' && (c != node->text || c[1] != '\0')) ||
                    (*c == ':' && c != node->text && c[1] != '\0');
        if (!word) {
            return false;
        }
    }
    return strncmp(node->text, "---", 3) != 0 && strncmp(node->text, "...", 3) != 0;
}

static void print_text(const char *text, struct bytes *out)
{
    bytes_text(out, "\"");
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\') {
            bytes_format(out, "\\%c", *c);
        } else if (*c < 0x20 || *c == 0x7F) {
            bytes_format(out, "\\x%02X", *c);
        } else {
            bytes_put(out, c, 1);
        }
    }
    bytes_text(out, "\"");
}

static bool only_scalars(const struct yaml_node *node)
{
    for (const struct yaml_node *n = node->first; n; n = n->next) {
        if (n->kind != YAML_SCALAR && (n->kind != YAML_LIST || !only_scalars(n))) {
            return false;
        }
    }
    return true;
}

static void print_flow(const struct yaml_node *node, struct bytes *out)
{
    if (node->kind == YAML_SCALAR) {
        if (plain_is_safe(node)) {
            bytes_text(out, node->text);
        } else {
            print_text(node->text, out);
        }
        return;
    }
    bytes_text(out, "[");
    for (const struct yaml_node *n = node->first; n; n = n->next) {
        print_flow(n, out);
        bytes_text(out, n->next ? ", " : "");
    }
    bytes_text(out, "]");
}

static void print_block(const struct yaml_node *node, int depth, struct bytes *out)
{
    for (const struct yaml_node *n = node->first; n; n = n->next) {
        for (int i = 0; i < depth && (n != node->first || node->key || depth == 0); i++) {
            bytes_text(out, "  ");
        }
        if (n->key) {
            struct yaml_node key = {.kind = YAML_SCALAR, .text = n->key};
            print_flow(&key, out);
            bytes_text(out, ":");
        } else {
            bytes_text(out, "-");
        }
        if (n->kind == YAML_SCALAR || (n->kind == YAML_LIST && only_scalars(n))) {
            bytes_text(out, " ");
            print_flow(n, out);
            bytes_text(out, "\n");
        } else if (n->count == 0) {
            bytes_text(out, " {}\n");
        } else if (n->key) {
            bytes_text(out, "\n");
            print_block(n, depth + 1, out);
        } else {
            bytes_text(out, " ");
            print_block(n, depth + 1, out);
        }
    }
}

void yaml_print(const struct yaml_node *root, struct bytes *out)
{
    if (root->kind != YAML_MAP || root->count == 0) {
        bytes_text(out, root->kind == YAML_MAP ? "{}" : "");
        if (root->kind != YAML_MAP) {
            print_flow(root, out);
        }
        bytes_text(out, "\n");
        return;
    }
    print_block(root, 0, out);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* [+-] digits [. digits] [e [+-] digits], no leading zeros. */
static bool number_grammar(const char *c)
{
    c += *c == '+' || *c == '-';
    if (!is_digit(*c) || (*c == '0' && is_digit(c[1]))) {
        return false;
    }
    while (is_digit(*c)) {
        c++;
    }
    if (*c == '.') {
        c++;
        if (!is_digit(*c)) {
            return false;
        }
        while (is_digit(*c)) {
            c++;
        }
    }
    if (*c == 'e' || *c == 'E') {
        c++;
        c += *c == '+' || *c == '-';
        if (!is_digit(*c)) {
            return false;
        }
        while (is_digit(*c)) {
            c++;
        }
    }
    return *c == '\0';
}

bool yaml_number(const char *text, double *value)
{
    if (!number_grammar(text) || strlen(text) > 40) {
        return false;
    }
    char *end = NULL;
    double v = strtod(text, &end);
    *value = v;
    return *end == '\0' && v < 1e300 && v > -1e300;
}

bool yaml_unsigned(const char *text, uint64_t *value)
{
    uint64_t v = 0;
    if (!is_digit(text[0]) || (text[0] == '0' && text[1] != '\0')) {
        return false;
    }
    for (const char *c = text; *c; c++) {
        if (!is_digit(*c) || v > (UINT64_MAX - (uint64_t)(*c - '0')) / 10) {
            return false;
        }
        v = v * 10 + (uint64_t)(*c - '0');
    }
    *value = v;
    return true;
}
