/* SPDX-License-Identifier: Apache-2.0 */
/* The air over published curves. In: the folder of reference curves. Out: a line per curve
 * with the mean absolute deviation and its limit (--json: an object each), plots with
 * --plots DIR (ours over theirs). Exit code 3 if one fails, 77 if there are no references.
 *
 * --plant puts a wrong constant into what every single check compares: 8 dB of power into
 * radios, a fifth of the octets and a receiver gone deaf into the
 * collision domain, 1 dB of sigma into the analytic models, 0.1 dB into error rates, 0.1 m
 * into the path loss, 5 % into what congestion control measures. Then every check must
 * fail. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "air/congestion.h"
#include "air/edca.h"
#include "air/errors.h"
#include "air/link.h"
#include "air/mode4.h"
#include "air/per.h"
#include "air/trial.h"
#include "base/draw.h"

#define POINTS_MOST 128
#define COLUMNS     16

struct options {
    const char *data, *plots;
    bool quick, json, plant;
    int failed, checked;
};

struct curve {
    char name[96];
    int count;
    double x[POINTS_MOST], ours[POINTS_MOST], theirs[POINTS_MOST];
};

static FILE *open_data(const struct options *o, const char *name)
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/channel/%s", o->data, name);
    FILE *file = fopen(path, "r");
    char line[512];
    if (file && !fgets(line, sizeof line, file)) {
        (void)fclose(file);
        file = NULL;
    }
    return file;
}

/* A line of numbers; text columns read as 0. */
static bool read_row(FILE *file, double row[COLUMNS])
{
    char line[512];
    if (!file || !fgets(line, sizeof line, file)) {
        return false;
    }
    char *at = line;
    for (int i = 0; i < COLUMNS; i++) {
        row[i] = strtod(at, NULL);
        char *comma = strchr(at, ',');
        at = comma ? comma + 1 : at + strlen(at);
    }
    return true;
}

static void plot(const struct options *o, const struct curve *c)
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/%s.svg", o->plots, c->name);
    FILE *file = fopen(path, "w");
    if (!file) {
        (void)fprintf(stderr, "validate-air: %s: cannot write\n", path);
        exit(1);
    }
    double most = c->count > 0 && c->x[c->count - 1] > 0 ? c->x[c->count - 1] : 1;
    (void)fprintf(file,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 400\" "
                  "font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"640\" "
                  "height=\"400\" fill=\"white\"/>\n<text x=\"60\" y=\"24\">%s: ours "
                  "(line) over theirs (dots)</text>\n<path d=\"M60 40V360H620\" "
                  "fill=\"none\" stroke=\"black\"/>\n<text x=\"22\" y=\"48\">1</text><text "
                  "x=\"22\" y=\"364\">0</text><text x=\"590\" y=\"384\">%g</text>\n"
                  "<polyline fill=\"none\" stroke=\"#0b62a4\" stroke-width=\"2\" points=\"",
                  c->name, most);
    for (int i = 0; i < c->count; i++) {
        (void)fprintf(file, "%.1f,%.1f ", 60 + 560 * c->x[i] / most,
                      360 - 320 * c->ours[i]);
    }
    (void)fprintf(file, "\"/>\n");
    for (int i = 0; i < c->count; i++) {
        (void)fprintf(file,
                      "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"none\" "
                      "stroke=\"#b8400a\"/>\n",
                      60 + 560 * c->x[i] / most, 360 - 320 * c->theirs[i]);
    }
    (void)fprintf(file, "</svg>\n");
    (void)fclose(file);
}

static void say(struct options *o, const char *name, int points, double value, double limit,
                const char *unit)
{
    bool pass = points > 0 && value <= limit;
    o->checked++;
    o->failed += !pass;
    if (o->json) {
        printf("{\"curve\":\"%s\",\"points\":%d,\"mad_pp\":%.6g,\"limit_pp\":%.6g,"
               "\"pass\":%s,\"unit\":\"%s\"}\n",
               name, points, value, limit, pass ? "true" : "false", unit);
    } else {
        printf("%-4s %-44s %4d points  %10.4g %s  (limit %.4g)\n", pass ? "ok" : "FAIL",
               name, points, value, unit, limit);
    }
    (void)fflush(stdout);
}

/* Mean absolute deviation of a curve in percentage points. */
static void say_curve(struct options *o, const struct curve *c, double limit_pp)
{
    double sum = 0;
    for (int i = 0; i < c->count; i++) {
        sum += fabs(c->ours[i] - c->theirs[i]);
    }
    say(o, c->name, c->count, c->count > 0 ? 100 * sum / c->count : 0, limit_pp, "pp");
    if (o->plots) {
        plot(o, c);
    }
}

