/* SPDX-License-Identifier: Apache-2.0 */
/* Path-loss laws, exact evaluation. In: a law with its parameters, a distance. Out:
 * decibels. */
#include "air/propagation.h"

#include <string.h>

#include "base/fmath.h"

const char *const propagation_names[PROPAGATION_LAW_COUNT] = {
#define X(name, key, sentence) [PROPAGATION_##name] = (key),
    PROPAGATION_TABLE(X)
#undef X
};

struct preset {
    const char *name;
    struct propagation law;
};

/* Abbas et al. 2015 (reference distance 10 m, breakpoint 104 m). */
#define PROPAGATION_ABBAS(loss, near, far)                                                 \
    {                                                                                      \
        .law = PROPAGATION_SLOPES, .frequency_ghz = 5.6, .slopes = 2, .loss_db = (loss),   \
        .from_m = {10, 104}, .exponent = {                                                 \
            (near),                                                                        \
            (far)                                                                          \
        }                                                                                  \
    }

static const struct preset presets[] = {
    {"abbas-los-highway", PROPAGATION_ABBAS(66.1, 1.66, 2.88)},
    {"abbas-los-urban", PROPAGATION_ABBAS(63.9, 1.81, 2.85)},
    {"abbas-olos-urban", PROPAGATION_ABBAS(72.3, 1.93, 2.74)},
    {"three-log",
     {.law = PROPAGATION_SLOPES,
      .frequency_ghz = 5.9,
      .slopes = 3,
      .loss_db = 46.6777,
      .from_m = {1, 200, 500},
      .exponent = {1.9, 3.8, 3.8}}},
};

const struct propagation *propagation_preset(const char *name)
{
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++) {
        if (strcmp(presets[i].name, name) == 0) {
            return &presets[i].law;
        }
    }
    return NULL;
}

static int check_slopes(const struct propagation *p, struct fail *fail)
{
    if (p->slopes < 1 || p->slopes > PROPAGATION_SLOPES_MOST) {
        return fail_set(fail, RESULT_USAGE, "slopes = %d: 1 to %d", p->slopes,
                        PROPAGATION_SLOPES_MOST);
    }
    if (!(p->loss_db >= 0 && p->loss_db <= 300)) {
        return fail_set(fail, RESULT_USAGE, "loss_db = %g: decibels are 0 to 300",
                        p->loss_db);
    }
    for (int i = 0; i < p->slopes; i++) {
        double before_m = i > 0 ? p->from_m[i - 1] : 0;
        if (!(p->from_m[i] > before_m && p->from_m[i] <= 1e5)) {
            return fail_set(fail, RESULT_USAGE, "from_m[%d] = %g: rising, above 0", i,
                            p->from_m[i]);
        }
        if (!(p->exponent[i] >= 0 && p->exponent[i] <= 10)) {
            return fail_set(fail, RESULT_USAGE, "exponent[%d] = %g: 0 to 10", i,
                            p->exponent[i]);
        }
    }
    return 0;
}

int propagation_check(const struct propagation *p, struct fail *fail)
{
    if ((unsigned)p->law >= PROPAGATION_LAW_COUNT) {
        return fail_set(fail, RESULT_USAGE, "path_loss: no such law");
    }
    if (!(p->frequency_ghz >= 0.4 && p->frequency_ghz <= 100)) {
        return fail_set(fail, RESULT_USAGE, "frequency_ghz = %g: 0.4 to 100",
                        p->frequency_ghz);
    }
    bool heights = p->law == PROPAGATION_WINNER_B1_LOS ||
                   p->law == PROPAGATION_WINNER_B1_NLOS || p->law == PROPAGATION_TWO_RAY;
    if (heights &&
        !(p->h_tx_m > 0 && p->h_tx_m <= 100 && p->h_rx_m > 0 && p->h_rx_m <= 100)) {
        return fail_set(fail, RESULT_USAGE,
                        "%s: heights %g and %g m: this law needs both, above 0, at most "
                        "100",
                        propagation_names[p->law], p->h_tx_m, p->h_rx_m);
    }
    return p->law == PROPAGATION_SLOPES ? check_slopes(p, fail) : 0;
}

static double wavelength_m(double frequency_ghz)
{
    return PROPAGATION_C_MPS / (frequency_ghz * 1e9);
}

static double free_space_db(double frequency_ghz, double d)
{
    return 20 * fm_log10(4 * FM_PI * d / wavelength_m(frequency_ghz));
}

