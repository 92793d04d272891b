/* SPDX-License-Identifier: Apache-2.0 */
/* What labelling one ego costs beside the air: CPU time per simulated second of scenes with
 * all their pairs, applications, decisions and texts each 100 ms and of encounters each 10
 * ms, among 100 vehicles, against that of DSRC medium access for the same 100. In: nothing.
 * Out: "label OURS AIR us". */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "air/trial.h"
#include "label/encounter.h"
#include "label/scene.h"

#define AGENTS          100
#define ROAD_M          1000.0
#define LANES           6
#define LANE_M          3.5
#define SECONDS         20
#define TICKS           (SECONDS * 100)
#define SIMULATED_AIR_S 6.0

static struct known_agent agents[AGENTS], known[AGENTS];

/* Three lanes each way, every vehicle with a speed of its own, round and round. */
static void move(double t_s)
{
    for (uint32_t i = 0; i < AGENTS; i++) {
        int lane = (int)(i % LANES);
        double way = lane < LANES / 2 ? 1 : -1;
        double mps = 22 + (double)(i * 7 % 12);
        double x = fmod((double)i * ROAD_M / AGENTS * 7 + mps * t_s, ROAD_M);
        agents[i] = (struct known_agent){.index = i,
                                         .id = "vehicle",
                                         .kind = KIND_CAR,
                                         .x_m = way > 0 ? x : ROAD_M - x,
                                         .y_m = ((double)lane - 2.5) * LANE_M,
                                         .yaw_rad = way > 0 ? 0 : acos(-1),
                                         .vx_mps = way * mps,
                                         .accel_known = true};
    }
}

static double spent_s(clock_t since)
{
    return (double)(clock() - since) / CLOCKS_PER_SEC;
}

static double labelling_s(struct fail *fail)
{
    struct scene *scene;
    struct encounters *encounters;
    if (scene_new(&scene, 1, 4 * AGENTS, fail) != 0 ||
        encounter_new(&encounters, 4 * AGENTS, 1, fail) != 0) {
        exit(EXIT_FAILURE);
    }
    const uint32_t ego_place = 0;
    clock_t began = clock();
    for (int tick = 1; tick <= TICKS; tick++) {
        struct tai t = {tick * 10 * TIME_NS_PER_MS};
        move(tick * 0.01);
        encounter_step(encounters, t, agents, AGENTS, &ego_place, 1);
        if (tick % 10 != 0) {
            continue;
        }
        struct scene_ego ego = {.self = agents[0],
                                .host = {.known = true, .limit_mps = 33}};
        for (uint32_t i = 1; i < AGENTS; i++) {
            known[i - 1] = agents[i];
            known[i - 1].sigma_m = 0.5;
        }
        for (int m = 0; m < SCENE_MODELS; m++) {
            ego.others[m] = known;
            ego.count[m] = AGENTS - 1;
        }
        struct scene_input in = {.t = t,
                                 .index = (uint32_t)(tick / 10),
                                 .egos = &ego,
                                 .ego_count = 1,
                                 .truth = agents,
                                 .truth_count = AGENTS,
                                 .range_m = 300};
        scene_make(scene, &in);
        size_t count;
        const struct scene_pair *pairs = scene_pairs(scene, &count);
        for (size_t i = 0; i < count; i++) {
            struct row_pair row;
            scene_row_pair(scene, &pairs[i], &row);
        }
    }
    double cost_s = spent_s(began) / SECONDS;
    scene_free(scene);
    encounter_free(encounters);
    return cost_s;
}

static double air_s(struct fail *fail)
{
    static struct trial_result result;
    struct radio radio = {.technology = TECH_DSRC, .errors = "none"};
    (void)radio_profile(TECH_DSRC, &radio);
    struct trial_setup setup = {.radio = radio,
                                .vehicles = AGENTS,
                                .length_m = ROAD_M,
                                .rate_hz = 10,
                                .jitter_ms = 5,
                                .octets = 300,
                                .speed_mps = 30,
                                .count_s = SIMULATED_AIR_S,
                                .to_m = ROAD_M,
                                .bin_m = 3,
                                .bins = 100,
                                .seed = 1,
                                .lanes = LANES};
    clock_t began = clock();
    if (trial_run(&setup, &result, fail) != 0) {
        (void)fprintf(stderr, "%s\n", fail->text);
        exit(EXIT_FAILURE);
    }
    return spent_s(began) / SIMULATED_AIR_S;
}

int main(void)
{
    struct fail fail = {0};
    double ours = labelling_s(&fail), theirs = air_s(&fail);
    printf("label %.0f %.0f us\n", ours * 1e6, theirs * 1e6);
    return EXIT_SUCCESS;
}