static struct radio radio_of(const struct options *o, enum technology technology,
                             const char *preset)
{
    struct radio radio;
    struct fail fail = {0};
    if (!radio_profile(technology, &radio) || radio_preset(&radio, preset, &fail) != 0) {
        (void)fprintf(stderr, "validate-air: %s\n", fail.text);
        exit(2);
    }
    radio.power_dbm -= o->plant ? 8 : 0;
    return radio;
}

static struct trial_result *run(const struct trial_setup *setup)
{
    static struct trial_result result;
    struct fail fail = {0};
    if (trial_run(setup, &result, &fail) != 0) {
        (void)fprintf(stderr, "validate-air: %s\n", fail.text);
        exit(2);
    }
    return &result;
}

static double share(const struct trial_result *r, int first, int last)
{
    double expected = 0;
    double delivered = 0;
    for (int i = first; i <= last; i++) {
        expected += (double)r->bins[i].expected;
        delivered += (double)r->bins[i].delivered;
    }
    return expected > 0 ? delivered / expected : 0;
}

static void add(struct curve *c, double x, double ours, double theirs)
{
    if (c->count < POINTS_MOST) {
        c->x[c->count] = x;
        c->ours[c->count] = ours;
        c->theirs[c->count++] = theirs;
    }
}

/* Formulas, and the shipped tables against them. */
static void formulas(struct options *o)
{
    static struct errors errors;
    static struct link link;
    double row[COLUMNS];
    double worst = 0;
    double worst_table = 0;
    int points = 0;
    FILE *file = open_data(o, "ns3/ns3_per_vs_snr_nist_yans.csv");
    char text[512];
    struct radio radio = radio_of(o, TECH_DSRC, "ns3-highway");
    double built = 0;
    while (file && fgets(text, sizeof text, file)) {
        enum per_model model = text[0] == 'n' ? PER_NIST : PER_YANS;
        char *at = strchr(text, ',') + 1;
        for (int i = 0; i < 5; i++) {
            row[i] = strtod(at, &at);
            at++;
        }
        enum per_rate rate = (enum per_rate)per_rate_find(row[0]);
        double snr_db = row[2] + (o->plant ? 0.1 : 0);
        double per = per_frame(model, rate, snr_db, (uint32_t)row[1]);
        worst = fmax(worst, fabs(per - row[4]));
        double key = row[0] + 100 * (int)model;
        if (built != key) {
            radio.rate_mbps = row[0];
            radio.errors = model == PER_NIST ? "nist" : "yans";
            errors_init(&errors, &radio);
            built = key;
        }
        double exponent = errors_exponent(&errors, snr_db, 16 + 8 * row[1] + 6);
        worst_table = fmax(worst_table, fabs(1 - exp(-exponent) - row[4]));
        points++;
    }
    if (file) {
        (void)fclose(file);
    }
    say(o, "per-formulas-worst", points, 100 * worst, 1e-4, "pp");
    say(o, "per-tables-worst", points, 100 * worst_table, 0.1, "pp");
    struct fail fail = {0};
    double off_db = 0;
    if (link_init(&link, &radio, 1, &fail) != 0) {
        exit(2);
    }
    struct propagation path = radio_path(&radio);
    path.h_tx_m += o->plant ? 0.1 : 0;
    for (int d = 3; d < 2000; d++) {
        off_db = fmax(off_db, fabs(link_loss_db(&link, d + 0.37) -
                                   propagation_loss_db(&path, d + 0.37)));
    }
    say(o, "path-loss-table-worst", 1997, off_db, 0.02, "db");
    link_close(&link);
}

static void analytic(struct options *o)
{
    static struct edca edca;
    static struct mode4 mode4;
    struct fail fail = {0};
    double row[COLUMNS];
    double last[5] = {0};
    double worst = 0;
    int points = 0;
    FILE *file = open_data(o, "analytic/umh_80211p_analytic.csv");
    while (read_row(file, row)) {
        if (memcmp(row, last, sizeof last) != 0) {
            struct edca_setup s = edca_published(row[0], row[1], row[2], row[3], row[4]);
            s.sigma_db += o->plant ? 1 : 0;
            if (edca_init(&edca, &s, &fail) != 0) {
                exit(2);
            }
            memcpy(last, row, sizeof last);
        }
        worst = fmax(worst, 100 * fabs(edca_at(&edca, row[5]).pdr - row[6]));
        points++;
    }
    if (file) {
        (void)fclose(file);
    }
    say(o, "analytic-80211p-worst", points, worst, 0.2, "pp");
    file = open_data(o, "analytic/umh_cv2x_mode4_analytic.csv");
    worst = 0;
    points = 0;
    last[0] = 0;
    while (read_row(file, row)) {
        if (memcmp(row, last, 4 * sizeof last[0]) != 0) {
            struct mode4_setup s = mode4_published(row[0], row[1], row[2], (int)row[3]);
            s.sigma_db += o->plant ? 1 : 0;
            if (mode4_init(&mode4, &s, &fail) != 0) {
                exit(2);
            }
            memcpy(last, row, 4 * sizeof last[0]);
        }
        worst = fmax(worst, 100 * fabs(mode4_at(&mode4, row[5]).pdr - row[6]));
        points++;
    }
    if (file) {
        (void)fclose(file);
    }
    say(o, "analytic-mode4-worst", points, worst, 0.2, "pp");
}

