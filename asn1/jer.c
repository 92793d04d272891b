/* SPDX-License-Identifier: Apache-2.0 */
/* The printer of JER and of its engineering form. In: a value and its type descriptor. Out:
 * JSON text. */
#include "asn1/jer.h"

#include <assert.h>

#include "asn1/open_types.h"
#include "asn1/si.h"

struct printer {
    struct bytes *out;
    const struct trace *trace;
    enum jer_form form;
    struct jer_kept *kept;
};

/* Where what is known of a type stands. */
static size_t kept_at(struct printer *p, const asn_TYPE_descriptor_t *td)
{
    size_t at = (uintptr_t)td / sizeof *td % JER_KEPT;
    if (p->kept->types[at].td != td) {
        p->kept->types[at].td = td;
        p->kept->types[at].unit = si_unit_of(td->name);
        p->kept->types[at].bit_names = si_bit_names(td->name);
    }
    return at;
}

static const struct si_unit *unit_of(struct printer *p, const asn_TYPE_descriptor_t *td)
{
    return p->kept->types[kept_at(p, td)].unit;
}

static const char *suffix_of(struct printer *p, const asn_TYPE_descriptor_t *td)
{
    while (pdu_kind(td) == PDU_LIST) {
        td = td->elements[0].type;
    }
    const struct si_unit *unit = pdu_kind(td) == PDU_INTEGER ? unit_of(p, td) : NULL;
    return unit ? unit->suffix : "";
}

static void print_value(struct printer *p, const asn_TYPE_descriptor_t *td,
                        const void *value);

static void print_hex(struct printer *p, const uint8_t *data, size_t size)
{
    bytes_u8(p->out, '"');
    bytes_hex(p->out, data, size);
    bytes_u8(p->out, '"');
}

static void print_bits(struct printer *p, const asn_TYPE_descriptor_t *td,
                       const BIT_STRING_t *bits)
{
    size_t length = (size_t)bits->size * 8 - (size_t)bits->bits_unused;
    const char *const *names =
        p->form == JER_SI ? p->kept->types[kept_at(p, td)].bit_names : NULL;
    if (names) {
        const char *before = "[";
        for (size_t i = 0; i < length; i++) {
            if (!(bits->buf[i / 8] >> (7 - i % 8) & 1)) {
                continue;
            }
            bytes_text(p->out, before);
            before = ",";
            const char *name = si_bit_name(names, i);
            if (name) {
                bytes_json_string(p->out, name);
            } else {
                bytes_json_uint(p->out, i);
            }
        }
        bytes_text(p->out, before[0] == '[' ? "[]" : "]");
        return;
    }
    struct pdu_bounds size = pdu_bounds(td);
    if (size.known && !size.extensible && size.low == size.high) {
        print_hex(p, bits->buf, (size_t)bits->size);
        return;
    }
    bytes_text(p->out, "{\"value\":");
    print_hex(p, bits->buf, (size_t)bits->size);
    bytes_text(p->out, ",\"length\":");
    bytes_json_uint(p->out, length);
    bytes_u8(p->out, '}');
}

static void print_text(struct printer *p, const OCTET_STRING_t *text, bool utf8)
{
    bytes_u8(p->out, '"');
    for (int i = 0; i < text->size; i++) {
        uint8_t c = text->buf[i];
        if (c == '"' || c == '\\') {
            bytes_u8(p->out, '\\');
            bytes_u8(p->out, c);
        } else if (c < 0x20 || c == 0x7f || (c > 0x7f && !utf8)) {
            bytes_format(p->out, "\\u%04x", c);
        } else {
            bytes_u8(p->out, c);
        }
    }
    bytes_u8(p->out, '"');
}

/* X.690, 8.19: the first two arcs share a number, 40 times the first plus the second. */
static void print_arcs(struct printer *p, const OCTET_STRING_t *oid, bool relative)
{
    uint64_t arc = 0;
    const char *dot = "";
    bool first = !relative;
    bytes_u8(p->out, '"');
    for (int i = 0; i < oid->size; i++) {
        arc = arc << 7 | (oid->buf[i] & 0x7f);
        if (oid->buf[i] & 0x80) {
            continue;
        }
        bytes_text(p->out, dot);
        dot = ".";
        if (first) {
            uint64_t top = arc < 80 ? arc / 40 : 2;
            bytes_json_uint(p->out, top);
            bytes_u8(p->out, '.');
            arc -= top * 40;
            first = false;
        }
        bytes_json_uint(p->out, arc);
        arc = 0;
    }
    bytes_u8(p->out, '"');
}

static void print_enumerated(struct printer *p, const asn_TYPE_descriptor_t *td, long value)
{
    const asn_INTEGER_specifics_t *specs = td->specifics;
    for (int i = 0; i < specs->map_count; i++) {
        if (specs->value2enum[i].nat_value == value) {
            bytes_json_string(p->out, specs->value2enum[i].enum_name);
            return;
        }
    }
    bytes_json_int(p->out, value);
}

