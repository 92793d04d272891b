/* SPDX-License-Identifier: Apache-2.0 */
/* Look-ups in the tables of the taxonomy: a leaf's id in, its name, version and axis out.
 */
#include "label/leaf.h"

#include <string.h>

const struct leaf_info *leaf_find(uint16_t leaf)
{
    if (leaf > LEAF_ID_MOST || leaf_places[leaf] == 0) {
        return NULL;
    }
    return &leaf_table[leaf_places[leaf] - 1];
}

const char *leaf_code(uint16_t leaf)
{
    const struct leaf_info *info = leaf_find(leaf);
    return info != NULL ? info->code : NULL;
}

const char *leaf_name(uint16_t leaf)
{
    const struct leaf_info *info = leaf_find(leaf);
    return info != NULL ? info->name : NULL;
}

const char *leaf_version(uint16_t leaf)
{
    const struct leaf_info *info = leaf_find(leaf);
    return info != NULL ? info->version : NULL;
}

int leaf_axis(uint16_t leaf)
{
    const struct leaf_info *info = leaf_find(leaf);
    return info != NULL ? info->axis : -1;
}

uint16_t leaf_by_code(const char *code)
{
    for (size_t i = 0; i < LEAF_COUNT; i++) {
        if (strcmp(leaf_table[i].code, code) == 0) {
            return leaf_table[i].id;
        }
    }
    return LEAF_NONE;
}
