/* SPDX-License-Identifier: Apache-2.0 */
/* Figures and words of a run in; one leaf of each axis out. */
#include "label/axes_odd.h"

#include <string.h>

#include "base/fmath.h"

#define TIERS 6

/* Steps of latency and of loss: a tier away is about one of each. */
struct label deg_tier(const struct deg_tier_subject *s)
{
    static const enum param medians[TIERS] = {PARAM_DEG_TIER_D0_MS, PARAM_DEG_TIER_D1_MS,
                                              PARAM_DEG_TIER_D2_MS, PARAM_DEG_TIER_D3_MS,
                                              PARAM_DEG_TIER_D4_MS, PARAM_DEG_TIER_D5_MS};
    static const enum param losses[TIERS] = {
        PARAM_DEG_TIER_D0_LOSS, PARAM_DEG_TIER_D1_LOSS, PARAM_DEG_TIER_D2_LOSS,
        PARAM_DEG_TIER_D3_LOSS, PARAM_DEG_TIER_D4_LOSS, PARAM_DEG_TIER_D5_LOSS};
    const struct rules *r = s->rules;
    int nearest = 0;
    double least = 1e9;
    for (int i = 0; i < TIERS; i++) {
        double ms = leaf_param(r, medians[i]), loss = leaf_param(r, losses[i]);
        double more = s->latency_ms > ms ? s->latency_ms : ms;
        double apart =
            fm_abs(s->latency_ms - ms) / (more + leaf_param(r, PARAM_DEG_TIER_STEP_MS)) +
            fm_abs(s->loss - loss) / ((s->loss > loss ? s->loss : loss) +
                                      leaf_param(r, PARAM_DEG_TIER_STEP_LOSS));
        if (apart < least) {
            least = apart;
            nearest = i;
        }
    }
    double most = leaf_param(r, PARAM_DEG_TIER_APART);
    if (!s->known || least > most) {
        return label_plain(LEAF_DEG_TIER_CUSTOM, KNOWN_AT_END);
    }
    return label_valued((uint16_t)(LEAF_DEG_TIER_D0 + nearest), KNOWN_AT_END, least,
                        least - most, most);
}

static bool is(const char *told, const char *word)
{
    return told != NULL && strcmp(told, word) == 0;
}

struct label odd_weather(const char *told)
{
    uint16_t leaf = is(told, "clear") || is(told, "cloudy") ? LEAF_ODD_WEATHER_CLEAR
                    : is(told, "rain")                      ? LEAF_ODD_WEATHER_RAIN
                    : is(told, "snow")                      ? LEAF_ODD_WEATHER_SNOW
                    : is(told, "fog")                       ? LEAF_ODD_WEATHER_FOG
                                                            : LEAF_ODD_WEATHER_UNKNOWN;
    return label_plain(leaf, KNOWN_AT_SUBJECT);
}

struct label odd_light(const char *told)
{
    uint16_t leaf = is(told, "day")         ? LEAF_ODD_LIGHT_DAY
                    : is(told, "dusk")      ? LEAF_ODD_LIGHT_TWILIGHT
                    : is(told, "night_lit") ? LEAF_ODD_LIGHT_NIGHT_LIT
                    : is(told, "night")     ? LEAF_ODD_LIGHT_NIGHT_DARK
                                            : LEAF_ODD_LIGHT_UNKNOWN;
    return label_plain(leaf, KNOWN_AT_SUBJECT);
}

struct label odd_road(const struct odd_road_subject *s)
{
    const double borders[3] = {leaf_param(s->rules, PARAM_ODD_ROAD_MOTORWAY_MPS),
                               leaf_param(s->rules, PARAM_ODD_ROAD_RURAL_MPS),
                               leaf_param(s->rules, PARAM_ODD_ROAD_URBAN_MPS)};
    if (s->parking) {
        return label_plain(LEAF_ODD_ROAD_PARKING, KNOWN_AT_SUBJECT);
    }
    if (!s->known) {
        return label_plain(LEAF_ODD_ROAD_UNKNOWN, KNOWN_AT_SUBJECT);
    }
    uint16_t leaf = s->limit_mps >= borders[0]   ? LEAF_ODD_ROAD_MOTORWAY
                    : s->limit_mps >= borders[1] ? LEAF_ODD_ROAD_RURAL
                    : s->limit_mps >= borders[2] ? LEAF_ODD_ROAD_URBAN
                                                 : LEAF_ODD_ROAD_RESIDENTIAL;
    return label_banded(leaf, KNOWN_AT_SUBJECT, s->limit_mps, borders, 3);
}

struct label odd_junction(const struct odd_junction_subject *s)
{
    uint16_t leaf = !s->known       ? LEAF_ODD_JUNCTION_UNKNOWN
                    : s->signals    ? LEAF_ODD_JUNCTION_SIGNALISED
                    : s->signs      ? LEAF_ODD_JUNCTION_PRIORITY
                    : s->roundabout ? LEAF_ODD_JUNCTION_ROUNDABOUT
                    : s->merge      ? LEAF_ODD_JUNCTION_MERGE
                    : s->any        ? LEAF_ODD_JUNCTION_UNMARKED
                                    : LEAF_ODD_JUNCTION_NONE;
    return label_plain(leaf, KNOWN_AT_SUBJECT);
}

struct label odd_density(double agents, const struct rules *rules)
{
    const double borders[3] = {leaf_param(rules, PARAM_ODD_DENSITY_SPARSE),
                               leaf_param(rules, PARAM_ODD_DENSITY_LOW),
                               leaf_param(rules, PARAM_ODD_DENSITY_MEDIUM)};
    uint16_t leaf = agents < borders[0]   ? LEAF_ODD_DENSITY_SPARSE
                    : agents < borders[1] ? LEAF_ODD_DENSITY_LOW
                    : agents < borders[2] ? LEAF_ODD_DENSITY_MEDIUM
                                          : LEAF_ODD_DENSITY_HIGH;
    return label_banded(leaf, KNOWN_AT_END, agents, borders, 3);
}