static double winner_los_db(const struct propagation *p, double d)
{
    d = d < 3 ? 3 : d;
    double f = p->frequency_ghz;
    /* WINNER+ D5.3 sets c = 3e8 m/s in its breakpoint. */
    double breakpoint_m = 4 * p->h_tx_m * p->h_rx_m * f * 1e9 / 3e8;
    double least = 20 * fm_log10(d) + 46.4 + 20 * fm_log10(f / 5);
    double loss = d < breakpoint_m ? 22.7 * fm_log10(d) + 27.0 + 20 * fm_log10(f)
                                   : 40 * fm_log10(d) + 7.56 - 17.3 * fm_log10(p->h_tx_m) -
                                         17.3 * fm_log10(p->h_rx_m) + 2.7 * fm_log10(f);
    return loss > least ? loss : least;
}

static double winner_nlos_db(const struct propagation *p, double d)
{
    double h = p->h_tx_m;
    return (44.9 - 6.55 * fm_log10(h)) * fm_log10(d) + 5.83 * fm_log10(h) + 18.38 +
           23 * fm_log10(p->frequency_ghz);
}

static double two_ray_db(const struct propagation *p, double d)
{
    double crossover_m = 4 * FM_PI * p->h_tx_m * p->h_rx_m / wavelength_m(p->frequency_ghz);
    return d < crossover_m ? free_space_db(p->frequency_ghz, d)
                           : 40 * fm_log10(d) - 20 * fm_log10(p->h_tx_m * p->h_rx_m);
}

static double slopes_db(const struct propagation *p, double d)
{
    double loss = p->loss_db;
    for (int i = 0; i < p->slopes && d > p->from_m[i]; i++) {
        bool last = i + 1 == p->slopes || d < p->from_m[i + 1];
        double to_m = last ? d : p->from_m[i + 1];
        loss += 10 * p->exponent[i] * fm_log10(to_m / p->from_m[i]);
    }
    return loss;
}

double propagation_loss_db(const struct propagation *p, double distance_m)
{
    double d = distance_m < 1 ? 1 : distance_m;
    double f = p->frequency_ghz;
    switch (p->law) {
    case PROPAGATION_FREE_SPACE:
        return free_space_db(f, d);
    case PROPAGATION_WINNER_B1_LOS:
        return winner_los_db(p, d);
    case PROPAGATION_WINNER_B1_NLOS:
        return winner_nlos_db(p, d);
    case PROPAGATION_HIGHWAY_LOS:
        return 32.4 + 20 * fm_log10(d) + 20 * fm_log10(f);
    case PROPAGATION_URBAN_LOS:
        return 38.77 + 16.7 * fm_log10(d) + 18.2 * fm_log10(f);
    case PROPAGATION_URBAN_NLOS:
        return 36.85 + 30 * fm_log10(d) + 18.9 * fm_log10(f);
    case PROPAGATION_TWO_RAY:
        return two_ray_db(p, d);
    case PROPAGATION_SLOPES:
    case PROPAGATION_LAW_COUNT:
        break;
    }
    return slopes_db(p, d);
}

double propagation_corner_db(const struct propagation_corner *c)
{
    double lambda_m = wavelength_m(c->frequency_ghz);
    double rx = c->rx_m > c->breakpoint_m
                    ? 4 * FM_PI * c->rx_m * c->rx_m / (lambda_m * c->breakpoint_m)
                    : 4 * FM_PI * c->rx_m / lambda_m;
    double product =
        fm_pow(c->tx_m, 0.957) / fm_pow(c->tx_wall_m * c->rx_street_m, 0.81) * rx;
    return 3.75 + (c->suburban ? 2.94 : 0) + 26.9 * fm_log10(product);
}

static double manhattan_one_db(const struct propagation *los, double d1_m, double d2_m)
{
    double n = 2.8 - 0.0024 * d1_m;
    n = n < 1.84 ? 1.84 : n;
    return winner_los_db(los, d1_m) + 17.3 - 12.5 * n + 10 * n * fm_log10(d2_m) +
           3 * fm_log10(los->frequency_ghz);
}

double propagation_manhattan_db(const struct propagation *los, double d1_m, double d2_m)
{
    d1_m = d1_m < 1 ? 1 : d1_m;
    d2_m = d2_m < 1 ? 1 : d2_m;
    double one = manhattan_one_db(los, d1_m, d2_m);
    double other = manhattan_one_db(los, d2_m, d1_m);
    return one < other ? one : other;
}

