/* SPDX-License-Identifier: Apache-2.0 */
/* The grid of receivers. In: positions and velocities at the end of a tick. Out: who is in
 * range of a point at an instant within it. The receivers are kept twice: by agent index
 * for small or crowded questions, by cell for the others; a bit per receiver turns the
 * order of the cells back into that of the agents. */
#include "air/nearby.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "air/air.h"
#include "base/fmath.h"

/* Below this many receivers asking everybody is quicker than the grid. */
#define NEARBY_BRUTE_MOST 64

struct places {
    double *x_m, *y_m, *vx_mps, *vy_mps;
};

struct nearby {
    uint32_t agents_most, count;
    double range_m, speed_most_mps;
    struct tai t;
    uint32_t *agents;             /* by position in the list, ascending */
    struct places listed, celled; /* the same, in list order and in cell order */
    uint32_t *cell_list;          /* cell order -> position in the list */
    uint32_t *cell_of;            /* position in the list -> cell */
    double x0_m, y0_m, cell_m;
    int columns, rows;
    uint32_t starts[NEARBY_CELLS_MOST * NEARBY_CELLS_MOST + 1];
};

struct nearby_scratch {
    uint64_t *bits; /* all zero between questions */
    struct nearby_hit *hits;
    double *squares; /* squared distance by position in the list */
};

static void places_free(struct places *p)
{
    free(p->x_m);
    free(p->y_m);
    free(p->vx_mps);
    free(p->vy_mps);
}

static bool places_take(struct places *p, size_t count)
{
    p->x_m = calloc(count, sizeof *p->x_m);
    p->y_m = calloc(count, sizeof *p->y_m);
    p->vx_mps = calloc(count, sizeof *p->vx_mps);
    p->vy_mps = calloc(count, sizeof *p->vy_mps);
    return p->x_m && p->y_m && p->vx_mps && p->vy_mps;
}

void nearby_free(struct nearby *nearby)
{
    if (nearby) {
        places_free(&nearby->listed);
        places_free(&nearby->celled);
        free(nearby->agents);
        free(nearby->cell_list);
        free(nearby->cell_of);
        free(nearby);
    }
}

void nearby_scratch_free(struct nearby_scratch *scratch)
{
    if (scratch) {
        free(scratch->bits);
        free(scratch->hits);
        free(scratch->squares);
        free(scratch);
    }
}

int nearby_new(struct nearby **out, uint32_t agents_most, double range_m, struct fail *fail)
{
    struct nearby *nearby = calloc(1, sizeof *nearby);
    if (!nearby) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the grid");
    }
    size_t most = agents_most > 0 ? agents_most : 1;
    nearby->agents_most = agents_most;
    nearby->range_m = range_m;
    nearby->agents = calloc(most, sizeof *nearby->agents);
    nearby->cell_list = calloc(most, sizeof *nearby->cell_list);
    nearby->cell_of = calloc(most, sizeof *nearby->cell_of);
    bool taken = places_take(&nearby->listed, most);
    taken = places_take(&nearby->celled, most) && taken;
    if (!taken || !nearby->agents || !nearby->cell_list || !nearby->cell_of) {
        nearby_free(nearby);
        return fail_set(fail, RESULT_MEMORY, "no memory for %u stations", agents_most);
    }
    *out = nearby;
    return 0;
}

int nearby_scratch_new(struct nearby_scratch **out, uint32_t agents_most, struct fail *fail)
{
    struct nearby_scratch *scratch = calloc(1, sizeof *scratch);
    if (!scratch) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %u stations", agents_most);
    }
    size_t most = agents_most > 0 ? agents_most : 1;
    scratch->bits = calloc((most + 63) / 64, sizeof *scratch->bits);
    scratch->hits = calloc(most, sizeof *scratch->hits);
    scratch->squares = calloc(most, sizeof *scratch->squares);
    if (!scratch->bits || !scratch->hits || !scratch->squares) {
        nearby_scratch_free(scratch);
        return fail_set(fail, RESULT_MEMORY, "no memory for %u stations", agents_most);
    }
    *out = scratch;
    return 0;
}

