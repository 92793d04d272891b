/* SPDX-License-Identifier: Apache-2.0 */
/* Makes nodes. In: keys and values. Out: a tree. */
#include "scenarios/net_out.h"

#include <stdio.h>

static struct yaml_node *put(struct net_out *out, struct yaml_node *parent,
                             enum yaml_kind kind, const char *key, const char *text)
{
    struct yaml_node *node = yaml_new(out->arena, kind, key, text);
    if (!node) {
        out->failed = true;
        return NULL;
    }
    node->file = out->file;
    node->line = node->key_line = out->line;
    node->column = node->key_column = 1;
    if (parent) {
        yaml_append(parent, node);
    }
    return node;
}

struct yaml_node *net_out_map(struct net_out *out, struct yaml_node *parent,
                              const char *key)
{
    return put(out, parent, YAML_MAP, key, NULL);
}

struct yaml_node *net_out_list(struct net_out *out, struct yaml_node *parent,
                               const char *key)
{
    return put(out, parent, YAML_LIST, key, NULL);
}

void net_out_text(struct net_out *out, struct yaml_node *parent, const char *key,
                  const char *text)
{
    out->failed = out->failed || !text;
    (void)put(out, parent, YAML_SCALAR, key, text ? text : "");
}

void net_out_number(struct net_out *out, struct yaml_node *parent, const char *key,
                    double value)
{
    char text[40];
    snprintf(text, sizeof text, "%.3f", value);
    size_t n = 0;
    while (text[n]) {
        n++;
    }
    while (text[n - 1] == '0') {
        text[--n] = '\0';
    }
    if (text[n - 1] == '.') {
        text[--n] = '\0';
    }
    net_out_text(out, parent, key, text);
}

void net_out_pair(struct net_out *out, struct yaml_node *list, const double at[2])
{
    struct yaml_node *pair = net_out_list(out, list, NULL);
    net_out_number(out, pair, NULL, at[0]);
    net_out_number(out, pair, NULL, at[1]);
}
