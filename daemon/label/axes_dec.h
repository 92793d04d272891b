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

/* dec.basis from the four decisions (leaves of dec.act). */
struct dec_basis_subject {
    uint16_t truth, sensors, v2x, fused; /* LEAF_DEC_ACT_... */
};
struct label dec_basis(const struct dec_basis_subject *s);
