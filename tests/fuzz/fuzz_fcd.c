/* SPDX-License-Identifier: Apache-2.0 */
/* Floating car data in pieces: no crash, no leak, no entity, bounded memory. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/fcd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {.limit = (size_t)16 << 20};
    struct fail fail = {0};
    struct fcd *fcd = NULL;
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy) {
        return 0;
    }
    if (size) {
        memcpy(copy, data, size);
    }
    if (fcd_new(&fcd, &arena, "f.xml", &fail) == 0) {
        size_t first = size / 2;
        if (fcd_feed(fcd, copy, first, false, &fail) == 0 &&
            fcd_feed(fcd, copy + first, size - first, true, &fail) == 0) {
            (void)fcd_agents(fcd);
        }
    }
    fcd_free(fcd);
    arena_close(&arena);
    free(copy);
    return 0;
}
