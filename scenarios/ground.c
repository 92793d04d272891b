/* SPDX-License-Identifier: Apache-2.0 */
/* A mover and the map in; its lane, its turn and its distance to the kerb out. */
#include "scenarios/ground.h"

#include "base/fmath.h"

#define REACH_M 15.0 /* further from any lane it does not matter how far */

struct bounds {
    double x_min_m, x_max_m, y_min_m, y_max_m;
};

struct ground_map {
    const struct map *map;
    struct bounds *bounds; /* per lane */
};

int ground_new(struct ground_map **ground, const struct map *map, struct arena *arena,
               struct fail *fail)
{
    struct ground_map *g = arena_take(arena, sizeof *g);
    *ground = g;
    if (g) {
        g->map = map;
        g->bounds = arena_take(arena, (map->lane_count + (size_t)1) * sizeof *g->bounds);
    }
    if (!g || !g->bounds) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %u lanes", map->lane_count);
    }
    for (uint32_t i = 0; i < map->lane_count; i++) {
        const struct path *p = &map->lanes[i].path;
        struct bounds *b = &g->bounds[i];
        *b = (struct bounds){1e9, -1e9, 1e9, -1e9};
        for (uint32_t k = 0; k < p->count; k++) {
            b->x_min_m = p->nodes[k].x_m < b->x_min_m ? p->nodes[k].x_m : b->x_min_m;
            b->x_max_m = p->nodes[k].x_m > b->x_max_m ? p->nodes[k].x_m : b->x_max_m;
            b->y_min_m = p->nodes[k].y_m < b->y_min_m ? p->nodes[k].y_m : b->y_min_m;
            b->y_max_m = p->nodes[k].y_m > b->y_max_m ? p->nodes[k].y_m : b->y_max_m;
        }
    }
    return 0;
}

static double to_segment_m(const double p[2], const double q[2], double x_m, double y_m)
{
    double ux = q[0] - p[0], uy = q[1] - p[1], length2 = ux * ux + uy * uy;
    double t = length2 > 0 ? ((x_m - p[0]) * ux + (y_m - p[1]) * uy) / length2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return fm_hypot(x_m - p[0] - t * ux, y_m - p[1] - t * uy);
}

static bool on_walk(const struct map_walk *walks, uint32_t count, double x_m, double y_m)
{
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k + 1 < walks[i].point_count; k++) {
            if (to_segment_m(walks[i].points_m[k], walks[i].points_m[k + 1], x_m, y_m) <=
                walks[i].width_m / 2) {
                return true;
            }
        }
    }
    return false;
}

/* Distance to the nearest edge of any lane, negative on it; the direction of that lane. */
static double kerb_m(const struct ground_map *g, double x_m, double y_m, double *yaw_rad)
{
    double least = REACH_M;
    for (uint32_t i = 0; i < g->map->lane_count; i++) {
        const struct map_lane *lane = &g->map->lanes[i];
        const struct bounds *b = &g->bounds[i];
        double reach = least + lane->width_m / 2, distance;
        if (x_m < b->x_min_m - reach || x_m > b->x_max_m + reach ||
            y_m < b->y_min_m - reach || y_m > b->y_max_m + reach) {
            continue;
        }
        double at = path_nearest(&lane->path, x_m, y_m, &distance);
        if (distance - lane->width_m / 2 < least) {
            least = distance - lane->width_m / 2;
            *yaw_rad = path_at(&lane->path, at).yaw_rad;
        }
    }
    return least;
}

static void next_turn(const struct map *map, const struct motion_mover *v, struct ground *g)
{
    const struct map_lane *here = &map->lanes[v->legs[v->leg].lane];
    if (here->connection) {
        g->turn = (enum ground_turn)here->turn;
        g->turn_in_m = 0;
    } else if (v->leg + 1 < v->leg_count && v->legs[v->leg + 1].lane != MAP_NONE) {
        g->turn = (enum ground_turn)map->lanes[v->legs[v->leg + 1].lane].turn;
        g->turn_in_m = here->path.length_m - v->s_m;
    }
}

struct ground ground_of(const struct ground_map *ground, const struct motion *motion,
                        uint32_t agent)
{
    const struct motion_mover *v = &motion->movers[agent];
    const struct state *s = &motion->now[agent];
    const struct map *map = ground->map;
    struct ground g = {.known = map->lane_count > 0, .turn_in_m = -1, .kerb_m = REACH_M};
    if (v->leg_count > 0 && v->legs[v->leg].lane != MAP_NONE) {
        const struct map_lane *lane = &map->lanes[v->legs[v->leg].lane];
        g.lane = g.on_road = true;
        g.lane_width_m = lane->width_m;
        g.limit_mps = lane->speed_mps;
        g.aside_m = v->d_m;
        g.aside_mps = v->d_rate_mps;
        g.moves_aside_m = v->shift_s > 0 ? v->d_to_m - v->d_from_m : 0;
        g.kerb_m = fm_abs(v->d_m) - lane->width_m / 2;
        g.lane_yaw_rad = path_at(&lane->path, v->s_m).yaw_rad;
        next_turn(map, v, &g);
    } else if (g.known) {
        g.kerb_m = kerb_m(ground, s->x_m, s->y_m, &g.lane_yaw_rad);
        g.on_road = g.kerb_m < 0;
    }
    g.on_crosswalk = on_walk(map->crosswalks, map->crosswalk_count, s->x_m, s->y_m);
    g.on_sidewalk = on_walk(map->sidewalks, map->sidewalk_count, s->x_m, s->y_m);
    return g;
}
