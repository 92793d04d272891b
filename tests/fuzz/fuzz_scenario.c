/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a scenario file: refused, or a world that ticks. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/world.h"

struct input {
    const uint8_t *data;
    size_t size;
};

static int from_memory(void *self, const char *path, struct bytes *text, struct fail *fail)
{
    const struct input *in = self;
    if (strcmp(path, "t.yaml") != 0) {
        return fail_set(fail, RESULT_USAGE, "no such file");
    }
    bytes_put(text, in->data, in->size);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    struct scenario_reader reader = {&in, from_memory};
    struct scenario_problems problems = {0};
    struct scenario *s = NULL;
    struct scenario *again = NULL;
    struct world *w = NULL;
    struct fail fail = {0};
    struct bytes config = {0};
    if (scenario_load_from(&reader, "t.yaml", NULL, &s, &problems, &fail) == 0) {
        scenario_config(s, &config);
        in = (struct input){config.data, config.size};
        scenario_problems_close(&problems);
        if (scenario_load_from(&reader, "t.yaml", NULL, &again, &problems, &fail) != 0) {
            abort(); /* what was accepted must be accepted again */
        }
        if (world_new(s, s->seed, &w, &fail) == 0) {
            struct source source = world_source(w);
            struct source_tick tick;
            struct bytes json = {0};
            for (int i = 0; i < 20 && source.tick(source.self, &tick, &fail) == 1; i++) {
            }
            world_geojson(w, &json);
            bytes_close(&json);
        }
    } else if (problems.total == 0) {
        abort(); /* a refusal has a reason */
    }
    world_free(w);
    scenario_free(s);
    scenario_free(again);
    scenario_problems_close(&problems);
    bytes_close(&config);
    return 0;
}
