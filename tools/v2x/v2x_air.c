/* SPDX-License-Identifier: Apache-2.0 */
/* `v2x air`: delivery over distance of any profile and parameters. In: options. Out: CSV,
 * a line per distance: delivery ratio, share of each cause, busy ratio, latency. */
#include "tools/v2x/v2x_air.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "air/edca.h"
#include "air/mode4.h"
#include "air/radio.h"
#include "air/trial.h"

#define STEP_M    25
#define BINS      105
#define ROAD_M    4000
#define VEHICLES  4000
#define SETS_MOST 32

struct ask {
    enum technology technology;
    bool analytic;
    double density_per_m, rate_hz, power_dbm, size, seconds, to_m, speed_mps;
    bool power_given;
    unsigned long long seed;
    const char *preset;
    const char *sets[SETS_MOST];
    int set_count;
    bool list;
    enum congestion_control congestion;
};

static const char help_text[] =
    "usage: v2x air --technology T [options]\n\n"
    "What a radio does on a straight road of evenly spaced vehicles, as CSV: distance_m, "
    "pdr,\n"
    "the share of each cause, cbr, latency percentiles.\n\n"
    "  --technology T    ideal, dsrc, its-g5, lte-v2x, nr-v2x, uu\n"
    "  --event           message by message, as the daemon does it (default)\n"
    "  --analytic        the published model (dsrc, its-g5, lte-v2x), its own parameters\n"
    "  --density PER_M   vehicles per metre (default 0.1)\n"
    "  --rate HZ         messages per second of each (default 10)\n"
    "  --power DBM       transmit power (default: the profile's; analytic 23)\n"
    "  --size B          octets of a message as it reaches the radio (default 300)\n"
    "  --preset NAME     parameters of published curves: umh, ns3-highway, ns3-domain, "
    "wilab\n"
    "  --set K=V         any parameter of the profile; --list names them\n"
    "  --congestion NAME off, j2945, etsi-reactive, etsi-adaptive, cr-limit\n"
    "  --list            the profile, a parameter a line, and exit\n"
    "  --to M            greatest distance (default 500, at most 1500)\n"
    "  --speed MPS       of the vehicles (default 0)\n"
    "  --seconds S       simulated and counted (default 4)   --seed N (default 1)\n\n"
    "example: v2x air --technology dsrc --analytic --density 0.12 --rate 10 --power 23 "
    "--size "
    "190\n";

static int failed(const struct fail *fail)
{
    (void)fprintf(stderr, "v2x air: %s\n", fail->text);
    return result_exit_code(fail->code);
}

static int number(const char *name, const char *text, double least, double most,
                  double *out, struct fail *fail)
{
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value >= least && value <= most)) {
        return fail_set(fail, RESULT_USAGE, "%s %s: a number, %g to %g", name, text, least,
                        most);
    }
    *out = value;
    return 0;
}

#define X(name, text) text,
static const char *const congestions[] = {CONGESTION_TABLE(X)};
#undef X

static int take_value(struct ask *ask, const char *name, const char *value,
                      struct fail *fail)
{
    double seed = 0;
    if (strcmp(name, "--technology") == 0) {
        int found = kinds_find(kinds_technology, TECH_CAPTURED, value);
        if (found < 0) {
            return fail_set(
                fail, RESULT_USAGE,
                "--technology %s: one of ideal, dsrc, its-g5, lte-v2x, nr-v2x, uu", value);
        }
        ask->technology = (enum technology)found;
        return 0;
    }
    if (strcmp(name, "--set") == 0) {
        if (ask->set_count == SETS_MOST || !strchr(value, '=')) {
            return fail_set(fail, RESULT_USAGE, "--set %s: KEY=VALUE, at most %d", value,
                            SETS_MOST);
        }
        ask->sets[ask->set_count++] = value;
        return 0;
    }
    if (strcmp(name, "--congestion") == 0) {
        int found =
            kinds_find(congestions, sizeof congestions / sizeof congestions[0], value);
        ask->congestion = (enum congestion_control)found;
        return found >= 0 ? 0
                          : fail_set(fail, RESULT_USAGE,
                                     "--congestion %s: one of off, j2945, etsi-reactive, "
                                     "etsi-adaptive, cr-limit",
                                     value);
    }
    if (strcmp(name, "--preset") == 0) {
        ask->preset = value;
        return 0;
    }
    if (strcmp(name, "--power") == 0) {
        ask->power_given = true;
        return number(name, value, -50, 50, &ask->power_dbm, fail);
    }
    if (strcmp(name, "--seed") == 0) {
        int rc = number(name, value, 0, 9007199254740992.0, &seed, fail);
        ask->seed = (unsigned long long)seed;
        return rc;
    }
    const struct {
        const char *name;
        double least, most, *out;
    } numbers[] = {{"--density", 0.0005, 1, &ask->density_per_m},
                   {"--rate", 0.1, 100, &ask->rate_hz},
                   {"--size", 1, 2304, &ask->size},
                   {"--seconds", 0.1, 600, &ask->seconds},
                   {"--speed", 0, 100, &ask->speed_mps},
                   {"--to", 25, 1500, &ask->to_m}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (strcmp(numbers[i].name, name) == 0) {
            return number(name, value, numbers[i].least, numbers[i].most, numbers[i].out,
                          fail);
        }
    }
    return fail_set(fail, RESULT_USAGE, "%s: no such option; v2x air --help lists them",
                    name);
}

