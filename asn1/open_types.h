/* SPDX-License-Identifier: Apache-2.0 */
/* Open types: which type stands in the octets, told by an id beside them.
 *
 * Two containers matter in J2735: MessageFrame (messageId, value) and PartIIcontent
 * (partII-Id, partII-Value); another dialect (dialect.h) brings its own. In our modules
 * their values are octet strings; here they are opened. */
#pragma once

#include "asn1/pdu_types.h"
#include "asn1/trace.h"

struct open_type {
    const asn_TYPE_descriptor_t *container;
    const asn_TYPE_member_t *id;    /* an INTEGER member */
    const asn_TYPE_member_t *value; /* an OCTET STRING member */
};

/* false if td is not a container of an open type. */
bool open_type_of(const asn_TYPE_descriptor_t *td, struct open_type *open);

/* The type for an id, NULL if we know none. */
asn_TYPE_descriptor_t *open_type_for(const struct open_type *open, long id);

/* Called when the root members of `td` have been read: opens its value, if td is a
 * container and the id is known. The stream stands just behind the octets. false: failed,
 * told in the trace. */
bool open_types_decode(asn_codec_ctx_t *context, const asn_TYPE_descriptor_t *td,
                       void *value, const asn_per_data_t *bits, struct trace *trace);

/* The opened value of an octet string, or NULL. */
const struct trace_open *open_type_find(const struct trace *trace, const void *octets);
