/* SPDX-License-Identifier: Apache-2.0 */
/* Quantile tables. In: an inverse distribution function. Out: its values by octave. */
#include "air/quantile.h"

void quantile_init(struct quantile *q, quantile_of *of, const void *law)
{
    const int last = QUANTILE_OCTAVES * QUANTILE_PLACES;
    for (int side = 0; side < 2; side++) {
        double octave = 0.25; /* the octave is [octave, 2 octave) */
        for (int i = 0; i < last; i++) {
            double place = (double)(i % QUANTILE_PLACES) / QUANTILE_PLACES;
            q->at[side][i] = of(law, octave * (2 - place), side);
            octave = (i + 1) % QUANTILE_PLACES == 0 ? octave / 2 : octave;
        }
        q->at[side][last] = q->at[side][last + 1] = of(law, 2 * octave, side);
    }
}
