/* SPDX-License-Identifier: Apache-2.0 */
/* Frames and who they reach. In: a transmission. Out: its power at everybody within reach.
 */
#include "air/medium.h"

#include <stdlib.h>
#include <string.h>

#include "air/air.h"
#include "air/blockers.h"
#include "base/fmath.h"

#define MEDIUM_FRAMES_LEAST 1024
#define MEDIUM_HITS_LEAST   65536
#define MEDIUM_HITS_MOST    (1u << 22)

int medium_init(struct medium *m, const struct medium_setup *setup, struct fail *fail)
{
    const struct walls *walls = setup->walls;
    const struct radio *radio = &setup->link->radio;
    uint32_t agents_most = setup->agents_most;
    *m = (struct medium){.link = setup->link,
                         .near = setup->near,
                         .blockers = setup->blockers,
                         .walls = walls && walls->count > 0 ? walls : NULL,
                         .intended_m = setup->intended_m,
                         .agents_most = agents_most,
                         .frames_most = MEDIUM_FRAMES_LEAST,
                         .follow_dbm = radio->sensing_dbm};
    if (radio->access == RADIO_CSMA && radio->carrier_dbm < m->follow_dbm) {
        m->follow_dbm = radio->carrier_dbm;
    }
    m->link->near_m = setup->intended_m;
    size_t most = agents_most > 0 ? agents_most : 1;
    while (m->frames_most < 2 * most && m->frames_most < (1u << 20)) {
        m->frames_most *= 2;
    }
    uint64_t hits = (uint64_t)most * (most < 1024 ? most * 2 : 1024);
    m->hits_most = hits < MEDIUM_HITS_LEAST  ? MEDIUM_HITS_LEAST
                   : hits > MEDIUM_HITS_MOST ? MEDIUM_HITS_MOST
                                             : hits;
    m->way_m = calloc(most, sizeof *m->way_m);
    m->cbr = calloc(most, sizeof *m->cbr);
    m->bins_ms = calloc(most, sizeof *m->bins_ms);
    m->frames = calloc(m->frames_most, sizeof *m->frames);
    m->hits = calloc(m->hits_most, sizeof *m->hits);
    if (!m->way_m || !m->cbr || !m->bins_ms || !m->frames || !m->hits) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the medium of %u stations",
                        agents_most);
    }
    int rc = nearby_scratch_new(&m->scratch, agents_most, fail);
    return rc != 0 ? rc : obstacle_near_init(&m->obstacles, walls, fail);
}

void medium_close(struct medium *m)
{
    free(m->way_m);
    free(m->cbr);
    free(m->bins_ms);
    free(m->frames);
    free(m->hits);
    nearby_scratch_free(m->scratch);
    obstacle_near_close(&m->obstacles);
}

void medium_tick(struct medium *m, const struct air_stations *stations)
{
    double tick_s = 0.01;
    m->stations = stations;
    float background = (float)m->link->radio.background;
    int next = (m->bin + 1) % MEDIUM_BINS;
    int filled = m->bins_filled < MEDIUM_BINS ? m->bins_filled : MEDIUM_BINS;
    for (size_t i = 0; i < stations->count; i++) {
        double vx = stations->vx_mps[i];
        double vy = stations->vy_mps[i];
        m->way_m[i] += (float)(fm_sqrt(vx * vx + vy * vy) * tick_s);
        float sum = 0;
        for (int b = 0; b < MEDIUM_BINS; b++) {
            sum += m->bins_ms[i][b];
        }
        float cbr = filled > 0 ? sum / (10.0F * (float)filled) : 0;
        cbr = cbr < 1 ? cbr : 1;
        m->cbr[i] = cbr + background * (1 - cbr);
        m->bins_ms[i][next] = 0;
    }
    m->bin = next;
    m->bins_filled++;
}

bool medium_has_room(const struct medium *m)
{
    return m->last - m->first < m->frames_most / 2 &&
           m->hits_last - m->hits_first < m->hits_most / 2;
}

/* A piece of the ring that does not go round its end. */
static uint64_t piece_of(struct medium *m, size_t count)
{
    uint64_t at = m->hits_last % m->hits_most;
    if (at + count > m->hits_most) {
        m->hits_last += m->hits_most - at;
    }
    return m->hits_last;
}

void medium_gather(struct medium *m, double x_m, double y_m)
{
    if (m->walls) {
        double reach_m = m->link->reach_m;
        obstacle_gather(&m->obstacles, m->walls, x_m, y_m,
                        reach_m > m->intended_m ? reach_m : m->intended_m);
    }
}

