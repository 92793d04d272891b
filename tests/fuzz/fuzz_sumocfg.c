/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a configuration of SUMO: refused, or a path that ends within its room. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/sumocfg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fail fail = {0};
    char roads[64];
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy) {
        return 0;
    }
    if (size) {
        memcpy(copy, data, size);
    }
    if (sumocfg_roads("t.sumocfg", copy, size, roads, sizeof roads, &fail) == 0 &&
        !memchr(roads, '\0', sizeof roads)) {
        abort();
    }
    free(copy);
    return 0;
}
