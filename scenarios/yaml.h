/* SPDX-License-Identifier: Apache-2.0 */
/* YAML text as a bounded tree in which every node knows its line and column.
 *
 * Depth at most 32, no aliases, no tags, one document, no key twice, at most 16 MiB: a
 * hostile file is refused in linear time. Nodes live in the arena they were parsed into and
 * may be edited there (edit.h). Lines and columns count from 1. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/result.h"

#define YAML_DEPTH_MOST 32
#define YAML_SIZE_MOST  ((size_t)16 << 20)
#define YAML_KEYS_MOST  512 /* in one mapping */

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    bool quoted;      /* scalar in quotes: text, never a number */
    int line, column; /* of the value */
    int key_line, key_column;
    const char *file;
    const char *key;  /* in a mapping, else NULL */
    const char *text; /* of a scalar, else NULL */
    uint32_t count;   /* children */
    struct yaml_node *first, *last, *next;
};

/* RESULT_USAGE and "file:line:column: error: ..." if it is no tree of ours. */
MUST_USE int yaml_parse(struct arena *arena, const char *file, const char *text,
                        size_t size, struct yaml_node **root, struct fail *fail);

/* Child of a mapping by key, or NULL. A NULL node has no children. */
struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* Appends to a list (key NULL) or mapping. */
void yaml_append(struct yaml_node *parent, struct yaml_node *child);

/* Takes the child with that key out of a mapping. */
void yaml_remove(struct yaml_node *map, const char *key);

/* New nodes; NULL when the arena is exhausted. */
struct yaml_node *yaml_new(struct arena *arena, enum yaml_kind kind, const char *key,
                           const char *text);
struct yaml_node *yaml_copy(struct arena *arena, const struct yaml_node *node);

/* Block style YAML that parses to the same tree. */
void yaml_print(const struct yaml_node *root, struct bytes *out);

/* A plain decimal number (no hex, octal, NaN, infinity, underscore), correctly rounded;
 * false if the text is not one or is beyond 1e300. */
bool yaml_number(const char *text, double *value);
bool yaml_unsigned(const char *text, uint64_t *value);
