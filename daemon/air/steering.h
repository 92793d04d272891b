/* SPDX-License-Identifier: Apache-2.0 */
/* Congestion control closed over the air: each station's own busy ratio, what it heard of
 * vehicles near it and how far its last message has become wrong steer its interval and its
 * power (congestion.h). In: messages as they are offered, rows as they become final, busy
 * ratios by tick. Out: limits for the senders (model/send_limit.h), decibels for the radio.
 *
 * Each station is stepped each 100 ms of scenario time, a tenth of them in each tick (all
 * at once would swing between silence and overload), in the tick's serial part. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "model/air_config.h"
#include "model/send_limit.h"

struct air_stations;
struct steering;
struct emission;
struct radio;
struct reception;

struct steering_setup {
    enum congestion_control kind; /* not off */
    const struct radio *radio;    /* copied */
    uint64_t seed;
    uint32_t agents_most;
    struct tai start;
};

MUST_USE int steering_new(struct steering **steering, const struct steering_setup *setup,
                          struct fail *fail);
void steering_free(struct steering *steering);

/* A message goes to the radio; octets with all headers. */
void steering_sent(struct steering *steering, const struct emission *emission,
                   double octets);

/* Rows as they become final. */
void steering_heard(struct steering *steering, const struct reception *rows, size_t count);

/* A tick ends; cbr by agent. */
void steering_tick(struct steering *steering, const struct air_stations *stations,
                   const float *cbr);

/* By agent, as many as agents_most. */
const struct send_limit *steering_limits(const struct steering *steering);

/* Transmit power against the profile's, decibels, at most 0. */
double steering_power_db(const struct steering *steering, uint32_t agent);
