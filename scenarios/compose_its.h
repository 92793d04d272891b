/* SPDX-License-Identifier: Apache-2.0 */
/* What an ETSI station puts into its messages. In: what it believes, and for a DENM the
 * event. Out: SI messages (model/message.h). */
#pragma once

#include "scenarios/alarm.h"
#include "scenarios/compose.h"

/* low_frequency: the container that is sent less often goes along. A roadside unit's CAM
 * has neither motion nor such a container. */
void compose_cam(const struct compose *c, bool low_frequency, struct message *message);
void compose_vam(const struct compose *c, bool low_frequency, struct message *message);
/* A standing event keeps the place and the content with which it was detected. */
void compose_denm(const struct compose *now, const struct alarm_told *told,
                  struct message *message);
/* SPAT or MAP that is complete, as SPATEM or MAPEM. */
void compose_roads_em(const struct compose *c, struct message *message);
