/* SPDX-License-Identifier: Apache-2.0 */
/* Causes. In: a frame, its hits, everybody else's frames. Out: verdicts. */
#include "air/verdict.h"

#include <assert.h>
#include <stdlib.h>

#include "base/fmath.h"

#define VERDICT_OTHERS_MOST     64
#define VERDICT_WEAK            0.1 /* interference below this share of noise is averaged */
#define VERDICT_AIRTIME_MOST_NS INT64_C(10000000)
#define VERDICT_COPY_SHIFT      42
#define VERDICT_HALF            0.69314718055994531 /* exponent of an error rate of one half */

int verdict_scratch_init(struct verdict_scratch *s, uint32_t agents_most, struct fail *fail)
{
    size_t most = agents_most > 0 ? agents_most : 1;
    s->steady = calloc(most, sizeof *s->steady);
    s->strong_count = calloc(most, sizeof *s->strong_count);
    s->strong = calloc(most, sizeof *s->strong);
    s->verdicts = calloc(most, sizeof *s->verdicts);
    s->hits = calloc(most, sizeof *s->hits);
    return s->steady && s->strong_count && s->strong && s->verdicts && s->hits
               ? 0
               : fail_set(fail, RESULT_MEMORY, "no memory for %u verdicts", agents_most);
}

void verdict_scratch_close(struct verdict_scratch *s)
{
    free(s->steady);
    free(s->strong_count);
    free(s->strong);
    free(s->verdicts);
    free(s->hits);
}

/* In-band emission (3GPP TS 36.101, general term, W 3, X 6): dB of a frame's power in a
 * band `gap` of its own widths away. */
static double emission_db(const struct frame *other, const struct radio *r, int gap)
{
    double blocks = other->sub_count * r->subchannel_rb;
    double mask = -25 - 10 * fm_log10(r->channel_rb / blocks) - 6;
    double error = 20 * fm_log10(0.175) - 3 - 5.0 * (gap - 1) - 3;
    return mask > error ? mask : error;
}

/* How much of the other's power falls into our band; false: none. */
static bool couple(const struct verdict_law *law, const struct frame *f,
                   const struct frame *other, double *db)
{
    *db = other->power_shift_db;
    if (law->csma) {
        return true;
    }
    int first = f->first_sub > other->first_sub ? f->first_sub : other->first_sub;
    int f_end = f->first_sub + f->sub_count;
    int other_end = other->first_sub + other->sub_count;
    int end = f_end < other_end ? f_end : other_end;
    if (end > first) {
        *db += 10 * fm_log10((double)(end - first) / other->sub_count);
        return true;
    }
    if (law->medium->link->radio.emission_ibe == 0) {
        return false;
    }
    *db += emission_db(other, &law->medium->link->radio, first - end + 1);
    return true;
}

/* Can the two be heard by the same station? */
static bool is_near(const struct medium *m, const struct frame *f, const struct frame *g)
{
    double dx = f->x_m - g->x_m;
    double dy = f->y_m - g->y_m;
    double most = 2 * (m->link->reach_m > m->intended_m ? m->link->reach_m : m->intended_m);
    return dx * dx + dy * dy <= most * most;
}

static int add_if_over(const struct verdict_law *law, const struct frame *f,
                       const struct frame *g, struct verdict_other *o)
{
    if (g->given_up || g->end_ns <= f->start_ns || g->start_ns >= f->end_ns ||
        !is_near(law->medium, f, g)) {
        return 0;
    }
    double length = (double)(f->end_ns - f->start_ns);
    int64_t from = g->start_ns > f->start_ns ? g->start_ns - f->start_ns : 0;
    int64_t to = (g->end_ns < f->end_ns ? g->end_ns : f->end_ns) - f->start_ns;
    *o = (struct verdict_other){
        .frame = g, .from = (double)from / length, .to = (double)to / length};
    return couple(law, f, g, &o->coupling_db);
}

/* Frames are in order of their start. */
static int find_others(const struct verdict_law *law, uint64_t number,
                       struct verdict_other *others)
{
    const struct medium *m = law->medium;
    const struct frame *f = medium_frame(m, number);
    int count = 0;
    for (uint64_t n = number; n > m->first && count < VERDICT_OTHERS_MOST; n--) {
        const struct frame *g = medium_frame(m, n - 1);
        if (g->start_ns < f->start_ns - VERDICT_AIRTIME_MOST_NS) {
            break;
        }
        count += add_if_over(law, f, g, &others[count]);
    }
    for (uint64_t n = number + 1; n < m->last && count < VERDICT_OTHERS_MOST; n++) {
        const struct frame *g = medium_frame(m, n);
        if (g->start_ns >= f->end_ns) {
            break;
        }
        count += add_if_over(law, f, g, &others[count]);
    }
    return count;
}

