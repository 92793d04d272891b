/* SPDX-License-Identifier: Apache-2.0 */
/* Access of PC5 stations to the medium, slot by slot: sensing-based semi-persistent
 * scheduling of LTE-V2X mode 4 (3GPP TS 36.213 14.1.1.6, TS 36.321 5.14.1.1) and NR-V2X
 * mode 2 (TS 38.214 8.1.4): reservations that last a counted number of messages, exclusion
 * by what was decoded in the last second, ranking by average occupancy (mode 4), own slots
 * never sensed. One reservation per station and kind of message. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "air/csma.h"
#include "air/medium.h"
#include "base/result.h"

struct sps;

MUST_USE int sps_new(struct sps **sps, struct medium *medium, uint64_t seed,
                     struct fail *fail);
void sps_free(struct sps *sps);

/* As csma_run; a request's psdu_octets is the message with its network headers. */
bool sps_run(struct sps *sps, const struct csma_request *requests, size_t count,
             size_t *taken, int64_t t_ns);

int64_t sps_now(const struct sps *sps);
