/* SPDX-License-Identifier: Apache-2.0 */
/* Technology `uu`: by the cellular network and a server. In: who is where, a pair. Out: one
 * way's latency (up and down link, transport, core, server, internet), or lost in a
 * handover, in a coverage hole, at the server.
 *
 * Cells are hexagons about sites on a lattice. A station changes its cell when another site
 * has been stronger by the hysteresis for the time to trigger (event A3; power falls with
 * 37.6 dB a decade, 3GPP TR 36.814); then nothing passes for the interruption, and what
 * waited is released at its end unless it grew too old. */
#include <stdlib.h>

#include "air/air.h"
#include "air/channel.h"
#include "air/radio.h"
#include "base/draw.h"
#include "base/fmath.h"

#define CELL_DECADE_DB 37.6
/* Draws of one message at one receiver, in k above 40 bits. */
enum { CELL_RADIO = 1, CELL_NET, CELL_INTERNET, CELL_RADIO_LOSS, CELL_SERVER_LOSS };

struct site {
    int32_t column, row;
};

struct subscriber {
    struct site serving, better;
    int64_t better_since_ns; /* INT64_MAX: none is */
    int64_t gap_from_ns, gap_to_ns;
    uint32_t handovers;
    bool attached, covered;
};

struct cell {
    struct radio radio;
    double reach_m;
    uint64_t key, site_key;
    double internet_mu, internet_sigma;
    struct subscriber *subscribers;
    uint32_t count;
};

static void cell_close(void *self)
{
    struct cell *c = self;
    free(c->subscribers);
    free(c);
}

/* Mean and 90 % of a log-normal. */
static void fit_internet(struct cell *c)
{
    double mean = c->radio.internet_ms;
    double spread = mean > 0 ? 2 * fm_log(c->radio.internet_p90_ms / mean) : 0;
    double z = 1.2815515655446004;
    c->internet_sigma = spread > 0 ? z - fm_sqrt(z * z - spread) : 0;
    c->internet_mu =
        mean > 0 ? fm_log(mean) - c->internet_sigma * c->internet_sigma / 2 : 0;
}

static int cell_open(void **self, const struct air_setup *setup, struct fail *fail)
{
    struct cell *c = calloc(1, sizeof *c);
    size_t most = setup->agents_most > 0 ? setup->agents_most : 1;
    if (c) {
        c->subscribers = calloc(most, sizeof *c->subscribers);
    }
    if (!c || !c->subscribers) {
        free(c);
        return fail_set(fail, RESULT_MEMORY, "no memory for the cells");
    }
    *self = c;
    int rc = radio_of_config(setup->config, setup->radio, &c->radio, fail);
    if (rc != 0) {
        return rc;
    }
    c->reach_m = setup->config->intended_range_m;
    c->key = draw_key(setup->seed, DRAW_AIR_MAC);
    c->site_key = draw_key(setup->seed, DRAW_AIR_STATE);
    c->count = setup->agents_most;
    double ratio =
        c->radio.internet_ms > 0 ? c->radio.internet_p90_ms / c->radio.internet_ms : 1;
    if (!(ratio >= 1 && ratio <= 2.27)) {
        return fail_set(fail, RESULT_USAGE,
                        "air.radio.internet_p90_ms = %g: 1 to 2.27 times the mean (%g), as "
                        "a log-normal has it",
                        c->radio.internet_p90_ms, c->radio.internet_ms);
    }
    fit_internet(c);
    return 0;
}

static double cell_reach_m(const void *self)
{
    return ((const struct cell *)self)->reach_m;
}

static double square_to(const struct cell *c, struct site s, double x, double y)
{
    double isd = c->radio.cell_m;
    double dx = (s.column + (s.row & 1 ? 0.5 : 0)) * isd - x;
    double dy = s.row * isd * 0.86602540378443865 - y;
    return dx * dx + dy * dy;
}

static struct site nearest(const struct cell *c, double x, double y)
{
    double isd = c->radio.cell_m;
    int32_t row = (int32_t)fm_floor(y / (isd * 0.86602540378443865) + 0.5);
    struct site best = {0, row};
    double least = 1e300;
    for (int32_t r = row - 1; r <= row + 1; r++) {
        int32_t column = (int32_t)fm_floor(x / isd - (r & 1 ? 0.5 : 0) + 0.5);
        for (int32_t k = column - 1; k <= column + 1; k++) {
            struct site site = {k, r};
            double square = square_to(c, site, x, y);
            if (square < least) {
                least = square;
                best = site;
            }
        }
    }
    return best;
}

static bool stands(const struct cell *c, struct site s)
{
    uint64_t who = (uint64_t)(uint32_t)s.column << 32 | (uint32_t)s.row;
    return draw_uniform(draw_bits(c->site_key, who, 0)) < c->radio.coverage_share;
}

