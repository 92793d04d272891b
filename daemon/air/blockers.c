/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes by cell. In: a tick. Out: who is across a line. Cells are hashed, so a world may
 * reach as far as it likes; a box lies in every cell that it touches, and a line asks the
 * cells that it passes, in order. */
#include "air/blockers.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "air/air.h"
#include "base/fmath.h"

#define BLOCKERS_CELL_M    32.0
#define BLOCKERS_MARGIN_M  1.0 /* a tick's movement */
#define BLOCKERS_TOUCHED   9   /* cells of a box of at most 40 m */
#define BLOCKERS_LENGTH_M  40.0
#define BLOCKERS_LEAST_M   1.0 /* nobody fits in between */
#define BLOCKERS_FAR_BELOW 1.5 /* metres under the line that can not matter up to 400 m */

struct box {
    double x_m, y_m, vx_mps, vy_mps;
    double cos_yaw, sin_yaw, half_length_m, half_width_m, height_m, radius_m;
    uint32_t agent;
};

/* A box in a cell, with what decides nearly always: how far aside of the line it lies. */
struct entry {
    double x_m, y_m;
    int32_t column, row;
    float radius_m; /* with a tick's movement */
    uint32_t box;
};

struct blockers {
    uint32_t agents_most, box_count, entry_count;
    uint32_t buckets; /* a power of two */
    struct box *boxes;
    struct entry *entries, *sorted;
    uint32_t *starts; /* by bucket, one more than there are */
};

void blockers_free(struct blockers *b)
{
    if (b) {
        free(b->boxes);
        free(b->entries);
        free(b->sorted);
        free(b->starts);
        free(b);
    }
}

int blockers_new(struct blockers **out, uint32_t agents_most, struct fail *fail)
{
    struct blockers *b = calloc(1, sizeof *b);
    size_t most = agents_most > 0 ? agents_most : 1;
    if (b) {
        b->agents_most = agents_most;
        b->buckets = 64;
        while (b->buckets < 2 * most) {
            b->buckets *= 2;
        }
        b->boxes = calloc(most, sizeof *b->boxes);
        b->entries = calloc(most * BLOCKERS_TOUCHED, sizeof *b->entries);
        b->sorted = calloc(most * BLOCKERS_TOUCHED, sizeof *b->sorted);
        b->starts = calloc((size_t)b->buckets + 1, sizeof *b->starts);
    }
    if (!b || !b->boxes || !b->entries || !b->sorted || !b->starts) {
        blockers_free(b);
        return fail_set(fail, RESULT_MEMORY, "no memory for %u boxes", agents_most);
    }
    *out = b;
    return 0;
}

bool blockers_any(const struct blockers *b)
{
    return b->box_count > 0;
}

static bool blocks(enum sender_kind kind)
{
    return !kinds_is_vru(kind) && kind != KIND_RSU && kind != KIND_CENTRE &&
           kind != KIND_STATION && kind != KIND_ANIMAL && kind != KIND_UNKNOWN;
}

static uint32_t bucket_of(const struct blockers *b, int32_t column, int32_t row)
{
    uint32_t mixed = (uint32_t)column * 0x9E3779B1u ^ (uint32_t)row * 0x85EBCA77u;
    return (mixed ^ mixed >> 15) & (b->buckets - 1);
}

static int32_t cell_at(double metres)
{
    return (int32_t)fm_floor(metres / BLOCKERS_CELL_M);
}

static void add_box(struct blockers *b, const struct air_stations *s, uint32_t agent)
{
    const struct air_box *from = &s->boxes[agent];
    double length_m =
        from->length_m < BLOCKERS_LENGTH_M ? from->length_m : BLOCKERS_LENGTH_M;
    struct box box = {.x_m = s->x_m[agent],
                      .y_m = s->y_m[agent],
                      .vx_mps = s->vx_mps[agent],
                      .vy_mps = s->vy_mps[agent],
                      .cos_yaw = from->cos_yaw,
                      .sin_yaw = from->sin_yaw,
                      .half_length_m = length_m / 2,
                      .half_width_m = from->width_m / 2,
                      .height_m = from->height_m,
                      .agent = agent};
    double l = box.half_length_m;
    double w = box.half_width_m;
    double wide = fm_abs(box.cos_yaw) * l + fm_abs(box.sin_yaw) * w + BLOCKERS_MARGIN_M;
    double deep = fm_abs(box.sin_yaw) * l + fm_abs(box.cos_yaw) * w + BLOCKERS_MARGIN_M;
    int32_t first_column = cell_at(box.x_m - wide);
    int32_t last_column = cell_at(box.x_m + wide);
    int32_t first_row = cell_at(box.y_m - deep);
    int32_t last_row = cell_at(box.y_m + deep);
    box.radius_m = fm_sqrt(l * l + w * w);
    for (int32_t row = first_row; row <= last_row; row++) {
        for (int32_t column = first_column; column <= last_column; column++) {
            b->entries[b->entry_count++] =
                (struct entry){box.x_m,
                               box.y_m,
                               column,
                               row,
                               (float)(box.radius_m + BLOCKERS_MARGIN_M),
                               b->box_count};
        }
    }
    b->boxes[b->box_count++] = box;
}

/* Counting sort by bucket; within a bucket by agent. */
static void fill_buckets(struct blockers *b)
{
    memset(b->starts, 0, ((size_t)b->buckets + 1) * sizeof b->starts[0]);
    for (uint32_t i = 0; i < b->entry_count; i++) {
        b->starts[bucket_of(b, b->entries[i].column, b->entries[i].row) + 1]++;
    }
    for (uint32_t i = 0; i < b->buckets; i++) {
        b->starts[i + 1] += b->starts[i];
    }
    for (uint32_t i = b->entry_count; i > 0; i--) {
        const struct entry *e = &b->entries[i - 1];
        b->sorted[--b->starts[bucket_of(b, e->column, e->row) + 1]] = *e;
    }
    /* The starts have stepped back to those of the bucket before. */
    memmove(b->starts, b->starts + 1, (size_t)b->buckets * sizeof b->starts[0]);
    b->starts[b->buckets] = b->entry_count;
}

