/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding and encoding of whole values through asn1c, and the reading of its tables. In:
 * octets or structures. Out: the other, bounds checked. */
#include "asn1/pdu.h"

#include <pthread.h>

#include <MessageFrame.h>

#include "asn1/open_types.h"

/* Deeper than any type of the tables needs, far below a thread's stack. */
enum { PDU_STACK_MAX = 200000 };

struct pdu_bounds pdu_bounds(const asn_TYPE_descriptor_t *td)
{
    struct pdu_bounds bounds = {0};
    if (!td->per_constraints) {
        return bounds;
    }
    enum pdu_kind kind = pdu_kind(td);
    const asn_per_constraint_t *c = kind == PDU_INTEGER || kind == PDU_ENUMERATED
                                        ? &td->per_constraints->value
                                        : &td->per_constraints->size;
    bounds.known = (c->flags & APC_CONSTRAINED) != 0;
    bounds.extensible = (c->flags & APC_EXTENSIBLE) != 0;
    bounds.low = c->lower_bound;
    bounds.high = c->upper_bound;
    return bounds;
}

bool pdu_is_group(const asn_TYPE_member_t *member)
{
    if (!member->optional || pdu_kind(member->type) != PDU_SEQUENCE) {
        return false;
    }
    size_t length = strlen(member->type->name);
    return length > 5 && strcmp(member->type->name + length - 5, "Group") == 0;
}

const asn_TYPE_member_t *pdu_chosen(const asn_TYPE_descriptor_t *td, const void *value)
{
    const asn_CHOICE_specifics_t *specs = td->specifics;
    unsigned present;
    memcpy(&present, (const char *)value + specs->pres_offset, sizeof present);
    return present >= 1 && present <= (unsigned)td->elements_count
               ? &td->elements[present - 1]
               : NULL;
}

/* Object identifiers are base-128 numbers, the last octet of each below 128; we hold arcs
 * of up to 63 bits. */
static const char *check_arcs(const OCTET_STRING_t *oid)
{
    int septets = 0;
    for (int i = 0; i < oid->size; i++) {
        if (septets == 0 && oid->buf[i] == 0x80) {
            return "has an arc with a leading zero";
        }
        septets++;
        if (septets > 9) {
            return "has an arc of more than 63 bits";
        }
        if (oid->buf[i] < 0x80) {
            septets = 0;
        }
    }
    return oid->size == 0 || septets > 0 ? "ends inside an arc" : NULL;
}

static const char *check_size(const asn_TYPE_descriptor_t *td, long size)
{
    struct pdu_bounds b = pdu_bounds(td);
    bool fine = !b.known || b.extensible || (size >= b.low && size <= b.high);
    return fine ? NULL : "has a size out of bounds";
}

/* Shortest forms only, no surrogates, nothing above U+10FFFF (RFC 3629). */
static const char *check_utf8(const OCTET_STRING_t *text)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    for (int i = 0; i < text->size;) {
        uint8_t c = text->buf[i++];
        int more = c < 0x80 ? 0 : c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
        uint32_t code = more ? c & (0x3fU >> more) : c;
        if ((c >= 0x80 && c < 0xc2) || c > 0xf4 || more > text->size - i) {
            return "is not UTF-8 text";
        }
        for (int k = 0; k < more; k++, i++) {
            if ((text->buf[i] & 0xc0) != 0x80) {
                return "is not UTF-8 text";
            }
            code = code << 6 | (text->buf[i] & 0x3f);
        }
        if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
            return "is not UTF-8 text";
        }
    }
    return NULL;
}

static const char *check_list(const asn_TYPE_descriptor_t *td,
                              const asn_anonymous_set_ *list)
{
    const asn_TYPE_descriptor_t *element = td->elements[0].type;
    const char *why = check_size(td, list->count);
    if (pdu_kind(element) == PDU_SEQUENCE) {
        return why;
    }
    for (int i = 0; !why && i < list->count; i++) {
        why = pdu_check(element, list->array[i]);
    }
    return why;
}

const char *pdu_check(const asn_TYPE_descriptor_t *td, const void *value)
{
    const OCTET_STRING_t *octets = value;
    const BIT_STRING_t *bits = value;
    struct pdu_bounds b;
    const asn_TYPE_member_t *chosen;
    switch (pdu_kind(td)) {
    case PDU_INTEGER:
        b = pdu_bounds(td);
        return !b.known || b.extensible ||
                       (*(const long *)value >= b.low && *(const long *)value <= b.high)
                   ? NULL
                   : "is out of range";
    case PDU_BITS:
        return check_size(td, (long)bits->size * 8 - bits->bits_unused);
    case PDU_OCTETS:
    case PDU_TEXT:
        return check_size(td, octets->size);
    case PDU_UTF8:
        return check_utf8(octets);
    case PDU_OID:
    case PDU_RELATIVE_OID:
        return check_arcs(octets);
    case PDU_LIST:
        return check_list(td, pdu_list(value));
    case PDU_CHOICE:
        chosen = pdu_chosen(td, value);
        return chosen ? pdu_check(chosen->type, pdu_member(chosen, (void *)value))
                      : "chooses nothing";
    case PDU_BOOLEAN:
    case PDU_ENUMERATED:
    case PDU_SEQUENCE:
    case PDU_NULL:
        break;
    }
    return NULL;
}

static int settle_nothing(const void *buffer, size_t size, void *key)
{
    (void)buffer;
    (void)size;
    (void)key;
    return 0;
}

/* asn1c's named types take over the functions of their base type at their first use, by
 * writing to the shared tables. A first use of every one, before any thread decodes, keeps
 * the tables constant afterwards. The tables are a tree without cycles. */
void pdu_settle_type(asn_TYPE_descriptor_t *td)
{
    struct open_type open;
    (void)td->print_struct(td, NULL, 0, settle_nothing, NULL);
    for (int i = 0; i < td->elements_count; i++) {
        pdu_settle_type(td->elements[i].type);
    }
    for (long id = 0; open_type_of(td, &open) && id < 64; id++) {
        asn_TYPE_descriptor_t *type = open_type_for(&open, id);
        if (type) {
            pdu_settle_type(type);
        }
    }
}

static void settle_all(void)
{
    pdu_settle_type(&asn_DEF_MessageFrame);
}

void pdu_settle(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, settle_all);
}

void *pdu_decode(asn_TYPE_descriptor_t *td, const uint8_t *octets, size_t size,
                 struct trace *trace, size_t *consumed)
{
    asn_codec_ctx_t context = {.max_stack_size = PDU_STACK_MAX};
    asn_per_data_t bits = {.buffer = octets, .nbits = size * 8};
    void *value = NULL;
    trace->depth = 0;
    turn_current()->trace = trace;
    asn_dec_rval_t rv = td->uper_decoder(&context, td, NULL, &value, &bits);
    turn_current()->trace = NULL;
    *consumed = (bits.moved + 7) / 8;
    if (rv.code != RC_OK) {
        trace_fail(trace, bits.moved, "is not a value of this type");
        return NULL;
    }
    return value;
}

int pdu_encode(asn_TYPE_descriptor_t *td, void *value, const uint8_t **octets, size_t *size,
               struct fail *fail)
{
    void *buffer = NULL;
    ssize_t got = uper_encode_to_new_buffer(td, NULL, value, &buffer);
    if (got <= 0 || !buffer) {
        return fail_set(fail, RESULT_USAGE,
                        turn_current()->exhausted
                            ? "%s: takes more memory than a message may"
                            : "%s: not encodable",
                        td->name);
    }
    *octets = buffer;
    *size = (size_t)got;
    return 0;
}
