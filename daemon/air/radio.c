/* SPDX-License-Identifier: Apache-2.0 */
/* The profiles. In: a technology, or a key and a value. Out: a checked radio. */
#include "air/radio.h"

#include <stdlib.h>
#include <string.h>

#include "air/errors.h"
#include "air/per.h"

const struct radio_key radio_keys[] = {
#define X(name, csma, lte, nr, uu, least, most, unit, sentence)                            \
    {#name, offsetof(struct radio, name), least, most, unit, sentence},
    RADIO_TABLE(X)
#undef X
};
const size_t radio_key_count = sizeof radio_keys / sizeof radio_keys[0];

/* One value per technology, in the order of the table's columns. */
enum { COLUMN_CSMA, COLUMN_LTE, COLUMN_NR, COLUMN_UU };

static void fill(struct radio *radio, int column)
{
#define X(name, csma, lte, nr, uu, least, most, unit, sentence)                            \
    {                                                                                      \
        const double values[] = {csma, lte, nr, uu};                                       \
        radio->name = values[column];                                                      \
    }
    RADIO_TABLE(X)
#undef X
}

bool radio_profile(enum technology technology, struct radio *radio)
{
    static const struct {
        enum technology technology;
        enum radio_access access;
        int column;
        const char *errors;
    } rows[] = {
        {TECH_DSRC, RADIO_CSMA, COLUMN_CSMA, "highway-los-11p"},
        {TECH_ITS_G5, RADIO_CSMA, COLUMN_CSMA, "highway-los-11p"},
        {TECH_LTE_V2X, RADIO_SPS, COLUMN_LTE, "highway-los-lte7"},
        {TECH_NR_V2X, RADIO_SPS, COLUMN_NR, "threshold"},
        {TECH_UU, RADIO_CELL, COLUMN_UU, "none"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].technology == technology) {
            *radio = (struct radio){.technology = technology,
                                    .access = rows[i].access,
                                    .law = PROPAGATION_WINNER_B1_LOS,
                                    .errors = rows[i].errors};
            fill(radio, rows[i].column);
            if (technology == TECH_ITS_G5) {
                radio->power_dbm = 23;
            }
            if (technology == TECH_NR_V2X) {
                radio->threshold_db = 9.2; /* MCS 7 at 50 % */
            }
            return true;
        }
    }
    return false;
}

static int set_law(struct radio *radio, const char *value, struct fail *fail)
{
    const struct propagation *preset = propagation_preset(value);
    if (preset) {
        radio->law = PROPAGATION_SLOPES;
        radio->preset = preset;
        return 0;
    }
    for (int i = 0; i < PROPAGATION_LAW_COUNT; i++) {
        if (i != PROPAGATION_SLOPES && strcmp(propagation_names[i], value) == 0) {
            radio->law = (enum propagation_law)i;
            return 0;
        }
    }
    return fail_set(fail, RESULT_USAGE, "path_loss = %s: no such law", value);
}

int radio_set(struct radio *radio, const char *key, const char *value, struct fail *fail)
{
    if (strcmp(key, "path_loss") == 0) {
        return set_law(radio, value, fail);
    }
    if (strcmp(key, "errors") == 0) {
        radio->errors = errors_name(value);
        return radio->errors
                   ? 0
                   : fail_set(fail, RESULT_USAGE, "errors = %s: no such error rate", value);
    }
    for (size_t i = 0; i < radio_key_count; i++) {
        if (strcmp(radio_keys[i].name, key) == 0) {
            char *end = NULL;
            double number = strtod(value, &end);
            if (end == value || *end != '\0' ||
                !(number >= radio_keys[i].least && number <= radio_keys[i].most)) {
                return fail_set(fail, RESULT_USAGE, "%s = %s: a number, %g to %g %s", key,
                                value, radio_keys[i].least, radio_keys[i].most,
                                radio_keys[i].unit);
            }
            *(double *)((char *)radio + radio_keys[i].offset) = number;
            return 0;
        }
    }
    return fail_set(fail, RESULT_USAGE, "%s: no such parameter of a radio", key);
}

struct preset {
    const char *name;
    enum radio_access access;
    enum technology technology; /* TECH_COUNT: any of that access */
    const char *settings;       /* KEY=VALUE separated by spaces */
};