/* A member's name, with its unit in the engineering form. */
static void print_name(struct printer *p, const asn_TYPE_member_t *member)
{
    bytes_u8(p->out, '"');
    bytes_text(p->out, member->name);
    if (p->form == JER_SI) {
        bytes_text(p->out, suffix_of(p, member->type));
    }
    bytes_text(p->out, "\":");
}

static void print_open(struct printer *p, const OCTET_STRING_t *octets)
{
    const struct trace_open *open = open_type_find(p->trace, octets);
    if (!open) {
        print_hex(p, octets->buf, (size_t)octets->size);
        return;
    }
    bytes_format(p->out, "{\"%s\":", open->td->name);
    print_value(p, open->td, open->value);
    bytes_u8(p->out, '}');
}

/* The members of a sequence, those of its extension groups among them. */
static void print_members(struct printer *p, const asn_TYPE_descriptor_t *td,
                          const void *value, const char **before)
{
    struct open_type open = {0};
    (void)open_type_of(td, &open);
    for (int i = 0; i < td->elements_count; i++) {
        const asn_TYPE_member_t *member = &td->elements[i];
        const void *inside = pdu_member(member, (void *)value);
        if (!inside) {
            continue;
        }
        if (pdu_is_group(member)) {
            print_members(p, member->type, inside, before);
            continue;
        }
        bytes_text(p->out, *before);
        *before = ",";
        print_name(p, member);
        if (member == open.value) {
            print_open(p, inside);
        } else {
            print_value(p, member->type, inside);
        }
    }
}

static void print_sequence(struct printer *p, const asn_TYPE_descriptor_t *td,
                           const void *value)
{
    const char *before = "";
    bytes_u8(p->out, '{');
    print_members(p, td, value, &before);
    bytes_u8(p->out, '}');
}

static void print_list(struct printer *p, const asn_TYPE_descriptor_t *td,
                       const void *value)
{
    const asn_anonymous_set_ *list = pdu_list(value);
    bytes_u8(p->out, '[');
    for (int i = 0; i < list->count; i++) {
        bytes_text(p->out, i ? "," : "");
        print_value(p, td->elements[0].type, list->array[i]);
    }
    bytes_u8(p->out, ']');
}

static void print_choice(struct printer *p, const asn_TYPE_descriptor_t *td,
                         const void *value)
{
    const asn_TYPE_member_t *chosen = pdu_chosen(td, value);
    assert(chosen);
    bytes_u8(p->out, '{');
    print_name(p, chosen);
    print_value(p, chosen->type, pdu_member(chosen, (void *)value));
    bytes_u8(p->out, '}');
}

static void print_integer(struct printer *p, const asn_TYPE_descriptor_t *td, long value)
{
    const struct si_unit *unit = p->form == JER_SI ? unit_of(p, td) : NULL;
    double si;
    if (!unit) {
        bytes_json_int(p->out, value);
    } else if (si_from_raw(unit, value, &si)) {
        bytes_json_double(p->out, si);
    } else {
        bytes_text(p->out, "null");
    }
}

static void print_value(struct printer *p, const asn_TYPE_descriptor_t *td,
                        const void *value)
{
    const OCTET_STRING_t *octets = value;
    switch (pdu_kind(td)) {
    case PDU_BOOLEAN:
        bytes_text(p->out, *(const BOOLEAN_t *)value ? "true" : "false");
        break;
    case PDU_INTEGER:
        print_integer(p, td, *(const long *)value);
        break;
    case PDU_BITS:
        print_bits(p, td, value);
        break;
    case PDU_OCTETS:
        print_hex(p, octets->buf, (size_t)octets->size);
        break;
    case PDU_OID:
    case PDU_RELATIVE_OID:
        print_arcs(p, octets, pdu_kind(td) == PDU_RELATIVE_OID);
        break;
    case PDU_ENUMERATED:
        print_enumerated(p, td, *(const long *)value);
        break;
    case PDU_TEXT:
    case PDU_UTF8:
        print_text(p, octets, pdu_kind(td) == PDU_UTF8);
        break;
    case PDU_NULL:
        bytes_text(p->out, "null");
        break;
    case PDU_SEQUENCE:
        print_sequence(p, td, value);
        break;
    case PDU_LIST:
        print_list(p, td, value);
        break;
    case PDU_CHOICE:
        print_choice(p, td, value);
        break;
    }
}

void jer_print(struct bytes *out, const asn_TYPE_descriptor_t *td, const void *value,
               const struct trace *trace, enum jer_form form, struct jer_kept *kept)
{
    struct printer p = {out, trace, form, kept};
    print_value(&p, td, value);
}
