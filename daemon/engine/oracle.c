/* SPDX-License-Identifier: Apache-2.0 */
/* The oracle view: what the messages of a sender say of an instant if all of them are
 * there, late and lost ones too. In: what was sent around t_frame. Out: the position
 * between the two messages around it, by their true instants, beside what the ego knew.
 * Null without a message on either side within a second. */
#include "base/fmath.h"
#include "engine/inside.h"

#define ORACLE_GAP_NS TIME_NS_PER_S

void oracle_columns(const struct engine *e, uint32_t sender, struct tai t_frame,
                    struct row_track *row)
{
    const struct sent *before = NULL;
    const struct sent *after = NULL;
    for (uint32_t i = 0; i < SENT_DEPTH; i++) {
        const struct sent *s = &e->sent[sender * SENT_DEPTH + i];
        int64_t off = tai_since(s->t_gen, t_frame).ns;
        if (!s->placed || off > ORACLE_GAP_NS || off < -ORACLE_GAP_NS) {
            continue;
        }
        if (off <= 0 && (!before || tai_before(before->t_gen, s->t_gen))) {
            before = s;
        } else if (off > 0 && (!after || tai_before(s->t_gen, after->t_gen))) {
            after = s;
        }
    }
    if (!before || !after) {
        return;
    }
    double share = (double)tai_since(t_frame, before->t_gen).ns /
                   (double)tai_since(after->t_gen, before->t_gen).ns;
    double x_m = before->x_m + share * (after->x_m - before->x_m);
    double y_m = before->y_m + share * (after->y_m - before->y_m);
    ROW_SET(row, track, gt_oracle_x_m, x_m);
    ROW_SET(row, track, gt_oracle_y_m, y_m);
    if (ROW_HAS(row, track, gt_x_m)) {
        ROW_SET(row, track, gt_oracle_error_m,
                fm_hypot(x_m - row->gt_x_m, y_m - row->gt_y_m));
    }
}
