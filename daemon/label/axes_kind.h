/* SPDX-License-Identifier: Apache-2.0 */
/* What kind of encounter it was: the pre-crash scenario of NHTSA (2007 scheme of 37, DOT HS
 * 810 767) and the Euro NCAP test (protocol v1.1, October 2025) it is like, both by who met
 * whom, from where and doing what. Right-hand traffic: the near side is the right one. */
#pragma once

#include "label/label.h"
#include "model/kinds.h"

/* What one of the two did in the last seconds before the worst moment. */
struct enc_doing {
    double speed_mps;  /* at the worst moment, along the heading */
    double accel_mps2; /* least in the last BEFORE_S of enc.pcs */
    double turned_rad; /* heading change of its bend, left positive */
    bool changes_lane; /* moves aside to another lane */
    bool control_lost; /* broadcasts ABS, TCS or ESC active */
    bool ran_red;
};

struct enc_kind_subject {
    uint16_t outcome; /* LEAF_ENC_OUT_ */
    enum sender_kind ego_kind, other_kind;
    double other_height_m; /* 0: that of its kind */
    struct enc_doing ego, other;
    double dyaw_rad; /* other minus ego before either turned, folded */
    double s_m, y_m; /* where the other then was in the ego's frame */
    bool signalised; /* the ego came to a signal */
    double hidden_s; /* since the other was last hidden from the ego; < 0: never */
    bool door;       /* the other is a car whose door opens */
    int told;        /* number that the scenario's own description gives where none of this
                        shows it (1, 5 to 8, 17, 32 to 36); 0: none */
    const struct rules *rules;
};
struct label enc_pcs(const struct enc_kind_subject *s);
struct label enc_ncap(const struct enc_kind_subject *s);
