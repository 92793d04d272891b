/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: taxonomy files. What is read has a leaf for every cause that it moved and
 * finite versions; what is not is refused with a text. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tools/v2x/taxfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fail fail = {0};
    struct taxfile *t = malloc(sizeof *t);
    char *copy = malloc(size + 1);
    if (t && copy) {
        memcpy(copy, data, size);
        int code = taxfile_read(t, copy, size, &fail);
        assert(code == 0 || fail.text[0]);
        for (int c = 0; code == 0 && c < CAUSE_COUNT; c++) {
            assert(t->cause_leaf[c] == LEAF_NONE || leaf_find(t->cause_leaf[c]));
        }
    }
    free(copy);
    free(t);
    return 0;
}
