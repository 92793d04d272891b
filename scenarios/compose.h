/* SPDX-License-Identifier: Apache-2.0 */
/* What a station puts into its messages. In: what it believes, truth of its motion, the
 * signal plans. Out: SI messages (model/message.h); only the member of the type is written.
 */
#pragma once

#include "model/message.h"
#include "scenarios/map.h"
#include "scenarios/plan.h"
#include "scenarios/station.h"

struct compose {
    const struct scenario *scenario;
    const struct plans *plans;
    const struct station *station;
    struct station_pose pose;
    const struct state *truth;
    bool hazard;
    uint8_t msg_cnt;
    uint32_t id; /* temporary */
    struct tai t_gen;
    struct tai stamped;  /* t_gen as the station's clock has it, as an instant */
    int64_t scenario_ns; /* of t_gen */
};

void compose_bsm(const struct compose *c, struct message *message);
void compose_psm(const struct compose *c, struct message *message);
void compose_spat(const struct compose *c, struct message *message);