/* Adds the power of one other frame to all our rows: two lists by agent, one pass. */
static void add_other(const struct verdict_law *law, const struct frame *f,
                      const struct verdict_other *other, uint16_t index,
                      struct verdict_scratch *s)
{
    const struct medium *m = law->medium;
    const struct hit *ours = medium_hits(m, f);
    const struct hit *theirs = medium_hits(m, other->frame);
    uint32_t count = other->frame->hit_count;
    double shift_db = other->coupling_db - f->noise_dbm;
    double share = other->to - other->from;
    uint32_t at = 0;
    for (uint32_t row = 0; row < f->row_count; row++) {
        uint32_t agent = ours[s->hits[row]].agent;
        while (at < count && theirs[at].agent < agent) {
            at++;
        }
        if (at == count) {
            return;
        }
        if (theirs[at].agent != agent) {
            continue;
        }
        double ratio = fast_linear(&m->link->fast, (double)theirs[at].power.dbm + shift_db);
        if (ratio < VERDICT_WEAK || s->strong_count[row] == VERDICT_STRONG_MOST) {
            s->steady[row] += (float)(ratio * share);
        } else {
            s->strong[row][s->strong_count[row]++] =
                (struct verdict_strong){(float)ratio, index};
        }
    }
}

/* The exponent of a frame whose SINR changes where interferers begin and end. */
static double pieces(const struct verdict_law *law, const struct frame *f, double snr_db,
                     const struct verdict_scratch *s, uint32_t row,
                     const struct verdict_other *others)
{
    double edges[2 * VERDICT_STRONG_MOST + 2] = {0};
    int count = 1;
    for (int i = 0; i < s->strong_count[row]; i++) {
        const struct verdict_other *o = &others[s->strong[row][i].other];
        edges[count++] = o->from;
        edges[count++] = o->to;
    }
    edges[count++] = 1;
    for (int i = 1; i < count; i++) {
        double edge = edges[i];
        int j = i;
        for (; j > 0 && edges[j - 1] > edge; j--) {
            edges[j] = edges[j - 1];
        }
        edges[j] = edge;
    }
    double sum = 0;
    for (int i = 0; i + 1 < count; i++) {
        double width = edges[i + 1] - edges[i];
        if (width <= 0) {
            continue;
        }
        double middle = (edges[i] + edges[i + 1]) / 2;
        double ratio = 1 + (double)s->steady[row];
        for (int k = 0; k < s->strong_count[row]; k++) {
            const struct verdict_other *o = &others[s->strong[row][k].other];
            ratio += o->from <= middle && middle < o->to ? s->strong[row][k].ratio : 0;
        }
        double sinr_db = snr_db - fast_db(&law->medium->link->fast, ratio);
        sum += width * errors_exponent(law->errors, sinr_db, f->bits);
    }
    return sum;
}

static enum cause collision(const struct verdict_law *law, const struct frame *f,
                            const struct verdict_scratch *s, uint32_t row,
                            const struct verdict_other *others)
{
    if (!law->csma) {
        return CAUSE_COLLISION_RESOURCE;
    }
    const struct verdict_strong *strongest = NULL;
    for (int i = 0; i < s->strong_count[row]; i++) {
        const struct verdict_strong *one = &s->strong[row][i];
        strongest = !strongest || one->ratio > strongest->ratio ? one : strongest;
    }
    if (!strongest) {
        return CAUSE_COLLISION_HIDDEN;
    }
    int64_t apart_ns = others[strongest->other].frame->start_ns - f->start_ns;
    apart_ns = apart_ns < 0 ? -apart_ns : apart_ns;
    return apart_ns <= law->slot_ns ? CAUSE_COLLISION_SAME_SLOT : CAUSE_COLLISION_HIDDEN;
}

