/* SPDX-License-Identifier: Apache-2.0 */
/* Nakagami power gains. In: m, a uniform. Out: the gain. */
#include "air/fading.h"

#include <stdbool.h>

#include "base/fmath.h"

/* ln Gamma(x), x > 0: Stirling's series after lifting x above 10. */
static double log_gamma(double x)
{
    double shift = 0;
    while (x < 10) {
        shift += fm_log(x);
        x += 1;
    }
    double q = 1 / (x * x);
    double series =
        (1.0 / 12 -
         q * (1.0 / 360 - q * (1.0 / 1260 - q * (1.0 / 1680 - q * (1.0 / 1188))))) /
        x;
    return (x - 0.5) * fm_log(x) - x + 0.91893853320467274178 + series - shift;
}

/* Regularised incomplete gamma functions: lower by its series, upper by its continued
 * fraction (Lentz), each where it converges. */
static void incomplete_gamma(double a, double x, double *lower, double *upper)
{
    double exponent = a * fm_log(x) - x - log_gamma(a);
    double front = exponent > -690 ? fm_exp(exponent) : 0;
    if (x < a + 1) {
        double term = 1 / a;
        double sum = term;
        for (int n = 1; n < 500 && term > sum * 1e-17; n++) {
            term *= x / (a + n);
            sum += term;
        }
        *lower = front * sum;
        *upper = 1 - *lower;
        return;
    }
    double b = x + 1 - a;
    double c = 1e300;
    double d = 1 / b;
    double fraction = d;
    for (int n = 1; n < 500; n++) {
        double numerator = -n * (n - a);
        b += 2;
        d = 1 / (numerator * d + b);
        c = b + numerator / c;
        fraction *= d * c;
        if (fm_abs(d * c - 1) < 1e-16) {
            break;
        }
    }
    *upper = front * fraction;
    *lower = 1 - *upper;
}

double fading_cdf(double m, double gain)
{
    double lower = 0;
    double upper = 1;
    if (gain > 0) {
        incomplete_gamma(m, m * gain, &lower, &upper);
    }
    return lower;
}

/* By halving the logarithm. */
double fading_quantile(double m, double tail, int side)
{
    double low = -200;
    double high = 6;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        double part[2];
        incomplete_gamma(m, m * fm_exp(middle), &part[0], &part[1]);
        bool above = side == 0 ? part[0] > tail : part[1] < tail;
        low = above ? low : middle;
        high = above ? middle : high;
    }
    return fm_exp((low + high) / 2);
}

static double gain_of(const void *law, double tail, int side)
{
    return fading_quantile(*(const double *)law, tail, side);
}

int fading_init(struct fading *fading, double m, struct fail *fail)
{
    if (!(m >= 0.5 && m <= 50)) {
        return fail_set(fail, RESULT_USAGE, "fading.m = %g: 0.5 to 50", m);
    }
    fading->m = m;
    quantile_init(&fading->gains, gain_of, &fading->m);
    return 0;
}
