/* SPDX-License-Identifier: Apache-2.0 */
/* Error rates of 802.11p frames, exact evaluation. In: model, rate, SNR, octets. Out: the
 * probability that the frame is lost. */
#include "air/per.h"

#include "base/fmath.h"

enum coding { CODING_1_2, CODING_2_3, CODING_3_4 };

struct rate_row {
    double mbps;
    int bits; /* per constellation point */
    uint32_t n_dbps;
};

static const struct rate_row rates[PER_RATE_COUNT] = {
#define X(name, mbps, bits, n_dbps) {(mbps), (bits), (n_dbps)},
    PER_RATE_TABLE(X)
#undef X
};

double per_mbps(enum per_rate rate)
{
    return rates[rate].mbps;
}

int per_rate_find(double mbps)
{
    for (int i = 0; i < PER_RATE_COUNT; i++) {
        if (rates[i].mbps == mbps) {
            return i;
        }
    }
    return -1;
}

/* 48 carriers of `bits` each carry n_dbps data bits. */
static enum coding coding_of(const struct rate_row *row)
{
    uint32_t coded = 48u * (uint32_t)row->bits;
    return row->n_dbps * 2 == coded       ? CODING_1_2
           : row->n_dbps * 3 == coded * 2 ? CODING_2_3
                                          : CODING_3_4;
}

static double erfc_of(double x)
{
    return 1 - fm_erf(x);
}

/* Uncoded bit error rate, NIST: s is the signal to noise ratio of a carrier. */
static double nist_bit(int bits, double s)
{
    switch (bits) {
    case 1:
        return 0.5 * erfc_of(fm_sqrt(s));
    case 2:
        return 0.5 * erfc_of(fm_sqrt(s / 2));
    case 4:
        return 0.75 * 0.5 * erfc_of(fm_sqrt(s / 10));
    default:
        return 7.0 / 12 * 0.5 * erfc_of(fm_sqrt(s / 42));
    }
}

#define PER_TERMS_MOST 10

/* Bit errors by distance of the punctured K = 7 code (133, 171). */
struct spectrum {
    int first, step, count; /* distances first, first + step, ... */
    double share;           /* 1 / (2 b), b information bits per puncturing period */
    double weight[PER_TERMS_MOST];
};

static const struct spectrum spectra[] = {
    [CODING_1_2] = {10,
                    2,
                    9,
                    1.0 / 2,
                    {36, 211, 1404, 11633, 77433, 502690, 3322763, 21292910, 134365911}},
    [CODING_2_3] = {6,
                    1,
                    10,
                    1.0 / 4,
                    {3, 70, 285, 1276, 6160, 27128, 117019, 498860, 2103891, 8784123}},
    [CODING_3_4] = {5,
                    1,
                    10,
                    1.0 / 6,
                    {42, 201, 1492, 10469, 62935, 379644, 2253373, 13073811, 75152755,
                     428005675}},
};

static double power(double x, int n)
{
    double product = 1;
    for (; n > 0; n--) {
        product *= x;
    }
    return product;
}

static double nist_event(enum coding coding, double bit_error)
{
    const struct spectrum *s = &spectra[coding];
    double d = fm_sqrt(4 * bit_error * (1 - bit_error));
    double sum = 0;
    for (int i = 0; i < s->count; i++) {
        sum += s->weight[i] * power(d, s->first + i * s->step);
    }
    sum *= s->share;
    return sum < 1 ? sum : 1;
}

/* Uncoded bit error rate, YANS. */
static double yans_bit(int bits, double eb_n0)
{
    if (bits == 1) {
        return 0.5 * erfc_of(fm_sqrt(eb_n0));
    }
    double m = (double)(1 << bits);
    double side = 1 - 1 / fm_sqrt(m);
    double axis = side * erfc_of(fm_sqrt(1.5 * bits * eb_n0 / (m - 1)));
    return (1 - (1 - axis) * (1 - axis)) / bits;
}

/* Probability that a path at distance d is preferred to the right one. The model's
 * published evaluation leaves out the case that all d places are wrong (8e-6 of PER at
 * most); so do we, to be comparable with its curves. */
static double yans_pairwise(int d, double bit_error)
{
    double choose = 1;
    double sum = 0;
    for (int i = 0; i < d; i++) {
        double term = choose * power(bit_error, i) * power(1 - bit_error, d - i);
        sum += 2 * i > d ? term : 2 * i == d ? 0.5 * term : 0;
        choose = choose * (d - i) / (i + 1);
    }
    return sum;
}

static double yans_event(enum coding coding, int bits, double bit_error)
{
    static const struct {
        int distance;
        double first, second;
    } terms[] = {
        [CODING_1_2] = {10, 11, 0}, [CODING_2_3] = {6, 1, 16}, [CODING_3_4] = {5, 8, 31}};
    /* For BPSK the model keeps the first distance alone. */
    double second = bits == 1 ? 0 : terms[coding].second;
    double sum = terms[coding].first * yans_pairwise(terms[coding].distance, bit_error) +
                 second * yans_pairwise(terms[coding].distance + 1, bit_error);
    return sum < 1 ? sum : 1;
}

static double event_error(enum per_model model, const struct rate_row *row, double snr)
{
    enum coding coding = coding_of(row);
    if (model == PER_NIST) {
        return nist_event(coding, nist_bit(row->bits, snr));
    }
    double eb_n0 = snr * 10.0 / (6.0 * row->bits); /* 10 MHz over the coded Mb/s */
    return yans_event(coding, row->bits, yans_bit(row->bits, eb_n0));
}

/* All of n bits pass. */
static double passes(double event, double n)
{
    if (event >= 1) {
        return 0;
    }
    double exponent = n * fm_log(1 - event);
    return exponent > -690 ? fm_exp(exponent) : 0;
}

static double payload_passes(enum per_model model, enum per_rate rate, double snr,
                             uint32_t psdu_octets)
{
    double bits = 16 + 8.0 * psdu_octets + 6;
    return passes(event_error(model, &rates[rate], snr), bits);
}

static double linear(double db)
{
    return fm_pow(10, db / 10);
}

double per_payload(enum per_model model, enum per_rate rate, double snr_db,
                   uint32_t psdu_octets)
{
    return 1 - payload_passes(model, rate, linear(snr_db), psdu_octets);
}

double per_frame(enum per_model model, enum per_rate rate, double snr_db,
                 uint32_t psdu_octets)
{
    double snr = linear(snr_db);
    double signal = passes(event_error(model, &rates[PER_RATE_3], snr), 24);
    return 1 - signal * payload_passes(model, rate, snr, psdu_octets);
}

int64_t per_airtime_ns(enum per_rate rate, uint32_t psdu_octets)
{
    uint32_t n_dbps = rates[rate].n_dbps;
    int64_t symbols = (16 + 8 * (int64_t)psdu_octets + 6 + n_dbps - 1) / n_dbps;
    return 40000 + 8000 * symbols;
}