static bool same(struct site a, struct site b)
{
    return a.column == b.column && a.row == b.row;
}

static void hand_over(struct cell *c, uint32_t agent, struct subscriber *s, int64_t t_ns)
{
    double u = draw_uniform(draw_bits(c->site_key, agent, ++s->handovers));
    double ms = u < c->radio.failure_share ? c->radio.failure_ms : c->radio.interruption_ms;
    s->serving = s->better;
    s->better_since_ns = INT64_MAX;
    s->gap_from_ns = t_ns;
    s->gap_to_ns = t_ns + (int64_t)(ms * 1e6);
}

static void step(struct cell *c, uint32_t agent, double x, double y, int64_t t_ns)
{
    struct subscriber *s = &c->subscribers[agent];
    struct site best = nearest(c, x, y);
    s->covered = stands(c, best);
    if (!s->attached) {
        *s = (struct subscriber){.serving = best,
                                 .better_since_ns = INT64_MAX,
                                 .attached = true,
                                 .covered = s->covered};
        return;
    }
    double ahead_db = 0;
    if (!same(best, s->serving)) {
        double own = square_to(c, s->serving, x, y) + 1;
        double other = square_to(c, best, x, y) + 1;
        ahead_db = CELL_DECADE_DB / 2 * fm_log10(own / other);
    }
    if (ahead_db <= c->radio.hysteresis_db) {
        s->better_since_ns = INT64_MAX;
        return;
    }
    if (s->better_since_ns == INT64_MAX || !same(best, s->better)) {
        s->better = best;
        s->better_since_ns = t_ns;
    }
    if (t_ns - s->better_since_ns >= (int64_t)(c->radio.trigger_ms * 1e6)) {
        hand_over(c, agent, s, t_ns);
    }
}

static void cell_tick(void *self, const struct air_stations *stations)
{
    struct cell *c = self;
    for (uint32_t i = 0; i < stations->count; i++) {
        step(c, i, stations->x_m[i], stations->y_m[i], stations->t.ns);
    }
}

static double uniform(const struct cell *c, const struct channel_pair *pair, uint64_t what)
{
    uint64_t k = (pair->emission->msg_uid & UINT64_C(0xFFFFFFFFFF)) | what << 40;
    return draw_uniform(
        draw_bits(c->key, draw_pair(pair->emission->sender_idx, pair->receiver), k));
}

static double latency_ms(const struct cell *c, const struct channel_pair *pair)
{
    const struct radio *r = &c->radio;
    double radio = r->radio_ms * (0.5 - 0.5 * fm_log(uniform(c, pair, CELL_RADIO)));
    double net = (r->transport_ms + r->core_ms + r->server_ms) *
                 (0.8 + 0.4 * uniform(c, pair, CELL_NET));
    double internet = 0;
    if (r->internet_ms > 0) {
        double z = fm_normal_quantile(uniform(c, pair, CELL_INTERNET));
        internet = fm_exp(c->internet_mu + c->internet_sigma * z);
    }
    return radio + net + internet;
}

/* How long what arrives at t waits for a station's handover to end. */
static int64_t wait_ns(const struct subscriber *s, int64_t t_ns)
{
    return s->gap_from_ns <= t_ns && t_ns < s->gap_to_ns ? s->gap_to_ns - t_ns : 0;
}

static void cell_judge(const void *self, const struct channel_pair *pair,
                       struct channel_verdict *v)
{
    const struct cell *c = self;
    const struct subscriber *up = &c->subscribers[pair->emission->sender_idx];
    const struct subscriber *down = &c->subscribers[pair->receiver];
    *v = (struct channel_verdict){.blocker = FATE_U32_NULL};
    int64_t lifetime_ns = (int64_t)(c->radio.lifetime_ms * 1e6);
    int64_t t_ns = pair->emission->t_tx.ns;
    int64_t up_ns = wait_ns(up, t_ns);
    v->airtime_ns = (int64_t)(latency_ms(c, pair) * 1e6);
    int64_t down_ns = wait_ns(down, t_ns + up_ns + v->airtime_ns);
    v->access_ns = up_ns + down_ns;
    if (!up->covered || !down->covered) {
        v->cause = CAUSE_COVERAGE;
    } else if (up_ns > lifetime_ns || down_ns > lifetime_ns) {
        v->cause = CAUSE_HANDOVER;
    } else if (uniform(c, pair, CELL_RADIO_LOSS) < c->radio.radio_loss) {
        v->cause = CAUSE_FADING;
    } else if (uniform(c, pair, CELL_SERVER_LOSS) < c->radio.server_loss) {
        v->cause = CAUSE_SERVER;
    }
}

const struct channel channel_cell = {
    .technology = TECH_UU,
    .open = cell_open,
    .reach_m = cell_reach_m,
    .tick = cell_tick,
    .judge = cell_judge,
    .close = cell_close,
};
