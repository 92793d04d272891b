/* SPDX-License-Identifier: Apache-2.0 */
/* Draws a scenario in plan view. In: a scenario file, or a dataset (its config.yaml). Out:
 * an SVG: lanes, crosswalks, buildings, everybody's way with a mark every second, boxes at
 * the moment that matters most, hard braking and contact. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "scenarios/map.h"
#include "scenarios/world.h"

#define STEP_TICKS 10 /* a point of a way every 100 ms */
#define HARD_MPS2  4.0
#define NAMED_MOST 40 /* beyond that many agents only the two that matter are named */
#define PICTURE_PX 1100.0
#define HEAD_PX    58.0
#define FOOT_PX    34.0

struct way {
    double (*points)[2];
    bool *present;
    double *yaw;
    double hard_m[2];
    bool hard, moved;
};

struct picture {
    struct scenario *scenario;
    struct world *world;
    struct way *ways;
    uint32_t agents;
    int points, points_most;
    uint32_t ego, other; /* the pair that matters; AGENT_NONE: nobody */
    double least_ttc_s, t_s;
    int at; /* the point of that moment */
    bool contact;
    double box[4]; /* x0, y0, x1, y1 */
    bool boxed;
};

static const char *const colours[] = {"#1f6fb4", "#c2571a", "#2c8a4b", "#8a4fa3",
                                      "#a8852a", "#3a8fa0", "#b0476f", "#5b6770"};

static double box_ttc(const struct agent *p, const struct state *a, const struct agent *q,
                      const struct state *b)
{
    double t_in = 0;
    double t_out = 1e9;
    double dx = b->x_m - a->x_m;
    double dy = b->y_m - a->y_m;
    double vx = b->speed_mps * cos(b->yaw_rad) - a->speed_mps * cos(a->yaw_rad);
    double vy = b->speed_mps * sin(b->yaw_rad) - a->speed_mps * sin(a->yaw_rad);
    for (int axis = 0; axis < 4; axis++) {
        double yaw = (axis < 2 ? a->yaw_rad : b->yaw_rad) + (axis % 2) * acos(-1) / 2;
        double r = 0.5 * (p->length_m * fabs(cos(yaw - a->yaw_rad)) +
                          p->width_m * fabs(sin(yaw - a->yaw_rad)) +
                          q->length_m * fabs(cos(yaw - b->yaw_rad)) +
                          q->width_m * fabs(sin(yaw - b->yaw_rad)));
        double d = cos(yaw) * dx + sin(yaw) * dy;
        double w = cos(yaw) * vx + sin(yaw) * vy;
        if (fabs(w) < 1e-9) {
            if (fabs(d) > r) {
                return 99;
            }
            continue;
        }
        double ta = (-r - d) / w;
        double tb = (r - d) / w;
        t_in = fmax(t_in, fmin(ta, tb));
        t_out = fmin(t_out, fmax(ta, tb));
    }
    return t_in > t_out || t_out < 0 ? 99 : t_in;
}

static void judge(struct picture *p, const struct source_tick *t, double t_s)
{
    const struct scenario *s = p->scenario;
    for (uint32_t e = 0; e < t->agent_count; e++) {
        bool asked =
            s->expect_ego == SCENARIO_EGO_ANY ? s->agents[e].ego : e == s->expect_ego;
        for (uint32_t o = 0; asked && t->truth[e].present && o < t->agent_count; o++) {
            const struct state *a = &t->truth[e];
            const struct state *b = &t->truth[o];
            if (o == e || !b->present || s->agents[o].kind == KIND_RSU ||
                (s->expect_other != SCENARIO_EGO_ANY && s->expect_other != o) ||
                hypot(a->x_m - b->x_m, a->y_m - b->y_m) > 150 || p->contact) {
                continue;
            }
            double ttc = box_ttc(&t->agents[e], a, &t->agents[o], b);
            if (ttc < p->least_ttc_s) {
                p->least_ttc_s = ttc;
                p->ego = e;
                p->other = o;
                p->t_s = t_s;
                p->at = p->points;
                p->contact = ttc == 0;
            }
        }
    }
}

static int take_memory(struct picture *p, struct fail *fail)
{
    p->points_most = (int)(p->scenario->duration_s * 100 / STEP_TICKS) + 3;
    p->ways = calloc(p->agents, sizeof *p->ways);
    for (uint32_t i = 0; p->ways && i < p->agents; i++) {
        struct way *w = &p->ways[i];
        w->points = calloc((size_t)p->points_most, sizeof *w->points);
        w->present = calloc((size_t)p->points_most, sizeof *w->present);
        w->yaw = calloc((size_t)p->points_most, sizeof *w->yaw);
        if (!w->points || !w->present || !w->yaw) {
            return fail_set(fail, RESULT_MEMORY, "no memory for %u ways", p->agents);
        }
    }
    return p->ways ? 0 : fail_set(fail, RESULT_MEMORY, "no memory for %u ways", p->agents);
}

