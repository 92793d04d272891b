/* SPDX-License-Identifier: Apache-2.0 */
/* asn1c behind its fence: whole encodings to structures and back, inside one turn.
 *
 * The structures live in the turn arena until its next turn_begin. Nothing here may be
 * called outside turn_begin ... turn_end. */
#pragma once

#include "asn1/pdu_types.h"
#include "asn1/trace.h"
#include "asn1/turn.h"
#include "base/result.h"

/* Makes the shared tables ready (once per process; safe from any thread). */
void pdu_settle(void);

/* The same for a type of another library's tables and all that it contains; the caller sees
 * to it that this happens once. Inside a turn of its dialect. */
void pdu_settle_type(asn_TYPE_descriptor_t *td);

/* Decodes one value of `td` from the front of the octets; *consumed is in octets. NULL: it
 * failed, and the trace says where and why. */
MUST_USE void *pdu_decode(asn_TYPE_descriptor_t *td, const uint8_t *octets, size_t size,
                          struct trace *trace, size_t *consumed);

/* Encodes; the octets are in the turn arena. A value of no bits is one octet 00. */
MUST_USE int pdu_encode(asn_TYPE_descriptor_t *td, void *value, const uint8_t **octets,
                        size_t *size, struct fail *fail);
