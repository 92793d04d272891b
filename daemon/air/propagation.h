/* SPDX-License-Identifier: Apache-2.0 */
/* Path loss by name: decibels between two antennas without shadowing or fading, and what a
 * thing in between adds. Frequencies in GHz, distances and heights in metres; d is floored
 * at 1 m (WINNER+ B1: 3 m). Sources beside each law; docs/air.md has the table. */
#pragma once

#include <stdbool.h>

#include "base/result.h"

#define PROPAGATION_C_MPS 299792458.0

/* name, key, sentence */
#define PROPAGATION_TABLE(X)                                                               \
    X(FREE_SPACE, "free-space", "20 log10(4 pi d f / c)")                                  \
    X(WINNER_B1_LOS, "winner-b1-los", "WINNER+ D5.3 B1, effective heights explicit")       \
    X(WINNER_B1_NLOS, "winner-b1-nlos", "WINNER+ D5.3 B1 NLOS, hexagonal layout")          \
    X(HIGHWAY_LOS, "tr37885-highway", "3GPP TR 37.885 highway LOS and NLOSv")              \
    X(URBAN_LOS, "tr37885-urban", "3GPP TR 37.885 urban LOS and NLOSv")                    \
    X(URBAN_NLOS, "tr37885-nlos", "3GPP TR 37.885 urban NLOS")                             \
    X(TWO_RAY, "two-ray", "free space, beyond 4 pi h h / lambda fourth power")             \
    X(SLOPES, "log-distance", "up to three slopes")

enum propagation_law {
#define X(name, key, sentence) PROPAGATION_##name,
    PROPAGATION_TABLE(X)
#undef X
        PROPAGATION_LAW_COUNT
};

extern const char *const propagation_names[PROPAGATION_LAW_COUNT];

#define PROPAGATION_SLOPES_MOST 3

struct propagation {
    enum propagation_law law;
    double frequency_ghz;
    double h_tx_m, h_rx_m; /* WINNER+: effective heights, print them; two-ray: heights */
    /* SLOPES: loss_db up to from_m[0], then 10 exponent log10(d / from_m) per segment */
    int slopes;
    double loss_db, from_m[PROPAGATION_SLOPES_MOST], exponent[PROPAGATION_SLOPES_MOST];
};

/* Presets of SLOPES by name; NULL: none of that name. abbas-*: Abbas et al. 2015, fitted at
 * 5.6 GHz. three-log: a common default of VANET studies. */
const struct propagation *propagation_preset(const char *name);

/* RESULT_USAGE with the key and the reason if a parameter cannot be. */
MUST_USE int propagation_check(const struct propagation *p, struct fail *fail);

double propagation_loss_db(const struct propagation *p, double distance_m);

/* Around a corner, VirtualSource11p (Mangel, Klemp, Hartenstein 2011). */
struct propagation_corner {
    double frequency_ghz;
    double tx_m, rx_m;   /* distances to the centre of the crossing */
    double tx_wall_m;    /* transmitter to the wall of its street */
    double rx_street_m;  /* width of the receiver's street */
    double breakpoint_m; /* 180 at 5.9 GHz */
    bool suburban;
};
double propagation_corner_db(const struct propagation_corner *corner);

/* WINNER+ B1 Manhattan NLOS: the smaller of the two ways round, along d1 then d2. `los` is
 * the WINNER_B1_LOS law. */
double propagation_manhattan_db(const struct propagation *los, double d1_m, double d2_m);

/* Probability of line of sight, TR 37.885. */
double propagation_los_highway(double distance_m);
double propagation_los_urban(double distance_m);

/* Mean of the NLOSv blockage, TR 37.885: `above` if the blocker overtops both antennas,
 * else it overtops one. Its standard deviation is 4.5 (above) or 4 dB, floored at 0. */
double propagation_blockage_mean_db(double distance_m, bool above);

/* Single knife edge (ITU-R P.526): the parameter of an edge h above the straight line, d1
 * and d2 from the ends, and its loss (0 for v <= -0.7). */
double propagation_edge_v(double h_m, double d1_m, double d2_m, double frequency_ghz);
double propagation_edge_db(double v);

/* What stands across a line: how far along it, and its height above the ground. */
struct propagation_edge {
    double at_m, height_m;
};

#define PROPAGATION_EDGES_MOST 16

/* Several knife edges between antennas a_m and b_m high, length_m apart, ordered by at_m: a
 * rope stretched over them touches the major ones, whose losses add; so does the worst
 * minor one between two of them; the spacing corrects the sum (ITU-R P.526, cascaded
 * edges). At most PROPAGATION_EDGES_MOST. */
double propagation_edges_db(const struct propagation_edge *edges, int count, double a_m,
                            double b_m, double length_m, double frequency_ghz);

/* Buildings (Sommer et al. 2011): per wall crossed and per metre inside; the sum with the
 * line-of-sight loss is capped by the NLOS law at the same distance. */
double propagation_walls_db(double per_wall_db, double per_metre_db, int walls,
                            double inside_m, double los_db, double nlos_db);
