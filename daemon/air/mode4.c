/* SPDX-License-Identifier: Apache-2.0 */
/* Mode 4 on paper. In: density, rate, power, sub-channels, a distance. Out: shares of
 * delivered and of each cause. Order of causes as in the paper: half duplex, sensing,
 * propagation, collision. */
#include "air/mode4.h"

#include "base/fmath.h"

#define MODE4_ROAD_M   1000 /* interferers up to here */
#define MODE4_RAISE_DB 0.1

struct mode4_setup mode4_published(double density_per_m, double rate_hz, double power_dbm,
                                   int subchannels)
{
    return (struct mode4_setup){.density_per_m = density_per_m,
                                .rate_hz = rate_hz,
                                .power_dbm = power_dbm,
                                .subchannels = subchannels,
                                .sigma_db = 3,
                                .sensing_dbm = -90.5,
                                .noise_50rb_dbm = -95,
                                .path = {.law = PROPAGATION_WINNER_B1_LOS,
                                         .frequency_ghz = 5.91,
                                         .h_tx_m = 1.5,
                                         .h_rx_m = 1.5}};
}

/* R1-160284, 190 octets, 280 km/h: block error rate every 2 dB from `first`, then 1e-3 up
 * to 20 dB and 1e-4 beyond. */
static double block_error(const void *setup, double snr_db)
{
    int subchannels = ((const struct mode4_setup *)setup)->subchannels;
    static const double high[] = {1, .9, .7, .4, .13, .045, .017, .007, 1e-3};
    static const double low[] = {1, .9, .7, .3, .09, .02, .002, 1e-3};
    const double *rates = subchannels == 4 ? high : low;
    int last = subchannels == 4 ? 8 : 7;
    double at = (snr_db - (subchannels == 4 ? 0 : -2)) / 2;
    if (at <= 0) {
        return 1;
    }
    if (at >= last) {
        return snr_db > 20 ? 1e-4 : 1e-3;
    }
    int i = (int)at;
    return rates[i] + (rates[i + 1] - rates[i]) * (at - i);
}

static double received_dbm(const struct mode4 *m, double distance_m)
{
    return m->setup.power_dbm - propagation_loss_db(&m->setup.path, distance_m);
}

/* Packet sensing ratio: the share that is above the threshold. */
static double sensing_ratio(const struct mode4 *m, double distance_m, double sensing_dbm)
{
    return fm_normal_cdf((received_dbm(m, distance_m) - sensing_dbm) / m->setup.sigma_db);
}

/* Resources that `heard` vehicles take, half of them chosen at random. */
static double resources_used(double resources, double heard)
{
    double half = heard / 2;
    double used = half;
    for (int j = 1; j <= half; j++) {
        double free_share = 1 - j / (resources - half);
        used += free_share > 0 ? free_share : 0;
    }
    return used;
}

static double heard_vehicles(const struct mode4 *m, double sensing_dbm)
{
    double sum = 0;
    for (int d = -MODE4_REACH_M; d <= MODE4_REACH_M; d++) {
        sum += sensing_ratio(m, d < 0 ? -d : d, sensing_dbm);
    }
    return m->setup.density_per_m * sum;
}

static void measure_overlap(struct mode4 *m)
{
    enum { POINTS = 2 * MODE4_REACH_M + 1 };
    double ratio[MODE4_REACH_M + 1];
    for (int d = 0; d <= MODE4_REACH_M; d++) {
        ratio[d] = sensing_ratio(m, d, m->setup.sensing_dbm);
    }
    for (int shift = 0; shift < POINTS; shift++) {
        double sum = 0;
        for (int i = 0; i + shift < POINTS; i++) {
            int a = i - MODE4_REACH_M;
            int b = a + shift;
            sum += ratio[a < 0 ? -a : a] * ratio[b < 0 ? -b : b];
        }
        m->overlap[shift] = sum;
    }
}

/* The threshold is raised, and vehicles count twice, until a fifth of the resources is
 * free. */
static void raise_threshold(struct mode4 *m)
{
    struct mode4_step *step = &m->step3;
    step->sensing_dbm = m->setup.sensing_dbm;
    for (;;) {
        double heard = 2 * heard_vehicles(m, step->sensing_dbm);
        step->used = resources_used(m->resources, heard);
        if (m->resources - step->used >= m->candidates) {
            return;
        }
        step->sensing_dbm += MODE4_RAISE_DB;
    }
}