static int watch(struct picture *p, struct fail *fail)
{
    struct source source = world_source(p->world);
    struct source_tick t;
    for (int k = 0; source.tick(source.self, &t, fail) == 1; k++) {
        judge(p, &t, (k + 1) * 0.01);
        for (uint32_t i = 0; i < p->agents; i++) {
            const struct state *s = &t.truth[i];
            struct way *w = &p->ways[i];
            if (s->present && !w->hard && s->accel_mps2 < -HARD_MPS2) {
                w->hard = true;
                w->hard_m[0] = s->x_m;
                w->hard_m[1] = s->y_m;
            }
            w->moved = w->moved || (s->present && s->speed_mps > 0.05);
            if (k % STEP_TICKS == 0) {
                w->points[p->points][0] = s->x_m;
                w->points[p->points][1] = s->y_m;
                w->yaw[p->points] = s->yaw_rad;
                w->present[p->points] = s->present;
            }
        }
        p->points += k % STEP_TICKS == 0 && p->points + 1 < p->points_most;
    }
    p->at = p->at < p->points ? p->at : p->points - 1;
    return 0;
}

/* What is shown: around the pair that matters, wide enough for the way that led there. */
static void choose_box(struct picture *p)
{
    double x = 0;
    double y = 0;
    double half = 60;
    if (p->boxed) {
        return;
    }
    if (p->ego != AGENT_NONE) {
        const struct way *a = &p->ways[p->ego];
        const struct way *b = &p->ways[p->other];
        x = 0.5 * (a->points[p->at][0] + b->points[p->at][0]);
        y = 0.5 * (a->points[p->at][1] + b->points[p->at][1]);
        double apart = hypot(a->points[p->at][0] - b->points[p->at][0],
                             a->points[p->at][1] - b->points[p->at][1]);
        half = fmax(42, 1.2 * apart);
    }
    p->box[0] = x - half;
    p->box[1] = y - 0.5 * half;
    p->box[2] = x + half;
    p->box[3] = y + 0.5 * half;
}

static void put_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '<' || *text == '&' || *text == '>') {
            fprintf(out, "&#%d;", *text);
        } else {
            fputc(*text, out);
        }
    }
}

static void put_points(FILE *out, const double (*points)[2], uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        fprintf(out, "%s%.1f,%.1f", i ? " " : "", points[i][0], -points[i][1]);
    }
}

static void put_lines(FILE *out, const struct map *map, bool connections, double shrink,
                      const char *colour)
{
    for (uint32_t i = 0; i < map->lane_count; i++) {
        const struct map_lane *lane = &map->lanes[i];
        if (lane->connection == connections) {
            fprintf(out, "<polyline points=\"");
            put_points(out, lane->points_m, lane->point_count);
            fprintf(out,
                    "\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.2f\" "
                    "stroke-linejoin=\"round\"/>\n",
                    colour, lane->width_m - shrink);
        }
    }
}

static void put_walks(FILE *out, const struct map_walk *walks, uint32_t count, bool zebra)
{
    for (uint32_t i = 0; i < count; i++) {
        fprintf(out, "<polyline points=\"");
        put_points(out, walks[i].points_m, walks[i].point_count);
        fprintf(out, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\"%s/>\n",
                zebra ? "#fff" : "#e9e4d8", walks[i].width_m,
                zebra ? " stroke-dasharray=\"0.5 0.5\"" : "");
    }
}

static void put_stops(FILE *out, const struct map *map)
{
    for (uint32_t i = 0; i < map->lane_count; i++) {
        const struct map_lane *lane = &map->lanes[i];
        if (lane->connection || lane->stop_m < 0) {
            continue;
        }
        struct path_point at = path_at(&lane->path, lane->stop_m);
        double half = 0.5 * lane->width_m - 0.2;
        fprintf(out,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#fff\" "
                "stroke-width=\".5\"/>\n",
                at.x_m - half * sin(at.yaw_rad), -(at.y_m + half * cos(at.yaw_rad)),
                at.x_m + half * sin(at.yaw_rad), -(at.y_m - half * cos(at.yaw_rad)));
    }
}

