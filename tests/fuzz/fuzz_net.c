/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a network: refused, or a map that a scenario can be made of. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/net.h"
#include "scenarios/scenario.h"

struct input {
    const uint8_t *data;
    size_t size;
};

static int from_memory(void *self, const char *path, struct bytes *text, struct fail *fail)
{
    static const char scenario[] =
        "schema: 1\nname: t\norigin: {lat_deg: 48, lon_deg: 11}\nduration_s: 1\n"
        "map: t.net.xml\nagents: [{id: e, kind: car, ego: true, at_m: [0, 0]}]\n";
    const struct input *in = self;
    (void)fail;
    if (strcmp(path, "t.net.xml") == 0) {
        bytes_put(text, in->data, in->size);
    } else {
        bytes_text(text, scenario);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct scenario_problems problems = {0};
    struct scenario *s = NULL;
    struct fail fail = {0};
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy) {
        return 0;
    }
    if (size) {
        memcpy(copy, data, size);
    }
    struct input in = {copy, size};
    struct scenario_reader reader = {&in, from_memory};
    if (scenario_load_from(&reader, "t.yaml", NULL, &s, &problems, &fail) != 0 &&
        problems.total == 0) {
        abort(); /* a refusal has a reason */
    }
    scenario_free(s);
    scenario_problems_close(&problems);
    free(copy);
    return 0;
}
