/* SPDX-License-Identifier: Apache-2.0 */
/* Reproducible elementary functions. In: a double. Out: the same bits everywhere, by
 * argument reduction and Taylor or continued forms short enough to count. */
#include "base/fmath.h"

#include <assert.h>
#include <string.h>

double fm_round(double x)
{
    return x < 0 ? -fm_floor(-x + 0.5) : fm_floor(x + 0.5);
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

#define LN2_HIGH 0.693147180369123816490
#define LN2_LOW  1.90821492927058770002e-10

double fm_log(double x)
{
    assert(x > 0);
    int exponent = 0;
    if (x < 2.3e-308) {
        x *= 18014398509481984.0; /* 2^54: lifts a subnormal */
        exponent -= 54;
    }
    uint64_t bits = bits_of(x);
    exponent += (int)(bits >> 52) - 1023;
    double m = of_bits((bits & 0xFFFFFFFFFFFFFULL) | 0x3FF0000000000000ULL);
    if (m > 1.41421356237309504880) {
        m *= 0.5;
        exponent++;
    }
    /* log m = 2 atanh s, |s| <= 0.1716 */
    double s = (m - 1) / (m + 1);
    double q = s * s;
    double sum = 0;
    for (int n = 12; n >= 1; n--) {
        sum = q * (1.0 / (2 * n + 1) + sum);
    }
    double atanh2 = 2 * s + 2 * s * sum;
    return exponent * LN2_HIGH + (atanh2 + exponent * LN2_LOW);
}

double fm_log10(double x)
{
    return fm_log(x) * 0.43429448190325182765;
}

double fm_exp(double x)
{
    assert(x > -700 && x < 700);
    double k = fm_round(x * 1.44269504088896340736);
    double r = (x - k * LN2_HIGH) - k * LN2_LOW;
    double sum = 1;
    for (int n = 14; n >= 1; n--) {
        sum = 1 + r * sum / n;
    }
    return sum * of_bits((uint64_t)((int64_t)k + 1023) << 52);
}

double fm_pow(double x, double y)
{
    return fm_exp(y * fm_log(x));
}

#define PIO2_HIGH 1.57079632673412561417
#define PIO2_LOW  6.07710050650619224932e-11

static double sin_core(double r)
{
    double q = r * r;
    double sum = 1;
    for (int n = 9; n >= 1; n--) {
        sum = 1 - q * sum / ((2 * n) * (2 * n + 1));
    }
    return r * sum;
}

static double cos_core(double r)
{
    double q = r * r;
    double sum = 1;
    for (int n = 9; n >= 1; n--) {
        sum = 1 - q * sum / ((2 * n - 1) * (2 * n));
    }
    return sum;
}

static double reduce_quadrant(double x, int *quadrant)
{
    assert(x > -1e6 && x < 1e6);
    double k = fm_round(x * 0.63661977236758134308);
    *quadrant = (int)((int64_t)k & 3);
    return (x - k * PIO2_HIGH) - k * PIO2_LOW;
}

double fm_sin(double x)
{
    int quadrant;
    double r = reduce_quadrant(x, &quadrant);
    double value = quadrant & 1 ? cos_core(r) : sin_core(r);
    return quadrant & 2 ? -value : value;
}

double fm_cos(double x)
{
    int quadrant;
    double r = reduce_quadrant(x, &quadrant);
    double value = quadrant & 1 ? sin_core(r) : cos_core(r);
    return quadrant == 1 || quadrant == 2 ? -value : value;
}

double fm_tan(double x)
{
    return fm_sin(x) / fm_cos(x);
}

/* atan for 0 <= x <= 1: two half-angle steps bring it under 0.2, then the series. */
static double atan_unit(double x)
{
    x = x / (1 + fm_sqrt(1 + x * x));
    x = x / (1 + fm_sqrt(1 + x * x));
    double q = x * x;
    double sum = 0;
    for (int n = 12; n >= 1; n--) {
        sum = -q * (1.0 / (2 * n + 1) + sum);
    }
    return 4 * (x + x * sum);
}

double fm_atan2(double y, double x)
{
    double ax = fm_abs(x);
    double ay = fm_abs(y);
    if (ax == 0 && ay == 0) {
        return 0;
    }
    double angle = ay <= ax ? atan_unit(ay / ax) : FM_PI / 2 - atan_unit(ax / ay);
    if (x < 0) {
        angle = FM_PI - angle;
    }
    return y < 0 ? -angle : angle;
}

double fm_asin(double x)
{
    assert(x >= -1 && x <= 1);
    return fm_atan2(x, fm_sqrt((1 - x) * (1 + x)));
}

double fm_hypot(double x, double y)
{
    return fm_sqrt(x * x + y * y);
}

double fm_erf(double x)
{
    double a = fm_abs(x);
    double value;
    if (a < 2.5) {
        /* erf x = 2/sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!! : all terms positive */
        double term = a;
        double sum = a;
        for (int n = 1; n < 60; n++) {
            term *= 2 * a * a / (2 * n + 1);
            sum += term;
        }
        value = 1.12837916709551257390 * fm_exp(-a * a) * sum;
    } else if (a < 6) {
        /* erfc by its continued fraction, from the tail */
        double fraction = 0;
        for (int n = 60; n >= 1; n--) {
            fraction = n * 0.5 / (a + fraction);
        }
        value = 1 - fm_exp(-a * a) * 0.56418958354775628695 / (a + fraction);
    } else {
        value = 1;
    }
    return x < 0 ? -value : value;
}

double fm_normal_cdf(double x)
{
    return 0.5 * (1 + fm_erf(x * 0.70710678118654752440));
}

double fm_normal_quantile(double p)
{
    /* P. J. Acklam's rational approximation */
    static const double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,
                               -2.759285104469687e+02, 1.383577518672690e+02,
                               -3.066479806614716e+01, 2.506628277459239e+00};
    static const double b[] = {-5.447609879822406e+01, 1.615858368580409e+02,
                               -1.556989798598866e+02, 6.680131188771972e+01,
                               -1.328068155288572e+01};
    static const double c[] = {-7.784894002430293e-03, -3.223964580411365e-01,
                               -2.400758277161838e+00, -2.549732539343734e+00,
                               4.374664141464968e+00,  2.938163982698783e+00};
    static const double d[] = {7.784695709041462e-03, 3.224671290700398e-01,
                               2.445134137142996e+00, 3.754408661907416e+00};
    assert(p > 0 && p < 1);
    if (p < 0.02425 || p > 1 - 0.02425) {
        double q = fm_sqrt(-2 * fm_log(p < 0.5 ? p : 1 - p));
        double value =
            (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
            ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
        return p < 0.5 ? value : -value;
    }
    double q = p - 0.5;
    double r = q * q;
    return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
           (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
}

double fm_wrap_angle(double rad)
{
    double turns = fm_floor((rad + FM_PI) / (2 * FM_PI));
    double wrapped = rad - turns * 2 * FM_PI;
    return wrapped <= -FM_PI ? wrapped + 2 * FM_PI : wrapped;
}