/* One sender, receivers each 10 m: the link budget and the error table alone. */
static void links(struct options *o)
{
    static const struct {
        const char *name, *errors;
        double sigma_db;
    } rows[] = {{"S1_b1_nist_awgn", "nist", 0},
                {"S1_b1_nist_sh3", "nist", 3},
                {"S1_b1_yans_awgn", "yans", 0},
                {"S1_b1_yans_sh3", "yans", 3}};
    static struct link link;
    static struct errors errors;
    for (int k = 0; k < 4; k++) {
        struct radio radio = radio_of(o, TECH_DSRC, "ns3-highway");
        struct curve c = {.count = 0};
        struct fail fail = {0};
        char path[96];
        double row[COLUMNS];
        radio.errors = rows[k].errors;
        radio.sigma_db = rows[k].sigma_db;
        (void)snprintf(c.name, sizeof c.name, "ns3-link-%s", rows[k].name);
        (void)snprintf(path, sizeof path, "ns3/%s.csv", rows[k].name);
        if (link_init(&link, &radio, 1, &fail) != 0) {
            exit(2);
        }
        errors_init(&errors, &radio);
        FILE *file = open_data(o, path);
        while (read_row(file, row) && row[0] <= 600) {
            int heard = 0;
            for (uint64_t i = 0; i < 2000; i++) {
                struct link_power power;
                struct link_ends ends = {.sender = 1,
                                         .receiver = (uint32_t)row[0],
                                         .message = i,
                                         .distance_m = row[0]};
                link_power(&link, &ends, NULL, &power);
                double exponent = errors_exponent(
                    &errors, (double)power.dbm - link.noise_dbm, 16 + 8 * 338 + 6);
                heard += !errors_lose(exponent, link_uniform(&link, 1, ends.receiver, i));
            }
            add(&c, row[0], heard / 2000.0, row[4]);
        }
        if (file) {
            (void)fclose(file);
        }
        say_curve(o, &c, 1);
        link_close(&link);
    }
}

static void highway(struct options *o)
{
    static const int densities[] = {60, 120, 200};
    static const double busy[] = {0.199083, 0.384333, 0.592691};
    for (int k = 0; k < 3; k++) {
        struct trial_setup s = {.radio = radio_of(o, TECH_DSRC, "ns3-highway"),
                                .vehicles = (uint32_t)densities[k] * 3 + 1,
                                .length_m = 3000,
                                .rate_hz = 10,
                                .jitter_ms = 5,
                                .octets = 300,
                                .warm_s = 0.5,
                                .count_s = o->quick ? 1 : 6,
                                .from_m = 1000,
                                .to_m = 2000,
                                .bin_m = 25,
                                .bins = 20,
                                .seed = 1};
        const struct trial_result *r = run(&s);
        struct curve c = {.count = 0};
        char path[96];
        double row[COLUMNS];
        (void)snprintf(c.name, sizeof c.name, "ns3-highway-%d", densities[k]);
        (void)snprintf(path, sizeof path, "ns3/H_%d_10hz_300B.csv", densities[k]);
        FILE *file = open_data(o, path);
        while (read_row(file, row) && c.count < 20) {
            add(&c, row[1], share(r, c.count, c.count), row[4]);
        }
        if (file) {
            (void)fclose(file);
        }
        say_curve(o, &c, 3);
        char name[96];
        (void)snprintf(name, sizeof name, "ns3-highway-%d-cbr", densities[k]);
        say(o, name, 1, 100 * fabs(r->cbr - busy[k]), 2, "pp");
    }
}

