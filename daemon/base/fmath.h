/* SPDX-License-Identifier: Apache-2.0 */
/* Elementary functions made of + - * / and sqrt alone, so that every machine gives the same
 * bits (the C library chooses code by processor). Accuracy is stated per function and
 * tested against the C library. No errno, no exceptions; arguments out of domain are a bad
 * program (assert). */
#pragma once

#include <assert.h>
#include <stdint.h>

#define FM_PI 3.14159265358979323846

static inline double fm_sqrt(double x)
{
    assert(x >= 0);
    return __builtin_sqrt(x); /* one instruction, correctly rounded by IEEE 754 */
}

static inline double fm_abs(double x)
{
    return x < 0 ? -x : x;
}

/* |x| < 2^62 */
static inline double fm_floor(double x)
{
    double whole = (double)(int64_t)x;
    return whole > x ? whole - 1 : whole;
}

double fm_round(double x); /* half away from zero: the one rounding rule */
double fm_log(double x);   /* x > 0; relative error < 1e-14 */
double fm_log10(double x);
double fm_exp(double x);           /* |x| < 700; relative error < 1e-14 */
double fm_pow(double x, double y); /* x > 0 */
double fm_sin(double x);           /* |x| < 1e6; absolute error < 1e-14 */
double fm_cos(double x);
double fm_tan(double x);
double fm_atan2(double y, double x); /* (-pi, pi]; absolute error < 1e-14 */
double fm_asin(double x);            /* |x| <= 1 */
double fm_hypot(double x, double y);
double fm_erf(double x); /* absolute error < 1e-12 */
double fm_normal_cdf(double x);
double fm_normal_quantile(double p); /* 0 < p < 1; relative error < 2e-9 (Acklam) */

/* The angle folded into (-pi, pi]. */
double fm_wrap_angle(double rad);