void medium_power(const struct medium *m, const struct link_ends *ends,
                  const double from_m[3], const double to_m[2], struct tai t_tx,
                  struct link_power *power)
{
    const struct obstacle_law *law = &m->link->obstacles;
    bool vehicles = blockers_any(m->blockers);
    if (!m->walls && !vehicles) {
        link_power(m->link, ends, NULL, power);
        return;
    }
    struct obstacle_line line = {
        .a_m = {from_m[0], from_m[1], from_m[2]},
        .b_m = {to_m[0], to_m[1], m->stations->antenna_m[ends->receiver]},
        .length_m = ends->distance_m,
        .a = ends->sender,
        .b = ends->receiver,
        .back_s = span_s(tai_since(m->stations->t, t_tx))};
    struct obstacle_found found;
    obstacle_clear(&found);
    obstacle_walls(&m->obstacles, law, &line, &found);
    link_power(m->link, ends, &found, power);
    if (found.building_db > 0) {
        return;
    }
    if (vehicles &&
        (ends->distance_m <= m->intended_m || power->dbm >= (float)m->follow_dbm)) {
        blockers_find(m->blockers, &line, &found);
        power->los = found.los;
        power->blocker = found.blocker;
    }
    if (found.edge_count > 0) {
        link_block(power, obstacle_vehicles_db(&found, law, &line));
    }
}

static void fill_hit(struct medium *m, const struct frame *f, const double from[3],
                     const struct nearby_hit *at, struct hit *hit)
{
    struct link_ends ends = {.sender = f->sender,
                             .receiver = at->agent,
                             .message = f->key,
                             .distance_m = at->distance_m,
                             .power_db = f->power_db,
                             .way_m = (double)m->way_m[f->sender] + m->way_m[at->agent]};
    const double there[2] = {at->x_m, at->y_m};
    medium_power(m, &ends, from, there, f->t_tx, &hit->power);
    hit->agent = at->agent;
    hit->distance_m = (float)at->distance_m;
    hit->flags = 0;
    if (at->distance_m <= m->intended_m) {
        hit->flags = HIT_ROW | HIT_WITHIN;
    } else if (hit->power.dbm >= (float)m->link->radio.sensing_dbm &&
               at->distance_m <= m->link->hear_m) {
        hit->flags = HIT_ROW;
    }
}

struct frame *medium_put(struct medium *m, const struct frame *frame, double x_m,
                         double y_m, double antenna_m)
{
    struct frame *f = medium_frame(m, m->last);
    *f = *frame;
    f->x_m = x_m;
    f->y_m = y_m;
    const struct nearby_hit *found;
    size_t count = nearby_find(m->near, m->scratch, x_m, y_m, f->t_tx, f->sender, &found);
    medium_gather(m, x_m, y_m);
    uint64_t first = piece_of(m, count);
    if (first + count - m->hits_first > m->hits_most) {
        uint64_t fits = m->hits_first + m->hits_most - first;
        fits = first - m->hits_first < m->hits_most ? fits : 0;
        m->cut += count - fits;
        count = (size_t)fits;
    }
    f->first_hit = first;
    f->hit_count = (uint32_t)count;
    struct hit *hits = medium_hits(m, f);
    const double from[3] = {x_m, y_m, antenna_m};
    f->row_count = 0;
    for (size_t i = 0; i < count; i++) {
        fill_hit(m, f, from, &found[i], &hits[i]);
        f->row_count += (hits[i].flags & HIT_ROW) != 0;
    }
    m->hits_last = first + count;
    m->last++;
    return f;
}

struct hit *medium_hit(const struct medium *m, const struct frame *frame, uint32_t agent)
{
    struct hit *hits = medium_hits(m, frame);
    uint32_t low = 0;
    uint32_t high = frame->hit_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (hits[middle].agent < agent) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < frame->hit_count && hits[low].agent == agent ? &hits[low] : NULL;
}

void medium_retire(struct medium *m, int64_t now_ns)
{
    while (m->undecided < m->last && medium_frame(m, m->undecided)->decided) {
        m->undecided++;
    }
    int64_t oldest_ns = now_ns;
    if (m->undecided < m->last) {
        int64_t start_ns = medium_frame(m, m->undecided)->start_ns;
        oldest_ns = start_ns < oldest_ns ? start_ns : oldest_ns;
    }
    while (m->first < m->undecided) {
        const struct frame *f = medium_frame(m, m->first);
        if (f->end_ns > oldest_ns) {
            break;
        }
        m->hits_first = f->first_hit + f->hit_count;
        m->first++;
    }
}