/* 0, or 1 when the help was asked for, or negative. */
static int take_options(struct ask *ask, int argc, char **argv, struct fail *fail)
{
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i];
        char plain[32];
        if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
            return 1;
        }
        if (strcmp(name, "--analytic") == 0 || strcmp(name, "--event") == 0) {
            ask->analytic = name[2] == 'a';
            continue;
        }
        if (strcmp(name, "--list") == 0) {
            ask->list = true;
            continue;
        }
        const char *value = strncmp(name, "--", 2) == 0 ? strchr(name, '=') : NULL;
        if (value && (size_t)(value - name) < sizeof plain) {
            memcpy(plain, name, (size_t)(value - name));
            plain[value - name] = '\0';
            name = plain;
            value++;
        } else if (i + 1 < argc) {
            value = argv[++i];
        } else {
            return fail_set(fail, RESULT_USAGE, "%s: a value is missing, or no such option",
                            name);
        }
        int rc = take_value(ask, name, value, fail);
        if (rc != 0) {
            return rc;
        }
    }
    return ask->technology < TECH_COUNT
               ? 0
               : fail_set(fail, RESULT_USAGE, "--technology is missing");
}

static int take_sets(const struct ask *ask, struct radio *radio, struct fail *fail)
{
    int rc = ask->preset ? radio_preset(radio, ask->preset, fail) : 0;
    if (ask->power_given) {
        radio->power_dbm = ask->power_dbm;
    }
    for (int i = 0; rc == 0 && i < ask->set_count; i++) {
        char key[64];
        const char *value = strchr(ask->sets[i], '=');
        size_t length = (size_t)(value - ask->sets[i]);
        if (length >= sizeof key) {
            return fail_set(fail, RESULT_USAGE, "--set %s: no such parameter",
                            ask->sets[i]);
        }
        memcpy(key, ask->sets[i], length);
        key[length] = '\0';
        rc = radio_set(radio, key, value + 1, fail);
    }
    return rc;
}

static void list_radio(const struct radio *radio)
{
    struct propagation path = radio_path(radio);
    printf("# path_loss=%s errors=%s\nparameter,value,unit,least,most,meaning\n",
           propagation_names[path.law], radio->errors);
    for (size_t i = 0; i < radio_key_count; i++) {
        const struct radio_key *k = &radio_keys[i];
        printf("%s,%g,%s,%g,%g,\"%s\"\n", k->name,
               *(const double *)((const char *)radio + k->offset), k->unit, k->least,
               k->most, k->sentence);
    }
}

static int say_edca(const struct ask *ask, const struct radio *radio, struct fail *fail)
{
    struct edca *model = malloc(sizeof *model);
    if (!model) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the model");
    }
    struct edca_setup s =
        edca_published(ask->density_per_m, ask->rate_hz,
                       ask->power_given ? ask->power_dbm : 23, ask->size, radio->rate_mbps);
    s.sigma_db = radio->sigma_db;
    s.sensing_dbm = radio->sensing_dbm;
    s.noise_dbm = -104 + radio->noise_figure_db;
    s.path = radio_path(radio);
    int rc = edca_init(model, &s, fail);
    if (rc == 0) {
        printf("distance_m,pdr,sensitivity,rx_busy,fading,collision,cbr\n");
    }
    for (double d = 0; rc == 0 && d <= ask->to_m; d += STEP_M) {
        struct edca_result r = edca_at(model, d);
        printf("%g,%.6f,%.6f,%.6f,%.6f,%.6f,%.4f\n", d, r.pdr, r.sensing, r.busy,
               r.propagation, r.collision, model->cbr);
    }
    free(model);
    return rc;
}

static int say_mode4(const struct ask *ask, const struct radio *radio, struct fail *fail)
{
    struct mode4 *model = malloc(sizeof *model);
    if (!model) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the model");
    }
    struct mode4_setup s =
        mode4_published(ask->density_per_m, ask->rate_hz,
                        ask->power_given ? ask->power_dbm : 23, (int)radio->subchannels);
    s.sigma_db = radio->sigma_db;
    s.sensing_dbm = radio->sensing_dbm;
    s.noise_50rb_dbm = -104 + radio->noise_figure_db;
    s.path = radio_path(radio);
    int rc = mode4_init(model, &s, fail);
    if (rc == 0) {
        printf("distance_m,pdr,half_duplex,sensitivity,fading,collision_resource,cbr\n");
    }
    for (double d = 0; rc == 0 && d <= ask->to_m; d += STEP_M) {
        struct mode4_result r = mode4_at(model, d);
        printf("%g,%.6f,%.6f,%.6f,%.6f,%.6f,%.4f\n", d, r.pdr, r.half_duplex, r.sensing,
               r.propagation, r.collision, model->cbr);
    }
    free(model);
    return rc;
}

