/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of senders share: a world out of a text, pulled tick by tick. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "model/message.h"
#include "scenarios/plan.h"
#include "scenarios/world.h"

struct fixture {
    struct scenario *scenario;
    struct world *world;
    struct source source;
};

struct memory {
    const char *text;
};

static inline int from_memory(void *self, const char *path, struct bytes *text,
                              struct fail *fail)
{
    (void)path;
    (void)fail;
    bytes_text(text, ((const struct memory *)self)->text);
    return 0;
}

static inline struct fixture open_text(const char *text, const char *tier, uint64_t seed)
{
    static const char head[] = "schema: 1\nname: t\norigin: {lat_deg: 42, lon_deg: -83}\n";
    struct fixture f = {0};
    struct fail fail = {0};
    struct bytes whole = {0};
    bytes_format(&whole, "%sair:\n  tier: %s\n", head, tier);
    bytes_text(&whole, text);
    bytes_u8(&whole, 0);
    struct memory memory = {(const char *)whole.data};
    struct scenario_reader reader = {&memory, from_memory};
    struct scenario_options options = {NULL, 0, &seed, NULL};
    int result = scenario_load_from(&reader, "t.yaml", &options, &f.scenario, NULL, &fail);
    if (result == 0) {
        result = world_new(f.scenario, seed, &f.world, &fail);
    }
    if (result != 0) {
        print_error("%s\n", fail.text);
    }
    assert_int_equal(result, 0);
    bytes_close(&whole);
    f.source = world_source(f.world);
    return f;
}

static inline void close_world(struct fixture *f)
{
    world_free(f->world);
    scenario_free(f->scenario);
}

static inline int pull(struct fixture *f, struct source_tick *tick)
{
    struct fail fail = {0};
    return f->source.tick(f->source.self, tick, &fail);
}
