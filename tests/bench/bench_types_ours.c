/* SPDX-License-Identifier: Apache-2.0 */
/* Our codec for bench_types.c: bounds checked, places of errors kept, memory from a turn.
 */
#include "bench_types.h"

#include <stdlib.h>

#include "asn1/codec.h"
#include "asn1/its/its.h"

struct bench_decoder {
    struct codec *codec;
    struct its *its;
    struct codec_report report;
    struct its_report its_report;
};

struct bench_decoder *bench_decoder_new(void)
{
    struct bench_decoder *d = calloc(1, sizeof *d);
    if (d) {
        d->codec = codec_new();
        d->its = its_new();
    }
    return d;
}

bool bench_decoder_run(struct bench_decoder *d, bool its, const uint8_t *octets,
                       size_t size)
{
    return its ? its_decode_json(d->its, octets, size, NULL, NULL, &d->its_report) &&
                     d->its_report.decoded
               : codec_decode_json(d->codec, octets, size, NULL, NULL, &d->report) &&
                     d->report.decoded;
}

void bench_decoder_free(struct bench_decoder *d)
{
    if (d) {
        codec_free(d->codec);
        its_free(d->its);
        free(d);
    }
}
