/* SPDX-License-Identifier: Apache-2.0 */
/* The user's own sensor data: CSV files opened, placed and tied to the agents of the run.
 */
#include <stdio.h>
#include <string.h>

#include "edge/run_inside.h"
#include "sensors/csv.h"

/* A replay has no origin of its own, and objects are placed before the first message is
 * heard: the first pose is it. */
static int origin_of_poses(struct run *run, const struct csv_text *text,
                           struct geo_origin *origin, struct fail *fail)
{
    enum { LAT = 3, LON, ALT, COLUMNS = 9 };
    static const struct csv_column columns[COLUMNS] = {
        {"ego", true},      {"t_ns", true},       {"clock", true},
        {"lat_deg", true},  {"lon_deg", true},    {"alt_m", false},
        {"yaw_rad", false}, {"speed_mps", false}, {"sigma_m", false}};
    struct csv csv;
    double lat_deg = 0;
    double lon_deg = 0;
    double alt_m = 0;
    bool known = false;
    int code = csv_init(&csv, text, columns, COLUMNS, fail);
    if (code == 0 && csv_next(&csv, fail) == 1) {
        code = csv_f64(&csv, (struct csv_decimal){LAT, -89, 89}, &lat_deg, NULL, fail);
        code = code < 0 ? code
                        : csv_f64(&csv, (struct csv_decimal){LON, -180, 180}, &lon_deg,
                                  NULL, fail);
        code = code < 0 ? code
                        : csv_f64(&csv, (struct csv_decimal){ALT, -500, 9000}, &alt_m,
                                  &known, fail);
        if (code == 0) {
            run->origin = geo_origin_init(lat_deg, lon_deg, alt_m);
            run->origin_known = true;
            *origin = run->origin;
        }
    }
    rewind(text->file);
    return code;
}

static int open_text(struct csv_text *text, const char *path, struct fail *fail)
{
    if (!path) {
        return 0;
    }
    if (strncmp(path, "zmq:", 4) == 0) {
        return fail_set(
            fail, RESULT_USAGE,
            "%s: sensor data over ZeroMQ is not part of this version; give a CSV "
            "file",
            path);
    }
    text->name = path;
    text->file = fopen(path, "rb");
    return text->file ? 0 : fail_set(fail, RESULT_USAGE, "%s: cannot be opened", path);
}

int run_recorded_open(struct run *run, struct fail *fail)
{
    const struct replay_plan *p = &run->plan;
    if (!p->recorded[RUN_SENSORS] && !p->recorded[RUN_POSES] && !p->recorded[RUN_OBJECTS]) {
        return 0;
    }
    if (!p->recorded[RUN_SENSORS] && p->recorded[RUN_OBJECTS]) {
        return fail_set(fail, RESULT_USAGE, "--objects needs --sensors");
    }
    struct recorded_clock_map maps[OPTIONS_LIST_MOST];
    struct recorded_config config = {.clock_maps = maps, .start = run->start};
    int code = 0;
    for (size_t i = 0; i < p->clock_map_count && code == 0; i++) {
        code = recorded_clock_map(p->clock_maps[i], &maps[i], fail);
        config.clock_map_count = i + 1;
    }
    config.origin = run->world ? world_origin(run->world) : geo_origin_init(0, 0, 0);
    struct csv_text *texts[RUN_RECORDED_COUNT] = {&config.sensors, &config.objects,
                                                  &config.poses};
    for (int i = 0; i < RUN_RECORDED_COUNT; i++) {
        code = code < 0 ? code : open_text(texts[i], p->recorded[i], fail);
    }
    if (code == 0 && run->replaying && config.poses.file) {
        code = origin_of_poses(run, &config.poses, &config.origin, fail);
    }
    code = code < 0 ? code : recorded_new(&run->recorded, &config, fail);
    for (int i = 0; i < RUN_RECORDED_COUNT; i++) {
        if (texts[i]->file) {
            (void)fclose(texts[i]->file);
            code = code < 0
                       ? code
                       : run_note_input(run, texts[i]->name, run_recorded_names[i], fail);
        }
    }
    struct tai first, last;
    if (code == 0 && run->replay && recorded_span(run->recorded, &first, &last)) {
        replay_keep(run->replay, first, last);
    }
    for (size_t i = 0; code == 0 && i < recorded_ego_count(run->recorded); i++) {
        const char *name = recorded_ego_name(run->recorded, i);
        uint32_t agent = run_find_agent(run, name, strlen(name));
        if (agent == AGENT_NONE) {
            return fail_set(
                fail, RESULT_USAGE,
                "the sensor data speaks of ego '%s', which is no %s of this run", name,
                run->replaying ? "station" : "agent");
        }
        recorded_bind(run->recorded, i, agent);
    }
    return code;
}