static void domain(struct options *o)
{
    double row[COLUMNS];
    FILE *file = open_data(o, "ns3/C_summary.csv");
    while (read_row(file, row)) {
        int nodes = (int)row[0];
        struct trial_setup s = {.radio = radio_of(o, TECH_DSRC, "ns3-domain"),
                                .vehicles = (uint32_t)nodes,
                                .length_m = 100,
                                .rate_hz = 10,
                                .jitter_ms = 5,
                                .octets = 300,
                                .warm_s = 1,
                                .count_s = o->quick ? 4 : 12,
                                .to_m = 100,
                                .bin_m = 25,
                                .bins = 4,
                                .seed = 1};
        char name[96];
        /* Power does not matter here: the plants are a deaf receiver and a short frame. */
        s.radio.noise_figure_db = o->plant ? 30 : s.radio.noise_figure_db;
        s.radio.power_dbm -= o->plant ? 45 : 0;
        const struct trial_result *r = run(&s);
        (void)snprintf(name, sizeof name, "ns3-domain-%d-pdr", nodes);
        say(o, name, 1, 100 * fabs(share(r, 0, 3) - row[2]), row[3] < 0.6 ? 2 : 4, "pp");
        if (o->plant) {
            s.radio = radio_of(o, TECH_DSRC, "ns3-domain");
            s.octets /= 5;
            r = run(&s);
        }
        (void)snprintf(name, sizeof name, "ns3-domain-%d-cbr", nodes);
        say(o, name, 1, 100 * fabs(r->cbr - row[3]), row[3] < 0.6 ? 2 : 3, "pp");
        (void)snprintf(name, sizeof name, "ns3-domain-%d-p50", nodes);
        double limit = row[1] < 0.7 ? 15 : 25;
        say(o, name, 1, 100 * fabs(r->latency_ms[0] / row[5] - 1), limit, "percent");
        (void)snprintf(name, sizeof name, "ns3-domain-%d-p90", nodes);
        say(o, name, 1, 100 * fabs(r->latency_ms[1] / row[6] - 1), limit, "percent");
    }
    if (file) {
        (void)fclose(file);
    }
}

/* The authors' simulations: points each 25 m. */
static void simulations(struct options *o, bool mode4)
{
    FILE *file = open_data(o, mode4 ? "from-public-repos/umh_cv2x_mode4_veins_sim.csv"
                                    : "from-public-repos/umh_80211p_omnet_sim.csv");
    int keys = mode4 ? 4 : 5;
    double row[COLUMNS];
    double last[5] = {0};
    struct curve c = {.count = 0};
    struct trial_setup s = {0};
    const struct trial_result *r = NULL;
    int number = 0;
    double limit = 3;
    for (bool more = true; more;) {
        more = read_row(file, row);
        if (!more || memcmp(row, last, (size_t)keys * sizeof last[0]) != 0) {
            if (c.count > 0) {
                say_curve(o, &c, limit);
            }
            c.count = 0;
            memcpy(last, row, (size_t)keys * sizeof last[0]);
            bool skip = !more || (o->quick && number % 4 != 0);
            number++;
            r = NULL;
            if (skip) {
                continue;
            }
            s = (struct trial_setup){
                .radio = radio_of(o, mode4 ? TECH_LTE_V2X : TECH_DSRC, "umh"),
                .vehicles = (uint32_t)(row[0] * 4000),
                .length_m = 4000,
                .rate_hz = row[1],
                .octets = mode4 ? 190 : (uint32_t)row[3],
                .warm_s = mode4 ? 3 : 0.5,
                .count_s = (mode4 ? o->quick ? 10.0 : 40.0 : 20.0) / row[1],
                .from_m = 1000,
                .to_m = 3000,
                .bin_m = 5,
                .bins = 112,
                .seed = 1};
            s.radio.power_dbm += row[2] - (mode4 ? 20 : 23);
            if (mode4) {
                bool four = row[3] == 4;
                s.radio.errors = four ? "r1-160284-0.7" : "r1-160284-0.5";
                s.radio.message_rb = s.radio.subchannel_rb = four ? 10 : 12;
                s.radio.subchannels = row[3];
                s.radio.rri_ms = s.radio.t2_ms = 1000 / row[1];
                (void)snprintf(c.name, sizeof c.name, "umh-mode4-%g-%g-%g-%g", row[0],
                               row[1], row[2], row[3]);
                /* More vehicles in range than resources: see docs/air.md. */
                limit = row[0] * row[1] / row[3] >= 1.5 && !four ? 5 : 3;
            } else {
                s.radio.rate_mbps = row[4];
                (void)snprintf(c.name, sizeof c.name, "umh-80211p-%g-%g-%g-%g-%g", row[0],
                               row[1], row[2], row[3], row[4]);
            }
            r = run(&s);
        }
        if (r) {
            add(&c, row[5], trial_at(&s, r, row[5], CAUSE_NONE), row[6]);
        }
    }
    if (file) {
        (void)fclose(file);
    }
}

