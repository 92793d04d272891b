/* SPDX-License-Identifier: Apache-2.0 */
/* The fate record of one decision. What all receivers of a message share is worked out once
 * per message (struct row_message); a receiver adds its stamps, its metres and its error
 * bars. Invalid fields are 0 with their valid bit clear. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "model/air_config.h"
#include "model/emission.h"
#include "model/fate.h"

/* UTC minus TAI, constant within [from, to) of TAI: hoisted out of the rows. */
struct row_clock {
    int64_t from_ns, to_ns, utc_minus_tai_ns;
};

/* What the rows of a run share. */
struct row_run {
    uint8_t technology, tier;
    uint16_t scenario_idx;
    int64_t deadline_ns;
    double position_sigma_m, heading_sigma_rad, clock_sigma_s; /* the tier's */
};

struct row_message {
    const struct row_run *run;
    const struct row_clock *clock;
    struct fate shared; /* all that does not depend on the receiver */
    struct tai t_gen, t_tx, t_gen_claimed;
    bool truth_known, sigma_known;
    double speed_mps, accel_mps2, yaw_rate_radps; /* truth at t_gen */
    double x_m, y_m;                              /* truth at t_tx */
    /* sigma^2 = [0] + [1] D^2 + [2] D^4, D the age in seconds */
    double along[3], across[3];
};

/* A clock that holds around t: from a minute before to an hour after, unless a leap second
 * falls in between (then each stamp is converted by itself). */
struct row_clock row_clock_at(struct tai t);

struct row_run row_run_init(const struct air_config *config, uint16_t scenario_idx);

/* clock and run are borrowed as long as the message. */
void row_message_init(struct row_message *m, const struct emission *emission,
                      const struct row_run *run, const struct row_clock *clock);

/* How far (straight) an agent is from where it was after `age_s` of constant acceleration
 * and yaw rate; braking ends in a standstill. */
double row_moved_m(double speed_mps, double accel_mps2, double yaw_rate_radps,
                   double age_s);

/* Fills *out but for distance, radio, line of sight and burst, which the air adds. */
void row_lost(const struct row_message *m, uint32_t receiver, uint8_t cause,
              struct reception *out);
void row_delivered(const struct row_message *m, uint32_t receiver, struct tai heard,
                   int64_t access_ns, int64_t injected_ns, struct reception *out);
