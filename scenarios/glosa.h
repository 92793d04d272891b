/* SPDX-License-Identifier: Apache-2.0 */
/* Green light optimal speed advice out of SPaT. In: a plan, a distance, a wish. Out: a
 * speed at which the line is reached on green. */
#pragma once

#include "scenarios/motion.h"

#define GLOSA_MEMORY_S 2.0  /* a SPaT is good for that long */
#define GLOSA_LEAST    0.35 /* of the wish: nobody creeps slower than that */

/* The speed that reaches a line on green, at most wish_mps: wish_mps itself if that does;
 * < 0 if none above GLOSA_LEAST of the wish does within two minutes. */
double glosa_speed(const struct plans *plans, uint32_t signal, int64_t t_ns,
                   double distance_m, double wish_mps);

/* Has it heard SPaT lately, and will the light be green that many seconds from now? */
bool glosa_arrives_on_green(const struct motion *motion, const struct motion_mover *mover,
                            uint32_t signal, double in_s);

/* For a driver who heard SPaT lately and has a signal ahead on its lane; < 0: no advice. */
double glosa_advice(const struct motion *motion, uint32_t agent);
