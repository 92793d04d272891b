/* SPDX-License-Identifier: Apache-2.0 */
/* What the world and the contact of two boxes cost. In: nothing. Out: "world SECONDS", the
 * CPU time of 1,000 vehicles on three lanes for 60 s without any air; "boxes MICROSECONDS",
 * that of one time to contact. */
#include <stdio.h>
#include <time.h>

#include "base/bytes.h"
#include "base/draw.h"
#include "base/fmath.h"
#include "label/boxes.h"
#include "scenarios/world.h"

enum { VEHICLES = 1000, BOXES = 512, ROUNDS = 4000 };

static double cpu_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int from_memory(void *self, const char *path, struct bytes *text, struct fail *fail)
{
    (void)path, (void)fail;
    const struct bytes *from = self;
    bytes_put(text, from->data, from->size);
    return 0;
}

static void put_motorway(struct bytes *text)
{
    bytes_text(text, "schema: 1\nname: t\norigin: {lat_deg: 42, lon_deg: 8}\n"
                     "duration_s: 60\nmap:\n  lanes:\n");
    for (int lane = 0; lane < 3; lane++) {
        bytes_format(text, "    - {id: l%d, points_m: [[0, %g], [9500, %g]]}\n", lane,
                     3.5 * lane, 3.5 * lane);
    }
    bytes_text(text, "agents:\n");
    for (int i = 0; i < VEHICLES; i++) {
        bytes_format(text, "  - {id: v%d, route: [l%d], start_m: %d, speed_mps: %g}\n", i,
                     i % 3, 10 + i / 3 * 20, 25 + (i * 7 % 10) * 0.5);
    }
}

static int bench_world(struct fail *fail)
{
    struct bytes text = {0};
    struct scenario *s = NULL;
    struct world *w = NULL;
    put_motorway(&text);
    struct scenario_reader reader = {&text, from_memory};
    int code = scenario_load_from(&reader, "motorway.yaml", NULL, &s, NULL, fail);
    code = code < 0 ? code : world_new(s, 1, &w, fail);
    if (code == 0) {
        struct source source = world_source(w);
        struct source_tick tick;
        double begin_s = cpu_s();
        while ((code = source.tick(source.self, &tick, fail)) == 1) {
        }
        printf("world %.3f\n", cpu_s() - begin_s);
    }
    world_free(w);
    scenario_free(s);
    bytes_close(&text);
    return code;
}

static double luck(uint64_t k, uint64_t which, double from, double to)
{
    return from + (to - from) * draw_uniform(draw_bits(draw_key(1, DRAW_PHASE), k, which));
}

static void bench_boxes(void)
{
    static struct box boxes[BOXES];
    double sum = 0;
    for (uint64_t i = 0; i < BOXES; i++) {
        double v_mps = luck(i, 0, -5, 35);
        double yaw_rad = luck(i, 1, -FM_PI, FM_PI);
        boxes[i] = box_make(luck(i, 2, -60, 60), luck(i, 3, -60, 60), yaw_rad,
                            v_mps * fm_cos(yaw_rad), v_mps * fm_sin(yaw_rad),
                            luck(i, 4, 0.3, 12), luck(i, 5, 0.3, 2.6));
    }
    double begin_s = cpu_s();
    for (int r = 1; r <= ROUNDS; r++) {
        for (int i = 0; i < BOXES; i++) {
            sum += boxes_ttc(&boxes[i], &boxes[(i + r) % BOXES]).value;
        }
    }
    printf("boxes %.4f %.0f\n", (cpu_s() - begin_s) * 1e6 / ROUNDS / BOXES, sum);
}

int main(void)
{
    struct fail fail = {0};
    if (bench_world(&fail) < 0) {
        (void)fprintf(stderr, "bench_world: %s\n", fail.text);
        return 1;
    }
    bench_boxes();
    return 0;
}
