/* SPDX-License-Identifier: Apache-2.0 */
/* Rate and power control. In: busy ratio, density. Out: interval, power. Constants beside
 * the clause they are from. */
#include "air/congestion.h"

#include "base/fmath.h"

/* SAE J2945/1: vCBPWeightFactor, vDensityWeightFactor, vDensityCoefficient, vMax_ITT,
 * vTrackingErrMin and Max, vErrSensitivity, vRPMin and Max, vMinChanUtil and Max,
 * vSUPRAGain. */
#define J2945_CBP_WEIGHT     0.5
#define J2945_DENSITY_WEIGHT 0.05
#define J2945_DENSITY        25.0
#define J2945_ITT_MOST_MS    600.0
#define J2945_ERROR_LEAST_M  0.2
#define J2945_ERROR_MOST_M   0.5
#define J2945_SENSITIVITY    75.0
#define J2945_POWER_LEAST    10.0
#define J2945_POWER_MOST     20.0
#define J2945_BUSY_LEAST     50.0
#define J2945_BUSY_MOST      80.0
#define J2945_GAIN           0.5

struct congestion_j2945 congestion_j2945_init(void)
{
    return (struct congestion_j2945){.power_dbm = 15};
}

double congestion_j2945_power_dbm(double cbp)
{
    if (cbp <= J2945_BUSY_LEAST) {
        return J2945_POWER_MOST;
    }
    if (cbp >= J2945_BUSY_MOST) {
        return J2945_POWER_LEAST;
    }
    return J2945_POWER_MOST - (J2945_POWER_MOST - J2945_POWER_LEAST) /
                                  (J2945_BUSY_MOST - J2945_BUSY_LEAST) *
                                  (cbp - J2945_BUSY_LEAST);
}

void congestion_j2945_step(struct congestion_j2945 *c, double busy, uint32_t near,
                           bool event)
{
    c->cbp = J2945_CBP_WEIGHT * 100 * busy + (1 - J2945_CBP_WEIGHT) * c->cbp;
    c->density = J2945_DENSITY_WEIGHT * near + (1 - J2945_DENSITY_WEIGHT) * c->density;
    double wanted = congestion_j2945_power_dbm(c->cbp);
    c->power_dbm =
        event ? J2945_POWER_MOST : c->power_dbm + J2945_GAIN * (wanted - c->power_dbm);
}

double congestion_j2945_interval_ms(const struct congestion_j2945 *c)
{
    double ms = 100 * c->density / J2945_DENSITY;
    return ms < 100 ? 100 : ms > J2945_ITT_MOST_MS ? J2945_ITT_MOST_MS : ms;
}

double congestion_j2945_error_p(double error_m)
{
    if (error_m < J2945_ERROR_LEAST_M) {
        return 0;
    }
    double over = error_m - J2945_ERROR_LEAST_M;
    return error_m >= J2945_ERROR_MOST_M ? 1 : 1 - fm_exp(-J2945_SENSITIVITY * over * over);
}

enum congestion_state congestion_reactive_step(enum congestion_state state, double cbr,
                                               bool short_frames)
{
    double limits[] = {0.30, 0.40, 0.50, short_frames ? 0.65 : 0.60};
    int wanted = 0;
    while (wanted < 4 && cbr >= limits[wanted]) {
        wanted++;
    }
    int now = (int)state;
    return (enum congestion_state)(now + (wanted > now) - (wanted < now));
}

double congestion_reactive_off_ms(enum congestion_state state, bool short_frames)
{
    static const double off_ms[2][CONGESTION_STATE_COUNT] = {{100, 200, 400, 500, 1000},
                                                             {50, 100, 200, 250, 1000}};
    return off_ms[short_frames][state];
}

struct congestion_adaptive congestion_adaptive_init(void)
{
    return (struct congestion_adaptive){.delta = 0.03};
}

static double clip(double x, double least, double most)
{
    return x < least ? least : x > most ? most : x;
}

void congestion_adaptive_step(struct congestion_adaptive *c, double cbr)
{
    c->cbr_its = 0.5 * c->cbr_its + 0.25 * (cbr + c->cbr_before);
    c->cbr_before = cbr;
    double offset = clip(0.0012 * (0.68 - c->cbr_its), -0.00025, 0.0005);
    c->delta = clip((1 - 0.016) * c->delta + offset, 0.0006, 0.03);
}

double congestion_adaptive_off_ms(const struct congestion_adaptive *c, double on_ms)
{
    return clip(on_ms / c->delta, 25, 1000);
}

double congestion_limit_interval_ms(double cbr, double on_ms)
{
    if (cbr <= 0.62) {
        return 0;
    }
    double ms = on_ms * 4000 * (cbr - 0.62) / cbr;
    return ms < 1000 ? ms : 1000;
}

double congestion_limit_cr(double cbr)
{
    return cbr <= 0.3 ? 1 : cbr <= 0.65 ? 0.03 : cbr <= 0.8 ? 0.006 : 0.003;
}
