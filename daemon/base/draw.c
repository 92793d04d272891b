/* SPDX-License-Identifier: Apache-2.0 */
/* Normal draws from uniform bits by the inverse distribution function: one draw, one
 * normal. */
#include "base/draw.h"

#include "base/fmath.h"

double draw_normal(uint64_t bits)
{
    return fm_normal_quantile(draw_uniform(bits));
}