/* Carrier sense and preamble thresholds of the ns-3 runs are -85 dBm as configured there;
 * the preamble's is compared with signal and noise together (-85.46 at -95 dBm noise), and
 * carrier sense shows the busy ratios of -88 dBm (docs/air.md). */
static const struct preset presets[] = {
    {"umh", RADIO_CSMA, TECH_COUNT,
     "errors=goubet power_dbm=23 noise_figure_db=9 sensing_dbm=-85 carrier_dbm=-65 "
     "shadow_m=0 size_overhead=0 frequency_ghz=5.89 mac_octets=30"},
    {"umh", RADIO_SPS, TECH_LTE_V2X,
     "errors=r1-160284-0.7 message_rb=10 subchannel_rb=10 subchannels=4 power_dbm=20 "
     "sensing_dbm=-90.5 shadow_m=0 size_overhead=0 frequency_ghz=5.91 h_tx_m=1.5 "
     "h_rx_m=1.5 "
     "keep=0 emission_ibe=0"},
    {"ns3-highway", RADIO_CSMA, TECH_COUNT,
     "errors=nist power_dbm=23 noise_figure_db=9 sensing_dbm=-85.46 carrier_dbm=-88 "
     "shadow_m=0 size_overhead=0 frequency_ghz=5.89"},
    {"ns3-domain", RADIO_CSMA, TECH_COUNT,
     "errors=nist power_dbm=20 noise_figure_db=7 sensing_dbm=-97 sigma_db=0 "
     "size_overhead=0 path_loss=free-space"},
    {"wilab", RADIO_CSMA, TECH_COUNT,
     "h_tx_m=0.5 h_rx_m=0.5 gain_tx_db=3 gain_rx_db=3 power_dbm=23 noise_figure_db=6 "
     "size_overhead=0 sensing_dbm=-99 carrier_dbm=-99"},
    {"wilab", RADIO_SPS, TECH_LTE_V2X,
     "h_tx_m=0.5 h_rx_m=0.5 gain_tx_db=3 gain_rx_db=3 power_dbm=23 noise_figure_db=6 "
     "size_overhead=0 fixed_density=1 errors=highway-los-lte11 keep=0 message_rb=20 "
     "subchannel_rb=10 subchannels=5 sensing_dbm=-105"},
    {"wilab", RADIO_SPS, TECH_NR_V2X,
     "h_tx_m=0.5 h_rx_m=0.5 gain_tx_db=3 gain_rx_db=3 power_dbm=23 noise_figure_db=6 "
     "bandwidth_mhz=10 subframe_ms=1 size_overhead=0 fixed_density=1 threshold_db=26.2 "
     "keep=0.4 message_rb=10 sensing_dbm=-105"},
};

int radio_preset(struct radio *radio, const char *name, struct fail *fail)
{
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++) {
        const struct preset *p = &presets[i];
        if (strcmp(p->name, name) != 0 || p->access != radio->access ||
            (p->technology != TECH_COUNT && p->technology != radio->technology)) {
            continue;
        }
        char text[512];
        size_t length = strlen(p->settings);
        memcpy(text, p->settings, length + 1);
        int rc = 0;
        for (char *at = text; rc == 0 && at < text + length; at += strlen(at) + 1) {
            at[strcspn(at, " ")] = '\0';
            char *value = strchr(at, '=');
            *value = '\0';
            rc = radio_set(radio, at, value + 1, fail);
            at = value + 1;
        }
        return rc;
    }
    return fail_set(fail, RESULT_USAGE, "preset %s: none of that name for %s", name,
                    kinds_technology[radio->technology]);
}

struct propagation radio_path(const struct radio *radio)
{
    struct propagation path = {0};
    if (radio->law == PROPAGATION_SLOPES) {
        path = *radio->preset;
    }
    path.law = radio->law;
    path.frequency_ghz = radio->frequency_ghz;
    path.h_tx_m = radio->h_tx_m;
    path.h_rx_m = radio->h_rx_m;
    return path;
}

