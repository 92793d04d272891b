/* SPDX-License-Identifier: Apache-2.0 */
/* Axes of a whole run: its degradation by what was measured, and its surroundings. What
 * the scenario's own description tells is `imported`; the rest is measured or read from the
 * map. NULL texts are not told. */
#pragma once

#include "label/label.h"

struct deg_tier_subject {
    bool known;                /* something was to be received */
    double latency_ms;         /* median of what was added to the air */
    double loss;               /* 0..1 */
    const struct rules *rules; /* NULL: built in */
};
struct label deg_tier(const struct deg_tier_subject *s);

struct label odd_weather(const char *told); /* clear, cloudy, rain, fog, snow */
struct label odd_light(const char *told);   /* day, dusk, night, night_lit */

struct odd_road_subject {
    bool known;
    bool parking;     /* not on any lane, slower than walking */
    double limit_mps; /* of the egos' lanes, most of the time */
    const struct rules *rules;
};
struct label odd_road(const struct odd_road_subject *s);

struct odd_junction_subject {
    bool known;                             /* there is a map */
    bool signals, signs, roundabout, merge; /* of what the egos pass */
    bool any;
};
struct label odd_junction(const struct odd_junction_subject *s);
struct label odd_density(double agents, const struct rules *rules); /* around an ego */
