/* SPDX-License-Identifier: Apache-2.0 */
/* A transmission as the frame that a radio would hand to a host: Ethernet, then WSMP and an
 * unsecured IEEE 1609.2 envelope (J2735), or GeoNetworking and BTP-B (ETSI). */
#pragma once

#include "base/bytes.h"
#include "model/emission.h"

/* Appends; false: there is no usual frame for that message. */
bool sink_frame_put(struct bytes *frame, const struct emission *emission);