/* Too weak, or lost to noise. */
static enum cause propagation_cause(const struct verdict_law *law, const struct frame *f,
                                    const struct hit *hit, double u)
{
    const struct link *link = law->medium->link;
    double sensing = link->radio.sensing_dbm;
    double shift = f->power_shift_db;
    if (hit->power.blocked_db > 0) {
        double free_dbm = (double)hit->power.dbm + hit->power.blocked_db + shift;
        double exponent = errors_exponent(law->errors, free_dbm - f->noise_dbm, f->bits);
        if (free_dbm - shift >= sensing && !errors_lose(exponent, u)) {
            return CAUSE_OBSTRUCTION;
        }
    }
    double mean_snr_db = (double)hit->power.mean_dbm + shift - f->noise_dbm;
    if (hit->power.mean_dbm >= (float)sensing &&
        errors_exponent(law->errors, mean_snr_db, f->bits) < VERDICT_HALF) {
        return CAUSE_FADING;
    }
    return (double)hit->distance_m > link->hear_m ? CAUSE_OUT_OF_RANGE : CAUSE_SENSITIVITY;
}

static enum cause deaf_cause(const struct hit *hit)
{
    if ((hit->flags & HIT_SENDS) != 0) {
        return CAUSE_HALF_DUPLEX;
    }
    return (hit->flags & HIT_TIED) != 0 ? CAUSE_COLLISION_SAME_SLOT : CAUSE_RX_BUSY;
}

static void judge(const struct verdict_law *law, const struct frame *f,
                  const struct hit *hit, struct verdict_scratch *s, uint32_t row,
                  const struct verdict_other *others)
{
    const struct link *link = law->medium->link;
    double snr_db = (double)hit->power.dbm + f->power_shift_db - f->noise_dbm;
    double sum = (double)s->steady[row];
    for (int i = 0; i < s->strong_count[row]; i++) {
        const struct verdict_other *o = &others[s->strong[row][i].other];
        sum += s->strong[row][i].ratio * (o->to - o->from);
    }
    double sinr_db = sum > 0 ? snr_db - fast_db(&link->fast, 1 + sum) : snr_db;
    struct channel_verdict *v = &s->verdicts[row];
    *v = (struct channel_verdict){.access_ns = f->start_ns - f->t_tx.ns,
                                  .airtime_ns = f->end_ns - f->start_ns,
                                  .valid = FATE_HAS_RSSI | FATE_HAS_SINR | FATE_HAS_CBR,
                                  .rssi_dbm = hit->power.dbm + (float)f->power_shift_db,
                                  .sinr_db = (float)sinr_db,
                                  .cbr = law->medium->cbr[hit->agent],
                                  .blocker = hit->power.blocker,
                                  .los = hit->power.los};
    bool weak = hit->power.dbm < (float)link->radio.sensing_dbm ||
                (double)hit->distance_m > link->hear_m;
    bool deaf = (hit->flags & (HIT_SENDS | HIT_BUSY)) != 0;
    uint64_t key = f->key | (uint64_t)f->copy << VERDICT_COPY_SHIFT;
    double u = link_uniform(link, f->sender, hit->agent, key);
    if (deaf && !(law->csma && weak)) {
        v->cause = deaf_cause(hit);
    } else if (weak) {
        v->cause = propagation_cause(law, f, hit, u);
    } else if (errors_lose(errors_exponent(law->errors, snr_db, f->bits), u)) {
        v->cause = propagation_cause(law, f, hit, u);
    } else if (sum > 0 && errors_lose(pieces(law, f, snr_db, s, row, others), u)) {
        v->cause = collision(law, f, s, row, others);
    }
}

void verdict_frame(const struct verdict_law *law, uint64_t number,
                   struct verdict_scratch *s)
{
    const struct medium *m = law->medium;
    const struct frame *f = medium_frame(m, number);
    const struct hit *hits = medium_hits(m, f);
    uint32_t rows = 0;
    for (uint32_t i = 0; i < f->hit_count; i++) {
        if ((hits[i].flags & HIT_ROW) != 0) {
            s->hits[rows] = i;
            s->steady[rows] = 0;
            s->strong_count[rows] = 0;
            rows++;
        }
    }
    assert(rows == f->row_count);
    struct verdict_other others[VERDICT_OTHERS_MOST];
    int count = f->given_up ? 0 : find_others(law, number, others);
    for (int i = 0; i < count; i++) {
        add_other(law, f, &others[i], (uint16_t)i, s);
    }
    for (uint32_t row = 0; row < rows; row++) {
        judge(law, f, &hits[s->hits[row]], s, row, others);
        if (f->given_up) {
            s->verdicts[row].cause = CAUSE_DROPOUT;
            s->verdicts[row].valid = FATE_HAS_CBR;
        }
    }
}
