/* SPDX-License-Identifier: Apache-2.0 */
/* Error rates over shadowed signals. In: mean powers. Out: mean error rates. */
#include "air/disturb.h"

#include "base/fmath.h"

#define DISTURB_POWER_DB    0.1    /* step over the received power */
#define DISTURB_LEVEL_DB    0.05   /* table of interference levels */
#define DISTURB_LEVEL_LEAST (-300) /* dBm of its first entry */

void disturb_init(struct disturb *d)
{
    for (int i = 0; i < DISTURB_SPREAD; i++) {
        double z = -5 + 10.0 * i / DISTURB_SPREAD;
        d->spread[i] = fm_pow(10, z * d->sigma_db / 10);
        d->spread_weight[i] = fm_exp(-z * z / 2);
    }
}

static double mean_error(const struct disturb *d, double level_dbm)
{
    double errors = 0;
    for (int i = 0; i < d->powers; i++) {
        if (d->power_weight[i] > 0) {
            double x = d->sensing_dbm + i * DISTURB_POWER_DB;
            errors += d->power_weight[i] * d->error(d->context, x - level_dbm);
        }
    }
    return d->power_weights > 0 ? errors / d->power_weights : 1;
}

void disturb_signal(struct disturb *d, double mean_dbm)
{
    d->powers = 0;
    d->power_weights = 0;
    for (double x = d->sensing_dbm;
         x < mean_dbm + 8 * d->sigma_db && d->powers < DISTURB_POWERS;
         x += DISTURB_POWER_DB) {
        double z = (x - mean_dbm) / d->sigma_db;
        double weight = z * z < 1000 ? fm_exp(-z * z / 2) : 0;
        d->power_weight[d->powers++] = weight;
        d->power_weights += weight;
    }
    for (int i = 0; i < DISTURB_LEVELS; i++) {
        d->levels[i] = -1;
    }
    d->by_noise = mean_error(d, d->noise_dbm);
}

double disturb_by_noise(const struct disturb *d)
{
    return d->by_noise;
}

static double level_error(struct disturb *d, double level_dbm)
{
    int i = (int)((level_dbm - DISTURB_LEVEL_LEAST) / DISTURB_LEVEL_DB + 0.5);
    if (d->levels[i] < 0) {
        d->levels[i] = mean_error(d, DISTURB_LEVEL_LEAST + i * DISTURB_LEVEL_DB);
    }
    return d->levels[i];
}

double disturb_by_other(struct disturb *d, double other_dbm)
{
    double noise_mw = fm_pow(10, d->noise_dbm / 10);
    double other_mw = fm_pow(10, other_dbm / 10);
    double errors = 0;
    double weights = 0;
    for (int i = 0; i < DISTURB_SPREAD; i++) {
        double level_dbm = 10 * fm_log10(other_mw * d->spread[i] + noise_mw);
        errors += d->spread_weight[i] * level_error(d, level_dbm);
        weights += d->spread_weight[i];
    }
    return errors / weights;
}

double disturb_harm(struct disturb *d, double other_dbm)
{
    double by_noise = disturb_by_noise(d);
    if (by_noise >= 1) {
        return 0;
    }
    double harm = (disturb_by_other(d, other_dbm) - by_noise) / (1 - by_noise);
    return harm > 0 ? harm : 0;
}
