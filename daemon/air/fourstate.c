/* SPDX-License-Identifier: Apache-2.0 */
/* Four states without memory. In: a link and the number of a message. Out: lost or not. */
#include "air/fourstate.h"

#include "base/draw.h"

#define FOURSTATE_BACK_MOST 4096
#define FOURSTATE_BEFORE    (UINT64_C(1) << 33) /* steps before the first message */

enum { STATE_1, STATE_2, STATE_3, STATE_4, STATE_COUNT };

/* Where each state goes by one uniform: the way back to a gap is at its lower end for all
 * that can take it, so that chains meet soon. */
static void step(const struct fourstate *f, double u, uint8_t to[STATE_COUNT])
{
    to[STATE_1] = u >= 1 - f->p14 ? STATE_4 : u >= 1 - f->p14 - f->p13 ? STATE_3 : STATE_1;
    to[STATE_2] = u >= 1 - f->p23 ? STATE_3 : STATE_2;
    to[STATE_3] = u < f->p31 ? STATE_1 : u < f->p31 + f->p32 ? STATE_2 : STATE_3;
    to[STATE_4] = STATE_1;
}

bool fourstate_loses(const struct fourstate *f, uint64_t link, uint32_t n)
{
    uint64_t row = draw_row(f->key, link);
    /* Where a chain ends at n that was in each state before the steps looked at. */
    uint8_t ends[STATE_COUNT] = {STATE_1, STATE_2, STATE_3, STATE_4};
    for (uint64_t back = 0; back < FOURSTATE_BACK_MOST; back++) {
        uint8_t to[STATE_COUNT];
        uint8_t moved[STATE_COUNT];
        step(f, draw_uniform(draw_in_row(row, FOURSTATE_BEFORE + n - back)), to);
        for (int i = 0; i < STATE_COUNT; i++) {
            moved[i] = ends[to[i]];
        }
        for (int i = 0; i < STATE_COUNT; i++) {
            ends[i] = moved[i];
        }
        if (ends[0] == ends[1] && ends[0] == ends[2] && ends[0] == ends[3]) {
            break;
        }
    }
    return ends[STATE_1] == STATE_3 || ends[STATE_1] == STATE_4;
}
