/* SPDX-License-Identifier: Apache-2.0 */
/* Frame error rate of 802.11p over an AWGN channel by two published formulas, and the air
 * time of a frame. Both formulas are without fading: a fading model belongs on top of them,
 * and on top of them only.
 *
 * NIST: first-event error bound of the K = 7 code (Miller 2003; Pei and Henderson 2010).
 * YANS: union bound over the first two distances, Eb/N0 from the coded rate (Lacage and
 * Henderson 2006). */
#pragma once

#include <stdint.h>

/* name, Mb/s in 10 MHz, bits per constellation point, data bits per symbol (IEEE
 * 802.11-2020 table 17-4, half clocked) */
#define PER_RATE_TABLE(X)                                                                  \
    X(3, 3.0, 1, 24)                                                                       \
    X(4_5, 4.5, 1, 36)                                                                     \
    X(6, 6.0, 2, 48)                                                                       \
    X(9, 9.0, 2, 72)                                                                       \
    X(12, 12.0, 4, 96)                                                                     \
    X(18, 18.0, 4, 144)                                                                    \
    X(24, 24.0, 6, 192)                                                                    \
    X(27, 27.0, 6, 216)

enum per_rate {
#define X(name, mbps, bits, n_dbps) PER_RATE_##name,
    PER_RATE_TABLE(X)
#undef X
        PER_RATE_COUNT
};

enum per_model { PER_NIST, PER_YANS };

double per_mbps(enum per_rate rate);

/* The index of a rate, or -1. */
int per_rate_find(double mbps);

/* Payload alone (16 + 8 psdu + 6 bits). 0..1. */
double per_payload(enum per_model model, enum per_rate rate, double snr_db,
                   uint32_t psdu_octets);

/* With the SIGNAL field before it (24 bits, BPSK 1/2). */
double per_frame(enum per_model model, enum per_rate rate, double snr_db,
                 uint32_t psdu_octets);

/* 40 us preamble and SIGNAL, then whole 8 us symbols. */
int64_t per_airtime_ns(enum per_rate rate, uint32_t psdu_octets);
