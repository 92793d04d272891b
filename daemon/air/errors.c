/* SPDX-License-Identifier: Apache-2.0 */
/* Error-rate tables. In: the name in a profile. Out: exponents by SINR. */
#include "air/errors.h"

#include <string.h>

#include "air/per.h"
#include "air/radio.h"
#include "base/fmath.h"

#define ERRORS_EXPONENT_MOST 40.0 /* P(pass) 4e-18 */

/* A published curve: error rate at points of SINR; straight between, flat beyond. */
struct curve {
    const char *name;
    bool fades;
    double first_db, step_db;
    int count;
    double rates[20];
    double last_db; /* beyond: last_rate; 0: none */
    double last_rate;
};

static const struct curve curves[] = {
    {"goubet", true, 0, 5, 8, {1, 1, .4, .015, .004, .003, .002, .001}, 0, 0},
    {"r1-160284-0.7",
     true,
     0,
     2,
     9,
     {1, .9, .7, .4, .13, .045, .017, .007, .001},
     20,
     1e-4},
    {"r1-160284-0.5", true, -2, 2, 8, {1, .9, .7, .3, .09, .02, .002, .001}, 20, 1e-4},
    {"highway-los-11p",
     true,
     -3,
     1,
     13,
     {1, .992, .939, .766, .508, .264, .111, .04, .013, .003, .001, .0002, 0},
     0,
     0},
    {"highway-nlos-11p",
     true,
     0,
     1,
     12,
     {1, .996, .971, .893, .689, .433, .201, .071, .02, .0024, .001, 0},
     0,
     0},
    {"highway-los-lte11",
     true,
     0,
     1,
     15,
     {1, .999, .991, .927, .766, .543, .307, .138, .059, .021, .009, .003, .001, .0002, 0},
     0,
     0},
    {"highway-los-lte7",
     true,
     -2,
     1,
     13,
     {1, .991, .942, .781, .502, .257, .114, .039, .012, .004, .001, .0006, .0002},
     0,
     0},
};

static const char *const formulas[] = {"nist", "yans", "threshold", "none"};

static const struct curve *find_curve(const char *name)
{
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        if (strcmp(curves[i].name, name) == 0) {
            return &curves[i];
        }
    }
    return NULL;
}

const char *errors_name(const char *name)
{
    const struct curve *curve = find_curve(name);
    if (curve) {
        return curve->name;
    }
    for (size_t i = 0; i < sizeof formulas / sizeof formulas[0]; i++) {
        if (strcmp(formulas[i], name) == 0) {
            return formulas[i];
        }
    }
    return NULL;
}

bool errors_fade(const char *name)
{
    const struct curve *curve = find_curve(name);
    return curve && curve->fades;
}

static double exponent_of(double rate)
{
    return rate < 1 - 1e-16 ? -fm_log(1 - rate) : ERRORS_EXPONENT_MOST;
}

static double curve_rate(const struct curve *c, double db)
{
    double at = (db - c->first_db) / c->step_db;
    if (at <= 0) {
        return c->rates[0];
    }
    if (at >= c->count - 1) {
        return c->last_db > 0 && db > c->last_db ? c->last_rate : c->rates[c->count - 1];
    }
    int i = (int)at;
    return c->rates[i] + (c->rates[i + 1] - c->rates[i]) * (at - i);
}

/* Formulas: exponents are proportional to the bits; the SIGNAL field is fixed. */
static void formula(struct errors *e, int i, enum per_model model, const struct radio *r)
{
    int rate = per_rate_find(r->rate_mbps);
    double db = ERRORS_LEAST_DB + (double)i / ERRORS_PER_DB;
    double bits = 16 + 6;
    double each = 0;
    double whole = ERRORS_EXPONENT_MOST;
    if (rate >= 0) {
        each = exponent_of(per_payload(model, (enum per_rate)rate, db, 0));
        whole = exponent_of(per_frame(model, (enum per_rate)rate, db, 0));
    }
    e->per_bit[i] = (float)(each / bits);
    e->fixed[i] = whole > each ? (float)(whole - each) : 0;
}

void errors_init(struct errors *e, const struct radio *radio)
{
    const struct curve *curve = find_curve(radio->errors);
    bool nist = strcmp(radio->errors, "nist") == 0;
    bool yans = strcmp(radio->errors, "yans") == 0;
    bool threshold = strcmp(radio->errors, "threshold") == 0;
    double shift_db = strcmp(radio->errors, "goubet") == 0 && radio->rate_mbps > 0
                          ? 10 * fm_log10(10 / radio->rate_mbps)
                          : 0;
    *e = (struct errors){0};
    for (int i = 0; i < ERRORS_PLACES; i++) {
        double db = ERRORS_LEAST_DB + (double)i / ERRORS_PER_DB;
        if (nist || yans) {
            formula(e, i, nist ? PER_NIST : PER_YANS, radio);
        } else if (curve) {
            e->fixed[i] = (float)exponent_of(curve_rate(curve, db + shift_db));
        } else if (threshold) {
            double x = (db - radio->threshold_db) / 0.3;
            x = x > 40 ? 40 : x < -40 ? -40 : x;
            e->fixed[i] = (float)exponent_of(1 / (1 + fm_exp(x)));
        }
    }
}

bool errors_lose(double exponent, double u)
{
    /* 1 - e^-x lies between x - x^2 / 2 and x: that settles nearly all. */
    if (u >= exponent) {
        return false;
    }
    return exponent > 37 || u < exponent * (1 - 0.5 * exponent) ||
           u < 1 - fm_exp(-exponent);
}