int mode4_init(struct mode4 *m, const struct mode4_setup *setup, struct fail *fail)
{
    bool sane = setup->density_per_m > 0 && setup->density_per_m <= 1 &&
                setup->rate_hz >= 1 && setup->rate_hz <= 50 && setup->power_dbm >= -50 &&
                setup->power_dbm <= 50 && setup->sigma_db > 0 && setup->sigma_db <= 20;
    if (!sane || (setup->subchannels != 2 && setup->subchannels != 4)) {
        return fail_set(fail, RESULT_USAGE,
                        "lte-v2x analytic: density %g per m (0..1), rate %g Hz (1..50), "
                        "power %g dBm (+-50), sigma %g dB (0..20), sub-channels %d (2, 4)",
                        setup->density_per_m, setup->rate_hz, setup->power_dbm,
                        setup->sigma_db, setup->subchannels);
    }
    int rc = propagation_check(&setup->path, fail);
    if (rc != 0) {
        return rc;
    }
    m->setup = *setup;
    double blocks = setup->subchannels == 4 ? 10 : 12;
    m->disturb.error = block_error;
    m->disturb.context = &m->setup;
    m->disturb.sigma_db = setup->sigma_db;
    m->disturb.sensing_dbm = setup->sensing_dbm;
    m->disturb.noise_dbm = setup->noise_50rb_dbm - 10 * fm_log10(50 / blocks);
    disturb_init(&m->disturb);
    m->resources = setup->subchannels * 1000 / setup->rate_hz;
    m->candidates = 0.2 * m->resources;
    m->sensed = heard_vehicles(m, setup->sensing_dbm);
    if (m->sensed / 2 >= m->resources) {
        return fail_set(fail, RESULT_USAGE,
                        "lte-v2x analytic: %g vehicles heard, %g resources: beyond the "
                        "model",
                        m->sensed, m->resources);
    }
    m->step2.sensing_dbm = setup->sensing_dbm;
    m->step2.used = resources_used(m->resources, m->sensed);
    m->cbr = m->step2.used / m->resources;
    m->alpha = m->cbr < 0.2 ? 0 : m->cbr > 0.7 ? 1 : 2 * m->cbr - 0.4;
    measure_overlap(m);
    raise_threshold(m);
    return 0;
}

/* Probability that a vehicle at this distance uses the resource of the sender. */
static double same_resource(const struct mode4 *m, const struct mode4_step *step,
                            double apart_m)
{
    double n = m->resources;
    double random = step->used * step->used / n;
    double at = apart_m < 2 * MODE4_REACH_M ? apart_m : 2 * MODE4_REACH_M;
    double likeness = m->overlap[(int)(at + 0.5)] / m->overlap[0];
    double most = m->setup.density_per_m * step->used * m->overlap[0] / m->sensed;
    double common_used = likeness * (most - random) + random;
    double common_free = n - 2 * step->used + common_used;
    double share = m->candidates / (n - step->used);
    double common = common_free * share * share;
    double sees = sensing_ratio(m, apart_m, step->sensing_dbm);
    return (1 - (1 - 1 / m->setup.rate_hz) * sees) * common /
           (m->candidates * m->candidates);
}

static void collisions(struct mode4 *m, double distance_m, double *by_step2,
                       double *by_step3)
{
    double pass2 = 1;
    double pass3 = 1;
    int most = (int)(MODE4_ROAD_M * m->setup.density_per_m + 0.5);
    /* Interferers stand at k / density on both sides; k = 0 is the receiver itself. */
    for (int k = 1; k <= most; k++) {
        double x_m = k / m->setup.density_per_m;
        double harm = disturb_harm(&m->disturb, received_dbm(m, x_m));
        for (int side = -1; side <= 1; side += 2) {
            double apart_m = fm_abs(side * x_m + distance_m);
            pass2 *= 1 - harm * same_resource(m, &m->step2, apart_m);
            pass3 *= 1 - harm * same_resource(m, &m->step3, apart_m);
        }
    }
    *by_step2 = 1 - pass2;
    *by_step3 = 1 - pass3;
}

struct mode4_result mode4_at(struct mode4 *m, double distance_m)
{
    double half_duplex = m->setup.rate_hz / 1000;
    double unsensed = 1 - sensing_ratio(m, distance_m, m->setup.sensing_dbm);
    disturb_signal(&m->disturb, received_dbm(m, distance_m));
    double noise_error = disturb_by_noise(&m->disturb);
    double by_step2;
    double by_step3;
    collisions(m, distance_m, &by_step2, &by_step3);
    double collision = m->alpha * by_step2 + (1 - m->alpha) * by_step3;
    struct mode4_result result = {.half_duplex = half_duplex};
    double left = 1 - half_duplex;
    result.sensing = unsensed * left;
    left *= 1 - unsensed;
    result.propagation = noise_error * left;
    left *= 1 - noise_error;
    result.collision = collision * left;
    result.pdr = left * (1 - collision);
    return result;
}
