/* SPDX-License-Identifier: Apache-2.0 */
/* A small fleet for the tests of the air: stations that stand or move, emissions from any
 * of them, and the six tiers as requested. */
#pragma once

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/air.h"
#include "base/draw.h"
#include "tests/air_tiers.h"

#define WORLD_MOST 2048

struct world {
    size_t count;
    struct tai start;
    double x_m[WORLD_MOST], y_m[WORLD_MOST], vx_mps[WORLD_MOST], vy_mps[WORLD_MOST];
    double antenna_m[WORLD_MOST];
    uint8_t kinds[WORLD_MOST];
    bool receives[WORLD_MOST];
    struct air_box boxes[WORLD_MOST];
    bool has_boxes;
};

/* Cars that stand at the origin, all receiving; 2026-06-01T12:00:00Z. */
static inline struct world *world_new(size_t count)
{
    struct world *w = calloc(1, sizeof *w);
    struct utc start;
    assert_non_null(w);
    assert_true(time_parse_iso("2026-06-01T12:00:00Z", &start));
    w->count = count;
    w->start = tai_from_utc(start);
    for (size_t i = 0; i < count; i++) {
        w->antenna_m[i] = 1.5;
        w->kinds[i] = KIND_CAR;
        w->receives[i] = true;
    }
    return w;
}

static inline struct air_stations world_at(const struct world *w, double t_s)
{
    return (struct air_stations){.t = tai_add(w->start, span_from_s(t_s)),
                                 .count = w->count,
                                 .x_m = w->x_m,
                                 .y_m = w->y_m,
                                 .vx_mps = w->vx_mps,
                                 .vy_mps = w->vy_mps,
                                 .antenna_m = w->antenna_m,
                                 .kinds = w->kinds,
                                 .receives = w->receives,
                                 .boxes = w->has_boxes ? w->boxes : NULL};
}

/* Message k of a sender, made and sent at t_s where it stands then. */
static inline struct emission world_emission(const struct world *w, uint32_t sender,
                                             uint32_t k, double t_s)
{
    struct tai t = tai_add(w->start, span_from_s(t_s));
    double vx = w->vx_mps[sender];
    double vy = w->vy_mps[sender];
    return (struct emission){.msg_uid = emission_uid(sender, MSG_BSM, k),
                             .sender_idx = sender,
                             .k = k,
                             .tx_index = k,
                             .msg_type = MSG_BSM,
                             .sender_kind = w->kinds[sender],
                             .technology = TECH_IDEAL,
                             .truth_known = true,
                             .t_gen = t,
                             .t_tx = t,
                             .truth = {.x_m = w->x_m[sender],
                                       .y_m = w->y_m[sender],
                                       .speed_mps = sqrt(vx * vx + vy * vy),
                                       .yaw_rad = vx == 0 && vy == 0 ? 0 : atan2(vy, vx),
                                       .present = true},
                             .heard_by = AGENT_NONE};
}

static inline struct air_config world_config(int tier)
{
    return (struct air_config){.technology = TECH_IDEAL,
                               .tier_index = (uint8_t)tier,
                               .tier = air_tiers[tier],
                               .intended_range_m = 300,
                               .deadline_ms = 100};
}

static inline struct air *world_air(const struct world *w, const struct air_config *config,
                                    uint64_t seed, int threads)
{
    struct air_setup setup = {.config = config,
                              .seed = seed,
                              .agents_most = WORLD_MOST,
                              .threads_most = threads,
                              .start = w->start};
    struct air *air = NULL;
    struct fail fail = {0};
    if (air_new(&air, &setup, &fail) != 0) {
        fail_msg("%s", fail.text);
    }
    return air;
}

/* One message from station 0 at t_s; rows into out. */
static inline size_t world_say(struct air *air, const struct world *w,
                               const struct emission *e, double t_s, struct reception *out,
                               size_t room)
{
    struct air_stations stations = world_at(w, t_s);
    struct air_work work = {e, 0, 1};
    size_t done = 0;
    air_tick(air, &stations);
    size_t rows = air_decide(air, &work, NULL, out, room, &done);
    assert_int_equal(done, 1);
    return rows;
}