static void put_ground(FILE *out, const struct picture *p)
{
    const struct map *map = p->scenario->map;
    const struct walls *walls = world_walls(p->world);
    put_walks(out, map->sidewalks, map->sidewalk_count, false);
    for (uint32_t i = 0; i < map->area_count; i++) {
        fprintf(out, "<polygon points=\"");
        put_points(out, map->areas[i].points_m, map->areas[i].point_count);
        fprintf(out, "\" fill=\"#e9e4d8\"/>\n");
    }
    put_lines(out, map, false, 0, "#f4f4f2");
    put_lines(out, map, false, 0.18, "#c9ccd0");
    put_lines(out, map, true, 0, "#c9ccd0");
    put_walks(out, map->crosswalks, map->crosswalk_count, true);
    put_stops(out, map);
    for (uint32_t i = 0; i < walls->count; i++) {
        const struct wall *w = &walls->all[i];
        fprintf(out, "<polygon points=\"");
        put_points(out, w->points_m, w->point_count);
        fprintf(out, "\" fill=\"%s\" stroke=\"%s\" stroke-width=\".2\"/>\n",
                w->vehicle ? "#8d949b" : "#d8cbb6", w->vehicle ? "#61676d" : "#b3a488");
    }
}

static bool shown(const struct picture *p, double x, double y)
{
    return x > p->box[0] && x < p->box[2] && y > p->box[1] && y < p->box[3];
}

static bool matters(const struct picture *p, uint32_t agent)
{
    return agent == p->ego || agent == p->other;
}

/* The ego is blue, whom it meets red, the others take turns. */
static const char *colour_of(const struct picture *p, uint32_t agent)
{
    static const char *const meets = "#d02b2b";
    if (agent == p->other) {
        return meets;
    }
    return agent == p->ego ? colours[0] : colours[1 + agent % 7];
}

static void put_way(FILE *out, const struct picture *p, uint32_t agent, double unit)
{
    const struct way *w = &p->ways[agent];
    bool pen = false;
    double weight = matters(p, agent) ? 2.2 : 1.1;
    fprintf(out, "<path d=\"");
    for (int i = 0; i < p->points; i += 5) {
        bool on = w->present[i] && fabs(w->points[i][0]) < 1e5;
        if (on) {
            fprintf(out, "%s%.1f %.1f", pen ? "L" : "M", w->points[i][0], -w->points[i][1]);
        }
        pen = on;
    }
    fprintf(out,
            "\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.2f\" stroke-opacity=\"%s\" "
            "stroke-linecap=\"round\"/>\n",
            colour_of(p, agent), weight * unit, matters(p, agent) ? ".9" : ".55");
    if (p->agents > NAMED_MOST && !matters(p, agent)) {
        return;
    }
    for (int i = 9; i < p->points; i += 10) { /* whole seconds */
        double x = w->points[i][0];
        double y = w->points[i][1];
        int second = (i + 1) / 10;
        bool still =
            i >= 10 && hypot(x - w->points[i - 10][0], y - w->points[i - 10][1]) < 0.3;
        if (!w->present[i] || !shown(p, x, y) || still) {
            continue;
        }
        fprintf(out,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.2f\" fill=\"#fff\" stroke=\"%s\" "
                "stroke-width=\"%.2f\"/>\n",
                x, -y, (matters(p, agent) ? 2.6 : 1.8) * unit, colour_of(p, agent), unit);
        if (matters(p, agent) && second % 2 == 0) {
            fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" class=\"t\">%d s</text>\n",
                    x + (agent == p->other ? 7 : -8) * unit,
                    -y + (agent == p->other ? 4 : -9) * unit, second);
        }
    }
}

static void put_box(FILE *out, const struct picture *p, uint32_t agent, double unit)
{
    const struct way *w = &p->ways[agent];
    const struct scenario_agent *who = &p->scenario->agents[agent];
    double x = w->points[p->at][0];
    double y = w->points[p->at][1];
    if (!w->present[p->at] || !shown(p, x, y)) {
        return;
    }
    if (who->kind == KIND_RSU) {
        fprintf(out, "<path d=\"M%.1f %.1fl%.2f %.2fh%.2fz\" fill=\"#333\"/>\n", x,
                -y - 7 * unit, 6 * unit, 12 * unit, -12 * unit);
    } else {
        fprintf(out,
                "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" rx=\"%.2f\" "
                "fill=\"%s\" stroke=\"#222\" stroke-width=\"%.2f\" "
                "transform=\"translate(%.2f %.2f) rotate(%.1f)\"/>\n",
                -who->length_m / 2, -who->width_m / 2, who->length_m, who->width_m,
                fmin(0.5, who->width_m / 4), colour_of(p, agent), 0.8 * unit, x, -y,
                -w->yaw[p->at] * 180 / acos(-1));
    }
    if (p->agents <= NAMED_MOST || matters(p, agent)) {
        double side = agent == p->other ? 26 : agent == p->ego ? -34 : 8;
        double down = agent == p->other ? -14 : agent == p->ego ? 28 : 19;
        fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" class=\"n\" fill=\"%s\">",
                x + side * unit, -y + down * unit,
                who->kind == KIND_RSU ? "#333" : colour_of(p, agent));
        put_text(out, who->id);
        fprintf(out, "</text>\n");
    }
}

