/* SPDX-License-Identifier: Apache-2.0 */
/* Polylines made into ways with direction and curvature. In: points. Out: nodes. */
#include "scenarios/path.h"

#include <string.h>

#include "base/fmath.h"

static double polyline_length(const double (*p)[2], uint32_t count)
{
    double length = 0;
    for (uint32_t i = 1; i < count; i++) {
        length += fm_hypot(p[i][0] - p[i - 1][0], p[i][1] - p[i - 1][1]);
    }
    return length;
}

/* Evenly spaced nodes on the polyline; both ends are kept. */
static void resample(struct path *path, const double (*p)[2], uint32_t count)
{
    uint32_t segment = 1;
    double before = 0;
    double here = fm_hypot(p[1][0] - p[0][0], p[1][1] - p[0][1]);
    for (uint32_t i = 0; i < path->count; i++) {
        double s = path->step_m * i;
        while (segment + 1 < count && before + here < s) {
            before += here;
            segment++;
            here = fm_hypot(p[segment][0] - p[segment - 1][0],
                            p[segment][1] - p[segment - 1][1]);
        }
        double f = here > 0 ? (s - before) / here : 0;
        f = f < 0 ? 0 : f > 1 ? 1 : f;
        path->nodes[i].x_m = p[segment - 1][0] + f * (p[segment][0] - p[segment - 1][0]);
        path->nodes[i].y_m = p[segment - 1][1] + f * (p[segment][1] - p[segment - 1][1]);
    }
}

static void set_directions(struct path *path)
{
    uint32_t n = path->count;
    double last = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct path_node *a = &path->nodes[i > 0 ? i - 1 : 0];
        const struct path_node *b = &path->nodes[i + 1 < n ? i + 1 : n - 1];
        double dx = b->x_m - a->x_m;
        double dy = b->y_m - a->y_m;
        double yaw = dx == 0 && dy == 0 ? last : fm_atan2(dy, dx);
        last = i == 0 ? yaw : last + fm_wrap_angle(yaw - last);
        path->nodes[i].yaw_rad = last;
    }
    path->curvature_most_1pm = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t a = i > 0 ? i - 1 : 0;
        uint32_t b = i + 1 < n ? i + 1 : n - 1;
        double way = fm_hypot(path->nodes[b].x_m - path->nodes[a].x_m,
                              path->nodes[b].y_m - path->nodes[a].y_m);
        way = way > 0.1 * path->step_m ? way : 0.1 * path->step_m;
        double k = (path->nodes[b].yaw_rad - path->nodes[a].yaw_rad) / way;
        path->nodes[i].curvature_1pm = k;
        k = fm_abs(k);
        path->curvature_most_1pm =
            k > path->curvature_most_1pm ? k : path->curvature_most_1pm;
    }
}

/* One pass of a moving average over the nodes where the bend is too tight, and near them.
 */
static void smooth(struct path *path, double curvature_most)
{
    double x = path->nodes[0].x_m;
    double y = path->nodes[0].y_m;
    for (uint32_t i = 1; i + 1 < path->count; i++) {
        struct path_node *n = &path->nodes[i];
        const struct path_node *next = &path->nodes[i + 1];
        bool tight = false;
        for (int d = -2; d <= 2; d++) {
            int64_t j = (int64_t)i + d;
            if (j >= 0 && j < (int64_t)path->count) {
                tight =
                    tight || fm_abs(path->nodes[j].curvature_1pm) > 0.9 * curvature_most;
            }
        }
        double here_x = n->x_m;
        double here_y = n->y_m;
        if (tight) {
            n->x_m = 0.25 * x + 0.5 * here_x + 0.25 * next->x_m;
            n->y_m = 0.25 * y + 0.5 * here_y + 0.25 * next->y_m;
        }
        x = here_x;
        y = here_y;
    }
}

/* Comfortable speed per node, seen backwards so that braking before a bend is in time. */
static void set_speeds(struct path *path)
{
    double after = 1e3;
    for (uint32_t i = path->count; i-- > 0;) {
        double k = fm_abs(path->nodes[i].curvature_1pm);
        double bend = k > 1e-5 ? fm_sqrt(PATH_LATERAL_MPS2 / k) : 500;
        double reach = fm_sqrt(after * after + 2 * PATH_BRAKE_MPS2 * path->step_m);
        after = bend < reach ? bend : reach;
        path->nodes[i].speed_mps = after;
    }
}

static int plan(struct path *path, struct arena *arena, const double (*p)[2],
                uint32_t count, struct fail *fail)
{
    double length = polyline_length(p, count);
    if (!(length >= 0.1)) {
        return fail_set(fail, RESULT_USAGE, "a way of at least 0.1 m expected");
    }
    double nodes = fm_floor(length / PATH_STEP_M) + 2;
    uint32_t wanted = nodes < PATH_NODES_MOST ? (uint32_t)nodes : PATH_NODES_MOST;
    if (!path->nodes || wanted > path->count) {
        path->nodes = arena_take(arena, wanted * sizeof *path->nodes);
    }
    if (!path->nodes) {
        return fail_set(fail, RESULT_MEMORY, "no memory for a way");
    }
    path->count = wanted;
    path->length_m = length;
    path->step_m = length / (wanted - 1);
    resample(path, p, count);
    set_directions(path);
    return 0;
}

