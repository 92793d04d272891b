/* SPDX-License-Identifier: Apache-2.0 */
/* asn1c's type descriptors, read as data: what kind a type is, its bounds, its members.
 *
 * Only files of asn1/ can include this (the generated headers are private to the room). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <BIT_STRING.h>
#include <BOOLEAN.h>
#include <NativeEnumerated.h>
#include <NativeInteger.h>
#include <OCTET_STRING.h>
#include <asn_SET_OF.h>
#include <asn_application.h>
#include <constr_CHOICE.h>
#include <constr_SEQUENCE.h>
#include <constr_SEQUENCE_OF.h>
#include <constr_SET_OF.h>

enum pdu_kind {
    PDU_BOOLEAN,
    PDU_INTEGER,
    PDU_BITS,
    PDU_OCTETS,
    PDU_OID,
    PDU_ENUMERATED,
    PDU_RELATIVE_OID,
    PDU_TEXT, /* ASCII */
    PDU_UTF8,
    PDU_NULL,
    PDU_SEQUENCE,
    PDU_LIST,
    PDU_CHOICE,
};

/* Our replacement of asn1c's decoder of sequences. */
per_type_decoder_f sequence_decode_uper;

static inline enum pdu_kind pdu_kind(const asn_TYPE_descriptor_t *td)
{
    if (td->all_tags_count == 0) {
        return PDU_CHOICE;
    }
    /* The innermost tag of a type is the universal one. */
    switch (td->all_tags[td->all_tags_count - 1] >> 2) {
    case 1:
        return PDU_BOOLEAN;
    case 2:
        return PDU_INTEGER;
    case 3:
        return PDU_BITS;
    case 4:
        return PDU_OCTETS;
    case 5:
        return PDU_NULL;
    case 6:
        return PDU_OID;
    case 10:
        return PDU_ENUMERATED;
    case 12:
        return PDU_UTF8;
    case 13:
        return PDU_RELATIVE_OID;
    case 18:
    case 22:
        return PDU_TEXT;
    default:
        return td->uper_decoder == sequence_decode_uper ? PDU_SEQUENCE : PDU_LIST;
    }
}

/* Bounds: of the value for numbers, of the size for strings and lists. */
struct pdu_bounds {
    bool known;
    bool extensible;
    long low, high;
};
struct pdu_bounds pdu_bounds(const asn_TYPE_descriptor_t *td);

/* An extension group, which asn1c does not know: an optional sequence whose type name ends
 * in "Group". In JSON its members stand among those of its container. */
bool pdu_is_group(const asn_TYPE_member_t *member);

/* The value of a member inside its container, NULL if absent. */
static inline void *pdu_member(const asn_TYPE_member_t *member, void *container)
{
    char *here = (char *)container + member->memb_offset;
    return member->flags & ATF_POINTER ? *(void **)(void *)here : here;
}

/* The chosen alternative of a choice, or NULL. */
const asn_TYPE_member_t *pdu_chosen(const asn_TYPE_descriptor_t *td, const void *value);

/* The list inside a SEQUENCE OF. */
static inline asn_anonymous_set_ *pdu_list(const void *value)
{
    return (asn_anonymous_set_ *)value;
}

/* NULL if the value keeps the bounds of its type, else a short reason. Sequences inside are
 * not visited: each is checked where it is built. */
const char *pdu_check(const asn_TYPE_descriptor_t *td, const void *value);
