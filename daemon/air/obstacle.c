/* SPDX-License-Identifier: Apache-2.0 */
/* A straight line through standing polygons. In: two antennas. Out: what it costs. */
#include "air/obstacle.h"

#include <stdlib.h>

#include "air/propagation.h"
#include "base/fmath.h"
#include "model/fate.h"

int obstacle_near_init(struct obstacle_near *near, const struct walls *all,
                       struct fail *fail)
{
    *near = (struct obstacle_near){0};
    if (!all || all->count == 0) {
        return 0;
    }
    near->walls.all = calloc(all->count, sizeof *near->walls.all);
    near->names = calloc(all->count, sizeof *near->names);
    return near->walls.all && near->names
               ? 0
               : fail_set(fail, RESULT_MEMORY, "no memory for %u walls", all->count);
}

void obstacle_near_close(struct obstacle_near *near)
{
    free(near->walls.all);
    free(near->names);
}

void obstacle_gather(struct obstacle_near *near, const struct walls *all, double x_m,
                     double y_m, double range_m)
{
    near->walls.count = 0;
    for (uint32_t i = 0; all && i < all->count; i++) {
        const struct wall *wall = &all->all[i];
        if (wall->x_max_m >= x_m - range_m && wall->x_min_m <= x_m + range_m &&
            wall->y_max_m >= y_m - range_m && wall->y_min_m <= y_m + range_m) {
            near->names[near->walls.count] = i;
            near->walls.all[near->walls.count++] = *wall;
        }
    }
}

/* Where the line meets a polygon below its top: how often, first and last share of the way.
 */
struct cut {
    int edges;
    double first, last;
};

static struct cut cut_of(const struct wall *wall, const double a[3], const double b[3])
{
    struct cut cut = {0, 2, -1};
    double dx = b[0] - a[0];
    double dy = b[1] - a[1];
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
        if (t > 0 && t < 1 && u > 0 && u < 1 && a[2] + t * (b[2] - a[2]) < wall->height_m) {
            cut.edges++;
            cut.first = t < cut.first ? t : cut.first;
            cut.last = t > cut.last ? t : cut.last;
        }
    }
    return cut;
}

/* A standing vehicle is one knife edge across the middle of what it cuts. */
static double vehicle_db(const struct wall *wall, const struct cut *cut,
                         const struct obstacle_law *law, const double a[3],
                         const double b[3], double length_m)
{
    double at = (cut->first + cut->last) / 2;
    double over_m = wall->height_m - (a[2] + at * (b[2] - a[2]));
    double d1 = at * length_m;
    double d2 = length_m - d1;
    d1 = d1 < 0.1 ? 0.1 : d1;
    d2 = d2 < 0.1 ? 0.1 : d2;
    return propagation_edge_db(propagation_edge_v(over_m, d1, d2, law->frequency_ghz));
}

struct obstacle_found obstacle_between(const struct obstacle_near *near,
                                       const struct obstacle_law *law, const double a_m[3],
                                       const double b_m[3])
{
    struct obstacle_found found = {.los = LOS_CLEAR, .blocker = FATE_U32_NULL};
    double nearest = 2;
    double x_min = a_m[0] < b_m[0] ? a_m[0] : b_m[0];
    double x_max = a_m[0] < b_m[0] ? b_m[0] : a_m[0];
    double y_min = a_m[1] < b_m[1] ? a_m[1] : b_m[1];
    double y_max = a_m[1] < b_m[1] ? b_m[1] : a_m[1];
    double dx = b_m[0] - a_m[0];
    double dy = b_m[1] - a_m[1];
    double length_m = fm_sqrt(dx * dx + dy * dy);
    for (uint32_t i = 0; i < near->walls.count; i++) {
        const struct wall *wall = &near->walls.all[i];
        if (wall->x_max_m < x_min || wall->x_min_m > x_max || wall->y_max_m < y_min ||
            wall->y_min_m > y_max) {
            continue;
        }
        struct cut cut = cut_of(wall, a_m, b_m);
        if (cut.edges == 0) {
            continue;
        }
        if (wall->vehicle) {
            double db = vehicle_db(wall, &cut, law, a_m, b_m, length_m);
            found.vehicle_db = db > found.vehicle_db ? db : found.vehicle_db;
        } else {
            double inside_m = cut.edges > 1 ? (cut.last - cut.first) * length_m : 0;
            found.building_db +=
                law->per_wall_db * cut.edges + law->per_metre_db * inside_m;
        }
        if (cut.first < nearest) {
            nearest = cut.first;
            found.los = wall->vehicle ? LOS_VEHICLE : LOS_BUILDING;
            found.blocker = near->names[i];
        }
    }
    return found;
}