double propagation_los_highway(double d)
{
    double p = d <= 475 ? 2.1013e-6 * d * d - 0.002 * d + 1.0193 : 0.54 - 0.001 * (d - 475);
    return p < 0 ? 0 : p > 1 ? 1 : p;
}

double propagation_los_urban(double d)
{
    double p = d < 6e4 ? 1.05 * fm_exp(-0.0114 * d) : 0;
    return p > 1 ? 1 : p;
}

double propagation_blockage_mean_db(double distance_m, bool above)
{
    double d = distance_m < 1 ? 1 : distance_m;
    double more = 15 * fm_log10(d) - 41;
    return (above ? 9 : 5) + (more > 0 ? more : 0);
}

double propagation_edge_v(double h_m, double d1_m, double d2_m, double frequency_ghz)
{
    double zone_m = fm_sqrt(wavelength_m(frequency_ghz) * d1_m * d2_m / (d1_m + d2_m));
    return fm_sqrt(2) * h_m / zone_m;
}

double propagation_edge_db(double v)
{
    if (v <= -0.7) {
        return 0;
    }
    double w = v - 0.1;
    return 6.9 + 20 * fm_log10(fm_sqrt(w * w + 1) + w);
}

/* Loss of one edge against the straight line between two other points. */
static double edge_between_db(const struct propagation_edge *edge,
                              const struct propagation_edge *from,
                              const struct propagation_edge *to, double frequency_ghz)
{
    double d1 = edge->at_m - from->at_m;
    double d2 = to->at_m - edge->at_m;
    d1 = d1 < 0.1 ? 0.1 : d1;
    d2 = d2 < 0.1 ? 0.1 : d2;
    double line_m = (from->height_m * d2 + to->height_m * d1) / (d1 + d2);
    return propagation_edge_db(
        propagation_edge_v(edge->height_m - line_m, d1, d2, frequency_ghz));
}

/* Upper hull of the points from the first antenna to the other; indexes into `points`. */
static int stretch_rope(const struct propagation_edge *points, int count, int *rope)
{
    int held = 0;
    for (int i = 0; i < count; i++) {
        while (held >= 2) {
            const struct propagation_edge *p = &points[rope[held - 2]];
            const struct propagation_edge *q = &points[rope[held - 1]];
            double turn = (q->at_m - p->at_m) * (points[i].height_m - p->height_m) -
                          (q->height_m - p->height_m) * (points[i].at_m - p->at_m);
            if (turn < 0) {
                break;
            }
            held--; /* on or under the rope */
        }
        rope[held++] = i;
    }
    return held;
}

double propagation_edges_db(const struct propagation_edge *edges, int count, double a_m,
                            double b_m, double length_m, double frequency_ghz)
{
    struct propagation_edge points[PROPAGATION_EDGES_MOST + 2] = {{0, a_m}};
    int rope[PROPAGATION_EDGES_MOST + 2];
    for (int i = 0; i < count; i++) {
        points[i + 1] = edges[i];
    }
    points[count + 1] = (struct propagation_edge){length_m, b_m};
    int held = stretch_rope(points, count + 2, rope);
    double db = 0;
    double product = 1;
    for (int i = 0; i + 1 < held; i++) {
        const struct propagation_edge *from = &points[rope[i]];
        const struct propagation_edge *to = &points[rope[i + 1]];
        double worst = 0;
        for (int j = rope[i] + 1; j < rope[i + 1]; j++) {
            double minor = edge_between_db(&points[j], from, to, frequency_ghz);
            worst = minor > worst ? minor : worst;
        }
        double apart_m = to->at_m - from->at_m;
        apart_m = apart_m < 0.1 ? 0.1 : apart_m;
        db += worst;
        product *= apart_m;
        if (i + 2 < held) {
            const struct propagation_edge *next = &points[rope[i + 2]];
            double next_m = next->at_m - to->at_m;
            db += edge_between_db(to, from, next, frequency_ghz);
            product /= apart_m + (next_m < 0.1 ? 0.1 : next_m);
        }
        if (i == 0 || i + 2 == held) {
            product /= apart_m;
        }
    }
    /* With at least two major edges: the product of all spacings and their sum, over that
     * of neighbours taken together and of the first and the last. */
    return held > 3 ? db - 10 * fm_log10(product * length_m) : db;
}

double propagation_walls_db(double per_wall_db, double per_metre_db, int walls,
                            double inside_m, double los_db, double nlos_db)
{
    double more = per_wall_db * walls + per_metre_db * inside_m;
    double most = nlos_db > los_db ? nlos_db - los_db : 0;
    return more < most ? more : most;
}
