/* SPDX-License-Identifier: Apache-2.0 */
/* Green light optimal speed advice out of the SPAT that was received: never out of the
 * plan, so that a unit that is wrong misleads.
 *
 * In: SPAT messages, a distance, a wish. Out: a speed at which the line is reached on
 * green, whether to prepare for a stop, whether the light will be green in time. A SPAT is
 * believed for GLOSA_MEMORY_S; one whose revision is not the MAP's is not understood. */
#pragma once

#include "scenarios/motion.h"

#define GLOSA_MEMORY_S 2.0  /* a SPAT is good for that long */
#define GLOSA_LEAST    0.35 /* of the wish: nobody creeps slower than that */

/* What a driver was told of one signal, in scenario time. Zero: nothing yet. */
struct glosa_told {
    bool known, has_next;
    uint8_t phase; /* enum message_phase */
    int64_t heard_ns;
    int64_t end_ns;    /* earliest end of the phase */
    int64_t latest_ns; /* latest end */
    int64_t next_ns;   /* when the phase comes again */
};

/* Takes in a SPAT or SPATEM. */
void glosa_hear(struct motion *motion, const struct percept *percept);

/* The speed that reaches a line on green, at most wish_mps: wish_mps itself if that does;
 * < 0 if none above GLOSA_LEAST of the wish does, or nothing is known of that time. */
double glosa_speed(const struct glosa_told *told, int64_t t_ns, double distance_m,
                   double wish_mps);

/* Has it heard SPAT lately, and will the light be green that many seconds from now? */
bool glosa_arrives_on_green(const struct motion *motion, const struct motion_mover *mover,
                            uint32_t signal, double in_s);

/* Has it heard that the green ends before it can be at the line, that far away, and that
 * no slower speed helps? */
bool glosa_prepares_to_stop(const struct motion *motion, const struct motion_mover *mover,
                            uint32_t signal, double distance_m);

/* For a driver who heard SPAT lately and has a signal ahead on its lane; < 0: no advice. */
double glosa_advice(const struct motion *motion, uint32_t agent);
