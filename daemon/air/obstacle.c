/* SPDX-License-Identifier: Apache-2.0 */
/* A straight line through standing polygons. In: two antennas. Out: what it costs. */
#include "air/obstacle.h"

#include <stdlib.h>

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

/* Where the line meets a polygon, for a building below its top: how often, first and last
 * share of the way. A vehicle's top disturbs also from a little below. */
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
        bool below = wall->vehicle || a[2] + t * (b[2] - a[2]) < wall->height_m;
        if (t > 0 && t < 1 && u > 0 && u < 1 && below) {
            cut.edges++;
            cut.first = t < cut.first ? t : cut.first;
            cut.last = t > cut.last ? t : cut.last;
        }
    }
    return cut;
}

static void take_blocker(struct obstacle_found *found, double share, uint8_t los,
                         uint32_t name)
{
    if (share < found->nearest) {
        found->nearest = share;
        found->los = los;
        found->blocker = name;
    }
}

static double over_line_m(const struct obstacle_line *line,
                          const struct propagation_edge *edge)
{
    double share = line->length_m > 0 ? edge->at_m / line->length_m : 0;
    return edge->height_m - (line->a_m[2] + share * (line->b_m[2] - line->a_m[2]));
}

/* Makes room for one that stands `over_m` over the line; false: all others stand higher. */
static bool make_room(struct obstacle_found *found, const struct obstacle_line *line,
                      double over_m)
{
    if (found->edge_count < PROPAGATION_EDGES_MOST) {
        return true;
    }
    int lowest = 0;
    for (int i = 1; i < found->edge_count; i++) {
        if (over_line_m(line, &found->edges[i]) <
            over_line_m(line, &found->edges[lowest])) {
            lowest = i;
        }
    }
    if (over_line_m(line, &found->edges[lowest]) >= over_m) {
        return false;
    }
    found->edge_count--;
    for (int i = lowest; i < found->edge_count; i++) {
        found->edges[i] = found->edges[i + 1];
    }
    return true;
}

void obstacle_vehicle(struct obstacle_found *found, const struct obstacle_line *line,
                      double share, double height_m, uint32_t name)
{
    struct propagation_edge edge = {share * line->length_m, height_m};
    double over_m = over_line_m(line, &edge);
    if (over_m > 0) {
        take_blocker(found, share, LOS_VEHICLE, name);
    }
    if (!make_room(found, line, over_m)) {
        return;
    }
    int at = found->edge_count++;
    for (; at > 0 && found->edges[at - 1].at_m > edge.at_m; at--) {
        found->edges[at] = found->edges[at - 1];
    }
    found->edges[at] = edge;
}

double obstacle_vehicles_db(const struct obstacle_found *found,
                            const struct obstacle_law *law,
                            const struct obstacle_line *line)
{
    return propagation_edges_db(found->edges, found->edge_count, line->a_m[2], line->b_m[2],
                                line->length_m, law->frequency_ghz);
}

void obstacle_walls(const struct obstacle_near *near, const struct obstacle_law *law,
                    const struct obstacle_line *line, struct obstacle_found *found)
{
    const double *a = line->a_m;
    const double *b = line->b_m;
    double x_min = a[0] < b[0] ? a[0] : b[0];
    double x_max = a[0] < b[0] ? b[0] : a[0];
    double y_min = a[1] < b[1] ? a[1] : b[1];
    double y_max = a[1] < b[1] ? b[1] : a[1];
    for (uint32_t i = 0; i < near->walls.count; i++) {
        const struct wall *wall = &near->walls.all[i];
        if (wall->x_max_m < x_min || wall->x_min_m > x_max || wall->y_max_m < y_min ||
            wall->y_min_m > y_max) {
            continue;
        }
        struct cut cut = cut_of(wall, a, b);
        if (cut.edges == 0) {
            continue;
        }
        if (wall->vehicle) {
            /* One knife edge across the middle of what the line cuts. */
            obstacle_vehicle(found, line, (cut.first + cut.last) / 2, wall->height_m,
                             near->names[i]);
            continue;
        }
        double inside_m = cut.edges > 1 ? (cut.last - cut.first) * line->length_m : 0;
        found->building_db += law->per_wall_db * cut.edges + law->per_metre_db * inside_m;
        take_blocker(found, cut.first, LOS_BUILDING, near->names[i]);
    }
}
