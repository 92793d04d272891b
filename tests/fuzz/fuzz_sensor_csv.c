/* SPDX-License-Identifier: Apache-2.0 */
/* The three sensor texts, parted by lines of a single '%', must never do more than fail. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sensors/recorded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct csv_text part(const uint8_t **at, size_t *left)
{
    const uint8_t *mark = memchr(*at, '%', *left);
    size_t size = mark ? (size_t)(mark - *at) : *left;
    struct csv_text text = {.name = "t.csv", .data = (const char *)*at, .size = size};
    size_t used = size + (mark ? 1 : 0);
    used += used < *left && (*at)[used] == '\n';
    *at += used;
    *left -= used;
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct recorded_clock_map maps[] = {{"cam", 1000, 50}, {"poses", -5, 5}};
    struct recorded_config config = {.clock_maps = maps,
                                     .clock_map_count = 2,
                                     .origin = geo_origin_init(42.3, -83.7, 260),
                                     .start = {INT64_C(700000000) * TIME_NS_PER_S}};
    const uint8_t *at = data;
    size_t left = size;
    config.sensors = part(&at, &left);
    if (left > 0) {
        config.objects = part(&at, &left);
    }
    if (left > 0) {
        config.poses = part(&at, &left);
    }
    struct recorded *rec = NULL;
    struct fail fail = {0};
    if (recorded_new(&rec, &config, &fail) < 0) {
        return 0;
    }
    struct sensor_frame frame;
    for (size_t i = 0; i < recorded_ego_count(rec); i++) {
        recorded_bind(rec, i, (uint32_t)i);
    }
    while (recorded_take(rec, &frame)) {
        struct state pose;
        double sigma_m;
        (void)recorded_pose(rec, frame.ego, frame.t_mid, &pose, &sigma_m);
    }
    recorded_free(rec);
    return 0;
}
