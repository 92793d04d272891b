/* SPDX-License-Identifier: Apache-2.0 */
/* Axes of infrastructure: what the signal ahead requires, what a speed advice asks for,
 * what a hazard warning asks for, and what the vehicle did; the three applications that
 * rest on a signal or an advice. Distances are from the front bumper to the stop line,
 * positive ahead. */
#pragma once

#include <stdbool.h>

#include "label/label.h"
#include "label/measures.h"
#include "model/kinds.h"

/* One approach at one instant, as known or on truth. */
struct v2i_approach {
    bool data;           /* SPaT and MAP for the lane */
    bool valid;          /* fresh, of one revision, no end in the past */
    enum phase phase;    /* now */
    double least_left_s; /* until it ends at the earliest, < 0 unknown */
    double most_left_s;  /* and at the latest */
    double distance_m;
    double speed_mps;
    bool braking;              /* it reacts already: no more RHO_S */
    double limit_mps;          /* <= 0 unknown */
    double clear_m;            /* way over the junction and out of it with the rear */
    const struct rules *rules; /* NULL: built in */
};
struct label v2i_sig(const struct v2i_approach *a);
/* Some leaf of v2i.sig that asks for a stop. */
bool v2i_sig_stops(uint16_t leaf);
/* v^2 / (2 d), what a stop at the line takes; at most MEASURES_A_MAX_MPS2. */
double v2i_stop_mps2(const struct v2i_approach *a);
/* From now, the last instant at which braking with B_MPS2 after RHO_S still stops in time;
 * negative: too late. */
double v2i_decide_by_s(const struct v2i_approach *a);

/* The speed nearest to the present one that reaches the line on green; OVERLAP: stop;
 * UNKNOWN: no end times. */
struct measure v2i_glosa_mps(const struct v2i_approach *a);

struct v2i_spd_subject {
    bool advice;
    double speed_mps, advice_mps;
    double distance_m; /* to where it holds; <= 0: it holds here */
    const struct rules *rules;
};
struct label v2i_spd(const struct v2i_spd_subject *s);

enum v2i_hazard {
    HAZARD_NONE,
    HAZARD_CLOSED,   /* the road */
    HAZARD_BLOCKED,  /* all lanes */
    HAZARD_OBSTACLE, /* something stands in a lane */
    HAZARD_SLOW,     /* works, queue, weather, wrong-way driver */
    HAZARD_OTHER,
};
struct label v2i_haz(enum v2i_hazard hazard, bool in_lane);

/* One approach from the first requirement to the line, or until nothing is required. */
struct v2i_cmp_subject {
    bool due;          /* a stop was required at all */
    bool impossible;   /* not with what the road gives, when it was first required */
    bool stopped;      /* stood before the line, or the requirement ended before it */
    bool began;        /* it slowed down */
    double reaction_s; /* from the requirement to that */
    double spare_s;    /* decide-by minus the begin; negative: late */
    double reduced;    /* share of the speed that was taken off at the line */
    const struct rules *rules;
};
struct label v2i_cmp(const struct v2i_cmp_subject *s);

/* Applications of signals and advice; the other ones are of pairs (axes_app.h). */
struct label app_rlvw(const struct v2i_approach *a);
struct label app_glosa(const struct v2i_approach *a);
struct label app_csw(const struct v2i_spd_subject *s);