int path_new(struct path *path, struct arena *arena, const double (*points_m)[2],
             uint32_t count, double radius_m, struct fail *fail)
{
    *path = (struct path){0};
    int result = count < 2 ? fail_set(fail, RESULT_USAGE, "a way has at least 2 points")
                           : plan(path, arena, points_m, count, fail);
    if (result != 0) {
        return result;
    }
    double most = radius_m > 0 ? 1 / radius_m : 1e9;
    if (path->curvature_most_1pm > most) {
        for (int pass = 0; pass < 400 && path->curvature_most_1pm > 0.95 * most; pass++) {
            smooth(path, most);
            set_directions(path);
        }
        double(*points)[2] = arena_take(arena, path->count * sizeof *points);
        if (!points) {
            return fail_set(fail, RESULT_MEMORY, "no memory for a way");
        }
        for (uint32_t i = 0; i < path->count; i++) {
            points[i][0] = path->nodes[i].x_m;
            points[i][1] = path->nodes[i].y_m;
        }
        result = plan(path, arena, (const double(*)[2])points, path->count, fail);
    }
    if (result == 0) {
        set_speeds(path);
    }
    return result;
}

void path_curve(const double a_m[2], double a_yaw_rad, const double b_m[2],
                double b_yaw_rad, double (*points_m)[2], uint32_t count)
{
    /* Handles of 0.39 of the chord (0.5523 of the radius) make a right angle a quarter
     * circle. */
    double reach = 0.39 * fm_hypot(b_m[0] - a_m[0], b_m[1] - a_m[1]);
    double c[2] = {a_m[0] + reach * fm_cos(a_yaw_rad), a_m[1] + reach * fm_sin(a_yaw_rad)};
    double d[2] = {b_m[0] - reach * fm_cos(b_yaw_rad), b_m[1] - reach * fm_sin(b_yaw_rad)};
    for (uint32_t i = 0; i < count; i++) {
        double t = (double)i / (count - 1);
        double u = 1 - t;
        for (int axis = 0; axis < 2; axis++) {
            points_m[i][axis] = u * u * u * a_m[axis] + 3 * u * u * t * c[axis] +
                                3 * u * t * t * d[axis] + t * t * t * b_m[axis];
        }
    }
}

struct path_point path_at(const struct path *path, double s_m)
{
    double at = s_m / path->step_m;
    at = at < 0 ? 0 : at;
    uint32_t i = at >= path->count - 1 ? path->count - 2 : (uint32_t)at;
    double f = at - i;
    f = f > 1 ? 1 : f;
    const struct path_node *a = &path->nodes[i];
    const struct path_node *b = a + 1;
    return (struct path_point){
        .x_m = a->x_m + f * (b->x_m - a->x_m),
        .y_m = a->y_m + f * (b->y_m - a->y_m),
        .yaw_rad = a->yaw_rad + f * (b->yaw_rad - a->yaw_rad),
        .curvature_1pm = a->curvature_1pm + f * (b->curvature_1pm - a->curvature_1pm),
        .speed_mps = a->speed_mps < b->speed_mps ? a->speed_mps : b->speed_mps,
    };
}

static bool cut(const struct path_node *a, const struct path_node *b, double *t, double *u)
{
    double ax = a[1].x_m - a->x_m;
    double ay = a[1].y_m - a->y_m;
    double bx = b[1].x_m - b->x_m;
    double by = b[1].y_m - b->y_m;
    double cross = ax * by - ay * bx;
    if (cross == 0) {
        return false;
    }
    double dx = b->x_m - a->x_m;
    double dy = b->y_m - a->y_m;
    *t = (dx * by - dy * bx) / cross;
    *u = (dx * ay - dy * ax) / cross;
    return *t >= 0 && *t <= 1 && *u >= 0 && *u <= 1;
}

bool path_crossing(const struct path *a, const struct path *b, double *sa_m, double *sb_m)
{
    double reach = a->step_m + b->step_m;
    for (uint32_t i = 0; i + 1 < a->count; i++) {
        for (uint32_t j = 0; j + 1 < b->count;) {
            double t, u;
            const struct path_node *p = &a->nodes[i];
            const struct path_node *q = &b->nodes[j];
            double gap = fm_hypot(p->x_m - q->x_m, p->y_m - q->y_m) - reach;
            if (gap > b->step_m) { /* b cannot come here sooner than its nodes are apart */
                j += (uint32_t)(gap / b->step_m);
                continue;
            }
            if (cut(p, q, &t, &u)) {
                *sa_m = (i + t) * a->step_m;
                *sb_m = (j + u) * b->step_m;
                return true;
            }
            j++;
        }
    }
    return false;
}

double path_nearest(const struct path *path, double x_m, double y_m, double *distance_m)
{
    uint32_t nearest = 0;
    double least = 1e300;
    for (uint32_t i = 0; i < path->count; i++) {
        double dx = path->nodes[i].x_m - x_m;
        double dy = path->nodes[i].y_m - y_m;
        double d = dx * dx + dy * dy;
        if (d < least) {
            least = d;
            nearest = i;
        }
    }
    *distance_m = fm_sqrt(least);
    return nearest * path->step_m;
}
