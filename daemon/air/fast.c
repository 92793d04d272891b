/* SPDX-License-Identifier: Apache-2.0 */
/* Elementary functions by table. In: an argument. Out: the value, a few nanoseconds later.
 */
#include "air/fast.h"

#include "base/fmath.h"

void fast_init(struct fast *fast)
{
    double octave = 0.25; /* the octave is [octave, 2 octave) */
    for (int o = 0; o < FAST_OCTAVES; o++) {
        for (int place = 0; place < FAST_PLACES; place++) {
            double tail = octave * (2 - (double)place / FAST_PLACES);
            fast->normal[o * FAST_PLACES + place] = -fm_normal_quantile(tail);
        }
        octave /= 2;
    }
    fast->normal[FAST_OCTAVES * FAST_PLACES] = -fm_normal_quantile(2 * octave);
    for (int i = 0; i <= FAST_POWERS; i++) {
        fast->power[i] = fm_pow(2, (double)i / FAST_POWERS);
        fast->logarithm[i] = 10 * fm_log10(1 + (double)i / FAST_POWERS);
    }
}
