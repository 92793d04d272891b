/* SPDX-License-Identifier: Apache-2.0 */
/* The applications of SAE J2945/1, VSC-A and for vulnerable road users, of a pair host ->
 * remote at one instant: not applicable, inactive or active. The standards leave the
 * warning algorithms open; the rules are ours, and they read straight ahead along the
 * host's axis. */
#pragma once

#include "label/axes_rel.h"

/* What the host knows of itself. */
struct app_host {
    bool known;           /* lane and way; else lane changes and turns are not told */
    bool turns_left;      /* at the next junction, or in it */
    double turn_in_m;     /* 0: in it */
    double moves_aside_m; /* to another lane, left positive; 0: it does not */
    double limit_mps;     /* <= 0 unknown */
};

/* What else is around, of one host: made by app_around_of(). */
struct app_around {
    bool lead; /* somebody drives ahead in the lane */
    uint32_t lead_index;
    double lead_s_m;
    bool slow; /* whom it would pass, or is passing: in its lane or the next one */
    double slow_s_m, slow_gap_m, slow_mps, slow_length_m;
};

struct app_subject {
    struct app_host host;
    struct app_around around;
    bool other_vru, sensor_only, hidden;
    uint16_t events; /* SAE J2735 VehicleEventFlags of the other */
    uint32_t other;  /* agent index */
};

enum {
    APP_EEBL,
    APP_FCW,
    APP_BSW,
    APP_LCW,
    APP_DNPW,
    APP_IMA,
    APP_LTA,
    APP_CLW,
    APP_PCW,
    APP_PAIRS
};
struct app_labels {
    struct label by[APP_PAIRS];
};

/* Takes one other into account; start with a zeroed one. */
void app_around_take(struct app_around *around, const struct rel_subject *s,
                     uint32_t index);
struct app_labels app_pair(const struct rel_subject *s, const struct app_subject *a);
