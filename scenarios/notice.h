/* SPDX-License-Identifier: Apache-2.0 */
/* What infrastructure tells of the road: TIM, RSA (SAE J2735) and DENM (EN 302 637-3) out
 * of a notice, with the geometry of the map's own lanes.
 *
 * In: a notice, the moment of its station. Out: an SI message. A TIM's region is each lane
 * from the lead before the stretch to its end; an RSA and a DENM stand where the stretch
 * begins on the first lane, the DENM with the way that leads there. Each notice is told
 * once a second while it holds; a DENM is taken back in the second after. */
#pragma once

#include "scenarios/compose.h"

/* ITIS codes (SAE J2540-2) of advised speeds: "speed limit", a number, a unit. */
#define NOTICE_SPEED_LIMIT 268
#define NOTICE_NUMBER_ZERO 12544 /* 12544 + n is the number n, up to 255 */
#define NOTICE_MPH         8720
#define NOTICE_KMPH        8721
#define NOTICE_CLOSED      771
#define NOTICE_MPS_PER_MPH 0.44704

uint32_t notice_count(const struct scenario *scenario, uint32_t station);
/* The station's notice number i, below its count. */
const struct scenario_notice *notice_at(const struct scenario *scenario, uint32_t station,
                                        uint32_t i);
bool notice_holds(const struct scenario_notice *notice, int64_t scenario_ns);
/* In the second after its end: the time to take it back. */
bool notice_is_over(const struct scenario_notice *notice, int64_t scenario_ns);

/* Metres of J2735's Extent, up to useFor5000meters. */
double notice_reach_m(uint8_t extent);

void notice_tim(const struct compose *c, const struct scenario_notice *notice,
                struct message *message);
void notice_rsa(const struct compose *c, const struct scenario_notice *notice,
                struct message *message);
void notice_denm(const struct compose *c, const struct scenario_notice *notice,
                 struct message *message);