/* The papers' parameters are the base: --set changes them. */
static int say_analytic(struct ask *ask, struct radio *radio, struct fail *fail)
{
    if (radio->access == RADIO_CELL || ask->technology == TECH_NR_V2X ||
        ask->technology == TECH_IDEAL) {
        return fail_set(fail, RESULT_USAGE,
                        "--analytic: no published model of %s; --event has it",
                        kinds_technology[ask->technology]);
    }
    ask->preset = ask->preset ? ask->preset : "umh";
    int rc = take_sets(ask, radio, fail);
    if (rc != 0) {
        return rc;
    }
    return radio->access == RADIO_CSMA ? say_edca(ask, radio, fail)
                                       : say_mode4(ask, radio, fail);
}

static void print_rows(const struct trial_setup *s, const struct trial_result *r,
                       double to_m)
{
    printf("distance_m,pdr");
    for (int c = 1; c < CAUSE_COUNT; c++) {
        printf(",%s", kinds_cause[c]);
    }
    printf(",cbr,latency_p50_ms,latency_p90_ms,latency_p99_ms\n");
    for (double d = 0; d <= to_m; d += STEP_M) {
        double pdr = trial_at(s, r, d, CAUSE_NONE);
        if (pdr < 0) {
            continue; /* nobody at any distance */
        }
        printf("%g,%.6f", d, pdr);
        for (int c = 1; c < CAUSE_COUNT; c++) {
            printf(",%.6f", trial_at(s, r, d, (enum cause)c));
        }
        printf(",%.4f,%.3f,%.3f,%.3f\n", r->cbr, r->latency_ms[0], r->latency_ms[1],
               r->latency_ms[2]);
    }
}

static int say_event(const struct ask *ask, struct radio *radio, struct fail *fail)
{
    int rc = take_sets(ask, radio, fail);
    if (rc != 0) {
        return rc;
    }
    struct trial_result *result = malloc(sizeof *result);
    if (!result) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the result");
    }
    if (!ask->preset) {
        radio->size_overhead = 0; /* --size is what reaches the radio */
    }
    double length = ROAD_M > 4 * ask->to_m ? ROAD_M : 4 * ask->to_m;
    double vehicles = ask->density_per_m * length;
    length = vehicles > VEHICLES ? length * VEHICLES / vehicles : length;
    struct trial_setup s = {.radio = *radio,
                            .vehicles = (uint32_t)(ask->density_per_m * length + 0.5),
                            .length_m = length,
                            .rate_hz = ask->rate_hz,
                            .jitter_ms = radio->access == RADIO_CSMA ? 5 : 0,
                            .octets = (uint32_t)ask->size,
                            .speed_mps = ask->speed_mps,
                            .warm_s = radio->access == RADIO_SPS ? 2 : 0.5,
                            .count_s = ask->seconds,
                            .from_m = length / 4,
                            .to_m = 3 * length / 4,
                            .bin_m = (ask->to_m + STEP_M) / BINS,
                            .bins = BINS,
                            .congestion = ask->congestion,
                            .seed = ask->seed};
    s.vehicles = s.vehicles < 2 ? 2 : s.vehicles;
    rc = trial_run(&s, result, fail);
    if (rc == 0) {
        print_rows(&s, result, ask->to_m);
    }
    free(result);
    return rc;
}

int v2x_air_main(int argc, char **argv)
{
    struct ask ask = {.technology = TECH_COUNT,
                      .density_per_m = 0.1,
                      .rate_hz = 10,
                      .size = 300,
                      .seconds = 4,
                      .to_m = 500,
                      .seed = 1};
    struct fail fail = {0};
    int rc = take_options(&ask, argc, argv, &fail);
    if (rc == 1) {
        (void)fputs(help_text, stdout);
        return 0;
    }
    struct radio radio = {.technology = ask.technology, .errors = "none"};
    bool known = rc == 0 && radio_profile(ask.technology, &radio);
    if (rc == 0 && !known && (ask.set_count > 0 || ask.preset || ask.list)) {
        rc = fail_set(&fail, RESULT_USAGE, "ideal has no radio parameters");
    }
    if (rc == 0 && ask.list) {
        rc = take_sets(&ask, &radio, &fail);
        if (rc == 0) {
            list_radio(&radio);
        }
    } else if (rc == 0) {
        rc = ask.analytic ? say_analytic(&ask, &radio, &fail)
                          : say_event(&ask, &radio, &fail);
    }
    if (rc == 0 && fflush(stdout) != 0) {
        rc = fail_set(&fail, RESULT_WORLD, "standard output: cannot write");
    }
    return rc == 0 ? 0 : failed(&fail);
}