static void put_events(FILE *out, const struct picture *p, double unit)
{
    for (uint32_t i = 0; i < p->agents && p->agents <= NAMED_MOST; i++) {
        const struct way *w = &p->ways[i];
        if (w->hard && shown(p, w->hard_m[0], w->hard_m[1])) {
            fprintf(out,
                    "<path d=\"M%.1f %.1fl%.2f %.2fh%.2fz\" fill=\"#d02b2b\" "
                    "stroke=\"#fff\" stroke-width=\"%.2f\"/>\n",
                    w->hard_m[0], -w->hard_m[1] + 5 * unit, -5 * unit, -10 * unit,
                    10 * unit, 0.8 * unit);
        }
    }
    if (p->ego == AGENT_NONE) {
        return;
    }
    double x = p->ways[p->other].points[p->at][0];
    double y = -p->ways[p->other].points[p->at][1];
    fprintf(out,
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.2f\" fill=\"none\" stroke=\"#d02b2b\" "
            "stroke-width=\"%.2f\"%s/>\n",
            x, y, 20 * unit, 1.6 * unit, p->contact ? "" : " stroke-dasharray=\".6 .6\"");
}

static void put_legend(FILE *out, const struct picture *p, double unit)
{
    const struct scenario *s = p->scenario;
    double x = p->box[0] + 14 * unit;
    double top = -p->box[3] - HEAD_PX * unit;
    double bottom = -p->box[1] + FOOT_PX * unit;
    double bar = p->box[2] - p->box[0] > 150 ? 50 : 10;
    fprintf(out,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#fff\" "
            "/>\n",
            p->box[0], top, p->box[2] - p->box[0], HEAD_PX * unit);
    fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" class=\"h\">", x, top + 24 * unit);
    put_text(out, s->name);
    fprintf(out, "</text>\n<text x=\"%.1f\" y=\"%.1f\" class=\"c\">", x, top + 46 * unit);
    put_text(out, s->caption);
    fprintf(out,
            "</text>\n<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
            "fill=\"#fff\" />\n",
            p->box[0], bottom - FOOT_PX * unit, p->box[2] - p->box[0], FOOT_PX * unit);
    fprintf(out,
            "<path d=\"M%.1f %.1fh%.1fm0 %.2fv%.2fm%.1f %.2fv%.2f\" stroke=\"#222\" "
            "stroke-width=\"%.2f\" fill=\"none\"/>\n<text x=\"%.1f\" y=\"%.1f\" "
            "class=\"c\">%g m</text>\n",
            x, bottom - 14 * unit, bar, -4 * unit, 8 * unit, -bar, -8 * unit, 8 * unit,
            1.4 * unit, x + bar + 8 * unit, bottom - 10 * unit, bar);
    fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" class=\"c\" text-anchor=\"end\">",
            p->box[2] - 14 * unit, bottom - 10 * unit);
    if (p->ego != AGENT_NONE) {
        fprintf(out, "boxes at %.2f s: ", p->t_s);
        put_text(out, s->agents[p->ego].id);
        fprintf(out, " and ");
        put_text(out, s->agents[p->other].id);
        fprintf(out, p->contact ? " touch" : ", least time to collision %.2f s",
                p->least_ttc_s);
    }
    fprintf(out, ". Circles: a second each. Triangle: hard braking.</text>\n");
}

