/* SPDX-License-Identifier: Apache-2.0 */
/* A tree against the table of fields: unknown keys, wrong types, values out of limits,
 * missing keys. Every problem is reported, with its place and the nearest valid key. Values
 * of a checked tree are read with the value_ functions, which never fail. */
#pragma once

#include "scenarios/fields.h"
#include "scenarios/scenario.h"
#include "scenarios/yaml.h"

/* Adds "file:line:column: error: ..." at the node (NULL: no place). */
void check_problem(struct scenario_problems *problems, const struct yaml_node *node,
                   const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Adds what a fail says, its place read back from its text if it begins with one. */
void check_fail(struct scenario_problems *problems, const struct fail *fail);

/* Judges a mapping against the rows under prefix ("", "map", "profile"). */
void check_tree(const struct yaml_node *root, const char *prefix,
                struct scenario_problems *problems);

/* Judges one value; `path` names it in messages. */
void check_value(const struct yaml_node *node, const struct field *field, const char *path,
                 struct scenario_problems *problems);

/* Values by key of a mapping, the table's default where the key is absent. `prefix` is the
 * mapping's path in the table ("agents[]"). */
double value_number(const struct yaml_node *map, const char *prefix, const char *key);
bool value_has(const struct yaml_node *map, const char *key);
bool value_bool(const struct yaml_node *map, const char *prefix, const char *key);
int value_enum(const struct yaml_node *map, const char *prefix, const char *key);
const char *value_text(const struct yaml_node *map, const char *prefix, const char *key);
uint64_t value_seed(const struct yaml_node *map, const char *prefix, const char *key);
/* false and unchanged if absent */
bool value_pair(const struct yaml_node *map, const char *key, double out[2]);
/* Copies a list of points into the arena; for timed ones the times too. */
const double (*value_points(const struct yaml_node *list, struct arena *arena, bool timed,
                            const double **times))[2];
/* Adds the defaults of the table to every mapping that lacks them. */
void value_fill(struct arena *arena, struct yaml_node *root, const char *prefix);
