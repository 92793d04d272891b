/* SPDX-License-Identifier: Apache-2.0 */
/* 802.11p on paper. In: density, rate, power, size, bit rate, a distance. Out: shares of
 * delivered and of each cause. Order of causes as in the paper: sensing, receiver busy,
 * propagation, collision. */
#include "air/edca.h"

#include <stdbool.h>

#include "base/fmath.h"

#define EDCA_SLOT_S        13e-6
#define EDCA_PREAMBLE_S    40e-6
#define EDCA_HEADER_OCTETS 30
#define EDCA_ROAD_M        1000 /* interferers up to here */
#define EDCA_LOAD_MOST     1.84 /* where the fit of the busy ratio turns */

struct edca_setup edca_published(double density_per_m, double rate_hz, double power_dbm,
                                 double payload_octets, double mbps)
{
    return (struct edca_setup){.density_per_m = density_per_m,
                               .rate_hz = rate_hz,
                               .power_dbm = power_dbm,
                               .payload_octets = payload_octets,
                               .mbps = mbps,
                               .sigma_db = 3,
                               .sensing_dbm = -85,
                               .noise_dbm = -95,
                               .path = {.law = PROPAGATION_WINNER_B1_LOS,
                                        .frequency_ghz = 5.89,
                                        .h_tx_m = 1.0,
                                        .h_rx_m = 1.0}};
}

/* Goubet et al. 2015, figure 14: frame error rate every 5 dB of Eb/N0 from 0. */
static double frame_error(const void *context, double snr_db)
{
    static const double rates[] = {1, 1, .4, .015, .004, .003, .002, .001};
    const struct edca_setup *setup = context;
    double at = (snr_db + 10 * fm_log10(10 / setup->mbps)) / 5;
    if (at <= 1) {
        return 1;
    }
    if (at >= 7) {
        return rates[7];
    }
    int i = (int)at;
    return rates[i] + (rates[i + 1] - rates[i]) * (at - i);
}

static double received_dbm(const struct edca *e, double distance_m)
{
    return e->setup.power_dbm - propagation_loss_db(&e->setup.path, distance_m);
}

/* Packet sensing ratio: the share that is above the threshold. */
static double sensing_ratio(const struct edca *e, double distance_m)
{
    return fm_normal_cdf((received_dbm(e, distance_m) - e->setup.sensing_dbm) /
                         e->setup.sigma_db);
}

/* Sum of the sensing ratio over both sides of the road, and its autocorrelation. */
static double measure_overlap(struct edca *e)
{
    enum { POINTS = 2 * EDCA_REACH_M + 1 };
    double ratio[POINTS];
    double total = 0;
    for (int i = 0; i < POINTS; i++) {
        ratio[i] = sensing_ratio(e, fm_abs(i - EDCA_REACH_M));
        total += ratio[i];
    }
    for (int shift = 0; shift < POINTS; shift++) {
        double sum = 0;
        for (int i = 0; i + shift < POINTS; i++) {
            sum += ratio[i] * ratio[i + shift];
        }
        e->overlap[shift] = sum;
    }
    return total;
}

static int check(const struct edca_setup *s, struct fail *fail)
{
    bool sane = s->density_per_m > 0 && s->density_per_m <= 1 && s->rate_hz > 0 &&
                s->rate_hz <= 100 && s->power_dbm >= -50 && s->power_dbm <= 50 &&
                s->payload_octets > 0 && s->payload_octets <= 2304 && s->mbps >= 3 &&
                s->mbps <= 27 && s->sigma_db > 0 && s->sigma_db <= 20;
    if (!sane) {
        return fail_set(fail, RESULT_USAGE,
                        "dsrc analytic: density %g per m (0..1), rate %g Hz (0..100), "
                        "power %g dBm (+-50), size %g octets (1..2304), %g Mb/s (3..27), "
                        "sigma %g dB (0..20)",
                        s->density_per_m, s->rate_hz, s->power_dbm, s->payload_octets,
                        s->mbps, s->sigma_db);
    }
    return propagation_check(&s->path, fail);
}

int edca_init(struct edca *e, const struct edca_setup *setup, struct fail *fail)
{
    int rc = check(setup, fail);
    if (rc != 0) {
        return rc;
    }
    e->setup = *setup;
    e->disturb.error = frame_error;
    e->disturb.context = &e->setup;
    e->disturb.sigma_db = setup->sigma_db;
    e->disturb.sensing_dbm = setup->sensing_dbm;
    e->disturb.noise_dbm = setup->noise_dbm;
    disturb_init(&e->disturb);
    double bits = 8 * (setup->payload_octets + EDCA_HEADER_OCTETS);
    e->airtime_s = EDCA_PREAMBLE_S + bits / (setup->mbps * 1e6);
    double load = setup->density_per_m * setup->rate_hz * e->airtime_s * measure_overlap(e);
    if (load > EDCA_LOAD_MOST) {
        return fail_set(fail, RESULT_USAGE,
                        "dsrc analytic: offered load %g: the busy ratio is fitted up to %g",
                        load, EDCA_LOAD_MOST);
    }
    e->cbr = -0.2481 * load * load + 0.913 * load + 0.003844;
    return 0;
}

/* What one interferer does; pass_* are the shares that escape so far. */
static void interfere(const struct edca *e, double apart_m, double to_receiver_m,
                      double distance_m, double harm, double *pass_busy,
                      double *pass_collision)
{
    double at = apart_m < 2 * EDCA_REACH_M ? apart_m : 2 * EDCA_REACH_M;
    double hears = sensing_ratio(e, apart_m);
    double heard = sensing_ratio(e, to_receiver_m);
    double likeness = e->overlap[(int)(at + 0.5)] / e->overlap[0];
    double idle = 1 - e->cbr * likeness;
    double tie = EDCA_SLOT_S * e->setup.rate_hz * hears / idle;
    double hidden = e->airtime_s * e->setup.rate_hz * (1 - hears) / idle;
    bool nearer = to_receiver_m < distance_m;
    *pass_busy *= 1 - ((nearer ? tie * heard : 0) + hidden * heard);
    *pass_collision *= 1 - harm * ((nearer ? 0 : tie) + hidden * (2 - heard));
}

struct edca_result edca_at(struct edca *e, double distance_m)
{
    double pass_busy = 1;
    double pass_collision = 1;
    int most = (int)(EDCA_ROAD_M * e->setup.density_per_m + 0.5);
    disturb_signal(&e->disturb, received_dbm(e, distance_m));
    /* Interferers stand at k / density on both sides; k = 0 is the receiver itself. */
    for (int k = 1; k <= most; k++) {
        double x_m = k / e->setup.density_per_m;
        double harm = disturb_harm(&e->disturb, received_dbm(e, x_m));
        for (int side = -1; side <= 1; side += 2) {
            interfere(e, fm_abs(side * x_m + distance_m), x_m, distance_m, harm, &pass_busy,
                      &pass_collision);
        }
    }
    struct edca_result result;
    double left = sensing_ratio(e, distance_m);
    result.sensing = 1 - left;
    result.busy = (1 - pass_busy) * left;
    left *= pass_busy;
    double noise_error = disturb_by_noise(&e->disturb);
    result.propagation = noise_error * left;
    left *= 1 - noise_error;
    result.collision = (1 - pass_collision) * left;
    result.pdr = left * pass_collision;
    return result;
}