static int draw(const struct picture *p, const char *path, struct fail *fail)
{
    FILE *out = path ? fopen(path, "wb") : stdout;
    if (!out) {
        return fail_set(fail, RESULT_WORLD, "%.200s: %s", path, strerror(errno));
    }
    double wide = p->box[2] - p->box[0];
    double high = p->box[3] - p->box[1];
    double unit = wide / PICTURE_PX; /* metres per pixel at full size */
    double tall = high + (HEAD_PX + FOOT_PX) * unit;
    fprintf(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"%.2f %.2f %.2f %.2f\" "
        "width=\"%.0f\" height=\"%.0f\" font-family=\"DejaVu Sans, Arial, sans-serif\">\n"
        "<style>.h{font-size:%.2fpx;font-weight:bold}.c{font-size:%.2fpx}"
        ".n{font-size:%.2fpx;font-weight:bold;paint-order:stroke;stroke:#fff;"
        "stroke-width:%.2fpx}.t{font-size:%.2fpx;fill:#333;paint-order:stroke;"
        "stroke:#fff;stroke-width:%.2fpx}</style>\n"
        "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"#eef0ea\"/>\n",
        p->box[0], -p->box[3] - HEAD_PX * unit, wide, tall, PICTURE_PX,
        PICTURE_PX * tall / wide, 20 * unit, 14 * unit, 13 * unit, 3 * unit, 10.5 * unit,
        2.4 * unit, p->box[0], -p->box[3], wide, high);
    put_ground(out, p);
    for (uint32_t i = 0; i < p->agents; i++) {
        if (p->ways[i].moved && !matters(p, i)) {
            put_way(out, p, i, unit);
        }
    }
    for (uint32_t i = 0; i < p->agents; i++) {
        if (p->ways[i].moved && matters(p, i)) {
            put_way(out, p, i, unit);
        }
    }
    for (uint32_t i = 0; i < p->agents; i++) {
        put_box(out, p, i, unit);
    }
    put_events(out, p, unit);
    put_legend(out, p, unit);
    fprintf(out, "</svg>\n");
    bool bad = ferror(out) != 0;
    bad = (path ? fclose(out) : fflush(out)) != 0 || bad;
    return bad ? fail_set(fail, RESULT_WORLD, "%.200s: cannot be written",
                          path ? path : "-")
               : 0;
}

static void close_picture(struct picture *p)
{
    for (uint32_t i = 0; p->ways && i < p->agents; i++) {
        free(p->ways[i].points);
        free(p->ways[i].present);
        free(p->ways[i].yaw);
    }
    free(p->ways);
    world_free(p->world);
    scenario_free(p->scenario);
}

static int make(struct picture *p, const char *in, const uint64_t *seed, const char *out,
                struct fail *fail)
{
    struct scenario_options options = {NULL, 0, seed, NULL};
    struct stat st;
    char path[1024];
    bool folder = stat(in, &st) == 0 && S_ISDIR(st.st_mode);
    snprintf(path, sizeof path, "%s%s", in, folder ? "/config.yaml" : "");
    int result = scenario_load(path, &options, &p->scenario, NULL, fail);
    if (result == 0) {
        result = world_new(p->scenario, p->scenario->seed, &p->world, fail);
    }
    if (result == 0) {
        p->agents = p->scenario->agent_count;
        result = take_memory(p, fail);
    }
    if (result == 0) {
        result = watch(p, fail);
    }
    if (result == 0) {
        choose_box(p);
        result = draw(p, out, fail);
    }
    return result;
}

int main(int argc, char **argv)
{
    static const char usage[] =
        "usage: draw-scenario FILE.yaml|DATASET [-o OUT.svg] [--seed N] [--box "
        "X0,Y0,X1,Y1]\n"
        "Draws a scenario in plan view; --box in metres east and north of its origin.\n";
    struct picture p = {.ego = AGENT_NONE, .other = AGENT_NONE, .least_ttc_s = 90};
    struct fail fail = {0};
    const char *in = NULL;
    const char *out = NULL;
    uint64_t seed = 0;
    bool seeded = false;
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--help") == 0) {
            fputs(usage, stdout);
            return 0;
        }
        if (strcmp(argv[i], "-o") == 0 && more) {
            out = argv[++i];
        } else if (strcmp(argv[i], "--seed") == 0 && more) {
            seed = strtoull(argv[++i], NULL, 10);
            seeded = true;
        } else if (strcmp(argv[i], "--box") == 0 && more) {
            p.boxed = sscanf(argv[++i], "%lf,%lf,%lf,%lf", &p.box[0], &p.box[1], &p.box[2],
                             &p.box[3]) == 4 &&
                      p.box[2] > p.box[0] && p.box[3] > p.box[1];
        } else if (!in && argv[i][0] != '-') {
            in = argv[i];
        } else {
            fputs(usage, stderr);
            return 2;
        }
    }
    if (!in) {
        fputs(usage, stderr);
        return 2;
    }
    int result = make(&p, in, seeded ? &seed : NULL, out, &fail);
    if (result != 0) {
        fprintf(stderr, "draw-scenario: %s\n", fail.text);
    }
    close_picture(&p);
    return result == 0 ? 0 : result == RESULT_USAGE ? 2 : 1;
}
