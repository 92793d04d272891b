/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes as a map file would hold them, each with the line it comes from. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "scenarios/yaml.h"

struct net_out {
    struct arena *arena;
    const char *file;
    int line;    /* of the next nodes */
    bool failed; /* memory ran out; what is put then is lost */
};

/* A new mapping or list, put into `parent` (NULL: nowhere) under `key` (NULL: an item). */
struct yaml_node *net_out_map(struct net_out *out, struct yaml_node *parent,
                              const char *key);
struct yaml_node *net_out_list(struct net_out *out, struct yaml_node *parent,
                               const char *key);
void net_out_text(struct net_out *out, struct yaml_node *parent, const char *key,
                  const char *text);
void net_out_number(struct net_out *out, struct yaml_node *parent, const char *key,
                    double value); /* three decimals at most */
void net_out_pair(struct net_out *out, struct yaml_node *list, const double at[2]);