static int clamp(double value, int most)
{
    return value <= 0 ? 0 : value >= most ? most : (int)value;
}

static void size_grid(struct nearby *n)
{
    double x1 = n->listed.x_m[0];
    double y1 = n->listed.y_m[0];
    n->x0_m = x1;
    n->y0_m = y1;
    for (uint32_t i = 1; i < n->count; i++) {
        double x = n->listed.x_m[i];
        double y = n->listed.y_m[i];
        n->x0_m = x < n->x0_m ? x : n->x0_m;
        x1 = x > x1 ? x : x1;
        n->y0_m = y < n->y0_m ? y : n->y0_m;
        y1 = y > y1 ? y : y1;
    }
    double width = x1 - n->x0_m > y1 - n->y0_m ? x1 - n->x0_m : y1 - n->y0_m;
    n->cell_m = n->range_m / 2;
    if (width / n->cell_m >= NEARBY_CELLS_MOST - 1) {
        n->cell_m = width / (NEARBY_CELLS_MOST - 1);
    }
    n->columns = clamp((x1 - n->x0_m) / n->cell_m, NEARBY_CELLS_MOST - 1) + 1;
    n->rows = clamp((y1 - n->y0_m) / n->cell_m, NEARBY_CELLS_MOST - 1) + 1;
}

/* Counting sort of the receivers by cell, row by row. */
static void fill_cells(struct nearby *n)
{
    size_t cells = (size_t)n->columns * (size_t)n->rows;
    memset(n->starts, 0, (cells + 1) * sizeof n->starts[0]);
    for (uint32_t i = 0; i < n->count; i++) {
        int column = clamp((n->listed.x_m[i] - n->x0_m) / n->cell_m, n->columns - 1);
        int row = clamp((n->listed.y_m[i] - n->y0_m) / n->cell_m, n->rows - 1);
        n->cell_of[i] = (uint32_t)(row * n->columns + column);
        n->starts[n->cell_of[i]]++;
    }
    uint32_t sum = 0;
    for (size_t c = 0; c <= cells; c++) {
        uint32_t here = n->starts[c];
        n->starts[c] = sum;
        sum += here;
    }
    /* The starts run ahead while the cells fill, then step back by one cell. */
    for (uint32_t i = 0; i < n->count; i++) {
        uint32_t at = n->starts[n->cell_of[i]]++;
        n->cell_list[at] = i;
        n->celled.x_m[at] = n->listed.x_m[i];
        n->celled.y_m[at] = n->listed.y_m[i];
        n->celled.vx_mps[at] = n->listed.vx_mps[i];
        n->celled.vy_mps[at] = n->listed.vy_mps[i];
    }
    memmove(n->starts + 1, n->starts, cells * sizeof n->starts[0]);
    n->starts[0] = 0;
}

void nearby_place(struct nearby *n, const struct air_stations *stations)
{
    assert(stations->count <= n->agents_most);
    n->t = stations->t;
    n->count = 0;
    double square_most = 0;
    for (size_t i = 0; i < stations->count; i++) {
        if (!stations->receives[i]) {
            continue;
        }
        uint32_t at = n->count++;
        double vx = stations->vx_mps[i];
        double vy = stations->vy_mps[i];
        n->agents[at] = (uint32_t)i;
        n->listed.x_m[at] = stations->x_m[i];
        n->listed.y_m[at] = stations->y_m[i];
        n->listed.vx_mps[at] = vx;
        n->listed.vy_mps[at] = vy;
        square_most = vx * vx + vy * vy > square_most ? vx * vx + vy * vy : square_most;
    }
    n->speed_most_mps = fm_sqrt(square_most);
    if (n->count > NEARBY_BRUTE_MOST) {
        size_grid(n);
        fill_cells(n);
    }
}

size_t nearby_count(const struct nearby *nearby)
{
    return nearby->count;
}

