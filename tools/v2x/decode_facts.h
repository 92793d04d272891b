/* SPDX-License-Identifier: Apache-2.0 */
/* What the layers around a message told, as JSON members: "link", "ip", "wsmp", "spdu",
 * "gn", each only if the frame has that layer. Stamps are Unix UTC nanoseconds as decimal
 * strings. */
#pragma once

#include "base/bytes.h"
#include "replay/frames.h"

/* The PSID (ITS-AID) of WSMP, else of the signed header; false if there is none. */
bool decode_facts_psid(const struct frames_result *walk, uint32_t *psid);

/* Appends `,"link":{...}` and so on. */
void decode_facts_put(const struct frames_result *walk, struct bytes *out);
