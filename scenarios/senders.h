/* SPDX-License-Identifier: Apache-2.0 */
/* Who transmits what and when: opportunities of BSM, PSM, SPAT and MAP, of CAM, VAM, DENM,
 * SPATEM and MAPEM, with the errors of each station's position, heading and clock.
 *
 * In: a scenario, a seed, states of two world ticks. Out: emissions in (t - tick, t],
 * ordered by (t_tx, sender, type), suppressed ones included. Slots and their jitter, unit
 * errors and station ids depend on the seed alone; the tier scales errors and decides who
 * is equipped, how clocks go and how far intervals stretch (of a CAM or VAM: the least that
 * its rules may choose). A DENM has an opportunity only while an event asks for one.
 * Infrastructure is surveyed and disciplined: it has no position error, no faults and keeps
 * its nominal rate. */
#pragma once

#include "model/send_limit.h"
#include "scenarios/motion.h"

struct senders;

/* Memory is the arena's. `start` is the instant of scenario time 0. */
MUST_USE int senders_new(struct senders **senders, const struct scenario *scenario,
                         uint64_t seed, struct tai start, struct arena *arena,
                         struct fail *fail);

/* Is the station's radio on board and on the run's technology, and is it equipped? */
bool senders_equipped(const struct senders *senders, uint32_t agent);

/* What congestion control asks from the next tick on, by agent; NULL: nothing. Borrowed. */
void senders_limit(struct senders *senders, const struct send_limit *limits);

/* Emissions of the tick that `motion` has just made; t is its end, run time goes on over
 * loops while motion->t_ns may restart. They and their messages live until the next call.
 */
struct emission *senders_tick(struct senders *senders, const struct motion *motion,
                              struct tai t, size_t *count);