static void wilab(struct options *o)
{
    static const struct {
        enum technology technology;
        const char *name;
        int bins;
    } rows[] = {
        {TECH_ITS_G5, "g5", 50}, {TECH_LTE_V2X, "lte4", 50}, {TECH_NR_V2X, "nr7", 20}};
    for (int k = 0; k < 3; k++) {
        struct trial_setup s = {.radio = radio_of(o, rows[k].technology, "wilab"),
                                .vehicles = 400,
                                .length_m = 4000,
                                .rate_hz = 10,
                                .octets = 350,
                                .speed_mps = 19.4,
                                .warm_s = 2,
                                .count_s = o->quick ? 2 : 5,
                                .from_m = 1000,
                                .to_m = 3000,
                                .bin_m = 10,
                                .bins = rows[k].bins,
                                .seed = 1,
                                .lanes = 6};
        const struct trial_result *r = run(&s);
        struct curve c = {.count = 0};
        char path[96];
        double row[COLUMNS];
        (void)snprintf(c.name, sizeof c.name, "wilab-%s", rows[k].name);
        (void)snprintf(path, sizeof path, "wilab/%s_prr.csv", rows[k].name);
        FILE *file = open_data(o, path);
        while (read_row(file, row) && c.count < rows[k].bins) {
            add(&c, row[0], share(r, c.count, c.count), row[5]);
        }
        if (file) {
            (void)fclose(file);
        }
        say_curve(o, &c, 5);
    }
}

static void congestion(struct options *o)
{
    double worst = 0;
    static const double counts[] = {50, 100, 200, 500};
    for (int k = 0; k < 4; k++) {
        struct congestion_adaptive c = congestion_adaptive_init();
        for (int i = 0; i < 4000; i++) {
            double cbr = counts[k] * c.delta * (o->plant ? 1.05 : 1);
            congestion_adaptive_step(&c, cbr < 1 ? cbr : 1);
        }
        double target = 0.0012 * 0.68 / (0.016 + counts[k] * 0.0012);
        worst = fmax(worst, fabs(c.delta / target - 1));
    }
    say(o, "dcc-adaptive-fixed-points", 4, 100 * worst, 2, "percent");
    struct congestion_j2945 c = {.density = o->plant ? 51 : 50};
    double off = fabs(congestion_j2945_interval_ms(&c) - 200);
    c.density = 100;
    off += fabs(congestion_j2945_interval_ms(&c) - 400);
    off += fabs(congestion_j2945_power_dbm(65) - 15);
    off += fabs(congestion_j2945_error_p(0.3) - (1 - exp(-0.75)));
    off += fabs(congestion_j2945_error_p(0.4) - (1 - exp(-3.0)));
    say(o, "j2945-check-values", 5, off, 1e-9, "sum");
}

static int parse(struct options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0) {
            o->quick = true;
        } else if (strcmp(argv[i], "--json") == 0) {
            o->json = true;
        } else if (strcmp(argv[i], "--plant") == 0) {
            o->plant = true;
        } else if (strcmp(argv[i], "--plots") == 0 && i + 1 < argc) {
            o->plots = argv[++i];
        } else if (strcmp(argv[i], "--data") == 0 && i + 1 < argc) {
            o->data = argv[++i];
        } else {
            printf("usage: validate-air [--quick] [--json] [--plots DIR] [--data DIR] "
                   "[--plant]\n\nThe air over published curves: ours against theirs, mean "
                   "absolute deviation and limit.\nexit codes: 0 all within limits, 2 "
                   "usage, 3 one is not, 77 no reference curves\n");
            return strcmp(argv[i], "--help") == 0 ? 0 : 2;
        }
    }
    return -1;
}

int main(int argc, char **argv)
{
    struct options o = {.data = SHARED_DATA};
    int code = parse(&o, argc, argv);
    if (code >= 0) {
        return code;
    }
    FILE *there = open_data(&o, "ns3/C_summary.csv");
    if (!there) {
        (void)fprintf(stderr, "validate-air: no reference curves in %s (--data DIR)\n",
                      o.data);
        return 77;
    }
    (void)fclose(there);
    formulas(&o);
    analytic(&o);
    congestion(&o);
    links(&o);
    highway(&o);
    domain(&o);
    simulations(&o, false);
    simulations(&o, true);
    wilab(&o);
    (void)fprintf(stderr, "validate-air: %d of %d within limits\n", o.checked - o.failed,
                  o.checked);
    return o.failed > 0 ? 3 : 0;
}