double radio_blocks(const struct radio *radio, double octets)
{
    if (radio->message_rb > 0) {
        return radio->message_rb;
    }
    /* 12 subcarriers, 9 (LTE) to 11 symbols of data: 108 elements a block and slot. */
    double blocks = 8 * octets / (radio->efficiency * 108);
    return blocks < 1 ? 1 : blocks;
}

int radio_subchannels(const struct radio *radio, double blocks)
{
    int count = (int)(blocks / radio->subchannel_rb);
    count += count * radio->subchannel_rb < blocks;
    int most = (int)radio->subchannels;
    return count < 1 ? 1 : count > most ? most : count;
}

static int check_access(const struct radio *radio, struct fail *fail)
{
    if (radio->access == RADIO_CSMA && per_rate_find(radio->rate_mbps) < 0) {
        return fail_set(fail, RESULT_USAGE,
                        "rate_mbps = %g: 3, 4.5, 6, 9, 12, 18, 24 or 27", radio->rate_mbps);
    }
    if (radio->access == RADIO_SPS &&
        !(radio->subframe_ms >= 0.125 && radio->subchannels >= 1 &&
          radio->subchannel_rb >= 1 && radio->rri_ms >= 20 && radio->t2_ms >= 20 &&
          radio->t1_ms >= 1 && radio->efficiency > 0 && radio->channel_rb >= 1 &&
          radio->candidate_share > 0)) {
        return fail_set(fail, RESULT_USAGE,
                        "pc5: subframe_ms %g (0.125..1), subchannels %g and subchannel_rb "
                        "%g (1..), rri_ms %g and t2_ms %g (20..), t1_ms %g (1..), "
                        "efficiency %g, channel_rb %g, candidate_share %g (above 0)",
                        radio->subframe_ms, radio->subchannels, radio->subchannel_rb,
                        radio->rri_ms, radio->t2_ms, radio->t1_ms, radio->efficiency,
                        radio->channel_rb, radio->candidate_share);
    }
    if (radio->access == RADIO_CELL && !(radio->cell_m >= 50)) {
        return fail_set(fail, RESULT_USAGE, "cell_m = %g: 50 to 20000 m", radio->cell_m);
    }
    return 0;
}

int radio_check(const struct radio *radio, struct fail *fail)
{
    for (size_t i = 0; i < radio_key_count; i++) {
        const struct radio_key *key = &radio_keys[i];
        double value = *(const double *)((const char *)radio + key->offset);
        if (!(value >= key->least && value <= key->most)) {
            return fail_set(fail, RESULT_USAGE, "%s = %g: %g to %g %s", key->name, value,
                            key->least, key->most, key->unit);
        }
    }
    if (!errors_name(radio->errors)) {
        return fail_set(fail, RESULT_USAGE, "errors: no such error rate");
    }
    if (radio->nakagami_m > 0 && radio->nakagami_m < 0.5) {
        return fail_set(fail, RESULT_USAGE, "nakagami_m = %g: 0.5 to 50, or 0",
                        radio->nakagami_m);
    }
    if (radio->nakagami_m > 0 && errors_fade(radio->errors)) {
        return fail_set(fail, RESULT_USAGE,
                        "nakagami_m = %g: the error rate %s contains fading already",
                        radio->nakagami_m, radio->errors);
    }
    struct propagation path = radio_path(radio);
    int rc = propagation_check(&path, fail);
    return rc != 0 ? rc : check_access(radio, fail);
}

int radio_of_config(const struct air_config *config, const struct radio *given,
                    struct radio *radio, struct fail *fail)
{
    if (given) {
        *radio = *given;
    } else if (!radio_profile(config->technology, radio)) {
        return fail_set(fail, RESULT_USAGE,
                        "air.radio: technology %s has no radio parameters",
                        kinds_technology[config->technology]);
    }
    int rc = 0;
    for (int i = 0; rc == 0 && !given && i < config->radio_set_count; i++) {
        const struct air_radio_set *set = &config->radio_sets[i];
        rc = strcmp(set->key, "preset") == 0 ? radio_preset(radio, set->value, fail)
                                             : radio_set(radio, set->key, set->value, fail);
    }
    rc = rc == 0 ? radio_check(radio, fail) : rc;
    return rc != 0 ? fail_wrap(fail, "air.radio") : 0;
}
