/* SPDX-License-Identifier: Apache-2.0 */
/* Axes of communication: timeliness, order, fate, link state, channel load. Each is a pure
 * ordered decision list over a plain subject, in the order of scenarios/taxonomy/; the
 * first rule that holds gives the one leaf. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "label/label.h"
#include "model/fate.h"
#include "model/kinds.h"

/* com.tim: one (message, receiver); D = t_avail - t_gen. True stamps with sigma 0, or what
 * the receiver could know (its claimed t_gen, its clock, sigma of both). */
struct com_tim_subject {
    bool lost;                 /* sent but never available (within L_max) */
    bool t_gen_known;          /* a generation instant could be resolved */
    bool clock_unverified;     /* no common reference: only a flag */
    int64_t age_ns;            /* D; not read if lost or unknown */
    double sigma_s;            /* of D; 0 on true stamps */
    const struct rules *rules; /* NULL: built in */
};
struct label com_tim(const struct com_tim_subject *s);

/* com.ord: as the receiver sees it. */
struct com_ord_subject {
    bool available;   /* false (lost): unknown, there is nothing to order */
    bool has_counter; /* the type carries msgCnt, or a generation stamp to compare */
    bool duplicate;   /* same sender, type, msgCnt, t_gen seen before */
    bool older;       /* t_gen older than the newest available of this sender and type */
    bool id_rotated;  /* first message under a new temporary id: its counter starts anew */
    uint16_t gap;     /* messages missing before this one, modulo 128 */
};
struct label com_ord(const struct com_ord_subject *s);
/* Missing messages between two counters, modulo 128; 0 if they follow. */
uint16_t com_ord_gap(uint8_t before, uint8_t now);

/* com.fate: one expected slot per receiver. */
struct com_fate_subject {
    bool known;         /* false: replay gap or live, nobody injected it */
    uint8_t suppressed; /* enum suppressed; not NONE: not sent */
    uint8_t fate;       /* enum fate_code */
    uint8_t cause;      /* enum cause */
};
struct label com_fate(const struct com_fate_subject *s);

/* com.link: (sender, receiver, frame); AoI = t_frame - newest available t_gen. */
struct com_link_subject {
    bool known;        /* false: not decidable (no clock) */
    bool departed;     /* truth: the sender has left; false if unknown */
    bool out_of_range; /* truth: beyond the intended range; false if unknown */
    bool heard;        /* something of it was available before */
    int64_t aoi_ns;
    int64_t period_ns;         /* nominal interval T of the type: com_link_period_ns() */
    const struct rules *rules; /* NULL: built in */
};
struct label com_link(const struct com_link_subject *s);
int64_t com_link_period_ns(uint8_t msg_type);
/* fresh or aged. */
bool com_link_good(uint16_t leaf);

/* com.cbr: channel busy ratio 0..1; < 0 unknown. rules NULL: built in. */
struct label com_cbr(double cbr, const struct rules *rules);

/* The three axes of the fate record, set in place: com_tim on true stamps (unknown unless
 * both are valid), com_ord from flags and seq_gap, com_fate. Built-in rules; hot path. */
void com_label_fate(struct fate *fate, bool has_counter, bool id_rotated);
