/* SPDX-License-Identifier: Apache-2.0 */
/* How many decisions a core makes per second with a radio at work: medium access, power,
 * interference, cause and complete record. In: nothing. Out: a line per set-up: decisions
 * per second of CPU time, CPU seconds per simulated second, the mix of causes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "air/trial.h"

struct bench {
    const char *name;
    enum technology technology;
    const char *preset; /* NULL: the profile as shipped */
    uint32_t vehicles;
    double length_m, range_m, speed_mps;
    bool boxes; /* vehicles in each other's way */
};

static const struct bench benches[] = {
    {"one domain, 200 nodes on 100 m, as ns-3 ran it", TECH_DSRC, "ns3-domain", 200, 100,
     125, 0, false},
    {"one domain, 200 nodes on 100 m, dsrc as shipped", TECH_DSRC, NULL, 200, 100, 125, 30,
     false},
    {"motorway, 1000 on 10 km, dsrc as shipped", TECH_DSRC, NULL, 1000, 10000, 300, 30,
     false},
    {"motorway, 1000 on 10 km, dsrc, vehicles in the way", TECH_DSRC, NULL, 1000, 10000,
     300, 30, true},
    {"motorway, 2000 on 10 km, its-g5 as shipped", TECH_ITS_G5, NULL, 2000, 10000, 300, 30,
     false},
    {"motorway, 1000 on 10 km, lte-v2x as shipped", TECH_LTE_V2X, NULL, 1000, 10000, 300,
     30, false},
    {"motorway, 1000 on 10 km, nr-v2x as shipped", TECH_NR_V2X, NULL, 1000, 10000, 300, 30,
     false},
    {"motorway, 1000 on 10 km, uu", TECH_UU, NULL, 1000, 10000, 300, 30, false},
    {"motorway, 1000 on 10 km, ideal", TECH_IDEAL, NULL, 1000, 10000, 300, 30, false},
};

static void run(const struct bench *b)
{
    static struct trial_result r;
    struct fail fail = {0};
    struct radio radio = {.technology = b->technology, .errors = "none"};
    bool known = radio_profile(b->technology, &radio);
    if (known && b->preset && radio_preset(&radio, b->preset, &fail) != 0) {
        exit(EXIT_FAILURE);
    }
    struct trial_setup s = {.radio = radio,
                            .vehicles = b->vehicles,
                            .length_m = b->length_m,
                            .rate_hz = 10,
                            .jitter_ms = 5,
                            .octets = 300,
                            .speed_mps = b->speed_mps,
                            .count_s = 3,
                            .to_m = b->length_m,
                            .bin_m = b->range_m / 100,
                            .bins = 100,
                            .seed = 1,
                            .lanes = 6,
                            .boxes = b->boxes};
    clock_t began = clock();
    if (trial_run(&s, &r, &fail) != 0) {
        (void)fprintf(stderr, "%s\n", fail.text);
        exit(EXIT_FAILURE);
    }
    double spent_s = (double)(clock() - began) / CLOCKS_PER_SEC;
    double all = 0;
    double causes[CAUSE_COUNT] = {0};
    for (int i = 0; i < s.bins; i++) {
        all += (double)r.bins[i].expected;
        for (int c = 0; c < CAUSE_COUNT; c++) {
            causes[c] += (double)r.bins[i].lost[c];
        }
    }
    printf("%-50s %7.2f M/s  %6.3f CPU s per s ", b->name, (double)r.rows / spent_s * 1e-6,
           spent_s / s.count_s);
    for (int c = 0; c < CAUSE_COUNT; c++) {
        if (causes[c] > 0.0005 * all) {
            printf(" %s %.1f %%", kinds_cause[c], 100 * causes[c] / all);
        }
    }
    printf("\n");
}

/* With an argument: only the set-ups that have it in their name. */
int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof benches / sizeof benches[0]; i++) {
        if (argc < 2 || strstr(benches[i].name, argv[1])) {
            run(&benches[i]);
        }
    }
    return EXIT_SUCCESS;
}
