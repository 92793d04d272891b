/* SPDX-License-Identifier: Apache-2.0 */
/* Axes of decision: what one ego should do on one model of the world, and which source
 * that decision rests on. The oracle brakes for the worst required deceleration over all
 * conflicting agents. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "label/axes_rel.h"

struct decision {
    struct label act;         /* dec.act; value: a* */
    double a_req_mps2;        /* a*, 0 if nothing conflicts */
    bool known;               /* false: this model of the world does not exist */
    uint32_t because_of;      /* agent index behind a*, AGENT_NONE */
    const char *because_id;   /* its id, borrowed; NULL if nothing conflicts */
    struct measure decide_by; /* s from now, of that agent */
};

struct dec_act_subject {
    bool known;
    double a_req_mps2;         /* a* */
    const struct rules *rules; /* NULL: built in */
};
struct label dec_act(const struct dec_act_subject *s);

/* The oracle over the others of one ego; others = NULL: unknown. reaction_s: 0.3 machine,
 * 1.0 driver profile. */
struct decision dec_decide(const struct known_agent *ego, const struct known_agent *others,
                           size_t count, double reaction_s);

/* dec.lane: a* after a change to either side. */
struct dec_lane_subject {
    bool known; /* false: the ego's lane, or this model of the world, is not */
    double left_mps2, right_mps2;
    const struct rules *rules; /* NULL: built in */
};
struct label dec_lane(const struct dec_lane_subject *s);
/* The worst deceleration that a change by aside_m (left positive) would ask of the ego, or
 * of whoever is behind there. */
double dec_change_mps2(const struct known_agent *ego, const struct known_agent *others,
                       size_t count, double aside_m, double reaction_s);

/* dec.hold: of an ego that stands. */
struct dec_hold_subject {
    bool known, stands;
    double start_mps2; /* a* if it drove off */
    const struct rules *rules;
};
struct label dec_hold(const struct dec_hold_subject *s);
/* a* of the ego as if it moved on at START_MPS. */
double dec_start_mps2(const struct known_agent *ego, const struct known_agent *others,
                      size_t count, double reaction_s);

/* dec.degrade from the leaf of int.mode; 0: not known. */
struct label dec_degrade(uint16_t int_mode);

/* dec.basis from the four decisions (leaves of dec.act). */
struct dec_basis_subject {
    uint16_t truth, sensors, v2x, fused; /* LEAF_DEC_ACT_... */
};
struct label dec_basis(const struct dec_basis_subject *s);
