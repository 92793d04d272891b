/* SPDX-License-Identifier: Apache-2.0 */
/* Sensor noise. In: truth of one object. Out: what the sensor says of it. */
#include "sensors/measure.h"

#include "base/draw.h"
#include "base/fmath.h"

static const struct measure_traits traits_table[MODALITY_COUNT] = {
    [MODALITY_CAMERA] = {.exposure_s = 0.010,
                         .range_sigma_m = 0.2,
                         .range_sigma_per_m = 0.03,
                         .across_sigma_m = 0.05,
                         .across_sigma_per_m = 0.003,
                         .speed_sigma_mps = 1.0,
                         .yaw_sigma_rad = 0.09,
                         .size_sigma = 0.08,
                         .notice_most = 0.97,
                         .notice_vru = 0.95,
                         .visible_least = 0.2,
                         .notice_light = {{1, 1}, {0.95, 0.85}, {0.85, 0.5}},
                         .tells_kind = true},
    [MODALITY_LIDAR] = {.exposure_s = 0,
                        .range_sigma_m = 0.05,
                        .range_sigma_per_m = 0.0005,
                        .across_sigma_m = 0.05,
                        .across_sigma_per_m = 0.001,
                        .speed_sigma_mps = 0.3,
                        .yaw_sigma_rad = 0.035,
                        .size_sigma = 0.05,
                        .notice_most = 0.98,
                        .notice_vru = 0.95,
                        .visible_least = 0.1,
                        .notice_light = {{1, 1}, {1, 1}, {1, 1}},
                        .tells_kind = true},
    [MODALITY_RADAR] = {.exposure_s = 0.020,
                        .range_sigma_m = 0.15,
                        .range_sigma_per_m = 0,
                        .across_sigma_m = 0.1,
                        .across_sigma_per_m = 0.010,
                        .speed_sigma_mps = 0.2,
                        .yaw_sigma_rad = 0.09,
                        .size_sigma = 0.2,
                        .notice_most = 0.95,
                        .notice_vru = 0.8,
                        .visible_least = 0.15,
                        .notice_light = {{1, 1}, {1, 1}, {1, 1}},
                        .tells_kind = false},
};

#define SHARE_ENOUGH 0.6 /* of an object, to be noticed as surely as all of it */
#define RANGE_FLAT   0.6 /* of the range, without loss */
#define RANGE_END    0.4 /* factor at the end of the range */

const struct measure_traits *measure_traits(enum modality modality)
{
    return &traits_table[modality];
}

double measure_notice(const struct measure_traits *traits, double visible,
                      double distance_m, double range_m, enum sender_kind kind)
{
    if (visible < traits->visible_least || distance_m > range_m) {
        return 0;
    }
    double p = traits->notice_most * (visible < SHARE_ENOUGH ? visible / SHARE_ENOUGH : 1);
    double share = distance_m / range_m;
    if (share > RANGE_FLAT) {
        p *= 1 - (1 - RANGE_END) * (share - RANGE_FLAT) / (1 - RANGE_FLAT);
    }
    return kinds_is_vru(kind) ? p * traits->notice_vru : p;
}

double measure_light(const struct measure_traits *traits, enum light light,
                     enum sender_kind kind)
{
    return traits->notice_light[light][kinds_is_vru(kind)];
}

struct detection measure_object(const struct measure_traits *traits,
                                const struct sight_from *from, const struct agent *agent,
                                const struct state *truth,
                                const struct measure_pose_error *pose_error,
                                struct measure_luck luck)
{
    double n[8];
    for (uint64_t i = 0; i < 8; i++) {
        n[i] = draw_normal(draw_bits(luck.key, luck.who, luck.k + i));
    }
    double rx = truth->x_m - from->x_m;
    double ry = truth->y_m - from->y_m;
    double d = fm_hypot(rx, ry);
    double c = d > 0 ? rx / d : 1;
    double s = d > 0 ? ry / d : 0;
    double sigma_r = traits->range_sigma_m + traits->range_sigma_per_m * d;
    double sigma_a = traits->across_sigma_m + traits->across_sigma_per_m * d;
    double er = n[0] * sigma_r;
    double ea = n[1] * sigma_a + pose_error->yaw_rad * d;
    double speed_x = truth->speed_mps * fm_cos(truth->yaw_rad);
    double speed_y = truth->speed_mps * fm_sin(truth->yaw_rad);
    double size = 1 + n[5] * traits->size_sigma;
    size = size < 0.5 ? 0.5 : size;
    double across_2 =
        sigma_a * sigma_a + d * d * pose_error->sigma_yaw_rad * pose_error->sigma_yaw_rad;
    double pose_2 = pose_error->sigma_m * pose_error->sigma_m;
    return (struct detection){
        .kind = traits->tells_kind ? agent->kind : KIND_UNKNOWN,
        .x_m = truth->x_m + er * c - ea * s + pose_error->x_m,
        .y_m = truth->y_m + er * s + ea * c + pose_error->y_m,
        .yaw_rad = fm_wrap_angle(truth->yaw_rad + n[2] * traits->yaw_sigma_rad +
                                 pose_error->yaw_rad),
        .vx_mps = speed_x + n[3] * traits->speed_sigma_mps,
        .vy_mps = speed_y + n[4] * traits->speed_sigma_mps,
        .length_m = agent->length_m * size,
        .width_m = agent->width_m * size,
        .height_m = agent->height_m * size,
        .sigma_x_m = fm_sqrt(sigma_r * sigma_r * c * c + across_2 * s * s + pose_2),
        .sigma_y_m = fm_sqrt(sigma_r * sigma_r * s * s + across_2 * c * c + pose_2),
    };
}
