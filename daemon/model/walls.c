/* SPDX-License-Identifier: Apache-2.0 */
/* Straight lines against standing polygons. In: two points. Out: what stands between them
 * first. */
#include "model/walls.h"

#include <string.h>

int walls_add(struct walls *walls, struct arena *arena, const char *id, double height_m,
              const double (*points_m)[2], uint32_t count, bool vehicle, struct fail *fail)
{
    if (count < 3 || count > WALL_POINTS_MOST) {
        return fail_set(fail, RESULT_USAGE, "%s: a polygon has 3 to %d points, this one %u",
                        id, WALL_POINTS_MOST, count);
    }
    if (!walls->all) {
        walls->all = arena_take(arena, WALLS_MOST * sizeof *walls->all);
    }
    if (!walls->all || walls->count == WALLS_MOST) {
        return fail_set(fail, RESULT_USAGE, "%s: more than %d polygons", id, WALLS_MOST);
    }
    double(*points)[2] = arena_take(arena, count * sizeof *points);
    char *name = arena_text(arena, id);
    if (!points || !name) {
        return fail_set(fail, RESULT_MEMORY, "%s: no memory for its polygon", id);
    }
    memcpy(points, points_m, count * sizeof *points);
    struct wall wall = {.id = name,
                        .height_m = height_m,
                        .points_m = (const double(*)[2])points,
                        .point_count = count,
                        .vehicle = vehicle,
                        .x_min_m = points[0][0],
                        .x_max_m = points[0][0],
                        .y_min_m = points[0][1],
                        .y_max_m = points[0][1]};
    for (uint32_t i = 1; i < count; i++) {
        wall.x_min_m = points[i][0] < wall.x_min_m ? points[i][0] : wall.x_min_m;
        wall.x_max_m = points[i][0] > wall.x_max_m ? points[i][0] : wall.x_max_m;
        wall.y_min_m = points[i][1] < wall.y_min_m ? points[i][1] : wall.y_min_m;
        wall.y_max_m = points[i][1] > wall.y_max_m ? points[i][1] : wall.y_max_m;
    }
    walls->all[walls->count++] = wall;
    return 0;
}

static bool inside(const struct wall *wall, double x, double y)
{
    bool in = false;
    for (uint32_t i = 0, j = wall->point_count - 1; i < wall->point_count; j = i++) {
        const double *a = wall->points_m[i];
        const double *b = wall->points_m[j];
        if ((a[1] > y) != (b[1] > y) &&
            x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]) {
            in = !in;
        }
    }
    return in;
}

bool walls_inside(const struct walls *walls, double x_m, double y_m)
{
    for (uint32_t i = 0; i < walls->count; i++) {
        const struct wall *wall = &walls->all[i];
        if (x_m >= wall->x_min_m && x_m <= wall->x_max_m && y_m >= wall->y_min_m &&
            y_m <= wall->y_max_m && inside(wall, x_m, y_m)) {
            return true;
        }
    }
    return false;
}

/* Share of the way from a to b at which the line properly crosses the wall below its top; 2
 * if it does not. */
static double crossing(const struct wall *wall, const double a[3], const double b[3])
{
    double dx = b[0] - a[0];
    double dy = b[1] - a[1];
    double first = 2;
    for (uint32_t i = 0, j = wall->point_count - 1; i < wall->point_count; j = i++) {
        const double *p = wall->points_m[j];
        const double *q = wall->points_m[i];
        double ex = q[0] - p[0];
        double ey = q[1] - p[1];
        double denominator = dx * ey - dy * ex;
        if (denominator == 0) {
            continue;
        }
        double t = ((p[0] - a[0]) * ey - (p[1] - a[1]) * ex) / denominator;
        double u = ((p[0] - a[0]) * dy - (p[1] - a[1]) * dx) / denominator;
        if (t > 0 && t < 1 && u > 0 && u < 1 && t < first &&
            a[2] + t * (b[2] - a[2]) < wall->height_m) {
            first = t;
        }
    }
    return first;
}

int walls_blocker(const struct walls *walls, const double a_m[3], const double b_m[3])
{
    double x_min = a_m[0] < b_m[0] ? a_m[0] : b_m[0];
    double x_max = a_m[0] < b_m[0] ? b_m[0] : a_m[0];
    double y_min = a_m[1] < b_m[1] ? a_m[1] : b_m[1];
    double y_max = a_m[1] < b_m[1] ? b_m[1] : a_m[1];
    int blocker = -1;
    double nearest = 2;
    for (uint32_t i = 0; i < walls->count; i++) {
        const struct wall *wall = &walls->all[i];
        if (wall->x_max_m < x_min || wall->x_min_m > x_max || wall->y_max_m < y_min ||
            wall->y_min_m > y_max) {
            continue;
        }
        double t = crossing(wall, a_m, b_m);
        if (t < nearest) {
            nearest = t;
            blocker = (int)i;
        }
    }
    return blocker;
}