void blockers_place(struct blockers *b, const struct air_stations *s)
{
    b->box_count = 0;
    b->entry_count = 0;
    for (size_t i = 0; s->boxes && i < s->count; i++) {
        if (s->boxes[i].there && blocks((enum sender_kind)s->kinds[i])) {
            add_box(b, s, (uint32_t)i);
        }
    }
    if (b->box_count > 0) {
        fill_buckets(b);
    }
}

/* The part of the line inside a box, as shares of the way; false: it passes. */
static bool cut_box(const struct box *box, const struct obstacle_line *line, double *middle)
{
    double dx = line->b_m[0] - line->a_m[0];
    double dy = line->b_m[1] - line->a_m[1];
    double px = box->x_m - box->vx_mps * line->back_s - line->a_m[0];
    double py = box->y_m - box->vy_mps * line->back_s - line->a_m[1];
    double c = box->cos_yaw;
    double s = box->sin_yaw;
    const double from[2] = {-(c * px + s * py), s * px - c * py};
    const double along[2] = {c * dx + s * dy, c * dy - s * dx};
    const double half[2] = {box->half_length_m, box->half_width_m};
    double in = 0;
    double out = 1;
    for (int axis = 0; axis < 2; axis++) {
        if (along[axis] == 0) {
            if (fm_abs(from[axis]) >= half[axis]) {
                return false;
            }
            continue;
        }
        double one = (-half[axis] - from[axis]) / along[axis];
        double other = (half[axis] - from[axis]) / along[axis];
        double first = one < other ? one : other;
        double last = one < other ? other : one;
        in = first > in ? first : in;
        out = last < out ? last : out;
    }
    *middle = (in + out) / 2;
    return in < out;
}

/* Whoever is noticed twice is a box in several cells. */
struct noticed {
    uint32_t boxes[PROPAGATION_EDGES_MOST];
    uint32_t count;
};

static bool is_new(struct noticed *n, uint32_t box)
{
    uint32_t held = n->count < PROPAGATION_EDGES_MOST ? n->count : PROPAGATION_EDGES_MOST;
    for (uint32_t i = 0; i < held; i++) {
        if (n->boxes[i] == box) {
            return false;
        }
    }
    n->boxes[n->count++ % PROPAGATION_EDGES_MOST] = box;
    return true;
}

static void ask_cell(const struct blockers *b, int32_t column, int32_t row,
                     const struct obstacle_line *line, double least_m,
                     struct noticed *noticed, struct obstacle_found *found)
{
    uint32_t bucket = bucket_of(b, column, row);
    double dx = line->b_m[0] - line->a_m[0];
    double dy = line->b_m[1] - line->a_m[1];
    for (uint32_t i = b->starts[bucket]; i < b->starts[bucket + 1]; i++) {
        const struct entry *e = &b->sorted[i];
        double aside = dx * (e->y_m - line->a_m[1]) - dy * (e->x_m - line->a_m[0]);
        if (fm_abs(aside) > (double)e->radius_m * line->length_m || e->column != column ||
            e->row != row) {
            continue;
        }
        const struct box *box = &b->boxes[e->box];
        double middle;
        if (box->height_m > least_m && box->agent != line->a && box->agent != line->b &&
            cut_box(box, line, &middle) && is_new(noticed, e->box)) {
            obstacle_vehicle(found, line, middle, box->height_m,
                             box->agent | AIR_BLOCKER_AGENT);
        }
    }
}

/* One axis of the walk: the cell, which way it goes, the share of the way at the next
 * border and from border to border. */
struct walk {
    int32_t cell, last, step;
    double next, each;
};

static struct walk walk_along(double from_m, double to_m)
{
    double way_m = to_m - from_m;
    struct walk w = {.cell = cell_at(from_m), .last = cell_at(to_m), .step = 0, .next = 2};
    if (way_m > 0) {
        w.step = 1;
        w.each = BLOCKERS_CELL_M / way_m;
        w.next = ((w.cell + 1) * BLOCKERS_CELL_M - from_m) / way_m;
    } else if (way_m < 0) {
        w.step = -1;
        w.each = -BLOCKERS_CELL_M / way_m;
        w.next = (w.cell * BLOCKERS_CELL_M - from_m) / way_m;
    }
    return w;
}

void blockers_find(const struct blockers *b, const struct obstacle_line *line,
                   struct obstacle_found *found)
{
    if (line->length_m < BLOCKERS_LEAST_M) {
        return;
    }
    struct noticed noticed = {.count = 0};
    struct walk x = walk_along(line->a_m[0], line->b_m[0]);
    struct walk y = walk_along(line->a_m[1], line->b_m[1]);
    double lower = line->a_m[2] < line->b_m[2] ? line->a_m[2] : line->b_m[2];
    double least_m = lower - BLOCKERS_FAR_BELOW;
    for (;;) {
        ask_cell(b, x.cell, y.cell, line, least_m, &noticed, found);
        bool x_ends = x.cell == x.last;
        bool y_ends = y.cell == y.last;
        if (x_ends && y_ends) {
            return;
        }
        if (y_ends || (!x_ends && x.next < y.next)) {
            x.cell += x.step;
            x.next += x.each;
        } else {
            y.cell += y.step;
            y.next += y.each;
        }
    }
}
