/* SPDX-License-Identifier: Apache-2.0 */
/* What one family of standards adds to the walkers of types: which types stand in its open
 * types, the units of its numbers, the names of its bits. The turn under way names the
 * dialect; without one it is J2735's. */
#pragma once

#include <stddef.h>

#include "asn1/pdu_types.h"

struct si_unit;

/* `id` in a container of this type says that the octets beside it hold `type`. */
struct open_row {
    const asn_TYPE_descriptor_t *container; /* members: an INTEGER id, an OCTET STRING */
    long id;
    asn_TYPE_descriptor_t *type;
};

struct dialect {
    const struct open_row *rows;
    size_t row_count;
    const struct si_unit *(*unit_of)(const char *type); /* NULL: none; see si.h */
    const char *const *(*bit_names)(const char *type);  /* NULL: none */
};
