/* SPDX-License-Identifier: Apache-2.0 */
/* What bench_types.c measures: one decoder, opened once. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bench_decoder;

struct bench_decoder *bench_decoder_new(void);
/* One message, decoded to values which are given back at once. its: ETSI, else J2735. */
bool bench_decoder_run(struct bench_decoder *d, bool its, const uint8_t *octets,
                       size_t size);
void bench_decoder_free(struct bench_decoder *d);
