/* SPDX-License-Identifier: Apache-2.0 */
/* Link budget by table. In: two ends. Out: the power that arrives. */
#include "air/link.h"

#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/fmath.h"
#include "model/fate.h"

/* Draws of one message at one receiver, told apart in the draw's k above 40 bits. */
#define LINK_ERROR_DRAW  (UINT64_C(1) << 40)
#define LINK_SHADOW_DRAW (UINT64_C(2) << 40)

static double square_at(int i)
{
    double octave = fm_pow(2, i / LINK_PLACES);
    return octave * (1 + (double)(i % LINK_PLACES) / LINK_PLACES);
}

static double look_up(const double *table, double distance_m)
{
    double square = distance_m < 1 ? 1 : distance_m * distance_m;
    uint64_t bits;
    memcpy(&bits, &square, sizeof bits);
    int octave = (int)(bits >> 52) - 1023;
    if (octave >= LINK_OCTAVES) {
        return table[LINK_OCTAVES * LINK_PLACES];
    }
    double at = (double)(bits & ((UINT64_C(1) << 52) - 1)) * 0x1p-52 * LINK_PLACES;
    int place = (int)at;
    const double *p = &table[octave * LINK_PLACES + place];
    return p[0] + (at - place) * (p[1] - p[0]);
}

double link_loss_db(const struct link *link, double distance_m)
{
    return look_up(link->loss, distance_m);
}

/* The last table distance whose loss leaves at least this much. */
static double distance_of(const struct link *link, double least_dbm)
{
    int i = LINK_OCTAVES * LINK_PLACES;
    while (i > 0 && link->power_dbm - link->loss[i] < least_dbm) {
        i--;
    }
    return fm_sqrt(square_at(i));
}

int link_init(struct link *link, const struct radio *radio, uint64_t seed,
              struct fail *fail)
{
    *link = (struct link){
        .radio = *radio,
        .obstacles = {radio->wall_db, radio->wall_metre_db, radio->frequency_ghz},
        .power_dbm = radio->power_dbm + radio->gain_tx_db + radio->gain_rx_db,
        .message_key = draw_key(seed, DRAW_AIR_SHADOW),
        .fading_key = draw_key(seed, DRAW_AIR_FADING),
        .error_key = draw_key(seed, DRAW_AIR_MAC)};
    fast_init(&link->fast);
    link->shadow =
        shadow_init(radio->shadow_m > 0 ? radio->shadow_m : 1, seed, &link->fast);
    link->noise_dbm =
        -174 + 10 * fm_log10(radio->bandwidth_mhz * 1e6) + radio->noise_figure_db;
    if (radio->nakagami_m > 0) {
        link->fading = malloc(sizeof *link->fading);
        if (!link->fading) {
            return fail_set(fail, RESULT_MEMORY, "no memory for the fading table");
        }
        int rc = fading_init(link->fading, radio->nakagami_m, fail);
        if (rc != 0) {
            return rc;
        }
    }
    struct propagation path = radio_path(radio);
    struct propagation nlos = {.law = PROPAGATION_URBAN_NLOS,
                               .frequency_ghz = radio->frequency_ghz};
    for (int i = 0; i <= LINK_OCTAVES * LINK_PLACES; i++) {
        double d = fm_sqrt(square_at(i));
        link->loss[i] = propagation_loss_db(&path, d);
        link->nlos[i] = propagation_loss_db(&nlos, d);
    }
    link->reach_m = distance_of(link, link->noise_dbm - radio->floor_db);
    double spread_db = 4 * radio->sigma_db + (radio->nakagami_m > 0 ? 10 : 0);
    link->hear_m = distance_of(link, radio->sensing_dbm - spread_db);
    link->reach_m = link->reach_m > 50000 ? 50000 : link->reach_m;
    link->hear_m = link->hear_m > link->reach_m ? link->reach_m : link->hear_m;
    return 0;
}

void link_close(struct link *link)
{
    free(link->fading);
}

void link_power(const struct link *link, const struct link_ends *ends,
                const struct obstacle_found *found, struct link_power *power)
{
    double loss = look_up(link->loss, ends->distance_m);
    double blocked = 0;
    power->los = LOS_UNKNOWN;
    power->blocker = FATE_U32_NULL;
    if (found) {
        double nlos = look_up(link->nlos, ends->distance_m);
        double most = nlos > loss ? nlos - loss : 0;
        blocked = found->building_db < most ? found->building_db : most;
        power->los = found->los;
        power->blocker = found->blocker;
    }
    double mean = link->power_dbm + ends->power_db - loss - blocked;
    double dbm = mean;
    uint64_t pair = draw_pair(ends->sender, ends->receiver);
    if (link->radio.sigma_db > 0) {
        bool rated = ends->distance_m <= link->near_m ||
                     mean + 4 * link->radio.sigma_db >= link->radio.sensing_dbm;
        double z =
            link->radio.shadow_m > 0 && rated
                ? shadow_value(&link->shadow, ends->sender, ends->receiver, ends->way_m)
                : fast_normal(&link->fast, draw_bits(link->message_key, pair,
                                                     ends->message | LINK_SHADOW_DRAW));
        dbm += link->radio.sigma_db * z;
    }
    if (link->fading) {
        uint64_t bits = draw_bits(link->fading_key, pair, ends->message);
        dbm += fast_db(&link->fast, fading_gain(link->fading, bits));
    }
    power->dbm = (float)dbm;
    power->mean_dbm = (float)mean;
    power->blocked_db = (float)blocked;
}

double link_uniform(const struct link *link, uint32_t sender, uint32_t receiver,
                    uint64_t message)
{
    return draw_uniform(
        draw_bits(link->error_key, draw_pair(sender, receiver), message | LINK_ERROR_DRAW));
}