/* The question: a point, and how far back the receivers have to be moved. */
struct question {
    double x_m, y_m, back_s, square;
};

static double square_of(const struct places *p, size_t i, const struct question *q)
{
    double dx = p->x_m[i] - p->vx_mps[i] * q->back_s - q->x_m;
    double dy = p->y_m[i] - p->vy_mps[i] * q->back_s - q->y_m;
    return dx * dx + dy * dy;
}

static void mark_cells(const struct nearby *n, struct nearby_scratch *scratch,
                       const struct question *q, const int box[4])
{
    for (int row = box[2]; row <= box[3]; row++) {
        uint32_t first = n->starts[row * n->columns + box[0]];
        uint32_t last = n->starts[row * n->columns + box[1] + 1];
        for (uint32_t at = first; at < last; at++) {
            double square = square_of(&n->celled, at, q);
            uint32_t i = n->cell_list[at];
            scratch->squares[i] = square;
            scratch->bits[i / 64] |= (uint64_t)(square <= q->square) << (i % 64);
        }
    }
}

static void mark_all(const struct nearby *n, struct nearby_scratch *scratch,
                     const struct question *q)
{
    for (uint32_t i = 0; i < n->count; i++) {
        scratch->squares[i] = square_of(&n->listed, i, q);
    }
    for (uint32_t word = 0; word * 64 < n->count; word++) {
        uint64_t bits = 0;
        uint32_t most = n->count - word * 64 < 64 ? n->count - word * 64 : 64;
        for (uint32_t bit = 0; bit < most; bit++) {
            bits |= (uint64_t)(scratch->squares[word * 64 + bit] <= q->square) << bit;
        }
        scratch->bits[word] = bits;
    }
}

/* Reads the bits in order and clears them. */
static size_t collect(const struct nearby *n, struct nearby_scratch *scratch,
                      const struct question *q, uint32_t except)
{
    size_t found = 0;
    for (uint32_t word = 0; word * 64 < n->count; word++) {
        uint64_t bits = scratch->bits[word];
        scratch->bits[word] = 0;
        while (bits != 0) {
            uint32_t i = word * 64 + (uint32_t)__builtin_ctzll(bits);
            bits &= bits - 1;
            if (n->agents[i] == except) {
                continue;
            }
            struct nearby_hit *hit = &scratch->hits[found++];
            hit->agent = n->agents[i];
            hit->x_m = n->listed.x_m[i] - n->listed.vx_mps[i] * q->back_s;
            hit->y_m = n->listed.y_m[i] - n->listed.vy_mps[i] * q->back_s;
            hit->distance_m = fm_sqrt(scratch->squares[i]);
        }
    }
    return found;
}

size_t nearby_find(const struct nearby *n, struct nearby_scratch *scratch, double x_m,
                   double y_m, struct tai t, uint32_t except,
                   const struct nearby_hit **hits)
{
    double back_s = span_s(tai_since(n->t, t));
    struct question q = {x_m, y_m, back_s, n->range_m * n->range_m};
    bool brute = n->count <= NEARBY_BRUTE_MOST;
    if (!brute) {
        double reach = n->range_m + n->speed_most_mps * fm_abs(back_s) + 0.001;
        int box[4] = {clamp((x_m - reach - n->x0_m) / n->cell_m, n->columns - 1),
                      clamp((x_m + reach - n->x0_m) / n->cell_m, n->columns - 1),
                      clamp((y_m - reach - n->y0_m) / n->cell_m, n->rows - 1),
                      clamp((y_m + reach - n->y0_m) / n->cell_m, n->rows - 1)};
        brute = 2 * (box[1] - box[0] + 1) * (box[3] - box[2] + 1) >= n->columns * n->rows;
        if (!brute) {
            mark_cells(n, scratch, &q, box);
        }
    }
    if (brute) {
        mark_all(n, scratch, &q);
    }
    *hits = scratch->hits;
    return collect(n, scratch, &q, except);
}
