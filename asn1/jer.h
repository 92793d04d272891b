/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of any decoded value, by walking its type descriptor, and back.
 *
 * Raw form: numbers as on the wire, enumerations by name, octets in upper-case hex, bit
 * strings of fixed size in hex padded on the right, of variable size {"value","length"},
 * choices {"alternative":value}, opened types {"TypeName":value}, unknown ones hex.
 * Engineering form: the same tree with units in the names and null for "unavailable"
 * (si.h). Members keep their ASN.1 spelling. */
#pragma once

#include <jansson.h>

#include "asn1/pdu_types.h"
#include "asn1/trace.h"
#include "base/bytes.h"
#include "base/result.h"

enum jer_form { JER_RAW, JER_SI };

struct si_unit;

/* Units and names of bits that were looked up before, by address of the type: every member
 * asks twice, and every message anew. Empty when zeroed; for one dialect. */
enum { JER_KEPT = 256 };
struct jer_kept {
    struct {
        const asn_TYPE_descriptor_t *td;
        const struct si_unit *unit;   /* NULL: it has none */
        const char *const *bit_names; /* likewise */
    } types[JER_KEPT];
};

/* The trace holds the opened types of the value. */
void jer_print(struct bytes *out, const asn_TYPE_descriptor_t *td, const void *value,
               const struct trace *trace, enum jer_form form, struct jer_kept *kept);

/* The structure of a JSON value, in the turn arena; NULL with the path of the bad member in
 * fail. Bounds are checked; an unknown or missing member is an error. */
MUST_USE void *jer_build(asn_TYPE_descriptor_t *td, const json_t *json, enum jer_form form,
                         struct fail *fail);
