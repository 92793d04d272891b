/* SPDX-License-Identifier: Apache-2.0 */
/* Rays against boxes and walls. In: a sensor and what stands about. Out: visible shares. */
#include "sensors/sight.h"

#include <stdbool.h>

#include "base/fmath.h"

/* Where on a body sensors look: chest of a person, windows of a car. */
#define AIM_SHARE 0.75

/* The last millionth of a ray does not count: bodies that touch do not hide each other. */
#define RAY_END (1 - 1e-6)

struct sight_box sight_box(const struct agent *agent, uint32_t index,
                           const struct state *state)
{
    return (struct sight_box){
        .x_m = state->x_m,
        .y_m = state->y_m,
        .cos_yaw = fm_cos(state->yaw_rad),
        .sin_yaw = fm_sin(state->yaw_rad),
        .half_length_m = 0.5 * agent->length_m,
        .half_width_m = 0.5 * agent->width_m,
        .height_m = agent->height_m,
        .radius_m = 0.5 * fm_hypot(agent->length_m, agent->width_m),
        .agent = index,
    };
}

/* A point in the frame of a box. */
static void into_box(const struct sight_box *box, double x_m, double y_m, double *along_m,
                     double *across_m)
{
    double dx = x_m - box->x_m;
    double dy = y_m - box->y_m;
    *along_m = dx * box->cos_yaw + dy * box->sin_yaw;
    *across_m = dy * box->cos_yaw - dx * box->sin_yaw;
}

double sight_distance(const struct sight_from *from, const struct sight_box *box)
{
    double along, across;
    into_box(box, from->x_m, from->y_m, &along, &across);
    double over_along = fm_abs(along) - box->half_length_m;
    double over_across = fm_abs(across) - box->half_width_m;
    return fm_hypot(over_along > 0 ? over_along : 0, over_across > 0 ? over_across : 0);
}

double sight_bearing(const struct sight_from *from, double x_m, double y_m)
{
    return fm_wrap_angle(fm_atan2(y_m - from->y_m, x_m - from->x_m) - from->yaw_rad);
}

/* Narrows [*first, *last] to where the line p + t d lies within +-half; false if nowhere.
 */
static bool clip(double p, double d, double half, double *first, double *last)
{
    if (d == 0) {
        return fm_abs(p) < half;
    }
    double a = (-half - p) / d;
    double b = (half - p) / d;
    double low = a < b ? a : b;
    double high = a < b ? b : a;
    *first = low > *first ? low : *first;
    *last = high < *last ? high : *last;
    return *first < *last;
}

/* Does the box cut the ray from a to b below its top? */
static bool cuts(const struct sight_box *box, const double a[3], const double b[3])
{
    double p_along, p_across, q_along, q_across;
    into_box(box, a[0], a[1], &p_along, &p_across);
    into_box(box, b[0], b[1], &q_along, &q_across);
    double first = 0;
    double last = RAY_END;
    if (!clip(p_along, q_along - p_along, box->half_length_m, &first, &last) ||
        !clip(p_across, q_across - p_across, box->half_width_m, &first, &last)) {
        return false;
    }
    double lowest = b[2] < a[2] ? last : first;
    return a[2] + lowest * (b[2] - a[2]) < box->height_m;
}

/* Can the box come near the ray at all? */
static bool is_near(const struct sight_box *box, const double a[3], const double b[3])
{
    double dx = b[0] - a[0];
    double dy = b[1] - a[1];
    double px = box->x_m - a[0];
    double py = box->y_m - a[1];
    double length_2 = dx * dx + dy * dy;
    double side = dx * py - dy * px;
    if (side * side > box->radius_m * box->radius_m * length_2) {
        return false;
    }
    double ahead = dx * px + dy * py;
    double reach = box->radius_m * fm_sqrt(length_2);
    return ahead > -reach && ahead < length_2 + reach;
}

static bool ray_is_free(const struct walls *walls, const struct sight_box *boxes,
                        size_t count, size_t target, const double a[3], const double b[3])
{
    for (size_t i = 0; i < count; i++) {
        if (i != target && is_near(&boxes[i], a, b) && cuts(&boxes[i], a, b)) {
            return false;
        }
    }
    return !walls || walls_blocker(walls, a, b) < 0;
}

/* The two outermost corners as seen from the sensor; false if it stands in or beside the
 * box, where there is no outermost. */
static bool silhouette(const struct sight_from *from, const struct sight_box *box,
                       double left[2], double right[2])
{
    double cx = box->x_m - from->x_m;
    double cy = box->y_m - from->y_m;
    double most = 0;
    double least = 0;
    for (int i = 0; i < 4; i++) {
        double along = i & 1 ? box->half_length_m : -box->half_length_m;
        double across = i & 2 ? box->half_width_m : -box->half_width_m;
        double x = box->x_m + along * box->cos_yaw - across * box->sin_yaw;
        double y = box->y_m + along * box->sin_yaw + across * box->cos_yaw;
        double dot = cx * (x - from->x_m) + cy * (y - from->y_m);
        if (dot <= 0) {
            return false;
        }
        double tangent = (cx * (y - from->y_m) - cy * (x - from->x_m)) / dot;
        if (i == 0 || tangent > most) {
            most = tangent;
            left[0] = x;
            left[1] = y;
        }
        if (i == 0 || tangent < least) {
            least = tangent;
            right[0] = x;
            right[1] = y;
        }
    }
    return true;
}

double sight_visible(const struct sight_from *from, const struct walls *walls,
                     const struct sight_box *boxes, size_t count, size_t target)
{
    const struct sight_box *box = &boxes[target];
    double left[2] = {0}, right[2] = {0};
    if (!silhouette(from, box, left, right)) {
        return 1;
    }
    const double a[3] = {from->x_m, from->y_m, from->z_m};
    int visible = 0;
    for (int i = 0; i < SIGHT_RAYS; i++) {
        double share = (i + 0.5) / SIGHT_RAYS;
        const double b[3] = {left[0] + share * (right[0] - left[0]),
                             left[1] + share * (right[1] - left[1]),
                             AIM_SHARE * box->height_m};
        bool in_range = fm_hypot(b[0] - a[0], b[1] - a[1]) <= from->range_m;
        bool in_view = from->fov_rad >= 2 * FM_PI ||
                       fm_abs(sight_bearing(from, b[0], b[1])) <= 0.5 * from->fov_rad;
        visible += in_range && in_view && ray_is_free(walls, boxes, count, target, a, b);
    }
    return (double)visible / SIGHT_RAYS;
}
