/* SPDX-License-Identifier: Apache-2.0 */
/* What a decoded message claims of its sender, in our frame. Pure.
 *
 * In: a message in SI units, roughly when it was heard, the origin. Out: struct claim. The
 * claimed instant of a DSecond is the one nearest to the hearing (SAE J2735 DE_DSecond);
 * generationDeltaTime is unfolded likewise (EN 302 637-2, Annex B). */
#pragma once

#include "asn1/its/its.h"
#include "base/geo.h"
#include "model/emission.h"
#include "model/message.h"

struct claim claims_of(const struct message *message, struct tai heard,
                       const struct geo_origin *origin);

/* Does what it says order it among its sender's messages? A DENM has the time of its event:
 * that of a repetition is the same, and those of two events go their own ways. */
bool claims_ordered(const struct claim *claim, uint8_t msg_type);

/* Class of the sender as far as the message tells. */
uint8_t claims_kind(const struct message *message);
